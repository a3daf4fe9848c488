"""What a parser finds in the bytes of a connection → Requests, or the status with which they are refused. Pure.

The parser judges how a message is written (RFC 9112); here it is judged what it may ask for: whatever two servers might
understand in two ways is refused, as are heads and bodies that nobody needs.
"""

from __future__ import annotations

from typing import Protocol

from syndicate.server import Headers, Request

LONGEST_HEAD = 32_768
MOST_HEADERS = 100
LONGEST_TARGET = 8192
LARGEST_BODY = 65_536

_BODILESS = (b"GET", b"HEAD", b"OPTIONS", b"TRACE")
_JUDGED = frozenset((b"host", b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"x-forwarded-for"))


class Parser(Protocol):
    """What is asked of the parser."""

    def get_method(self) -> bytes:
        """As it was sent."""
        ...

    def get_http_version(self) -> str:
        """As `1.1`."""
        ...

    def should_keep_alive(self) -> bool:
        """Whether the client may send another request."""
        ...


class Refused(ValueError):
    """Stops the parser; `Reading.refusal` says why."""


class Reading:
    """The messages of one connection. A parser calls `on_...`; what comes of it is `heard`."""

    parser: Parser
    url: bytes
    headers: Headers

    def __init__(self) -> None:
        self.refusal = 400
        self.last = False
        """No request after those that are there is to be read."""
        self.partial = False
        """A message has begun and is not at its end."""
        self.in_head = False
        self.in_line = False
        """So far nothing but a piece of its first line has come."""
        self._judged: Headers = []
        self._body = bytearray()
        self._chunk = self._more = 0

    # -- for who has the connection

    def heard(self, request: Request, keeps: bool) -> None:
        """A request is whole; `keeps` says whether there may be another."""
        raise NotImplementedError

    def now(self) -> float:
        """The moment, in seconds since 1970."""
        raise NotImplementedError

    def bodied(self, expects: bool) -> None:
        """A head was whole, and a body is to come, for which the client wants to be encouraged where it `expects`."""
        raise NotImplementedError

    def asker(self, judged: Headers | None) -> str:
        """Who asks. `judged` are the headers in which proxies may have said so, None where there are none."""
        raise NotImplementedError

    def chunk(self, size: int) -> None:
        """So many bytes are handed to the parser next."""
        self._chunk = size
        if self.partial:
            self._more += size

    def endless(self) -> bool:
        """Whether a message has more bytes than any we answer, as far as it goes."""
        return self.partial and self._more > LONGEST_HEAD + 2 * LARGEST_BODY

    # -- for the parser

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self.url = b""
        self.headers = []
        self._judged = []
        self._more = 0
        self.partial = self.in_head = True

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head; also one behind the body, where nothing is said that we want to hear."""
        if self.in_head:
            name = name.lower()
            self.headers.append((name, value))
            if name in _JUDGED:
                self._judged.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.in_head = False
        if self.last:
            raise Refused
        large = self._chunk + self._more > LONGEST_HEAD
        if len(self.headers) > MOST_HEADERS or (large and self._size() > LONGEST_HEAD):
            raise self._because(431)
        if len(self.url) > LONGEST_TARGET:
            raise self._because(414)
        self._body = bytearray()
        if len(self._judged) != 1 or self._judged[0][0] != b"host":
            self._judge(self.parser.get_method())

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body += body
        if len(self._body) > LARGEST_BODY:
            raise self._because(413)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self.partial = False
        parser, judged = self.parser, self._judged
        found = target(self.url)
        if found is None:
            raise self._because(400)
        keeps = parser.should_keep_alive() and parser.get_http_version() == "1.1"
        if len(judged) > 1:  # more than a host
            client = self.asker(judged)
            keeps = keeps and all(name != b"upgrade" for name, _ in judged)
        else:
            client = self.asker(None)
        method = parser.get_method().decode("ascii")
        body = bytes(self._body) if self._body else b""
        self.heard(Request(method, found[0], found[1], self.headers, client, body, self.now()), keeps)

    def _judge(self, method: bytes) -> None:
        """Heads that are not quite as most are."""
        found = dict(self._judged)
        hosts = sum(name == b"host" for name, _ in self._judged)
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            raise self._because(400)
        length, coded = found.get(b"content-length", b"0").strip(), b"transfer-encoding" in found
        if (length.strip(b"0") or coded) and method in _BODILESS:
            raise self._because(400)
        if len(length) > 10 or int(length) > LARGEST_BODY:
            raise self._because(413)
        if int(length) or coded:
            self.bodied(b"expect" in found)

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _because(self, status: int) -> Refused:
        self.refusal = status
        return Refused()


def end_of_line(data: bytes, begun: bool) -> int:
    """Where the first line of a request ends in these bytes of it, which has `begun` before or does so here, maybe
    behind empty lines; negative where it does not end yet."""
    return data.find(b"\n", 0 if begun else len(data) - len(data.lstrip(b"\r\n")))


def spelled(data: bytes, begun: bool = False) -> bytes:
    """Bytes of a request, with those of its first line encoded that are no ASCII: there are clients that send
    an address as people write it (`/tag/金融`), and parsers that take none such."""
    end = end_of_line(data, begun)
    line, rest = (data[:end], data[end:]) if end >= 0 else (data, b"")
    return b"".join(b"%%%02X" % byte if byte >= 0x80 else b"%c" % byte for byte in line) + rest


def target(url: bytes) -> tuple[bytes, bytes] | None:
    """The path and the query that are asked for, as they were sent (RFC 9112, 3.2); None where there is no path."""
    if not url.startswith(b"/"):
        scheme, colon, rest = url.partition(b"://")
        if url == b"*":
            return url, b""
        if not colon or scheme.lower() not in (b"http", b"https"):
            return None
        host, slash, path = rest.partition(b"/")
        if not host or b"?" in host or b"#" in host:
            return None
        url = slash + path or b"/"
    path, _, query = url.partition(b"#")[0].partition(b"?")
    return path, query
