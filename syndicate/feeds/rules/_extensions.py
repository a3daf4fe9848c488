"""Vocabularies that RSS and Atom share: dc, sy, thr, slash, wfw, media; and the way to podcasts. Pure."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules import _podcasts as podcasts
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules._names import ATOM, DC, ITUNES, MEDIA, SLASH, SY, THR, WFW
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import is_absolute, is_count, short, w3cdtf

RULES = rules(
    ("dc-date", "E", "dc:date is no date", "Write it as 2025-01-06T10:00:00Z.", "Dublin Core; W3CDTF"),
    (
        "dc-repeats",
        "W",
        "Dublin Core says what an element of the format says already",
        "Keep the format's own element.",
        "W3C: DuplicateSemantics",
    ),
    (
        "sy-period",
        "E",
        "sy:updatePeriod is no period",
        "Write hourly, daily, weekly, monthly or yearly.",
        "RSS 1.0 syndication module; W3C: InvalidUpdatePeriod",
    ),
    (
        "sy-frequency",
        "E",
        "sy:updateFrequency is no number",
        "Write a whole number above 0.",
        "RSS 1.0 syndication module",
    ),
    ("sy-base", "E", "sy:updateBase is no date", "Write it as 2025-01-06T10:00:00Z.", "RSS 1.0 syndication module"),
    (
        "sy-name",
        "E",
        "an element of sy: is unknown or not in the channel",
        "There are updatePeriod, updateFrequency and updateBase, with small first letters.",
        "RSS 1.0 syndication module",
    ),
    (
        "thread-reply",
        "E",
        "thr:in-reply-to does not say to what",
        "Give it the attribute ref with the id of the other entry.",
        "RFC 4685 3",
    ),
    (
        "media-content",
        "E",
        "media:content has neither a url nor a player",
        "Give it the attribute url.",
        "Media RSS 1.5.1",
    ),
    (
        "media-value",
        "E",
        "an attribute of Media RSS has a value it may not have",
        "medium is image, audio, video, document or executable; isDefault true or false; sizes are whole numbers.",
        "Media RSS 1.5.1",
    ),
    (
        "media-group",
        "E",
        "a media:group is not around several forms of one thing",
        "Put two or more media:content in, or take the group away.",
        "Media RSS 1.5.1; W3C",
    ),
    ("media-default", "E", "several media:content are the default", 'Keep one isDefault="true".', "Media RSS 1.5.1"),
)

_PERIODS = frozenset("hourly daily weekly monthly yearly".split())
_MEDIUMS = frozenset("image audio video document executable".split())
_NUMBERS = ("fileSize", "duration", "width", "height", "channels")
_SAME: Final = {"title": "title", "description": "description", "date": "pubDate", "language": "language"}
_M: Final = f"{{{MEDIA}}}"


def channel(look: Look, element: _Element) -> None:
    """The extensions of an RSS channel."""
    _dublin(look, element)
    for child in element.iter(f"{{{SY}}}*"):
        _rhythm(look, child, element)
    _media(look, element)
    if is_podcast(element):
        podcasts.show(look, element)
    podcasts.index(look, element)


def entry(look: Look, element: _Element) -> None:
    """The extensions of an item or an entry."""
    _dublin(look, element)
    _threads(look, element)
    _media(look, element)
    podcasts.index(look, element)


def is_podcast(element: _Element) -> bool:
    """Whether a channel says of itself that it is a podcast's."""
    return any(True for _ in element.iterchildren(f"{{{ITUNES}}}*"))


def episode(look: Look, item: _Element) -> None:
    """An item of a podcast."""
    look.of((item.findtext("guid"), item.findtext("title")))
    podcasts.episode(look, item)
    look.of(())


def _dublin(look: Look, element: _Element) -> None:
    for child in element.iterchildren(f"{{{DC}}}*"):
        name, line, text = child.tag[len(DC) + 2 :], line_of(child), child.text or ""
        if name == "date" and (fault := w3cdtf(text.strip()).fault):
            look.note("dc-date", line, f"{short(text)!r}: {fault}")
        own = _SAME.get(name)
        if own and (element.find(own) is not None or element.find(f"{{{ATOM}}}{name}") is not None):
            look.note("dc-repeats", line, f"dc:{name}")
        texts.plain(look, line, f"dc:{name}", text if name in ("creator", "title", "subject") else None)


def _rhythm(look: Look, child: _Element, parent: _Element) -> None:
    name, line, text = child.tag[len(SY) + 2 :], line_of(child), (child.text or "").strip()
    if child.getparent() is not parent or name not in ("updatePeriod", "updateFrequency", "updateBase"):
        look.note("sy-name", line, short(name))
    elif name == "updatePeriod" and text not in _PERIODS:
        look.note("sy-period", line, repr(short(text)))
    elif name == "updateFrequency" and (not is_count(text) or int(text) == 0):
        look.note("sy-frequency", line, repr(short(text)))
    elif name == "updateBase" and (fault := w3cdtf(text).fault):
        look.note("sy-base", line, f"{short(text)!r}: {fault}")


def _threads(look: Look, element: _Element) -> None:
    for tag in (f"{{{SLASH}}}comments", f"{{{THR}}}total"):
        for child in element.iterchildren(tag):
            if not is_count((child.text or "").strip()):
                look.note("thread-count", line_of(child), repr(short(child.text or "")))
    for child in element.iterchildren(f"{{{THR}}}in-reply-to"):
        if not is_absolute(child.get("ref", "")):
            look.note("thread-reply", line_of(child))
    for child in element.iterchildren(f"{{{WFW}}}commentRss"):
        address.judge(look, line_of(child), "wfw:commentRss", child.text, web=True)


def _media(look: Look, element: _Element) -> None:
    contents = list(element.iterchildren(f"{_M}content"))
    for group in element.iterchildren(f"{_M}group"):
        inside = list(group.iterchildren(f"{_M}content"))
        if len(inside) < 2:
            look.note("media-group", line_of(group))
        _defaults(look, inside)
        _media_of(look, group)
        contents += inside
    for content in contents:
        _content(look, content)
        _media_of(look, content)
    _media_of(look, element)


def _defaults(look: Look, contents: list[_Element]) -> None:
    for content in [each for each in contents if each.get("isDefault") == "true"][1:]:
        look.note("media-default", line_of(content))


def _content(look: Look, content: _Element) -> None:
    line = line_of(content)
    if (url := content.get("url")) is not None:
        address.judge(look, line, "media:content", url)
    elif content.find(f"{_M}player") is None:
        look.note("media-content", line)
    address.media_type(look, line, "media:content", content.get("type"))
    if (medium := content.get("medium")) is not None and medium not in _MEDIUMS:
        look.note("media-value", line, f"medium {short(medium)!r}")
    if content.get("isDefault", "true") not in ("true", "false"):
        look.note("media-value", line, "isDefault")
    for name in _NUMBERS:
        if (value := content.get(name)) is not None and not is_count(value):
            look.note("media-value", line, f"{name} {short(value)!r}")


def _media_of(look: Look, element: _Element) -> None:
    """What may stand on every level: thumbnails, titles, descriptions."""
    for child in element.iterchildren(f"{_M}thumbnail"):
        address.judge(look, line_of(child), "media:thumbnail", child.get("url"))
    for child in element.iterchildren(f"{_M}title", f"{_M}description"):
        kind, line = child.get("type", "plain"), line_of(child)
        if kind not in ("plain", "html"):
            look.note("media-value", line, f"type {short(kind)!r}")
        elif kind == "plain":
            texts.plain(look, line, child.tag.replace(_M, "media:"), child.text)
