"""Live queries, answered in a process of their own: which posts are meant, and their entries as feeds show them.

A query may be anybody's: the rules of the language bound its size, and here is the time it may take. Where it kills
its process, nobody else comes to harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order, Writer
from syndicate.index import Chosen, Shown
from syndicate.index.words import Asking, TooLong


class Question(NamedTuple):
    """The first `limit` posts that a selection has at `now` are wanted, in a format."""

    chosen: Chosen
    limit: int
    now: int
    form: str


class Answer(NamedTuple):
    """The posts in order, and the fragment of each. `fault` says why there are none: `slow` or `broken`."""

    shown: tuple[Shown, ...] = ()
    fragments: tuple[bytes, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Clerk:
    """Answers questions. Travels to the worker.

    `opening` opens the state with the full text; `seconds` is the time that each question has there.
    """

    opening: Callable[[], Asking]
    writer: Writer
    look: Look
    seconds: float

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer per question, in order."""
        return [self._answer(question) for question in questions]

    def lost(self, _question: Question) -> Answer:
        """What stands for a question that killed its worker, or never came to an end."""
        return Answer(fault="broken")

    def _answer(self, question: Question) -> Answer:
        with closing(self.opening()) as index:
            try:
                found = index.found(question.chosen, question.limit, question.now, self.seconds)
            except TooLong:
                return Answer(fault="slow")
            except index.faults:
                return Answer(fault="broken")
        # a post that has come meanwhile has no id before the next run
        orders = [Order(recipe.id, (self.look,), recipe) for _, recipe in found if recipe.entry_id]
        written = replace(self.writer, formats=(question.form,)).write(orders)
        made = {each.id: each.fragments[0][0] for each in written if each.fragments}
        shown = tuple(post for post, _ in found if post.id in made)
        return Answer(shown, tuple(made[post.id] for post in shown))
