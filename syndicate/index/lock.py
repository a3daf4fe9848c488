"""One run at a time per state: a lock that dies with its process."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from syndicate.errors import LockHeld, StateError

if sys.platform != "win32":
    import fcntl

_held: set[int] = set()

_LOOK = 0.05
"""Seconds between two looks at whether a lock that is waited for is free."""

Told = Callable[[str], None]
"""Told once who is waited for."""


def _let_go() -> None:
    for handle in _held:
        os.close(handle)


if hasattr(os, "register_at_fork"):
    # a worker that outlives its parent for a moment must not hold the lock on
    os.register_at_fork(after_in_child=_let_go)


@contextlib.contextmanager
def held(
    path: str,
    wait: float = 0.0,
    told: Told = lambda _: None,
    whose: str = "another run works on this state",
) -> Iterator[None]:
    """Hold the lock file at `path` while in the block; another's end is waited for so many seconds.

    Raises:
        LockHeld: another process has it; the message names it and since when.
        StateError: the file cannot be made or locked.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise StateError(f"{path}: the lock cannot be made ({fault.strerror})") from fault
    try:
        _wait_for(handle, path, wait, told, whose)
        with contextlib.suppress(OSError):  # on a full disk the lock holds as well without a name in it
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode(), 0)
        _held.add(handle)
        yield
    finally:
        _held.discard(handle)
        os.close(handle)


def holder(path: str) -> str:
    """Who holds the lock file at `path`, as "process 123 since ..."; "" where nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        # shared and for a moment; who wants it for himself then looks again (`wait`)
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(handle, 200, 0).decode("utf-8", "replace") or "another process"
    except (OSError, NameError):
        return ""
    finally:
        os.close(handle)
    return ""


def _wait_for(handle: int, path: str, wait: float, told: Told, whose: str) -> None:
    until = time.monotonic() + wait
    waiting = False
    while not _taken(handle, path):
        holder = os.pread(handle, 200, 0).decode("utf-8", "replace") or "another process"
        if time.monotonic() >= until:
            said = f", also after {wait:g} s" if wait else ""
            raise LockHeld(f"{whose}: {holder} ({path}){said}")
        if not waiting:
            told(f"waiting up to {wait:g} s for {holder}")
            waiting = True
        time.sleep(_LOOK)


def _taken(handle: int, path: str) -> bool:
    """Take the lock, if nobody has it."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as fault:
        raise StateError(f"{path}: the lock cannot be taken ({fault.strerror})") from fault
    return True
