"""Live queries, answered in a process of their own: which posts are meant, and their entries as feeds show them.

A query may be anybody's: the rules of the language bound its size, and here is the time it may take. Where it kills
its process, or an entry does, nobody else comes to harm: the engine finds out which item it was, and goes on without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import cast

from syndicate.engines import Engine
from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order, Writer, Written
from syndicate.index import Chosen, Recipe, Shown
from syndicate.index.words import Asking, TooLong
from syndicate.model import Severity
from syndicate.model.records import NamedTuple, dataclass

Key = tuple[int, bytes]
"""A post as it is now: its row, and the key of that."""

MOST_SPOILT = 1_000
"""Posts that are remembered as such that cannot be shown."""


MOST_BYTES = 8 << 20
"""Bytes of entries from which on no further one is given."""


class Question(NamedTuple):
    """The first `limit` posts that a selection has at `now` are wanted."""

    chosen: Chosen
    limit: int
    now: int


class Page(NamedTuple):
    """An entry is wanted in a format."""

    form: str
    order: Order


class Found(NamedTuple):
    """The posts in order. `fault` says why there are none: `slow` or `broken`."""

    posts: tuple[tuple[Shown, Recipe], ...] = ()
    fault: str = ""


class Answer(NamedTuple):
    """The posts in order, and the fragment of each; `fault` as in `Found`."""

    shown: tuple[Shown, ...] = ()
    fragments: tuple[bytes, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Clerk:
    """Does what is asked in the worker; travels there.

    `opening` opens the state with the full text; `seconds` is the time that each question has there.
    """

    opening: Callable[[], Asking]
    writer: Writer
    look: Look
    seconds: float

    def work(self, items: Sequence[Question | Page]) -> list[Found | Written]:
        """One result per item, in order. The pages of a batch are all in one format."""
        pages = [each for each in items if isinstance(each, Page)]
        writer = replace(self.writer, formats=(pages[0].form,)) if pages else self.writer
        written = iter(writer.write([page.order for page in pages]))
        return [next(written) if isinstance(each, Page) else self._found(each) for each in items]

    def lost(self, item: Question | Page) -> Found | Written:
        """What stands for an item that killed its worker, or never came to an end."""
        return self.writer.lost(item.order) if isinstance(item, Page) else Found(fault="broken")

    def _found(self, question: Question) -> Found:
        with closing(self.opening()) as index:
            try:
                found = index.found(question.chosen, question.limit, question.now, self.seconds)
            except TooLong:
                return Found(fault="slow")
            except index.faults:
                return Found(fault="broken")
        # a post that has come meanwhile has no id before the next run
        return Found(tuple((post, recipe) for post, recipe in found if recipe.entry_id))


class Counter:
    """Where questions are handed in, one at a time. Knows which posts cannot be shown, so that none kills twice."""

    def __init__(self) -> None:
        self._spoilt: dict[Key, None] = {}

    def answer(self, engine: Engine, clerk: Clerk, question: Question, form: str) -> Answer:
        """The answer to a question; an entry that cannot be made is left out."""
        (found,) = cast("list[Found]", self._worked(engine, clerk, [question]))
        posts = [(post, recipe) for post, recipe in found.posts if (post.id, post.key) not in self._spoilt]
        pages = [Page(form, Order(recipe.id, (clerk.look,), recipe)) for _, recipe in posts]
        written = cast("list[Written]", self._worked(engine, clerk, pages))
        shown: list[Shown] = []
        fragments: list[bytes] = []
        size = 0
        for (post, _), each in zip(posts, written, strict=True):
            if each.fragments is not None and size <= MOST_BYTES:
                shown.append(post)
                fragments.append(each.fragments[0][0])
                size += len(fragments[-1])
            elif any(problem.severity is Severity.ERROR for problem in each.problems):
                self._note(post)
        return Answer(tuple(shown), tuple(fragments), found.fault)

    def _worked(self, engine: Engine, clerk: Clerk, items: Sequence[Question | Page]) -> list[Found | Written]:
        return [each for some in engine.run(clerk.work, [items] if items else [], clerk.lost) for each in some]

    def _note(self, post: Shown) -> None:
        if len(self._spoilt) >= MOST_SPOILT:
            self._spoilt.pop(next(iter(self._spoilt)))
        self._spoilt[post.id, post.key] = None
