"""Two things at once: the same comes of them, whether the second was done elsewhere or here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn

import pytest

from syndicate.engines._starting import End, started
from syndicate.engines.beside import Wait, both, is_alone, waited
from syndicate.engines.processes import Processes
from tests.apart import apart


def pids() -> tuple[int, int, int]:
    return os.getpid(), *both(os.getpid, os.getpid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux")
def test_the_second_is_done_elsewhere() -> None:
    own, here, there = apart(pids)
    assert own == here != there


def test_beside_a_thread_all_is_done_here() -> None:
    """It might hold a lock that nobody would open in the other process."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert set(pids()) == {os.getpid()}
    finally:
        done.set()
        thread.join()


def long(letter: str) -> str:
    return letter * 10_000_000


def test_more_than_a_pipe_holds_comes_through() -> None:
    one, other = apart(both, partial(long, "x"), partial(long, "y"))
    assert (one, other) == (long("x"), long("y"))


def die() -> NoReturn:
    os.kill(os.getpid(), 9)
    raise AssertionError


def fail() -> NoReturn:
    raise ZeroDivisionError


def left(act: Callable[[], object]) -> tuple[str, str]:
    """What comes of something that is done only where it is not at home; no process is left behind."""
    home = os.getpid()
    done = both(lambda: "here", lambda: "done" if os.getpid() == home else str(act()))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return done


@pytest.mark.parametrize("act", [die, sys.exit, fail])
def test_what_comes_to_nothing_there_is_done_here(act: Callable[[], object]) -> None:
    assert apart(left, act) == ("here", "done")


def unlocked() -> bool:
    _, lock = both(dict, threading.Lock)
    return lock.acquire(blocking=False)


def test_what_cannot_travel_is_made_here() -> None:
    assert apart(unlocked)


def failing(here: bool) -> None:
    try:
        both(fail if here else dict, dict if here else fail)
    finally:
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("here", [True, False])
def test_exceptions_come_through(here: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        apart(failing, here)


def unheeded() -> tuple[int, list[list[object]]]:
    """What comes of it where the system forgets children that have ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with pytest.raises(ZeroDivisionError):
        both(fail, dict)
    _, there = both(os.getpid, os.getpid)
    with Processes(2) as engine:
        return there, list(engine.run(doubled, [[1], [2], [3]], str))


def doubled(numbers: Sequence[int]) -> list[object]:
    if 2 in numbers:
        os._exit(1)
    return [2 * each for each in numbers]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux")
def test_children_may_be_forgotten_by_the_system() -> None:
    """Who starts a program can have said so, and the program goes on with it."""
    there, results = apart(unheeded)
    assert there > 0
    assert results == [[2], ["2"], [6]]


def some_time() -> None:
    subprocess.run(["true"], check=True)


def alone_afterwards() -> list[bool]:
    found = []
    for _ in range(20):
        wait = Wait(some_time)
        waited()
        found.append(is_alone())
        wait.end()
    return found


def serve(end: End, told: str, _orphaned: Callable[[], None]) -> None:
    end.send_bytes(f"{told} {os.getppid()}".encode())


def way_of_starting() -> bool:
    """Whether a worker is a child of this process, and not of a server's."""
    wait = Wait(some_time)
    process, end, _room = started(serve, "by")
    said = end.recv_bytes().decode()
    process.join()
    end.close()
    wait.end()
    return said == f"by {os.getpid()}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux")
def test_who_forks_waits_for_the_threads_that_wait() -> None:
    """So the way in which workers are started does not depend on chance."""
    assert apart(alone_afterwards) == [True] * 20
    assert apart(way_of_starting)


def test_what_a_thread_raises_is_told_to_whoever_waits() -> None:
    wait = Wait(fail)
    with pytest.raises(ZeroDivisionError):
        wait.end()


def without_threads() -> list[str]:
    """What a process does in order whose memory has no room for the stack of a thread."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
    told = []
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 20), hard))
    try:
        wait = Wait(lambda: told.append("done"))
        told.append(f"over {wait.is_over}")
        wait.end()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is bounded on Linux")
def test_where_no_thread_can_be_started_it_is_done_in_the_end() -> None:
    assert apart(without_threads) == ["over True", "done"]
