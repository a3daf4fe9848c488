"""`syndicate ping`: who is told of what is new; by itself it tells them what is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from syndicate.cli.options import project_of, settings_options
from syndicate.model.records import NamedTuple

if TYPE_CHECKING:
    from syndicate.delivery.courier import Sent
    from syndicate.delivery.enrol import Offers
    from syndicate.delivery.overview import Item, Receiver
    from syndicate.project import Project

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SEND = "send"


class Ping(click.Group):
    """`ping` alone, or with anything but the name of a command behind it, is `ping send`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [_SEND, *args]
        return super().parse_args(ctx, args)


class Which(NamedTuple):
    """What a command about pings is for: a site, and of its endpoints and feeds those named, or all."""

    the: Project
    offers: Offers
    names: tuple[str, ...]
    feeds: tuple[str, ...]

    def has(self, name: str, feed: str) -> bool:
        """Whether this feed's pings to this endpoint are meant; pages of the site are no feed's."""
        from syndicate.model.delivery import matches

        if self.names and name not in self.names:
            return False
        return not self.feeds or any(matches(each, feed) for each in self.feeds)

    def items(self) -> Iterator[tuple[Receiver, Item]]:
        """All that waits, and all that was given up, of what is meant."""
        from syndicate import wiring
        from syndicate.delivery.overview import receivers

        with wiring.state(self.the) as index:
            found = receivers(index, self.offers)
        return ((each, item) for each in found for item in each.items if self.has(each.name, item.feed))


