"""Which files are to be looked at, and when: at once what was closed or moved into place, later what may be unfinished.

Made of what a watch sees, from any thread. All times are of the monotonic clock.
"""

from __future__ import annotations

import threading


class Settling:
    """Paths that wait. What is written to, or is gone, waits until it was left alone for `settle` seconds: many
    programs write a file by several steps, or take it away before they put another in its place."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._due: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def stirred(self, path: bytes, now: float) -> None:
        """It was made, written to or taken away."""
        with self._lock:
            self._due[path] = now + self._settle

    def done(self, paths: list[bytes], now: float) -> None:
        """They were closed, or moved into place: nothing more is to be waited for."""
        with self._lock:
            for path in paths:
                self._due[path] = now

    def ready(self, now: float) -> frozenset[bytes]:
        """Those that have waited long enough; they wait no more."""
        with self._lock:
            found = frozenset(path for path, due in self._due.items() if due <= now)
            for path in found:
                del self._due[path]
        return found

    def wait(self, now: float) -> float | None:
        """Seconds until some path will be ready; None where none waits."""
        with self._lock:
            return max(min(self._due.values()) - now, 0.0) if self._due else None
