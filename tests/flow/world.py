"""The world that a site tells of its news, on loopback: its public server, a hub, aggregators, receivers, a subscriber.

All are real servers of others (Flask-WebSub, `xmlrpc.server`, `http.server`); what they are told is kept, and whether
what they were told of could be read at that moment. Each runs in a thread of the test and is stopped with its block.
"""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from werkzeug.serving import make_server

TYPES = {
    ".rss": "application/rss+xml",
    ".xml": "application/xml",
    ".json": "application/feed+json",
    ".html": "text/html",
}


@dataclass
class Told:
    """One request that somebody got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Box:
    """What a receiver got, in order."""

    got: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, what: Any) -> None:
        with self.lock:
            self.got.append(what)

    def __len__(self) -> int:
        return len(self.got)


def _quiet(*_: object) -> None:
    """No line a request on the terminal of the tests."""


@contextlib.contextmanager
def serving(server: Any) -> Iterator[str]:
    """A server in a thread of its own while in the block; gives its address."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


def handler(get: Callable[[Told], Answer], post: Callable[[Told], Answer]) -> Any:
    """For a server that answers so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        log_message = _quiet

        def _told(self) -> Told:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return Told(self.path, {name.lower(): value for name, value in self.headers.items()}, body)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer(*get(self._told()))

        def do_POST(self) -> None:
            self._answer(*post(self._told()))

    return Handler


class Public:
    """The site's public web server: the feeds below /feeds/, and a page at any other address that `has_page`.

    Feeds name themselves and `hub` in their headers, as a hub asks for. While `down` nothing can be read.
    """

    def __init__(self, out: Path) -> None:
        self.out, self.hub, self.url, self.down, self.asked = out, "", "", False, Box()
        self.has_page: Callable[[str], bool] = lambda path: True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self._get, lambda _: (405, {}, b"")))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _get(self, told: Told) -> Answer:
        self.asked.put(told.path)
        path = unquote(urlsplit(told.path).path)
        if self.down:
            return 503, {}, b"down"
        if not path.startswith("/feeds/"):
            return (200 if self.has_page(path) else 404), {"Content-Type": "text/html"}, b"<p>A page."
        file = self.out / path.removeprefix("/feeds/")
        if not file.is_file():
            return 404, {}, b"no such feed"
        link = f'<{self.url}{told.path}>; rel="self", <{self.hub}>; rel="hub"'
        return 200, {"Content-Type": TYPES.get(file.suffix, "text/plain"), "Link": link}, file.read_bytes()


def read(url: str) -> bytes:
    """What can be read at an address now, b"" where nothing can."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bytes(answer.read())
    except urllib.error.URLError:
        return b""


class Receiver:
    """Whoever takes a POST; `answers` are the statuses of the next answers, then 200. While `down`: 503."""

    def __init__(self, seen: Callable[[Told], Any] = lambda told: told) -> None:
        self.got, self.answers, self.down, self._seen = Box(), list[int](), False, seen
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(lambda _: (200, {}, b""), self._post))

    def _post(self, told: Told) -> Answer:
        if self.down:
            return 503, {}, b"down"
        self.got.put(self._seen(told))
        return (self.answers.pop(0) if self.answers else 200), {}, b""


class Subscriber:
    """A subscriber of a hub: gives challenges back, and keeps what is delivered."""

    def __init__(self) -> None:
        self.got, self.verified = Box(), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self._get, self._post))

    def _get(self, told: Told) -> Answer:
        self.verified.set()
        return 200, {}, parse_qs(urlsplit(told.path).query)["hub.challenge"][0].encode()

    def _post(self, told: Told) -> Answer:
        self.got.put(told)
        return 200, {}, b""


class _AtOnce:
    """What stands in for Celery, whose tasks Flask-WebSub is made of: each is done when it is ordered."""

    def task(self, bind: bool = False, **_: Any) -> Callable[[Callable[..., Any]], Any]:
        def made(function: Callable[..., Any]) -> Any:
            function.delay = (lambda *given: function(None, *given)) if bind else function  # type: ignore[attr-defined]
            return function

        return made


@contextlib.contextmanager
def hub(folder: Path, seen: Callable[[str], Any]) -> Iterator[tuple[str, Box]]:
    """Flask-WebSub's hub; gives its address and what `seen(topic)` said of each topic that was published."""
    published = Box()
    app = Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    made = Hub(SQLite3HubStorage(str(folder / "hub.db")), _AtOnce())
    notify = made.send_change

    def note(topic: str, *more: Any) -> Any:
        published.put(seen(topic))
        return notify(topic, *more)

    made.send_change.delay = note
    app.register_blueprint(made.build_blueprint("/hub"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.log = _quiet  # type: ignore[method-assign]
    with serving(server) as url:
        yield f"{url}/hub", published


@contextlib.contextmanager
def aggregator(seen: Callable[..., Any]) -> Iterator[tuple[str, Box]]:
    """An XML-RPC aggregator; gives its address and what `seen(*parameters)` said of each ping."""
    pinged = Box()

    class Handler(SimpleXMLRPCRequestHandler):
        rpc_paths = ("/RPC2",)
        log_message = _quiet

    def ping(*parameters: str) -> dict[str, Any]:
        pinged.put(seen(*parameters))
        return {"flerror": False, "message": "Thanks for the ping."}

    server = SimpleXMLRPCServer(("127.0.0.1", 0), Handler, logRequests=False)
    server.register_function(ping, "weblogUpdates.extendedPing")
    with serving(server) as url:
        yield f"{url}/RPC2", pinged
