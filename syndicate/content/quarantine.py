"""Posts that kill or hold up the workers that read or show them: tried a few times, then not opened again as they are.

A worker may die by chance, for want of memory say. So a post that was lost is tried again at the next runs, alone in a
worker. One that was lost three times is known by the digest of its bytes from then on: wherever a file with these bytes
comes, no worker opens it. Other bytes are another post, and a run over everything (`--full`, other settings, another
version of the program) tries all again.

Its digest is taken in this process: that is plain reading. Only files with the size of one that is known are asked for
theirs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from syndicate.content import LOST
from syndicate.content.ingest import Reader, lost
from syndicate.index import Index, PostRow
from syndicate.index.stamps import UNSETTLED, Row
from syndicate.model import Problem, Severity, Stamp
from syndicate.model.records import NamedTuple

TIMES = 3
"""So many runs lose a post before it is left alone."""


class _Lost(NamedTuple):
    """The size of a file and its path, as hexadecimal, when it was lost last, and in how many runs it was."""

    size: int
    path: str
    times: int


def suspected(index: Index, everything: bool) -> bool:
    """Whether a post will be opened that was lost before: then it has to be in a worker."""
    known = _read(index).values()
    return any(everything or each.times < TIMES for each in known)


def after_showing(index: Index, tried: Mapping[bytes, bytes], died: Mapping[bytes, bytes]) -> None:
    """Note which of the posts that were to be shown nobody outlived: path → digest of the bytes.

    After as many runs as are said above the next scan finds them changed, and leaves them alone.
    """
    before = _read(index)
    harmless = {digest.hex() for path, digest in tried.items() if path not in died}
    known = {key: each for key, each in before.items() if key not in harmless}
    for path, digest in died.items():
        key, (within, _, name) = digest.hex(), path.rpartition(b"/")
        times = known[key].times + 1 if key in known else 1
        for folder in {within, within + b"/"}:  # the label of a root ends so
            for size, *_ in index.stamps_of(folder, [name]).values():
                known[key] = _Lost(size, path.hex(), times)
                if times >= TIMES:
                    index.keep_late(folder, {name: UNSETTLED})
    if known != before:
        _keep(index, known)


class Quarantine:
    """What one run knows of such posts. With `everything` all of them are tried again.

    `again` are the paths that the next run has to look at although nothing may have changed.
    """

    def __init__(self, index: Index, reader: Reader, everything: bool) -> None:
        self._index, self._reader, self._everything = index, reader, everything
        self._known = _read(index)
        self._after = {} if everything else dict(self._known)
        self._aside: list[PostRow] = []
        self.again: set[bytes] = set()

    def admitted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of the files that may be opened by a worker: the values of their stamps."""
        return self._admitted(rows) if self._known and not self._everything else iter(rows)

    def _admitted(self, rows: Iterable[Row]) -> Iterator[Row]:
        sizes = {each.size for each in self._known.values()}
        paths = {each.path: key for key, each in self._known.items()}
        for stamp in map(Stamp._make, rows):
            # whatever comes of this file now: what was known of it before is out of date
            before = paths.get(stamp.path.hex(), "")
            key = self._key(stamp) if stamp.size in sizes else ""
            entry = self._known.get(key)
            if before and before != key:
                self._after.pop(before, None)
            if entry and entry.times >= TIMES:
                self._after[key] = entry._replace(path=stamp.path.hex())
                self._aside.append(_left_alone(stamp, entry.times))
                continue
            if entry:  # it is noted again if it is lost again
                self._after.pop(key, None)
            yield stamp

    def aside(self) -> Iterator[PostRow]:
        """The rows of those that may not, once all have been asked for."""
        yield from self._aside

    def lost(self, stamp: Stamp) -> PostRow:
        """The row of a file that killed its worker or never came to an end."""
        key = self._key(stamp)
        before = self._known.get(key)
        times = before.times + 1 if before else 1
        if key:
            self._after[key] = _Lost(stamp.size, stamp.path.hex(), times)
        if times >= TIMES:
            return _left_alone(stamp, times)
        self.again.add(stamp.path)
        return lost(stamp)

    def remember(self, gone: Collection[bytes]) -> None:
        """Keep it for the next run; nothing has to be known of files that are gone."""
        after = {key: each for key, each in self._after.items() if bytes.fromhex(each.path) not in gone}
        if after != self._known:
            _keep(self._index, after)

    def _key(self, stamp: Stamp) -> str:
        return self._reader.digest(stamp).hex()


def _read(index: Index) -> dict[str, _Lost]:
    fact = index.fact(LOST)
    return {key: _Lost(*values) for key, values in json.loads(fact).items()} if fact else {}


def _keep(index: Index, known: Mapping[str, _Lost]) -> None:
    index.keep_fact(LOST, json.dumps(known) if known else "")


def _left_alone(stamp: Stamp, times: int) -> PostRow:
    problem = Problem(
        stamp.shown,
        Severity.ERROR,
        "post-quarantined",
        f"reading or showing this file crashed or took too long {times} times; it is left out, and not opened again "
        "until it is edited. Look for extreme nesting or size in it; `syndicate build --full` tries it as it is.",
    )
    return lost(stamp)._replace(problems=(problem,))
