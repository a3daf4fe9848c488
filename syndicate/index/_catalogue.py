"""The part of the contract that the list of all feeds rests on: how many there are, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from syndicate.index._rows import FeedRow, LineRow, Listed


class Catalogue(Protocol):
    """A part of `Index`; the same holds of it. A feed that is published or withdrawn loses what is kept of it."""

    def totals(self) -> tuple[int, int]:
        """How many feeds are published, pages of history aside, and how many documents."""
        ...

    def paths(self, taxonomy: str, name: str) -> dict[str, str]:
        """Format → path of the published documents of one feed."""
        ...

    def unlisted(self) -> list[FeedRow]:
        """The feeds of `feeds()` of which nothing is kept."""
        ...

    def listed(self) -> list[Listed]:
        """What is kept of the others, section by section, in the order of `feeds()`."""
        ...

    def keep_lines(self, rows: Iterable[LineRow]) -> None:
        """Keep this of these feeds."""
        ...

    def forget_lines(self) -> None:
        """Nothing is kept any more."""
        ...
