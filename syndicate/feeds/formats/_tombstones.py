"""Deleted entries (RFC 6721), namespace `at`. Atom only. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._moments import rfc3339
from syndicate.model import Deleted

AT = "http://purl.org/atompub/tombstones/1.0"


def tombstones(feed: _Element, deleted: Iterable[Deleted]) -> None:
    """`at:deleted-entry` (section 3): `ref` is letter by letter the `atom:id` that the entry had.

    They belong to the envelope, before the entries: the order of a feed's children says nothing.
    """
    for each in deleted:
        SubElement(feed, f"{{{AT}}}deleted-entry", {"ref": atom_id(each.id), "when": rfc3339(each.at)})
