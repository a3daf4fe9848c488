"""The client and receivers without manners: its time is kept, its memory flat, and nothing of it stays behind.

What would hang waits here for the client to hang up, for half a minute at most: whoever does not keep its time finds
an answer that ends by itself, and fails. Nothing is measured by a clock.
"""

from __future__ import annotations

import gc
import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.http import Answer, Client, Limits
from syndicate.errors import FetchError
from tests.rude import BOMBS, BROKEN, CHUNKED, FLOODS, OK, SLOW, Behaviour, Peer, Rude, bomb, raw, says, threads

HERE = Guard(listed=networks("127.0.0.0/8"))
SHORT = 0.3
FLAT = 3_000_000
"""Bytes that one request may take at most, whatever is sent."""

Ask = Callable[[Client, str], Answer]
ASKS: dict[str, Ask] = {
    "post": lambda client, url: client.post(url, b"body", {"Content-Type": "text/plain"}),
    "get": lambda client, url: client.get(url, headers={"Accept-Encoding": "identity"}, max_bytes=100_000),
}


def client(seconds: float = 60) -> Client:
    return Client(Limits(seconds, max_bytes=100_000), HERE)


@pytest.fixture(params=ASKS)
def ask(request: pytest.FixtureRequest) -> Ask:
    return ASKS[request.param]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is loaded by the first request is not counted to one of them."""
    bomb()
    with Rude(says(b"")) as server:
        for each in ASKS.values():
            each(client(), server.url)


def peak(work: Callable[[], object]) -> int:
    """Bytes that are held at most at one time by what is done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def tried(client: Client, ask: Ask, url: str) -> str:
    """Why there was no answer, "" where there was one."""
    try:
        ask(client, url)
    except FetchError as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize("manner", SLOW)
def test_the_time_is_kept(manner: str, ask: Ask) -> None:
    with Rude(SLOW[manner]) as server:
        with pytest.raises(FetchError, match=rf"within {SHORT:g} seconds; try again later"):
            ask(client(SHORT), server.url)
        assert server.left.wait(40)
        assert [peer.outlasted for peer in server.peers] == [False]


def test_one_who_does_not_read_is_left() -> None:
    with Rude(lambda peer: peer.stop.wait(30), reads=False) as server:
        with pytest.raises(FetchError, match=rf"within {SHORT:g} seconds"):
            client(SHORT).post(server.url, bytes(30_000_000), {})
        assert not server.left.is_set()  # it would still be waiting


def test_one_who_takes_connections_and_says_nothing_of_tls() -> None:
    with Rude(Peer.wait, reads=False) as server:
        with pytest.raises(FetchError, match=rf"within {SHORT:g} seconds"):
            client(SHORT).post(server.url.replace("http:", "https:"), b"", {})
        assert server.left.wait(40)
        assert not server.peers[0].outlasted


@pytest.mark.parametrize("manner", FLOODS | BOMBS)
def test_memory_is_flat(manner: str, ask: Ask) -> None:
    """And what more there is, is not even fetched."""
    with Rude((FLOODS | BOMBS)[manner]) as server:
        told = list[str]()
        taken = peak(lambda: told.append(tried(client(), ask, server.url)))
        assert server.left.wait(20)
        assert "within" not in told[0]  # it ended by its size, not by its time
        assert taken < FLAT
        assert server.sent < 16_000_000


def test_the_measure_of_memory_measures() -> None:
    assert peak(lambda: bytes(2 * FLAT)) > FLAT


@pytest.mark.parametrize("manner", FLOODS)
def test_of_what_a_receiver_says_the_beginning_is_taken(manner: str) -> None:
    with Rude(FLOODS[manner]) as server:
        answer = ASKS["post"](client(), server.url)
    assert answer.status in (200, 302, 500)
    assert len(answer.body) == min(65_536, int(answer.headers.get("content-length", "65536")))
    assert answer.target == (f"{server.url}{answer.headers['location']}" if answer.status == 302 else "")
    if "swells" in manner:
        assert answer.body[:2] == b"\x1f\x8b"  # not unpacked


@pytest.mark.parametrize("manner", [each for each in FLOODS if "redirect" not in each])
def test_a_document_that_is_too_large_is_none(manner: str) -> None:
    with Rude(FLOODS[manner]) as server, pytest.raises(FetchError, match="answers with more than 100,000 bytes"):
        ASKS["get"](client(), server.url)


@pytest.mark.parametrize("manner", ["a body without end", "a packed body that swells", "a refusal that swells"])
def test_where_the_status_is_enough_nothing_is_read(manner: str) -> None:
    """As of pages, which are looked at only for being there."""
    with Rude(FLOODS[manner]) as server:
        answer = client().get(server.url, max_bytes=0)
    assert (answer.status, answer.body) == (500 if "refusal" in manner else 200, b"")


