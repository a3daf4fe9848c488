"""What all entries of a document say together, in whatever format: ids, order, dates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import short
from syndicate.model.records import dataclass

RULES = rules(
    (
        "id-twice",
        "E",
        "two entries have the same id, so that readers show one of them only",
        "Give each entry an id of its own, and keep it for ever.",
        "RSS 2.0 guid; RFC 4287 4.1.1; JSON Feed 1.1 id; W3C: DuplicateIds",
    ),
    (
        "entries-order",
        "W",
        "an entry is newer than the one before it",
        "Sort the newest first: some readers take the first entries only.",
        "RSS Best Practices Profile",
    ),
    (
        "date-future",
        "W",
        "a date lies in the future, and readers hide such an entry or keep it on top",
        "Publish the entry when it is due; look whether the zone is right.",
        "W3C: ImplausibleDate",
    ),
    (
        "date-implausible",
        "W",
        "a date lies before there were feeds",
        "Look whether the date was read right; 1970 is mostly a missing one.",
        "W3C: ImplausibleDate",
    ),
    (
        "updated-before-published",
        "W",
        "an entry was updated before it was published",
        "Let `updated` be at least `published`.",
        "RFC 4287 4.2.9, 4.2.15",
    ),
    (
        "feed-stale",
        "W",
        "the feed says that it is older than its newest entry",
        "Let the feed's date be the latest of its entries' dates.",
        "RFC 4287 4.2.15; RSS 2.0 lastBuildDate",
    ),
)

_FIRST_YEAR: Final = 1971  # feeds are of 1999, but posts are often older
_A_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Seen:
    """An entry as far as all formats say the same: `line` is where it begins, texts are "" when not said."""

    line: int
    id: str = ""
    title: str = ""
    url: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a document is, for those who hold several against each other.

    `form` is `rss`, `atom`, `json` or `opml`; `links` are its links by relation, `archive` a page of history.
    """

    form: str
    self_url: str
    links: tuple[tuple[str, str], ...]
    archive: bool
    entries: tuple[Seen, ...]


def judge(look: Look, entries: Sequence[Seen], line: int, updated: datetime | None) -> None:
    """All entries in the order of the document; `updated` is what the feed says of itself, at `line`."""
    ids: dict[str, int] = {}
    before: datetime | None = None
    for entry in entries:
        look.of((entry.id, entry.title))
        if entry.id and entry.id in ids:
            look.note("id-twice", entry.line, f"{short(entry.id)!r} is also that of the entry at line {ids[entry.id]}")
        ids.setdefault(entry.id, entry.line)
        _dates(look, entry)
        at = entry.published or entry.updated
        if before and at and at > before:
            look.note("entries-order", entry.line)
        before = at or before
    look.of(())
    moments = [at for each in entries for at in (each.updated or each.published,) if at]
    if updated and moments and max(moments) > updated:
        look.note("feed-stale", line, f"{updated.isoformat()} is before {max(moments).isoformat()}")


def _dates(look: Look, entry: Seen) -> None:
    for at in {at for at in (entry.published, entry.updated) if at}:
        if look.now and at > look.now + _A_DAY:
            look.note("date-future", entry.line, at.isoformat())
        elif at.year < _FIRST_YEAR:
            look.note("date-implausible", entry.line, at.isoformat())
    if entry.published and entry.updated and entry.updated < entry.published:
        look.note("updated-before-published", entry.line)
