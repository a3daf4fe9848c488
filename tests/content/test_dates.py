"""Dates: the table of spellings, and what holds for any text and any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.dates import DateFault, Moment, exact, from_name, from_path, read_moment

TABLE = Path(__file__).parent.parent / "cases" / "dates.txt"
ROWS = [tuple(line.split("\t")) for line in TABLE.read_text("utf-8").split("\n") if line and not line.startswith("#")]


def plain(text: str) -> str:
    """The table's \\xNN and \\uNNNN as the characters they stand for."""
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def shown(moment: Moment) -> str:
    written = ("z" if moment.zone_given else "") + ("t" if moment.time_given else "")
    return f"{moment.at.replace(tzinfo=None).isoformat()} {written or '-'}"


@pytest.mark.parametrize(("value", "zone", "expected"), ROWS)
def test_table(value: str, zone: str, expected: str) -> None:
    if expected.startswith("fault: "):
        with pytest.raises(DateFault) as fault:
            read_moment(plain(value), ZoneInfo(zone))
        assert expected.removeprefix("fault: ") in str(fault.value)
        return
    moment = read_moment(plain(value), ZoneInfo(zone))
    assert shown(moment) == expected
    assert moment.at.tzinfo is UTC


def test_a_fault_names_the_text_safely_and_says_what_to_do() -> None:
    with pytest.raises(DateFault) as fault:
        read_moment("soon\x1b[31m\n", UTC)
    assert str(fault.value) == (
        "“soon\\x1b[31m\\n” is not a date that can be read. Write it like 2022-02-22 14:20:07 +0800."
    )


def test_a_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(DateFault) as fault:
        read_moment("x" * 100_000, UTC)
    assert len(str(fault.value)) < 200


def test_a_zone_without_rules() -> None:
    assert shown(read_moment("2022-02-22", timezone(timedelta(hours=8)))) == "2022-02-21T16:00:00 -"


@given(st.text() | st.text("0123456789-/:. +TZazPM年月日,()\u00a0", max_size=30))
def test_any_text_is_a_moment_or_a_fault(text: str) -> None:
    try:
        at = read_moment(text, ZoneInfo("Asia/Shanghai")).at
    except DateFault:
        return
    assert at.microsecond == 0
    assert at.utcoffset() == timedelta()
    # what takes a moment to a zone for a permalink must never overflow
    assert at.astimezone(timezone(timedelta(hours=14))) == at
    assert at.astimezone(timezone(timedelta(hours=-12))) == at


MOMENTS = st.datetimes(
    datetime(2, 1, 2),
    datetime(9998, 12, 30),
    timezones=st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
FORMS: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: at.isoformat(),
    "iso-blank": lambda at: at.isoformat(" "),
    "ruby": lambda at: f"{at:%Y-%m-%d %H:%M:%S %z}".zfill(25),
    "one-digit": lambda at: f"{at.year:04}-{at.month}-{at.day} {at.hour}:{at:%M:%S} {at:%z}",
    "rfc822": format_datetime,
    "slashes": lambda at: f"{at.year:04}/{at:%m/%d %H:%M:%S%z}",
    "chinese": lambda at: f"{at.year:04}年{at.month}月{at.day}日 {at:%H:%M:%S %z}",
}


@given(MOMENTS, st.sampled_from(sorted(FORMS)))
def test_every_form_is_read_back(at: datetime, form: str) -> None:
    at = at.replace(microsecond=0)
    moment = read_moment(FORMS[form](at), UTC)
    assert moment == Moment(at.astimezone(UTC), zone_given=True, time_given=True)


@given(st.datetimes(datetime(1902, 1, 1), datetime(2037, 12, 31)))
def test_a_time_without_zone_is_the_sites(local: datetime) -> None:
    zone = ZoneInfo("America/New_York")
    local = local.replace(microsecond=0)
    back = read_moment(str(local), zone).at.astimezone(zone).replace(tzinfo=None)
    # equal, but in the hour that summer time skips
    assert back - local in (timedelta(), timedelta(hours=1))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2022-02-22-rain-in-the-hills", (2022, 2, 22, "rain-in-the-hills")),
        ("2020-4-03-late", (2020, 4, 3, "late")),
        ("2022-02-22-中文", (2022, 2, 22, "中文")),
        ("2022-02-22-a.fr.md", (2022, 2, 22, "a.fr.md")),
        ("2022-02-22-a\nb", (2022, 2, 22, "a\nb")),
        ("2022-02-22", (2022, 2, 22, "")),
        ("2022-02-22-", (2022, 2, 22, "")),
        ("22-02-22-two-digits", None),
        ("2022-02-30-no-such-day", None),
        ("2022-13-01-no-such-month", None),
        ("0000-01-01-x", None),
        ("2022-02-22x", None),
        ("2022-02-22_x", None),
        ("20220222-x", None),
        ("-2022-02-22", None),
        ("post", None),
        ("", None),
    ],
)
def test_from_name(name: str, expected: tuple[int, int, int, str] | None) -> None:
    assert from_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20171010 Title", (2017, 10, 10, "Title")),
        ("20171010", (2017, 10, 10, "")),
        ("2022-02-22_rain", (2022, 2, 22, "rain")),
        ("2022-02-22 - rain", (2022, 2, 22, "rain")),
        ("2022-02-22-rain", (2022, 2, 22, "rain")),
        ("20171310 Title", None),
        ("2017-1010 x", None),
        ("201710101 x", None),
    ],
)
def test_from_name_loosely(name: str, expected: tuple[int, int, int, str] | None) -> None:
    assert from_name(name, loose=True) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2014/12/12/title.md", (2014, 12, 12)),
        ("blog/2014/1/2/title/index.md", (2014, 1, 2)),
        ("/2014/12/12/", (2014, 12, 12)),
        ("2014/12/12", (2014, 12, 12)),
        ("2014/13/12/2015/01/02/x", (2015, 1, 2)),
        ("9/2014/12/12/x", (2014, 12, 12)),
        ("2014/12/title.md", None),
        ("2014/12/12-title.md", None),
        ("x2014/12/12/title.md", None),
        ("2014/02/30/title.md", None),
        ("", None),
    ],
)
def test_from_path(path: str, expected: tuple[int, int, int] | None) -> None:
    assert from_path(path) == expected


@given(st.text())
def test_names_and_paths_never_raise(text: str) -> None:
    for found in (from_name(text), from_name(text, loose=True), from_path(text)):
        assert found is None or found[0] > 1


WRITTEN = st.builds(
    "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}{:02}{}{:02}".format,
    *(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32), st.sampled_from(" Tt-")),
    *(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61), st.sampled_from(("", " ", "  "))),
    *(st.sampled_from("+-"), st.integers(0, 24), st.sampled_from((":", "")), st.integers(0, 61)),
)


@given(WRITTEN | st.text(max_size=26))
def test_what_is_read_at_once_is_what_is_read(text: str) -> None:
    if at := exact(text):
        assert read_moment(text, ZoneInfo("Asia/Kolkata")) == Moment(at, zone_given=True, time_given=True)


def test_the_commonest_spellings_are_read_at_once() -> None:
    for text in ("2022-02-22 14:20:07 +0800", "2022-02-22T14:20:07+08:00", "2022-02-22 14:20:07+0800"):
        assert exact(text) == datetime(2022, 2, 22, 6, 20, 7, tzinfo=UTC)
