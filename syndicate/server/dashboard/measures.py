"""Numbers as people read them, short enough to stand at an axis. Pure. None raises, whatever the number."""

from __future__ import annotations

from datetime import UTC, datetime

_MOST = 1e18
_LATEST = 253_402_300_799
"""The last second that a calendar knows (9999-12-31T23:59:59Z)."""


def sound(number: float) -> float:
    """The number where it can be drawn, else 0: nothing here is negative, or beyond all counting."""
    return number if 0 < number < _MOST else 0.0


def count(number: float) -> str:
    """Of things: `870`, `12.4k`, `3M`."""
    number = sound(number)
    if number < 1:
        return f"{number:.1g}" if number else "0"
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{_short(number / size)}{unit}"
    return _short(number)


def counted(number: int, word: str) -> str:
    """So many of what a word says: `1 error`, `12,000 errors`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """Of bytes: `870 B`, `12.4 kB`."""
    said = count(number)
    return f"{said[:-1]} {said[-1]}B" if said[-1].isalpha() else f"{said} B"


def length(seconds: float) -> str:
    """Of time: `35 ms`, `2.4 s`, `5 min`, `3 h`, `12 d`."""
    seconds = sound(seconds)
    if not seconds:
        return "0 s"
    if seconds < 0.9995:
        return f"{_short(seconds * 1000)} ms"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds)} s"


def percent(part: float, whole: float) -> str:
    """What `part` is of `whole`: `97 %`; "-" where there is no whole."""
    return f"{min(100.0, 100 * sound(part) / whole):.0f} %" if sound(whole) else "-"


def moment(at: int | None) -> str:
    """A moment (seconds since 1970) in UTC: `2026-02-03 04:05:06`; "" where there is none, or no calendar has it."""
    if not at or not 0 < at <= _LATEST:
        return ""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 99.95 else f"{number:.0f}"
