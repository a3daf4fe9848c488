"""What the state knows of addresses that lead elsewhere now, or nowhere → rules for web servers.

In: the index and the plan. Out: rules (`feeds.redirects`), and the addresses at which there is something now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from syndicate.feeds.plan import Plan
from syndicate.feeds.redirects import Gone, Moved, Rule, Served, decoded
from syndicate.index import Index
from syndicate.index.shelves import apart, page_of
from syndicate.model import Feed, Term
from syndicate.model.records import NamedTuple

Pair = tuple[str, str]
Paths = Mapping[Pair, Mapping[str, str]]


class Forwarding(NamedTuple):
    """The rules of a published state, and the addresses at which there is something now."""

    rules: list[Rule]
    live: list[str]


def forwarding(index: Index, plan: Plan, now: int, *, copies: bool = False, keep: bool = True) -> Forwarding:
    """All that a web server has to know beside the documents.

    An address that a feed has left leads to its document in the same format, else in another one; where the feed is
    no more, it is gone. With `copies` the further addresses below the output folder hold documents of their own.
    `now` is in epoch seconds. Slugs that further addresses need are frozen in the ledger, but for a look (not `keep`).
    """
    paths = published_paths(index)
    live = [url for each in paths.values() for path in each.values() for url in (plan.url(path), plan.file_url(path))]
    there = {decoded(url) for url in live}
    elsewhere = (*_left(index, plan, paths), *_further(index, plan, paths, copies, keep), *_ended(index, now))
    rules = [*_served(plan, paths), *(rule for rule in elsewhere if decoded(rule.path) not in there)]
    return Forwarding(rules, live)


def published_paths(index: Index) -> dict[Pair, dict[str, str]]:
    """Where the documents of each feed, and of each page of a history, stand: paths by format."""
    found: dict[Pair, dict[str, str]] = {}
    for taxonomy, name, form, path in index.addresses():
        found.setdefault((taxonomy, name), {})[form] = path
    return found


def _served(plan: Plan, paths: Paths) -> Iterator[Rule]:
    for each in paths.values():
        for path in each.values():
            if plan.url(path) != plan.file_url(path):
                yield Served(plan.url(path), plan.file_url(path))


def _left(index: Index, plan: Plan, paths: Paths) -> Iterator[Rule]:
    for left in index.left():
        now_at = paths.get((left.taxonomy, left.name), {})
        others = (form for form in ("atom", "rss", "json", "html") if form in now_at)
        form = left.format if left.format in now_at else next(others, "")
        for url in dict.fromkeys((left.url or plan.url(left.path), plan.file_url(left.path))):
            yield Moved(url, plan.url(now_at[form])) if form else Gone(url)


def _further(index: Index, plan: Plan, paths: Paths, copies: bool, keep: bool) -> Iterator[Rule]:
    for (taxonomy, name), documents in paths.items():
        page, _ = page_of(taxonomy)
        if page or not documents:
            continue
        feed = feed_as_published(plan, taxonomy, name, documents)
        for address in plan.addresses(feed, slugs(index, taxonomy, name, keep)):
            if not (copies and address.path):
                yield Moved(address.url, plan.url(documents[address.form]))


def feed_as_published(plan: Plan, taxonomy: str, name: str, documents: Mapping[str, str]) -> Feed:
    """The feed as it is published, at the paths where its documents are."""
    language, of = apart(taxonomy)
    term = Term(of, name, "") if of or name else None
    feed = plan.feed(term, language=language)
    known = tuple((form, documents[form]) for form in (*plan.formats, *sorted(documents)) if form in documents)
    return Feed(feed.key, feed.title, tuple(dict.fromkeys(known)), feed.term, language=feed.language)


def slugs(index: Index, taxonomy: str, name: str, keep: bool = True) -> Callable[[Plan], str]:
    """The slug of a term by a plan's rule, as `Plan.addresses` asks for it; `taxonomy` as the index has it."""
    _, of = apart(taxonomy)
    return lambda plan: index.slug(of, name, plan.rule(of), lambda taken: plan.slug(of, name, taken), keep)


def _ended(index: Index, now: int) -> Iterator[Rule]:
    return (Gone(url) for url, _at in index.gone(now))
