"""In which feeds a post is or is not, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from syndicate.delivery.press import Press
from syndicate.feeds.holdings import Holding
from syndicate.feeds.taxonomy import feed_key, slug
from syndicate.index import Chosen, Index, Kept
from syndicate.index.shelves import paged
from syndicate.model import Post, Term
from syndicate.model.records import dataclass
from syndicate.model.selection import All, Says, fold


@dataclass(frozen=True)
class Membership:
    """A feed that the post is about: `shown` None where that cannot be known, `why` it is or is not in it."""

    key: str
    slug: str
    shown: bool | None
    why: str
    urls: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Memberships:
    """The feeds of one post; `why_not` says why it is shown nowhere, "" where it is.

    `index` is what is known of all posts, None where nothing is; `now` is in epoch seconds.
    """

    press: Press
    index: Index | None
    now: int
    kept: Kept | None
    why_not: str

    def of(self, post: Post, language: str) -> Iterator[Membership]:
        """The feed of the site, those of its terms, those of the operator's own, in this order."""
        shelf = f"{language}/" if language else ""
        yield self._feed(shelf, "", language, None)
        for taxonomy, name in post.terms:
            term = Term(taxonomy, name, self._slug(taxonomy, name))
            yield self._feed(f"{shelf}{taxonomy}", name, language, term)
        for name, holding in self.press.desk.holdings.own.items():
            yield self._own(name, holding)

    def _feed(self, taxonomy: str, name: str, language: str, term: Term | None) -> Membership:
        if term and term.taxonomy not in self.press.desk.taxonomies:
            why = f"{term.taxonomy} have no feeds of their own; add them to feed.taxonomies"
            return Membership(feed_key(taxonomy, name), term.slug, False, why)
        if why := self._too_few(taxonomy, name, term):
            return Membership(feed_key(taxonomy, name), term.slug if term else "", False, why)
        feed = self.press.plan.feed(term, language=language)
        shown, why = self._place(taxonomy, name)
        return Membership(feed.key, term.slug if term else "", shown, why, self._urls(feed.paths))

    def _own(self, name: str, holding: Holding) -> Membership:
        feed = self.press.plan.feed(Term("", name, name))
        shown, why = self._place_in_own(name, holding)
        return Membership(feed.key, name, shown, why, self._urls(feed.paths) if shown is not False else ())

    def _urls(self, paths: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((form, self.press.plan.url(path)) for form, path in paths)

    def _too_few(self, taxonomy: str, name: str, term: Term | None) -> str:
        """Why a term is not worth a feed, "" where it is or where that cannot be known."""
        if term is None or self.index is None or self.why_not or not self.kept:
            return ""
        desk = replace(self.press.desk.at(self.now), index=self.index)
        count, newest = desk.size(taxonomy, name)
        if not count or desk.wanted(taxonomy, name, count, newest):
            return ""
        if count < desk.holdings.min_posts:
            return f"there are not yet {desk.holdings.min_posts} posts for a feed (feed.min_posts)"
        return "no post is new enough for a feed (feed.active_within)"

    # -- places

    def _place(self, taxonomy: str, name: str) -> tuple[bool | None, str]:
        """Whether a feed shows the post, and why."""
        limit = self.press.desk.holdings.usual.limit
        if self.why_not:
            return False, self.why_not
        if self.index is None:
            return None, f"if it is among the newest {limit}, which a build will tell"
        if not self.kept or self.kept.state != "public":
            return None, "it was not there at the last build"
        newest = [each.id for each in self.index.newest(taxonomy, name, limit, self.now)]
        if self.kept.id in newest:
            return self._number(newest)
        if (taxonomy, name) not in (*self.kept.terms, ("", "")):
            return None, "it was not about this at the last build"
        return self._behind(taxonomy, name, limit)

    def _number(self, shown: list[int]) -> tuple[bool, str]:
        assert self.kept is not None  # noqa: S101
        stands_in = ", as its last good version" if self.kept.broken else ""
        return True, f"number {shown.index(self.kept.id) + 1} of the {len(shown)} shown{stands_in}"

    def _behind(self, taxonomy: str, name: str, limit: int) -> tuple[bool, str]:
        """The post is not among the newest: it is in the history of the feed, where that has one."""
        assert self.index is not None and self.kept is not None  # noqa: S101
        newer = f"{limit} {'post is' if limit == 1 else 'posts are'} newer"
        for page in range(self.index.pages(taxonomy, name), 0, -1):
            if self.kept.id in [each.id for each in self.index.on_page(paged(taxonomy, page), name, self.now)]:
                return False, f"{newer}; it is on page {page} of the history"
        if self.index.pages(taxonomy, name):
            return True, f"{newer}, but no page of the history has it yet"
        return False, f"{newer}, and a feed holds {limit} (feed.limit)"

    def _place_in_own(self, name: str, holding: Holding) -> tuple[bool | None, str]:
        """Whether a feed of the operator's own shows the post, and why."""
        if self.why_not:
            return False, self.why_not
        if self.index is None or holding.chosen is None:
            return None, "if its query means it, which a build will tell"
        if not self.kept or self.kept.state != "public":
            return None, "it was not there at the last build"
        if not self._is_meant(holding.chosen):
            old = " or is too old (max_age)" if holding.chosen.max_age else ""
            return False, f"its query does not mean it{old}"
        if holding.digest:
            return True, f"its {holding.digest} digest lists it when its time is over"
        shown = [each.id for each in self.index.newest("", name, holding.limit, self.now, holding.chosen)]
        if self.kept.id in shown:
            return self._number(shown)
        first = "1 post comes" if holding.limit == 1 else f"{holding.limit} posts come"
        return False, f"{first} first in its order (limit)"

    def _is_meant(self, chosen: Chosen) -> bool:
        assert self.index is not None and self.kept is not None  # noqa: S101
        this = Says("id", "is", fold(self.kept.entry_id or self.kept.wanted_id))
        found = self.index.newest("", "", -1, self.now, chosen._replace(tree=All((this, chosen.tree))))
        return self.kept.id in [each.id for each in found]

    # -- slugs

    def _slug(self, taxonomy: str, name: str) -> str:
        """The slug of a term: the frozen one, or the one it would get; none is frozen here."""
        plan, rule = self.press.plan, self.press.plan.rule(taxonomy)

        def made(taken: Callable[[str], bool]) -> str:
            raise _NotFrozen(slug(name, taxonomy, rule, lambda each: taken(each) or plan.reserves(taxonomy, each)))

        try:
            return self.press.index.slug(taxonomy, name, rule, made)
        except _NotFrozen as fresh:
            return str(fresh)


class _NotFrozen(Exception):
    """The slug that a term would get."""
