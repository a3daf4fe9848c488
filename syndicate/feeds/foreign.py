"""Anybody's feed → its entries as subscribers know them. Pure; the only import of feedparser.

In: the bytes of a document and the address they came from. Out: a `Foreign`, or an `Unreadable` that says what is
wrong. RSS 0.9x to 2.0 and 1.0, Atom 0.3 and 1.0, JSON Feed 1 and 1.1. Ids come out exactly as they are written,
since that is what readers compare; feedparser resolves and repairs some, so a pass of our own reads them beside it
(`_written.py`). Whatever the bytes are, nothing raises, and the work is bounded.
"""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from html import unescape
from typing import Any
from urllib.parse import urljoin

from syndicate.feeds import _written
from syndicate.feeds._written import Written
from syndicate.markup.legal import legal
from syndicate.model.patterns import regex
from syndicate.model.records import dataclass

MAX_BYTES = 32_000_000

_MAX_MALFORMED = 8_000_000
_MAX_MALFORMED_TAGS = 200_000
"""Bounds for what is no XML: it is read by rules of thumb, which take their time."""

_TAG = regex(r"<[^<>]{0,1000}>")
_FORMATS = {"rss": "rss", "ato": "atom", "jso": "json", "cdf": "rss"}
_FIRST, _FAR = -62_135_596_800, 10**11
"""Epoch seconds: the first moment of the calendar, and one that no moment of a feed reaches."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as subscribers of a feed have it.

    `id` as written; where an entry has none, its address, which readers take instead. `url` is absolute, "" for none,
    `title` plain text as far as the feed says so, moments are epoch seconds; `digest` tells contents apart.
    """

    id: str
    url: str
    title: str
    published: int | None = None
    updated: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A feed. `format` is `rss`, `atom` or `json`; `url` is where it was read.

    `id` is the feed's own (Atom only), `self_url` where it says it stands, `home_url` the page it belongs to;
    `older` are the addresses of documents with older entries (`prev-archive` of RFC 5005, `next`,
    `next_url`), `current` that of the newest where this is a page of the history, and `others` those of
    the same feed in other formats. All are absolute.
    """

    format: str
    url: str
    title: str = ""
    id: str = ""
    self_url: str = ""
    home_url: str = ""
    older: tuple[str, ...] = ()
    current: str = ""
    others: tuple[str, ...] = ()
    entries: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is no feed to us: what is wrong, and what to do."""

    url: str
    reason: str


def read(data: bytes, url: str) -> Foreign | Unreadable:
    """The feed in these bytes, which came from `url` (for relative links)."""
    if len(data) > MAX_BYTES:
        return Unreadable(url, f"has {len(data):,} bytes, more than the {MAX_BYTES:,} that are read of a feed")
    beginning = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning[:1] == b"{":
        return _json(data, url)
    if not beginning:
        return Unreadable(url, "is empty; is it the right address?")
    return _xml(data, url)


# -- XML


def _xml(data: bytes, url: str) -> Foreign | Unreadable:
    written = _written.ids(data)
    if written.too_much:
        return Unreadable(url, written.too_much)
    if not written.whole and (len(data) > _MAX_MALFORMED or data.count(b"<") > _MAX_MALFORMED_TAGS):
        return Unreadable(url, f"is no well-formed XML ({written.fault}), and too large to be read anyway; mend it")
    # without the base, an id of what is not well-formed is not resolved against it
    parsed = _parsed(data, url if written.whole else "")
    if parsed is None or (not parsed.version and not parsed.entries):
        fault = "" if written.whole else f" (it is no well-formed XML: {written.fault})"
        return Unreadable(url, f"is no feed{fault}; give the address of an RSS, Atom or JSON feed, not of a page")
    return _foreign(parsed, written, url)


@dataclass(frozen=True, slots=True)
class _Stream:
    """Bytes as feedparser takes them from a file."""

    data: bytes

    def read(self) -> bytes:
        return self.data


