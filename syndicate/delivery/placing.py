"""Documents that are staged → in their places and recorded, a batch at a time.

The disk takes its time over a batch. So it is given one in a thread while the entries and documents of the next ones
are being made, and what is left to do here is done where the workers have something to do as well. Two batches never
mix: what workers have staged of the next one is taken over when this one is in its place. Where documents are staged by
this process itself, or others are still to be taken away, none is staged before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Self

from syndicate.delivery import variants
from syndicate.delivery.batches import Batch
from syndicate.delivery.codings import SUFFIXES
from syndicate.delivery.jobs import Job, Pair
from syndicate.delivery.listing import LISTED
from syndicate.delivery.pages import is_foreign
from syndicate.delivery.press import Press
from syndicate.engines.beside import Wait
from syndicate.index import DocumentRow
from syndicate.index.shelves import page_of
from syndicate.model.records import NamedTuple

_MANY = 32
"""Documents from which on the disk is given them while something else is done."""

_AT_MOST = 2
"""Batches that wait at most while the disk has one: it may take longer over one than over others."""


class Staged(NamedTuple):
    """A batch whose documents are staged: each of its jobs with the rows of those that were made.

    `told` is called once they are in their places and recorded.
    """

    batch: Batch
    finished: list[tuple[Job, list[DocumentRow]]]
    told: Callable[[], None]


class Placing:
    """Puts staged batches in place, one after the other. To be used with `with`: what is staged then is not lost.

    `one_by_one`: documents are staged by this process, so none may be while others wait for their places.
    """

    def __init__(self, press: Press, *, one_by_one: bool = False) -> None:
        self._press, self._one_by_one = press, one_by_one
        self._waiting = deque[Staged]()
        self._putting: Wait | None = None
        self._unclean = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        try:
            if self._putting and not self._waiting:
                self._putting.end()  # whoever was to wait for it was interrupted
            self.end()
        except Exception as other:
            if fault is None:
                raise
            fault.add_note(f"and then: {other}")
        if self._unclean and fault is None:
            self._press.publisher.sweep()  # a worker that died may have left something behind

    @property
    def _finished(self) -> Iterator[tuple[Job, list[DocumentRow]]]:
        return chain.from_iterable(each.finished for each in self._waiting)

    @property
    def pending(self) -> dict[str, Pair]:
        """Whose the documents will be that are not in their places yet, by their paths, casefolded."""
        return {row.path.casefold(): (job.row.taxonomy, job.row.name) for job, rows in self._finished for row in rows}

    @property
    def is_in_the_way(self) -> bool:
        """Whether documents are still to be taken away, and folders with them that are empty then, or some will stand
        where variants of others might."""
        suffixes = tuple(SUFFIXES.values())
        return any(job.obsolete or any(row.path.endswith(suffixes) for row in rows) for job, rows in self._finished)

    def make_room(self) -> None:
        """The documents of the next batch are about to be staged."""
        if self._one_by_one or self.is_in_the_way:
            self.end()

    def add(self, staged: Staged) -> None:
        """Take on a batch: it is on its way to the disk as soon as those before it are in their places.

        Raises:
            PublishError: as `end`.
        """
        if len(self._waiting) > _AT_MOST:
            self._place()
        self._waiting.append(staged)
        if len(self._waiting) == 1:
            self._begin()

    def go_on(self) -> None:
        """Do what is left to do of the first batch, if the disk has what it was given.

        Raises:
            PublishError: as `end`.
        """
        if self._waiting and (self._putting is None or self._putting.is_over):
            self._place()

    def end(self) -> None:
        """All batches are in their places and recorded when this returns.

        Raises:
            PublishError: nothing of one of them is in place, nor of those behind it.
        """
        while self._waiting:
            self._place()

    def _begin(self) -> None:
        staged, publisher = self._waiting[0], self._press.publisher
        for each in staged.batch.staged:
            publisher.take_over(each)
        if sum(len(rows) for _, rows in staged.finished) >= _MANY:
            self._putting = Wait(publisher.put)

    def _place(self) -> None:
        """The first batch is in its place and recorded when this returns."""
        try:
            if self._putting:
                self._putting.end()
            else:
                self._press.publisher.put()
            self._putting = None
            staged = self._waiting.popleft()
            self._settle(staged)
            staged.told()
        except BaseException:
            self._waiting.clear()  # nobody has given those behind it to the disk
            if self._putting and self._putting.is_over:
                self._putting = None
            raise
        if self._waiting:
            self._begin()

    def _settle(self, staged: Staged) -> None:
        press, finished = self._press, staged.finished
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
