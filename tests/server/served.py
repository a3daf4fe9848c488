"""A small site that is built by the whole program, and served: in this process, and at a real socket."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syndicate import project
from syndicate.server import Place, Request
from syndicate.server.app import Application
from syndicate.server.crowd import Crowd
from syndicate.server.front import Front
from syndicate.server.manners import Proxies
from syndicate.server.running import Listener, run
from syndicate.server.shelf import Library, Shelf
from syndicate.server.sockets import bound
from syndicate.wiring.serving import ground
from tests.faults.site import DAY, NOW, Site
from tests.serving import Answer, Ask

TAGS = ["金融", "R&D", "100%", "a b"]


def a_site(folder: Path, **options: Mapping[str, Any]) -> Site:
    """Eight posts, a day apart, and the feeds of a few tags that are written with signs."""
    site = Site(folder, options)
    for day in range(1, 9):
        body = f"Word {day}. " * 300
        site.post(f"post-{day}.md", body, title=f"Post {day}", date=f"2024-05-0{day} 10:00:00", tags=TAGS)
    site.build()
    for path in site.out.rglob("*"):  # published long ago: of what is published this second no date is told
        os.utime(path, (NOW - DAY, NOW - DAY))
    return site


def library(site: Site, **more: Any) -> Library:
    """What a shelf needs to know of it, as the program finds it."""
    tables: dict[str, dict[str, Any]] = {
        "site": {"url": site.url, "title": "The Sea"},
        "output": {"folder": str(site.out)},
        "content": {"dialect": "plain"},
    }
    for name, table in site.options.items():
        tables[name] = {**tables.get(name, {}), **table}
    on = ground(project.find(str(site.content), options=tables, environ={}))
    return Library(on.opened, on.folder, on.plan, on.channels, **more)


@contextmanager
def application(site: Site, places: Mapping[str, Place] | None = None, **more: Any) -> Iterator[Application]:
    """Ready to answer, in this thread."""
    made = Application(Shelf(library(site)), places, **{"clock": lambda: NOW, **more})
    made.start()
    try:
        yield made
    finally:
        made.stop()


def here(app: Application, now: Callable[[], float] = lambda: NOW) -> Ask:
    """How to ask an application in this process."""

    def ask(method: str, path: str, lines: Sequence[str]) -> Answer:
        headers = []
        for line in lines:
            name, _, value = line.partition(":")
            headers.append((name.lower().encode("latin-1"), value.strip(" \t").encode("latin-1")))
        at, _, query = path.encode("utf-8").partition(b"?")
        got = app.answer(Request(method, at, query, headers, "192.0.2.1", b"", now()))
        assert isinstance(got.body, bytes)
        return Answer(got.status, [(name.decode(), value.decode("latin-1")) for name, value in got.headers], got.body)

    return ask


@contextmanager
def listening(made: Callable[[], Application]) -> Iterator[int]:
    """The port where an application answers that is made, and started, in the thread of the server."""
    sockets = bound("127.0.0.1:0", "serve.listen")
    ready = threading.Event()
    stops: list[Callable[[], None]] = []

    def begun(stop: Callable[[], None]) -> None:
        stops.append(stop)
        ready.set()

    def serve() -> None:
        app = made()
        app.start()
        try:
            run([Listener(sockets, Front(app, Crowd(1000, 1000), Proxies(()), lambda _: None))], begun=begun)
        finally:
            app.stop()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        stops[0]()
        thread.join(30)
        assert not thread.is_alive()


def over(port: int) -> Ask:
    """How to ask a server on this machine, one connection a request; what is sent is just what is said."""

    def ask(method: str, path: str, lines: Sequence[str]) -> Answer:
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *lines, "", ""]
        return raw(port, "\r\n".join(head).encode("latin-1"))

    return ask


def raw(port: int, message: bytes) -> Answer:
    """Send bytes, and read an answer to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(message)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    return Answer(int(first.split()[1]), headers, body)
