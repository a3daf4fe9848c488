"""Subscribers on loopback, told by a real herald: verified, told, denied, and let go."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from syndicate.daemon.clock import Clock
from syndicate.delivery.fanout import Bounds
from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.herald import Event, Settled, Trouble
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Asked, Way
from tests.daemon.running import until
from tests.delivery.heralding import (
    HUB,
    SITE,
    TOPIC,
    body_of,
    digest_of,
    heralding,
    publish,
    sinking,
    store_of,
    subscriber,
)
from tests.disks import grow, small_disk
from tests.rude import BROKEN, FLOODS, SLOW, Rude

SECRET = "geheim-7"
MANNERS = SLOW | FLOODS | BROKEN


@dataclass
class Callback:
    """A subscriber who does as `answer` says to questions, and takes what comes with `status`."""

    port: int = 0
    status: int = 202
    answer: Callable[[str], tuple[int, bytes]] = lambda challenge: (200, challenge.encode())
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/c?a=%C3%a4+&hub.topic=x"


@contextmanager
def calling() -> Iterator[Callback]:
    back = Callback()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            back.asked.append((self.path, query))
            challenge = query.get("hub.challenge", query.get("challenge", [""]))[-1]
            self.say(*back.answer(challenge))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            back.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.say(back.status, b"")

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{back.port}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    back.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield back
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path, 1)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Subscribers]:
    with closing(store_of(folder)) as store:
        yield store


def asked(back: Callback, way: Way = Way.WEBSUB, **more: object) -> Asked:
    return Asked(way, TOPIC, back.url, lease=600, at=1)._replace(**more)  # type: ignore[arg-type]


def settled(folder: Path, store: Subscribers, one: Asked, **more: object) -> str:
    """Ask for it, and wait until it is settled; what was told of it."""
    told: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Settled):
            told.append(event.told)

    store.ask(one)
    with heralding(folder, listen, **more):
        until(lambda: told, "it is settled")
    assert store.asked(10) == []
    return told[0]


def test_somebody_who_meant_it_is_told_of_what_comes_next_and_of_nothing_before(
    folder: Path, store: Subscribers
) -> None:
    with calling() as back, heralding(folder):
        store.ask(asked(back, secret=SECRET, signature="sha512"))
        until(lambda: store.find(TOPIC, back.url), "a subscription")
        ((path, query),) = back.asked
        assert path.startswith("/c?a=%C3%a4+&hub.topic=x&hub.mode=subscribe&")
        assert query["hub.topic"] == ["x", TOPIC]
        assert query["hub.lease_seconds"] == ["600"]
        assert len(query["hub.challenge"][0]) > 30
        there = store.find(TOPIC, back.url)
        assert there
        assert there.until - there.since == 600
        publish(folder, 2)
        until(lambda: back.got, "news")
        ((path, headers, body),) = back.got
        assert path == "/c?a=%C3%a4+&hub.topic=x"
        assert body == body_of(2)
        assert headers["content-type"] == "application/rss+xml; charset=utf-8"
        assert headers["link"] == f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'
        assert headers["x-hub-signature"] == "sha512=" + hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()
        until(lambda: (one := store.find(TOPIC, back.url)) and one.got == digest_of(2), "it is written down")
    assert len(back.got) == 1


def test_nothing_is_lost_that_is_published_before_the_callback_confirms(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        store.ask(asked(back, got=digest_of(1)))
        publish(folder, 2)
        with heralding(folder):
            until(lambda: back.got, "what was published meanwhile")
            assert [body for _, _, body in back.got] == [body_of(2)]


REFUSALS: list[Callable[[str], tuple[int, bytes]]] = [
    lambda challenge: (200, b""),
    lambda challenge: (200, challenge.encode() + b"\n"),
    lambda challenge: (200, challenge.upper().encode()),
    lambda challenge: (200, challenge[:-1].encode()),
    lambda challenge: (200, b"<html>" + challenge.encode()),
    lambda challenge: (200, challenge.encode() * 1000),
    lambda challenge: (404, challenge.encode()),
    lambda challenge: (500, challenge.encode()),
    lambda challenge: (302, challenge.encode()),
    lambda challenge: (307, challenge.encode()),
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_anything_but_the_challenge_leaves_all_as_it_was(
    folder: Path, store: Subscribers, refusal: Callable[[str], tuple[int, bytes]]
) -> None:
    with calling() as back:
        before = subscriber(back.url, 1, secret="old")
        store.grant(before)
        before = before._replace(id=store.find(TOPIC, back.url).id)  # type: ignore[union-attr]
        back.answer = refusal
        assert settled(folder, store, asked(back, secret="new"))
        assert len(back.asked) == 1
        assert store.find(TOPIC, back.url) == before
        back.asked.clear()
        assert settled(folder, store, asked(back, subscribe=False))
        assert store.find(TOPIC, back.url) == before


def test_who_renews_keeps_one_subscription_with_the_new_secret(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        store.grant(subscriber(back.url, 1, secret="old"))
        assert settled(folder, store, asked(back, secret="new")) == ""
        (one,) = store.of_topic(TOPIC, 10)
        assert (one.secret, one.got) == ("new", digest_of(1))


def test_who_ends_it_hears_no_more(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        store.grant(subscriber(back.url, 1))
        assert settled(folder, store, asked(back, subscribe=False)) == ""
        assert "hub.lease_seconds" not in back.asked[0][1]
        with calling() as other, heralding(folder):
            store.grant(subscriber(other.url, 1))
            publish(folder, 2)
            until(lambda: other.got, "news for another one")
        assert back.got == []


def test_a_denial_is_told_with_its_reason(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        back.answer = lambda _: (500, b"")
        assert settled(folder, store, asked(back, denied="there is no such feed here"))
        ((_, query),) = back.asked
        assert (query["hub.mode"], query["hub.reason"]) == (["denied"], ["there is no such feed here"])
    assert store.find(TOPIC, back.url) is None


def test_one_that_is_gone_is_let_go_and_others_that_fail_are_kept(folder: Path, store: Subscribers) -> None:
    with sinking() as sink, heralding(folder):
        kinds = ("ok", "gone", "status-500", "status-302", "status-404")
        for number, kind in enumerate(kinds):
            store.grant(subscriber(sink.callback(kind, number), 1))
        publish(folder, 2)
        until(lambda: store.tally()[:3] == (4, 1, 3), "all are told")
        assert sink.versions() == {0: [2]}
        assert {one.status for one in store.failing(10)} == {500, 302, 404}
        assert all(count == 1 for count in sink.report()["tries"].values())


def test_one_host_is_asked_once_a_second_whoever_asks_for_it(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        for number in range(3):
            store.ask(asked(back, callback=f"{back.url}&n={number}"))
        with calling() as other:  # another port is the same host
            store.ask(asked(other))
            with heralding(folder):
                until(lambda: not store.asked(9), "all are settled")
            assert len(back.asked) == 3
    assert len(store.of_topic(TOPIC, 9)) == 4


def test_one_address_is_asked_once_a_second_whatever_names_lead_there(folder: Path, store: Subscribers) -> None:
    at: list[float] = []

    def answer(challenge: str) -> tuple[int, bytes]:
        at.append(time.monotonic())
        return 404, b""

    def lookup(host: str, port: int, **_: object) -> list[object]:
        return socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)  # type: ignore[return-value]

    with calling() as back, calling() as other:
        back.answer = answer
        names = [f"http://{name}.victim.test:{back.port}/{name}" for name in "abc"]
        for each in names:
            store.ask(asked(back, callback=each))
        store.ask(asked(other, callback=f"http://127.0.0.2:{other.port}/"))
        with heralding(folder, lookup=lookup):
            until(lambda: not store.asked(9), "all are settled")
    assert [query["hub.mode"] for _, query in back.asked] == [["subscribe"]] * 3
    assert min(later - before for before, later in itertools.pairwise(at)) > 0.9


def test_of_two_requests_that_wait_the_later_one_counts(folder: Path, store: Subscribers) -> None:
    """The first is still being verified when the second comes, and ends after it."""
    first, over = threading.Event(), threading.Event()

    def slow(challenge: str) -> tuple[int, bytes]:
        if not first.is_set():
            first.set()
            over.wait(8)
        return 200, challenge.encode()

    with calling() as back, heralding(folder):
        back.answer = slow
        store.ask(asked(back, secret="old"))
        until(first.is_set, "the first is being asked")
        store.ask(asked(back, secret="new"))
        until(lambda: store.find(TOPIC, back.url), "the second is confirmed")
        over.set()
        until(lambda: len(back.asked) == 2, "both were asked")
    (there,) = store.of_topic(TOPIC, 9)
    assert there.secret == "new"
    first.clear()
    over.clear()
    with calling() as back, heralding(folder):
        back.answer = slow
        store.ask(asked(back))
        until(first.is_set, "the subscription is being asked for")
        store.ask(asked(back, subscribe=False))
        until(lambda: not store.asked(9), "its end is confirmed")
        over.set()
    assert store.find(TOPIC, back.url) is None


def test_a_state_that_was_made_anew_goes_on(folder: Path, store: Subscribers) -> None:
    with sinking() as sink, heralding(folder):
        store.grant(subscriber(sink.callback("ok", 0), 1))
        publish(folder, 2)
        until(sink.versions, "news")
        for end in ("", "-wal", "-shm"):
            (folder / f"state.db{end}").unlink(missing_ok=True)
        store.ask(Asked(Way.WEBSUB, TOPIC, sink.callback("ok", 1), lease=600, got=digest_of(2)))
        publish(folder, 2)
        publish(folder, 2, name="other")
        until(lambda: store.find(TOPIC, sink.callback("ok", 1)), "somebody subscribes meanwhile")
        publish(folder, 3)
        until(lambda: len(sink.versions()) == 2, "more news")
        assert sink.versions() == {0: [2, 3], 1: [3]}


def test_on_a_full_disk_nobody_is_told_twice_and_nobody_is_asked_twice(folder: Path, tmp_path: Path) -> None:
    told: list[Event] = []
    with (
        small_disk(tmp_path / "disk", "1m") as disk,
        sinking() as sink,
        calling() as back,
        closing(store_of(disk)) as store,
    ):
        with store.transaction():
            for number in range(200):
                store.grant(subscriber(sink.callback("ok", number), 1))
            store.ask(asked(back))
        filler = disk / "filler"
        with filler.open("wb", 0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        publish(folder, 2)
        with heralding(folder, told.append, store=disk):
            until(lambda: any(isinstance(each, Trouble) for each in told), "it is said")
            until(lambda: back.asked, "the callback is asked")
            grow(disk, "8m")
            until(lambda: store.tally()[::3] == (201, 0) and not store.due(TOPIC, digest_of(2), 2, 1), "all are told")
        got = sink.versions()
    assert [len(each) for each in got.values()] == [1] * 200
    assert len(back.asked) == 1
    assert sum(isinstance(each, Trouble) for each in told) == 1


@pytest.mark.parametrize("way", [Way.CLOUD, Way.CLOUD_RPC])
@pytest.mark.parametrize("challenge", [True, False])
def test_rsscloud_is_verified_and_told_the_address(folder: Path, store: Subscribers, way: Way, challenge: bool) -> None:
    with calling() as back:
        assert settled(folder, store, asked(back, way=way, challenge=challenge, procedure="news")) == ""
        if challenge:
            assert back.asked[0][1]["url"] == [TOPIC]
            assert not back.got
        back.got.clear()
        with heralding(folder):
            publish(folder, 2)
            until(lambda: back.got, "a notification")
        ((_, headers, body),) = back.got
        if way is Way.CLOUD:
            assert parse_qs(body.decode()) == {"url": [TOPIC]}
        else:
            assert TOPIC.encode() in body
        assert "x-hub-signature" not in headers


def test_rude_callbacks_confirm_nothing_and_hold_nobody_up(folder: Path, store: Subscribers) -> None:
    """All of them at once, each a host of its own: asked to confirm, and told of news."""
    with ExitStack() as stack, calling() as back:
        urls = []
        for number, behave in enumerate(MANNERS.values(), 2):
            urls.append(f"{stack.enter_context(Rude(behave, f'127.0.0.{number}')).url}/c")
            store.ask(Asked(Way.WEBSUB, TOPIC, urls[-1], lease=600, at=1))
            store.grant(subscriber(f"{urls[-1]}/told", 1))
        store.ask(asked(back))
        with heralding(folder):
            until(lambda: store.find(TOPIC, back.url), "another one is verified")
            publish(folder, 2)
            until(lambda: back.got, "another one is told")
        assert [url for url in urls if store.find(TOPIC, url)] == []
        assert all(store.find(TOPIC, f"{url}/told") for url in urls)


def test_a_callback_inside_is_not_asked_though_its_name_looks_harmless(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        told = settled(folder, store, asked(back), guard=Guard(listed=networks("127.0.0.2/32")))
        assert "no public address" in told
        assert back.asked == []


def test_nothing_secret_is_told_of_a_callback(folder: Path, store: Subscribers) -> None:
    with calling() as back:
        back.answer = lambda _: (404, b"")
        url = f"http://127.0.0.1:{back.port}/hidden-path?key=hidden-key"
        told = settled(folder, store, asked(back, callback=url, secret="hidden-secret"))
    assert told
    assert "hidden" not in told


def test_of_two_heralds_one_tells_and_the_other_takes_over(folder: Path, store: Subscribers) -> None:
    with sinking() as sink:
        store.grant(subscriber(sink.callback("ok", 0), 1))
        with heralding(folder):
            with heralding(folder):
                publish(folder, 2)
                until(sink.versions, "news")
            publish(folder, 3)
            until(lambda: sink.versions()[0][-1] == 3, "news, by whichever is left")
        assert sink.versions() == {0: [2, 3]}


def test_topics_are_told_apart(folder: Path, store: Subscribers) -> None:
    publish(folder, 1, name="other")
    with sinking() as sink, heralding(folder):
        store.grant(subscriber(sink.callback("ok", 0), 1))
        store.grant(subscriber(sink.callback("ok", 1), 1, topic=f"{SITE}/feeds/other.xml"))
        publish(folder, 2, name="other")
        until(sink.versions, "news")
        publish(folder, 3)
        until(lambda: len(sink.versions()) == 2, "other news")
        assert sink.versions() == {0: [3], 1: [2]}


def test_a_document_that_is_not_in_its_place_yet_is_not_sent(folder: Path, store: Subscribers) -> None:
    with sinking() as sink, heralding(folder):
        store.grant(subscriber(sink.callback("ok", 0), 1))
        publish(folder, 2)
        until(sink.versions, "news")
        (folder / "feeds" / "site.xml").write_bytes(body_of(77))
        store.grant(subscriber(sink.callback("ok", 1), 1))
        publish(folder, 3)
        until(lambda: 1 in sink.versions(), "news")
        assert sink.versions() == {0: [2, 3], 1: [3]}


class Put(Clock):
    """Clocks that can be put: the wall's alone, or both, as time that passes."""

    wall = passed = 0

    def now(self) -> int:
        return super().now() + self.wall + self.passed

    def monotonic(self) -> float:
        return super().monotonic() + self.passed


