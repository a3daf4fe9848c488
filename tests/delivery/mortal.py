"""A courier in a process of its own that kills itself, as `kill -9` does, at a step of the work that is asked for.

    python -m tests.delivery.mortal STATE NOW STEP NAME=URL ...

All that is due at NOW is sent, once. Every statement of SQL is a step, and so is every moment before a request and
after its answer. It prints how many steps there were, if it lives to see the end.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Mapping

from syndicate.delivery.courier import Courier
from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.http import Answer, Client
from syndicate.index.sqlite import SqliteIndex
from tests.delivery.telling import offer, offers

LOOPBACK = Guard(listed=networks("127.0.0.0/8"))


class Steps:
    """Counts, and ends the process at step `last`; 0 for never."""

    def __init__(self, last: int) -> None:
        self.last, self.taken, self._number = last, 0, itertools.count(1)

    def __call__(self, *_: object) -> None:
        self.taken = next(self._number)
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


class Stepping(Client):
    """A client each of whose requests is two steps."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(guard=LOOPBACK)
        self.steps = steps

    def post(self, url: str, body: bytes, headers: Mapping[str, str], allow_private: bool = False) -> Answer:
        self.steps()
        answer = super().post(url, body, headers, allow_private)
        self.steps()
        return answer


class Frozen:
    """A clock that shows one moment, and does wait."""

    def __init__(self, now: int) -> None:
        self._now, self._mono = now, 0.0

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._mono

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Only for answers: hosts are spaced by a clock that follows what is asked of it."""
        if not event.wait(min(seconds, 0.05)):
            self._mono += seconds
        return event.is_set()


def send(state: str, now: int, told: Mapping[str, str], steps: Steps) -> int:
    """All that is due; how many requests that were."""

    def opened() -> SqliteIndex:
        index = SqliteIndex.open(state)
        index._db.set_trace_callback(steps)
        return index

    some = offers(*(offer(name, url, feeds=("tag:*",)) for name, url in told.items()), verify="document")
    return len(Courier(opened, some, Stepping(steps), Frozen(now)).once(at_once=False))


if __name__ == "__main__":
    state, now, step, *told = sys.argv[1:]
    steps = Steps(int(step))
    send(state, int(now), dict(each.split("=", 1) for each in told), steps)
    print(steps.taken)
