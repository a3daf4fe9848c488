"""Tells search engines of pages that are new, changed or gone, by IndexNow. Pure.

One engine tells the others. Whoever names pages of a host has to have its key in a file there (`Endpoint.key_url`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote, urlsplit

from syndicate.delivery._answers import judged, refused
from syndicate.model.delivery import Endpoint, Receipt, Request, Topic

_KEY_FILE = "is the file with the key where it belongs, at the root of the site and named after the key?"
_REASONS = {
    400: "finds the request badly formed; is the url an endpoint of IndexNow?",
    403: f"does not accept the key; {_KEY_FILE}",
    422: f"says that the pages and the key do not belong together; {_KEY_FILE}",
}


class IndexNow:
    """Submits pages."""

    name: ClassVar[str] = "indexnow"
    formats: ClassVar[tuple[str, ...]] = ()
    each: ClassVar[bool] = False
    at_once: ClassVar[int] = 10_000
    interval: ClassVar[int] = 600
    """As its FAQ asks for: no more than one submission of a page in ten minutes."""
    pace: ClassVar[float] = 1.0

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """The pages of one host: the key's, else the first page's; others would have all of them refused."""
        pages = [_uri(topic.url) for topic in topics]
        host = _host(endpoint.key_url)
        if not any(_host(page) == host for page in pages):
            host = _host(pages[0])
        told = {"host": host, "key": endpoint.key, "keyLocation": endpoint.key_url}
        chosen = [page for page in dict.fromkeys(pages) if _host(page) == host]
        body = json.dumps({name: text for name, text in told.items() if text} | {"urlList": chosen})
        return Request(endpoint.url, body.encode("ascii"), {"Content-Type": "application/json; charset=utf-8"})

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """200 is taken, and so is 202, where the key is still to be looked at."""
        if status in _REASONS:
            return refused(endpoint, status, f"answers {status}: it {_REASONS[status]}")
        return judged(endpoint, status, headers, body, now)


def _uri(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
