"""Rows as they travel and as the tables take them: a batch of posts as one list of values. Pure.

A worker makes a parcel of each batch that it has read for an index without posts (`Index.is_blank`). So a thousand
posts come as a few lists of texts and numbers, which cost a third of as many rows on the way, and go into statements
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from syndicate.index._rows import PostRow
from syndicate.index.packing import pack_problems
from syndicate.model.digest import digest as digest_of
from syndicate.model.records import NamedTuple

_Any = TypeVar("_Any")

NEVER = 1 << 40
"""Stands for a moment that does not come; negative: one that has always been. It lies behind the year 9999, beyond
which no date reaches, and takes six bytes: it stands in four places of nearly every post."""

GONE, HIDDEN, PUBLIC = 0, 1, 2
"""State of a post: its file is gone; it is not to be shown; it is shown while visible."""

COLUMNS = (
    "path, state, digest, published, visible_from, visible_until, first_seen, updated, language, translation,"
    " entry_id, wanted_id, key, packed, problems, substance, fields, words, own_date"
)
_NAMES = COLUMNS.split(", ")
WIDTH = len(_NAMES)
STATE, ENTRY_ID = (_NAMES.index(name) for name in ("state", "entry_id"))

TERM = 5
"""Values of a term of a post."""

SAME = {"visible_from": "published", "updated": "published", "entry_id": "wanted_id"}
USUAL: dict[str, object] = {
    "state": PUBLIC, "visible_until": NEVER, "language": "", "translation": "", "problems": "", "fields": "",
    "words": 0, "own_date": 1,
}  # fmt: skip
FEW = [name for name in _NAMES if name not in SAME and name not in USUAL]
"""What there is to say of a plain post, whose other columns are the SAME as these or as USUAL. To hand a value to
SQLite costs a good part of what it costs to store it, and most posts are plain."""

_BYTES = ("path", "digest", "key", "packed", "substance")
"""Columns of bytes. Of plain posts they are arrays of bytes: `sqlite3` asks of each value of another type whether
somebody has a say in how it is stored, which takes three times as long as to hand it over."""

_NOTHING = (
    "guid", "language", "translation", "references", "needs", "problems", "fields", "words", "whole_day", "broken",
    "withdrawn", "unsettled",
)  # fmt: skip
"""What there is none of in the row of a plain post."""

FEW_OF_TERM = 3
"""Values of a term of a plain post: those of visibility follow from them."""


class Parcel(NamedTuple):
    """Posts as an index without posts stores them.

    `files` is how many files were read and `unsettled` the rows of those that nothing is stored of. `values` are those
    of COLUMNS, post after post; `entry_id` is the one that each is to get, if nobody has it. `terms` are five values
    each: the place of the post in the parcel, of the term in `names`, and what `post_terms` holds beside them.
    `rows` has, by its place, the row of each post of which the values do not tell all. If it is `plain`, all its posts
    are: `values` are those of FEW, and `terms` are three each.
    """

    files: int
    unsettled: list[PostRow]
    values: list[object]
    names: list[tuple[str, str]]
    terms: list[int]
    rows: dict[int, PostRow]
    plain: bool = False

    @property
    def width(self) -> int:
        """Values of a post."""
        return len(FEW) if self.plain else WIDTH

    def in_few(self) -> Parcel:
        """The same in few values, if it is that plain."""
        columns = dict(zip(_NAMES, _columns(self.values, WIDTH), strict=True))
        if self.plain or self.rows or any(columns[name] != columns[other] for name, other in SAME.items()):
            return self
        if any(set(columns[name]) != {usual} for name, usual in USUAL.items()):
            return self
        terms = _in_rows(_columns(self.terms, TERM)[:FEW_OF_TERM])
        return self._replace(values=_in_few(columns), terms=terms, plain=True)

    def in_full(self) -> Parcel:
        """The same in all values."""
        if not self.plain:
            return self
        columns: dict[str, list[Any]] = dict(zip(FEW, _columns(self.values, len(FEW)), strict=True))
        columns |= {name: list(map(bytes, columns[name])) for name in _BYTES}
        columns |= {name: columns[other] for name, other in SAME.items()}
        columns |= {name: [usual] * len(columns["path"]) for name, usual in USUAL.items()}
        at, name, published = _columns(self.terms, FEW_OF_TERM)
        terms = _in_rows([at, name, published, published, [NEVER] * len(at)])
        return self._replace(values=_in_rows([columns[each] for each in _NAMES]), terms=terms, plain=False)

    def row(self, at: int) -> PostRow:
        """The row of a post of a parcel in full, but what makes no difference to what is stored of it."""
        if at in self.rows:
            return self.rows[at]
        (path, state, digest, published, begins, ends, seen, _updated, language, translation, _id, wanted, _key,
         packed, _problems, substance, fields, words, _own) = self.values[WIDTH * at : WIDTH * (at + 1)]  # fmt: skip
        terms = (self.names[self.terms[n + 1]] for n in range(0, len(self.terms), TERM) if self.terms[n] == at)
        return PostRow(
            path, digest, seen, packed.decode("utf-8", "surrogatepass"), state == PUBLIC, published,  # type: ignore[arg-type,attr-defined]
            None if begins == -NEVER else begins, None if ends == NEVER else ends,  # type: ignore[arg-type]
            default_id=wanted, terms=tuple(terms), language=language, translation=translation,  # type: ignore[arg-type]
            substance=substance, fields=fields, words=words,  # type: ignore[arg-type]
        )  # fmt: skip


def _columns(values: list[_Any], width: int) -> list[list[_Any]]:
    return [values[n::width] for n in range(width)]


def _in_rows(columns: Iterable[Iterable[_Any]]) -> list[_Any]:
    return list(chain.from_iterable(zip(*columns, strict=True)))


def _in_few(columns: Mapping[str, Sequence[Any]]) -> list[object]:
    """The values of plain posts."""
    return _in_rows(map(bytearray, columns[name]) if name in _BYTES else columns[name] for name in FEW)


def parcel(rows: Sequence[PostRow], now: int) -> Parcel:
    """What an index without posts would store of these rows at `now`."""
    return _by_columns(rows, now) or _row_by_row(rows, now)


def _by_columns(rows: Sequence[PostRow], now: int) -> Parcel | None:
    """The same of posts that are all plain, a column at a time, in two thirds of the time; None of others."""
    if not rows:
        return None
    columns: dict[str, Sequence[Any]] = dict(zip(PostRow._fields, zip(*rows, strict=True), strict=True))
    published = columns["published"]
    if None in published or columns["visible_from"] != published or max(published) > now:
        return None
    if not (all(columns["packed"]) and all(columns["public"])) or any(any(columns[name]) for name in _NOTHING):
        return None
    if any(columns[name].count(None) < len(rows) for name in ("visible_until", "updated")):
        return None
    bodies = [packed.encode("utf-8", "surrogatepass") for packed in columns["packed"]]
    made_of = zip(columns["digest"], published, published, bodies, strict=True)
    columns |= {
        "first_seen": [min(now, mtime) for mtime in columns["mtime"]],
        "wanted_id": columns["default_id"],
        "key": [digest_of(b"%b%d %d %b" % each) for each in made_of],
        "packed": bodies,
    }
    names: dict[tuple[str, str], int] = {}
    told: list[int] = []
    for at, (pairs, when) in enumerate(zip(columns["terms"], published, strict=True)):
        for pair in pairs if len(pairs) < 2 else dict.fromkeys(pairs):
            told += (at, names.setdefault(pair, len(names)), when)
    return Parcel(len(rows), [], _in_few(columns), list(names), told, {}, plain=True)


def _row_by_row(rows: Iterable[PostRow], now: int) -> Parcel:
    files = at = 0
    unsettled: list[PostRow] = []
    values: list[object] = []
    names: dict[tuple[str, str], int] = {}
    told: list[int] = []
    kept: dict[int, PostRow] = {}
    for row in rows:
        files += 1
        (path, digest, mtime, packed, public, published, begins, ends, updated, guid, wanted, terms, language,
         translation, references, needs, problems, substance, fields, words, whole_day, broken, withdrawn,
         is_unsettled) = row  # fmt: skip
        if is_unsettled:
            unsettled.append(row)
            continue
        if not (packed or problems or withdrawn):
            continue
        seen = min(now, mtime)
        own_date = 1
        if (
            guid or updated is not None or published is None or references or problems or needs
            or whole_day or broken or withdrawn
        ):  # fmt: skip
            kept[at] = row
            own_date = 0 if published is None else 1
            wanted = guid or wanted
        if whole_day or published is None:
            published = published_at(row, seen)
        changed = published if updated is None or updated > now or updated < published else updated
        if begins is None:
            begins = -NEVER
        if ends is None:
            ends = NEVER
        body = packed.encode("utf-8", "surrogatepass")
        shown = packed and public
        values += (
            path, PUBLIC if shown else HIDDEN, digest, published, begins, ends, seen, changed, language, translation,
            wanted if shown and begins <= now else None, wanted,
            digest_of(b"%b%d %d %b" % (digest, published, changed, body)), body,
            pack_problems(problems) if problems else "", substance, fields, words, own_date,
        )  # fmt: skip
        if shown:
            for pair in terms if len(terms) < 2 else dict.fromkeys(terms):
                told += (at, names.setdefault(pair, len(names)), published, begins, ends)
        at += 1
    return Parcel(files, unsettled, values, list(names), told, kept).in_few()


def published_at(row: PostRow, first_seen: int) -> int:
    """When the post was published, by what it says and when it was first seen."""
    if row.published is None:
        return first_seen
    on_that_day = row.whole_day and row.published <= first_seen < row.published + 86_400
    return first_seen if on_that_day else row.published
