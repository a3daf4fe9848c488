"""The application under any server that speaks ASGI: bodies, threads, streams, and their ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from syndicate.server import Request, Response, answers
from syndicate.server.app import Application
from tests.faults.site import NOW, Site
from tests.server.served import a_site, application


class Simple:
    """A Place that answers by a function."""

    def __init__(self, answer: Callable[[Request], Response], slow: bool = False) -> None:
        self.methods, self.most, self.slow, self.answer = ("GET", "POST"), 8, slow, answer


class Connection:
    """What a server does for an application: hands it a request, and takes what it sends. `leaves` after so many
    messages have come."""

    def __init__(self, *body: bytes, leaves: int = -1) -> None:
        last = len(body) - 1
        self.messages = [
            {"type": "http.request", "body": piece, "more_body": number < last} for number, piece in enumerate(body)
        ]
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self._leaves = leaves

    async def receive(self) -> dict[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if len(self.sent) == self._leaves:
            self.left.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def asked(app: Application, method: str, path: str, *body: bytes, leaves: int = -1) -> Connection:
    async def run() -> Connection:
        connection = Connection(*(body or (b"",)), leaves=leaves)
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
            "client": ("192.0.2.7", 1),
        }
        await asyncio.wait_for(app(scope, connection.receive, connection.send), 30)
        return connection

    return asyncio.run(run())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return a_site(tmp_path_factory.mktemp("site"))


def test_documents_are_sent_with_a_date(site: Site) -> None:
    with application(site) as app:
        whole = asked(app, "GET", "/feeds/rss.xml")
        assert (whole.status, whole.body) == (200, (site.out / "rss.xml").read_bytes())
        assert whole.headers[b"date"] == b"Mon, 01 Jun 2026 12:00:00 GMT"
        assert asked(app, "HEAD", "/feeds/rss.xml").body == b""
        assert asked(app, "POST", "/feeds/rss.xml", b"x" * 100_000).status == 405
        assert asked(app, "OPTIONS", "*").status == 204


def test_a_body_is_read_as_far_as_its_place_takes_it() -> None:
    app = Application(
        None, {"/hub": Simple(lambda request: answers.said(200, request.body.decode()))}, clock=lambda: NOW
    )
    assert asked(app, "POST", "/hub", b"1234", b"5678").body == b"12345678\n"
    assert asked(app, "POST", "/hub", b"1234", b"56789").status == 413
    assert asked(app, "GET", "/other").status == 404


def test_a_slow_place_is_asked_in_a_thread_and_others_at_once() -> None:
    threads: list[threading.Thread] = []

    def answer(_: Request) -> Response:
        threads.append(threading.current_thread())
        return answers.said(200, "x")

    app = Application(None, {"/slow": Simple(answer, slow=True), "/quick": Simple(answer)}, clock=lambda: NOW)
    assert asked(app, "GET", "/slow").status == asked(app, "GET", "/quick").status == 200
    assert [each is threading.current_thread() for each in threads] == [False, True]


def test_pieces_are_sent_one_by_one_and_closed() -> None:
    closed = []

    def pieces() -> Iterator[bytes]:
        try:
            yield from (b"a", b"bc", b"d")
        finally:
            closed.append(True)

    app = Application(None, {"/file": Simple(lambda _: Response(200, [], pieces()))}, clock=lambda: NOW)
    connection = asked(app, "GET", "/file")
    assert [message["body"] for message in connection.sent[1:]] == [b"a", b"bc", b"d", b""]
    assert closed == [True]
    assert asked(app, "HEAD", "/file").body == b""


def test_what_went_out_in_pieces_is_counted_when_it_has_ended() -> None:
    seen: list[tuple[str, int, int]] = []

    class Notes:
        def saw(self, request: Request, status: int, sent: int, whole: int, feed: str) -> None:
            seen.append((request.method, status, sent))

    file = Simple(lambda _: Response(200, [], iter((b"abc", b"de"))))
    app = Application(None, {"/file": file}, witness=Notes(), clock=lambda: NOW)
    asked(app, "GET", "/file")
    asked(app, "HEAD", "/file")
    app.refused(Request("", b"", b"", []), answers.BAD_PATH)
    assert seen == [("GET", 200, 5), ("HEAD", 200, 0), ("", 400, len(answers.BAD_PATH.body))]  # type: ignore[arg-type]


def test_a_stream_ends_with_its_reader() -> None:
    closed = []

    async def ticks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"tick"
                await asyncio.sleep(0)
        finally:
            closed.append(True)

    app = Application(None, {"/live": Simple(lambda _: Response(200, [], ticks()))}, clock=lambda: NOW)
    connection = asked(app, "GET", "/live", leaves=5)
    assert connection.body.startswith(b"ticktick")
    assert closed == [True]


def test_it_starts_and_stops_with_its_server(site: Site) -> None:
    with application(site) as app:
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
        sent: list[str] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message["type"])

        asyncio.run(app({"type": "lifespan"}, receive, send))
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
