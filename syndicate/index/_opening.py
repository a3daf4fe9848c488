"""Opening the file of the SQLite index, and how an older one becomes a current one."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import struct
from pathlib import Path

from syndicate.errors import StateError
from syndicate.index._parcels import NEVER
from syndicate.index._runs import RUNS
from syndicate.index._schema import (
    AFTERLIFE,
    BY_FEED,
    BY_LANGUAGE,
    BY_TERM,
    COMING,
    LATER_COLUMNS,
    LINES,
    PIECES,
    POST_TERMS,
    RETURNING,
    SERVICE,
    TABLES,
    TIES,
    VARIANTS,
    VERSION,
)
from syndicate.index._selects import register
from syndicate.index._tallies import TALLIED, TALLIES, TALLYING
from syndicate.index._ties import named
from syndicate.index.remedies import remedy
from syndicate.model.digest import FORMER

_COLUMNS = f"""
ALTER TABLE posts ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN translation TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN ties TEXT;
DROP INDEX posts_newest;
{BY_LANGUAGE}
"""

_SECOND = f"""
DROP TABLE IF EXISTS refs;
DROP TABLE IF EXISTS names;
DROP TABLE IF EXISTS needs;
DROP TABLE IF EXISTS faults;
{TIES}
INSERT OR IGNORE INTO names SELECT json_each.value, posts.id FROM posts, json_each(names(posts.path));
-- a blank behind the JSON: nothing counts as unchanged when it is read anew
UPDATE posts SET packed = packed || ' ' WHERE state > 0 AND packed <> '';
DELETE FROM facts WHERE key = 'reading';
"""


_BEGIN = "BEGIN IMMEDIATE; SELECT still(user_version) FROM pragma_user_version;"
"""Of a step: it begins when nobody else writes, and only where nobody else has made it meanwhile."""

_SCRIPTS = {
    3: VARIANTS,
    6: f"{SERVICE} {RUNS}",
    7: f"DROP INDEX IF EXISTS documents_by_feed; {BY_FEED} {LINES}",
    8: TALLIES + "".join(f"DROP TRIGGER IF EXISTS {name}; {made};" for name, made in TALLYING.items()) + f"{TALLIED};",
    9: PIECES,
}
"""What a version gets that knew no variants of documents, told nobody, made the list of all feeds from nothing each
time, counted posts whenever it was asked how many there are, or kept the stamps of each folder in one piece."""


def connect(path: str, wait: float = 60.0) -> sqlite3.Connection:
    """Open or create the file, at the current version of the tables. Who holds it is waited for so many seconds.

    Raises:
        StateError: the file is damaged, cannot be written, is held, or belongs to a newer program.
    """
    if path != ":memory:":
        # titles and paths of drafts are in it, and it may come to lie in a folder that is served. Never one that is
        # there already: whoever closes it by any way but SQLite's lets go of all locks that his process has on it
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=wait)
    except sqlite3.DatabaseError as fault:
        raise _unusable(path, fault) from fault
    try:
        # FULL: with NORMAL a power cut loses transactions that were already acknowledged
        register(connection)
        connection.executescript("PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;")
        _bring_up_to_date(connection, path)
        settle_journal(connection)
    except sqlite3.DatabaseError as fault:
        connection.close()
        raise _unusable(path, fault) from fault
    except StateError:
        connection.close()
        raise
    return connection


def identity(path: str) -> tuple[int, int] | None:
    """By which a file is known from another one at its place; None where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def sent(path: str) -> bool:
    """What was written to the file is on the disk; False where it cannot be sent there."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _unusable(path: str, fault: sqlite3.DatabaseError) -> StateError:
    return StateError(f"{path}: the state cannot be used ({fault}): {remedy(fault)}")


def _bring_up_to_date(connection: sqlite3.Connection, path: str) -> None:
    """Several processes, and threads of one, may open a file at the same moment: only one of them makes each step."""
    while (version := _version(connection)) != VERSION:
        if version > VERSION:
            raise StateError(f"{path}: written by a newer version of Syndicate; install that version or move the file")
        try:
            _step(connection, version)
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if _version(connection) == version:
                raise  # nobody else was there before us


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _step(connection: sqlite3.Connection, version: int) -> None:
    """From one version to the next, or from nothing to the last."""

    def still(found: int) -> None:
        if found != version:
            raise ValueError("somebody else has made this step")

    connection.create_function("still", 1, still)
    if version == 0:
        # rows of posts, most below 1 kB, waste less of larger pages
        connection.executescript(f"PRAGMA page_size=8192; {_BEGIN} {TABLES} PRAGMA user_version={VERSION}; COMMIT;")
    elif version in _SCRIPTS:
        connection.executescript(f"{_BEGIN} {_SCRIPTS[version]} PRAGMA user_version={version + 1}; COMMIT;")
    else:
        {1: _from_first, 2: _from_second, 4: _from_fourth, 5: _from_fifth}[version](connection)


def settle_journal(connection: sqlite3.Connection) -> bool:
    """A write-ahead log as soon as there are posts, so that others can read while a run writes. Whether it is so.

    Until then a rollback journal: into a log a first build writes everything twice, which was a third of what storing
    costs; the journal of a file without posts stays next to empty. It is emptied, not deleted, since that is
    durable without a sync of the folder.
    """
    # the switch goes by way of DELETE, or the emptied journal would be left lying. Where somebody reads just now,
    # or the file has been damaged meanwhile, it is for the next who comes
    with contextlib.suppress(sqlite3.DatabaseError):
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (last,) = connection.execute("SELECT max(id) FROM posts").fetchone()
        if mode in ("wal", "memory"):
            return True
        if last is None:
            connection.execute("PRAGMA journal_mode=TRUNCATE")
            return False
        connection.executescript("PRAGMA journal_mode=DELETE; PRAGMA journal_mode=WAL;")
    return True


def _from_first(connection: sqlite3.Connection) -> None:
    """From version 1, which knew neither languages nor ties: its ledger is kept, and all files are read anew."""
    connection.create_function("names", 1, lambda path: json.dumps(named(path)[1:]), deterministic=True)
    (known,) = connection.execute("SELECT count(*) FROM pragma_table_info('posts') WHERE name = 'ties'").fetchone()
    connection.executescript(f"{_BEGIN} {'' if known else _COLUMNS} {_SECOND} PRAGMA user_version=2; COMMIT;")


def _from_second(connection: sqlite3.Connection) -> None:
    """From version 2, which knew no history and nothing of what is gone: all files are read anew."""
    connection.create_function("relaid", 1, _relaid, deterministic=True)
    added = "".join(
        f"ALTER TABLE {table} ADD COLUMN {name} {kind};"
        for table, columns in LATER_COLUMNS.items()
        for name, kind in columns.items()
        if name not in _columns(connection, table)
    )
    connection.executescript(
        f"{_BEGIN} {added} {AFTERLIFE}"
        " UPDATE documents SET parts = relaid(parts);"
        # what has an id had been shown, as far as is known
        " UPDATE posts SET shown = 1 WHERE entry_id IS NOT NULL;"
        " DELETE FROM facts WHERE key = 'reading'; PRAGMA user_version=3; COMMIT;"
    )


def _from_fourth(connection: sqlite3.Connection) -> None:
    """From version 4, which had other numbers for no moment and the paths of posts beside their terms."""
    moments = "".join(
        f"UPDATE posts SET {column} = {sign}{NEVER} WHERE {column} = {sign}{1 << 62};"
        f"UPDATE post_terms SET {column} = {sign}{NEVER} WHERE {column} = {sign}{1 << 62};"
        for column, sign in (("visible_from", "-"), ("visible_until", ""))
    )
    connection.executescript(
        f"{_BEGIN} DROP INDEX posts_coming; DROP INDEX posts_leaving; {moments} {COMING}"
        f" DROP INDEX posts_returning; {RETURNING}"
        f" ALTER TABLE post_terms RENAME TO terms_then; {POST_TERMS} INSERT OR IGNORE INTO post_terms"
        " SELECT post, term, published, visible_from, visible_until FROM terms_then; DROP TABLE terms_then;"
        f" {BY_TERM}; PRAGMA user_version=5; COMMIT;"
    )


def _from_fifth(connection: sqlite3.Connection) -> None:
    """From version 5, whose digests were made by another function: they are kept as such, and all files are read anew.

    So no post counts as edited, and what is published can still be told from what somebody else put there.
    """
    connection.create_function("former", 1, lambda digest: FORMER + digest if digest else b"", deterministic=True)
    connection.executescript(
        f"{_BEGIN} UPDATE posts SET digest = former(digest), broken_digest = former(broken_digest);"
        " UPDATE documents SET digest = former(digest);"
        " DELETE FROM facts WHERE key = 'reading'; PRAGMA user_version=6; COMMIT;"
    )


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _relaid(parts: bytes) -> bytes:
    """The parts of a document as version 3 has them: none of them was shortened."""
    old, new = struct.Struct("<q16sqq"), struct.Struct("<q16sqqq")
    return b"".join(new.pack(*part, 0) for part in old.iter_unpack(parts))
