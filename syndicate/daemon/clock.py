"""The two clocks of this machine, and waiting: one object, so that a test can hand in another."""

from __future__ import annotations

import threading
import time


class Clock:
    """`now` is for what is written down and compared with dates, `monotonic` for how long something took."""

    def now(self) -> int:
        """Whole seconds since 1970 (UTC). It may be put forward and back."""
        return int(self.time())

    def time(self) -> float:
        """The same with its fraction."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment. It never goes back; on Linux it stands still while the machine is suspended."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until the event is set, at most so long. Whether it is set."""
        return event.wait(min(max(seconds, 0.0), threading.TIMEOUT_MAX))


LEAP = 2.0
"""Seconds by which the wall clock may go otherwise than the other in one look without having been put."""


class Drift:
    """Notices that the wall clock was put forward or back, or stood still with the machine."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apart = clock.time() - clock.monotonic()

    def leapt(self) -> float:
        """Seconds by which the wall clock has leapt since the last call: 0.0 where it went its way."""
        apart = self._clock.time() - self._clock.monotonic()
        leap, self._apart = apart - self._apart, apart
        return leap if abs(leap) > LEAP else 0.0
