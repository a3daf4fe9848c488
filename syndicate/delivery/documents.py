"""The documents of a batch: due and free → made by whoever has a hand free → handed over to be put in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from syndicate.content.intake import batched
from syndicate.delivery import variants
from syndicate.delivery.batches import Batch, Results, Task
from syndicate.delivery.fragments import Piece
from syndicate.delivery.jobs import Job, Pair, Stale, collision
from syndicate.delivery.making import Made, Sheet
from syndicate.delivery.placing import Placing, Staged
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.release import Due
from syndicate.delivery.supply import lengths, short_look
from syndicate.feeds.assemble import offsets
from syndicate.index import DocumentRow, Part
from syndicate.model import Problem, Severity
from syndicate.model.records import NamedTuple

SHEETS_AT_ONCE = 16
"""Documents a task."""


class _Place(NamedTuple):
    """What a sheet is of; `sizes` are how long its fragments are, in bytes."""

    job: Job
    stale: Stale
    sizes: list[int]


def documents(batch: Batch, placing: Placing, told: Callable[[], None], *, is_last: bool = False) -> Iterator[Task]:
    """The tasks that make the stale documents of its jobs. When all are staged, `placing` has them; `told` is called
    once they are in their places. Behind the `is_last` of a run no entry is asked for any more."""
    free = _without_collisions(batch.press, batch.jobs, batch.done, placing.pending)
    # of the others the old documents stay, and so does the mark that the feed is touched
    stuck = batch.waiting | batch.failed
    ready = [job for job in free if stuck.isdisjoint([post.id for post in job.shown])]
    rows: dict[int, list[DocumentRow]] = {id(job): [] for job in ready}
    for some in batched(_sheets(batch, ready), SHEETS_AT_ONCE):
        yield batch.task([sheet for sheet, _ in some], partial(_made, batch, rows, [place for _, place in some]))

    def staged() -> None:
        if is_last:
            batch.fragments.clear()
        placing.add(Staged(batch, [(job, rows[id(job)]) for job in ready], told))

    batch.when_settled(staged)


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


def _sheets(batch: Batch, jobs: Sequence[Job]) -> Iterator[tuple[Sheet, _Place]]:
    """What the documents are made of."""
    for job in jobs:
        pieces = _pieces(job) if job.stale else []
        for stale in job.stale:
            due = stale.due
            published = (due.published.path, due.published.digest) if due.published else None
            cuts = batch.fragments.cuts(due, pieces)
            codings = variants.free(batch.press, due.path) if batch.press.codings else ()
            sheet = Sheet(due.path, due.format, stale.envelope, tuple(cuts), published, codings)
            yield sheet, _Place(job, stale, [length for _, _, length in cuts])


def _made(batch: Batch, rows: Mapping[int, list[DocumentRow]], places: Sequence[_Place], results: Results) -> None:
    """Take the documents that are staged: their rows, but for those that are not sound."""
    for (job, stale, sizes), made in zip(places, results, strict=True):
        if not isinstance(made, Made):
            continue
        if made.staged is not None:
            batch.staged.append(made.staged)
        if made.wrong:
            batch.done.problems.append(_unsound(stale.due, made.wrong))
            continue
        if made.variants:
            batch.variants[stale.due.path] = dict(made.variants)
        rows[id(job)].append(_row(batch, job, stale, made, sizes))


def _pieces(job: Job) -> list[Piece]:
    look = job.look
    if not job.cut:
        return [Piece((post.id, post.key), look) for post in job.shown]
    short = short_look(job)
    return [
        Piece((post.id, post.key), short, short=True) if post.id in job.cut else Piece((post.id, post.key), look)
        for post in job.shown
    ]


def _row(batch: Batch, job: Job, stale: Stale, made: Made, sizes: Sequence[int]) -> DocumentRow:
    due, shown = stale.due, job.shown
    whole = [0] * len(shown)
    if job.cut:
        full = zip(shown, lengths(batch, job, stale), strict=True)
        whole = [length if post.id in job.cut else 0 for post, length in full]
    ids, keys = [post.id for post in shown], [post.key for post in shown]
    begins = offsets(stale.envelope, sizes)  # one more than there are entries
    parts = tuple(map(Part._make, zip(ids, keys, begins, sizes, whole, strict=False)))
    url = batch.press.plan.url(due.path)
    return DocumentRow(due.path, due.format, made.digest, made.size, due.shape, stale.frame, parts, url)


def _unsound(due: Due, wrong: str) -> Problem:
    message = (
        f"the document would break a rule ({wrong}), so it is not published and the last good one stays; "
        "look at what the settings say of the site and of this feed"
    )
    return Problem(due.path, Severity.ERROR, "document-invalid", message)
