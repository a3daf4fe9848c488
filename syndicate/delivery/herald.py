"""Tells subscribers, beside everything else: a thread with a loop of its own, in whichever process holds the lock.

    herald = Herald(scene, clock, listen)
    herald.start()           # from here on everything happens by itself
    herald.wake()            # somebody asked: look at once; from any thread
    herald.wake(True)        # a run has ended: look at once, however long the last look took
    herald.stop(10.0)        # -> True: what was under way is written down; False: something still hangs

Many processes may be told to do this for one state: one does, and another takes over when it ends. Nothing is lost by a
`kill -9`: what was sent and not written down is sent once more, everything else is still due.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from typing import Protocol

from syndicate.delivery.desk import Desk
from syndicate.delivery.editions import Editions, Shelf
from syndicate.delivery.fanout import Bounds, Fanout
from syndicate.delivery.lasting import Leases
from syndicate.delivery.swarm import Swarm
from syndicate.delivery.verifying import Settled, Verifying
from syndicate.errors import LockHeld, StateError, SyndicateError
from syndicate.index import Index
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Asked, Subscription
from syndicate.model.records import NamedTuple

LOOK = 0.25
"""Seconds between looks at whether anything was published or asked."""

TURN = 1.0
"""Seconds after which it is looked again whether somebody else still does it."""

TROUBLE = 10.0
"""Seconds after which the state is tried again that could not be used."""

EXPIRING = 30.0
"""Seconds between looks at leases that have ended."""

WELL = 60.0
"""Seconds without trouble after which the same is said again."""

_MOMENT = 3.0
"""Seconds for what is under way where the state turns out to be another one."""


class Clock(Protocol):
    """Tells the time: `daemon.clock.Clock`."""

    def now(self) -> int:
        """Whole seconds since 1970 (UTC)."""
        ...

    def monotonic(self) -> float:
        """Seconds by a clock that never goes back."""
        ...


class _System:
    """The clocks of this machine."""

    def now(self) -> int:
        return int(time.time())

    def monotonic(self) -> float:
        return time.monotonic()


class Scene(NamedTuple):
    """What the herald works with.

    Both of `open_...` are called in its thread, and may raise SyndicateError; there is no index as long as nothing has
    been built. `turn` is held as long as it works, and raises LockHeld where another one does. `kinds` gives the type
    of a format as readers get it; `hub` is the hub's public address. `which` gives something by which the file of the
    state is known from another one at its place: a state that was made anew is opened anew.
    """

    open_index: Callable[[], Index | None]
    open_store: Callable[[], Subscribers]
    turn: Callable[[], AbstractContextManager[None]]
    shelf: Shelf
    kinds: Callable[[str], str]
    swarm: Callable[[], Swarm]
    hub: str
    bounds: Bounds = Bounds()
    which: Callable[[], object] = lambda: None


class Told(NamedTuple):
    """So many subscribers were told of what is new, and so many could not be."""

    told: int
    failed: int


class Trouble(NamedTuple):
    """The state cannot be used just now; it is tried again."""

    told: str


Event = Settled | Told | Trouble


class Herald:
    """See above. `listen` is called by threads of the herald; what it raises is dropped."""

    def __init__(
        self,
        scene: Scene,
        clock: Clock | None = None,
        listen: Callable[[Event], None] = lambda _: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock: Clock
        self._scene, self._clock, self._listen, self._chance = scene, clock or _System(), listen, chance
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake: asyncio.Event | None = None
        self._has_run = False
        self._patience = 0.0
        self._said = ""
        self._well_at = 0.0

    # -- from any thread

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)
        self._thread.start()

    def wake(self, has_run: bool = False) -> None:
        """Something may be new: look at once. `has_run`: what is published may be another."""
        if has_run:
            self._has_run = True
        loop, awake = self._loop, self._awake
        if loop is not None and awake is not None:
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(awake.set)

    def stop(self, seconds: float) -> bool:
        """Begin nothing new, and write down what is answered. False where that took longer than so many seconds."""
        self._patience = max(seconds - 1.0, 0.0)
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    # -- in the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._scene.turn():
                    asyncio.run(self._work())
                self._stopping.wait(TURN)
            except LockHeld:
                self._stopping.wait(TURN)
            except BaseExceptionGroup as faults:
                self._failed(_first(faults))
            except Exception as fault:  # noqa: BLE001 - whatever it is, subscribers are told again later
                self._failed(fault)

    def _failed(self, fault: BaseException) -> None:
        self._say(fault)
        self._stopping.wait(TROUBLE)

    def _say(self, fault: BaseException) -> None:
        """What is wrong, once as long as it is."""
        told = str(fault) if isinstance(fault, SyndicateError) else f"subscribers are not told ({fault!r})"
        if told != self._said:
            self._said = told
            self._tell(Trouble(told))
        self._well_at = self._clock.monotonic() + WELL

    def _tell(self, event: Event) -> None:
        with suppress(Exception):
            self._listen(event)

    async def _work(self) -> None:
        """Until it is over, there is nothing to tell yet, or the state cannot be used any more."""
        self._loop, self._awake = asyncio.get_running_loop(), asyncio.Event()
        with closing(Desk(self._say)) as desk:
            which = await desk(self._scene.which)
            index = await desk(self._scene.open_index)
            if index is None:
                return
            try:
                with closing(await desk(self._scene.open_store)) as store:
                    await self._tell_all(desk, index, store, which)
            except index.faults as fault:
                raise StateError(f"the state cannot be used ({fault})") from fault
            finally:
                self._loop = self._awake = None
                await desk(index.close)

    async def _tell_all(self, desk: Desk, index: Index, store: Subscribers, which: object) -> None:
        scene, swarm = self._scene, self._scene.swarm()
        editions = Editions(index, scene.shelf, scene.kinds)
        fanout = Fanout(desk, store, editions, swarm, scene.hub, scene.bounds, self._clock.now, self._chance)

        def changed(what: Subscription | Asked) -> None:
            if isinstance(what, Asked):
                fanout.ended(what.topic, what.callback)
            else:
                fanout.renewed(what)

        verifying = Verifying(
            desk, store, editions, swarm, self._clock.now, changed, self._tell, max(scene.bounds.connections // 4, 8)
        )
        await desk(editions.look)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fanout.run())
                group.create_task(verifying.run())
                await self._watch(desk, store, editions, fanout, verifying, which)
                await fanout.end(self._patience if self._stopping.is_set() else _MOMENT)
                raise _Ended
        except* _Ended:
            pass
        finally:
            await fanout.end(0.0)

    async def _watch(
        self, desk: Desk, store: Subscribers, editions: Editions, fanout: Fanout, verifying: Verifying, which: object
    ) -> None:
        """Look at what is published, asked and over, until it is time to end, or the state is another file."""
        leases = Leases(self._clock.now(), self._clock.monotonic())
        asked, expire_at, before = -1, 0.0, fanout.tally
        while not self._stopping.is_set():
            if await desk(self._scene.which) != which:
                return
            has_run, self._has_run = self._has_run, False
            if await desk(editions.look, has_run):
                fanout.wake()
            version = await desk(store.version)
            if version != asked:
                asked = version
                verifying.wake()
            if self._clock.monotonic() >= expire_at:
                expire_at = self._clock.monotonic() + EXPIRING
                if leases.may_end(self._clock.now(), self._clock.monotonic()):
                    await desk(store.expire, self._clock.now())
                if self._said and self._clock.monotonic() >= self._well_at:
                    self._said = ""
                if fanout.tally != before:
                    self._tell(Told(fanout.tally.told - before.told, fanout.tally.failed - before.failed))
                    before = fanout.tally
            await self._rest(LOOK)

    async def _rest(self, seconds: float) -> None:
        awake = self._awake
        if awake is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await awake.wait()
            awake.clear()


class _Ended(Exception):
    """It is time."""


def _first(faults: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first fault of a group, however deep."""
    found: BaseException = faults
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
