"""What comes of runs: what failed is done again, what is new is told once, moments are waited for."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from syndicate.cycle import Progress, Wish
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.log import Log
from syndicate.daemon.loop import TICK, Loop
from syndicate.daemon.runs import AGAIN, FAR, FEW, SELDOM, Ended, Outcome, Runs
from syndicate.daemon.timetable import Timetable
from syndicate.errors import BrakeHeld, ContentMissing, LockHeld, PublishError, StateError, SyndicateError
from syndicate.model import Documents, Problem, Report, Severity
from tests.daemon.clocks import Patient, Simulated, simulated

NOW = 1_750_000_000


@dataclass
class Runner:
    """Runs nothing: `comes` is what comes of the next runs, then they go well; `done` is what was asked for."""

    clock: Simulated
    comes: list[Exception | Outcome] = field(default_factory=list)
    done: list[tuple[int, Wish]] = field(default_factory=list)

    def run(self, work: Work, wish: Wish, now: int, progress: Progress) -> Outcome:
        self.done.append((now - NOW, wish))
        progress("read", 1, 1)
        come = self.comes.pop(0) if self.comes else Outcome(Report(), None, "UTC")
        if isinstance(come, Exception):
            raise come
        return come

    def close(self) -> None:
        pass


class Daemon:
    """A loop with runs that run nothing. `told` are the lines of its log."""

    def __init__(self, clock: Simulated) -> None:
        self.clock, self.runner = clock, Runner(clock)
        self._read, write = os.pipe()
        self.inbox = Patient(clock)
        self.timetable = Timetable(self.inbox.put)
        log = Log(write, "json", clock.time)
        self._write = write
        self.runs = Runs(self.runner, self.timetable, clock, log, lambda: None)
        self.loop = Loop(self.inbox, self.timetable, clock, log)
        self.loop.handlers = dict.fromkeys((Kind.SCAN, Kind.FULL, Kind.MOMENT, Kind.PATHS), self.runs.do)

    def live(self, seconds: float, *works: Work) -> None:
        for work in works:
            self.inbox.put(work)
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            self.loop.step()

    def told(self) -> list[tuple[str, str]]:
        """(event, message) of what was logged since the last call."""
        return [(line["event"], line["message"]) for line in self.lines()]

    def lines(self) -> list[dict[str, Any]]:
        """What was logged since the last call."""
        os.set_blocking(self._read, False)
        try:
            text = os.read(self._read, 1 << 20).decode()
        except BlockingIOError:
            return []
        return [json.loads(line) for line in text.splitlines()]

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with simulated(NOW) as clock:
        made = Daemon(clock)
        yield made
        made.close()


@pytest.mark.parametrize("fault", [ContentMissing, BrakeHeld, PublishError, LockHeld, OSError, ZeroDivisionError])
def test_what_failed_is_done_again_ever_more_seldom(daemon: Daemon, fault: type[Exception]) -> None:
    daemon.runner.comes = [fault("what to do") for _ in range(12)]
    daemon.live(4 * 3600, Work(Kind.SCAN))
    times = [at for at, _ in daemon.runner.done]
    waits = [late - early for early, late in itertools.pairwise(times)]
    assert waits == [min(AGAIN * 2**number, SELDOM) for number in range(12)]
    assert len(times) == 13, "what went well is not done again"
    told = daemon.told()
    assert len(told) == 12 and all("what to do" in message for _, message in told)
    if issubclass(fault, SyndicateError):
        assert told[0] == ("run-failed", "what to do; tried again in 10 s")


def test_of_what_failed_all_is_looked_at(daemon: Daemon) -> None:
    daemon.runner.comes = [PublishError("no"), PublishError("no")]
    daemon.live(1, Work(Kind.PATHS, frozenset({b"/a"})))
    daemon.live(1, Work(Kind.PATHS, frozenset({b"/b"})))
    daemon.live(1, Work(Kind.PATHS, frozenset({b"/c"})))
    assert [wish.paths for _, wish in daemon.runner.done] == [{b"/a"}, None, None]
    daemon.live(1, Work(Kind.PATHS, frozenset({b"/d"})))
    assert daemon.runner.done[-1][1].paths == {b"/d"}
    daemon.live(3600)
    assert len(daemon.runner.done) == 4


def test_a_full_run_that_failed_stays_a_full_one(daemon: Daemon) -> None:
    daemon.runner.comes = [PublishError("no"), Outcome(Report(), None, "UTC")]
    daemon.runs.do(Work(Kind.FULL))
    daemon.runs.do(Work(Kind.SCAN))
    daemon.live(3600)
    assert [wish.full for _, wish in daemon.runner.done] == [True, False, True]
    assert all(wish.by == "daemon" for _, wish in daemon.runner.done)


def test_the_next_moment_is_waited_for(daemon: Daemon) -> None:
    daemon.runner.comes = [
        Outcome(Report(), NOW + 1000, "UTC"),
        Outcome(Report(), NOW + 500, "UTC"),
        Outcome(Report(), NOW + 1000, "UTC"),
        Outcome(Report(), None, "UTC"),
    ]
    daemon.live(100, Work(Kind.SCAN))
    daemon.live(3600, Work(Kind.SCAN))
    assert [at for at, _ in daemon.runner.done] == [0, 100, 500, 1000]
    assert daemon.runner.done[-1][1].paths == frozenset()


def test_a_moment_may_be_as_far_away_as_it_likes(daemon: Daemon) -> None:
    daemon.runner.comes = [Outcome(Report(), 1 << 62, "UTC")]
    daemon.live(TICK, Work(Kind.SCAN))
    assert daemon.timetable.coming() == {"moment": (Kind.MOMENT, NOW + FAR)}
    assert daemon.told() == []


def test_each_is_told_of_each_run_whatever_another_does(daemon: Daemon) -> None:
    heard: list[Ended] = []
    daemon.runs.listeners += [lambda _: 1 / 0, heard.append]  # type: ignore[list-item]
    daemon.runner.comes = [PublishError("no")]
    daemon.live(60, Work(Kind.SCAN, why="start"))
    assert [(ended.work.why, ended.fault is None, ended.outcome is None) for ended in heard] == [
        ("start", False, True),
        ("again", True, False),
    ]
    assert [event for event, _ in daemon.told()] == ["run-failed", "fault", "fault"]


def test_a_run_that_changed_nothing_is_not_told_of(daemon: Daemon) -> None:
    daemon.runner.comes = [Outcome(Report(added=2, documents=Documents(written=1200)), None, "UTC")]
    daemon.live(600, Work(Kind.SCAN, why="start"))
    daemon.live(600, Work(Kind.SCAN))
    assert daemon.told() == [("run", "2 added, 1,200 written (start, 0.00 s)")]


def test_a_problem_is_told_of_when_it_is_new(daemon: Daemon) -> None:
    problems = [Problem(f"{n}.md", Severity.ERROR, "front-matter-broken", "mend it") for n in range(FEW + 3)]
    mild = [Problem(f"mild-{n}.md", Severity.WARNING, "no-date", "set one", 2, 8) for n in range(3)]
    moved = [replace(mild[0], line=3), *mild[1:]]
    note = Problem(".", Severity.INFO, "language-assumed", "say which")
    for some in (
        [*mild[:2], problems[0], note],
        [*mild, *problems[:2], note],
        [*moved, *problems[:2]],
        [],
        [*mild, *problems],
    ):
        daemon.runner.comes.append(Outcome(Report(problems=some), None, "UTC"))
        daemon.live(TICK, Work(Kind.SCAN))
    told = daemon.lines()
    assert [(line["level"], line["message"]) for line in told[:4]] == [
        ("warning", "2 warnings stand; `syndicate check` lists them"),
        ("error", "0.md: mend it"),
        ("error", "1.md: mend it"),
        ("warning", "mild-2.md:2:8: set one"),
    ]
    assert len(told) == 4 + FEW + 1
    assert told[-1]["message"] == "and 6 more problems; `syndicate check` lists all"


def test_what_cannot_be_done_is_no_fault_of_ours(daemon: Daemon) -> None:
    daemon.loop.attempt(lambda: _raise(StateError("feeds.db: the state cannot be used")))
    daemon.loop.attempt(lambda: _raise(OSError(28, "No space left on device", "feeds.db")))
    assert daemon.told() == [
        ("failed", "feeds.db: the state cannot be used"),
        ("failed", "[Errno 28] No space left on device: 'feeds.db'"),
    ]
    daemon.loop.attempt(lambda: _raise(ZeroDivisionError()))
    assert daemon.told()[0][1].startswith("this is a fault of Syndicate itself")


def _raise(fault: Exception) -> None:
    raise fault
