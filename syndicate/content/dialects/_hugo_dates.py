"""The dates of a Hugo page, by the fields its site takes them from.

In: the fields of a page, its file's name. Out: Dates. The moment and what the author's clock showed are kept
apart: permalinks are made of the latter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from syndicate.content.dates import DateFault, read_moment
from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.frontmatter import truth
from syndicate.model import Value
from syndicate.model.records import NamedTuple, dataclass

_ALIASES = {
    "lastmod": ("modified",),
    "publishdate": ("pubdate", "published"),
    "expirydate": ("unpublishdate",),
}
_CHAINS = {
    "date": ("date", "publishdate", "lastmod"),
    "lastmod": ("lastmod", "date", "publishdate"),
    "publishdate": ("publishdate", "date"),
    "expirydate": ("expirydate",),
}
_OF_CHANGE = frozenset(("lastmod", "modified"))

_OFFSET = re.compile(r"(?<=[0-9])\s*(?:(Z)|([+-])([0-9]{1,2}):?([0-9]{2})?)\s*\Z", re.IGNORECASE)
_TIME = re.compile(r"[0-9]:[0-9]")
_IN_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:.([0-9]{2})-([0-9]{2})-([0-9]{2}))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chains:
    """The fields that say each date, the first that has one counts; `:filename` is the file's name."""

    date: tuple[str, ...]
    changed: tuple[str, ...]
    shown: tuple[str, ...]
    until: tuple[str, ...]


class Dates(NamedTuple):
    """`published`, `changed`, `shown` (visible from) and `until` in UTC, None where nothing says it.

    `local` is `published` as its author's clock showed it, without a zone; `slug` the rest of the file's name where
    that has the date; `written` whether any of the date fields holds something.
    """

    published: datetime | None = None
    local: datetime | None = None
    changed: datetime | None = None
    shown: datetime | None = None
    until: datetime | None = None
    slug: str = ""
    written: bool = False


def chains(configured: Mapping[str, Sequence[str]]) -> Chains:
    """The chains of a configuration; what it does not name stays Hugo's own."""
    made = (_chain(configured.get(kind), default) for kind, default in _CHAINS.items())
    return Chains(*made)


def _chain(configured: Sequence[str] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for name in (each.lower() for each in (default if configured is None else configured)):
        names += default if name == ":default" else (name,)
    return tuple(dict.fromkeys(each for name in names for each in (name, *_ALIASES.get(name, ()))))


DEFAULTS = chains({})


def dates(fields: Fields, name: str, known: Chains, zone: tzinfo) -> Dates:
    """The dates of a page; `name` is its file's or its bundle's name."""
    reader = _Reader(fields, name, zone)
    published, source = reader.first(known.date)
    changed, change = reader.first(known.changed)
    shown = reader.first(known.shown)[0]
    if shown is None and "date" in known.shown:
        shown = published
    own = change not in known.date or change in _OF_CHANGE
    return Dates(
        published=published,
        local=reader.local(published, source) if published else None,
        changed=changed if own else None,
        shown=shown,
        until=reader.first(known.until)[0],
        slug=reader.slug if ":filename" in (source, change) else "",
        written=any(fields.values.get(key) for key in known.date),
    )


class _Reader:
    """Reads the dates of one page; each field once, so that a fault is told once."""

    def __init__(self, fields: Fields, name: str, zone: tzinfo) -> None:
        self.fields, self.zone = fields, zone
        self.name, self.slug = _of_name(name, zone)
        self._read: dict[str, datetime | None] = {}

    def first(self, chain: tuple[str, ...]) -> tuple[datetime | None, str]:
        """The first date of a chain, and where it stands."""
        values = self.fields.values
        for key in chain:
            if key == ":filename":
                if self.name:
                    return _in_utc(self.name), key
            elif (value := values.get(key)) is not None and not key.startswith(":") and (at := self._at(key, value)):
                return at, key
        return None, ""

    def _at(self, key: str, value: Value) -> datetime | None:
        if key not in self._read:
            moment = None if _is_flag(key, value) else self.fields.moment(key, self.zone)
            self._read[key] = moment.at if moment else None
        return self._read[key]

    def local(self, at: datetime, key: str) -> datetime:
        """A date that stands there, on its author's clock."""
        if key == ":filename" and self.name:
            return self.name.replace(tzinfo=None)
        return _on_the_clock(at, (as_text(self.fields.values.get(key)) or "").strip(), self.zone)


def _is_flag(key: str, value: Value) -> bool:
    return isinstance(value, bool) or (key == "published" and truth(value) is not None)


def _in_utc(local: datetime) -> datetime:
    return local.astimezone(UTC)


def _on_the_clock(at: datetime, written: str, zone: tzinfo) -> datetime:
    """The moment in the zone that was written with it, else in the site's."""
    found = _OFFSET.search(written) if ":" in written and _TIME.search(written) else None
    if found is None:
        return at.astimezone(zone).replace(tzinfo=None)
    offset = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0))
    return at.astimezone(_fixed(-offset if found[2] == "-" else offset)).replace(tzinfo=None)


@lru_cache(256)
def _fixed(offset: timedelta) -> timezone:
    return timezone(offset)


def _of_name(name: str, zone: tzinfo) -> tuple[datetime | None, str]:
    """`2022-02-22-my-post` and `2022-02-22-14-20-07-my-post` → the date and the rest of the name.

    Hugo takes what follows the last dot for an ending.
    """
    base = name.rpartition(".")[0] if "." in name else name
    found = _IN_NAME.match(base)
    if not found:
        return None, ""
    if found[2] and (at := _moment(f"{found[1]} {found[2]}:{found[3]}:{found[4]}", zone)):
        return at, base[found.end() :].strip(" -_")
    return _moment(found[1], zone), base[10:].strip(" -_")


def _moment(written: str, zone: tzinfo) -> datetime | None:
    try:
        return read_moment(written, zone).at.astimezone(zone)
    except DateFault:
        return None
