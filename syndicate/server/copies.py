"""The bytes of published documents, in memory: a file → a Copy in each coding that is asked for.

A request costs one stat. A file that was replaced is read anew, whole and from one handle, and the ETag of a copy is a
digest of the very bytes that are sent, so the two always belong together.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Final

from syndicate.delivery.codings import SUFFIXES, compress, expand, missing
from syndicate.model.digest import digest
from syndicate.server.accepted import IDENTITY, ranked
from syndicate.server.answers import About, Lines, heads

MOST = 64 << 20
"""Bytes of documents that are held, in all codings."""

_CHOICES = 64
"""Accept-Encodings that are remembered of a document."""
_LARGE = 1 << 20
"""Bytes of a document from which on only gzip is made while somebody waits: br takes 25 ms for a megabyte."""

_SECOND = 1_000_000_000
_TICK = 10_000_000
"""Nanoseconds by which the times of files are late: they are those of the system's last tick."""
_RUN = 3600 * _SECOND
"""Between the writing of a document and its renaming lies no more, by far."""

NEVER: Final = float("inf")

Identity = tuple[int, int, int, int]


class Copy:
    """A document in one coding: `etag` has its quotes and is the digest of just these `size` bytes; `full` are the
    headers of a 200, `unchanged` those of a 304. `body` is None where it was let go of, to be made again.
    """

    __slots__ = ("body", "coding", "etag", "full", "size", "unchanged")

    def __init__(self, coding: str, etag: bytes, body: bytes, full: Lines, unchanged: Lines) -> None:
        self.coding: Final = coding
        self.etag: Final = etag
        self.size: Final = len(body)
        self.full: Final = full
        self.unchanged: Final = unchanged
        self.body: bytes | None = body


class Document:
    """What is published at an address: `file` is where, `whole` how many bytes it has as it is, `digest` theirs.

    `modified` is when these bytes were published, in epoch seconds: what is new may be older than all that was there (a
    post of yesterday, published today), and who asks by date alone, or looks at dates as curl does, has to get it. It
    is None, until the moment `until`, while the file may be replaced within the same second again.

    `copies` are those that were made, by coding, and `chosen` by an Accept-Encoding as it was sent. `version` is that
    of the index by which it was found, `used` whether anybody has asked for it lately.
    """

    __slots__ = (
        "about", "chosen", "copies", "digest", "file", "identity", "modified", "until", "used", "version", "whole",
    )  # fmt: skip

    def __init__(self, about: About, file: bytes, version: int) -> None:
        self.about, self.file, self.version = about, file, version
        self.identity: Identity | None = None
        self.digest = b""
        self.whole = 0
        self.modified: int | None = None
        self.until = NEVER
        self.used = True
        self.copies: dict[str, Copy] = {}
        self.chosen: dict[bytes | None, Copy] = {}


