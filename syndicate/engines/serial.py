"""Everything in this process: no start-up cost, no protection but the budgets of the stages.

What kills it kills the run. So a mark stands for as long as it works: a run that finds one knows that another died
over its work, or was killed, and hands the work to a process that may die alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Self

from syndicate.engines import Errand, Item, Result


class Serial:
    """See `syndicate.engines.Engine`. `mark` is the path of the mark, "" for none."""

    is_elsewhere = False

    def __init__(self, mark: str = "") -> None:
        self.mark = mark

    def __enter__(self) -> Self:
        if self.mark:
            with suppress(OSError):  # where no file can be made, there is no mark
                os.close(os.open(self.mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self

    def __exit__(self, *_: object) -> None:
        take_away(self.mark)

    def run(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batches: Iterable[Sequence[Item] | None],
        lost: Callable[[Item], Result],
        meanwhile: Errand | None = None,
    ) -> Iterator[list[Result]]:
        for batch in batches:
            assert batch is not None, "nothing is under way here when the next is asked for"  # noqa: S101
            yield function(batch)


def take_away(mark: str) -> bool:
    """Whether there was a mark; there is none any more."""
    if mark:
        with suppress(OSError):
            os.remove(mark)  # noqa: PTH107 a run in which little changed has no use for pathlib
            return True
    return False
