"""A site whose hub is on, served by the real command on loopback, and readers that subscribe there by real sockets.

Each reader is at an address of its own in 127.0.0.0/8, as one host is verified no more than once a second.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import itertools
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Subscription
from tests.daemon.running import until
from tests.flow.site import ROOT, Site
from tests.flow.world import Answer, Told, handler, serving

POST = "---\ntitle: {title}\ndate: 2026-03-{day:02} 12:00:00 +0000\ntags: [quiet]\n---\nWords of {title}.\n"
SETTINGS = """
[site]
url = "https://example.org"
title = "The Ferry"
[feed]
url = "{feeds}"
formats = ["rss", "atom", "json"]
[serve]
listen = "{listen}"
operator = ""
[hub]
on = true
rsscloud = true
private = ["127.0.0.0/8"]
"""


@dataclass
class Got:
    """What an address answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    url: str,
    form: dict[str, str] | bytes | None = None,
    method: str = "",
    source: str = "",
    headers: dict[str, str] | None = None,
) -> Got:
    """One request on a connection of its own; redirects are not followed."""
    parts = urlsplit(url)
    body = urlencode(form).encode() if isinstance(form, dict) else form
    kind = {} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}
    there = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=30, source_address=(source, 0) if source else None
    )
    try:
        there.request(
            method or ("GET" if body is None else "POST"), f"{parts.path}?{parts.query}", body, kind | (headers or {})
        )
        answer = there.getresponse()
        return Got(answer.status, answer.headers, answer.read())
    finally:
        there.close()


def echo(query: dict[str, str]) -> Answer:
    """As a subscriber answers who meant it."""
    return 200, {}, (query.get("hub.challenge") or query.get("challenge", "")).encode()


@dataclass
class Reader:
    """A subscriber: what it was asked (GET) and got (POST); `gives` answers the one, `statuses` the other."""

    url: str = ""
    gives: Callable[[dict[str, str]], Answer] = echo
    asked: list[Told] = field(default_factory=list)
    got: list[Told] = field(default_factory=list)
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def questions(self) -> list[dict[str, str]]:
        return [query_of(each.path) for each in self.asked]


def query_of(path: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(path).query, keep_blank_values=True).items()}


def _server(reader: Reader, host: str) -> ThreadingHTTPServer:
    def get(told: Told) -> Answer:
        reader.asked.append(told)
        return reader.gives(query_of(told.path))

    def post(told: Told) -> Answer:
        status, headers = reader.statuses.pop(0) if reader.statuses else (200, {})
        reader.got.append(told)
        return status, headers, b""

    return ThreadingHTTPServer((host, 0), handler(get, post))


_HOSTS = (f"127.9.{high}.{low}" for high in itertools.count() for low in range(1, 255))


