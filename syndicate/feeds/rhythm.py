"""How often a feed is worth asking for, by how often it has changed. Pure.

In: the moments of a feed's entries. Out: a Rhythm for `sy:updatePeriod`, `sy:updateFrequency` and `ttl`. It moves in
steps, so that a feed of the same habits goes on saying the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from syndicate.model import Rhythm

FEWEST = 5
"""Entries from which on a habit can be seen."""

_PERIODS = (("hourly", 3_600), ("daily", 86_400), ("weekly", 604_800), ("monthly", 2_592_000), ("yearly", 31_536_000))
_TTLS = (15, 30, 60, 120, 240, 480, 720, 1_440)
_MOST_OFTEN = 4


def rhythm(moments: Iterable[int]) -> Rhythm | None:
    """The rhythm of entries with these moments (epoch seconds); None where they are too few to tell.

    The usual gap between two entries counts (the median), so that neither a burst nor a holiday does.
    """
    times = sorted(moments)
    if len(times) < FEWEST:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    gap = max(60, int((gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2))
    # the shortest period in which something is to be expected
    period, seconds = next((each for each in _PERIODS if gap <= each[1]), _PERIODS[-1])
    frequency = max(1, min(_MOST_OFTEN, seconds // gap))
    minutes = gap // 120
    ttl = max((each for each in _TTLS if each <= minutes), default=_TTLS[0])
    return Rhythm(period, frequency, ttl)
