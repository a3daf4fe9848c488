"""Dates as feeds write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from syndicate.feeds.formats._moments import rfc822, rfc3339, utc

MOMENTS = [datetime(2025, month, month + 5, month, 7, 9, tzinfo=UTC) for month in range(1, 13)]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_rfc_822_is_what_the_mail_package_writes(moment: datetime) -> None:
    assert rfc822(moment) == format_datetime(moment)


def test_years_have_four_digits() -> None:
    early = datetime(99, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert rfc822(early) == "Fri, 02 Jan 0099 03:04:05 +0000"
    assert rfc3339(early) == "0099-01-02T03:04:05Z"


def test_rfc_3339_ends_with_z() -> None:
    assert rfc3339(datetime(2025, 1, 6, 10, 0, 0, tzinfo=UTC)) == "2025-01-06T10:00:00Z"


def test_a_moment_without_a_zone_is_never_in_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        found = utc(datetime(2025, 1, 1, 7))
    time.tzset()
    assert found == datetime(2025, 1, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (datetime(2025, 1, 1, 7, tzinfo=timezone(timedelta(hours=8))), datetime(2024, 12, 31, 23, tzinfo=UTC)),
        (datetime(2025, 1, 1, 7, 0, 0, 999_999, tzinfo=UTC), datetime(2025, 1, 1, 7, tzinfo=UTC)),
        (datetime(2025, 1, 1, 7), datetime(2025, 1, 1, 7, tzinfo=UTC)),
        (datetime(1, 1, 1, 7, tzinfo=timezone(timedelta(hours=8))), datetime(1, 1, 1, 7, tzinfo=UTC)),
        (datetime(9999, 12, 31, 20, tzinfo=timezone(timedelta(hours=-8))), datetime(9999, 12, 31, 20, tzinfo=UTC)),
    ],
    ids=["zone", "microseconds", "naive", "first day", "last day"],
)
def test_every_moment_becomes_utc_in_whole_seconds(given: datetime, meant: datetime) -> None:
    assert utc(given) == meant
    assert (utc(given).tzinfo, utc(given).microsecond) == (UTC, 0)
