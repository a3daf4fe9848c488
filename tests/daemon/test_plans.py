"""Settings → the lines of the timetable."""

from __future__ import annotations

from typing import Any

import pytest

from syndicate.daemon.inbox import Kind
from syndicate.daemon.plans import UPKEEP, plans
from syndicate.daemon.timetable import Plan
from syndicate.errors import ConfigurationError
from syndicate.settings import Layer, load

UPKEPT = Plan("daemon.upkeep", Kind.UPKEEP, every=UPKEEP)


def planned(zone: str = "Asia/Shanghai", **daemon: Any) -> list[Plan]:
    return plans(load([Layer("test", {"daemon": daemon})])[0].daemon, zone)


def test_nothing_need_be_set() -> None:
    assert planned() == [Plan("daemon.every", Kind.SCAN, every=300), UPKEPT]


def test_a_cron_takes_the_place_of_the_interval() -> None:
    assert planned(cron="*/5 7-22 * * mon-fri", jitter="1m") == [
        Plan("daemon.cron", Kind.SCAN, cron="*/5 7-22 * * mon-fri", zone="Asia/Shanghai", jitter=60),
        UPKEPT,
    ]
    assert planned(cron="0 3 * * *", timezone="Europe/Berlin")[0].zone == "Europe/Berlin"


def test_schedules_are_lines_of_their_own() -> None:
    schedules = {
        "night": {"work": "full", "cron": "0 3 * * sun", "timezone": "Europe/Berlin", "jitter": "5m"},
        "often": {"work": "pings", "every": "1h"},
        "copies": {"work": "upkeep", "every": "12h"},
    }
    assert planned(every="", schedules=schedules) == [
        Plan("daemon.schedules.night.cron", Kind.FULL, cron="0 3 * * sun", zone="Europe/Berlin", jitter=300),
        Plan("daemon.schedules.often.every", Kind.PINGS, every=3600, zone="Asia/Shanghai"),
        Plan("daemon.schedules.copies.every", Kind.UPKEEP, every=43_200, zone="Asia/Shanghai"),
    ]


def test_every_mistake_is_told_at_once() -> None:
    schedules = {"a": {"work": "full"}, "b": {"every": "1h", "cron": "* * * * *"}, "c": {"every": "0s"}}
    with pytest.raises(ConfigurationError) as caught:
        planned(every="0m", schedules=schedules)
    assert caught.value.mistakes == [
        "daemon.schedules.a: says neither of every and cron; set one of them",
        "daemon.schedules.b: says both of every and cron; set one of them",
        'daemon.every: "0m" is no time at all; write at least 1s',
        'daemon.schedules.c.every: "0s" is no time at all; write at least 1s',
    ]
