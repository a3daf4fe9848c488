"""Each time comes once: in the nights in which clocks are put, after a sleep, and when the clock was wrong."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.loop import TICK
from syndicate.daemon.timetable import Plan, Timetable, rhythm
from syndicate.errors import ConfigurationError
from tests.daemon.clocks import Daemon, simulated

HOUR, DAY, YEAR = 3600, 86_400, 365 * 86_400

NIGHTS = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Havana", "2026-03-08"),  # at midnight
    ("America/Havana", "2026-11-01"),
    ("Pacific/Apia", "2011-12-30"),  # a whole day that never was
    ("Asia/Shanghai", "2026-03-29"),  # no such night
]

FIXED = {"0 3 * * *": (3,), "30 2 * * *": (2,), "*/20 1,2 * * *": (1, 2), "15 */2 * * *": tuple(range(0, 24, 2))}
HOURLY = {"*/5 * * * *": range(0, 60, 5), "17 * * * *": (17,)}


def local(moment: int, zone: str) -> datetime:
    """What a clock on the wall shows."""
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).replace(tzinfo=None)


def start_of(day: str, zone: str) -> int:
    """Three hours before the day begins there, about."""
    return int(datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(zone)).timestamp()) - 3 * HOUR


def planned(cron: str, zone: str, since: int, until: int) -> list[int]:
    """The times of a plan after `since`, up to `until`."""
    times, at = [], since
    made = rhythm(Plan("a", Kind.SCAN, cron=cron, zone=zone))
    while (following := made.next(at)) is not None and following <= until:
        times.append(at := following)
    return times


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
@pytest.mark.parametrize("cron", HOURLY)
def test_where_every_hour_is_asked_for_real_time_counts(cron: str, zone: str, day: str) -> None:
    since = start_of(day, zone)
    every_minute = range(since + 60, since + 30 * HOUR + 1, 60)
    asked_for = [at for at in every_minute if local(at, zone).minute in HOURLY[cron]]
    assert planned(cron, zone, since, since + 30 * HOUR) == asked_for


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
@pytest.mark.parametrize("cron", FIXED)
def test_a_time_of_the_day_comes_when_the_clock_first_shows_it_or_more(cron: str, zone: str, day: str) -> None:
    since = start_of(day, zone)
    until = since + 30 * HOUR
    minutes = range(0, 60, 20) if cron.startswith("*/20") else (int(cron.split()[0]),)
    first, last = local(since, zone), local(until, zone)
    days = [first.date() + timedelta(days=number) for number in range((last.date() - first.date()).days + 1)]
    nominal = [
        datetime(each.year, each.month, each.day, hour, minute)
        for each in days
        for hour in FIXED[cron]
        for minute in minutes
    ]
    shown = [(at, local(at, zone)) for at in range(since, until + 1, 60)]
    firsts = {next((at for at, clock in shown if clock >= time), None) for time in nominal if time > first}
    assert planned(cron, zone, since, until) == sorted(at for at in firsts if at is not None)


def test_times_of_the_calendar_keep_their_order_wherever_one_begins() -> None:
    chance = random.Random(7)
    for zone, day in NIGHTS:
        for cron in (*FIXED, *HOURLY):
            since = start_of(day, zone)
            times = planned(cron, zone, since, since + 30 * HOUR)
            made = rhythm(Plan("a", Kind.SCAN, cron=cron, zone=zone))
            for _ in range(20):
                moment = since + chance.randrange(24 * HOUR)
                assert made.next(moment) == next((at for at in times if at > moment), made.next(moment))


@pytest.mark.parametrize(
    ("cron", "weekdays"),
    [
        ("0 12 * * 0", {"Sun"}),
        ("0 12 * * 7", {"Sun"}),
        ("0 12 * * 1-5", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
        ("0 12 * * mon-fri", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
        ("0 12 * * fri-mon", {"Fri", "Sat", "Sun", "Mon"}),
        ("0 12 * * 5-7", {"Fri", "Sat", "Sun"}),
        ("0 12 * * SAT,2", {"Sat", "Tue"}),
        ("0 12 * * */2", {"Sun", "Tue", "Thu", "Sat"}),
    ],
)
def test_weekdays_are_those_of_cron(cron: str, weekdays: set[str]) -> None:
    since = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    assert {f"{local(at, 'UTC'):%a}" for at in planned(cron, "UTC", since, since + 14 * DAY)} == weekdays


def test_a_day_of_the_month_and_a_weekday_are_either_of_them() -> None:
    since = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    days = [local(at, "UTC") for at in planned("0 0 13 * fri", "UTC", since, since + 31 * DAY)]
    assert [day.day for day in days] == [2, 9, 13, 16, 23, 30]


@pytest.mark.parametrize(
    "cron",
    [
        "61 * * * *",
        "a * * * *",
        "* 25 * * *",
        "* * * * 8",
        "*/0 * * * *",
        "* * * * mon-fri/0",
        "5-1 * * * *",
        "* * 0 * *",
    ],
)
def test_what_cannot_be_understood_is_told_with_its_setting(cron: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^daemon\.cron: .* cannot be understood: .*; write it as"):
        rhythm(Plan("daemon.cron", Kind.SCAN, cron=cron))


@pytest.mark.parametrize("cron", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6 *"])
def test_what_never_comes_is_told(cron: str) -> None:
    with pytest.raises(ConfigurationError, match="never comes"):
        rhythm(Plan("daemon.cron", Kind.SCAN, cron=cron))


PLANS = [
    Plan("every", Kind.SCAN, every=300),
    Plan("daily", Kind.FULL, cron="30 2 * * *", zone="Europe/Berlin"),
    Plan("hourly", Kind.PINGS, cron="15 * * * *", zone="Europe/Berlin"),
    Plan("day", Kind.UPKEEP, every=DAY),
]


@pytest.mark.parametrize(("day", "daily"), [("2026-03-29", "03:00"), ("2026-10-25", "02:30")])
def test_a_night_in_which_clocks_are_put(day: str, daily: str) -> None:
    begin = start_of(day, "Europe/Berlin") + 2 * HOUR
    with simulated(begin) as clock:
        daemon = Daemon(clock, PLANS)
        daemon.live(DAY + 60)
    assert [f"{local(at, 'Europe/Berlin'):%H:%M}" for at in daemon.times("daily")] == [daily]
    assert daemon.times("every") == [begin + number * 300 for number in range(1, 289)]
    assert daemon.times("hourly") == [begin + number * HOUR + 900 for number in range(24)]


def test_after_a_sleep_of_eight_hours_what_was_missed_is_done_once() -> None:
    begin = start_of("2026-05-05", "Europe/Berlin") + 5 * HOUR  # 02:00
    with simulated(begin) as clock:
        daemon = Daemon(clock, PLANS)
        daemon.live(600)
        before = len(daemon.done)
        clock.put(8 * HOUR)
        daemon.live(2 * TICK)
        missed = sorted(why for why, _, _ in daemon.done[before:])
        daemon.live(DAY)
    assert missed == ["daily", "every", "hourly"]
    assert len(daemon.times("daily")) == 2
    assert len(daemon.times("day")) == 1
    assert all(290 <= late - early <= 310 for early, late in pairs(daemon.elapsed("every")))


def test_a_clock_that_was_put_a_year_ahead() -> None:
    begin = start_of("2026-05-05", "Europe/Berlin") + 6 * HOUR  # 03:00
    with simulated(begin) as clock:
        daemon = Daemon(clock, PLANS)
        daemon.live(610)
        before = len(daemon.done)
        clock.put(YEAR)
        daemon.live(2 * TICK)
        assert sorted(why for why, _, _ in daemon.done[before:]) == ["daily", "day", "every", "hourly"]
        daemon.live(DAY)
        # and when somebody notices, and puts it back
        clock.put(-YEAR)
        daemon.live(DAY)
    assert len(daemon.times("daily")) == 3
    assert len(daemon.times("hourly")) == 1 + 48
    assert all(10 <= late - early <= 310 for early, late in pairs(daemon.elapsed("every")))
    assert len(daemon.times("every")) in range(575, 582)


def test_a_clock_that_was_put_a_day_back() -> None:
    begin = start_of("2026-05-05", "Europe/Berlin") + 6 * HOUR  # 03:00
    with simulated(begin) as clock:
        daemon = Daemon(clock, PLANS)
        daemon.live(10 * HOUR)
        clock.put(-DAY)
        daemon.live(38 * HOUR + 60)
    assert [round(since / HOUR, 1) for since in daemon.elapsed("daily")] == [23.5, 47.5]
    assert [round(since / HOUR, 1) for since in daemon.elapsed("day")] == [24.0, 48.0]
    assert all(299 <= late - early <= 301 for early, late in pairs(daemon.elapsed("every")))
    assert all(HOUR - 2 <= late - early <= HOUR + 2 for early, late in pairs(daemon.elapsed("hourly")))


def test_what_was_done_today_is_not_done_again_when_the_clock_is_put_back_a_little() -> None:
    begin = start_of("2026-05-05", "Europe/Berlin") + 5 * HOUR  # 02:00
    with simulated(begin) as clock:
        daemon = Daemon(clock, PLANS)
        daemon.live(HOUR)  # at 02:30 the daily work was done
        assert len(daemon.times("daily")) == 1
        clock.put(-HOUR)
        daemon.live(20 * HOUR)
        assert len(daemon.times("daily")) == 1
        daemon.live(6 * HOUR)
    assert len(daemon.times("daily")) == 2


def test_chance_puts_a_time_off_and_loses_none() -> None:
    begin = start_of("2026-05-05", "UTC") + 3 * HOUR
    plans = [
        Plan("cron", Kind.SCAN, cron="*/10 * * * *", jitter=60),
        Plan("every", Kind.PINGS, every=600, jitter=60),
    ]
    with simulated(begin) as clock:
        daemon = Daemon(clock, plans)
        daemon.live(HOUR + 60)
    expected = [begin + number * 600 + 30 for number in range(1, 7)]
    assert daemon.times("cron") == expected
    assert daemon.times("every") == expected


def test_new_plans_leave_alone_what_stays_as_it_was() -> None:
    got: list[Work] = []
    with simulated(1_000_000) as clock:
        timetable = Timetable(got.append)
        timetable.set([Plan("a", Kind.SCAN, every=300), Plan("b", Kind.UPKEEP, every=300)])
        clock.sleep(200)
        timetable.set([Plan("a", Kind.SCAN, every=300), Plan("b", Kind.UPKEEP, every=600)])
        assert timetable.coming() == {"a": (Kind.SCAN, 1_000_300), "b": (Kind.UPKEEP, 1_000_800)}
        with pytest.raises(ConfigurationError):
            timetable.set([Plan("c", Kind.SCAN, every=1), Plan("d", Kind.SCAN, cron="x * * * *")])
        assert timetable.coming().keys() == {"a", "b"}
        timetable.set([])
        assert timetable.look() is None


def test_no_length_of_time_is_too_long() -> None:
    with simulated(1_000_000):
        timetable = Timetable(lambda _: None, lambda: 1.0)
        timetable.set([Plan("a", Kind.SCAN, every=999_999 * YEAR, jitter=999_999 * YEAR)])
        assert timetable.look()


def test_what_is_to_be_done_once_is_done_once() -> None:
    got: list[Work] = []
    with simulated(1_000_000) as clock:
        timetable = Timetable(got.append)
        timetable.once("moment", Work(Kind.MOMENT), 1_000_100)
        timetable.once("moment", Work(Kind.MOMENT), 1_000_050)
        assert timetable.look() == pytest.approx(50)
        clock.sleep(50)
        assert timetable.look() is None
        assert [work.kind for work in got] == [Kind.MOMENT]
        timetable.once("moment", Work(Kind.MOMENT), 5)
        timetable.look()
        assert len(got) == 2


def pairs(times: list[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise(times))
