"""Which addresses are topics of the hub: those of the documents of feeds that are published just now.

In: addresses as somebody sent them. Out: whether each is one, letter by letter. An address is taken apart only to know
where to look; what counts is that the index says of a document that just this is its address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from urllib.parse import unquote

from syndicate.errors import StateError
from syndicate.feeds.plan import Plan
from syndicate.index import Index
from syndicate.index.shelves import page_of

WAIT = 5.0
"""Seconds to wait for somebody who changes the index."""


class Topics:
    """Asks the index. May be used by several threads at the same time."""

    def __init__(self, opened: Callable[[], Index], plan: Plan) -> None:
        """`opened` opens the index, in whichever thread it is called."""
        self._opened, self._plan = opened, plan

    def __call__(self, addresses: Collection[str]) -> dict[str, bytes]:
        """The digest of the entries that each of these topics has now; nothing where any of them is none.

        Raises StateError: it cannot be seen just now.
        """
        if not all(each.startswith(self._plan.base_url) for each in addresses):
            return {}
        with closing(self._opened()) as index:
            try:
                index.read_only(WAIT)
                found = {each: self._digest(index, each) for each in addresses}
            except index.faults as fault:
                raise StateError(f"it cannot be seen what is published: {fault}") from fault
        known = {address: digest for address, digest in found.items() if digest is not None}
        return known if len(known) == len(found) else {}

    def _digest(self, index: Index, address: str) -> bytes | None:
        try:
            path = unquote(address.removeprefix(self._plan.base_url), errors="strict")
        except UnicodeDecodeError:
            return None
        for each in (path, *(path + end for end in self._plan.preset.unsaid)):
            row = index.document(each)
            if row is not None and row.url == address and not page_of(row.taxonomy)[0]:
                return row.entries or b""
        return None
