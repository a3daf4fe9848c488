"""Connections: what is sent byte for byte, what comes back, and who is let go of. Over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from syndicate.server import Request, Response, Witness
from syndicate.server.answers import NOT_FOUND, said
from syndicate.server.app import Application
from syndicate.server.crowd import Crowd
from syndicate.server.front import Front, Times
from syndicate.server.manners import Proxies
from syndicate.server.reading import end_of_line, spelled
from syndicate.server.running import Listener, run
from syndicate.server.sockets import bound
from syndicate.server.wire import Connection
from tests.daemon.running import until

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/serving/raw.toml").read_text("utf-8"))
GET = b"GET /document HTTP/1.1\r\nHost: a\r\n\r\n"
DEADLINE = 30.0
LARGE = 40_000_000


class Echo:
    """A Place that gives back what it was sent, and says who sent it."""

    methods, most, slow = ("POST",), 1000, True

    def answer(self, request: Request) -> Response:
        length = b"%d" % len(request.body)
        return Response(202, [(b"x-client", request.client.encode()), (b"content-length", length)], request.body)


class Endless:
    """A Place whose answer has no end."""

    methods, most, slow = ("GET",), 0, False

    def answer(self, request: Request) -> Response:
        return Response(200, [], self._on())

    async def _on(self) -> AsyncIterator[bytes]:
        while True:
            yield b"on and on"
            await asyncio.sleep(0.05)


class Statuses:
    """A Witness that writes down what was answered."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def saw(self, request: Request, status: int, sent: int, whole: int, feed: str) -> None:
        self.seen.append(status)


class Answers(Application):
    """Answers a few paths without any document."""

    def __init__(self, witness: Witness | None = None) -> None:
        super().__init__(None, {"/echo": Echo(), "/endless": Endless()}, witness=witness)

    def at_once(self, request: Request) -> Response | None:
        if request.path == b"/document":
            return said(200, "a document", (b"x-client", request.client.encode()))
        if request.path == b"/%E9%87%91":
            return said(200, "raw", (b"x-agent", request.header(b"user-agent") or b""))
        if request.path == b"/large":
            return Response(200, [], b"a" * LARGE)
        if request.path == b"/fault":
            raise RuntimeError("planted")
        if request.path == b"/lines":
            return Response(200, [(b"x", b"a\r\nset-cookie: b")], b"")
        return super().at_once(request) if request.path in (b"/echo", b"/endless") else NOT_FOUND


@contextmanager
def listening(
    crowd: Crowd | None = None,
    proxies: Proxies | None = None,
    told: Any = None,
    witness: Witness | None = None,
    **times: float,
) -> Iterator[int]:
    """The port of a server, while in the block."""
    sockets = bound("127.0.0.1:0", "serve.listen")
    front = Front(
        Answers(witness), crowd or Crowd(1000, 1000), proxies or Proxies(()), told or (lambda _: None), Times(**times)
    )
    stops: list[Callable[[], None]] = []
    ready = threading.Event()

    def begun(stop: Callable[[], None]) -> None:
        stops.append(stop)
        ready.set()

    thread = threading.Thread(target=run, args=([Listener(sockets, front)],), kwargs={"begun": begun}, daemon=True)
    thread.start()
    assert ready.wait(DEADLINE)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        stops[0]()
        thread.join(DEADLINE)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with listening() as found:
        yield found


def connected(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), DEADLINE, (source, 0))


def read(line: socket.socket) -> bytes:
    """All that comes, to the end of the connection."""
    received = b""
    try:
        while piece := line.recv(1 << 16):
            received += piece
    except ConnectionResetError:
        received += b"(reset)"
    return received


