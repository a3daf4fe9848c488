"""All feeds in one place: the page a person likes to look at, and the OPML a reader takes whole.

Rows in (one per feed, as counted by the index), bytes out. Pure and deterministic: moments are
shown as dates in the zone they come in, and what depends on the reader's clock ("3 days ago")
is added by the page's script. The page needs no other host, no cookie and, for reading, no
script; its Content-Security-Policy names the digest of its own style and script and nothing else.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple

from syndicate.feeds._index_page import Section, Site, index_page, legal, line
from syndicate.feeds._words import words_for
from syndicate.model.records import dataclass

DECLARED = "[feeds]"
"""Stands for the taxonomy of the feeds that the settings declare (`[feeds.NAME]`): no site can call one so."""

EDITION = "1"
"""What is said of a feed, and how: changes with every change of that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One feed as the directory lists it.

    `title` is the feed's own title, `label` what tells it apart here: the term as written, or
    the site's title. `taxonomy` is the plural key (`tags`), "" for the site feed, and
    `taxonomy_label` the heading of its group. `entries` counts every live post the feed is
    about, not only those it shows; `newest` is None where there is none. `urls` are (format
    name, absolute URL) in the order to offer them; `home_url` is the HTML page of the site or "",
    `page_url` the feed's own page or "". A feed that the settings declare has the taxonomy `DECLARED`.
    """

    key: str
    title: str
    label: str
    taxonomy: str
    taxonomy_label: str
    entries: int
    newest: datetime | None
    urls: tuple[tuple[str, str], ...]
    home_url: str = ""
    description: str = ""
    page_url: str = ""


def declared_label(language: str) -> str:
    """The heading of the declared feeds, for a site in `language` (BCP 47)."""
    return words_for(language).declared


class Item(NamedTuple):
    """The same of a feed that is no site's own, with all that is said of it in words of HTML and OPML.

    `section` is the row's taxonomy and `heading` its label; `newest` is in epoch seconds; `line` is its line of the
    page, and `outline` its outline of the OPML, "" where there is no address.
    """

    key: str
    section: str
    heading: str
    label: str
    entries: int
    newest: float | None
    line: str
    outline: str


class Group(NamedTuple):
    """The feeds of one taxonomy."""

    anchor: str
    label: str
    items: list[Item]


def item(row: Row, site_url: str, language: str) -> Item:
    """A row made ready; `site_url` and `language` as the page and the OPML are told them."""
    return Item(
        row.key,
        row.taxonomy,
        row.taxonomy_label,
        legal(row.label),
        row.entries,
        row.newest.timestamp() if row.newest else None,
        line(row, site_url, words_for(language)),
        _outline(row, site_url),
    )


def page(rows: Sequence[Row | Item], site_title: str, site_url: str, description: str, language: str) -> bytes:
    """`index.html`: every feed of the site, the site feed first, grouped by taxonomy.

    `language` is the site's (BCP 47); the page speaks Chinese for `zh…` and English otherwise.
    """
    cards, items = _apart(rows, site_url, language)
    sections = [
        Section(group.anchor, group.label, [each.line for each in sorted(group.items, key=_size)])
        for group in _groups(items)
    ]
    site = Site(site_title, site_url, description, language)
    return index_page(site, words_for(language), cards, sections, len(rows)).encode("utf-8")


def opml(rows: Sequence[Row | Item], site_title: str, site_url: str, owner: str = "") -> bytes:
    """`opml.xml`: the same list as a subscription list (OPML 2.0), in the order of `rows`."""
    cards, items = _apart(rows, site_url, "")
    moments = [row.newest.timestamp() for row in cards if row.newest] + [
        each.newest for each in items if each.newest is not None
    ]
    outlines = [f"  {outline}" for row in cards if (outline := _outline(row, site_url))]
    for group in _groups(items):
        outlines += _taxonomy(group)
    if not outlines:  # a body without an outline is not OPML
        outlines.append(f"  {_element('outline', type='link', text=_line(site_title), url=site_url)}")
    head = _opml_head(max(moments, default=None), site_title, owner)
    start = ('<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', f" {head}", " <body>")
    return "\n".join([*start, *outlines, " </body>", "</opml>", ""]).encode()


def _apart(rows: Iterable[Row | Item], site_url: str, language: str) -> tuple[list[Row], list[Item]]:
    """The feeds of sites, and all others made ready."""
    cards: list[Row] = []
    items: list[Item] = []
    for row in rows:
        if isinstance(row, Item):
            items.append(row)
        elif row.taxonomy:
            items.append(item(row, site_url, language))
        else:
            cards.append(row)
    return cards, items


def _opml_head(newest: float | None, site_title: str, owner: str) -> str:
    head = ET.Element("head")
    ET.SubElement(head, "title").text = _line(site_title)
    if newest is not None:
        moment = datetime.fromtimestamp(newest, UTC).replace(microsecond=0)
        ET.SubElement(head, "dateModified").text = format_datetime(moment, usegmt=True)
    if owner:
        ET.SubElement(head, "ownerName").text = _line(owner)
    ET.indent(head, " ", 1)
    return legal(ET.tostring(head, encoding="unicode"))


def _taxonomy(group: Group) -> list[str]:
    """The lines of an outline with one for each feed in it."""
    label = _line(group.label)
    empty = _element("outline", text=label, title=label)
    inside = [f"   {each.outline}" for each in group.items if each.outline]
    return [f"  {empty.removesuffix(' />')}>", *inside, "  </outline>"] if inside else [f"  {empty}"]


def _outline(row: Row, site_url: str) -> str:
    """One feed. `type` is `rss` for Atom too (OPML 2.0, "Subscription lists")."""
    address = _for_readers(row)
    if not address:
        return ""
    title = _line(row.title) or _line(row.label)
    about = {"description": _line(row.description)} if row.description else {}
    return _element(
        "outline", type="rss", text=title, title=title, xmlUrl=address, htmlUrl=row.home_url or site_url, **about
    )


def _element(tag: str, **attributes: str) -> str:
    """An element with nothing in it."""
    return legal(ET.tostring(ET.Element(tag, attributes), encoding="unicode"))


def _for_readers(row: Row) -> str:
    """The address most readers can take: XML where there is one."""
    xml = [url for name, url in row.urls if name in ("rss", "atom")]
    return next(iter(xml or [url for _, url in row.urls]), "")


def _groups(items: Iterable[Item]) -> list[Group]:
    """The declared feeds, then those of terms by taxonomy; taxonomies and feeds in the order they come in."""
    by_taxonomy: dict[str, list[Item]] = {DECLARED: []}
    for each in items:
        by_taxonomy.setdefault(each.section, []).append(each)
    return [_group(taxonomy, members) for taxonomy, members in by_taxonomy.items() if members]


def _group(taxonomy: str, members: list[Item]) -> Group:
    anchor = "declared" if taxonomy == DECLARED else "in-" + re.sub(r"\s+", "-", taxonomy)
    return Group(anchor, members[0].heading or taxonomy, members)


def _size(each: Item) -> tuple[int, float, str, str]:
    """Big feeds first: what the site is mostly about is what most people look for."""
    return -each.entries, float("inf") if each.newest is None else -each.newest, each.label, each.key


def _line(text: str) -> str:
    return " ".join(text.split())
