"""The servers of one process: several listeners on one event loop, from the start to the last answer."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from functools import partial

from uvicorn.config import Config
from uvicorn.lifespan.off import LifespanOff
from uvicorn.server import Server

from syndicate.model.records import NamedTuple
from syndicate.server.front import Front
from syndicate.server.wire import Connection

GRACE = 10
"""Seconds that answers have to their end when the server is to stop."""

BACKLOG = 1024

_AGAIN = 0.1
"""Seconds between two times that connections are told of the end."""


class Listener(NamedTuple):
    """Sockets that are bound, and who answers at them."""

    sockets: Sequence[socket.socket]
    front: Front


class _Running(Server):
    """uvicorn's server, of several listeners."""

    def __init__(self, config: Config, listeners: Sequence[Listener], every: Callable[[], None]) -> None:
        super().__init__(config)
        self._listeners, self._every = listeners, every
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self.servers = []
        for bound, front in self._listeners:
            made = partial(Connection, self.config, self.server_state, {}, loop, front=front)
            for each in bound:
                self.servers.append(await loop.create_server(made, sock=each, backlog=BACKLOG))
        self.started = True

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0 and self._loop is not None:
            for crowd in {listener.front.crowd for listener in self._listeners}:
                crowd.look(self._loop.time())
            self._every()
        return self.should_exit

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """What signals mean is said by who runs us."""
        await self._serve(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn tells each connection once that this is the end: who was let in at that very moment is told, too."""
        telling = asyncio.create_task(self._tell())
        try:
            await super().shutdown(sockets)
        finally:
            telling.cancel()

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(_AGAIN)
            for connection in tuple(self.server_state.connections):
                connection.shutdown()

    def stop(self) -> None:
        """End when the answers that are under way are given; asked twice, at once."""
        self.force_exit, self.should_exit = self.should_exit, True


def run(
    listeners: Sequence[Listener],
    *,
    begun: Callable[[Callable[[], None]], None] = lambda _: None,
    every: Callable[[], None] = lambda: None,
    reload: Callable[[], None] = lambda: None,
    life: int | None = None,
) -> None:
    """Answer until somebody asks to stop: by SIGTERM or SIGINT, by what `begun` is given once it answers (a function
    that any thread may call), or by closing the other end of the descriptor `life`. `every` is called about once a
    second, `reload` at SIGHUP."""
    config = Config(
        "none:none",
        http=Connection,
        interface="asgi3",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    # it would look for an application by its name: ours are the listeners'
    config.loaded, config.loaded_app = True, None
    config.lifespan_class, config.ws_protocol_class = LifespanOff, None
    server = _Running(config, listeners, every)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP"):
            loop.add_signal_handler(signal.SIGTERM, server.stop)
            loop.add_signal_handler(signal.SIGINT, server.stop)
            loop.add_signal_handler(signal.SIGHUP, reload)
        if life is not None:
            loop.add_reader(life, _ended, loop, life, server)
        loop.call_soon(begun, lambda: _from_elsewhere(loop, server))
        await server.serve()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())


def _from_elsewhere(loop: asyncio.AbstractEventLoop, server: _Running) -> None:
    with contextlib.suppress(RuntimeError):  # it has ended already
        loop.call_soon_threadsafe(server.stop)


def _ended(loop: asyncio.AbstractEventLoop, life: int, server: _Running) -> None:
    """Nobody writes to a life line: that it can be read means that its other end is closed."""
    loop.remove_reader(life)
    server.stop()
