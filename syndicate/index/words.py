"""Full text of the posts, for live queries: a file of its own beside the state, and what is asked of both.

In: titles and bodies as text. Out: which posts have certain words side by side. Whatever is in the file can be made
anew of the posts; so it is no part of the state, and a run never waits for it. Texts are stored as `split` has them: a
blank behind every letter of scripts that have none between words, so that a phrase finds words of any length.

Several may read while one writes; who writes holds the lock `<file>.lock` (`lock.held`).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Self

from syndicate.errors import StateError
from syndicate.index._opening import identity
from syndicate.index._rows import Chosen, Recipe, Shown
from syndicate.index._texts import FOLLOWED
from syndicate.index.remedies import remedy
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.records import NamedTuple

_VERSION = 2
_TABLES = (
    "DROP TABLE IF EXISTS texts",
    "DROP TABLE IF EXISTS known",
    "DROP TABLE IF EXISTS marks",
    # without what it was made of: that is needed only to take it out again, and is half as long when it is packed
    "CREATE VIRTUAL TABLE texts USING fts5(title, body, content='', tokenize='ascii', columnsize=0)",
    # the key of each post when it was read, and what it said
    "CREATE TABLE known (post INTEGER PRIMARY KEY, key BLOB NOT NULL, said BLOB NOT NULL)",
    # how far the changes of the state have been followed, since all posts had been read once
    "CREATE TABLE marks (followed TEXT NOT NULL, number INTEGER NOT NULL)",
    f"PRAGMA user_version={_VERSION}",
)
_opening = threading.Lock()
"""Of one process only one thread opens at a time: who made the file closes it once, and with it all locks on it."""
_PUBLIC = "posts.state = 2 AND entry_id IS NOT NULL"
_END_OF_TITLE = "\n"
_STEPS = 5_000
"""Steps of SQLite between two looks at the clock: a tenth of a millisecond."""


class TooLong(Exception):
    """A query was not answered within its time."""


class Text(NamedTuple):
    """What is known of a post by full text: its words (`split`) with a blank between two. `key` is that of its row."""

    post: int
    key: bytes
    title: str
    body: str


class Due(NamedTuple):
    """What is not known as it is now: (post, key) of public posts, the newest first, and posts that are public no more.

    `mark` is how far the state has been followed when that is done.
    """

    posts: list[tuple[int, bytes]]
    gone: list[int]
    mark: tuple[str, int]


class Words:
    """The file of full text, with the state beside it to compare with. Used by one thread at a time."""

    faults: ClassVar[tuple[type[Exception], ...]] = (sqlite3.DatabaseError,)

    def __init__(self, db: sqlite3.Connection, *paths: str) -> None:
        self._db, self._files = db, {path: identity(path) for path in paths}

    @classmethod
    def open(cls, path: str, state: str) -> Self:
        """Open or create; one that is damaged is made anew. `state` is the file of the index, which must be there.

        Raises:
            StateError: it can be neither used nor made, or there is no state yet.
        """
        if identity(state) is None:  # to attach it would make it
            raise StateError(f"{state}: nothing has been built here yet; run `syndicate build` first")
        try:
            return cls(_connect(path, state), path, state)
        except sqlite3.DatabaseError:
            _throw_away(path)
        try:
            return cls(_connect(path, state), path, state)
        except (sqlite3.DatabaseError, OSError) as fault:
            raise StateError(f"{path}: full text cannot be kept ({fault}): {remedy(fault)}") from fault

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()

    def version(self) -> tuple[int, int]:
        """Another pair after every change of the state or of the full text by others.

        Raises:
            StateError: another file is in the place of one of them.
        """
        if any(identity(path) != known for path, known in self._files.items()):
            raise StateError("the state or its full text is not where it was; if there is another, that one is taken")
        (state,) = self._db.execute("PRAGMA state.data_version").fetchone()
        (own,) = self._db.execute("PRAGMA main.data_version").fetchone()
        return int(state), int(own)

    def settled(self) -> tuple[str, ...]:
        """By what the configuration is known under which the posts were read and their feeds were made."""
        sql = "SELECT value FROM state.facts WHERE key IN ('reading', 'showing') ORDER BY key"
        return tuple(value for (value,) in self._db.execute(sql))

    def is_whole(self) -> bool:
        """Whether all public posts have been read once."""
        return self._mark() is not None

    def due(self) -> Due:
        """What has to be read again. Where the state writes down what changes, only that is looked at."""
        mark = self._latest()
        reached = self._mark()
        if reached and mark[0] and reached[0] == mark[0]:
            within = "SELECT post FROM state.reworded WHERE number > :reached"
            values = {"reached": reached[1]}
            asked = f"({within}) AS changed CROSS JOIN state.posts ON posts.id = changed.post"
            gone = f"SELECT post FROM known WHERE post IN ({within}) AND NOT EXISTS"
        else:
            values, asked, gone = {}, "state.posts", "SELECT post FROM known WHERE NOT EXISTS"
        stale = self._db.execute(
            f"SELECT posts.id, posts.key FROM {asked} LEFT JOIN known ON known.post = posts.id"
            f" WHERE {_PUBLIC} AND known.key IS NOT posts.key ORDER BY published DESC, posts.id",
            values,
        ).fetchall()
        rows = self._db.execute(f"{gone} (SELECT 1 FROM state.posts WHERE id = post AND {_PUBLIC})", values)
        return Due(stale, [post for (post,) in rows], mark)

    def keep(self, texts: Iterable[Text], gone: Iterable[int] = ()) -> None:
        """These posts say this from now on; those that are gone say nothing."""
        with self._transaction():
            for post in gone:
                self._take_out(post)
            for text in texts:
                self._take_out(text.post)
                said = zlib.compress(f"{text.title}{_END_OF_TITLE}{text.body}".encode(), 1)
                self._db.execute("INSERT INTO known VALUES (?, ?, ?)", (text.post, text.key, said))
                row = (text.post, text.title, text.body)
                self._db.execute("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", row)

    def settle(self, due: Due) -> None:
        """All that was due is done."""
        if self._mark() != due.mark:
            with self._transaction():
                self._db.execute("DELETE FROM marks")
                self._db.execute("INSERT INTO marks VALUES (?, ?)", due.mark)

    def _take_out(self, post: int) -> None:
        known = self._db.execute("SELECT said FROM known WHERE post = ?", (post,)).fetchone()
        if known:
            title, _, body = zlib.decompress(known[0]).decode().partition(_END_OF_TITLE)
            sql = "INSERT INTO texts (texts, rowid, title, body) VALUES ('delete', ?, ?, ?)"
            self._db.execute(sql, (post, title, body))
            self._db.execute("DELETE FROM known WHERE post = ?", (post,))

    def _mark(self) -> tuple[str, int] | None:
        got: tuple[str, int] | None = self._db.execute("SELECT followed, number FROM marks").fetchone()
        return got

    def _latest(self) -> tuple[str, int]:
        """How far the changes of the state go by now; ("", 0) where it does not write them down."""
        got = self._db.execute("SELECT value FROM state.facts WHERE key = ?", (FOLLOWED,)).fetchone()
        if not got:
            return "", 0
        (number,) = self._db.execute("SELECT coalesce(max(number), 0) FROM state.reworded").fetchone()
        return got[0], number

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


class Asking(SqliteIndex):
    """The state as live queries see it: with the full text beside it, and within a time."""

    @classmethod
    def beside(cls, state: str, words: str) -> Self:
        """Open the state, and the full text where there is any.

        Raises:
            StateError.
        """
        index = cls.open(state)
        if Path(words).exists():
            index._db.execute("ATTACH ? AS words", (words,))
        return index

    def found(self, chosen: Chosen, limit: int, now: int, seconds: float) -> list[tuple[Shown, Recipe]]:
        """The first posts of a selection that are visible at `now`, with what it takes to make their entries.

        Raises:
            TooLong: it is not known after so many seconds.
        """
        until = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            self._db.execute("BEGIN")
            shown = self.newest("", "", limit, now, chosen)
            recipes = {recipe.id: recipe for recipe in self.recipes([post.id for post in shown])}
        except sqlite3.OperationalError as fault:
            if "interrupt" in str(fault):
                raise TooLong from fault
            raise
        finally:
            self._db.set_progress_handler(None, 0)
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        return [(post, recipes[post.id]) for post in shown]


def throw_away_damaged(path: str, fault: Exception) -> bool:
    """Whether this fault says that the file is damaged: then it is no more, and will be made anew."""
    damaged = type(fault) is sqlite3.DatabaseError  # what passes by itself has classes of its own
    if damaged:
        _throw_away(path)
    return damaged


def _throw_away(path: str) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(path + ending).unlink(missing_ok=True)


def _connect(path: str, state: str) -> sqlite3.Connection:
    with _opening:
        with contextlib.suppress(FileExistsError):  # what posts say is in it, also of some that are public no more
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        db = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
        try:
            db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;")
            _make_tables(db)
            db.execute("ATTACH ? AS state", (state,))
            db.execute("SELECT 1 FROM state.posts LIMIT 1")
        except BaseException:
            db.close()
            raise
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    """At the version of this program; what another one made is thrown away."""
    if _version(db) == _VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    if _version(db) != _VERSION:  # or another process has made them meanwhile
        for statement in _TABLES:
            db.execute(statement)
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def words_beside(state: str) -> str:
    """The file of full text that belongs to this state."""
    return f"{state}.words"
