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
from syndicate.model import (
    Author,
    Category,
    Channel,
    Comments,
    Deleted,
    Enclosure,
    Entry,
    Episode,
    Image,
    Link,
    Origin,
    Rhythm,
    Show,
)
from syndicate.model.podcast import Funding, Person, Rendition, Soundbite, Transcript
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
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def an_entry(**changes: Any) -> Entry:
    """An entry of a blog that says what most of them say."""
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
    """A channel of a blog that says what most of them say."""
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


def an_episode(**changes: Any) -> Episode:
    """An episode that says something in every field."""
    values: dict[str, Any] = {
        "title": "Tea, spoken",
        "kind": "full",
        "number": 3,
        "season": 2,
        "season_name": "Winter",
        "explicit": False,
        "blocked": True,
        "image": f"{SITE}/3.jpg",
        "chapters": f"{SITE}/3/chapters.json",
        "transcripts": (
            Transcript(f"{SITE}/3.vtt", "text/vtt", "en", True),
            Transcript(f"{SITE}/3.html", "text/html"),
        ),
        "persons": (Person("Ada", "host", "cast", f"{SITE}/ada", f"{SITE}/ada.jpg"), Person("王小明")),
        "soundbites": (Soundbite(73.5, 60, "The first cup"), Soundbite(0, 0.125)),
        "renditions": (
            Rendition((f"{SITE}/3.opus", "https://mirror.example/3.opus"), "audio/opus", 99, 32_000, None, "en", "Low"),
            Rendition((f"{SITE}/3.mp4",), "video/mp4", None, None, 720, default=True),
        ),
        "license": "cc-by-4.0",
        "license_url": f"{SITE}/licence",
    }
    return Episode(**(values | changes))


def a_show(**changes: Any) -> Show:
    """A show that says something in every field."""
    values: dict[str, Any] = {
        "categories": (("Society & Culture", "Documentary"), ("Arts",), ("Society & Culture", "Relationships")),
        "explicit": True,
        "author": "The Desk",
        "owner": Author("The Desk", "desk@news.example"),
        "kind": "serial",
        "image": f"{SITE}/cover.jpg",
        "guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "locked": True,
        "medium": "podcast",
        "funding": (Funding("https://pay.example/?a=1&b=2", "Tea & us"),),
        "persons": (Person("Ada"),),
        "license": "cc-by-4.0",
        "license_url": f"{SITE}/licence",
        "new_feed_url": "https://new.example/feed",
        "complete": True,
        "blocked": True,
    }
    return Show(**(values | changes))


def a_told_entry(**changes: Any) -> Entry:
    """An episode, taken over from elsewhere, talked about, in two renditions, with an id that is no IRI."""
    values: dict[str, Any] = {
        "id": "Episode 42",
        "enclosures": (
            Enclosure(f"{SITE}/3.mp3", "audio/mpeg", 1234, 65, "Spoken"),
            Enclosure(f"{SITE}/3.ogg", "audio/ogg", 999, 65, "Spoken"),
            Enclosure(f"{SITE}/notes.pdf", "application/pdf", 5, title="Notes"),
        ),
        "authors": (),
        "origin": Origin("Planet Tea", f"{SITE}/planet.xml", "tag:planet.example,2020:feed", NOON),
        "comments": Comments(f"{SITE}/2025/tea.html#comments", f"{SITE}/2025/tea/comments.xml", 3),
        "episode": an_episode(),
    }
    return an_entry(**(values | changes))


def a_told_channel(**changes: Any) -> Channel:
    """A page of the history of a podcast, with all that the vocabularies say."""
    values: dict[str, Any] = {
        "authors": (Author("The Desk"), Author("Ada")),
        "links": (
            Link("hub", "https://hub.example/"),
            Link("prev-archive", f"{SITE}/feeds/1"),
            Link("next-archive", f"{SITE}/feeds/3"),
            Link("current", f"{SITE}/feeds/now"),
        ),
        "archive": True,
        "deleted": (Deleted("Episode 41", NOON), Deleted(f"{SITE}/gone", MORNING)),
        "rhythm": Rhythm("daily", 2, 60),
        "stylesheet": f"{SITE}/feed.css?a=1&b=2",
        "page_url": f"{SITE}/feeds/this.html",
        "show": a_show(),
    }
    return a_channel(**(values | changes))


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
