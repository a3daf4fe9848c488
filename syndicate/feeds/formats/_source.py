"""Where a republished entry comes from: `atom:source` (RFC 4287 section 4.2.11) and `source` of RSS 2.0. Pure."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import add
from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._moments import rfc3339
from syndicate.model import Origin


def rss_origin(item: _Element, origin: Origin) -> None:
    """The address and the title of the feed an item was taken from."""
    SubElement(item, "source", {"url": origin.url}).text = origin.title


def atom_origin(entry: _Element, origin: Origin) -> None:
    """The id, title, last update and address of the feed an entry was taken from."""
    source = SubElement(entry, "source")
    add(source, "id", atom_id(origin.id))
    add(source, "title", origin.title)
    add(source, "updated", rfc3339(origin.updated) if origin.updated else "")
    SubElement(source, "link", {"href": origin.url, "rel": "self"})
