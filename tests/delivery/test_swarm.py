"""The client of the hub: TLS by name, names with several addresses, look-ups that hang, hosts that say too much."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syndicate.delivery.hearing import Heard
from syndicate.delivery.letters import Place, get
from syndicate.delivery.swarm import Swarm
from syndicate.errors import FetchError
from tests.delivery.test_connecting import HERE, Authority, Names, authority
from tests.rude import Rude, raw, says

__all__ = ("authority",)


async def question(to: Place) -> bytes:
    return get(to, "test")


def ask(swarm: Swarm, *urls: str, seconds: float = 20, most: int = 100) -> list[Heard | BaseException]:
    """All of them at once."""

    async def one(url: str) -> Heard:
        async with asyncio.timeout(seconds):
            return await swarm.ask(url, question, most)

    async def every() -> list[Heard | BaseException]:
        return await asyncio.gather(*map(one, urls), return_exceptions=True)

    return asyncio.run(every())


def why(swarm: Swarm, url: str) -> str:
    (found,) = ask(swarm, url)
    assert isinstance(found, FetchError), found
    return str(found)


def body(swarm: Swarm, url: str) -> bytes:
    (found,) = ask(swarm, url)
    assert isinstance(found, Heard), found
    return found.body


@pytest.mark.parametrize("host", ["hub.test", "HUB.test", "hub.test."])
def test_the_certificate_is_the_names(authority: Authority, host: str) -> None:
    with Rude(says(b"here"), "127.0.0.1", authority.context("hub.test")) as server:
        swarm = Swarm(HERE, authorities=str(authority.certificate), lookup=Names(hub=[["127.0.0.1"]]))
        assert body(swarm, f"https://{host}:{server.port}/") == b"here"
        assert authority.asked[-1] == "hub.test"


def test_a_certificate_of_another_name_or_of_nobody_is_none(authority: Authority) -> None:
    names = Names(hub=[["127.0.0.1"]], b=[["127.0.0.1"]])
    with Rude(says(b"here"), "127.0.0.1", authority.context("hub.test")) as server:
        assert (
            "certificate"
            in why(
                Swarm(HERE, authorities=str(authority.certificate), lookup=names), f"https://b.test:{server.port}/"
            ).lower()
        )
        assert "certificate" in why(Swarm(HERE, lookup=names), f"https://hub.test:{server.port}/").lower()


def test_an_address_inside_beside_one_outside_leads_nowhere() -> None:
    names = Names(a=[["127.0.0.1", "127.9.0.1"]])
    with Rude(says(b"here")) as server:
        told = why(Swarm(HERE, lookup=names), f"http://a.test:{server.port}/")
        assert "hub.private" in told
        assert server.peers == []


def test_a_name_that_means_another_address_later_is_judged_again() -> None:
    names = Names(a=[["127.0.0.1"], ["127.9.0.1"]])
    with Rude(says(b"here")) as server:
        url = f"http://a.test:{server.port}/"
        swarm = Swarm(HERE, lookup=names)
        assert body(swarm, url) == b"here"
        assert body(swarm, url) == b"here"  # what was judged is what is used
        assert names.asked == ["a.test"]
        assert "hub.private" in why(Swarm(HERE, lookup=names), url)


def test_of_several_addresses_the_first_that_answers_is_taken() -> None:
    with Rude(says(b"here")) as server:
        swarm = Swarm(HERE, lookup=Names(a=[["127.0.0.9", "127.0.0.1"]]))
        assert body(swarm, f"http://a.test:{server.port}/") == b"here"


@pytest.fixture
def stopped() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_look_up_that_hangs_holds_up_nobody_else_and_is_made_once(stopped: threading.Event) -> None:
    asked: list[str] = []

    def lookup(host: str, port: int, **options: Any) -> list[Any]:
        asked.append(host)
        if host == "hangs.test":
            stopped.wait(60)
        return socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)

    with Rude(says(b"here")) as server:
        hanging, good = f"http://hangs.test:{server.port}/", f"http://a.test:{server.port}/"
        found = ask(Swarm(HERE, lookup=lookup), hanging, hanging, good, good, seconds=1)
    assert [type(each) for each in found] == [TimeoutError, TimeoutError, Heard, Heard]
    assert sorted(asked) == ["a.test", "hangs.test"]


def test_no_such_name() -> None:
    def lookup(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert "no host of this name" in why(Swarm(HERE, lookup=lookup), "http://a.test/")


def test_nobody_listens() -> None:
    assert why(Swarm(HERE), "http://127.0.0.1:1/").startswith(("127.0.0.1: no answer (", "is not asked"))


def test_what_says_too_much_is_read_no_further() -> None:
    with Rude(raw(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000_000)) as server:
        assert body(Swarm(HERE), server.url) == b"x" * 101
        assert server.left.wait(20)
    with Rude(raw(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1_000_000)) as server:
        assert "before it comes to the point" in why(Swarm(HERE), server.url)
    with Rude(raw(*[b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10_000] * 500)) as server:
        assert "before it comes to the point" in why(Swarm(HERE), server.url)
        assert server.left.wait(20)
    piece = b"1;" + b"x" * 15_000 + b"\r\nx\r\n"
    with Rude(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[piece * 50] * 50)) as server:
        assert "far more around its answer" in why(Swarm(HERE), server.url)
        assert server.left.wait(20)


def test_an_answer_in_very_many_pieces_is_an_answer() -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 90 + b"0\r\n\r\n"
    with Rude(raw(*(data[at : at + 1] for at in range(len(data))))) as server:
        assert body(Swarm(HERE), server.url) == b"x" * 90


def test_a_redirect_is_not_followed() -> None:
    with Rude(says(b"elsewhere")) as other, Rude(says(b"", "302 Found", f"Location: {other.url}")) as server:
        (found,) = ask(Swarm(HERE), server.url)
        assert isinstance(found, Heard)
        assert found.status == 302
        assert other.peers == []


def test_errors_say_the_host_and_nothing_that_may_be_secret(tmp_path: Path) -> None:
    with Rude(raw(b"hello\r\n\r\n")) as server:
        told = why(Swarm(HERE), f"{server.url.replace('//', '//user:hidden@')}/hidden?hidden")
        assert "hidden" not in told
