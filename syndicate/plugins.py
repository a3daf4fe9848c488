"""One door to every family's members: built-ins and entry points `syndicate.<kind>`, loaded lazily.

In: the family (`dialects`, `formats`, `publishers`, `engines`, `index`) and a member's name.
Out: the member's class. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from syndicate.errors import ConfigurationError

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "dialects": {
        "jekyll": "syndicate.content.dialects.jekyll:Jekyll",
        "plain": "syndicate.content.dialects.plain:Plain",
    },
    "formats": {
        "rss": "syndicate.feeds.formats.rss:Rss",
        "atom": "syndicate.feeds.formats.atom:Atom",
        "json": "syndicate.feeds.formats.jsonfeed:JsonFeed",
    },
    "engines": {
        "serial": "syndicate.engines.serial:Serial",
        "processes": "syndicate.engines.processes:Processes",
    },
    "publishers": {"local": "syndicate.delivery.publishers.local:Local"},
    "index": {"sqlite": "syndicate.index.sqlite:SqliteIndex"},
}


def names(kind: str) -> list[str]:
    """All members of a family, built-ins first, then those of other packages by name."""
    built_in = list(BUILT_IN[kind])
    return built_in + sorted(point.name for point in _foreign(kind) if point.name not in built_in)


@cache
def find(kind: str, name: str) -> Any:
    """The class of one member.

    Raises:
        ConfigurationError: there is no such member, or it cannot be imported.
    """
    if name in BUILT_IN[kind]:
        module, _, attribute = BUILT_IN[kind][name].partition(":")
        return getattr(import_module(module), attribute)
    for point in _foreign(kind):
        if point.name == name:
            return _loaded(kind, point)
    raise ConfigurationError([f"there is no {name!r} among the {kind}; known are: {', '.join(names(kind))}"])


def _loaded(kind: str, point: Any) -> Any:
    try:
        return point.load()
    except Exception as fault:  # a foreign package may fail in any way; its name is the remedy
        raise ConfigurationError([f"the {kind} plug-in {point.value} cannot be loaded: {fault}"]) from fault


def _foreign(kind: str) -> list[Any]:
    return list(entry_points(group=f"syndicate.{kind}"))
