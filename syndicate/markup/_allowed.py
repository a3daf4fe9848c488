"""The allow-list: which elements and attributes a feed may show, and what each attribute's value must be.

One table serves the sanitiser (what may pass) and the walk over its output (what it becomes).
A Rule takes the decoded-as-written value and the Base, and returns the value to write, or None to drop it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from syndicate.markup import _urls
from syndicate.markup._urls import Base
from syndicate.model.patterns import regex

Rule = Callable[[str, Base], str | None]

TAGS = frozenset(
    "a abbr acronym address article aside audio b bdi bdo blockquote br caption center cite code dd del"
    " details dfn dir div dl dt em fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i"
    " img ins kbd li main mark menu nav ol p picture pre q rp rt ruby s samp search section small source"
    " span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr".split()
)
"""What may stay. Anything else is unwrapped: its text stays."""

GONE_WITH_CONTENT = frozenset(
    "applet button canvas datalist embed form frameset iframe math meter noembed noframes noscript object"
    " option param plaintext progress script select style svg template textarea title xmp".split()
)
"""What goes with all that is in it: programs, players and controls, whose content is no text to read."""

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": "\xa0", "&amp;": "&"}
_ENTITY = re.compile("&(?:lt|gt|quot|nbsp|amp);")


def _as_written(value: str, _: Base) -> str | None:
    return value


def _present(_: str, __: Base) -> str | None:
    return ""


def _matching(pattern: str) -> Rule:
    """Keep what the whole pattern describes; white space at the ends is no fault."""
    accepts = re.compile(pattern, re.IGNORECASE).fullmatch
    return lambda value, _: value.strip() if accepts(value.strip()) else None


def _reference(resolve: Callable[[str, Base], str | None]) -> Rule:
    """A URL: decoded, made absolute, encoded again (all that `resolve` leaves to encode is ampersands)."""

    def rule(value: str, base: Base) -> str | None:
        url = resolve(_ENTITY.sub(_decoded, value) if "&" in value else value, base)
        return escape(url, quote=False) if url and "&" in url else url

    return rule


def _decoded(entity: re.Match[str]) -> str:
    return _ENTITIES[entity[0]]


_page, _link = _reference(_urls.page), _reference(_urls.link)
_media, _candidates = _reference(_urls.media), _reference(_urls.candidates)
_length = _matching(r"[0-9]{1,5}(?:px|%)?")
_count = _matching("[0-9]{1,4}")
_integer = _matching("-?[0-9]{1,6}")
_conditions = _matching(r"[\w\s().,:%/*+-]{1,500}")
_datetime = _matching(r"[\w\s:.+-]{1,40}")
_alignment = _matching("left|center|right")

_EVERYWHERE: dict[str, Rule] = {
    "title": _as_written,
    "lang": _matching(r"[a-z0-9-]{1,35}"),
    "dir": _matching("ltr|rtl|auto"),
}
_CELL: dict[str, Rule] = {"colspan": _count, "rowspan": _count, "align": _alignment}
_SIZE: dict[str, Rule] = {"width": _length, "height": _length}
_PARTICULAR: dict[str, dict[str, Rule]] = {
    "a": {"href": _link},
    "audio": {"src": _media, "controls": _present},
    "blockquote": {"cite": _page},
    "del": {"cite": _page, "datetime": _datetime},
    "details": {"open": _present},
    "img": {"src": _media, "alt": _as_written, "srcset": _candidates, "sizes": _conditions, "longdesc": _page, **_SIZE},
    "ins": {"cite": _page, "datetime": _datetime},
    "li": {"value": _integer},
    "ol": {"start": _integer, "reversed": _present, "type": _matching("[1ai]")},
    "q": {"cite": _page},
    "source": {
        "src": _media,
        "srcset": _candidates,
        "sizes": _conditions,
        "media": _conditions,
        "type": _matching(r"[\w./+-]+(?:; *codecs=[\w., -]+)?"),
    },
    "td": _CELL,
    "th": {**_CELL, "scope": _matching("(?:row|col)(?:group)?")},
    "time": {"datetime": _datetime},
    "video": {"src": _media, "poster": _page, "controls": _present, **_SIZE},
}

RULES: dict[str, dict[str, Rule]] = {tag: {**_EVERYWHERE, **_PARTICULAR.get(tag, {})} for tag in TAGS}
"""Element → attribute → what its value must be."""

_STYLES = regex(
    r"\s*(font-style|font-weight|list-style-type|text-align|text-decoration|vertical-align|white-space)"
    r"\s*:\s*([a-z0-9%-]{1,30}(?: [a-z0-9%-]{1,30}){0,3})\s*",
    re.IGNORECASE,
)


def _styles(value: str, _: Base) -> str | None:
    """Declarations that can neither load, nor cover, nor hide anything."""
    kept = [f"{found[1]}: {found[2]}".lower() for part in value.split(";") if (found := _STYLES.fullmatch(part))]
    return "; ".join(kept) or None


def _encrypted(value: str, base: Base) -> str | None:
    url = _page(value, base)
    return url if url and url.startswith("https://") else None


_STYLED: dict[str, Rule] = {"class": _matching(r"[\w\s:./-]{1,500}"), "style": _styles}
_FRAME: dict[str, Rule] = {
    "src": _encrypted,
    "title": _as_written,
    **_SIZE,
    "allowfullscreen": _present,
    "loading": _matching("lazy|eager"),
}

FULL_RULES: dict[str, dict[str, Rule]] = {
    **{tag: {**rules, **_STYLED} for tag, rules in RULES.items()},
    "iframe": _FRAME,
}
"""The same for those who want to see more: encrypted frames, classes, harmless styles."""

ATTRIBUTES = {tag: set(rules) for tag, rules in RULES.items()}
"""The names alone, as the sanitiser takes them."""

SCHEMES = frozenset(("http", "https", "mailto", "tel", "data"))
"""Schemes the sanitiser lets pass; the rules above narrow them by attribute."""
