"""Moments as feeds write them: UTC, whole seconds, English whatever the locale. Pure.

feedgen's own RFC 822 dates switch the locale of the whole process for each date, which
no program with threads survives; these are plain arithmetic.
"""

from __future__ import annotations

from datetime import UTC, datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What Atom says, which must say something, of a feed that never had an entry."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC without microseconds.

    A moment without a zone is taken as UTC, never as the machine's zone. So is one that
    falls out of the calendar by its offset (years 1 and 9999).
    """
    if moment.tzinfo is UTC and not (moment.microsecond or moment.fold):  # as nearly all are
        return moment
    try:
        aware = moment.utcoffset() is not None
        moment = moment.astimezone(UTC) if aware else moment.replace(tzinfo=UTC)
    except OverflowError:
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=0, fold=0)


def rfc3339(moment: datetime) -> str:
    """`2025-01-06T10:00:00Z` (RFC 3339, RFC 4287 section 3.3) of a moment in UTC."""
    return f"{moment.isoformat()[:19]}Z"


def rfc822(moment: datetime) -> str:
    """`Mon, 06 Jan 2025 10:00:00 +0000` (RFC 822 with four digits of year) of a moment in UTC."""
    iso = moment.isoformat()
    return f"{_DAYS[moment.weekday()]}, {iso[8:10]} {_MONTHS[moment.month - 1]} {iso[:4]} {iso[11:19]} +0000"
