"""One run at a time per state, and a lock that dies with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.errors import LockHeld, StateError
from syndicate.index.lock import held

HOLD = """
import sys
from syndicate.index.lock import held
with held(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> str:
    return str(tmp_path / "state.db.lock")


@pytest.fixture
def holder(lock: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, lock]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def test_two_processes(lock: str, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockHeld) as caught, held(lock):
        pytest.fail("both have it")
    assert caught.value.exit_code == 3
    assert f"process {holder.pid} since 20" in str(caught.value)
    holder.communicate("")
    assert holder.returncode == 0
    with held(lock):
        pass


def test_the_end_of_another_is_waited_for(lock: str, holder: subprocess.Popen[str]) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        assert holder.stdin is not None
        holder.stdin.close()  # and so it ends

    with held(lock, 30, tell):
        assert told == [f"waiting up to 30 s for process {holder.pid} since {told[0].partition(' since ')[2]}"]


def test_who_waits_in_vain_says_for_whom(lock: str, holder: subprocess.Popen[str]) -> None:
    whose = f"another daemon: process {holder.pid} since .*, also after 0.2 s"
    with pytest.raises(LockHeld, match=whose), held(lock, 0.2, whose="another daemon"):
        pytest.fail("both have it")


def test_a_holder_that_is_killed(lock: str, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with held(lock):
        pass


def test_the_next_refusal_names_the_next_holder(lock: str, holder: subprocess.Popen[str]) -> None:
    holder.communicate("")
    with held(lock), pytest.raises(LockHeld, match=f"process {os.getpid()} since"), held(lock):
        pytest.fail("taken twice")


def test_what_stood_in_the_file_before_is_gone(lock: str) -> None:
    Path(lock).write_text("somebody else " * 100)
    with held(lock), pytest.raises(LockHeld, match=rf"process {os.getpid()} since [-0-9]+ [:0-9]+ UTC \("), held(lock):
        pytest.fail("taken twice")


def test_a_refusal_leaves_the_lock_with_its_holder(lock: str) -> None:
    with held(lock):
        for _ in range(2):
            with pytest.raises(LockHeld), held(lock):
                pytest.fail("taken twice")


def test_given_back_after_an_exception(lock: str) -> None:
    with pytest.raises(ZeroDivisionError), held(lock):
        raise ZeroDivisionError
    with held(lock):
        pass


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be made"), held(str(tmp_path / "no" / "lock")):
        pytest.fail("there is no such folder")


def test_processes_that_are_started_meanwhile_do_not_keep_it(lock: str) -> None:
    with held(lock):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    with held(lock):
        child.communicate(b"")
    assert child.returncode == 0
