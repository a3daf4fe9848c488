"""The second half of a run: the touched feeds → documents in place.

For a batch of feeds at a time: find out which documents are due (`jobs`), write the entries that no document
holds yet, assemble, stage, put in place, record. A feed whose selection and envelope did not
change is not rendered; a document whose bytes did not change is not written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from syndicate.content.intake import batched
from syndicate.delivery import variants
from syndicate.delivery.fragments import Fragments, Piece
from syndicate.delivery.jobs import Job, Pair, Stale, collision
from syndicate.delivery.listing import LISTED
from syndicate.delivery.making import Made, Maker, Sheet
from syndicate.delivery.pages import in_the_way, is_foreign
from syndicate.delivery.placing import Ahead, Placing, Staged, remove
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.release import Due
from syndicate.delivery.supply import Batch, lengths, short_look, write_entries
from syndicate.engines import Engine
from syndicate.feeds.assemble import offsets
from syndicate.index import DocumentRow, Part
from syndicate.index.shelves import page_of
from syndicate.model import Problem, Severity

FEEDS_AT_ONCE = 256
"""Feeds a batch: while the disk has one, the entries of the next are written. Fewer, and it is asked too often."""

JOBS_AT_ONCE = 64
"""Feeds whose entries are under way while it is found out what the next of a batch are to show."""

JOBS_TO_BEGIN_WITH = 16
"""The same of the first, for which all workers wait."""

SHEETS_AT_ONCE = 16
"""Documents a task."""


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
        PublishError: nothing of the batch under way is in place; the batches before it are.
    """
    done, asked_for = Printed(), set(names)
    wanted = _wanted(press, _with_histories(press, names), done)
    tick(len(asked_for.difference(wanted)))
    coming = deque(
        (some, Ahead(_jobs(press, some, done, not n))) for n, some in enumerate(batched(wanted, FEEDS_AT_ONCE))
    )
    with Placing(press) as placing:
        while coming:
            some, found = coming.popleft()
            batch = Batch(press, engine, maker, fragments, done)
            jobs = write_entries(batch, placing.meanwhile(found))
            if placing.is_in_the_way or not engine.is_elsewhere:
                placing.end()
            told = partial(tick, sum(pair in asked_for for pair in some))
            free = _without_collisions(press, jobs, done, placing.pending)
            staged = _staged(batch, free, told, placing, coming[0][1].begin if coming else None)
            if not coming:
                fragments.clear()
            placing.end()
            for each in batch.staged:
                press.publisher.take_over(each)
            placing.begin(staged)
    if done.lost or done.tried:
        from syndicate.content.quarantine import after_showing

        with press.index.transaction():
            after_showing(press.index, done.tried, done.lost)
    return done


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


def _jobs(press: Press, wanted: Sequence[Pair], done: Printed, first: bool) -> Iterator[list[Job]]:
    """The jobs of these feeds, some at a time; whether they are the `first` of a run."""
    desk, soon = press.desk, JOBS_TO_BEGIN_WITH if first else 0
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


def _without_collisions(press: Press, jobs: Sequence[Job], done: Printed, pending: Mapping[str, Pair]) -> list[Job]:
    """The jobs whose documents stand where no other feed's will; of two that want one path, the first has it.

    `pending`: whose documents are on their way to their places, by path, casefolded.
    """

    def owner(path: str) -> Pair | None:
        return pending.get(path.casefold()) or press.index.owner(path)

    claimed = {path.casefold() for path in press.plan.pages}
    left = {path.casefold() for job in jobs for path in job.obsolete}
    free = []
    for job in jobs:
        mine = (job.row.taxonomy, job.row.name)
        paths = [document.path for document in job.documents]
        owners = {path: owner(path) for path in paths if path.casefold() not in left}
        taken = (path for path in paths if path.casefold() in claimed or owners.get(path) not in (None, mine))
        if path := next(taken, ""):
            done.problems.append(collision(job, path, owner(path)))
            continue
        claimed.update(path.casefold() for path in paths)
        free.append(job)
    return free


