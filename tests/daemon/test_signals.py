"""Signals, in this process: what is asked for, what is ended, and what workers make of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.signals import Halt, Signals
from tests.flow.site import ROOT

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals of POSIX")


def send(name: str) -> None:
    os.kill(os.getpid(), getattr(signal, name))


def halted(signals: Signals, *names: str) -> Halt:
    """How a long sleep ends in which these come."""
    try:
        with signals.caught():
            for name in names:
                send(name)
            time.sleep(30)
    except Halt as halt:
        return halt
    pytest.fail("nothing ended it")


def test_they_become_works_and_are_given_back() -> None:
    got: list[Work] = []
    before = signal.getsignal(signal.SIGTERM)
    with Signals(got.append, Clock()).caught():
        for name in ("SIGUSR1", "SIGHUP", "SIGTERM"):
            send(name)
    assert [(work.kind, work.why) for work in got] == [
        (Kind.SCAN, "SIGUSR1"),
        (Kind.RELOAD, "SIGHUP"),
        (Kind.STOP, "SIGTERM"),
    ]
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("second", ["SIGTERM", "SIGINT"])
def test_who_asks_twice_does_not_wait(second: str) -> None:
    stopped: list[bool] = []
    halt = halted(Signals(lambda _: None, Clock(), lambda: stopped.append(True)), "SIGTERM", second)
    assert not halt.late and stopped == [True]


def test_what_takes_too_long_is_broken_off() -> None:
    assert halted(Signals(lambda _: None, Clock(), patience=0.05), "SIGTERM").late


def test_what_ends_in_time_is_not() -> None:
    with Signals(lambda _: None, Clock(), patience=0.2).caught() as _:
        send("SIGTERM")
    time.sleep(0.3)


FORK = """
import os, signal, time
from syndicate.daemon.clock import Clock
from syndicate.daemon.signals import Signals
read, write = os.pipe()
with Signals(print, Clock()).caught():
    child = os.fork()
    if not child:
        os.write(write, b"x")
        time.sleep(30)
        os._exit(0)
    os.read(read, 1)
    os.kill(child, signal.SIGTERM)
    print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""


def test_a_worker_dies_of_a_signal() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == (f"{int(signal.SIGTERM)}\n", "")
