"""Whether work grows with its input or with the square of it, and what it takes beside other work: told by comparisons,
on a machine of any speed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

_TAG = re.compile("<[^>]*>")

_FACTOR = 8

_YARDSTICK = 0.1
"""Seconds that `_known` takes on an ordinary machine."""


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


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds that `work` would take on an ordinary machine: it is held against work that is known."""
    slowness = _seconds(_known, 1)
    took = _seconds(lambda _: work(), 1)
    return took / max(slowness, _seconds(_known, 1)) * _YARDSTICK


def _known(times: int) -> int:
    """Some of what our work is: loops, texts that are made, cut and put together, patterns, tables."""
    found = 0
    for number in range(80_000 * times):
        words = f"the {number} words of <b>it</b>".split()
        found += len(_TAG.sub("", " ".join(words))) + len({word: at for at, word in enumerate(words)})
    return found
