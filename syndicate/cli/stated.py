"""How a `Condition` is shown: a page for people, an object for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from syndicate.cli.runs import moment, said
from syndicate.cli.show import columns, counted, say, visible
from syndicate.delivery.overview import Item, Receiver
from syndicate.model.run import of_run, written
from syndicate.wiring.condition import Condition

_WORDS = ("all is well", "there are problems", "the feeds do not follow the posts")


def page(found: Condition, verbose: bool, quiet: bool) -> None:
    """For people."""
    if not quiet:
        for what, how in _rows(found):
            say(visible(f"{what:<10} {how}"))
        if found.receivers:
            say("")
            headings = ("endpoint", "kind", "last success (UTC)", "waiting", "in vain since", "next try", "state")
            columns(headings, [_receiver(each) for each in found.receivers])
        for line in _waiting(found, verbose):
            say(visible(line))
        say("")
    for text in (*found.failing, *found.wrong):
        say(visible(f"! {text}"))
    if not quiet:
        say(_WORDS[found.code])


def _rows(found: Condition) -> Iterator[tuple[str, str]]:
    yield "state", str(found.state)
    yield "posts", f"{found.live:,} shown, of {counted(found.posts, 'file')}"
    yield "feeds", f"{found.feeds:,}, as they are since {moment(found.news)} UTC"
    if found.last is not None:
        last = found.last
        times = f", {last.times:,} times since {moment(last.since)} UTC" if last.times > 1 else ""
        yield "last run", f"{moment(last.at)} UTC by {last.by}: {said(last)}{times}"
    if found.well is not None and found.well != found.last:
        yield "good run", f"{moment(found.well.at)} UTC by {found.well.by}: {said(found.well)}"
    if found.building:
        yield "just now", f"a run is at work: {found.building}"
    if found.moment is not None:
        yield "next post", f"goes live or expires at {moment(found.moment)} UTC"
    yield "daemon", found.holder or "none"
    if found.next is not None:
        yield "next run", f"{moment(found.next)} UTC"
    yield "backup", found.copy.name if found.copy else "none"


def _receiver(each: Receiver) -> tuple[str, ...]:
    success = moment(each.standing.ok_at or None) if each.standing else "-"
    idle = each.standing is None or each.standing.off or not each.waiting
    soon = "-" if idle else moment(each.next) if each.next else "now"
    return (each.name, each.kind, success, f"{_count(each.waiting):,}", moment(each.oldest), soon, each.state)


def _count(items: list[Item]) -> int:
    return sum(item.pages or 1 for item in items)


def _waiting(found: Condition, verbose: bool) -> Iterator[str]:
    """What waits to be readable; with `verbose`, everything that waits or was given up."""
    seen = set()
    for each in found.receivers:
        if each.note:
            yield f"{each.name}: {each.note}"
        for item in each.items:
            if item.unread and item.topic not in seen and not verbose:
                seen.add(item.topic)
                since = f" since {moment(item.since)} UTC" if item.since else ""
                told = item.told.removeprefix(f"{item.topic}: ")
                yield f"not readable yet{since}: {name(item)}{f' ({told})' if told else ''}"
            elif verbose:
                what = "given up" if item.given_up else "not readable yet" if item.unread else "waits"
                yield f"{each.name}: {what}: {name(item)}{f' ({item.told})' if item.told else ''}"


def name(item: Item) -> str:
    """What it is, for people."""
    return item.topic or f"{item.pages:,} page{'' if item.pages == 1 else 's'} of the site"


def plain(found: Condition) -> dict[str, Any]:
    """For programs."""
    return {
        "code": found.code,
        "status": ("ok", "problems", "failing")[found.code],
        "failing": found.failing,
        "problems": found.wrong,
        "state": str(found.state),
        "posts": found.posts,
        "live": found.live,
        "feeds": found.feeds,
        "news_since": written(found.news),
        "last_run": of_run(found.last) if found.last else None,
        "last_good_run": of_run(found.well) if found.well else None,
        "next_run": written(found.next),
        "next_moment": written(found.moment),
        "daemon": {"process": found.holder or None, "health": found.health or None},
        "alarms": found.alarms,
        "backup": str(found.copy) if found.copy else None,
        "endpoints": [receiver(each) for each in found.receivers],
    }


def receiver(each: Receiver) -> dict[str, Any]:
    """An endpoint for programs."""
    standing = each.standing
    return {
        "name": each.name,
        "kind": each.kind,
        "address": each.address,
        "enrolled": standing is not None,
        "last_success": written(standing.ok_at or None) if standing else None,
        "failures": standing.failures if standing else 0,
        "failing_since": written(standing.failing_since or None) if standing else None,
        "off": bool(standing and standing.off),
        "status": each.state,
        "fault": each.fault or None,
        "note": each.note or None,
        "waiting": _count(each.waiting),
        "oldest": written(each.oldest),
        "next": written(each.next or None),
        "items": [item_of(item) for item in each.items],
    }


def item_of(item: Item) -> dict[str, Any]:
    """Something that waits, or was given up, for programs."""
    return {
        "topic": item.topic or None,
        "feed": item.feed or None,
        "pages": item.pages or None,
        "readable": not item.unread,
        "given_up": item.given_up,
        "due": written(item.due or None),
        "since": written(item.since or None),
        "tries": item.tries,
        "told": item.told or None,
    }
