"""Runs that are stopped are recorded as well."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from syndicate import plugins
from syndicate.errors import LockHeld, StateError, SyndicateError
from syndicate.project import Project


@contextlib.contextmanager
def noted(the: Project, by: str, now: int) -> Iterator[None]:
    """Record it where the run in the block is stopped by an error; one that waited for another in vain was none."""
    try:
        yield
    except LockHeld:
        raise
    except SyndicateError as fault:
        note_failure(the, fault, by, now)
        raise


def note_failure(the: Project, fault: BaseException, by: str, now: int) -> None:
    """Record that a run was stopped at `now`, where there is a state that can be written to."""
    from syndicate.model.run import ill

    if not the.state.is_file():
        return
    opened = plugins.find("index", "sqlite")
    with contextlib.suppress(StateError, *opened.faults), contextlib.closing(opened.open(str(the.state))) as index:
        index.record(ill(fault, now, by))
