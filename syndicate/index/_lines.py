"""What the page of all feeds and the OPML say of each feed, kept in the tables, and how many feeds there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from syndicate.index._rows import FeedRow, LineRow, Listed

# pages of history are no feeds that anybody subscribes to
_FEEDS = "live AND instr(taxonomy, '@') = 0"


class Lines:
    """The part of `SqliteIndex` that the list of all feeds rests on; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def totals(self) -> tuple[int, int]:
        (feeds,) = self._db.execute(f"SELECT count(*) FROM feeds WHERE {_FEEDS}").fetchone()
        (documents,) = self._db.execute("SELECT count(*) FROM documents").fetchone()
        return feeds, documents

    def paths(self, taxonomy: str, name: str) -> dict[str, str]:
        sql = "SELECT format, path FROM documents WHERE taxonomy = ? AND name = ?"
        return dict(self._db.execute(sql, (taxonomy, name)))

    def unlisted(self) -> list[FeedRow]:
        sql = (
            f"SELECT taxonomy, name, id, posts, newest, digest, updated FROM feeds WHERE {_FEEDS} AND NOT EXISTS"
            " (SELECT 1 FROM lines WHERE lines.taxonomy = feeds.taxonomy AND lines.name = feeds.name)"
            " ORDER BY taxonomy, name"
        )
        return [FeedRow(*row) for row in self._db.execute(sql)]

    def listed(self) -> list[Listed]:
        sql = (
            "SELECT taxonomy, name, posts, newest, section, heading, label, line, outline"
            " FROM lines JOIN feeds USING (taxonomy, name) WHERE live ORDER BY taxonomy, name"
        )
        return [Listed(*row) for row in self._db.execute(sql)]

    def keep_lines(self, rows: Iterable[LineRow]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def forget_lines(self) -> None:
        self._db.execute("DELETE FROM lines")
