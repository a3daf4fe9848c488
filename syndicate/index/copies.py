"""Copies of the state, one of each day. They lie beside it (`feeds.db.2026-01-02.backup`), each whole and for its owner
alone. What they are for is told in docs/usage.md.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path

from syndicate.index import Index

KEPT = 7
"""Copies that are kept: as many days back as that."""

_DAY = re.compile(r"\.\d{4}-\d{2}-\d{2}\.backup")


def back_up(index: Index, state: Path, now: int) -> Path | None:
    """Make the copy of the day, where there is none yet.

    Raises:
        StateError, OSError: it cannot be made; nothing is left of it.
    """
    copy = state.with_name(f"{state.name}.{datetime.fromtimestamp(now, UTC):%Y-%m-%d}.backup")
    if copy.exists():
        return None
    beside = copy.with_name(f"{copy.name}.part")
    beside.unlink(missing_ok=True)  # of an upkeep that was killed
    try:
        index.copy_to(str(beside))
        beside.replace(copy)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    for old in sorted(set(copies(state)) - {copy}, reverse=True)[KEPT - 1 :]:
        with contextlib.suppress(OSError):
            old.unlink()
    return copy


def copies(state: Path) -> list[Path]:
    """The copies that there are of a state, the oldest first."""
    beside = state.parent.iterdir() if state.parent.is_dir() else ()
    ours = (each for each in beside if each.name.startswith(state.name))
    return sorted(each for each in ours if _DAY.fullmatch(each.name, len(state.name)))
