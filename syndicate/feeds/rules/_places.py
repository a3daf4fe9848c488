"""Where each value of a JSON document stands. Pure.

In: text that Python's own parser has accepted. Out: a tree of places beside the tree of values. Linear, without
recursion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import loads

from syndicate.model.patterns import regex
from syndicate.model.records import dataclass, field

_TOKEN = regex(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)


@dataclass(slots=True)
class Place:
    """A value at `at` (characters from the start), and the places in it by key or number; `twice` are repeated keys."""

    at: int = 0
    inside: dict[str | int, Place] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)
    list: bool = False

    def of(self, *path: str | int) -> Place:
        """The place of a value below this one; the nearest one above it where there is none."""
        found = self
        for step in path:
            found = found.inside.get(step, found)
        return found


def places(text: str) -> Place:
    """The places of all values of a sound JSON text."""
    top = Place()
    stack, key = [top], None
    for token in _TOKEN.finditer(text):
        mark, here = token[0], stack[-1]
        if mark in "]}":
            stack.pop()
            key = None
        elif mark == ",":
            key = None
        elif mark == ":":
            continue
        elif mark[0] == '"' and key is None and here is not top and not here.list:
            key = str(loads(mark, strict=False))
        else:
            made = Place(token.start(), list=mark == "[")
            _put(here, key, made)
            if mark in "[{":
                stack.append(made)
            key = None
    return top.inside.get(0, top)


def _put(here: Place, key: str | None, made: Place) -> None:
    name: str | int = len(here.inside) if key is None else key
    if name in here.inside:
        here.twice.append((str(name), made.at))
    here.inside[name] = made


class Lines:
    """Characters from the start → line and column, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def column(self, at: int) -> int:
        return at - self._starts[self.line(at) - 1] + 1
