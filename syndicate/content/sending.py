"""While many posts are read for the first time, a process of its own has the disk take what is stored of them.

A transaction ends when all that it wrote is on the disk: after a hundred thousand posts that is 100 MB, for which
everybody would wait. So they are sent there while processors are busy with the next posts, and disks are not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import Self

from syndicate.engines.beside import Aside
from syndicate.index import Index, Parcel

MANY = 20_000
"""Files from which on that is worth what a process costs."""

_PAUSE = 0.1
"""Seconds between two times: each makes those who write wait a little."""


class Sending:
    """To be used with `with`, around the transaction. `many` is from how many files on it is done."""

    def __init__(self, index: Index, many: int = MANY) -> None:
        self._index, self._many = index, many
        self._aside: Aside[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._aside:
            self._aside.drop()

    def during(self, parcels: Iterable[Parcel]) -> Iterator[Parcel]:
        """The same parcels, on their way into the index."""
        files, here = 0, os.getpid()
        for each in parcels:
            files += each.files
            if files >= self._many and self._aside is None:
                self._aside = Aside(lambda: self._send(here))
            yield each

    def _send(self, asker: int) -> None:
        while os.getppid() == asker and self._index.send():
            time.sleep(_PAUSE)
