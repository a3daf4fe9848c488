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
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple, Self

from syndicate.errors import StateError
from syndicate.index._opening import identity
from syndicate.index._rows import Chosen, Recipe, Shown
from syndicate.index.remedies import remedy
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.selection import split

_VERSION = 1
_TABLES = f"""
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS texts;
DROP TABLE IF EXISTS known;
CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='ascii', columnsize=0);
-- the key of each post when it was read, and whether all have been read once
CREATE TABLE known (post INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS whole (once INTEGER PRIMARY KEY);
DELETE FROM whole;
PRAGMA user_version={_VERSION};
COMMIT;
"""
_PUBLIC = "posts.state = 2 AND entry_id IS NOT NULL"
_STEPS = 5_000
"""Steps of SQLite between two looks at the clock: a tenth of a millisecond."""


class TooLong(Exception):
    """A query was not answered within its time."""


class Text(NamedTuple):
    """What is known of a post by full text. `key` is that of its row."""

    post: int
    key: bytes
    title: str
    body: str


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
            for ending in ("", "-wal", "-shm", "-journal"):
                Path(path + ending).unlink(missing_ok=True)
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
        return self._db.execute("SELECT 1 FROM whole").fetchone() is not None

    def stale(self) -> list[tuple[int, bytes]]:
        """(post, key) of the public posts that are not known as they are now, the newest first."""
        sql = (
            f"SELECT id, posts.key FROM state.posts LEFT JOIN known ON post = id WHERE {_PUBLIC}"
            " AND known.key IS NOT posts.key ORDER BY published DESC, id"
        )
        return self._db.execute(sql).fetchall()

    def keep(self, texts: Iterable[Text]) -> None:
        """These posts say this from now on."""
        with self._transaction():
            for text in texts:
                self._db.execute("DELETE FROM texts WHERE rowid = ?", (text.post,))
                row = (text.post, " ".join(split(text.title)), " ".join(split(text.body)))
                self._db.execute("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", row)
                self._db.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (text.post, text.key))

    def forget_gone(self) -> int:
        """Forget posts that are public no more; how many."""
        sql = f"SELECT post FROM known WHERE NOT EXISTS (SELECT 1 FROM state.posts WHERE id = post AND {_PUBLIC})"
        gone = self._db.execute(sql).fetchall()
        if gone:
            with self._transaction():
                self._db.executemany("DELETE FROM texts WHERE rowid = ?", gone)
                self._db.executemany("DELETE FROM known WHERE post = ?", gone)
        return len(gone)

    def note_whole(self) -> None:
        """All public posts have been read."""
        if not self.is_whole():
            self._db.execute("INSERT INTO whole VALUES (1)")

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


def _connect(path: str, state: str) -> sqlite3.Connection:
    with contextlib.suppress(FileExistsError):  # what posts say is in it, also of some that are public no more
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    try:
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            db.executescript(_TABLES)
        db.execute("ATTACH ? AS state", (state,))
        db.execute("SELECT 1 FROM state.posts LIMIT 1")
    except BaseException:
        db.close()
        raise
    return db


def words_beside(state: str) -> str:
    """The file of full text that belongs to this state."""
    return f"{state}.words"
