"""One run, from the folder to the documents: the flow of Syndicate, in its order.

In: the parts (made by wiring), what is wished for, and the moment. Out: a Report. Where no file, no
setting and no moment has changed anything, a run scans, looks whether all documents stand, and is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from syndicate.content.dialects import Facts
from syndicate.content.intake import Intake, deadly, relieve, survey, take_in
from syndicate.content.scan import Root, Scan, Settle, Sight
from syndicate.delivery import beside, listing, spoken
from syndicate.delivery.astray import looked_for
from syndicate.delivery.findings import expansion_problems, nothing_there, over_budget, unheard
from syndicate.delivery.jobs import Pair
from syndicate.delivery.listing import LISTED
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.ready import ready
from syndicate.delivery.rescue import keep_last_good_versions
from syndicate.delivery.wanted import only
from syndicate.engines import Engine, Errand
from syndicate.model import Problem, Report, Severity
from syndicate.model.delivery import ADOPTING
from syndicate.model.records import dataclass, field
from syndicate.model.run import well

if TYPE_CHECKING:  # what is not needed where nothing has changed is imported where it is used
    from syndicate.content.ingest import Reader
    from syndicate.delivery import podcasts
    from syndicate.delivery.announce import Offer
    from syndicate.feeds.foreign import Unreadable

_UNDER_WAY = "publishing"
"""A fact: set while documents may stand in their places that the index does not know of yet."""

_ENTRY = 5
"""What it costs to make an entry, in posts that are read."""

_MANY = 100
"""Entries from which on it is worth to have all ready that they need before workers are forked."""

Progress = Callable[[str, int, int], None]
"""Told of the stage, how many of its steps are done, and how many there are."""


@dataclass(frozen=True)
class Wish:
    """What this run is asked for. `feed` restricts publishing to one feed key, "" for all."""

    full: bool = False
    accept_deletions: bool = False
    allow_replay: bool = False
    feed: str = ""
    previous: str = ""
    """Folder or address of feeds that we published, from which an empty state is filled."""
    adopt: bool = False
    """What this run publishes counts as told to everybody: nobody is pinged for it."""
    by: str = "build"
    """Who asks, for the record: `build` or `daemon`."""
    paths: frozenset[bytes] | None = None
    """Absolute paths of files that were closed, moved or deleted. Where the rest is known (`Parts.sight`), a run looks
    at them alone, and leaves the output folder as it is but for what is due."""
    settle: int = 0
    """Seconds for which a file must have been left alone, unless it is one of `paths` or `closed`; others wait for the
    next run."""
    closed: frozenset[bytes] = frozenset()
    """Absolute paths of files that are known to be whole, where a run looks at all of them."""


@dataclass(frozen=True)
class Parts:
    """The parts of a run. `where` is the site's folder and `settings` its settings file, as a person knows
    them. `reading` and `showing` are fingerprints: of all that decides how a file is understood, and of
    all that decides how an entry or a feed looks. `engine(n)` gives an engine fit for n pieces of work,
    `engine(n, True)` one that outlives those that kill."""

    where: str
    settings: str
    roots: list[Root]
    barred: frozenset[bytes]
    facts: Facts
    reader: Callable[[str | None], Reader]
    """Gives the reader of post files for a site in this language; None where languages share their feeds."""
    asked: tuple[str, ...]
    """The keys of front matter that queries ask for."""
    press: Press
    engine: Callable[..., Engine]
    problems: tuple[Problem, ...]
    mixed: bool
    """Posts in all languages share their feeds."""
    reading: str
    showing: str
    spool: str
    cover: podcasts.Look
    sight: Sight = field(default_factory=Sight)
    """What the last whole scan saw, where somebody keeps it from run to run."""
    offers: tuple[Offer, ...] = ()
    """Who is told of what is published."""
    rolling: bool = False
    """The oldest posts may be gone in any number."""
    full_text: bool = False
    """Somebody follows with the full text of the posts."""


def run(parts: Parts, wish: Wish, now: int, progress: Progress = lambda *_: None) -> Report:
    """Do what is due; `now` in epoch seconds.

    Raises:
        ContentMissing, BrakeHeld: nothing has been changed.
        PublishError: what was published before is still in place; the next run goes on.
    """
    report = Report(problems=list(parts.problems))
    stage = _stopwatch(report)
    wary = parts.press.index.fact(_UNDER_WAY) != ""
    press = replace(parts.press, desk=parts.press.desk.at(now), anew=wish.full, wary=wary)
    if wary:  # only a run that died leaves anything behind, and the folder may be that of the whole site
        press.publisher.sweep()
    apart = deadly(press.index, wish.full or press.index.fact("reading") != parts.reading)
    with looked_for(press.index, press.publisher, ahead=wish.paths is None) as astray:
        _bring_in(parts, wish, now, report, progress, ready(press))
    press, told = spoken.in_its_language(press, parts.where, _unsaid(parts))
    report.problems += told
    if wish.previous and not press.index.feeds():
        from syndicate.delivery.previous import read_back

        report.problems += [_unread(each) for each in read_back(press.desk, wish.previous).faults]
    keep_last_good_versions(press)
    with stage("select"):
        names = _touched(parts, press, wish, now, [] if report.narrow else astray())
        _mind_replays(press, names, wish)
        _keep_quiet(press, wish)
    try:
        with stage("publish"):
            printed = _publish(parts, press, names, report.seen, progress, apart) if names else Printed()
        with stage("list"):
            _list(parts, press, printed)
            if not report.narrow:
                report.problems += _mend_variants(press)
    except BaseException:
        press.publisher.sweep()
        raise
    _settle(press, wish)
    report.enrolled = _enrol(parts, press, wish)
    if press.index.follows_texts() != parts.full_text:
        with press.index.transaction():
            press.index.follow_texts(parts.full_text)
    report.problems += unheard(press.index, parts.asked, parts.settings)
    report.problems += _said_of_podcasts(parts, press)
    _finish(report, press, printed, now)
    press.index.record(well(report, now, wish.by))
    return report


def _publish(parts: Parts, press: Press, names: list[Pair], posts: int, progress: Progress, apart: bool) -> Printed:
    from syndicate.delivery.fragments import Fragments, Spool
    from syndicate.delivery.making import Maker
    from syndicate.delivery.publish import publish

    # however many feeds show it, an entry is written once
    entries = min(len(names) * press.desk.holdings.usual.limit, posts)
    with (
        parts.engine(entries * _ENTRY, apart) as engine,
        press.publisher.attended(),
        Fragments(tuple(press.formats), press.publisher.read, parts.spool) as fragments,
    ):
        maker = Maker(press.writer, press.publisher, Spool(parts.spool))
        if entries > _MANY:
            maker.writer.warm()
        return publish(press, engine, maker, fragments, names, lambda n: progress("publish", n, len(names)))


def _mend_variants(press: Press) -> list[Problem]:
    if not press.codings and not press.index.variants():
        return []
    from syndicate.delivery import further, variants

    return variants.mend(press, beside.served(press, further.FILES.values()))


def _said_of_podcasts(parts: Parts, press: Press) -> Iterator[Problem]:
    if press.channels.show_of:
        from syndicate.delivery import podcasts

        yield from podcasts.problems(press.desk, parts.cover)


def look(parts: Parts, now: int, progress: Progress = lambda *_: None) -> Report:
    """Read all posts into the (empty) index and report the problems; nothing is published.

    Raises:
        ContentMissing: there is nothing to read.
    """
    report = Report(problems=list(parts.problems))
    _bring_in(parts, Wish(), now, report, progress)
    report.problems += parts.press.index.problems()
    report.skipped = report.seen - parts.press.index.counts(now).live
    return report


def ahead(
    parts: Parts, wish: Wish, now: int, progress: Progress = lambda *_: None
) -> tuple[Press, list[tuple[str, str]], Report]:
    """The first half of a run, up to the feeds that have to be looked at; for a copy of the state.

    Raises:
        ContentMissing, BrakeHeld, ConfigurationError.
    """
    report = Report(problems=list(parts.problems))
    press = replace(parts.press, desk=parts.press.desk.at(now), anew=wish.full)
    with looked_for(press.index, press.publisher, ahead=True) as astray:
        _bring_in(parts, wish, now, report, progress)
    press, told = spoken.in_its_language(press, parts.where, _unsaid(parts))
    report.problems += [*told, *parts.press.index.problems()]
    return press, _touched(parts, press, wish, now, astray()), report


def _bring_in(
    parts: Parts, wish: Wish, now: int, report: Report, progress: Progress, meanwhile: Errand | None = None
) -> None:
    index, stage = parts.press.index, _stopwatch(report)
    with stage("scan"):
        everything = wish.full or index.fact("reading") != parts.reading
        second = 1_000_000_000
        settle = Settle((now - wish.settle) * second, (now + 1) * second, wish.closed | (wish.paths or frozenset()))
        scan = Scan(parts.roots, index.stamps, everything, parts.barred, settle if wish.settle else None)
        found, report.narrow = survey(scan, index, parts.sight, wish.paths, parts.where, wish.accept_deletions)
        report.problems += parts.sight.problems
        report.waiting = scan.tally.waiting
    with stage("read"):
        to_read = scan.tally.files if everything else sum(each.added + each.changed for each in found)
        intake = Intake(scan.tally.files)
        if found:
            reader = parts.reader(None if parts.mixed else parts.facts.language or index.fact(spoken.LANGUAGE))
            with parts.engine(to_read, deadly(index, found[0].everything)) as engine:
                tick = lambda n: progress("read", n, to_read)  # noqa: E731
                asked = (wish.accept_deletions, parts.rolling)
                intake = take_in(found, scan.tally.files, index, engine, reader, now, tick, *asked, meanwhile)
        else:
            relieve(index)
        _count(report, intake)
        parts.sight.files = report.seen
        if everything and not scan.tally.unknown:
            # files of a folder that could not be read have still to be read by the new rules
            with index.transaction():
                index.keep_fact("reading", parts.reading)
    spoken.settle(index, _unsaid(parts))
    if not report.seen and not report.narrow:
        report.problems.append(nothing_there(parts.where, parts.roots[0].dialect.name))


def _unsaid(parts: Parts) -> bool:
    """Whether nobody says what language the site is in, and it matters."""
    return not (parts.mixed or parts.facts.language)


def _unread(fault: Unreadable) -> Problem:
    return Problem(fault.url, Severity.WARNING, "previous-unreadable", f"{fault.reason}; its ids are not taken over")


def _touched(parts: Parts, press: Press, wish: Wish, now: int, astray: Iterable[Pair]) -> list[Pair]:
    """The feeds that have to be looked at, the site first; `astray` are those of documents that somebody took."""
    index = press.index
    with index.transaction():
        if wish.full or press.wary or index.fact("showing") != parts.showing:
            index.touch_all(counted=not (wish.full or press.wary or index.fact("showing")))
        if not index.feed("", ""):
            index.touch("", "")
        before = int(index.fact("looked") or now)
        index.wake(min(before, now), now)
        _let_go(press, now)
        for pair in astray:
            index.touch(*pair)
        index.keep_fact("showing", parts.showing)
        index.keep_fact("looked", str(now))
        _choose(press)
        touched = index.touched()
        if wish.feed:
            touched = only(wish.feed, touched, index)
    return touched


def _mind_replays(press: Press, names: list[Pair], wish: Wish) -> None:
    """Nothing is published that would show readers old posts as new ones, unless that is wished.

    Raises:
        BrakeHeld: something would.
    """
    if not names:
        return
    from syndicate.delivery import replays

    with press.index.transaction():
        replayed = [] if wish.allow_replay else replays.found(press, names)
    replays.hold(replayed)
    with press.index.transaction():
        press.index.keep_fact(_UNDER_WAY, "yes")


def _let_go(press: Press, now: int) -> None:
    """What is told of the dead, and the feeds of vanished terms, come to an end."""
    holdings = press.desk.holdings
    if holdings.tombstones is not None:
        press.index.forget_tombs(now - holdings.tombstones, now)
    if holdings.gone_after is not None:
        press.index.touch_emptied(now - holdings.gone_after)


def _choose(press: Press) -> None:
    """Feeds of the operator's own are selected from all posts: any change, and for some the time, may concern them."""
    index = press.index
    changed = bool(index.touched())
    for name, holding in sorted(press.desk.holdings.own.items()):
        if changed or holding.moves or not index.feed("", name):
            index.touch("", name)


