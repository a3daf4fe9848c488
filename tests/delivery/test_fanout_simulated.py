"""Days of telling subscribers, in no time and by chance, held against what must be true whatever happens.

The loop's clock leaps to whatever comes next; subscribers are coroutines that take, refuse, hang, dawdle or are gone,
and change their minds; the process dies and begins anew. What is under test is the real fan-out over a real store.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from random import Random
from typing import Any, cast

import pytest

from syndicate.delivery.desk import Desk
from syndicate.delivery.editions import Editions
from syndicate.delivery.fanout import CHUNK, DEADLINE, PROMPT, Bounds, Fanout
from syndicate.delivery.hearing import Heard
from syndicate.delivery.letters import Edition, Place, place
from syndicate.delivery.swarm import NoRoom, Swarm
from syndicate.errors import FetchError, StateError
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Subscription, Way
from tests.delivery.heralding import AGES, HUB, SITE, body_of, digest_of

NOW = 1_700_000_000
HANGS = 1_000_000.0


class Leaping(selectors.SelectSelector):
    """Waits for nothing: the time that would be waited is over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0.0
        return super().select(0)


class Quick(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.leaping = Leaping()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now


class AtOnce(Desk):
    """A desk without a thread."""

    async def __call__(self, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
        await asyncio.sleep(0.001)
        return do(*given, **more)


class Store(Subscribers):
    """One whose disk is full now and then."""

    is_full = False

    def keep(self, subscriptions: Iterable[Subscription]) -> None:
        if self.is_full:
            raise StateError("the disk is full")
        super().keep(subscriptions)


class Published:
    """What is published, as `Editions` says it."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}

    def digest(self, topic: str) -> bytes | None:
        return digest_of(self.versions[topic]) if topic in self.versions else None

    def now(self, topic: str) -> Edition | None:
        version = self.versions.get(topic)
        return Edition(topic, digest_of(version), body_of(version, 10), "text/xml") if version else None

    def read(self, topics: list[str]) -> bool:
        return all(topic in self.versions for topic in topics)


class World:
    """Subscribers, and all that must hold of what they get."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.agent = ""
        self.manners: dict[str, str] = {}
        self.got: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.wrong: list[str] = []
        self.after_end: Counter[str] = Counter()
        self.under_way: set[tuple[str, str]] = set()
        self.slowly: set[tuple[str, str]] = set()
        """Who took longer to answer than the window waits, the last time."""
        self.most = 0
        self.given_up, self.is_dying = 0, False
        """Those who had not answered when others needed the room: they are asked again."""
        self.gone: set[str] = set()

    async def ask(self, url: str, write: Callable[[Place], Awaitable[bytes]], most: int = 0) -> Heard:
        """As `Swarm.ask`."""
        manner = self.manners[url]
        await asyncio.sleep(self.random.uniform(0.001, 0.05))
        if self.random.random() < 0.02:
            raise NoRoom
        if manner == "down":
            raise FetchError("no answer (Connection refused)")
        data = await write(place(url))
        topic = data.partition(b'rel="hub", <')[2].partition(b">")[0].decode()
        version = int(data.partition(b"version ")[2].partition(b" ")[0])
        name = (topic, url)
        if name in self.under_way:
            self.wrong.append(f"{url} is told twice at the same time")
        self.after_end[url] += url in self.gone
        self.under_way.add(name)
        self.most = max(self.most, len(self.under_way))
        try:
            if manner == "hang":
                await asyncio.sleep(HANGS)
            takes = self.random.uniform(2, 8) if manner == "slow" else self.random.uniform(0.001, 0.1)
            if manner in ("ok", "slow"):
                self.got[name].append(version)  # the body is there, whenever it is answered
                self.slowly = {*self.slowly, name} if takes > PROMPT else self.slowly - {name}
            await asyncio.sleep(takes)
            if manner in ("ok", "slow"):
                return Heard(202, {})
            if manner == "gone":
                self.gone.add(url)
                return Heard(410, {})
            return Heard(503, {"retry-after": "5"})
        except asyncio.CancelledError:
            self.given_up += not self.is_dying
            raise
        finally:
            self.under_way.discard(name)


class Days:
    """One world, from its first day on."""

    def __init__(self, seed: int) -> None:
        self.world, self.random, self.published = World(seed), Random(seed + 1), Published()
        self.store, self.kills = Store.open(":memory:"), 0
        self.late = 0
        """Those of all kills who had been sent something, took long to answer, and were not written down."""
        self.topics = [f"{SITE}/feeds/{n}.xml" for n in range(self.random.randint(1, 3))]
        self.published.versions = dict.fromkeys(self.topics, 1)
        self.names: list[tuple[str, str]] = []
        self.bounds = Bounds(self.random.randint(1, 40), self.random.randint(1, 8), self.random.randint(10, 60))
        for number in range(self.random.randint(20, 120)):
            host = self.random.choice(("a", "b", f"h{number}"))
            url, topic = f"http://{host}.example/{number}", self.random.choice(self.topics)
            self.world.manners[url] = self.random.choice(("ok",) * 6 + ("slow", "hang", "refuse", "down", "gone"))
            self.store.grant(Subscription(0, Way.WEBSUB, topic, url, NOW, AGES, got=digest_of(1)))
            self.names.append((topic, url))
        self.begin()

    def begin(self) -> None:
        loop = asyncio.get_running_loop()
        self.fanout = Fanout(
            AtOnce(), self.store, cast("Editions", self.published), cast("Swarm", self.world), HUB, self.bounds,
            lambda: NOW + int(loop.time()), self.random.random,
        )  # fmt: skip
        self.task = loop.create_task(self.fanout.run())

    async def pass_by(self) -> None:
        """Some hours: news, others who behave otherwise, and an end that nobody expected."""
        for _ in range(self.random.randint(1, 3)):
            self.published.versions[self.random.choice(self.topics)] += 1
            self.fanout.wake()
            await asyncio.sleep(self.random.choice((0.01, 0.3, 5, 400)))
        for _ in range(self.random.randint(0, 3)):
            _, url = self.random.choice(self.names)
            if self.world.manners[url] != "gone":  # who says so does not come back, also where a kill lost it
                self.world.manners[url] = self.random.choice(("ok", "slow", "hang", "refuse", "down"))
        self.store.is_full = self.random.random() < 0.1
        if self.random.random() < 0.4:
            self.kills += 1
            self.late += sum(self.is_late(*name) for name in self.world.slowly)
            self.world.is_dying = True
            await _killed(self.task)
            self.world.is_dying = False
            self.begin()

    def is_late(self, topic: str, url: str) -> bool:
        there, got = self.store.find(topic, url), self.world.got[topic, url]
        return there is not None and there.got != digest_of(got[-1])

    async def end(self) -> None:
        """All are well again, and there is one more thing to tell."""
        for url, manner in self.world.manners.items():
            self.world.manners[url] = manner if manner == "gone" else "ok"
        self.store.is_full = False
        await asyncio.sleep(2 * DEADLINE)  # who is asked just now answers as before
        for topic in self.topics:
            self.published.versions[topic] += 1
        self.fanout.wake()
        await asyncio.sleep(4500)
        await self.fanout.end(30)
        await _killed(self.task)

    def check(self) -> None:
        assert not self.world.wrong
        assert self.world.most <= self.bounds.connections
        doubles = sum(self.world.after_end.values())
        for topic, url in self.names:
            got, there = self.world.got[topic, url], self.store.find(topic, url)
            assert got == sorted(got), "an older version after a newer one"
            doubles += len(got) - len(set(got))
            if url in self.world.gone:
                assert there is None
            else:
                assert there
                assert there.got == digest_of(self.published.versions[topic])
                assert got[-1:] == [self.published.versions[topic]], "somebody was missed"
        assert doubles <= self.kills * CHUNK + self.late + self.world.given_up
        self.store.close()


async def _simulated(seed: int) -> None:
    days = Days(seed)
    for _ in range(days.random.randint(3, 12)):
        await days.pass_by()
    await days.end()
    days.check()


async def _killed(task: asyncio.Task[None]) -> None:
    """It and all that it began end in the middle of what they do."""
    mine = {asyncio.current_task()}
    others = asyncio.all_tasks() - mine
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    assert task.done()


def simulate(seed: int) -> None:
    loop = Quick()
    try:
        loop.run_until_complete(_simulated(seed))
    finally:
        loop.close()


@pytest.mark.parametrize("seed", range(16))
def test_whatever_happens_everybody_has_the_newest_in_the_end(seed: int) -> None:
    simulate(seed)


@pytest.mark.outage
def test_a_thousand_more_such_days() -> None:
    for seed in range(1000, 2000):
        simulate(seed)
