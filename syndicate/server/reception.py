"""Where the hub and the cloud stand: settings → the Places that answer there, by path."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

from syndicate.delivery.guard import Guard
from syndicate.feeds.plan import Plan
from syndicate.index import Index
from syndicate.index.subscribers import Limits, Subscribers
from syndicate.server import Place
from syndicate.server.cloud import Cloud
from syndicate.server.hub import Desk, Hub, Terms
from syndicate.server.manners import Manners
from syndicate.server.topics import Topics
from syndicate.settings import Settings
from syndicate.settings import seconds as seconds_of

AN_HOUR = 600
"""Requests of one address: ten at once, and ten a minute from then on."""


def stands(settings: Settings, plan: Plan) -> dict[str, type[Hub] | type[Cloud]]:
    """Who answers at which path, decoded, while it is on.

    The hub stands at `hub` below the feeds whatever its public address is, as a proxy may lead that there; and at the
    path of its public address, unless that is the top of a host.
    """
    found: dict[str, type[Hub] | type[Cloud]] = {}
    if settings.hub.on:
        for address in (settings.hub.address, plan.url("hub")):
            path = unquote(urlsplit(address).path)
            if path.strip("/"):
                found[path] = Hub
    if settings.hub.rsscloud:
        found[unquote(urlsplit(plan.url("rsscloud")).path)] = Cloud
    return found


def places(
    settings: Settings,
    plan: Plan,
    store: Subscribers,
    opened: Callable[[], Index],
    woken: Callable[[], None] = lambda: None,
) -> dict[str, Place]:
    """The Places of the hub and the cloud, none where both are off.

    `opened` opens the index, in whichever thread it is called. `woken` is called when something was written down, or
    somebody says that there is news: whoever sends may look at once.
    """
    chosen = settings.hub
    guard = Guard(listed=tuple(ip_network(each) for each in chosen.private))
    limits = Limits(subscriptions=chosen.subscribers, subscriptions_of_host=max(100, chosen.subscribers // 2))
    desk = Desk(store, Topics(opened, plan), guard, Manners(0, AN_HOUR), limits, woken)
    usual = Terms()
    terms = Terms(
        seconds_of(chosen.lease) or usual.lease, seconds_of(chosen.longest) or usual.longest, chosen.signature
    )
    made: dict[type[Hub] | type[Cloud], Place] = {Hub: Hub(desk, terms), Cloud: Cloud(desk)}
    return {path: made[kind] for path, kind in stands(settings, plan).items()}
