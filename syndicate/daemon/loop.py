"""The one loop of the daemon: it takes works out of the inbox, one by one, and looks at the clocks in between."""

from __future__ import annotations

from collections.abc import Callable

from syndicate.daemon.clock import Clock, Drift
from syndicate.daemon.inbox import Inbox, Kind, Work
from syndicate.daemon.log import Log
from syndicate.daemon.timetable import Timetable
from syndicate.errors import SyndicateError

TICK = 10.0
"""Seconds after which the loop looks up although there is nothing to do: at the clocks, and for who watches it."""


class Loop:
    """Give each kind of work its `handlers`; `ticks` are called between works, at least every TICK seconds."""

    def __init__(self, inbox: Inbox, timetable: Timetable, clock: Clock, log: Log) -> None:
        self._inbox, self._timetable, self._clock, self._log = inbox, timetable, clock, log
        self._drift = Drift(clock)
        self.handlers: dict[Kind, Callable[[Work], None]] = {}
        self.ticks: list[Callable[[], None]] = []

    def run(self) -> None:
        """Work until STOP comes. Whatever else goes wrong in a work is logged, and the next one is taken."""
        while (work := self.step()) is None or work.kind is not Kind.STOP:
            pass

    def step(self) -> Work | None:
        """Do one work, or wait for one in vain."""
        self._look_at_the_clocks()
        wait = self._timetable.look()
        for tick in self.ticks:
            self.attempt(tick)
        work = self._inbox.take(TICK if wait is None else min(wait, TICK))
        if work is not None and work.kind in self.handlers:
            handler = self.handlers[work.kind]
            self.attempt(lambda: handler(work))
        return work

    def attempt(self, what: Callable[[], None]) -> None:
        """Do it; a fault of ours, or of a disk, is no reason to stop."""
        try:
            what()
        except (SyndicateError, OSError) as fault:
            self._log.wrong("failed", str(fault))
        except Exception as fault:  # noqa: BLE001 a daemon goes on
            tell(self._log, fault)

    def _look_at_the_clocks(self) -> None:
        leap = self._drift.leapt()
        if leap > 0:
            # what was due meanwhile is done once; the machine may just have been suspended
            self._log.did("clock", f"the clock leapt {leap:.0f} seconds ahead; what was missed is done")
        elif leap < 0:
            self._log.odd("clock", f"the clock was put back by {-leap:.0f} seconds; all is planned anew")
            self._timetable.back(-leap, self._clock.now())


def tell(log: Log, fault: Exception) -> None:
    """Log a fault that is nobody's but ours, with where it came from."""
    import traceback

    text = "".join(traceback.format_exception(fault))
    log.wrong("fault", f"this is a fault of Syndicate itself; please report it with these lines\n{text}")
