"""Lines of the log: what they look like, and that nothing comes of a log that cannot be written."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pty
import threading
from collections.abc import Callable, Iterator

import pytest

from syndicate.daemon.log import Log, Others

NOW = 1_750_000_000.25
Pipe = tuple[int, Callable[[], bytes]]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Where to write, and what has been written."""
    read, write = os.pipe()
    os.set_blocking(read, False)

    def got() -> bytes:
        try:
            return os.read(read, 1 << 20)
        except BlockingIOError:
            return b""

    yield write, got
    os.close(read)
    os.close(write)


def log_to(handle: int, style: str = "auto") -> Log:
    return Log(handle, style, lambda: NOW)


def test_a_pipe_gets_an_object_a_line(pipe: Pipe) -> None:
    write, got = pipe
    log = log_to(write)
    log.did("run", "3 added\nin 安静 \ud800", added=3)
    log.wrong("run-failed", "x" * 10_000)
    first, second = got().splitlines()
    assert json.loads(first) == {
        "time": "2025-06-15T15:06:40.250Z",
        "level": "info",
        "event": "run",
        "message": "3 added\nin 安静 \ud800",
        "added": 3,
    }
    assert json.loads(second)["message"] == "x" * 10_000


def test_text_is_for_people_and_cannot_steer_their_terminal(pipe: Pipe) -> None:
    write, got = pipe
    log = log_to(write, "text")
    log.did("run", "3 added")
    log.odd("problem", "\x1b[31m安\u202e静\x00\nsecond")
    first, second, third = got().decode().splitlines()
    assert first.endswith(" 3 added") and "info" not in first
    assert second.endswith("warning: \\x1b[31m安\\u202e静\\x00")
    assert third == "    second"


def test_a_terminal_gets_text() -> None:
    ours, theirs = pty.openpty()
    try:
        log_to(theirs).did("run", "3 added")
        assert os.read(ours, 1000).endswith(b" 3 added\r\n")
    finally:
        os.close(ours)
        os.close(theirs)


def test_lines_that_nobody_took_are_counted(pipe: Pipe) -> None:
    write, got = pipe
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(write, b"x" * 4096):
            pass
    os.set_blocking(write, True)
    log = log_to(write)
    log.did("run", "lost")
    log.did("run", "lost as well")
    got()
    log.did("run", "there")
    messages = [json.loads(line)["message"] for line in got().splitlines()]
    assert messages == ["2 lines of the log were lost: it could not be written to", "there"]


def test_a_log_that_is_not_there_harms_nobody() -> None:
    read, write = os.pipe()
    os.close(read)
    log_to(write).did("run", "nobody is there")
    os.close(write)
    log_to(write).did("run", "closed")
    log_to(-1).did("run", "no number at all")


def test_lines_of_many_threads_stay_whole(pipe: Pipe) -> None:
    write, got = pipe
    log = log_to(write)
    threads = [
        threading.Thread(target=lambda n=n: [log.did("run", f"{n} {'x' * 100}") for _ in range(20)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([json.loads(line) for line in got().splitlines()]) == 160


def test_what_libraries_warn_of_stands_in_it(pipe: Pipe) -> None:
    write, got = pipe
    logger = logging.Logger("somebody.else")
    logger.addHandler(Others(log_to(write)))
    logger.info("not this")
    logger.warning("careful with %s", "this")
    logger.warning("%d", "no number")
    (line,) = got().splitlines()
    assert json.loads(line)["event"] == "somebody" and json.loads(line)["message"] == "careful with this"
