"""Whether work grows with its input, or with the square of it: told by a comparison, on a machine of any speed."""

from __future__ import annotations

import time
from collections.abc import Callable

_FACTOR = 8


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """Does `work(8 * size)` take far less than 64 times what `work(size)` takes, as the square would?

    In CPU time, and in the best of some rounds, so that a machine that is busy with other things tells no lies.
    `size` has to be large enough for the square to show: what 64 times the time of it is would be a fault.
    """
    short, long = float("inf"), float("inf")
    for _ in range(3):
        short = min(short, max(_seconds(work, size), 0.001))
        long = min(long, _seconds(work, _FACTOR * size))
        if long < 4 * _FACTOR * short:
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    start = time.process_time()
    work(size)
    return time.process_time() - start
