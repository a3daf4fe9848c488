"""What an attempt changes: the rules, and what they come to over days."""

from __future__ import annotations

import pytest

from syndicate.delivery import due, lasting
from syndicate.delivery.hearing import Heard
from syndicate.model.hub import Subscription, Way

NOW = 1_700_000_000
OLD, NEW, NEWER = b"0" * 16, b"1" * 16, b"2" * 16
ONE = Subscription(7, Way.WEBSUB, "t", "http://a.example/", 1, NOW + 10**6, secret="s", got=OLD, got_at=5)


def failing(times: int, at: int = NOW, digest: bytes = NEW, way: Way = Way.WEBSUB) -> Subscription | None:
    one: Subscription | None = ONE._replace(way=way)
    for _ in range(times):
        one = one and lasting.after(one, digest, Heard(503, {}), at, 0.5)
    return one


def test_who_took_it_has_it_and_all_failures_are_forgotten() -> None:
    one = failing(4)
    assert one
    well = lasting.after(one, NEW, Heard(204, {}), NOW + 9, 0.5)
    assert well == ONE._replace(got=NEW, got_at=NOW + 9, tried_at=NOW + 9)
    assert not lasting.is_open(well, NEW, NOW + 10)
    assert lasting.is_open(well, NEWER, NOW + 10)


def test_gone_ends_it_and_nothing_else_does() -> None:
    assert lasting.after(ONE, NEW, Heard(410, {}), NOW, 0.5) is None
    for status in (100, 199, 300, 301, 307, 400, 401, 404, 409, 429, 500, 503, 999):
        one: Subscription | None = ONE
        for _ in range(50):
            assert one
            one = lasting.after(one, NEW, Heard(status, {}), NOW, 0.5)
        assert one
        assert (one.got, one.failures, one.status) == (OLD, 50, status)
        assert one.told


def test_the_cloud_lets_go_of_whom_it_could_not_tell_three_times() -> None:
    for way in (Way.CLOUD, Way.CLOUD_RPC):
        assert failing(2, way=way)
        assert failing(3, way=way) is None
    assert lasting.after(ONE._replace(way=Way.CLOUD_RPC), NEW, Heard(200, {}, b"<fault>"), NOW, 0.5) != ONE


@pytest.mark.parametrize(("failures", "wait"), list(enumerate(due.SCHEDULE, 1)))
def test_the_same_is_tried_by_the_schedule(failures: int, wait: int) -> None:
    one = failing(failures)
    assert one
    assert not lasting.is_open(one, NEW, NOW + wait - 1)
    assert lasting.is_open(one, NEW, NOW + wait)


@pytest.mark.parametrize(("failures", "wait"), [(1, 15), (2, 60), (3, 3600), (9, 3600)])
def test_something_new_is_tried_sooner(failures: int, wait: int) -> None:
    one = failing(failures)
    assert one
    wait = min(wait, due.delay(failures, 0.5))
    assert not lasting.is_open(one, NEWER, NOW + wait - 1)
    assert lasting.is_open(one, NEWER, NOW + wait)


def test_who_asks_to_be_left_alone_is_for_a_day_at_most() -> None:
    one = lasting.after(ONE, NEW, Heard(429, {"retry-after": "7200"}), NOW, 0.5)
    assert one
    assert one.due == NOW + 7200
    one = lasting.after(ONE, NEW, Heard(429, {"retry-after": "99999999"}), NOW, 0.5)
    assert one
    assert one.due == NOW + 86_400


def test_by_a_clock_that_went_back_nobody_is_forgotten() -> None:
    one = failing(9)
    assert one
    assert lasting.is_open(one, NEW, NOW - 10**8)


def test_leases_end_only_by_a_clock_that_agrees_for_an_hour() -> None:
    leases = lasting.Leases(NOW, 0.0)
    assert not leases.may_end(NOW + 3599, 3599.0)
    assert leases.may_end(NOW + 3600, 3600.0)
    year = 365 * 86_400
    assert not leases.may_end(NOW + 3601 + year, 3601.0)
    assert not leases.may_end(NOW + 7200 + year, 7200.0)
    assert leases.may_end(NOW + 7201 + year, 7201.0)
    assert not leases.may_end(NOW + 7300, 7300.0)
    assert leases.may_end(NOW + 7300 + 3600, 7300.0 + 3600)


def test_slowly_corrected_clocks_are_no_leap() -> None:
    leases = lasting.Leases(NOW, 0.0)
    assert leases.may_end(NOW + 3600 + 299, 3600.0)
