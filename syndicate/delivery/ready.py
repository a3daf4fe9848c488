"""All that making documents takes is loaded: workers that are forked then have it, and the run need not wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from syndicate.delivery.press import Press

_NEEDED = (
    "syndicate.feeds.rules",
    "syndicate.markup.safe",
    "syndicate.feeds.write",
    "syndicate.delivery.publish",
    "syndicate.delivery.replays",
    "syndicate.delivery.further",
    "syndicate.feeds.siblings",
    "syndicate.feeds.directory",
)
"""What is imported where it is used, as most runs publish little or nothing."""


def ready(press: Press) -> Iterator[None]:
    """Have it loaded, and an ordinary entry made with it, in steps of some milliseconds."""
    for name in _NEEDED:
        import_module(name)
        yield
    writer = press.writer
    yield
    writer.warm()
    yield
