"""The courier beside the runs: woken after each of them, and given time at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndicate.daemon.attendants import Attendant, Place
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.log import Log
from syndicate.daemon.runs import Ended
from syndicate.model.delivery import Outcome

if TYPE_CHECKING:  # most sites tell nobody
    from syndicate.delivery.courier import Courier, Sent, Trouble


class Pinging(Attendant):
    """Sends what is due in threads of its own."""

    def __init__(self, courier: Courier, log: Log) -> None:
        self._courier, self._log = courier, log

    def start(self) -> None:
        """See `Attendant`."""
        self._courier.start()

    def ran(self, ended: Ended) -> None:
        """What a failed run published before it failed is told as well."""
        self._courier.wake()

    def asked(self, work: Work) -> None:
        """See `Attendant`."""
        if work.kind is Kind.PINGS:
            self._courier.wake()

    def stop(self, seconds: float) -> None:
        """What is under way is waited for."""
        if not self._courier.stop(seconds):
            self._log.odd("pings", "some receivers have not answered yet; they are told again after the next start")


def made(place: Place) -> Pinging | None:
    """Somebody who tells the endpoints; None where there are none. Raises SyndicateError."""
    if not place.the.settings.endpoints:
        return None
    from syndicate.wiring import pings

    log = place.log
    courier = pings.courier(place.the, place.clock, lambda told: note(log, told))
    return Pinging(courier, log) if courier else None


def note(log: Log, told: Sent | Trouble) -> None:
    """A line for each attempt."""
    from syndicate.delivery.courier import Trouble

    if isinstance(told, Trouble):
        log.wrong("pings", told.told)
        return
    endpoint, topics, receipt = told
    more = {"endpoint": endpoint, "outcome": receipt.outcome.value, "status": receipt.status, "topics": list(topics)}
    if receipt.outcome is Outcome.TAKEN:
        which = topics[0] if len(topics) == 1 else f"{len(topics):,} addresses"
        log.did("ping", f"{endpoint} was told of {which}", **more)
    else:
        log.odd("ping-failed", f"{endpoint} could not be told: {receipt.told}", **more)
