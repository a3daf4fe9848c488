"""Ids and dates of feeds that a site has had so far → the ledger: nobody who subscribes to them sees a post twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syndicate.delivery.jobs import Desk
from syndicate.feeds.foreign import Foreign, Seen, Unreadable, all_entries
from syndicate.feeds.matching import Match, bare, match, normal
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import Index
from syndicate.index.shelves import page_of
from syndicate.model.records import dataclass, field

LONGEST_ID = 4_000
"""Characters of an id that is taken over: a longer one would be in every document for good, and is no honest id."""


@dataclass(slots=True)
class Adopted:
    """What became of the entries of the feeds.

    `taken` have given their post their id. `kept` could not: the post is published under another id, the id is
    another post's, or longer than `LONGEST_ID`. `unmatched` are no post's; `second` are entries of posts that an
    earlier feed named by another id. `dated` are those of `taken` whose post says another date itself, which
    stands. `feeds` are (key, id) of the feeds whose id was taken over, `faults` the documents that could not be read.
    """

    taken: list[Match] = field(default_factory=list)
    kept: list[Match] = field(default_factory=list)
    unmatched: list[Seen] = field(default_factory=list)
    second: list[Seen] = field(default_factory=list)
    dated: list[Match] = field(default_factory=list)
    feeds: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Unreadable] = field(default_factory=list)


def identified(index: Index) -> frozenset[int]:
    """The posts that have an id."""
    return frozenset(each.id for each in index.candidates() if each.entry_id)


def let_go(index: Index, before: frozenset[int], done: Adopted) -> None:
    """The posts of no entry have no id yet, but for those that had one before.

    Theirs is made by the rule of the preset at the first build, which may be another one than now: a preset is
    often chosen after the ids were taken over.
    """
    taken = {each.candidate.id for each in (*done.taken, *done.kept)}
    with index.transaction():
        index.release(identified(index) - before - taken)


def adopt(desk: Desk, feeds: Sequence[Foreign]) -> Adopted:
    """Take over what these feeds say, the first that names a post having the say, in one transaction."""
    done = Adopted()
    entries = _once(all_entries(list(feeds)), done)
    with desk.index.transaction():
        found = match(entries, desk.index.candidates())
        for each in found:
            _take(desk, each, done)
        done.feeds = _take_feeds(desk, feeds)
    matched = {each.seen.id for each in found}
    done.unmatched = [each for each in entries if each.id not in matched]
    return done


def _once(entries: Sequence[Seen], done: Adopted) -> list[Seen]:
    """One entry for each address: a post has other ids in feeds of other formats, and can keep only one.

    What the first does not say of its dates, the next one may.
    """
    first: list[Seen] = []
    places: dict[object, int] = {}
    for each in entries:
        link = normal(each.url)
        if link is None or link not in places:
            places[link] = len(first)
            first.append(each)
            continue
        before = first[places[link]]
        published = each.published if before.published is None else before.published
        updated = each.updated if before.updated is None else before.updated
        first[places[link]] = replace(before, published=published, updated=updated)
        if bare(each.id) != bare(before.id):
            done.second.append(each)
    return first


def _take(desk: Desk, found: Match, done: Adopted) -> None:
    seen, post = found.seen, found.candidate
    if len(seen.id) > LONGEST_ID or not desk.index.adopt(post.id, seen.id, seen.published, seen.updated):
        done.kept.append(found)
        return
    done.taken.append(found)
    if post.own_date and seen.published is not None and seen.published != post.published:
        done.dated.append(found)


def _fits(feed_id: str) -> bool:
    return 0 < len(feed_id) <= LONGEST_ID


def _take_feeds(desk: Desk, feeds: Sequence[Foreign]) -> list[tuple[str, str]]:
    """The ids of feeds that stand where ours will."""
    ids = {each.self_url or each.url: each.id for each in reversed(feeds) if each.format == "atom" and _fits(each.id)}
    taken = []
    for taxonomy, name in desk.index.touched() if ids else ():
        if page_of(taxonomy)[0] or not desk.wanted(taxonomy, name, *desk.size(taxonomy, name)):
            continue
        path = dict(desk.feed(taxonomy, name).paths).get("atom")
        feed_id = ids.get(desk.plan.url(path)) if path else None
        if feed_id and desk.index.adopt_feed(taxonomy, name, feed_id):
            taken.append((feed_key(taxonomy, name), feed_id))
    return taken
