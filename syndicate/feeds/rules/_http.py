"""The answer of a server that came with a feed: type, encoding, compression, validators (RFC 9110, 9111). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import short
from syndicate.model.patterns import regex
from syndicate.model.records import dataclass

RULES = rules(
    (
        "http-status",
        "E",
        "the server does not answer with the feed",
        "Look at the address and at the server.",
        "RFC 9110 15",
    ),
    (
        "http-type",
        "W",
        "the media type is not that of the feed",
        "Send application/rss+xml, application/atom+xml or application/feed+json.",
        "RFC 4287 7; JSON Feed 1.1; W3C: UnexpectedContentType",
    ),
    (
        "http-charset",
        "E",
        "the charset of the header is not that of the document, and the header wins",
        "Send charset=utf-8, and write UTF-8.",
        "RFC 7303 3; W3C: EncodingMismatch",
    ),
    (
        "http-uncompressed",
        "I",
        "the answer is not compressed",
        "Let the server compress feeds (gzip, br).",
        "RFC 9110 8.4; W3C: Uncompressed",
    ),
    (
        "http-no-validator",
        "W",
        "the answer has neither ETag nor Last-Modified, so that readers load all of it each time",
        "Send an ETag made of the bytes, and Last-Modified.",
        "RFC 9110 8.8, 13",
    ),
    (
        "http-not-conditional",
        "W",
        "the server answers a conditional request with the whole feed, though nothing has changed",
        "Answer 304 where If-None-Match or If-Modified-Since holds.",
        "RFC 9110 13.2.2, 15.4.5",
    ),
    (
        "http-no-cache",
        "I",
        "the answer does not say how long it is good for",
        "Send Cache-Control: max-age=N, an hour or so.",
        "RFC 9111 5.2.2.1",
    ),
    (
        "http-vary",
        "W",
        "the answer is compressed and does not say Vary",
        "Send Vary: Accept-Encoding.",
        "RFC 9110 12.5.5",
    ),
    (
        "http-cookie",
        "W",
        "the answer sets a cookie, which keeps caches from working",
        "Send no cookies with feeds.",
        "RFC 9111 7.3",
    ),
    (
        "http-moved",
        "I",
        "the feed is at another address than was asked for",
        "Subscribe to and link the new one; keep the redirect for ever.",
        "RFC 9110 15.4",
    ),
)

_TYPES: Final = {
    "rss": ("application/rss+xml", "application/xml", "text/xml"),
    "atom": ("application/atom+xml", "application/xml", "text/xml"),
    "json": ("application/feed+json", "application/json"),
    "opml": ("text/x-opml", "application/xml", "text/xml"),
}
_CHARSET = regex(r";\s{0,9}charset\s{0,9}=\s{0,9}\"?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: headers by lower-case name. `asked` is the address first asked for, `url` the last one;
    `again` the status of a second, conditional request, None where none was made."""

    asked: str
    url: str
    status: int
    headers: Mapping[str, str]
    again: int | None = None


def judge(look: Look, answer: Answer, form: str, encoding: str) -> None:
    """An answer that brought a document of a format, written in an encoding."""
    headers = answer.headers
    if answer.url != answer.asked:
        look.note("http-moved", 1, short(answer.url, 200))
    _type(look, headers.get("content-type", ""), form, encoding)
    if "content-encoding" not in headers:
        look.note("http-uncompressed", 1)
    elif "accept-encoding" not in headers.get("vary", "").lower() and headers.get("vary") != "*":
        look.note("http-vary", 1)
    if "etag" not in headers and "last-modified" not in headers:
        look.note("http-no-validator", 1)
    elif answer.again is not None and answer.again != 304:
        look.note("http-not-conditional", 1, f"status {answer.again}")
    if "cache-control" not in headers and "expires" not in headers:
        look.note("http-no-cache", 1)
    if "set-cookie" in headers:
        look.note("http-cookie", 1)


def _type(look: Look, value: str, form: str, encoding: str) -> None:
    kind = value.partition(";")[0].strip().lower()
    if form in _TYPES and kind not in _TYPES[form]:
        look.note("http-type", 1, f"{short(kind) or 'none'}, not {_TYPES[form][0]}")
    charset = _CHARSET.search(value)
    if charset and charset[1].lower().replace("-", "") != encoding.lower().replace("-", ""):
        look.note("http-charset", 1, f"{charset[1]}, but the document is in {encoding}")
