"""Whether what is published can be read at its public address already: nobody is sent to see what is not there yet.

A site may be carried to its server long after it was built. So a document counts as readable when its bytes, unpacked,
are those that were published, a page when it answers with 2xx, and one that is gone with 404 or 410. What cannot be
read yet is no failure: it is looked at again, ever more seldom (`due.LOOKS`), and stands in `syndicate status`. One
look serves all endpoints. Of many pages some stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Protocol

from syndicate.delivery import due
from syndicate.delivery.http import Answer
from syndicate.errors import FetchError
from syndicate.index import Check, Index, SitePage
from syndicate.model.delivery import Topic
from syndicate.model.digest import is_of
from syndicate.model.records import NamedTuple

SAMPLE = 50
"""Pages that are looked at, at most, for all that changed at once."""

AT_ONCE = 4
"""Looks under way together: they are at one's own site."""

_SLACK = 65_536
"""Bytes by which a document may be larger than it should be for it to be read to its end."""

_LONG = 86_400
"""Seconds for which a page that should be gone is waited for."""

_GONE = frozenset((404, 410))


class Line(Protocol):
    """The way to other hosts: `http.Client`."""

    def get(
        self,
        url: str,
        allow_private: bool = False,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Raises FetchError."""
        ...

    def post(self, url: str, body: bytes, headers: Mapping[str, str], allow_private: bool = False) -> Answer:
        """Raises FetchError."""
        ...


class Look(NamedTuple):
    """An address that is to be looked at: `document` and `size` as in Topic, b"" where any answer of 2xx will do."""

    url: str
    document: bytes = b""
    size: int = 0
    gone: bool = False
    page: bool = False


class Seen(NamedTuple):
    """What was found: nothing wrong where `told` is ""."""

    status: int = 0
    told: str = ""


def look_at(line: Line, look: Look) -> Seen:
    """Ask for it. Never raises."""
    try:
        answer = line.get(look.url, True, {"Cache-Control": "no-cache"}, look.size + _SLACK if look.document else 0)
    except FetchError as fault:
        return Seen(0, str(fault))
    return Seen(answer.status, _wrong(answer, look))


def _wrong(answer: Answer, look: Look) -> str:
    if look.gone:
        return "" if answer.status in _GONE else f"is still there ({answer.status}), and should be gone"
    if not 200 <= answer.status < 300:
        return f"answers {answer.status}; is it not on the server yet?"
    if look.document and not is_of(answer.body, look.document):
        return (
            "is not what was published last; is that not on the server yet, or held by a cache? Where something on the "
            'way changes documents for good, set ping.verify = "answer"'
        )
    return ""


class Readable:
    """What is known to be readable, what is to be looked at, and when. Serves one thread."""

    def __init__(self, index: Index, verify: str) -> None:
        self._index, self._verify = index, verify
        self._checks: dict[str, Check] = {}
        self._wanted: dict[str, Look] = {}
        self._offered: dict[str, bytes] = {}
        self._read: dict[str, bytes] = {}
        self.pages = Pages()
        self.under_way: set[str] = set()

    def renew(self, now: int, offered: Mapping[str, bytes], with_pages: bool) -> None:
        """The state has changed, or the clock: what is wanted is said anew. In a transaction.

        `offered` are the topics of all endpoints, and the digests of their documents.
        """
        known = self._index.checks()
        waiting = self._index.waiting_pages() if with_pages else []
        if self._verify == "off":
            self._index.release_pages(page.url for page in waiting)
            waiting, offered = [], {}
        self.pages.renew(waiting, now)
        # of another document than before nothing is known yet
        kept = {url for url, document in offered.items() if self._offered.get(url, document) == document}
        kept.update(page.url for page in waiting)
        self._index.forget_checks(known.keys() - kept)
        self._checks = {url: due.set_back(check, now) for url, check in known.items() if url in kept}
        for url, check in self._checks.items():
            if check != known[url]:
                self._index.keep_check(check)
        self._offered = dict(offered)
        self._wanted = {}

    def is_ready(self, topic: Topic) -> bool:
        """Whether it can be read; what is not known to be is looked at from now on."""
        if self._verify == "off" or self._read.get(topic.url) == topic.document:
            return True
        exact = self._verify == "document"
        self._wanted[topic.url] = Look(topic.url, topic.document if exact else b"", topic.size if exact else 0)
        return False

    def next(self, now: int) -> list[Look]:
        """What is to be looked at now; it is under way with that."""
        jobs: list[Look] = []
        for look in chain(self._wanted.values(), self.pages.next(now, self._checks)):
            if len(self.under_way) >= AT_ONCE:
                break
            if look.url not in self.under_way and self._due(look.url) <= now:
                self.under_way.add(look.url)
                jobs.append(look)
        return jobs

    def _due(self, url: str) -> int:
        check = self._checks.get(url)
        return check.due if check else 0

    def _due_since(self, url: str, now: int) -> int:
        return now - self._checks[url].since if url in self._checks else 0

    def moment(self, now: int) -> int | None:
        """When the next look is due, 0 for now; None where none is to come, or before others have ended."""
        if len(self.under_way) >= AT_ONCE:
            return None
        found = [self._due(url) for url in self._wanted if url not in self.under_way]
        return min([*found, *self.pages.moments(now, self._checks)], default=None)

    def book(self, look: Look, seen: Seen, now: int) -> bool:
        """What came of a look; in a transaction. Whether something can be told of now that could not before."""
        self.under_way.discard(look.url)
        if not look.page and self._wanted.get(look.url) != look:
            return False  # it is another by now
        if look.gone and seen.status and self._due_since(look.url, now) > _LONG:
            seen = Seen(seen.status)  # some sites answer so for good; whoever is told sees for himself
        if seen.told:
            self._checks[look.url] = due.looked(self._checks.get(look.url), look.url, seen.status, seen.told, now)
            self._index.keep_check(self._checks[look.url])
        elif self._checks.pop(look.url, None) is not None:
            self._index.forget_checks((look.url,))
        if look.page:
            released = self.pages.book(look.url, not seen.told, now)
            self._index.release_pages(released)
            return bool(released)
        if not seen.told:
            del self._wanted[look.url]
            self._read[look.url] = self._offered.get(look.url, b"")
        return not seen.told


class Pages:
    """Pages that wait to be seen. They are looked at in rounds; where all of a round can be read, all pages that it
    stands for count as readable."""

    def __init__(self) -> None:
        self._waiting: dict[str, SitePage] = {}
        self._round: dict[str, bool | None] = {}
        self._stands_for: list[str] = []
        self._fruitless = 0
        self._not_before = 0

    def renew(self, waiting: Iterable[SitePage], now: int) -> None:
        """These wait now."""
        self._waiting = {page.url: page for page in waiting}
        self._round = {url: seen for url, seen in self._round.items() if url in self._waiting}
        self._stands_for = [url for url in self._stands_for if url in self._waiting]
        self._not_before = min(self._not_before, now + due.LOOKS[-1])
        if not self._waiting:
            self._fruitless = self._not_before = 0

    def next(self, now: int, checks: Mapping[str, Check]) -> list[Look]:
        """What the round that is under way has still to look at; one begins where there is none."""
        if not self._round and now >= self._not_before:
            ready = [url for url in self._waiting if url not in checks or checks[url].due <= now]
            step = max(len(ready) / SAMPLE, 1)
            chosen = [ready[int(place * step)] for place in range(min(len(ready), SAMPLE))]
            self._round, self._stands_for = dict.fromkeys(chosen), ready
        unseen = (self._waiting[url] for url, seen in self._round.items() if seen is None)
        return [Look(page.url, gone=page.gone, page=True) for page in unseen]

    def moments(self, now: int, checks: Mapping[str, Check]) -> list[int]:
        """When the next round begins."""
        if self._round or not self._waiting:
            return []
        first = min((checks[url].due if url in checks else 0) for url in self._waiting)
        return [max(first, self._not_before)]

    def book(self, url: str, is_readable: bool, now: int) -> list[str]:
        """A page was looked at: which can be told of now."""
        if url not in self._round:
            return []
        self._round[url] = is_readable
        if None in self._round.values():
            return []
        good = [each for each, seen in self._round.items() if seen]
        all_good = len(good) == len(self._round)
        released = self._stands_for if all_good else good
        self._fruitless = 0 if good else self._fruitless + 1
        pause = due.LOOKS[min(max(self._fruitless, 1), len(due.LOOKS)) - 1]
        self._not_before = now if all_good else now + pause
        self._round, self._stands_for = {}, []
        for each in released:
            self._waiting.pop(each, None)
        return released
