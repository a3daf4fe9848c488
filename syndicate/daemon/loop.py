"""The one loop of the daemon: takes works out of the inbox, one by one, and tells what came of each.

A run that fails is told of and done again later: first soon, then ever more seldom, at the latest after `SELDOM`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from syndicate.cycle import Progress, Wish
from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Kind, Work
from syndicate.model import Report

TICK = 10.0
"""Seconds after which the loop looks up although there is nothing to do: at the clocks, and for the watchdog."""


class Outcome(NamedTuple):
    """What a run gave: its report, and the next moment at which a post goes live or expires, if there is one."""

    report: Report
    moment: int | None


class Runner(Protocol):
    """Does runs; what it keeps open between them is its own business."""

    def run(self, wish: Wish, now: int, progress: Progress) -> Outcome:
        """Raises SyndicateError."""
        ...

    def close(self) -> None:
        """Let go of all that is open."""
        ...


class Ended(NamedTuple):
    """A run that has ended, well (`report`) or not (`fault`), begun at `at` and `seconds` long."""

    work: Work
    at: int
    seconds: float
    report: Report | None = None
    fault: Exception | None = None


Listener = Callable[[Ended], None]
"""Told of each run by the loop, before the next begins: health file, alarms, courier. What it raises is logged."""


def wish_of(work: Work) -> Wish:
    """What a run is asked for by a work."""
    return Wish(full=work.kind is Kind.FULL)


__all__ = ["TICK", "Clock", "Ended", "Listener", "Outcome", "Runner", "wish_of"]
