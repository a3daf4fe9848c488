"""The second half of a run: the touched feeds → documents in place.

For a batch of feeds at a time: find out which documents are due (`jobs`), write the entries that no document
holds yet, assemble, stage, put in place, record. A feed whose selection and envelope did not
change is not rendered; a document whose bytes did not change is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from syndicate.content.intake import batched
from syndicate.delivery.batches import Batch, Supply, Task, worked_off
from syndicate.delivery.documents import documents
from syndicate.delivery.fragments import Fragments
from syndicate.delivery.jobs import Job, Pair
from syndicate.delivery.listing import LISTED
from syndicate.delivery.making import Maker
from syndicate.delivery.pages import in_the_way, is_foreign
from syndicate.delivery.placing import Placing, remove
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.supply import entries, rest
from syndicate.engines import Engine
from syndicate.index.shelves import page_of
from syndicate.model.records import NamedTuple

FEEDS_AT_ONCE = 256
"""Feeds a batch: while the disk has one, the entries of the next are written. Fewer, and it is asked too often."""

JOBS_AT_ONCE = 64
"""Feeds whose entries are under way while it is found out what the next of a batch are to show."""

JOBS_TO_BEGIN_WITH = 16
"""The same of the first, for which all workers wait."""


class Course(NamedTuple):
    """A batch of the feeds that are `wanted`, on its way; `told` is called once it is in its place."""

    batch: Batch
    wanted: Sequence[Pair]
    told: Callable[[], None]


def publish(
    press: Press,
    engine: Engine,
    maker: Maker,
    fragments: Fragments,
    names: Sequence[Pair],
    tick: Callable[[int], None] = lambda _: None,
) -> Printed:
    """Publish the named feeds; `tick(n)` is told of every n that are done.

    Raises:
        PublishError: nothing is in place of the batch whose documents were to be made, nor of the next one, whose
            entries were; the batches before them are.
    """
    done, asked_for = Printed(), set(names)
    wanted = _wanted(press, _with_histories(press, names), done)
    tick(len(asked_for.difference(wanted)))
    supply = Supply(press, maker, fragments, done)
    with press.index.releasing(), Placing(press, one_by_one=not engine.is_elsewhere) as placing:
        courses = [
            Course(Batch(supply), some, partial(tick, sum(pair in asked_for for pair in some)))
            for some in batched(wanted, FEEDS_AT_ONCE)
        ]
        for _ in worked_off(engine, supply, _tasks(courses, placing)):
            placing.go_on()
    if done.lost or done.tried:
        from syndicate.content.quarantine import after_showing

        with press.index.transaction():
            after_showing(press.index, done.tried, done.lost)
    return done


def _tasks(courses: Sequence[Course], placing: Placing) -> Iterator[Task | None]:
    """All that is to be made: the documents of each batch when the entries of the next one have been handed out."""
    earlier: Batch | None = None
    for before, course in zip((None, *courses), (*courses, None), strict=True):
        fault = None
        if course:
            try:
                yield from entries(course.batch, _jobs(course, is_first=not before))
            except Exception as raised:  # noqa: BLE001 it is of these alone: what is under way comes first
                fault = raised
                course.batch.supply.forget(course.batch)
        if before:
            yield from rest(before.batch)
            if earlier:
                yield from earlier.settled()
            placing.make_room()
            yield from documents(before.batch, placing, before.told, is_last=not course)
            earlier = before.batch
        if fault:
            if earlier:
                yield from earlier.settled()
            raise fault


def _with_histories(press: Press, names: Sequence[Pair]) -> list[Pair]:
    """The feeds, and before them the pages of their histories that have to be looked at.

    A feed points to its last page, which has to be in its place by then.
    """
    desk, pages = press.desk, [pair for pair in names if page_of(pair[0])[0]]
    with press.index.transaction():
        for pair in (pair for pair in names if desk.holdings.may_have_history(*pair)):
            size = desk.size(*pair)
            if desk.wanted(*pair, *size):
                pages += desk.lengthen(*pair, size[0])
    return list(dict.fromkeys((*pages, *names)))


# -- which documents are due


def _wanted(press: Press, names: Sequence[Pair], done: Printed) -> list[Pair]:
    """Those that there are to be; the others are withdrawn: first, since some may be waiting for their paths."""
    desk = press.desk
    with press.index.transaction():
        wanted = [pair for pair in names if desk.wanted(*pair, *desk.size(*pair))]
    for some in batched(sorted(set(names) - set(wanted)), FEEDS_AT_ONCE):
        with press.index.transaction():
            _withdraw(press, some, done)
    return wanted


def _jobs(course: Course, *, is_first: bool) -> Iterator[list[Job]]:
    """The jobs of a batch, some at a time; whether it is the first of a run."""
    press, wanted, done = course.batch.press, course.wanted, course.batch.done
    desk, soon = press.desk, JOBS_TO_BEGIN_WITH if is_first else 0
    for some in (*batched(wanted[:soon], JOBS_TO_BEGIN_WITH), *batched(wanted[soon:], JOBS_AT_ONCE)):
        with press.index.transaction():
            jobs = [desk.job(*pair, *desk.size(*pair)) for pair in some]
            for job in jobs:
                _spare_pages(press, job, done)
                job.stale = press.stale(job)
        yield jobs


def _withdraw(press: Press, names: Sequence[Pair], done: Printed) -> None:
    obsolete = [row.path for pair in names for row in press.index.documents(*pair)]
    remove(press, obsolete)
    done.removed += len(obsolete)
    for pair in names:
        press.index.withdrawn(*pair, press.now)
    if obsolete:
        press.index.keep_fact(LISTED, "")


def _spare_pages(press: Press, job: Job, done: Printed) -> None:
    """A page for people never takes the place of a page of the site; the feed then does without."""
    for document in job.documents:
        if document.format == "html" and not press.stands(document) and is_foreign(press.publisher, document.path):
            done.problems.append(in_the_way(document.path, f"the page of the feed {job.feed.key}"))
            job.documents = [each for each in job.documents if each is not document]
            job.feed = replace(job.feed, paths=tuple(pair for pair in job.feed.paths if pair[0] != "html"))
