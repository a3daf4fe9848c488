"""Subscribers on loopback, as many as are asked for: one server that answers at every address of 127.0.0.0/8.

    python -m bench.sink [SLOW]

prints its port. What a subscriber does stands in its callback, `/KIND/NUMBER`: `ok` takes what comes, `hang` never
answers, `slow` takes it after SLOW seconds, `gone` answers 410, `status-503` with that status, `turns` fails every
other time; each confirms what it is asked. `GET /report` tells of each number what it got: when, which version (the
number after the word "version" in the body), its signature, how many bytes; `GET /count` how many got anything. It ends
with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from urllib.parse import parse_qs, urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SIGNED = re.compile(rb"\r\nx-hub-signature: *([^\r]+)", re.IGNORECASE)
_VERSION = re.compile(rb"version (\d+)")


class Book:
    """What everybody got."""

    def __init__(self, slow: float) -> None:
        self.slow = slow
        self.got: dict[str, list[tuple[float, int, str, int]]] = {}
        self.tries: dict[str, int] = {}

    def note(self, name: str, head: bytes, body: bytes) -> None:
        """A whole delivery."""
        version, signed = _VERSION.search(body), _SIGNED.search(head)
        said = (time.time(), int(version[1]) if version else 0, signed[1].decode() if signed else "", len(body))
        self.got.setdefault(name, []).append(said)


class Subscriber(asyncio.Protocol):
    """One connection to one of them."""

    def __init__(self, book: Book) -> None:
        self._book, self._came = book, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._came += data
        head, end, body = bytes(self._came).partition(b"\r\n\r\n")
        if not end:
            return
        length = _LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return
        self._came.clear()
        self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        target = urlsplit(head.split(b" ", 2)[1].decode("latin-1"))
        if target.path == "/report":
            return self._say(200, json.dumps({"got": self._book.got, "tries": self._book.tries}).encode())
        if target.path == "/count":
            return self._say(200, b"%d" % len(self._book.got))
        kind, _, name = target.path[1:].partition("/")
        if head.startswith(b"GET"):
            return self._say(200, "".join(parse_qs(target.query).get("hub.challenge", [])).encode())
        self._book.tries[target.path] = tries = self._book.tries.get(target.path, 0) + 1
        if kind == "hang":
            return None
        if kind == "gone" or kind.startswith("status-") or (kind == "turns" and tries % 2):
            return self._say(410 if kind == "gone" else int(kind[7:]) if kind[:6] == "status" else 503)
        if kind == "slow":
            asyncio.get_running_loop().call_later(self._book.slow, self._take, name, head, body)
            return None
        return self._take(name, head, body)

    def _take(self, name: str, head: bytes, body: bytes) -> None:
        if not self._transport.is_closing():
            self._book.note(name, head, body)
            self._say(202)

    def _say(self, status: int, body: bytes = b"") -> None:
        head = b"HTTP/1.1 %d Some\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body))
        self._transport.write(head + body)
        self._transport.close()


async def serve(slow: float) -> None:
    """Until the standard input ends."""
    loop, book = asyncio.get_running_loop(), Book(slow)
    server = await loop.create_server(lambda: Subscriber(book), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
