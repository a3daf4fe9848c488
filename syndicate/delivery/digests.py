"""The entries of a digest feed: which there are by the index, and how each is made when it is needed.

An entry of a digest is no post's. Its id in documents is a negative number made of the entry's own id, so that
the digests of two feeds are never taken for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Literal, cast
from zoneinfo import ZoneInfo

from syndicate.feeds.digest import Period, entry_of, key_of, member_of, periods
from syndicate.feeds.holdings import Holding
from syndicate.index import Chosen, Index, Shown
from syndicate.index.packing import unpack
from syndicate.model import Entry
from syndicate.model.records import dataclass
from syndicate.model.selection import All

Made = Callable[[], Entry]
"""An entry that is no post's, to be made when it is needed."""


@dataclass(frozen=True)
class Digests:
    """What the entries of one digest feed have in common. `page_url` is where a person reads the feed."""

    index: Index
    holding: Holding
    feed_id: str
    page_url: str
    zone: str
    now: int

    def shown(self, language: str) -> tuple[list[Shown], dict[int, Made]]:
        """The closed periods that the feed shows, the newest first, and how their entries are made."""
        chosen = self.holding.chosen or Chosen(All())
        kind = cast(Literal["daily", "weekly"], self.holding.digest)
        zone = ZoneInfo(self.zone)
        there = periods(self.index.moments(self.now, chosen), kind, zone, self.now, self.holding.limit)
        shown: list[Shown] = []
        made: dict[int, Made] = {}
        for period in there:
            posts = [post for _, post in self.index.between(period.start, period.end, self.now, chosen)]
            one = self._shown(period, posts)
            shown.append(one)
            made[one.id] = partial(self._made, period, [post.id for post in posts], language)
        return shown, made

    def _shown(self, period: Period, posts: Sequence[Shown]) -> Shown:
        updated = max([period.end, *(post.updated for post in posts)])
        name = blake2b(f"{self.feed_id}#{period.name}".encode("utf-8", "surrogatepass"), digest_size=7)
        key = key_of(period, [*(post.key for post in posts), name.digest(), self.page_url.encode()])
        return Shown(-1 - int.from_bytes(name.digest(), "big"), key, updated)

    def _made(self, period: Period, posts: Sequence[int], language: str) -> Entry:
        recipes = sorted(self.index.recipes(posts), key=lambda recipe: (recipe.published, recipe.path))
        members = [member_of(unpack(recipe.packed, recipe.path), recipe) for recipe in recipes]
        return entry_of(
            period,
            members,
            feed_id=self.feed_id,
            page_url=self.page_url,
            zone=ZoneInfo(self.zone),
            language=language,
        )
