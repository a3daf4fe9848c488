"""Tells an rssCloud server that an RSS feed has changed. Pure.

The server reads the feed itself and tells those who asked it to. It answers with `<result success="…" msg="…"/>`, or
the same as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from syndicate.delivery._answers import judged, one_line, refused
from syndicate.delivery.notifiers._xml import parsed
from syndicate.model.delivery import Endpoint, Outcome, Receipt, Request, Topic


class RssCloud:
    """Pings a cloud."""

    name: ClassVar[str] = "rsscloud"
    formats: ClassVar[tuple[str, ...]] = ("rss",)
    each: ClassVar[bool] = False
    at_once: ClassVar[int] = 1
    interval: ClassVar[int] = 60
    pace: ClassVar[float] = 1.0

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """A form with the feed's address."""
        body = urlencode([("url", topics[0].url)], errors="replace").encode("ascii")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/xml"}
        return Request(endpoint.url, body, headers)

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """What the result says; an empty answer is a success."""
        judgement = judged(endpoint, status, headers, body, now)
        if judgement.outcome is not Outcome.TAKEN or not body.strip():
            return judgement
        result = _result(body)
        if result is None:
            return refused(
                endpoint, status, "answers with something that is no result of rssCloud; is the address right?"
            )
        success, reason = result
        if success != "true":
            return refused(endpoint, status, f'did not take it and says "{one_line(reason) or "no reason given"}"')
        return judgement


def _result(body: bytes) -> tuple[str, str] | None:
    """Success and message, None where there is no result."""
    root = parsed(body)
    if root is not None:
        return (root.get("success", "").lower(), root.get("msg", "")) if "success" in root.attrib else None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or "success" not in told:
        return None
    return str(told["success"]).lower(), str(told.get("msg", ""))
