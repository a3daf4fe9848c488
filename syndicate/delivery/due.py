"""When what is due, and what an answer changes: the rules of waiting, of trying again and of giving up. Pure.

In: what is remembered of an endpoint and of a topic, what came of an attempt, the moment, and a chance from 0 to 1.
Out: what is to be remembered now. All moments are whole seconds since 1970 by a clock that may be put forward and back.

A receiver that is busy is waited for as a whole, ever longer (`SCHEDULE`); what was due to it all that time, at one
digest, is given up. With what is published meanwhile, and it was never tried with, it is tried sooner, an hour after
the last attempt at the latest (`SOONER`), and such an attempt leaves the schedule as it is. One that refuses a topic is
asked for this one once more. Where a moment that is remembered lies ahead, the clock went back: what was to be waited
for then is waited for from now on, so that nothing stalls for longer than its planned delay (`set_back`).
"""

from __future__ import annotations

from typing import TypeVar

from syndicate.index import Check
from syndicate.model.delivery import Delivery, Outcome, Receipt, Standing

SCHEDULE = (30, 120, 600, 3_600, 10_800, 43_200, 86_400, 86_400)
"""Seconds after each failure in a row: about three days in all."""

SOONER = 3_600
"""Seconds between two attempts, at most, where there is something that a receiver was never tried with."""

LONGEST = 86_400
"""Seconds that a receiver may ask to be left alone for."""

AGAIN = 600
"""Seconds until a topic that was refused is sent once more."""

SPREAD = 0.2
"""By how much of it a delay differs, by chance."""

LOOKS = (5, 15, 60, 300, 900)
"""Seconds between looks at what cannot be read yet."""

Row = TypeVar("Row", Delivery, Standing, Check)


def delay(failures: int, chance: float) -> int:
    """Seconds to wait after so many failures in a row, one or more."""
    planned = SCHEDULE[min(failures, len(SCHEDULE)) - 1]
    return round(planned * (1 - SPREAD + 2 * SPREAD * chance))


def open_at(standing: Standing, *, is_new: bool) -> int:
    """Before this moment an endpoint is left alone; `is_new`: with something that it was never tried with."""
    if not is_new:
        return standing.due
    return min(standing.due, standing.tried_at + max(SOONER, standing.asked))


def is_early(standing: Standing, now: int) -> bool:
    """Whether an attempt at this moment is one beside the schedule: that of something new, or of a person."""
    return standing.failures > 0 and now < standing.due


def is_wanted(digest: bytes, got: Delivery | None) -> bool:
    """Whether a receiver has not got what is published, and it was not given up at just that."""
    return got is None or digest not in (got.sent, got.given_up)


def is_untried(digest: bytes, got: Delivery | None) -> bool:
    """Whether a receiver was never tried with this."""
    return got is None or got.trying != digest


def reached(standing: Standing, pages: Delivery | None) -> int:
    """The last page of the site that it was told of or that was given up; such a `given_up` is the page's number."""
    return max(standing.reached, int.from_bytes(pages.given_up, "big") if pages else 0)


def has_new_pages(standing: Standing, last: int) -> bool:
    """The same of pages of the site, of which this is the last."""
    return last > standing.tried_with


def was_refused(digest: bytes, got: Delivery) -> bool:
    """Whether this was refused once and is to be sent once more."""
    return got.due > 0 and got.trying == digest


def ready_at(digest: bytes, got: Delivery | None, interval: int) -> int:
    """Before this moment the topic is not sent, however its endpoint is doing."""
    if got is None:
        return 0
    last = max(got.sent_at, got.tried_at if got.due else 0)
    return max(last + interval if last else 0, got.due if was_refused(digest, got) else 0)


def delivered(got: Delivery, digest: bytes, receipt: Receipt, now: int, *, is_early: bool = False) -> Delivery:
    """What is remembered of a topic that was sent, and of one that would have been where the receiver is busy.

    An attempt that `is_early` is not counted: by these alone nothing is given up."""
    if receipt.outcome is Outcome.TAKEN:
        return Delivery(got.endpoint, got.topic, sent=digest, sent_at=now)
    same = got.trying == digest
    tries = got.tries + (not is_early) if same else 1
    tried = got._replace(trying=digest, tries=tries, tried_at=now, status=receipt.status, told=receipt.told)
    if receipt.outcome is Outcome.REFUSED:
        over, due = was_refused(digest, got), now + _patience(receipt, AGAIN)
    else:
        over, due = receipt.outcome is Outcome.BUSY and tries > len(SCHEDULE), got.due if same else 0
    return tried._replace(given_up=digest, due=0) if over else tried._replace(due=due)


def standing(before: Standing, receipt: Receipt, now: int, chance: float) -> Standing:
    """How an endpoint is doing after an attempt."""
    before = set_back(before, now)
    asked = min(max(receipt.wait or 0, 0), LONGEST)
    tried = before._replace(tried_at=now, asked=asked, status=receipt.status, told=receipt.told)
    match receipt.outcome:
        case Outcome.TAKEN:
            well = tried._replace(failures=0, failing_since=0, due=0, off="")
            return well._replace(ok_at=now, status=0, told="")
        case Outcome.REFUSED:  # it answers: nothing is wrong with it as a whole
            return tried._replace(failures=0, failing_since=0, due=0)
        case Outcome.OFF:
            return tried._replace(off=receipt.told or "it says that it is gone for good", due=0)
    if is_early(before, now):
        return tried._replace(due=max(before.due, now + asked))
    failures = before.failures + 1
    due = now + _patience(receipt, delay(failures, chance))
    return tried._replace(failures=failures, failing_since=before.failing_since or now, due=due)


def _patience(receipt: Receipt, planned: int) -> int:
    """Never sooner than was asked for, within bounds, and never sooner than planned: who asks may ask for nothing."""
    return max(planned, min(receipt.wait or 0, LONGEST))


def looked(before: Check | None, url: str, status: int, told: str, now: int) -> Check:
    """What is remembered of something that cannot be read yet."""
    tries = before.tries + 1 if before else 1
    since = min(before.since, now) if before else now
    return Check(url, since, tries, now, now + LOOKS[min(tries, len(LOOKS)) - 1], status, told)


def set_back(row: Row, now: int) -> Row:
    """The row as it is to be read at `now`: by a clock that went back, waiting begins anew."""
    if row.tried_at <= now:
        return row
    return row._replace(tried_at=now, due=now + max(row.due - row.tried_at, 0) if row.due else 0)


def sent_back(row: Delivery, now: int) -> Delivery:
    """The same of what was delivered."""
    return set_back(row._replace(sent_at=now) if row.sent_at > now else row, now)