def _settle(press: Press, wish: Wish) -> None:
    """All that was put in place is recorded; what this run was not asked for stays in doubt."""
    index = press.index
    if index.fact(_UNDER_WAY) and not (press.wary and wish.feed):
        with index.transaction():
            index.keep_fact(_UNDER_WAY, "")


def _keep_quiet(press: Press, wish: Wish) -> None:
    """Where that is wished, nobody is told of what is published from here on."""
    if wish.adopt:
        from syndicate.delivery.enrol import begin_adoption

        begin_adoption(press.index)


def _enrol(parts: Parts, press: Press, wish: Wish) -> list[str]:
    """Whoever is to be told from now on is enrolled (their names), and the pages are noted that changed.

    By a run for one feed nobody is: what it left for later would count as new.
    """
    index = press.index
    if not wish.feed and (parts.offers or index.watches_pages() or index.fact(ADOPTING)):
        from syndicate.delivery.enrol import enrol

        return enrol(index, parts.offers, press.now)
    return []


def _list(parts: Parts, press: Press, printed: Printed) -> None:
    index, facts, language = press.index, parts.facts, press.channels.language
    same = index.fact(LISTED) == parts.showing and beside.in_place(press, listing.pages(press))
    printed.problems += listing.in_the_way(press)
    if same and not press.anew and not press.wary:
        return
    from syndicate.delivery import further

    listed = listing.lines(press, f"{parts.reading} {parts.showing}", language)
    extras = (*listing.extras(press, listed, facts.description, language), *further.extras(press))
    written, removed = beside.publish(press, extras)
    printed.written += written
    printed.removed += removed
    with index.transaction():
        index.keep_fact(LISTED, parts.showing)


def _count(report: Report, intake: Intake) -> None:
    report.seen, report.added, report.changed = intake.seen, intake.added, intake.changed
    report.removed, report.parsed = intake.removed, intake.parsed
    report.problems += intake.problems


def _finish(report: Report, press: Press, printed: Printed, now: int) -> None:
    report.problems += [
        *press.index.problems(),
        *expansion_problems(press.index),
        *over_budget(press),
        *printed.problems,
    ]
    report.rendered = printed.rendered
    # the posts of a folder that cannot be read just now are shown and were not seen
    report.skipped = max(0, report.seen - press.index.counts(now).live)
    report.feeds, documents = press.index.totals()
    report.documents.written = printed.written
    report.documents.removed = printed.removed
    report.documents.unchanged = documents + len(beside.known(press)) - printed.written


def _stopwatch(report: Report) -> Callable[[str], AbstractContextManager[None]]:
    @contextmanager
    def stage(name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            report.seconds[name] = round(time.perf_counter() - start, 3)

    return stage
