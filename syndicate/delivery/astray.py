"""Which documents do not stand in their places: somebody took them, or wrote into them.

Each is looked at in each run (a stat). Where they are many, a second process does that while this one scans the posts.
It is about the same moment then: what somebody takes after it the next run finds, as ever.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import takewhile

from syndicate.delivery.publishers import Publisher
from syndicate.engines.beside import Aside
from syndicate.index import Index

MANY = 3_000
"""Documents from which on a second process is worth what it costs."""

Pair = tuple[str, str]


@contextmanager
def looked_for(index: Index, publisher: Publisher, ahead: bool, many: int = MANY) -> Iterator[Callable[[], list[Pair]]]:
    """What gives the feeds of such documents, to be asked behind the block. With `ahead` they may be looked for
    while the block is under way, in which no document is put in place or recorded."""
    documents = index.sizes() if ahead else None
    aside = Aside(partial(_seen, publisher, documents, os.getpid())) if documents and len(documents) >= many else None
    told: list[list[str]] = []

    def found() -> list[Pair]:
        paths = told[0] if told else _astray(publisher, index.sizes() if documents is None else documents)
        return [owner for path in paths if (owner := index.owner(path))]

    try:
        yield found
    except BaseException:
        if aside:
            aside.drop()
        raise
    if aside:
        told += aside.results()


def _astray(publisher: Publisher, documents: Iterable[tuple[str, int]]) -> list[str]:
    return [path for path, size in documents if not publisher.in_place(path, size)]


def _seen(publisher: Publisher, documents: Iterable[tuple[str, int]], asker: int) -> list[str]:
    """The same in the second process; no more of it where whoever asked was killed, as nobody will read it."""
    return _astray(publisher, takewhile(lambda _: os.getppid() == asker, documents))
