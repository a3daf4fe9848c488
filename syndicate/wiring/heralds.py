"""Who tells the hub's subscribers, by the settings: for the daemon, and for `syndicate serve` where there is none.

Loaded only where the hub or the cloud is on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Protocol

from syndicate import plugins
from syndicate.delivery.discreet import shown
from syndicate.delivery.fanout import Bounds
from syndicate.delivery.guard import Guard
from syndicate.delivery.herald import Clock, Event, Herald, Scene, Told, Trouble
from syndicate.delivery.http import agent, authorities
from syndicate.delivery.swarm import Swarm
from syndicate.delivery.verifying import Settled
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.index.subscribers import Subscribers
from syndicate.project import Project, site_of
from syndicate.settings import Settings
from syndicate.wiring import _own_hub, _press
from syndicate.wiring._state_file import identity
from syndicate.wiring.descriptors import for_subscribers

LINES = 20
"""Lines of the log in a minute about callbacks that are confirmed, and as many about others."""

A_MINUTE = 60.0

_SENDING = "subscribers of this site are being told already"


class Log(Protocol):
    """`daemon.log.Log`."""

    def did(self, event: str, message: str) -> None:
        """Something was done."""
        ...

    def odd(self, event: str, message: str) -> None:
        """Something is odd, and can be lived with."""
        ...

    def wrong(self, event: str, message: str) -> None:
        """Something did not work."""
        ...


def store_file(the: Project) -> str:
    """Where subscribers are kept: beside the state, and no part of it."""
    return f"{the.state.absolute()}.hub"


def guard(settings: Settings) -> Guard:
    """Which callbacks may be asked."""
    return Guard(listed=tuple(ip_network(each) for each in settings.hub.private))


def herald(the: Project, clock: Clock | None = None, listen: Callable[[Event], None] = lambda _: None) -> Herald | None:
    """Who tells them, not started yet; None where nobody can subscribe.

    Raises:
        ConfigurationError, ContentMissing.
    """
    settings = the.settings
    if not settings.hub.on and not settings.hub.rsscloud:
        return None
    site = site_of(the)
    plan = _press.plan(settings, site)
    who = agent(settings.ping.contact or plan.site_url)
    folder = str(Path(settings.output.folder).absolute())
    scene = Scene(
        partial(_opened, the.state.absolute()),
        partial(Subscribers.open, store_file(the)),
        partial(held, f"{store_file(the)}.lock", whose=_SENDING),
        plugins.find("publishers", settings.output.publisher)(folder),
        partial(_type, _press.channels(settings, site).media_types),
        lambda: Swarm(guard(settings), who, authorities()),
        _own_hub.hub(settings, plan),
        Bounds(settings.hub.at_once, max(settings.hub.at_once // 4, 1), for_subscribers()),
        partial(identity, the.state.absolute()),
    )
    return Herald(scene, clock, listen)


class Voice:
    """Says what happens to subscribers; of callbacks their hosts are shown alone.

    Strangers decide how many of them there are, so each kind gets so many lines a minute, and the others are counted.
    `moment` gives seconds by a clock that never goes back.
    """

    def __init__(self, log: Log, moment: Callable[[], float] = time.monotonic) -> None:
        self._log, self._moment = log, moment
        self._since = -A_MINUTE
        self._lines = {True: 0, False: 0}

    def __call__(self, event: Event) -> None:
        """From any one thread."""
        if not isinstance(event, Settled):
            note(self._log, event)
            return
        if self._moment() - self._since >= A_MINUTE:
            self._sum_up()
        is_meant = not event.told
        self._lines[is_meant] += 1
        if self._lines[is_meant] <= LINES:
            note(self._log, event)

    def _sum_up(self) -> None:
        for is_meant, count in self._lines.items():
            if count > LINES:
                kind, what = ("hub-confirmed", "were") if is_meant else ("hub-refused", "were not")
                self._log.did(kind, f"{count - LINES:,} more callbacks {what} confirmed")
        self._since, self._lines = self._moment(), {True: 0, False: 0}


def note(log: Log, event: Event) -> None:
    """A line for what happened."""
    if isinstance(event, Trouble):
        log.wrong("hub", event.told)
    elif isinstance(event, Told):
        are = "is" if event.failed == 1 else "are"
        failed = f"; {event.failed:,} could not be, and {are} tried again" if event.failed else ""
        told = "1 subscriber was" if event.told == 1 else f"{event.told:,} subscribers were"
        log.did("hub-told", f"{told} told of what is new{failed}")
    else:
        asked, who = event.asked, shown(event.asked.callback, hide_path=True)
        what = "subscribes to" if asked.subscribe else "ends its subscription to"
        if event.told:
            log.odd("hub-refused", f"{who} was not confirmed as somebody who {what} {asked.topic}: {event.told}")
        else:
            log.did("hub-confirmed", f"{who} {what} {asked.topic}")


def _type(media_types: Mapping[str, str], form: str) -> str:
    """As the server sends it: all we write is UTF-8, and JSON can be nothing else."""
    name = media_types.get(form, "application/octet-stream")
    return f"{name}; charset=utf-8" if name.startswith("text/") or name.endswith("xml") else name


def _opened(state: Path) -> Index | None:
    if not state.is_file():
        return None
    index: Index = plugins.find("index", "sqlite").open(str(state))
    return index
