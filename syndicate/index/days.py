"""How many readers there were, day by day: an SQLite file of its own beside the state.

In: a Tally every minute. Out: what was counted, by day, feed, program and status. There is no address in it, nor
anything else by which one person could be told from another. Writing to it never waits for a run, and no run for it.

It is not the index: what the state forgets stays counted, and the file can be taken away at any time.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from syndicate.errors import StateError
from syndicate.index._opening import identity
from syndicate.model.numbers import DAY, WEEK, Answers, Day, Kind, Reader, Stated, Tally, Traffic

VERSION = 1

HOURS = 14 * DAY
"""How long the hours of a day are told apart."""

FEEDS = 400 * DAY
"""How long days are kept of each feed and program; those of the whole site are kept for good."""

ROWS = 2_000_000
"""Rows of feeds that are kept at most: above that, the oldest days go."""

WORDS = 200_000
"""Words of aggregators that are kept at most."""

_TABLES = """
CREATE TABLE days (
    day INTEGER NOT NULL,
    feed TEXT NOT NULL,
    stated INTEGER NOT NULL DEFAULT 0,
    direct INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    conditional INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, feed)
) WITHOUT ROWID;
CREATE INDEX days_by_feed ON days (feed, day);

-- what an aggregator said last of a feed
CREATE TABLE stated (
    feed TEXT NOT NULL,
    name TEXT NOT NULL,
    ident TEXT NOT NULL,
    people INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (feed, name, ident)
) WITHOUT ROWID;
CREATE INDEX stated_by_name ON stated (name, day, people);
CREATE INDEX stated_by_day ON stated (day, people);

CREATE TABLE readers (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    people INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    conditional INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, name, kind)
) WITHOUT ROWID;

