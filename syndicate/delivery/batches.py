"""A batch of feeds on its way through a run, and the tasks that it hands to the engine.

All tasks of a run are one stream: the entries of a batch, then those of the next one, then the documents of the first,
and so on. So workers never wait for the end of one kind of work before the next is begun.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from syndicate.content import LOST
from syndicate.delivery.fragments import Fragments
from syndicate.delivery.jobs import Job
from syndicate.delivery.making import Kept, Made, Maker, Sheet
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.release import Due, Key
from syndicate.engines import Engine
from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order
from syndicate.index import Recipe
from syndicate.markup.templates import Fault
from syndicate.model.records import NamedTuple, dataclass, field

Results = list[Kept | Made]


class Task(NamedTuple):
    """What is to be made at once, and who takes the results, in the order of the items."""

    items: Sequence[Order | Sheet]
    take: Callable[[Results], None]


@dataclass(frozen=True)
class Supply:
    """What the batches of a run have in common. `ordered` says of the entries that were asked for, each once in a look,
    by which batch; of those some `failed`, some are `waiting` for the next scan, and the posts of others are `made`."""

    press: Press
    maker: Maker
    fragments: Fragments
    done: Printed
    ordered: dict[Look, dict[Key, Batch]] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    made: set[int] = field(default_factory=set)

    def forget(self, batch: Batch) -> None:
        """A batch has come to nothing: what it asked for may never have been handed out."""
        for look, ordered in self.ordered.items():
            self.ordered[look] = {entry: by for entry, by in ordered.items() if by is not batch}

    def note_tried(self, recipes: Iterable[Recipe]) -> None:
        """Where some post is known to be deadly, it is noted which are tried."""
        if self.press.index.fact(LOST):
            self.done.tried.update((recipe.path, recipe.digest) for recipe in recipes)

    def lost(self, item: Order | Sheet) -> Kept | Made:
        """What stands for what killed its worker or never came to an end."""
        if isinstance(item, Order) and item.recipe:
            self.done.lost[item.recipe.path] = item.recipe.digest
        return self.maker.lost(item)


@dataclass(slots=True)
class Batch:
    """What is known of the entries and documents of a batch.

    What became of the entries it asked for is known once it is settled: which `failed`, and which posts are `waiting`
    for the next scan.
    """

    supply: Supply
    jobs: list[Job] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    """The posts of whose entries it needs some, whoever was the first to ask."""
    waiting: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    faults: dict[int, tuple[Fault, ...]] = field(default_factory=dict)
    """What template code could not be expanded in its entries, by post."""
    variants: dict[str, dict[str, int]] = field(default_factory=dict)
    """What stands beside its documents: path → coding → bytes."""
    staged: list[object] = field(default_factory=list)
    """What was staged of its documents, for the publisher to take over."""
    _relied_on: list[Batch] = field(default_factory=list)
    """Others that were the first to ask for what it needs, too."""
    _under_way: int = 0
    _then: Callable[[], None] | None = None
    _trusted: dict[str, bool] = field(default_factory=dict)

    @property
    def press(self) -> Press:
        return self.supply.press

    @property
    def fragments(self) -> Fragments:
        return self.supply.fragments

    @property
    def done(self) -> Printed:
        return self.supply.done

    # -- its tasks

    def task(self, items: Sequence[Order | Sheet], take: Callable[[Results], None]) -> Task:
        """One more that it waits for."""
        self._under_way += 1
        return Task(items, partial(self._take, take))

    def relies_on(self, other: Batch) -> None:
        """What it needs is being made for that one."""
        if other is not self and not any(other is each for each in self._relied_on):
            self._relied_on.append(other)

    def settled(self) -> Iterator[None]:
        """A pause, and another, until all its tasks have come back, and those of others that it relies on."""
        while self._under_way or any(each._under_way for each in self._relied_on):
            yield None
        self.failed = self.asked & self.supply.failed
        self.waiting = self.asked & self.supply.waiting

    def when_settled(self, then: Callable[[], None]) -> None:
        """What is done as soon as all its tasks have come back; at once where none is under way."""
        if self._under_way:
            self._then = then
        else:
            then()

    def _take(self, take: Callable[[Results], None], results: Results) -> None:
        take(results)
        self._under_way -= 1
        if not self._under_way and self._then:
            then, self._then = self._then, None
            then()

    # -- what is there already

    def trusts(self, due: Due) -> bool:
        """Whether fragments may be cut out of a published document: it is there, and as we left it."""
        if self.press.anew:
            return False
        if due.path not in self._trusted:
            self._trusted[due.path] = self.fragments.document(due) is not None
        return self._trusted[due.path]

    def held(self, due: Due, short: bool = False) -> Collection[Key]:
        """The entries whose fragments can be cut out of a published document: those in full, or those shortened."""
        return due.reusable(short) if self.trusts(due) else ()


def worked_off(engine: Engine, supply: Supply, tasks: Iterable[Task | None]) -> Iterator[None]:
    """Have all of them done; a step is over whenever somebody has taken results. None among them is a pause."""
    taking = deque[Callable[[Results], None]]()

    def items() -> Iterator[Sequence[Order | Sheet] | None]:
        for task in tasks:
            if task:
                taking.append(task.take)
            yield task.items if task else None

    for results in engine.run(supply.maker.make, items(), supply.lost):
        taking.popleft()(results)
        yield
