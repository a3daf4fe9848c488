"""What is asked of the tables for single readers: one published document at a time; see `Index` for the promises."""

from __future__ import annotations

import sqlite3
import struct

from syndicate.index._parcels import NEVER
from syndicate.index._rows import Part, PublishedRow

_PART = struct.Struct("<q16sqqq")


class Reading:
    """The part of `SqliteIndex` that a server asks."""

    _db: sqlite3.Connection

    def read_only(self, wait: float) -> None:
        self._db.executescript(
            f"PRAGMA query_only=ON; PRAGMA busy_timeout={int(wait * 1000)}; PRAGMA cache_size=-4096;"
        )

    def document(self, path: str) -> PublishedRow | None:
        sql = (
            "SELECT path, taxonomy, name, format, url, documents.digest, size, feeds.digest, updated"
            " FROM documents LEFT JOIN feeds USING (taxonomy, name) WHERE path = ?"
        )
        got = self._db.execute(sql, (path,)).fetchone()
        if not got:
            return None
        codings = self._db.execute("SELECT coding FROM variants WHERE path = ?", (path,)).fetchall()
        return PublishedRow._make((*got, tuple(coding for (coding,) in codings)))

    def parts(self, path: str) -> tuple[bytes, list[Part]]:
        got = self._db.execute("SELECT digest, parts FROM documents WHERE path = ?", (path,)).fetchone()
        return (got[0], [Part(*each) for each in _PART.iter_unpack(got[1])]) if got else (b"", [])

    def moments_in(self, path: str) -> list[int]:
        got = self._db.execute("SELECT parts FROM documents WHERE path = ?", (path,)).fetchone()
        posts = [post for post, *_ in _PART.iter_unpack(got[0]) if post > 0] if got else []
        marks = ",".join("?" * len(posts))
        sql = f"SELECT updated FROM posts WHERE id IN ({marks}) AND updated IS NOT NULL"
        return [moment for (moment,) in self._db.execute(sql, posts)]

    def forwarding_mark(self, now: int) -> str:
        marks = tuple(
            self._db.execute(sql, {"now": now} if ":now" in sql else {}).fetchone()
            for sql in (
                "SELECT count(*), '' FROM documents",
                "SELECT count(*), max(at) FROM left_paths",
                "SELECT count(*), max(gone_at) FROM posts WHERE gone_url IS NOT NULL",
                "SELECT count(*), max(visible_until) FROM posts WHERE state = 2"
                f" AND visible_until < {NEVER} AND visible_until <= :now",
            )
        )
        return repr(marks)
