"""A worker that is forked off this process, and the way between the two: a pipe there and a pipe back.

`multiprocessing` has the same, but takes as long to load as it takes to read 80 posts.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
from collections.abc import Callable
from typing import NoReturn

_LENGTH = struct.Struct("<q")
"""What stands before each message: how many bytes it has."""

_ROOM = 1 << 20
"""Bytes that a pipe is to hold, as far as the system gives them: so an answer seldom waits until it is taken."""

_HERE: set[Line] = set()
"""The ends in this process. A worker that is forked later closes its copies: who is left is to see it."""


class Line:
    """One end of the way: whole messages go out and come in."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def fileno(self) -> int:
        """What is to be waited for."""
        return self._incoming

    def send_bytes(self, message: bytes) -> None:
        """Raises OSError where nobody is there any more."""
        rest = memoryview(_LENGTH.pack(len(message)) + message)
        while rest:
            rest = rest[os.write(self._outgoing, rest) :]

    def recv_bytes(self) -> bytes:
        """Raises EOFError where nobody is there any more."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return self._read(length)

    def _read(self, length: int) -> bytes:
        pieces = []
        while length:
            piece = os.read(self._incoming, length)
            if not piece:
                raise EOFError
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def left(self) -> None:
        """Returns when nobody is there any more."""
        watch = select.poll()
        watch.register(self._incoming, 0)
        watch.poll()

    def room(self) -> int:
        """So many bytes surely fit into the way out while it is empty."""
        return fcntl.fcntl(self._outgoing, fcntl.F_GETPIPE_SZ) // 4

    def close(self) -> None:
        _HERE.discard(self)
        os.close(self._incoming)
        os.close(self._outgoing)


class Child:
    """The worker, seen from here."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def kill(self) -> None:
        """At once, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):  # where nobody asks after children, it may be gone for good
            os.kill(self._pid, signal.SIGKILL)

    def join(self) -> None:
        """It is no more when this returns."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def close(self) -> None:
        """Nothing is left of it."""


def forked(work: Callable[[Line], None]) -> tuple[Child, Line]:
    """A worker that does this with its end, and the end here.

    Raises:
        OSError: no process can be started just now.
    """
    here, there = _lines()
    try:
        pid = os.fork()
        if not pid:
            _work(work, there)
    except BaseException:
        here.close()
        raise
    finally:
        there.close()
    return Child(pid), here


def _lines() -> tuple[Line, Line]:
    incoming, answers = os.pipe()
    try:
        orders, outgoing = os.pipe()
    except OSError:
        os.close(incoming)
        os.close(answers)
        raise
    for pipe in (incoming, orders):
        with contextlib.suppress(OSError):  # it holds what it holds
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)
    here, there = Line(incoming, outgoing), Line(orders, answers)
    _HERE.add(here)
    return here, there


def _work(work: Callable[[Line], None], there: Line) -> NoReturn:
    """It ends here in any case: what stands behind this call is its parent's to do."""
    try:
        for line in tuple(_HERE):
            line.close()
        work(there)
        os._exit(0)
    finally:
        os._exit(1)
