"""What is published, into the tables: many feeds at once, as each statement costs more than the rows it changes."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from syndicate.index._afterlife import Afterlife
from syndicate.index._rows import DocumentRow, FeedRow

PART = struct.Struct("<q16sqqq")

_FEED = (
    "INSERT INTO feeds (taxonomy, name, id, posts, newest, digest, updated, live, empty_since)"
    " VALUES (?,?,?,?,?,?,?,1,?) ON CONFLICT DO UPDATE SET"
    " posts=excluded.posts, newest=excluded.newest, digest=excluded.digest, live=1,"
    " updated=coalesce(excluded.updated, updated),"
    " empty_since=CASE WHEN excluded.posts = 0 THEN coalesce(empty_since, excluded.empty_since) END"
)


_USUAL, _LONG = 1_000, 16_000
"""Pages of 8 kB that the log has before SQLite takes them over into the file: by itself, and where many are written."""


class Releases(Afterlife):
    """The part of `SqliteIndex` that records what is published; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    @contextmanager
    def releasing(self) -> Iterator[None]:
        # the posts of feeds stand all over the file, so transactions that follow one another write the same pages
        self._db.execute(f"PRAGMA wal_autocheckpoint={_LONG}")
        try:
            yield
        finally:
            self._db.execute(f"PRAGMA wal_autocheckpoint={_USUAL}")
            # else it would keep its greatest size as long as anybody has the state open
            self._db.execute(f"PRAGMA journal_size_limit={_USUAL * 8192}")

    def published(self, feed: FeedRow, documents: Sequence[DocumentRow], removed: Sequence[str], now: int = 0) -> None:
        self.publish([(feed, documents, removed)], now)

    def publish(self, feeds: Sequence[tuple[FeedRow, Sequence[DocumentRow], Sequence[str]]], now: int = 0) -> None:
        left = [path for _, _, removed in feeds for path in removed]
        self.leave(left, now)
        self._db.executemany("DELETE FROM documents WHERE path = ?", [(path,) for path in left])
        documents = [document for _, some, _ in feeds for document in some]
        self.settle(documents, now)
        pack = PART.pack
        self._db.executemany(
            "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                (d.path, d.path.casefold(), feed.taxonomy, feed.name, d.format, d.digest, d.size, d.shape, d.envelope,
                 b"".join([pack(*part) for part in d.parts]), d.url)
                for feed, some, _ in feeds
                for d in some
            ],
        )  # fmt: skip
        # by their places in the file: so each page of it is changed once, and fetched once
        shown = sorted({part.id for document in documents for part in document.parts if part.id > 0})
        self._db.executemany("UPDATE posts SET shown = 1 WHERE id = ? AND shown = 0", [(post,) for post in shown])
        self._db.executemany(_FEED, [(*feed, None if feed.posts else now) for feed, _, _ in feeds])
        self._settled([(feed.taxonomy, feed.name) for feed, _, _ in feeds])

    def withdrawn(self, taxonomy: str, name: str, now: int = 0) -> None:
        own = "SELECT path FROM documents WHERE taxonomy = ? AND name = ?"
        self.leave([path for (path,) in self._db.execute(own, (taxonomy, name)).fetchall()], now)
        self._db.execute("DELETE FROM documents WHERE taxonomy = ? AND name = ?", (taxonomy, name))
        # the row stays: the feed's permanent id is in it
        self._db.execute("UPDATE feeds SET live = 0 WHERE taxonomy = ? AND name = ?", (taxonomy, name))
        self._settled([(taxonomy, name)])

    def _settled(self, feeds: Sequence[tuple[str, str]]) -> None:
        self._db.executemany("DELETE FROM touched WHERE taxonomy = ? AND name = ?", feeds)
        self._db.executemany("DELETE FROM lines WHERE taxonomy = ? AND name = ?", feeds)
