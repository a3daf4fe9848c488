"""What a run came to, as it is remembered: a line of `syndicate runs`.

All moments are whole seconds since 1970 (UTC), `seconds` a length of time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from syndicate.model import Report, Severity
from syndicate.model.records import NamedTuple


class Run(NamedTuple):
    """A run, or several in a row that came to the same: `times` of them, the first at `since`, the last at `at`.

    `by` says who asked for it (`build`, `daemon`) and `failed` why it did not come to its end, "" where it did. The
    counts are those of its Report; `errors` and `warnings` are the problems that stood.
    """

    at: int
    by: str = "build"
    failed: str = ""
    seconds: float = 0.0
    seen: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    feeds: int = 0
    written: int = 0
    withdrawn: int = 0
    errors: int = 0
    warnings: int = 0
    since: int = 0
    times: int = 1

    @property
    def quiet(self) -> bool:
        """Whether it changed nothing at all."""
        return not (self.added or self.changed or self.removed or self.written or self.withdrawn)

    def like(self, other: Run) -> bool:
        """Whether it came to the same as another: both failed for the same reason, or both changed nothing."""
        if self.failed or other.failed:
            return self.failed == other.failed and self.by == other.by
        same = self._replace(at=0, seconds=0, since=0, times=1) == other._replace(at=0, seconds=0, since=0, times=1)
        return same and self.quiet


def well(report: Report, at: int, by: str) -> Run:
    """A run that came to its end, begun at `at`."""
    return Run(
        at,
        by,
        seconds=round(sum(report.seconds.values()), 3),
        seen=report.seen,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        skipped=report.skipped,
        feeds=report.feeds,
        written=report.documents.written,
        withdrawn=report.documents.removed,
        errors=sum(each.severity is Severity.ERROR for each in report.problems),
        warnings=sum(each.severity is Severity.WARNING for each in report.problems),
        since=at,
    )


def ill(fault: BaseException, at: int, by: str) -> Run:
    """A run that was stopped by a fault."""
    return Run(at, by, failed=str(fault) or type(fault).__name__, since=at)


def written(moment: int | None) -> str | None:
    """A moment as files and `--json` have it: `2026-01-02T03:04:05+00:00`."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def of_run(run: Run) -> dict[str, Any]:
    """A run as files and `--json` have it."""
    plain: dict[str, Any] = run._asdict()
    return plain | {"at": written(run.at), "since": written(run.since)}
