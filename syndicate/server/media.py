"""Media files that published entries name and that stand in the site's folder: whole, or a piece of them.

Which these are is read from the state: no path is made of a request, but the decoded path of its address is looked up
among those that entries name. What such an address means within the folder the dialect says, as when the file's length
was read. Only what is of a type of media is sent, by its content or its name: an entry that names the settings of the
site as its enclosure does not publish them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from syndicate.content import media
from syndicate.content.scan import Root
from syndicate.errors import StateError
from syndicate.index import Index, Medium
from syndicate.model.records import NamedTuple
from syndicate.server import Headers, Request, Response, answers, conditional, ranges
from syndicate.server.conditional import Verdict, http_date

PIECE: Final = 256 * 1024
"""Bytes that are read at once."""

_MAX_AGE = 3600
_ENDINGS = frozenset(ending.encode() for ending in media.ENDINGS)
_SETTLED = 2.0
_PATIENCE = 2.0
_OFTEN = 5.0
"""Seconds for which a file is served without another look whether entries still name it."""
_SHOWN_AS_IT_IS = ("audio/", "video/", "image/", "application/pdf")


class Media:
    """Who answers at the addresses of media: those with an ending that media have (`concerns`)."""

    methods = ("GET",)
    most = 0
    slow = True

    def __init__(self, roots: Sequence[Root], opened: Callable[[], Index], max_age: int = _MAX_AGE) -> None:
        """`roots` are the folders of the site, `opened` opens the state, `max_age` is in seconds."""
        # the longest label first: it is the folder that a path is in
        self._roots = sorted(roots, key=lambda root: len(root.label), reverse=True)
        self._max_age = max_age
        self._names = _Names(self._roots, opened)

    def concerns(self, path: bytes) -> bool:
        """Whether a path, decoded, may be that of a medium, and can be of nothing else."""
        return _ends(path)

    def answer(self, request: Request) -> Response:
        """The file, a piece of it, or 404."""
        try:
            medium = self._names.at(request.path, request.now or time.time())
        except RuntimeError:  # closed meanwhile: the settings are read anew, and the next request is another's
            return answers.AWAY
        found = _opened(self._roots, medium) if medium else None
        return _answer(request, found, self._max_age) if found else answers.NOT_FOUND

    def close(self) -> None:
        """Let go of the state."""
        self._names.close()


class _Names:
    """What entries name, by the decoded path of its address; read anew when the state is another.

    The state belongs to a thread of its own, since it can be asked in no other one.
    """

    def __init__(self, roots: Sequence[Root], opened: Callable[[], Index]) -> None:
        self._roots, self._opened = roots, opened
        self._thread = ThreadPoolExecutor(1, "media")
        self._index: Index | None = None
        self._version, self._read, self._named = -1, 0.0, dict[bytes, Medium]()

    def at(self, path: bytes, now: float) -> Medium | None:
        return self._thread.submit(self._found, unquote_to_bytes(path), now).result()

    def _found(self, path: bytes, now: float) -> Medium | None:
        # what is known is looked at again now and then; what is not known may be new
        if path not in self._named or not 0 <= now - self._read < _OFTEN:
            self._look(now)
        return self._named.get(path)

    def _look(self, now: float) -> None:
        try:
            if self._index is None:
                self._index = self._opened()
                self._index.read_only(_PATIENCE)
            index = self._index
        except StateError:
            return
        try:
            if (version := index.version()) != self._version:
                self._named = dict(_by_path(index.media(int(now)), self._roots))
                self._version = version
            self._read = now
        except index.faults:  # somebody holds the file: what was known is good for another moment
            pass
        except StateError:
            self._let_go()

    def _let_go(self) -> None:
        if self._index is not None:
            self._index.close()
        self._index, self._version, self._named = None, -1, {}

    def close(self) -> None:
        with suppress(RuntimeError):  # it is closed already
            self._thread.submit(self._let_go)
        self._thread.shutdown()


def _ends(path: bytes) -> bool:
    return path[-8:].rpartition(b".")[2].lower() in _ENDINGS


def _by_path(media: Iterable[Medium], roots: Sequence[Root]) -> Iterator[tuple[bytes, Medium]]:
    """What lies below the site, by the decoded path of its address."""
    starts = tuple(f"{root.dialect.facts.url}/" for root in roots)
    for medium in media:
        if medium.url.startswith(starts):
            try:
                path = unquote_to_bytes(urlsplit(medium.url).path)
            except ValueError:
                continue
            if b"/." not in path and _ends(path):
                yield path, medium


class _File(NamedTuple):
    """An open file, whoever has it closes it; its size in bytes, its moment, and its type."""

    descriptor: int
    size: int
    mtime_ns: int
    type: str

    @property
    def etag(self) -> bytes:
        """By size and time: to read a film to its end for its tag would make a reader wait."""
        return b'"%x-%x"' % (self.mtime_ns, self.size)

    @property
    def modified(self) -> int:
        return self.mtime_ns // 1_000_000_000


def _opened(roots: Sequence[Root], medium: Medium) -> _File | None:
    root = next((root for root in roots if medium.path.startswith(root.label)), None)
    if root is None:
        return None
    within = medium.path[len(root.label) :].decode("utf-8", "surrogateescape")
    found = media.opened(root.path, root.dialect.assets(within, medium.page, medium.url))
    if found is None:
        return None
    status = os.fstat(found.descriptor)
    if not found.type:
        os.close(found.descriptor)
        return None
    return _File(found.descriptor, status.st_size, status.st_mtime_ns, _type(medium.type, found.type))


def _type(told: str, found: str) -> str:
    """As the entry says, where the file is of that kind: of one sort of sound there are several names."""
    return (
        told if told.partition("/")[0] == found.partition("/")[0] and told.isascii() and told.isprintable() else found
    )


def _answer(request: Request, file: _File, max_age: int) -> Response:
    body = Pieces(file.descriptor, 0, file.size)
    now = request.now or time.time()
    # a file that is younger may be written to within the same tick of its clock
    settled = file.mtime_ns < (now - _SETTLED) * 1_000_000_000
    etag = file.etag if settled else b"W/" + file.etag
    modified = min(file.modified, int(now))
    verdict = conditional.judged(
        etag,
        modified,
        now,
        match=request.header(b"if-match"),
        none_match=request.header(b"if-none-match"),
        modified_since=request.header(b"if-modified-since"),
        unmodified_since=request.header(b"if-unmodified-since"),
    )
    kept: Headers = [
        (b"etag", etag),
        (b"last-modified", http_date(modified)),
        (b"cache-control", b"public, max-age=%d" % max_age),
        (b"access-control-allow-origin", b"*"),
    ]
    if verdict is not Verdict.SEND:
        body.close()
        return answers.FAILED if verdict is Verdict.FAILED else Response(304, kept)
    fitting = request.method == "GET" and ranges.same(request.header(b"if-range"), etag, http_date(modified), settled)
    span = ranges.wanted(request.header(b"range"), file.size) if fitting else None
    return _sent(span, [*kept, *_told(file.type)], body, file.size)


def _told(kind: str) -> Headers:
    headers = [
        (b"content-type", kind.encode()),
        (b"accept-ranges", b"bytes"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if not kind.startswith(_SHOWN_AS_IT_IS) or kind == "image/svg+xml":
        headers.append((b"content-security-policy", b"default-src 'none'; sandbox"))
    return headers


def _sent(span: ranges.Span | ranges.Beyond | None, headers: Headers, body: Pieces, size: int) -> Response:
    if isinstance(span, ranges.Beyond):
        body.close()
        return answers.said(416, "The file is not that long.", (b"content-range", span.header()))
    if span is None:
        return Response(200, [*headers, (b"content-length", b"%d" % size)], body)
    body.only(span)
    told = [(b"content-range", span.header(size)), (b"content-length", b"%d" % span.length)]
    return Response(206, [*headers, *told], body)


class Pieces:
    """The bytes of an open file, piece by piece; it is closed at their end, by `close`, or with this object."""

    def __init__(self, descriptor: int, at: int, left: int) -> None:
        """`left` bytes from the byte `at` on."""
        self._descriptor, self._at, self._left = descriptor, at, left

    def only(self, span: ranges.Span) -> None:
        """Nothing but these."""
        self._at, self._left = span

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Raises OSError where the file is shorter than it was: the rest of the answer can only be missing."""
        if not self._left or self._descriptor < 0:
            self.close()
            raise StopIteration
        data = os.pread(self._descriptor, min(PIECE, self._left), self._at)
        if not data:
            self.close()
            raise OSError("the file has become shorter while it was sent")
        self._at += len(data)
        self._left -= len(data)
        return data

    def close(self) -> None:
        """May be called again."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()
