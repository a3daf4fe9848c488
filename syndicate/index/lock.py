"""One run at a time per state: a lock that dies with its process."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from syndicate.errors import LockHeld, StateError

if sys.platform != "win32":
    import fcntl

_held: set[int] = set()


def _let_go() -> None:
    for handle in _held:
        os.close(handle)


if hasattr(os, "register_at_fork"):
    # a worker that outlives its parent for a moment must not hold the lock on
    os.register_at_fork(after_in_child=_let_go)


@contextlib.contextmanager
def held(path: str) -> Iterator[None]:
    """Hold the lock file at `path` while in the block.

    Raises:
        LockHeld: another process has it; the message names it and since when.
        StateError: the file cannot be made or locked.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise StateError(f"{path}: the lock cannot be made ({fault.strerror})") from fault
    try:
        _take(handle, path)
        with contextlib.suppress(OSError):  # on a full disk the lock holds as well without a name in it
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode())
        _held.add(handle)
        yield
    finally:
        _held.discard(handle)
        os.close(handle)


def _take(handle: int, path: str) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        holder = os.pread(handle, 200, 0).decode("utf-8", "replace") or "another process"
        raise LockHeld(f"another run works on this state: {holder} ({path})") from fault
    except OSError as fault:
        raise StateError(f"{path}: the lock cannot be taken ({fault.strerror})") from fault
