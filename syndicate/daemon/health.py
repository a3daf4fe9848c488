"""The health file: what the daemon says of itself, for monitors and for `syndicate status`.

It is written after each run, each minute in between, and when the daemon stops; always whole. Who reads it should look
at `written` first: where that is older than a few minutes, the daemon hangs or was killed. docs/usage.md lists the
fields. Nothing in it is secret.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from syndicate.index import notes
from syndicate.model.run import Run, of_run, written

EVERY = 60
"""Seconds between two writings, at most."""

Next = Callable[[], int | None]
"""When the next run is planned, epoch seconds; None: nothing is planned."""


class Health:
    """Keeps the health file. `path` is where it is, `now` when the daemon began.

    That the file cannot be written is told by the OSError. Calls may come from several threads.
    """

    def __init__(self, path: Path, now: int, planned: Next = lambda: None) -> None:
        self.path, self._began, self._planned = path, now, planned
        self._written: int | None = None
        self._last: Run | None = None
        self._failures = 0
        self._ended = False
        self._guard = threading.Lock()
        self.alarms: Sequence[str] = ()
        """What was told and is not over: the words of each alarm."""

    def ran(self, run: Run, now: int) -> None:
        """A run has ended."""
        self._last = run
        self._failures = self._failures + 1 if run.failed else 0
        self._write(now)

    def beat(self, now: int) -> None:
        """To be called every few seconds: the file is written once a minute, or when the clock was put back."""
        if self._written is None or not 0 <= now - self._written < EVERY:
            self._write(now)

    def hurry(self) -> None:
        """The next beat writes the file."""
        self._written = None

    def stopped(self, now: int) -> None:
        """The daemon ends, as it was told to; nothing is written after that."""
        self._write(now, running=False)

    def standing(self) -> str:
        """In a word: `starting`, `ok`, `problems` (errors stand, or an alarm), `failing` (the last run failed)."""
        if self._last is None:
            return "starting"
        if self._last.failed:
            return "failing"
        return "problems" if self._last.errors or self.alarms else "ok"

    def _write(self, now: int, running: bool = True) -> None:
        with self._guard:
            if not self._ended:
                self._ended = not running
                self._put(now, running)

    def _put(self, now: int, running: bool) -> None:
        self._written = now
        last = self._last
        notes.put(
            self.path,
            {
                "status": self.standing() if running else "stopped",
                "written": written(now),
                "started": written(self._began),
                "pid": os.getpid(),
                "next_run": written(self._planned()) if running else None,
                "failures": self._failures,
                "last_run": of_run(last) if last else None,
                "alarms": list(self.alarms),
            },
        )
