"""What is found sound in values at a glance, the rules find sound when they take it apart."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.feeds.formats import _moments
from syndicate.feeds.rules import are_sound
from syndicate.feeds.rules._values import rfc822, rfc3339

ODD = st.sampled_from([*"0 9 T t Z z - : . + ٣".split(), " ", "W", "24", "60", "30", "Feb", "\n"])


def _is_sound(moment: str) -> bool:
    return are_sound([], not_blank=(), addresses=(), moments=[moment])


def _spoilt(moment: str, at: int, piece: str) -> str:
    return moment[:at] + piece + moment[at + len(piece) :]


MOMENTS = st.datetimes().map(lambda moment: moment.replace(microsecond=0))
WRITTEN = MOMENTS.map(_moments.rfc3339) | MOMENTS.map(_moments.rfc822)


@given(WRITTEN)
def test_what_formats_write_is_sound(moment: str) -> None:
    assert _is_sound(moment)


@given(st.builds(_spoilt, WRITTEN, st.integers(0, 31), ODD) | st.text(max_size=32))
@example("2025-02-29T00:00:00Z")
@example("2020-W01-1T00:00:00Z")
@example("2025-01-01T24:00:00Z")
def test_what_is_sound_at_a_glance_breaks_no_rule(moment: str) -> None:
    if _is_sound(moment):
        assert not (rfc822(moment) if "," in moment else rfc3339(moment)).fault


@pytest.mark.parametrize(
    "moment",
    ["", "Z", "2025-01-01", "2025-01-01 00:00:00Z", "2025-01-01T00:00:00+00:00", "Mon, 06 Jan 2025 10:00:00 GMT"],
)
def test_what_takes_a_closer_look(moment: str) -> None:
    assert not _is_sound(moment)
