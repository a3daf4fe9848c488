"""What the processes of a daemon hold of the machine, as /proc tells it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.daemon.running import Daemon

IS_TOLD = Path("/proc/self/smaps_rollup").exists()
"""Whether the system tells it."""

RSS = re.compile(r"^Rss:\s+(\d+)", re.MULTILINE)


class Held(NamedTuple):
    """Resident memory in kB, open descriptors and threads, of the process and all below it."""

    memory: int
    files: int
    threads: int


def held(daemon: Daemon) -> Held:
    """What it holds just now."""
    while True:
        assert daemon.process.poll() is None, daemon.log.read_text()
        with suppress(FileNotFoundError, ProcessLookupError):  # one of them has just come to its end
            each = [_of_one(pid) for pid in _family(daemon.process.pid)]
            return Held(*(sum(some) for some in zip(*each, strict=True)))


def _of_one(pid: int) -> Held:
    (memory,) = RSS.findall(Path(f"/proc/{pid}/smaps_rollup").read_text())
    return Held(int(memory), len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
            yield from _family(int(child))
