"""`syndicate run`: puts the parts of the daemon together, and looks after them from start to end."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from syndicate import wiring
from syndicate.cycle import Progress, Wish, run
from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Kind, Work
from syndicate.daemon.log import Log, Others
from syndicate.daemon.loop import Loop
from syndicate.daemon.plans import plans
from syndicate.daemon.runs import Outcome, Runner, Runs
from syndicate.daemon.signals import Halt, Signals
from syndicate.daemon.supervisor import Supervisor
from syndicate.daemon.timetable import Timetable
from syndicate.errors import ConfigurationError, ContentMissing, SyndicateError
from syndicate.project import Project, site_of

FRESH = 1.0
"""Seconds for which a settings file must have been left alone before it is read anew."""

DRAIN = 28.0
"""Seconds after the request to stop within which pings that are under way may end."""


class Plain:
    """A runner that opens everything for each run and keeps nothing."""

    def __init__(self, the: Project) -> None:
        self._the = the

    def run(self, work: Work, wish: Wish, now: int, progress: Progress) -> Outcome:
        """See `Runner`."""
        with wiring.parts(self._the) as parts:
            report = run(parts, wish, now, progress)
            return Outcome(report, parts.press.index.next_moment(now), parts.facts.timezone)

    def close(self) -> None:
        """Nothing is open."""


class Service:
    """The daemon of one state. `find` reads the settings anew."""

    def __init__(
        self,
        find: Callable[[], Project],
        the: Project,
        log: Log,
        clock: Clock,
        environ: Mapping[str, str],
        runner: Callable[[Project], Runner] = Plain,
    ) -> None:
        self.the, self.log, self.clock = the, log, clock
        self._find, self._runner = find, runner
        self._zone = _zone_of(the, log)
        self.inbox = Inbox()
        self.supervisor = Supervisor(environ, clock)
        self.signals = Signals(self.inbox.put, clock, self.supervisor.stopping)
        self.timetable = Timetable(self.inbox.put)
        self.timetable.set(plans(the.settings.daemon, self._zone))
        self.runs = Runs(runner(the), self.timetable, clock, log, self.supervisor.beat)
        self.loop = Loop(self.inbox, self.timetable, clock, log)
        self.loop.ticks.append(self.supervisor.beat)
        runs = dict.fromkeys((Kind.SCAN, Kind.FULL, Kind.MOMENT, Kind.PATHS), self._run)
        self.loop.handlers = {**runs, Kind.RELOAD: self._reload}

    def serve(self) -> None:
        """Work until somebody asks to stop, and a moment longer."""
        with self.signals.caught(), _others_in(self.log):
            self.log.did("started", f"started for {self.the.state}", pid=os.getpid(), state=str(self.the.state))
            self.inbox.put(Work(Kind.SCAN, why="start"))
            self.inbox.put(Work(Kind.UPKEEP, why="start"))
            try:
                self.supervisor.ready()
                self.loop.run()
                self._end()
            except Halt as halt:
                self._broken_off(halt)

    def _end(self) -> None:
        self.signals.patient()
        self.supervisor.stopping()
        self.timetable.stop()
        self.runs.runner.close()
        self.log.did("stopped", "stopped")

    def _broken_off(self, halt: Halt) -> None:
        said = "it was asked for twice" if str(halt) != "late" else "the run took too long"
        self.log.odd("stopped", f"stopped at once: {said}; the next run goes on from here")

    def _run(self, work: Work) -> None:
        self.runs.do(work)
        zone = self.runs.zone
        if zone and zone != self._zone:
            self._zone = zone
            self.timetable.set(plans(self.the.settings.daemon, zone))

    # -- settings

    def _reload(self, work: Work) -> None:
        if (wait := self._being_written()) > 0:
            self.timetable.once("reload", work, self.clock.time() + wait, follows=True)
            return
        self.supervisor.reloading()
        try:
            the = self._find()
            self._follow(the)
        except (SyndicateError, OSError) as fault:
            self.log.wrong("reload-failed", f"the settings cannot be used, and stay as they were:\n{fault}")
        else:
            self.log.did("reloaded", "the settings were read anew")
            self.inbox.put(Work(Kind.SCAN, why="reload"))
        finally:
            self.supervisor.ready()

    def _being_written(self) -> float:
        """Seconds for which the settings file must still be left alone."""
        try:
            age = self.clock.time() - Path(self.the.file).stat().st_mtime if self.the.file else FRESH
        except OSError:
            return 0.0
        return FRESH - age if 0 <= age < FRESH else 0.0

    def _follow(self, the: Project) -> None:
        """Go by these settings from now on, in all or in nothing. Raises SyndicateError."""
        if the.state.resolve() != self.the.state.resolve():
            raise ConfigurationError([f"output.state: is {self.the.state} as long as the daemon runs; restart it"])
        with wiring.parts(the, in_memory=True) as parts:
            zone = parts.facts.timezone
        runner = self._runner(the)
        self.timetable.set(plans(the.settings.daemon, zone))
        # nothing fails from here on
        self.runs.runner, before = runner, self.runs.runner
        before.close()
        self.the, self._zone = the, zone
        self.log.style = the.settings.daemon.log


def serve(find: Callable[[], Project], environ: Mapping[str, str], clock: Clock | None = None, handle: int = 1) -> int:
    """Run the daemon; `handle` is what the log is written to. Ends when somebody asks for it, with exit code 0.

    Raises:
        ConfigurationError, ContentMissing, StateError.
        LockHeld: another daemon looks after this state.
    """
    clock = clock or Clock()
    the = find()
    log = Log(handle, the.settings.daemon.log, clock.time)
    with wiring.sole(the):
        Service(find, the, log, clock, environ).serve()
    return 0


def _zone_of(the: Project, log: Log) -> str:
    """The zone of the site, as far as it is known while its folder is not there."""
    try:
        return site_of(the).facts.timezone
    except ContentMissing as fault:
        log.wrong("content-missing", str(fault))
        return the.settings.site.timezone or "UTC"


@contextlib.contextmanager
def _others_in(log: Log) -> Iterator[None]:
    """While in the block, what libraries say is in the log."""
    root, others = logging.getLogger(), Others(log)
    root.addHandler(others)
    try:
        yield
    finally:
        root.removeHandler(others)
