"""Jobs that are found out ahead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syndicate.delivery.jobs import Job
from syndicate.delivery.placing import Ahead


def failing() -> Iterator[list[Job]]:
    yield from ()
    raise ZeroDivisionError


def test_a_fault_is_that_of_the_batch_it_belongs_to() -> None:
    """What is under way while they are found out has nothing to do with it."""
    ahead = Ahead(failing())
    ahead.begin()
    with pytest.raises(ZeroDivisionError):
        list(ahead)


def test_none_is_found_twice_or_left_out() -> None:
    some: list[list[Job]] = [[], [], []]
    for begun in (0, 1, 2):
        ahead = Ahead(iter(some))
        for _ in range(begun):
            ahead.begin()
        assert len(list(ahead)) == 3
