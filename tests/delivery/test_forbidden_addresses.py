"""Nobody is reached who is not to be: every spelling, by every way out, seen by traps and by an audit hook.

The traps listen at all addresses of this machine; the hook (tests/outbound.py) sees connections to elsewhere, too.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from requests_hardened.ip_filter import InvalidIPAddress, filter_host

from syndicate.delivery.guard import Guard, literal, networks
from tests.outbound import FRONT

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "cases" / "forbidden" / "addresses.txt"
WAYS = ("hub asks", "hub tells", "post", "get", "post, and sent on", "get, and sent on", "adopt")

Told = dict[str, tuple[str | None, list[list[object]]]]


@cache
def cases() -> tuple[str, ...]:
    """The lines of the file."""
    return tuple(line for line in CASES.read_text().splitlines() if line and not line.startswith("#"))


def address(case: str, port: int) -> tuple[str, list[str]]:
    """The URL of a line, and what its name is looked up to."""
    if case.startswith("name:"):
        name, *found = case.removeprefix("name:").split(" ")
        return f"http://{name}:{port}/", found
    return case.replace("[PORT]", str(port)), []


def probed(cases: tuple[str, ...], port: int, listed: str = f"{FRONT}/32", seconds: float = 20) -> dict[str, Told]:
    """What came of each address by each way, in a process of its own."""
    given = json.dumps({"listed": listed, "seconds": seconds, "addresses": [address(case, port) for case in cases]})
    command = [sys.executable, "-W", "error", "-m", "tests.outbound"]
    run = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False, timeout=300)
    assert not run.stderr
    return dict(zip(cases, json.loads(run.stdout), strict=True))


class Trap:
    """Listens at all addresses of this machine, and answers nobody."""

    def __init__(self) -> None:
        if socket.has_dualstack_ipv6():
            self.listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
        else:
            self.listener = socket.create_server(("", 0), backlog=128)
        self.port: int = self.listener.getsockname()[1]

    def caught(self) -> int:
        """How many came since last asked."""
        count = 0
        while select.select([self.listener], [], [], 0)[0]:
            self.listener.accept()[0].close()
            count += 1
        return count


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.listener.close()


@pytest.fixture(scope="module")
def told(trap: Trap) -> dict[str, Told]:
    found = probed(cases(), trap.port)
    assert trap.caught() == 0
    return found


def test_the_trap_and_the_hook_see_who_comes(trap: Trap) -> None:
    """A check that cannot fail shows nothing: with all of this machine let in, each of them is reached."""
    shown = ("http://127.1:[PORT]/", "name:inside.example 127.0.0.1")
    found = probed(shown, trap.port, "127.0.0.0/8", seconds=0.3)
    assert trap.caught() == 10  # both of the hub, post, get, and get that was sent on
    assert all(told["post"][1] == [["127.0.0.1", trap.port]] for told in found.values())


@pytest.mark.parametrize("case", cases())
def test_nobody_inside_is_reached(case: str, told: dict[str, Told]) -> None:
    for way in WAYS:
        why, connections = told[case][way]
        assert not connections, way
        assert why, way
        assert not why.endswith("!"), (way, why)


def test_it_says_why(told: dict[str, Told], trap: Trap) -> None:
    def why(case: str, way: str = "post") -> str:
        return told[case][way][0] or ""

    assert why("http://127.1:[PORT]/").startswith(f"http://127.1:{trap.port}: 127.1 is no public address")
    assert "ping.private" in why("http://127.1:[PORT]/")
    assert "inside.example: is at 127.0.0.1, and that is no public address" in why("name:inside.example 127.0.0.1")
    assert "is at 127.0.0.1, " in why("name:mixed.example 8.8.8.8 127.0.0.1")
    assert "port 6379" in why("http://8.8.8.8:6379/")
    assert "begin with http" in why("file:///etc/passwd")
    assert why("name:lan.example 192.168.1.1", "post, and sent on").endswith(f"to http://lan.example:{trap.port}/")


def test_literals_are_known_before_anything_is_sent() -> None:
    """By the settings, so that it is said at the start and not at night: all lines but those of names."""
    for case in cases():
        if not case.startswith("name:") and case != "http://good.example#@127.0.0.1:[PORT]/":
            assert Guard().refusal(address(case, 8080)[0]), case


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example/",
        "https://hub.example:8443/a?b=c#d",
        "http://8.8.8.8/",
        "http://134744072/",
        "http://[2001:4860:4860::8888]:8080/",
        "http://[::ffff:8.8.8.8]/",
        "https://bücher.example/",
        "http://hub.example./a b",
        "http://127.example/",
        "http://1.2.3.4.5/",
        "http://256.256.256.256/",
        "http://0x.example/",
        "http://localhost.example/",
        "http://user:word@hub.example/",
    ],
)
def test_others_are_not_refused(url: str) -> None:
    assert Guard().refusal(url) == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f.0.0.01", "127.0.0.1"),
        ("0X7F000001", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("1.65535", "1.0.255.255"),
        ("4294967295", "255.255.255.255"),
        ("0x", "0.0.0.0"),
        ("4294967296", None),
        ("1.16777216", None),
        ("1.2.3.256", None),
        ("08.1.1.1", None),
        ("1..2", None),
        ("", None),
        ("1.2.3.4.5", None),
        ("9" * 5000, None),
        ("::1%lo", "::1"),
        ("hub.example", None),
    ],
)
def test_addresses_as_they_are_written(written: str, meant: str | None) -> None:
    assert literal(written) == (ip_address(meant) if meant else None)


@pytest.mark.parametrize("written", ["127.1", "0x7f.1", "017700000001", "1.65535", "1.2.3", "0X7F.1"])
def test_the_system_reads_them_alike(written: str) -> None:
    assert str(literal(written)) == socket.inet_ntoa(socket.inet_aton(written))


def test_what_is_let_in_is_let_in() -> None:
    """A listed network lifts what is private, and of the rest only what it names closely."""
    wide = Guard(listed=networks("0.0.0.0/0 ::/0"))
    close = Guard(listed=networks("10.0.0.0/8 169.254.169.0/24 64:ff9b::/96"))
    assert [wide.kind(each) for each in ("10.1.1.1", "::1", "169.254.169.254", "fe80::1", "224.0.0.1")] == [
        "listed",
        "listed",
        "forbidden",
        "forbidden",
        "forbidden",
    ]
    assert [
        close.kind(each) for each in ("10.1.1.1", "::ffff:10.1.1.1", "169.254.169.254", "64:ff9b::1", "11.1.1.1")
    ] == [
        *["listed"] * 4,
        "public",
    ]
    assert close.refusal("http://10.1.1.1/") == ""
    assert close.refusal("http://192.168.1.1/")


def edges() -> list[str]:
    """The first and last address of each network of the table, their neighbours outside, and some public ones."""
    guard, found = Guard(), ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1", "2001:4860::1"]
    for each in (*guard.private, *guard.never):
        first, last = int(each.network_address), int(each.broadcast_address)
        make = type(each.network_address)
        found += [str(make(at)) for at in (first - 1, first, last, last + 1) if 0 <= at < 2**each.max_prefixlen]
    return sorted(set(found))


def second_opinion(address: str) -> bool:
    """Whether requests-hardened lets an address pass."""
    try:
        filter_host(address, 80, allow_loopback=False)
    except (InvalidIPAddress, requests.ConnectionError):
        return False
    return True


@pytest.mark.parametrize("address", edges())
def test_a_second_opinion(address: str) -> None:
    """What requests-hardened refuses, we refuse; what it lets pass beyond that, IANA's lists know of."""
    if not second_opinion(address):
        assert Guard().kind(address) != "public"
    elif Guard().kind(address) != "public":
        found = ip_address(address)
        if found.version == 4:
            assert any(found in each for each in networks("192.31.196.0/24 192.52.193.0/24 192.175.48.0/24"))
        else:  # not given to anybody yet (RFC 4291 section 2.4); protocol assignments, 6to4, AS112
            given = any(found in each for each in networks("2000::/3"))
            assert not given or any(found in each for each in networks("2001::/23 2002::/16 2620:4f:8000::/48"))
