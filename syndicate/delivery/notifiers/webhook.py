"""Tells any program that a feed has changed: a POST of JSON, signed by Standard Webhooks. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from syndicate.delivery import signing
from syndicate.delivery._answers import judged
from syndicate.model.delivery import Endpoint, Receipt, Request, Topic
from syndicate.model.digest import digest

EVENT = "feed.updated"
"""The type of the one event there is."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Webhook:
    """Calls a webhook."""

    name: ClassVar[str] = "webhook"
    formats: ClassVar[tuple[str, ...]] = ("rss", "atom", "json")
    each: ClassVar[bool] = False
    at_once: ClassVar[int] = 1
    interval: ClassVar[int] = 0
    pace: ClassVar[float] = 0.0

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """The event of one feed.

        Its id is the same each time that it is sent, so that a receiver knows what it has seen: it is made of what is
        told and of when the receiver last got something.
        """
        topic = topics[0]
        state = topic.digest.hex()
        data = {"feed": topic.feed, "title": topic.title, "url": topic.url, "home": topic.home, "digest": state}
        body = json.dumps({"type": EVENT, "timestamp": _written(now), "data": data}).encode("ascii")
        message = f"msg_{digest(f'{topic.url} {state} {topic.since}'.encode('utf-8', 'surrogatepass')).hex()}"
        headers = {"Content-Type": "application/json", **signing.headers(endpoint.secret, message, body, now)}
        return Request(endpoint.url, body, headers)

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """Any 2xx is a success."""
        return judged(endpoint, status, headers, body, now)


def _written(now: int) -> str:
    """The moment in ISO 8601; the year 9999 is the last."""
    moment = _EPOCH + timedelta(seconds=max(0, min(now, 253_402_300_799)))
    return moment.isoformat().replace("+00:00", "Z")
