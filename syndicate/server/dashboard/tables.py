"""What was seen → the numbers behind each picture, and the rows of each table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syndicate.delivery.overview import Receiver
from syndicate.model.numbers import DAY, HOUR, Answers, Day
from syndicate.model.records import NamedTuple
from syndicate.model.run import Run
from syndicate.server.dashboard import measures

_HOURLY = 2 * DAY
"""Seconds up to which requests are shown hour by hour."""

CLASSES = ("2xx", "304", "3xx", "4xx", "5xx")
"""How statuses are put together: 304 is what a server of feeds is proud of."""

STATES = ("well", "waits", "fails", "off", "new")
"""How endpoints are doing, in the order in which they are drawn."""

_STATE = {"fails": "fails", "refused something": "fails", "off": "off", "enrolled by the next build": "new"}


class Lot(NamedTuple):
    """Requests of an hour or a day: `counts` are those of `CLASSES`."""

    label: str
    at: int
    counts: tuple[int, ...]
    sent: int

    @property
    def all(self) -> int:
        """How many there were."""
        return sum(self.counts)


def lots(answers: Sequence[Answers]) -> list[Lot]:
    """Requests by hour, or by day where they are of more than two days; the oldest first."""
    if not answers:
        return []
    first, last = min(each.at for each in answers), max(each.at for each in answers)
    unit = HOUR if last - first < _HOURLY else DAY
    found: dict[int, list[int]] = {}
    sent: dict[int, int] = {}
    for each in answers:
        at = each.at - each.at % unit
        counts = found.setdefault(at, [0] * len(CLASSES))
        counts[CLASSES.index(class_of(each.status))] += each.requests
        sent[at] = sent.get(at, 0) + each.sent
    return [Lot(_label(at, unit), at, tuple(found[at]), sent[at]) for at in sorted(found)]


def class_of(status: int) -> str:
    """Which of `CLASSES` a status is of; what is none of HTTP's counts as a fault of ours."""
    if status == 304:
        return "304"
    return {2: "2xx", 3: "3xx", 4: "4xx"}.get(status // 100, "5xx")


def day_of(at: int) -> str:
    """The day of a moment: `2026-02-03`."""
    return measures.moment(at)[:10]


def _label(at: int, unit: int) -> str:
    said = measures.moment(at)
    return said[11:16] if unit == HOUR else said[5:10]


def states(receivers: Sequence[Receiver]) -> list[tuple[str, int]]:
    """How many endpoints are in each of `STATES`, without those that none is in."""
    counts = dict.fromkeys(STATES, 0)
    for each in receivers:
        waits = "waits" if each.waiting else "well"
        counts[_STATE.get(each.state, waits)] += 1
    return [(state, number) for state, number in counts.items() if number]


def came_to(run: Run) -> str:
    """What a run came to, in a sentence that fits a mark in a picture."""
    said = f"{measures.moment(run.at)} UTC, by {run.by}"
    if run.failed:
        return f"{said}: failed"
    done = f"{run.written:,} written" if run.written else "nothing written"
    return f"{said}: {done} in {measures.length(run.seconds)}"


def per_feed(days: Sequence[Day], most: int) -> list[Day]:
    """The feeds with the most subscribers, then those that were asked for most; without the site as a whole."""
    feeds = (each for each in days if each.feed)
    return sorted(feeds, key=lambda each: (-each.subscribers, -each.traffic.requests, each.feed))[:most]


def row(run: Run) -> Iterator[tuple[str, str]]:
    """The counts of a run that are not 0, each with what it counts."""
    counted = (
        (run.added, "new"),
        (run.changed, "changed"),
        (run.removed, "gone"),
        (run.written, "written"),
        (run.withdrawn, "removed"),
    )
    yield from ((f"{number:,}", words) for number, words in counted if number)
