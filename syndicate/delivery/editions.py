"""What is published now of the topics that somebody subscribes to: read when it is first sent, and whenever it changes.

In: the state, the folder of documents. Out: Editions. What is not in its place as the state knows it (a run is in the
middle of putting it there) is no edition yet: it is looked at again. Calls that look at the disk come from one thread;
`now` and `digest` may be asked by another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from syndicate.delivery.letters import Edition
from syndicate.index import Announced, Index
from syndicate.model.records import NamedTuple

MOST = 64 << 20
"""Bytes of documents that are held, but for the one that is asked for."""

NONE = Announced("", "", b"", "", "", b"", 0)

REST = 10
"""A look at the state is followed by so many times as long without one."""


class Shelf(Protocol):
    """Where documents are: `delivery.publishers.Publisher`."""

    def read(self, path: str, digest: bytes) -> bytes | None:
        """The bytes at a path, where they have this digest."""
        ...


class _Known(NamedTuple):
    """A topic as the state has it."""

    row: Announced
    path: str


class Editions:
    """See above. `kinds` are the types of formats as the server says them."""

    def __init__(self, index: Index, shelf: Shelf, kinds: Callable[[str], str]) -> None:
        self._index, self._shelf, self._kinds = index, shelf, kinds
        self._version: int | None = None
        self._rows: Mapping[str, Announced] = {}
        self._held: dict[str, tuple[bytes, Edition]] = {}
        self._paths: dict[str, _Known] = {}
        self._again = 0.0

    def look(self, at_once: bool = False) -> bool:
        """Whether anything that is published is another than at the last look; `at_once`: however long that took."""
        if (not at_once and time.monotonic() < self._again) or self._index.version() == self._version:
            return False
        started = time.monotonic()
        self._version = self._index.version()
        rows = {row.url: row for row in self._index.announced()}
        has_changed = rows != self._rows
        if has_changed:
            self._rows = rows
            others = [topic for topic, (held, _) in self._held.items() if rows.get(topic, NONE).document != held]
            for topic in others:
                del self._held[topic]
            self.read(others)
        took = time.monotonic() - started
        self._again = started + took + REST * took
        return has_changed

    def digest(self, topic: str) -> bytes | None:
        """The digest of a topic's entries; None where it is not published."""
        row = self._rows.get(topic)
        return None if row is None else row.digest

    def now(self, topic: str) -> Edition | None:
        """The edition, as far as it was read (`read`) and is still the newest."""
        held = self._held.get(topic)
        return None if held is None else held[1]

    def read(self, topics: Collection[str]) -> bool:
        """Have the editions of these at hand; False where one of them cannot be had yet."""
        missing = [topic for topic in topics if not self._read(topic)]
        return not missing

    def _read(self, topic: str) -> bool:
        row = self._rows.get(topic)
        if row is None or topic in self._held:
            return row is not None
        path = self._path(row)
        body = None if path is None else self._shelf.read(path, row.document)
        if body is None:
            self._paths.pop(topic, None)
            return False
        while self._held and sum(len(each.body) for _, each in self._held.values()) + len(body) > MOST:
            del self._held[next(iter(self._held))]
        self._held[topic] = (row.document, Edition(topic, row.digest, body, self._kinds(row.format)))
        return True

    def _path(self, row: Announced) -> str | None:
        known = self._paths.get(row.url)
        if known is None or known.row[:2] != row[:2]:
            for each in self._index.documents(row.taxonomy, row.name):
                self._paths[each.url] = _Known(row, each.path)
            known = self._paths.get(row.url)
        return None if known is None else known.path
