"""The history of feeds in the tables: which post stands on which page (RFC 5005, 4).

A page is filled once, from the oldest posts that stand on none, and keeps them for good. A post that leaves the feed
leaves a gap, and finds its place again when it returns. So a page changes only with its own posts, and its address
always means the same of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from syndicate.index import _selects as selects
from syndicate.index._rows import SITE, Chosen, Shown
from syndicate.index.shelves import page_of

_VISIBLE = "posts.state = 2 AND posts.visible_from <= :now AND posts.visible_until > :now"
_TERM = "SELECT terms.id FROM terms WHERE terms.taxonomy = :term_taxonomy AND terms.name = :name"
_THERE = "history.taxonomy = :of AND history.name = :name"


class Pages:
    """The part of `SqliteIndex` that knows the history of feeds; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def pages(self, taxonomy: str, name: str) -> int:
        sql = "SELECT coalesce(max(page), 0) FROM history WHERE taxonomy = ? AND name = ?"
        (last,) = self._db.execute(sql, (taxonomy, name)).fetchone()
        return int(last)

    def unpaged(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> list[Shown]:
        condition, values = self._condition(taxonomy, name, now, chosen)
        source = "posts"
        if taxonomy:  # a term leads to its posts; asked the other way round, every post would be looked at
            source, condition = "post_terms CROSS JOIN posts ON posts.id = post_terms.post", f"term = ({_TERM})"
        sql = (
            f"SELECT id, key, posts.updated FROM {source} WHERE {_VISIBLE} AND {condition} AND NOT EXISTS"
            f" (SELECT 1 FROM history WHERE {_THERE} AND history.post = posts.id)"
            " ORDER BY posts.published, posts.path DESC"
        )
        return [Shown(*row) for row in self._db.execute(sql, {**values, "of": taxonomy})]

    def fill_page(self, taxonomy: str, name: str, page: int, posts: Sequence[int]) -> None:
        rows = [(taxonomy, name, page, post) for post in posts]
        self._db.executemany("INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?)", rows)

    def on_page(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> list[Shown]:
        page, of = page_of(taxonomy)
        condition, values = self._condition(of, name, now, chosen)
        sql = (
            "SELECT id, key, updated FROM history CROSS JOIN posts ON posts.id = history.post"
            f" WHERE {_THERE} AND history.page = :page AND {_VISIBLE} AND {condition}"
            " ORDER BY posts.published DESC, posts.path"
        )
        return [Shown(*row) for row in self._db.execute(sql, {**values, "of": of, "page": page})]

    def _condition(self, taxonomy: str, name: str, now: int, chosen: Chosen | None) -> tuple[str, dict[str, object]]:
        """What makes a post one of this feed, as SQL over `posts`."""
        values: dict[str, object] = {"name": name, "now": now}
        if chosen is not None:
            condition, more = selects.where(chosen.tree, now, chosen.language)
            return condition, {**more, **values}
        if (taxonomy, name) == SITE:
            return "posts.language = ''", values
        held = f"EXISTS (SELECT 1 FROM post_terms WHERE post_terms.post = posts.id AND post_terms.term = ({_TERM}))"
        return held, {**values, "term_taxonomy": taxonomy}
