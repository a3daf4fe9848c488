"""`[daemon]`, `[ping]`, `[endpoints.NAME]` and `[alarm]`: what runs by itself, and whom it tells."""

from __future__ import annotations

from typing import Literal

from syndicate.settings import _checks as check
from syndicate.settings._kinds import choice, items, number, option, switch, text
from syndicate.settings._section import Section, tables
from syndicate.settings._words import Option

WORKS = ("scan", "full", "pings", "upkeep")
KINDS = ("websub", "xmlrpc", "rsscloud", "indexnow", "webhook")


class Schedule(Section):
    """One further schedule of the daemon: `every` or `cron`."""

    work: Literal["scan", "full", "pings", "upkeep"] = choice(
        "scan",
        WORKS,
        "What is done: a scan, a build that reads and writes all anew, pings that wait, or the upkeep of the state.",
    )
    every: str = text("", "How often, as `5m` or `1d`.", check.span)
    cron: str = text("", "When, in the five fields of cron, as `*/5 7-22 * * mon-fri`.", check.cron)
    timezone: str = text("", "Zone of `cron`. Empty: the site's.", check.timezone)
    jitter: str = text("", "Each time is put off by up to this long, by chance.", check.span)


class Daemon(Section):
    """When `syndicate run` does what. Lengths of time as `30s`, `5m`, `12h` or `1d`."""

    every: str = text(
        "5m", "How often the content is scanned. Empty: only by `cron`, or when files change.", check.span
    )
    cron: str = text("", "When it is scanned, in the five fields of cron, instead of `every`.", check.cron)
    timezone: str = text("", "Zone of `cron`. Empty: the site's.", check.timezone)
    jitter: str = text("", "Each scan is put off by up to this long, by chance.", check.span)
    schedules: dict[str, Schedule] = tables(Schedule)
    watch: bool = switch(True, "Whether files are taken as soon as they are closed.")
    settle: str = text(
        "2s", "How long a file must have been left alone that may still be being written.", check.span, least=1
    )
    log: Literal["auto", "text", "json"] = choice(
        "auto", ("auto", "text", "json"), "Lines of the log. `auto`: text on a terminal, JSON elsewhere."
    )
    health: str = text(
        "", "File that says how the daemon is doing. Empty: beside the state, ending in `.health.json`.", check.folder
    )


class Ping(Section):
    """What holds for all endpoints."""

    verify: Literal["document", "answer", "off"] = choice(
        "document",
        ("document", "answer", "off"),
        "What is looked at before a ping: that the new document can be read at its public address, byte for byte; that "
        "the address answers at all; or nothing.",
    )
    contact: str = text("", "Address named in the User-Agent. Empty: the site's.", check.page_url)
    private: tuple[str, ...] = items(
        (), "Networks that are no public ones and may be pinged, as `10.0.0.0/8`.", check.distinct, each=check.network
    )
    per_minute: int = number(60, 1, 100_000, "Requests to all endpoints together in a minute, at most.")


class EndpointOptions(Section):
    """A receiver of pings. What a preset says need not be said."""

    preset: str = text("", "A well-known service: see docs/pings.md. Empty: `kind` and `url` say who it is.")
    kind: str = choice("", ("", *KINDS), "How it is spoken to.")
    url: str = text("", "Where it is.", check.page_url)
    on: bool = switch(True, "Whether it is pinged.")
    feeds: tuple[str, ...] = items(
        ("site",), "Which feeds it is told of: keys, also with `*`, as `tag:*`.", check.distinct, check.some
    )
    every: str = text("", "The least time between two pings of one feed. Empty: as its kind asks for.", check.span)
    secret: str = text("", "What webhooks are signed with, as `whsec_…` of Standard Webhooks.")
    key: str = text("", "IndexNow: the key, 8 to 128 letters, digits and -.")
    method: Literal["ping", "extendedPing"] = choice(
        "extendedPing", ("ping", "extendedPing"), "XML-RPC: the method of `weblogUpdates` that it knows."
    )


class Alarm(Section):
    """Whom to tell, and when, that something is wrong for longer."""

    url: str = text("", "A webhook that is told.", check.page_url)
    secret: str = text("", "What it is signed with.")
    command: tuple[str, ...] = items((), "A command that is run, with the alarm as JSON on its standard input.")
    failures: int = number(3, 1, 10_000, "Runs that fail one after another before an alarm.")
    dead: str = text(
        "1d",
        "How long an endpoint fails, or what is new cannot be read at its address, before an alarm. Empty: never.",
        check.span,
    )
    problems: int = number(20, 0, None, "So many problems more than at the last run are an alarm. 0: never.")
    silence: str = text("", "An alarm when nothing new was published for so long. Empty: never.", check.span)


def endpoint_options(name: str = "NAME") -> dict[str, Option]:
    """Every option of `[endpoints.NAME]` by its dotted path."""
    return _options(f"endpoints.{name}", EndpointOptions)


def schedule_options(name: str = "NAME") -> dict[str, Option]:
    """Every option of `[daemon.schedules.NAME]` by its dotted path."""
    return _options(f"daemon.schedules.{name}", Schedule)


def _options(prefix: str, section: type[Section]) -> dict[str, Option]:
    return {f"{prefix}.{key}": option(f"{prefix}.{key}", kind) for key, kind in section.kinds.items()}
