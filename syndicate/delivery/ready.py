"""All that making documents takes is loaded: workers that are forked then have it, and the run need not wait for it."""

from __future__ import annotations

from importlib import import_module

from syndicate.delivery.press import Press

_NEEDED = (
    "syndicate.delivery.publish",
    "syndicate.delivery.replays",
    "syndicate.delivery.further",
    "syndicate.feeds.siblings",
    "syndicate.feeds.directory",
)
"""What is imported where it is used, as most runs publish little or nothing."""


def ready(press: Press) -> None:
    """Have it loaded, and an ordinary entry made with it."""
    for name in _NEEDED:
        import_module(name)
    press.writer.warm()
