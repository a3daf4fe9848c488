"""Everything that answers, put together: the application for readers and the one for the operator, and what goes on
beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from syndicate.project import Project
from syndicate.server import Place
from syndicate.server.app import Application
from syndicate.server.dashboard.looking import looker
from syndicate.server.dashboard.places import places as dashboard
from syndicate.server.guarded import Guarded
from syndicate.server.health import Healthz, Look, Readyz
from syndicate.server.manners import Manners
from syndicate.server.media import Media
from syndicate.server.metrics import Metrics
from syndicate.server.numbers import Numbers
from syndicate.server.shelf import Library, Shelf
from syndicate.settings import seconds
from syndicate.wiring.serving import Ground, ground, token

_LAST_TOLD = 10.0
"""Seconds for what subscribers are being told when the server ends."""


class Told(Protocol):
    """Where it is said what happens: a log."""

    def did(self, event: str, message: str) -> None:
        """Something was done."""
        ...

    def odd(self, event: str, message: str) -> None:
        """Something is odd, and can be lived with."""
        ...

    def wrong(self, event: str, message: str) -> None:
        """Something did not work."""
        ...


class Assembly:
    """What answers by these settings. Made again where they change.

    `alone` says that there is no daemon behind: then subscribers are told from here.

    Raises:
        ConfigurationError, ContentMissing, StateError.
    """

    def __init__(self, the: Project, told: Told, numbers: Numbers, alone: bool = True) -> None:
        self.the, self.told, self.numbers, self._alone = the, told, numbers, alone
        self._begin: list[Callable[[], None]] = []
        self._end: list[Callable[[], None]] = []
        on = ground(the)
        self._look = Look(the)
        serve = the.settings.serve
        self.path = urlsplit(on.plan.base_url).path
        """Where the feeds stand, as it is sent."""
        self.readers = Application(
            Shelf(_library(on)),
            self._for_readers(on),
            gate=Manners(serve.full_copies, serve.polls),
            witness=numbers,
            media=Media(on.roots, on.opened) if serve.media else None,
        )
        guarded = {path: Guarded(place, token(the)) for path, place in self._for_operator(on).items()}
        self.operator = Application(None, {**guarded, **self._for_anybody(on)})

    def begin(self) -> None:
        """Get ready, in the thread that will answer; what goes on beside begins."""
        self.numbers.path = f"{self.the.state.absolute()}.numbers" if self.the.settings.serve.numbers else ""
        self.readers.start()
        self.operator.start()
        for each in self._begin:
            each()

    def end(self) -> None:
        """Let go of everything."""
        for each in reversed(self._end):
            each()
        self.operator.stop()
        self.readers.stop()

    # -- places: each adds what it needs to `_begin` and `_end`

    def _for_readers(self, on: Ground) -> dict[str, Place]:
        """The hub, the cloud, queries."""
        return {**self._reception(on), **self._queries()}

    def _queries(self) -> dict[str, Place]:
        """Where anybody may ask for a feed of a query of their own."""
        if not self.the.settings.serve.queries:
            return {}
        from syndicate.server.queries import Queries
        from syndicate.wiring.queries import scene

        queries = Queries(scene(self.the), lambda: scene(self.the))
        self._begin.append(queries.start)
        self._end.append(queries.close)
        return queries.places()

    def _reception(self, on: Ground) -> dict[str, Place]:
        """Where readers subscribe; and who tells them of news, wherever no daemon does."""
        hub = self.the.settings.hub
        if not hub.on and not hub.rsscloud:
            return {}
        from syndicate.index.subscribers import Subscribers
        from syndicate.server import reception
        from syndicate.wiring import heralds

        herald = heralds.herald(self.the, listen=heralds.Voice(self.told)) if self._alone else None
        store = Subscribers(heralds.store_file(self.the))
        self._end.append(store.close)
        if herald is None:
            return reception.places(self.the.settings, on.plan, store, on.opened)
        self._begin.append(herald.start)
        # what is under way is waited for beside the answers, and before the process ends
        self._end.append(threading.Thread(target=herald.stop, args=(_LAST_TOLD,), name="last told").start)
        return reception.places(self.the.settings, on.plan, store, on.opened, herald.wake)

    def _for_operator(self, on: Ground) -> dict[str, Place]:
        """What asks for the token: the dashboard, `/metrics`."""
        return {**dashboard(looker(on.the)), "/metrics": Metrics(on.the, self.numbers, self._look)}

    def _for_anybody(self, on: Ground) -> dict[str, Place]:
        """What is on the operator's listener without the token: `/healthz` and `/readyz`."""
        return {"/healthz": Healthz(self._look), "/readyz": Readyz(on.the)}


def _library(on: Ground) -> Library:
    settings = on.the.settings
    return Library(
        on.opened,
        on.folder,
        on.plan,
        on.channels,
        seconds(settings.serve.max_age) if settings.serve.max_age else None,
        settings.hub.on,
        on.unserved,
    )
