"""What is published, ready to be sent: paths of requests → documents in memory.

    path ─decoded→ looked up in the index, lazily → About ─one stat→ bytes read whole, once → a Copy in each coding

No path of a request is ever joined to anything: it is looked up among the addresses of what the index says is
published, and the file's name is the index's. A request costs one stat; a file that was replaced is read anew, from one
handle, and its ETag is a digest of the very bytes that are sent, so the two always belong together. Another version of
the index makes what is known of a document doubtful: it is asked again when the document is.

For one thread: the one that runs the event loop. Where addresses lead that nothing stands at is worked out in a thread
of its own.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from json import loads
from pathlib import Path
from time import monotonic, time
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from syndicate.delivery.codings import SUFFIXES, compress, expand, missing
from syndicate.errors import StateError
from syndicate.feeds.channel import Channels
from syndicate.feeds.plan import Plan
from syndicate.feeds.rhythm import rhythm
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import Index, PublishedRow
from syndicate.index.shelves import page_of
from syndicate.model.digest import digest
from syndicate.server import answers
from syndicate.server.accepted import IDENTITY, ranked
from syndicate.server.answers import About, Lines

LOOK = 0.25
"""Seconds between two looks whether the index has changed."""

MOST = 64 << 20
"""Bytes of documents that are held, in all codings."""

_KNOWN = 16_384
"""Documents of which anything is known at a time."""
_SPELLINGS = 65_536
"""Spellings of paths that are remembered."""
_LONGEST = 4_096
"""Bytes of a path as it is sent."""
_LARGE = 1 << 20
"""Bytes of a document from which on only gzip is made while somebody waits: br takes 25 ms for a megabyte."""
_BETWEEN = 30.0
"""Seconds between two times that it is worked out where addresses lead."""

Identity = tuple[int, int, int, int]


class Copy:
    """A document in one coding: `body` is None where it was let go of, to be made again."""

    __slots__ = ("body", "coding", "etag", "full", "size", "unchanged")

    def __init__(self, coding: str, etag: bytes, body: bytes, full: Lines, unchanged: Lines) -> None:
        self.coding: Final = coding
        self.etag: Final = etag
        """With its quotes; the digest of just these bytes."""
        self.size: Final = len(body)
        self.full: Final = full
        """The headers of a 200."""
        self.unchanged: Final = unchanged
        """Those of a 304."""
        self.body: bytes | None = body


class Document:
    """What is published at an address. `whole` is how many bytes it has as it is."""

    __slots__ = ("about", "chosen", "copies", "digest", "file", "identity", "version", "whole")

    def __init__(self, about: About, file: bytes, version: int) -> None:
        self.about, self.file, self.version = about, file, version
        self.identity: Identity | None = None
        self.digest = b""
        """That of its bytes as they are."""
        self.whole = 0
        self.copies: dict[str, Copy] = {}
        self.chosen: dict[bytes | None, Copy] = {}
        """The copy for an Accept-Encoding, as it was sent."""

    def forget(self) -> None:
        """All that was made of its bytes."""
        self.identity = None
        self.copies.clear()
        self.chosen.clear()


@dataclass(frozen=True)
class Library:
    """What a Shelf needs to know of a site.

    `opened` opens the index, in whichever thread it is called. `folder` is where the documents stand, `most_age` what
    `serve.max_age` says (None: by the rhythm of each), `pushed` whether the hub that is built in tells of news.
    `unserved` are files beside the documents that are for web servers alone.
    """

    opened: Callable[[], Index]
    folder: str
    plan: Plan
    channels: Channels
    max_age: int | None = None
    pushed: bool = False
    unserved: frozenset[str] = frozenset()
    types: Mapping[str, str] | None = None


class Shelf:
    """The documents of a site, by the paths of their public addresses."""

    def __init__(self, library: Library, most: int = MOST) -> None:
        self.library = library
        self._base = unquote_to_bytes(urlsplit(library.plan.base_url).path)
        self._origin = _origin(library.plan.base_url)
        self._folder = os.fsencode(Path(library.folder).absolute())
        self._made = [name for name in ("br", "zstd", "gzip") if name not in missing(("br", "zstd"))]
        self._index: Index | None = None
        self._version, self._number, self._looked = 0, 0, 0.0
        self._beside: Mapping[str, object] = {}
        self._documents: dict[bytes, Document] = {}
        self._spellings: dict[bytes, Document] = {}
        self._most, self._held = most, 0
        self._leading = Leading(library)

    def open(self) -> None:
        """Get ready, so that the first request need not wait."""
        self.look(time(), at_once=True)

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
        self._index = None

    # -- which document

    def look(self, now: float, at_once: bool = False) -> bool:
        """Whether anything is known of what is published; asks for news of it a few times a second."""
        if 0 <= now - self._looked < LOOK and not at_once:
            return self._index is not None
        self._looked = now
        try:
            self._look_at_index(now)
        except Exception as fault:  # what an index may raise is known by itself alone
            if not isinstance(fault, StateError) and not (self._index and isinstance(fault, self._index.faults)):
                raise
            if isinstance(fault, StateError):
                self.close()
                self._documents.clear()
                self._spellings.clear()
                self._held = 0
        return self._index is not None

    def _look_at_index(self, now: float) -> None:
        index = self._index
        if index is None:
            index = self._index = self.library.opened()
            index.read_only(0.2)
            seen = -1
        else:
            seen = self._version
        # SQLite's number is another one whenever somebody else has written; ours only grows
        number = index.version()
        if seen == -1 or number != self._number:
            self._number = number
            self._version += 1
            self._beside = loads(index.fact("directory") or "{}")
            self._leading.refresh(now)

    def at(self, path: bytes, now: float) -> Document | None:
        """The document at a path as it is sent, still encoded; None where none stands there."""
        self.look(now)
        document = self._spellings.get(path)
        if document is not None and document.version == self._version:
            return document
        plain = decoded(path)
        return self._looked_up(plain, path) if plain else None

    def _looked_up(self, path: bytes, spelled: bytes) -> Document | None:
        document = self._documents.get(path)
        if document is None or document.version != self._version:
            document = self._asked(path, document)
        if document is None:
            self._spellings.pop(spelled, None)
            return None
        if len(self._spellings) >= _SPELLINGS:
            self._spellings.clear()
        self._spellings[spelled] = document
        return document

    def _asked(self, path: bytes, known: Document | None) -> Document | None:
        """What the index says now of the document at a path."""
        index = self._index
        if index is None:
            return None
        try:
            about = self._about(index, path)
        except index.faults:  # somebody holds the file: what was known is good for another moment
            return known
        if about is None:
            if known is not None:
                self._drop(path, known)
            return None
        if known is not None and known.about == about:
            known.version = self._version
            return known
        if known is not None:
            self._drop(path, known)
        while len(self._documents) >= _KNOWN:
            first = next(iter(self._documents))
            self._drop(first, self._documents[first])
        made = Document(about, self._folder + b"/" + about.path.encode("utf-8", "surrogatepass"), self._version)
        self._documents[path] = made
        return made

    def _drop(self, path: bytes, document: Document) -> None:
        self._let_go(document)
        document.version = -1
        self._documents.pop(path, None)

    def _about(self, index: Index, path: bytes) -> About | None:
        for within in self._candidates(path):
            if (row := index.document(within)) is not None:
                return self._of_feed(index, row)
            if within in self._beside and within not in self.library.unserved:
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
        longer = [within, *(within + end for end in plan.preset.unsaid)] if within else list(plan.preset.unsaid)
        return [each for each in longer if _path(plan.url(each)) == path]

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
        )

    def _of_all(self, index: Index, path: str) -> About:
        kind = answers.type_of(path)
        page = kind.startswith(b"text/html")
        url = self.library.plan.url(path)
        codings = tuple(index.variants_of(path))
        return About(path, "", kind, url, None, self._age(answers.FEW), (), page, codings)

    def _type(self, form: str) -> str:
        known = self.library.channels.media_types.get(form)
        if known is None:
            from syndicate.feeds.formats import EDITIONS

            known = EDITIONS[form].media_type if form in EDITIONS else "application/octet-stream"
        return known

    def _max_age(self, index: Index, path: str, told: bool) -> int:
        if self.library.max_age is None and not (told and self.library.pushed):
            habit = rhythm(index.moments_in(path))
            return habit.ttl * 60 if habit else answers.FEW
        return self._age(60)

    def _age(self, usual: int) -> int:
        return usual if self.library.max_age is None else self.library.max_age

    # -- its bytes

    def copy(self, document: Document, accepted: bytes | None, now: float) -> Copy | None:
        """The copy of a document for an Accept-Encoding as it was sent. None: its file is not there, or (`codings_of`)
        the client takes none of the codings that there are."""
        try:
            found = os.lstat(document.file)
        except OSError:
            self._let_go(document)
            return None
        identity = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if document.identity == identity:
            copy = document.chosen.get(accepted)
            if copy is not None and copy.body is not None:
                return copy
        return self._made_ready(document, accepted, now)

    def _made_ready(self, document: Document, accepted: bytes | None, now: float) -> Copy | None:
        plain = document.copies.get(IDENTITY)
        got = self._read(document)
        if got is None:
            return None
        data, identity = got
        if document.identity != identity or plain is None:
            self._let_go(document)
            document.identity, document.digest, document.whole = identity, digest(data), len(data)
        coding = next((name for name in self._order(document, accepted)), None)
        if coding is None:
            return None
        copy = document.copies.get(coding)
        if copy is None or copy.body is None:
            body = data if coding == IDENTITY else self._coded(document, data, coding)
            etag = b'"%s"' % digest(body).hex().encode()
            full, unchanged = answers.heads(document.about, data, coding, len(body), etag, now)
            copy = document.copies[coding] = Copy(coding, etag, body, full, unchanged)
            self._held += len(body)
        if len(document.chosen) > 64:
            document.chosen.clear()
        document.chosen[accepted] = copy
        return copy

    def _order(self, document: Document, accepted: bytes | None) -> list[str]:
        """The codings to be tried: those at hand, or cheap to make, first."""
        wanted = [name for name in ranked(accepted) if name == IDENTITY or name in self._made]
        if document.whole <= _LARGE:
            return wanted
        cheap = (IDENTITY, "gzip", *document.about.codings)
        return sorted(wanted, key=lambda name: name not in cheap)

    def _read(self, document: Document) -> tuple[bytes, Identity] | None:
        """All of its file and what it was known by, from one handle."""
        got = _whole(document.file)
        if got is None:
            self._let_go(document)
        return got

    def _coded(self, document: Document, data: bytes, coding: str) -> bytes:
        """In a coding: what stands beside it, where that decodes to these bytes, or made now."""
        if coding in document.about.codings:
            beside = _whole(document.file + SUFFIXES[coding].encode())
            if beside is not None and expand(beside[0], coding, len(data) + 1) == (data, True):
                return beside[0]
        return compress(data, coding)

    def _let_go(self, document: Document) -> None:
        self._held -= sum(len(copy.body) for copy in document.copies.values() if copy.body is not None)
        document.forget()

    # -- what is no document

    def elsewhere(self, path: bytes, now: float) -> tuple[int, bytes] | None:
        """Where a path leads at which no document stands: a status (301, 302, 410) and an address; None: nowhere."""
        plain = decoded(path)
        if plain is None:
            return None
        target = self._leading.at(plain)
        if target is not None:
            return (410, b"") if not target else (301, self._short(target))
        return self._index_of(plain)

    def _index_of(self, path: bytes) -> tuple[int, bytes] | None:
        """A folder's address leads to its page, and the top one to the page of all feeds."""
        plan = self.library.plan
        top = _path(plan.url(plan.pages[0]))
        if path in (b"/", self._base, self._base.rstrip(b"/")) and self._asked_twice(top):
            return 302, _encoded(top)
        for name in (b"index.html",):
            if path.endswith(b"/") and self._asked_twice(path + name):
                return 302, _encoded(path + name)
        within = path[len(self._base) :].decode("utf-8", "replace") if path.startswith(self._base) else ""
        shown = _path(plan.url(within)) if within else path
        if shown != path and self._asked_twice(shown):
            return 301, _encoded(shown)
        return None

    def _asked_twice(self, path: bytes) -> bool:
        return self._looked_up(path, path) is not None

    def _short(self, target: str) -> bytes:
        """An address of our own without its host: so it is right behind proxies, and on the operator's own machine."""
        return (target.removeprefix(self._origin) if target.startswith(f"{self._origin}/") else target).encode()


