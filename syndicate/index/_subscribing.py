"""The file of the hub's subscribers: its tables, and how it is opened."""

from __future__ import annotations

import contextlib
import os
import sqlite3

from syndicate.errors import StateError

VERSION = 1

_TABLES = """
-- what waits to be verified with its callback, or to be denied to it
CREATE TABLE asked (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    way TEXT NOT NULL,
    topic TEXT NOT NULL,
    callback TEXT NOT NULL,
    subscribe INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    secret TEXT NOT NULL,
    signature TEXT NOT NULL,
    procedure TEXT NOT NULL,
    challenge INTEGER NOT NULL,
    denied TEXT NOT NULL,
    at INTEGER NOT NULL,
    got BLOB NOT NULL,
    host TEXT NOT NULL
);
CREATE INDEX asked_of_host ON asked (host);

-- no id is ever given twice: what is learnt late of a subscription that has ended concerns no other one
CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    way TEXT NOT NULL,
    topic TEXT NOT NULL,
    callback TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    secret TEXT NOT NULL,
    signature TEXT NOT NULL,
    procedure TEXT NOT NULL,
    got BLOB NOT NULL,
    got_at INTEGER NOT NULL,
    trying BLOB NOT NULL,
    failures INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    status INTEGER NOT NULL,
    told TEXT NOT NULL,
    host TEXT NOT NULL,
    UNIQUE (topic, callback)
);
-- all that decides whether somebody is to be told now: who has the newest is never looked at
CREATE INDEX subscriptions_by_got ON subscriptions (topic, got, id, due, failures, trying);
CREATE INDEX subscriptions_of_host ON subscriptions (host);
CREATE INDEX subscriptions_ending ON subscriptions (until);
CREATE INDEX subscriptions_waiting ON subscriptions (due) WHERE due > 0;
CREATE INDEX subscriptions_failing ON subscriptions (failures) WHERE failures > 0;
"""


def connect(path: str) -> sqlite3.Connection:
    """Open or create the file; threads may share the connection if they take turns. Raises StateError."""
    if path != ":memory:":
        # never one that is there already: whoever closes it by any way but SQLite's lets go of all locks on it
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    except sqlite3.Error as fault:
        raise unusable(path, fault) from fault
    try:
        # FULL: with NORMAL a power cut loses subscribers that were told they are
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;")
        _lay_out(db, path)
    except sqlite3.Error as fault:
        db.close()
        raise unusable(path, fault) from fault
    except StateError:
        db.close()
        raise
    return db


def _lay_out(db: sqlite3.Connection, path: str) -> None:
    """The tables, made by the first of those who come at the same moment."""
    db.execute("BEGIN IMMEDIATE")
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StateError(f"{path}: written by a newer version of Syndicate; install that version or move the file")
        if not version:
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={VERSION}")
        db.execute("COMMIT")
    except BaseException:
        take_back(db)
        raise


def take_back(db: sqlite3.Connection) -> None:
    """End a transaction as if it had not been; a full disk may have ended it already."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def unusable(path: str, fault: sqlite3.Error) -> StateError:
    """What is said of a file that cannot be used."""
    return StateError(
        f"{path}: the subscribers of the hub cannot be used ({fault}); see that the disk has room and the file may be "
        "written. If it is damaged, move it away: subscribers come back when they renew"
    )
