"""The server from its start to its end: sockets, settings that are read anew, and what is said of all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from socket import socket

from syndicate.errors import SyndicateError
from syndicate.project import Project
from syndicate.server import sockets
from syndicate.server.assembly import Assembly, Told
from syndicate.server.crowd import Crowd
from syndicate.server.front import Front
from syndicate.server.manners import Proxies
from syndicate.server.numbers import Numbers
from syndicate.wiring.descriptors import files, for_subscribers
from syndicate.wiring.serving import token_file

OTHER_FILES = 64
"""Those of them that are for other things than connections, at most; of few, it is half."""

SAID_EVERY = 60
"""Seconds between two lines about connections that were turned away."""


class Service:
    """One server. `find` reads the settings anew."""

    def __init__(self, find: Callable[[], Project], told: Told, life: int | None = None) -> None:
        """`life` is the descriptor by which a daemon holds us, if one does: we end when its other end is closed.

        Raises ConfigurationError, ContentMissing, StateError.
        """
        self._find, self._told, self._life = find, told, life
        self._the = find()
        self._numbers = Numbers(told=lambda text: told.odd("numbers", text))
        self._assembly = Assembly(self._the, told, self._numbers, life is None)
        self.crowd = Crowd(self._the.settings.serve.connections, self._room())
        proxies = Proxies(self._the.settings.serve.proxies)
        self.readers = Front(self._assembly.readers, self.crowd, proxies, self._unlisted)
        self.operator = Front(self._assembly.operator, self.crowd, proxies, self._unlisted)
        self._said_unlisted = False
        self._ticks = self._turned_away = 0

    def run(self, handed: Sequence[list[socket]] = (), begun: Callable[[], None] = lambda: None) -> None:
        """Answer until somebody asks to stop (see `running.run`): at the sockets that were `handed` to us, for readers
        and for the operator, else where the settings say. `begun` is called when it answers.

        Raises ConfigurationError: nobody can listen where the settings say.
        """
        from syndicate.server.running import Listener, run

        serve = self._the.settings.serve
        readers = handed[0] if handed else sockets.bound(serve.listen, "serve.listen")
        operator = handed[1] if len(handed) > 1 else sockets.bound(serve.operator, "serve.operator")

        def ready(_stop: Callable[[], None]) -> None:
            self._assembly.begin()
            self._numbers.begin()
            self._say(sockets.shown(readers), sockets.shown(operator))
            begun()

        try:
            run(
                [Listener(readers, self.readers), Listener(operator, self.operator)],
                begun=ready,
                every=self._every,
                reload=self._reload,
                life=self._life,
            )
        finally:
            self._assembly.end()
            self._numbers.end()
            self._told.did("stopped", "readers are answered no more")

    def _room(self) -> int:
        """How many connections there may be, beside those to subscribers where they are told from here."""
        hub = self._the.settings.hub
        tells = self._life is None and (hub.on or hub.rsscloud)
        return room(files() - (for_subscribers() if tells else 0))

    def _say(self, readers: str, operator: str) -> None:
        if self._life is None and not self._the.state.exists():
            self._told.odd("empty", "nothing has been built here yet: answers are given when `syndicate build` has run")
        path = self._assembly.path if readers.startswith("http") else ""
        self._told.did("serving", f"readers are answered at {readers}{path}")
        if operator:
            where = "serve.token" if self._the.settings.serve.token else token_file(self._the)
            self._told.did("serving", f"the operator is answered at {operator}; the password is in {where}")

    def _every(self) -> None:
        self._ticks += 1
        self._numbers.closed = {"room": self.crowd.turned_away, "stalled": self.crowd.stalled}
        if self._ticks % SAID_EVERY == 0 and self.crowd.turned_away != self._turned_away:
            count, self._turned_away = self.crowd.turned_away - self._turned_away, self.crowd.turned_away
            self._told.odd("crowded", f"{count:,} connections were closed in the last minute to make room for others")

    def _unlisted(self, peer: str) -> None:
        if not self._said_unlisted:
            self._said_unlisted = True
            self._told.odd(
                "proxy",
                f"a proxy at {peer} says for whom it asks, but is not listed, so nobody behind it is held up who asks "
                f'too often; put "{peer}/{128 if ":" in peer else 32}" into serve.proxies',
            )

    def _reload(self) -> None:
        """Go by the settings as they are now, in all or in nothing."""
        try:
            the = self._find()
            after = Assembly(the, self._told, self._numbers, self._life is None)
            after.begin()
        except (SyndicateError, OSError) as fault:
            self._told.wrong("reload-failed", f"the settings cannot be used, and stay as they were:\n{fault}")
            return
        was, now = self._the.settings.serve, the.settings.serve
        if (was.listen, was.operator) != (now.listen, now.operator):
            self._told.odd("reload", "serve.listen and serve.operator stay as they were until the next start")
        before, self._assembly, self._the = self._assembly, after, the
        self.readers.app, self.operator.app = after.readers, after.operator
        self.readers.proxies = self.operator.proxies = Proxies(now.proxies)
        self.crowd.each, self.crowd.room = now.connections, self._room()
        before.end()
        self._told.did("reloaded", "the settings were read anew")


def room(files: int) -> int:
    """How many connections there may be where a process may have so many files open."""
    return max(files - OTHER_FILES, files // 2, 1)
