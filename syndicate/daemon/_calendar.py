"""When times of a calendar happen, in zones whose clocks are put: each of them exactly once.

A time is nominal: what a clock on the wall there shows. Once or twice a year some of them do not exist (the gap) and
some exist twice (the fold). Where every hour is asked for, real time counts: nothing happens in the gap, and all
of it twice in the fold. Else a time in the gap happens at its end, and one in the fold at the first of its two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain

Nominal = Callable[[datetime], datetime | None]
"""The first nominal time that is asked for at this nominal time or later, both without a zone; None: there is none."""

_STRIDE = 43_200
"""Seconds within which no zone puts its clocks twice."""

_START = datetime(1970, 1, 1)  # noqa: DTZ001 nominal


class Calendar:
    """Moments (whole seconds since 1970, UTC) of nominal times in a zone."""

    def __init__(self, nominal: Nominal, zone: tzinfo, hourly: bool) -> None:
        self._nominal, self._zone, self.hourly = nominal, zone, hourly

    def after(self, moment: int) -> int | None:
        """The first moment later than this one; None where none comes."""
        return self._in_real_time(moment + 1) if self.hourly else self._once_each(moment)

    def _once_each(self, moment: int) -> int | None:
        at = self._nominal(_nominal(moment + self._offset(moment)) + timedelta(seconds=1))
        # in the second half of a fold, times come that have happened in its first
        while at is not None and (happens := self._first(at)) <= moment:
            at = self._nominal(at + timedelta(seconds=1))
        return None if at is None else happens

    def _first(self, at: datetime) -> int:
        """When a nominal time happens for the first time, or the gap ends that it lies in."""
        early, late = (_seconds(at) - self._offset_of(at, fold) for fold in (1, 0))
        if early <= late and (turn := self._turn(early, late)) is not None:
            return turn
        return late

    def _in_real_time(self, moment: int) -> int | None:
        while True:
            offset = self._offset(moment)
            at = self._nominal(_nominal(moment + offset))
            if at is None:
                return None
            happens = _seconds(at) - offset
            turn = self._turn(moment, happens)
            if turn is None:
                return happens
            moment = turn

    def _turn(self, since: int, until: int) -> int | None:
        """The first moment later than `since`, `until` at the latest, from which on the clocks go otherwise."""
        offset = self._offset(since)
        looks: Iterable[int] = chain(range(since + _STRIDE, until, _STRIDE), (until,))
        for turned in looks:
            if self._offset(turned) != offset:
                break
            since = turned
        else:
            return None
        while turned - since > 1:
            middle = (since + turned) // 2
            since, turned = (middle, turned) if self._offset(middle) == offset else (since, middle)
        return turned

    def _offset(self, moment: int) -> int:
        """Seconds by which the clocks there are ahead of UTC at a moment."""
        return round((datetime.fromtimestamp(moment, self._zone).utcoffset() or timedelta()).total_seconds())

    def _offset_of(self, at: datetime, fold: int) -> int:
        return round((at.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta()).total_seconds())


def _nominal(seconds: int) -> datetime:
    return _START + timedelta(seconds=seconds)


def _seconds(at: datetime) -> int:
    return round(at.replace(tzinfo=UTC).timestamp())
