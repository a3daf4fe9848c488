"""Asks very many hosts at the same time: the guarded client for those who are not ours to choose, on asyncio.

In: an address, and what is to be sent once there is a connection. Out: what was heard, or a FetchError. It holds to
what `http.Client` does: an address is judged when its name has been looked up, that very address is connected to, no
redirect is followed, neither proxies nor credentials come from anywhere, and a host is read no further than needed.
How long all of it may take is said by whoever asks (`asyncio.timeout`). Connections are for one request each.

Errors name the host alone: the addresses of subscribers may hold what is secret.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from functools import cached_property, partial
from typing import Any

from syndicate.delivery import letters
from syndicate.delivery._wire import Lookup, by_turns
from syndicate.delivery.guard import ASKED, Guard, literal
from syndicate.delivery.hearing import HEAD, Heard, heard
from syndicate.errors import FetchError
from syndicate.model.records import NamedTuple

KNOWN = 60.0
"""Seconds for which the addresses of a name are known, as many of its callbacks are asked one after another."""

_NAMES = 10_000
"""Names that are known at most."""

_LOOKUPS = 64
"""Threads that look names up, at most. The system's look-up cannot be stopped."""

_TRIED = 3
"""Addresses of a name that are tried at most, and the seconds that each but the last one has for it."""
_PATIENCE = 4.0

_AROUND = 8
"""Bytes that may come for each of a body that is of interest: chunks have lengths of their own."""

_PIECES = 64
"""Pieces in which an answer comes usually, at most."""

NOT_PUBLIC = "is no public address; subscribers there are only told where hub.private lists their network"


class NoRoom(Exception):
    """There is no descriptor left for another connection."""


class _Found(NamedTuple):
    """What a name leads to, and until when that is known."""

    addresses: tuple[Any, ...]
    until: float


class _Peer(asyncio.Protocol):
    """The other end of a connection, until it has answered.

    What has come is looked at as a whole: each time at first, then whenever there is notably more of it, so that an
    answer in very small pieces costs no more than one in large ones.
    """

    def __init__(self, most: int) -> None:
        self._most, self._came = most, bytearray()
        self._looks = self._next = 0
        self.answer: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """More of the answer; what is too much is found out before it is kept."""
        if self.answer.done():
            return
        most = HEAD + _AROUND * self._most + 4096
        self._came += data[:most]
        if len(self._came) > 2 * most:
            self.answer.set_exception(FetchError("answers with far more around its answer than that has"))
            self.answer.exception()
        elif len(self._came) >= self._next:
            self._looks += 1
            self._next = len(self._came) * 9 // 8 if self._looks > _PIECES else 0
            self._look(False)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answer.done():
            self._look(True, exc)

    def _look(self, is_over: bool, exc: Exception | None = None) -> None:
        try:
            found = heard(bytes(self._came), is_over, self._most)
        except FetchError as fault:
            reason = getattr(exc, "strerror", None)
            self.answer.set_exception(FetchError(f"no answer ({reason})") if reason else fault)
            self.answer.exception()  # whoever waited may be gone
        else:
            if found is not None:
                self.answer.set_result(found)


