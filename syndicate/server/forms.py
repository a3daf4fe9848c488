"""What readers' programs post: the fields of a form, and whether an address in it may be told of anything. Pure.

In: the bytes of a request. Out: text, or a `Refused` that says what is wrong and how it would be right. It is shown to
whoever asked, so it says nothing of this machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from syndicate.delivery.guard import NOT_PUBLIC, Guard, literal
from syndicate.server import Request, Response

LARGEST = 16 * 1024
"""Bytes of a form."""

LONGEST_ADDRESS = 2000
"""Characters of an address to be told at."""

_MOST_FIELDS = 200
_FORM = b"application/x-www-form-urlencoded"


class Refused(Exception):
    """Why nothing comes of a request, for whoever asked. `status` is HTTP's; `wait` says when to retry, in seconds."""

    def __init__(self, why: str, status: int = 400, wait: int = 0) -> None:
        super().__init__(why)
        self.why, self.status, self.wait = why, status, wait


class Form:
    """The fields of a posted form; those that nobody asks for are passed over."""

    def __init__(self, fields: Mapping[str, Sequence[bytes]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """The text of a field that may stand once, "" where it is missing or empty. Raises Refused."""
        found = self.all(name)
        if len(set(found)) > 1:
            raise Refused(f"{name} stands there {len(found)} times, each time otherwise; send it once")
        return found[0] if found else ""

    def all(self, name: str) -> list[str]:
        """The texts of a field that may stand more than once. Raises Refused."""
        try:
            return [value.decode("utf-8") for value in self._fields.get(name, ())]
        except UnicodeDecodeError:
            raise Refused(f"{name} is not UTF-8") from None

    def numbered(self, name: str) -> list[str]:
        """The texts of `name1`, `name2` ... in this order, the empty ones left out. Raises Refused."""
        places = (each.removeprefix(name) for each in self._fields if each.startswith(name))
        order = sorted(int(place) for place in places if place.isascii() and place.isdecimal() and len(place) < 4)
        return [text for each in dict.fromkeys(order) if (text := self.one(f"{name}{each}"))]


def form(request: Request) -> Form:
    """The form that came with a request. Raises Refused."""
    from urllib.parse import parse_qsl  # here, as a server that has no hub needs none

    kind = (request.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind != _FORM:
        raise Refused(f"send a form: Content-Type {_FORM.decode()}", 415)
    if len(request.body) > LARGEST:
        raise Refused(f"the form has more than {LARGEST} bytes", 413)
    fields: dict[str, list[bytes]] = {}
    try:
        # byte for byte: parse_qsl takes bytes only where they stand for ASCII
        text = request.body.decode("latin-1")
        for name, value in parse_qsl(text, True, encoding="latin-1", max_num_fields=_MOST_FIELDS):
            fields.setdefault(name, []).append(value.encode("latin-1"))
    except ValueError:
        raise Refused(f"the form has more than {_MOST_FIELDS} fields") from None
    return Form(fields)


def told_at(address: str, name: str, guard: Guard) -> str:
    """The address, if something may be sent there; names in it are looked up, and judged, only when it is.

    It is used as it was sent, byte for byte, so it must be a URL as RFC 3986 has it. Raises Refused.
    """
    if not address:
        raise Refused(f"{name} is missing: where are you to be told?")
    if len(address) > LONGEST_ADDRESS:
        raise Refused(f"{name} has more than {LONGEST_ADDRESS} characters")
    if not address.isascii() or any(sign <= " " or sign in '\x7f"<>\\^`{|}' for sign in address):
        raise Refused(f"{name} has characters that stand in no URL; send them percent-encoded, and a host as xn--…")
    if "#" in address:
        raise Refused(f"{name} has a fragment (#…), which is never sent; leave it out")
    try:
        parts = urlsplit(address)
        named = "@" in parts.netloc
    except ValueError:
        raise Refused(f"{name} is no URL") from None
    if named:
        raise Refused(f"{name} has a user or a password in it; put what is secret into its path or query")
    if refusal := guard.refusal(address):
        raise Refused(f"{name}: {refusal.replace(NOT_PUBLIC, 'is no public address')}")
    host = parts.hostname or ""
    if (plain := _plain(host)) != host:  # else one machine would count as many hosts
        raise Refused(f"{name}: {host} is another spelling of {plain}; write that")
    return address


def _plain(host: str) -> str:
    """The one spelling of an address that a host is written as; a name as it is."""
    found = literal(host)
    return host if found is None else str(getattr(found, "ipv4_mapped", None) or found)


def said(status: int, text: str, kind: str = "text/plain; charset=utf-8", wait: int = 0) -> Response:
    """An answer that says something to a program, and is kept nowhere."""
    body = text.encode("utf-8", "replace")
    headers = [
        (b"content-type", kind.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(status, [*headers, (b"retry-after", str(wait).encode("ascii"))] if wait else headers, body)
