"""Documents that are staged → in their places and recorded, a batch at a time.

The disk takes its time over a batch. So it is given one in a thread while the entries of the next batch are being
written and its documents staged, and what is left to do here is done where the workers have something to do as well.
Two batches never mix: what workers have staged of the next one is taken over when this one is in its place. Where
documents are staged by this process itself, or others are still to be taken away, none is staged before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Self, TypeVar

from syndicate.delivery import variants
from syndicate.delivery.codings import SUFFIXES
from syndicate.delivery.jobs import Job, Pair
from syndicate.delivery.listing import LISTED
from syndicate.delivery.pages import is_foreign
from syndicate.delivery.press import Press
from syndicate.delivery.supply import Batch
from syndicate.engines.beside import Wait
from syndicate.index import DocumentRow
from syndicate.index.shelves import page_of
from syndicate.model.records import NamedTuple

_MANY = 32
"""Documents from which on the disk is given them while something else is done."""

_Any = TypeVar("_Any")


class Staged(NamedTuple):
    """A batch whose documents are staged: each of its jobs with the rows of those that were made.

    `told` is called once they are in their places and recorded.
    """

    batch: Batch
    finished: list[tuple[Job, list[DocumentRow]]]
    told: Callable[[], None]


class Ahead:
    """Jobs, some at a time; the first can be found out before they are asked for, while others are busy."""

    def __init__(self, jobs: Iterator[list[Job]]) -> None:
        self._jobs, self._first = jobs, list[list[Job]]()
        self._fault: Exception | None = None

    def begin(self) -> None:
        """Find out the first; what goes wrong with that is theirs, not of those that are under way."""
        try:
            self._first = self._first or list(islice(self._jobs, 1))
        except Exception as fault:  # noqa: BLE001 raised where they are asked for
            self._fault = fault

    def __iter__(self) -> Iterator[list[Job]]:
        if self._fault:
            raise self._fault
        yield from self._first
        yield from self._jobs


class Placing:
    """Puts staged batches in place, one after the other. To be used with `with`: what is staged then is not lost."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._staged: Staged | None = None
        self._flushing: Wait | None = None
        self._unclean = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        try:
            self.end()
        except Exception as other:
            if fault is None:
                raise
            fault.add_note(f"and then: {other}")
        if self._unclean and fault is None:
            self._press.publisher.sweep()  # a worker that died may have left something behind

    @property
    def pending(self) -> dict[str, Pair]:
        """Whose the documents will be that are not in their places yet, by their paths, casefolded."""
        finished = self._staged.finished if self._staged else ()
        return {row.path.casefold(): (job.row.taxonomy, job.row.name) for job, rows in finished for row in rows}

    @property
    def is_in_the_way(self) -> bool:
        """Whether documents are still to be taken away, and folders with them that are empty then, or some will stand
        where variants of others might."""
        finished = self._staged.finished if self._staged else ()
        suffixes = tuple(SUFFIXES.values())
        return any(job.obsolete or any(row.path.endswith(suffixes) for row in rows) for job, rows in finished)

    def begin(self, staged: Staged) -> None:
        """Take on a batch: from now on it is on its way to the disk, unless it is small."""
        self._staged = staged
        if sum(len(rows) for _, rows in staged.finished) >= _MANY:
            self._flushing = Wait(self._press.publisher.flush)

    def meanwhile(self, coming: Iterable[_Any]) -> Iterator[_Any]:
        """The same; behind one of them, once the disk has what it was given, what is left to do."""
        for each in coming:
            yield each
            if self._flushing is None or self._flushing.is_over:
                self.end()

    def end(self) -> None:
        """The batch is in its place and recorded when this returns.

        Raises:
            PublishError: nothing of it is in place.
        """
        staged, self._staged = self._staged, None
        flushing, self._flushing = self._flushing, None
        if flushing:
            flushing.end()
        if staged:
            self._place(staged)
            staged.told()

    def _place(self, staged: Staged) -> None:
        press, finished = self._press, staged.finished
        press.publisher.put()
        # not now, as workers may be staging documents of the next batch
        self._unclean = self._unclean or any(len(rows) < len(job.stale) for job, rows in finished)
        put = {row.path.casefold() for _, rows in finished for row in rows}
        for job, rows in finished:
            if job.obsolete:
                job.obsolete = _obsolete(job, rows, put)
                remove(press, job.obsolete)
        with press.index.transaction():
            self._record(staged)
        staged.batch.done.written += sum(len(rows) for _, rows in finished)
        staged.batch.done.removed += sum(len(job.obsolete) for job, _ in finished)

    def _record(self, staged: Staged) -> None:
        batch, finished = staged.batch, staged.finished
        index = self._press.index
        index.keep_unexpanded(batch.faults)
        for path, sizes in batch.variants.items():
            index.keep_variants(path, sizes)
        index.publish([(job.row, rows, job.obsolete) for job, rows in finished], self._press.now)
        if any(_is_news_of_its_feed(self._press, job, rows) for job, rows in finished):
            index.keep_fact(LISTED, "")
        for job, rows in finished:
            _mark(self._press, job, rows, batch.failed)


def remove(press: Press, paths: Sequence[str]) -> None:
    """Take away documents that are ours, with what stands beside them."""
    ours = [path for path in paths if not is_foreign(press.publisher, path)]
    press.publisher.remove([*variants.of(press, paths), *ours])


def _obsolete(job: Job, rows: Sequence[DocumentRow], put: set[str]) -> list[str]:
    """The paths that are left for good: nothing else was put there, and what should stand elsewhere now does."""
    made = {row.path for row in rows}
    unsound = {each.due.published.path for each in job.stale if each.due.published and each.due.path not in made}
    return [path for path in job.obsolete if path.casefold() not in put and path not in unsound]


def _is_news_of_its_feed(press: Press, job: Job, rows: list[DocumentRow]) -> bool:
    """Whether what is said of the feed elsewhere is no longer what it is."""
    return bool(job.known != job.row or (rows and press.copies)) and not page_of(job.row.taxonomy)[0]


def _mark(press: Press, job: Job, rows: list[DocumentRow], failed: set[int]) -> None:
    if failed or len(rows) < len(job.stale):
        # an entry that cannot be made, or a document that is not sound, is tried, and told of, at every run
        row = job.row
        now = press.desk.job(row.taxonomy, row.name, row.posts, row.newest)
        if any(post.id in failed for post in now.shown) or len(rows) < len(job.stale):
            press.index.touch(row.taxonomy, row.name)
