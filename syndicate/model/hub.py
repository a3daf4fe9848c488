"""Who is told at once of what: subscriptions at the hub that is built in (WebSub), and registrations (rssCloud).

    POST to the hub ─Asked→ verified ─Subscription→ told of each new version of its topic, until its lease ends

All moments are whole seconds since 1970 (UTC), all lengths of time seconds; digests are 16 bytes. A topic is the public
address of a published document, and what is new is judged by the digest of its feed's entries, as for all deliveries.
"""

from __future__ import annotations

from enum import StrEnum

from syndicate.model.delivery import HIDDEN
from syndicate.model.records import NamedTuple


class Way(StrEnum):
    """How subscribers are told."""

    WEBSUB = "websub"
    """The document is sent to the callback (W3C WebSub, 7)."""
    CLOUD = "cloud"
    """The callback is told the address of the topic alone: rssCloud by `http-post`."""
    CLOUD_RPC = "cloud-rpc"
    """The same by XML-RPC; `Subscription.procedure` is called."""


class Asked(NamedTuple):
    """A request that is still to be verified with the callback, or denied to it.

    `subscribe` is False where somebody wants to be told no more. `lease` is what will be granted. `denied` says why
    there will be no subscription: the callback is told so, and that is all. `challenge` is False where rssCloud
    names no domain: then a notification is the test. `got` is the digest of the topic's entries when it was asked for,
    which is what a subscriber begins with: nothing is lost that is published before the callback has confirmed.
    """

    way: Way
    topic: str
    callback: str
    subscribe: bool = True
    lease: int = 0
    secret: str = ""
    signature: str = ""
    procedure: str = ""
    challenge: bool = True
    denied: str = ""
    at: int = 0
    got: bytes = b""
    id: int = 0

    def __repr__(self) -> str:
        """Without what is secret: it comes to stand in logs."""
        return _shown(self)


class Subscription(NamedTuple):
    """One subscriber of one topic; `topic` and `callback` name it.

    `got` is the digest that it last got of the topic's entries, `until` when its lease ends. `failures` are those in a
    row, the last at `tried_at` at the digest `trying`; before `due` there is no other attempt. `status` and `told` are
    those of the last failure.
    """

    id: int
    way: Way
    topic: str
    callback: str
    since: int
    until: int
    secret: str = ""
    signature: str = ""
    procedure: str = ""
    got: bytes = b""
    got_at: int = 0
    trying: bytes = b""
    failures: int = 0
    tried_at: int = 0
    due: int = 0
    status: int = 0
    told: str = ""

    def __repr__(self) -> str:
        """Without what is secret: it comes to stand in logs."""
        return _shown(self)


def _shown(what: Asked | Subscription) -> str:
    fields = what._replace(secret=HIDDEN if what.secret else "")._asdict()
    return f"{type(what).__name__}({', '.join(f'{name}={value!r}' for name, value in fields.items())})"
