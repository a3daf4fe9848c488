"""Any spelling of a date in front matter, a file name or a path → an aware datetime.

Text and the site's time zone in, a Moment in UTC out; DateFault where a text names no moment.
Nothing is guessed: what can be read in two ways (03/04/2022, CST) is a fault with its remedy.
The clock is never asked, so that the same text is the same moment for ever.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 2, 9998
"""Inside of which no time zone carries a moment out of datetime's range."""

_WIDEST = timedelta(hours=14)  # Kiribati; what lies beyond is a time that was typed as a zone

# Written out: the names in `calendar` follow the locale of the machine.
_MONTH_NAMES = "January February March April May June July August September October November December".split()
_MONTHS = {name[:length].lower(): n for n, name in enumerate(_MONTH_NAMES, 1) for length in (3, 9)}
_MONTHS["sept"] = 9

# RFC 822, section 5.1; CST is left out: to half of the world it is China's.
_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "edt": -4, "est": -5, "cdt": -5, "mdt": -6, "mst": -7}
_ZONES |= {"pdt": -7, "pst": -8}

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?m\.?)?"
_TIGHT_TIME = r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,]\d+)?"
_ZONE = r"(?:(?:GMT|UTC)?(?P<offset>[+-][\d:]+)|(?P<zone>z|[a-z][a-z_]+(?:/[a-z_/+-]+)?))"
_MONTH_NAME = r"(?P<name>[a-z]{3,9})\.?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,? )?"
_REST = rf"(?:(?:\s?t\s?|,?\s){_TIME})?(?:\s?{_ZONE})?"

_FORMS = (
    rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_REST}",
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d){_REST}",
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)[t ]?{_TIGHT_TIME}(?:\s?{_ZONE})?",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH_NAME},?[ -](?P<year>\d{{4}}){_REST}",
    rf"{_WEEKDAY}{_MONTH_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_REST}",
)
_EXACT = re.compile(r"[1-8]\d{3}-\d\d-\d\d[ T]\d\d:\d\d:\d\d ?[+-](?:0\d|1[0-3]):?[0-5]\d", re.ASCII).fullmatch
_EPOCH = regex(r"(\d{10})(?:\d{3})?(?:\.\d*)?", re.ASCII)
_OFFSET = regex(r"([+-])(\d{1,2})(?::?([0-5]\d))?(?::?([0-5]\d))?", re.ASCII)

# What people paste without seeing it, other dashes, and what NFKC leaves alone.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_CHINESE = str.maketrans("年月日号號时時点點分秒", "--   ::::: ")
_SPACED = regex(r"\s+(?=[年月日号號时時点點分秒])|(?<=[年月时時点點])\s+")
_TIDY = str.maketrans({**_UNSEEN, **_DASHES})
_BLANKS = regex(r"\s+")
_NO_PART = regex(r":(?= |$)")  # what is left of 分 without seconds
_REMARK = regex(r" \([^()]*\)$")

_IN_NAME = regex(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:-(.*))?", re.ASCII | re.DOTALL)
_IN_NAME_LOOSE = regex(r"(\d{4})(-?)(\d{1,2})\2(\d{1,2})(?:[-_ ]+(.*))?", re.ASCII | re.DOTALL)
_IN_PATH = regex(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?=/|$)", re.ASCII)


class DateFault(ValueError):
    """A text that names no moment. `str()` is a sentence for the author, with what to do."""


class Moment(NamedTuple):
    """A point in time, in UTC and whole seconds, and how much of it the author wrote.

    Without `zone_given` the site's zone was taken, without `time_given` midnight.
    """

    at: datetime
    zone_given: bool
    time_given: bool


def read_moment(value: str, zone: tzinfo) -> Moment:
    """The moment that `value` names; `zone` holds where it names none. Raises DateFault.

    A time that summer time skips moves forward by what is skipped; one that it repeats is
    the first of the two. Fractions of a second are dropped.
    """
    moment = _read_iso(value, zone)
    return moment or _read_any(value, zone)


def exact(value: str) -> datetime | None:
    """The moment, in UTC, of a text that names day, second and offset as nearly all do; None for any other.

    What it gives is what `read_moment` gives, in a third of the time.
    """
    if not _EXACT(value):
        return None
    if value[19] == " ":
        value = value[:19] + value[20:]
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return None


def _read_iso(value: str, zone: tzinfo) -> Moment | None:
    """The commonest form by the shortest way: ISO 8601 with dashes, with or without a blank before the zone.

    None where the text has another form, or anything at all is odd about it.
    """
    if value[4:5] != "-" or value[7:8] != "-" or value[10:11] not in " Tt":
        return None
    if len(value) > 10 and not value[11:12].isdigit():
        return None  # a zone without a time, which fromisoformat takes for a time
    try:
        found = datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    given = found.tzinfo
    if given is not None and not _is_sound(given, value[-2:]):
        return None
    return Moment(_in_utc(found, zone), given is not None, len(value) > 10)


@lru_cache(256)
def _is_sound(offset: tzinfo, minutes: str) -> bool:
    """Whether an offset that ends so is one: of 60 minutes and more pass fromisoformat, too."""
    return abs(offset.utcoffset(None) or timedelta()) <= _WIDEST and (minutes <= "59" or minutes[-1] == "Z")


