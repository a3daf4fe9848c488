"""The alarm clock: which work is due when. The only import of APScheduler.

It runs in no thread of its own: the loop asks it what is due, and for how long nothing will be.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from syndicate.daemon._calendar import Calendar
from syndicate.daemon._weekdays import weekdays
from syndicate.daemon.inbox import Kind, Work
from syndicate.errors import ConfigurationError
from syndicate.model.records import NamedTuple

SETBACK = 10_800
"""Seconds by which a clock may be put back so that what has happened today does not happen again. What is put back
by more was wrong before, and its new time is taken for what it is (as cron does)."""


LONGEST = 3650 * 86_400
"""Seconds that a plan may wait, so that its next time has a date."""


class Plan(NamedTuple):
    """One line of the timetable. `origin` is the dotted path of the setting that asks for it, and names it; `every`
    and `jitter` are seconds, `cron` its five fields, in the zone `zone`."""

    origin: str
    kind: Kind
    every: int = 0
    cron: str = ""
    zone: str = "UTC"
    jitter: int = 0


class Rhythm(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """The times of one plan, as whole seconds since 1970: `planned` is the next, `had` the last that came.

    `at` is the planned one put off by chance. However many times have passed unheard, they come as one.
    """

    def __init__(self, jitter: int, chance: Callable[[], float]) -> None:
        self._jitter, self._chance = jitter, chance
        self.planned, self.had, self.at = 0, 0, datetime.fromtimestamp(0, UTC)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """What APScheduler asks, more than once for the same time, and then in turn with other jobs."""
        if previous is not None and previous != self.at:
            return self.at
        if previous is not None:
            self.had = self.planned
        planned = self.next(int(now.timestamp()))
        if planned is None:
            return None
        self.planned, self.at = planned, _date(planned + self._jitter * self._chance())
        return self.at

    def next(self, now: int) -> int | None:
        """The first time later than now."""
        raise NotImplementedError

    def back(self, seconds: float, now: int) -> datetime | None:
        """The clock was put back by so much, to `now`: what is the next time?"""
        raise NotImplementedError


class Every(Rhythm):
    """One time every so many seconds."""

    def __init__(self, every: int, jitter: int, chance: Callable[[], float]) -> None:
        super().__init__(jitter, chance)
        self._every = every

    def next(self, now: int) -> int:
        punctual = self.had + self._every
        return punctual if punctual > now else now + self._every

    def back(self, seconds: float, now: int) -> datetime:
        # it is as long until the next time as it was before
        self.planned, self.had = self.planned - round(seconds), self.had - round(seconds)
        self.at = _date(self.at.timestamp() - seconds)
        return self.at


class Cron(Rhythm):
    """The times of a calendar."""

    def __init__(self, calendar: Calendar, jitter: int, chance: Callable[[], float]) -> None:
        super().__init__(jitter, chance)
        self._calendar = calendar

    def next(self, now: int) -> int | None:
        again = not self._calendar.hourly and 0 < self.had - now <= SETBACK
        return self._calendar.after(self.had if again else now)

    def back(self, seconds: float, now: int) -> datetime | None:
        return self.get_next_fire_time(None, _date(now))


class Once(Rhythm):
    """One time and no other. Where it `follows`, the clock takes it along when it is put back."""

    def __init__(self, at: float, follows: bool) -> None:
        super().__init__(0, lambda: 0.0)
        self.at, self._follows = _date(at), follows

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return self.at if previous is None else None

    def back(self, seconds: float, now: int) -> datetime:
        if self._follows:
            self.at = _date(self.at.timestamp() - seconds)
        return self.at


class _Scheduler(BaseScheduler):  # type: ignore[misc]
    """A scheduler that waits for nothing by itself."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def wakeup(self) -> None:
        """Who is asked will look."""

    def look(self) -> float | None:
        """Start what is due; seconds until something is, None where nothing is planned."""
        wait: float | None = self._process_jobs()
        return wait


