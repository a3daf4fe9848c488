"""Who asks too often, and who it is that asks."""

from __future__ import annotations

import pytest

from syndicate.server import Request
from syndicate.server.manners import BURST, FOR_MANY, HOUR, Manners, Proxies, household, peer_of

CLIENT = "192.0.2.7"


def asked(now: float, client: str = CLIENT, path: bytes = b"/feeds/rss.xml", agent: bytes = b"reader/1") -> Request:
    return Request("GET", path, b"", [(b"user-agent", agent)], client, b"", now)


def answered(gate: Manners, count: int, conditional: bool, **of: object) -> int:
    """How many of so many requests at one moment are answered."""
    return sum(not gate.wait(asked(0.0, **of), conditional) for _ in range(count))  # type: ignore[arg-type]


def test_who_asks_for_news_once_a_minute_is_never_held_up() -> None:
    gate = Manners(10, 60)
    assert not any(gate.wait(asked(60.0 * minute), True) for minute in range(10_000))


def test_a_burst_of_polls_is_answered_and_no_more() -> None:
    gate = Manners(10, 60)
    assert answered(gate, 50, True) == BURST
    wait = gate.wait(asked(0.0), True)
    assert wait == 60
    assert gate.wait(asked(wait - 1.0), True) and not gate.wait(asked(float(wait)), True)


def test_full_copies_are_counted_apart() -> None:
    gate = Manners(3, 60)
    assert answered(gate, 20, False) == 3
    assert answered(gate, 20, True) == BURST
    assert gate.wait(asked(0.0), False) == HOUR / 3
    assert not gate.wait(asked(HOUR / 3), False)


def test_each_feed_and_each_address_has_its_own() -> None:
    gate = Manners(1, 60)
    assert answered(gate, 5, False) == 1
    assert answered(gate, 5, False, path=b"/feeds/atom.xml") == 1
    assert answered(gate, 5, False, client="192.0.2.8") == 1


def test_an_aggregator_gets_more_and_no_end() -> None:
    gate = Manners(2, 60)
    agent = b"Aggregator/1.0 (+https://example.org; 12 subscribers; feed-id=5)"
    assert answered(gate, 500, False, agent=agent) == 2 + 2 * FOR_MANY


def test_a_network_of_64_bits_is_one_household() -> None:
    gate = Manners(1, 60)
    clients = [f"2001:db8:0:1::{number:x}" for number in range(1, 50)]
    assert sum(not gate.wait(asked(0.0, each), False) for each in clients) == 1
    assert not gate.wait(asked(0.0, "2001:db8:0:2::1"), False)


@pytest.mark.parametrize("client", ["", "127.0.0.1", "::1"])
def test_nobody_is_held_up_of_whom_it_is_not_known_who_they_are(client: str) -> None:
    assert answered(Manners(1, 1), 100, False, client=client) == 100


def test_nothing_is_asked_where_the_settings_ask_nothing() -> None:
    gate = Manners(0, 0)
    assert answered(gate, 1000, False) == answered(gate, 1000, True) == 1000


def test_a_clock_that_is_put_back_frees_and_locks_out_nobody() -> None:
    gate = Manners(1, 60)
    assert not gate.wait(asked(1_000_000.0), False)
    assert gate.wait(asked(0.0), False) == HOUR
    assert not gate.wait(asked(HOUR), False)


def test_memory_is_bounded_and_who_asks_often_is_remembered() -> None:
    gate = Manners(1, 60, most=100)
    assert not gate.wait(asked(0.0), False)
    for number in range(5_000):
        gate.wait(asked(0.0, f"10.0.{number // 250}.{number % 250}"), False)
    assert len(gate._young) + len(gate._old) <= 200


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ([b"192.0.2.1"], "192.0.2.1"),
        ([b"198.51.100.9, 192.0.2.1"], "192.0.2.1"),
        ([b"198.51.100.9", b"192.0.2.1"], "192.0.2.1"),
        ([b"192.0.2.1, 10.0.0.3"], "192.0.2.1"),
        ([b"192.0.2.1:4711"], "192.0.2.1"),
        ([b"[2001:db8::1]:4711"], "2001:db8::1"),
        ([b"2001:db8::1"], "2001:db8::1"),
        ([b"::ffff:192.0.2.1"], "192.0.2.1"),
        ([b"192.0.2.1, unknown"], ""),
        ([b"<script>"], ""),
        ([b"\xff\xfe"], ""),
        ([b""], ""),
        ([], ""),
        ([b"10.0.0.1, 10.0.0.2"], ""),
        ([b"9," * 100_000 + b"192.0.2.1"], "192.0.2.1"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_who_asks(told: list[bytes], client: str) -> None:
    proxies = Proxies(("10.0.0.0/8",))
    assert proxies.client([(b"x-forwarded-for", each) for each in told]) == client


def test_who_is_listed_is_a_proxy_and_nobody_else() -> None:
    proxies = Proxies(("10.0.0.0/8", "2001:db8::/32"))
    listed = [each for each in ("10.1.2.3", "2001:db8::9", "", "192.0.2.1", "::1", "nonsense") if proxies.lists(each)]
    assert listed == ["10.1.2.3", "2001:db8::9", ""]


def test_the_other_end_of_a_socket() -> None:
    assert peer_of(("192.0.2.1", 80)) == peer_of(("::ffff:192.0.2.1", 80, 0, 0)) == "192.0.2.1"
    assert peer_of(("fe80::1%eth0", 80, 0, 2)) == "fe80::1"
    assert peer_of("") == peer_of(None) == peer_of("/run/socket") == ""
    assert household("fe80::1%eth0") == "fe80::"
    assert household("no address:") == "no address:"