CREATE TABLE answers (
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY (at, status)
) WITHOUT ROWID;
"""

_TRAFFIC = ", ".join(Traffic._fields)
_ADDED = ", ".join(f"{name} = {name} + excluded.{name}" for name in Traffic._fields)
_SUMS = ", ".join(f"sum({name})" for name in Traffic._fields)
_PLACES = ", ".join("?" * len(Traffic._fields))


class Days:
    """The store. Calls may come from several threads, and from several processes on one file."""

    faults: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    """What any call may raise when the file turns out to be damaged or out of reach."""

    def __init__(self, path: str) -> None:
        self._path, self._db, self._file = path, _connected(path), identity(path)
        self._guard = threading.Lock()

    @classmethod
    def open(cls, path: str) -> Self:
        """Open or create.

        Raises:
            StateError: the file is damaged, cannot be written, or belongs to a newer program.
        """
        # never one that is there already: see `_opening.connect`
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        return cls(path)

    @classmethod
    def there(cls, path: str) -> Self | None:
        """The same of a file that is there already; None where nothing was ever counted. Raises as `open`."""
        return cls(path) if Path(path).is_file() else None

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._db.close()

    @property
    def stands(self) -> bool:
        """Whether the file is still where it was opened: somebody may have taken it away."""
        return identity(self._path) == self._file

    # counting

    def add(self, tally: Tally) -> None:
        """Add what was counted, in one transaction: all of it is there, or nothing."""
        with self._writing():
            self._keep_stated(tally)
            self._keep_days(tally)
            self._keep_readers(tally)
            sql = (
                "INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " requests = requests + excluded.requests, sent = sent + excluded.sent"
            )
            self._db.executemany(sql, [(tally.at, status, *counts) for status, counts in tally.answers.items()])

    def forget(self, today: int) -> None:
        """To be called once a day: what is too old, or too much, goes; hours become days. `today` is when it began."""
        with self._writing():
            self._db.execute("DELETE FROM days WHERE feed <> '' AND day < ?", (today - FEEDS,))
            self._db.execute("DELETE FROM readers WHERE day < ?", (today - FEEDS,))
            self._db.execute("DELETE FROM stated WHERE day <= ?", (today - WEEK,))
            self._merge_hours(today - HOURS)
            for table, most in (("days", ROWS), ("stated", WORDS)):
                day = self._one(f"SELECT day FROM {table} ORDER BY day DESC LIMIT 1 OFFSET ?", most)
                spared = " AND feed <> ''" if table == "days" else ""
                self._db.execute(f"DELETE FROM {table} WHERE day <= ?{spared}", (day,))

    # looking

    def site(self, since: int, until: int) -> list[Day]:
        """The days of the whole site that begin from `since` on and before `until`; none of those without a reader."""
        return self.feed("", since, until)

    def feed(self, key: str, since: int, until: int) -> list[Day]:
        """The same of one feed."""
        sql = (
            f"SELECT day, feed, stated, direct, {_TRAFFIC} FROM days WHERE feed = ? AND day >= ? AND day < ?"
            " ORDER BY day"
        )
        return [_day(row) for row in self._all(sql, key, since, until)]

    def feeds(self, since: int, until: int, limit: int = 100) -> list[Day]:
        """The feeds with most subscribers within these days: one row a feed, with the most subscribers of one day, the
        traffic of all of them, and the last day on which somebody asked for it."""
        sql = (
            f"SELECT max(day), feed, max(stated), max(direct), {_SUMS} FROM days WHERE day >= ? AND day < ?"
            " AND feed <> '' GROUP BY feed ORDER BY max(stated) + max(direct) DESC, sum(requests) DESC, feed LIMIT ?"
        )
        return [_day(row) for row in self._all(sql, since, until, limit)]

    def readers(self, since: int, until: int, limit: int = 100) -> list[Reader]:
        """The programs and services with most people within these days; `people` is the most of one day."""
        sql = (
            f"SELECT name, kind, max(people), {_SUMS} FROM readers WHERE day >= ? AND day < ? GROUP BY name, kind"
            " ORDER BY max(people) DESC, sum(requests) DESC, name LIMIT ?"
        )
        return [
            Reader(name, Kind(kind), people, Traffic(*rest))
            for name, kind, people, *rest in self._all(sql, since, until, limit)
        ]

    def stated(self, feed: str, today: int, limit: int = 100) -> list[Stated]:
        """What aggregators say of one feed, the most subscribers first."""
        sql = (
            "SELECT feed, name, ident, people, day FROM stated WHERE feed = ? AND day > ?"
            " ORDER BY people DESC, name, ident LIMIT ?"
        )
        return [Stated(*row) for row in self._all(sql, feed, today - WEEK, limit)]

    def answers(self, since: int, until: int, step: int) -> list[Answers]:
        """Answers by status, in steps of so many seconds (HOUR or DAY), the first first; hours are known for two weeks.

        `at` is when the step begins.
        """
        sql = (
            "SELECT at - at % ?1, status, sum(requests), sum(sent) FROM answers WHERE at >= ?2 AND at < ?3"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [Answers(*row) for row in self._all(sql, step, since, until)]

    def first(self) -> int | None:
        """The first day of all; None where nothing was counted yet."""
        with self._guard:
            return self._one("SELECT min(day) FROM days WHERE feed = ''")

    # how

    def _keep_stated(self, tally: Tally) -> None:
        sql = (
            "INSERT INTO stated VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " people = excluded.people, day = excluded.day WHERE excluded.day >= stated.day"
        )
        self._db.executemany(sql, [(*key, people, tally.day) for key, people in tally.stated.items()])

    def _keep_days(self, tally: Tally) -> None:
        feeds = tally.traffic.keys() | tally.direct.keys() | {feed for feed, _, _ in tally.stated}
        sql = (
            f"INSERT INTO days (day, feed, direct, {_TRAFFIC}) VALUES (?, ?, ?, {_PLACES}) ON CONFLICT DO UPDATE SET"
            f" direct = max(direct, excluded.direct), {_ADDED}"
        )
        rows = [(tally.day, feed, tally.direct.get(feed, 0), *tally.traffic.get(feed, Traffic())) for feed in feeds]
        self._db.executemany(sql, sorted(rows))
        # the word of an aggregator holds for a week, also for feeds that it did not ask for today
        said = "SELECT coalesce(sum(people), 0) FROM stated WHERE day > ?1"
        self._db.executemany(
            f"UPDATE days SET stated = ({said} AND stated.feed = ?3) WHERE day = ?2 AND feed = ?3",
            [(tally.day - WEEK, tally.day, feed) for feed in feeds if feed],
        )
        self._db.execute(
            f"UPDATE days SET stated = ({said}) WHERE day = ?2 AND feed = ''", (tally.day - WEEK, tally.day)
        )

    def _keep_readers(self, tally: Tally) -> None:
        sql = (
            f"INSERT INTO readers (day, name, kind, people, {_TRAFFIC}) VALUES (?, ?, ?, ?, {_PLACES})"
            f" ON CONFLICT DO UPDATE SET people = max(people, excluded.people), {_ADDED}"
        )
        self._db.executemany(
            sql,
            [
                (tally.day, name, str(kind), self._people(tally, name, kind), *traffic)
                for (name, kind), traffic in tally.readers.items()
            ],
        )

    def _people(self, tally: Tally, name: str, kind: Kind) -> int:
        if kind is not Kind.AGGREGATOR:
            return tally.people.get(name, 0) if kind is Kind.READER else 0
        sql = "SELECT coalesce(sum(people), 0) FROM stated WHERE name = ? AND day > ?"
        return self._one(sql, name, tally.day - WEEK) or 0

    def _merge_hours(self, before: int) -> None:
        before -= before % DAY
        rows = self._db.execute(
            "SELECT at - at % ?1, status, sum(requests), sum(sent) FROM answers WHERE at < ?2 AND at >= coalesce("
            "(SELECT min(at) FROM answers WHERE at % ?1 <> 0), ?2) / ?1 * ?1 GROUP BY 1, 2",
            (DAY, before),
        ).fetchall()
        days = sorted({row[0] for row in rows})
        self._db.executemany("DELETE FROM answers WHERE at >= ? AND at < ?", [(day, day + DAY) for day in days])
        self._db.executemany("INSERT INTO answers VALUES (?, ?, ?, ?)", rows)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with self._guard:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk may have ended it already
                    self._db.execute("ROLLBACK")
                raise

    def _all(self, sql: str, *values: int | str) -> list[tuple[Any, ...]]:
        with self._guard:
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: int | str) -> int | None:
        found = self._db.execute(sql, values).fetchone()
        return found[0] if found else None


def _day(row: tuple[Any, ...]) -> Day:
    day, feed, stated, direct, *traffic = row
    return Day(day, feed, stated, direct, Traffic(*traffic))


def _connected(path: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    except sqlite3.DatabaseError as fault:
        raise _unusable(path, fault) from fault
    try:
        # NORMAL: a power cut may cost the last minute, and nothing is damaged by it
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        _make(connection, path)
    except BaseException as fault:
        connection.close()
        if isinstance(fault, sqlite3.DatabaseError):
            raise _unusable(path, fault) from fault
        raise
    return connection


def _make(connection: sqlite3.Connection, path: str) -> None:
    if _version(connection) > VERSION:
        raise StateError(f"{path}: written by a newer version of Syndicate; install that version or move the file")
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) < VERSION:  # nobody else was there before us
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _unusable(path: str, fault: sqlite3.DatabaseError) -> StateError:
    return StateError(
        f"{path}: the numbers of readers cannot be used ({fault}); move the file away, and counting begins anew"
    )
