"""How receivers are told that something is new: one file a protocol.

A notifier touches no network: it makes the request and judges the answer. Sending, waiting and remembering
are `delivery/courier.py`'s. Members: `websub`, `xmlrpc`, `rsscloud`, `indexnow`, `webhook`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from syndicate.model.delivery import Endpoint, Receipt, Request, Topic


class Notifier(Protocol):
    """The contract. Members need nothing to be made, and keep nothing."""

    name: ClassVar[str]
    """As in `endpoints.NAME.kind`."""

    formats: ClassVar[tuple[str, ...]]
    """Which documents of a feed are its topics: all in these formats. None for pages of the site (IndexNow)."""

    each: ClassVar[bool]
    """Whether each of these documents is a topic of its own, or only the first format that the feed has."""

    at_once: ClassVar[int]
    """Topics that one request may name, where the endpoint says nothing (`Endpoint.at_once`)."""

    interval: ClassVar[int]
    """Seconds between two pings of one topic, where the settings say nothing."""

    pace: ClassVar[float]
    """Seconds between two requests to one host."""

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """What to send for these topics, one to `at_once` of them."""
        ...

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """What an answer means; names of `headers` are in small letters, `body` is cut at the client's limit.

        Never raises, whatever the answer is.
        """
        ...
