"""Tells a WebSub hub that documents have new content (W3C WebSub, 6; PubSubHubbub 0.3 and 0.4, 7.1). Pure.

How a publisher tells its hub is not laid down by the Recommendation. Hubs from before it take `hub.url`, later ones
`hub.topic`; each gets both, and passes over the one it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from syndicate.delivery._answers import judged
from syndicate.model.delivery import Endpoint, Receipt, Request, Topic


class WebSub:
    """Publishes to a hub."""

    name: ClassVar[str] = "websub"
    formats: ClassVar[tuple[str, ...]] = ("rss", "atom", "json")
    each: ClassVar[bool] = True
    at_once: ClassVar[int] = 1
    """Many a hub takes the first topic of a request and says nothing of the others."""
    interval: ClassVar[int] = 10
    pace: ClassVar[float] = 0.5

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """A form with the topics, under both names."""
        named = [(name, topic.url) for name in ("hub.url", "hub.topic") for topic in topics]
        body = urlencode([("hub.mode", "publish"), *named], errors="replace").encode("ascii")
        return Request(endpoint.url, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """Any 2xx is a hub that has it."""
        return judged(endpoint, status, headers, body, now)
