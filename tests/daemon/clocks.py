"""A clock that a test puts, and an inbox in which waiting takes no time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import time_machine

from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Work
from syndicate.daemon.log import Log
from syndicate.daemon.loop import Loop
from syndicate.daemon.timetable import Plan, Timetable


class Simulated(Clock):
    """The wall clock is the one that everybody sees, APScheduler as well."""

    def __init__(self, machine: Any, at: float) -> None:
        self._machine, self._wall, self._since = machine, float(at), 0.0

    def monotonic(self) -> float:
        return self._since

    def sleep(self, seconds: float) -> None:
        """Both clocks go on."""
        self._since += seconds
        self.put(seconds)

    def put(self, seconds: float) -> None:
        """The wall clock alone: it was put, or the machine was suspended."""
        self._wall += seconds
        self._machine.move_to(self._wall)


@contextlib.contextmanager
def simulated(at: float) -> Iterator[Simulated]:
    with time_machine.travel(float(at), tick=False) as machine:
        yield Simulated(machine, at)


class Patient(Inbox):
    """Who waits for work here, waits on the simulated clock."""

    def __init__(self, clock: Simulated) -> None:
        super().__init__()
        self._clock = clock

    def take(self, seconds: float) -> Work | None:
        if (work := super().take(0)) is None:
            # a real wait ends a little late, never early
            self._clock.sleep(seconds + 0.001)
            work = super().take(0)
        return work


@dataclass
class Daemon:
    """A loop with a timetable and nothing else: `done`: what came due, each with the moments of both clocks."""

    clock: Simulated
    plans: list[Plan]
    done: list[tuple[str, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        inbox = Patient(self.clock)

        def put(work: Work) -> None:
            self.done.append((work.why, self.clock.time(), self.clock.monotonic()))
            inbox.put(work)

        self.timetable = Timetable(put, lambda: 0.5)
        self.timetable.set(self.plans)
        self.loop = Loop(inbox, self.timetable, self.clock, Log(-1, "json", self.clock.time))

    def live(self, seconds: float) -> None:
        """Work for so long."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            self.loop.step()

    def times(self, origin: str) -> list[int]:
        """When the works of a plan came due, whole seconds of the wall clock."""
        return [int(wall) for why, wall, _ in self.done if why == origin]

    def elapsed(self, origin: str) -> list[float]:
        """The same, in real time since the daemon began."""
        return [since for why, _, since in self.done if why == origin]
