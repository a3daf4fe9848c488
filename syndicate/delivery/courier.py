"""Tells receivers what is new, beside everything else: one thread that keeps the books, and one a host that sends.

    courier = Courier(open_index, offers, line, clock)
    courier.start()              # from here on everything happens by itself
    courier.wake()               # a run has ended: look at once; from any thread
    courier.next_due()           # when it will do something next, epoch seconds; None: nothing is due; any thread
    courier.stop(30.0)           # -> True: what was under way is written down; False: something still hangs

    courier.once()               # all that is due now, in this thread, without `start`: `syndicate ping --now`

`open_index` opens an index of its own for the thread that calls it. `offers` says whom to tell and how
(`dispatch.Offers`: endpoints, their notifiers, what holds for all), `line` sends and reads (`Line`), `clock` tells the
time and waits, `turn` is held by whoever sends, so that no two do. What is due is decided in `dispatch.py`, and nothing
here is lost by a `kill -9`: what was sent and not written down yet is sent once more, everything else is still due.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from queue import SimpleQueue
from typing import Protocol

from syndicate.delivery.dispatch import IDLE, Choice, Dispatch, Sending
from syndicate.delivery.enrol import Offers
from syndicate.delivery.readable import Line, Look, Seen, look_at
from syndicate.errors import FetchError, StateError, SyndicateError
from syndicate.index import Index
from syndicate.index.remedies import remedy
from syndicate.model.delivery import Outcome, Receipt
from syndicate.model.records import NamedTuple

TROUBLE = 10.0
"""Seconds after which the state is tried again that could not be used."""


TURN = 1.0
"""Seconds after which it is looked again whether somebody else still sends."""


class Clock(Protocol):
    """Tells the time and waits: `daemon.clock.Clock`."""

    def now(self) -> int:
        """Whole seconds since 1970 (UTC)."""
        ...

    def monotonic(self) -> float:
        """Seconds by a clock that never goes back."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until the event is set, at most so long. Whether it is set."""
        ...


class Sent(NamedTuple):
    """What is told of an attempt, for logs: the endpoint, the addresses of its topics, and what came of it."""

    endpoint: str
    topics: tuple[str, ...]
    receipt: Receipt


class Trouble(NamedTuple):
    """What is told where the state cannot be used just now; it is tried again."""

    told: str


Listener = Callable[[Sent | Trouble], None]
Job = Look | Sending


