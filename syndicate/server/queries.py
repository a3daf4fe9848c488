"""Live queries: a feed of whatever somebody asks for, at `query.rss`, `query.atom` and `query.json` below the feeds.

    ?q= ─parse→ tree ─cache?→ a worker looks and writes ─→ a document, with the same rules as those that are published

What is asked is read here, which is bounded by the rules of the language; posts are looked for and entries written in a
worker, within a time. Answers are kept by the canonical text of the query as long as neither the posts nor the full
text change, for a minute at most, since time moves some. So many readers of one query cost one answer a minute.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from syndicate.delivery.codings import compress, missing
from syndicate.delivery.questions import Answer, Counter, Question
from syndicate.engines import Engine
from syndicate.errors import SyndicateError
from syndicate.feeds.assemble import assemble
from syndicate.feeds.envelopes import Envelopes
from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.queries import FORMATS, Asked, Refused, address, asked, channel
from syndicate.feeds.rules import held_envelope
from syndicate.index.words import Words
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple
from syndicate.model.selection import Tree
from syndicate.server import Place, Request, Response
from syndicate.server.accepted import IDENTITY, ranked
from syndicate.server.answers import FAILED, NOT_ACCEPTABLE, OPTIONS_ANYBODY, About, heads, media_type, said
from syndicate.server.conditional import Verdict, judged
from syndicate.server.following import Following
from syndicate.server.manners import Manners
from syndicate.wiring.queries import Scene

FRESH = 60
"""Seconds for which an answer is kept, here and by caches."""

ROOM = 16 << 20
"""Bytes of answers that are kept."""

IN_AN_HOUR = 120
"""Answers that were not kept, for one address: also at once, as each is another query."""

AT_ONCE = 4
"""Requests that may wait for the worker; further ones are told to come again."""

_FAULTS: tuple[type[Exception], ...] = (SyndicateError, OSError, *Words.faults)

_CODINGS = tuple(coding for coding in ("br", "zstd", "gzip") if not missing((coding,)))


class _Kept(NamedTuple):
    """A document that was made at `at` of the posts at `version`; `modified` is when these bytes were first made here,
    `codings` are its representations that were asked for so far: body and entity tag. Or why it is `refused`."""

    version: tuple[int, int]
    at: float
    modified: int
    body: bytes
    codings: dict[str, tuple[bytes, bytes]]
    refused: Response | None = None


def _wrong(why: str) -> Response:
    return said(400, why, (b"access-control-allow-origin", b"*"))


_TOO_SLOW = _wrong("the query takes too long: add a test that few posts pass, as tag:python or newer(30d)")
_BROKEN = said(503, "The query could not be answered.", (b"retry-after", b"60"))


class Queries:
    """All that the three addresses share. `start` before the first request, `close` after the last."""

    def __init__(self, scene: Scene, remade: Callable[[], Scene] | None = None) -> None:
        """What it takes to answer; `remade` gives it anew where the site was built under another configuration."""
        self._scene, self._remade = scene, remade
        self._seen: tuple[int, int] | None = None
        self._settled: tuple[str, ...] | None = None
        self._lock, self._working = threading.Lock(), threading.Lock()
        self._waiting = threading.BoundedSemaphore(AT_ONCE)
        self._manners = Manners(full_copies=IN_AN_HOUR, polls=0)
        self._kept: OrderedDict[tuple[str, str, int], _Kept] = OrderedDict()
        self._size = 0
        self._envelopes = {form: Envelopes(scene.formats[form]) for form in FORMATS}
        self._counter = Counter()
        self._words: Words | None = None
        self._engine: Engine | None = None
        self._following: Following | None = None

    def places(self) -> dict[str, Place]:
        """Who answers, by the paths of the public addresses, decoded."""
        base = unquote(urlsplit(self._scene.plan.base_url).path)
        return {f"{base}query.{form}": _At(self, form) for form in FORMATS}

    def start(self) -> None:
        """Begin to follow the posts with the full text."""
        self._following = Following(lambda: self._scene)
        self._following.start()

    def close(self) -> None:
        """End what was begun."""
        if self._following:
            self._following.stop()
        with self._working:
            if self._engine:
                self._engine.__exit__(None, None, None)
                self._engine = None
        self._let_go()

    def answer(self, form: str, request: Request) -> Response:
        """The feed of a query; 400 says what is wrong with it and what to do. Raises nothing."""
        if request.method == "OPTIONS":
            return OPTIONS_ANYBODY
        try:
            query = asked(request.query, self._scene.parse)
            self._judge(query)
            kept = self._found(query, form, request)
        except Refused as fault:
            return _wrong(str(fault))
        except _FAULTS:
            self._let_go()
            return said(503, "The posts cannot be looked at just now.", (b"retry-after", b"60"))
        return kept if isinstance(kept, Response) else self._dressed(kept, query, form, request)

    # -- whether it can be answered

    def _judge(self, query: Asked) -> None:
        unknown = self._scene.unknown(query.tree)
        if unknown:
            column = query.text.casefold().find(unknown[0]) + 1
            known = f"; known are {', '.join(self._scene.keys)}" if self._scene.keys else ""
            raise Refused(
                f"q: column {max(1, column)}: {unknown[0]} is no key that queries can ask for{known}; "
                "put a word in quotes to look for it in titles"
            )

    def _not_ready(self, tree: Tree) -> Response | None:
        if self._scene.asks_text(tree) and not self._opened().is_whole():
            return said(503, "The posts are still being read for full text; come again.", (b"retry-after", b"30"))
        return None

    # -- what is known of it, or a new answer

    def _found(self, query: Asked, form: str, request: Request) -> _Kept | Response:
        key = (query.text, form, query.limit)
        with self._lock:
            version = self._version()
            if kept := self._known(key, version, request.now):
                self._kept.move_to_end(key)
                return kept
            if later := self._not_ready(query.tree):
                return later
            wait = self._manners.wait(request._replace(path=b"query", headers=[]), conditional=False)
        if wait:
            return said(429, "You have asked much; come again later.", (b"retry-after", b"%d" % wait))
        if not self._waiting.acquire(blocking=False):
            return said(503, "Many are asking just now; come again.", (b"retry-after", b"5"))
        try:
            with self._working:
                # somebody who waited longer may have asked the same
                return self._known(key, version, request.now) or self._keep(
                    key, self._made(query, form, request.now, version)
                )
        finally:
            self._waiting.release()

    def _known(self, key: tuple[str, str, int], version: tuple[int, int], now: float) -> _Kept | None:
        kept = self._kept.get(key)
        return kept if kept and kept.version == version and kept.at <= now < kept.at + FRESH else None

    def _version(self) -> tuple[int, int]:
        """That of the posts and the full text; where the site was built under another configuration, that is read."""
        words = self._opened()
        version = words.version()
        if version != self._seen:
            settled = words.settled()
            if self._settled not in (None, settled) and self._remade:
                self._scene = self._remade()
                self._envelopes = {form: Envelopes(self._scene.formats[form]) for form in FORMATS}
                self._kept.clear()
                self._size = 0
            self._seen, self._settled = version, settled
        return version

    def _let_go(self) -> None:
        """Close what may be another file by now; it is opened anew when it is asked for."""
        with self._lock:
            if self._words:
                self._words.close()
            self._words = self._seen = None

    def _opened(self) -> Words:
        if self._words is None:
            self._words = self._scene.words()
        return self._words

    def _made(self, query: Asked, form: str, now: float, version: tuple[int, int]) -> _Kept:
        scene = self._scene
        question = Question(scene.chosen(query.tree), query.limit or scene.usual, int(now))
        answer = self._asked(question, form)
        if answer.fault:
            refused = _TOO_SLOW if answer.fault == "slow" else _BROKEN
            return _Kept(version, now, 0, b"", {}, refused)
        about = channel(query, form, (post.updated for post in answer.shown), scene.plan, scene.channels)
        around = self._envelopes[form].of(about)
        if not around.held and (wrong := held_envelope(around.head + around.tail, form)):
            return _Kept(version, now, 0, b"", {}, _wrong(f"no feed can be called so: {wrong}"))
        body = assemble(around, answer.fragments).data
        # posts may come or go without any being newer: it was modified when these bytes were first seen here
        old = self._kept.get((query.text, form, query.limit))
        modified = old.modified if old and old.body == body else int(now)
        return _Kept(version, now, modified, body, {})

    def _asked(self, question: Question, form: str) -> Answer:
        if self._engine is None:
            self._engine = self._scene.engine().__enter__()
        return self._counter.answer(self._engine, self._scene.clerk, question, form)

    def _keep(self, key: tuple[str, str, int], made: _Kept) -> _Kept:
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += _room(key, made) - (_room(key, old) if old else 0)
            self._kept[key] = made
            while self._size > ROOM and len(self._kept) > 1:
                self._size -= _room(*self._kept.popitem(last=False))
        return made

    # -- how it is sent

    def _dressed(self, kept: _Kept, query: Asked, form: str, request: Request) -> Response:
        if kept.refused:
            return kept.refused
        coding = next((each for each in ranked(request.header(b"accept-encoding")) if _can(each)), None)
        if coding is None:
            return NOT_ACCEPTABLE
        if coding not in kept.codings:
            body = kept.body if coding == IDENTITY else compress(kept.body, coding)
            kept.codings[coding] = body, b'"%s"' % digest(body).hex().encode()
        body, etag = kept.codings[coding]
        about = self._about(kept, query, form)
        whole, unchanged = heads(about, kept.body, coding, len(body), etag, request.now)
        verdict = judged(
            etag,
            min(kept.modified, int(request.now)),
            request.now,
            match=request.header(b"if-match"),
            none_match=request.header(b"if-none-match"),
            modified_since=request.header(b"if-modified-since"),
            unmodified_since=request.header(b"if-unmodified-since"),
        )
        if verdict is Verdict.FAILED:
            return FAILED
        return Response(304, unchanged) if verdict is Verdict.UNCHANGED else Response(200, whole, body)

    def _about(self, kept: _Kept, query: Asked, form: str) -> About:
        url = address(self._scene.plan.base_url, form, query.text, query.limit)
        kind = media_type(EDITIONS[form].media_type)
        return About(f"query.{form}", "query", kind, url, kept.modified, FRESH, format=form)


def _room(key: tuple[str, str, int], kept: _Kept) -> int:
    """Bytes that it takes, with what was asked, one more coding, and what stands around."""
    return 4 * len(key[0]) + 2 * len(kept.body) + 1024


def _can(coding: str) -> bool:
    return coding == IDENTITY or coding in _CODINGS


class _At:
    """A Place: one of the addresses."""

    methods: tuple[str, ...] = ("GET", "OPTIONS")
    most = 0
    slow = True

    def __init__(self, queries: Queries, form: str) -> None:
        self._queries, self._form = queries, form

    def answer(self, request: Request) -> Response:
        """The feed of a query, in this format."""
        return self._queries.answer(self._form, request)
