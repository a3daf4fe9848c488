"""Whether a client has already what it asks for (RFC 9110, 13). Pure.

In: the conditional headers of a request as they were sent, and the validators of the representation that would be
sent. Out: a Verdict. What cannot be understood is passed over as the RFC says, and nothing takes longer than reading
it once.
"""

from __future__ import annotations

from calendar import timegm
from enum import Enum
from functools import lru_cache

from syndicate.model.patterns import regex

_TAG = regex(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_LIST = regex(rb'[ \t,]*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t,]*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")*[ \t,]*')
_STRONG = regex(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')

_DAYS = b"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = {
    name: number
    for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}  # fmt: skip
_TIME = rb"(?P<h>[0-9]{2}):(?P<m>[0-9]{2}):(?P<s>[0-9]{2})"
_FIXDATE = regex(_DAYS + rb", (?P<day>[0-9]{2}) (?P<month>[A-Z][a-z]{2}) (?P<year>[0-9]{4}) " + _TIME + b" GMT")
_RFC850 = regex(
    rb"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>[0-9]{2})-(?P<month>[A-Z][a-z]{2})-(?P<year>[0-9]{2}) "
    + _TIME
    + b" GMT"
)
_ASCTIME = regex(_DAYS + rb" (?P<month>[A-Z][a-z]{2}) (?P<day>[0-9 ][0-9]) " + _TIME + rb" (?P<year>[0-9]{4})")


_LONGEST_DATE = 64


class Verdict(Enum):
    """What is to be done with a GET or a HEAD."""

    SEND = 200
    """What it asks for is sent."""
    UNCHANGED = 304
    """The client has it."""
    FAILED = 412
    """The client wants something else than there is, or nothing."""


class Conditions:
    """The names of the headers that this room judges, as they stand in a request."""

    IF_MATCH = b"if-match"
    IF_NONE_MATCH = b"if-none-match"
    IF_MODIFIED_SINCE = b"if-modified-since"
    IF_UNMODIFIED_SINCE = b"if-unmodified-since"


def judged(
    etag: bytes,
    modified: int | None,
    now: float,
    *,
    match: bytes | None = None,
    none_match: bytes | None = None,
    modified_since: bytes | None = None,
    unmodified_since: bytes | None = None,
) -> Verdict:
    """The conditions of a GET or HEAD in the order of RFC 9110, 13.2.2.

    `etag` is the entity tag of what would be sent, with its quotes, `modified` its Last-Modified in epoch seconds (None
    where it has none). Headers are None where they were not sent; several of one name are joined by commas.
    """
    if match is not None:
        if not _has_strong(match, etag):
            return Verdict.FAILED
    elif unmodified_since is not None and modified is not None:
        since = moment(unmodified_since, now)
        if since is not None and modified > since:
            return Verdict.FAILED
    if none_match is not None:
        return Verdict.UNCHANGED if has(none_match, etag) else Verdict.SEND
    if modified_since is not None and modified is not None:
        since = moment(modified_since, now)
        if since is not None and modified <= since:
            return Verdict.UNCHANGED
    return Verdict.SEND


def has(listed: bytes, etag: bytes) -> bool:
    """Whether a list of entity tags names this one, by weak comparison (RFC 9110, 8.8.3.2); `*` names any."""
    if listed == etag:
        return True
    opaque = etag.removeprefix(b"W/")
    if opaque not in listed:
        return listed.strip(b" \t") == b"*"
    return opaque in tags(listed)


def tags(listed: bytes) -> list[bytes]:
    """The opaque tags of a list, with their quotes and without their weakness; none where it is no list of tags."""
    return _TAG.findall(listed) if _LIST.fullmatch(listed) else []


def _has_strong(listed: bytes, etag: bytes) -> bool:
    """Whether a list names this tag by strong comparison: what is weak on either side is not the same."""
    if listed.strip(b" \t") == b"*":
        return True
    if etag not in listed or etag.startswith(b"W/") or not _LIST.fullmatch(listed):
        return False
    return any(not weak and tag == etag for weak, tag in _STRONG.findall(listed))


def moment(text: bytes, now: float) -> int | None:
    """An HTTP-date in any of its three forms as epoch seconds (RFC 9110, 5.6.7); None for what is none.

    `now` decides the century of a year of two digits: it is at most 50 years ahead.
    """
    if len(text) > _LONGEST_DATE:  # what is remembered has to be short
        return None
    return _moment(text, int(now) // 31_556_952 + 1970)


@lru_cache(maxsize=4096)
def _moment(text: bytes, this_year: int) -> int | None:
    text = text.strip(b" \t")
    found = _FIXDATE.fullmatch(text) or _RFC850.fullmatch(text) or _ASCTIME.fullmatch(text)
    if not found or found["month"] not in _MONTHS:
        return None
    year, day = int(found["year"]), int(found["day"])
    if len(found["year"]) == 2:
        year += this_year // 100 * 100
        year -= 100 if year > this_year + 50 else 0
    month, hour, minute, second = _MONTHS[found["month"]], int(found["h"]), int(found["m"]), int(found["s"])
    if not (1 <= day <= _days(year, month) and hour < 24 and minute < 60 and second <= 60):
        return None
    return timegm((year, month, day, hour, minute, second))


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


_NAMES = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
_MONTH_NAMES = tuple(_MONTHS)


def http_date(seconds: int) -> bytes:
    """Epoch seconds as an IMF-fixdate, the same in every locale."""
    days, rest = divmod(seconds, 86_400)
    year, month, day = _civil(days)
    return b"%s, %02d %s %04d %02d:%02d:%02d GMT" % (
        _NAMES[(days + 3) % 7], day, _MONTH_NAMES[month - 1], year, rest // 3600, rest % 3600 // 60, rest % 60,
    )  # fmt: skip


def _civil(days: int) -> tuple[int, int, int]:
    """Days since 1970 → year, month and day (Gregorian), by eras of 400 years that begin in March."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1
