"""Values of a query: dates, spans of time, numbers, languages, texts → what the tree of a selection holds. Pure.

Each function takes the text of one value and gives None where it is no such value.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from syndicate.model.selection import Match, fold
from syndicate.settings import seconds

_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:[-/](?P<month>[0-9]{1,2})(?:[-/](?P<day>[0-9]{1,2})"
    r"(?:[Tt ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_LANGUAGE = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:-?\*)?")
_TRUTHS = (("true", "yes", "on"), ("false", "no", "off"))


def span(text: str) -> int | None:
    """A length of time as the settings have it (`30d`, `12h`, `2w`, `6mo`, `1y`) → seconds."""
    return seconds(text)


def number(text: str) -> float | None:
    """`200`, `-1`, `4.5` → the number."""
    return float(text) if _NUMBER.fullmatch(text) else None


def period(text: str, zone: tzinfo) -> tuple[int, int] | str | None:
    """A date, as exact as it is → the epoch seconds at which it begins and ends; a text says what is wrong in it."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    numbers = [int(found[part]) for part in _PARTS if found[part] is not None]
    if not 1000 <= numbers[0] <= 9998:
        return "the year is out of range"
    try:
        written = [*numbers, *(1, 1)[len(numbers) - 1 :]] if len(numbers) < 3 else numbers
        start = datetime(*written)  # type: ignore[arg-type]  # noqa: DTZ001 the zone comes below
        end = _after(start, len(numbers))
        where = datetime.strptime(found["zone"].upper(), "%z").tzinfo if found["zone"] else zone
    except ValueError:
        return "there is no such day or time"
    return int(start.replace(tzinfo=where).timestamp()), int(end.replace(tzinfo=where).timestamp())


def _after(start: datetime, exact: int) -> datetime:
    """The moment at which a year, month, day, minute or second that begins at `start` has ended."""
    if exact == 1:
        return start.replace(year=start.year + 1)
    if exact == 2:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start + (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))[exact - 3]


def day(text: str) -> str | None:
    """A date without time → as it stands in front matter: `2025-3-1` → `2025-03-01`; None for anything else."""
    found = _DATE.fullmatch(text.strip())
    if not found or found["hour"]:
        return None
    return "-".join([found["year"], *(found[part].zfill(2) for part in ("month", "day") if found[part])])


def language(text: str) -> str | None:
    """A language or a range of them in lower case: `zh`, `zh-CN`, `zh_cn`, `zh-*`."""
    found = _LANGUAGE.fullmatch(text.strip().lower().replace("_", "-"))
    return found[1] if found else None


def matched(text: str, quoted: bool, contains: bool) -> tuple[Match, str]:
    """How a value is compared as text; `*` stands for any characters where it is not in quotes."""
    folded = fold(text)
    if "*" in text and not quoted:
        return "like", f"*{folded}*" if contains else folded
    return ("contains" if contains else "is"), folded


def spellings(folded: str, quoted: bool) -> tuple[str, ...]:
    """The ways to write a value in front matter: a flag has several."""
    same = () if quoted else next((words for words in _TRUTHS if folded in words), ())
    return same or (folded,)
