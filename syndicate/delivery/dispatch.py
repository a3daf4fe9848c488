"""What goes out next, and what came of it: the books of the courier. No threads and no network, one caller.

    index ─look→ what each endpoint has not got ─next→ Looks, then Sendings ─(line)→ Seen, Receipt ─book→ index

What an endpoint has not got waits for its moment, then for being readable, then for its host: one request to a host at
a time, spaced, and so many a minute to all together. All that is remembered here can be found again in the index, so it
is thrown away whenever somebody else has changed that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from urllib.parse import urlsplit

from syndicate.delivery import due
from syndicate.delivery.announce import Offer, topics
from syndicate.delivery.enrol import Offers, is_enrolled
from syndicate.delivery.lanes import Lanes
from syndicate.delivery.readable import Look, Readable, Seen
from syndicate.index import Index
from syndicate.model.delivery import ADOPTING, Delivery, Outcome, Receipt, Standing, Topic
from syndicate.model.records import NamedTuple, dataclass, field

IDLE = 30.0
"""Seconds after which it is looked up at the latest: clocks may be put."""

PAGES = ""
"""The topic that stands for all pages of the site."""

Choice = Callable[[str, Topic], bool]
"""(name of an endpoint, topic) → whether it is meant."""


class Sending(NamedTuple):
    """A request that is to be sent. `had` is what the endpoint had of each topic; `upto` the last page it names."""

    offer: Offer
    topics: tuple[Topic, ...]
    lane: str
    had: tuple[bytes, ...]
    upto: int = 0


@dataclass(slots=True)
class Book:
    """What is due to one endpoint: topics that wait for a moment, or to be readable, and that can be sent."""

    offer: Offer
    standing: Standing
    got: dict[str, Delivery]
    wanted: dict[str, Topic]
    later: list[tuple[int, str]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    ready: dict[str, None] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    @property
    def lane(self) -> str:
        """Its host."""
        return urlsplit(self.offer.endpoint.url).netloc.rpartition("@")[2].lower()


class Dispatch:
    """See above. `chance` gives numbers from 0 to 1; `choice` says what is meant.

    With `at_once`, nothing is waited for that an earlier failure, or the last ping of a topic, asks for, and each
    endpoint is tried until it fails.
    """

    def __init__(
        self,
        index: Index,
        offers: Offers,
        chance: Callable[[], float],
        *,
        choice: Choice = lambda *_: True,
        at_once: bool = False,
    ) -> None:
        self._index, self._offers, self._chance, self._choice, self._at_once = index, offers, chance, choice, at_once
        self._books: dict[str, Book] = {}
        self._lanes = Lanes(offers.per_minute)
        self._readable = Readable(index, offers.verify)
        self._sending: dict[str, Sending] = {}
        self._failed: set[str] = set()
        self._version: int | None = None
        self._last_look = 0

    # -- what is due

    def look(self, now: int) -> None:
        """Find out what is due, where the state may have changed or the clock was put back.

        Raises:
            StateError, and the faults of the index.
        """
        version = self._index.version()
        if version != self._version or now < self._last_look:
            self._renew(now)
            self._version = version
        self._last_look = now
        for book in self._books.values():
            while book.later and book.later[0][0] <= now:
                self._place(book, heappop(book.later)[1], now)

    def _renew(self, now: int) -> None:
        index = self._index
        offers = self._offers.all
        # in this order: what is adopted meanwhile is seen as one or the other
        published = topics(index, offers, self._offers.named)
        quiet = bool(index.fact(ADOPTING))
        standings = index.standings()
        enrolled = [offer for offer in offers if is_enrolled(offer, standings.get(offer.name)) and not quiet]
        with index.transaction():
            offered = {url: topic.document for some in published.values() for url, topic in some.items()}
            self._readable.renew(now, offered, any(offer.wants_pages for offer in enrolled))
            order = {name: at for at, name in enumerate(self._books)}
            enrolled.sort(key=lambda offer: order.get(offer.name, len(order)))
            self._books = {
                offer.name: self._book(offer, standings[offer.name], published.get(offer.name, {}), now)
                for offer in enrolled
            }
        for book in self._books.values():
            for url in sorted(book.wanted, key=lambda url: book.got[url].sent_at if url in book.got else 0):
                self._place(book, url, now)

    def _book(self, offer: Offer, standing: Standing, published: dict[str, Topic], now: int) -> Book:
        known = self._index.deliveries(offer.name)
        got = {url: due.sent_back(row, now) for url, row in known.items()}
        self._index.keep_deliveries(row for url, row in got.items() if row != known[url])
        if (there := due.set_back(standing, now)) != standing:
            self._index.keep_standing(there)
        if offer.wants_pages:
            published = self._pages(there)
        wanted = {
            url: topic
            for url, topic in published.items()
            if due.is_wanted(topic.digest, got.get(url)) and self._choice(offer.name, topic)
        }
        book = Book(offer, there, got, wanted)
        if offer.name in self._sending:
            book.under_way.update(_named(self._sending[offer.name]))
        return book

    def _pages(self, standing: Standing) -> dict[str, Topic]:
        """All pages that an endpoint was not told of are one topic, known by the first of them."""
        reached = due.reached(standing, self._index.delivery(standing.endpoint, PAGES))
        first = self._index.pages_after(reached, 1)
        return {PAGES: Topic(PAGES, _number(first[0].sequence))} if first else {}

    def _place(self, book: Book, url: str, now: int) -> None:
        """Where something stands that an endpoint has not got."""
        topic = book.wanted.get(url)
        if topic is None or url in book.under_way:
            return
        book.unread.discard(url)
        book.ready.pop(url, None)
        at = 0 if self._at_once else self._moment(book, topic)
        if at > now:
            heappush(book.later, (at, url))
        elif url == PAGES or self._readable.is_ready(topic):
            book.ready[url] = None
        else:
            book.unread.add(url)

    def _moment(self, book: Book, topic: Topic) -> int:
        got = book.got.get(topic.url)
        if topic.url == PAGES:
            is_new = due.has_new_pages(book.standing, self._index.last_page())
        else:
            is_new = due.is_untried(topic.digest, got)
        open_at = due.open_at(book.standing, is_new=is_new)
        return max(open_at, due.ready_at(topic.digest, got, book.offer.interval))

    # -- what is done now

    def next(self, now: int, monotonic: float) -> tuple[list[Look], list[Sending]]:
        """What is to be done now; each is under way until it is booked."""
        self.look(now)
        sendings = []
        for name, book in list(self._books.items()):
            if not self._lanes.has_room(monotonic):
                break
            may_send = self._is_open(book) and self._lanes.is_free(book.lane, monotonic)
            if may_send and (sending := self._taken(book)):
                sendings.append(sending)
                self._sending[name] = sending
                self._lanes.take(sending.lane, book.offer.pace, monotonic)
                self._books[name] = self._books.pop(name)  # next time it is the others' turn
        return self._readable.next(now), sendings

    def _is_open(self, book: Book) -> bool:
        """Whether there is something for it that waits for its host alone."""
        return bool(book.ready) and not book.standing.off and book.offer.name not in self._failed

    def _taken(self, book: Book) -> Sending | None:
        offer, upto = book.offer, 0
        if offer.wants_pages:
            reached = due.reached(book.standing, self._index.delivery(offer.name, PAGES))
            pages = self._index.pages_after(reached, offer.at_once)
            named = [Topic(page.url, _number(page.sequence), gone=page.gone) for page in pages]
            book.ready.clear()
            if not pages:
                return None
            upto = pages[-1].sequence
            had: tuple[bytes, ...] = ()
        else:
            named = self._some(book)
            had = tuple(book.got[each.url].sent if each.url in book.got else b"" for each in named)
            for each in named:
                del book.ready[each.url]
        sending = Sending(offer, tuple(named), book.lane, had, upto)
        book.under_way.update(_named(sending))
        return sending

    def _some(self, book: Book) -> list[Topic]:
        """Topics for one request. What was refused once goes alone: it may be what spoilt the others' chances."""
        some: list[Topic] = []
        for url in book.ready:
            got, topic = book.got.get(url), book.wanted[url]
            if got is not None and due.was_refused(topic.digest, got):
                if not some:
                    return [topic._replace(since=got.sent_at)]
                continue
            some.append(topic._replace(since=got.sent_at if got else 0))
            if len(some) >= book.offer.at_once:
                break
        return some

    # -- what came of it

    def book_look(self, look: Look, seen: Seen, now: int) -> None:
        """Something was looked at."""
        with self._index.transaction():
            fruitful = self._readable.book(look, seen, now)
        if not fruitful:
            return
        for book in self._books.values():
            if look.page and book.offer.wants_pages:
                book.wanted = self._pages(book.standing)
                self._place(book, PAGES, now)
            elif look.url in book.unread:
                self._place(book, look.url, now)

    def book(self, sending: Sending, receipt: Receipt, now: int) -> None:
        """Something was sent: remember what came of it, then let the next one go to that host.

        Raises:
            StateError: nothing is remembered, and the host stays taken: to be called again.
        """
        name = sending.offer.name
        book = self._books.get(name)
        waiting = self._waiting(book) if book and receipt.outcome is Outcome.BUSY else ()
        with self._index.transaction():
            standing, rows = self._remember(sending, receipt, waiting, now)
        self._lanes.leave(sending.lane)
        self._sending.pop(name, None)
        if receipt.outcome is not Outcome.TAKEN and self._at_once:
            self._failed.add(name)
        if book is None or standing is None:
            return
        book.standing, before = standing, book.standing
        book.got.update((row.topic, row) for row in rows)
        book.under_way.clear()
        if sending.offer.wants_pages:
            book.wanted = self._pages(standing)
        if standing.failures or before.failures:
            # whether it is waited for has changed, and for how long: all gets its place anew
            book.later, book.ready, book.unread = [], {}, set()
        self._settle(book, now)

    def _settle(self, book: Book, now: int) -> None:
        """After an attempt: what it has got or was given up is wanted no more, what is left gets its place."""
        for url in [u for u, topic in book.wanted.items() if not due.is_wanted(topic.digest, book.got.get(u))]:
            del book.wanted[url]
            book.ready.pop(url, None)
            book.unread.discard(url)
        placed = {url for _at, url in book.later} | book.ready.keys() | book.unread
        for url in [url for url in book.wanted if url not in placed]:
            self._place(book, url, now)

    def _waiting(self, book: Book) -> Iterable[Topic]:
        """What would have been sent by now, were the endpoint not busy."""
        return [book.wanted[url] for url in (*book.ready, *book.unread)]

    def _remember(
        self, sending: Sending, receipt: Receipt, waiting: Iterable[Topic], now: int
    ) -> tuple[Standing | None, list[Delivery]]:
        index, offer = self._index, sending.offer
        before = index.standings().get(offer.name)
        if before is None or not is_enrolled(offer, before):
            return None, []
        is_early = due.is_early(due.set_back(before, now), now)
        standing = due.standing(before, receipt, now, self._chance())
        if offer.wants_pages:
            standing = standing._replace(tried_with=index.last_page())
            first = sending.topics[0].digest
            row = due.delivered(self._had(offer.name, PAGES), first, receipt, now, is_early=is_early)
            if receipt.outcome is Outcome.TAKEN:
                standing = standing._replace(reached=max(before.reached, sending.upto))
            rows = [row._replace(given_up=_number(sending.upto)) if row.given_up == first else row]
        else:
            sent = [
                topic
                for topic, had in zip(sending.topics, sending.had, strict=True)
                if self._had(offer.name, topic.url).sent == had  # else somebody adopted something newer meanwhile
            ]
            rows = [
                due.delivered(self._had(offer.name, each.url), each.digest, receipt, now, is_early=is_early)
                for each in (*sent, *waiting)
            ]
        index.keep_standing(standing)
        index.keep_deliveries(rows)
        return standing, rows

    def _had(self, endpoint: str, topic: str) -> Delivery:
        return self._index.delivery(endpoint, topic) or Delivery(endpoint, topic)

    # -- when to look again

    def rest(self, now: int, monotonic: float) -> float:
        """Seconds until there may be something to do that nobody tells of."""
        moments = [IDLE]
        if (first := self.due_at(now)) is not None:
            moments.append(max(first - now, 0.0))
        waits = (self._lanes.wait(book.lane, monotonic) for book in self._books.values() if self._is_open(book))
        return min([*moments, *(wait for wait in waits if wait is not None)])

    def due_at(self, now: int) -> int | None:
        """When something is due next that waits for a moment; None where nothing does."""
        moments = [book.later[0][0] for book in self._books.values() if book.later and not book.standing.off]
        looked = self._readable.moment(now)
        moments += [] if looked is None else [looked]
        return max(min(moments), now) if moments else None

    def has_ready(self) -> bool:
        """Whether something waits for its host alone."""
        return any(self._is_open(book) for book in self._books.values())

    def wanted(self) -> Iterator[tuple[str, Topic, int]]:
        """(name of the endpoint, topic, moment before which it is not sent) of all that is due and not under way."""
        for name, book in self._books.items():
            for url, topic in book.wanted.items():
                if url not in book.under_way:
                    yield name, topic, self._moment(book, topic)


def _number(sequence: int) -> bytes:
    return sequence.to_bytes(16, "big")


def _named(sending: Sending) -> list[str]:
    return [PAGES] if sending.upto else [topic.url for topic in sending.topics]
