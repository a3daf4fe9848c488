"""Receivers without manners: servers on loopback that read a request and then do what none should.

A behaviour is a function of the connection. It ends when its peer hangs up (which is what is waited for), when the
test does, or after some bounded number of rounds. `MANNERS` are all of them by name.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

MOST = 64_000_000
"""Bytes that a flood sends to whoever goes on reading."""

OK = b"HTTP/1.1 200 OK\r\n"
_BLOCK = 65_536
_ROUNDS = 600  # of 50 ms


class Peer:
    """One connection to a rude server, and what it has to know."""

    def __init__(self, connection: socket.socket, stop: threading.Event) -> None:
        self.connection, self.stop, self.sent, self.request = connection, stop, 0, b""
        self.outlasted = False
        """Whether the other was still there when patience ended, that of a behaviour itself."""

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)
            self.sent += len(piece)

    def drip(self, piece: bytes) -> None:
        """A piece every now and then: no single read of the other ever waits for long."""
        for _ in range(_ROUNDS):
            if self.stop.wait(0.05):
                return
            self.say(piece)
        self.outlasted = True

    def flood(self, piece: bytes) -> None:
        """As much of it as the other takes."""
        block = piece * max(1, _BLOCK // len(piece))
        while self.sent < MOST and not self.stop.is_set():
            self.say(block)

    def wait(self) -> None:
        """Say nothing until the other hangs up."""
        self.connection.settimeout(_ROUNDS * 0.05)
        try:
            while self.connection.recv(_BLOCK):
                pass
        except TimeoutError:
            self.outlasted = True

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()


Behaviour = Callable[[Peer], Any]


class Rude:
    """A server with one behaviour for all who come. `peers` are those who came; `left` is set when one hung up."""

    def __init__(
        self, behave: Behaviour, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, reads: bool = True
    ) -> None:
        self._behave, self._tls, self._reads = behave, tls, reads
        self._stop, self.left = threading.Event(), threading.Event()
        self.peers: list[Peer] = []
        self._threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family, backlog=64)
        # what the system keeps for a peer that does not read is no memory of the peer's
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BLOCK)
        self.port: int = self._listener.getsockname()[1]
        host = f"[{address}]" if ":" in address else address
        self.url = f"http{'s' if tls else ''}://{host}:{self.port}"

    def __enter__(self) -> Rude:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in list(self.peers):
            with contextlib.suppress(OSError):
                peer.connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive(), "a rude server goes on"

    @property
    def sent(self) -> int:
        """Bytes to the first who came."""
        return self.peers[0].sent if self.peers else 0

    def _start(self, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(connection, self._stop)
            self.peers.append(peer)
            self._start(self._serve, peer)

    def _serve(self, peer: Peer) -> None:
        try:
            with contextlib.suppress(OSError):
                if self._tls:
                    peer.connection = self._tls.wrap_socket(peer.connection, server_side=True)
                if self._reads:
                    peer.request = _read(peer.connection)
                self._behave(peer)
                peer.connection.shutdown(socket.SHUT_WR)
                peer.wait()
        finally:
            peer.connection.close()
            self.left.set()


def _read(connection: socket.socket) -> bytes:
    """A request whole, as long as its header says."""
    got = bytearray()
    while b"\r\n\r\n" not in got and (piece := connection.recv(_BLOCK)):
        got += piece
    head, _, body = bytes(got).partition(b"\r\n\r\n")
    sizes = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    rest = (sizes[0] if sizes else 0) - len(body)
    while rest > 0 and (piece := connection.recv(_BLOCK)):
        got += piece
        rest -= len(piece)
    return bytes(got)


def says(body: bytes, status: str = "200 OK", *headers: str) -> Behaviour:
    """A proper answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda peer: peer.say("\r\n".join(lines).encode(), body)


def raw(*pieces: bytes) -> Behaviour:
    """These bytes."""
    return lambda peer: peer.say(*pieces)


def _then(start: bytes, act: str, *given: bytes) -> Behaviour:
    def behave(peer: Peer) -> None:
        peer.say(start)
        getattr(peer, act)(*given)

    return behave


@cache
def bomb() -> bytes:
    """64 MB of nothing in 64 kB."""
    return gzip.compress(bytes(MOST))


def _packed(head: bytes) -> Behaviour:
    return lambda peer: peer.say(head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb()), bomb())


