"""Works that wait: the same are one, a larger one contains a smaller, the urgent come first."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from syndicate.daemon.inbox import Inbox, Kind, Work


def taken(*works: Work) -> list[Work]:
    """What comes out of an inbox into which these were put."""
    inbox = Inbox()
    for work in works:
        inbox.put(work)
    found = []
    while (work := inbox.take(0)) is not None:
        found.append(work)
    return found


def kinds(*put: Kind) -> list[Kind]:
    return [work.kind for work in taken(*map(Work, put))]


def test_the_urgent_come_first() -> None:
    assert kinds(Kind.UPKEEP, Kind.PINGS, Kind.SCAN, Kind.RELOAD, Kind.STOP) == [
        Kind.STOP, Kind.RELOAD, Kind.SCAN, Kind.PINGS, Kind.UPKEEP,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("put", "left"),
    [
        ([Kind.SCAN, Kind.SCAN], [Kind.SCAN]),
        ([Kind.SCAN, Kind.MOMENT, Kind.PATHS], [Kind.SCAN]),
        ([Kind.PATHS, Kind.MOMENT, Kind.SCAN], [Kind.SCAN]),
        ([Kind.SCAN, Kind.FULL], [Kind.FULL]),
        ([Kind.FULL, Kind.SCAN, Kind.PATHS], [Kind.FULL]),
        ([Kind.MOMENT, Kind.PATHS], [Kind.PATHS, Kind.MOMENT]),
        ([Kind.PINGS, Kind.FULL, Kind.PINGS], [Kind.FULL, Kind.PINGS]),
    ],
)
def test_what_a_larger_work_does_is_not_done_twice(put: list[Kind], left: list[Kind]) -> None:
    assert kinds(*put) == left


def test_paths_are_gathered() -> None:
    (work,) = taken(Work(Kind.PATHS, frozenset({b"/a"}), "files"), Work(Kind.PATHS, frozenset({b"/b"}), "more"))
    assert work == (Kind.PATHS, {b"/a", b"/b"}, "files")


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("larger", [Kind.SCAN, Kind.FULL])
def test_a_larger_work_knows_what_was_closed(larger: Kind, order: int) -> None:
    """A scan that comes between leaves out no file that was closed, however short a time ago."""
    (work,) = taken(*[Work(larger, why="every"), Work(Kind.PATHS, frozenset({b"/a"}))][::order])
    assert (work.kind, work.paths) == (larger, {b"/a"})


def test_one_waits_for_work_and_no_longer_than_it_is_told() -> None:
    inbox = Inbox()
    assert inbox.take(0.01) is None
    threading.Timer(0.05, lambda: inbox.put(Work(Kind.SCAN))).start()
    start = time.monotonic()
    assert inbox.take(30) == Work(Kind.SCAN)
    assert time.monotonic() - start < 29


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals of POSIX")
def test_a_signal_may_come_at_any_moment() -> None:
    inbox, count = Inbox(), 2000
    before = signal.signal(signal.SIGUSR1, lambda *_: inbox.put(Work(Kind.PATHS, frozenset({b"signal"}))))
    try:
        for number in range(count):
            inbox.put(Work(Kind.PATHS, frozenset({b"%d" % number})))
            os.kill(os.getpid(), signal.SIGUSR1)
            if number % 7 == 0:
                inbox.take(0)
    finally:
        signal.signal(signal.SIGUSR1, before)
    work = inbox.take(0)
    assert work is not None and b"signal" in work.paths and b"%d" % (count - 1) in work.paths
