"""What a parser is given: nothing that is made to exhaust it. Parsing is quadratic in the depth of its elements."""

from __future__ import annotations

import re

from syndicate.markup._allowed import TAGS
from syndicate.model.patterns import regex

DEPTH_LIMIT = 256
"""Elements open at once. What people write stays below 60."""

_HARMLESS = 1_000  # tags that no parser is exhausted by, however they are nested
_WORK_LIMIT = 2_000_000  # tags times depth: how many elements a parser may make by reopening unclosed ones


def parsable(html: str) -> str:
    """The same HTML, unless it is made to exhaust a parser: then its text, still as HTML."""
    return _CONTAINER.sub("", html) if html.count("<") > _HARMLESS and _exhausting(html) else html


def apart(html: str) -> str:
    """The same HTML, its longest texts in pieces: of one text, a parser takes the square in `&` and hard spaces.

    What parts them is a comment, which the parser leaves out.
    """
    if len(html) <= _LONG or html.count("&") + html.count("\xa0") <= _MOST_REFERENCES:
        return html
    return _TO_NEXT_TAG.sub(_in_pieces, html)


_LONG = 20_000  # characters
_MOST_REFERENCES = 5_000
_TO_NEXT_TAG = regex("[^<]++")
_PIECE = regex(rf".{{1,{_LONG}}}+[^&\xa0]*+", re.DOTALL)  # cuts no reference in two


def _in_pieces(found: re.Match[str]) -> str:
    """The rest of a tag, and the text behind it in pieces."""
    text = found[0]
    start = text.find(">") + 1
    return text[:start] + "<!---->".join(_PIECE.findall(text, start)) if len(text) > _LONG else text


def any_case(before: str, names: str) -> str:
    """A pattern for any of the names behind the text, in any case: much faster than one that ignores case."""
    choices = ("".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in name) for name in names.split())
    first = "".join(sorted({c for name in names.split() for c in (name[0], name[0].upper())}))
    return f"{before}(?=[{first}])(?:{'|'.join(choices)})"


# Elements that stay open until they are closed; the others end by themselves, and authors rely on it.
_CONTAINER = regex(
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
