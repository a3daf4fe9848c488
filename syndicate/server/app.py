"""The application: a request → who answers it → the answer.

Documents are answered at once and out of memory (`answer`); whatever speaks HTTP may call that directly. As an ASGI
application it does the same for any server, reads the bodies that a Place takes, and asks slow Places in threads.

    answer = application.answer(request)      # headers without `date`: who sends it adds that
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from time import time
from typing import Any

from syndicate.server import Gate, Headers, Place, Request, Response, Witness, answers
from syndicate.server.accepted import LONGEST, brief
from syndicate.server.conditional import Verdict, http_date, judged
from syndicate.server.copies import Copy, Document
from syndicate.server.deltas import Deltas
from syndicate.server.media import Media
from syndicate.server.shelf import Shelf, decoded
from syndicate.server.streams import Receive, body_of, pieces_of, while_there

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """Answers requests. `places` are who answers at addresses of their own, by path, decoded; `media` who answers at
    those of media files. Documents are the shelf's, where there is one.
    """

    def __init__(
        self,
        shelf: Shelf | None,
        places: Mapping[str, Place] | None = None,
        *,
        media: Media | None = None,
        gate: Gate | None = None,
        witness: Witness | None = None,
        clock: Callable[[], float] = time,
    ) -> None:
        self.shelf, self.media, self.gate, self.witness, self._clock = shelf, media, gate, witness, clock
        self.places: Mapping[bytes, Place] = {path.encode(): place for path, place in (places or {}).items()}
        self._dated: tuple[int, bytes] = (0, b"")
        self._deltas = Deltas()

    # -- at once

    def answer(self, request: Request) -> Response:
        """The answer to a request whose body has been read, without `date`; to HEAD without its body.

        In the thread in which `start` was called, but for what a `place` answers. Never waits for anything but the
        disk, unless that place is `slow`.
        """
        at_once = self.at_once(request)
        place = self.place(request.path) if at_once is None else None
        return at_once or self._seen(request, _placed(place, request) if place else self._without(request))

    def at_once(self, request: Request) -> Response | None:
        """The same where nobody has to be waited for; None where somebody may be: then it is asked as ASGI asks it. In
        the thread in which `start` was called."""
        shelf = self.shelf
        document = shelf.at(request.path, request.now) if shelf is not None else None
        if shelf is not None and document is not None:
            return self._documented(shelf, document, request)
        return None if self.place(request.path) is not None else self._seen(request, self._without(request))

    def refused(self, request: Request, response: Response) -> None:
        """What came was no request that is answered: it is counted; `request` is as much of one as there was."""
        self._seen(request, response)

    def _documented(self, shelf: Shelf, document: Document, request: Request) -> Response:
        response = self._of(shelf, document, request)
        if request.method == "HEAD":
            response = response._replace(body=b"")
        if self.witness is not None:
            sent = len(response.body) if isinstance(response.body, bytes) else 0
            about = document.about  # who looks at a page is no subscriber, nor who reads what was long ago
            feed = "" if about.page or about.history else about.feed
            self.witness.saw(request, response.status, sent, document.whole, feed)
        return response

    def place(self, path: bytes) -> Place | None:
        """Who answers at a path as it is sent, where that is no document's."""
        plain = decoded(path) if b"%" in path else path
        if plain is None:
            return None
        place = self.places.get(plain)
        if place is None and self.media is not None and self.media.concerns(plain):
            return self.media
        return place

    def _seen(self, request: Request, response: Response) -> Response:
        """The answer as it goes out, where no document is what is answered."""
        if request.method == "HEAD":
            response = response._replace(body=b"")
        self._count(request, response.status, len(response.body) if isinstance(response.body, bytes) else 0)
        return response

    def _count(self, request: Request, status: int, sent: int) -> None:
        if self.witness is not None:
            self.witness.saw(request, status, sent, 0, "")

    def _of(self, shelf: Shelf, document: Document, request: Request) -> Response:
        """The answer that a document gives."""
        if request.method not in ("GET", "HEAD"):
            return _other(request.method, document)
        known = dict(request.headers)
        if len(known) != len(request.headers):
            known = _joined(request.headers)
        # people do not poll, and many share an address: neither pages nor what belongs to them
        polled = document.about.feed and not document.about.page
        if self.gate is not None and polled and (seconds := _wait(self.gate, request, known)):
            return too_often(seconds)
        accepted = known.get(b"accept-encoding")
        if accepted is not None and len(accepted) > LONGEST:
            accepted = brief(accepted)
        rare = b"a-im" in known or b"if-match" in known or b"if-unmodified-since" in known
        plain = not (rare or b"if-none-match" in known or b"if-modified-since" in known)
        copy = shelf.copies.of(document, accepted, request.now, filled=plain)
        if copy is None:
            return answers.AWAY if shelf.copies.codings(accepted) else answers.NOT_ACCEPTABLE
        if not plain:
            if not rare and known.get(b"if-none-match") == copy.etag:  # as nearly all that ask again do
                return Response(304, copy.unchanged)
            short = self._short(shelf, document, copy, known, request)
            if short is not None:
                return short
        if copy.body is None:
            copy = shelf.copies.of(document, accepted, request.now, filled=True)
        return answers.AWAY if copy is None or copy.body is None else Response(200, copy.full, copy.body)

    def _short(
        self, shelf: Shelf, document: Document, copy: Copy, known: Mapping[bytes, bytes], request: Request
    ) -> Response | None:
        """What is answered in place of the whole, by the conditions of a request; None: nothing."""
        if b"a-im" in known:
            part = self._deltas.answer(request.method, known, document, copy, partial(shelf.laid, document))
            if part is not None:
                return part
        verdict = _verdict(document, copy, known, request.now)
        if verdict is Verdict.UNCHANGED:
            return Response(304, copy.unchanged)
        return answers.FAILED if verdict is Verdict.FAILED else None

    def _without(self, request: Request) -> Response:
        """The answer where nothing stands."""
        if request.path == b"*" and request.method == "OPTIONS":
            return answers.OPTIONS
        if decoded(request.path) is None:
            return answers.BAD_PATH
        if self.shelf is None:
            return answers.NOT_FOUND
        if not self.shelf.look(request.now):
            return answers.NOT_YET
        status, target = self.shelf.elsewhere(request.path) or (404, b"")
        if target and request.method not in ("GET", "HEAD"):
            return _other(request.method, None)
        return answers.moved(status, target) if target else answers.NOTHING[status]

    # -- as an ASGI application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3.0: `http` and `lifespan`."""
        if scope["type"] == "http":
            request = self.request(scope)
            if (response := self.at_once(request)) is None:
                await self.at_length(scope, receive, send)
            else:
                await self.send(response, request, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def at_length(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same as an ASGI application does, of what cannot be answered `at_once`."""
        request = self.request(scope)
        place = self.place(request.path)
        body = await body_of(receive, place.most if place else 0)
        if place is None or body is None:  # the settings may be others than a moment ago
            response = answers.TOO_LARGE if place else answers.NOT_FOUND
        elif place.slow:
            response = await asyncio.to_thread(_placed, place, request._replace(body=body))
        else:
            response = _placed(place, request._replace(body=body))
        if isinstance(response.body, bytes) or request.method == "HEAD":
            await self.send(self._seen(request, response), request, send)
        else:
            await while_there(self._streamed(response, request, send), receive)

    async def _streamed(self, response: Response, request: Request, send: Send) -> None:
        """Send an answer piece by piece; it is counted when it has ended, with what went out."""
        sent = 0

        async def counting(message: dict[str, Any]) -> None:
            nonlocal sent
            await send(message)
            sent += len(message.get("body", b""))

        try:
            await self.send(response, request, counting)
        finally:
            self._count(request, response.status, sent)

    def request(self, scope: Scope) -> Request:
        """The request of an ASGI scope."""
        client = scope.get("client")
        path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
        headers = scope["headers"]
        return Request(
            scope["method"], path, scope["query_string"], headers, client[0] if client else "", b"", self._clock()
        )

    async def send(self, response: Response, request: Request, send: Send) -> None:
        """Send an answer, piece by piece where it is not whole."""
        headers = [*response.headers, (b"date", self.date(request.now))]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        body = response.body
        if isinstance(body, bytes):
            await send({"type": "http.response.body", "body": body})
            return
        async with aclosing(pieces_of(body)) as pieces:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def date(self, now: float) -> bytes:
        """The value of `date` at a moment; made once a second."""
        second = int(now)
        if self._dated[0] != second:
            self._dated = (second, http_date(second))
        return self._dated[1]

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        """Get ready; in the thread that will answer."""
        if self.shelf is not None:
            self.shelf.open(self._clock())

    def stop(self) -> None:
        """Let go of everything."""
        if self.shelf is not None:
            self.shelf.close()
        if self.media is not None:
            self.media.close()


def _wait(gate: Gate, request: Request, known: Mapping[bytes, bytes]) -> int:
    """Seconds for which a client gets no document. However the address of one is spelled, it is one."""
    if b"%" in request.path:
        request = request._replace(path=decoded(request.path) or b"")
    return gate.wait(request, b"if-none-match" in known or b"if-modified-since" in known)


def too_often(seconds: int) -> Response:
    """Who asks too often is told when to come again."""
    return answers.said(429, "You ask too often.", (b"retry-after", b"%d" % seconds), answers.ANYBODY)


def _placed(place: Place, request: Request) -> Response:
    allowed = place.methods
    if request.method in allowed or (request.method == "HEAD" and "GET" in allowed):
        return place.answer(request)
    named = ", ".join(dict.fromkeys((*allowed, *(("HEAD",) if "GET" in allowed else ()), "OPTIONS"))).encode()
    if request.method == "OPTIONS":
        return Response(204, [(b"allow", named), (b"cache-control", b"no-store")])
    return answers.said(405, "This is not done here.", (b"allow", named))


def _other(method: str, document: Document | None) -> Response:
    """The answer to what is neither GET nor HEAD, where something can be read."""
    if method != "OPTIONS":
        return answers.NOT_ALLOWED
    return answers.OPTIONS if document is None or document.about.page else answers.OPTIONS_ANYBODY


def _verdict(document: Document, copy: Copy, known: Mapping[bytes, bytes], now: float) -> Verdict:
    modified = document.modified
    return judged(
        copy.etag,
        modified if modified is not None and modified <= now else None,
        now,
        match=known.get(b"if-match"),
        none_match=known.get(b"if-none-match"),
        modified_since=known.get(b"if-modified-since"),
        unmodified_since=known.get(b"if-unmodified-since"),
    )


def _joined(headers: Headers) -> dict[bytes, bytes]:
    """Headers by name; several of one name are one list (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found