def _often_packed(peer: Peer) -> None:
    body = bomb()
    for _ in range(3):
        body = zlib.compress(body)
    peer.say(OK, b"Content-Encoding: gzip, deflate, deflate, deflate\r\nContent-Length: %d\r\n\r\n" % len(body), body)


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = OK + b"Content-Length: 100000000\r\n\r\n"

SLOW: dict[str, Behaviour] = {
    "a status line drop by drop": _then(b"HTTP/1.1 2", "drip", b"0"),
    "headers drop by drop": _then(OK, "drip", b"X: y\r\n"),
    "a body drop by drop": _then(LONG, "drip", b"x"),
    "a body of unknown length drop by drop": _then(OK + b"\r\n", "drip", b"x"),
    "chunks drop by drop": _then(CHUNKED, "drip", b"1\r\nx\r\n"),
    "trailers drop by drop": _then(CHUNKED + b"0\r\n", "drip", b"X: y\r\n"),
    "continue, again and again": _then(b"", "drip", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "nothing": Peer.wait,
    "nothing after a status": _then(OK, "wait"),
    "nothing after headers": _then(LONG, "wait"),
    "nothing after an interim answer": _then(b"HTTP/1.1 103 Early Hints\r\n\r\n", "wait"),
}
"""Those who take all the time there is."""

FLOODS: dict[str, Behaviour] = {
    "a body without end": _then(OK + b"\r\n", "flood", b"x"),
    "a huge body": _then(LONG, "flood", b"x"),
    "chunks without end": _then(CHUNKED, "flood", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    "a packed body that swells": _packed(OK),
    "a body packed several times": _often_packed,
    "a refusal that swells": _packed(b"HTTP/1.1 500 No\r\n"),
    "a redirect whose body swells": _packed(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"),
    "a redirect with a body without end": _then(b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n", "flood", b"x"),
}
"""Answers that are too much, but answers."""

BOMBS: dict[str, Behaviour] = {
    "a status line without end": _then(b"HTTP/1.1 200 ", "flood", b"x"),
    "a header line without end": _then(OK + b"X: ", "flood", b"x"),
    "headers without end": _then(OK, "flood", b"X-Header-Of-A-Bomb: " + b"x" * 200 + b"\r\n"),
    "short headers without end": _then(OK, "flood", b"a:\r\n"),
    "a folded header without end": _then(OK + b"X: y\r\n", "flood", b" y\r\n"),
    "continue without end": _then(b"", "flood", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "continue with headers without end": _then(b"HTTP/1.1 100 Continue\r\n", "flood", b"X: y\r\n"),
    "early hints without end": _then(b"", "flood", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "no line at all": _then(b"", "flood", b"\0"),
    "sizes of chunks with words without end": _then(CHUNKED, "flood", b"1;" + b"w" * 5000 + b"\r\nx\r\n"),
    "a size of a chunk without end": _then(CHUNKED, "flood", b"0"),
    "trailers without end": _then(CHUNKED + b"0\r\n", "flood", b"X: y\r\n"),
}
"""Floods of what is no answer."""

BROKEN: dict[str, Behaviour] = {
    "hangs up": raw(),
    "resets": Peer.reset,
    "resets in the headers": lambda peer: (peer.say(OK), peer.reset()),
    "half a status line": raw(b"HTTP/1.1"),
    "half a body": raw(OK + b"Content-Length: 1000\r\n\r\nhalf"),
    "half a chunk": raw(CHUNKED + b"100\r\nhalf"),
    "a chunk of negative size": raw(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
    "a chunk of no size": raw(CHUNKED + b"zzz\r\nhello\r\n0\r\n\r\n"),
    "garbage": raw(bytes(range(256)) * 16),
    "a status that is none": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "a status far off": raw(b"HTTP/1.1 99999 OK\r\n\r\n"),
    "another protocol": raw(b"220 mail.example ESMTP\r\n"),
    "another version": raw(b"HTTP/3.0 200 OK\r\n\r\n"),
    "HTML without a head": raw(b"<!DOCTYPE html><title>hello</title>"),
    "TLS": raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)),
}
"""Those whose answer is none."""


def threads() -> Iterator[threading.Thread]:
    """Those of this process but the main one."""
    return (each for each in threading.enumerate() if each is not threading.main_thread())
