"""What an attempt to tell a subscriber changes, when the next one may be, and when a lease has ended. Pure.

A subscriber who cannot be told is waited for ever longer, by the schedule that all receivers are (`due.SCHEDULE`), and
keeps the subscription to the end of its lease (WebSub, 7). With something that it was never tried with it is tried
sooner. All moments are whole seconds since 1970 by a clock that may be put forward and back.
"""

from __future__ import annotations

from syndicate.delivery import due
from syndicate.delivery._answers import asked_wait, named
from syndicate.delivery.hearing import Heard
from syndicate.model.hub import Subscription, Way

SLOW = 3
"""Failures in a row from which on a subscriber stands in the slow lane. One of rssCloud is dropped then."""

SOONER = (0, 15, 60)
"""Seconds after the failures of somebody in the fast lane before what is new is tried; for all others an hour."""

GONE = 410

LEAP = 300.0
"""Seconds by which the wall clock may go otherwise than the other without having been put."""

AGREED = 3600.0
"""Seconds for which both clocks must go alike before a lease is held to have ended."""


def is_open(subscription: Subscription, digest: bytes, now: int) -> bool:
    """Whether a subscriber may be told of the entries of this digest now."""
    if subscription.got == digest:
        return False
    if not subscription.failures or subscription.due <= now or subscription.tried_at > now:
        return True
    return subscription.trying != digest and subscription.tried_at + _sooner(subscription.failures) <= now


def _sooner(failures: int) -> int:
    return SOONER[failures] if failures < len(SOONER) else due.SOONER


def told(before: Subscription, digest: bytes, now: int) -> Subscription:
    """What is remembered of somebody who took it."""
    well = before._replace(got=digest, got_at=now, trying=b"", failures=0, tried_at=now)
    return well._replace(due=0, status=0, told="")


def failed(
    before: Subscription, digest: bytes, status: int, why: str, now: int, chance: float, wait: int = 0
) -> Subscription:
    """The same of somebody who did not. `wait` are the seconds that they asked to be left alone for."""
    failures = before.failures + 1
    at = now + max(due.delay(failures, chance), min(wait, due.LONGEST))
    return before._replace(trying=digest, failures=failures, tried_at=now, due=at, status=status, told=why)


def after(before: Subscription, digest: bytes, answer: Heard, now: int, chance: float) -> Subscription | None:
    """What an answer changes; None where the subscription ends by it (410, or rssCloud's third failure in a row)."""
    if 200 <= answer.status < 300 and b"<fault>" not in answer.body:
        return told(before, digest, now)
    if answer.status == GONE:
        return None
    wait = asked_wait(answer.headers, now) or 0
    return kept(failed(before, digest, answer.status, _why(answer), now, chance, wait))


def kept(subscription: Subscription) -> Subscription | None:
    """None where somebody failed so often that the subscription ends: by rssCloud alone."""
    is_over = subscription.way is not Way.WEBSUB and subscription.failures >= SLOW
    return None if is_over else subscription


def _why(answer: Heard) -> str:
    if 200 <= answer.status < 300:
        return "answers with a fault"
    if 300 <= answer.status < 400:
        return f"answers {named(answer.status)} and points elsewhere, which is not followed"
    return f"answers {named(answer.status)}"


class Leases:
    """Whether leases may be ended: not by a clock that was put, nor in the first hour of a process, as nobody knows by
    how much the clock was wrong before. A lease may last an hour longer for it; none ends too early."""

    def __init__(self, now: float, monotonic: float) -> None:
        self._apart, self._since = now - monotonic, monotonic

    def may_end(self, now: float, monotonic: float) -> bool:
        """Looked at every now and then, by both clocks."""
        apart = now - monotonic
        if abs(apart - self._apart) > LEAP:
            self._apart, self._since = apart, monotonic
        return monotonic - self._since >= AGREED
