"""The stage of full text: posts → what they say, as text without markup.

Runs in worker processes, a batch at a time, on the way that entries go; so what is found is what readers are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order, Writer, Written
from syndicate.index import Recipe
from syndicate.markup import excerpt
from syndicate.model import Severity
from syndicate.model.records import NamedTuple, dataclass
from syndicate.model.selection import split

_WHOLE = (Look("full", "safe"),)


class Read(NamedTuple):
    """What a post says, as words (`split`) with a blank between two.

    `waits` says that its file is changing just now: it has to be read another time.
    """

    post: int
    title: str = ""
    body: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Texts:
    """Reads posts by their recipes. Travels to the workers."""

    writer: Writer

    def read(self, recipes: Sequence[Recipe]) -> list[Read]:
        """One result per recipe, in order; of a post that cannot be shown, nothing is known."""
        orders = [Order(recipe.id, _WHOLE, recipe) for recipe in recipes]
        found = []
        for some in self.writer.entries(orders):
            for order, made in some:
                if isinstance(made, Written):
                    waits = not any(problem.severity is Severity.ERROR for problem in made.problems)
                    found.append(Read(order.id, waits=waits))
                else:
                    entry = made.made[0]
                    found.append(Read(order.id, _words(entry.title), _words(excerpt.plain_text(entry.html))))
        return found

    def lost(self, recipe: Recipe) -> Read:
        """What stands for a post that killed its worker."""
        return Read(recipe.id)


def _words(text: str) -> str:
    return " ".join(split(text))
