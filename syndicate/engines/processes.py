"""Worker processes: a batch that kills its worker or never ends is halved until one item is left."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Self

from syndicate.engines import Item, Result, collect_seldom
from syndicate.engines._starting import context, undisturbed
from syndicate.errors import SyndicateError

_ATTEMPTS, _BREATH = 20, 0.05
"""How often a pool is started that cannot be, and the seconds in between."""


class _Stuck(Exception):
    """A batch took longer than the engine's patience."""


class Processes:
    """See `syndicate.engines.Engine`. `patience` is how many seconds one batch may take."""

    def __init__(self, workers: int, patience: float = 60.0) -> None:
        self.workers, self.patience = workers, patience
        self._pool: ProcessPoolExecutor | None = None
        self._function: Callable[[Sequence[Any]], list[Any]] | None = None
        self._proved = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()

    def run(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batches: Iterable[Sequence[Item]],
        lost: Callable[[Item], Result],
    ) -> Iterator[list[Result]]:
        # a window of batches keeps the workers busy and memory flat
        pending: deque[tuple[Sequence[Item], Future[list[Result]]]] = deque()
        for batch in batches:
            pending.append((batch, self._submit(function, batch)))
            if len(pending) > 2 * self.workers:
                yield self._settle(function, pending, lost)
        while pending:
            yield self._settle(function, pending, lost)

    def _settle(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        pending: deque[tuple[Sequence[Item], Future[list[Result]]]],
        lost: Callable[[Item], Result],
    ) -> list[Result]:
        batch, future = pending.popleft()
        try:
            return self._result(future)
        except (BrokenProcessPool, _Stuck, OSError) as fault:
            self._kill()
            # a batch that broke may be the victim of another; one that is stuck is so by itself. A batch that
            # was on its way when a pool broke ends in an OSError of the closed pipe: by itself it comes through,
            # and an OSError of the function's own comes again.
            attempt = self._halves if isinstance(fault, _Stuck) else self._alone
            result = attempt(function, batch, lost)
            # the pool is a new one: what was under way has to be handed in again
            for index, (waiting, old) in enumerate(pending):
                if not old.done() or old.cancelled() or old.exception():
                    pending[index] = (waiting, self._submit(function, waiting))
            return result

    def _alone(
        self,
        function: Callable[[Sequence[Item]], list[Result]],
        batch: Sequence[Item],
        lost: Callable[[Item], Result],
    ) -> list[Result]:
        if not batch:
            return []
        try:
            return self._result(self._submit(function, batch))
        except (BrokenProcessPool, _Stuck):
            self._kill()
        return self._halves(function, batch, lost)

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

    def _result(self, future: Future[list[Result]]) -> list[Result]:
        # not result(timeout): a TimeoutError may be the function's own
        if not wait([future], self.patience).done:
            raise _Stuck
        result = future.result()
        self._proved = True
        return result

    def _prove(self, function: Callable[[Sequence[Item]], list[Result]]) -> None:
        """Where not even an empty batch comes through, it is not the items that kill the workers."""
        try:
            self._proved = self._proved or self._submit(function, []).result() == []
        except BrokenProcessPool as fault:
            raise SyndicateError(
                "worker processes cannot be started; use one worker (--workers 1). "
                'A script that calls this has to do so below `if __name__ == "__main__":`.'
            ) from fault

    def _submit(
        self, function: Callable[[Sequence[Item]], list[Result]], batch: Sequence[Item], attempts: int = _ATTEMPTS
    ) -> Future[list[Result]]:
        if self._function != function:
            self._kill()
        if fresh := self._pool is None:
            self._function = function
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=context(), initializer=_begin, initargs=(function,)
            )
        try:
            with undisturbed():
                return self._pool.submit(_call, batch)
        except (BrokenProcessPool, OSError, EOFError) as fault:
            self._kill()
            if isinstance(fault, OSError | EOFError) and fresh:
                if not attempts:
                    raise
                # the server that forks workers may just be dying; once it is dead, another is started
                time.sleep(_BREATH)
            return self._submit(function, batch, attempts - fresh)

    def _kill(self) -> None:
        if self._pool:
            # a worker that hangs does not listen: shutdown alone would wait for it
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            # a worker that died in the middle of a result leaves the reader waiting for the rest of it, as long
            # as anybody could still write it; we are the last who could
            if results := getattr(self._pool, "_result_queue", None):
                results._writer.close()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


# What a worker is for. It is handed over once, not with every batch: it may hold the templates of a whole site.
_work: list[Callable[[Sequence[Any]], list[Any]]] = []


def _begin(function: Callable[[Sequence[Any]], list[Any]]) -> None:
    _work[:] = [function]
    collect_seldom()
    _die_with_parent()


def _call(batch: Sequence[Any]) -> list[Any]:
    return _work[0](batch)


def _die_with_parent() -> None:
    """A worker waits for work for ever, also when the process that would bring it was killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
