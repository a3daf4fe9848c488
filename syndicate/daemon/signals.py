"""Signals become works. Only what cannot wait is done here: to end what would not end by itself.

SIGTERM, SIGINT   stop: what is being done is finished; a second one ends it at once
SIGHUP            read the settings anew
SIGUSR1           scan now
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Kind, Work

PATIENCE = 20.0
"""Seconds that a run may take to its end when the daemon is to stop."""

_NAMES = ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1")


class Halt(BaseException):
    """Leave everything as it is: raised wherever the main thread happens to be. What is under way begins anew.

    `late`: nobody asked twice, it merely took too long."""

    def __init__(self, late: bool = False) -> None:
        super().__init__()
        self.late = late


class Signals:
    """While in `caught()`, signals are works for `put`."""

    def __init__(
        self,
        put: Callable[[Work], None],
        clock: Clock,
        stop: Callable[[], None] = lambda: None,
        patience: float = PATIENCE,
        final: bool = False,
    ) -> None:
        """`stop` is called at the first request to stop; it must neither wait nor lock. With `final` the process ends
        when it has stopped, and who asks for that again meanwhile is not heard."""
        self._put, self._clock, self._stop, self._patience = put, clock, stop, patience
        self._final = final
        self._asked: float | None = None

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Raises Halt in the block when stopping takes too long, or was asked for twice."""
        before = {name: signal.signal(getattr(signal, name), self._on) for name in _known(_NAMES)}
        if hasattr(signal, "SIGALRM"):
            before["SIGALRM"] = signal.signal(signal.SIGALRM, self._late)
        _caught.update(before)
        try:
            yield
        finally:
            self.patient()
            for name, handler in before.items():
                ends = self._final and self._asked is not None
                signal.signal(getattr(signal, name), signal.SIG_IGN if ends else handler)
            _caught.clear()

    def since(self) -> float:
        """Seconds since we were asked to stop."""
        return 0.0 if self._asked is None else self._clock.monotonic() - self._asked

    def patient(self) -> None:
        """From here on a first request to stop is waited for as long as it takes."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _on(self, number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        if name == "SIGHUP":
            self._put(Work(Kind.RELOAD, why=name))
        elif name == "SIGUSR1":
            self._put(Work(Kind.SCAN, why=name))
        else:
            self._ask_to_stop(name)

    def _ask_to_stop(self, name: str) -> None:
        if self._asked is not None:
            raise Halt
        self._asked = self._clock.monotonic()
        self._put(Work(Kind.STOP, why=name))
        self._stop()
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, self._patience)

    def _late(self, _number: int, _frame: FrameType | None) -> None:
        raise Halt(late=True)


_caught: dict[str, Any] = {}


def _known(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if hasattr(signal, name)]


def _as_before() -> None:
    """A worker is to die of a signal, not to do what it means to us."""
    for name in _caught:
        signal.signal(getattr(signal, name), signal.SIG_IGN if name == "SIGINT" else signal.SIG_DFL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_as_before)
