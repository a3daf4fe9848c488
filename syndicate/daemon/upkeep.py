"""The upkeep of the state: a copy of it each day, of which seven are kept, and what grows is cut."""

from __future__ import annotations

from pathlib import Path

from syndicate.errors import StateError
from syndicate.index import Index
from syndicate.index.copies import back_up
from syndicate.model.records import NamedTuple

RUNS = 90 * 86_400
"""Seconds for which runs are remembered."""

MOST = 10_000
"""Rows of runs that are remembered: where a post comes every minute, those of a week."""


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
