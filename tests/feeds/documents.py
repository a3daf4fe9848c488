"""Entries, channels and documents for the tests of formats, and the ways to read documents back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

from syndicate.feeds.formats import Format
from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.jsonfeed import JsonFeed
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Author, Category, Channel, Enclosure, Entry, Image, Link
from syndicate.plugins import find, names

CASES = Path(__file__).resolve().parent.parent / "cases"
SITE = "https://news.example"
MORNING = datetime(2025, 1, 6, 10, 0, 0, tzinfo=UTC)
NOON = datetime(2025, 1, 6, 12, 30, 0, tzinfo=UTC)

ALL_FORMATS: tuple[Format, ...] = tuple(find("formats", name)() for name in names("formats"))
FORMATS: tuple[Format, ...] = tuple(form for form in ALL_FORMATS if form.name != "html")
"""Those that feed readers read."""

XML_FORMATS: tuple[Format, ...] = (Rss(), Atom())

SPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def an_entry(**changes: Any) -> Entry:
    """An entry that says something in every field."""
    values: dict[str, Any] = {
        "id": f"{SITE}/2025/tea",
        "url": f"{SITE}/2025/tea.html",
        "title": "Tea & 茶",
        "html": '<p>Green <a href="https://tea.example/?a=1&amp;b=2">tea</a>.</p>\n<pre>\tone\n  two</pre>',
        "published": MORNING,
        "updated": NOON,
        "summary": "Green tea.",
        "categories": (
            Category("金融", f"{SITE}/tags"),
            Category("R&D", f"{SITE}/tags"),
            Category("News", f"{SITE}/categories"),
        ),
        "authors": (Author("王小明", "wang@news.example", f"{SITE}/wang"), Author("Ada")),
        "language": "en",
        "image": Image(f"{SITE}/tea.jpg", "A cup"),
        "enclosures": (
            Enclosure(f"{SITE}/tea.mp3", "audio/mpeg", 1234, 65, "Tea, spoken"),
            Enclosure(f"{SITE}/tea.pdf", "application/pdf"),
        ),
    }
    return Entry(**(values | changes))


def a_bare_entry(**changes: Any) -> Entry:
    """An entry with nothing but what every entry has."""
    address = f"{SITE}/plain.html"
    values: dict[str, Any] = {"id": address, "url": address, "title": "Plain", "html": "<p>Plain.</p>"}
    return Entry(**({**values, "published": MORNING, "updated": MORNING} | changes))


def a_channel(**changes: Any) -> Channel:
    """A channel that says something in every field."""
    values: dict[str, Any] = {
        "id": f"{SITE}/feeds/atom.xml",
        "title": "News & 新闻",
        "self_url": f"{SITE}/feeds/this",
        "home_url": f"{SITE}/",
        "description": "All the news",
        "language": "zh-CN",
        "updated": NOON,
        "authors": (Author("The Desk", "desk@news.example", f"{SITE}/desk"),),
        "image": Image(f"{SITE}/logo.png"),
        "icon": f"{SITE}/favicon.ico",
        "links": (
            Link("hub", "https://hub.example/"),
            Link("next", f"{SITE}/feeds/this?page=2"),
            Link("alternate", f"{SITE}/feeds/other", "application/xml", "The other format"),
        ),
        "rights": "© The Desk",
    }
    return Channel(**(values | changes))


def document(form: Format, entries: Sequence[Entry] = (), channel: Channel | None = None) -> bytes:
    """A whole document, put together as the contract says."""
    around = form.envelope(channel or a_channel())
    return around.head + around.separator.join(form.fragment(entry) for entry in entries) + around.tail


def rss(*entries: Entry, channel: Channel | None = None) -> etree._Element:
    """The `<channel>` of an RSS document."""
    return etree.fromstring(document(Rss(), entries, channel))[0]


def item(entry: Entry) -> etree._Element:
    """The one `<item>` of an RSS document."""
    found = rss(entry).find("item")
    assert found is not None
    return found


def atom(*entries: Entry, channel: Channel | None = None) -> etree._Element:
    """The `<feed>` of an Atom document."""
    return etree.fromstring(document(Atom(), entries, channel))


def atom_entry(entry: Entry) -> etree._Element:
    """The one `<entry>` of an Atom document."""
    found = atom(entry).find("a:entry", SPACES)
    assert found is not None
    return found


def json_feed(*entries: Entry, channel: Channel | None = None) -> dict[str, Any]:
    """A JSON Feed; a key that is there twice is a fault."""
    feed: dict[str, Any] = json.loads(document(JsonFeed(), entries, channel), object_pairs_hook=_object)
    return feed


def json_item(entry: Entry) -> dict[str, Any]:
    """The one item of a JSON Feed."""
    found: dict[str, Any] = json_feed(entry)["items"][0]
    return found


def texts(element: etree._Element, path: str) -> list[str]:
    """The text of all elements on a path."""
    return [found.text or "" for found in element.iterfind(path, SPACES)]


def attributes(element: etree._Element, path: str) -> list[dict[str, str]]:
    """The attributes of all elements on a path."""
    return [{str(name): str(value) for name, value in found.attrib.items()} for found in element.iterfind(path, SPACES)]


def read(data: bytes) -> Any:
    """What feedparser, an independent reader, makes of a document."""
    return feedparser.parse(data)


def tree(element: etree._Element) -> Any:
    """An element as plain values: namespaces resolved, white space between elements ignored."""
    text = element.text or ""
    return (
        element.tag,
        dict(element.items()),
        text if text.strip() or not len(element) else "",
        [tree(child) for child in element],
    )


def titles(entry: Entry) -> list[str]:
    """The title of one entry as each format's parser reads it."""
    return [*texts(item(entry), "title"), *texts(atom_entry(entry), "a:title"), str(json_item(entry)["title"])]


def first_tags(entry: Entry) -> list[str]:
    """The first category's name as each format's parser reads it."""
    return [
        texts(item(entry), "category")[0],
        attributes(atom_entry(entry), "a:category")[0]["term"],
        json_item(entry)["tags"][0],
    ]


def addresses(entry: Entry) -> list[str]:
    """The page of one entry in each format."""
    return [
        texts(item(entry), "link")[0],
        attributes(atom_entry(entry), "a:link")[0]["href"],
        json_item(entry)["url"],
    ]


def ids(entry: Entry) -> list[str]:
    """The id of one entry in each format."""
    return [texts(item(entry), "guid")[0], texts(atom_entry(entry), "a:id")[0], json_item(entry)["id"]]


def contents(entry: Entry) -> list[str]:
    """The full text of one entry in each format."""
    return [
        texts(item(entry), "content:encoded")[0],
        texts(atom_entry(entry), "a:content")[0],
        json_item(entry)["content_html"],
    ]


def atom_grammar() -> etree.RelaxNG:
    """The RELAX NG grammar of Atom."""
    return etree.RelaxNG(etree.parse(CASES / "atom.rng"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    assert len(made) == len(pairs), "a key is there twice"
    return made
