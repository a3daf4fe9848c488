"""Who is told next, where many wait: each host by turns, and never more than some of one host at a time. Pure.

A host that hangs again and again is left alone for a while: its subscribers stay due, and others take their places.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

OF_HOST = 8
"""How many of one host are told at the same time."""

WAITING = 64
"""How many of one host wait here; the others are asked for again."""

HUNG = 3
"""Times in a row that somebody of a host gave no answer before it is left alone."""

ALONE = 60.0
"""Seconds for which it is."""

One = TypeVar("One")


class Rota(Generic[One]):
    """All who wait, by host."""

    def __init__(self, of_host: int = OF_HOST, waiting: int = WAITING) -> None:
        self._of_host, self._most = of_host, waiting
        self._waiting: dict[str, deque[One]] = {}
        self._ready: deque[str] = deque()
        """Hosts with somebody who waits and room for another; each once."""
        self._busy: dict[str, int] = {}
        self._hung: dict[str, tuple[int, float]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def has_ready(self) -> bool:
        """Whether there is somebody who can be told at once."""
        return bool(self._ready)

    def alone(self, host: str, monotonic: float) -> float:
        """Seconds for which a host is left alone; 0 where it is not."""
        times, since = self._hung.get(host, (0, 0.0))
        left = since + ALONE - monotonic
        return left if times >= HUNG and left > 0 else 0.0

    def offer(self, host: str, one: One, monotonic: float) -> bool:
        """Somebody is to be told. False where this has to be asked for again later: too many wait of this host."""
        if self.alone(host, monotonic):
            return False
        waiting = self._waiting.setdefault(host, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(one)
        self._count += 1
        if len(waiting) == 1 and self._busy.get(host, 0) < self._of_host:
            self._ready.append(host)
        return True

    def waits(self, host: str) -> int:
        """How many of a host wait."""
        return len(self._waiting.get(host, ()))

    def full(self) -> frozenset[str]:
        """Hosts of which no more may wait."""
        return frozenset(host for host, waiting in self._waiting.items() if len(waiting) >= self._most)

    def next(self) -> One | None:
        """Whose turn it is; None where nobody can be told before somebody of their host is done."""
        if not self._ready:
            return None
        host = self._ready.popleft()
        waiting = self._waiting[host]
        one = waiting.popleft()
        self._count -= 1
        self._busy[host] = self._busy.get(host, 0) + 1
        if not waiting:
            del self._waiting[host]
        elif self._busy[host] < self._of_host:
            self._ready.append(host)
        return one

    def done(self, host: str, has_hung: bool, monotonic: float) -> list[One]:
        """Somebody of this host has been told, or could not be. Whoever waits of a host that hangs leaves; who did."""
        before = self._busy.get(host, 0)
        if before > 1:
            self._busy[host] = before - 1
        else:
            self._busy.pop(host, None)
        left: list[One] = []
        if has_hung:
            left = self._hang(host, monotonic)
        else:
            self._hung.pop(host, None)
        if before >= self._of_host and host in self._waiting:
            self._ready.append(host)
        return left

    def _hang(self, host: str, monotonic: float) -> list[One]:
        if len(self._hung) > 100_000:  # whoever has been left alone long enough is not worth remembering
            self._hung = {name: each for name, each in self._hung.items() if each[1] + ALONE > monotonic}
        self._hung[host] = (self._hung.get(host, (0, 0.0))[0] + 1, monotonic)
        if self._hung[host][0] < HUNG or host not in self._waiting:
            return []
        left = list(self._waiting.pop(host))
        self._count -= len(left)
        if host in self._ready:
            self._ready.remove(host)
        return left

    def leave(self) -> list[One]:
        """Nobody waits any more; who did."""
        all_of_them = [one for waiting in self._waiting.values() for one in waiting]
        self._waiting.clear()
        self._ready.clear()
        self._count = 0
        return all_of_them
