"""How often a feed says that it is worth asking for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.rhythm import rhythm
from syndicate.model import Rhythm

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def every(seconds: int, count: int = 10) -> list[int]:
    return [1_700_000_000 + number * seconds for number in range(count)]


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (5 * MINUTE, Rhythm("hourly", 4, 15)),
        (20 * MINUTE, Rhythm("hourly", 3, 15)),
        (HOUR, Rhythm("hourly", 1, 30)),
        (6 * HOUR, Rhythm("daily", 4, 120)),
        (DAY, Rhythm("daily", 1, 720)),
        (3 * DAY, Rhythm("weekly", 2, 1440)),
        (20 * DAY, Rhythm("monthly", 1, 1440)),
        (900 * DAY, Rhythm("yearly", 1, 1440)),
        (0, Rhythm("hourly", 4, 15)),
    ],
)
def test_the_usual_gap_tells(gap: int, expected: Rhythm) -> None:
    assert rhythm(every(gap)) == expected
    assert rhythm(reversed(every(gap))) == expected


def test_a_holiday_changes_nothing() -> None:
    assert rhythm([*every(DAY, 8), 1_700_000_000 + 100 * DAY]) == rhythm(every(DAY))


def test_too_few_tell_nothing() -> None:
    assert rhythm(every(DAY, 4)) is None


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_what_is_said_is_legal(moments: list[int]) -> None:
    found = rhythm(moments)
    assert found is None or (found.frequency >= 1 and 15 <= found.ttl <= 1440)
