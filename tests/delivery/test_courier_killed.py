"""Killed at every step: nothing is lost, and nothing comes twice but what was under way when it was killed.

Receivers, sockets, processes and the state are real; the hours of the outage pass by the courier's clock alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from syndicate.delivery import enrol
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.digest import digest
from tests.delivery.mortal import Steps, send
from tests.delivery.telling import Receiver, offer, put, receiving, url_of
from tests.flow.site import ROOT

NOW = 1_700_000_000
HOUR = 3600
FEEDS = [f"t{n}" for n in range(8)]


@dataclass
class Stage:
    """A site whose feeds change, and whom it tells."""

    state: Path
    site: Receiver
    receivers: list[Receiver]
    now: int = NOW
    words: dict[str, str] = field(default_factory=dict)
    killed: int = 0

    def __post_init__(self) -> None:
        self.told = {f"e{n}": each.url for n, each in enumerate(self.receivers)}
        self.publish(dict.fromkeys(FEEDS, "old"))
        with closing(SqliteIndex.open(str(self.state))) as index:
            enrol.enrol(index, [offer(name, url, feeds=("tag:*",)) for name, url in self.told.items()], NOW)
        self.words = {}

    def publish(self, news: dict[str, str]) -> None:
        self.words |= news
        for name, words in news.items():
            self.site.serves[f"/{name}/rss"] = words.encode()
        with closing(SqliteIndex.open(str(self.state))) as index:
            put(index, news, base=self.site.url)

    def pings(self) -> int:
        """All that is due now; how many steps that takes."""
        steps = Steps(0)
        send(str(self.state), self.now, self.told, steps)
        return steps.taken

    def die(self, step: int) -> None:
        """The same, up to a step."""
        line = [sys.executable, "-m", "tests.delivery.mortal", str(self.state), str(self.now), str(step)]
        told = [f"{name}={url}" for name, url in self.told.items()]
        done = subprocess.run([*line, *told], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, -9), done.stderr
        self.killed += done.returncode == -9

    def check(self) -> None:
        """Everybody has the last word of each feed, and hardly anything twice."""
        last = {name: digest(words.encode()).hex() for name, words in self.words.items()}
        for receiver in self.receivers:
            counts = Counter(map(tuple, receiver.got))
            had = {url: content for url, content in receiver.got}  # noqa: C416 - the last of each stays
            assert had == {url_of(name).replace("https://example.org", self.site.url): last[name] for name in last}
            # one request is under way to a host at most
            assert sum(count - 1 for count in counts.values()) <= self.killed


def outage(folder: Path, receivers: int, changes: int, kills: int) -> None:
    """Six hours of an outage with so many changes; some of the kills in it, the others when all are back."""
    random = Random(kills)
    with receiving(receivers + 1) as (site, *told):
        stage = Stage(folder / "state.db", site, told)
        for each in told:
            each.status = 503
        mortal = {round(n * changes / (kills // 2)) for n in range(kills // 2)}
        for change in range(changes):
            stage.publish({random.choice(FEEDS): f"change {change}"})
            stage.die(random.randrange(1, 24)) if change in mortal else stage.pings()
            stage.now += 6 * HOUR // changes
        assert all(each.got == [] for each in told)
        for each in told:
            each.status = 200
        stage.now += 24 * HOUR
        for number in range(4 * kills):
            if stage.killed == kills:
                break
            stage.die(random.randrange(1, 60))
            stage.publish({random.choice(FEEDS): f"later {number}"})
        assert stage.killed == kills
        for _ in range(20):
            stage.now += 24 * HOUR
            stage.pings()
        stage.check()
        before = [len(each.got) for each in told]
        stage.pings()
        assert [len(each.got) for each in told] == before


def test_an_outage_in_which_it_is_killed_again_and_again(tmp_path: Path) -> None:
    outage(tmp_path, 2, 24, 10)


@pytest.mark.outage
@pytest.mark.parametrize("receivers", [1, 3])
def test_an_outage_of_six_hours_with_two_hundred_changes_and_fifty_kills(tmp_path: Path, receivers: int) -> None:
    outage(tmp_path, receivers, 200, 50)


@pytest.mark.outage
def test_killed_at_every_single_step(tmp_path: Path) -> None:
    """One change, and each step of telling two receivers of it."""
    with receiving(3) as (site, *told):
        stage = Stage(tmp_path / "state.db", site, told)
        stage.publish({"t0": "change"})
        steps = stage.pings()
        assert steps > 20
        for step in range(1, steps + 1):
            stage.publish({"t0": f"change {step}"})
            stage.die(step)
            stage.now += HOUR
            stage.pings()
        stage.check()


@pytest.mark.parametrize("step", [9, 16, 24, 30])
def test_killed_at_some_step(tmp_path: Path, step: int) -> None:
    with receiving(2) as (site, told):
        stage = Stage(tmp_path / "state.db", site, [told])
        stage.publish({"t0": "change"})
        stage.die(step)
        stage.now += HOUR
        stage.pings()
        stage.check()
