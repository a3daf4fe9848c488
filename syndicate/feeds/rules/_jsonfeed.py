"""JSON Feed 1.1 (jsonfeed.org/version/1.1). Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules import _entries as entries
from syndicate.feeds.rules import _links as links
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules._entries import Seen, Summary
from syndicate.feeds.rules._places import Lines, Place, places
from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import ILLEGAL, MISREAD, rfc3339, short
from syndicate.model.patterns import regex

RULES = rules(
    ("json-syntax", "E", "this is not JSON", "Mend what stands at this place.", "RFC 8259"),
    ("json-twice", "E", "a key is there twice in one object", "Keep one of them.", "RFC 8259 4"),
    ("json-number", "E", "a number is none that JSON knows", "Leave NaN and Infinity out.", "RFC 8259 6"),
    (
        "json-version",
        "E",
        "the version is not that of JSON Feed",
        'Write "https://jsonfeed.org/version/1.1".',
        "JSON Feed 1.1: version",
    ),
    (
        "json-version-old",
        "I",
        "the feed follows JSON Feed 1.0",
        'Write "https://jsonfeed.org/version/1.1", and authors instead of author.',
        "JSON Feed 1.1: changes",
    ),
    ("json-missing", "E", "a key is missing that must be there", "Say version, title and items.", "JSON Feed 1.1"),
    (
        "json-type",
        "E",
        "a value has the wrong type",
        "Write a text, number, list or object as the key demands.",
        "JSON Feed 1.1",
    ),
    ("json-null", "W", "a value is null", "Leave the key out.", "JSON Feed 1.1"),
    (
        "json-unknown",
        "W",
        "a key is none of JSON Feed",
        "Look at its spelling; keys of your own begin with `_`.",
        "JSON Feed 1.1: extensions",
    ),
    (
        "json-extension",
        "E",
        "a key of an extension is not `_` and a letter, or has a dot",
        "Write it as `_name`.",
        "JSON Feed 1.1: extensions",
    ),
    (
        "json-id",
        "E",
        "an item has no id that is a text, and readers drop it",
        "Give it an id that never changes, in quotation marks.",
        "JSON Feed 1.1: id",
    ),
    (
        "json-content",
        "E",
        "an item has neither content_html nor content_text",
        "Give it one of them.",
        "JSON Feed 1.1: content_html",
    ),
    ("json-date", "E", "a date is none", "Write it as 2025-01-06T10:00:00Z.", "JSON Feed 1.1; RFC 3339"),
    (
        "json-next-url",
        "E",
        "the next page is this very page",
        "Leave next_url out on the last page.",
        "JSON Feed 1.1: next_url",
    ),
    ("json-author", "E", "an author says nothing", "Give name, url or avatar.", "JSON Feed 1.1: authors"),
    (
        "json-author-old",
        "W",
        "author is a key of version 1.0",
        "Write authors, a list; keep author beside it for old readers if you like.",
        "JSON Feed 1.1: changes",
    ),
    (
        "json-attachment",
        "E",
        "an attachment lacks its url or its mime_type",
        "Say both.",
        "JSON Feed 1.1: attachments",
    ),
    ("json-hub", "E", "a hub lacks its type or its url", "Say both.", "JSON Feed 1.1: hubs"),
)

VERSION: Final = "https://jsonfeed.org/version/1"
_TEXT, _NUMBER, _LIST, _OBJECT, _FLAG = "a text", "a number", "a list", "an object", "true or false"
_FEED: Final = {
    **dict.fromkeys(("version", "title", "home_page_url", "feed_url", "description", "user_comment"), _TEXT),
    **dict.fromkeys(("next_url", "icon", "favicon", "language"), _TEXT),
    "author": _OBJECT,
    "authors": _LIST,
    "expired": _FLAG,
    "hubs": _LIST,
    "items": _LIST,
}
_ITEM: Final = {
    **dict.fromkeys(("id", "url", "external_url", "title", "content_html", "content_text", "summary"), _TEXT),
    **dict.fromkeys(("image", "banner_image", "date_published", "date_modified", "language"), _TEXT),
    "author": _OBJECT,
    "authors": _LIST,
    "tags": _LIST,
    "attachments": _LIST,
}
_AUTHOR: Final = dict.fromkeys(("name", "url", "avatar"), _TEXT)
_ATTACHMENT: Final = {
    **dict.fromkeys(("url", "mime_type", "title"), _TEXT),
    "size_in_bytes": _NUMBER,
    "duration_in_seconds": _NUMBER,
}
_HUB: Final = dict.fromkeys(("type", "url"), _TEXT)
_EXTENSION = regex(r"_[A-Za-z][^.]{0,200}")
_ADDRESSES = (
    "home_page_url",
    "feed_url",
    "next_url",
    "icon",
    "favicon",
    "url",
    "external_url",
    "image",
    "banner_image",
)


class _Json:
    """A document and where its values stand."""

    def __init__(self, look: Look, text: str) -> None:
        self.look = look
        self.lines = Lines(text)

    def note(self, rule: str, place: Place, detail: str = "") -> None:
        self.look.note(rule, self.lines.line(place.at), detail, self.lines.column(place.at))


def judge(look: Look, text: str) -> Summary | None:
    """A document that begins like JSON."""
    reader = _Json(look, text)
    odd: list[str] = []
    try:
        feed = json.loads(text, parse_constant=odd.append)
    except json.JSONDecodeError as fault:
        look.note("json-syntax", fault.lineno, fault.msg, fault.colno)
        return None
    except (ValueError, RecursionError) as fault:
        look.note("json-syntax", 1, short(str(fault)) if isinstance(fault, ValueError) else "it is nested too deeply")
        return None
    top = places(text)
    if odd:
        look.note("json-number", 1, odd[0])
    if not isinstance(feed, dict) or not ({"version", "items"} & feed.keys()):
        look.note("not-a-feed", 1)
        return None
    _everywhere(reader, feed, top)
    return _feed(reader, feed, top)


def _everywhere(reader: _Json, value: Any, place: Place) -> None:
    """Keys that are there twice, nulls, and characters no feed may hold."""
    waiting = [(value, place)]
    while waiting:
        value, place = waiting.pop()
        for key, at in place.twice:
            reader.note("json-twice", Place(at), repr(short(key)))
        if value is None:
            reader.note("json-null", place)
        elif isinstance(value, str) and (found := ILLEGAL.search(value)):
            reader.note("illegal-character", place, f"U+{ord(found[0]):04X}")
        elif isinstance(value, str) and (found := MISREAD.search(value)):
            reader.note("control-character", place, f"U+{ord(found[0]):04X}")
        elif isinstance(value, dict | list):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((each, place.inside.get(key, place)) for key, each in pairs)


def _feed(reader: _Json, feed: dict[str, Any], top: Place) -> Summary:
    look = reader.look
    version = feed.get("version")
    if isinstance(version, str) and version in (VERSION, f"{VERSION}.0"):
        reader.note("json-version-old", top.of("version"))
    elif version is not None and version != f"{VERSION}.1":
        reader.note("json-version", top.of("version"), repr(short(str(version))))
    if missing := [key for key in ("version", "title", "items") if feed.get(key) in (None, "")]:
        reader.note("json-missing", top, ", ".join(missing))
    _object(reader, feed, top, _FEED)
    texts.plain(look, reader.lines.line(top.of("title").at), "title", _text(feed, "title"))
    _authors(reader, feed, top)
    _list(reader, feed, top, "hubs", _HUB, ("type", "url"), "json-hub")
    own = _text(feed, "feed_url")
    if not own:
        reader.note("self-missing", top)
    links.own_address(look, reader.lines.line(top.of("feed_url").at), own)
    if own and feed.get("next_url") == own:
        reader.note("json-next-url", top.of("next_url"))
    items = feed.get("items")
    seen = [
        _item(reader, item, top.of("items", at)) for at, item in enumerate(items if isinstance(items, list) else ())
    ]
    entries.judge(look, seen, 1, None)
    related = tuple(
        (rel, _text(feed, key)) for rel, key in (("self", "feed_url"), ("next", "next_url")) if feed.get(key)
    )
    return Summary("json", own, related, False, tuple(seen))


def _item(reader: _Json, item: Any, place: Place) -> Seen:
    line = reader.lines.line(place.at)
    if not isinstance(item, dict):
        reader.note("json-type", place, "an item is no object")
        return Seen(line)
    reader.look.of((_text(item, "id"), _text(item, "title")), _text(item, "content_html"))
    if not _text(item, "id").strip():
        reader.note("json-id", place.of("id"))
    if not (_text(item, "content_html") or _text(item, "content_text")):
        reader.note("json-content", place)
    _object(reader, item, place, _ITEM)
    for key in ("title", "summary"):
        texts.plain(reader.look, reader.lines.line(place.of(key).at), key, _text(item, key))
    texts.html(reader.look, reader.lines.line(place.of("content_html").at), "content_html", _text(item, "content_html"))
    _authors(reader, item, place)
    _list(reader, item, place, "attachments", _ATTACHMENT, ("url", "mime_type"), "json-attachment")
    published, updated = (_date(reader, item, place, key) for key in ("date_published", "date_modified"))
    reader.look.of(())
    return Seen(line, _text(item, "id"), _text(item, "title"), _text(item, "url"), published, updated)


def _text(values: dict[str, Any], key: str) -> str:
    found = values.get(key)
    return found if isinstance(found, str) else ""


def _date(reader: _Json, item: dict[str, Any], place: Place, key: str) -> datetime | None:
    if not _text(item, key):
        return None
    moment = rfc3339(_text(item, key))
    if moment.fault:
        reader.note("json-date", place.of(key), f"{key} {short(_text(item, key))!r}: {moment.fault}")
    return moment.at


def _object(reader: _Json, values: dict[str, Any], place: Place, known: dict[str, str]) -> None:
    """The keys of an object: known ones with values of their type, extensions with a name that may be."""
    for key, value in values.items():
        if key.startswith("_"):
            if not _EXTENSION.fullmatch(key):
                reader.note("json-extension", place.of(key), repr(short(key)))
        elif key not in known:
            reader.note("json-unknown", place.of(key), repr(short(key)))
        elif value is not None and not _is(value, known[key]):
            if key != "id":
                reader.note("json-type", place.of(key), f"{key} is not {known[key]}")
        elif isinstance(value, str):
            _value(reader, key, value, place.of(key))


def _value(reader: _Json, key: str, value: str, place: Place) -> None:
    line = reader.lines.line(place.at)
    if key in _ADDRESSES:
        address.judge(reader.look, line, key, value, web=key != "url")
    elif key == "language":
        address.language(reader.look, line, key, value)
    elif key == "mime_type":
        address.media_type(reader.look, line, key, value)


def _is(value: Any, kind: str) -> bool:
    if kind == _NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    types: dict[str, type] = {_TEXT: str, _LIST: list, _OBJECT: dict, _FLAG: bool}
    return isinstance(value, types[kind])


def _authors(reader: _Json, values: dict[str, Any], place: Place) -> None:
    if "author" in values and "authors" not in values:
        reader.note("json-author-old", place.of("author"))
    _list(reader, values, place, "authors", _AUTHOR, (), "json-author")
    for at, author in enumerate(values["authors"] if isinstance(values.get("authors"), list) else ()):
        if isinstance(author, dict) and not any(_text(author, key).strip() for key in _AUTHOR):
            reader.note("json-author", place.of("authors", at))


def _list(
    reader: _Json,
    values: dict[str, Any],
    place: Place,
    key: str,
    known: dict[str, str],
    needed: tuple[str, ...],
    rule: str,
) -> None:
    """A list of objects of one kind, each with the keys it needs."""
    found = values.get(key)
    for at, each in enumerate(found if isinstance(found, list) else ()):
        here = place.of(key, at)
        if not isinstance(each, dict):
            reader.note("json-type", here, f"what is in {key} is no object")
            continue
        if missing := [name for name in needed if not _text(each, name)]:
            reader.note(rule, here, ", ".join(missing))
        _object(reader, each, here, known)
