"""Tells subscribers what is new: all of them, at once as far as that goes, and each in the end.

    who has not got what is published ─rota→ a connection ─window→ the newest edition ─answer→ the books

Level-triggered: nothing is queued. Who is due is asked of the store; what is sent is what is published when it is sent,
so a newer version never waits behind an older one, and none comes after it. Nobody is told of one topic twice at the
same time.

Two lanes: the fast one, and the slow one for those who failed three times in a row, who get one chance at each edition.
Whoever does not answer for a second gives up the place in the lane to another, and waits on beside it until the
deadline, as long as there is room for connections.

A kill costs as many doubles as have been sent the body and are not written down: the window lets no more than `CHUNK`
of them be, but for those who take longer than `PROMPT` to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from functools import partial

from syndicate.delivery import lasting, letters
from syndicate.delivery.attempts import Attempt, Cursor, Lane
from syndicate.delivery.desk import Desk
from syndicate.delivery.editions import Editions
from syndicate.delivery.hearing import Heard
from syndicate.delivery.letters import Place
from syndicate.delivery.swarm import NoRoom, Swarm
from syndicate.errors import FetchError
from syndicate.index.subscribers import ANY, Subscribers, host_of
from syndicate.model.hub import Subscription, Way
from syndicate.model.records import NamedTuple

CHUNK = 50
"""Subscriptions that are written down in one transaction, and bodies that are under way and not written down."""

DEADLINE = 20.0
"""Seconds for all of a delivery."""

STUCK = 1.0
"""Seconds after which somebody who has not answered takes no other's place any more."""

PROMPT = 0.15
"""Seconds to answer in, from the body on, within which somebody counts among those of the window."""

PATIENCE = 2.0
"""Seconds that everybody has to answer, also where there is no room for more connections."""

BATCH = 500
"""Subscriptions that are asked of the store at once, and that wait here."""

FEW = 16
"""Where no more than so many of a host wait that could not all wait, it is asked for others."""

IDLE = 15.0
"""Seconds after which it is asked who is due, if nothing happens before."""

SOON = 0.5
"""The same where something could not be read yet."""

LOOK = 0.25
"""Seconds between looks at whether somebody who waits can be told."""

_FAULT = 4096
"""Bytes of an answer in XML-RPC that are looked at."""


class Bounds(NamedTuple):
    """How many are told at once, of the slow ones too, and connections in all, with those that are stuck."""

    at_once: int = 256
    slow: int = 64
    connections: int = 2048


class Tally(NamedTuple):
    """How many were told and how many could not be."""

    told: int = 0
    failed: int = 0


class _NothingToSend(Exception):
    """What was to be sent is not there, or the subscriber has it or is none any more."""


