"""Documents as their readers see them: lxml with namespaces, email.utils, json, feedparser. Nothing of ours is asked.

In: the bytes of a document. Out: a Document, or an AssertionError where a strict reader would refuse it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import lxml.html
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"

MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


@dataclass(frozen=True)
class Item:
    """An entry as a reader sees it. RSS and the page have one moment, so there `updated` is `published`.

    The page has no `html`, and no length of files.
    """

    id: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    files: tuple[tuple[str, str, int | None], ...]
    """Address, media type and bytes of each enclosure."""


@dataclass(frozen=True)
class Document:
    """A feed as a reader sees it; `links` are (relation, address) pairs, `alternate` of other formats among them."""

    form: str
    data: bytes
    title: str
    home: str
    own: str
    updated: datetime | None
    links: frozenset[tuple[str, str]]
    items: tuple[Item, ...]
    authors: tuple[str, ...] = ()
    raw: Any = field(default=None, compare=False, repr=False)

    def item(self, title: str) -> Item:
        """The one entry with this title."""
        found = [item for item in self.items if item.title == title]
        assert len(found) == 1, (self.form, title, [item.title for item in self.items])
        return found[0]

    @property
    def titles(self) -> list[str]:
        return [item.title for item in self.items]

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items]

    def hrefs(self, rel: str) -> set[str]:
        return {href for relation, href in self.links if relation == rel}


def read(path: Path) -> Document:
    """A document, by its first bytes; every reader there is must take it without complaint."""
    return parse(path.read_bytes())


def parse(data: bytes) -> Document:
    if data.startswith(b"<!doctype html>"):
        return _page(data)
    if data.startswith(b"{"):
        return _json(data)
    assert data.startswith(b"<?xml "), data[:40]  # nothing may come before the declaration
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    made = _rss(data, root) if root.tag == "rss" else _atom(data, root)
    assert [entry.id for entry in parsed.entries] == made.ids
    return made


# -- RSS


def _rss(data: bytes, root: Any) -> Document:
    channel = root.find("channel")
    links = frozenset((link.get("rel"), link.get("href")) for link in channel.findall(f"{ATOM}link"))
    built = channel.findtext("lastBuildDate")
    return Document(
        "rss",
        data,
        channel.findtext("title"),
        channel.findtext("link"),
        *[href for rel, href in links if rel == "self"],
        None if built is None else moment(built),
        links,
        tuple(_rss_item(item) for item in channel.findall("item")),
        raw=root,
    )


def _rss_item(item: Any) -> Item:
    when = moment(item.findtext("pubDate"))
    full, text = item.findtext(CONTENT), item.findtext("description") or ""  # without a summary the text is there
    files = [(file.get("url"), file.get("type"), int(file.get("length"))) for file in item.findall("enclosure")]
    return Item(
        item.findtext("guid"),
        item.findtext("link"),
        item.findtext("title"),
        text if full is None else full,
        "" if full is None else text,
        when,
        when,
        tuple(each.text for each in item.findall("category")),
        tuple(each.text for each in item.findall(CREATOR)),
        tuple(files),
    )


# -- Atom


def _atom(data: bytes, root: Any) -> Document:
    assert root.tag == f"{ATOM}feed", root.tag
    links = frozenset((link.get("rel", "alternate"), link.get("href")) for link in root.findall(f"{ATOM}link"))
    (home,) = [x.get("href") for x in root.findall(f"{ATOM}link") if (x.get("rel"), x.get("type")) == _PAGE]
    return Document(
        "atom",
        data,
        root.findtext(f"{ATOM}title"),
        home,
        *[href for rel, href in links if rel == "self"],
        moment(root.findtext(f"{ATOM}updated")),
        links,
        tuple(_atom_item(entry) for entry in root.findall(f"{ATOM}entry")),
        _names(root),
        root,
    )


_PAGE = ("alternate", "text/html")


def _atom_item(entry: Any) -> Item:
    content = entry.find(f"{ATOM}content")
    if content is not None:
        assert content.get("type") in ("html", "xhtml"), content.attrib
    links = entry.findall(f"{ATOM}link")
    files = [link for link in links if link.get("rel") == "enclosure"]
    lengths = [None if link.get("length") is None else int(link.get("length")) for link in files]
    return Item(
        entry.findtext(f"{ATOM}id"),
        next(link.get("href") for link in links if link.get("rel", "alternate") == "alternate"),
        entry.findtext(f"{ATOM}title"),
        "" if content is None else content.text or "",
        entry.findtext(f"{ATOM}summary") or "",
        moment(entry.findtext(f"{ATOM}published")),
        moment(entry.findtext(f"{ATOM}updated")),
        tuple(each.get("term") for each in entry.findall(f"{ATOM}category")),
        _names(entry),
        tuple((link.get("href"), link.get("type"), size) for link, size in zip(files, lengths, strict=True)),
    )


def _names(element: Any) -> tuple[str, ...]:
    return tuple(author.findtext(f"{ATOM}name") for author in element.findall(f"{ATOM}author"))


# -- JSON Feed


def _json(data: bytes) -> Document:
    feed = json.loads(data.decode("utf-8"))
    items = tuple(_json_item(item) for item in feed["items"])
    links = {("self", feed["feed_url"])} | {("hub", hub["url"]) for hub in feed.get("hubs", ())}
    links |= {("next", feed["next_url"])} if "next_url" in feed else set()
    return Document(
        "json",
        data,
        feed["title"],
        feed["home_page_url"],
        feed["feed_url"],
        max((item.updated for item in items), default=None),
        frozenset(links),
        items,
        tuple(author["name"] for author in feed.get("authors", ())),
        feed,
    )


def _json_item(item: dict[str, Any]) -> Item:
    assert "content_html" in item or "content_text" in item, item
    return Item(
        item["id"],
        item["url"],
        item["title"],
        item.get("content_html", ""),
        item.get("summary", ""),
        moment(item["date_published"]),
        moment(item["date_modified"]),
        tuple(item.get("tags", ())),
        tuple(author["name"] for author in item.get("authors", ())),
        tuple((file["url"], file["mime_type"], file.get("size_in_bytes")) for file in item.get("attachments", ())),
    )


# -- the page for people


def _page(data: bytes) -> Document:
    """A page by its microformats; it holds summaries, and no text."""
    assert not set(data.decode("utf-8")) & _NO_TEXT
    tree = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    (updated,) = tree.xpath("//p[@class='facts'][ancestor::section[@class='entries']][not(ancestor::article)]")
    when = updated.xpath("./time/@datetime")
    return Document(
        "html",
        data,
        tree.xpath("string(//h1)"),
        str(tree.xpath("//header//a[@class='u-url']/@href")[0]),
        *map(str, tree.xpath("//link[@rel='canonical']/@href")),
        moment(when[0].replace("+00:00", "Z")) if when else None,
        frozenset((link.get("rel"), link.get("href")) for link in tree.xpath("//link[@rel!='icon']")),
        tuple(_page_item(article) for article in tree.xpath("//article")),
        raw=tree,
    )


_NO_TEXT = {chr(code) for code in range(0x20)} - set("\t\n\r") | set("\ufffe\uffff")


def _page_item(article: Any) -> Item:
    when = moment(article.xpath(".//time/@datetime")[0].replace("+00:00", "Z"))
    files = article.xpath(".//a[@class='u-enclosure']")
    return Item(
        str(article.xpath(".//data[@class='u-uid']/@value")[0]),
        str(article.xpath(".//h3/a/@href")[0]),
        article.xpath("string(.//h3)"),
        "",
        article.xpath("string(.//p[@class='p-summary'])"),
        when,
        when,
        tuple(each.text for each in article.xpath(".//li[@class='p-category']")),
        tuple(each.text_content() for each in article.xpath(".//span[@class='p-author']")),
        tuple((file.get("href"), file.get("type"), None) for file in files),
    )


# -- what they share


def moment(text: str) -> datetime:
    """RFC 3339 or RFC 822, with a zone; a moment that is read must be written back to the same letters."""
    if text[:1].isalpha():
        found = parsedate_to_datetime(text)
        assert found.tzinfo is not None, text
        assert found.strftime("%a, %d %b ") == text[:12], text  # these tests run in the C locale
        return found.astimezone(UTC)
    found = datetime.fromisoformat(text)
    assert found.isoformat().replace("+00:00", "Z") == text, text
    return found.astimezone(UTC)


def documents(out: Path, by_name: bool = True) -> Iterator[tuple[str, Path]]:
    """Path below the output folder and file of every feed document: by their usual names, or by what they hold."""
    for path in sorted(out.rglob("*")):
        if path.is_file() and (path.name in FILES.values() if by_name else _is_feed(path.read_bytes())):
            yield path.relative_to(out).as_posix(), path


def _is_feed(data: bytes) -> bool:
    return data.startswith(b"{") or b"<rss " in data[:400] or b'xmlns="http://www.w3.org/2005/Atom"' in data[:2000]
