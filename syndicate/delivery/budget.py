"""Which entries of a document are shortened to meet its byte budget. Pure.

In: how long each entry of a document is in full and as its summary, the newest first. Out: which of them are shortened.
An entry that is over the budget all by itself goes first, whatever its age: it could never stand in full, and the
others need not suffer for it. Then the oldest. All formats of a feed shorten the same entries, so that they go on
saying the same.
"""

from __future__ import annotations

from collections.abc import Sequence


def exceeds(full: Sequence[int], frame: int, budget: int) -> bool:
    """Whether entries of these lengths, with `frame` bytes around and between them, are over the budget (0: none)."""
    return bool(budget) and sum(full) + frame > budget


def shortened(full: Sequence[int], short: Sequence[int], frame: int, budget: int) -> frozenset[int]:
    """The places of the entries that have to be shortened; all of them where even that is not enough.

    An entry whose summary is no shorter than itself is counted as it is.
    """
    size, found = sum(full) + frame, set[int]()
    oldest_first = range(len(full) - 1, -1, -1)
    for at in sorted(oldest_first, key=lambda at: full[at] + frame <= budget):
        if size <= budget:
            break
        found.add(at)
        size -= max(0, full[at] - short[at])
    return frozenset(found)
