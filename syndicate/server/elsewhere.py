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

_BETWEEN = 30.0
"""Seconds between two times that it is worked out."""
_PATIENCE = 5.0
"""Seconds for which a run that writes is waited for, in the thread."""


class Elsewhere:
    """What is known of such addresses. `opened` opens the index, in any thread."""

    def __init__(self, opened: Callable[[], Index], plan: Plan) -> None:
        self._opened, self._plan = opened, plan
        self._known: dict[bytes, str] = {}
        self._mark, self._next = "", 0.0
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
        if not self._stale or now < self._next or (self._thread and self._thread.is_alive()):
            return
        self._stale = False
        if not self._next:
            self._work(now)
        else:
            self._thread = threading.Thread(target=self._work, args=(now,), name="addresses", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Wait for what is being worked out."""
        if self._thread:
            self._thread.join()

    def _work(self, now: float) -> None:
        from syndicate.delivery.forwarding import forwarding
        from syndicate.feeds.redirects import leading

        began = monotonic()
        with suppress(StateError), closing(self._opened()) as index, suppress(*index.faults):
            index.read_only(_PATIENCE)
            mark = index.forwarding_mark()
            if mark != self._mark:
                self._known = leading(forwarding(index, self._plan, int(now), keep=False).rules)
                self._mark = mark
        # a site of very many feeds spends at most a fiftieth of its time on it
        self._next = now + max(_BETWEEN, 50 * (monotonic() - began))
