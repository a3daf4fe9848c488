"""Which addresses may be asked at all: the table of networks, and the judgement of what stands in a URL.

In: a URL, or the address that its name was looked up to. Out: a kind, or words that say why not. Nothing is looked up
here. `Guard.refusal` is for the settings, where an address is seen to be wrong before anything is sent;
the client (`http.py`) judges again what a name leads to, and connects to that alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

from syndicate.model.records import dataclass

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Kind = Literal["public", "listed", "private", "forbidden"]

ASKED: frozenset[Kind] = frozenset(("public", "listed"))
"""What is asked when nobody named the very address."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_OTHER_SERVICES = frozenset(
    # databases, mail, chat, files, screens: what a request says may be taken there for commands
    int(port)
    for port in (
        "1433 1521 1719 1720 1723 2049 3306 3389 3659 4045 4190 5060 5061 5432 5672 5900 6000 6379 6566"
        " 6665 6666 6667 6668 6669 6679 6697 10080 11211 27017"
    ).split()
)

NOT_PUBLIC = (
    "is no public address; such are only asked where you named the address, or listed its network (ping.private), and "
    "no redirect leads there"
)
_NO_ADDRESS = "only addresses that begin with http:// or https:// and a host can be asked"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_NOT_IN_HOSTS = re.compile(r"[\s\\<>^`{|}\"]|%(?![^\]]*\])")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


def networks(text: str) -> tuple[Network, ...]:
    """Ranges as written, with blanks between them."""
    return tuple(ip_network(each) for each in text.split())


@dataclass(frozen=True)
class Guard:
    """Which addresses are not asked.

    `private` are those of this machine and of networks like one's own: only asked where a person named the
    address. `never` belong to no host that serves pages, or lead to others by a detour. `listed` are networks that the
    operator let in (`ping.private`). A listed network lifts what is private, but of `never` only what it names at
    least as closely as that is named here: `0.0.0.0/0` does not reach the metadata of clouds.
    """

    private: tuple[Network, ...] = networks(
        "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1 fc00::/7"
    )
    never: tuple[Network, ...] = networks(
        # this network, link-local (and the metadata of clouds), protocol assignments, examples, AS112, AMT, 6to4
        # relays, benchmarks, multicast, reserved
        "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24"
        " 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        # all that is not 2000::/3, the one part that hosts are given addresses of (RFC 4291 section 2.4): unspecified
        # and compatible, NAT64, discard, segment routing, link-local, site-local, multicast
        " ::/3 4000::/2 8000::/1"
        # and in it: Teredo and protocol assignments, examples, 6to4, AS112
        " 2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
    )
    listed: tuple[Network, ...] = ()

    def kind(self, address: str) -> Kind:
        """What an address as looked up is; raises ValueError where it is none."""
        return self._kind(ip_address(address.partition("%")[0]))

    def _kind(self, found: Address) -> Kind:
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        private = any(found in each for each in self.private)
        never = () if private else tuple(each for each in self.never if found in each)
        if any(found in each and all(each.prefixlen >= one.prefixlen for one in never) for each in self.listed):
            return "listed"
        if private:
            return "private"
        return "forbidden" if never else "public"

    def refusal(self, url: str, asked: Collection[Kind] = ASKED) -> str:
        """Why a URL is not to be asked, "" where nothing in it speaks against it.

        `asked` are the kinds of addresses that may be. Names are not looked up: that is done, and judged,
        whenever one is connected to.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return _NO_ADDRESS
        if (
            not host
            or parts.scheme not in _DEFAULT_PORTS
            or _CONTROLS.search(url)
            or _NOT_IN_HOSTS.search(parts.netloc)
        ):
            return _NO_ADDRESS
        port = _DEFAULT_PORTS[parts.scheme] if port is None else port
        if not port or ("private" not in asked and not _web(port)):
            return f"port {port} is none of web servers, which have 80, 443, or one from 1024 on that others do not use"
        found = literal(host)
        return "" if found is None or self._kind(found) in asked else f"{host} {NOT_PUBLIC}"


def _web(port: int) -> bool:
    return port in (80, 443) or (port >= 1024 and port not in _OTHER_SERVICES)


def literal(host: str) -> Address | None:
    """The address that a host is written as, in any spelling that systems take for one; None for a name."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", host) if unicodedata.category(sign) != "Cf")
    text = seen.replace("\u3002", ".").partition("%")[0].rstrip(".").lower()
    if text == "localhost" or text.endswith(".localhost"):
        return IPv4Address("127.0.0.1")  # RFC 6761 section 6.3
    try:
        return ip_address(text)
    except ValueError:
        return _numbers(text)


def _numbers(text: str) -> IPv4Address | None:
    """One to four numbers, each decimal, octal or hexadecimal; the last stands for all bytes that are left."""
    words = text.split(".")
    if len(words) > 4 or not all(len(word) < 20 and word.isascii() and _NUMBER.fullmatch(word) for word in words):
        return None
    try:
        *first, last = (_number(word) for word in words)
    except ValueError:
        return None
    if any(each > 255 for each in first) or last >= 256 ** (4 - len(first)):
        return None
    return IPv4Address(sum(each << (24 - 8 * place) for place, each in enumerate(first)) + last)


def _number(word: str) -> int:
    if word[:2] in ("0x", "0X"):
        return int(word[2:] or "0", 16)
    return int(word, 8 if len(word) > 1 and word[0] == "0" else 10)
