"""A day in the life of the daemon, compressed: a thousand edits, and at the end all is told and nothing has grown."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.daemon.holding import IS_TOLD, Held, held
from tests.daemon.running import Daemon, running, until
from tests.flow.day import PASSING, TERMS
from tests.flow.readers import World, entries, shown, world
from tests.flow.site import Site
from tests.flow.world import read

SPARE = 2


def at_rest(the: World, daemon: Daemon, least: Held | None = None) -> Held:
    """Wait until all is shown and told and nothing is under way; what it then holds: no more than before, if it can.

    But for SPARE files: SQLite closes one that nobody uses any more not before it is asked for no lock on it.
    """
    until(the.shows, "that the feeds show what was written", daemon.log)
    until(lambda: not the.waits(), "that everybody is told", daemon.log, 300)
    seen = [held(daemon)]

    def is_calm() -> bool:
        seen.append(held(daemon))
        now = seen[-1]
        return len(seen) > 20 and (least is None or (now.files <= least.files + SPARE and now.threads <= least.threads))

    until(is_calm, f"that no more is open than {least}", daemon.log)
    return Held(*(min(each) for each in zip(*seen[-20:], strict=True)))


LOG = 16 << 20
"""Bytes that the log of the state may come to: it begins anew after some 8 MB, as soon as nobody reads."""


def state_of(site: Site) -> tuple[int, int]:
    """Bytes of the state, and of its log."""
    state = site.out.parent / ".syndicate" / f"{site.out.name}.db"
    log = state.with_name(f"{state.name}-wal")
    return state.stat().st_size, log.stat().st_size if log.exists() else 0


# -- the day


class Plan(NamedTuple):
    """How many posts there are and edits are made, seconds from one to the next, the edit from which on all is to stay
    as it is, seconds between two pings of one topic, and from which edit to which somebody cannot be reached."""

    posts: int
    edits: int
    pace: float
    settled: int
    every: dict[str, int]
    outages: dict[str, tuple[int, int]]


def live(the: World, daemon: Daemon, plan: Plan, say: Callable[[str], None]) -> tuple[Held, Held]:
    """All that is done in a day; what the daemon held after the first part of it, and at the end."""
    rest, start, early = threading.Event(), time.monotonic(), None
    for number in range(1, plan.edits + 1):
        the.day.edit()
        for name, (begin, end) in plan.outages.items():
            someone = the.public if name == "public" else the.receivers[name]
            someone.down = begin <= number < end
        _interfere(the, daemon, number * 1000 // plan.edits, (number - 1) * 1000 // plan.edits)
        if number % max(plan.edits // 20, 1) == 0:
            sizes = state_of(the.site)
            say(f"{number:5} edits, {time.monotonic() - start:5.0f} s: {held(daemon)}, state and log {sizes}")
            assert sizes[1] < LOG
        if number == plan.settled:
            the.day.pause()
            early = at_rest(the, daemon)
            say(f"at rest after {number}: {early}, state and log {state_of(the.site)}")
        rest.wait(plan.pace)
    the.day.end()
    until(the.day.is_over, "the last moment of a post", daemon.log)
    assert early is not None
    late = at_rest(the, daemon, early)
    say(f"at rest at the end: {late}, state and log {state_of(the.site)}; {dict(the.day.done)}")
    return early, late


def _interfere(the: World, daemon: Daemon, now: int, before: int) -> None:
    """What else is done in between, by thousandths of the day."""
    is_time = lambda *moments: any(before < each <= now for each in moments)  # noqa: E731
    if is_time(50, 150, 290, 390, 490, 610, 700, 790, 850, 930):
        the.settle("The Ferry" if now % 200 > 100 else "The Harbour")
        daemon.send(signal.SIGHUP)
    if is_time(70, 170, 330, 520, 830):
        daemon.send(signal.SIGHUP)
    if is_time(100, 250, 450, 550, 750, 950):
        the.build()
    if is_time(120, 350, 650, 900):
        daemon.send(signal.SIGUSR1)


def check_told(the: World, plan: Plan) -> None:
    """Everybody was told of the last state, not more often than there was something new, nor than he can bear."""
    for name, pings in the.pings().items():
        times = Counter(each.topic for each in pings)
        assert pings and max(times.values()) <= plan.edits + 20, name
        for topic in times:
            some = [each for each in pings if each.topic == topic]
            gaps = [after.at - before.at for before, after in pairwise(some)]
            assert min(gaps, default=the.every[name]) > the.every[name] - 1, (
                name,
                topic,
            )  # the books have whole seconds
            if name != "search":
                assert some[-1].entries == entries(read(topic)), (name, topic)
    hooked = the.pings()["hook"]
    assert len({each.said.split()[0] for each in hooked}) == len(hooked)
    for topic in {each.topic for each in hooked}:
        digests = [each.said.split()[1] for each in hooked if each.topic == topic]
        assert all(before != after for before, after in pairwise(digests)), topic
    named = {url for each in the.pings()["search"] for url in each.said.split()}
    pages = {f"{the.public.url}/{name.removesuffix('.md')}.html" for name in the.day.touched}
    assert pages <= named


def check_tree(the: World, folder: Path) -> None:
    """The feeds are what is made of all posts anew: with the same state to the byte, without it in their entries."""
    shutil.copytree(the.site.out.parent / ".syndicate", folder / ".syndicate")
    again = Site(the.site.content, folder / "out", the.site.options)
    assert again.build("--full").code == 0
    assert again.tree() == the.site.tree()
    fresh = Site(the.site.content, folder / "fresh", the.site.options)
    assert fresh.build().code == 0
    for term in ("", *TERMS, *PASSING):
        assert shown(fresh.out, term) == shown(the.site.out, term), term
    # it remembers what is gone, and what the runs came to, and little else that nobody needs
    assert state_of(the.site)[0] < 2 * state_of(fresh)[0]
    assert state_of(the.site)[1] == 0


def a_day(folder: Path, plan: Plan, seed: int, growth: float) -> None:
    with world(folder, plan.posts, seed, plan.every) as the:
        with running(the.site, *the.site.options) as daemon:
            daemon.heard("run")
            until(the.shows, "the first build", daemon.log)
            early, late = live(the, daemon, plan, partial(print, flush=True))
            assert late.memory < early.memory * growth
            assert daemon.stop() == 0
            print(Counter((line["event"], line["level"]) for line in daemon.lines()))
            assert not daemon.lines("fault")
        assert all(each.wait(60) in (0, 1) for each in the.builds)
        print({name: len(pings) for name, pings in the.pings().items()})
        check_told(the, plan)
        check_tree(the, folder / "again")


linux = pytest.mark.skipif(not IS_TOLD, reason="what a process holds is read in /proc")


@linux
@pytest.mark.slow
def test_an_hour_of_it(tmp_path: Path) -> None:
    every = dict.fromkeys(("hub", "aggregator", "cloud", "search", "hook"), 1)
    a_day(tmp_path, Plan(60, 60, 0.08, 20, every, {}), 1, 1.2)


@linux
@pytest.mark.soak
def test_all_of_it(tmp_path: Path) -> None:
    every = {"hub": 4, "aggregator": 5, "cloud": 3, "search": 5, "hook": 2}
    outages = {"hook": (260, 330), "cloud": (400, 520), "search": (560, 640), "public": (700, 730)}
    a_day(tmp_path, Plan(500, 1000, 0.57, 200, every, outages), 2, 1.1)
