"""Good requests among half ones: connections whose request never ends, each from an address of its own."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack, suppress
from statistics import median

from bench.answers import built, ours, timed

HALVES, FILES = 5_000, 1024
"""Half requests, and descriptors that the server has."""

MEANWHILE, AFTER, BEFORE = (f"99 of 100 good answers within, {when}" for when in ("meanwhile", "15 s later", "before"))
NORMAL = "half of all 15 s later, to before"

_GOOD = 500


def measured(rounds: int) -> tuple[dict[str, list[float]], ...]:
    """In milliseconds."""
    figures: dict[str, list[float]] = {name: [] for name in (MEANWHILE, AFTER, BEFORE, NORMAL)}
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for _ in range(rounds):
        with built() as folder, ours(folder, FILES) as server, ExitStack() as stack:
            timed(server.port, _GOOD // 5)
            before = timed(server.port, _GOOD)
            for number in range(HALVES):
                _half(stack.enter_context(socket.socket()), server.port, number)
            meanwhile = timed(server.port, _GOOD)
            time.sleep(15)
            after = timed(server.port, _GOOD)
        for name, taken in ((BEFORE, before), (MEANWHILE, meanwhile), (AFTER, after)):
            figures[name].append(taken[_GOOD * 99 // 100])
        figures[NORMAL].append(median(after) / median(before))
    return (figures,)


def _half(line: socket.socket, port: int, number: int) -> None:
    with suppress(ConnectionError):  # the server makes room for others
        line.bind((f"127.77.{number // 250}.{number % 250 + 1}", 0))
        line.connect(("127.0.0.1", port))
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