class Copies:
    """The copies of documents; at most `most` bytes of them are held, and those of one document more."""

    def __init__(self, most: int = MOST) -> None:
        self._made = frozenset((IDENTITY, *SUFFIXES)) - frozenset(missing(SUFFIXES))
        self._most = most
        self.held = 0
        """Bytes that are held."""
        self._holding: dict[Document, None] = {}

    def of(self, document: Document, accepted: bytes | None, now: float, *, filled: bool = False) -> Copy | None:
        """The copy of a document for an Accept-Encoding as it was sent; its body is there if it is to be `filled`.

        None: its file is not there, or the client takes none of the `codings` that there are.
        """
        try:
            found = os.lstat(document.file)
        except OSError:
            self.let_go(document)
            return None
        known = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if document.identity == known and now < document.until:
            copy = document.chosen.get(accepted)
            if copy is not None and (copy.body is not None or not filled):
                document.used = True
                return copy
        return self._made_ready(document, accepted, now)

    def codings(self, accepted: bytes | None) -> tuple[str, ...]:
        """The codings in which a client can have documents, the best first."""
        return tuple(name for name in ranked(accepted) if name in self._made)

    def _made_ready(self, document: Document, accepted: bytes | None, now: float) -> Copy | None:
        got = whole(document.file)
        if got is None or got[1] != document.identity or now >= document.until:
            self.let_go(document)
        if got is None:
            return None
        data, document.identity = got
        document.digest, document.whole, document.used = digest(data), len(data), True
        document.modified, document.until = _published(document.about, got[1], now)
        coding = self._coding(document, accepted)
        if coding is None:
            return None
        copy = document.copies.get(coding)
        if copy is None or copy.body is None:
            copy = document.copies[coding] = self._copied(document, data, coding, now)
            # what was chosen had the body of before
            document.chosen = {
                each: copy if other.coding == coding else other for each, other in document.chosen.items()
            }
            self._hold(document, copy.size)
        if len(document.chosen) >= _CHOICES:
            document.chosen.clear()
        document.chosen[accepted] = copy
        return copy

    def _coding(self, document: Document, accepted: bytes | None) -> str | None:
        """The one to be sent: of a large document rather one that is at hand, or cheap to make."""
        wanted: Sequence[str] = self.codings(accepted)
        if document.whole > _LARGE:
            quick = {"gzip", *document.about.codings}
            wanted = [name for name in wanted if name in quick] or wanted
        return wanted[0] if wanted else None

    def _copied(self, document: Document, data: bytes, coding: str, now: float) -> Copy:
        body = data if coding == IDENTITY else _coded(document, data, coding)
        etag = b'"%s"' % digest(body).hex().encode()
        full, unchanged = heads(document.about._replace(modified=document.modified), data, coding, len(body), etag, now)
        return Copy(coding, etag, body, full, unchanged)

    def _hold(self, document: Document, size: int) -> None:
        """So many more bytes of it are held; those of others are let go of where that is too much."""
        self.held += size
        self._holding[document] = None
        while self.held > self._most and len(self._holding) > 1:
            other = next(iter(self._holding))
            del self._holding[other]
            if other is document or other.used:  # another chance
                other.used = other is document
                self._holding[other] = None
                continue
            self._empty(other)

    def _empty(self, document: Document) -> None:
        """Let go of its bodies; validators stay, so that who has it is told so without them."""
        for copy in document.copies.values():
            if copy.body is not None:
                self.held -= copy.size
                copy.body = None

    def let_go(self, document: Document) -> None:
        """Forget all that was made of its bytes."""
        self._empty(document)
        self._holding.pop(document, None)
        document.identity = None
        document.copies.clear()
        document.chosen.clear()


def _published(about: About, identity: Identity, now: float) -> tuple[int | None, float]:
    """When a document was published, and until when that cannot be said: see `Document`."""
    modified = max(about.modified or 0, in_place(identity))
    return (modified, NEVER) if modified <= now else (None, modified)


def in_place(identity: Identity) -> int:
    """The first whole second in which nobody can have got what stood there before.

    Rounded up: who was answered earlier in the same second, and asks again by the `Date` of that answer, has to get
    what came after it. A run writes its documents and then renames them all, which their ctime tells, as long as it
    is not that of a copy made later, or of other rights.
    """
    _, _, mtime_ns, ctime_ns = identity
    moment = ctime_ns if mtime_ns < ctime_ns < mtime_ns + _RUN else mtime_ns
    return (moment + _TICK) // _SECOND + 1


def _coded(document: Document, data: bytes, coding: str) -> bytes:
    """Bytes in a coding: what stands beside the document, where that decodes to them, or made now."""
    if coding in document.about.codings:
        beside = whole(document.file + SUFFIXES[coding].encode())
        if beside is not None and expand(beside[0], coding, len(data) + 1) == (data, True):
            return beside[0]
    return compress(data, coding)


def whole(file: bytes) -> tuple[bytes, Identity] | None:
    """All bytes of a plain file, and its identity; None where there is none."""
    try:
        with open(file, "rb", buffering=0, opener=_opened) as opened:
            found = os.fstat(opened.fileno())
            if not stat.S_ISREG(found.st_mode):
                return None
            return opened.readall(), (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    except OSError:
        return None


def _opened(file: str | bytes, flags: int) -> int:
    return os.open(file, flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
