"""Who is told of what is published, and by which way: for the courier, and for the commands about pings.

Loaded only where somebody named an endpoint, or asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING

from syndicate import plugins
from syndicate.delivery.announce import Offer, naming
from syndicate.delivery.enrol import Offers
from syndicate.errors import ConfigurationError
from syndicate.feeds.channel import Channels
from syndicate.feeds.plan import Plan
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.project import Project, site_of
from syndicate.settings import Settings, references
from syndicate.wiring import _endpoints, _press

if TYPE_CHECKING:  # not for a look at what is due
    from syndicate.delivery.courier import Clock, Courier, Listener
    from syndicate.delivery.http import Client

_SENDING = "pings of this site are being sent already; try again when that has ended"
"""Where somebody else is at it."""


def offers(settings: Settings, plan: Plan) -> tuple[Offer, ...]:
    """Everybody who is to be told, with who speaks to them.

    Raises:
        ConfigurationError: with all that is wrong with `[endpoints]`.
    """
    told = _press.endpoints(settings, plan)
    return tuple(Offer(each, plugins.find("notifiers", each.kind)()) for each in told)


def judge(settings: Settings) -> None:
    """Look at `[endpoints]` alone, wherever the site is.

    Raises:
        ConfigurationError: with all that is wrong with them.
    """
    _endpoints.endpoints(settings, settings.site.url, settings.feed.url)


def offered(settings: Settings, plan: Plan, channels: Channels) -> Offers:
    """The same, with what they are told and what holds for all of them. Raises ConfigurationError."""
    ping = settings.ping
    return Offers(offers(settings, plan), naming(plan, channels.home_url), ping.verify, ping.per_minute)


def offered_by(the: Project) -> Offers:
    """The same of a site.

    Raises:
        ConfigurationError, ContentMissing.
    """
    site = site_of(the)
    return offered(the.settings, _press.plan(the.settings, site), _press.channels(the.settings, site))


def line(settings: Settings, site_url: str) -> Client:
    """The way to other hosts."""
    from syndicate.delivery.guard import Guard
    from syndicate.delivery.http import Client, agent

    guard = Guard(listed=tuple(ip_network(each) for each in settings.ping.private))
    return Client(guard=guard, agent=agent(settings.ping.contact or site_url))


def courier(the: Project, clock: Clock, listen: Listener = lambda _: None) -> Courier | None:
    """Who tells them, not started yet; None where there is nobody to tell.

    Raises:
        ConfigurationError: also where a secret is not at the place that is named for it.
        ContentMissing.
    """
    if not the.settings.endpoints:
        return None
    from syndicate.delivery.courier import Courier

    site = site_of(the)
    plan = _press.plan(the.settings, site)
    meant = offered(the.settings, plan, _press.channels(the.settings, site))
    if not meant.all:
        return None
    secrets = {offer.name: references.fault(offer.endpoint.secret) for offer in meant.all}
    if any(secrets.values()):
        raise ConfigurationError([f"endpoints.{name}.secret: {fault}" for name, fault in secrets.items() if fault])
    way = line(the.settings, plan.site_url)
    return Courier(
        opener(the), meant, way, clock, turn=partial(held, f"{the.state}.pings", whose=_SENDING), listen=listen
    )


def opener(the: Project) -> Callable[[], Index]:
    """Opens the state anew at each call, for the thread that calls it. What is called raises StateError."""
    return lambda: plugins.find("index", "sqlite").open(str(the.state))