class Swarm:
    """Any number of requests in one loop. `agent` is how we are called, `authorities` a file of those that are trusted
    by their word on who a host is ("": the system's), `lookup` asks for addresses instead of the system."""

    def __init__(
        self, guard: Guard | None = None, agent: str = "", authorities: str = "", lookup: Lookup | None = None
    ) -> None:
        self.guard, self.agent = guard or Guard(), agent
        self._authorities, self._ask = authorities, lookup or socket.getaddrinfo
        self._known: dict[tuple[str, int], _Found] = {}
        self._asked: dict[tuple[str, int], asyncio.Future[tuple[Any, ...]]] = {}
        self._threads = asyncio.Semaphore(_LOOKUPS)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities or None)

    async def ask(
        self,
        url: str,
        write: Callable[[letters.Place], Awaitable[bytes]],
        most: int = 0,
        enter: Callable[[str], None] = lambda _: None,
    ) -> Heard:
        """Send what `write` gives as soon as there is a connection, and hear the answer with `most` bytes of its body.

        `enter` is called with each address before it is connected to; what it raises ends it all.

        Raises:
            FetchError: there is no answer, or the address is not to be asked.
            NoRoom: it was not asked, and may well answer.
        """
        to = self._judged(url)
        try:
            transport, peer = await self._connected(to, most, enter)
            try:
                transport.write(await write(to))
                return await peer.answer
            finally:
                transport.abort()
        except FetchError as fault:
            raise FetchError(f"{to.host}: {fault}") from fault
        except (OSError, ValueError) as fault:  # TLS's are OSErrors, too
            reason = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or type(fault).__name__
            raise FetchError(f"{to.host}: no answer ({reason})") from fault

    def _judged(self, url: str) -> letters.Place:
        if refusal := self.guard.refusal(url):
            raise FetchError(f"is not asked: {refusal}")
        try:
            return letters.place(url)
        except ValueError as fault:
            raise FetchError("is not asked: only addresses with a host that can be looked up are") from fault

    async def _connected(
        self, to: letters.Place, most: int, enter: Callable[[str], None]
    ) -> tuple[asyncio.Transport, _Peer]:
        loop = asyncio.get_running_loop()
        made = await self._socket(await self._addresses(to.host, to.port), enter)
        try:
            tls = self._tls if to.is_secure else None
            named = to.host.rstrip(".") if to.is_secure else None
            transport, peer = await loop.create_connection(
                partial(_Peer, most), sock=made, ssl=tls, server_hostname=named
            )
        except BaseException:
            made.close()
            raise
        return transport, peer

    async def _socket(self, addresses: tuple[Any, ...], enter: Callable[[str], None]) -> socket.socket:
        """A connection to the first that answers: none waits for its turn behind one that never does."""
        fault: OSError | None = None
        for place, (family, kind, protocol, _, address) in enumerate(addresses):
            is_last = place + 1 == len(addresses)
            enter(address[0])
            try:
                async with asyncio.timeout(None if is_last else _PATIENCE):
                    return await self._reached(socket.socket(family, kind, protocol), address)
            except OSError as this:  # TimeoutError is one
                if this.errno in (errno.EMFILE, errno.ENFILE):
                    raise NoRoom from this
                fault = this
        raise fault or OSError("no address")

    async def _reached(self, made: socket.socket, address: Any) -> socket.socket:
        try:
            made.setblocking(False)
            await asyncio.get_running_loop().sock_connect(made, address)
        except BaseException:
            made.close()
            raise
        return made

    # -- names

    async def _addresses(self, host: str, port: int) -> tuple[Any, ...]:
        """Where a host is, all of it judged: one that has an address inside beside one outside leads inside."""
        found = literal(host)
        if found is not None:
            family = socket.AF_INET if found.version == 4 else socket.AF_INET6
            addresses: tuple[Any, ...] = ((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (str(found), port)),)
        else:
            addresses = await self._looked_up(host, port)
        for each in addresses:
            if self.guard.kind(each[4][0]) not in ASKED:
                raise FetchError(f"is at {each[4][0]}, and that {NOT_PUBLIC}")
        return tuple(by_turns(list(addresses)))[:_TRIED]

    async def _looked_up(self, host: str, port: int) -> tuple[Any, ...]:
        loop = asyncio.get_running_loop()
        known = self._known.get((host, port))
        if known is not None and known.until > loop.time():
            return known.addresses
        question = self._asked.get((host, port))
        if question is None:
            question = self._asked[host, port] = loop.create_future()
            question.add_done_callback(lambda done: done.cancelled() or done.exception())
            task = loop.create_task(self._find(host, port, question))
            task.add_done_callback(lambda _: self._asked.pop((host, port), None))
        # one question for all who ask the same; that one of them gives up ends it for none
        addresses = await asyncio.shield(question)
        if not addresses:
            raise FetchError("there is no host of this name, or it cannot be looked up now")
        return addresses

    async def _find(self, host: str, port: int, question: asyncio.Future[tuple[Any, ...]]) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Any, ...]] = loop.create_future()

        def ask() -> None:
            try:
                found = tuple(self._ask(host, port, type=socket.SOCK_STREAM))
            except (OSError, ValueError):
                found = ()
            with contextlib.suppress(RuntimeError):  # the loop may have ended long ago
                loop.call_soon_threadsafe(_settle, done, found)

        try:
            async with self._threads:
                # a thread of its own, which nobody waits for: it may hang for as long as the system likes
                threading.Thread(target=ask, name=f"look-up of {host}", daemon=True).start()
                found = await done
        except BaseException:
            question.cancel()
            raise
        if len(self._known) >= _NAMES:
            self._known.clear()
        if found:
            self._known[host, port] = _Found(found, loop.time() + KNOWN)
        question.set_result(found)


def _settle(question: asyncio.Future[tuple[Any, ...]], found: tuple[Any, ...]) -> None:
    if not question.done():
        question.set_result(found)
