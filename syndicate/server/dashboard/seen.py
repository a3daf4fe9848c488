"""What the operator's pages show, as it was found at one moment. Pure.

All moments are whole seconds since 1970 (UTC), all lengths of time seconds. Nothing in here is secret: who fills it in
(`looking.py`) leaves out what is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syndicate.delivery.overview import Receiver
from syndicate.model import Problem, Severity
from syndicate.model.numbers import Answers, Day, Reader
from syndicate.model.records import NamedTuple
from syndicate.model.run import Run

AGES = (
    ("a day", 86_400),
    ("a week", 7 * 86_400),
    ("a month", 30 * 86_400),
    ("a quarter", 91 * 86_400),
    ("a year", 365 * 86_400),
)
"""How old the newest post of a feed is, at most, in words."""


class Found(NamedTuple):
    """Problems: the first of them, and how many there are of each severity."""

    first: Sequence[Problem] = ()
    errors: int = 0
    warnings: int = 0
    notes: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.errors + self.warnings + self.notes


class Failing(NamedTuple):
    """A subscriber that could not be told. `host` is all that is shown of the callback, which may hold a secret."""

    topic: str
    host: str
    failures: int
    tried_at: int
    due: int
    told: str = ""


class Told(NamedTuple):
    """How the subscribers of the hub are doing. `topics` are the topics with the most of them, `leases` the number of
    subscriptions that end within so many days (0: today)."""

    subscriptions: int = 0
    topics: Sequence[tuple[str, int]] = ()
    pending: int = 0
    behind: int = 0
    failing: int = 0
    first: Sequence[Failing] = ()
    leases: Sequence[tuple[int, int]] = ()


class Seen(NamedTuple):
    """Everything. `failing` says why the feeds do not follow the posts, `wrong` what else is not well.

    `ages` are how many feeds there are whose newest post is at most as old as `AGES` says, in this order, then older
    ones, then those without any. `hub` is None where there is none, `days` is empty where nobody counts.
    """

    title: str
    at: int
    posts: int = 0
    files: int = 0
    feeds: int = 0
    news: int | None = None
    moment: int | None = None
    next: int | None = None
    daemon: str = ""
    building: str = ""
    runs: Sequence[Run] = ()
    problems: Found = Found()
    receivers: Sequence[Receiver] = ()
    ages: Sequence[int] = ()
    hub: Told | None = None
    days: Sequence[Day] = ()
    feeds_read: Sequence[Day] = ()
    readers: Sequence[Reader] = ()
    answers: Sequence[Answers] = ()
    failing: Sequence[str] = ()
    wrong: Sequence[str] = ()

    @property
    def last(self) -> Run | None:
        """The last run."""
        return self.runs[0] if self.runs else None


def sorted_out(problems: Iterator[Problem], most: int) -> Found:
    """All problems counted, and the worst `most` of them kept, each kind in the order in which they come."""
    kept: dict[Severity, list[Problem]] = {each: [] for each in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    counts = dict.fromkeys(kept, 0)
    for problem in problems:
        counts[problem.severity] += 1
        if len(kept[problem.severity]) < most:
            kept[problem.severity].append(problem)
    first = [problem for each in kept.values() for problem in each][:most]
    return Found(first, *counts.values())


def aged(newest: Iterator[int | None], now: int) -> list[int]:
    """Moments of the newest posts of feeds → `Seen.ages`."""
    counts = [0] * (len(AGES) + 2)
    for moment in newest:
        if moment is None:
            counts[-1] += 1
        else:
            counts[next((place for place, (_, most) in enumerate(AGES) if now - moment <= most), len(AGES))] += 1
    return counts
