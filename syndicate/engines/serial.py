"""Everything in this process: no start-up cost, no protection but the budgets of the stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

from syndicate.engines import Item, Result


class Serial:
    """See `syndicate.engines.Engine`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def run(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batches: Iterable[Sequence[Item]],
        lost: Callable[[Item], Result],
    ) -> Iterator[list[Result]]:
        for batch in batches:
            yield function(batch)