class Fanout:
    """See above; lives in one loop. `now`, `monotonic` and `chance` are the clocks and the dice."""

    def __init__(
        self,
        desk: Desk,
        store: Subscribers,
        editions: Editions,
        swarm: Swarm,
        hub: str,
        bounds: Bounds,
        clock: Callable[[], int],
        chance: Callable[[], float],
    ) -> None:
        self._desk, self._store, self._editions, self._swarm = desk, store, editions, swarm
        self._hub, self._bounds, self._clock, self._chance = hub, bounds, clock, chance
        self._lanes = (
            Lane((0, lasting.SLOW - 1), bounds.at_once, True),
            Lane((lasting.SLOW, ANY), min(bounds.slow, bounds.at_once), False),
        )
        self._known: dict[tuple[str, str], Attempt] = {}
        """All who wait, are being told, or are not written down."""
        self._under_way: dict[Attempt, None] = {}
        self._window = asyncio.Semaphore(CHUNK)
        self._done: deque[tuple[Attempt, Subscription | None]] = deque()
        self._has_done, self._changed = asyncio.Event(), asyncio.Event()
        self._ask_at = 0.0
        self._unwritten = 0
        self.tally = Tally()
        self.is_ending = False

    def wake(self) -> None:
        """Something was published, or somebody is to be told."""
        self._ask_at = 0.0
        self._changed.set()

    def renewed(self, subscription: Subscription) -> None:
        """This subscription is new, or has another lease or secret: what is sent from now on goes by it."""
        if subscription.got != self._editions.digest(subscription.topic):
            self._again_in(LOOK)
            self._changed.set()
        one = self._known.get((subscription.topic, subscription.callback))
        if one is not None:
            one.subscription = one.subscription._replace(
                way=subscription.way,
                secret=subscription.secret,
                signature=subscription.signature,
                procedure=subscription.procedure,
            )

    def ended(self, topic: str, callback: str) -> None:
        """Nothing is sent there any more."""
        one = self._known.get((topic, callback))
        if one is not None:
            one.is_over = True

    async def run(self) -> None:
        """For ever. Raises StateError and what the state raises; then it has to be begun anew."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_books())
            while True:
                self._changed.clear()
                if not self.is_ending:
                    await self._fill()
                    self._begin()
                is_full = any(len(lane.rota) for lane in self._lanes)
                await self._rest(LOOK if is_full else max(self._ask_at - self._now(), 0.0))

    async def end(self, seconds: float) -> None:
        """Begin nothing new, and write down what is answered within so many seconds."""
        self.is_ending = True
        for lane in self._lanes:
            self._forget(lane.rota.leave())
        until = self._now() + seconds
        while self._now() < until and (self._unwritten or any(not one.is_stuck for one in self._under_way)):
            self._changed.clear()
            await self._rest(min(until - self._now(), LOOK))
        tasks = [one.task for one in self._under_way if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        """Until something has changed, at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    # -- who is due

    async def _fill(self) -> None:
        """Have enough of those wait who are due."""
        if self._now() >= self._ask_at:
            self._ask_at = self._now() + IDLE
            topics = [topic for topic in await self._desk(self._store.topics) if self._editions.digest(topic)]
            for lane in self._lanes:
                lane.cursors = deque(Cursor(topic) for topic in topics)
        for lane in self._lanes:
            while lane.cursors and len(lane.rota) < BATCH and not self.is_ending:
                cursor = await self._ask(lane, lane.cursors.popleft())
                if cursor is not None:
                    lane.cursors.append(cursor)

    async def _ask(self, lane: Lane, cursor: Cursor) -> Cursor | None:
        """Have some more of those wait who are due; where to go on, None where there are no more."""
        topic, digest = cursor.topic, self._editions.digest(cursor.topic)
        if digest is None:
            return None
        found, some = await self._due(cursor, digest, lane)
        if some and self._editions.now(topic) is None:
            if not await self._desk(self._editions.read, [topic]):
                self._again_in(SOON)
                return None
            found, some = await self._due(cursor, digest, lane)  # who was renewed or left meanwhile
        for each in some:
            self._offer(each, lane)
        return cursor._replace(after=found[-1]) if len(found) == BATCH else None

    async def _due(self, cursor: Cursor, digest: bytes, lane: Lane) -> tuple[list[Subscription], list[Subscription]]:
        """Those who come next, and which of them may be told now. Nothing may be waited for between this and telling
        the lane of them: what changes of a subscription is told to those who are known here."""
        full = lane.rota.full()
        lane.refused |= full
        due = partial(self._store.due, after=cursor.after, failures=lane.failures, anew=True, without=full)
        found = await self._desk(due, cursor.topic, digest, self._clock(), BATCH)
        is_new = [each for each in found if (each.topic, each.callback) not in self._known]
        return found, [each for each in is_new if lasting.is_open(each, digest, self._clock())]

    def _again_in(self, seconds: float) -> None:
        self._ask_at = min(self._ask_at, self._now() + seconds)

    def _offer(self, subscription: Subscription, lane: Lane) -> None:
        name = (subscription.topic, subscription.callback)
        if name in self._known:  # it was told while the store was asked
            return
        one = Attempt(subscription, host_of(subscription.callback), lane)
        if lane.rota.offer(one.host, one, self._now()):
            self._known[name] = one
        elif wait := lane.rota.alone(one.host, self._now()):
            self._again_in(wait)
        else:
            lane.refused.add(one.host)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # -- telling them

    def _begin(self) -> None:
        if self._desk.waiting:  # what is sent now would not be written down
            return
        for lane in self._lanes:
            while lane.under_way < lane.at_once and lane.rota.has_ready and self._has_room():
                one = lane.rota.next()
                if one is not None:
                    lane.under_way += 1
                    one.begun = self._now()
                    self._under_way[one] = None
                    one.task = asyncio.get_running_loop().create_task(self._tell(one))

    def _has_room(self) -> bool:
        """Whether there may be another connection. Where there is none, whoever has waited longest makes room."""
        if len(self._under_way) < self._bounds.connections:
            return True
        longest = next((one for one in self._under_way if not one.is_put_off), None)
        if longest is not None and longest.task is not None and self._now() - longest.begun >= PATIENCE:
            longest.is_put_off = True
            longest.task.cancel()
        return False

    async def _tell(self, one: Attempt) -> None:
        timer = asyncio.get_running_loop().call_later(STUCK, self._stick, one)
        came: Heard | str | None = None
        try:
            async with asyncio.timeout(DEADLINE):
                most = _FAULT if one.subscription.way is Way.CLOUD_RPC else 0
                came = await self._swarm.ask(one.subscription.callback, partial(self._letter, one), most)
        except _NothingToSend:
            pass
        except NoRoom:
            self._again_in(SOON)
        except TimeoutError:
            came = None if one.waits_for_us else f"no answer within {DEADLINE:g} seconds"
        except FetchError as fault:
            came = str(fault)
        except asyncio.CancelledError:
            if not one.is_put_off:
                raise
            came = None if one.waits_for_us else "no answer as long as there was room to wait for it"
        except Exception as fault:  # noqa: BLE001 - else it would be tried again at once, for ever
            came = f"could not be told ({type(fault).__name__})"
        finally:
            timer.cancel()
            self._leave(one, came)

    async def _letter(self, one: Attempt, to: Place) -> bytes:
        """The request, made when nothing but the answer keeps it from being written down."""
        one.waits_for_us = True
        await self._window.acquire()
        one.waits_for_us, one.windowed = False, True
        asyncio.get_running_loop().call_later(PROMPT, self._release, one)
        edition = self._editions.now(one.subscription.topic)
        if edition is None or one.is_over or edition.digest == one.subscription.got:
            raise _NothingToSend
        one.edition = edition
        return letters.parcel(to, self._swarm.agent, one.subscription, edition, self._hub)

    def _stick(self, one: Attempt) -> None:
        """It takes long: its place is another's from now on, but among the slow, who are all alike."""
        one.is_stuck = True
        if one.lane.frees:
            one.lane.under_way -= 1
            self._changed.set()

    def _release(self, one: Attempt) -> None:
        if one.windowed:
            one.windowed = False
            self._window.release()

    def _leave(self, one: Attempt, came: Heard | str | None) -> None:
        """Everything of an attempt, but what it changes in the store."""
        del self._under_way[one]
        if not (one.is_stuck and one.lane.frees):
            one.lane.under_way -= 1
        has_hung = isinstance(came, str) and self._now() - one.begun >= PATIENCE
        self._forget(one.lane.rota.done(one.host, has_hung, self._now()))
        if one.host in one.lane.refused and one.lane.rota.waits(one.host) <= FEW:
            one.lane.refused.discard(one.host)
            self._again_in(0.0)
        if came is None or (one.edition is None and not isinstance(came, str)):
            self._release(one)
            self._forget([one])
        else:
            self._note(one, came)
        self._changed.set()

    def _note(self, one: Attempt, came: Heard | str) -> None:
        digest = one.edition.digest if one.edition else self._editions.digest(one.subscription.topic) or b""
        now, before = self._clock(), one.subscription
        if isinstance(came, Heard):
            new = lasting.after(before, digest, came, now, self._chance())
        else:
            new = lasting.kept(lasting.failed(before, digest, 0, came, now, self._chance()))
        if new is None or new.failures:
            self._release(one)
            self.tally = self.tally._replace(failed=self.tally.failed + 1)
        else:
            self.tally = self.tally._replace(told=self.tally.told + 1)
        self._unwritten += 1
        self._done.append((one, new))
        self._has_done.set()

    def _forget(self, some: list[Attempt]) -> None:
        for one in some:
            self._known.pop((one.subscription.topic, one.subscription.callback), None)

    # -- the books

    async def _keep_books(self) -> None:
        while True:
            await self._has_done.wait()
            self._has_done.clear()
            while self._done:
                some = [self._done.popleft() for _ in range(min(CHUNK, len(self._done)))]
                await self._desk.written(self._write, some)
                self._unwritten -= len(some)
                for one, _ in some:
                    self._release(one)
                self._forget([one for one, _ in some])
                self._changed.set()

    def _write(self, some: list[tuple[Attempt, Subscription | None]]) -> None:
        with self._store.transaction():
            self._store.keep([new for _, new in some if new is not None])
            self._store.end([one.subscription.id for one, new in some if new is None])
