"""Where other generators are found: in `.peers/` (`make peers`), else on the PATH."""

from __future__ import annotations

import shutil
from pathlib import Path

_OURS = Path(__file__).resolve().parent.parent / ".peers"


def peer(name: str) -> str | None:
    """The program of that name, None where it is not installed."""
    return shutil.which(name, path=f"{_OURS / 'bin'}:{_OURS / 'node_modules' / '.bin'}") or shutil.which(name)
