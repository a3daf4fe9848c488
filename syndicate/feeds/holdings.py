"""What each feed holds: how many entries of which posts, in which look, with what history. Pure.

In: the settings of all feeds and those of the operator's own. Out: one Holding for a feed.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndicate.index import SITE, Chosen
from syndicate.index.shelves import apart, page_of
from syndicate.model.records import NamedTuple, dataclass, field

ON_BY_ITSELF = 5_000
"""Up to so many posts a site feed is given a history where nobody said whether it is to have one."""


class Look(NamedTuple):
    """What an entry carries (`full`, `summary`, `titles`), and what HTML it may hold (as in `safe.clean`)."""

    content: str = "full"
    profile: str = "safe"


@dataclass(frozen=True, slots=True)
class Holding:
    """What one feed holds.

    `limit` is the number of its newest entries, `max_bytes` the budget of a document (0: none). `history` tells whether
    older entries can be reached, None where its size decides. `chosen` is what a feed of the operator's own is about;
    `digest` is `daily` or `weekly` where each of its entries lists the posts of that time. `moves` says that time alone
    may change what it shows.
    """

    limit: int
    look: Look
    max_bytes: int = 0
    history: bool | None = None
    chosen: Chosen | None = None
    digest: str = ""
    moves: bool = False


@dataclass(frozen=True)
class Holdings:
    """What all feeds of a site hold; `history` is `feed.history` of the settings.

    `min_posts` and `active_within` (seconds) say which terms get a feed, `gone_after` (seconds, None: never) when one
    without posts is given up.
    """

    usual: Holding
    history: str = "off"
    own: Mapping[str, Holding] = field(default_factory=dict)
    min_posts: int = 1
    active_within: int | None = None
    gone_after: int | None = None
    tombstones: int | None = None

    def of(self, taxonomy: str, name: str) -> Holding | None:
        """What the feed with this taxonomy (on its shelf) and name holds; None for one that is declared no more."""
        return self.usual if is_site(taxonomy, name) or taxonomy else self.own.get(name)

    def has_history(self, taxonomy: str, name: str, posts: int, pages: int) -> bool:
        """Whether older entries of a feed with so many posts can be reached; a history that has begun goes on."""
        holding = self.of(taxonomy, name)
        if holding is None or holding.digest:
            return False
        if holding.history is not None:
            return holding.history
        if self.history != "auto":
            return self.history == "all" or (self.history == "site" and is_site(taxonomy, name))
        return is_site(taxonomy, name) and (pages > 0 or posts <= ON_BY_ITSELF)

    def may_have_history(self, taxonomy: str, name: str) -> bool:
        """Whether it is worth asking if older entries of a feed can be reached; not for a page of a history."""
        return not page_of(taxonomy)[0] and self.has_history(taxonomy, name, 0, 0)

    def begins(self, posts: int, newest: int | None, now: int) -> bool:
        """Whether a term that has no feed yet gets one."""
        if posts < self.min_posts:
            return False
        return self.active_within is None or (newest is not None and newest > now - self.active_within)


def is_site(taxonomy: str, name: str) -> bool:
    """Whether a pair of the index means the feed of the whole site, in whichever language."""
    return (taxonomy, name) == SITE or (bool(taxonomy) and not apart(taxonomy)[1])
