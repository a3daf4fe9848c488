"""`/metrics`: what is counted, for Prometheus. docs/readers.md lists the names.

There is no label for feeds, since there may be 50,000: their numbers are kept by day (`syndicate readers`).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import syndicate
from syndicate.errors import StateError
from syndicate.index.days import Days
from syndicate.index.subscribers import Subscribers
from syndicate.model.numbers import DAY, WEEK
from syndicate.project import Project
from syndicate.server import Request, Response
from syndicate.server.exposition import TYPE, Family, one, written
from syndicate.server.health import Look
from syndicate.server.numbers import Numbers
from syndicate.wiring.condition import Condition

_HEADERS = [(b"content-type", TYPE), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class Metrics:
    """A Place. What cannot be looked at is left out; `syndicate_up` says whether the state could be."""

    methods = ("GET",)
    most = 0
    slow = True

    def __init__(self, the: Project, numbers: Numbers, look: Look) -> None:
        self._the, self._numbers, self._look = the, numbers, look

    def answer(self, request: Request) -> Response:
        """See `Place`."""
        now = int(request.now)
        return Response(200, list(_HEADERS), written(self._families(now)))

    def _families(self, now: int) -> Iterator[Family]:
        labels = {"version": syndicate.__version__}
        yield Family("syndicate_build_info", "gauge", "The program.", [(labels, 1)])
        yield from answered(self._numbers)
        yield from subscribers(f"{self._the.state}.numbers", now)
        yield from hub(f"{self._the.state}.hub")
        try:
            found = self._look(now)
        except StateError:
            yield one("syndicate_up", "gauge", "Whether the state can be used.", 0)
        else:
            yield one("syndicate_up", "gauge", "Whether the state can be used.", 1)
            yield from feeds(found)
        yield from process()


def answered(numbers: Numbers) -> Iterator[Family]:
    """What was answered since the server began."""
    seen = numbers.seen()
    by_status = sorted(seen.answers.items())
    traffic = seen.traffic
    yield Family(
        "syndicate_answers_total",
        "counter",
        "Answers by status.",
        [({"status": str(status)}, requests) for status, (requests, _) in by_status],
    )
    yield Family(
        "syndicate_answers_sent_bytes_total",
        "counter",
        "Bytes of the bodies of answers by status.",
        [({"status": str(status)}, sent) for status, (_, sent) in by_status],
    )
    yield Family(
        "syndicate_connections_closed_total",
        "counter",
        "Connections that were closed since there was no room, or since nobody took what was written.",
        [({"reason": reason}, count) for reason, count in sorted(numbers.closed.items())],
    )
    yield Family(
        "syndicate_document_requests_total",
        "counter",
        "Answered requests for documents, by whether they asked for what is new alone.",
        [
            ({"conditional": "true"}, traffic.conditional),
            ({"conditional": "false"}, traffic.requests - traffic.conditional),
        ],
    )
    unchanged = "Documents that had not changed (304)."
    whole = "Bytes these documents have in full: what was not sent of them was saved."
    today = "Readers that came themselves on this day (UTC)."
    yield one("syndicate_documents_unchanged_total", "counter", unchanged, traffic.unchanged)
    yield one("syndicate_documents_sent_bytes_total", "counter", "Bytes sent of documents.", traffic.sent)
    yield one("syndicate_documents_whole_bytes_total", "counter", whole, traffic.whole)
    yield one("syndicate_readers_today", "gauge", today, seen.direct)


def subscribers(path: str, now: int) -> Iterator[Family]:
    """What aggregators say, all of them together."""
    said = 0
    with contextlib.suppress(StateError, *Days.faults):
        days = Days.there(path)
        if days is None:
            return
        with contextlib.closing(days):
            last = days.site(now - now % DAY - WEEK, now + DAY)[-1:]
            said = last[0].stated if last else 0
        yield one("syndicate_subscriptions_stated", "gauge", "Subscriptions that aggregators tell of.", said)


def hub(path: str) -> Iterator[Family]:
    """Who is told of news by the hub that is built in."""
    if not Path(path).is_file():
        return
    with contextlib.suppress(StateError):
        store = Subscribers.open(path)
        with contextlib.closing(store):
            tally = store.tally()
        yield one("syndicate_hub_subscriptions", "gauge", "Subscriptions at the hub.", tally.subscriptions)
        yield one("syndicate_hub_topics", "gauge", "Topics of the hub with subscribers.", tally.topics)
        yield one("syndicate_hub_failing", "gauge", "Subscriptions that could not be told last.", tally.failing)
        yield one("syndicate_hub_waiting", "gauge", "Requests to the hub that are still to be verified.", tally.waiting)


def feeds(found: Condition) -> Iterator[Family]:
    """How the feeds are doing, and those who are told of them."""
    last, well = found.last, found.well
    names: tuple[tuple[str, str, int | float | None], ...] = (
        ("syndicate_health", "0: all is well, 1: there are problems, 2: the feeds do not follow.", found.code),
        ("syndicate_posts", "Posts that are shown.", found.live),
        ("syndicate_feeds", "Feeds that are published.", found.feeds),
        ("syndicate_feeds_changed_timestamp_seconds", "Since when they are as they are.", found.news),
        ("syndicate_daemon_up", "Whether a daemon looks after them.", int(bool(found.holder))),
        ("syndicate_next_run_timestamp_seconds", "When the daemon means to run next.", found.next),
        ("syndicate_last_run_timestamp_seconds", "When the last run was.", last.at if last else None),
        ("syndicate_last_run_duration_seconds", "How long it took.", last.seconds if last else None),
        ("syndicate_last_run_failed", "Whether it failed.", int(bool(last.failed)) if last else None),
        ("syndicate_last_good_run_timestamp_seconds", "When the last run was that came to its end.", well and well.at),
        ("syndicate_alarms", "Alarms that are not over.", len(found.alarms)),
    )
    yield from (one(name, "gauge", what, value) for name, what, value in names)
    problems = [({"severity": "error"}, well.errors), ({"severity": "warning"}, well.warnings)] if well else []
    yield Family("syndicate_problems", "gauge", "Problems of the content that stand.", problems)
    receivers = found.receivers
    yield Family(
        "syndicate_pings_waiting",
        "gauge",
        "What an endpoint is still to be told of.",
        [({"endpoint": each.name}, sum(item.pages or 1 for item in each.waiting)) for each in receivers],
    )
    yield Family(
        "syndicate_pings_given_up",
        "gauge",
        "What an endpoint was not told of, and will not be.",
        [({"endpoint": each.name}, sum(item.pages or 1 for item in each.lost)) for each in receivers],
    )
    yield Family(
        "syndicate_endpoint_failures",
        "gauge",
        "Failures in a row of an endpoint.",
        [({"endpoint": each.name}, each.standing.failures) for each in receivers if each.standing],
    )


def process() -> Iterator[Family]:
    """What the server's own process uses, by the names that all programs have for it; on Linux alone."""
    if not sys.platform.startswith("linux"):
        return
    times = os.times()
    yield one("process_cpu_seconds_total", "counter", "CPU time.", round(times.user + times.system, 2))
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
        page = os.sysconf("SC_PAGE_SIZE")
        yield one("process_virtual_memory_bytes", "gauge", "Virtual memory.", int(fields[0]) * page)
        yield one("process_resident_memory_bytes", "gauge", "Resident memory.", int(fields[1]) * page)
    with contextlib.suppress(OSError):
        yield one("process_open_fds", "gauge", "File descriptors that are open.", len(os.listdir("/proc/self/fd")) - 1)
    with contextlib.suppress(ImportError, OSError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        yield one("process_max_fds", "gauge", "How many there may be.", soft if soft >= 0 else None)
