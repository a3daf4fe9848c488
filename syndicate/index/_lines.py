"""What the page of all feeds and the OPML say of each feed, kept in the tables, and how many feeds there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from syndicate.index._rows import FeedRow, LineRow, Listed

# pages of history are no feeds that anybody subscribes to
_FEEDS = "live AND instr(taxonomy, '@') = 0"

_NONE = 1 << 60
"""Stands for no moment: behind all others."""


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
        # bytes, as that is what they are written as; what they are sorted by stands in front
        sql = (
            f"SELECT -posts, coalesce(-newest, {_NONE}), label, name, CAST(line AS BLOB), CAST(outline AS BLOB),"
            " section, heading FROM lines JOIN feeds USING (taxonomy, name) WHERE live"
            " ORDER BY taxonomy, name"
        )
        sections: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._db.execute(sql):
            sections.setdefault(row[-2], []).append(row)
        return list(map(_listed, sections.values()))

    def keep_lines(self, rows: Iterable[LineRow]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def forget_lines(self) -> None:
        self._db.execute("DELETE FROM lines")


def _listed(rows: list[tuple[Any, ...]]) -> Listed:
    *_, section, heading = rows[0]
    outlines = [row[5] for row in rows if row[5]]
    rows.sort()
    newest = min(row[1] for row in rows)
    return Listed(section, heading, None if newest == _NONE else -newest, [row[4] for row in rows], outlines)
