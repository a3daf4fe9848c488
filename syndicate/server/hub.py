"""The hub that is built in, as it is spoken to (W3C WebSub, 5): who asks to be told of news, or to be told no more.

    POST → judged → written down → 202

Nothing is sent from here: `delivery/` verifies with the callback what is written down, and tells subscribers. So an
answer waits for nobody, and says nothing of what a callback does. Only documents that are published here are topics.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from syndicate.delivery.guard import Guard
from syndicate.errors import StateError
from syndicate.index.subscribers import LIMITS, Limits, Subscribers, Taken
from syndicate.model.hub import Asked, Way
from syndicate.model.records import NamedTuple
from syndicate.server import Gate, Request, Response
from syndicate.server.forms import LARGEST, Form, Refused, form, said, told_at

SHORTEST_LEASE = 300
"""Seconds that a subscription lasts at least."""

LONGEST_SECRET = 199
"""Bytes of a secret (W3C WebSub, 5.1: less than 200)."""

SIGNATURES = ("sha1", "sha256", "sha384", "sha512")
BUSY, FULL, OUT = 60, 3600, 30
"""Seconds after which to ask again: where too many wait, where there is no room, where the store cannot be used."""

_NUMBER = re.compile(r"\s*([+-]?)([0-9]+)(?:\.[0-9]*)?\s*")


class Terms(NamedTuple):
    """What the hub grants: seconds of a lease where nothing is asked, and at most; the signature likewise."""

    lease: int = 864_000
    longest: int = 2_592_000
    signature: str = "sha256"


class Desk:
    """Where requests are taken in: what the hub and the cloud have in common.

    `topics` tells whether feeds are published at all of some addresses. `gate` is asked how often a client may come,
    under the path that it is given. `woken` is called where news may be waiting.
    """

    def __init__(
        self,
        store: Subscribers,
        topics: Callable[[Collection[str]], Mapping[str, bytes]],
        guard: Guard,
        gate: Gate,
        limits: Limits = LIMITS,
        woken: Callable[[], None] = lambda: None,
    ) -> None:
        self.store, self.topics, self.guard, self.woken = store, topics, guard, woken
        self._gate, self._limits, self._lock = gate, limits, threading.Lock()

    @contextmanager
    def serving(self, request: Request) -> Iterator[None]:
        """Around all that is done for a request. Raises Refused: asked too often, or the files cannot be used."""
        with self._lock:  # places are asked in threads; however the path is written, it is one, and no word buys more
            wait = self._gate.wait(request._replace(path=b"hub", headers=[]), True)
        if wait:
            raise Refused(f"you ask too often; come again in {wait} seconds", 429, wait)
        try:
            yield
        except StateError:
            raise Refused("nothing can be written down just now; come again later", 503, OUT) from None

    def write_down(self, requests: Sequence[Asked]) -> None:
        """All of these, or none. Raises Refused."""
        with self.store.transaction():
            for each in requests:
                taken = self.store.ask(each, self._limits)
                if taken is not Taken.YES:
                    raise Refused(*_REFUSALS[taken])
        self.woken()


_REFUSALS = {
    Taken.WAITING: ("too many requests wait to be verified; come again later", 503, BUSY),
    Taken.WAITING_OF_HOST: ("too many requests for that host wait to be verified; come again later", 429, BUSY),
    Taken.FULL: ("there is no room for further subscriptions", 503, FULL),
    Taken.FULL_OF_HOST: ("there is no room for further subscriptions of that host", 429, FULL),
}


class Hub:
    """A Place: `hub.mode` subscribe, unsubscribe, or publish."""

    methods = ("POST",)
    most = LARGEST
    slow = True

    def __init__(self, desk: Desk, terms: Terms = Terms()) -> None:  # noqa: B008
        self._desk, self._terms = desk, terms
        self._modes = {"subscribe": self._subscribe, "unsubscribe": self._unsubscribe, "publish": self._publish}

    def answer(self, request: Request) -> Response:
        """202 where it was written down, whatever comes of it; else a reason."""
        try:
            with self._desk.serving(request):
                fields = form(request)
                mode = fields.one("hub.mode")
                if mode not in self._modes:
                    raise Refused("hub.mode is neither subscribe nor unsubscribe")
                return self._modes[mode](fields, int(request.now))
        except Refused as refused:
            return said(refused.status, f"{refused.why}\n", wait=refused.wait)

    def _subscribe(self, fields: Form, now: int) -> Response:
        topic, callback = self._named(fields)
        entries = self._desk.topics([topic])
        if not entries:
            raise _not_ours("hub.topic")
        secret = fields.one("hub.secret")
        if len(secret.encode("utf-8")) > LONGEST_SECRET:
            raise Refused(f"hub.secret has 200 bytes or more; at most {LONGEST_SECRET} are taken")
        signature = fields.one("hub.signature") or self._terms.signature
        if signature not in SIGNATURES:
            raise Refused(f"hub.signature is none of {', '.join(SIGNATURES)}")
        lease = granted(fields.one("hub.lease_seconds"), self._terms)
        asked = Asked(Way.WEBSUB, topic, callback, lease=lease, at=now, got=entries[topic])
        return self._accepted(asked._replace(secret=secret, signature=signature if secret else ""))

    def _unsubscribe(self, fields: Form, now: int) -> Response:
        topic, callback = self._named(fields)
        # what was withdrawn may still have subscribers, and they may go
        if not self._desk.topics([topic]) and not self._desk.store.find(topic, callback):
            raise _not_ours("hub.topic")
        return self._accepted(Asked(Way.WEBSUB, topic, callback, subscribe=False, at=now))

    def _publish(self, fields: Form, now: int) -> Response:
        topics = [each for name in ("hub.topic", "hub.url") for each in fields.all(name) if each]
        if not topics:
            raise Refused("hub.topic is missing: what has news?")
        if not self._desk.topics(list(dict.fromkeys(topics))):
            raise _not_ours("hub.topic")
        self._desk.woken()
        return said(202, "what is new is told of by itself\n")

    def _named(self, fields: Form) -> tuple[str, str]:
        topic = fields.one("hub.topic")
        if not topic:
            raise Refused("hub.topic is missing: what are you to be told of?")
        return topic, told_at(fields.one("hub.callback"), "hub.callback", self._desk.guard)

    def _accepted(self, asked: Asked) -> Response:
        self._desk.write_down([asked])
        return said(202, "your callback is asked now whether this is what you want\n")


def _not_ours(name: str) -> Refused:
    return Refused(
        f"{name} is no feed of this site; send the address that the feed names as its own (rel=self), letter by letter",
        403,
    )


def granted(text: str, terms: Terms) -> int:
    """Seconds of the lease that is granted where these are asked for; what is no number is not asked for."""
    found = _NUMBER.fullmatch(text)
    if not found:
        wanted = terms.lease
    elif found[1] == "-":
        wanted = 0
    else:
        wanted = int(found[2]) if len(found[2]) < 20 else terms.longest
    return min(max(wanted, SHORTEST_LEASE), terms.longest)
