"""All it takes to publish, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from syndicate.delivery.jobs import Desk, Job, Stale
from syndicate.delivery.publishers import Publisher
from syndicate.delivery.release import Due
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import Format
from syndicate.feeds.plan import Plan
from syndicate.index import Index
from syndicate.model import Problem
from syndicate.model.records import dataclass, field

if TYPE_CHECKING:
    from syndicate.feeds.write import Writer


@dataclass(frozen=True)
class Press:
    """All it takes to publish."""

    desk: Desk
    publisher: Publisher
    writing: Callable[[], Writer]
    """Gives the writer of entries, which is not even loaded where there is none to be written."""
    anew: bool = False
    """Write every document anew, whether it changed or not."""
    wary: bool = False
    """A run died between putting documents in place and recording them: judge them by their bytes, not their size."""

    copies: bool = False
    """Further addresses of feeds hold copies."""
    servers: tuple[str, ...] = ()
    """The web servers for which maps of addresses are written."""
    keys: tuple[str, ...] = ()
    """Keys of IndexNow whose files stand beside the feeds."""
    codings: tuple[str, ...] = ()
    """The codings in which documents stand beside themselves (`delivery/codings.py`)."""

    @property
    def has_further_addresses(self) -> bool:
        """Whether any feed has one."""
        return bool(self.plan.also) or any(own.aliases for own in self.plan.own.values())

    @property
    def index(self) -> Index:
        """What survives."""
        return self.desk.index

    @property
    def plan(self) -> Plan:
        """Names and addresses."""
        return self.desk.plan

    @property
    def channels(self) -> Channels:
        """What all feeds have in common."""
        return self.desk.channels

    @property
    def writer(self) -> Writer:
        """What writes entries."""
        return self.writing()

    @property
    def formats(self) -> Mapping[str, Format]:
        """What every feed is written in."""
        return self.desk.formats

    @property
    def now(self) -> int:
        """The moment of the run, in epoch seconds."""
        return self.desk.now

    def stale(self, job: Job) -> list[Stale]:
        """The documents of a job that are not what is due, or not in their place."""
        return list(self.desk.stale(job, lambda document: not self.anew and self.stands(document)))

    def stands(self, document: Due) -> bool:
        """Whether what was published of it stands where it is due."""
        row = document.published
        if row is None or row.path != document.path:
            return False
        if self.wary:
            return self.publisher.read(row.path, row.digest) is not None
        return self.publisher.in_place(row.path, row.size)


@dataclass(slots=True)
class Printed:
    """What was done."""

    rendered: int = 0
    written: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)
    lost: dict[bytes, bytes] = field(default_factory=dict)
    """Posts that nobody outlived to show: path → digest."""
    tried: dict[bytes, bytes] = field(default_factory=dict)
    """Posts that were to be shown, where some are known to be deadly: path → digest."""
