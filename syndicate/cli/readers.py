"""`syndicate readers`: how many subscribers there are, and what reads the feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.options import project_of, settings_options
from syndicate.model.records import NamedTuple

if TYPE_CHECKING:
    from syndicate.index.days import Days
    from syndicate.model.numbers import Answers, Day, Reader, Stated, Traffic


@click.command("readers")
@settings_options
@click.option("--feed", metavar="KEY", default="", help="One feed alone, day by day: site, or as tag:python.")
@click.option("--days", metavar="N", type=click.IntRange(1, 36_500), default=7, show_default=True, help="How far back.")
@click.option("-n", "--first", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="Rows a table.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    content: str | None, config: str | None, feed: str, days: int, first: int, as_json: bool, **given: Any
) -> int:
    """Say how many subscribers the feeds have, which programs read them, and what they were sent.

    It was counted by `syndicate serve`. Days are those of UTC, the last one is today.
    """
    import contextlib
    import time

    from syndicate.cli import show
    from syndicate.errors import StateError
    from syndicate.index.days import Days
    from syndicate.model.numbers import DAY

    path = f"{project_of(content, config, given).state}.numbers"
    store = Days.there(path)
    if store is None:
        raise StateError(f"{path}: nobody was counted here yet; `syndicate serve` counts, where `serve.numbers` is on")
    today = int(time.time()) // DAY * DAY
    with contextlib.closing(store):
        try:
            found = _found(store, feed, today, days, first)
        except Days.faults as fault:
            raise StateError(f"{path}: cannot be read ({fault}); move it away, and counting begins anew") from fault
    if as_json:
        show.say(show.dumps(_plain(feed, found)))
    else:
        _page(feed, found)
    return 0


class _Found(NamedTuple):
    days: Sequence[Day]
    feeds: Sequence[Day] = ()
    readers: Sequence[Reader] = ()
    answers: Sequence[Answers] = ()
    stated: Sequence[Stated] = ()


def _found(store: Days, feed: str, today: int, days: int, first: int) -> _Found:
    from syndicate.model.numbers import DAY

    since, until = today - (days - 1) * DAY, today + DAY
    if feed:
        return _Found(store.feed(feed, since, until), stated=store.stated(feed, today, first))
    return _Found(
        store.site(since, until),
        store.feeds(since, until, first),
        store.readers(since, until, first),
        store.answers(since, until, DAY),
    )


def _page(feed: str, found: _Found) -> None:
    """For people."""
    from syndicate.cli import show

    if feed and not found.days:
        show.say(show.visible(f"nobody asked for {feed} on these days; `syndicate feeds` lists the keys of all feeds"))
        return
    if not found.days:
        show.say("nobody was counted on these days; numbers are written once a minute")
        return
    show.columns(("day (UTC)", *_HEADINGS), [(_date(each.day), *_row(each)) for each in found.days])
    for headings, rows in (
        (("feed", *_HEADINGS), [(each.feed, *_row(each)) for each in found.feeds]),
        (("reader", "kind", "people", *_HEADINGS[3:6]), [_reader(each) for each in found.readers]),
        (("service", "subscribers", "asks for", "last asked"), [_service(each) for each in found.stated]),
    ):
        if rows:
            show.say("")
            show.columns(headings, rows)


def _plain(feed: str, found: _Found) -> dict[str, Any]:
    """For programs."""
    days = [of_day(each) for each in found.days]
    if feed:
        return {"feed": feed, "days": days, "stated": [of_stated(each) for each in found.stated]}
    return {
        "days": days,
        "feeds": [of_day(each) for each in found.feeds],
        "readers": [of_reader(each) for each in found.readers],
        "answers": [of_answers(each) for each in found.answers],
    }


_HEADINGS = ("subscribers", "stated", "direct", "requests", "for news alone", "sent", "saved")


def _row(each: Day) -> tuple[str, ...]:
    people = tuple(f"{number:,}" for number in (each.subscribers, each.stated, each.direct))
    return (*people, *_traffic(each.traffic), size(each.traffic.saved))


def _reader(each: Reader) -> tuple[str, ...]:
    return (each.name, str(each.kind), f"{each.people:,}" if each.people else "-", *_traffic(each.traffic))


def _service(each: Stated) -> tuple[str, ...]:
    return (each.name, f"{each.people:,}", each.ident, _date(each.day))


def _traffic(traffic: Traffic) -> tuple[str, str, str]:
    return (f"{traffic.requests:,}", f"{traffic.share:.0%}", size(traffic.sent))


def _date(day: int) -> str:
    from syndicate.cli.runs import moment

    return moment(day)[:10]


def size(count: float) -> str:
    """Bytes as people are shown them."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            return f"{count / step:,.1f} {unit}"
    return f"{count:.0f} B"


def of_day(each: Day) -> dict[str, Any]:
    """A day for programs."""
    plain = {"day": _date(each.day), "feed": each.feed or None, "subscribers": each.subscribers}
    return plain | {"stated": each.stated, "direct": each.direct} | of_traffic(each.traffic)


def of_reader(each: Reader) -> dict[str, Any]:
    """A program or service for programs."""
    return {"name": each.name, "kind": str(each.kind), "people": each.people} | of_traffic(each.traffic)


def of_traffic(traffic: Traffic) -> dict[str, Any]:
    """What was sent, for programs."""
    plain: dict[str, Any] = traffic._asdict()
    return plain | {"saved": traffic.saved}


def of_stated(each: Stated) -> dict[str, Any]:
    """The word of an aggregator for programs."""
    return {"name": each.name, "ident": each.ident, "subscribers": each.people, "day": _date(each.day)}


def of_answers(each: Answers) -> dict[str, Any]:
    """Answers of one status for programs."""
    return {"day": _date(each.at), "status": each.status, "requests": each.requests, "sent": each.sent}
