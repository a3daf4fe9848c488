"""How worker processes are started, and how it is waited for what they say.

A process without threads is forked: the worker then has everything that is loaded, at once and without a copy. Forking
one that has threads is unsafe (one of them may hold a lock that nobody will ever open in the child), so there a server
forks them that has none.
"""

from __future__ import annotations

import math
import os
import select
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from syndicate.engines.beside import is_alone, undisturbed, waited

if TYPE_CHECKING:  # it takes a while to load, and most runs start no server
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

_PRELOAD = [
    "syndicate.content.ingest",
    "syndicate.delivery.making",
    *(f"syndicate.feeds.formats.{name}" for name in ("rss", "atom", "jsonfeed", "html")),
]
"""What the server imports, so that no worker has to."""


class End(Protocol):
    """One end of the way between two processes."""

    def fileno(self) -> int: ...
    def send_bytes(self, message: bytes, /) -> None: ...
    def recv_bytes(self) -> bytes: ...
    def close(self) -> None: ...


class Process(Protocol):
    """A worker, seen from here: it is killed, waited for, forgotten."""

    def kill(self) -> None: ...
    def join(self) -> None: ...
    def close(self) -> None: ...


_End = TypeVar("_End", bound=End)

Serving = Callable[[Any, Any, Callable[[], None]], None]
"""What a worker does, given its end, what it is told once, and what returns when the process that started it is no
more. It has to pickle, like what it is told."""


def started(serving: Serving, told: object) -> tuple[Process, End, int]:
    """A worker, the end here, and how many bytes surely fit into the way there while it is empty (0: nobody knows).

    By the safest way that is cheap in this process, as it is now.

    Raises:
        OSError, EOFError: no process can be started just now.
    """
    waited()
    if not is_alone():
        return _apart(serving, told)
    from syndicate.engines._forked import forked

    with undisturbed():
        child, line = forked(lambda there: serving(there, told, there.left))
    return child, line, line.room()


def ready(ends: Sequence[_End], timeout: float) -> list[_End]:
    """Those of these ends where something came in, or nobody is left, waited for so many seconds."""
    if not hasattr(select, "poll"):  # Windows
        from multiprocessing.connection import wait

        some: Sequence[Any] = ends
        found: list[Any] = wait(some, None if timeout == math.inf else timeout)
        return found
    by_number = {end.fileno(): end for end in ends}
    if not by_number:
        return []
    watch = select.poll()
    for number in by_number:
        watch.register(number, select.POLLIN)
    return [by_number[number] for number, _ in watch.poll(None if timeout == math.inf else math.ceil(timeout * 1000))]


def _apart(serving: Serving, told: object) -> tuple[Process, Connection, int]:
    chosen: Any = _context()
    connection, there = chosen.Pipe()
    try:
        process = chosen.Process(target=serving, args=(there, told, _orphaned), daemon=True)
        with undisturbed():
            process.start()
    except BaseException:
        connection.close()
        raise
    finally:
        there.close()
    return process, connection, _room(connection)


def _orphaned() -> None:
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()


def _context() -> BaseContext:
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker  # there is none on Windows

    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_PRELOAD)
    resource_tracker.ensure_running()  # first: starting it ends with all signals unblocked
    with undisturbed():
        forkserver.ensure_running()
    return made


def _room(connection: Connection) -> int:
    import socket

    try:
        with socket.socket(fileno=os.dup(connection.fileno())) as channel:
            # what it holds is counted with what it takes to hold it
            return channel.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 4
    except OSError:
        return 0
