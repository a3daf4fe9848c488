"""IRI → URI: addresses as RSS, JSON Feed and HTTP want them. Pure.

In: an address as somebody wrote it. Out: the same address in the characters of RFC 3986,
non-ASCII hosts as punycode. What is a URI already comes back letter by letter (default
ports, `..` and the case of the host are left alone), since ids are compared that way.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote

from syndicate.model.patterns import regex

_CHARACTERS = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})*+"
_URI = re.compile(f"{_CHARACTERS}(?:#{_CHARACTERS})?")
_BEFORE_PATH = regex(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_PORT = regex(r":[0-9]*\Z")
_IPV6 = regex(r"\[[0-9A-Fa-f:.]+\]")
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_LONE_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")
_NO_LINE_BREAKS = str.maketrans("", "", "\t\r\n")
_KEPT = "._~:/?@!$&'()*+,;=-%"


def uri(iri: str) -> str:
    """An address, percent-encoded once (RFC 3987 section 3.1); doing it again changes nothing.

    Tabs and line breaks fall out and white space around is cut, as browsers do. Lone
    surrogates must have been removed. Never raises.
    """
    if _URI.fullmatch(iri):
        return iri
    text = iri.translate(_NO_LINE_BREAKS).strip()
    found = _BEFORE_PATH.match(text)
    head = found[0] if found else ""
    rest, mark, fragment = text[len(head) :].partition("#")
    return _authority(head) + _encoded(rest) + mark + _encoded(fragment)


def is_web(address: str) -> bool:
    """Whether an address is absolute and http or https, so that a reader may open it."""
    return _WEB.match(address) is not None


def _encoded(text: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=_KEPT)


def _authority(head: str) -> str:
    """`scheme://user@host:port` with an ASCII host; `head` may be empty."""
    scheme, slashes, authority = head.rpartition("//")
    user, at, place = authority.rpartition("@")
    port = _PORT.search(place)
    host = place[: port.start()] if port else place
    return scheme + slashes + _encoded(user) + at + _host(host) + place[len(host) :]


def _host(host: str) -> str:
    if host.startswith("["):
        return host if _is_ipv6(host) else _encoded(host)
    return _encoded(host) if host.isascii() else _punycode(host)


def _is_ipv6(host: str) -> bool:
    """Whether the host is an IPv6 address in brackets (others make URL parsers raise)."""
    if not _IPV6.fullmatch(host):
        return False
    try:
        IPv6Address(host[1:-1])
    except AddressValueError:
        return False
    return True


def _punycode(host: str) -> str:
    import idna  # tables of a megabyte, for the few sites that have such a host

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return _encoded(host)
