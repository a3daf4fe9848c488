"""Settings → the lines of the timetable."""

from __future__ import annotations

from collections.abc import Iterator

from syndicate.daemon.inbox import Kind
from syndicate.daemon.timetable import Plan
from syndicate.errors import ConfigurationError
from syndicate.settings import Daemon, seconds

UPKEEP = 86_400
"""Seconds between two upkeeps, where no schedule asks for them."""

_KINDS = {"scan": Kind.SCAN, "full": Kind.FULL, "pings": Kind.PINGS, "upkeep": Kind.UPKEEP}


def plans(daemon: Daemon, zone: str) -> list[Plan]:
    """What is done when; `zone` is that of the site.

    Raises:
        ConfigurationError: with every schedule that does not say one of `every` and `cron`.
    """
    mistakes = list(_faults(daemon))
    if mistakes:
        raise ConfigurationError(mistakes)
    made = list(_plans(daemon, zone))
    if all(each.kind is not Kind.UPKEEP for each in made):
        made.append(Plan("daemon.upkeep", Kind.UPKEEP, every=UPKEEP))
    return made


def _plans(daemon: Daemon, zone: str) -> Iterator[Plan]:
    jitter = seconds(daemon.jitter) or 0
    if daemon.cron:
        yield Plan("daemon.cron", Kind.SCAN, 0, daemon.cron, daemon.timezone or zone, jitter)
    elif every := seconds(daemon.every):
        yield Plan("daemon.every", Kind.SCAN, every, jitter=jitter)
    for name, schedule in daemon.schedules.items():
        which = "cron" if schedule.cron else "every"
        yield Plan(
            f"daemon.schedules.{name}.{which}",
            _KINDS[schedule.work],
            seconds(schedule.every) or 0,
            schedule.cron,
            schedule.timezone or zone,
            seconds(schedule.jitter) or 0,
        )


def _faults(daemon: Daemon) -> Iterator[str]:
    spans = {"daemon.every": "" if daemon.cron else daemon.every}
    for name, schedule in daemon.schedules.items():
        where = f"daemon.schedules.{name}"
        if bool(schedule.every) == bool(schedule.cron):
            yield f"{where}: says {'both' if schedule.cron else 'neither'} of every and cron; set one of them"
        spans[f"{where}.every"] = schedule.every
    for where, span in spans.items():
        if span and not seconds(span):
            yield f'{where}: "{span}" is no time at all; write at least 1s'
