"""RSS 2.0 with the Advisory Board's profile. Pure.

In: an Entry or a Channel. Out: the bytes of an `<item>`, or of what stands around items.
"""

from __future__ import annotations

from typing import ClassVar

from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._feedgen import RSS_NAMESPACES, rss_feed, rss_item
from syndicate.feeds.formats._moulds import XML, Writing
from syndicate.feeds.formats._splice import Wrapper, envelope
from syndicate.model import Channel, Entry, Envelope

_WRAPPER = Wrapper(("rss", "channel"), RSS_NAMESPACES)


class Rss:
    """RSS 2.0.

    `fingerprint` goes up by one with every change of the bytes for the same values, whether
    it is made here, in a private module of this room or by a new feedgen or lxml; the
    documents in `tests/cases/formats/` tell when that is.
    """

    name: ClassVar[str] = "rss"
    media_type: ClassVar[str] = EDITIONS["rss"].media_type
    fingerprint: ClassVar[str] = EDITIONS["rss"].fingerprint
    writing: ClassVar[Writing] = XML

    def fragment(self, entry: Entry) -> bytes:
        """An `<item>` on lines of its own, without namespace declarations. Never raises."""
        return self.written(admit(entry))

    def written(self, entry: Entry) -> bytes:
        """The fragment of an admitted entry."""
        return _WRAPPER.fragment(rss_item(entry))

    def html(self, fragment: bytes) -> str:
        """The HTML of an item: `content:encoded`, else `description`."""
        return _WRAPPER.text_of(fragment, f"{{{RSS_NAMESPACES['content']}}}encoded", "description")

    def envelope(self, channel: Channel) -> Envelope:
        """The `<channel>` without items; metadata comes before them."""
        return self.around(admit_channel(channel))

    def around(self, channel: Channel) -> Envelope:
        """The envelope of an admitted channel."""
        document = rss_feed(channel).rss_str(pretty=True, xml_declaration=False)
        return envelope(document, b"  </channel>\n</rss>\n")
