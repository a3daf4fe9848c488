"""Different ones are counted exactly while there is room, and about right when there is none."""

from __future__ import annotations

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from syndicate.server.distinct import Distinct


def drawn(text: str) -> int:
    """64 bits as good as drawn by lot."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30))))
def test_counts_are_exact_while_there_is_room(seen: list[tuple[str, int]]) -> None:
    distinct: Distinct[str] = Distinct(1000)
    for of, number in seen:
        distinct.add(of, drawn(f"{of}{number}"))
    assert distinct.is_exact
    assert {of: distinct.count(of) for of in "abc"} == {of: len({n for o, n in seen if o == of}) for of in "abc"}


def test_without_room_they_are_estimates_and_the_memory_stays_what_it_is() -> None:
    distinct: Distinct[str] = Distinct(4000)
    for turn in range(2):  # the second time they are all known
        for number in range(50_000):
            distinct.add("large", drawn(f"large{number}"))
        for number in range(10_000):
            distinct.add("small", drawn(f"small{number}"))
        assert not distinct.is_exact and len(distinct._held) <= 4000
        assert abs(distinct.count("large") - 50_000) < 5_000, turn
        assert abs(distinct.count("small") - 10_000) < 2_500, turn


def test_numbers_that_are_not_drawn_by_lot_do_no_harm() -> None:
    distinct: Distinct[str] = Distinct(2)
    for number in range(0, 1 << 40, 1 << 32):
        distinct.add("a", number)
    assert len(distinct._held) <= 2
