"""What is published, ready to be sent: paths of requests → documents in memory.

    path ─decoded→ looked up in the index, lazily → About ─one stat→ bytes read whole, once → a Copy in each coding

No path of a request is ever joined to anything: it is looked up among the addresses of what the index says is
published, and the file's name is the index's. Another version of the index makes what is known of a document doubtful:
it is asked again when the document is. The bytes are `copies.py`'s.

For one thread: the one that runs the event loop.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from json import loads
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from syndicate.delivery.further import FILES
from syndicate.errors import StateError
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.plan import Plan
from syndicate.feeds.rhythm import rhythm
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import Index, PublishedRow
from syndicate.index.shelves import page_of
from syndicate.model.digest import digest
from syndicate.model.records import dataclass
from syndicate.server import answers
from syndicate.server.answers import About
from syndicate.server.copies import MOST, Copies, Document, whole
from syndicate.server.deltas import Laid
from syndicate.server.elsewhere import Elsewhere

LOOK = 0.25
"""Seconds between two looks whether the index has changed."""
BUSY = 1.0
"""Seconds for which an index that somebody holds is left alone."""

_KNOWN = 16_384
"""Documents of which anything is known at a time."""
_SPELLINGS = 65_536
"""Spellings of paths that are remembered."""
_LONGEST = 4_096
"""Bytes of a path as it is sent."""
_LONGEST_AGE = 3600
"""Seconds for which caches keep a feed at most, be it ever so quiet: nobody is to wait longer for what is new."""
_OWN_HUB = 60
"""Seconds for which caches keep a feed whose news are told at once."""


@dataclass(frozen=True)
class Library:
    """What a Shelf needs to know of a site.

    `opened` opens the index in whichever thread it is called, and raises StateError where there is none. `folder` is
    where the documents stand, `max_age` what `serve.max_age` says in seconds (None: nothing), `pushed` whether the hub
    that is built in is on. `unserved` are files beside the documents that are for web servers alone.
    """

    opened: Callable[[], Index]
    folder: str
    plan: Plan
    channels: Channels
    max_age: int | None = None
    pushed: bool = False
    unserved: frozenset[str] = frozenset(FILES.values())


class Shelf:
    """The documents of a site, by the paths of their public addresses; at most `most` bytes of them are held."""

    def __init__(self, library: Library, most: int = MOST) -> None:
        self.library = library
        self._base = unquote_to_bytes(urlsplit(library.plan.base_url).path)
        self._folder = os.fsencode(Path(library.folder).absolute())
        self._index: Index | None = None
        self._number, self._version, self._looked = 0, 0, -1.0
        self._listed, self._beside = "", frozenset[str]()
        self._filled = self._unsure = False
        self._turn = 0
        self._documents: dict[bytes, Document] = {}
        self._spellings: dict[bytes, Document] = {}
        self.copies = Copies(most)
        self._elsewhere = Elsewhere(library.opened, library.plan)

    def open(self, now: float) -> None:
        """Get ready, so that the first request need not wait; in the thread that will ask."""
        self.look(now)

    def close(self) -> None:
        """Let go of the index."""
        self._elsewhere.close()
        self._leave()
        self._looked = -1.0

    def _leave(self) -> None:
        if self._index is not None:
            self._index.close()
        self._index, self._filled = None, False
        self._version += 1  # nothing is known any more

    # -- which document

    def look(self, now: float) -> bool:
        """Whether it is known what is published; asks for news of it a few times a second."""
        if self._looked <= now < self._looked + LOOK or self._looked - BUSY <= now < self._looked:
            return self._filled
        self._looked = now
        while True:
            known = self._index is not None
            try:
                self._look_at_index()
            except StateError:
                self._leave()
                if known:  # it is not where it was; there may be another one
                    continue
            except self._faults():
                self._looked = now + BUSY
            break
        self._elsewhere.refresh(now)
        if self._elsewhere.turn != self._turn:  # a copy at a further address may have become a way to another
            self._turn = self._elsewhere.turn
            self._version += 1
        return self._filled

    def _faults(self) -> tuple[type[Exception], ...]:
        return self._index.faults if self._index is not None else ()

    def _look_at_index(self) -> None:
        if self._index is None:
            self._index = self.library.opened()
            self._index.read_only(0.05)
            self._number = -1
        # SQLite's number is another one whenever somebody else has written, and may be any; ours only grows
        number = self._index.version()
        if number == self._number:
            return
        filled, listed = next(self._index.addresses(), None) is not None, self._index.fact("directory")
        if listed != self._listed:
            self._listed, self._beside = listed, frozenset(loads(listed or "{}")) - self.library.unserved
        self._number, self._filled = number, filled
        self._version += 1
        self._elsewhere.changed()

    def at(self, path: bytes, now: float) -> Document | None:
        """The document at a path as it is sent, still encoded; None where none stands there."""
        self.look(now)
        document = self._spellings.get(path)
        if document is not None and document.version == self._version:
            return document
        plain, self._unsure = decoded(path), False
        document = self._looked_up(plain) if plain else None
        if document is None:
            self._spellings.pop(path, None)
            return None
        if len(self._spellings) >= _SPELLINGS:
            self._spellings.clear()
        self._spellings[path] = document
        return document

    def _looked_up(self, path: bytes) -> Document | None:
        """The document at a decoded path, as the index knows it now."""
        known, index = self._documents.get(path), self._index
        if index is None or (known is not None and known.version == self._version):
            return known if index is not None else None
        try:
            about = self._about(index, path)
        except index.faults:  # somebody holds the file: what was known is good for another moment
            self._unsure = known is None
            return known
        if known is not None and known.about == about:
            known.version = self._version
            return known
        if known is not None:
            self._drop(path)
        return self._put(path, about) if about is not None else None

    def _put(self, path: bytes, about: About) -> Document:
        while len(self._documents) >= _KNOWN:
            self._drop(next(iter(self._documents)))
        file = self._folder + b"/" + about.path.encode("utf-8", "surrogatepass")
        document = self._documents[path] = Document(about, file, self._version)
        return document

    def _drop(self, path: bytes) -> None:
        document = self._documents.pop(path)
        document.version = -1
        self.copies.let_go(document)

    def _about(self, index: Index, path: bytes) -> About | None:
        for within in self._candidates(path):
            if (row := index.document(within)) is not None:
                return self._of_feed(index, row)
            # a copy at a further address is for servers that cannot redirect
            if within in self._beside and self._elsewhere.at(path) is None:
                return self._of_all(index, within)
        return None

    def _candidates(self, path: bytes) -> list[str]:
        """The paths of documents whose public address has this path."""
        if not path.startswith(self._base):
            return []
        try:
            within = path[len(self._base) :].decode()
        except UnicodeDecodeError:
            return []
        plan = self.library.plan
        longer = (within, *(within + end for end in plan.preset.unsaid))
        return [each for each in longer if each and _path(plan.url(each)) == path]

    def _of_feed(self, index: Index, row: PublishedRow) -> About:
        library = self.library
        page_number, taxonomy = page_of(row.taxonomy)
        key = feed_key(taxonomy, row.name)
        hubs = () if page_number else library.channels.hubs_of(key)
        return About(
            path=row.path,
            feed=key,
            type=answers.media_type(self._type(row.format)),
            url=row.url or library.plan.url(row.path),
            modified=row.updated,
            max_age=self._max_age(index, row.path, bool(hubs)),
            hubs=hubs,
            page=row.format == "html",
            codings=row.codings,
            format=row.format,
            history=page_number > 0,
        )

    def _of_all(self, index: Index, path: str) -> About:
        kind = answers.type_of(path)
        age = answers.FEW if self.library.max_age is None else self.library.max_age
        codings = tuple(index.variants_of(path))
        page = kind.startswith(b"text/html")
        return About(path, "", kind, self.library.plan.url(path), None, age, (), page, codings)

    def _type(self, form: str) -> str:
        named = self.library.channels.media_types.get(form)
        return named or (EDITIONS[form].media_type if form in EDITIONS else "application/octet-stream")

    def _max_age(self, index: Index, path: str, told: bool) -> int:
        if self.library.max_age is not None:
            return self.library.max_age
        if told and self.library.pushed:
            return _OWN_HUB
        habit = rhythm(index.moments_in(path))
        return min(habit.ttl * 60, _LONGEST_AGE) if habit else answers.FEW

    def laid(self, document: Document) -> Laid | None:
        """A document as it is with where its entries stand; None where that is not the version the index knows."""
        index = self._index
        if index is None or document.identity is None:
            return None
        try:
            known, parts = index.parts(document.about.path)
        except index.faults:
            return None
        if known != document.digest:
            return None
        got = whole(document.file)
        return Laid(got[0], parts) if got and digest(got[0]) == known else None

    # -- what is no document

    def elsewhere(self, path: bytes) -> tuple[int, bytes] | None:
        """Where a path leads at which no document was found: a status (301, 302, 410) and an address; None: nowhere.

        503 where the index cannot be asked just now. To be called right after `at`.
        """
        plain = decoded(path)
        if plain is None:
            return None
        if self._unsure:
            return 503, b""
        target = self._elsewhere.at(plain)
        if target is not None:
            return (301, self._short(target)) if target else (410, b"")
        return self._index_of(plain) or (None if self._elsewhere.turn else (503, b""))

    def _index_of(self, path: bytes) -> tuple[int, bytes] | None:
        """A folder leads to the page in it, the top one to the page of all feeds, and a file to its own address."""
        plan = self.library.plan
        top = _path(plan.url(plan.pages[0]))
        if path in (b"/", self._base, self._base.rstrip(b"/")) and self._looked_up(top):
            return 302, _encoded(top)
        if path.endswith(b"/") and self._looked_up(path + b"index.html"):
            return 302, _encoded(path + b"index.html")
        within = path[len(self._base) :].decode("utf-8", "replace") if path.startswith(self._base) else ""
        shown = _path(plan.url(within)) if within else path
        return (301, _encoded(shown)) if shown != path and self._looked_up(shown) else None

    def _short(self, target: str) -> bytes:
        """An address of our own without its host: so it is right behind proxies, and on the operator's own machine."""
        parts = urlsplit(self.library.plan.base_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        own = target.startswith(f"{origin}/") and not target.startswith(f"{origin}//")
        return (target.removeprefix(origin) if own else target).encode()


def decoded(path: bytes) -> bytes | None:
    """A path as it is sent → its bytes; None for what is no path, or can be none of ours."""
    if not path.startswith(b"/") or len(path) > _LONGEST:
        return None
    plain = unquote_to_bytes(path) if b"%" in path else path
    return None if b"\0" in plain else plain


def _path(url: str) -> bytes:
    """The path of an address, decoded."""
    return unquote_to_bytes(urlsplit(url).path)


def _encoded(path: bytes) -> bytes:
    return quote_from_bytes(path, safe="/~").encode()
