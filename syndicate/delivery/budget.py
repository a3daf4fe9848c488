"""Which entries of a document are shortened to meet its byte budget. Pure.

In: how long each entry is in full and as its summary, in every format, the newest first. Out: how many of the last ones
are shortened. All formats of a feed shorten the same entries, so that they go on saying the same.
"""

from __future__ import annotations

from collections.abc import Sequence


def exceeds(full: Sequence[int], frame: int, budget: int) -> bool:
    """Whether entries of these lengths, with `frame` bytes around and between them, are over the budget (0: none)."""
    return bool(budget) and sum(full) + frame > budget


def shortened(full: Sequence[int], short: Sequence[int], frame: int, budget: int) -> int:
    """How many of the last entries have to be shortened; all of them where even that is not enough.

    An entry whose summary is no shorter than itself is counted as it is.
    """
    size = sum(full) + frame
    for count in range(len(full)):
        if size <= budget:
            return count
        at = len(full) - 1 - count
        size -= max(0, full[at] - short[at])
    return len(full)
