"""The namespaces of feeds and what names they have there. Pure.

Namespaces are compared letter by letter (Namespaces in XML 1.0, section 2.3): a missing slash or `https` makes
another vocabulary, which no reader knows.
"""

from __future__ import annotations

from collections.abc import Mapping

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
FH = "http://purl.org/syndication/history/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
MEDIA = "http://search.yahoo.com/mrss/"
PODCAST = "https://podcastindex.org/namespace/1.0"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
SY = "http://purl.org/rss/1.0/modules/syndication/"
THR = "http://purl.org/syndication/thread/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
WFW = "http://wellformedweb.org/CommentAPI/"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"

PREFIXES: Mapping[str, str] = {
    "atom": ATOM,
    "at": TOMBSTONES,
    "content": CONTENT,
    "dc": DC,
    "fh": FH,
    "itunes": ITUNES,
    "media": MEDIA,
    "podcast": PODCAST,
    "slash": SLASH,
    "sy": SY,
    "thr": THR,
    "wfw": WFW,
}
"""Prefix → namespace, as everybody writes them and as our own documents declare them."""
