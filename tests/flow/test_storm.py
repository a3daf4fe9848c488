"""Ten thousand posts at once, as after an import: by a real build beside the real courier, to real receivers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from syndicate import wiring
from syndicate.daemon.clock import Clock
from syndicate.delivery.courier import Courier, Sent, Trouble
from syndicate.model.delivery import Outcome
from syndicate.project import Project, find
from syndicate.wiring import pings
from tests.flow.site import Site
from tests.flow.world import Public, Receiver, serving

DEADLINE = 120.0
HOUR = 3600
TAGS = 10
POST = "---\ntitle: Post {0}\ndate: 2026-03-01 {1:02}:{2:02}:{3:02} +0000\ntags: [t{4}]\n---\nWords of {0}.\n"
SETTINGS = """
[site]
url = "{public}"
timezone = "UTC"
[feed]
url = "{public}/feeds"
taxonomies = ["tags"]
[ping]
private = ["127.0.0.0/8"]
per_minute = 100000
[endpoints.hub]
kind = "websub"
url = "{hub}"
feeds = ["*"]
every = "1h"
[endpoints.hook]
kind = "webhook"
url = "{hook}/in"
feeds = ["*"]
every = "1h"
[endpoints.search]
kind = "indexnow"
url = "{search}/indexnow"
key = "0123456789abcdef"
every = "1h"
"""


class Forward(Clock):
    """Real, but that a pause between two requests to a host passes at once, and that it can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if seconds <= 2.0 and not event.wait(0.001):
            self.ahead += seconds
        return event.wait(min(seconds, 0.05)) if seconds > 2.0 else event.is_set()


@dataclass
class Storm:
    """A site of fifty posts that has enrolled its endpoints."""

    site: Site
    the: Project
    clock: Forward
    hub: Receiver
    hook: Receiver
    search: Receiver
    heard: list[Sent | Trouble]
    courier: Courier
    count: int = 0

    def write(self, count: int) -> None:
        for number in range(self.count, self.count + count):
            name = f"{number % 100}/{number}.md"
            self.site.post(name, POST.format(number, number // 3600, number // 60 % 60, number % 60, number % TAGS))
        self.count += count

    def build(self, *more: str) -> None:
        done = self.site.build(*more)
        assert done.code == 0, done.out
        self.courier.wake()

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < end, (self.told(), self.heard[-3:])
            time.sleep(0.02)

    def told(self) -> dict[str, Counter[str]]:
        """How often each receiver was told of each of its topics; the search engine of each page."""
        return {
            "hub": Counter(topic for each in self.hub.got.got for topic in set(each.form["hub.topic"])),
            "hook": Counter(each.json["data"]["feed"] for each in self.hook.got.got),
            "search": Counter(page for each in self.search.got.got for page in each.json["urlList"]),
        }

    def is_settled(self) -> bool:
        """Whether everybody has got what is published."""
        with wiring.state(self.the) as index:
            digests = {row.url: row.digest for row in index.announced()}
            got = [row for name in ("hub", "hook") for row in index.deliveries(name).values()]
            pages = index.waiting_pages() or index.pages_after(index.standings()["search"].reached, 1)
        return bool(got) and not pages and all(row.sent == digests[row.topic] for row in got)


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    public, hub, hook, search = Public(tmp_path / "out"), Receiver(), Receiver(), Receiver()
    heard: list[Sent | Trouble] = []
    with ExitStack() as stack:
        stack.enter_context(serving(public.server))
        urls = {
            name: stack.enter_context(serving(each.server))
            for name, each in {"hub": hub, "hook": hook, "search": search}.items()
        }
        settings = tmp_path / "syndicate.toml"
        settings.write_text(SETTINGS.format(public=public.url, **urls))
        site = Site(tmp_path / "content", tmp_path / "out", ("--config", str(settings)))
        site.content.mkdir()
        (site.content / "first.md").write_text("---\ntitle: First\n---\n")
        the = find(str(site.content), str(settings), {"output": {"folder": str(site.out)}})
        clock = Forward()
        courier = pings.courier(the, clock, heard.append)
        assert courier is not None
        made = Storm(site, the, clock, hub, hook, search, heard, courier)
        made.write(50)
        made.build()
        stack.callback(lambda: courier.stop(60))
        courier.start()
        yield made


@pytest.mark.slow
def test_ten_thousand_posts_at_once_are_a_ping_a_feed_endpoint_and_interval(storm: Storm) -> None:
    storm.write(10_000)
    storm.build()
    storm.until(lambda: len(storm.search.got) > 0 and [len(storm.told()[who]) for who in ("hub", "hook")] == [33, 11])
    first = storm.told()
    assert set(first["hub"].values()) == set(first["hook"].values()) == set(first["search"].values()) == {1}
    assert len(first["search"]) == 10_000 and len(storm.search.got) == 1

    storm.clock.ahead += HOUR  # what changed again while the build went on
    storm.courier.wake()
    storm.until(storm.is_settled)
    told = storm.told()
    assert max((*told["hub"].values(), *told["hook"].values())) <= 2 and len(storm.search.got) == 1

    storm.clock.ahead += HOUR
    storm.write(1_000)
    storm.build("--adopt")
    storm.clock.ahead += HOUR
    storm.site.post("last.md", POST.format("last", 23, 59, 59, 0))
    storm.build()
    storm.until(lambda: len(storm.search.got) == 2 and storm.is_settled())
    assert list((storm.told()["search"] - told["search"]).values()) == [1], "of what was adopted nobody was told"
    assert {feed for feed, _ in (storm.told()["hook"] - told["hook"]).items()} == {"site", "tag:t0"}
    assert all(isinstance(each, Sent) and each.receipt.outcome is Outcome.TAKEN for each in storm.heard)
    with closing(pings.opener(storm.the)()) as index:
        assert index.checks() == {}
