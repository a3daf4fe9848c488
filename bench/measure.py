"""One process and all that it starts: wall time, CPU time, and the memory of all of them together.

Linux only: processes are found by their session in /proc, and those that outlive their parent (a server that
forks workers) are adopted, so that their CPU time is counted as well.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_EVERY = 0.02
"""Seconds between two looks at the memory."""
_PATIENCE = 10.0
"""Seconds that a process may outlive the one that we started."""


@dataclass(frozen=True)
class Taken:
    """Seconds of wall and CPU time, bytes of memory at the peak (0: not looked at), exit code, output."""

    wall: float
    cpu: float
    peak: int
    code: int
    out: str
    err: str


def run(command: Sequence[str | Path], environ: Mapping[str, str], *, memory: bool = False) -> Taken:
    """Run a command to its end, with nothing of our environment but `environ` and PATH.

    Looking at the memory costs time, so a run is either timed or looked at. What the disk has still to write
    of earlier runs is written first: nobody pays for another's output.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    os.sync()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ},
            start_new_session=True,
        )
        peak = _Peak(process.pid) if memory else None
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime + _orphans(process.pid)
        found = peak.stop() if peak else 0
        out.seek(0)
        err.seek(0)
        said, complained = (stream.read().decode("utf-8", "replace") for stream in (out, err))
        return Taken(wall, cpu, found, process.returncode, said, complained)


def _orphans(session: int) -> float:
    """CPU seconds of those that outlived their parent; they are waited for, and stopped if they stay."""
    seconds, deadline = 0.0, time.monotonic() + _PATIENCE
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return seconds
        if pid:
            seconds += usage.ru_utime + usage.ru_stime
            continue
        if time.monotonic() > deadline:
            for left in members(session):
                os.kill(left, 9)
        time.sleep(0.002)


def members(session: int) -> list[int]:
    """The processes of a session."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            if fields[3] == str(session) and fields[0] != "Z":
                found.append(int(name))
    return found


def held(session: int) -> int:
    """Bytes of memory that all processes of a session hold now; pages that several share are counted once."""
    return sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in members(session))


class _Peak:
    """A thread that adds up the memory of a session, again and again. Pages that several processes share are
    counted once (PSS). Between two looks a process may have had more: its own high-water mark counts, too."""

    def __init__(self, session: int) -> None:
        self.session, self.peak, self.ended = session, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> int:
        self.ended.set()
        self.thread.join()
        return self.peak

    def _watch(self) -> None:
        while not self.ended.wait(_EVERY):
            together = 0
            for pid in members(self.session):
                together += _kilobytes(pid, "smaps_rollup", "Pss:")
                self.peak = max(self.peak, _kilobytes(pid, "status", "VmHWM:"))
            self.peak = max(self.peak, together)


def _kilobytes(pid: int, name: str, field: str) -> int:
    """A field of a file in /proc, in bytes; 0 if the process has ended."""
    try:
        text = Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return 0
    _, _, rest = text.partition(f"\n{field}")
    return int(rest.split(None, 1)[0]) * 1024 if rest else 0
