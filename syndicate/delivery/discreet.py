"""What is secret about a receiver of pings stays out of all that people are shown: of lists, logs and alarms.

A secret may stand in an address, too: as a password, in its query, and in the path where anybody who knows the address
of a webhook may call it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from syndicate.model.delivery import HIDDEN, Endpoint

_SECRET_PATHS = ("webhook",)
"""Kinds whose addresses are secrets themselves."""


def address(endpoint: Endpoint) -> str:
    """Where it is, as far as everybody may know."""
    return shown(endpoint.url, endpoint.kind in _SECRET_PATHS)


def shown(url: str, hide_path: bool) -> str:
    """An address without user, query and, if that is wished, path."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return HIDDEN
    path = f"/{HIDDEN}" if hide_path and parts.path.strip("/") else parts.path
    return f"{parts.scheme}://{host}{path}{f'?{HIDDEN}' if parts.query else ''}"


def discreet(text: str, endpoint: Endpoint) -> str:
    """A text about an endpoint without what is secret of it."""
    text = text.replace(endpoint.url, address(endpoint)) if endpoint.url else text
    for secret in sorted(_secrets(endpoint), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(endpoint: Endpoint) -> set[str]:
    found = {endpoint.secret, endpoint.secret.removeprefix("whsec_"), endpoint.key}
    try:
        parts = urlsplit(endpoint.url)
        found |= {parts.password or "", parts.query, *_values(parts.query)}
    except ValueError:
        parts = urlsplit("")
    if endpoint.kind in _SECRET_PATHS and len(parts.path) > 1:
        found.add(parts.path.strip("/"))
    return {each for each in found if len(each) > 3}


def _values(query: str) -> list[str]:
    return [each.partition("=")[2] for each in query.split("&")]
