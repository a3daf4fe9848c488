"""What the daemon says of itself beside the runs: the health file, and alarms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from syndicate import wiring
from syndicate.daemon.alarms import OVER, Alarms, View
from syndicate.daemon.attendants import Attendant, Place
from syndicate.daemon.causes import Limits
from syndicate.daemon.channels import channels
from syndicate.daemon.health import Health
from syndicate.daemon.inbox import Kind
from syndicate.daemon.runs import Ended
from syndicate.daemon.timetable import Timetable
from syndicate.delivery.discreet import discreet
from syndicate.errors import LockHeld, SyndicateError
from syndicate.index import Index
from syndicate.model.delivery import Endpoint
from syndicate.model.run import Run, ill, well
from syndicate.project import Project
from syndicate.settings import Settings, seconds
from syndicate.wiring.condition import health_file

_RUNS = (Kind.SCAN, Kind.FULL, Kind.MOMENT)


class Reporting(Attendant):
    """Keeps the health file, and has alarms watched over."""

    def __init__(self, where: Place) -> None:
        the, log = where.the, where.log
        self._clock, self._log = where.clock, log
        self._health = Health(health_file(the), where.clock.now(), lambda: _next(where.timetable))
        self._alarms = Alarms(
            channels(the.settings),
            limits(the.settings),
            Path(f"{the.state}.alarms.json"),
            Eye(the).look,
            where.clock,
            the.settings.site.url or the.settings.site.title or str(the.base),
            # that something is over is no warning
            lambda text: (log.did if text.startswith(OVER) else log.odd)("alarm", text),
            self._show,
        )
        self._silent = False

    def start(self) -> None:
        """See `Attendant`."""
        self._alarms.start()
        self._write(self._health.beat)

    def ran(self, ended: Ended) -> None:
        """A run that another one kept from beginning was none."""
        if isinstance(ended.fault, LockHeld):
            return
        run = of(ended)
        self._alarms.heard(run)
        self._write(lambda now: self._health.ran(run, now))

    def tick(self) -> None:
        """See `Attendant`."""
        self._write(self._health.beat)

    def stop(self, seconds: float) -> None:
        """What is being told is waited for, as long as there is time."""
        self._alarms.stop(min(seconds, 5.0))
        self._write(self._health.stopped)

    def _show(self, texts: list[str]) -> None:
        """From the thread of the alarms."""
        if texts != self._health.alarms:
            self._health.alarms = texts
            self._health.hurry()
            self._write(self._health.beat)

    def _write(self, write: Callable[[int], None]) -> None:
        """That the file cannot be written is said once."""
        try:
            write(self._clock.now())
        except OSError as fault:
            if not self._silent:
                self._log.wrong(
                    "health", f"{self._health.path}: cannot be written ({fault.strerror}); see daemon.health"
                )
            self._silent = True
        else:
            self._silent = False


class Eye:
    """Looks into the state for the alarms. What cannot be seen just now is as it was."""

    def __init__(self, the: Project) -> None:
        self._the, self._last = the, View()

    def look(self) -> View:
        """How the endpoints are doing that the settings name, since when the feeds hold what they hold, and what the
        endpoints cannot be told of yet."""
        try:
            with wiring.state(self._the) as index:
                named = self._the.settings.endpoints
                known = {name: each for name, each in index.standings().items() if name in named and named[name].on}
                news, (said, since) = index.news_since(), _unread(index) if known else ("", 0)
        except SyndicateError:
            return self._last
        standings = []
        for name, each in known.items():
            one = named[name]
            end = Endpoint(name, one.kind, one.url, secret=one.secret, key=one.key)
            standings.append(each._replace(told=discreet(each.told, end), off=discreet(each.off, end)))
        self._last = View(tuple(standings), news, said, since)
        return self._last


def _unread(index: Index) -> tuple[str, int]:
    """What cannot be read at its address, and since when."""
    from syndicate.delivery.overview import in_words, unread

    found = unread(index)
    return in_words(found), found[0].since if found else 0


def of(ended: Ended) -> Run:
    """A run of the daemon as it is remembered."""
    if ended.outcome is None:
        return ill(ended.fault or RuntimeError("no report"), ended.at, "daemon")
    return well(ended.outcome.report, ended.at, "daemon")


def limits(settings: Settings) -> Limits:
    """From where on something is an alarm."""
    alarm = settings.alarm
    return Limits(alarm.failures, seconds(alarm.dead), alarm.problems, seconds(alarm.silence))


def _next(timetable: Timetable) -> int | None:
    """When the next run is planned."""
    planned = [at for kind, at in timetable.coming().values() if kind in _RUNS]
    return min(planned, default=None)


def made(where: Place) -> Reporting:
    """Raises ConfigurationError: somebody who is to be told of alarms cannot be."""
    return Reporting(where)
