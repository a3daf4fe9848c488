"""What is told to whom: endpoints and topics, what each endpoint last got, and what came of an attempt.

    published feeds ─announce→ Topics ─(what an Endpoint has not got)→ Request ─send→ Receipt → Delivery, Standing

All moments are whole seconds since 1970 (UTC), all lengths of time seconds; digests are 16 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from syndicate.model.records import NamedTuple

HIDDEN = "…"
"""What stands in for a secret wherever an endpoint is shown."""

ADOPTING = "adopting"
"""A fact: set while what a run publishes is to count as told. Nobody is told of anything meanwhile."""


class Endpoint(NamedTuple):
    """A receiver of pings, as the settings declare it (`[endpoints.NAME]`).

    `kind` is the notifier that speaks to it. `feeds` are patterns of feed keys (`site`, `tag:*`); `interval` the least
    time between two pings of one topic, `pace` between any two requests to its host, and `at_once` how many topics one
    request may name; each 0 where it is as the notifier says. `secret` signs webhooks, `key` is IndexNow's, `key_url`
    where the file is that proves it; `method` is that of XML-RPC.
    """

    name: str
    kind: str
    url: str
    feeds: tuple[str, ...] = ("site",)
    interval: int = 0
    pace: float = 0.0
    at_once: int = 0
    secret: str = ""
    key: str = ""
    key_url: str = ""
    method: str = "extendedPing"

    def __repr__(self) -> str:
        """Without what is secret: it comes to stand in logs."""
        hidden = {"secret", "key", "key_url"}
        shown = ((name, HIDDEN if value and name in hidden else value) for name, value in self._asdict().items())
        return f"Endpoint({', '.join(f'{name}={value!r}' for name, value in shown)})"

    def concerns(self, feed: str) -> bool:
        """Whether it is told of the feed with this key."""
        return any(matches(pattern, feed) for pattern in self.feeds)


def matches(pattern: str, key: str) -> bool:
    """Whether a feed's key is meant by a pattern, in which `*` alone stands for something else: for any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return key == pattern
    *middle, last = rest
    at = len(first)
    for piece in middle:
        found = key.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return key.startswith(first) and key.endswith(last) and len(key) - len(last) >= at


class Topic(NamedTuple):
    """What a receiver is told of: a document, or a page of the site (IndexNow).

    `digest` is that of the feed's entries: a ping is due where it is not the one that the receiver last got. `format`
    is the document's, "" for a page. `title` is the feed's and `home` the page that it belongs to. `document` is the
    digest of the document's bytes and `size` their number: what is asked for to see whether it can be read already.
    `gone` marks a page that is no more. `since` is when the receiver last got something of it, 0 for never: with the
    digest, it tells one message from another.
    """

    url: str
    digest: bytes
    feed: str = ""
    format: str = ""
    title: str = ""
    home: str = ""
    document: bytes = b""
    size: int = 0
    gone: bool = False
    since: int = 0


class Request(NamedTuple):
    """One POST to an endpoint."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class Outcome(StrEnum):
    """What came of an attempt."""

    TAKEN = "taken"
    """The receiver has it."""
    BUSY = "busy"
    """No answer, or one that says: later (5xx, 408, 425, 429). The endpoint as a whole is waited for."""
    REFUSED = "refused"
    """An answer that will not change by itself (other 4xx, a fault, `flerror`). This topic alone is concerned."""
    OFF = "off"
    """410: there is nobody any more."""


class Receipt(NamedTuple):
    """The outcome of one attempt. `status` is HTTP's, 0 where there was no answer; `told` what went wrong, for a
    person, with what to do; `wait` the seconds that the receiver asked to be left alone for (Retry-After)."""

    outcome: Outcome
    status: int = 0
    told: str = ""
    wait: int | None = None


class Delivery(NamedTuple):
    """What one endpoint last got of one topic, what was given up, and when to try again.

    `sent` and `given_up` are digests, b"" for none; of pages of the site their numbers, and all up to `given_up` were.
    `tries` counts the attempts of the schedule at the digest `trying`, the last attempt was at `tried_at`; before `due`
    there is none. `status` and `told` are those of the last attempt that failed.
    """

    endpoint: str
    topic: str
    sent: bytes = b""
    sent_at: int = 0
    given_up: bytes = b""
    trying: bytes = b""
    tries: int = 0
    tried_at: int = 0
    due: int = 0
    status: int = 0
    told: str = ""


class Standing(NamedTuple):
    """How an endpoint as a whole is doing.

    `failures` are those in a row that concern all of it, the first at `failing_since`, the last at `tried_at`; before
    `due` it is left alone, but for what is new. `ok_at` is when it last took something. `off` says why it is switched
    off, "" while on. `asked` is for how many seconds after that it asked to be left alone. `reached` is the last page
    of the site that it was told of (IndexNow), `tried_with` the last one that there was when it was tried. `chosen`
    says what it was enrolled for: its kind and the patterns of its feeds. By another `url` or another choice it has to
    be enrolled anew.
    """

    endpoint: str
    url: str
    enrolled_at: int = 0
    failures: int = 0
    failing_since: int = 0
    tried_at: int = 0
    due: int = 0
    ok_at: int = 0
    off: str = ""
    status: int = 0
    told: str = ""
    reached: int = 0
    chosen: str = ""
    asked: int = 0
    tried_with: int = 0
