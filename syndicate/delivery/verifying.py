"""Asks callbacks whether they meant what was asked in their name, and tells them what was denied (WebSub, 5.2 and 5.3).

    Asked ─a question to the callback→ a Subscription, none any more, or nothing: then all is as it was before

A host is asked at most once a second, whoever asks for it, and so is an address (of IPv6 a network of 64 bits) whatever
names lead there: nobody is flooded through us. Each waits for its own answer alone, so that slow ones hold up none.
What is not settled when the process ends is asked again by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable

from syndicate.delivery import letters
from syndicate.delivery.desk import Desk
from syndicate.delivery.editions import Editions
from syndicate.delivery.hearing import Heard
from syndicate.delivery.letters import Place
from syndicate.delivery.spacing import SPACE, Spacing, network_of
from syndicate.delivery.swarm import NoRoom, Swarm
from syndicate.errors import FetchError
from syndicate.index.subscribers import Subscribers, host_of
from syndicate.model.hub import Asked, Subscription, Way
from syndicate.model.records import NamedTuple

DEADLINE = 10.0
"""Seconds for an answer."""

MOST = 1000
"""Requests that are looked at together."""

IDLE = 30.0
"""Seconds after which it is looked for requests, if nobody wakes us."""

_SAID = 4096
"""Bytes of an answer that are read; no challenge is longer."""


class _NotNow(Exception):
    """Nobody was asked; in so many seconds somebody may be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Settled(NamedTuple):
    """What came of a request: `told` says why there is nothing of it, "" where there is."""

    asked: Asked
    told: str = ""


class Verifying:
    """See above; lives in one loop. `changed` gets a Subscription that was begun or renewed, or the Asked that ended
    one; `listen` all that was settled. No more than `at_once` are asked at the same time."""

    def __init__(
        self,
        desk: Desk,
        store: Subscribers,
        editions: Editions,
        swarm: Swarm,
        clock: Callable[[], int],
        changed: Callable[[Subscription | Asked], None],
        listen: Callable[[Settled], None],
        at_once: int = MOST,
    ) -> None:
        self._desk, self._store, self._editions, self._swarm = desk, store, editions, swarm
        self._clock, self._changed, self._listen = clock, changed, listen
        self._awake, self._at_once = asyncio.Event(), at_once
        self._under_way: set[int] = set()
        self._hosts, self._networks = Spacing(), Spacing()
        self._later: dict[int, float] = {}
        """Until when requests wait whose host turned out to be at an address that was asked just now."""

    def wake(self) -> None:
        """Somebody asked."""
        self._awake.set()

    async def run(self) -> None:
        """For ever. Raises StateError: then it has to be begun anew."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._awake.clear()
                rest = await self._begin(group)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(rest):
                        await self._awake.wait()

    async def _begin(self, group: asyncio.TaskGroup) -> float:
        """Ask all that may be asked now; seconds until there may be more."""
        rest, waiting = IDLE, await self._desk(self._store.asked, MOST)
        self._later = {each.id: self._later[each.id] for each in waiting if each.id in self._later}
        for each in waiting:
            if each.id in self._under_way:
                continue
            if len(self._under_way) >= self._at_once:  # the first to be settled makes room
                break
            now = self._now()
            wait = max(self._hosts.left(host_of(each.callback), now), self._later.get(each.id, now) - now)
            if wait > 0:
                rest = min(rest, wait)
            else:
                self._under_way.add(each.id)
                group.create_task(self._settle(each))
        return rest

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _settle(self, asked: Asked) -> None:
        try:
            told = await self._asked(asked)
            was_waiting, new = await self._desk.written(self._write, asked, not told)
            if new is not None:
                self._changed(new)
            if was_waiting:
                self._listen(Settled(asked, asked.denied or told))
        except _NotNow as later:
            self._later[asked.id] = self._now() + later.seconds
            self._awake.set()
        finally:
            if len(self._under_way) >= self._at_once:
                self._awake.set()
            self._under_way.discard(asked.id)

    async def _asked(self, asked: Asked) -> str:
        """Why nothing comes of it; "" where the callback meant it."""
        try:
            async with asyncio.timeout(DEADLINE):
                if asked.denied:
                    await self._get(asked, letters.denial(asked))
                    return asked.denied
                if asked.way is not Way.WEBSUB and not asked.challenge:
                    return await self._tried(asked)
                challenge = secrets.token_urlsafe(32)
                answer = await self._get(asked, letters.verification(asked, challenge))
                return _wrong(answer, challenge)
        except NoRoom:
            raise _NotNow(SPACE) from None
        except TimeoutError:
            return f"{host_of(asked.callback)}: no answer within {DEADLINE:g} seconds"
        except FetchError as fault:
            return str(fault)

    async def _get(self, asked: Asked, url: str) -> Heard:
        async def question(to: Place) -> bytes:
            return letters.get(to, self._swarm.agent)

        return await self._swarm.ask(url, question, _SAID, self._entering(asked))

    def _entering(self, asked: Asked) -> Callable[[str], None]:
        """Called with each address that is about to be asked. Raises _NotNow: it, or the host, was asked just now."""
        host, has_entered = host_of(asked.callback), False

        def enter(address: str) -> None:
            nonlocal has_entered
            now, network = self._now(), network_of(address)
            wait = max(0.0 if has_entered else self._hosts.left(host, now), self._networks.left(network, now))
            if wait > 0:
                raise _NotNow(wait)
            has_entered = True
            self._hosts.take(host, now)
            self._networks.take(network, now)

        return enter

    async def _tried(self, asked: Asked) -> str:
        """rssCloud without a domain: a first notification is the test."""
        trial = letters.trial(asked)
        nothing = letters.Edition(asked.topic, b"", b"", "")

        async def notification(to: Place) -> bytes:
            return letters.parcel(to, self._swarm.agent, trial, nothing, "")

        answer = await self._swarm.ask(asked.callback, notification, _SAID, self._entering(asked))
        return "" if 200 <= answer.status < 300 else f"answers {answer.status} to a notification"

    def _write(self, asked: Asked, is_meant: bool) -> tuple[bool, Subscription | Asked | None]:
        """In one transaction: what was meant holds, and does not wait any more. Whether it waited still: where another
        request has taken its place, that one counts; and what holds now."""
        changed: Subscription | Asked | None = None
        with self._store.transaction():
            if not self._store.settle([asked.id]):
                return False, None
            if is_meant and not asked.denied:
                self._store.outdate(asked)
                if asked.subscribe:
                    changed = self._granted(asked)
                    self._store.grant(changed)
                else:
                    changed = asked
                    self._store.drop(asked.topic, asked.callback)
        return True, changed

    def _granted(self, asked: Asked) -> Subscription:
        """Who begins has what was published when it asked. Its topic may be published no more just now, as where the
        state is made anew; then it is told when that is over."""
        now = self._clock()
        begun = Subscription(0, asked.way, asked.topic, asked.callback, now, now + asked.lease)
        kept = begun._replace(secret=asked.secret, signature=asked.signature, procedure=asked.procedure)
        return kept._replace(got=asked.got or self._editions.digest(asked.topic) or b"", got_at=now)


def _wrong(answer: Heard, challenge: str) -> str:
    """What is wrong with the answer to a question; it must be the challenge and not a byte more or less."""
    if not 200 <= answer.status < 300:
        return f"answers {answer.status} and does not confirm it"
    is_right = secrets.compare_digest(answer.body, challenge.encode("ascii"))
    return "" if is_right else "answers with something else than the challenge"
