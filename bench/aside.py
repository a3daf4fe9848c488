"""What earlier runs wrote is moved aside, and removed when all has been measured.

Removed before the next run it would make that run dear: for minutes ext4 looks at every inode that was freed lately
before it takes one for a new file, and a file took 80 to 500 microseconds to create, by what had been removed before.
"""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from bench.corpus import CACHE

ASIDE = CACHE / "aside"
_numbers = count(1)


def put_aside(folder: Path) -> None:
    """Move a folder of the cache away, where it is there."""
    if folder.exists():
        ASIDE.mkdir(parents=True, exist_ok=True)
        folder.rename(ASIDE / f"{next(_numbers)}")


def remove() -> None:
    """Remove all that was moved away, also by a bench that was stopped."""
    shutil.rmtree(ASIDE, ignore_errors=True)