def _which_options(command: _Command) -> _Command:
    """CONTENT, the settings, and the options that say which endpoints and feeds are meant."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--feed", "feeds", metavar="KEY", multiple=True, help="Only this feed, also with *, as tag:*."),
        click.option("--endpoint", "names", metavar="NAME", multiple=True, help="Only this endpoint."),
    ):
        command = option(command)
    return settings_options(command)


def _which(content: str | None, config: str | None, given: dict[str, Any]) -> Which:
    from syndicate.wiring import pings

    the = project_of(content, config, given)
    offers = pings.offered_by(the)
    there = [offer.name for offer in offers.all]
    if not there:
        raise click.UsageError("no endpoint is configured, so there is nobody to tell; see docs/pings.md")
    for name in given["names"]:
        if name not in there:
            told = f"there is no endpoint {name!r}; there are {', '.join(there)}"
            raise click.BadParameter(told, param_hint="--endpoint")
    return Which(the, offers, given["names"], given["feeds"])


@click.group("ping", cls=Ping)
def command() -> None:
    """Tell hubs, aggregators, search engines and webhooks what is new; without a command: `send`."""


@command.command(_SEND)
@_which_options
@click.option("--now", is_flag=True, help="Without waiting for intervals and for the next attempt.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--adopt", is_flag=True, help="Send nothing: all that is published counts as told.")
def send(
    content: str | None, config: str | None, now: bool, dry_run: bool, adopt: bool, as_json: bool, **given: Any
) -> int:
    """Send what is due now, and say what came of it. Exit code 1: somebody did not take something."""
    from syndicate.index.lock import holder

    which = _which(content, config, given)
    if adopt:
        return _adopt(which)
    if dry_run:
        at = int(time.time())
        _list([(each, item) for each, item in which.items() if _is_due(each, item, at, now)], as_json)
        return 0
    if daemon := holder(f"{which.the.state}.daemon"):
        return _leave_to(daemon, which, now)
    return _send(which, now, as_json)


@command.command("list")
@_which_options
@click.option("--failed", is_flag=True, help="Only what was tried in vain, or given up.")
def listed(content: str | None, config: str | None, failed: bool, as_json: bool, **given: Any) -> int:
    """List what endpoints have not got, and why."""
    items = [(each, item) for each, item in _which(content, config, given).items() if not failed or _has_failed(item)]
    _list(items, as_json)
    return 0


@command.command("retry")
@_which_options
def retry(content: str | None, config: str | None, as_json: bool, **given: Any) -> int:
    """Try again at once what was given up or waits.

    It is due again, and endpoints that said that they are gone are switched on.
    """
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.delivery import enrol

    which = _which(content, config, given)
    found = [(each, item) for each, item in which.items() if _has_failed(item)]
    names = which.names or tuple(offer.name for offer in which.offers.all)
    with wiring.state(which.the) as index:
        for name in names:
            topics = [item.topic for each, item in found if each.name == name]
            enrol.retry(index, name, topics if which.feeds else None)
    if as_json:
        show.say(show.dumps({"due": [_plain(each, item) for each, item in found]}))
    else:
        show.say(f"{show.counted(len(found), 'ping')} due again; `syndicate ping`, or the daemon, sends them")
    return 0


def _has_failed(item: Item) -> bool:
    return item.given_up or (item.tries > 0 and not item.unread)


def _adopt(which: Which) -> int:
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.delivery import enrol

    if which.feeds:
        raise click.UsageError("--adopt is for all feeds of an endpoint; leave out --feed")
    with wiring.state(which.the) as index:
        only = set(which.names) if which.names else None
        count = enrol.adopt(index, which.offers.all, int(time.time()), only)
    show.say(f"{show.counted(count, 'ping')} will not be sent: what is published counts as told")
    return 0


def _is_due(each: Receiver, item: Item, at: int, now: bool) -> bool:
    if item.given_up or item.unread or each.standing is None or each.standing.off:
        return False
    return now or item.due <= at


def _leave_to(daemon: str, which: Which, now: bool) -> int:
    """Two who tell the same would tell it twice; what is made due here, the daemon sees."""
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.delivery import enrol

    if now:
        waiting: dict[str, list[str]] = {}
        for each, item in which.items():
            if each.standing is not None and not each.standing.off and not item.given_up:
                waiting.setdefault(each.name, []).append(item.topic)
        with wiring.state(which.the) as index:
            for name, topics in waiting.items():
                enrol.retry(index, name, topics)
    what = "it does not wait for the next attempt any more" if now else "what is due it sends by itself"
    show.say(f"a daemon is at work ({daemon}): {what}; `syndicate status` shows what comes of it")
    return 0


def _send(which: Which, now: bool, as_json: bool) -> int:
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.daemon.clock import Clock
    from syndicate.errors import LockHeld
    from syndicate.index.lock import holder
    from syndicate.model.delivery import Outcome
    from syndicate.wiring import pings

    courier = pings.courier(which.the, Clock())
    with wiring.state(which.the):  # which says what to do where it cannot be used
        try:
            sent = courier.once(lambda name, topic: which.has(name, topic.feed), at_once=now) if courier else []
        except LockHeld:
            if daemon := holder(f"{which.the.state}.daemon"):  # it has begun in this moment
                return _leave_to(daemon, which, now)
            raise
    rows = [_row(each, which.offers) for each in sent]
    if as_json:
        show.say(show.dumps({"sent": rows}))
        rows = []
    for row in rows:
        topics = ", ".join(row["topics"]) if len(row["topics"]) < 4 else f"{len(row['topics']):,} addresses"
        told = f" ({row['told']})" if row["told"] else ""
        show.say(show.visible(f"{row['endpoint']}: {row['outcome']}: {topics}{told}"))
    if not sent and not as_json:
        show.say("nothing is due; `syndicate ping list` shows what waits, and for what")
    return int(any(each.receipt.outcome is not Outcome.TAKEN for each in sent))


def _row(sent: Sent, offers: Offers) -> dict[str, Any]:
    """An attempt for programs; nothing in it is secret."""
    from syndicate.delivery.discreet import discreet

    endpoint = next(offer.endpoint for offer in offers.all if offer.name == sent.endpoint)
    receipt = sent.receipt
    return {
        "endpoint": sent.endpoint,
        "outcome": receipt.outcome.value,
        "status": receipt.status or None,
        "told": discreet(receipt.told, endpoint) or None,
        "topics": list(sent.topics),
    }


def _list(items: list[tuple[Receiver, Item]], as_json: bool) -> None:
    from syndicate.cli import show, stated
    from syndicate.cli.runs import moment

    if as_json:
        show.say(show.dumps({"pings": [_plain(each, item) for each, item in items]}))
        return
    rows = []
    for each, item in items:
        state = "given up" if item.given_up else "not readable yet" if item.unread else "waits"
        told = item.told or each.fault or "-"
        rows.append((each.name, stated.name(item), state, str(item.tries), moment(item.due or None), told))
    if rows:
        show.columns(("endpoint", "topic", "state", "tries", "not before (UTC)", "told"), rows)
    else:
        show.say("nothing")


def _plain(each: Receiver, item: Item) -> dict[str, Any]:
    from syndicate.cli import stated

    return {"endpoint": each.name, **stated.item_of(item)}
