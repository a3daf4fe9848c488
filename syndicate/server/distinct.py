"""How many different ones there are, of many kinds at once, in a memory that is bounded. Pure.

Each one is known by a number of 64 bits that is as good as drawn by lot. As long as there are few of them all are
held, and the counts are exact. When there is no more room, only every second one by its number is held from then on,
and counts for two, then every fourth (Wegman's adaptive sampling): so the counts become estimates, of small things
rough ones, and the memory stays what it is.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

MOST = 200_000
"""Numbers that are held: about 20 MB."""

_Of = TypeVar("_Of", bound=Hashable)


class Distinct(Generic[_Of]):
    """Counts. `Of` is what things are counted of: a feed, a program."""

    def __init__(self, most: int = MOST) -> None:
        self._most = max(most, 1)
        self._held: dict[int, _Of] = {}
        self._counts: dict[_Of, int] = {}
        self._halvings = 0

    def add(self, of: _Of, number: int) -> None:
        """This one was seen; `number` (64 bits) is another for each one and each `of`."""
        if number & self._mask or number in self._held:
            return
        self._held[number] = of
        self._counts[of] = self._counts.get(of, 0) + 1
        while len(self._held) > self._most and self._halvings < 64:
            self._halve()

    def count(self, of: _Of) -> int:
        """How many different ones were seen of it."""
        return self._counts.get(of, 0) << self._halvings

    @property
    def is_exact(self) -> bool:
        """Whether the counts are no estimates."""
        return self._halvings == 0

    @property
    def _mask(self) -> int:
        return (1 << self._halvings) - 1

    def _halve(self) -> None:
        self._halvings += 1
        self._held = {number: of for number, of in self._held.items() if not number & self._mask}
        self._counts = {}
        for of in self._held.values():
            self._counts[of] = self._counts.get(of, 0) + 1
