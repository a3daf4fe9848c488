"""Which documents are due: for each touched feed, what it shows now beside what it has published.

In: names of feeds. Out: jobs, with the documents that are not what is due. A page of a feed's history is a job of its
own. Selection is done here, once for each feed; nothing is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from syndicate.delivery.release import Due, due, entries_digest
from syndicate.feeds.assemble import envelope_digest
from syndicate.feeds.channel import Channels, Standing
from syndicate.feeds.formats import Format
from syndicate.feeds.holdings import Holding, Holdings, Look
from syndicate.feeds.plan import Plan
from syndicate.feeds.rhythm import rhythm
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import FeedRow, Index, Shown
from syndicate.index.shelves import apart, page_of, paged
from syndicate.model import Channel, Deleted, Envelope, Feed, Problem, Severity, Term
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from syndicate.delivery.digests import Made
    from syndicate.feeds.envelopes import Envelopes
    from syndicate.feeds.siblings import Siblings

Pair = tuple[str, str]


class Stale(NamedTuple):
    """A document that has to be assembled: `frame` is the digest of its envelope and its budget."""

    due: Due
    envelope: Envelope
    frame: bytes


@dataclass(slots=True)
class Job:
    """One feed, or one page of its history, under way; `stale` are its documents that are not what is due.

    `known` is its row as it is recorded. `made` are entries that are no post's, by their id; `cut` are those that are
    shortened.
    """

    feed: Feed
    row: FeedRow
    holding: Holding
    shown: list[Shown]
    documents: list[Due]
    obsolete: list[str]
    standing: Standing
    known: FeedRow | None = None
    made: dict[int, Made] = field(default_factory=dict)
    stale: list[Stale] = field(default_factory=list)
    cut: frozenset[int] = frozenset()

    @property
    def look(self) -> Look:
        """How its entries look unless they are shortened."""
        return self.holding.look

    @property
    def budget(self) -> int:
        """Bytes that a document may have, 0 for any number: a page of history must show its entries whole."""
        return self.holding.max_bytes if self.look.content == "full" and not self.standing.page else 0


@dataclass(frozen=True)
class Desk:
    """All it takes to find out which documents are due. `shape(format, look)` is a digest of what makes fragments."""

    index: Index
    plan: Plan
    channels: Channels
    formats: Mapping[str, Format]
    shape: Callable[[str, Look], bytes]
    taxonomies: tuple[str, ...]
    holdings: Holdings
    now: int
    zone: str = "UTC"
    _loose: dict[Pair, list[Shown]] = field(default_factory=dict, compare=False)
    """The posts that stand on no page of a history, as they were found when it was lengthened."""
    _sizes: dict[Pair, tuple[int, int | None]] = field(default_factory=dict, compare=False)
    """What each feed was found to hold: every page of a history asks for its feed's, which is counted post by post."""
    fixed_guid: bool = False
    """The settings name the UUID of the podcast."""

    @cached_property
    def _envelopes(self) -> Mapping[str, Envelopes]:
        # imported here: where no feed is touched, nothing is held against the rules
        from syndicate.feeds.envelopes import Envelopes

        return {name: Envelopes(maker) for name, maker in self.formats.items()}

    @cached_property
    def _siblings(self) -> Siblings:
        from syndicate.feeds.siblings import Siblings

        return Siblings(self.channels, self.plan, self.formats)

    def at(self, now: int) -> Desk:
        """The same for a run of its own, in epoch seconds, that knows nothing of what earlier ones found."""
        return replace(self, now=now, _loose={}, _sizes={})

    # -- which feeds there are to be

    def wanted(self, taxonomy: str, name: str, count: int, newest: int | None) -> bool:
        """Whether there is to be such a feed: one that was published stays, for a while even with nothing to show."""
        page, of = page_of(taxonomy)
        if page:
            return self._is_wanted_page(of, name)
        language, alone = apart(taxonomy)
        there = self.index.feed(taxonomy, name) is not None
        if not alone:
            return self._is_wanted_whole(language, name, count, there)
        if alone not in self.taxonomies:
            return False
        if count:
            return there or self.holdings.begins(count, newest, self.now)
        return there and not self._is_long_empty(taxonomy, name)

    def _is_wanted_whole(self, language: str, name: str, count: int, there: bool) -> bool:
        if language:
            return bool(count or there)
        return not name or name in self.holdings.own

    def _is_wanted_page(self, taxonomy: str, name: str) -> bool:
        count, newest = self.size(taxonomy, name)
        return self.wanted(taxonomy, name, count, newest) and self.has_history(taxonomy, name, count)

    def _is_long_empty(self, taxonomy: str, name: str) -> bool:
        since, span = self.index.empty_since(taxonomy, name), self.holdings.gone_after
        return since is not None and span is not None and since <= self.now - span

    def has_history(self, taxonomy: str, name: str, count: int) -> bool:
        """Whether older entries of this feed can be reached."""
        return self.holdings.has_history(taxonomy, name, count, self.index.pages(taxonomy, name))

    def size(self, taxonomy: str, name: str) -> tuple[int, int | None]:
        """How many posts a feed has, and the moment of the newest."""
        page, _ = page_of(taxonomy)
        holding = self.holdings.of(taxonomy, name)
        if page or holding is None:
            return 0, None
        found = self._sizes.get((taxonomy, name))
        if found is None:
            found = self._sizes[taxonomy, name] = self.index.size(taxonomy, name, self.now, holding.chosen)
        return found

    # -- its history

    def lengthen(self, taxonomy: str, name: str, count: int) -> list[Pair]:
        """Fill further pages of a feed's history, where so many posts stand on none; the pages to be looked at."""
        holding = self.holdings.of(taxonomy, name)
        if page_of(taxonomy)[0] or holding is None or not self.has_history(taxonomy, name, count):
            return []
        last = self.index.pages(taxonomy, name)
        if not last and count <= holding.limit:
            return []
        loose = self.index.unpaged(taxonomy, name, self.now, holding.chosen)
        full = len(loose) // holding.limit
        for number in range(full):
            some = loose[number * holding.limit : (number + 1) * holding.limit]
            self.index.fill_page(taxonomy, name, last + number + 1, [post.id for post in some])
        first = max(1, last) if full else last + 1
        touched = [(paged(taxonomy, page), name) for page in range(first, last + full + 1)]
        for pair in touched:
            self.index.touch(*pair)
        self._loose[taxonomy, name] = loose[full * holding.limit :]
        return touched

    # -- one job

    def job(self, taxonomy: str, name: str, count: int, newest: int | None) -> Job:
        """What this feed, or page of a feed's history, is to show now, and its documents that do not."""
        page, of = page_of(taxonomy)
        holding = self.holdings.of(of, name)
        assert holding is not None, "only feeds that are wanted come so far"  # noqa: S101
        feed = self.feed(of, name)
        paths = self.page_paths(feed, page) if page else feed.paths
        shown, made = self._shown(taxonomy, name, holding, feed)
        documents, obsolete = due(
            paths, lambda form: self.shape(form, holding.look), self.index.documents(taxonomy, name)
        )
        recorded = self.index.feed(taxonomy, name)
        known = recorded or (self.index.feed(of, name) if page else None)
        permanent = self._permanent(known, feed)
        if page:
            count, newest = len(shown), None
        row = FeedRow(taxonomy, name, permanent, count, newest, entries_digest(shown), _updated(shown, known))
        standing = self._standing(taxonomy, name, count, holding, documents, shown)
        return Job(feed, row, holding, shown, documents, obsolete, standing, recorded, made)

    def feed(self, taxonomy: str, name: str) -> Feed:
        """The feed of this taxonomy (on its shelf) and name, with the addresses it has or will have."""
        language, of = apart(taxonomy)
        return self.plan.feed(self._term(of, name), self.channels.home_url(of, name), language)

    def page_paths(self, feed: Feed, page: int) -> tuple[tuple[str, str], ...]:
        """Where this page of a feed's history stands: in every format that readers of feeds know."""
        return tuple((form, self.plan.page_path(path, page)) for form, path in feed.paths if form != "html")

    def _shown(self, taxonomy: str, name: str, holding: Holding, feed: Feed) -> tuple[list[Shown], dict[int, Made]]:
        if page_of(taxonomy)[0]:
            return self.index.on_page(taxonomy, name, self.now, holding.chosen), {}
        if holding.digest:
            return self._digests(name, holding, feed)
        newest = self.index.newest(taxonomy, name, holding.limit, self.now, holding.chosen)
        if not self.index.pages(taxonomy, name):
            return newest, {}
        return self._with_loose(taxonomy, name, holding, newest), {}

    def _with_loose(self, taxonomy: str, name: str, holding: Holding, newest: list[Shown]) -> list[Shown]:
        """The newest posts, and behind them those that stand on no page yet: a post always can be reached."""
        count, _ = self.size(taxonomy, name)
        if not self.has_history(taxonomy, name, count):
            return newest
        known = {post.id for post in newest}
        loose = self._loose.pop((taxonomy, name), None)
        if loose is None:
            loose = self.index.unpaged(taxonomy, name, self.now, holding.chosen)
        return newest + [post for post in reversed(loose) if post.id not in known]

    def _digests(self, name: str, holding: Holding, feed: Feed) -> tuple[list[Shown], dict[int, Made]]:
        """The entries of a digest, which are made only where no document has them."""
        known = self.index.feed("", name)
        from syndicate.delivery.digests import Digests

        maker = Digests(self.index, holding, self._permanent(known, feed), self._page(feed), self.zone, self.now)
        return maker.shown(self.channels.language)

    def _page(self, feed: Feed) -> str:
        path = dict(feed.paths).get("html")
        return self.plan.url(path) if path else feed.home_url

    def _permanent(self, known: FeedRow | None, feed: Feed) -> str:
        """The feed's id for good: the address of its Atom document when it was first published."""
        return known.id if known else self.plan.url(dict(feed.paths).get("atom", feed.paths[0][1]))

    def _standing(
        self, taxonomy: str, name: str, count: int, holding: Holding, documents: Sequence[Due], shown: list[Shown]
    ) -> Standing:
        page, of = page_of(taxonomy)
        last = self.index.pages(of, name)
        if page:
            return Standing(page, last)
        history = self.has_history(taxonomy, name, count)
        complete = history and not last and count <= holding.limit
        deleted = self._deleted(taxonomy, name, documents, shown)
        return Standing(0, last if history else 0, complete, deleted, rhythm(post.updated for post in shown))

    def _deleted(self, taxonomy: str, name: str, documents: Sequence[Due], shown: list[Shown]) -> tuple[Deleted, ...]:
        """The entries that ended while this feed showed them (RFC 6721), as long as it tells of them."""
        span = self.holdings.tombstones
        if span is None:
            return ()
        before = {part.id for each in documents if each.published for part in each.published.parts}
        missing = sorted(before - {post.id for post in shown})
        if missing and (tombs := self.index.dead(missing, self.now)):
            self.index.bury(taxonomy, name, tombs)
        tombs = self.index.tombs(taxonomy, name, self.now - span, self.now)
        return tuple(Deleted(tomb.entry_id, datetime.fromtimestamp(tomb.at, UTC)) for tomb in tombs)

    def _term(self, taxonomy: str, name: str) -> Term | None:
        if not taxonomy:
            return Term("", name, name) if name else None
        rule = self.plan.rule(taxonomy)
        slug = self.index.slug(taxonomy, name, rule, lambda taken: self.plan.slug(taxonomy, name, taken))
        return Term(taxonomy, name, slug)

    # -- its documents

    def stale(self, job: Job, stands: Callable[[Due], bool]) -> Iterator[Stale]:
        """The documents of a job that are not what is due; `stands` tells whether the recorded one is there."""
        known = self._siblings.of(job.feed, job.row.id, job.row.updated, job.standing)
        for document in job.documents:
            envelope = known.get(document.format) or self._envelope(job, document.format)
            frame = digest(envelope_digest(envelope) + b"%d" % job.budget)
            if not (document.current(job.shown, frame) and stands(document)):
                yield Stale(document, envelope, frame)

    def _envelope(self, job: Job, form: str) -> Envelope:
        channel = self.channels.channel(job.feed, job.row.id, job.row.updated, form, self.plan, job.standing)
        return self._envelopes[form].of(self._for_life(job.feed, channel))

    def _for_life(self, feed: Feed, channel: Channel) -> Channel:
        """The channel with the UUID that its show was first published with (`podcast:guid`).

        It is made of the feed's address, and would be another one at another address.
        """
        if channel.show is None or self.fixed_guid:
            return channel
        fact = f"podcast-guid {feed.key}"
        known = self.index.fact(fact)
        if not known:
            self.index.keep_fact(fact, channel.show.guid)
        return replace(channel, show=replace(channel.show, guid=known or channel.show.guid))


def without(job: Job, failed: set[int]) -> None:
    """Take the entries that cannot be made out of a job."""
    job.shown = [post for post in job.shown if post.id not in failed]
    job.row = job.row._replace(digest=entries_digest(job.shown), updated=_updated(job.shown, job.row))


def collision(job: Job, path: str, owner: Pair | None) -> Problem:
    """What to say of a feed whose document would stand where another one does."""
    other = f" of {feed_key(*owner)}" if owner else ""
    return Problem(
        path,
        Severity.ERROR,
        "path-collision",
        f"the feed {job.feed.key} would overwrite a document{other}; it is not published. "
        "Set feed.paths.term to a template in which {taxonomy} and {slug} make every path distinct.",
    )


def _updated(shown: Sequence[Shown], known: FeedRow | None) -> int | None:
    """The greatest `updated` of the entries; of a feed that shows none any more, what it was."""
    return max((post.updated for post in shown), default=known.updated if known else None)
