"""What a reader has to know of the machine that the figures are from. No name of it, and no path on it."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import CACHE
from bench.programs import HUGO, NODE, PYTHON, loaders

OURS = Path(__file__).parent.parent / "syndicate"


@dataclass(frozen=True)
class Machine:
    """Its description in words, and the versions of all programs."""

    processor: str
    cores: int
    memory: str
    kernel: str
    file_system: str
    python: str
    hugo: str
    node: str
    script: str
    loaders: str
    program: str
    """A digest of our own: figures of another version are not those of this one."""


def machine() -> Machine:
    """This machine."""
    memory = _field("/proc/meminfo", "MemTotal") or "0 kB"
    return Machine(
        processor=_field("/proc/cpuinfo", "model name") or platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory=f"{int(memory.split()[0]) / 2**20:.0f} GiB",
        kernel=f"{platform.system()} {platform.release().partition('-')[0]}",
        file_system=_file_system(),
        python=platform.python_version(),
        hugo=HUGO.version(),
        node=NODE.version(),
        script=PYTHON.version(),
        loaders=loaders(),
        program=_program(),
    )


def _program() -> str:
    """A digest of all that is run when this project is measured."""
    digest = hashlib.sha256()
    for path in sorted(OURS.rglob("*.py")):
        digest.update(b"%s\0%s\0" % (bytes(path.relative_to(OURS)), path.read_bytes()))
    return digest.hexdigest()[:16]


def _field(path: str, name: str) -> str:
    """The first value of that name in a file of /proc."""
    for line in Path(path).read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _file_system() -> str:
    """The kind of file system that posts and feeds are on."""
    CACHE.mkdir(parents=True, exist_ok=True)
    mounts = (line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines())
    inside = [(len(place), kind) for place, kind in mounts if CACHE.is_relative_to(place.replace("\\040", " "))]
    return max(inside)[1] if inside else ""
