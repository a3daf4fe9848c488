"""Answers to readers, over what is published.

    connection ─limits→ Request ─application→ a document, or a Place ─→ Response

A Request is what came in and a Response what goes out, both without a network: what is in this room is tried by
handing it one and looking at the other. The application (`app.py`) finds who answers; documents are `shelf.py`'s, all
else is a `Place` of its own address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from syndicate.model.records import NamedTuple

Headers = list[tuple[bytes, bytes]]
"""Names in small letters, in the order in which they came or go."""


class Request(NamedTuple):
    """What a reader asks for.

    `path` is as it was sent, still percent-encoded and never joined to anything; `query` what stands behind its `?`.
    `client` is the address of who asks, after the word of trusted proxies, "" where it is not known. `body` is empty
    but for a `Place` that takes one. `now` is the moment, in seconds since 1970.
    """

    method: str
    path: bytes
    query: bytes
    headers: Headers
    client: str = ""
    body: bytes = b""
    now: float = 0.0

    def header(self, name: bytes) -> bytes | None:
        """The value of a header that may stand once; several are joined as one list (RFC 9110, 5.3). None: none."""
        found = [value for key, value in self.headers if key == name]
        return b", ".join(found) if found else None


class Response(NamedTuple):
    """What is answered. `body` is whole, or comes in pieces: those of a file that is too large to be held (`Iterator`,
    taken in a thread, with its `content-length` in the headers), or of a stream without an end (`AsyncIterator`).

    The application adds `date`, and leaves the body out of answers to HEAD.
    """

    status: int
    headers: Headers
    body: bytes | Iterator[bytes] | AsyncIterator[bytes] = b""


class Place(Protocol):
    """Who answers at addresses of its own, that no document stands at."""

    @property
    def methods(self) -> tuple[str, ...]:
        """What it takes; anything else is 405. HEAD and OPTIONS need not be named."""
        ...

    @property
    def most(self) -> int:
        """Bytes of a body that it takes; a longer one is 413."""
        ...

    @property
    def slow(self) -> bool:
        """Whether it may wait for something (a file, the state): then it is asked in a thread."""
        ...

    def answer(self, request: Request) -> Response:
        """The answer. Raises nothing."""
        ...


class Gate(Protocol):
    """Who asks too often."""

    def wait(self, request: Request, conditional: bool) -> int:
        """Seconds for which this client gets 429 in place of an answer at this path; 0 where it gets one.

        `conditional` says that it asks for what is new alone (it sends validators that we may have given).
        """
        ...


class Witness(Protocol):
    """Who counts."""

    def saw(self, request: Request, status: int, sent: int, whole: int, feed: str) -> None:
        """An answer went out, with `sent` bytes of a body where the whole document has `whole` (as it was given, 0 for
        no document). `feed` is the key of its feed, "" for what is no feed's. Must cost next to nothing."""
        ...
