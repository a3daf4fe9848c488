"""Times as Liquid has them: read from text, printed and formatted as Ruby does, in English on every machine.

Nothing here knows the time of day: `now` is no date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Self

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_BY_NAME = {name[:length].lower(): number for number, name in enumerate(MONTHS, 1) for length in (3, len(name))}

_CLOCK = r"(?:[T ]\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?)?"
_ZONE = r"\s*(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
_NUMBERS = re.compile(rf"([0-9]{{4}})([-/])([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}{_ZONE}")
_WEEKDAY = r"(?:[A-Za-z]{3,9},?\s+)?"
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}([0-9]{{1,2}})(?:st|nd|rd|th)?\s+([A-Za-z]{{3,9}})\.?,?\s+([0-9]{{4}}){_CLOCK}{_ZONE}"
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([A-Za-z]{{3,9}})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}}){_CLOCK}{_ZONE}"
)
_DIRECTIVE = re.compile(r"%([-0^#_:]{0,3})([0-9]{0,2})([A-Za-z%])")


class Moment(datetime):
    """A time that prints itself as Ruby prints one."""

    @classmethod
    def of(cls, at: datetime) -> Self:
        """The same moment."""
        return cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, at.tzinfo)

    def __str__(self) -> str:
        return formatted(self, "%Y-%m-%d %H:%M:%S %z")


def read(value: object, zone: tzinfo) -> Moment | None:
    """A time, its text or the seconds since 1970 → the moment in `zone`; None where it is no date."""
    if isinstance(value, datetime):
        return Moment.of(value.astimezone(zone))
    text = str(value).strip()
    if len(text) > 64 or not text:
        return None
    try:
        if text.isascii() and text.isdigit():
            return Moment.of(datetime.fromtimestamp(int(text), UTC).astimezone(zone))
        return _read(text, zone)
    except (ValueError, OverflowError, OSError):  # 30 February, the year 0, a number beyond all years
        return None


def _read(text: str, zone: tzinfo) -> Moment | None:
    if found := _NUMBERS.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = int(found[3]), _BY_NAME.get(found[2].lower(), 0), int(found[1])
    elif found := _MONTH_FIRST.fullmatch(text):
        year, month, day = int(found[3]), _BY_NAME.get(found[1].lower(), 0), int(found[2])
    else:
        return None
    hour, minute, second, offset = found.groups()[-4:]
    within = _offset(offset) if offset else zone
    at = datetime(year, month, day, int(hour or 0), int(minute or 0), int(second or 0), tzinfo=within)
    return Moment.of(at.astimezone(zone))


def _offset(written: str) -> tzinfo:
    if not written[1:3].isdigit():
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))


def _zone(at: datetime, colon: bool = False) -> str:
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{minutes // 60:02}{':' if colon else ''}{minutes % 60:02}"


def _sunday_week(at: datetime) -> int:
    return (at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7


# Directive → (value, width, what fills it up).
_FIELDS: dict[str, tuple[Callable[[datetime], int], int, str]] = {
    "Y": (lambda at: at.year, 4, "0"),
    "C": (lambda at: at.year // 100, 2, "0"),
    "y": (lambda at: at.year % 100, 2, "0"),
    "m": (lambda at: at.month, 2, "0"),
    "d": (lambda at: at.day, 2, "0"),
    "e": (lambda at: at.day, 2, " "),
    "j": (lambda at: at.timetuple().tm_yday, 3, "0"),
    "H": (lambda at: at.hour, 2, "0"),
    "k": (lambda at: at.hour, 2, " "),
    "I": (lambda at: (at.hour + 11) % 12 + 1, 2, "0"),
    "l": (lambda at: (at.hour + 11) % 12 + 1, 2, " "),
    "M": (lambda at: at.minute, 2, "0"),
    "S": (lambda at: at.second, 2, "0"),
    "L": (lambda at: at.microsecond // 1000, 3, "0"),
    "N": (lambda at: at.microsecond * 1000, 9, "0"),
    "s": (lambda at: int(at.timestamp()), 1, "0"),
    "u": (lambda at: at.isoweekday(), 1, "0"),
    "w": (lambda at: at.isoweekday() % 7, 1, "0"),
    "G": (lambda at: at.isocalendar().year, 4, "0"),
    "g": (lambda at: at.isocalendar().year % 100, 2, "0"),
    "V": (lambda at: at.isocalendar().week, 2, "0"),
    "U": (_sunday_week, 2, "0"),
    "W": (lambda at: (at.timetuple().tm_yday + 7 - at.isoweekday()) // 7, 2, "0"),
}
_WORDS: dict[str, Callable[[datetime], str]] = {
    "A": lambda at: DAYS[at.weekday()],
    "a": lambda at: DAYS[at.weekday()][:3],
    "B": lambda at: MONTHS[at.month - 1],
    "b": lambda at: MONTHS[at.month - 1][:3],
    "h": lambda at: MONTHS[at.month - 1][:3],
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "Z": lambda at: at.tzname() or "UTC",
    "n": lambda _at: "\n",
    "t": lambda _at: "\t",
    "%": lambda _at: "%",
}
_TOGETHER = {
    "F": "%Y-%m-%d",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
    "v": "%e-%^b-%Y",
}


def formatted(at: datetime, pattern: str) -> str:
    """The moment in Ruby's strftime; what is no directive stays."""
    return _DIRECTIVE.sub(lambda found: _directive(at, found), pattern)


def _directive(at: datetime, found: re.Match[str]) -> str:
    flags, width, name = found[1], found[2], found[3]
    if name == "z":
        return _zone(at, ":" in flags)
    if name in _TOGETHER:
        text = formatted(at, _TOGETHER[name])
    elif name in _WORDS:
        text = _WORDS[name](at)
    elif name in _FIELDS:
        value, usual, filling = _FIELDS[name]
        filling = " " if "_" in flags else "0" if "0" in flags else filling
        text = str(value(at)).rjust(1 if "-" in flags else int(width or usual), filling)
    else:
        return found[0]
    text = text.upper() if "^" in flags else text.swapcase() if "#" in flags else text
    return text.rjust(int(width), " ") if width else text


def ordinal(day: int) -> str:
    """`1` → `1st`."""
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
