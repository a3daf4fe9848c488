"""One worker process: both ends of the way between it and the process that has work for it.

A batch goes there as one message and its answer comes back as one, over a pipe of its own. So nobody has to stand
between them: neither threads, each of which would take turns with the work of this process, nor queues that several
share, where one that dies may hold up the others.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from syndicate.engines import collect_seldom
from syndicate.engines._starting import End, started

_DEEP, _DEEPEST = 4, 16
"""Batches that a worker has at most: it goes on while whoever hands them out is busy with something else. At first they
are few, so that the last ones of a short run are shared evenly; those who hand out many have longer things to do."""

_DEEPER = 8
"""Batches after whose answers a worker may have one more."""

Work = Callable[[Sequence[Any]], list[Any]]


class Ticket:
    """A batch on its way: `answer` is what came back, `fate` what became of the worker it was lost with."""

    __slots__ = ("answer", "batch", "fate", "message")

    def __init__(self, batch: Sequence[Any]) -> None:
        self.batch, self.message = batch, pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)
        self.answer: bytes | None = None
        self.fate = ""

    @property
    def is_open(self) -> bool:
        return self.answer is None and not self.fate

    def result(self) -> list[Any]:
        """What the function gave back; raises what it raised."""
        assert self.answer is not None, "only of one that was answered"  # noqa: S101
        result, fault = pickle.loads(self.answer)  # noqa: S301 a worker of ours wrote it
        if fault is not None:
            raise fault
        return result  # type: ignore[no-any-return]


class Worker:
    """The end here. `queue` are the tickets it was handed: it is at the first, and has been `since` then.

    Raises:
        OSError, EOFError: no process can be started just now.
    """

    def __init__(self, function: Work) -> None:
        self._process, self.connection, self._room = started(_serve, function)
        self.queue: deque[Ticket] = deque()
        self.since = 0.0
        self._answers = 0

    def takes(self, ticket: Ticket) -> bool:
        """Whether it can be handed this one now, while nobody reads here.

        One that is at work may be about to write its answer, and does not read before that is taken. So it gets the
        next ones only where they fit into the pipe.
        """
        if not self.queue:
            return True
        unread = sum(len(each.message) for each in islice(self.queue, 1, None))
        deep = min(_DEEP + self._answers // _DEEPER, _DEEPEST)
        return len(self.queue) < deep and unread + len(ticket.message) <= self._room

    def hand(self, ticket: Ticket) -> None:
        if not self.queue:
            self.since = time.monotonic()
        self.queue.append(ticket)
        with contextlib.suppress(OSError):  # it is dead, as whoever waits for its answer will see
            self.connection.send_bytes(ticket.message)

    def receive(self) -> bool:
        """Take an answer that has come; whether it is one, and not the end."""
        try:
            answer = self.connection.recv_bytes()
        except (EOFError, OSError):
            return False
        self.queue.popleft().answer = answer
        self.since = time.monotonic()
        self._answers += 1
        return True

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Once it was killed."""
        self._process.join()
        self._process.close()
        self.connection.close()


# -- the end there


def _serve(connection: End, function: Work, orphaned: Callable[[], None]) -> None:
    """The function is handed over once, not with every batch: it may hold the templates of a whole site."""
    collect_seldom()
    _die_with_parent(orphaned)
    while True:
        try:
            message = connection.recv_bytes()
            connection.send_bytes(_answered(function, message))
        except (EOFError, OSError):
            return  # nobody is there any more


def _answered(function: Work, message: bytes) -> bytes:
    try:
        return pickle.dumps((function(pickle.loads(message)), None), pickle.HIGHEST_PROTOCOL)  # noqa: S301
    except BaseException as fault:  # noqa: BLE001 it is for the one who asked
        return _told(fault)


def _told(fault: BaseException) -> bytes:
    """The fault, with the place where it happened; its text alone where it cannot travel."""
    import traceback

    fault.add_note("".join(traceback.format_exception(fault)))
    try:
        told = pickle.dumps((None, fault))
        pickle.loads(told)  # noqa: S301
    except Exception:  # noqa: BLE001 whatever a fault does when it is packed
        return pickle.dumps((None, RuntimeError("".join(traceback.format_exception(fault)))))
    return told


def _die_with_parent(orphaned: Callable[[], None]) -> None:
    """A worker waits for work for ever, also when the process that would bring it was killed."""

    def watch() -> None:
        orphaned()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
