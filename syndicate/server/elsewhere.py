"""Where addresses lead at which nothing stands now: moved, an alias, gone for good.

In: the index and the plan. Out: for a decoded path the address that it leads to. There may be very many of them, so
they are worked out at the beginning, and again in a thread of their own when they may have changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from time import monotonic

from syndicate.errors import StateError
from syndicate.feeds.plan import Plan
from syndicate.index import Index

_BETWEEN = 2.0
"""Seconds between two times that it is worked out, at least."""
_FIRST = 2.0
"""Seconds that the first time is waited for."""
_PATIENCE = 5.0
"""Seconds for which a run that writes is waited for, in the thread."""


class Elsewhere:
    """What is known of such addresses. `opened` opens the index, in any thread."""

    def __init__(self, opened: Callable[[], Index], plan: Plan) -> None:
        self._opened, self._plan = opened, plan
        self._known: dict[bytes, str] = {}
        self._mark, self._last, self._next = "", 0.0, 0.0
        self.turn = 0
        """Another number whenever other addresses are known; 0 as long as none are."""
        self._thread: threading.Thread | None = None
        self._stale = False

    def at(self, path: bytes) -> str | None:
        """The address that a decoded path leads to, encoded; "" where it is gone, None where nothing is known of it."""
        return self._known.get(path)

    def changed(self) -> None:
        """The index has changed."""
        self._stale = True

    def refresh(self, now: float) -> None:
        """Work it out anew, where it may differ and the last time is a while ago; the first time is waited for."""
        if not self._stale or self._last <= now < self._next or (self._thread and self._thread.is_alive()):
            return
        first = not self._next
        self._stale, self._last, self._next = False, now, now + _BETWEEN
        self._thread = threading.Thread(target=self._work, args=(now,), name="addresses", daemon=True)
        self._thread.start()
        if first:
            self._thread.join(_FIRST)

    def close(self) -> None:
        """Wait for what is being worked out."""
        if self._thread:
            self._thread.join()

    def _work(self, now: float) -> None:
        from syndicate.delivery.forwarding import forwarding
        from syndicate.feeds.redirects import leading

        began, worked = monotonic(), False
        with suppress(StateError), closing(self._opened()) as index, suppress(*index.faults):
            index.read_only(_PATIENCE)
            mark = index.forwarding_mark(int(now))
            if mark != self._mark:
                self._known = leading(forwarding(index, self._plan, int(now), keep=False).rules)
                self._mark = mark
                self.turn += 1
            worked = True
        if not worked:  # somebody held the state
            self._stale = True
        # a site of very many feeds spends at most a fiftieth of its time on it
        self._next = now + max(_BETWEEN, 50 * (monotonic() - began))
