"""What subscribers are sent, byte for byte: requests of HTTP/1.1, signatures, the questions of a hub. Pure.

In: a subscription and what is published. Out: the bytes of one request, or the address that is asked. An address is
taken apart and put on the wire as it was given: nothing of a callback's path or query is spelled otherwise.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from syndicate.delivery.guard import literal
from syndicate.model.hub import Asked, Subscription, Way
from syndicate.model.records import NamedTuple

_PORTS = {"http": 80, "https": 443}
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))
_FORM = "application/x-www-form-urlencoded"


class Place(NamedTuple):
    """Where a request goes: `host` and `port` are connected to, `authority` and `target` are said in the request."""

    is_secure: bool
    host: str
    port: int
    authority: str
    target: str


class Edition(NamedTuple):
    """A topic as it is published: `digest` is that of its entries, `kind` the type of its bytes."""

    topic: str
    digest: bytes
    body: bytes
    kind: str


def place(url: str) -> Place:
    """Take an address apart. Raises ValueError: it is none of a host of the web."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no address of a host of the web")
    rest = url.partition("#")[0].partition("://")[2]
    start = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    target = quote(rest[start:], safe=_AS_IT_IS) or "/"
    host = _ascii(parts.hostname)
    usual = _PORTS[parts.scheme]
    port = parts.port or usual
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == usual else f"{shown}:{port}"
    return Place(parts.scheme == "https", host, port, authority, target if target[0] == "/" else f"/{target}")


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    found = literal(host)
    return str(found) if found is not None else host.encode("idna").decode("ascii")


def get(to: Place, agent: str) -> bytes:
    """A question to a callback."""
    return _head("GET", to, agent, ("Accept: */*", "Accept-Encoding: identity"))


def parcel(to: Place, agent: str, subscription: Subscription, edition: Edition, hub: str) -> bytes:
    """The request that tells a subscriber what is new.

    WebSub (W3C, 7): the topic as it is, with its type, the hub and itself, signed where there is a secret (7.1).
    rssCloud: the address of the topic alone.
    """
    if subscription.way is not Way.WEBSUB:
        return _notification(to, agent, subscription)
    lines = [
        f"Content-Type: {edition.kind}",
        f'Link: <{_header(hub)}>; rel="hub", <{_header(edition.topic)}>; rel="self"',
    ]
    if subscription.secret:
        lines.append(f"X-Hub-Signature: {signature(subscription, edition.body)}")
    return _post(to, agent, lines, edition.body)


def signature(subscription: Subscription, body: bytes) -> str:
    """`X-Hub-Signature` of these very bytes: the name of the method, and the HMAC by the secret (WebSub, 7.1)."""
    import hmac  # here, as a look at who subscribes signs nothing

    method = subscription.signature or "sha256"
    secret = subscription.secret.encode("utf-8", "surrogateescape")
    return f"{method}={hmac.digest(secret, body, method).hex()}"


def verification(asked: Asked, challenge: str) -> str:
    """The address that is asked whether somebody meant it (WebSub, 5.3; for rssCloud with its own names)."""
    if asked.way is not Way.WEBSUB:
        return _asking(asked.callback, [("url", asked.topic), ("challenge", challenge)])
    said = [
        ("hub.mode", "subscribe" if asked.subscribe else "unsubscribe"),
        ("hub.topic", asked.topic),
        ("hub.challenge", challenge),
    ]
    return _asking(asked.callback, [*said, ("hub.lease_seconds", str(asked.lease))] if asked.subscribe else said)


def denial(asked: Asked) -> str:
    """The address at which a callback is told that there is no subscription, and why (WebSub, 5.2)."""
    said = [("hub.mode", "denied"), ("hub.topic", asked.topic), ("hub.reason", asked.denied)]
    return _asking(asked.callback, said)


def trial(asked: Asked) -> Subscription:
    """Whom a first notification goes to, where rssCloud has no other test."""
    return Subscription(0, asked.way, asked.topic, asked.callback, 0, 0, procedure=asked.procedure)


def _asking(callback: str, said: list[tuple[str, str]]) -> str:
    before = callback.partition("#")[0]
    joint = "" if before.endswith(("?", "&")) else "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode(said, errors='replace')}"


def _notification(to: Place, agent: str, subscription: Subscription) -> bytes:
    if subscription.way is Way.CLOUD_RPC:
        call = (
            f'<?xml version="1.0"?>\n<methodCall><methodName>{escape(subscription.procedure)}</methodName><params>'
            f"<param><value><string>{escape(subscription.topic)}</string></value></param></params></methodCall>\n"
        )
        return _post(to, agent, ["Content-Type: text/xml; charset=utf-8"], call.encode("utf-8", "replace"))
    body = urlencode([("url", subscription.topic)], errors="replace").encode("ascii")
    return _post(to, agent, [f"Content-Type: {_FORM}"], body)


def _post(to: Place, agent: str, lines: list[str], body: bytes) -> bytes:
    return _head("POST", to, agent, (*lines, f"Content-Length: {len(body)}")) + body


def _head(method: str, to: Place, agent: str, lines: tuple[str, ...]) -> bytes:
    first = (f"{method} {to.target} HTTP/1.1", f"Host: {to.authority}", f"User-Agent: {_header(agent, ' ')}")
    text = "\r\n".join((*first, *lines, "Connection: close", "", ""))
    return text.encode("ascii", "replace")


def _header(text: str, more: str = "") -> str:
    """Nothing in it ends a line or the address in `<>`."""
    return quote(text, safe=_AS_IT_IS.replace("<", "").replace(">", "") + more)
