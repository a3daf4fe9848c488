"""How all of it is doing, as far as it can be told from outside: the state, the health file, the locks.

Nothing is changed by looking. All moments are whole seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from syndicate import wiring
from syndicate.delivery.overview import Receiver, in_words, receivers, unread
from syndicate.errors import ConfigurationError, ContentMissing
from syndicate.index import Check, Index, notes
from syndicate.index.copies import copies
from syndicate.index.lock import holder
from syndicate.model.records import dataclass, field
from syndicate.model.run import Run
from syndicate.project import Project, site_of
from syndicate.settings import seconds

DAY = 86_400
"""Seconds for which it is no problem that something cannot be read at its address, where `alarm.dead` says nothing."""

LATE = 300
"""Seconds by which a daemon's sign of life, or its next run, may be late."""


@dataclass
class Condition:
    """What is seen. `holder` is the process of the daemon, "" where there is none; `health` what it says of itself.

    `failing` says why runs do not bring the feeds up to date (exit code 2), `wrong` what else is not well (1).
    """

    state: Path
    at: int
    posts: int = 0
    live: int = 0
    feeds: int = 0
    last: Run | None = None
    well: Run | None = None
    news: int | None = None
    moment: int | None = None
    holder: str = ""
    building: str = ""
    health: dict[str, Any] = field(default_factory=dict)
    receivers: list[Receiver] = field(default_factory=list)
    unread: list[Check] = field(default_factory=list)
    copy: Path | None = None
    failing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """For monitors: 0 all is well, 1 something is not, 2 the feeds do not follow the posts."""
        return 2 if self.failing else 1 if self.wrong else 0

    @property
    def next(self) -> int | None:
        """When the daemon means to run next; None where there is none."""
        return _moment(self.health.get("next_run")) if self.holder else None

    @property
    def alarms(self) -> list[str]:
        """What the daemon raised alarms about and is not over."""
        found = self.health.get("alarms")
        return [str(each) for each in found] if self.holder and isinstance(found, list) else []


def health_file(the: Project) -> Path:
    """Where the daemon of a site says how it is doing."""
    return Path(the.settings.daemon.health or f"{the.state}.health.json")


def of(the: Project, now: int, max_age: int | None = None) -> Condition:
    """Look at everything; with `max_age`, a last good run that is older (seconds) counts as a failure.

    Raises:
        StateError: nothing has been built here yet, or the state cannot be used.
    """
    found = Condition(the.state, now)
    found.holder, found.building = holder(f"{the.state}.daemon"), holder(f"{the.state}.lock")
    found.health = notes.got(health_file(the))
    with wiring.state(the) as index:
        _look(found, index, now)
        try:
            found.receivers = _receivers(the, index)
            found.unread = unread(index) if found.receivers else []
        except (ContentMissing, ConfigurationError) as fault:
            found.failing += str(fault).splitlines()
    found.copy = next(iter(reversed(copies(the.state))), None)
    found.failing += _failing(found, now, max_age)
    found.wrong += _wrong(found, seconds(the.settings.alarm.dead) or DAY)
    return found


def _look(found: Condition, index: Index, now: int) -> None:
    counts = index.counts(now)
    found.posts, found.live = counts.known, counts.live
    found.feeds = len(index.feeds())
    found.last, found.well = next(iter(index.runs(1)), None), index.last_well()
    found.news, found.moment = index.news_since(), index.next_moment(now)


def _receivers(the: Project, index: Index) -> list[Receiver]:
    site_of(the)  # which says it when the content is not there
    if not the.settings.endpoints:
        return []
    from syndicate.wiring import pings

    return receivers(index, pings.offered_by(the))


def _failing(found: Condition, now: int, max_age: int | None) -> Iterator[str]:
    if found.last is None:
        yield "no run is recorded yet"
    elif found.last.failed:
        yield f"the last run failed: {' '.join(found.last.failed.split())}"
    if max_age is not None and found.well is not None and now - found.well.at > max_age:
        yield f"the last good run was {_long(now - found.well.at)} ago"
    yield from _daemon(found, now)


def _daemon(found: Condition, now: int) -> Iterator[str]:
    """What is wrong with a daemon that ran here, and was not told to stop."""
    written = _moment(found.health.get("written"))
    if written is None or found.health.get("status") == "stopped":
        return
    if not found.holder:
        yield f"the daemon is gone, though nobody stopped it; its last sign of life was {_long(now - written)} ago"
    elif now - written > LATE and not found.building:
        yield f"the daemon ({found.holder}) gave no sign of life for {_long(now - written)}"
    elif found.next is not None and now - found.next > LATE and not found.building:
        yield f"the daemon ({found.holder}) should have run {_long(now - found.next)} ago"


def _wrong(found: Condition, patience: int) -> Iterator[str]:
    if found.last is not None and found.last.errors:
        s = "" if found.last.errors == 1 else "s"
        yield f"{found.last.errors:,} problem{s} of severity error; `syndicate check` lists them"
    for each in found.receivers:
        if each.fault:
            yield f"endpoint {each.name}: {each.fault}"
    late = [each for each in found.unread if found.at - each.since >= patience]
    if late:
        yield f"unreadable for {_long(found.at - late[0].since)}, and nobody is told of it: {in_words(late)}"
    yield from (f"alarm: {text}" for text in found.alarms)


def _moment(text: Any) -> int | None:
    """A moment of the health file; None where it is none."""
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (TypeError, ValueError, OverflowError):
        return None


def _long(seconds: int) -> str:
    """A length of time, about."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:,} {unit}"
    return f"{max(seconds, 0)} seconds"
