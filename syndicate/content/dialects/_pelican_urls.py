"""Pelican's address patterns (`{date:%Y}/{slug}.html`), filled in as `str.format` would. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

_LONGEST = 4_000
_PLACEHOLDER = re.compile(r"(\{\{|\}\})|\{([A-Za-z_][A-Za-z0-9_-]*)(?::([^{}]*))?\}|[{}]")
_DIRECTIVE = re.compile(r"%(-?)(.)", re.DOTALL)
# In English: names in `calendar` follow the locale of the machine.
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WORDS: dict[str, Callable[[datetime], str]] = {
    "B": lambda date: _MONTHS[date.month - 1],
    "b": lambda date: _MONTHS[date.month - 1][:3],
    "A": lambda date: _DAYS[date.weekday()],
    "a": lambda date: _DAYS[date.weekday()][:3],
    "%": lambda _date: "%",
    "p": lambda date: "AM" if date.hour < 12 else "PM",
}
_NUMERIC = frozenset("dfGHIjmMSuUVwWyYz")


def filled(pattern: str, values: Mapping[str, str], date: datetime | None) -> str | None:
    """The pattern with the values in their places; None where it names something there is not.

    `date` stands for `{date}`, with any form of `strftime`: `{date:%Y-%m-%d}`.
    """
    made = []
    for literal, name, form in _pieces(pattern):
        made.append(literal)
        if name is not None:
            text = _dated(date, form) if name == "date" and date else None if form else values.get(name)
            if text is None:
                return None
            made.append(text)
    return "".join(made)[:_LONGEST]


@lru_cache(64)
def _pieces(pattern: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """A pattern taken apart once: text, and the name and the form of what is put behind it (None: nothing)."""
    pieces: list[tuple[str, str | None, str | None]] = []
    literal, done = "", 0
    for found in _PLACEHOLDER.finditer(pattern):
        literal += pattern[done : found.start()]
        done = found.end()
        double, name, form = found.groups()
        if double:
            literal += double[0]
            continue
        pieces.append((literal, name or "", form))
        literal = ""
    return (*pieces, (literal + pattern[done:], None, None))


def _dated(date: datetime, form: str | None) -> str:
    return _DIRECTIVE.sub(lambda found: _directive(date, found[2], bool(found[1])), form) if form else str(date)


def _directive(date: datetime, letter: str, bare: bool) -> str:
    if letter in _WORDS:
        return _WORDS[letter](date)
    if letter not in _NUMERIC:
        return f"%{letter}"
    number = f"{date.year:04}" if letter == "Y" else date.strftime(f"%{letter}")
    return (number.lstrip("0") or "0") if bare else number
