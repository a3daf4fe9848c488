"""RSS 2.0 and the Advisory Board's profile of it. Pure."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules import _entries as entries
from syndicate.feeds.rules import _extensions as extensions
from syndicate.feeds.rules import _links as links
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules._entries import Seen, Summary
from syndicate.feeds.rules._names import CONTENT, DC, FH
from syndicate.feeds.rules._rss_values import OF_CHANNEL, OF_ITEM, Judge
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import rfc822, short

RULES = rules(
    ("rss-version", "E", "the version of RSS is not 2.0", 'Write <rss version="2.0">.', "RSS 2.0"),
    ("rss-channel", "E", "there is not one channel", "Put one <channel> into <rss>.", "RSS 2.0"),
    (
        "rss-missing",
        "E",
        "the channel lacks an element that it must have",
        "Say title, link and description, none of them empty.",
        "RSS 2.0: required channel elements",
    ),
    (
        "rss-item-empty",
        "E",
        "an item has neither a title nor a description",
        "Give it one of them.",
        "RSS 2.0: elements of <item>",
    ),
    (
        "rss-unknown",
        "E",
        "an element without a namespace is not one of RSS",
        "Look at its spelling (names are case-sensitive); elements of your own need a namespace.",
        "RSS 2.0: extending RSS",
    ),
    (
        "rss-children",
        "E",
        "a text holds elements, of which readers show nothing or stop",
        "Escape the HTML (`&lt;b&gt;`), or wrap it in CDATA.",
        "RSS 2.0: description; RSS Best Practices Profile",
    ),
    (
        "rss-attribute",
        "E",
        "an attribute without a namespace is not one of RSS",
        "Take it out, or look at its spelling.",
        "RSS 2.0",
    ),
    ("rss-twice", "E", "an element is there twice that may be there once", "Keep one of them.", "RSS 2.0; Profile"),
    ("rss-no-date", "W", "an item has no date", "Give it a pubDate.", "RSS Best Practices Profile"),
    (
        "guid-missing",
        "W",
        "an item has no guid, so that readers guess whether it is new",
        "Give it a guid that never changes.",
        "RSS Best Practices Profile; W3C: MissingGuid",
    ),
    (
        "enclosure-several",
        "W",
        "an item has several enclosures, of which readers take the first or the last",
        "Keep one; link the others in the text, or with media:content.",
        "RSS Best Practices Profile; W3C: DuplicateEnclosure",
    ),
    (
        "description-order",
        "W",
        "the full text stands before the description, which then replaces it in some readers",
        "Put description before content:encoded.",
        "RSS Best Practices Profile; W3C: NeedDescriptionBeforeContent",
    ),
    (
        "content-alone",
        "W",
        "an item has content:encoded and no description",
        "Put the summary, or the full text, into description.",
        "RSS Best Practices Profile",
    ),
    (
        "author-and-creator",
        "W",
        "an item has both author and dc:creator",
        "Keep author with an e-mail address, or dc:creator with a name.",
        "W3C: DuplicateItemSemantics",
    ),
    (
        "metadata-late",
        "W",
        "something about the feed stands behind entries, where many readers do not look",
        "Put all that is about the feed before the first entry.",
        "RSS Best Practices Profile; RFC 4287 appendix B",
    ),
)

_CHANNEL = frozenset(
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs "
    "cloud ttl image rating textInput skipHours skipDays item".split()
)
_ITEM = frozenset("title link description author category comments enclosure guid pubDate source".split())
_FULL = frozenset(("item", "image", "textInput", "skipHours", "skipDays"))
"""Elements that hold others; all the rest hold text."""
_MANY = frozenset(("category", "item", "enclosure"))
_ATTRIBUTES: Final = {
    "rss": {"version"},
    "category": {"domain"},
    "cloud": {"domain", "port", "path", "registerProcedure", "protocol"},
    "enclosure": {"url", "length", "type"},
    "guid": {"isPermaLink"},
    "source": {"url"},
}
_NONE: frozenset[str] = frozenset()
FULL_TEXT: Final = f"{{{CONTENT}}}encoded"
_CREATOR = f"{{{DC}}}creator"


def judge(look: Look, root: _Element) -> Summary | None:
    """A document whose root is `rss`."""
    if root.get("version") != "2.0":
        look.note("rss-version", line_of(root), repr(short(root.get("version", ""))))
    _attributes(look, root)
    channels = list(root.iterchildren("channel"))
    for other in root.iterchildren("*"):
        if other.tag != "channel":
            _unknown(look, other, "rss")
    if len(channels) != 1:
        look.note("rss-channel", line_of(root), f"there are {len(channels)}")
    return _channel(look, channels[0]) if channels else None


def _channel(look: Look, channel: _Element) -> Summary:
    line = line_of(channel)
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            look.note("rss-missing", line, name)
    _children(look, channel, _CHANNEL, "channel")
    _each(look, channel, OF_CHANNEL)
    related = links.of_feed(look, channel, "rss")
    extensions.channel(look, channel)
    items = list(channel.iterchildren("item"))
    _late(look, channel)
    seen = [_item(look, item) for item in items]
    podcast = extensions.is_podcast(channel)
    for item in items if podcast else ():
        extensions.episode(look, item)
    built = channel.find("lastBuildDate")
    updated = rfc822((built.text or "").strip()).at if built is not None else None
    entries.judge(look, seen, line_of(built if built is not None else channel), updated)
    own = next((href for rel, href in related if rel == "self"), "")
    return Summary("rss", own, related, channel.find(f"{{{FH}}}archive") is not None, tuple(seen))


def _late(look: Look, channel: _Element) -> None:
    """The first element about the channel that stands behind an item."""
    behind = False
    for child in channel.iterchildren("*"):
        if child.tag == "item":
            behind = True
        elif behind:
            look.note("metadata-late", line_of(child), short(child.tag.rpartition("}")[2]))
            return


def _item(look: Look, item: _Element) -> Seen:
    title, guid = item.findtext("title"), item.find("guid")
    look.of((guid.text if guid is not None else None, title, item.findtext("link")), item.findtext(FULL_TEXT))
    line = line_of(item)
    if not (title or "").strip() and not (item.findtext("description") or "").strip():
        look.note("rss-item-empty", line)
    _children(look, item, _ITEM, "item")
    _each(look, item, OF_ITEM)
    if guid is None:
        look.note("guid-missing", line)
    date = item.findtext("pubDate")
    if date is None and item.find(f"{{{DC}}}date") is None:
        look.note("rss-no-date", line)
    _content(look, item)
    for link in item.iterchildren(links.LINK):
        links.one(look, link, iri=False)
    extensions.entry(look, item)
    at = rfc822((date or "").strip()).at
    look.of(())
    ident = (guid.text or "").strip() if guid is not None else ""
    return Seen(line, ident, (title or "").strip(), (item.findtext("link") or "").strip(), at)


def _content(look: Look, item: _Element) -> None:
    """Where the summary and the full text stand, and who wrote them."""
    order = [child.tag for child in item.iterchildren("description", FULL_TEXT)]
    if FULL_TEXT in order:
        line = line_of(next(item.iterchildren(FULL_TEXT)))
        if "description" not in order:
            look.note("content-alone", line)
        elif order.index("description") > order.index(FULL_TEXT):
            look.note("description-order", line)
    for full in item.iterchildren(FULL_TEXT):
        texts.html(look, line_of(full), "content:encoded", full.text)
    if item.find("author") is not None and item.find(_CREATOR) is not None:
        look.note("author-and-creator", line_of(item))
    enclosures = list(item.iterchildren("enclosure"))
    if len(enclosures) > 1:
        look.note("enclosure-several", line_of(enclosures[1]), f"there are {len(enclosures)}")


def _children(look: Look, parent: _Element, known: frozenset[str], where: str) -> None:
    """Elements without a namespace: known ones, once-only ones once, with no attributes of their own."""
    seen: set[str] = set()
    for child in parent.iterchildren("*"):
        name = child.tag
        if name.startswith("{"):
            continue
        if name not in known:
            _unknown(look, child, where)
            continue
        if name in seen and name not in _MANY:
            look.note("rss-twice", line_of(child), name)
        seen.add(name)
        _attributes(look, child)
        if name not in _FULL and len(child):
            _text_only(look, child)


def _text_only(look: Look, element: _Element) -> None:
    inner = next(element.iterchildren("*"), None)  # comments are none
    if inner is not None:
        look.note("rss-children", line_of(inner), f"{short(inner.tag)} in {element.tag}")


def _unknown(look: Look, element: _Element, where: str) -> None:
    if not element.tag.startswith("{"):
        look.note("rss-unknown", line_of(element), f"{short(element.tag)} in {where}")


def _attributes(look: Look, element: _Element) -> None:
    allowed = _ATTRIBUTES.get(element.tag, _NONE)
    for name in element.attrib:
        if not str(name).startswith("{") and name not in allowed:
            look.note("rss-attribute", line_of(element), f"{short(str(name))} of {element.tag}")


def _each(look: Look, parent: _Element, table: dict[str, Judge]) -> None:
    for child in parent.iterchildren("*"):
        if judgement := table.get(child.tag):
            judgement(look, child, line_of(child), (child.text or ""))
