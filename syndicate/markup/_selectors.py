"""Simple selectors: `article`, `.post-content`, `#main`, `div.post.body`, `[itemprop=articleBody]`. No combinators."""

from __future__ import annotations

import re

from syndicate.markup._tree import Element
from syndicate.model.records import NamedTuple

_NAME = r"[\w-]{1,100}"
_PART = re.compile(
    rf"\.(?P<class>{_NAME})|#(?P<id>{_NAME})|\[(?P<name>{_NAME})(?:~?=(?P<quote>[\"']?)(?P<value>[^\"'\[\]]*)(?P=quote))?\]"
)
_TAG = re.compile(r"\*|[A-Za-z][A-Za-z0-9-]{0,100}")


class Selector(NamedTuple):
    """What an element must have: a tag ("" for any), and (attribute, one of its words; None for any) each."""

    tag: str
    wanted: tuple[tuple[str, str | None], ...]

    def fits(self, element: Element) -> bool:
        """Is it such an element?"""
        return self.tag in ("", element.tag) and all(_has(element, name, word) for name, word in self.wanted)


def selector(text: str) -> Selector | None:
    """A selector as somebody wrote it. None when it is none of the simple ones."""
    text = text.strip()
    tag = _TAG.match(text)
    at, wanted = tag.end() if tag else 0, []
    while part := _PART.match(text, at):
        at = part.end()
        kind = next((kind for kind in ("class", "id") if part[kind]), None)
        wanted.append((kind, part[kind]) if kind else (part["name"].lower(), part["value"]))
    if at < len(text) or not text:
        return None
    return Selector(tag[0].lower().strip("*") if tag else "", tuple(wanted))


def _has(element: Element, name: str, word: str | None) -> bool:
    value = element.attributes.get(name)
    if value is None or word is None:
        return value is not None
    return word == value.strip() or word in value.split()
