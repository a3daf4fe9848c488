"""What is to be done, and where it waits for the loop."""

from __future__ import annotations

import queue
from enum import IntEnum

from syndicate.model.records import NamedTuple


class Kind(IntEnum):
    """Kinds of work, the most urgent first. `settings.WORKS` are those that a schedule may ask for."""

    STOP = 0
    RELOAD = 1
    """Read the settings anew, all or nothing."""
    PATHS = 2
    """A run that looks at some files alone."""
    MOMENT = 3
    """A post goes live or expires: a run for which no file need have changed."""
    SCAN = 4
    FULL = 5
    """A run that reads and writes all anew."""
    PINGS = 6
    """Whoever has to be told of something is told at once."""
    UPKEEP = 7
    """Backup of the state, and what grows is cut."""


class Work(NamedTuple):
    """One thing to do. `paths` are those of PATHS, whole and as the system has them, or those that were closed before
    a larger run; `why` is for the log."""

    kind: Kind
    paths: frozenset[bytes] = frozenset()
    why: str = ""


_RUNS = (Kind.FULL, Kind.SCAN, Kind.MOMENT, Kind.PATHS)
"""Kinds of runs; each does all that those after it do, but for PATHS, which only the first two contain."""


class Inbox:
    """Works wait here. `put` may be called from any thread and from a signal handler; `take` by the loop alone."""

    def __init__(self) -> None:
        # its put() may interrupt itself, which no lock and no other queue allows
        self._arrived: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._waiting: dict[Kind, Work] = {}

    def put(self, work: Work) -> None:
        """Ask for a work; where the same waits already, they are one."""
        self._arrived.put(work)

    def take(self, seconds: float) -> Work | None:
        """The most urgent work, waited for at most so long; None where there is none."""
        self._sort_in(0.0 if self._waiting else max(seconds, 0.0))
        if not self._waiting:
            return None
        return self._waiting.pop(min(self._waiting))

    def _sort_in(self, seconds: float) -> None:
        try:
            self._join(self._arrived.get(timeout=seconds) if seconds else self._arrived.get_nowait())
            while True:
                self._join(self._arrived.get_nowait())
        except queue.Empty:
            return

    def _join(self, work: Work) -> None:
        waiting = self._waiting
        for kind in _RUNS if work.kind in _RUNS else ():
            if kind in waiting and _contains(kind, work.kind):
                # a run that looks at all files is still to know which of them were closed
                waiting[kind] = waiting[kind]._replace(paths=waiting[kind].paths | work.paths)
                return
            if kind in waiting and _contains(work.kind, kind):
                work = work._replace(paths=work.paths | waiting.pop(kind).paths)
        if (same := waiting.get(work.kind)) is not None:
            work = work._replace(paths=same.paths | work.paths, why=same.why)
        waiting[work.kind] = work


def _contains(larger: Kind, smaller: Kind) -> bool:
    """Whether a run of one kind does all that one of another would."""
    if larger is smaller or larger not in (Kind.FULL, Kind.SCAN):
        return False
    return smaller is not Kind.FULL
