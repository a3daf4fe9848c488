"""The rules of waiting and of giving up, as the tables of moments that follow from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery import due
from syndicate.index import Check
from syndicate.model.delivery import Delivery, Outcome, Receipt, Standing

NOW = 1_700_000_000
A, B = b"a" * 16, b"b" * 16
BUSY, REFUSED = Receipt(Outcome.BUSY, 503, "busy"), Receipt(Outcome.REFUSED, 404, "no")
TAKEN, OFF = Receipt(Outcome.TAKEN, 200), Receipt(Outcome.OFF, 410, "gone")


def topic(**fields: object) -> Delivery:
    return Delivery("hub", "t", **fields)  # type: ignore[arg-type]


def test_the_delays_grow_as_they_are_told_and_differ_by_a_fifth() -> None:
    planned = [30, 120, 600, 3600, 10_800, 43_200, 86_400, 86_400, 86_400]
    assert [due.delay(n, 0.5) for n in range(1, 10)] == planned
    assert [due.delay(n, 0.0) for n in range(1, 10)] == [round(each * 0.8) for each in planned]
    assert [due.delay(n, 1.0) for n in range(1, 10)] == [round(each * 1.2) for each in planned]


@pytest.mark.parametrize(
    ("wait", "seconds"), [(None, 30), (-5, 30), (0, 30), (31, 31), (3600, 3600), (86_400, 86_400), (10**10, 86_400)]
)
def test_a_receiver_is_left_alone_as_long_as_it_asks_but_for_no_more_than_a_day(wait: int | None, seconds: int) -> None:
    after = due.standing(Standing("hub", "u"), BUSY._replace(wait=wait), NOW, 0.5)
    assert (after.due, after.failures, after.failing_since) == (NOW + seconds, 1, NOW)


def test_busy_for_the_whole_schedule_at_one_digest_is_given_up_and_the_next_is_not() -> None:
    row, now, standing = topic(sent=B), NOW, Standing("hub", "u")
    for attempt in range(1, 10):
        assert due.is_wanted(A, row), attempt
        standing = due.standing(standing, BUSY, now, 0.5)
        row, now = due.delivered(row, A, BUSY, now), standing.due
    assert (row.given_up, row.sent, row.tries, row.told) == (A, B, 9, "busy")
    assert not due.is_wanted(A, row) and due.is_wanted(b"c" * 16, row)
    assert 2.5 * 86_400 < row.tried_at - NOW < 3.5 * 86_400
    assert due.delivered(row, b"c" * 16, BUSY, now).tries == 1
    assert due.delivered(row, b"c" * 16, TAKEN, now) == topic(sent=b"c" * 16, sent_at=now)


def test_what_a_receiver_was_never_tried_with_is_waited_for_an_hour_at_most() -> None:
    def failed(failures: int, wait: int | None = None) -> Standing:
        before = Standing("hub", "u", failures=failures - 1)
        return due.standing(before, BUSY._replace(wait=wait), NOW, 0.5)

    assert [due.open_at(failed(n), is_new=False) - NOW for n in (1, 3, 4, 5, 6, 9)] == [
        30, 600, 3600, 10_800, 43_200, 86_400,
    ]  # fmt: skip
    assert [due.open_at(failed(n), is_new=True) - NOW for n in (1, 3, 4, 5, 6, 9)] == [30, 600, 3600, 3600, 3600, 3600]
    # where it asked to be left alone, this long
    asked = [(60, 3600), (7200, 7200), (10**9, 86_400), (-5, 3600), (None, 3600)]
    assert [(wait, due.open_at(failed(6, wait), is_new=True) - NOW) for wait, _ in asked] == asked


def test_an_attempt_before_its_time_leaves_the_schedule_as_it_is() -> None:
    before = Standing("hub", "u", failures=6, failing_since=NOW - 9000, tried_at=NOW - 3600, due=NOW + 39_600)
    after = due.standing(before, BUSY, NOW, 0.5)
    assert (after.failures, after.due, after.tried_at, after.told) == (6, before.due, NOW, "busy")
    assert due.open_at(after, is_new=True) == NOW + 3600
    assert due.standing(before, BUSY._replace(wait=50_000), NOW, 0.5).due == NOW + 50_000
    assert (
        due.is_early(before, NOW) and not due.is_early(before, before.due) and not due.is_early(Standing("h", "u"), 0)
    )
    # nor is anything given up by it
    row = topic(sent=B, trying=A, tries=8, tried_at=NOW - 3600)
    assert due.delivered(row, A, BUSY, NOW, is_early=True) == row._replace(tried_at=NOW, status=503, told="busy")
    assert due.delivered(row, A, BUSY, NOW).given_up == A
    assert due.delivered(row, b"c" * 16, BUSY, NOW, is_early=True).tries == 1


def test_a_topic_that_is_refused_is_sent_once_more() -> None:
    first = due.delivered(topic(sent=B), A, REFUSED, NOW)
    assert due.is_wanted(A, first) and due.ready_at(A, first, 0) == NOW + 600
    second = due.delivered(first, A, REFUSED, NOW + 600)
    assert second.given_up == A and second.status == 404 and not due.is_wanted(A, second)
    # something newer has its own two tries, but keeps the interval
    assert due.ready_at(b"c" * 16, first, 300) == NOW + 300
    assert not due.delivered(first, b"c" * 16, REFUSED, NOW + 300).given_up


def test_busy_between_two_refusals_changes_nothing_of_them() -> None:
    first = due.delivered(topic(), A, REFUSED, NOW)
    between = due.delivered(first, A, BUSY, NOW + 600)
    assert between.due == first.due and due.delivered(between, A, REFUSED, NOW + 660).given_up == A


def test_what_an_answer_says_of_the_endpoint() -> None:
    failing = Standing("hub", "u", failures=3, failing_since=NOW - 900, due=NOW)
    assert due.standing(failing, BUSY, NOW, 0.5) == failing._replace(
        failures=4, due=NOW + 3600, tried_at=NOW, status=503, told="busy"
    )
    well = due.standing(failing, TAKEN, NOW, 0.5)
    assert (well.failures, well.failing_since, well.due, well.ok_at, well.told) == (0, 0, 0, NOW, "")
    refused = due.standing(failing, REFUSED, NOW, 0.5)
    assert (refused.failures, refused.due, refused.ok_at, refused.told) == (0, 0, 0, "no")
    assert due.standing(failing, OFF, NOW, 0.5).off == "gone"


def test_the_interval_counts_from_what_was_taken() -> None:
    assert due.ready_at(A, None, 300) == 0
    assert due.ready_at(A, topic(sent=B, sent_at=NOW), 300) == NOW + 300
    assert due.ready_at(A, topic(sent=B), 300) == 0, "adopted, never sent"


def test_what_cannot_be_read_is_looked_at_ever_more_seldom() -> None:
    check, now, waits = None, NOW, []
    for _ in range(7):
        check = due.looked(check, "u", 404, "no", now)
        waits.append(check.due - now)
        now = check.due
    assert waits == [5, 15, 60, 300, 900, 900, 900] and check.since == NOW


@given(
    tried=st.integers(0, 2 * NOW),
    wait=st.integers(0, 200_000),
    sent=st.integers(0, 2 * NOW),
    now=st.integers(0, 2 * NOW),
)
def test_no_clock_makes_anything_wait_longer_than_was_planned(tried: int, wait: int, sent: int, now: int) -> None:
    row = due.sent_back(topic(sent=B, sent_at=sent, trying=A, tries=1, tried_at=tried, due=tried + wait), now)
    assert row.due <= max(now, tried) + wait and row.tried_at <= now and row.sent_at <= now
    assert due.ready_at(A, row, 300) <= now + max(wait, 300)
    standing = due.set_back(Standing("hub", "u", tried_at=tried, due=tried + wait), now)
    assert standing.due <= now + wait
    later = due.standing(Standing("hub", "u", failures=5, tried_at=tried, due=tried + wait), BUSY, now, 1.0)
    assert later.due <= now + max(wait, 60_000) and due.open_at(later, is_new=True) <= now + 3600
    assert due.set_back(Check("u", 0, 1, tried, tried + wait, 0, ""), now).due <= now + wait
