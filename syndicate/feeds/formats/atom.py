"""Atom 1.0 (RFC 4287). Pure.

In: an Entry or a Channel. Out: the bytes of an `<entry>`, or of what stands around entries.
"""

from __future__ import annotations

from typing import ClassVar

from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._feedgen import ATOM_NAMESPACES, atom_entry, atom_feed
from syndicate.feeds.formats._moulds import XML, Writing
from syndicate.feeds.formats._splice import Wrapper, envelope
from syndicate.model import Channel, Entry, Envelope

# Without Atom's own namespace: feedgen's elements have none, its root says xmlns="…" in plain.
_WRAPPER = Wrapper(("feed",), ATOM_NAMESPACES)


class Atom:
    """Atom 1.0.

    `fingerprint` goes up by one with every change of the bytes for the same values, whether
    it is made here, in a private module of this room or by a new feedgen or lxml; the
    documents in `tests/cases/formats/` tell when that is.
    """

    name: ClassVar[str] = "atom"
    media_type: ClassVar[str] = EDITIONS["atom"].media_type
    fingerprint: ClassVar[str] = EDITIONS["atom"].fingerprint
    writing: ClassVar[Writing] = XML

    def fragment(self, entry: Entry) -> bytes:
        """An `<entry>` on lines of its own, without namespace declarations. Never raises."""
        return self.written(admit(entry))

    def written(self, entry: Entry) -> bytes:
        """The fragment of an admitted entry."""
        return _WRAPPER.fragment(atom_entry(entry))

    def html(self, fragment: bytes) -> str:
        """The HTML of an entry: `content`."""
        return _WRAPPER.text_of(fragment, "content")

    def envelope(self, channel: Channel) -> Envelope:
        """The `<feed>` without entries; metadata comes before them."""
        return self.around(admit_channel(channel))

    def around(self, channel: Channel) -> Envelope:
        """The envelope of an admitted channel."""
        document = atom_feed(channel).atom_str(pretty=True, xml_declaration=False)
        return envelope(document, b"</feed>\n")
