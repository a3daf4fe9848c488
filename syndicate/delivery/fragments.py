"""Where fragments are: in the published documents, and in the files to which a run writes them.

What a run writes goes to files of its own at once, one a process, so that memory stays flat however many entries there
are, and fragments never travel between processes. A published document is trusted only while its bytes have the digest
that the index remembers; a document that somebody edited is made anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, repeat
from pathlib import Path
from typing import Self

from syndicate.delivery.release import Due, Key, Place
from syndicate.errors import PublishError
from syndicate.feeds.holdings import Look
from syndicate.model.records import NamedTuple

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)


_PIECES = 512
"""Pieces that are written at once; every system takes so many."""


class Piece(NamedTuple):
    """One entry of a document: `short` where it is shortened to meet the document's budget; `look` is as written."""

    entry: Key
    look: Look
    short: bool = False


Cut = tuple[str, int, int]
"""Where a fragment is: offset and length in bytes within a file of the run, or "" the published document.

A bare tuple, since there is one for each entry of each document, and they travel to the workers and back.
"""


class Spool(NamedTuple):
    """The files of a run, in the folder that `Fragments` made."""

    folder: str

    def keep(self, fragments: Sequence[bytes]) -> list[Cut]:
        """Append to this process's own file.

        Raises:
            PublishError: the disk is full.
        """
        file = f"{self.folder}/{os.getpid()}"
        try:
            handle = os.open(file, _APPEND, 0o600)
            with os.fdopen(handle, "wb", buffering=0) as kept:
                start = os.fstat(handle).st_size
                _write_all(kept.fileno(), fragments)
        except OSError as fault:
            raise PublishError(f"{self.folder}: what was rendered cannot be kept ({fault.strerror})") from fault
        lengths = [len(each) for each in fragments]
        return list(zip(repeat(file), accumulate(lengths, initial=start), lengths, strict=False))


def _write_all(handle: int, pieces: Sequence[bytes]) -> None:
    """As they are: to put them together first takes a third as long again."""
    for start in range(0, len(pieces), _PIECES):
        some = pieces[start : start + _PIECES]
        done, size = os.writev(handle, some), sum(map(len, some))
        if done < size:  # the disk is nearly full, or the system takes no more than two gigabytes
            rest = memoryview(b"".join(some))[done:]
            while rest:
                rest = rest[os.write(handle, rest) :]


class Fragments:
    """Use as a context manager; `published(path, digest)` gives a published document or None.

    `folder` is made for this run, and taken away behind it: what lies there can be as large as all feeds.
    """

    def __init__(self, formats: Sequence[str], published: Callable[[str, bytes], bytes | None], folder: str) -> None:
        self._formats = {name: number for number, name in enumerate(formats)}
        self._published = published
        self._folder = folder
        self._cuts: defaultdict[Look, dict[Key, Sequence[Cut]]] = defaultdict(dict)

    def __enter__(self) -> Self:
        """Raises PublishError."""
        try:
            # a run that was killed may have left it, and no other works on this state
            shutil.rmtree(self._folder, ignore_errors=True)
            Path(self._folder).mkdir(0o700)
        except OSError as fault:
            raise PublishError(f"{self._folder}: what is rendered cannot be kept ({fault.strerror})") from fault
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing that this run has written will be asked for any more: take it away, before it gets to the disk."""
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)

    def add(self, entry: Key, look: Look, cuts: Sequence[Cut]) -> None:
        """Remember where one entry in one look was written, in the order of the formats."""
        self._cuts[look][entry] = cuts

    def written(self, look: Look) -> Mapping[Key, Sequence[Cut]]:
        """Where what this run has written in this look is, in the order of the formats."""
        return self._cuts[look]

    def lacks(self, entry: Key, look: Look) -> bool:
        """Whether the entry has not been written in this look in this run."""
        return entry not in self._cuts[look]

    def length(self, entry: Key, look: Look, form: str) -> int:
        """How many bytes what this run wrote has."""
        return self._cuts[look][entry][self.number(form)][2]

    def number(self, form: str) -> int:
        """The place of a format in their order."""
        return self._formats[form]

    def cuts(self, due: Due, pieces: Sequence[Piece]) -> list[Cut]:
        """Where the fragments of a document are: as written in this run, else in the published one.

        Raises:
            PublishError: neither has one, since somebody changed the document while we were at it.
        """
        number = self._formats[due.format]
        old: dict[bool, dict[Key, Place]] = {}
        found = []
        for entry, look, short in pieces:
            written = self._cuts[look].get(entry)
            if written is not None:
                found.append(written[number])
                continue
            if short not in old:
                old[short] = due.reusable(short)
            place = old[short].get(entry)
            if place is None:
                raise tampered(due.path)
            found.append(("", *place))
        return found

    def document(self, due: Due) -> bytes | None:
        """The published document, if it is still the one the index remembers."""
        return self._published(due.published.path, due.published.digest) if due.published else None


def tampered(path: str) -> PublishError:
    """What to say where a published document does not hold what the index says."""
    return PublishError(f"{path}: was changed by another program while it was being built; build again")
