"""Asks callbacks whether they meant what was asked in their name, and tells them what was denied (WebSub, 5.2 and 5.3).

    Asked ─a question to the callback→ a Subscription, none any more, or nothing: then all is as it was before

A host is asked at most once a second, whoever asks for it: nobody is flooded through us. Each waits for its own answer
alone, so that slow ones hold up none. What is not settled when the process ends is asked again by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

from syndicate.delivery import letters
from syndicate.delivery.desk import Desk
from syndicate.delivery.editions import Editions
from syndicate.delivery.hearing import Heard
from syndicate.delivery.letters import Place
from syndicate.delivery.swarm import Swarm
from syndicate.errors import FetchError
from syndicate.index.subscribers import Subscribers, host_of
from syndicate.model.hub import Asked, Subscription, Way

DEADLINE = 10.0
"""Seconds for an answer."""

SPACE = 1.0
"""Seconds between two questions to one host."""

MOST = 1000
"""Requests that are looked at together."""

IDLE = 30.0
"""Seconds after which it is looked for requests, if nobody wakes us."""

_SAID = 4096
"""Bytes of an answer that are read; no challenge is longer."""


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
        self._free_at: dict[str, float] = {}

    def wake(self) -> None:
        """Somebody asked."""
        self._awake.set()

    async def run(self) -> None:
        """For ever. Raises StateError: then it has to be begun anew."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._awake.clear()
                rest = IDLE
                for each in await self._desk(self._store.asked, MOST):
                    if each.id in self._under_way:
                        continue
                    if len(self._under_way) >= self._at_once:  # the first to be settled makes room
                        break
                    wait = self._wait(host_of(each.callback))
                    if wait <= 0:
                        self._under_way.add(each.id)
                        group.create_task(self._settle(each))
                    rest = min(rest, max(wait, 0.0) or IDLE)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(rest):
                        await self._awake.wait()

    def _wait(self, host: str) -> float:
        """Seconds until a host may be asked; it is taken where that is now."""
        now = asyncio.get_running_loop().time()
        left = self._free_at.get(host, now) - now
        if left <= 0:
            if len(self._free_at) > MOST:
                self._free_at = {name: at for name, at in self._free_at.items() if at > now}
            self._free_at[host] = now + SPACE
        return left

    async def _settle(self, asked: Asked) -> None:
        try:
            told = await self._asked(asked)
            new = await self._desk(self._write, asked, not told)
            if new is not None:
                self._changed(new)
            self._listen(Settled(asked, asked.denied or told))
        finally:
            if len(self._under_way) >= self._at_once:
                self._awake.set()
            self._under_way.discard(asked.id)

    async def _asked(self, asked: Asked) -> str:
        """Why nothing comes of it; "" where the callback meant it."""
        try:
            async with asyncio.timeout(DEADLINE):
                if asked.denied:
                    await self._get(letters.denial(asked))
                    return asked.denied
                if asked.way is not Way.WEBSUB and not asked.challenge:
                    return await self._tried(asked)
                challenge = secrets.token_urlsafe(32)
                answer = await self._get(letters.verification(asked, challenge))
                return _wrong(answer, challenge)
        except TimeoutError:
            return f"{host_of(asked.callback)}: no answer within {DEADLINE:g} seconds"
        except FetchError as fault:
            return str(fault)

    async def _get(self, url: str) -> Heard:
        async def question(to: Place) -> bytes:
            return letters.get(to, self._swarm.agent)

        return await self._swarm.ask(url, question, _SAID)

    async def _tried(self, asked: Asked) -> str:
        """rssCloud without a domain: a first notification is the test."""
        trial = letters.trial(asked)
        nothing = letters.Edition(asked.topic, b"", b"", "")

        async def notification(to: Place) -> bytes:
            return letters.parcel(to, self._swarm.agent, trial, nothing, "")

        answer = await self._swarm.ask(asked.callback, notification, _SAID)
        return "" if 200 <= answer.status < 300 else f"answers {answer.status} to a notification"

    def _write(self, asked: Asked, is_meant: bool) -> Subscription | Asked | None:
        """In one transaction: what was meant holds, and does not wait any more."""
        changed: Subscription | Asked | None = None
        with self._store.transaction():
            if is_meant and not asked.denied:
                changed = self._granted(asked) if asked.subscribe else asked
                if isinstance(changed, Asked):
                    self._store.drop(asked.topic, asked.callback)
                elif changed is not None:
                    self._store.grant(changed)
            self._store.settle([asked.id])
        return changed

    def _granted(self, asked: Asked) -> Subscription | None:
        """Who begins has what was published when it asked; None where the topic is published no more."""
        digest, now = self._editions.digest(asked.topic), self._clock()
        if digest is None:
            return None
        begun = Subscription(0, asked.way, asked.topic, asked.callback, now, now + asked.lease)
        kept = begun._replace(secret=asked.secret, signature=asked.signature, procedure=asked.procedure)
        return kept._replace(got=asked.got or digest, got_at=now)


def _wrong(answer: Heard, challenge: str) -> str:
    """What is wrong with the answer to a question; it must be the challenge and not a byte more or less."""
    if not 200 <= answer.status < 300:
        return f"answers {answer.status} and does not confirm it"
    is_right = secrets.compare_digest(answer.body, challenge.encode("ascii"))
    return "" if is_right else "answers with something else than the challenge"
