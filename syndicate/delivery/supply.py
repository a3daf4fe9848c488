"""The entries that the documents of a batch need and no document holds: written once each, in the looks asked for.

A document that has a byte budget may show its oldest entries shortened. How long an entry is in full is known from the
published document, also where it is shortened there. So first what is unknown is written in full; then, for the feeds
that are over their budget, the summaries; then it is known how many entries have to be shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from syndicate.content.intake import batched
from syndicate.delivery import budget
from syndicate.delivery.batches import Batch, Results, Task
from syndicate.delivery.jobs import Job, Stale, without
from syndicate.delivery.making import Kept
from syndicate.delivery.release import Due, Key
from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order
from syndicate.index import Shown
from syndicate.model import Problem, Severity

POSTS_AT_ONCE = 64

Missing = Callable[[Job], Iterator[tuple[Key, Look]]]
"""The entries of a job that are to be written, and in which look."""

Asked = tuple[Key, tuple[Look, ...]]
"""An entry, and the looks in which it is asked for."""


def entries(batch: Batch, coming: Iterable[Sequence[Job]]) -> Iterator[Task]:
    """The tasks that write what is missing, in full. Its jobs come some at a time: the entries of the first are under
    way while it is found out what the next are to show."""

    def found() -> Iterator[Sequence[Job]]:
        for some in coming:
            batch.jobs.extend(some)
            yield some

    yield from _write(batch, found(), lambda job: _missing(batch, job))


def rest(batch: Batch) -> Iterator[Task | None]:
    """What is left to write when those have come back: the summaries of what may have to be shortened."""
    yield from batch.settled()
    for job in batch.jobs:
        if batch.failed and any(post.id in batch.failed for post in job.shown):
            without(job, batch.failed)
            job.stale = batch.press.stale(job)
    over = [job for job in batch.jobs if job.stale and _exceeds(batch, job)]
    if not over:
        return
    yield from _write(batch, [over], lambda job: _missing_short(batch, job))
    yield from batch.settled()
    for job in over:
        if not any(post.id in batch.waiting for post in job.shown):
            job.cut = _cut(batch, job)
    # what is no longer shortened is needed in full again
    yield from _write(batch, [over], lambda job: _missing_whole(batch, job))
    yield from batch.settled()


def _write(batch: Batch, coming: Iterable[Sequence[Job]], missing: Missing) -> Iterator[Task]:
    for some in batched(_orders(batch, coming, missing), POSTS_AT_ONCE):
        yield batch.task([order for order, _ in some], partial(_noted, batch, [asked for _, asked in some]))


def _noted(batch: Batch, asked: Sequence[Asked], results: Results) -> None:
    for kept, (entry, looks) in zip(results, asked, strict=True):
        if isinstance(kept, Kept):
            _note(batch, kept, entry, looks)


def _orders(batch: Batch, coming: Iterable[Sequence[Job]], missing: Missing) -> Iterator[tuple[Order, Asked]]:
    """What is missing and nobody asked for yet, each entry in each look once."""
    supply = batch.supply
    for jobs in coming:
        wanted: dict[Key, set[Look]] = {}
        for job in jobs:
            for entry, look in missing(job):
                ordered = supply.ordered.setdefault(look, {})
                batch.asked.add(entry[0])
                if entry in ordered:
                    batch.relies_on(ordered[entry])
                elif entry[0] not in batch.waiting:
                    ordered[entry] = batch
                    wanted.setdefault(entry, set()).add(look)
        asked = {entry[0]: (entry, tuple(sorted(looks))) for entry, looks in wanted.items()}
        made = {entry_id: entry for job in jobs for entry_id, entry in job.made.items() if entry_id in asked}
        for each in sorted(made):
            yield Order(each, asked[each][1], made=made[each]()), asked[each]
        recipes = list(batch.press.index.recipes(sorted(set(asked) - set(made))))
        supply.note_tried(recipes)
        for recipe in recipes:
            yield Order(recipe.id, asked[recipe.id][1], recipe), asked[recipe.id]


def _note(batch: Batch, kept: Kept, entry: Key, looks: Sequence[Look]) -> None:
    done = batch.done
    done.problems.extend(kept.problems)
    if kept.cuts is None:
        (batch.supply.failed if _is_fault(kept.problems) else batch.supply.waiting).add(kept.id)
        return
    if kept.id not in batch.supply.made:
        batch.supply.made.add(kept.id)
        done.rendered += 1
    if kept.id > 0:
        batch.faults[kept.id] = tuple(dict.fromkeys(kept.faults)) if kept.faults else ()
    for look, cuts in zip(looks, kept.cuts, strict=True):
        batch.fragments.add(entry, look, cuts)


def _is_fault(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _missing(batch: Batch, job: Job) -> Iterator[tuple[Key, Look]]:
    """The posts of a job of whose entries neither the bytes are at hand nor, where that is enough, the length."""
    if not job.stale:
        return
    known = _in_all([_known(batch, job, stale.due) for stale in job.stale])
    look, written = job.look, batch.fragments.written(job.look)
    for post in job.shown:
        entry = (post.id, post.key)
        if entry not in written and entry not in known:
            yield entry, look


def _in_all(found: Sequence[Collection[Key]]) -> Collection[Key]:
    """The entries that each of some documents, of one at least, has."""
    return set(found[0]).intersection(*found[1:]) if all(found) else ()


def _known(batch: Batch, job: Job, due: Due) -> Collection[Key]:
    return due.lengths() if job.budget and batch.trusts(due) else batch.held(due)


def _exceeds(batch: Batch, job: Job) -> bool:
    if not job.budget or (batch.waiting and any(post.id in batch.waiting for post in job.shown)):
        return False
    return any(
        _was_shortened(each.due) or budget.exceeds(lengths(batch, job, each), _frame(job, each), job.budget)
        for each in _counted(job)
    )


def _counted(job: Job) -> list[Stale]:
    """The documents that the budget is for: a page for people shows no more than summaries anyway."""
    return [each for each in job.stale if each.due.format != "html"]


def _was_shortened(due: Due) -> bool:
    return bool(due.reusable(short=True))


def lengths(batch: Batch, job: Job, stale: Stale) -> list[int]:
    """How long each entry is in full."""
    written, number = batch.fragments.written(job.look), batch.fragments.number(stale.due.format)
    known = stale.due.lengths()
    return [
        written[entry][number][2] if entry in written else known[entry]
        for entry in [(post.id, post.key) for post in job.shown]
    ]


def _frame(job: Job, stale: Stale) -> int:
    around = stale.envelope
    return len(around.head) + len(around.tail) + len(around.separator) * max(0, len(job.shown) - 1)


def short_look(job: Job) -> Look:
    return Look("summary", job.look.profile)


def _missing_short(batch: Batch, job: Job) -> Iterator[tuple[Key, Look]]:
    held = _in_all([batch.held(each.due, short=True) for each in job.stale])
    for post in job.shown:
        entry = (post.id, post.key)
        if batch.fragments.lacks(entry, short_look(job)) and entry not in held:
            yield entry, short_look(job)


def _cut(batch: Batch, job: Job) -> frozenset[int]:
    """The entries that are shortened: all that some format needs to be."""
    stale_paths = {stale.due.path for stale in job.stale}
    if found := [each for each in job.documents if each.path not in stale_paths and each.format != "html"]:
        # another format stands already, and shows the same
        return frozenset(entry for entry, _key in found[0].reusable(short=True))
    cut: set[int] = set()
    for stale in _counted(job):
        full = lengths(batch, job, stale)
        short = [_short_length(batch, job, stale.due, post) for post in job.shown]
        places = budget.shortened(full, short, _frame(job, stale), job.budget)
        cut.update(job.shown[place].id for place in places)
    return frozenset(cut)


def _short_length(batch: Batch, job: Job, due: Due, post: Shown) -> int:
    entry = (post.id, post.key)
    if batch.fragments.lacks(entry, short_look(job)):
        return due.reusable(short=True)[entry][1]
    return batch.fragments.length(entry, short_look(job), due.format)


def _missing_whole(batch: Batch, job: Job) -> Iterator[tuple[Key, Look]]:
    held = _in_all([batch.held(each.due) for each in job.stale])
    for post in (post for post in job.shown if post.id not in job.cut):
        entry = (post.id, post.key)
        if batch.fragments.lacks(entry, job.look) and entry not in held:
            yield entry, job.look
