"""Settings → what the server has to know of a site, and the password of its operator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from syndicate import plugins
from syndicate.content.scan import Root
from syndicate.delivery.further import FILES
from syndicate.errors import ConfigurationError, StateError
from syndicate.feeds.channel import Channels
from syndicate.feeds.plan import Plan
from syndicate.index import Index
from syndicate.model.records import dataclass
from syndicate.project import Project, site_of
from syndicate.wiring import _make_folder, _press, _roots

_LONGEST_TOKEN = 1000
_PATIENCE = 0.05
"""Seconds for which a state is waited for that somebody holds, as a first build does: meanwhile nobody is answered."""


@dataclass(frozen=True)
class Ground:
    """What is served: where documents stand and what they are called, the folders of the site, and the state.

    `opened` opens the state, for the thread that calls it, and raises StateError where there is none. `unserved` are
    names of files beside the documents that are for web servers alone.
    """

    the: Project
    plan: Plan
    channels: Channels
    roots: tuple[Root, ...]
    opened: Callable[[], Index]
    folder: str
    unserved: frozenset[str]


def ground(the: Project) -> Ground:
    """Look at the site as it is now.

    Raises:
        ConfigurationError, ContentMissing.
    """
    site = site_of(the)
    state = the.state.absolute()
    return Ground(
        the,
        _press.plan(the.settings, site),
        _press.channels(the.settings, site),
        tuple(_roots(site)),
        lambda: _opened(state),
        str(Path(the.settings.output.folder).absolute()),
        frozenset(FILES.values()),
    )


def token(the: Project) -> str:
    """The password of the operator: that of the settings, else one that is kept in a file beside the state, and made
    where there is none.

    Raises:
        ConfigurationError: it is not at the place that is named for it, or what is there can be guessed.
        StateError: it cannot be kept.
    """
    if said := the.settings.serve.token:
        return _judged(said)
    path = token_file(the)
    if kept := _kept(path):
        return kept
    _make_folder(path.parent)
    try:
        return _made(path)
    except OSError as fault:
        raise StateError(f"{path}: cannot be written ({fault.strerror}); or set serve.token") from fault


def _judged(said: str) -> str:
    from syndicate.settings import references

    if fault := references.fault(said) or references.weakness(said):
        raise ConfigurationError([f"serve.token: {fault}"])
    return said


def _kept(path: Path) -> str:
    """What stands in the file, "" where there is none. Raises StateError."""
    try:
        return path.read_text("utf-8")[:_LONGEST_TOKEN].strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as fault:
        raise StateError(f"{path}: cannot be read ({fault}); it holds the password of the dashboard") from fault


def _made(path: Path) -> str:
    """A new one, in the file; or that of who was faster. The file is whole and its owner's alone from the beginning on,
    whatever stood there: two that start at once have one password, and it is the one in the file."""
    made = secrets.token_urlsafe(24)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{made}\n")
        try:
            os.link(beside, path)
        except OSError:  # it is there already; or there are no links in this file system
            if kept := _kept(path):
                return kept
            beside.replace(path)
        return made
    finally:
        beside.unlink(missing_ok=True)


def token_file(the: Project) -> Path:
    """Where the password is kept that we made."""
    return Path(f"{the.state}.token")


def _opened(state: Path) -> Index:
    if not state.is_file():
        raise StateError(f"{state}: nothing has been built here yet; run `syndicate build` first")
    index: Index = plugins.find("index", "sqlite").open(str(state), wait=_PATIENCE)
    return index