@dataclass
class World:
    """The site as it is served, and its store of subscribers."""

    site: Site
    feeds: str
    options: tuple[str, ...]
    stack: ExitStack
    command: tuple[str, ...] = ("serve",)
    process: subprocess.Popen[bytes] | None = None
    days: Iterator[int] = field(default_factory=lambda: itertools.count(3))

    @property
    def hub(self) -> str:
        return f"{self.feeds}/hub"

    @property
    def topic(self) -> str:
        return f"{self.feeds}/rss.xml"

    @property
    def store(self) -> Path:
        return self.site.out.parent / ".syndicate" / f"{self.site.out.name}.db.hub"

    def build(self) -> None:
        """In this process, as there are many of them."""
        from syndicate.cli import main

        said = io.StringIO()
        with pytest.raises(SystemExit) as end, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(["build", str(self.site.content), "--out", str(self.site.out), *self.options])
        assert not end.value.code, said.getvalue()

    def publish(self) -> bytes:
        """Something new; the feed as it is served from then on."""
        day = next(self.days)
        self.site.post(f"{day}.md", POST.format(title=f"Number {day}", day=day))
        self.build()
        name = f"Number {day}".encode()
        until(lambda: name in ask(self.topic).body, "the new feed is served", self.log)
        return ask(self.topic).body

    @property
    def log(self) -> Path:
        return self.site.out.with_name("serve.log")

    def start(self) -> None:
        line = [sys.executable, "-m", "syndicate", *self.command, str(self.site.content), "--out", str(self.site.out)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*line, *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
            )  # fmt: skip
        until(self._answers, "the server answers", self.log)

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        try:
            return ask(self.topic).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            finally:
                self.process.kill()
                self.process.wait()

    def reader(self, path: str = "/cb", host: str = "", **more: Any) -> Reader:
        """A new reader, who stays until the end."""
        made = Reader(**more)
        made.url = self.stack.enter_context(_up(_server(made, host or next(_HOSTS)))) + path
        return made

    def post(self, reader: Reader | str, mode: str = "subscribe", **more: str) -> Got:
        """What the hub answers to a request; `hub.` need not be said of its fields."""
        callback = reader if isinstance(reader, str) else reader.url
        fields = {"hub.mode": mode, "hub.topic": self.topic, "hub.callback": callback}
        return ask(self.hub, fields | {f"hub.{name}": value for name, value in more.items()})

    def subscribe(self, reader: Reader, **more: str) -> Subscription:
        """Subscribe, and wait until it counts."""
        before = len(reader.asked)
        answer = self.post(reader, **more)
        assert answer.status == 202, answer.text
        until(lambda: len(reader.asked) > before, "the callback is asked", self.log)
        self.settled()
        found = self.found(reader, more.get("topic", ""))
        assert found, self.log.read_text()
        return found

    def found(self, reader: Reader, topic: str = "") -> Subscription | None:
        """The subscription of a reader, as it is kept."""
        store = Subscribers.open(str(self.store))
        try:
            return store.find(topic or self.topic, reader.url)
        finally:
            store.close()

    def waited(self, reader: Reader, failures: int = 1) -> None:
        """As if the time had passed that is waited after so many failures in a row: it counts at the next look, as when
        there is something new. Waits for them to be known."""
        known = lambda: (found := self.found(reader)) is not None and found.failures == failures  # noqa: E731
        until(known, f"{failures} failures are known", self.log)
        store = Subscribers.open(str(self.store))
        try:
            found = store.find(self.topic, reader.url)
            assert found
            store.keep([found._replace(due=0)])
        finally:
            store.close()

    def settled(self) -> None:
        """Wait until nothing waits to be verified any more."""

        def none_waits() -> bool:
            store = Subscribers.open(str(self.store))
            try:
                return not store.asked(1)
            finally:
                store.close()

        until(none_waits, "all that was asked is settled", self.log)

    def gets(self, reader: Reader, number: int) -> Told:
        """Wait for this delivery, counted from 1."""
        until(lambda: len(reader.got) >= number, f"delivery {number} to {reader.url}", self.log)
        return reader.got[number - 1]


@contextmanager
def _up(server: ThreadingHTTPServer) -> Iterator[str]:
    with serving(server):
        host, port = server.server_address[:2]
        yield f"http://{host!s}:{port}"


@contextmanager
def world(folder: Path, *command: str) -> Iterator[World]:
    """A site of two posts, built and served, by `syndicate serve` or another command."""
    host = next(_HOSTS)
    with socket.socket() as some:
        some.bind((host, 0))
        listen = f"{host}:{some.getsockname()[1]}"
    site = Site(folder / "content", folder / "feeds")
    for day in (1, 2):
        site.post(f"{day}.md", POST.format(title=f"Number {day}", day=day))
    settings = folder / "syndicate.toml"
    feeds = f"http://{listen}/feeds"
    settings.write_text(SETTINGS.format(feeds=feeds, listen=listen), encoding="utf-8")
    with ExitStack() as stack:
        made = World(site, feeds, ("--config", str(settings)), stack, command or ("serve",))
        made.build()
        stack.callback(made.stop)
        made.start()
        yield made


def at_once(work: list[Callable[[], Any]]) -> None:
    """Each in a thread of its own, all at the same time."""
    threads = [threading.Thread(target=each) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