# -- near their places


def _staged(
    batch: Batch, jobs: list[Job], told: Callable[[], None], placing: Placing, then: Callable[[], None] | None
) -> Staged:
    """The documents of these jobs, staged, while `placing` goes on; `then` is called while the last are being made."""
    # of the others the old documents stay, and so does the mark that the feed is touched
    stuck = batch.waiting | batch.failed
    ready = [job for job in jobs if stuck.isdisjoint([post.id for post in job.shown])]
    return Staged(batch, list(zip(ready, _documents(batch, ready, placing, then), strict=True)), told)


def _documents(
    batch: Batch, jobs: Sequence[Job], placing: Placing, then: Callable[[], None] | None
) -> list[list[DocumentRow]]:
    """The stale documents of each job, staged: their rows, but for those that are not sound."""
    pairs = [(job, stale) for job in jobs for stale in job.stale]
    sizes: deque[list[int]] = deque()
    sheets = _sheets(batch, jobs, sizes, then)
    results = batch.engine.run(batch.maker.make, batched(sheets, SHEETS_AT_ONCE), batch.maker.lost)
    made = (each for result in placing.meanwhile(results) for each in result if isinstance(each, Made))
    rows: dict[int, list[DocumentRow]] = {id(job): [] for job in jobs}
    for (job, stale), document in zip(pairs, made, strict=True):
        if document.staged is not None:
            batch.staged.append(document.staged)
        places = list(zip(offsets(stale.envelope, sizes[0]), sizes.popleft(), strict=False))
        if document.wrong:
            batch.done.problems.append(_unsound(stale.due, document.wrong))
            continue
        if document.variants:
            batch.variants[stale.due.path] = dict(document.variants)
        rows[id(job)].append(_row(batch, job, stale, document, places))
    return [rows[id(job)] for job in jobs]


def _sheets(
    batch: Batch, jobs: Sequence[Job], sizes: deque[list[int]], then: Callable[[], None] | None
) -> Iterator[Sheet]:
    """What the documents are made of; `sizes` gets how long the fragments of each are."""
    for job in jobs:
        pieces = _pieces(job) if job.stale else []
        for due, envelope, _ in job.stale:
            published = (due.published.path, due.published.digest) if due.published else None
            cuts = batch.fragments.cuts(due, pieces)
            sizes.append([length for _, _, length in cuts])
            codings = variants.free(batch.press, due.path) if batch.press.codings else ()
            yield Sheet(due.path, due.format, envelope, tuple(cuts), published, codings)
    if then:
        then()


def _pieces(job: Job) -> list[Piece]:
    look = job.look
    if not job.cut:
        return [Piece((post.id, post.key), look) for post in job.shown]
    short = short_look(job)
    return [
        Piece((post.id, post.key), short, short=True) if post.id in job.cut else Piece((post.id, post.key), look)
        for post in job.shown
    ]


def _row(batch: Batch, job: Job, stale: Stale, made: Made, places: Sequence[tuple[int, int]]) -> DocumentRow:
    due = stale.due
    whole = dict(zip([post.id for post in job.shown], lengths(batch, job, stale), strict=True)) if job.cut else {}
    parts = tuple(
        [
            Part(post.id, post.key, *place, whole[post.id] if post.id in job.cut else 0)
            for post, place in zip(job.shown, places, strict=True)
        ]
    )
    url = batch.press.plan.url(due.path)
    return DocumentRow(due.path, due.format, made.digest, made.size, due.shape, stale.frame, parts, url)


def _unsound(due: Due, wrong: str) -> Problem:
    message = (
        f"the document would break a rule ({wrong}), so it is not published and the last good one stays; "
        "look at what the settings say of the site and of this feed"
    )
    return Problem(due.path, Severity.ERROR, "document-invalid", message)
