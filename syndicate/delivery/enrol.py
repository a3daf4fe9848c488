"""Who is told of what from when on: the end of every run that went well, and what a person asks for in its stead.

An endpoint that is new, or is another than it was, is enrolled: what is published then counts as told, so that nobody
is pinged for what has been there for years. What is published later is due.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from urllib.parse import urlsplit

from syndicate.delivery.announce import Naming, Offer, topics
from syndicate.index import Index
from syndicate.model.delivery import ADOPTING, Delivery, Standing, Topic
from syndicate.model.records import dataclass

ELSEWHERE = "pages elsewhere"
"""A fact: another host that pages of the site are at, of which nobody is told."""


@dataclass(frozen=True)
class Offers:
    """Whom to tell and how. `verify` and `per_minute` as in the settings (`[ping]`)."""

    all: tuple[Offer, ...]
    named: Naming
    verify: str = "document"
    per_minute: int = 60

    @property
    def of_pages(self) -> list[Offer]:
        """Those that are told of pages of the site."""
        return [offer for offer in self.all if offer.wants_pages]


def host_of(url: str) -> str:
    """The host of an address, with its port; "" where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def is_enrolled(offer: Offer, standing: Standing | None) -> bool:
    """Whether it is this very endpoint that was enrolled."""
    return standing is not None and (standing.url, standing.chosen) == (offer.endpoint.url, offer.chosen)


def begin_adoption(index: Index) -> None:
    """What the run that begins publishes counts as told, even if it is not this run that comes to its end."""
    with index.transaction():
        index.keep_fact(ADOPTING, "yes")


def enrol(index: Index, offers: Sequence[Offer], now: int) -> list[str]:
    """A run has ended well at `now`: enrol who is new, note which pages changed, end an adoption.

    The names of those who were new: they are told of what is published from now on.
    """
    standings = index.standings()
    new = [offer for offer in offers if not is_enrolled(offer, standings.get(offer.name))]
    names = [offer.name for offer in new]
    if index.fact(ADOPTING):
        adopt(index, offers, now)
        return names
    of_pages = [offer for offer in offers if offer.wants_pages]
    if not new and index.watches_pages() == bool(of_pages) and not (of_pages and index.pages_changed(now)):
        return names
    with index.transaction():
        _note(index, of_pages, now)
        _admit(index, new, standings, now)
        standings = index.standings()
        index.drop_pages(min((standings[offer.name].reached for offer in of_pages), default=0))
    return names


def _note(index: Index, of_pages: list[Offer], now: int) -> None:
    index.watch_pages(bool(of_pages))
    if not of_pages:
        return
    index.note_pages(now)
    hosts = {host_of(offer.endpoint.key_url) for offer in of_pages}
    # whoever is told of one page of another host may refuse all that are named with it
    if "" not in hosts and (foreign := [page.url for page in index.waiting_pages() if host_of(page.url) not in hosts]):
        index.forget_pages(foreign)
        index.keep_fact(ELSEWHERE, host_of(foreign[0]) or foreign[0])


def _admit(index: Index, new: Sequence[Offer], standings: dict[str, Standing], now: int) -> None:
    present = topics(index, new, lambda *_: ("", ""))
    for offer in new:
        before = standings.get(offer.name)
        same = before is not None and before.url == offer.endpoint.url
        if before is None or not same:
            index.forget_deliveries(offer.name)
            before = Standing(offer.name, offer.endpoint.url, now, reached=_all_pages(index))
        elif offer.wants_pages and not before.chosen.startswith(offer.endpoint.kind):
            before = before._replace(reached=_all_pages(index))
        index.keep_standing(before._replace(chosen=offer.chosen))
        known = index.deliveries(offer.name)
        some = present.get(offer.name, {})
        index.forget_deliveries(offer.name, known.keys() - some.keys())
        # by another choice of feeds, what it was told of already is as it was
        index.keep_deliveries(_told(offer.name, topic) for topic in some.values() if topic.url not in known)


def _told(endpoint: str, topic: Topic) -> Delivery:
    return Delivery(endpoint, topic.url, sent=topic.digest)


def _all_pages(index: Index) -> int:
    """The number of the last page, when those that wait have got theirs."""
    index.release_pages(page.url for page in index.waiting_pages())
    return index.last_page()


def adopt(index: Index, offers: Sequence[Offer], now: int, only: Container[str] | None = None) -> int:
    """All that is published at `now` counts as told, to these endpoints (None: to all); how many topics that concerns.

    A run that adopts is over with that.
    """
    meant = [offer for offer in offers if only is None or offer.name in only]
    count = 0
    with index.transaction():
        _note(index, [offer for offer in offers if offer.wants_pages], now)
        standings = index.standings()
        _admit(index, [offer for offer in meant if not is_enrolled(offer, standings.get(offer.name))], standings, now)
        standings = index.standings()
        for offer, present in ((offer, topics(index, [offer], lambda *_: ("", ""))) for offer in meant):
            known = index.deliveries(offer.name)
            due = [topic for topic in present.get(offer.name, {}).values() if not _has(known.get(topic.url), topic)]
            index.keep_deliveries(
                _told(offer.name, topic)._replace(sent_at=got.sent_at if (got := known.get(topic.url)) else 0)
                for topic in due
            )
            count += len(due)
            if offer.wants_pages:
                standing = standings[offer.name]
                last = _all_pages(index)
                count += last - standing.reached
                index.keep_standing(standing._replace(reached=last))
        # what others still wait for is looked at anew
        index.forget_checks(index.checks())
        if only is None:
            index.keep_fact(ADOPTING, "")
    return count


def _has(got: Delivery | None, topic: Topic) -> bool:
    return got is not None and got.sent == topic.digest


def retry(index: Index, endpoint: str, only: Iterable[str] | None = None) -> None:
    """Whatever was given up or is waited for is due now, and the endpoint is on again; `only` these topics."""
    meant = None if only is None else set(only)
    with index.transaction():
        known = index.deliveries(endpoint).values()
        index.keep_deliveries(
            got._replace(given_up=b"", trying=b"", tries=0, tried_at=0, due=0, status=0, told="")
            for got in known
            if (got.given_up or got.trying) and (meant is None or got.topic in meant)
        )
        if (standing := index.standings().get(endpoint)) is not None:
            index.keep_standing(standing._replace(due=0, off="", failures=0, failing_since=0))
