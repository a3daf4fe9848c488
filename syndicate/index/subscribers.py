"""Who is told at once: what was asked of the hub and the subscriptions that came of it, in an SQLite file of their own.

In and out: `Asked` and `Subscription`. The file stands beside the state and is no part of it: a run never makes a
subscriber wait, and a state that is made anew loses none. Several processes and threads may use it at the same time.
All that is written is durable when the call returns. Secrets of subscribers are in it: its owner alone may read it.

Errors: `StateError` alone, wherever the file cannot be used: damaged, out of reach, or of a newer program. A file that
was taken away is begun anew.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from syndicate.index._opening import identity
from syndicate.index._subscribing import connect, take_back, unusable
from syndicate.model.hub import Asked, Subscription, Way
from syndicate.model.records import NamedTuple

ANY = 1 << 62
"""More failures in a row than there ever are."""

_ASKED = "way, topic, callback, subscribe, lease, secret, signature, procedure, challenge, denied, at, got"
_SUBSCRIPTION = ", ".join(Subscription._fields)
_DUE = f"""
SELECT {_SUBSCRIPTION} FROM subscriptions INDEXED BY subscriptions_by_got
WHERE topic = :topic AND {{range}} AND failures BETWEEN :least AND :most
    AND (due <= :now OR tried_at > :now OR (:anew AND trying <> :digest))
    AND (:without = '[]' OR host NOT IN (SELECT value FROM json_each(:without))) ORDER BY got, id LIMIT :limit
