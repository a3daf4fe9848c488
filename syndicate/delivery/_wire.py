"""The wire under the client: a time limit for all of a request, names looked up, judged connections, counted bytes."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from http.client import HTTPResponse
from typing import Any

from syndicate.delivery.guard import NOT_PUBLIC, Guard, Kind
from syndicate.errors import FetchError

Lookup = Callable[..., list[Any]]
"""As `socket.getaddrinfo`: host, port, type → (family, type, protocol, name, address) of each."""

HEAD = 65_536
"""Bytes of all that stands before the body: a status line, headers, and whatever was said before (100 Continue)."""

_TRIED = 4
"""Addresses of a name that are tried at most."""


class Watch:
    """Ends the connections of a request when its time is over, whatever they are waiting for."""

    def __init__(self, seconds: float, where: str) -> None:
        self.seconds, self.where = seconds, where
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []
        self._guard = threading.Lock()

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        with self._guard:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

    @property
    def left(self) -> float:
        """Seconds."""
        return self._ends - time.monotonic()

    def look(self) -> None:
        """Raises FetchError when the time is over."""
        if self.left <= 0:
            raise FetchError(f"{self.where}: no complete answer within {self.seconds:g} seconds; try again later")

    def over(self, connection: socket.socket) -> None:
        """Watch over a connection; by a handle of our own, which stays when TLS takes over the other."""
        with self._guard:
            self._sockets.append(connection.dup())
        if self.left <= 0:
            self._end()

    def _end(self) -> None:
        with self._guard:
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


class _Question:
    """One look-up under way: `found` when `done`, or a `fault`."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.found: list[Any] = []
        self.fault: Exception | None = None


class Lookups:
    """Names → addresses. The system's look-up cannot be stopped, so it is waited for only so long; and whoever asks
    for a name meanwhile waits for that same one, so that a dead resolver keeps one thread a name and no more."""

    def __init__(self, ask: Lookup | None = None) -> None:
        self._ask = ask or socket.getaddrinfo
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, int], _Question] = {}

    def find(self, host: str, port: int, watch: Watch) -> list[Any]:
        """All addresses of a host; raises FetchError."""
        with self._lock:
            question = self._asked.get((host, port))
            if question is None:
                question = self._asked[host, port] = _Question()
                named = f"look-up of {host}"
                threading.Thread(target=self._answer, args=(host, port, question), name=named, daemon=True).start()
        question.done.wait(max(watch.left, 0))
        watch.look()
        if isinstance(question.fault, socket.gaierror) and question.fault.errno not in (
            socket.EAI_NONAME,
            getattr(socket, "EAI_NODATA", socket.EAI_NONAME),
        ):
            raise FetchError(f"{host}: this name cannot be looked up now ({question.fault.strerror}); try again later")
        if not question.found:
            raise FetchError(f"{host}: there is no host of this name; is it spelled right?")
        return question.found

    def _answer(self, host: str, port: int, question: _Question) -> None:
        try:
            question.found = self._ask(host, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError) as fault:
            question.fault = fault
        finally:
            with self._lock:
                del self._asked[host, port]
            question.done.set()


class Door:
    """The way out for one hop: looks a name up, judges, connects. `went` is the kind of address that was taken."""

    def __init__(self, guard: Guard, asked: Collection[Kind], watch: Watch, lookups: Lookups) -> None:
        self.guard, self.asked, self.watch, self.lookups = guard, asked, watch, lookups
        self.went: Kind = "public"

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of the host that answers, if all that it has may be asked.

        A name that has an address inside beside one outside is meant to lead inside.
        """
        found = self.lookups.find(host, port, self.watch)
        for each in found:
            if self.guard.kind(each[4][0]) not in self.asked:
                raise FetchError(f"{host}: is at {each[4][0]}, and that {NOT_PUBLIC}")
        fault: OSError | None = None
        tried = list(by_turns(found))[:_TRIED]
        for place, (family, kind, protocol, _, address) in enumerate(tried):
            try:
                return self._connected(socket.socket(family, kind, protocol), address, len(tried) - place)
            except OSError as this:
                fault = this
                self.watch.look()
        raise fault or OSError("no address")

    def _connected(self, made: socket.socket, address: Any, waiting: int) -> socket.socket:
        """`waiting` addresses share the time that is left: the first may be one that never answers."""
        try:
            made.settimeout(max(self.watch.left / waiting, 0.001))
            made.connect(address)
            made.settimeout(max(self.watch.left, 0.001))
            self.watch.over(made)
        except BaseException:
            made.close()
            raise
        self.went = self.guard.kind(address[0])
        return made


def by_turns(found: list[Any]) -> Iterator[Any]:
    """The first of each family, the second of each: where one does not work at all, the other is tried soon."""
    seen: dict[int, int] = {}
    order = []
    for each in found:
        order.append(seen.get(each[0], 0))
        seen[each[0]] = order[-1] + 1
    yield from (found[place] for place in sorted(range(len(found)), key=order.__getitem__))


class _Counted(io.RawIOBase):
    """What comes from a connection, up to a number of bytes."""

    def __init__(self, raw: io.RawIOBase, left: int, told: str) -> None:
        self._raw, self.left, self.told = raw, left, told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        got: int | None = self._raw.readinto(buffer)
        self.left -= got or 0
        if self.left < 0:
            raise FetchError(self.told)
        return got

    def close(self) -> None:
        self._raw.close()
        super().close()


def bounded(where: str, max_bytes: int) -> type[HTTPResponse]:
    """The class of an answer from `where`: neither what stands before its body nor what frames it is endless.

    http.client bounds lines, but neither how often a host says to continue, nor trailers, nor the words beside the
    sizes of chunks.
    """
    flood = f"{where}: answers with more than {HEAD:,} bytes before it comes to the point; is this a web server?"
    swollen = f"{where}: answers with more than {max_bytes:,} bytes; that is more than is read"

    class Bounded(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
            super().__init__(sock, *args, **options)
            self._counted = _Counted(self.fp.detach(), HEAD, flood)
            self.fp = io.BufferedReader(self._counted)

        def _read_status(self) -> tuple[str, int, str]:
            """The final status: hints and the like (RFC 9110 section 15.2) go before it, and http.client knows 100."""
            while True:
                told: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
                if not 100 < told[1] < 200 or told[1] == 101:
                    return told
                while self.fp.readline(HEAD) not in (b"\r\n", b"\n", b""):
                    pass

        def begin(self) -> None:
            super().begin()
            self._counted.left, self._counted.told = 2 * max_bytes + HEAD, swollen

    return Bounded
