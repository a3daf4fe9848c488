"""One fragment, or what stands around the fragments, before it is published. Pure.

A fragment is looked at once, by the worker that made it, so this costs tens of microseconds: one parse and the few
values that readers act on. The whole of our rules (`check`) holds documents, in tests and for `syndicate validate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml.etree import XMLParser, XMLSyntaxError, _Element, fromstring

from syndicate.feeds.rules._names import ATOM, MEDIA, PREFIXES, TOMBSTONES
from syndicate.feeds.rules._values import ILLEGAL, MISREAD, Moment, is_absolute, rfc822, rfc3339, short

MAX_FRAGMENT: Final = 32_000_000
"""Bytes of one entry in one format; more is no post."""

MAX_ENVELOPE: Final = 8_000_000
"""Bytes around the entries of a document."""

_DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
_AROUND = {
    "rss": (f'<rss{_DECLARED} version="2.0"><channel>'.encode(), b"</channel></rss>"),
    "atom": (f'<feed xmlns="{ATOM}"{_DECLARED}>'.encode(), b"</feed>"),
}
_PARSER: Final = XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=False)
_A: Final = f"{{{ATOM}}}"
_ATOM_LINK: Final = f"{_A}link"

# DEL as it is, and what C1 controls begin with in UTF-8; every other control character stops the parser.
_SUSPECT: Final = b"\x7f\xc2"


def held(fragment: bytes, form: str) -> str | None:
    """One fragment of `rss`, `atom` or `json` → None when it is sound, else what is wrong, in words.

    Of any other format only the characters and the size are looked at. Never raises.
    """
    if len(fragment) > MAX_FRAGMENT:
        return f"it has {len(fragment)} bytes, more than {MAX_FRAGMENT}"
    if form == "json":
        return _read_json(fragment, _item)
    if form in _AROUND:
        if fragment.find(b"<!") >= 0 and fragment.find(b"<!DOCTYPE") >= 0:
            return "it has a DOCTYPE"
        head, tail = _AROUND[form]
        return _read_xml(head + fragment + tail, _rss_item if form == "rss" else _atom_entry, fragment)
    return _characters(fragment)


def held_envelope(around: bytes, form: str) -> str | None:
    """Head and tail of a document without entries → None when they are sound, else what is wrong, in words.

    Never raises.
    """
    if len(around) > MAX_ENVELOPE:
        return f"it has {len(around)} bytes without its entries, more than {MAX_ENVELOPE}"
    if form == "json":
        return _read_json(around, _feed_object)
    if form in _AROUND:
        if b"<!DOCTYPE" in around:
            return "it has a DOCTYPE"
        return _read_xml(around, _rss_channel if form == "rss" else _atom_feed, around)
    return _characters(around)


def _read_xml(document: bytes, judge: Callable[[_Element], str | None], raw: bytes) -> str | None:
    try:
        root = fromstring(document, _PARSER)
    except (XMLSyntaxError, ValueError) as error:
        return f"it is not well-formed XML ({short(str(error), 200)})"
    return judge(root) or _misread(raw)


def _read_json(data: bytes, judge: Callable[[dict[str, Any]], str | None]) -> str | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        return f"it is not JSON ({short(str(error), 200)})"
    if not isinstance(found, dict):
        return "it is no JSON object"
    fault = judge(found)
    # JSON can spell what no feed may hold, as an escape; without one, the parser has seen to C0
    return fault or (_json_characters(found) if b"\\u" in data else _misread(data))


def _misread(raw: bytes) -> str | None:
    """DEL and C1 controls, which XML allows and no reader shows."""
    if len(raw.translate(None, _SUSPECT)) == len(raw) and b"\xef\xbf" not in raw:
        return None
    text = raw.decode("utf-8", "replace")
    found = MISREAD.search(text) or ILLEGAL.search(text)
    return f"the control character U+{ord(found[0]):04X} is in it" if found else None


def _characters(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        return f"it is not UTF-8 ({fault.reason} at byte {fault.start})"
    found = ILLEGAL.search(text) or MISREAD.search(text)
    return f"the control character U+{ord(found[0]):04X} is in it" if found else None


# -- RSS


def _rss_item(root: _Element) -> str | None:
    children = list(root[0])
    if len(children) != 1 or children[0].tag != "item":
        return "it is not one <item>"
    guid = date = ""
    said = False
    for child in children[0]:
        tag, text = child.tag, child.text or ""
        if tag == "guid":
            guid = text
            if not is_absolute(text) and child.get("isPermaLink", "true") == "true":
                return _relative("guid", text)
        elif tag == "pubDate":
            date = text
        elif tag in ("title", "description"):
            said = said or bool(text)
        elif tag in _RSS_ADDRESSES and (fault := _address(tag, child)):
            return fault
    if not said:
        return "it has neither a title nor a description"
    return _identity("guid", guid) or (_moment("pubDate", rfc822, date) if date else None)


def _rss_channel(root: _Element) -> str | None:
    channel = root[0] if len(root) else None
    if root.tag != "rss" or channel is None or channel.tag != "channel":
        return "it is not an <rss> with one <channel>"
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            return f"its channel has no {name}"
    return _addresses(channel, _RSS_ADDRESSES) or _dates(channel, _RSS_DATES, rfc822)


# -- Atom


def _atom_entry(root: _Element) -> str | None:
    if len(root) != 1 or root[0].tag != f"{_A}entry":
        return "it is not one <entry>"
    return _atom_metadata(root[0])


def _atom_feed(root: _Element) -> str | None:
    if root.tag != f"{_A}feed":
        return "it is not a <feed> of Atom"
    fault = _atom_metadata(root)
    return fault or next((found for gone in root.iterchildren(_DELETED) if (found := _deleted(gone))), None)


def _atom_metadata(element: _Element) -> str | None:
    values: dict[str, str] = {}
    for child in element:
        tag = child.tag
        if tag in _ATOM_VALUES:
            values[tag] = child.text or ""
        elif tag in _ATOM_ADDRESSES and (fault := _address(tag, child)):
            return fault
    if not values.get(_TITLE, "").strip():
        return "it has no title"
    ident, published = values.get(_ID, ""), values.get(_PUBLISHED)
    fault = _identity("id", ident) or (None if is_absolute(ident) else _relative("id", ident))
    fault = fault or _moment("updated", rfc3339, values.get(_UPDATED, ""))
    return fault or (None if published is None else _moment("published", rfc3339, published))


def _deleted(gone: _Element) -> str | None:
    return _identity("deleted-entry", gone.get("ref", "")) or _moment("when", rfc3339, gone.get("when", ""))


# -- JSON Feed


def _item(item: dict[str, Any]) -> str | None:
    ident = item.get("id")
    if not isinstance(ident, str):
        return "its id is no text"
    if not (item.get("content_html") or item.get("content_text")):
        return "it has neither content_html nor content_text"
    return _identity("id", ident) or _json_addresses(item, ("url", "external_url", "image")) or _json_rest(item) or None


def _json_rest(item: dict[str, Any]) -> str | None:
    for name in ("date_published", "date_modified"):
        if name in item and (fault := _moment(name, rfc3339, item[name])):
            return fault
    attachments = item.get("attachments", [])
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        return "its attachments are no list of objects"
    return next((fault for each in attachments if (fault := _json_addresses(each, ("url",)))), None)


def _feed_object(feed: dict[str, Any]) -> str | None:
    for name in ("version", "title"):
        if not isinstance(feed.get(name), str) or not feed[name].strip():
            return f"it has no {name}"
    if feed.get("items") != []:
        return "its items are no empty list"
    names = ("home_page_url", "feed_url", "next_url", "icon", "favicon")
    return _json_addresses(feed, names)


def _json_addresses(values: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = values.get(name)
        if value is not None and not (isinstance(value, str) and is_absolute(value)):
            return _relative(name, str(value))
    return None


def _json_characters(value: Any) -> str | None:
    for text in _texts(value):
        if found := ILLEGAL.search(text) or MISREAD.search(text):
            return f"the control character U+{ord(found[0]):04X} is in it"
    return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)


# -- what all have in common


_ID, _TITLE, _UPDATED, _PUBLISHED = f"{_A}id", f"{_A}title", f"{_A}updated", f"{_A}published"
_ATOM_VALUES = frozenset((_ID, _TITLE, _UPDATED, _PUBLISHED))
_DELETED = f"{{{TOMBSTONES}}}deleted-entry"
_RSS_DATES = ("pubDate", "lastBuildDate")
# Element → the attribute that is its address; None: its text is.
_LINKS: dict[str, str | None] = {_ATOM_LINK: "href", f"{{{MEDIA}}}content": "url", f"{{{MEDIA}}}thumbnail": "url"}
_RSS_ADDRESSES = _LINKS | {"link": None, "comments": None, "docs": None, "enclosure": "url", "source": "url"}
_ATOM_ADDRESSES = _LINKS | {f"{_A}icon": None, f"{_A}logo": None}
_ALL_ADDRESSES = _RSS_ADDRESSES | _ATOM_ADDRESSES


def _addresses(element: _Element, table: dict[str, str | None]) -> str | None:
    return next((found for child in element if child.tag in table and (found := _address(child.tag, child))), None)


def _address(tag: str, element: _Element) -> str | None:
    attribute = _ALL_ADDRESSES[tag]
    value = element.get(attribute) if attribute else element.text
    return None if value is not None and is_absolute(value) else _relative(tag.rpartition("}")[2], value or "")


def _dates(element: _Element, names: tuple[str, ...], read: Callable[[str], Moment]) -> str | None:
    found = ((name, element.findtext(name)) for name in names)
    return next((fault for name, text in found if text is not None and (fault := _moment(name, read, text))), None)


def _moment(name: str, read: Callable[[str], Moment], text: Any) -> str | None:
    if not isinstance(text, str) or not text:
        return f"its {name} is missing"
    fault = read(text).fault
    return f"its {name} ({short(text)}) is no date: {fault}" if fault else None


def _identity(name: str, text: str) -> str | None:
    return None if text.strip() else f"its {name} is missing or empty"


def _relative(name: str, text: str) -> str:
    return f"its {name} ({short(text)}) is not an absolute URL"