"""
_BELOW, _ABOVE = "got < :digest", "got > :digest"
_SAME, _BELOW_FURTHER, _ABOVE_FURTHER = "got = :got AND id > :id", "got > :got AND got < :digest", "got > :got"


class Limits(NamedTuple):
    """How much is taken: requests that wait in all, and of one host of callbacks; subscriptions, and of one host."""

    waiting: int = 1000
    waiting_of_host: int = 5
    subscriptions: int = 100_000
    subscriptions_of_host: int = 50_000


LIMITS = Limits()


class Taken(StrEnum):
    """Whether a request was taken, or why it was not."""

    YES = "yes"
    WAITING = "waiting"
    """Too many wait in all."""
    WAITING_OF_HOST = "waiting of host"
    """Too many wait of the host of its callback."""
    FULL = "full"
    """There are as many subscriptions as there may be."""
    FULL_OF_HOST = "full of host"
    """So many are of the host of its callback."""


class Tally(NamedTuple):
    """How many there are: subscriptions, topics that have any, those that failed last, requests that wait."""

    subscriptions: int
    topics: int
    failing: int
    waiting: int


class Subscribers:
    """The store. Calls inside `with store.transaction():` are kept all or none; any other is a transaction itself."""

    def __init__(self, path: str) -> None:
        """The file is opened when it is first needed, and again where it could not be."""
        self._path, self._lock = path, threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    @classmethod
    def open(cls, path: str) -> Self:
        """Open or create (`:memory:` for none) at once. Raises StateError."""
        store = cls(path)
        with store._used():
            return store

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable transaction; an exception takes everything in it back. Other threads wait for its end."""
        with self._used() as db:
            if db.in_transaction:
                yield  # a part of the one that is under way
                return
            try:
                db.execute("BEGIN IMMEDIATE")
                yield
                db.execute("COMMIT")
            except BaseException:
                take_back(db)
                raise

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connected()
            except sqlite3.Error as fault:
                raise unusable(self._path, fault) from fault

    def _connected(self) -> sqlite3.Connection:
        """The connection to the file that stands at the path now. Raises StateError."""
        db = self._db
        if db is not None and not db.in_transaction and identity(self._path) != self._file:
            self.close()
            db = None
        if db is None:
            db = self._db = connect(self._path)
            self._file = identity(self._path)
        return db

    def version(self) -> int:
        """Another number whenever another connection has changed anything since."""
        with self._used() as db:
            (number,) = db.execute("PRAGMA data_version").fetchone()
            return int(number)

    # -- what is asked

    def ask(self, asked: Asked, limits: Limits = LIMITS) -> Taken:
        """Remember a request until it is settled; it replaces one that asked for the same. Its `id` does not count.

        Who renews or ends a subscription needs no new room for it, and asking again for what waits takes none.
        """
        host = host_of(asked.callback)
        with self.transaction(), self._used() as db:
            same = (asked.way, asked.topic, asked.callback, asked.subscribe, asked.denied != "")
            db.execute(
                "DELETE FROM asked WHERE way = ? AND topic = ? AND callback = ? AND subscribe = ? AND denied <> '' = ?",
                same,
            )
            taken = self._room(db, asked, host, limits)
            if taken is Taken.YES:
                row = (*asked[:-1], host)
                db.execute(f"INSERT INTO asked ({_ASKED}, host) VALUES ({', '.join('?' * len(row))})", row)
            return taken

    def _room(self, db: sqlite3.Connection, asked: Asked, host: str, limits: Limits) -> Taken:
        def full(most: int, rows: str, *values: str) -> bool:
            (count,) = db.execute(f"SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT ?)", (*values, most)).fetchone()
            return bool(count >= most)

        if full(limits.waiting, "asked"):
            return Taken.WAITING
        if full(limits.waiting_of_host, "asked WHERE host = ?", host):
            return Taken.WAITING_OF_HOST
        if not asked.subscribe or asked.denied or self.find(asked.topic, asked.callback):
            return Taken.YES
        if full(limits.subscriptions, "subscriptions"):
            return Taken.FULL
        if full(limits.subscriptions_of_host, "subscriptions WHERE host = ?", host):
            return Taken.FULL_OF_HOST
        return Taken.YES

    def asked(self, limit: int, after: int = 0) -> list[Asked]:
        """What waits, in the order in which it came; `after` this id."""
        with self._used() as db:
            rows = db.execute(f"SELECT {_ASKED}, id FROM asked WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
            return [_asked(row) for row in rows]

    def settle(self, ids: Iterable[int]) -> int:
        """These do not wait any more, whatever came of them; how many did."""
        with self.transaction(), self._used() as db:
            return db.executemany("DELETE FROM asked WHERE id = ?", [(each,) for each in ids]).rowcount

    def outdate(self, asked: Asked) -> None:
        """What was asked before this, for the same topic and callback, does not count any more."""
        with self.transaction(), self._used() as db:
            sql = "DELETE FROM asked WHERE topic = ? AND callback = ? AND id < ? AND denied = ''"
            db.execute(sql, (asked.topic, asked.callback, asked.id))

    # -- subscriptions

    def grant(self, subscription: Subscription) -> None:
        """Begin a subscription, or renew the one with this topic and callback. Its `id` does not count.

        One that is renewed keeps its id, its beginning and what it got, and counts as well again: it has answered.
        """
        values = (*subscription[1:], host_of(subscription.callback))
        marks = ", ".join("?" * len(values))
        with self.transaction(), self._used() as db:
            db.execute(
                f"INSERT INTO subscriptions ({_SUBSCRIPTION.removeprefix('id, ')}, host) VALUES ({marks})"
                " ON CONFLICT (topic, callback) DO UPDATE SET way = excluded.way, until = excluded.until,"
                " secret = excluded.secret, signature = excluded.signature, procedure = excluded.procedure,"
                " failures = 0, due = 0, status = 0, told = ''",
                values,
            )

    def find(self, topic: str, callback: str) -> Subscription | None:
        """The subscription that these name."""
        with self._used() as db:
            sql = f"SELECT {_SUBSCRIPTION} FROM subscriptions WHERE topic = ? AND callback = ?"
            got = db.execute(sql, (topic, callback)).fetchone()
            return _subscription(got) if got else None

    def drop(self, topic: str, callback: str) -> bool:
        """End a subscription. Whether there was one."""
        with self.transaction(), self._used() as db:
            sql = "DELETE FROM subscriptions WHERE topic = ? AND callback = ?"
            return db.execute(sql, (topic, callback)).rowcount > 0

    def end(self, ids: Iterable[int]) -> None:
        """End these: gone (410), or given up."""
        with self.transaction(), self._used() as db:
            db.executemany("DELETE FROM subscriptions WHERE id = ?", [(each,) for each in ids])

    def expire(self, now: int, limit: int = 1000) -> int:
        """End those whose lease has ended at `now`, at most `limit`; how many."""
        with self.transaction(), self._used() as db:
            ended = "SELECT id FROM subscriptions WHERE until <= ? ORDER BY until LIMIT ?"
            return db.execute(f"DELETE FROM subscriptions WHERE id IN ({ended})", (now, limit)).rowcount

    def due(
        self,
        topic: str,
        digest: bytes,
        now: int,
        limit: int,
        *,
        after: Subscription | None = None,
        failures: tuple[int, int] = (0, ANY),
        anew: bool = False,
        without: Iterable[str] = (),
    ) -> list[Subscription]:
        """Subscriptions of a topic that have not got its entries of this digest, and whose `due` has come.

        Ordered by what they have got; the next batch is asked for with the last one of this (`after`), and finds each
        at most once however many were kept meanwhile. `failures` are the least and the most in a row. With `anew`
        also those whose `due` has not come but that were never tried at this digest. Where the clock was put back,
        what is in its future counts for nothing. Those of hosts in `without` are passed over. The cost
        follows what has not got it, not how many there are.
        """
        values = {
            "topic": topic, "digest": digest, "now": now, "least": failures[0], "most": failures[1], "anew": anew,
            "without": json.dumps(list(without)),
            "got": after.got if after else b"", "id": after.id if after else 0,
        }  # fmt: skip
        found: list[Subscription] = []
        with self._used() as db:
            # one range of the index after the other: all conditions in one would be looked at row by row
            for each in _ranges(digest, after):
                if len(found) < limit:
                    rows = db.execute(_DUE.format(range=each), {**values, "limit": limit - len(found)})
                    found += [_subscription(row) for row in rows]
        return found

    def keep(self, subscriptions: Iterable[Subscription]) -> None:
        """Remember what came of attempts, in one transaction: what was got, failures, and when to try again.

        Nothing else is taken from them, so a renewal that came meanwhile stays; one that has ended stays so.
        """
        fields = ("got", "got_at", "trying", "failures", "tried_at", "due", "status", "told")
        rows = [(*(getattr(each, name) for name in fields), each.id) for each in subscriptions]
        with self.transaction(), self._used() as db:
            db.executemany(f"UPDATE subscriptions SET {', '.join(f'{name} = ?' for name in fields)} WHERE id = ?", rows)

    # -- looking

    def topics(self) -> dict[str, int]:
        """How many subscriptions each topic has that has any."""
        with self._used() as db:
            return dict(db.execute("SELECT topic, count(*) FROM subscriptions GROUP BY topic").fetchall())

    def of_topic(self, topic: str, limit: int, after: str = "") -> list[Subscription]:
        """The subscriptions of a topic, by callback; `after` this one."""
        with self._used() as db:
            sql = (
                f"SELECT {_SUBSCRIPTION} FROM subscriptions WHERE topic = ? AND callback > ? ORDER BY callback LIMIT ?"
            )
            return [_subscription(row) for row in db.execute(sql, (topic, after, limit))]

    def failing(self, limit: int) -> list[Subscription]:
        """Those whose last attempt failed, the longest failing first."""
        with self._used() as db:
            sql = f"SELECT {_SUBSCRIPTION} FROM subscriptions WHERE failures > 0 ORDER BY failures DESC, id LIMIT ?"
            return [_subscription(row) for row in db.execute(sql, (limit,))]

    def next_due(self, now: int) -> int | None:
        """The first moment after `now` at which one that failed is to be tried again."""
        with self._used() as db:
            (due,) = db.execute("SELECT min(due) FROM subscriptions WHERE due > 0 AND due > ?", (now,)).fetchone()
            return due if due is None else int(due)

    def next_end(self) -> int | None:
        """When the first lease ends."""
        with self._used() as db:
            (until,) = db.execute("SELECT min(until) FROM subscriptions").fetchone()
            return until if until is None else int(until)

    def ends(self, now: int) -> list[tuple[int, int]]:
        """How many leases end within how many days from now (0: today), the first first."""
        with self._used() as db:
            sql = "SELECT max(until - ?1, 0) / 86400, count(*) FROM subscriptions GROUP BY 1 ORDER BY 1"
            return [(int(day), int(count)) for day, count in db.execute(sql, (now,))]

    def behind(self, topic: str, digest: bytes) -> int:
        """How many subscriptions of a topic have not got its entries of this digest, whether or not they failed."""
        with self._used() as db:
            sql = f"SELECT count(*) FROM subscriptions WHERE topic = :topic AND ({_BELOW} OR {_ABOVE})"
            (count,) = db.execute(sql, {"topic": topic, "digest": digest}).fetchone()
            return int(count)

    def tally(self) -> Tally:
        """How many there are of what."""
        with self._used() as db:
            sql = (
                "SELECT (SELECT count(*) FROM subscriptions), (SELECT count(DISTINCT topic) FROM subscriptions),"
                " (SELECT count(*) FROM subscriptions WHERE failures > 0), (SELECT count(*) FROM asked)"
            )
            return Tally(*db.execute(sql).fetchone())


def host_of(callback: str) -> str:
    """The host of a callback, in small letters and without its port; "" where none can be told."""
    try:
        return (urlsplit(callback).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _ranges(digest: bytes, after: Subscription | None) -> tuple[str, ...]:
    """Where those stand that have not got a digest, in order; `after` the last one that was found."""
    if not after:
        return _BELOW, _ABOVE
    if after.got == digest:  # of an older version, which is the newest again
        return (_ABOVE,)
    return (_SAME, _BELOW_FURTHER, _ABOVE) if after.got < digest else (_SAME, _ABOVE_FURTHER)


def _asked(row: tuple[str, ...]) -> Asked:
    asked = Asked._make(row)
    return asked._replace(way=Way(asked.way), subscribe=bool(asked.subscribe), challenge=bool(asked.challenge))


def _subscription(row: tuple[str, ...]) -> Subscription:
    found = Subscription._make(row)
    return found._replace(way=Way(found.way))
