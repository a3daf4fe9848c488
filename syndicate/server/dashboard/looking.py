"""A look at everything that the operator's pages show: the state, the stores beside it, the daemon.

In: the Project. Out: a `Seen`. Nothing is changed by looking, and what is secret of subscribers and endpoints is left
out of what is seen. However many people look at the pages, there is one look at a time, and one only where something
may have changed; a site where it takes long is looked at less often.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from syndicate import wiring
from syndicate.delivery.discreet import discreet
from syndicate.errors import ConfigurationError, ContentMissing, StateError
from syndicate.index import Index
from syndicate.index.days import Days
from syndicate.index.subscribers import Subscribers
from syndicate.model.delivery import Endpoint
from syndicate.model.hub import Subscription
from syndicate.model.numbers import DAY, HOUR
from syndicate.project import Project, site_of
from syndicate.server.dashboard.seen import Failing, Seen, Told, aged, sorted_out
from syndicate.wiring import condition

RUNS, PROBLEMS, ROWS, DAYS = 200, 500, 100, 90
"""Runs, problems, rows of other tables, and days that are looked at, at most."""

_BESIDE = ("", "-wal", ".hub", ".hub-wal", ".numbers", ".numbers-wal", ".health.json", ".lock")
"""What changes beside the state where anything does that is shown."""

_STALE = 30.0
"""Seconds after which it is looked again, whether or not a file has changed."""

_SHARE = 10.0
"""A look that takes a second is not made again for so many."""


def seen(the: Project, now: int) -> Seen:
    """Look at everything.

    Raises:
        StateError: nothing has been built here yet, or the state cannot be used.
    """
    how = condition.of(the, now)
    with wiring.state(the) as index:
        found = Seen(
            title=_title(the),
            at=now,
            posts=how.live,
            files=how.posts,
            feeds=how.feeds,
            news=how.news,
            moment=how.moment,
            next=how.next,
            daemon=how.holder,
            building=how.building,
            runs=index.runs(RUNS),
            problems=sorted_out(index.problems(), PROBLEMS),
            receivers=how.receivers,
            ages=aged((feed.newest for feed in index.feeds()), now),
            failing=how.failing,
            wrong=how.wrong,
        )
        if the.settings.hub.on or the.settings.hub.rsscloud:
            found = found._replace(hub=_hub(f"{the.state}.hub", index, now))
    return _counted(found, f"{the.state}.numbers", now)


class Looker:
    """Gives what is seen, as fresh as needed. Calls may come from several threads."""

    def __init__(
        self,
        look: Callable[[int], Seen],
        state: Path,
        clock: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._clock, self._running = look, clock, running
        self._files = [f"{state}{end}" for end in _BESIDE]
        self._guard = threading.Lock()
        self._seen: Seen | None = None
        self._stamps: list[tuple[int, ...]] = []
        self._ended = self._took = 0.0

    def __call__(self) -> Seen:
        """What is seen now. Raises StateError."""
        with self._guard:
            if self._seen is None or self._is_due():
                began = self._running()
                self._seen = None  # should it fail, it is looked anew next time
                found = self._look(int(self._clock()))
                self._ended = self._running()
                self._took, self._stamps, self._seen = self._ended - began, self._now(), found
            return self._seen

    def _is_due(self) -> bool:
        since = self._running() - self._ended
        if since < self._took * _SHARE:
            return False
        return since >= _STALE or self._now() != self._stamps

    def _now(self) -> list[tuple[int, ...]]:
        return [_stamp(path) for path in self._files]


def looker(the: Project) -> Looker:
    """The one of a site."""
    return Looker(lambda now: seen(the, now), the.state)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = Path(path).stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _title(the: Project) -> str:
    with contextlib.suppress(ConfigurationError, ContentMissing):  # which `failing` tells of
        facts = site_of(the).facts
        return facts.title or _host(facts.url) or "Feeds"
    return the.settings.site.title or "Feeds"


def _hub(path: str, index: Index, now: int) -> Told | None:
    """How the subscribers are doing; an empty one where nobody ever asked."""
    if not Path(path).is_file():
        return Told()
    with contextlib.closing(Subscribers.open(path)) as store:
        tally, topics = store.tally(), store.topics()
        digests = {each.url: each.digest for each in index.announced() if each.url in topics} if topics else {}
        return Told(
            tally.subscriptions,
            sorted(topics.items(), key=lambda each: (-each[1], each[0]))[:ROWS],
            tally.waiting,
            max(sum(store.behind(url, digest) for url, digest in digests.items()) - tally.failing, 0),
            tally.failing,
            [_failing(each) for each in store.failing(ROWS)],
            store.ends(now),
        )


def _failing(found: Subscription) -> Failing:
    known = Endpoint(found.callback, "webhook", found.callback, secret=found.secret)
    host = _host(found.callback)
    told = discreet(found.told, known)
    return Failing(found.topic, host, found.failures, found.tried_at, found.due, told)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _counted(found: Seen, path: str, now: int) -> Seen:
    """With the numbers of readers, where anybody was ever counted and the file can be used."""
    try:
        days = Days.there(path)
        if days is None:
            return found
        with contextlib.closing(days), contextlib.suppress(*Days.faults):
            found = _read(found, days, now)
    except StateError:
        pass  # they are no more than numbers
    return found


def _read(found: Seen, days: Days, now: int) -> Seen:
    today = now - now % DAY
    since, until = today - DAYS * DAY, today + DAY
    step = HOUR if (days.first() or 0) >= today - DAY else DAY
    return found._replace(
        days=days.site(since, until),
        feeds_read=days.feeds(today - 6 * DAY, until, ROWS),
        readers=days.readers(today - 6 * DAY, until, ROWS),
        answers=days.answers(since, until, step),
    )
