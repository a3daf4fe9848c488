"""The floor of a case: what any program has to do that looks at the posts and writes the documents."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.aside import put_aside
from bench.results import Floor
from syndicate.content.intake import batched

_AT_ONCE = 64
"""Files that are open."""


def floor(posts: Path, documents: Path, scratch: Path) -> Floor:
    """Measured in this process, as plainly as Python can; the files are in the page cache."""
    counted = [size for _, size in _files(posts)]
    written = dict(_files(documents))
    return Floor(
        stat=_timed(lambda: sum(1 for _ in _files(posts)), 3),
        read=_timed(lambda: _read(posts), 1),
        write=_timed(lambda: _write(documents, list(written), scratch), 1),
        posts=len(counted),
        posts_bytes=sum(counted),
        documents=len(written),
        documents_bytes=sum(written.values()),
    )


def _timed(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return median(taken)


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """Path and size of every file, with a stat of each."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            else:
                yield entry.path, entry.stat(follow_symlinks=False).st_size


def _read(folder: Path) -> None:
    """Many at a time: where they are not in the page cache, a disk is idle most of the time that one is waited for."""
    for some in batched(_files(folder), _AT_ONCE):
        opened = [(os.open(path, os.O_RDONLY), size) for path, size in some]
        for file, size in opened:
            os.posix_fadvise(file, 0, size, os.POSIX_FADV_WILLNEED)
        for file, size in opened:
            os.read(file, size + 1)
            os.close(file)


def _write(documents: Path, paths: list[str], scratch: Path) -> None:
    """The same documents as new files elsewhere, all of them on the disk, and out of the way of what is timed next."""
    put_aside(scratch)
    for path in paths:
        target = scratch / os.path.relpath(path, documents)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(path).read_bytes())
    os.sync()
    put_aside(scratch)
