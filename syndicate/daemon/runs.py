"""Runs of the daemon: what came of them is told, and what failed is done again.

After a failure the next attempt comes soon, then ever more seldom (`AGAIN` seconds, doubled up to `SELDOM`), beside
what the timetable asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from syndicate.cycle import Progress, Wish
from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.log import Log
from syndicate.daemon.loop import tell
from syndicate.daemon.timetable import Timetable
from syndicate.errors import LockHeld, SyndicateError
from syndicate.model import Problem, Report, Severity
from syndicate.model.records import NamedTuple

AGAIN, SELDOM = 10, 900

FAR = 30 * 86_400
"""Seconds ahead that a moment is planned at most: who is told to wake then looks again, and dates may be any."""

FEW = 20
"""Problems of one run that are logged one by one."""


class Outcome(NamedTuple):
    """What a run gave: its report, the next moment at which a post goes live or expires, if there is one, the zone of
    the site, and something that is another where the site is another by its own configuration."""

    report: Report
    moment: int | None
    zone: str
    site: object = None


class Runner(Protocol):
    """Does runs; what it keeps open between them is its own business."""

    def run(self, work: Work, wish: Wish, now: int, progress: Progress) -> Outcome:
        """Raises SyndicateError."""
        ...

    def close(self) -> None:
        """Let go of all that is open."""
        ...


class Ended(NamedTuple):
    """A run that has ended, well (`outcome`) or not (`fault`), begun at `at` (epoch seconds) and `seconds` long."""

    work: Work
    at: int
    seconds: float
    outcome: Outcome | None = None
    fault: Exception | None = None


Listener = Callable[[Ended], None]
"""Told of each run by the loop, before the next one begins: courier, health file, alarms."""


def wish_of(work: Work) -> Wish:
    """What a run is asked for by a work: where a post goes live, no file need be looked at."""
    paths = work.paths if work.kind in (Kind.PATHS, Kind.MOMENT) else None
    return Wish(full=work.kind is Kind.FULL, by="daemon", paths=paths, closed=work.paths)


class Runs:
    """Does the runs that works ask for. `beat` is called while one goes on."""

    def __init__(self, runner: Runner, timetable: Timetable, clock: Clock, log: Log, beat: Callable[[], None]) -> None:
        self.runner = runner
        self.listeners: list[Listener] = []
        self.zone = ""
        """The zone of the site at the last run that went well."""
        self.site: object = None
        """As `Outcome.site`, at the same."""
        self._timetable, self._clock, self._log, self._beat = timetable, clock, log, beat
        self._owed: Kind | None = None
        self._failures = 0
        self._known: frozenset[tuple[str, str, str]] = frozenset()
        self._is_first = True

    def do(self, work: Work) -> None:
        """One run; never raises but what is meant to end the daemon."""
        if work.kind in (Kind.PATHS, Kind.MOMENT) and self._owed is not None:
            work = work._replace(kind=self._owed)
        ended = self._attempt(work)
        if ended.outcome is None:
            self._owe(work)
        else:
            self._settle(work, ended.at, ended.outcome)
        self._tell(ended)
        for listener in self.listeners:
            try:
                listener(ended)
            except Exception as fault:  # noqa: BLE001 who listens is not to stop the runs
                tell(self._log, fault)

    def _attempt(self, work: Work) -> Ended:
        at, start = self._clock.now(), self._clock.monotonic()
        try:
            outcome = self.runner.run(work, wish_of(work), at, lambda *_: self._beat())
        except Exception as fault:  # noqa: BLE001 the next run may go well
            return Ended(work, at, self._clock.monotonic() - start, fault=fault)
        return Ended(work, at, self._clock.monotonic() - start, outcome)

    def _owe(self, work: Work) -> None:
        """What failed is still to be done; of files that changed, it is not known any more which they were."""
        self._owed = Kind.FULL if Kind.FULL in (work.kind, self._owed) else Kind.SCAN
        wait = min(AGAIN * 2**self._failures, SELDOM) if self._failures < 16 else SELDOM
        self._failures += 1
        self._timetable.once("again", Work(self._owed, why="again"), self._clock.now() + wait, follows=True)

    def _settle(self, work: Work, now: int, outcome: Outcome) -> None:
        self._failures, self.zone, self.site = 0, outcome.zone, outcome.site
        if work.kind is Kind.FULL or (work.kind is Kind.SCAN and self._owed is not Kind.FULL):
            self._owed = None
            self._timetable.once("again", Work(Kind.SCAN), None)
        moment = None if outcome.moment is None else min(outcome.moment, now + FAR)
        self._timetable.once("moment", Work(Kind.MOMENT, why="moment"), moment)

    def _tell(self, ended: Ended) -> None:
        if ended.fault is not None:
            self._failed(ended.fault)
        elif ended.outcome is not None:
            self._went(ended, ended.outcome.report)

    def _failed(self, fault: Exception) -> None:
        if not isinstance(fault, SyndicateError | OSError):
            tell(self._log, fault)
            return
        again = self._timetable.coming().get("again")
        wait = max(again[1] - self._clock.now(), 0) if again else 0
        say = self._log.odd if isinstance(fault, LockHeld) else self._log.wrong
        say(
            "run-failed",
            f"{str(fault).removesuffix('.')}; tried again in {wait} s",
            fault=type(fault).__name__,
            failures=self._failures,
        )

    def _went(self, ended: Ended, report: Report) -> None:
        counts = {
            "added": report.added,
            "changed": report.changed,
            "removed": report.removed,
            "written": report.documents.written,
            "withdrawn": report.documents.removed,
        }
        if any(counts.values()):
            said = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
            self._log.did(
                "run", f"{said} ({ended.work.why}, {ended.seconds:.2f} s)", why=ended.work.why, **counts,
                seconds=round(ended.seconds, 3),
            )  # fmt: skip
        for name in report.enrolled:
            self._log.did("enrolled", f"{name} is told of what is new from now on", endpoint=name)
        self._point_out(report.problems)

    def _point_out(self, problems: list[Problem]) -> None:
        """Say what is wrong now that was not at the last run, errors first. At the first, warnings are counted."""
        found = {(each.path, each.code, each.message): each for each in problems if each.severity is not Severity.INFO}
        fresh = [each for key, each in found.items() if key not in self._known]
        errors, mild = ([each for each in fresh if (each.severity is Severity.ERROR) is so] for so in (True, False))
        if self._is_first and mild:
            stand = "1 warning stands" if len(mild) == 1 else f"{len(mild):,} warnings stand"
            self._log.odd("problem", f"{stand}; `syndicate check` lists them")
            mild = []
        fresh = errors + mild
        for each in fresh[:FEW]:
            say = self._log.wrong if each.severity is Severity.ERROR else self._log.odd
            say("problem", f"{_place(each)}: {each.message}", code=each.code)
        if len(fresh) > FEW:
            self._log.odd("problem", f"and {len(fresh) - FEW:,} more problems; `syndicate check` lists all")
        self._known, self._is_first = frozenset(found), False


def _place(problem: Problem) -> str:
    numbers = (str(each) for each in (problem.line, problem.column) if each)
    return ":".join((problem.path, *numbers))
