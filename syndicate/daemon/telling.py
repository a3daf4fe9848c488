"""The herald beside the runs: woken after each of them, and given time at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndicate.daemon.attendants import Attendant, Place
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.log import Log
from syndicate.daemon.runs import Ended

if TYPE_CHECKING:  # most sites have no hub
    from syndicate.delivery.herald import Herald

PATIENCE = 10.0
"""Seconds for what is under way, at most."""


class Telling(Attendant):
    """Tells subscribers in a thread of its own."""

    def __init__(self, herald: Herald, log: Log) -> None:
        self._herald, self._log = herald, log

    def start(self) -> None:
        """See `Attendant`."""
        self._herald.start()

    def ran(self, ended: Ended) -> None:
        """What a failed run published before it failed is told as well."""
        self._herald.wake(True)

    def asked(self, work: Work) -> None:
        """See `Attendant`."""
        if work.kind is Kind.PINGS:
            self._herald.wake()

    def stop(self, seconds: float) -> None:
        """What is under way is waited for."""
        if not self._herald.stop(min(seconds, PATIENCE)):
            self._log.odd("hub", "some subscribers have not answered yet; they are told again after the next start")


def made(place: Place) -> Telling | None:
    """Somebody who tells the hub's subscribers; None where there is no hub. Raises SyndicateError."""
    hub = place.the.settings.hub
    if not hub.on and not hub.rsscloud:
        return None
    from syndicate.wiring import heralds

    log = place.log
    herald = heralds.herald(place.the, place.clock, heralds.Voice(log))
    return Telling(herald, log) if herald else None