@pytest.mark.parametrize("manner", BOMBS | BROKEN)
def test_what_is_no_answer(manner: str, ask: Ask) -> None:
    """One error, in one line, with the host and what to do; and none of it in the receiver's words."""
    with Rude((BOMBS | BROKEN)[manner]) as server, pytest.raises(FetchError) as told:
        ask(client(), server.url + "/secret-path" if ask is ASKS["post"] else server.url)
    text = str(told.value)
    assert text.startswith(f"{server.url}: ")
    assert text.isprintable()
    assert len(text) < 250
    assert "hello" not in text


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK + b"\r\nhere", 200, b"here"),
        (b"HTTP/1.0 200 OK\r\n\r\nhere", 200, b"here"),
        (b"HTTP/1.1 200\r\n\r\nhere", 200, b"here"),
        (OK + b"no header\r\n\r\nhere", 200, None),
        (OK + b"Content-Length: many\r\n\r\nhere", 200, b"here"),
        (OK + b"Content-Length: -4\r\n\r\nhere", 200, b"here"),
        (OK + b"Content-Length: 0\r\n\r\nhere", 200, b""),
        (OK + b"Content-Encoding: tooth\r\n\r\nhere", 200, b"here"),
        (OK + "X: é中\r\n\r\nhere".encode(), 200, b"here"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", 202, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + b"HTTP/1.1 202 Accepted\r\n\r\n", 202, b""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 None\r\n\r\n", 204, b""),
        (b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\nhere", 200, b"here"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304, b""),
        (b"HTTP/1.1 999 Odd\r\n\r\nhere", 999, b"here"),
        (CHUNKED + b"2\r\nhe\r\n2;word=1\r\nre\r\n0\r\nX: y\r\n\r\n", 200, b"here"),
    ],
)
def test_answers_that_are_odd_but_answers(answer: bytes, status: int, body: bytes | None, ask: Ask) -> None:
    with Rude(raw(answer)) as server:
        got = ask(client(), server.url)
    assert got.status == status
    assert body in (None, got.body)


def test_cookies_by_the_thousand_cost_nothing(ask: Ask) -> None:
    """They are given back to nobody, so nobody has to read their dates."""
    date = "Expires=" + "1" * 30_000
    for cookie in ("a=b; " + date, ";" * 60_000, "a" * 60_000, 'a="' + "\\" * 60_000, "=" * 60_000):
        with Rude(says(b"", "200 OK", f"Set-Cookie: {cookie}")) as server:
            assert ask(client(), server.url).status == 200


PIECES = (
    OK,
    b"HTTP/1.1 302 Found\r\n",
    b"HTTP/1.1 100 \r\n\r\n",
    b"\r\n",
    b"\n",
    b": ",
    b"\0",
    b"Location: ",
    b"http://[",
    b"//",
    b"0",
    b"-1\r\n",
    b"ffffffffffffffff\r\n",
    b"Content-Length: 9999999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: br, gzip, x\r\n",
    b"Content-Type: text/plain; charset=x\r\n",
    b"Set-Cookie: a;",
    b"\x1f\x8b\x08",
    b"a" * 9000,
    b"\xff\xfe",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_answer_does_more_than_fail(data: st.DataObject) -> None:
    """Answers put together of true and false pieces."""
    told = b"".join(data.draw(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=12)))
    with Rude(raw(told)) as server:
        for each in ASKS.values():
            assert tried(Client(Limits(20, 100_000, redirects=1), HERE), each, server.url).isprintable()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted in /proc")
def test_nothing_stays_behind() -> None:
    """Neither threads nor sockets, of requests that went well and of others, in several threads at once."""
    manners: list[Behaviour] = [says(b"here"), *BROKEN.values(), BOMBS["headers without end"], SLOW["nothing"]]
    shared = client(SHORT)
    gc.collect()
    before, was = set(threads()), descriptors()
    for manner in manners:
        with Rude(manner) as server:
            workers = [threading.Thread(target=tried, args=(shared, ask, server.url)) for ask in ASKS.values()]
            for each in workers:
                each.start()
            for each in workers:
                each.join()
    assert all(_ended(each) for each in set(threads()) - before)
    assert descriptors() <= was


def _ended(thread: threading.Thread) -> bool:
    """A look-up's thread has told what it found before it ends."""
    thread.join(20)
    return not thread.is_alive()


def test_many_threads_have_one_client() -> None:
    """Each gets its own answer, and those who hang hold up nobody."""
    shared, got = client(), dict[str, bytes]()

    def echo(peer: Peer) -> None:
        says(peer.request.rpartition(b"\r\n\r\n")[2])(peer)

    def work(name: str) -> None:
        got[name] = shared.post(server.url, name.encode(), {}).body

    with Rude(echo) as server, Rude(Peer.wait) as hanging:
        slow = threading.Thread(target=tried, args=(client(2), ASKS["post"], hanging.url))
        slow.start()
        workers = [threading.Thread(target=work, args=(f"body {each}",)) for each in range(24)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        slow.join()
    assert got == {f"body {each}": f"body {each}".encode() for each in range(24)}


@pytest.fixture
def dead_resolver() -> Iterator[Callable[..., list[object]]]:
    stop, asked = threading.Event(), list[str]()

    def lookup(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        stop.wait(30)
        raise OSError

    lookup.asked = asked  # type: ignore[attr-defined]
    yield lookup
    stop.set()
    deadline = time.monotonic() + 20
    while any(each.name.startswith("look-up") for each in threads()) and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_resolver_that_hangs_keeps_one_thread_a_name(dead_resolver: Callable[..., list[object]]) -> None:
    shared = Client(Limits(SHORT), lookup=dead_resolver)
    for _ in range(4):
        with pytest.raises(FetchError, match=rf"within {SHORT:g} seconds"):
            shared.post("http://hub.example/", b"", {})
    assert dead_resolver.asked == ["hub.example"]  # type: ignore[attr-defined]
    assert sum(each.name.startswith("look-up") for each in threads()) == 1