class Courier:
    """See above. `listen` is told of each attempt by the thread that keeps the books; what it raises is dropped."""

    def __init__(
        self,
        open_index: Callable[[], Index],
        offers: Offers,
        line: Line,
        clock: Clock,
        *,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
        chance: Callable[[], float] = random.random,
        listen: Listener = lambda _: None,
    ) -> None:
        self._open, self._offers, self._line, self._clock = open_index, offers, line, clock
        self._turn, self._chance, self._listen = turn, chance, listen
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._done: SimpleQueue[tuple[Job, Seen | Receipt]] = SimpleQueue()
        self._unbooked: list[tuple[Job, Seen | Receipt]] = []
        self._under_way = 0
        self._next_due: int | None = None
        self._thread: threading.Thread | None = None

    # -- from any thread

    def start(self) -> None:
        """Begin to keep the books, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """The state has changed: look at once."""
        self._awake.set()

    def next_due(self) -> int | None:
        """The moment at which it means to do something next, as far as known; None where nothing is due."""
        return self._next_due

    def stop(self, seconds: float) -> bool:
        """Begin nothing new, and write down what is under way. False where that took longer than so many seconds.

        What is still under way then has not been written down, and will be sent once more.
        """
        self._stopping.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    # -- in this thread

    def once(self, choice: Choice = lambda *_: True, *, at_once: bool = True) -> list[Sent]:
        """Send all that is due and meant, and all that becomes due by that; what was sent.

        With `at_once` also what waits for its next attempt. Hosts are spaced as ever.

        Raises:
            LockHeld: somebody else sends just now.
            StateError, and the faults of the index.
        """
        sent: list[Sent] = []
        with self._turn(), closing(self._open()) as index:
            dispatch = Dispatch(index, self._offers, self._chance, choice=choice, at_once=at_once)
            while not self._stopping.is_set():
                self._begin(dispatch)
                now = self._clock.now()
                rest = dispatch.rest(now, self._clock.monotonic())
                if not self._under_way and not self._is_soon(dispatch, rest, now):
                    break
                self._rest(rest)
                while not self._done.empty():
                    job, came = self._done.get()
                    self._under_way -= 1
                    self._book(dispatch, job, came)
                    if isinstance(job, Sending) and isinstance(came, Receipt):
                        sent.append(_sent(job, came))
        return sent

    def _is_soon(self, dispatch: Dispatch, rest: float, now: int) -> bool:
        """Whether there is more to do that waits for its host, and not for a later moment."""
        first = dispatch.due_at(now)
        return dispatch.has_ready() or (first is not None and first <= now and rest <= 0)

    # -- the books

    def _run(self) -> None:
        """Everything, as soon as nobody else sends, and nobody else as long as this goes on."""
        told = ""
        while not self._stopping.is_set():
            try:
                with self._turn():
                    return self._attend()
            except SyndicateError as fault:
                if not told:
                    told = str(fault)
                    self._tell(Trouble(told))
            self._clock.wait(self._stopping, TURN)
        return None

    def _attend(self) -> None:
        while not self._is_over():
            try:
                with closing(self._open()) as index:
                    self._keep(Dispatch(index, self._offers, self._chance), index.faults)
            except Exception as fault:  # noqa: BLE001 - whatever it is, pings are not to end with it
                told = str(fault) if isinstance(fault, StateError) else f"pings stand still ({fault!r})"
                self._tell(Trouble(told))
                self._collect(wait=True)
                if self._stopping.is_set():
                    return
                self._clock.wait(self._stopping, TROUBLE)

    def _keep(self, dispatch: Dispatch, faults: tuple[type[Exception], ...]) -> None:
        """Until it is over, or the state cannot be used any more."""
        try:
            while True:
                self._book_all(dispatch)
                if self._is_over():
                    return
                if self._stopping.is_set():
                    self._rest(IDLE)
                    continue
                self._begin(dispatch)
                now = self._clock.now()
                self._next_due = dispatch.due_at(now) if not dispatch.has_ready() else now
                self._rest(dispatch.rest(now, self._clock.monotonic()))
        except faults as fault:
            raise StateError(f"the state cannot be used ({fault}): {remedy(fault)}") from fault

    def _is_over(self) -> bool:
        return self._stopping.is_set() and not (self._under_way or self._unbooked)

    def _rest(self, seconds: float) -> None:
        if seconds > 0 and self._done.empty():
            self._clock.wait(self._awake, seconds)
        self._awake.clear()

    def _begin(self, dispatch: Dispatch) -> None:
        looks, sendings = dispatch.next(self._clock.now(), self._clock.monotonic())
        for job in (*looks, *sendings):
            # a thread each: there are as many as hosts at most, so that none waits for another that hangs
            threading.Thread(target=self._do, args=(job,), name="courier line", daemon=True).start()
            self._under_way += 1  # not before it has begun: it would be waited for, for ever

    def _collect(self, *, wait: bool = False) -> None:
        """Take what has come of jobs; with `wait` of all of them: each ends by the deadline of the line."""
        while self._under_way if wait else not self._done.empty():
            self._unbooked.append(self._done.get())
            self._under_way -= 1

    def _book_all(self, dispatch: Dispatch) -> None:
        self._collect()
        while self._unbooked:
            self._book(dispatch, *self._unbooked[0])
            job, came = self._unbooked.pop(0)
            if isinstance(job, Sending) and isinstance(came, Receipt):
                self._tell(_sent(job, came))

    def _book(self, dispatch: Dispatch, job: Job, came: Seen | Receipt) -> None:
        now = self._clock.now()
        if isinstance(job, Look) and isinstance(came, Seen):
            dispatch.book_look(job, came, now)
        elif isinstance(job, Sending) and isinstance(came, Receipt):
            dispatch.book(job, came, now)

    def _tell(self, told: Sent | Trouble) -> None:
        with suppress(Exception):
            self._listen(told)

    # -- on the line, in threads that touch nothing else

    def _do(self, job: Job) -> None:
        came = self._looked(job) if isinstance(job, Look) else self._sent(job)
        self._done.put((job, came))
        self._awake.set()

    def _looked(self, look: Look) -> Seen:
        try:
            return look_at(self._line, look)
        except Exception as fault:  # noqa: BLE001 - else it would be waited for, for ever
            return Seen(0, f"could not be looked at ({type(fault).__name__})")

    def _sent(self, sending: Sending) -> Receipt:
        endpoint, notifier = sending.offer.endpoint, sending.offer.notifier
        try:
            request = notifier.request(endpoint, sending.topics, self._clock.now())
            answer = self._line.post(request.url, request.body, request.headers)
            return notifier.receipt(endpoint, answer.status, answer.headers, answer.body, self._clock.now())
        except FetchError as fault:
            return Receipt(Outcome.BUSY, 0, str(fault))
        except Exception as fault:  # noqa: BLE001 - of a notifier; what it says may hold what is secret
            return Receipt(Outcome.REFUSED, 0, f"could not be sent ({type(fault).__name__} in {endpoint.kind})")


def _sent(sending: Sending, receipt: Receipt) -> Sent:
    return Sent(sending.offer.name, tuple(topic.url for topic in sending.topics), receipt)
