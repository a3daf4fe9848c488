"""Which entry of a feed is which post, and which old entries would look new to subscribers. Pure.

In: entries as other feeds show them (`Seen`), and posts (`Candidate`) or entries due to be shown. Out: pairs. The
work grows with the number of entries, not with its square.
"""

from __future__ import annotations

import contextlib
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from syndicate.feeds.foreign import Seen
from syndicate.index import Candidate
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple, dataclass

DAY = 86_400

_INDEX = regex(r"/index\.html?\Z")
_ENDING = regex(r"\.html?\Z")
_Any = TypeVar("_Any")


class Match(NamedTuple):
    """An entry and the post it is; `by` is `link`, `id`, `title and date` or `title`."""

    seen: Seen
    candidate: Candidate
    by: str


class Replay(NamedTuple):
    """An entry that subscribers have, and the same one under the id they would take for another's."""

    before: Seen
    after: Seen


class _Link(NamedTuple):
    host: str
    rest: str


def normal(url: str) -> _Link | None:
    """What of an address says which page is meant: no scheme, no `www.`, no ending, one spelling; None for none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path = _ENDING.sub("", _INDEX.sub("/", _spelled(parts.path))).rstrip("/")
    query = "&".join(each for each in parts.query.split("&") if each and not each.startswith("utm_"))
    return _Link(host + port, f"{path}?{_spelled(query)}" if query else path)


def _spelled(text: str) -> str:
    """Percent-encoding in one way: what need not be encoded is not, the rest in capitals."""
    plain = unquote_to_bytes(text)
    with contextlib.suppress(UnicodeDecodeError):
        plain = unicodedata.normalize("NFC", plain.decode()).encode()
    return quote(plain, safe="/~!$&'()*+,;=:@?")


def match(seen: Sequence[Seen], candidates: Iterable[Candidate]) -> list[Match]:
    """Which post each entry is, in the order of the entries; each entry and each post at most once.

    By link first (also where the whole site has moved to another host), then an id that is a post's address, then
    title and date (the nearest within a day), then a title that no other entry and no other post has.
    """
    pairing = _Pairing(list(seen), list(candidates))
    pairing.by_key("link", lambda each: normal(each.url), lambda each: normal(each.url))
    pairing.by_moved_host()
    pairing.by_key("id", lambda each: normal(each.id), lambda each: normal(each.url))
    pairing.by_title_and_date()
    pairing.by_title()
    return pairing.found()


@dataclass
class _Pairing:
    """Entries and posts that have not found each other yet, by their place in the lists."""

    seen: list[Seen]
    posts: list[Candidate]

    def __post_init__(self) -> None:
        self.taken: dict[int, tuple[int, str]] = {}
        self.free = set(range(len(self.posts)))

    def found(self) -> list[Match]:
        return [Match(self.seen[at], self.posts[post], by) for at, (post, by) in sorted(self.taken.items())]

    def open(self) -> Iterator[tuple[int, Seen]]:
        return ((at, each) for at, each in enumerate(self.seen) if at not in self.taken)

    def pair(self, at: int, post: int, by: str) -> None:
        self.taken[at] = (post, by)
        self.free.discard(post)

    def by_key(self, by: str, of_seen: Callable[[Seen], Hashable], of_post: Callable[[Candidate], Hashable]) -> None:
        """Pair what has the same key, None aside; of several the first ones."""
        posts = _grouped((of_post(self.posts[at]), at) for at in sorted(self.free, reverse=True))
        for at, each in list(self.open()):
            if waiting := posts.get(of_seen(each)):
                self.pair(at, waiting.pop(), by)

    def by_moved_host(self) -> None:
        """The same path on another host, where that path is one post's and one entry's only."""
        hosts = {link.host for post in self.posts if (link := normal(post.url))}
        links = {at: link for at, each in self.open() if (link := normal(each.url)) and link.host not in hosts}
        # an entry that points at somebody else's page is not moved: the site's own host has most of the links
        moved = [host for host, _ in Counter(link.host for link in links.values()).most_common(1)]
        rest = {at: link.rest for at, link in links.items() if link.host in moved and link.rest}
        paths = {at: link.rest for at in self.free if (link := normal(self.posts[at].url))}
        self._only(rest, paths, "link")

    def by_title(self) -> None:
        everywhere = Counter(_title(each.title) for each in self.seen)
        posts = Counter(_title(each.title) for each in self.posts)
        titles = {at: title for at, each in self.open() if everywhere[title := _title(each.title)] == 1 and title}
        theirs = {at: title for at in self.free if posts[title := _title(self.posts[at].title)] == 1}
        self._only(titles, theirs, "title")

    def _only(self, ours: dict[int, str], theirs: dict[int, str], by: str) -> None:
        """Pair keys that stand once on either side."""
        mine, yours = _grouped((key, at) for at, key in ours.items()), _grouped((key, at) for at, key in theirs.items())
        for key, places in mine.items():
            if len(places) == 1 and len(yours.get(key, ())) == 1:
                self.pair(places[0], yours[key][0], by)

    def by_title_and_date(self) -> None:
        """The same moment first, then the nearest within a day."""
        self.by_key("title and date", _dated, lambda each: _titled(each.title, each.published))
        posts: dict[str, dict[int, list[int]]] = {}
        for at in sorted(self.free, reverse=True):
            if found := _titled(self.posts[at].title, self.posts[at].published):
                posts.setdefault(found[0], {}).setdefault(found[1], []).append(at)
        dates = {title: _Dates(by_date) for title, by_date in posts.items()}
        for at, each in list(self.open()):
            found = _dated(each)
            if found and found[0] in dates and (post := dates[found[0]].take(found[1])) is not None:
                self.pair(at, post, "title and date")


class _Dates:
    """Posts of one title by their dates, the first of a date last. Each is taken once, in next to no time:

    what is used up is skipped by way of links that grow longer with every search, so that a thousand posts of one
    title and day cost no more than others.
    """

    def __init__(self, posts: dict[int, list[int]]) -> None:
        self.posts, self.dates = posts, sorted(posts)
        # place → the next one, itself included, that has posts; `earlier` is one further along: 0 is none
        self.later = list(range(len(posts) + 1))
        self.earlier = list(range(len(posts) + 1))

    def take(self, date: int) -> int | None:
        """The post nearest to a moment, of two the first one; None where there is none within a day."""
        at = bisect_left(self.dates, date)
        places = (_end(self.later, at), _end(self.earlier, at) - 1)
        near = [place for place in places if 0 <= place < len(self.dates) and abs(self.dates[place] - date) <= DAY]
        if not near:
            return None
        place = min(near, key=lambda each: (abs(self.dates[each] - date), self.posts[self.dates[each]][-1]))
        waiting = self.posts[self.dates[place]]
        post = waiting.pop()
        if not waiting:
            self.later[place], self.earlier[place + 1] = place + 1, place
        return post


def _end(links: list[int], at: int) -> int:
    while links[at] != at:
        links[at] = at = links[links[at]]
    return at


def _grouped(pairs: Iterable[tuple[_Any, int]]) -> dict[_Any, list[int]]:
    groups: dict[_Any, list[int]] = {}
    for key, at in pairs:
        if key is not None:
            groups.setdefault(key, []).append(at)
    return groups


def _title(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def replays(before: Iterable[Seen], after: Iterable[Seen]) -> list[Replay]:
    """The entries of `after` that subscribers of `before` would be shown a second time.

    Those whose id is new to them, while they have the same post, by link or by title and date, under an id
    that is no longer there. In the order of `after`; each entry of `before` is used at most once.
    """
    old, new = list(before), list(after)
    known, kept = {bare(each.id) for each in old}, {bare(each.id) for each in new}
    lost = [each for each in old if bare(each.id) not in kept]
    places = _grouped((key, at) for at in reversed(range(len(lost))) for key in _keys(lost[at]))
    used: set[int] = set()
    found = []
    for each in new:
        waiting = [] if bare(each.id) in known else [places.get(key, []) for key in _keys(each)]
        at = next((at for some in waiting if (at := _unused(some, used)) is not None), None)
        if at is not None:
            used.add(at)
            found.append(Replay(lost[at], each))
    return found


def bare(entry_id: str) -> str:
    """An id without what our Atom documents put before ids that are no IRIs, which other formats do not."""
    if entry_id.startswith("urn:x-guid:"):
        return unquote(entry_id.removeprefix("urn:x-guid:"))
    return entry_id.removeprefix("urn:uuid:")


def _keys(seen: Seen) -> list[Hashable]:
    """By what an entry is known as one that somebody has: its link, its title with its date."""
    return [key for key in (normal(seen.url), _dated(seen)) if key is not None]


def _unused(places: list[int], used: set[int]) -> int | None:
    while places and places[-1] in used:
        places.pop()
    return places[-1] if places else None


def _titled(title: str, date: int | None) -> tuple[str, int] | None:
    return (wanted, date) if date is not None and (wanted := _title(title)) else None


def _dated(seen: Seen) -> tuple[str, int] | None:
    return _titled(seen.title, seen.published if seen.published is not None else seen.updated)
