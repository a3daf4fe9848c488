"""Published documents against those now due: what to make, what to leave, what to take away. Pure.

A document is current when it shows the same entries in the same order inside the same
envelope, made by the same program and settings. Otherwise it is assembled anew, from the
fragments of the published one as far as they still hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from syndicate.index import DocumentRow, Shown

Key = tuple[int, bytes]
"""What names a fragment: the post and the key of its entry."""


@dataclass(frozen=True, slots=True)
class Due:
    """One document that a feed should have now, beside the row of the one it has."""

    path: str
    format: str
    shape: bytes
    published: DocumentRow | None

    def reusable(self) -> dict[Key, tuple[int, int]]:
        """(offset, length) in the published document of every fragment that still holds."""
        if self.published is None or self.published.shape != self.shape:
            return {}
        return {(part.id, part.key): (part.offset, part.length) for part in self.published.parts}

    def current(self, shown: Sequence[Shown], envelope: bytes) -> bool:
        """Whether the published document is just what is due."""
        row = self.published
        if row is None or row.shape != self.shape or row.envelope != envelope or row.path != self.path:
            return False
        return [(part.id, part.key) for part in row.parts] == [(post.id, post.key) for post in shown]


def due(
    paths: Sequence[tuple[str, str]], shapes: dict[str, bytes], rows: Sequence[DocumentRow]
) -> tuple[list[Due], list[str]]:
    """The documents a feed should have, and the paths of those it should no longer have."""
    by_format = {row.format: row for row in rows}
    wanted = [Due(path, form, shapes[form], by_format.get(form)) for form, path in paths]
    kept = {path for _, path in paths}
    return wanted, [row.path for row in rows if row.path not in kept]


def entries_digest(shown: Sequence[Shown]) -> bytes:
    """What receivers are told about: the entries of a feed, not how its documents look."""
    return blake2b(b"".join(post.key for post in shown), digest_size=16).digest()
