"""The upkeep of the state: a copy of it each day, of which seven are kept, and what grows is cut.

The copies lie beside the state (`feeds.db.2026-01-02.backup`), each whole and for its owner alone. What they are for
is told in docs/usage.md.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from syndicate.errors import StateError
from syndicate.index import Index

KEPT = 7
"""Copies that are kept: as many days back as that."""

RUNS = 90 * 86_400
"""Seconds for which runs are remembered."""

MOST = 10_000
"""Rows of runs that are remembered: where a post comes every minute, those of a week."""

_DAY = re.compile(r"\.\d{4}-\d{2}-\d{2}\.backup")


class Done(NamedTuple):
    """What came of it: the copy that was made, None where there was one of the day; how many runs were forgotten; why
    no copy could be made, "" where nothing went wrong."""

    copy: Path | None
    runs: int
    fault: str = ""


def upkeep(index: Index, state: Path, now: int) -> Done:
    """Look after the state at `now`. A copy that cannot be made takes none of the older ones away.

    Raises:
        StateError: the state cannot be used.
    """
    copy, fault = None, ""
    try:
        copy = back_up(index, state, now)
    except (StateError, OSError) as failed:
        fault = str(failed)
    runs = index.forget_runs(now - RUNS, MOST)
    index.tidy()
    return Done(copy, runs, fault)


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
