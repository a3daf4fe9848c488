"""The fifth field of cron: its 0 and 7 are Sundays, which APScheduler counts from Monday on."""

from __future__ import annotations

import re

_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ITEM = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/([0-9]{1,2}))?")


def weekdays(field: str) -> str:
    """The same days as APScheduler counts them, "*" for all of them. Raises ValueError."""
    days = {day for item in field.split(",") for day in _days(item)}
    return "*" if len(days) == 7 else ",".join(str(day) for day in sorted(days))


def _days(item: str) -> set[int]:
    found = _ITEM.fullmatch(item.lower())
    if not found:
        raise ValueError(f"{item!r} is no weekday")
    whole, first, last, step = found.groups()
    since = 0 if whole else _day(first)
    until = 6 if whole or (step and not last) else _day(last or first)
    if until < since:  # from Friday to Monday, as fri-mon
        until += 7
    if step == "0" or (step and not int(step)):
        raise ValueError(f"{item!r} goes on by 0 days")
    return {(day - 1) % 7 for day in range(since, until + 1, int(step or 1))}


def _day(text: str) -> int:
    if text in _NAMES:
        return _NAMES.index(text)
    if re.fullmatch("[0-7]", text):
        return int(text)
    raise ValueError(f"{text!r} is no weekday; they are 0 to 7 or {', '.join(_NAMES)}")
