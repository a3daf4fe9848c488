"""What was seen → the pages, each of parts that can be sent anew by themselves. Pure.

Seen ─tables, pictures→ values ─template→ Part ─(its mark is another than before)→ whoever looks at the page
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syndicate.feeds import style
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple
from syndicate.server.dashboard import measures, pictures, tables
from syndicate.server.dashboard.pictures import Column, Dot, Part
from syndicate.server.dashboard.seen import AGES, Seen, Told

HERE = "syndicate.server.dashboard"

SHEETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": ("Overview", ("state", "runs", "freshness", "subscribers", "requests", "endpoints", "hub", "problems")),
    "runs": ("Runs", ("runs",)),
    "problems": ("Problems", ("problems",)),
    "endpoints": ("Endpoints", ("endpoints",)),
    "hub": ("Hub", ("hub",)),
    "readers": ("Readers", ("subscribers", "requests", "readers")),
}
"""Each page by its path: what it is called, and its parts. All but the first one show everything they have."""

_DRAWN = 90
"""Marks that one picture has at most."""

_FEW = 5
"""Rows of a list on the overview."""

_WORDS = {
    "count": measures.count,
    "counted": measures.counted,
    "size": measures.size,
    "length": measures.length,
    "moment": measures.moment,
    "percent": measures.percent,
}
"""What templates may call."""

_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)), "�")
"""What stands in no page: signs that steer something, and halves of signs, which UTF-8 has not."""


class Piece(NamedTuple):
    """A part of a page: `mark` is another whenever its HTML is."""

    name: str
    html: str
    mark: str


def pieces(sheet: str, seen: Seen) -> list[Piece]:
    """The parts of a page of `SHEETS`."""
    return [_piece(name, seen, whole=bool(sheet)) for name in SHEETS[sheet][1]]


def page(sheet: str, seen: Seen) -> str:
    """A page of `SHEETS`, whole."""
    title, _ = SHEETS[sheet]
    return _rendered(
        "layout.html",
        sheet=sheet,
        title=title,
        seen=seen,
        sheets=[(path, name) for path, (name, _) in SHEETS.items()],
        pieces=pieces(sheet, seen),
        icon=style.icon(),
        sign=style.mark(),
    )


def trouble(told: str) -> str:
    """The page where nothing can be seen, for the reason that is told."""
    return _rendered("trouble.html", told=told, icon=style.icon(), sign=style.mark())


def _piece(name: str, seen: Seen, whole: bool) -> Piece:
    make = _VALUES.get(name)
    values = make(seen) if make else {}
    html = _rendered(f"{name}.html", seen=seen, whole=whole, few=_FEW, **values)
    return Piece(name, html, digest(html.encode("utf-8", "replace")).hex()[:16])


def _rendered(template: str, **values: Any) -> str:
    return style.filled(HERE, template, _WORDS, values).translate(_CONTROLS)


def _runs(seen: Seen) -> dict[str, Any]:
    shown = list(reversed(seen.runs[:_DRAWN]))
    dots = [
        Dot(
            measures.moment(run.at)[5:16],
            run.seconds,
            "cross" if run.failed else "hollow" if run.quiet else "full",
            tables.came_to(run),
        )
        for run in shown
    ]
    failed = sum(bool(run.failed) for run in shown)
    words = f"How long each of the last {len(shown)} runs took; {failed} failed"
    return {"picture": pictures.dots(dots, words), "row": tables.row}


def _freshness(seen: Seen) -> dict[str, Any]:
    names = (*(name for name, _ in AGES), "older", "none")
    counts = list(zip(names, seen.ages, strict=False))
    columns = [Column(name.split()[-1], [Part("k0", number)], f"{name}: {number:,}") for name, number in counts]
    fresh = sum(seen.ages[:2])
    words = f"How old the newest post of each feed is: {fresh:,} of {seen.feeds:,} feeds have one of this week"
    return {"picture": pictures.columns(columns, words) if any(seen.ages) else "", "ages": counts}


def _subscribers(seen: Seen) -> dict[str, Any]:
    days = sorted((each for each in seen.days if not each.feed), key=lambda each: each.day)
    columns = [
        Column(
            tables.day_of(each.day)[5:],
            [Part("k0", each.stated), Part("k1", each.direct)],
            f"{tables.day_of(each.day)}: {each.stated:,} by aggregators, {each.direct:,} directly",
        )
        for each in days[-_DRAWN:]
    ]
    last = days[-1] if days else None
    words = f"Subscribers day by day; {last.subscribers:,} on the last one" if last else ""
    return {
        "picture": pictures.columns(columns, words),
        "days": days[::-1],
        "last": last,
        "day_of": tables.day_of,
        "feeds": tables.per_feed(seen.feeds_read, 50),
    }


def _requests(seen: Seen) -> dict[str, Any]:
    lots = tables.lots(seen.answers)[-_DRAWN:]
    columns = [
        Column(
            each.label,
            [Part(f"s{place}", number) for place, number in enumerate(each.counts)],
            f"{measures.moment(each.at)[:16]}: "
            + ", ".join(f"{n:,} of {name}" for name, n in zip(tables.CLASSES, each.counts, strict=True) if n),
        )
        for each in lots
    ]
    sums = [sum(each.counts[place] for each in lots) for place in range(len(tables.CLASSES))]
    words = "Requests by status: " + ", ".join(
        f"{number:,} of {name}" for name, number in zip(tables.CLASSES, sums, strict=True) if number
    )
    return {
        "picture": pictures.columns(columns, words),
        "lots": lots[::-1],
        "classes": tables.CLASSES,
        "sums": sums,
        "all": sum(sums),
        "sent": sum(each.sent for each in lots),
    }


def _endpoints(seen: Seen) -> dict[str, Any]:
    states = tables.states(seen.receivers)
    parts = [(Part(f"e-{state}", number), f"{state}: {number:,}") for state, number in states]
    words = "How the endpoints are doing: " + ", ".join(said for _, said in parts)
    return {"picture": pictures.share(parts, words), "states": states}


def _hub(seen: Seen) -> dict[str, Any]:
    hub = seen.hub or Told()
    well = max(hub.subscriptions - hub.failing - hub.behind, 0)
    states = [("well", well), ("waits", hub.behind), ("fails", hub.failing)]
    parts = [(Part(f"e-{state}", number), f"{state}: {number:,}") for state, number in states if number]
    words = "How the subscribers are doing: " + ", ".join(said for _, said in parts)
    numbers = dict(hub.leases)
    ends = [
        Column(f"{day} d", [Part("k0", numbers.get(day, 0))], f"in {day} days: {numbers.get(day, 0):,}")
        for day in range(min(max(numbers, default=-1) + 1, _DRAWN))
    ]
    leases = pictures.columns(ends, "When the leases of subscriptions end, by days from now")
    return {"hub": hub, "picture": pictures.share(parts, words), "states": states, "leases": leases}


_VALUES: Mapping[str, Callable[[Seen], dict[str, Any]]] = {
    "runs": _runs,
    "freshness": _freshness,
    "subscribers": _subscribers,
    "requests": _requests,
    "endpoints": _endpoints,
    "hub": _hub,
}
