"""Somebody to be told in a test: an index whose feeds change, a plain notifier, receivers that keep what they get.

`World` keeps a courier's books against receivers that are not there, by a clock of its own, so that hours pass in no
time; `Receiver` is a real one, on loopback.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, ClassVar

from syndicate.delivery.announce import Offer
from syndicate.delivery.dispatch import Dispatch, Sending
from syndicate.delivery.enrol import Offers
from syndicate.delivery.readable import Look, Seen
from syndicate.index import DocumentRow, FeedRow, Index
from syndicate.model.delivery import Endpoint, Outcome, Receipt, Request, Topic
from syndicate.model.digest import digest

SITE = "https://example.org"


class Plain:
    """A notifier that names topics and their digests in JSON, and takes any answer of 2xx for a yes."""

    name: ClassVar[str] = "plain"
    formats: ClassVar[tuple[str, ...]] = ("rss", "atom", "json")
    each: ClassVar[bool] = True
    at_once: ClassVar[int] = 1
    interval: ClassVar[int] = 0
    pace: ClassVar[float] = 0.0

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        named = [[topic.url, topic.digest.hex()] for topic in topics]
        return Request(endpoint.url, json.dumps(named).encode(), {"Content-Type": "application/json"})

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        if 200 <= status < 300:
            return Receipt(Outcome.TAKEN, status)
        wait = int(headers["retry-after"]) if "retry-after" in headers else None
        if status == 410:
            return Receipt(Outcome.OFF, status, "gone")
        busy = status >= 500 or status == 429
        return Receipt(Outcome.BUSY if busy else Outcome.REFUSED, status, f"answers {status}", wait)


class Paging(Plain):
    """One that is told of pages."""

    formats: ClassVar[tuple[str, ...]] = ()
    at_once: ClassVar[int] = 10_000


def offer(name: str = "hub", url: str = "", notifier: Plain | None = None, **fields: Any) -> Offer:
    """An endpoint, at a host of its own."""
    return Offer(Endpoint(name, "plain", url or f"https://{name}.example/ping", **fields), notifier or Plain())


def offers(*some: Offer, verify: str = "off", per_minute: int = 100_000) -> Offers:
    return Offers(some, lambda _taxonomy, name: (name or "The site", SITE), verify, per_minute)


def url_of(name: str, form: str = "rss") -> str:
    """The address of a feed's document."""
    return f"{SITE}/{name or 'site'}/{form}"


def put(index: Index, news: Mapping[str, str], forms: Iterable[str] = ("rss",), base: str = SITE) -> None:
    """Publish these feeds (name of a tag, "" for the site) with these words in them."""
    with index.transaction():
        for name, words in news.items():
            content = digest(words.encode())
            rows = [
                DocumentRow(
                    f"{name or 'site'}.{form}", form, content, len(words), b"", b"", (),
                    url_of(name, form).replace(SITE, base),
                )
                for form in forms
            ]  # fmt: skip
            index.published(FeedRow("tags" if name else "", name, f"id:{name}", 1, 0, content), rows, [])


# -- receivers that are not there


