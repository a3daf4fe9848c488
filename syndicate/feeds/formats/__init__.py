"""Formats: how an Entry and a Channel are written. Pure.

A document is `envelope.head + separator.join(fragments) + envelope.tail`. All envelopes of a
format declare the same namespaces, so a fragment fits into any feed of the format.
Members: one file each, found by name through `plugins.find("formats", name)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from syndicate.model import Channel, Entry, Envelope
from syndicate.model.records import NamedTuple


class Edition(NamedTuple):
    """What is known of a format without loading it; as in `Format`."""

    media_type: str
    fingerprint: str


EDITIONS: Mapping[str, Edition] = {
    "rss": Edition("application/rss+xml", "rss/2"),
    "atom": Edition("application/atom+xml", "atom/2"),
    "json": Edition("application/feed+json", "json/2"),
    "html": Edition("text/html", "html/1"),
}
"""Of our own formats. A run in which nothing changed asks for these and for nothing else of them."""


class Format(Protocol):
    """The contract. Same values in, same bytes out, always UTF-8 without BOM."""

    name: ClassVar[str]
    """As in settings and paths: `rss`, `atom`, `json`."""

    media_type: ClassVar[str]
    """For links and the server, without parameters: `application/rss+xml`."""

    fingerprint: ClassVar[str]
    """Changes whenever the bytes for the same values do; part of what decides to write anew."""

    def fragment(self, entry: Entry) -> bytes:
        """One entry: the bytes of `<item>`, `<entry>` or a JSON item. Never raises on any Entry."""
        ...

    def html(self, fragment: bytes) -> str:
        """The HTML of the entry a fragment was made from, "" where it has none: the way back."""
        ...

    def envelope(self, channel: Channel) -> Envelope:
        """What stands around the entries of one feed."""
        ...


def entry_id(text: str, form: str) -> str:
    """The id of an entry as documents of a format have it: Atom wants an absolute IRI, the others take any text."""
    from syndicate.feeds.formats._ids import atom_id

    return atom_id(text) if form == "atom" else text