def _in_utc(found: datetime, zone: tzinfo) -> datetime:
    at = (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
    return at.replace(microsecond=0) if at.microsecond else at


def _read_any(value: str, zone: tzinfo) -> Moment:
    text = _tidied(value)
    if epoch := _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Moment(at, zone_given=True, time_given=True)
    found = _first_form(text)
    if found is None:
        raise _unknown(value, text)
    parts = found.groupdict()
    day, offset = _day(parts, value), _offset(parts, value)
    where = zone if offset is None else timezone(offset)
    at = datetime(day.year, day.month, day.day, tzinfo=where) + _clock(parts, value)
    return Moment(_in_utc(at, where), offset is not None, parts["hour"] is not None)


def _tidied(value: str) -> str:
    """A date as typed → with plain digits, dashes and single blanks."""
    if len(value) > _LONGEST:
        raise DateFault(f"{_shown(value)} is too long for a date. {_WRITE}")
    text = unicodedata.normalize("NFKC", value).translate(_TIDY)
    if "年" in text:
        text = _SPACED.sub("", text).translate(_CHINESE)
    return _REMARK.sub("", _NO_PART.sub("", _BLANKS.sub(" ", text).strip()))


def _first_form(text: str) -> re.Match[str] | None:
    return next((found for form in _forms() if (found := form.fullmatch(text))), None)


@cache  # they take some milliseconds to compile, and most sites write their dates as ISO 8601 has them
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE | re.ASCII) for form in _FORMS)


def _day(parts: dict[str, str | None], value: str) -> date:
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    name = parts.get("name")
    month = _MONTHS.get(name.lower(), 0) if name else int(parts["month"] or 0)
    if name and not month:
        raise DateFault(f"{_shown(value)} names the month “{name}”, which is not an English one. {_WRITE}")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise DateFault(f"{_shown(value)} lies in the year {year}. Years from 2 to 9998 can be used.")
    if not 1 <= month <= 12:
        raise DateFault(f"{_shown(value)} names a month {month}. Months go from 1 to 12: correct the date.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        month_name = f"{_MONTH_NAMES[month - 1]} {year}"
        raise DateFault(f"{_shown(value)} names a day {day}, but {month_name} has {last} days. Correct the date.")
    return date(year, month, day)


def _clock(parts: dict[str, str | None], value: str) -> timedelta:
    """The time of day; 24:00:00 is the end of the day, and a leap second is allowed (RFC 3339)."""
    if parts["hour"] is None:
        return timedelta()
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    half = (parts.get("half") or "").lower()
    fits = 1 <= hour <= 12 if half else hour <= 23 or (hour, minute, second) == (24, 0, 0)
    if not fits or minute > 59 or second > 60:
        raise DateFault(f"{_shown(value)} names a time of day that does not exist. Correct the time.")
    return timedelta(hours=hour % 12 + 12 * (half == "p") if half else hour, minutes=minute, seconds=second)


def _offset(parts: dict[str, str | None], value: str) -> timedelta | None:
    name, written = parts["zone"], parts["offset"]
    if name:
        return _named_offset(name, value)
    if not written:
        return None
    found = _OFFSET.fullmatch(written)
    if found is None:
        raise DateFault(f"{_shown(value)} has the zone “{written}”. Write it like +08:00.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset > _WIDEST:
        advice = "Zones go from -12:00 to +14:00: perhaps the time was typed there. Correct the zone."
        raise DateFault(f"{_shown(value)} has the zone “{written}”. {advice}")
    return -offset if found[1] == "-" else offset


def _named_offset(name: str, value: str) -> timedelta:
    hours = _ZONES.get(name.lower())
    if hours is None:
        advice = "Such a name can mean more than one zone: write the offset, like +08:00."
        raise DateFault(f"{_shown(value)} has the zone “{name}”. {advice}")
    return timedelta(hours=hours)


_WRITE = "Write it like 2022-02-22 14:20:07 +0800."
_AMBIGUOUS = regex(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b.*", re.ASCII)


def _unknown(value: str, text: str) -> DateFault:
    """Why a text of no known form cannot be read."""
    if not text:
        return DateFault(f"There is no date. {_WRITE}")
    if "{{" in text or "<%" in text:
        return DateFault(f"{_shown(value)} is a template that was never filled in. Write the date itself.")
    if _AMBIGUOUS.fullmatch(text):
        return DateFault(f"{_shown(value)} can be read in more than one way: day, month and year. {_WRITE}")
    return DateFault(f"{_shown(value)} is not a date that can be read. {_WRITE}")


def _shown(value: str) -> str:
    """A date as typed, quoted, cut, and safe to print."""
    text = value if len(value) <= 40 else value[:40] + "…"
    return "“" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "”"


def from_name(name: str, *, loose: bool = False) -> tuple[int, int, int, str] | None:
    """`YYYY-MM-DD-rest` → year, month, day, rest; None where the name has no real date of four-digit year.

    The rest is "" for a bare date. It keeps the extension, if the name has one: hand in the
    stem. `loose` also takes `YYYYMMDD`, and a blank or an underscore before the rest.
    """
    found = (_IN_NAME_LOOSE if loose else _IN_NAME).fullmatch(name)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.group(1, *((3, 4) if loose else (2, 3))))
    return (year, month, day, found[found.re.groups] or "") if _exists(year, month, day) else None


def from_path(path: str) -> tuple[int, int, int] | None:
    """The first real date that three folders in a row of a path spell (`blog/2014/12/12/…`), or None."""
    for found in _IN_PATH.finditer(path):
        year, month, day = (int(part) for part in found.groups())
        if _exists(year, month, day):
            return year, month, day
    return None


def _exists(year: int, month: int, day: int) -> bool:
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]
