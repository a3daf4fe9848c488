"""Tells an aggregator by XML-RPC: `weblogUpdates.ping` and `weblogUpdates.extendedPing`. Pure.

The answer is a struct with `flerror` and `message`. A fault, `flerror` and an answer that is no XML-RPC are three
failures, told apart; none of them is more than this ping's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from syndicate.delivery._answers import judged, one_line, refused
from syndicate.delivery.notifiers._xml import parsed
from syndicate.markup.legal import legal
from syndicate.model.delivery import Endpoint, Outcome, Receipt, Request, Topic

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_NAME = 1024
"""Characters of a site's name."""

_FALSE = frozenset(("", "0", "false", "no"))


class XmlRpc:
    """Calls `weblogUpdates`."""

    name: ClassVar[str] = "xmlrpc"
    formats: ClassVar[tuple[str, ...]] = ("rss", "atom", "json")
    each: ClassVar[bool] = False
    at_once: ClassVar[int] = 1
    interval: ClassVar[int] = 300
    pace: ClassVar[float] = 1.0

    def request(self, endpoint: Endpoint, topics: Sequence[Topic], now: int) -> Request:
        """The call for one feed: its title and page, with the extended one the page to look at and the feed, too."""
        from xmlrpc.client import dumps

        topic = topics[0]
        title, home = legal(topic.title)[:LONGEST_NAME], topic.home or topic.url
        extended = endpoint.method != "ping"
        told = (title, home, home, topic.url) if extended else (title, home)
        call = dumps(told, "weblogUpdates.extendedPing" if extended else "weblogUpdates.ping")
        return Request(endpoint.url, call.encode("utf-8", "replace"), {"Content-Type": "text/xml; charset=utf-8"})

    def receipt(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
        """What the answer says; without `flerror` a well-formed one is a success."""
        judgement = judged(endpoint, status, headers, body, now)
        if judgement.outcome is not Outcome.TAKEN:
            return judgement
        root = parsed(body)
        if root is None or root.tag != "methodResponse":
            return refused(endpoint, status, "answers with something that is no XML-RPC; is the address right?")
        if (fault := root.find("fault")) is not None:
            told = _members(fault)
            what = ": ".join(filter(None, (one_line(told.get(name, "")) for name in ("faultCode", "faultString"))))
            return refused(
                endpoint,
                status,
                f"answers with a fault ({what or 'no reason given'}); does it know {method(endpoint)}?",
            )
        told = _members(root)
        if told.get("flerror", "").lower() not in _FALSE:
            reason = one_line(told.get("message", "")) or "no reason given"
            return refused(endpoint, status, f'did not take it and says "{reason}"')
        return judgement


def method(endpoint: Endpoint) -> str:
    """What is called there."""
    return f"weblogUpdates.{endpoint.method}"


def _members(around: Element) -> dict[str, str]:
    """Name and text of the members of the first struct; types are passed over, since many servers get them wrong."""
    struct = next(around.iter("struct"), None)
    return {} if struct is None else {_text(each.find("name")): _text(each.find("value")) for each in struct}


def _text(element: Element | None) -> str:
    """The text of a value, whether or not a type stands around it."""
    if element is None:
        return ""
    inner = next(iter(element), element)
    return (inner.text or "").strip()
