"""Connections → requests → bytes: uvicorn with its parser httptools, on uvloop where there is one, and our own manners.

A connection has a moment until which it waits (`Crowd`); one look a second finds those that are late, so a request sets
no timer. What can be answered at once is answered within the call that brought the request, in the order of the
requests; everything else goes through ASGI. Nothing is answered to a reader who does not take what was written before.
"""

from __future__ import annotations

import asyncio
import http
import logging
from collections import deque
from ipaddress import ip_address
from time import time
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from syndicate.server import Headers, Request
from syndicate.server.answers import said
from syndicate.server.crowd import NEVER
from syndicate.server.front import Front
from syndicate.server.manners import peer_of
from syndicate.server.reading import Reading, end_of_line, spelled

LEAST = 4096
"""Bytes that a reader has to take while it stalls."""

LINGER = 2.0
"""Seconds in which a client that is answered no more may read what it was told."""

MOST_WAITING = 64
"""Requests that a client may send before it has read the answers."""

_JOINED = 16_384
"""Bytes of a body that is copied behind its head; a larger one is handed over as it is."""


class Connection(Reading, HttpToolsProtocol):  # type: ignore[misc]
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        front: Front,
    ) -> None:
        HttpToolsProtocol.__init__(self, config, server_state, app_state, _loop)
        Reading.__init__(self)
        self.front, self.crowd = front, front.crowd
        self.access_log = False
        self.peer, self._trusted = "", False
        self.until = NEVER
        self._entered = self._timed = self._ending = self._eof = False
        self._asked = self._told = False
        self._jobs: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._left, self._stalled = 0, NEVER

    # -- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called once, first."""
        super().connection_made(transport)
        self.peer = peer_of(transport.get_extra_info("peername"))
        self._trusted = self.front.proxies.lists(self.peer)
        if self._trusted:
            self.crowd.proxies.add(self.peer)
        self._entered = self.crowd.enter(self)
        if not self._entered:
            self.leave()
        self.until = self.loop.time() + self.front.times.head

    def connection_lost(self, exc: Exception | None) -> None:
        """Called once, last."""
        self.crowd.leaves(self)
        self._jobs.clear()
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """The client sends nothing more; what it asked for it still gets, unless that has no end: then it has left."""
        self._eof = True
        return bool(self._task or self._jobs) and not self._ending and not self._ceased()

    def shutdown(self) -> None:
        """The server is to end: what was asked is answered, but no stream without an end is gone on with. Called again
        and again: who has just come, or is about to ask, is let go of the second time."""
        if not self._told and (self.partial or not self._asked):
            self._told = True
            return
        self.last = True
        if self._task is None:
            if not self._jobs:
                self.transport.close()
        else:
            self.cycle.keep_alive = False
            self._ceased()

    def _ceased(self) -> bool:
        """A stream without an end is not gone on with: who makes it is told that nobody hears it. Whether there was
        one."""
        if self._task is None or not self.cycle.chunked_encoding:
            return False
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        return True

    def leave(self) -> None:
        """See `Member`."""
        self.transport.abort()

    def late(self, now: float) -> None:
        """See `Member`."""
        if self.until <= now:
            self.until = NEVER
            if self._ending:
                self.leave()
            elif self.partial:
                self._refuse(408)
            else:
                self.transport.close()
        left = self.transport.get_write_buffer_size()
        if not left:
            self._left, self._stalled = 0, NEVER
        elif self._stalled == NEVER or left <= self._left - LEAST:
            self._left, self._stalled = left, now + self.front.times.stall
        elif now >= self._stalled:
            self.crowd.stalled += 1
            self.leave()

    def data_received(self, data: bytes) -> None:
        """Bytes came; what is whole is answered."""
        if self._ending or not self._entered:
            return
        begun = self.partial
        begins = not begun or self.in_line
        if begins and not data.isascii():
            data = spelled(data, begun)
        self.chunk(len(data))
        try:
            self.parser.feed_data(data)  # type: ignore[attr-defined]
        except httptools.HttpParserUpgrade:  # nothing else is spoken here
            self._finish()
            return
        except httptools.HttpParserError:
            self._refuse(self.refusal)
            return
        if self.partial:
            self.in_line = begins and end_of_line(data, begun) < 0
            if not self._timed:
                self._timed, self.until = True, self.loop.time() + self.front.times.head
            if self.endless():
                self._refuse(413)

    def pause_writing(self) -> None:
        """The reader is slower than we are."""
        self.flow.pause_writing()

    def resume_writing(self) -> None:
        """It has caught up."""
        self.flow.resume_writing()
        self._go_on()

    # -- requests

    def heard(self, request: Request, keeps: bool) -> None:
        """See `Reading`."""
        self._timed, self._asked = False, True
        if not (self._jobs or self._task is not None or self.flow.write_paused):
            self._answer(request, keeps)
        elif len(self._jobs) < MOST_WAITING:
            self._jobs.append((request, keeps))
            self.flow.pause_reading()
        else:
            self.last = True

    def now(self) -> float:
        """See `Reading`."""
        return time()

    def bodied(self, expects: bool) -> None:
        """See `Reading`."""
        self._timed, self.until = True, self.loop.time() + self.front.times.body
        if expects and not self._jobs and self._task is None:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def asker(self, judged: Headers | None) -> str:
        """See `Reading`. A proxy on this machine that is not listed is nobody: else all its readers were one."""
        if self._trusted:
            return self.front.proxies.client(judged or [])
        if judged and any(name == b"x-forwarded-for" for name, _ in judged) and ip_address(self.peer).is_loopback:
            self.crowd.proxies.add(self.peer)
            self.front.unlisted(self.peer)
            return ""
        return self.peer

    # -- answers

    def _go_on(self) -> None:
        """Answer what waited, as far as the reader takes it."""
        while self._jobs and self._task is None and not self.flow.write_paused and not self.transport.is_closing():
            self._answer(*self._jobs.popleft())
        if self._jobs or self._task is not None or self.transport.is_closing():
            return
        if self.last or self._eof:
            self._finish()
        else:
            self.flow.resume_reading()

    def _answer(self, request: Request, keeps: bool) -> None:
        self.server_state.total_requests += 1
        if not keeps:
            self.last = True
        app = self.front.app
        try:
            answer = app.at_once(request)
            if answer is None or not isinstance(answer.body, bytes):
                self._start(request, keeps)
                return
            body = answer.body
            head = self.front.head(answer, keeps, request.method, request.now)
        except Exception:  # what is wrong with one answer is no harm to others
            logging.getLogger("syndicate").exception("an answer could not be given")
            self._refuse(500)
            return
        if len(body) < _JOINED:
            self.transport.write(head + body)
        else:
            self.transport.writelines((head, body))
        if keeps:
            self.until = self.loop.time() + self.front.times.idle
            self.crowd.waits(self)
        elif not self._jobs:
            self._finish()

    def _start(self, request: Request, keeps: bool) -> None:
        """Have it answered by ASGI."""
        self.until = NEVER
        self.crowd.works(self)
        self.cycle = RequestResponseCycle(
            scope=scope_of(request),
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=keeps,
            on_response=lambda: None,
        )
        self.cycle.body += request.body
        self.cycle.more_body = False
        self.cycle.message_event.set()
        self._task = self.loop.create_task(self.cycle.run_asgi(cast(Any, self.front.app.at_length)))
        self.tasks.add(self._task)
        self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._task = None
        if self.transport.is_closing():
            return
        if task.cancelled() or not self.cycle.response_complete:
            self.leave()
            return
        self.until = self.loop.time() + self.front.times.idle
        self.crowd.waits(self)
        self._go_on()

    def _refuse(self, status: int) -> None:
        """Say that this is no request that we answer, and hear nothing more. Where answers to those before are still to
        be made, it is not said."""
        if self._jobs or self._task is not None:
            self.last = True
            return
        answer, now = said(status, http.HTTPStatus(status).phrase), time()
        self.front.app.refused(Request("", b"", b"", [], self.peer, b"", now), answer)
        self.transport.write(self.front.head(answer, False, "GET", now) + answer.body)  # type: ignore[operator]
        self._finish()

    def _finish(self) -> None:
        """No more answers: the client has a moment to read those that it got, and to send what we do not hear."""
        if self._jobs or self._task is not None or self.transport.is_closing():
            self.last = True
            return
        self._ending, self.partial = True, False
        self.until = self.loop.time() + LINGER
        self.crowd.waits(self)
        self.flow.resume_reading()
        if self._eof:
            self.transport.close()
        else:
            self.transport.write_eof()


def scope_of(request: Request) -> Any:
    """The request as ASGI has it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": None,
        "client": (request.client, 0) if request.client else None,
        "scheme": "http",
        "method": request.method,
        "root_path": "",
        "path": request.path.decode("latin-1"),
        "raw_path": request.path,
        "query_string": request.query,
        "headers": request.headers,
        "state": {},
    }
