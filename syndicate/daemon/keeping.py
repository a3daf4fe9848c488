"""The runner of a daemon: it keeps open from run to run what is expensive, and lets go of what a large run leaves."""

from __future__ import annotations

import ctypes
import gc
from dataclasses import replace

from syndicate.cycle import Parts, Progress, Wish, run
from syndicate.daemon.inbox import Work
from syndicate.daemon.runs import Outcome
from syndicate.project import Project
from syndicate.settings import seconds
from syndicate.wiring.workshop import Workshop

PATIENCE = 5.0
"""Seconds for which the end of somebody else's run is waited for."""

_LARGE = 1_000
"""Posts from which on a run leaves so much free memory behind that it is worth to give it back."""


class Keeping:
    """See `daemon.runs.Runner`."""

    def __init__(self, the: Project) -> None:
        self._shop = Workshop(the)
        self._settle = seconds(the.settings.daemon.settle) or 0
        self._warm = False

    def run(self, work: Work, wish: Wish, now: int, progress: Progress) -> Outcome:
        """One run; a whole one leaves out files that may still be being written."""
        with self._shop.parts(wish.paths, PATIENCE) as parts:
            report = run(parts, replace(wish, settle=self._settle), now, progress)
            outcome = Outcome(report, parts.press.index.next_moment(now), parts.facts.timezone, known_by(parts))
            self._warm_up(parts)
        if max(report.parsed, report.rendered) >= _LARGE:
            self._shop.rest()
            _give_back()
        return outcome

    def close(self) -> None:
        """See `Runner`."""
        self._shop.close()

    def _warm_up(self, parts: Parts) -> None:
        """The first post that comes is not to wait for what a run without any had no use for."""
        if not self._warm:
            from syndicate.content import ingest, narrow  # noqa: F401
            from syndicate.delivery import publish, replays  # noqa: F401
            from syndicate.feeds import directory  # noqa: F401

            parts.press.writer.warm()
            self._warm = True


def known_by(parts: Parts) -> object:
    """By which one sees that a site is another: what decides how it is read, and where its posts are."""
    return parts.reading, tuple(root.path for root in parts.roots)


def _give_back() -> None:
    """Free memory goes back to the system, where its C library can be asked for it."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
