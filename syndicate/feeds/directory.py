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
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from syndicate.feeds._index_page import Section, Site, index_page
from syndicate.feeds._words import words_for

DECLARED = "[feeds]"
"""Stands for the taxonomy of the feeds that the settings declare (`[feeds.NAME]`): no site can call one so."""

# what is illegal, not what is not legal: a pattern costs as much to compile as there are characters in its ranges
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


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


@dataclass(frozen=True, slots=True)
class Group:
    """The feeds of one taxonomy."""

    anchor: str
    label: str
    rows: tuple[Row, ...]


def page(rows: Sequence[Row], site_title: str, site_url: str, description: str, language: str) -> bytes:
    """`index.html`: every feed of the site, the site feed first, grouped by taxonomy.

    `language` is the site's (BCP 47); the page speaks Chinese for `zh…` and English otherwise.
    """
    sections = [Section(group.anchor, group.label, _by_size(group)) for group in _groups(rows)]
    site = Site(site_title, site_url, description, language)
    html = index_page(site, words_for(language), [row for row in rows if not row.taxonomy], sections, len(rows))
    return _legal(html).encode("utf-8")


def opml(rows: Sequence[Row], site_title: str, site_url: str, owner: str = "") -> bytes:
    """`opml.xml`: the same list as a subscription list (OPML 2.0), in the order of `rows`."""
    root = ET.Element("opml", version="2.0")
    _opml_head(root, rows, site_title, owner)
    body = ET.SubElement(root, "body")
    for row in rows:
        if not row.taxonomy:
            _subscription(body, row, site_url)
    for group in _groups(rows):
        outline = ET.SubElement(body, "outline", text=_line(group.label), title=_line(group.label))
        for row in group.rows:
            _subscription(outline, row, site_url)
    if not len(body):  # a body without an outline is not OPML
        ET.SubElement(body, "outline", type="link", text=_line(site_title), url=site_url)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_legal(text)}\n'.encode()


def _opml_head(root: ET.Element, rows: Sequence[Row], site_title: str, owner: str) -> None:
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = _line(site_title)
    moments = [row.newest for row in rows if row.newest]
    if moments:
        newest = max(moments).astimezone(UTC).replace(microsecond=0)
        ET.SubElement(head, "dateModified").text = format_datetime(newest, usegmt=True)
    if owner:
        ET.SubElement(head, "ownerName").text = _line(owner)


def _subscription(parent: ET.Element, row: Row, site_url: str) -> None:
    """One feed. `type` is `rss` for Atom too (OPML 2.0, "Subscription lists")."""
    address = _for_readers(row)
    if not address:
        return
    title = _line(row.title) or _line(row.label)
    outline = ET.SubElement(parent, "outline", type="rss", text=title, title=title, xmlUrl=address)
    outline.set("htmlUrl", row.home_url or site_url)
    if row.description:
        outline.set("description", _line(row.description))


def _for_readers(row: Row) -> str:
    """The address most readers can take: XML where there is one."""
    xml = [url for name, url in row.urls if name in ("rss", "atom")]
    return next(iter(xml or [url for _, url in row.urls]), "")


def _groups(rows: Iterable[Row]) -> list[Group]:
    """The declared feeds, then those of terms by taxonomy; taxonomies and feeds in the order they come in."""
    by_taxonomy: dict[str, list[Row]] = {DECLARED: []}
    for row in rows:
        if row.taxonomy:
            by_taxonomy.setdefault(row.taxonomy, []).append(row)
    return [_group(taxonomy, members) for taxonomy, members in by_taxonomy.items() if members]


def _group(taxonomy: str, members: list[Row]) -> Group:
    anchor = "declared" if taxonomy == DECLARED else "in-" + re.sub(r"\s+", "-", taxonomy)
    return Group(anchor, members[0].taxonomy_label or taxonomy, tuple(members))


def _by_size(group: Group) -> list[Row]:
    """Big feeds first: what the site is mostly about is what most people look for."""
    return sorted(group.rows, key=_size)


def _size(row: Row) -> tuple[int, float, str, str]:
    newest = row.newest.timestamp() if row.newest else float("-inf")
    return -row.entries, -newest, row.label, row.key


def _line(text: str) -> str:
    return " ".join(text.split())


def _legal(text: str) -> str:
    """Without what XML 1.0 and HTML forbid: controls, lone surrogates, noncharacters."""
    return _ILLEGAL.sub("", text)
