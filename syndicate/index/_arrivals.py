"""The first posts of an index: many rows, of which nothing can be known, moved or returned.

While no post is in the tables, what `_store` looks up for each row has no answer: what is left of its rules is which id
a post gets. So rows go into the tables in batches, and the indexes that are asked for nothing meanwhile are made when
all have come, which costs a third of keeping them. That makes about 17 us of a post instead of 55. What comes of it is
the same to the byte (`tests/index/test_arrivals.py` holds the two against each other).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from syndicate.index import SITE, PostRow
from syndicate.index._schema import BY_ENTRY_ID, BY_TERM, HIDDEN, NEVER, NEWEST, PUBLIC
from syndicate.index._store import Storing, published_at
from syndicate.index._ties import key_of
from syndicate.index.packing import pack_problems

_BATCH = 32
"""Rows a statement: SQLite opens a table and its dozen indexes once for each."""

_MANY = 200_000
"""From so many posts on, what is sorted for an index may go into a file: it would take 100 MB of a million posts."""

_COLUMNS = (
    "id, path, state, digest, published, visible_from, visible_until, first_seen, updated, language, translation,"
    " entry_id, wanted_id, key, packed, problems, substance, fields, words, own_date"
)
_WIDTH = _COLUMNS.count(",") + 1
_ROW = f"({','.join('?' * _WIDTH)})".replace("?", "nullif(?,'')", 16).replace("nullif(?,'')", "?", 15)
_TERMS = 100
"""Terms of posts a statement."""


def _insert(count: int) -> str:
    # `problems` is the sixteenth; an empty text is bound at a third of what None costs
    return f"INSERT INTO posts ({_COLUMNS}) VALUES {','.join([_ROW] * count)}"


_FULL = _insert(_BATCH)


class Arrivals:
    """Serves one call of `Index.store`, before its `Storing`."""

    def __init__(self, storing: Storing) -> None:
        self.storing, self.db = storing, storing.db
        self.last = 0
        self.ids: set[int] = set()
        """Hashes of the ids that were given: what is not in here is free. The ids of a million would take 150 MB."""
        self.dropped: list[str] = []
        """What makes the indexes again that are not there meanwhile."""
        self.rows: list[PostRow] = []
        """Those of the batch. Of them `values` and `terms` go into the tables; `public` are the numbers of those that
        are shown, and `further` those that were made from further files or name others."""
        self.values: list[object] = []
        self.terms: list[int] = []
        self.public: list[int] = []
        self.further: list[tuple[int, PostRow, bool]] = []
        self.numbers: dict[tuple[str, str], int] = {}
        """The terms that were met."""
        self.held: list[int] = []
        """Terms of posts that are in the tables, until there are enough of them for a statement."""

    def take(self, rows: Iterable[PostRow]) -> Iterator[PostRow]:
        """Store what can be stored in this way; the rows that are left for the general one."""
        (last,) = self.db.execute("SELECT max(id) FROM posts").fetchone()
        known = last is not None or self.storing.needy or self.storing.faulty or self.storing.paged
        return iter(rows) if known else self._left(iter(rows))

    def _left(self, rows: Iterator[PostRow]) -> Iterator[PostRow]:
        try:
            for row in rows:
                if not row.unsettled and (row.packed or row.problems or row.withdrawn):
                    self._add(row)
                    if len(self.rows) == _BATCH:
                        self._drop()
                        self._flush()
            self._flush()
        except sqlite3.IntegrityError:
            pass  # one path twice: the statement changed nothing, and the general way knows what to do
        self._keep_terms(1)
        self.ids.clear()
        self._index()
        yield from self.rows
        yield from rows

    def _add(self, row: PostRow) -> None:
        self.rows.append(row)
        now = self.storing.now
        public = bool(row.packed and row.public)
        begins = -NEVER if row.visible_from is None else row.visible_from
        ends = NEVER if row.visible_until is None else row.visible_until
        first_seen = min(row.mtime, now)
        published = published_at(row, first_seen)
        updated = published if row.updated is None or row.updated > now else max(published, row.updated)
        wanted = row.guid or row.default_id
        entry_id = self._id(row, wanted) if public and begins <= now else None
        post = self.last + len(self.rows)
        self.values += (
            post, row.path, PUBLIC if public else HIDDEN, row.digest, published, begins, ends,
            first_seen, updated, row.language, row.translation, entry_id, wanted,
            key_of(row.digest, row.packed, published, updated), row.packed, pack_problems(row.problems) or "",
            row.substance, row.fields, row.words, 0 if row.published is None else 1,
        )  # fmt: skip
        if public:
            self.public.append(post)
            for pair in row.terms if len(row.terms) < 2 else dict.fromkeys(row.terms):
                number = self.numbers.get(pair) or self._number(pair)
                self.terms += (post, number, published, begins, ends)
        if row.needs or row.references:
            self.further.append((post, row, public))

    def _number(self, pair: tuple[str, str]) -> int:
        """The number of a term that is met for the first time, which touches its feed."""
        self.storing.touches.add(pair)
        number = self.numbers[pair] = self.storing.term(*pair)
        return number

    # -- the ledger of ids

    def _id(self, row: PostRow, wanted: str) -> str:
        """As `Storing.free_id`, which is asked only where the id may have been given."""
        mark = hash(wanted)
        if mark in self.ids:
            self._flush()
            self._make(BY_ENTRY_ID)
            wanted = self.storing.free_id(wanted, row.default_id, row.path)
            mark = hash(wanted)
        self.ids.add(mark)
        return wanted

    # -- into the tables

    def _flush(self) -> None:
        """Write all rows whose values are known: all but the one that is being added."""
        count = len(self.values) // _WIDTH
        if not count:
            return
        self.db.execute(_FULL if count == _BATCH else _insert(count), self.values)
        if self.public:
            self.storing.touches.add(SITE)
            self.storing.ties.changed.extend(self.public)
        for post, row, _public in self.further:
            self.storing.keep_needs(post, row.needs)
        self.storing.ties.refer((post, row.references) for post, row, public in self.further if public)
        self.held += self.terms
        del self.rows[:count]
        self.values, self.terms, self.public, self.further = [], [], [], []
        self.last += count
        self._keep_terms(_TERMS)

    def _keep_terms(self, least: int) -> None:
        while len(self.held) >= 5 * least:
            some, self.held = self.held[: 5 * _TERMS], self.held[5 * _TERMS :]
            marks = ",".join(["(?,?,?,?,?)"] * (len(some) // 5))
            self.db.execute(f"INSERT INTO post_terms VALUES {marks}", some)

    # -- the indexes

    def _drop(self) -> None:
        if not self.dropped and not self.last:
            self.dropped = [BY_ENTRY_ID, NEWEST, BY_TERM]
            for name in ("posts_by_entry_id", "posts_newest", "post_terms_newest"):
                self.db.execute(f"DROP INDEX {name}")

    def _make(self, index: str) -> None:
        if index in self.dropped:
            self.db.execute(index)
            self.dropped.remove(index)

    def _index(self) -> None:
        if self.last > _MANY:
            self.db.execute("PRAGMA temp_store=FILE")
        for index in [*self.dropped]:
            self._make(index)
        if self.last > _MANY:
            self.db.execute("PRAGMA temp_store=MEMORY")
