"""Feed paging and archiving (RFC 5005), namespace `fh`. Pure.

The links (`prev-archive`, `next-archive`, `current`) are links like others; what is said here is what a document
is: all of its feed, or a page of its history.
"""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from syndicate.model import Channel

FH = "http://purl.org/syndication/history/1.0"


def history(element: _Element, channel: Channel) -> None:
    """`fh:complete` (section 2) or `fh:archive` (section 4) in an RSS channel or an Atom feed; never both."""
    if channel.complete:
        SubElement(element, f"{{{FH}}}complete")
    elif channel.archive:
        SubElement(element, f"{{{FH}}}archive")
