"""Entries that are no more, in Atom (RFC 6721). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules._entries import Seen
from syndicate.feeds.rules._names import TOMBSTONES
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import is_absolute, rfc3339, short

RULES = rules(
    (
        "tombstone-attributes",
        "E",
        "a tombstone lacks the id of its entry, or the moment",
        "Say ref (the id, letter by letter) and when (2025-01-06T10:00:00Z).",
        "RFC 6721 3",
    ),
    (
        "tombstone-twice",
        "E",
        "two tombstones say the same",
        "Keep one of them.",
        "RFC 6721 3",
    ),
    (
        "tombstone-live",
        "E",
        "an entry is in the feed and was deleted after it was updated",
        "Take the tombstone out, or the entry; a restored entry needs a later `updated`.",
        "RFC 6721 4",
    ),
    (
        "tombstone-place",
        "E",
        "a tombstone is no child of the feed",
        "Put at:deleted-entry beside the entries.",
        "RFC 6721 3",
    ),
)

_GONE: Final = f"{{{TOMBSTONES}}}deleted-entry"


def judge(look: Look, feed: _Element, seen: Sequence[Seen]) -> None:
    """The tombstones of a feed, against each other and against its entries (sections 3 and 4)."""
    live = {entry.id: entry for entry in seen if entry.id}
    known: set[tuple[str, str]] = set()
    for gone in feed.iter(_GONE):
        line, ref, when = line_of(gone), gone.get("ref", ""), gone.get("when", "")
        at = rfc3339(when)
        if gone.getparent() is not feed:
            look.note("tombstone-place", line)
        if not is_absolute(ref) or at.at is None:
            look.note("tombstone-attributes", line, at.fault and f"when {short(when)!r}: {at.fault}")
        if (ref, when) in known:
            look.note("tombstone-twice", line, short(ref))
        known.add((ref, when))
        entry = live.get(ref)
        if entry and at.at and entry.updated and entry.updated <= at.at:
            look.note("tombstone-live", line, f"the entry at line {entry.line}")
