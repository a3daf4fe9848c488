"""Who asks too often, and who it is that asks. Pure.

Each pair of an address and a path has two buckets of tokens: one for requests that ask for what is new alone, one for
those that ask for the whole feed whatever it is. So a reader that polls well is never held up, however often others
behind the same address ask badly, and one that does not is told to wait before anything is looked up for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil

from syndicate.model.patterns import regex
from syndicate.server import Headers, Request

BURST = 10
"""Polls of one feed that an address may make at once."""

HOUR = 3600.0
"""Seconds in which `full_copies` and `polls` are given out."""

FOR_MANY = 10
"""How many times more an aggregator gets, which asks for all of its subscribers."""

MOST = 100_000
"""Buckets that are remembered at least, and twice as many at most."""

HERE = ("127.0.0.1", "::1")
"""The addresses that a proxy on this machine has."""

_SUBSCRIBERS = regex(rb"[0-9]{1,9}\+? (?:subscriber|reader)", re.IGNORECASE)
_LONGEST_WORD = 1000
_LONGEST_LIST = 2000

Address = IPv4Address | IPv6Address
_Key = tuple[str, bytes, bool, int]


class Manners:
    """A Gate: token buckets, bounded in memory. For one thread."""

    def __init__(self, full_copies: int, polls: int, most: int = MOST) -> None:
        """Copies and polls of one feed that an address has in an hour; 0 for as many as it likes."""
        self._copies = (float(full_copies), full_copies / HOUR)
        self._polls = (float(BURST), polls / HOUR)
        self._most = most
        self._young: dict[_Key, tuple[float, float]] = {}
        self._old: dict[_Key, tuple[float, float]] = {}

    def wait(self, request: Request, conditional: bool) -> int:
        """See `Gate`. Nobody of whom it is not known who they are is held up, nor a proxy that is not listed."""
        burst, rate = self._polls if conditional else self._copies
        client = request.client
        if not rate or not client or client in HERE:
            return 0
        key = (household(client), request.path, conditional, 1)
        wait = self._take(key, burst, rate, request.now)
        if wait and for_many(request):
            many = (*key[:3], FOR_MANY)
            wait = self._take(many, burst * FOR_MANY, rate * FOR_MANY, request.now)
        return wait

    def _take(self, key: _Key, burst: float, rate: float, now: float) -> int:
        """Take a token; 0, or the seconds until there is one."""
        left, at = self._young.get(key) or self._old.get(key) or (burst, now)
        if now < at:  # the clock was put back
            at = now
            self._young[key] = left, at
        left = min(burst, left + (now - at) * rate)
        if left < 1.0:
            return max(1, ceil((1.0 - left) / rate))
        if len(self._young) >= self._most:  # who did not ask lately is forgotten, a generation at a time
            self._old, self._young = self._young, {}
        self._young[key] = left - 1.0, now
        return 0


@lru_cache(4096)
def household(client: str) -> str:
    """Who counts as one: an address, or the network of 64 bits that a subscriber of IPv6 has for himself."""
    if ":" not in client:
        return client
    try:
        return str(IPv6Network((int(IPv6Address(client.partition("%")[0])) >> 64 << 64, 64)).network_address)
    except ValueError:
        return client


def for_many(request: Request) -> bool:
    """Whether it is an aggregator that says for how many subscribers it asks."""
    agent = request.header(b"user-agent")
    return agent is not None and _SUBSCRIBERS.search(agent[:_LONGEST_WORD]) is not None


class Proxies:
    """The proxies whose word is taken on who asks."""

    def __init__(self, networks: Sequence[str]) -> None:
        """Networks as `10.0.0.0/8`."""
        self._networks = tuple(ip_network(each) for each in networks)

    def lists(self, peer: str) -> bool:
        """Whether this peer is one of them; who comes by a socket in the file system ("") always is."""
        found = _address(peer)
        return peer == "" or (found is not None and self._has(found))

    def client(self, headers: Headers) -> str:
        """Who asks, by the word of a proxy that is listed: the last address in `X-Forwarded-For` that is no proxy of
        ours, since all before it may be made up. "" where it does not say."""
        lines = [value for name, value in headers if name == b"x-forwarded-for"]
        words = b",".join(lines)[-_LONGEST_LIST:].split(b",")
        for word in reversed(words):
            found = _address(_bare(word.strip().decode("latin-1")))
            if found is None:
                return ""
            if not self._has(found):
                return str(found)
        return ""

    def _has(self, address: Address) -> bool:
        return any(_within(address, network) for network in self._networks)


def peer_of(name: object) -> str:
    """The address in what a socket says of its other end; "" for one in the file system. One of IPv4 is written as
    such, also where it comes by a socket of IPv6."""
    if not isinstance(name, tuple) or not name:
        return ""
    found = _address(str(name[0]))
    return str(found) if found is not None else ""


def _bare(word: str) -> str:
    """Without the port that some proxies add."""
    if word.startswith("["):
        return word[1:].partition("]")[0]
    return word.partition(":")[0] if word.count(":") == 1 else word


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _within(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network