class Timetable:
    """Puts works into an inbox when they are due."""

    def __init__(self, put: Callable[[Work], None], chance: Callable[[], float] = random.random) -> None:
        self._put, self._chance = put, chance
        self._plans: dict[str, Plan] = {}
        self._scheduler = _Scheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": DebugExecutor()},
            timezone=UTC,
            # by default, what is late by more than a second is never done
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.start()

    def set(self, plans: Iterable[Plan]) -> None:
        """Follow these plans from now on; those that were followed already go on as they are.

        Raises:
            ConfigurationError: one of them cannot be followed; nothing has been changed.
        """
        wanted = {plan.origin: plan for plan in plans}
        rhythms, mistakes = {}, []
        for origin, plan in wanted.items():
            if plan != self._plans.get(origin):
                try:
                    rhythms[origin] = rhythm(plan, self._chance)
                except ConfigurationError as fault:
                    mistakes += fault.mistakes
        if mistakes:
            raise ConfigurationError(mistakes)
        for origin in self._plans.keys() - wanted.keys():
            self._drop(origin)
        for origin, made in rhythms.items():
            self._add(origin, Work(wanted[origin].kind, why=origin), made)
        self._plans = wanted

    def once(self, name: str, work: Work, at: float | None, follows: bool = False) -> None:
        """Do this work at this moment, instead of what had this name before; None: not at all.

        With `follows` the moment is one so many seconds from now, also when the clock is put back.
        """
        if at is None:
            self._drop(name)
        else:
            self._add(name, work, Once(at, follows))

    def look(self) -> float | None:
        """Put what is due into the inbox; seconds until something will be, None where nothing is planned."""
        return self._scheduler.look()

    def back(self, seconds: float, now: int) -> None:
        """The wall clock was put back by so many seconds, to `now`: plan anew."""
        for job in self._scheduler.get_jobs():
            self._scheduler.modify_job(job.id, next_run_time=job.trigger.back(seconds, now))

    def coming(self) -> Mapping[str, tuple[Kind, int]]:
        """What is planned, by name: the kind of work and its next moment."""
        jobs = self._scheduler.get_jobs()
        return {job.id: (job.args[0].kind, int(job.next_run_time.timestamp())) for job in jobs if job.next_run_time}

    def stop(self) -> None:
        """Plan nothing any more."""
        self._scheduler.shutdown()

    def _add(self, name: str, work: Work, made: Rhythm) -> None:
        self._scheduler.add_job(self._put, made, (work,), id=name, replace_existing=True)

    def _drop(self, name: str) -> None:
        if self._scheduler.get_job(name):
            self._scheduler.remove_job(name)


def rhythm(plan: Plan, chance: Callable[[], float] = random.random) -> Rhythm:
    """The times of a plan.

    Raises:
        ConfigurationError: its `cron` cannot be understood, or never comes.
    """
    jitter = min(plan.jitter, LONGEST)
    if not plan.cron:
        return Every(min(plan.every, LONGEST), jitter, chance)
    try:
        calendar = _calendar(plan.cron, plan.zone)
    except ValueError as fault:
        raise ConfigurationError(
            [f'{plan.origin}: "{plan.cron}" cannot be understood: {fault}; write it as */5 7-22 * * mon-fri']
        ) from None
    if calendar.after(0) is None:
        raise ConfigurationError([f'{plan.origin}: "{plan.cron}" never comes; correct its day or month'])
    return Cron(calendar, jitter, chance)


def _calendar(cron: str, zone: str) -> Calendar:
    minute, hour, day, month, weekday = cron.split()
    days = weekdays(weekday)
    # where both are given, cron takes a day that is either, and APScheduler one that is both
    pairs = [(day, days)] if "*" in (day[0], weekday[0]) else [(day, "*"), ("*", days)]
    fields = [
        # as for a clock that is never put: what that means for real ones is the calendar's to say
        CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=days, timezone=UTC)
        for day, days in pairs
    ]

    def nominal(at: datetime) -> datetime | None:
        at = at.replace(tzinfo=UTC)
        found = [time for each in fields if (time := each.get_next_fire_time(None, at))]
        return min(found).replace(tzinfo=None) if found else None

    return Calendar(nominal, ZoneInfo(zone), _every_hour(fields[0]))


def _every_hour(trigger: CronTrigger) -> bool:
    hours = next(field for field in trigger.fields if field.name == "hour")
    return all(hours.get_next_value(datetime(2000, 1, 1, hour, tzinfo=UTC)) == hour for hour in range(24))


def _date(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