def statuses(received: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", received)]


@pytest.mark.parametrize("name", CASES)
def test_bytes(port: int, name: str) -> None:
    case = CASES[name]
    pieces = (case["sent"], case.get("piece", "") * case.get("times", 1), case.get("then", ""))
    with connected(port) as line:
        sender = threading.Thread(target=_send, args=(line, "".join(pieces).encode()))
        sender.start()
        received = read(line)
        sender.join(DEADLINE)
    assert statuses(received) == case["status"], received[-500:]
    assert received.count(b"\r\nconnection: close\r\n") == 1, "the last answer says that it is the last"
    assert received.endswith(case.get("body", "").encode())
    assert b"set-cookie" not in received


def _send(line: socket.socket, message: bytes) -> None:
    with contextlib.suppress(OSError):  # nobody hears it to its end
        line.sendall(message)


def test_ten_of_the_cases_are_forms_of_smuggling() -> None:
    assert sum(name.startswith("smuggling") for name in CASES) >= 10


def test_a_request_may_come_byte_by_byte(port: int) -> None:
    with connected(port) as line:
        for number in range(len(GET)):
            line.sendall(GET[number : number + 1])
        assert statuses(line.recv(1 << 16)) == [200]


def test_an_address_as_people_write_it_may_come_byte_by_byte(port: int) -> None:
    message = "\r\nGET /金 HTTP/1.1\r\nHost: a\r\nUser-Agent: 金\r\n\r\n".encode()
    with connected(port) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(len(message)):
            line.sendall(message[number : number + 1])
        answer = line.recv(1 << 16)
    assert statuses(answer) == [200] and "x-agent: 金\r\n".encode() in answer


@pytest.mark.parametrize("at", range(0, 40, 3))
def test_first_lines_are_encoded_wherever_they_are_cut(at: int) -> None:
    message = "\r\nGET /金融/a HTTP/1.1\r\nUser-Agent: 金".encode()
    first, second = message[:at], message[at:]
    begun = bool(first.strip(b"\r\n"))
    got = spelled(first)
    got += second if begun and end_of_line(first, False) >= 0 else spelled(second, begun)
    assert got == "\r\nGET /%E9%87%91%E8%9E%8D/a HTTP/1.1\r\nUser-Agent: 金".encode()


def test_what_is_refused_and_who_takes_nothing_is_counted() -> None:
    crowd, witness = Crowd(1000, 1000), Statuses()
    with listening(crowd, witness=witness, head=0.5, stall=1.0) as port:
        for sent in (
            b"GET /document HTTP/1.1\nHost: a\n\n",
            GET[:20],
            b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 40_000 + b"\r\n\r\n",
        ):
            with connected(port) as line:
                _send(line, sent)
                read(line)
        with connected(port) as line:
            line.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            assert line.recv(10)
            end = time.monotonic() + DEADLINE
            while crowd.members:
                assert time.monotonic() < end
                time.sleep(0.05)
    assert witness.seen == [400, 408, 431]
    assert crowd.stalled == 1


def test_who_says_that_nothing_more_comes_is_answered(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        line.shutdown(socket.SHUT_WR)
        assert read(line).endswith(b"hello")


def test_the_reader_that_takes_nothing_is_not_answered_on(port: int) -> None:
    """Pipelined requests for a large document: no more than one answer waits in memory."""
    with connected(port) as line:
        ask = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n"
        line.sendall(ask * 3 + ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        size = 0
        while piece := line.recv(1 << 20):
            size += len(piece)
    assert size >= 4 * LARGE


def test_one_address_has_so_many_connections() -> None:
    with listening(Crowd(3, 1000)) as port:
        lines = [connected(port, "127.0.0.7") for _ in range(5)]
        for line in lines:
            _send(line, GET)
        answered = [statuses(_first(line)) for line in lines]
        assert answered == [[200]] * 3 + [[]] * 2
        with connected(port, "127.0.0.8") as other:
            other.sendall(GET)
            assert statuses(_first(other)) == [200]
        for line in lines:
            line.close()


def test_where_there_is_no_room_half_requests_make_some() -> None:
    crowd = Crowd(1000, 20)
    with listening(crowd) as port:
        halves = [connected(port, "127.0.0.7") for _ in range(60)]
        for line in halves:
            _send(line, GET[:20])
        for _ in range(10):
            with connected(port, "127.0.0.8") as good:
                good.sendall(GET)
                assert statuses(_first(good)) == [200]
        assert len(crowd.members) <= 20 and crowd.turned_away >= 40
        for line in halves:
            line.close()


@pytest.mark.parametrize("sent", [b"", GET[:20], b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"])
def test_who_is_late_is_told_so_and_let_go(sent: bytes) -> None:
    with listening(head=0.5, body=0.5) as port, connected(port) as line:
        line.sendall(sent)
        assert statuses(read(line)) == ([408] if sent else [])


def test_who_takes_nothing_for_long_is_let_go() -> None:
    crowd = Crowd(1000, 1000)
    with listening(crowd, stall=1.0) as port, connected(port) as line:
        line.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        end = time.monotonic() + DEADLINE
        assert line.recv(10)
        while crowd.members:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_an_idle_connection_ends() -> None:
    with listening(idle=0.5) as port, connected(port) as line:
        line.sendall(GET)
        assert statuses(read(line)) == [200]


def _first(line: socket.socket) -> bytes:
    try:
        return line.recv(1 << 16)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("source", "client"), [("127.0.0.1", b""), ("127.0.0.5", b"192.0.2.1"), ("127.0.0.6", b"")], ids=str
)
def test_only_proxies_that_are_listed_are_believed(source: str, client: bytes) -> None:
    told: list[str] = []
    with listening(proxies=Proxies(("127.0.0.5/32",)), told=told.append) as port:
        for path in (b"/document", b"/echo"):
            method, length = (b"GET", b"") if path == b"/document" else (b"POST", b"Content-Length: 0\r\n")
            with connected(port, source) as line:
                head = b"Host: a\r\nConnection: close\r\nX-Forwarded-For: 10.0.0.1, 192.0.2.1\r\n"
                line.sendall(method + b" " + path + b" HTTP/1.1\r\n" + head + length + b"\r\n")
                assert b"\r\nx-client: " + client + b"\r\n" in read(line)
    assert set(told) == (set() if client else {source})


def test_without_a_proxy_it_is_who_connects(port: int) -> None:
    with connected(port, "127.0.0.9") as line:
        line.sendall(GET)
        assert b"\r\nx-client: 127.0.0.9\r\n" in line.recv(1 << 16)


def test_who_comes_at_the_very_end_does_not_hold_it_up(caplog: pytest.LogCaptureFixture) -> None:
    """Streams that begin while the server is told to stop end with it: nobody has to be cut off after ten seconds."""
    over, lines = threading.Event(), list[socket.socket]()

    def come(port: int) -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                lines.append(connected(port))
                lines[-1].sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")

    try:
        with listening() as port:
            visitors = [threading.Thread(target=come, args=(port,)) for _ in range(2)]
            for each in visitors:
                each.start()
            until(lambda: len(lines) >= 100, "a hundred have come")
        assert not caplog.messages
    finally:
        over.set()
        for each in visitors:
            each.join()
        for line in lines:
            line.close()


def test_who_has_come_before_the_end_is_answered() -> None:
    """As a reader does at each reload, whose request is still on its way."""
    config = Config("none:none", http=Connection, interface="asgi3", lifespan="off", log_config=None)
    config.loaded, config.loaded_app, config.ws_protocol_class = True, None, None
    front = Front(Answers(), Crowd(10, 10), Proxies(()), lambda _: None, Times())

    async def asked() -> bytes:
        loop = asyncio.get_running_loop()
        here, there = socket.socketpair()
        made = partial(Connection, config, ServerState(), {}, loop, front=front)
        _, connection = await loop.connect_accepted_socket(made, there)
        with here:
            here.setblocking(False)
            connection.shutdown()
            await loop.sock_sendall(here, GET)
            answer = await loop.sock_recv(here, 65536)
            connection.shutdown()
            return answer + await loop.sock_recv(here, 65536)

    assert asyncio.run(asyncio.wait_for(asked(), DEADLINE)).startswith(b"HTTP/1.1 200 ")