class Leading:
    """Where addresses lead at which nothing stands now; worked out in a thread, as there may be very many."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, str] = {}
        self._mark, self._next = "", 0.0
        self._thread: threading.Thread | None = None

    def at(self, path: bytes) -> str | None:
        """The address that a decoded path leads to, "" where it is gone, None where nothing is known of it."""
        return self._known.get(path)

    def refresh(self, now: float) -> None:
        """Work it out anew, if it may differ; the first time it is waited for."""
        if not self._next:
            self._work(now)
        elif now >= self._next and not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._work, args=(now,), name="addresses", daemon=True)
            self._thread.start()

    def _work(self, now: float) -> None:
        from syndicate.delivery.forwarding import forwarding
        from syndicate.feeds.redirects import leading

        began = monotonic()
        with suppress(StateError), closing(self._library.opened()) as index, suppress(*index.faults):
            index.read_only(5.0)
            mark = index.forwarding_mark()
            if mark != self._mark:
                self._known = leading(forwarding(index, self._library.plan, int(now), keep=False).rules)
                self._mark = mark
        self._next = now + max(_BETWEEN, 50 * (monotonic() - began))


def decoded(path: bytes) -> bytes | None:
    """A path as it is sent → its bytes; None for what is no path, or can be none of ours."""
    if not path.startswith(b"/") or len(path) > _LONGEST:
        return None
    if b"%" not in path:
        return None if b"\0" in path else path
    plain = unquote_to_bytes(path)
    return None if b"\0" in plain else plain


def _whole(file: bytes) -> tuple[bytes, Identity] | None:
    """All bytes of a plain file, and its identity; None where there is none."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return None
        with open(handle, "rb", closefd=False) as opened:
            data = opened.read()
        return data, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    except OSError:
        return None
    finally:
        os.close(handle)


def _path(url: str) -> bytes:
    """The path of an address, decoded."""
    return unquote_to_bytes(urlsplit(url).path)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _encoded(path: bytes) -> bytes:
    return quote_from_bytes(path, safe="/~").encode()
