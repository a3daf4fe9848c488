"""Any HTML → HTML that is safe in every reader: sanitised, every URL absolute, only legal characters.

In: the HTML of a body, written by anybody, and the URL of its post. Out: what an `<item>`, an
`<entry>` or a JSON item may hold. nh3 (the parser of a browser and an allow-list) makes it safe;
one walk over its output, which is well-formed, makes it absolute and tidy and adds nothing.
"""

from __future__ import annotations

import re

import nh3

from syndicate.markup._allowed import ATTRIBUTES, GONE_WITH_CONTENT, SCHEMES, TAGS
from syndicate.markup._urls import Base, base_of
from syndicate.markup._walk import rewrite
from syndicate.markup.legal import legal

__all__ = ["EDITION", "clean", "legal"]

EDITION = 1
"""Counts up when `clean` starts to give something else for the same input: for the fingerprint of a cache."""

DEPTH_LIMIT = 256
"""Elements open at once. Parsing is quadratic in it; what people write stays below 60."""

_HARMLESS = 1_000  # tags that no parser is exhausted by, however they are nested
_WORK_LIMIT = 2_000_000  # tags times depth: how many elements a parser may make by reopening unclosed ones

# Building a Cleaner costs as much as a clean: one for all. `style` and its like are for the walk to decide by.
_CLEANER = nh3.Cleaner(
    tags=set(TAGS | {"input"}),
    clean_content_tags=set(GONE_WITH_CONTENT),
    attributes={**ATTRIBUTES, "input": {"type", "checked"}, "*": {"style", "hidden", "aria-hidden"}},
    url_schemes=set(SCHEMES),
    link_rel=None,
)


def clean(html: str, url: str) -> str:
    """HTML → safe, absolute, legal HTML; `url` is the post's own, against which everything is read.

    A second time changes nothing. Raises for no HTML; ValueError when `url` is no absolute http(s) URL.
    """
    base = base_of(url)
    html = _parsable(legal(html))
    out = _once(html, base)
    return _settled(out, base) if _UNSETTLED.search(html) else out


def _once(html: str, base: Base) -> str:
    safe = _CLEANER.clean(html)
    # A character reference brings in what was not there as a character.
    return rewrite(legal(safe) if "&#" in html else safe, base)


# Elements that move or end others, differently when they are there than when they are unwrapped.
_UNSETTLED = re.compile(r"<(?:listing|marquee|r[tp]|table)\b", re.IGNORECASE)


def _settled(html: str, base: Base) -> str:
    """Read it again until nothing moves any more: once, for any table that somebody meant as one."""
    for _ in range(_ROUNDS):
        again = _once(html, base)
        if again == html:
            break
        html = again
    return html


_ROUNDS = 4


def _parsable(html: str) -> str:
    """The same HTML, unless it is made to exhaust a parser: then its text, still as HTML."""
    return _CONTAINER.sub("", html) if html.count("<") > _HARMLESS and _exhausting(html) else html


# Elements that stay open until they are closed; the others end by themselves, and authors rely on it.
_CONTAINER = re.compile(
    r"<(/?)(?!/|(?:p|li|dd|dt|t[rdh]|thead|tbody|tfoot|h[1-6r]|br|img|input|link|meta|col|source|wbr|option)[\s/>])"
    r"([a-z][^\s/>]*)[^<>]*>?",
    re.IGNORECASE,
)


def _exhausting(html: str) -> bool:
    """Would parsing take far more than the text is long? By a count of open elements, element by element."""
    opened: dict[str, int] = {}
    depth = deepest = 0
    for tag in _CONTAINER.finditer(html):
        name, step = tag[2].lower(), -1 if tag[1] else 1
        if tag[0].endswith("/>") and name not in TAGS:  # the shapes of a drawing end themselves
            continue
        if opened.get(name, 0) + step >= 0:
            opened[name] = opened.get(name, 0) + step
            depth += step
            deepest = max(deepest, depth)
    return deepest > DEPTH_LIMIT or deepest * html.count("<") > _WORK_LIMIT
