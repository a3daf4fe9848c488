"""What there is to be told, and to whom: published documents → Topics, and which of them concern an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby

from syndicate.delivery.notifiers import Notifier
from syndicate.feeds.plan import Plan
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import Index
from syndicate.index.shelves import apart
from syndicate.model import Term
from syndicate.model.delivery import Endpoint, Topic
from syndicate.model.records import NamedTuple

Naming = Callable[[str, str], tuple[str, str]]
"""(taxonomy, name) of a feed as the index has it → its title, and the page that it belongs to."""


class Offer(NamedTuple):
    """An endpoint and who speaks to it. What the endpoint leaves open, its notifier says."""

    endpoint: Endpoint
    notifier: Notifier

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self.endpoint.name

    @property
    def interval(self) -> int:
        """Seconds between two pings of one topic."""
        return self.endpoint.interval or self.notifier.interval

    @property
    def pace(self) -> float:
        """Seconds between two requests to its host."""
        return self.endpoint.pace or self.notifier.pace

    @property
    def at_once(self) -> int:
        """Topics that one request may name."""
        return max(self.endpoint.at_once or self.notifier.at_once, 1)

    @property
    def wants_pages(self) -> bool:
        """Whether it is told of pages of the site, and not of feeds."""
        return not self.notifier.formats

    @property
    def chosen(self) -> str:
        """What it is enrolled for: where that becomes another, it has to be enrolled anew."""
        return " ".join((self.endpoint.kind, *sorted(self.endpoint.feeds)))


def naming(plan: Plan, home_url: Callable[[str, str], str]) -> Naming:
    """What the feeds of a site are called; `home_url` is that of its channels."""
    bare = replace(plan, formats=())

    def named(taxonomy: str, name: str) -> tuple[str, str]:
        language, rest = apart(taxonomy)
        term = Term(rest, name, name if not rest else "") if rest or name else None
        feed = bare.feed(term, home_url(rest, name), language)
        return feed.title, feed.home_url

    return named


def topics(index: Index, offers: Iterable[Offer], named: Naming) -> dict[str, dict[str, Topic]]:
    """Name of the endpoint → URL → the topic, of all endpoints that are told of feeds; the site's first."""
    found: dict[str, dict[str, Topic]] = {offer.name: {} for offer in offers if not offer.wants_pages}
    wanting = [offer for offer in offers if offer.name in found]
    for (taxonomy, name), rows in groupby(index.announced() if wanting else (), key=lambda row: row[:2]):
        key = feed_key(taxonomy, name)
        if concerned := [offer for offer in wanting if offer.endpoint.concerns(key)]:
            title, home = named(taxonomy, name)
            feed = {
                row.format: Topic(row.url, row.digest, key, row.format, title, home, row.document, row.size)
                for row in rows
            }
            for offer in concerned:
                some = [feed[form] for form in offer.notifier.formats if form in feed]
                found[offer.name].update((each.url, each) for each in (some if offer.notifier.each else some[:1]))
    return found
