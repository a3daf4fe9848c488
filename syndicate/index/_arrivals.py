"""Posts that are new: many rows, of which nothing is known, moved or returned.

For a file that has no row yet, whose bytes stood nowhere else and whose id nobody has, what `_store` looks up has no
answer: what is left of its rules is which id a post gets. So such rows go into the tables in batches. While there are
no posts at all nothing need be asked, and the indexes that are asked for nothing meanwhile are made when all have come,
which costs a third of keeping them; so are the tallies. That makes 10 us of a post instead of 55. What comes of it is
the same to the byte (`tests/index/test_arrivals.py` holds the two against each other).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import compress, islice

from syndicate.index import SITE, PostRow
from syndicate.index._parcels import (
    COLUMNS,
    ENTRY_ID,
    FEW,
    FEW_OF_TERM,
    NEVER,
    PUBLIC,
    SAME,
    STATE,
    TERM,
    USUAL,
    WIDTH,
    Parcel,
    parcel,
)
from syndicate.index._schema import BY_ENTRY_ID, BY_TERM, NEWEST
from syndicate.index._store import Storing
from syndicate.index._tallies import TALLIED, TALLYING

_BATCH = 32
"""Rows a statement: SQLite opens a table and its dozen indexes once for each."""

_MANY = 20_000
"""From so many posts on, indexes are made as `_SORTING` says."""

_SORTING = {"temp_store": "FILE", "threads": 1, "cache_size": -2048}
"""SQLite sorts as much at once as its cache would hold, and what stays near a processor is sorted in half the time; the
pieces go into a file, in which a million posts take 100 MB, and a thread of its own sorts the next meanwhile."""

_TERMS = 100
"""Terms of posts a statement."""


@lru_cache(4 * _BATCH)
def _insert(count: int, plain: bool) -> str:
    """So many posts. A value that stands in several columns of a plain one is bound once."""
    given = FEW if plain else COLUMNS.split(", ")
    rows = []
    for first in range(1, count * len(given) + 1, len(given)):
        cells = {name: f"?{first + at}" for at, name in enumerate(given)}
        if plain:
            cells |= {name: cells[other] for name, other in SAME.items()}
            cells |= {name: repr(usual) for name, usual in USUAL.items()}
        # an empty text is bound at a third of what None costs, and bytes of UTF-8 need not be encoded once more
        cells |= {"problems": f"nullif({cells['problems']},'')", "packed": f"CAST({cells['packed']} AS TEXT)"}
        rows.append(f"({','.join(cells[name] for name in COLUMNS.split(', '))})")
    return f"INSERT INTO posts ({COLUMNS}) VALUES {','.join(rows)}"


@lru_cache(2 * _TERMS)
def _insert_terms(count: int, plain: bool) -> str:
    """So many terms of posts."""
    width, rows = FEW_OF_TERM if plain else TERM, []
    for first in range(1, count * width + 1, width):
        cells = [f"?{first + at}" for at in range(width)]
        rows.append(f"({','.join([*cells, cells[-1], str(NEVER)] if plain else cells)})")
    return f"INSERT INTO post_terms VALUES {','.join(rows)}"


class Arrivals:
    """Serves one call of `Index.store` or `Index.store_first`, before its `Storing`."""

    def __init__(self, storing: Storing) -> None:
        self.storing, self.db = storing, storing.db
        self._look_at_last()
        self.first = is_blank(self.db)
        """Whether nothing need be asked: all posts that are there came in this call."""
        self.ids: set[int] = set()
        """Hashes of the ids that were given to the first posts: what is not in here is free. The ids of a million would
        take 150 MB."""
        self.dropped: list[str] = []
        """What makes the indexes again that are not there meanwhile."""
        self.numbers: dict[tuple[str, str], int] = {}
        """The terms that were met."""
        self.held: dict[bool, list[int]] = {True: [], False: []}
        """Terms of posts in the tables, plain ones and others, until there are enough of them for a statement."""

    def take(self, rows: Iterable[PostRow], concerned: Callable[[PostRow], bool]) -> Iterator[PostRow]:
        """Store what can be stored in this way; the rows that are left for the general one, in order.

        Of rows that are `concerned` with what has moved, none can be.
        """
        source = iter(rows)
        while some := list(islice(source, _BATCH)):
            if self.first or self._are_new(some, concerned):
                yield from self._left(parcel(some, self.storing.now))
            else:
                self._keep_terms(1)
                yield from some
                self._look_at_last()
        self._end()

    def receive(self, parcels: Iterable[Parcel]) -> Iterator[PostRow]:
        """Store these, the first of the index; the rows that are left for the general way."""
        for each in parcels:
            yield from self._left(each)
        self._end()

    def _look_at_last(self) -> None:
        """The number of the last post."""
        self.last: int
        (self.last,) = self.db.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()

    def _are_new(self, rows: list[PostRow], concerned: Callable[[PostRow], bool]) -> bool:
        """Whether none of them has to do with a post that is there or was."""
        storing = self.storing
        if any(row.digest in storing.moved_from or concerned(row) for row in rows):
            return False
        wanted = [row.guid or row.default_id for row in rows]
        if len({*wanted}) < len(rows) or not storing.wanted_by_gone.keys().isdisjoint(wanted):
            return False
        marks = ",".join("?" * len(rows))
        sql = (
            f"SELECT EXISTS (SELECT 1 FROM posts WHERE path IN ({marks}))"
            f" OR EXISTS (SELECT 1 FROM posts WHERE entry_id IN ({marks}))"
            f" OR EXISTS (SELECT 1 FROM posts WHERE state = 0 AND wanted_id IN ({marks}))"
        )
        (known,) = self.db.execute(sql, [*(row.path for row in rows), *wanted, *wanted]).fetchone()
        return not known

    def _left(self, each: Parcel) -> Iterator[PostRow]:
        before, count = self.last, len(each.values) // each.width
        try:
            if self.first and count:
                self._drop()
                each = self._with_ids(each)
            self._put(each, before, count)
        except sqlite3.IntegrityError:
            pass  # one path twice: the statement changed nothing, and the general way knows what to do
        stored = self.last - before
        self._follow(each, before, stored)
        if stored < count:
            self._end()
            self.first = False
            each = each.in_full()
            yield from (each.row(at) for at in range(stored, count))
            self._look_at_last()

    def _put(self, each: Parcel, before: int, until: int) -> None:
        """Write the posts up to this place; `before` is the number of the last one before the parcel."""
        while (at := self.last - before) < until:
            values = each.values[each.width * at : each.width * min(at + _BATCH, until)]
            count = len(values) // each.width
            self.db.execute(_insert(count, each.plain), values)
            self.last += count

    # -- the ledger of ids

    def _with_ids(self, each: Parcel) -> Parcel:
        """See to it that each id is given once. A post that wants one that may have been given gets its own as
        `Storing.free_id` says, for which those before it are written."""
        wanted = each.values[FEW.index(SAME["entry_id"]) if each.plain else ENTRY_ID :: each.width]
        marks = {hash(entry_id) for entry_id in wanted if entry_id is not None}
        if len(marks) == len(wanted) - wanted.count(None) and marks.isdisjoint(self.ids):
            self.ids |= marks
            return each
        before, each = self.last, each.in_full()
        for at in range(len(each.values) // WIDTH):
            place = WIDTH * at + ENTRY_ID
            entry_id = each.values[place]
            if entry_id is None:
                continue
            if hash(entry_id) in self.ids:
                self._put(each, before, at)
                self._make(BY_ENTRY_ID)
                row = each.row(at)
                entry_id = self.storing.free_id(row.guid or row.default_id, row.default_id, row.path)
                each.values[place] = entry_id
            self.ids.add(hash(entry_id))
        return each

    # -- what goes with a post

    def _follow(self, each: Parcel, before: int, stored: int) -> None:
        """Terms, needs and references of as many posts of the parcel."""
        if not stored:
            return
        storing, until = self.storing, each.width * stored
        posts = range(before + 1, before + 1 + stored)
        states = () if each.plain else each.values[STATE : until : each.width]
        public = [True] * stored if each.plain else [state == PUBLIC for state in states]
        if any(public):
            storing.touches.add(SITE)
            storing.ties.changed.extend(posts if each.plain else compress(posts, public))
        if storing.ties.named:
            for post, path in zip(posts, each.values[: until : each.width], strict=True):
                storing.ties.rename(post, None, bytes(path))  # type: ignore[call-overload]
        if each.rows:
            some = [(at, row) for at, row in each.rows.items() if at < stored]
            for at, row in some:
                storing.keep_needs(posts[at], row.needs)
            storing.ties.refer((posts[at], row.references) for at, row in some if public[at])
        self._hold_terms(each, before, stored)

    def _hold_terms(self, each: Parcel, before: int, stored: int) -> None:
        """A column at a time: a round for each of hundreds of thousands of terms would cost five times as much."""
        numbers = [self.numbers.get(pair) or self._number(pair) for pair in each.names]
        terms, width = each.terms, FEW_OF_TERM if each.plain else TERM
        if stored < len(each.values) // each.width:
            end = next((n for n in range(0, len(terms), width) if terms[n] >= stored), len(terms))
            terms = terms[:end]
        terms[::width] = map((before + 1).__add__, terms[::width])
        terms[1::width] = map(numbers.__getitem__, terms[1::width])
        self.held[each.plain] += terms
        self._keep_terms(_TERMS)

    def _number(self, pair: tuple[str, str]) -> int:
        """The number of a term that is met for the first time, which touches its feed."""
        self.storing.touches.add(pair)
        number = self.numbers[pair] = self.storing.term(*pair)
        return number

    def _keep_terms(self, least: int) -> None:
        for plain, held in self.held.items():
            done, count, width = 0, len(held), FEW_OF_TERM if plain else TERM
            while count - done >= width * least:
                some = held[done : done + width * _TERMS]
                self.db.execute(_insert_terms(len(some) // width, plain), some)
                done += len(some)
            del held[:done]

    # -- the indexes

    def _drop(self) -> None:
        if not self.dropped and not self.last:
            self.dropped = [BY_ENTRY_ID, NEWEST, BY_TERM]
            for name in ("posts_by_entry_id", "posts_newest", "post_terms_newest"):
                self.db.execute(f"DROP INDEX {name}")
            for name in TALLYING:
                self.db.execute(f"DROP TRIGGER {name}")

    def _make(self, index: str) -> None:
        if index in self.dropped:
            self.db.execute(index)
            self.dropped.remove(index)

    def _end(self) -> None:
        """All that was taken stands in the tables, and these are as they always are."""
        self._keep_terms(1)
        self.ids.clear()
        if self.dropped:
            if self.last > _MANY:
                self._make_by_pieces()
            for index in [*self.dropped]:
                self._make(index)
            for made in (*TALLYING.values(), TALLIED):
                self.db.execute(made)

    def _make_by_pieces(self) -> None:
        """All that are left; where no file can be made, or it cannot be allowed just now, they stay so."""
        usual = [(name, *self.db.execute(f"PRAGMA {name}").fetchone()) for name in _SORTING]
        try:
            for name, value in _SORTING.items():
                self.db.execute(f"PRAGMA {name}={value}")
            for index in [*self.dropped]:
                self._make(index)
        except sqlite3.OperationalError:
            if not self.db.in_transaction:  # the fault was a worse one, and has undone what was stored
                raise
        finally:
            for name, value in usual:
                self.db.execute(f"PRAGMA {name}={value}")


def is_blank(db: sqlite3.Connection) -> bool:
    """Whether no post was ever in the tables, nor anything that belongs to one."""
    beside = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in ("needs", "faults", "history"))
    (known,) = db.execute(f"SELECT (SELECT max(id) FROM posts) IS NOT NULL OR {beside}").fetchone()
    return not known
