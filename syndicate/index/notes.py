"""Small files of JSON beside the state, that somebody may read at any moment: each is whole, the old one or the new
one."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any


def put(path: Path, value: Any, private: bool = False) -> None:
    """Write a file in place of the one that is there; a `private` one is for this user alone.

    Raises:
        OSError: it cannot be written; what was there still is.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if private else 0o644)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(json.dumps(value, indent=2) + "\n")
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def got(path: Path) -> dict[str, Any]:
    """The object in a file; an empty one where there is none, or nothing that makes sense."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
