"""Rows as they travel and as the tables take them: a batch of posts as one list of values. Pure.

A worker makes a parcel of each batch that it has read for an index without posts (`Index.is_blank`). So a thousand
posts come as a few lists of texts and numbers, which cost a third of as many rows on the way, and go into statements
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from syndicate.index._rows import PostRow
from syndicate.index.packing import pack_problems
from syndicate.model.digest import digest as digest_of
from syndicate.model.records import NamedTuple

NEVER = 1 << 40
"""Stands for a moment that does not come; negative: one that has always been. It lies behind the year 9999, beyond
which no date reaches, and takes six bytes: it stands in four places of nearly every post."""

GONE, HIDDEN, PUBLIC = 0, 1, 2
"""State of a post: its file is gone; it is not to be shown; it is shown while visible."""

COLUMNS = (
    "path, state, digest, published, visible_from, visible_until, first_seen, updated, language, translation,"
    " entry_id, wanted_id, key, packed, problems, substance, fields, words, own_date"
)
WIDTH = COLUMNS.count(",") + 1
STATE, ENTRY_ID = (COLUMNS.split(", ").index(name) for name in ("state", "entry_id"))

TERM = 5
"""Values of a term of a post."""


class Parcel(NamedTuple):
    """Posts as an index without posts stores them.

    `files` is how many files were read and `unsettled` the rows of those that nothing is stored of. `values` are those
    of COLUMNS, post after post; `entry_id` is the one that each is to get, if nobody has it. `terms` are five values
    each: the place of the post in the parcel, of the term in `names`, and what `post_terms` holds beside them.
    `rows` has, by its place, the row of each post of which the values do not tell all.
    """

    files: int
    unsettled: list[PostRow]
    values: list[object]
    names: list[tuple[str, str]]
    terms: list[int]
    rows: dict[int, PostRow]

    def row(self, at: int) -> PostRow:
        """The row of a post, but what makes no difference to what is stored of it."""
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


def parcel(rows: Iterable[PostRow], now: int) -> Parcel:
    """What an index without posts would store of these rows at `now`."""
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
    return Parcel(files, unsettled, values, list(names), told, kept)


def published_at(row: PostRow, first_seen: int) -> int:
    """When the post was published, by what it says and when it was first seen."""
    if row.published is None:
        return first_seen
    on_that_day = row.whole_day and row.published <= first_seen < row.published + 86_400
    return first_seen if on_that_day else row.published
