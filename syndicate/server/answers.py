"""The heads of answers: what is said of a document beside its bytes. Pure.

In: what is known of a document (About), and one representation of it. Out: lists of headers that are made once and
sent many times. The one header that changes by itself, `date`, is added by who sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple
from syndicate.server import Headers, Response
from syndicate.server.accepted import IDENTITY
from syndicate.server.conditional import http_date

READS = (b"GET", b"HEAD", b"OPTIONS")
ALLOWED = b", ".join(READS)

FEW = 900
"""Seconds for which caches keep what has no rhythm of its own."""

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_VARY = (b"vary", b"accept-encoding")
ANYBODY = (b"access-control-allow-origin", b"*")
_SHOWN = (b"access-control-expose-headers", b"date, etag, last-modified, link, im, delta-base")
_STRICT = b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_POLICY = regex(rb'<meta http-equiv="Content-Security-Policy" content="([ !#-;=?-~]{1,4000})">')
_HEAD_OF_PAGE = 4096
"""Bytes of one of our pages among which its policy stands."""

_TYPES = {
    "html": b"text/html; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "txt": b"text/plain; charset=utf-8",
    "xml": b"application/xml; charset=utf-8",
    "json": b"application/json",
}
_OUTLINE = b"text/x-opml; charset=utf-8"


class About(NamedTuple):
    """What is known of a published document beside its bytes.

    `feed` is the key of its feed, "" for what is about all of them; `type` as it is sent; `url` the public address.
    `modified` is when its content changed last, in epoch seconds. Caches may keep it for `max_age` seconds. `hubs` are
    those that tell of it. `page` says that it is one for people, `history` that it is one of a feed's history.
    """

    path: str
    feed: str
    type: bytes
    url: str
    modified: int | None
    max_age: int
    hubs: tuple[str, ...] = ()
    page: bool = False
    codings: tuple[str, ...] = ()
    format: str = ""
    history: bool = False


class Lines(list[tuple[bytes, bytes]]):
    """Headers that are sent many times: `wire` is how they stand in a message, each with its line end."""

    __slots__ = ("wire",)

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        super().__init__(headers)
        self.wire = b"".join(b"%s: %s\r\n" % each for each in headers)


def media_type(name: str) -> bytes:
    """A media type as it is sent, with its charset: all we write is UTF-8, and JSON can be nothing else (RFC 8259)."""
    text = name.startswith("text/") or name.endswith(("+xml", "/xml"))
    return f"{name}; charset=utf-8".encode() if text else name.encode()


def type_of(path: str) -> bytes:
    """The type of what stands beside the feeds, by its name."""
    if path.rpartition("/")[2] == "opml.xml":
        return _OUTLINE
    return _TYPES.get(path.rpartition(".")[2].lower(), b"application/octet-stream")


def heads(about: About, body: bytes, coding: str, size: int, etag: bytes, now: float) -> tuple[Lines, Lines]:
    """The headers of a 200 and of a 304: `size` bytes of the representation in this coding, which has this `etag`.

    `body` is the document as it is. A 304 says all that a 200 would say of how to keep it (RFC 9110, 15.4.5).
    """
    kept: Headers = [(b"etag", etag), (b"cache-control", b"public, max-age=%d" % about.max_age), _VARY]
    if about.modified is not None and about.modified <= now:
        kept.append((b"last-modified", http_date(about.modified)))
    if about.feed:
        kept.append((b"link", links(about.url, about.hubs)))
    if not about.page:
        kept += [ANYBODY, _SHOWN]
    told: Headers = [(b"content-type", about.type), (b"content-length", b"%d" % size)]
    if coding != IDENTITY:
        told.append((b"content-encoding", coding.encode()))
    if about.page:
        told += [(b"content-security-policy", policy(body)), (b"referrer-policy", b"same-origin")]
    return Lines([*told, *kept, _NOSNIFF]), Lines(kept)


def links(url: str, hubs: Sequence[str] = ()) -> bytes:
    """The value of `Link` with which a document names itself and its hubs (RFC 8288; WebSub, 4)."""
    named = (("self", url), *(("hub", hub) for hub in hubs))
    return b", ".join(b'<%s>; rel="%s"' % (_address(href), rel.encode()) for rel, href in named)


def _address(url: str) -> bytes:
    """An address that cannot end its place in a header."""
    return b"".join(b"%%%02X" % c if c <= 32 or c >= 127 or c in b'<>"' else b"%c" % c for c in url.encode())


def policy(page: bytes) -> bytes:
    """What a page may do, as it says itself of its style and script; and nobody may show it in a frame."""
    found = _POLICY.search(page[:_HEAD_OF_PAGE])
    told = unescape(found[1].decode("ascii")) if found else ""
    said = told.encode() if told and told.isascii() and told.isprintable() else _STRICT
    return said + b"; frame-ancestors 'none'"


def said(status: int, text: str, *more: tuple[bytes, bytes]) -> Response:
    """A short answer for a person: a line of plain text."""
    body = f"{text}\n".encode()
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    return Response(status, [*head, (b"cache-control", b"no-store"), _NOSNIFF, *more], body)


def moved(status: int, target: bytes) -> Response:
    """The address is another one: for good (301, may be kept for an hour), or today (302)."""
    body = b"See %s\n" % target
    keep = b"public, max-age=3600" if status == 301 else b"no-cache"
    return Response(
        status,
        [
            (b"location", target),
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", keep),
            ANYBODY,
            _NOSNIFF,
        ],
        body,
    )


NOT_FOUND = said(404, "There is nothing at this address.", ANYBODY)
GONE = said(410, "What was at this address is no more, and will not come back.", ANYBODY)
NOT_ACCEPTABLE = said(406, "There is no such content coding: take gzip, br, zstd or identity.", _VARY, ANYBODY)
NOT_ALLOWED = said(405, "This can only be read.", (b"allow", ALLOWED), ANYBODY)
FAILED = said(412, "What you asked for is not what is here.", ANYBODY)
BAD_PATH = said(400, "This is no address.", ANYBODY)
NOT_YET = said(503, "Nothing has been built here yet.", (b"retry-after", b"10"), ANYBODY)
AWAY = said(503, "What belongs here is not there at the moment.", (b"retry-after", b"60"), ANYBODY)
TOO_LARGE = said(413, "That is too much.")
NOTHING = {404: NOT_FOUND, 410: GONE, 503: AWAY}
"""What is said where an address leads nowhere."""

OPTIONS = Response(204, [(b"allow", ALLOWED), (b"cache-control", b"no-store")])
OPTIONS_ANYBODY = Response(
    204,
    [
        (b"allow", ALLOWED),
        (b"cache-control", b"no-store"),
        ANYBODY,
        (b"access-control-allow-methods", ALLOWED),
        (b"access-control-allow-headers", b"accept, a-im, if-none-match, if-modified-since, range, cache-control"),
        (b"access-control-max-age", b"86400"),
    ],
)
