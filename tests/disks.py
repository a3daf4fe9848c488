"""File systems so small that they are soon full; only root can have them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """An empty file system of `size` (`64k`) at `folder`; skips the test, aloud, where it cannot be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = os.geteuid() == 0 and shutil.which("mount")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if not mounted or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("SKIPPED: only root can mount a small file system; a full disk is not tried")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def hollow_disk(folder: Path) -> Iterator[tuple[Path, Path]]:
    """A file system that lies in a file on a small disk (the second), which has no room for what is written to it."""
    with small_disk(folder / "under", "4m") as under:
        disk, image = folder / "disk", under / "image"
        disk.mkdir()
        image.touch()
        os.truncate(image, 16 << 20)
        made = [
            ["mkfs.ext4", "-q", "-F", "-O", "^has_journal", str(image)],
            ["mount", "-o", "loop", str(image), str(disk)],
        ]
        if not shutil.which("mkfs.ext4") or any(subprocess.run(each, capture_output=True).returncode for each in made):
            pytest.skip("SKIPPED: no file system can be made in a file here; a disk that fails late is not tried")
        try:
            os.sync()
            ballast = os.open(under / "ballast", os.O_WRONLY | os.O_CREAT)
            with suppress(OSError):
                while True:
                    os.write(ballast, bytes(4096))
            os.close(ballast)
            yield disk, under
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def grow(folder: Path, size: str) -> None:
    """Give a small disk more room."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
