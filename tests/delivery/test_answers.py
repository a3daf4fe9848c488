"""What statuses mean, and how long a receiver asks to be left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery._answers import LONGEST_WAIT, asked_wait, judged
from syndicate.model.delivery import Endpoint, Outcome

CASES = Path(__file__).parent.parent / "cases" / "answers"
NOW = 784_111_777  # Sun, 06 Nov 1994 08:49:37 GMT
HUB = Endpoint("hub", "websub", "https://hub.example/", secret="planted-secret", key="planted-key")


def told(status: int, body: bytes = b"", **headers: str) -> str:
    return judged(HUB, status, {name.replace("_", "-"): text for name, text in headers.items()}, body, NOW).told


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.TAKEN, [200, 201, 202, 204, 207, 299]),
        (Outcome.BUSY, [408, 425, 429, 500, 501, 502, 503, 504, 520, 599]),
        (Outcome.REFUSED, [100, 199, 300, 301, 302, 304, 307, 308, 399, 400, 401, 403, 404, 405, 409, 413, 422, 499]),
        (Outcome.REFUSED, [600, 999, 0, -1]),
        (Outcome.OFF, [410]),
    ],
)
def test_every_status_has_its_meaning(outcome: Outcome, statuses: list[int]) -> None:
    for status in statuses:
        receipt = judged(HUB, status, {}, b"", NOW)
        assert (receipt.outcome, receipt.status) == (outcome, status)
        assert bool(receipt.told) == (outcome is not Outcome.TAKEN)


def waits() -> list[list[str]]:
    lines = (CASES / "retry-after.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(("asked", "date", "expected"), waits())
def test_retry_after(asked: str, date: str, expected: str) -> None:
    headers = {"retry-after": asked} | ({"date": date} if date else {})
    assert asked_wait(headers, NOW) == (None if expected == "none" else int(expected))
    busy = judged(HUB, 503, headers, b"", NOW)
    assert busy.wait == asked_wait(headers, NOW)
    assert ("left alone" in busy.told) == (busy.wait is not None)


def test_nobody_is_left_alone_for_longer_than_a_day() -> None:
    assert LONGEST_WAIT == 86_400
    assert asked_wait({}, NOW) is None
    assert asked_wait({"retry-after": "9" * 100_000}, NOW) == LONGEST_WAIT
    assert asked_wait({"retry-after": "Sun, " * 100_000}, NOW) is None


def test_a_redirect_is_shown_and_not_followed() -> None:
    said = told(302, location="http://169.254.169.254/latest/")
    assert "302 (Found)" in said and "http://169.254.169.254/latest/" in said and "correct its url" in said
    assert "nowhere" in told(301)


def test_a_reason_in_plain_text_is_told_and_a_page_is_not() -> None:
    assert 'says "no such\\ttopic"' not in told(400, b"no such\ttopic\n")
    assert 'says "no such topic"' in told(400, b"no such\ttopic\n", content_type="text/plain; charset=utf-8")
    assert "<html>" not in told(400, b"<html>No</html>", content_type="text/html")
    long = told(400, b"word " * 10_000)
    assert len(long) < 400 and "…" in long
    assert "\x1b" not in told(404, b"\x1b[31mred\x00\xff")


def test_what_is_secret_is_told_to_nobody() -> None:
    assert "planted" not in told(400, b"bad planted-secret and planted-key")
    assert "planted" not in told(302, location="https://other.example/?planted-key")