def _parsed(data: bytes, url: str) -> Any:
    # imported here: only few commands read feeds
    import feedparser

    try:
        return feedparser.parse(
            _Stream(data),  # never bytes or text themselves, which it may take for the name of a file
            response_headers={"content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 it promises to raise nothing, and has raised many things for hostile bytes
        return None


def _foreign(parsed: Any, written: Written, url: str) -> Foreign:
    feed = dict(parsed.feed)
    links = [(str(each.get("rel", "")), str(each.get("href", ""))) for each in feed.get("links", ())]
    form = _FORMATS.get(str(parsed.version)[:3], "rss")
    ids: tuple[str, ...] = written.entries if len(written.entries) == len(parsed.entries) else ()
    return Foreign(
        format=form,
        url=url,
        title=str(feed.get("title", "")),
        id=(written.feed if written.whole else str(feed.get("id", ""))) if form == "atom" else "",
        self_url=_first(links, "self", url),
        home_url=_absolute(str(feed.get("link", "")), url),
        older=_all(links, ("prev-archive", "next"), url),
        current=_first(links, "current", url),
        others=_alternates(feed, url),
        entries=tuple(_entry(dict(each), ids[at] if ids else None, url) for at, each in enumerate(parsed.entries)),
    )


def _entry(entry: Mapping[str, Any], written: str | None, url: str) -> Seen:
    address = _absolute(str(entry.get("link", "")), url)
    contents = entry.get("content") or [{"value": entry.get("summary", "")}]
    return Seen(
        id=(str(entry.get("id", "")) if written is None else written) or address,
        url=address,
        title=_plain(entry),
        published=_epoch(entry.get("published_parsed") or entry.get("created_parsed")),
        updated=_epoch(entry.get("updated_parsed")),
        digest=_digest(str(contents[0].get("value", ""))),
    )


def _plain(entry: Mapping[str, Any]) -> str:
    """The title; where it is HTML, without its tags."""
    title = str(entry.get("title", ""))
    if "html" in str(dict(entry.get("title_detail") or {}).get("type", "")):
        title = unescape(_TAG.sub("", title))
    return _line(title)


def _epoch(parsed: Any) -> int | None:
    try:
        found = timegm(parsed) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None
    return found if found is not None and _FIRST <= found < _FAR else None


def _first(links: list[tuple[str, str]], rel: str, url: str) -> str:
    return next(iter(_all(links, (rel,), url)), "")


def _all(links: list[tuple[str, str]], rels: tuple[str, ...], url: str) -> tuple[str, ...]:
    """The addresses of links, those of the first relation first."""
    found = (_absolute(href, url) for wanted in rels for rel, href in links if rel == wanted and href)
    return tuple(dict.fromkeys(each for each in found if each))


def _alternates(feed: Mapping[str, Any], url: str) -> tuple[str, ...]:
    """Other formats of the same feed: links to feeds that are called alternate."""
    feeds = [
        ("alternate", str(each.get("href", "")))
        for each in feed.get("links", ())
        if each.get("rel") == "alternate" and re.search(r"/(?:rss|atom|feed)\+(?:xml|json)", str(each.get("type", "")))
    ]
    return _all(feeds, ("alternate",), url)


# -- JSON


def _json(data: bytes, url: str) -> Foreign | Unreadable:
    if data.count(b"{") > _written.MAX_ELEMENTS:
        return Unreadable(url, f"has more than {_written.MAX_ELEMENTS:,} objects; give a shorter feed")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as fault:
        return Unreadable(url, f"is no JSON that can be read ({str(fault)[:100]}); mend it, or give another address")
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        return Unreadable(url, "is JSON, but no JSON Feed: it has no list of items; give the address of a feed")
    return Foreign(
        format="json",
        url=url,
        title=_text(found, "title"),
        self_url=_absolute(_text(found, "feed_url"), url),
        home_url=_absolute(_text(found, "home_page_url"), url),
        older=tuple(filter(None, (_absolute(_text(found, "next_url"), url),))),
        entries=tuple(_item(each, url) for each in items if isinstance(each, dict)),
    )


def _item(item: dict[str, Any], url: str) -> Seen:
    address = _absolute(_text(item, "url"), url)
    return Seen(
        id=_text(item, "id").strip() or address,
        url=address,
        title=_line(_text(item, "title")),
        published=_moment(_text(item, "date_published")),
        updated=_moment(_text(item, "date_modified")),
        digest=_digest(_text(item, "content_html") or _text(item, "content_text")),
    )


def _text(found: dict[str, Any], key: str) -> str:
    """A value as text: ids may have become numbers (JSON Feed 1.1, "id"). JSON can spell what is no text."""
    value = found.get(key)
    if isinstance(value, str):
        return legal(value)
    return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _moment(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


# -- both


def _absolute(address: str, url: str) -> str:
    try:
        return urljoin(url, address.strip()) if address.strip() else ""
    except ValueError:
        return ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if text else ""


def all_entries(feeds: Iterable[Foreign]) -> list[Seen]:
    """The entries of several documents, the same one once, in their order."""
    return list(dict.fromkeys(entry for feed in feeds for entry in feed.entries if entry.id))
