"""Podcasts: Apple's rules (`itunes`) and Podcasting 2.0 (`podcast`). Pure."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules._names import ITUNES, PODCAST
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import is_count, is_email, is_media_type, is_web, short
from syndicate.model.patterns import regex
from syndicate.settings.podcasts import CATEGORIES

RULES = rules(
    (
        "itunes-missing",
        "E",
        "a podcast does not say what directories demand",
        "Say itunes:image, itunes:category, itunes:explicit and language in the channel.",
        "Apple: podcast RSS feed requirements; W3C: MissingItunesElement",
    ),
    (
        "itunes-category",
        "E",
        "a category is not in Apple's list",
        "Take one of the list, letter by letter; a subcategory stands inside its category.",
        "Apple: podcast categories",
    ),
    (
        "itunes-value",
        "E",
        "an element of itunes: has a value that it may not have",
        "explicit is true or false; type episodic or serial; episodeType full, trailer or bonus; episode and season "
        "are whole numbers above 0; duration is seconds or h:mm:ss; block and complete are Yes.",
        "Apple: podcast RSS feed requirements",
    ),
    (
        "itunes-image",
        "E",
        "itunes:image has no address of a picture",
        "Say href: an http or https address of a square JPEG or PNG of 1400 to 3000 pixels.",
        "Apple: artwork requirements",
    ),
    (
        "itunes-owner",
        "E",
        "itunes:owner has no e-mail address",
        "Give it itunes:name and itunes:email, or take it out.",
        "Apple: podcast RSS feed requirements",
    ),
    (
        "itunes-episode",
        "E",
        "an episode lacks its enclosure, guid or date",
        "Give it all three.",
        "Apple: podcast RSS feed requirements",
    ),
    (
        "itunes-unknown",
        "E",
        "an element of itunes: does not exist",
        "Look at its spelling: names are case-sensitive.",
        "Apple: podcast RSS feed requirements",
    ),
    (
        "podcast-guid",
        "E",
        "podcast:guid is no UUID",
        "Make a UUIDv5 of the feed's address, once.",
        "Podcasting 2.0: guid",
    ),
    ("podcast-locked", "E", "podcast:locked is neither yes nor no", "Write `yes` or `no`.", "Podcasting 2.0: locked"),
    (
        "podcast-attributes",
        "E",
        "an element of podcast: lacks an attribute or has one that is wrong",
        "transcript and chapters need url and type, funding url, soundbite startTime and duration, "
        "alternateEnclosure type and a podcast:source with uri.",
        "Podcasting 2.0",
    ),
    (
        "podcast-text",
        "E",
        "a text of podcast: is missing or too long",
        "Say at most 128 characters (person, funding, soundbite, season).",
        "Podcasting 2.0",
    ),
    (
        "podcast-medium",
        "E",
        "podcast:medium is unknown",
        "Take one of the list, as podcast or music.",
        "Podcasting 2.0: medium",
    ),
    (
        "podcast-number",
        "E",
        "podcast:season or podcast:episode is no number",
        "A season is a whole number, an episode a decimal one.",
        "Podcasting 2.0: season, episode",
    ),
    (
        "podcast-twice",
        "E",
        "an element of podcast: is there twice that may be there once",
        "Keep one of them.",
        "Podcasting 2.0",
    ),
)

_I: Final = f"{{{ITUNES}}}"
_P: Final = f"{{{PODCAST}}}"
_ITUNES = frozenset(
    "applepodcastsverify author block category complete duration email episode episodeType explicit image keywords "
    "name new-feed-url order owner season subtitle summary title type".split()
)
_VALUES: Final = {
    "explicit": ("true", "false"),
    "type": ("episodic", "serial"),
    "episodeType": ("full", "trailer", "bonus"),
    "block": ("Yes", "yes", "No", "no"),
    "complete": ("Yes", "yes", "No", "no"),
}
_DURATION = regex(r"\d{1,9}|(?:\d{1,4}:)?[0-5]?\d:[0-5]\d")
_DECIMAL = regex(r"\d{1,9}(?:\.\d{1,9})?")
_UUID = regex(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_MEDIUMS = frozenset("podcast music video film audiobook newsletter blog publisher course mixed".split())
_ONCE = frozenset("guid locked medium podping updateFrequency chapters season episode license location".split())


def show(look: Look, channel: _Element) -> None:
    """What Apple demands of a show."""
    missing = [f"itunes:{name}" for name in ("image", "category", "explicit") if channel.find(_I + name) is None]
    missing += [] if channel.find("language") is not None else ["language"]
    if missing:
        look.note("itunes-missing", line_of(channel), ", ".join(missing))
    for category in channel.iterchildren(f"{_I}category"):
        _category(look, category)
    for owner in channel.iterchildren(f"{_I}owner"):
        if not is_email((owner.findtext(f"{_I}email") or "").strip()):
            look.note("itunes-owner", line_of(owner))
    for moved in channel.iterchildren(f"{_I}new-feed-url"):
        address.judge(look, line_of(moved), "itunes:new-feed-url", moved.text, web=True)
    _itunes(look, channel)


def episode(look: Look, item: _Element) -> None:
    """What Apple demands of an episode."""
    if missing := [name for name in ("enclosure", "guid", "pubDate") if item.find(name) is None]:
        look.note("itunes-episode", line_of(item), ", ".join(missing))
    _itunes(look, item)


def _category(look: Look, category: _Element) -> None:
    name, line = category.get("text", ""), line_of(category)
    if name not in CATEGORIES:
        look.note("itunes-category", line, repr(short(name)))
    for inner in category.iterchildren(f"{_I}category"):
        if inner.get("text", "") not in CATEGORIES.get(name, ()):
            look.note("itunes-category", line_of(inner), f"{short(inner.get('text', ''))!r} in {short(name)!r}")


def _itunes(look: Look, parent: _Element) -> None:
    for child in parent.iterchildren(f"{_I}*"):
        name, line, text = child.tag[len(_I) :], line_of(child), (child.text or "").strip()
        if name not in _ITUNES:
            look.note("itunes-unknown", line, short(name))
        elif name == "image":
            href = child.get("href", "")
            if not is_web(href):
                look.note("itunes-image", line, repr(short(href)))
        elif not _sound(name, text):
            look.note("itunes-value", line, f"{name} {short(text)!r}")


def _sound(name: str, text: str) -> bool:
    if name in _VALUES:
        return text in _VALUES[name]
    if name in ("episode", "season"):
        return is_count(text) and int(text) > 0
    return name != "duration" or _DURATION.fullmatch(text) is not None


def index(look: Look, parent: _Element) -> None:
    """The elements of Podcasting 2.0 in a channel or an item."""
    seen: set[str] = set()
    for child in parent.iterchildren(f"{_P}*"):
        name = child.tag[len(_P) :]
        if name in seen and name in _ONCE:
            look.note("podcast-twice", line_of(child), name)
        seen.add(name)
        _podcast(look, child, name, line_of(child), (child.text or "").strip())


def _podcast(look: Look, element: _Element, name: str, line: int, text: str) -> None:
    if name == "guid" and not _UUID.fullmatch(text):
        look.note("podcast-guid", line, repr(short(text)))
    elif name == "locked" and text not in ("yes", "no"):
        look.note("podcast-locked", line, repr(short(text)))
    elif name == "medium" and text.removesuffix("L") not in _MEDIUMS:
        look.note("podcast-medium", line, repr(short(text)))
    elif name in ("season", "episode"):
        if not (is_count(text) if name == "season" else _DECIMAL.fullmatch(text)):
            look.note("podcast-number", line, f"{name} {short(text)!r}")
    elif name in ("person", "funding", "soundbite") and (len(text) > 128 or (name == "person" and not text)):
        look.note("podcast-text", line, f"{name} {short(text)!r}")
    if missing := [each for each in _NEEDED.get(name, ()) if not _right(element, each)]:
        look.note("podcast-attributes", line, f"{', '.join(missing)} of {name}")
    if name == "alternateEnclosure" and not any(
        is_web(source.get("uri", "")) or source.get("uri", "").startswith(("ipfs:", "magnet:"))
        for source in element.iterchildren(f"{_P}source")
    ):
        look.note("podcast-attributes", line, "there is no podcast:source with uri")


_NEEDED: Final = {
    "transcript": ("url", "type"),
    "chapters": ("url", "type"),
    "funding": ("url",),
    "soundbite": ("startTime", "duration"),
    "alternateEnclosure": ("type",),
    "trailer": ("url", "pubdate"),
}


def _right(element: _Element, name: str) -> bool:
    value = element.get(name, "")
    if name == "url":
        return is_web(value)
    if name in ("startTime", "duration"):
        return _DECIMAL.fullmatch(value) is not None
    return is_media_type(value) if name == "type" else bool(value)
