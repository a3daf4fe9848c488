"""What the answer of a receiver means: its status, and how long it wants to be left alone. Pure.

All kinds of pings are judged alike as far as HTTP goes; what a body says on top of that is for the notifiers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from syndicate.delivery.discreet import discreet
from syndicate.model.delivery import Endpoint, Outcome, Receipt

LONGEST_WAIT = 86_400
"""Seconds that a receiver may ask to be left alone for; what is longer is cut."""

LATER = frozenset((408, 425, 429))
"""Statuses below 500 that say: later."""

_LONGEST_HEADER = 80  # characters; no date is longer
_LONGEST_SAID = 160  # characters of what a receiver says that a person is shown
_LONGEST_READ = 2000
_SECONDS = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?: *, *-?[0-9]+(?:\.[0-9]*)?)*")
"""Also with a fraction or a sign, which are wrong, and several of them, where the header was there more than once."""
_WAYS_OUT = {
    400: "is it spoken to in its own way? Look at kind, url and preset",
    401: "it wants a password, which pings have none for; is the address right?",
    403: "it lets us not in; is the address right, and the site known there?",
    404: "is the address right?",
    405: "it takes no POST; is the address right?",
    413: "it takes no request of this size; is the address right?",
    422: "it understood, but does not want this",
}


def judged(endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes, now: int) -> Receipt:
    """What an answer means by its status (RFC 9110, 15); `now` in epoch seconds. Never raises."""
    if 200 <= status < 300:
        return Receipt(Outcome.TAKEN, status)
    if status in LATER or 500 <= status < 600:
        wait = asked_wait(headers, now)
        until = "" if wait is None else f"; it asks to be left alone for {wait} s"
        return Receipt(Outcome.BUSY, status, f"answers {named(status)}{until}", wait)
    if status == 410:
        told = f"answers {named(status)}: there is nobody any more; take it out of the settings, or correct its url"
        return Receipt(Outcome.OFF, status, told)
    if 300 <= status < 400:
        return Receipt(Outcome.REFUSED, status, _redirected(endpoint, status, headers.get("location", "")))
    way_out = _WAYS_OUT.get(status, "is the address right?")
    return refused(endpoint, status, f"answers {named(status)}{_quoted(said(headers, body))}; {way_out}")


def refused(endpoint: Endpoint, status: int, told: str) -> Receipt:
    """An answer that will not change by itself; nothing secret stays in what is told."""
    return Receipt(Outcome.REFUSED, status, discreet(told, endpoint))


def named(status: int) -> str:
    """A status with its name, as `503 (Service Unavailable)`."""
    from http import HTTPStatus  # here, as a look at who is to be told judges nothing

    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def one_line(text: str) -> str:
    """What a receiver says, fit for a line of a log: nothing that a terminal would obey, no line breaks, not long."""
    short = " ".join("".join(each if each.isprintable() else " " for each in text[:_LONGEST_READ]).split())
    return short if len(short) <= _LONGEST_SAID else f"{short[:_LONGEST_SAID]}…"


def said(headers: Mapping[str, str], body: bytes) -> str:
    """The reason that an answer gives in plain text, "" where it gives none; pages of HTML say nothing to anybody."""
    kind = headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
    return one_line(body[:_LONGEST_READ].decode("utf-8", "replace")) if kind == "text/plain" else ""


def _quoted(text: str) -> str:
    return f' and says "{text}"' if text else ""


def _redirected(endpoint: Endpoint, status: int, target: str) -> str:
    shown = discreet(one_line(target), endpoint) or "nowhere"
    return f"answers {named(status)} and points to {shown}, which is not followed; if it is there now, correct its url"


def asked_wait(headers: Mapping[str, str], now: int) -> int | None:
    """Seconds to wait by `Retry-After` (RFC 9110, 10.2.3), 0 to a day; None where nothing is said that means anything.

    A date counts from the answer's own `Date`, where it has one: the receiver's clock is no business of ours.
    """
    text = headers.get("retry-after", "").strip()[:_LONGEST_HEADER]
    if _SECONDS.fullmatch(text):
        return max(0, min(max(int(float(each)) for each in text.split(",")), LONGEST_WAIT))
    until = _moment(text)
    if until is None:
        return None
    since = _moment(headers.get("date", "").strip()[:_LONGEST_HEADER])
    return max(0, min(until - (now if since is None else since), LONGEST_WAIT))


def _moment(text: str) -> int | None:
    """A date in one of the three forms of HTTP (RFC 9110, 5.6.7) as epoch seconds; None for anything else."""
    if not re.match(r"[A-Z][a-z]{2,8},? ", text):
        return None
    from email.utils import parsedate_to_datetime  # here, as few answers name a date

    try:
        found = parsedate_to_datetime(text)
        whole = found if found.tzinfo else found.replace(tzinfo=UTC)
        return int((whole - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
