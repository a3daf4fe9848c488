"""Who may look at what is the operator's alone: whoever knows the token. Pure.

A browser asks for a name and a password: any name will do, and the token is the password (Basic, RFC 7617). Programs
may send it as it is (`Authorization: Bearer`, RFC 6750). There is no cookie, so no page of another site can use what a
browser knows, and nothing is kept of who came.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from hmac import compare_digest

from syndicate.server import Place, Request, Response

_LONGEST = 4096
"""Bytes of a header that are looked at."""

_WORDS = b"This is for the operator alone: give the token (serve.token) as password, with any name.\n"

REFUSED = Response(
    401,
    [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(_WORDS)),
        (b"www-authenticate", b'Basic realm="Syndicate", charset="UTF-8"'),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ],
    _WORDS,
)


def knows(request: Request, token: str) -> bool:
    """Whether a request carries the token. Nobody knows an empty one."""
    given = [value for name, value in request.headers if name == b"authorization"]
    if not token or len(given) != 1 or len(given[0]) > _LONGEST:
        return False
    kind, _, value = given[0].strip().partition(b" ")
    word = _password(value.strip()) if kind.lower() == b"basic" else value.strip()
    if kind.lower() not in (b"basic", b"bearer"):
        return False
    return compare_digest(word, token.encode())


def kept(places: Mapping[str, Place], token: str) -> dict[str, Place]:
    """The same places, each for those who know the token."""
    return {path: Kept(place, token) for path, place in places.items()}


class Kept:
    """A place that answers nobody but the operator."""

    def __init__(self, place: Place, token: str) -> None:
        self._place, self._token = place, token
        self.methods, self.most, self.slow = place.methods, place.most, place.slow

    def __repr__(self) -> str:
        """Without the token."""
        return f"Kept({self._place!r})"

    def answer(self, request: Request) -> Response:
        """What the place says; 401 to anybody else."""
        return self._place.answer(request) if knows(request, self._token) else REFUSED


def _password(value: bytes) -> bytes:
    """The password of `Basic`; b"" where it is none."""
    try:
        return b64decode(value, validate=True).partition(b":")[2]
    except (Error, ValueError):
        return b""
