"""Worker processes: a batch that kills its worker or never ends is halved until one item is left."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Self

from syndicate.engines import Errand, Item, Result
from syndicate.engines._starting import ready
from syndicate.engines._worker import Ticket, Work, Worker
from syndicate.errors import SyndicateError

_ATTEMPTS, _BREATH = 20, 0.05
"""How often a worker is started that cannot be, and the seconds in between."""

_AHEAD = 16
"""So many batches a worker are under way, or done and not yet asked for."""

_DEAD, _STUCK = "dead", "stuck"


class Processes:
    """See `syndicate.engines.Engine`. `patience` is how many seconds one batch may take.

    All is done in the thread of whoever asks, and while it asks: what has come is taken, and more is handed out.
    """

    is_elsewhere = True

    def __init__(self, workers: int, patience: float = 60.0) -> None:
        self.workers, self.patience = workers, patience
        self._errand: Errand | None = None
        self._at_work: list[Worker] = []
        self._waiting: deque[Ticket] = deque()
        self._function: Work | None = None
        self._proved = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self._waiting.clear()

    def run(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batches: Iterable[Sequence[Item] | None],
        lost: Callable[[Item], Result],
        meanwhile: Errand | None = None,
    ) -> Iterator[list[Result]]:
        # a window of batches keeps the workers busy and memory flat
        pending: deque[Ticket] = deque()
        self._errand = meanwhile
        try:
            for batch in batches:
                if batch is not None:
                    pending.append(self._submit(function, batch))
                    if self._waiting:
                        self._go_on()
                if batch is None or len(pending) > _AHEAD * self.workers:
                    yield self._settle(function, pending.popleft(), lost)
            while pending and self._errand:
                self._go_on()
            while pending:
                yield self._settle(function, pending.popleft(), lost)
        finally:
            for ticket in pending:  # nobody will ask for these any more
                if ticket in self._waiting:
                    self._waiting.remove(ticket)

    def _go_on(self) -> None:
        """With the errand, step by step, until nothing waits: who cannot get rid of an answer loses time."""
        for _ in self._errand or ():
            self._exchange(0)
            if not self._waiting:
                return
        self._errand = None
        self._hand_out()

    def _settle(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        ticket: Ticket,
        lost: Callable[[Item], Result],
    ) -> list[Result]:
        self._await(ticket, self.patience)
        if not ticket.fate:
            return ticket.result()
        # one that is stuck is so by itself; a worker may also die of what another one takes from the machine
        attempt = self._halves if ticket.fate == _STUCK else self._alone
        return attempt(function, ticket.batch, lost)

    def _alone(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batch: Sequence[Item],
        lost: Callable[[Item], Result],
    ) -> list[Result]:
        if not batch:
            return []
        ticket = self._tried(function, batch, self.patience)
        return self._halves(function, batch, lost) if ticket.fate else ticket.result()

    def _halves(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batch: Sequence[Item],
        lost: Callable[[Item], Result],
    ) -> list[Result]:
        if len(batch) == 1:
            self._prove(function)
            return [lost(batch[0])]
        middle = len(batch) // 2
        return self._alone(function, batch[:middle], lost) + self._alone(function, batch[middle:], lost)

    def _prove(self, function: Work) -> None:
        """Where not even an empty batch comes through, it is not the items that kill the workers."""
        if self._proved or not self._tried(function, [], math.inf).fate:
            return
        raise SyndicateError(
            "worker processes cannot be started; use one worker (--workers 1). "
            'A script that calls this has to do so below `if __name__ == "__main__":`.'
        )

    def _tried(self, function: Work, batch: Sequence[Any], patience: float) -> Ticket:
        """The batch, worked on while nothing else is: what was under way is handed out again after it."""
        if any(worker.queue for worker in self._at_work):
            self._kill()
        others, self._waiting = self._waiting, deque()
        try:
            ticket = self._submit(function, batch)
            self._await(ticket, patience)
        finally:
            self._waiting = others
        return ticket

    # -- handing out and taking in

    def _submit(self, function: Work, batch: Sequence[Any]) -> Ticket:
        if self._function != function:
            self._kill()
            for other in self._waiting:
                other.fate = _DEAD
            self._waiting.clear()
            self._function = function
        ticket = Ticket(batch)
        self._waiting.append(ticket)
        self._exchange(0)
        return ticket

    def _await(self, ticket: Ticket, patience: float) -> None:
        """Until there is an answer to it, or none to be had."""
        while ticket.is_open:
            if self._exchange(patience):
                continue
            for worker in [each for each in self._at_work if each.queue]:
                if worker.since + patience <= time.monotonic():
                    self._lose(worker, _STUCK)

    def _exchange(self, patience: float) -> bool:
        """Take the answers that have come, and hand out as much as can be; whether there was any answer, or an end.

        It is waited for until the first worker takes longer than `patience`.
        """
        self._hand_out()
        busy = {each.connection: each for each in self._at_work if each.queue}
        until = min((each.since for each in busy.values()), default=0.0) + patience
        come = ready(list(busy), max(0.0, until - time.monotonic()) if patience else 0.0)
        for connection in come:
            if busy[connection].receive():
                self._proved = True
            else:
                self._lose(busy[connection], _DEAD)
        if come:
            self._hand_out()
        return bool(come)

    def _hand_out(self) -> None:
        while self._waiting and (worker := self._free(self._waiting[0])):
            worker.hand(self._waiting.popleft())

    def _free(self, ticket: Ticket) -> Worker | None:
        """Who can take this one: somebody without work, a new worker, or one who will soon be done."""
        takers = [each for each in self._at_work if each.takes(ticket)]
        idle = next((each for each in takers if not each.queue), None)
        if idle is None and len(self._at_work) < self._at_most():
            idle = self._start()
            self._at_work.append(idle)
        return idle or min(takers, key=lambda each: len(each.queue), default=None)

    def _at_most(self) -> int:
        """So many workers: as long as this process has something of its own to do, it is one of them."""
        return max(1, self.workers - 1) if self._errand else self.workers

    def _start(self) -> Worker:
        assert self._function is not None, "whoever hands in work says what it is"  # noqa: S101
        for _ in range(_ATTEMPTS):
            try:
                return Worker(self._function)
            except (OSError, EOFError):
                # the server that forks workers may just be dying; once it is dead, another is started
                time.sleep(_BREATH)
        return Worker(self._function)

    # -- ends

    def _lose(self, worker: Worker, fate: str) -> None:
        """This worker is no more; what it was at is answered with that."""
        worker.kill()
        worker.end()
        self._at_work.remove(worker)
        if worker.queue:
            worker.queue.popleft().fate = fate
            self._waiting.extendleft(reversed(worker.queue))

    def _kill(self) -> None:
        """All workers end; what they were at has to be handed out again."""
        for worker in self._at_work:
            # one that hangs does not listen
            worker.kill()
        for worker in self._at_work:
            worker.end()
            self._waiting.extendleft(reversed(worker.queue))
        self._at_work.clear()
