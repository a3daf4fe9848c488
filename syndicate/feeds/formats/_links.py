"""Links of feeds and entries (RFC 4287 section 4.2.7), in Atom and, as `atom:link`, in RSS. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import Attributes, named, number
from syndicate.model import Alternate, Channel, Enclosure, Entry, Link

ATOM = "http://www.w3.org/2005/Atom"
ATOM_LINK = f"{{{ATOM}}}link"

_PAGE = "text/html"


def rss_links(channel: _Element, said: Channel) -> None:
    """All links of a channel, of any relation, behind `self`, which feedgen writes."""
    _insert(channel, ATOM_LINK, _with_own_page(said.links, said))


def atom_links(feed: _Element, said: Channel) -> None:
    """All links of a feed, of any relation, behind `self` and the home page, which feedgen writes."""
    _insert(feed, "link", _with_own_page(_one_alternate_a_type(said.links), said))


def entry_links(entry: Entry) -> list[Attributes]:
    """The links of an Atom entry: its page, the page it points at, its translations, its media."""
    links = [_page(entry)]
    if entry.external_url:
        links.append(named(href=entry.external_url, rel="related"))
    links += [_alternate(each) for each in entry.alternates]
    return links + [_enclosure(each) for each in entry.enclosures]


def translations(entry: Entry) -> list[Attributes]:
    """The links of an RSS item to its translations: none where its `link` leads to a page elsewhere.

    The page comes first, as in Atom: SimplePie takes these links before RSS's own.
    """
    if not entry.alternates or entry.external_url:
        return []
    return [_page(entry), *map(_alternate, entry.alternates)]


def _with_own_page(links: Sequence[Link], said: Channel) -> Sequence[Link]:
    """The feed's own HTML page as well: `related`, since the one alternate of its type is the home page."""
    linked = {link.href for link in links if link.type == _PAGE}
    own = said.page_url
    return links if own in {"", said.home_url, *linked} else [*links, Link("related", own, _PAGE)]


def _page(entry: Entry) -> Attributes:
    return {"href": entry.url, "rel": "alternate", "type": _PAGE}


def _alternate(translation: Alternate) -> Attributes:
    """RFC 4287 section 4.1.2: alternates of one type differ in their language."""
    return {"href": translation.url, "rel": "alternate", "type": _PAGE, "hreflang": translation.language}


def _enclosure(media: Enclosure) -> Attributes:
    return named(href=media.url, rel="enclosure", type=media.type, length=number(media.length), title=media.title)


def _one_alternate_a_type(links: Sequence[Link]) -> list[Link]:
    """RFC 4287 section 4.1.1: one alternate of a type, and the HTML one is the home page."""
    seen = {_PAGE}
    kept = []
    for link in links:
        if link.rel != "alternate" or link.type not in seen:
            kept.append(link)
        if link.rel == "alternate":
            seen.add(link.type)
    return kept


def _insert(parent: _Element, tag: str, links: Sequence[Link]) -> None:
    """Write links behind those the feed has already."""
    place = max(parent.index(link) for link in parent.iterchildren(tag)) + 1
    for position, link in enumerate(links, place):
        element = SubElement(parent, tag, named(href=link.href, rel=link.rel, type=link.type, title=link.title))
        parent.insert(position, element)
