"""How many readers there are, and what they were sent: counted day by day, without an address of anybody.

    answers ─Tally of a few minutes→ the store ─Day, Reader, Stated, Answers→ whoever shows them

A day is named by its beginning (UTC), an hour by its own; all moments are whole seconds since 1970, all sizes bytes. A
feed is named by its key; "" is the site as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from syndicate.model.records import NamedTuple, dataclass, field

DAY = 86_400
HOUR = 3_600

WEEK = 7 * DAY
"""How long the word of an aggregator holds that asks seldom: who is told of news by a hub polls once a week."""


class Kind(StrEnum):
    """Who asks."""

    AGGREGATOR = "aggregator"
    """A service that asks once for many people, and says for how many."""
    READER = "reader"
    """The program of one person."""
    BROWSER = "browser"
    """Somebody who has a look: no subscriber."""
    ROBOT = "robot"
    """A search engine, a monitor, a crawler: no subscriber."""


class Traffic(NamedTuple):
    """Answers with published documents: how many there were, how many were asked for by what the client had already,
    how many said that nothing has changed (304), what was sent, and what it would have been in full."""

    requests: int = 0
    conditional: int = 0
    unchanged: int = 0
    sent: int = 0
    whole: int = 0

    def plus(self, other: Traffic) -> Traffic:
        """Both together."""
        return Traffic(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def saved(self) -> int:
        """Bytes that need not be sent: by 304, by compression, by sending what is new alone."""
        return max(self.whole - self.sent, 0)

    @property
    def share(self) -> float:
        """How many of the requests asked for news alone: 0 to 1."""
        return self.conditional / self.requests if self.requests else 0.0


NOTHING = Traffic()


class Day(NamedTuple):
    """A day of a feed, or of the whole site where `feed` is "".

    `stated` are the subscribers that aggregators tell of (at most a week ago), `direct` the readers that came
    themselves on that day, each counted once. Of the whole site, `stated` is the sum over all feeds, and `direct` has
    everybody once. A day that is not over yet has those who came so far.
    """

    day: int
    feed: str
    stated: int = 0
    direct: int = 0
    traffic: Traffic = NOTHING

    @property
    def subscribers(self) -> int:
        """All that are known of."""
        return self.stated + self.direct


class Reader(NamedTuple):
    """What one program or service did, over all feeds. `people` is the number of subscriptions that an aggregator
    states, or of those who come by this program (the most of one day); 0 for browsers and robots."""

    name: str
    kind: Kind
    people: int = 0
    traffic: Traffic = NOTHING


class Stated(NamedTuple):
    """What an aggregator said last of one feed. `ident` is by which it knows it: its number, or the path it asks at."""

    feed: str
    name: str
    ident: str
    people: int
    day: int


class Answers(NamedTuple):
    """How many answers had one status, in the hour or the day that begins at `at`: to all requests, not to those for
    documents alone."""

    at: int
    status: int
    requests: int
    sent: int


@dataclass
class Tally:
    """What came in since the last one, within one hour (which begins at `at`): it is added to what is kept.

    `direct` and `people` are those of the day so far, since the program began: of what two programs saw, the larger
    counts.
    """

    at: int
    traffic: dict[str, Traffic] = field(default_factory=dict)
    """By feed; "" is all of them together."""
    direct: dict[str, int] = field(default_factory=dict)
    """Distinct readers of the day by feed; "" is the whole site."""
    stated: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(feed, aggregator, ident) → subscribers."""
    readers: dict[tuple[str, Kind], Traffic] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    """Distinct people of the day by program."""
    answers: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Status → (requests, bytes sent)."""

    @property
    def day(self) -> int:
        """The day that the hour is of."""
        return self.at - self.at % DAY


def shares(answers: Mapping[int, int]) -> dict[str, int]:
    """Requests by status → the same by class, as `2xx`, with 304 for itself: what people want to see."""
    found: dict[str, int] = {}
    for status, requests in sorted(answers.items()):
        name = "304" if status == 304 else f"{status // 100}xx"
        found[name] = found.get(name, 0) + requests
    return found
