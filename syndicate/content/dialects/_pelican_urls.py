"""Pelican's address patterns (`{date:%Y}/{slug}.html`), filled in as `str.format` would. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

_LONGEST = 4_000
_PLACEHOLDER = re.compile(r"(\{\{|\}\})|\{([A-Za-z_][A-Za-z0-9_-]*)(?::([^{}]*))?\}|[{}]")
_DIRECTIVE = re.compile(r"%(-?)(.)", re.DOTALL)
# In English: names in `calendar` follow the locale of the machine.
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NUMERIC = frozenset("dfGHIjmMSuUVwWyYz")


def filled(pattern: str, values: Mapping[str, str], date: datetime | None) -> str | None:
    """The pattern with the values in their places; None where it names something there is not.

    `date` stands for `{date}`, with any form of `strftime`: `{date:%Y-%m-%d}`.
    """
    missing = False

    def put(found: re.Match[str]) -> str:
        nonlocal missing
        double, name, form = found.groups()
        if double:
            return str(double[0])
        text = _dated(date, form) if name == "date" and date else None if form else values.get(name or "")
        missing = missing or text is None
        return text or ""

    result = _PLACEHOLDER.sub(put, pattern)[:_LONGEST]
    return None if missing else result


def _dated(date: datetime, form: str | None) -> str:
    return _DIRECTIVE.sub(lambda found: _directive(date, found[2], bool(found[1])), form) if form else str(date)


def _directive(date: datetime, letter: str, bare: bool) -> str:
    names = {"B": _MONTHS[date.month - 1], "b": _MONTHS[date.month - 1][:3]}
    names |= {
        "A": _DAYS[date.weekday()],
        "a": _DAYS[date.weekday()][:3],
        "%": "%",
        "p": "AM" if date.hour < 12 else "PM",
    }
    if letter in names:
        return names[letter]
    if letter not in _NUMERIC:
        return f"%{letter}"
    number = f"{date.year:04}" if letter == "Y" else date.strftime(f"%{letter}")
    return (number.lstrip("0") or "0") if bare else number
