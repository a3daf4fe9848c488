"""Engines: where the pure stages run, and their limits.

An engine maps a function over batches of items. The order of the results is that of the
batches. An item whose worker dies or takes too long costs that item alone: `lost` says what
stands in its place. Members: `serial`, `processes`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Errand = Iterator[None]
"""What this process is to do while others work, step by step. It has to be such as may be done later just as well."""


class Engine(Protocol):
    """The contract. Use it as a context manager: leaving it stops all workers.

    `is_elsewhere`: the work is done in other processes, and leaves nothing behind here but its results.
    """

    is_elsewhere: bool

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def run(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batches: Iterable[Sequence[Item] | None],
        lost: Callable[[Item], Result],
        meanwhile: Errand | None = None,
    ) -> Iterator[list[Result]]:
        """`function(batch)` for each batch; it returns its results in the order of the items, of no items none.

        Where a batch fails, the results of its parts are put together. Function and items travel to other processes, so
        they must pickle. None among the batches is a pause, while some are under way: the next is asked for when a
        result of those was taken. `meanwhile` is done when others have been handed the first batches, if there are any.
        """
        ...


def collect_seldom() -> None:
    """Have Python look for reference cycles seldom, in a process that is all ours.

    Reading and making leave next to none, and Python would look for them every 700 tuples: a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def collect_no_more() -> None:
    """Have Python look for reference cycles no more, in a process that is about to end.

    At the end it would look through all that is left, more than once, for what the system takes back anyway.
    """
    gc.freeze()
