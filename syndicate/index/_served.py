"""The part of the contract that a server rests on: what is published, one document at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from syndicate.index._rows import Medium, Part, PublishedRow


class Served(Protocol):
    """A part of `Index`; the same holds of it."""

    def read_only(self, wait: float) -> None:
        """Nothing will be changed by this index, and no call waits longer than this for somebody who changes it."""
        ...

    def document(self, path: str) -> PublishedRow | None:
        """The published document at just this path."""
        ...

    def parts(self, path: str) -> tuple[bytes, list[Part]]:
        """Digest of the published document at just this path, and where its entries stand; nothing where none is."""
        ...

    def moments_in(self, path: str) -> list[int]:
        """`updated` of the posts that the document at this path shows, in no particular order."""
        ...

    def forwarding_mark(self, now: int) -> str:
        """Another text whenever other addresses may be left, gone or further ones; seldom without that."""
        ...

    def media(self, now: int) -> Iterator[Medium]:
        """The media files that posts name which some feed has shown and which are visible at `now`."""
        ...
