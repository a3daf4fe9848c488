"""What is an alarm: told once, and once when it is over, whatever else happens in between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.daemon.causes import Alarm, Cause, Limits, Scene, after, due, noted
from syndicate.model.delivery import Standing
from syndicate.model.run import Run
from tests.builders import DAY, NOW

LIMITS = Limits(failures=3, dead=DAY, problems=20, silence=7 * DAY)


class Told:
    """Somebody who takes every alarm."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.scene, self.limits = Scene(), limits
        self.told: dict[str, Cause] = {}

    def at(self, now: int) -> list[str]:
        found = due(self.scene, self.limits, self.told, now)
        for each in found:
            self.told = noted(self.told, each)
        return [_brief(each) for each in found]

    def run(self, now: int, failed: str = "", problems: int = 0) -> list[str]:
        self.scene = after(self.scene, Run(now, failed=failed, warnings=problems), self.limits)
        return self.at(now)


def _brief(alarm: Alarm) -> str:
    return ("-" if alarm.over else "+") + alarm.cause.key


def test_runs_that_fail_one_after_another() -> None:
    told = Told()
    ends = ["", "disk full", "", "disk full", "disk full", "no folder", "no folder", "", "no folder"]
    assert [told.run(NOW + 60 * turn, failed) for turn, failed in enumerate(ends)] == [
        *[[]] * 5, ["+runs-failing"], [], ["-runs-failing"], [],
    ]  # fmt: skip


def test_a_failure_says_since_when_and_why() -> None:
    scene = Scene()
    for turn in range(3):
        scene = after(scene, Run(NOW + 60 * turn, failed="the disk is full"), LIMITS)
    (alarm,) = due(scene, LIMITS, {}, NOW + 120)
    assert alarm.cause.since == NOW
    assert alarm.cause.text == "3 runs failed one after another, the first 2023-11-14 22:13 UTC: the disk is full"


def test_problems_that_jump_until_they_are_mended() -> None:
    told = Told()
    found = [5, 24, 43, 63, 63, 62, 63]  # creeping up is no jump; the last 20 at once are
    assert [told.run(NOW, problems=each) for each in found] == [
        [], [], [], ["+problems-jumped"], [], ["-problems-jumped"], [],
    ]  # fmt: skip


def test_a_jump_on_top_of_a_jump_is_told_as_well() -> None:
    told = Told()
    assert [told.run(NOW, problems=each) for each in (0, 30, 49, 70, 30, 0)] == [
        [], ["+problems-jumped"], [], ["+problems-jumped"], [], ["-problems-jumped"],
    ]  # fmt: skip


def test_a_jump_that_nobody_could_be_told_of_is_told_later() -> None:
    scene = after(after(Scene(), Run(NOW), LIMITS), Run(NOW, errors=20), LIMITS)
    again = after(scene, Run(NOW, errors=20), LIMITS)
    assert [_brief(each) for each in due(again, LIMITS, {}, NOW)] == ["+problems-jumped"]


def test_the_problems_of_the_first_run_are_no_jump() -> None:
    assert Told().run(NOW, problems=500) == []


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing("hub", "u"), []),
        (Standing("hub", "u", failures=9, failing_since=NOW - DAY + 1), []),
        (Standing("hub", "u", failures=9, failing_since=NOW - DAY), ["+endpoint-dead:hub"]),
        (Standing("hub", "u", off="it said 410"), ["+endpoint-dead:hub"]),
    ],
    ids=["well", "not yet", "dead", "off"],
)
def test_an_endpoint(standing: Standing, expected: list[str]) -> None:
    told = Told()
    told.scene = Scene(standings=[standing])
    assert told.at(NOW) == expected
    assert told.at(NOW) == []
    told.scene = Scene(standings=[Standing("hub", "u", ok_at=NOW)])
    assert told.at(NOW + 60) == [each.replace("+", "-") for each in expected]


def test_an_endpoint_that_is_no_longer_pinged_is_dead_no_more() -> None:
    told = Told()
    told.scene = Scene(standings=[Standing("a", "u", off="410"), Standing("b", "u", off="410")])
    assert told.at(NOW) == ["+endpoint-dead:a", "+endpoint-dead:b"]
    told.scene = Scene(standings=[Standing("b", "u", off="410")])
    assert told.at(NOW) == ["-endpoint-dead:a"]


def test_silence() -> None:
    told = Told()
    told.scene = Scene(news=NOW)
    assert told.at(NOW + 7 * DAY - 1) == []
    assert told.at(NOW + 7 * DAY) == ["+silence"]
    assert told.at(NOW + 8 * DAY) == []
    told.scene = Scene(news=NOW + 8 * DAY)
    assert told.at(NOW + 8 * DAY) == ["-silence"]


def test_what_cannot_be_read_at_its_address() -> None:
    told = Told()
    told.scene = Scene(unread="https://example.org/rss.xml answers 404", unread_since=NOW)
    assert told.at(NOW + DAY - 1) == []
    (alarm,) = due(told.scene, LIMITS, {}, NOW + DAY)
    assert "2023-11-14 22:13 UTC" in alarm.cause.text and "rss.xml answers 404" in alarm.cause.text
    assert told.at(NOW + DAY) == ["+unreadable"]
    told.scene = Scene(unread="https://example.org/atom.xml answers 404", unread_since=NOW + 9)
    assert told.at(NOW + DAY + 9) == [], "one after the other is no news"
    told.scene = Scene()
    assert told.at(NOW + DAY + 10) == ["-unreadable"]


def test_nothing_is_an_alarm_that_was_switched_off() -> None:
    never = Told(Limits(failures=10_000, dead=None, problems=0, silence=None))
    never.scene = Scene(news=0, standings=[Standing("hub", "u", off="410")], unread="it answers 404")
    assert [never.run(NOW, problems=each) for each in (0, 10_000)] == [[], []]


def test_a_clock_that_goes_back_raises_nothing() -> None:
    told = Told()
    told.scene = Scene(news=NOW, standings=[Standing("hub", "u", failures=1, failing_since=NOW)])
    assert told.at(NOW - 30 * DAY) == []


_RUNS = st.tuples(st.sampled_from(("", "a", "b")), st.integers(0, 60), st.booleans())


@given(st.lists(_RUNS, max_size=40))
def test_raised_and_over_take_turns(runs: Sequence[tuple[str, int, bool]]) -> None:
    """Whoever takes only some of the alarms is told of none twice, and of no end without a beginning."""
    scene, told = Scene(), dict[str, Cause]()
    open_now: set[str] = set()
    for turn, (failed, problems, taken) in enumerate(runs):
        scene = after(scene, Run(NOW + turn, failed=failed, errors=problems), LIMITS)
        for alarm in due(scene, LIMITS, told, NOW + turn) if taken else ():
            key = alarm.cause.key
            assert (key in open_now) is alarm.over or key == "problems-jumped"
            open_now.symmetric_difference_update({key} if (key in open_now) is alarm.over else ())
            told = noted(told, alarm)
        assert set(told) == open_now
        if taken:
            assert due(scene, LIMITS, told, NOW + turn) == []
