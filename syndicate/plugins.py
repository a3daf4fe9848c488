"""One door to every family's members: built-ins and entry points `syndicate.<kind>`, loaded lazily.

In: the family (`dialects`, `templates`, `formats`, `publishers`, `engines`, `index`,
`notifiers`) and a member's name.
Out: the member's class. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from pkgutil import iter_modules
from typing import Any

from syndicate.errors import ConfigurationError

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "formats": {
        "rss": "syndicate.feeds.formats.rss:Rss",
        "atom": "syndicate.feeds.formats.atom:Atom",
        "json": "syndicate.feeds.formats.jsonfeed:JsonFeed",
        "html": "syndicate.feeds.formats.html:Html",
    },
    "engines": {
        "serial": "syndicate.engines.serial:Serial",
        "processes": "syndicate.engines.processes:Processes",
    },
    "publishers": {"local": "syndicate.delivery.publishers.local:Local"},
    "index": {"sqlite": "syndicate.index.sqlite:SqliteIndex"},
    "notifiers": {
        "websub": "syndicate.delivery.notifiers.websub:WebSub",
        "xmlrpc": "syndicate.delivery.notifiers.xmlrpc:XmlRpc",
        "rsscloud": "syndicate.delivery.notifiers.rsscloud:RssCloud",
        "indexnow": "syndicate.delivery.notifiers.indexnow:IndexNow",
        "webhook": "syndicate.delivery.notifiers.webhook:Webhook",
    },
}

FOLDERS: Mapping[str, str] = {
    "dialects": "syndicate.content.dialects",
    "templates": "syndicate.markup.templates",
}
"""Families whose members are found by themselves: each public module is one, with a class of that `name`."""


def names(kind: str) -> list[str]:
    """All members of a family, built-ins first, then those of other packages by name."""
    built_in = list(_built_in(kind))
    return built_in + sorted(point.name for point in _foreign(kind) if point.name not in built_in)


@cache
def find(kind: str, name: str) -> Any:
    """The class of one member.

    Raises:
        ConfigurationError: there is no such member, or it cannot be imported.
    """
    if name in _built_in(kind):
        module, _, attribute = _built_in(kind)[name].partition(":")
        loaded = import_module(module)
        return getattr(loaded, attribute) if attribute else _called(name, vars(loaded))
    for point in _foreign(kind):
        if point.name == name:
            return _loaded(kind, point)
    raise ConfigurationError([f"there is no {name!r} among the {kind}; known are: {', '.join(names(kind))}"])


@cache
def _built_in(kind: str) -> Mapping[str, str]:
    if kind not in FOLDERS:
        return BUILT_IN[kind]
    folder = FOLDERS[kind]
    found = iter_modules(import_module(folder).__path__)
    return {each.name: f"{folder}.{each.name}" for each in found if not each.name.startswith("_")}


def _called(name: str, within: Mapping[str, Any]) -> Any:
    """The class of that `name` which a module has."""
    return next(each for each in within.values() if isinstance(each, type) and vars(each).get("name") == name)


def _loaded(kind: str, point: Any) -> Any:
    try:
        return point.load()
    except Exception as fault:  # a foreign package may fail in any way; its name is the remedy
        raise ConfigurationError([f"the {kind} plug-in {point.value} cannot be loaded: {fault}"]) from fault


@cache
def _foreign(kind: str) -> list[Any]:
    if not _may_be_any():
        return []
    from importlib.metadata import entry_points

    return list(entry_points(group=f"syndicate.{kind}"))


@cache
def _may_be_any() -> bool:
    """Whether any installed package may have entry points for us; False only where certainly none has.

    Python's own search loads modules for a fifth of what a run costs in which nothing changed. Packages are described
    in folders on the path; where any could be described elsewhere, the search has to tell.
    """
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder):
        return True
    return any(_holds_any(place or ".") for place in sys.path)


def _holds_any(place: str) -> bool:
    if place.endswith((".egg", ".egg/")):
        return True
    try:
        names = os.listdir(place)
    except NotADirectoryError:  # an archive
        return True
    except OSError:
        return False
    return any(_has_any(os.path.join(place, name)) for name in names if name.lower().endswith(_DESCRIBED))


_DESCRIBED = (".dist-info", ".egg-info", ".egg", ".egg-link")


def _has_any(description: str) -> bool:
    try:
        with open(os.path.join(description, "entry_points.txt"), "rb") as file:
            return b"[syndicate." in file.read()
    except OSError:
        return description.endswith((".egg", ".egg-link"))
