"""Where fragments come from: the published documents, and what this run has written.

What a run writes goes to a file of its own at once, so that memory stays flat however many
entries there are. A published document is trusted only while its bytes have the digest that the
index remembers; a document that somebody edited is made anew.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, NamedTuple, Self

from syndicate.delivery.release import Due, Key, Place
from syndicate.errors import PublishError
from syndicate.feeds.holdings import Look


class Piece(NamedTuple):
    """One entry of a document: `short` where it is shortened to meet the document's budget; `look` is as written."""

    id: int
    key: bytes
    look: Look
    short: bool = False

    @property
    def entry(self) -> Key:
        """The entry that this is a look of."""
        return self.id, self.key


class Fragments:
    """Use as a context manager; `published(path, digest)` gives a published document or None.

    `folder` is where the file of this run lies while it goes on: it can be as large as all feeds.
    """

    def __init__(self, formats: Sequence[str], published: Callable[[str, bytes], bytes | None], folder: str) -> None:
        self._formats = {name: number for number, name in enumerate(formats)}
        self._published = published
        self._folder = folder
        self._spool: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 closed on leaving
        self._end = 0
        self._places: dict[tuple[Key, Look], tuple[Place, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # a disk that is full says so once more; nobody needs what is in there
            self._spool.close()

    def add(self, entry: Key, look: Look, fragments: Sequence[bytes]) -> None:
        """Keep what was written for one entry in one look, in the order of the formats."""
        places = []
        for fragment in fragments:
            places.append((self._end, len(fragment)))
            self._end += len(fragment)
        try:
            self._spool.seek(0, 2)
            self._spool.write(b"".join(fragments))
            self._spool.flush()
        except OSError as fault:
            raise PublishError(f"{self._folder}: what was rendered cannot be kept ({fault.strerror})") from fault
        self._places[entry, look] = tuple(places)

    def lacks(self, entry: Key, look: Look) -> bool:
        """Whether the entry has not been written in this look in this run."""
        return (entry, look) not in self._places

    def length(self, entry: Key, look: Look, form: str) -> int:
        """How many bytes what this run wrote has."""
        return self._places[entry, look][self._formats[form]][1]

    def collect(self, due: Due, pieces: Sequence[Piece]) -> list[bytes]:
        """The fragments of a document: written in this run, or cut out of the published one.

        Raises:
            PublishError: the published document was changed by somebody while we were at it.
        """
        document = self.document(due) if any(self.lacks(piece.entry, piece.look) for piece in pieces) else None
        old = {short: due.reusable(short) for short in (False, True)}
        return [
            self._written(piece, due.format) or _cut(document, old[piece.short].get(piece.entry), due)
            for piece in pieces
        ]

    def document(self, due: Due) -> bytes | None:
        """The published document, if it is still the one the index remembers."""
        return self._published(due.published.path, due.published.digest) if due.published else None

    def _written(self, piece: Piece, form: str) -> bytes | None:
        if self.lacks(piece.entry, piece.look):
            return None
        start, length = self._places[piece.entry, piece.look][self._formats[form]]
        self._spool.seek(start)
        return self._spool.read(length)


def _cut(document: bytes | None, place: Place | None, due: Due) -> bytes:
    if document is None or place is None:
        raise PublishError(f"{due.path}: was changed by another program while it was being built; build again")
    return document[place[0] : place[0] + place[1]]
