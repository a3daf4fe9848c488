"""Publishers: put the documents of a release in place, all or nothing for each of them.

Members: `local` (a folder). Paths use `/`, are relative to the output and come from the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Protocol

NONE: Mapping[str, bytes] = MappingProxyType({})
"""No variants."""


class Publisher(Protocol):
    """The contract. Between `stage` and `put` nothing of the published changes. Publishers pickle: workers stage."""

    def read(self, path: str, digest: bytes) -> bytes | None:
        """A published document, None when it is missing or its bytes have another digest."""
        ...

    def beginning(self, path: str) -> bytes:
        """The first 4 kB of the file that stands at the path, whoever put it there; nothing when there is none."""
        ...

    def whole(self, path: str) -> bytes:
        """All of the file that stands at the path, whoever put it there; nothing when there is none or it is huge."""
        ...

    def in_place(self, path: str, size: int) -> bool:
        """Whether a document of this size in bytes stands at the path."""
        ...

    def stands(self, path: str) -> bool:
        """Whether anything stands at the path, whoever put it there: a file, a folder, a link."""
        ...

    def stage(self, path: str, data: bytes, variants: Mapping[str, bytes] = NONE) -> None:
        """Bring a document near its place, unseen. Raises PublishError; what was staged is dropped.

        `variants` are the same document in other codings, by the suffix of their names. They are put in place right
        before it and have its time, so that who finds both can tell whether they are of one text.
        """
        ...

    def stage_beside(self, path: str, variants: Mapping[str, bytes]) -> None:
        """The same for variants of a document that is in its place already."""
        ...

    def attended(self) -> AbstractContextManager[None]:
        """Whatever the disk does not take from here to the end of the block, a flush here tells, whoever stages it.

        Who stages and puts in one process has no need of it.
        """
        ...

    def hand_over(self) -> object:
        """What is staged here, for `take_over` in another process; it is no longer staged here. It pickles."""
        ...

    def take_over(self, staged: object) -> None:
        """What was staged in another process by a publisher of the same folder is staged here from now on."""
        ...

    def flush(self) -> None:
        """What is staged is on the disk when this returns; another thread may do it while nothing else is staged here.

        Raises PublishError; what was staged is dropped.
        """
        ...

    def put(self) -> None:
        """Put all that is staged in place, durably. Raises PublishError."""
        ...

    def remove(self, paths: Iterable[str]) -> None:
        """Take away documents that we published, and folders that this leaves empty."""
        ...

    def sweep(self) -> None:
        """Drop what is staged and not put, and what a run that was killed left behind."""
        ...