@dataclass
class World:
    """Time that passes at once, and receivers that answer by rules. `status` of an endpoint says how it answers at a
    moment, `takes` how many seconds an answer takes."""

    index: Index
    offers: Offers
    now: int = 1_700_000_000
    seed: int = 1
    at_once: bool = False
    down: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    takes: dict[str, float] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    """Addresses that cannot be read before a moment."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.mono = 0.0
        self.got: list[tuple[float, str, str, bytes]] = []
        """(moment, endpoint, topic, digest) of all that was taken."""
        self.asked: list[tuple[float, str]] = []
        """(moment, endpoint) of all requests."""
        self.looks: list[tuple[float, str]] = []
        self.begin()

    def begin(self) -> None:
        """A courier begins, as after a start of the program: what was under way before is lost."""
        self.dispatch = Dispatch(self.index, self.offers, self.random.random, at_once=self.at_once)
        self.answers: list[tuple[float, int, Look | Sending, Seen | Receipt]] = []
        self.lines = 0

    @property
    def time(self) -> float:
        """The moment with its fraction: both clocks go alike, unless a test puts `now`."""
        return self.now + self.mono

    def at(self) -> int:
        return int(self.time)

    def status(self, name: str) -> int:
        for since, until, status in self.down.get(name, ()):
            if since <= self.time < until:
                return status
        return 200

    def step(self) -> float:
        """All that is to be done now; seconds until there may be more."""
        while self.answers and self.answers[0][0] <= self.mono:
            _at, _, job, came = heappop(self.answers)
            self.book(job, came)
        looks, sendings = self.dispatch.next(self.at(), self.mono)
        for look in looks:
            self.looks.append((self.time, look.url))
            is_there = self.unread.get(look.url, 0) <= self.time
            self._answer(look, Seen(200) if is_there else Seen(404, "answers 404"), 0.1)
        for sending in sendings:
            self._answer(sending, self._received(sending), self.takes.get(sending.offer.name, 0.1))
        rest = self.dispatch.rest(self.at(), self.mono)
        return min(rest, self.answers[0][0] - self.mono) if self.answers else rest

    def book(self, job: Look | Sending, came: Seen | Receipt) -> None:
        if isinstance(job, Look) and isinstance(came, Seen):
            self.dispatch.book_look(job, came, self.at())
        elif isinstance(job, Sending) and isinstance(came, Receipt):
            self.dispatch.book(job, came, self.at())

    def _answer(self, job: Look | Sending, came: Seen | Receipt, after: float) -> None:
        self.lines += 1
        heappush(self.answers, (self.mono + after, self.lines, job, came))

    def _received(self, sending: Sending) -> Receipt:
        name, status = sending.offer.name, self.status(sending.offer.name)
        self.asked.append((self.time, name))
        if 200 <= status < 300:
            self.got += [(self.time, name, topic.url, topic.digest) for topic in sending.topics]
        return sending.offer.notifier.receipt(sending.offer.endpoint, status, {}, b"", self.at())

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.mono + seconds
        for _ in range(2_000_000):
            rest = self.step()
            if self.mono + rest > end:
                self.mono = end
                return
            # a step that leads nowhere would go round for ever
            self.mono += max(rest, 0.001)
        raise AssertionError("it never comes to rest")

    def told(self, name: str, since: int = 0) -> list[tuple[str, bytes]]:
        """What an endpoint took, from a place in `got` on."""
        return [(topic, content) for _at, who, topic, content in self.got[since:] if who == name]


# -- receivers that are there


class Receiver:
    """Whoever takes a POST, and serves what is in `serves` to a GET; `status` is the next answers'."""

    def __init__(self) -> None:
        self.got: list[list[str]] = []
        self.status = 200
        self.serves: dict[str, bytes] = {}
        self.hold = threading.Event()
        """Answers wait for it."""
        self.hold.set()
        self.arrived = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.most, self.now = 0, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing on the terminal of the tests."""

            def do_POST(self) -> None:
                outer.post(self)

            def do_GET(self) -> None:
                body = outer.serves.get(self.path)
                self.answer(404 if body is None else 200, body or b"")

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def post(self, handler: Any) -> None:
        named = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            if self.status == 200:
                with self.lock:
                    self.got += named
            self.arrived.release()
            self.hold.wait(60)
        finally:
            with self.lock:
                self.now -= 1
        handler.answer(self.status, b"")


@contextmanager
def receiving(count: int = 1) -> Iterator[list[Receiver]]:
    """So many receivers, stopped with the block."""
    made = [Receiver() for _ in range(count)]
    threads = [threading.Thread(target=each.server.serve_forever, args=(0.02,), daemon=True) for each in made]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        for each in made:
            each.hold.set()
            each.server.shutdown()
            each.server.server_close()
        for thread in threads:
            thread.join(10)
