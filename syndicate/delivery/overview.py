"""How the telling goes: what each endpoint got last, what waits for it and since when. A look that changes nothing.

All moments are whole seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from syndicate.delivery import due
from syndicate.delivery.announce import Offer, topics
from syndicate.delivery.discreet import address, discreet
from syndicate.delivery.dispatch import PAGES
from syndicate.delivery.enrol import ELSEWHERE, Offers, host_of, is_enrolled
from syndicate.index import Check, Index
from syndicate.model.delivery import Delivery, Standing, Topic
from syndicate.model.records import NamedTuple

_MANY = 100_000
"""Pages that wait, counted up to."""


class Item(NamedTuple):
    """Something that an endpoint has not got. `feed` is the key of its feed, "" for pages of the site, which are
    counted in `pages`. It is not sent before `due`; `since` says since when it is tried in vain, 0 where it was not.
    `unread` marks what cannot be read at its address yet, `given_up` what is not tried any more."""

    topic: str
    feed: str
    due: int
    since: int = 0
    tries: int = 0
    told: str = ""
    unread: bool = False
    given_up: bool = False
    pages: int = 0


class Receiver(NamedTuple):
    """How an endpoint is doing; `standing` is None where no run has enrolled it yet. No text has a secret in it."""

    name: str
    kind: str
    address: str
    standing: Standing | None
    items: tuple[Item, ...]
    note: str = ""
    """What else there is to know; nothing is wrong with it."""

    @property
    def waiting(self) -> list[Item]:
        """What it is still to be told of."""
        return [each for each in self.items if not each.given_up]

    @property
    def lost(self) -> list[Item]:
        """What was given up."""
        return [each for each in self.items if each.given_up]

    @property
    def refused(self) -> list[Item]:
        """What it would not take: given up, or to be tried again."""
        return self.lost + [each for each in self.waiting if each.tries]

    @property
    def next(self) -> int | None:
        """When it is told next, or it is looked whether it can be; None: nothing waits, or it is off."""
        if self.standing is None or self.standing.off or not self.waiting:
            return None
        return min(each.due for each in self.waiting)

    @property
    def oldest(self) -> int | None:
        """Since when the oldest of what waits is tried in vain."""
        since = [each.since for each in self.waiting if each.since]
        if self.standing is not None and self.standing.failures and self.waiting:
            since.append(self.standing.failing_since)
        return min(since, default=None)

    @property
    def state(self) -> str:
        """In a word."""
        if self.standing is None:
            return "enrolled by the next build"
        if self.standing.off:
            return "off"
        if self.standing.failures:
            return "fails"
        if self.refused:
            return "refused something"
        return "waits until it can be read" if any(each.unread for each in self.waiting) else "well"

    @property
    def fault(self) -> str:
        """What is wrong with it, for a person; "" where nothing is."""
        if self.standing is None:
            return ""
        if self.standing.off:
            return f"switched off: {self.standing.off}"
        if self.standing.failures:
            return self.standing.told or "no answer"
        if not self.refused:
            return ""
        first = self.refused[0]
        return f"{first.told or 'refused'}; {'given up' if first.given_up else 'tried again'}"


def receivers(index: Index, offers: Offers) -> list[Receiver]:
    """Every endpoint, in the order of the settings."""
    standings, checks = index.standings(), index.checks()
    published = topics(index, offers.all, lambda *_: ("", ""))
    found = []
    for offer in offers.all:
        known = standings.get(offer.name)
        standing = known if is_enrolled(offer, known) else None
        items: Iterator[Item] = iter(())
        if standing is not None and offer.wants_pages:
            items = _pages(index, offer, standing, checks)
        elif standing is not None:
            items = _items(index, offer, standing, published.get(offer.name, {}), checks)
        found.append(_receiver(offer, standing, tuple(items))._replace(note=_note(index, offer)))
    return found


def unread(index: Index) -> list[Check]:
    """What cannot be read at its public address, the oldest first; without pages that are gone and still answer, which
    are not waited for without end."""
    gone = {page.url for page in index.waiting_pages() if page.gone}
    return sorted((each for each in index.checks().values() if each.url not in gone), key=lambda each: each.since)


def in_words(checks: Sequence[Check]) -> str:
    """The first of them and what was found at its address, and how many more there are; "" for none."""
    if not checks:
        return ""
    first, more = checks[0], len(checks) - 1
    said = first.told if first.told.startswith(first.url) else f"{first.url} {first.told}"
    return f"{said} (and {more:,} more)" if more else said


def _note(index: Index, offer: Offer) -> str:
    host = index.fact(ELSEWHERE) if offer.wants_pages else ""
    if host in ("", host_of(offer.endpoint.key_url)):
        return ""
    return f"pages of {host} are not told of: the key of IndexNow is for the host of site.url alone"


def _receiver(offer: Offer, standing: Standing | None, items: tuple[Item, ...]) -> Receiver:
    end = offer.endpoint
    if standing is not None:
        told, off = discreet(standing.told, end), discreet(standing.off, end)
        standing = standing._replace(told=told, off=off, url=address(end))
    items = tuple(each._replace(told=discreet(each.told, end)) for each in items)
    return Receiver(end.name, end.kind, address(end), standing, items)


def _items(
    index: Index, offer: Offer, standing: Standing, published: Mapping[str, Topic], checks: Mapping[str, Check]
) -> Iterator[Item]:
    rows = index.deliveries(offer.name)
    for url, topic in published.items():
        got = rows.get(url)
        if got is not None and topic.digest == got.given_up != got.sent:
            yield _item(topic, got, checks)._replace(given_up=True)
        elif due.is_wanted(topic.digest, got):
            open_at = due.open_at(standing, is_new=due.is_untried(topic.digest, got))
            at = max(open_at, due.ready_at(topic.digest, got, offer.interval))
            check = checks.get(url)
            yield _item(topic, got, checks)._replace(due=max(at, check.due) if check else at)


def _item(topic: Topic, got: Delivery | None, checks: Mapping[str, Check]) -> Item:
    check = checks.get(topic.url)
    tried = got if got is not None and got.trying == topic.digest else None
    since = check.since if check else tried.tried_at if tried else 0
    told = tried.told if tried else check.told if check else ""
    return Item(topic.url, topic.feed, 0, since, tried.tries if tried else 0, told, check is not None)


def _pages(index: Index, offer: Offer, standing: Standing, checks: Mapping[str, Check]) -> Iterator[Item]:
    unseen = index.waiting_pages()
    if unseen:
        known = [checks[page.url] for page in unseen if page.url in checks]
        since = min((each.since for each in known), default=0)
        at = max(due.open_at(standing, is_new=True), min((each.due for each in known), default=0))
        yield Item(PAGES, "", at, since, told=in_words(known[:1]), unread=bool(known), pages=len(unseen))
    got = index.delivery(offer.name, PAGES)
    reached = due.reached(standing, got)
    pages = index.pages_after(standing.reached, _MANY)
    lost = [page for page in pages if page.sequence <= reached]
    seen = pages[len(lost) :]
    if got is not None and lost:
        yield Item(PAGES, "", 0, got.tried_at, got.tries, got.told, given_up=True, pages=len(lost))
    if seen:
        first = seen[0].sequence.to_bytes(16, "big")
        tried = got if got is not None and got.trying == first else Delivery(offer.name, PAGES)
        open_at = due.open_at(standing, is_new=due.has_new_pages(standing, index.last_page()))
        at = max(open_at, due.ready_at(first, got, offer.interval))
        yield Item(PAGES, "", at, tried.tried_at, tried.tries, tried.told, pages=len(seen))
