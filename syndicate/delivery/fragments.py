"""Where fragments come from: the published documents, and what this run has written.

What a run writes goes to a file of its own at once, so that memory stays flat however many
entries there are. A published document is trusted only while its bytes have the digest that the
index remembers; a document that somebody edited is made anew.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Self

from syndicate.delivery.release import Due, Key
from syndicate.errors import PublishError


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
        self._places: dict[Key, tuple[tuple[int, int], ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # a disk that is full says so once more; nobody needs what is in there
            self._spool.close()

    def add(self, key: Key, fragments: Sequence[bytes]) -> None:
        """Keep what was written for one entry, in the order of the formats."""
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
        self._places[key] = tuple(places)

    def lacks(self, key: Key) -> bool:
        """Whether the entry has not been written in this run."""
        return key not in self._places

    def collect(self, due: Due, keys: Sequence[Key]) -> list[bytes]:
        """The fragments of a document: written in this run, or cut out of the published one.

        Raises:
            PublishError: the published document was changed by somebody while we were at it.
        """
        old = due.reusable()
        document = self.document(due) if any(self.lacks(key) for key in keys) else None
        return [self._written(key, due.format) or _cut(document, old.get(key), due) for key in keys]

    def document(self, due: Due) -> bytes | None:
        """The published document, if it is still the one the index remembers."""
        return self._published(due.published.path, due.published.digest) if due.published else None

    def _written(self, key: Key, form: str) -> bytes | None:
        if self.lacks(key):
            return None
        start, length = self._places[key][self._formats[form]]
        self._spool.seek(start)
        return self._spool.read(length)


def _cut(document: bytes | None, place: tuple[int, int] | None, due: Due) -> bytes:
    if document is None or place is None:
        raise PublishError(f"{due.path}: was changed by another program while it was being built; build again")
    return document[place[0] : place[0] + place[1]]
