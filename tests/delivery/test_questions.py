"""Questions handed in: what becomes of entries that are large, cannot be made, or have to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from syndicate.delivery.questions import MOST_BYTES, Counter, Found, Page, Question
from syndicate.engines.serial import Serial
from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Written
from syndicate.index import Chosen, Recipe, Shown
from syndicate.model import Problem, Severity
from syndicate.model.selection import All

QUESTION = Question(Chosen(All()), 10, 0)


@dataclass
class Hand:
    """Does what a Clerk does, of what it is given: post → bytes, or how bad it is that there are none."""

    made: dict[int, bytes | Severity]
    look: Look = field(default_factory=Look)
    asked: list[int] = field(default_factory=list)

    def work(self, items: Sequence[Question | Page]) -> list[Found | Written]:
        return [self.written(each.order.id) if isinstance(each, Page) else self.found() for each in items]

    def found(self) -> Found:
        return Found(
            tuple((Shown(post, b"k", post), Recipe(post, b"p", b"", "", "id", 0, 0, None)) for post in self.made)
        )

    def written(self, post: int) -> Written:
        self.asked.append(post)
        made = self.made[post]
        if isinstance(made, bytes):
            return Written(post, ((made,),))
        return Written(post, None, (Problem("p", made, "x", "y"),))

    def lost(self, item: Question | Page) -> Found | Written:
        raise AssertionError(item)


def answer(counter: Counter, hand: Hand) -> list[int]:
    got = counter.answer(Serial(), hand, QUESTION, "atom")  # type: ignore[arg-type]
    assert got.fragments == tuple(hand.made[post.id] for post in got.shown)
    return [post.id for post in got.shown]


def test_no_answer_grows_without_end() -> None:
    large = b"x" * (MOST_BYTES // 2 + 1)
    assert answer(Counter(), Hand({1: large, 2: large, 3: b"small", 4: b""})) == [1, 2]
    assert answer(Counter(), Hand({1: large, 2: b"small", 3: b"small"})) == [1, 2, 3]


def test_what_cannot_be_made_is_not_tried_again_as_it_is() -> None:
    counter, hand = Counter(), Hand({1: b"a", 2: Severity.ERROR, 3: Severity.INFO})
    assert answer(counter, hand) == [1]
    assert answer(counter, hand) == [1]
    assert hand.asked == [1, 2, 3, 1, 3], "what is changing just now is asked for again"


def test_nothing_found_is_nothing_to_be_written() -> None:
    hand = Hand({})
    assert answer(Counter(), hand) == []
    assert hand.asked == []
