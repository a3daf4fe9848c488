"""The addresses of the operator's pages, and who answers there.

    a browser ─GET→ a page (its parts as they are) ─its script opens `events`→ each part that changes, as it does

Nobody can change anything here. Who may look is judged before anything of this is asked (`Place` knows nothing of it).
The stream of events (server-sent events, HTML 9.2) compares what was sent with what is, part by part: nothing is lost
where a connection is, and who comes back is sent what differs.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from pkgutil import get_data

from syndicate.errors import SyndicateError
from syndicate.feeds import style
from syndicate.model.records import NamedTuple
from syndicate.server import Headers, Place, Request, Response
from syndicate.server.dashboard import parts
from syndicate.server.dashboard.seen import Seen

Look = Callable[[], Seen]
"""Looks at everything, in a thread; may give what it gave before. Raises SyndicateError where nothing can be seen."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_SAFE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Pace(NamedTuple):
    """Seconds between two looks of a stream, between two signs of life, and of its life; and how many there may be."""

    look: float = 2.0
    sign: float = 15.0
    life: float = 3600.0
    most: int = 32


PACE = Pace()


def places(look: Look, pace: Pace = PACE) -> Mapping[str, Place]:
    """Every address of the dashboard, below the one of its first page, and who answers there."""
    found: dict[str, Place] = {f"/{sheet}": Sheet(sheet, look) for sheet in parts.SHEETS}
    found["/events"] = Events(look, pace)
    found["/dashboard.css"] = Asset("dashboard.css", b"text/css; charset=utf-8")
    found["/dashboard.js"] = Asset("dashboard.js", b"text/javascript; charset=utf-8")
    return found


class Sheet:
    """One page."""

    methods: tuple[str, ...] = ("GET",)
    most, slow = 0, True

    def __init__(self, sheet: str, look: Look) -> None:
        self._sheet, self._look = sheet, look

    def answer(self, request: Request) -> Response:
        """The page as things are now."""
        try:
            return _answer(200, b"text/html; charset=utf-8", parts.page(self._sheet, self._look()).encode())
        except SyndicateError as fault:
            return _answer(503, b"text/html; charset=utf-8", parts.trouble(str(fault)).encode())


class Asset:
    """The style or the script."""

    methods: tuple[str, ...] = ("GET",)
    most, slow = 0, False

    def __init__(self, name: str, media_type: bytes) -> None:
        self._name, self._type = name, media_type

    def answer(self, request: Request) -> Response:
        """The file as it is."""
        return _answer(200, self._type, _text(self._name).encode())


class Events:
    """What changes, as it does. So many may listen at the same time; who comes then is asked to come again."""

    methods: tuple[str, ...] = ("GET",)
    most, slow = 0, False

    def __init__(self, look: Look, pace: Pace) -> None:
        self._look, self._pace, self._listening = look, pace, 0
        self._turn = asyncio.Lock()  # who waits for a look does so here, and takes no thread from others

    def answer(self, request: Request) -> Response:
        """A stream without an end, of the page that `sheet=` names."""
        sheet = _asked(request.query)
        if sheet not in parts.SHEETS:
            return _answer(404, b"text/plain; charset=utf-8", b"there is no such page\n")
        if self._listening >= self._pace.most:
            busy = _answer(503, b"text/plain; charset=utf-8", b"too many look at this already\n")
            return busy._replace(headers=[*busy.headers, (b"retry-after", b"30")])
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        return Response(200, [*headers, *_SAFE], self._stream(sheet))

    async def _stream(self, sheet: str) -> AsyncIterator[bytes]:
        self._listening += 1
        try:
            marks: dict[str, str] = {}
            begun = said = time.monotonic()
            yield b"retry: 1000\n\n"
            while time.monotonic() - begun < self._pace.life:
                async with self._turn:
                    news = await asyncio.to_thread(self._news, sheet, marks)
                now = time.monotonic()
                if news or now - said >= self._pace.sign:
                    said = now
                    yield news or b": nothing new\n\n"
                await asyncio.sleep(self._pace.look)
        finally:
            self._listening -= 1

    def _news(self, sheet: str, marks: dict[str, str]) -> bytes:
        """The parts whose marks are others than these, which become theirs."""
        try:
            pieces = parts.pieces(sheet, self._look())
        except SyndicateError:
            return b""  # a page says why; here it is waited for
        news = [piece for piece in pieces if marks.get(piece.name) != piece.mark]
        marks.update((piece.name, piece.mark) for piece in news)
        return b"".join(b"event: part\ndata: " + json.dumps(piece._asdict()).encode() + b"\n\n" for piece in news)


def _asked(query: bytes) -> str:
    """The page that a query names."""
    pairs = (pair.partition(b"=") for pair in query.split(b"&"))
    named = (value for name, _, value in pairs if name == b"sheet")
    return next(named, b"").decode("ascii", "replace")


@cache
def _text(name: str) -> str:
    own = (get_data(parts.HERE, f"pages/{name}") or b"").decode()
    return style.look() + own if name.endswith(".css") else own


def _answer(status: int, media_type: bytes, body: bytes) -> Response:
    length = (b"content-length", b"%d" % len(body))
    return Response(status, [(b"content-type", media_type), length, (b"cache-control", b"no-store"), *_SAFE], body)
