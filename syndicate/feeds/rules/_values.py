"""Values as feeds write them: moments, addresses, media types, languages, characters. Pure.

In: the text of an element, attribute or JSON string. Out: what it means, or in words why it means nothing. Every
pattern here is possessive or bounded, so that a text of any length takes linear time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,12})?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII)
_RFC822 = re.compile(
    rf"(?:({'|'.join(_DAYS)}),? )?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}|\d\d) (\d\d):(\d\d)(?::(\d\d))? "
    r"(?:(GMT|UTC?|Z|[ECMP][SD]T|[A-IK-Y])|([+-])(\d\d)(\d\d))",
    re.ASCII,
)
_W3C_DATE = regex(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_HOURS_WEST = {"EST": 5, "EDT": 4, "CST": 6, "CDT": 5, "MST": 7, "MDT": 6, "PST": 8, "PDT": 7}
_UNIVERSAL = ("GMT", "UT", "UTC", "Z")

_SCHEME = regex(r"[A-Za-z][A-Za-z0-9+.-]*+:")
# RFC 3986, 3.2.2: of http and https alone the host may not be empty (`file:///a` is absolute).
_ABSOLUTE = re.compile(r"(?!(?i:https?)://(?:[\s/?#]|\Z))[A-Za-z][A-Za-z0-9+.-]*+:\S++")
_WEB = regex(r"https?://[^\s/?#]++\S*+", re.IGNORECASE)
_URI = regex(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]++|%[0-9A-Fa-f]{2})*+")
_IRI_ILLEGAL = regex(r"[\x00-\x20\x7f-\x9f<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_MEDIA_TYPE = regex(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}(?: *; *[!-~ ]*+)?", re.ASCII)
_LANGUAGE = regex(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*+")
_EMAIL = regex(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}")
_MAILBOX = regex(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}(?: \([^()]*+\))?")
_DIGITS = regex(r"\d{1,18}", re.ASCII)

# DEL and C1 controls are legal in XML 1.0, but are always misread cp1252; NEL (85) is a line end.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MISREAD = re.compile("[\x7f-\x84\x86-\x9f]")


class Moment(NamedTuple):
    """What a date means. `fault`: it is none, and why; `doubt`: it is one, but not every reader will take it."""

    at: datetime | None
    fault: str = ""
    doubt: str = ""


@lru_cache(maxsize=1024)
def rfc3339(text: str) -> Moment:
    """`2025-01-06T10:00:00Z` (RFC 3339; RFC 4287 section 3.3). Never raises."""
    found = _RFC3339.fullmatch(text)
    if not found:
        return Moment(None, _why_not_3339(text))
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    return _moment((year, month, day, hour, minute, second), found[8] or "+", int(found[9] or 0), int(found[10] or 0))


def _why_not_3339(text: str) -> str:
    if _RFC3339.fullmatch(text.strip()):
        return "there is white space around it"
    if _RFC3339.fullmatch(text.upper().strip()):
        return "T and Z are written in lower case"
    if _RFC3339.fullmatch(f"{text}Z"):
        return "it has no zone"
    if _RFC822.fullmatch(text):
        return "it is a date as RSS writes it"
    return "it is not of the form 2025-01-06T10:00:00Z"


@lru_cache(maxsize=1024)
def rfc822(text: str) -> Moment:
    """`Mon, 06 Jan 2025 10:00:00 +0000` (RFC 822 with a year of four digits). Never raises."""
    found = _RFC822.fullmatch(text)
    if not found:
        return Moment(None, _why_not_822(text))
    weekday, day, month, year, hour, minute, second, zone, sign, east, minutes = found.groups()
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 50 else 1900)
    hours = _HOURS_WEST.get(zone or "", 0)
    parts = (full, _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second or 0))
    moment = _moment(parts, "-" if zone else sign, hours if zone else int(east), 0 if zone else int(minutes))
    if moment.at is None:
        return moment
    true = _DAYS[date(*parts[:3]).weekday()]
    if weekday and weekday != true:
        return Moment(moment.at, f"{weekday} is not the day of the week of that date, which is {true}")
    return Moment(moment.at, "", _doubt(year, zone))


def _doubt(year: str, zone: str | None) -> str:
    if len(year) == 2:
        return "the year has two digits"
    return "" if zone is None or zone in _UNIVERSAL else f"the zone {zone} means different things to different readers"


def _why_not_822(text: str) -> str:
    if _RFC822.fullmatch(text.strip()):
        return "there is white space around it"
    if _RFC3339.fullmatch(text):
        return "it is a date as Atom writes it"
    if _RFC822.fullmatch(f"{text} GMT"):
        return "it has no zone"
    return "it is not of the form Mon, 06 Jan 2025 10:00:00 +0000"


def _moment(parts: tuple[int, int, int, int, int, int], sign: str, hours: int, minutes: int) -> Moment:
    if hours > 23 or minutes > 59:
        return Moment(None, "no zone is that far from UTC")
    year, month, day, hour, minute, second = parts
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second, tzinfo=UTC)
        east = timedelta(hours=hours, minutes=minutes)
        return Moment(at + east if sign == "-" else at - east)
    except (ValueError, OverflowError):
        return Moment(None, "there is no such day or time in the calendar")


def w3cdtf(text: str) -> Moment:
    """A date of Dublin Core and `sy:updateBase`: RFC 3339, seconds optional, or a date alone, or a year."""
    found = _W3C_DATE.fullmatch(text)
    if found:
        return _moment((int(found[1]), int(found[2] or 1), int(found[3] or 1), 0, 0, 0), "+", 0, 0)
    whole = rfc3339(text)
    return rfc3339(f"{text[:16]}:00{text[16:]}") if whole.fault and text[16:17] in ("Z", "+", "-") else whole


def is_absolute(address: str) -> bool:
    """Whether an address begins with a scheme and says something behind it."""
    return _ABSOLUTE.fullmatch(address) is not None


def is_web(address: str) -> bool:
    """Whether an address is absolute and http or https."""
    return _WEB.fullmatch(address) is not None


def has_scheme(address: str) -> bool:
    """Whether an address begins with a scheme, so that nothing has to be put in front of it."""
    return _SCHEME.match(address) is not None


def is_uri(address: str) -> bool:
    """Whether all characters are those of RFC 3986: ASCII, and `%` only before two hexadecimal digits."""
    return _URI.fullmatch(address) is not None


def iri_fault(address: str) -> str:
    """The first character that stands in no IRI (RFC 3987), "" where there is none."""
    found = _IRI_ILLEGAL.search(address)
    return "" if not found else ("a space" if found[0] == " " else ascii(found[0])[1:-1])


def is_media_type(text: str) -> bool:
    """Whether a text is a media type (RFC 6838 section 4.2), with or without parameters."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether a text has the shape of a language tag (BCP 47)."""
    return _LANGUAGE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether a text is an address `name@host` and nothing else."""
    return _EMAIL.fullmatch(text) is not None


def is_mailbox(text: str) -> bool:
    """Whether a text is `name@host` or `name@host (Name)`, as RSS wants people."""
    return _MAILBOX.fullmatch(text) is not None


def is_count(text: str) -> bool:
    """Whether a text is a number of at most eighteen digits, without sign."""
    return _DIGITS.fullmatch(text) is not None


def short(text: str, most: int = 80) -> str:
    """A value as a message shows it: on one line, cut, control characters escaped."""
    line = " ".join(text[: 4 * most].split())
    line = line if line.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
    return line if len(line) <= most else f"{line[:most]}…"
