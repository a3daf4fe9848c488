"""Which entries of a document are shortened so that it keeps its byte budget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery.budget import exceeds, shortened


def test_what_counts_is_all_bytes_of_the_document() -> None:
    assert not exceeds([40, 50], 10, 100)
    assert exceeds([40, 50], 11, 100)
    assert exceeds([], 101, 100)
    assert not exceeds([10**9], 10**6, 0), "no budget"


@pytest.mark.parametrize(
    ("budget", "wanted"),
    [(310, set()), (309, {2}), (230, {2}), (229, {1, 2}), (150, {1, 2}), (149, {0, 1, 2}), (1, {0, 1, 2})],
)
def test_the_oldest_are_shortened_first_and_no_more_than_needed(budget: int, wanted: set[int]) -> None:
    assert shortened([100, 100, 100], [20, 20, 20], 10, budget) == wanted


def test_one_that_could_never_stand_in_full_is_shortened_before_all_others() -> None:
    full, short = [900, 50, 50], [20, 20, 20]
    assert shortened(full, short, 10, 500) == {0}
    assert shortened(full, short, 10, 960) == {1, 2}, "it would fit, and is the newest"
    assert shortened([600, 50, 700, 50], [20] * 4, 10, 500) == {0, 2}
    assert shortened([600, 50, 700, 50], [20] * 4, 10, 140) == {0, 2, 3}


def test_a_summary_that_is_longer_saves_nothing() -> None:
    assert shortened([10, 100], [500, 500], 0, 50) == {0, 1}
    assert shortened([100, 10], [30, 500], 0, 50) == {0}


def test_nothing_to_show() -> None:
    assert shortened([], [], 500, 100) == frozenset()


LENGTHS = st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), max_size=8)


@given(LENGTHS, st.integers(0, 500), st.integers(1, 5000))
def test_the_budget_is_met_where_it_can_be(lengths: list[tuple[int, int]], frame: int, budget: int) -> None:
    full, short = [one for one, _ in lengths], [min(pair) for pair in lengths]
    found = shortened(full, short, frame, budget)
    size = frame + sum(short[at] if at in found else full[at] for at in range(len(full)))
    assert size <= budget or found == set(range(len(full)))
    assert bool(found) == (exceeds(full, frame, budget) and bool(full))
    if len(full) > 1 and found:
        alone = {at for at in range(len(full)) if full[at] + frame > budget}
        assert found <= alone or alone <= found, "those that are over it alone come first"
        rest = found - alone
        assert rest == set() or set(range(min(rest), len(full))) - alone == rest, "then the oldest"