def test_a_lease_ends_when_its_time_has_passed_and_not_by_a_clock_that_was_put(
    folder: Path, store: Subscribers
) -> None:
    clock = Put()
    store.grant(subscriber("http://127.0.0.1:1/ends", 1)._replace(until=clock.now() + 600))
    store.grant(subscriber("http://127.0.0.1:1/lasts", 1)._replace(until=clock.now() + 86_400 * 30))
    with heralding(folder, clock=clock):
        clock.wall = 365 * 86_400
        clock.passed += 1800
        publish(folder, 2)
        until(lambda: store.tally().failing == 2, "news for both, which nobody takes")
        assert store.tally().subscriptions == 2
        clock.wall = 0
        clock.passed += 1800  # the clock went back, and again an hour has to pass
        publish(folder, 3)
        until(lambda: all(one.trying == digest_of(3) for one in store.failing(2)), "more news")
        assert store.tally().subscriptions == 2
        clock.passed += 3601
        until(lambda: store.tally().subscriptions == 1, "the end of a lease")
        assert store.find(TOPIC, "http://127.0.0.1:1/lasts")


def test_more_ask_at_once_than_there_is_room_for(folder: Path, store: Subscribers) -> None:
    with sinking() as sink, heralding(folder, bounds=Bounds(connections=32)):
        for number in range(40):
            store.ask(Asked(Way.WEBSUB, TOPIC, sink.callback("ok", number), lease=600, at=1))
        until(lambda: store.tally()[::3] == (40, 0), "all of them subscribe")
