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

from syndicate.feeds._index_page import Section, Site, index_page, legal, line
from syndicate.feeds._words import words_for
from syndicate.feeds.formats._moments import rfc822, utc
from syndicate.model.records import NamedTuple, dataclass

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
    """The feeds of one section: how many, when the newest of their posts was published in epoch seconds, their lines of
    the page and their outlines of the OPML, each of these in its order, as UTF-8."""

    section: str
    heading: str
    feeds: int
    newest: float | None
    lines: bytes
    outlines: bytes


def group(section: str, heading: str, newest: float | None, lines: Sequence[bytes], outlines: Sequence[bytes]) -> Group:
    """The lines of the feeds of a section, large feeds first, and their outlines put together."""
    inside = [b"   " + b"\n   ".join(outlines), b""] if outlines else []
    return Group(section, heading or section, len(lines), newest, b"\n".join(lines), b"\n".join(inside))


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


def page(rows: Sequence[Row | Group], site_title: str, site_url: str, description: str, language: str) -> bytes:
    """`index.html`: every feed of the site, the site feed first, grouped by taxonomy.

    `language` is the site's (BCP 47); the page speaks Chinese for `zh…` and English otherwise.
    """
    cards, groups = _apart(rows, site_url, language)
    sections = [Section(_anchor(each.section), each.heading, each.feeds, each.lines) for each in groups]
    return index_page(Site(site_title, site_url, description, language), words_for(language), cards, sections)


def opml(rows: Sequence[Row | Group], site_title: str, site_url: str, owner: str = "") -> bytes:
    """`opml.xml`: the same list as a subscription list (OPML 2.0), in the order of `rows`."""
    cards, groups = _apart(rows, site_url, "")
    moments = [row.newest.timestamp() for row in cards if row.newest]
    moments += [each.newest for each in groups if each.newest is not None]
    outlines = [f"  {outline}\n".encode() for row in cards if (outline := _outline(row, site_url))]
    outlines += map(_taxonomy, groups)
    if not outlines:  # a body without an outline is not OPML
        outlines.append(f"  {_element('outline', type='link', text=_line(site_title), url=site_url)}\n".encode())
    head = _opml_head(max(moments, default=None), site_title, owner)
    start = ('<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', f" {head}", " <body>", "")
    return b"".join(["\n".join(start).encode(), *outlines, b" </body>\n</opml>\n"])


def _apart(rows: Iterable[Row | Group], site_url: str, language: str) -> tuple[list[Row], list[Group]]:
    """The feeds of sites, and all others by section: first those that the settings declare, then as they come in."""
    cards: list[Row] = []
    groups: list[Group] = []
    items: dict[str, list[Item]] = {}
    for row in rows:
        if isinstance(row, Group):
            groups.append(row)
        elif row.taxonomy:
            items.setdefault(row.taxonomy, []).append(item(row, site_url, language))
        else:
            cards.append(row)
    groups += [_of_items(section, members) for section, members in items.items()]
    return cards, sorted(groups, key=lambda each: each.section != DECLARED)


def _of_items(section: str, members: list[Item]) -> Group:
    newest = max((each.newest for each in members if each.newest is not None), default=None)
    lines = [each.line.encode() for each in sorted(members, key=_size)]
    outlines = [each.outline.encode() for each in members if each.outline]
    return group(section, members[0].heading, newest, lines, outlines)


def _opml_head(newest: float | None, site_title: str, owner: str) -> str:
    head = ET.Element("head")
    ET.SubElement(head, "title").text = _line(site_title)
    if newest is not None:
        moment = rfc822(utc(datetime.fromtimestamp(newest, UTC)))
        ET.SubElement(head, "dateModified").text = f"{moment.removesuffix('+0000')}GMT"
    if owner:
        ET.SubElement(head, "ownerName").text = _line(owner)
    ET.indent(head, " ", 1)
    return legal(ET.tostring(head, encoding="unicode"))


def _taxonomy(group: Group) -> bytes:
    """The lines of an outline with one for each feed in it."""
    label = _line(group.heading)
    empty = _element("outline", text=label, title=label)
    if not group.outlines:
        return f"  {empty}\n".encode()
    return f"  {empty.removesuffix(' />')}>\n".encode() + group.outlines + b"  </outline>\n"


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
    """An element with nothing in it, as ElementTree writes it, which takes ten times as long."""
    written = [f'{name}="{_escaped(text) if _SPECIAL.search(text) else text}"' for name, text in attributes.items()]
    return legal(" ".join([f"<{tag}", *written, "/>"]))


_SPECIAL = re.compile('[&<>"\\r\\n\\t]')


def _escaped(text: str) -> str:
    """A text in an attribute."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;")


def _for_readers(row: Row) -> str:
    """The address most readers can take: XML where there is one."""
    xml = [url for name, url in row.urls if name in ("rss", "atom")]
    return next(iter(xml or [url for _, url in row.urls]), "")


def _anchor(section: str) -> str:
    return "declared" if section == DECLARED else "in-" + re.sub(r"\s+", "-", section)


def _size(each: Item) -> tuple[int, float, str, str]:
    """Big feeds first: what the site is mostly about is what most people look for."""
    return -each.entries, float("inf") if each.newest is None else -each.newest, each.label, each.key


def _line(text: str) -> str:
    return " ".join(text.split())
