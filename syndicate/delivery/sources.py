"""Feeds as they are published now: from addresses and files, with the older documents of their history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from syndicate.errors import FetchError
from syndicate.feeds.foreign import MAX_BYTES, Foreign, Unreadable, read
from syndicate.model.records import dataclass, field

MOST = 2_000
"""Documents that are read at most."""


class Got(Protocol):
    """What asking gives: see `http.Answer`."""

    @property
    def status(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def body(self) -> bytes: ...


Ask = Callable[[str], Got]
"""A public address → what is there; may raise FetchError."""


@dataclass(slots=True)
class Collected:
    """The feeds that could be read, each with its history behind it, and what could not."""

    feeds: list[Foreign] = field(default_factory=list)
    faults: list[Unreadable] = field(default_factory=list)


def is_address(where: str) -> bool:
    """Whether a person means an address of the web, not a file."""
    return where.partition(":")[0].lower() in ("http", "https")


def _split(url: str) -> SplitResult:
    """The parts of an address, all empty where it is none: feeds of others name such, too."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def asking(named: Iterable[str]) -> Ask:
    """The guarded client. Hosts that were named by a person may be in a private network, others not."""
    from syndicate.delivery.http import Client

    client, hosts = Client(), {_split(each).hostname for each in named if is_address(each)}
    return lambda url: client.get(url, allow_private=_split(url).hostname in hosts)


def collect(named: Sequence[str], ask: Ask, most: int = MOST) -> Collected:
    """Read the feeds at these addresses or in these files, and follow their history; at most `most` documents."""
    found, known = Collected(), set[str]()
    for where in named:
        waiting = [where]
        while waiting and len(known) < most:
            each = waiting.pop(0)
            if each in known:
                continue
            known.add(each)
            feed = fetched(each, ask) if is_address(each) else from_file(Path(each))
            if isinstance(feed, Unreadable):
                found.faults.append(feed)
            else:
                found.feeds.append(feed)
                waiting += _older(feed, each)
    return found


def _older(feed: Foreign, where: str) -> Iterator[str]:
    if is_address(where):
        yield from feed.older
    else:
        beside = (_beside(Path(where), feed.self_url, each) for each in feed.older)
        yield from (str(path) for path in beside if path is not None and path.is_file())


def _beside(file: Path, self_url: str, wanted: str) -> Path | None:
    """The file that has this address, where `file` has `self_url`: both stand in one folder, or below it."""
    own, other = _split(self_url), _split(wanted)
    folder = own.path.rpartition("/")[0] + "/"
    if own.netloc != other.netloc or other.query or not other.path.startswith(folder):
        return None
    below = Path(unquote(other.path.removeprefix(folder)))
    return None if below.is_absolute() or ".." in below.parts or "\0" in str(below) else file.parent / below


def fetched(url: str, ask: Ask) -> Foreign | Unreadable:
    """The feed at an address."""
    try:
        answer = ask(url)
    except FetchError as fault:
        return Unreadable(url, str(fault).removeprefix(f"{url}: "))
    if answer.status != 200:
        return Unreadable(url, f"the host answers with {answer.status}; is the address right?")
    return read(answer.body, answer.url)


def from_file(file: Path) -> Foreign | Unreadable:
    """The feed in a file; relative links in it count from where it says it stands."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        return Unreadable(str(file), f"cannot be read ({getattr(fault, 'strerror', None) or fault})")
    feed = read(data, "")
    if isinstance(feed, Unreadable):
        return Unreadable(str(file), feed.reason)
    return read(data, feed.self_url) if is_address(feed.self_url) else feed
