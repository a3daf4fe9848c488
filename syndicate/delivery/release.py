"""Published documents against those now due: what to make, what to leave, what to take away. Pure.

A document is current when it shows the same entries in the same order inside the same
envelope, made by the same program and settings. Otherwise it is assembled anew, from the
fragments of the published one as far as they still hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syndicate.index import DocumentRow, Shown
from syndicate.model.digest import digest
from syndicate.model.records import dataclass

Key = tuple[int, bytes]
"""What names an entry as it is shown: the post and the key of its entry."""

Place = tuple[int, int]
"""Offset and length of a fragment in bytes."""


@dataclass(frozen=True, slots=True)
class Due:
    """One document that a feed should have now, beside the row of the one it has."""

    path: str
    format: str
    shape: bytes
    published: DocumentRow | None

    def reusable(self, short: bool = False) -> dict[Key, Place]:
        """Where in the published document every fragment stands that still holds: those in full, or those shortened."""
        row = self._fitting()
        parts = row.parts if row else ()
        return {(part.id, part.key): (part.offset, part.length) for part in parts if bool(part.whole) is short}

    def lengths(self) -> dict[Key, int]:
        """How many bytes each fragment of the published document has in full, also where it is shortened there."""
        row = self._fitting()
        return {(part.id, part.key): part.whole or part.length for part in row.parts} if row else {}

    def current(self, shown: Sequence[Shown], frame: bytes) -> bool:
        """Whether the published document is just what is due."""
        row = self._fitting()
        if row is None or row.envelope != frame or row.path != self.path:
            return False
        return [(part.id, part.key) for part in row.parts] == [(post.id, post.key) for post in shown]

    def _fitting(self) -> DocumentRow | None:
        """The published document, if its fragments were made by the same program and settings."""
        row = self.published
        return row if row is not None and row.shape == self.shape else None


def due(
    paths: Sequence[tuple[str, str]], shape: Callable[[str], bytes], rows: Sequence[DocumentRow]
) -> tuple[list[Due], list[str]]:
    """The documents a feed should have, and the paths of those it should no longer have.

    `shape(format)` is a digest of all that decides how its fragments are written.
    """
    by_format = {row.format: row for row in rows}
    wanted = [Due(path, form, shape(form), by_format.get(form)) for form, path in paths]
    kept = {path for _, path in paths}
    return wanted, [row.path for row in rows if row.path not in kept]


def entries_digest(shown: Sequence[Shown]) -> bytes:
    """What receivers are told about: the entries of a feed, not how its documents look."""
    return digest(b"".join(post.key for post in shown))
