"""What goes on beside the runs: pings, the watch over files, the health file, alarms.

An attendant is made from settings, and lives until they are read anew: then another takes its place. All calls come
from the loop, one after another; what they raise is logged and harms nobody else.
"""

from __future__ import annotations

from collections.abc import Callable

from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Work
from syndicate.daemon.log import Log
from syndicate.daemon.runs import Ended
from syndicate.daemon.timetable import Timetable
from syndicate.model.records import NamedTuple
from syndicate.project import Project


class Place(NamedTuple):
    """What attendants are made with: the settings in force, and the daemon that they serve."""

    the: Project
    clock: Clock
    log: Log
    inbox: Inbox
    timetable: Timetable


class Attendant:
    """Does nothing by itself."""

    def start(self) -> None:
        """Begin."""

    def ran(self, ended: Ended) -> None:
        """A run has ended, well or not."""

    def asked(self, work: Work) -> None:
        """A work came up that is no run."""

    def tick(self) -> None:
        """Called between works, at least every `loop.TICK` seconds."""

    def stop(self, seconds: float) -> None:
        """End: within so many seconds, if it can be done in them."""


Make = Callable[[Place], "Attendant | None"]
"""Makes an attendant; None where the settings want none. It must touch nothing before `start`, and may raise
SyndicateError: then the settings cannot be used."""
