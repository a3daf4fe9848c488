"""`syndicate run`: puts the parts of the daemon together, and looks after them from start to end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from syndicate import wiring
from syndicate.daemon import pinging, reporting, telling, watch
from syndicate.daemon.attendants import Attendant, Make, Place
from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Kind, Work
from syndicate.daemon.keeping import Keeping, known_by
from syndicate.daemon.log import Log, others_in
from syndicate.daemon.loop import Loop
from syndicate.daemon.plans import plans
from syndicate.daemon.runs import Ended, Runner, Runs
from syndicate.daemon.signals import Halt, Signals
from syndicate.daemon.supervisor import Supervisor
from syndicate.daemon.timetable import Timetable
from syndicate.errors import ConfigurationError, ContentMissing, LockHeld, SyndicateError
from syndicate.project import Project, site_of
from syndicate.settings import seconds

FRESH = 1.0
"""Seconds for which a settings file must have been left alone before it is read anew."""

DRAIN = 28.0
"""Seconds after the request to stop within which pings that are under way may end."""

PAUSE = 35.0
"""The same before others take over by new settings: longer than a ping may take."""

MAKERS: tuple[Make, ...] = (pinging.made, telling.made, reporting.made, watch.made)
"""Who attends: each is asked in turn, and stopped in this order."""


class Service:
    """The daemon of one state. `find` reads the settings anew."""

    def __init__(
        self,
        find: Callable[[], Project],
        the: Project,
        log: Log,
        clock: Clock,
        environ: Mapping[str, str],
        runner: Callable[[Project], Runner] = Keeping,
        makers: Sequence[Make] = MAKERS,
    ) -> None:
        self.the, self.log, self.clock = the, log, clock
        self._find, self._runner, self._makers = find, runner, makers
        self._zone = _zone_of(the, log)
        self._site: object = None
        """By which the site is known for which there are attendants; None where no run has gone well yet."""
        self.inbox = Inbox()
        self.supervisor = Supervisor(environ, clock)
        self.signals = Signals(self.inbox.put, clock, self.supervisor.stopping, final=True)
        self.timetable = Timetable(self.inbox.put)
        self.timetable.set(plans(the.settings.daemon, self._zone))
        self.runs = Runs(runner(the), self.timetable, clock, log, self.supervisor.beat)
        self.runs.listeners.append(self._ran)
        self.loop = Loop(self.inbox, self.timetable, clock, log)
        self.loop.ticks = [self.supervisor.beat, self._tick]
        runs = dict.fromkeys((Kind.SCAN, Kind.FULL, Kind.MOMENT, Kind.PATHS), self._run)
        others = {Kind.RELOAD: self._reload, Kind.UPKEEP: self._look_after, Kind.PINGS: self._ask}
        self.loop.handlers = {**runs, **others}
        self.attendants: list[Attendant] = []
        self._waiting: list[Make] = list(makers)
        """Who cannot attend yet, since the content is not there."""

    def serve(self) -> None:
        """Work until somebody asks to stop, and a moment longer."""
        with self.signals.caught(), others_in(self.log):
            try:
                self._begin()
                self._work()
                self._end()
            except Halt:
                self.log.odd("stopped", "stopped at once, as it was asked for twice; the next run goes on from here")

    def _begin(self) -> None:
        self._attend()
        self.log.did("started", f"started for {self.the.state}", pid=os.getpid(), state=str(self.the.state))
        self.inbox.put(Work(Kind.SCAN, why="start"))
        self.inbox.put(Work(Kind.UPKEEP, why="start"))
        self.supervisor.ready()

    def _work(self) -> None:
        try:
            self.loop.run()
        except Halt as halt:
            if not halt.late:
                raise
            self.log.odd("broken-off", "a run that took too long was broken off; the next one goes on from there")
        self.signals.patient()

    def _end(self) -> None:
        self.supervisor.stopping()
        self.timetable.stop()
        self._each(lambda one: one.stop(max(DRAIN - self.signals.since(), 1.0)))
        self.runs.runner.close()
        self.log.did("stopped", "stopped")

    # -- works

    def _attend(self) -> None:
        """Have those attend who do not yet, as soon as it is known to what."""
        waiting, self._waiting = self._waiting, []
        for make in waiting:
            try:
                one = make(self._place(self.the))
            except ContentMissing:  # which the run tells
                self._waiting.append(make)
                continue
            if one is not None:
                self.attendants.append(one)
                self.loop.attempt(one.start)

    def _each(self, call: Callable[[Attendant], None]) -> None:
        for one in self.attendants:
            self.loop.attempt(partial(call, one))

    def _made(self, the: Project) -> list[Attendant]:
        return [each for make in self._makers if (each := make(self._place(the))) is not None]

    def _place(self, the: Project) -> Place:
        return Place(the, self.clock, self.log, self.inbox, self.timetable)

    def _ran(self, ended: Ended) -> None:
        if self._waiting and ended.outcome is not None:
            self._attend()
        if ended.fault is not None and not isinstance(ended.fault, LockHeld):
            wiring.note_failure(self.the, ended.fault, "daemon", ended.at)
        self._say_if_slow(ended)
        self._each(lambda one: one.ran(ended))

    def _say_if_slow(self, ended: Ended) -> None:
        every = 0 if self.the.settings.daemon.cron else seconds(self.the.settings.daemon.every) or 0
        if ended.work.kind is Kind.SCAN and ended.seconds > every > 0:
            self.log.odd(
                "slow", f"a scan took {ended.seconds:.0f} s, longer than daemon.every; the next one begins at once"
            )

    def _tick(self) -> None:
        self._each(lambda one: one.tick())

    def _ask(self, work: Work) -> None:
        self._each(lambda one: one.asked(work))

    def _look_after(self, work: Work) -> None:
        if not self.the.state.is_file():
            return
        from syndicate.daemon.upkeep import upkeep

        with wiring.state(self.the) as index:
            done = upkeep(index, self.the.state, self.clock.now())
        if done.fault:
            self.log.wrong("upkeep", f"no copy of the state could be made: {done.fault}")
        elif done.copy:
            self.log.did("upkeep", f"the state was copied to {done.copy}")

    def _run(self, work: Work) -> None:
        self.runs.do(work)
        zone = self.runs.zone
        if zone and zone != self._zone:
            self._zone = zone
            self.timetable.set(plans(self.the.settings.daemon, zone))
        if self.runs.site != self._site:
            before, self._site = self._site, self.runs.site
            if before is not None:
                self.log.did("site", "the site's own configuration was read anew")
                self._replace(self._made(self.the))
                self.inbox.put(Work(Kind.SCAN, why="site"))  # of what came in between nobody has told

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
            zone, site = parts.facts.timezone, known_by(parts)
        runner, attendants = self._runner(the), self._made(the)
        self.timetable.set(plans(the.settings.daemon, zone))
        # nothing fails from here on
        self.runs.runner, before = runner, self.runs.runner
        before.close()
        self.the, self._zone, self._site, self.runs.site = the, zone, site, site
        self.log.style = the.settings.daemon.log
        self._replace(attendants)

    def _replace(self, attendants: list[Attendant]) -> None:
        self._each(lambda one: one.stop(PAUSE))
        self.attendants, self._waiting = attendants, []
        self._each(lambda one: one.start())


def serve(
    find: Callable[[], Project],
    environ: Mapping[str, str],
    clock: Clock | None = None,
    handle: int = 1,
    more: Sequence[Make] = (),
) -> int:
    """Run the daemon; `handle` is what the log is written to, `more` are others who attend. Ends when somebody asks for
    it, with exit code 0.

    Raises:
        ConfigurationError, ContentMissing, StateError.
        LockHeld: another daemon looks after this state.
    """
    clock = clock or Clock()
    the = find()
    log = Log(handle, the.settings.daemon.log, clock.time)
    with wiring.sole(the):
        Service(find, the, log, clock, environ, makers=(*more, *MAKERS)).serve()
    return 0


def _zone_of(the: Project, log: Log) -> str:
    """The zone of the site, as far as it is known while its folder is not there."""
    try:
        return site_of(the).facts.timezone
    except ContentMissing as fault:
        log.wrong("content-missing", str(fault))
        return the.settings.site.timezone or "UTC"
