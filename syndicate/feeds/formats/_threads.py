"""Where an entry is discussed (RFC 4685, namespace `thr`); in RSS `comments`, `slash` and `wfw`. Pure."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import add, named, number
from syndicate.model import Comments

THR = "http://purl.org/syndication/thread/1.0"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
WFW = "http://wellformedweb.org/CommentAPI/"


def rss_comments(item: _Element, comments: Comments) -> None:
    """The page (RSS 2.0 `comments`), the number and the feed of the comments of an item."""
    add(item, "comments", comments.url)
    add(item, f"{{{SLASH}}}comments", number(comments.count))
    add(item, f"{{{WFW}}}commentRss", comments.feed)


def atom_replies(entry: _Element, comments: Comments) -> None:
    """Links `replies` with `thr:count` (RFC 4685 section 4) and `thr:total` (section 5).

    The link to a feed has no type: whether it is Atom is not known, and without one that is what it is taken for.
    """
    count = {f"{{{THR}}}count": number(comments.count)} if comments.count is not None else {}
    for href, kind in ((comments.feed, ""), (comments.url, "text/html")):
        if href:
            SubElement(entry, "link", named(href=href, rel="replies", type=kind) | count)
    add(entry, f"{{{THR}}}total", number(comments.count))
