"""The contract of notifiers, run over every member."""

from __future__ import annotations

import inspect
import re
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery.notifiers import Notifier
from syndicate.model.delivery import Endpoint, Outcome, Receipt, Request, Topic
from syndicate.plugins import find, names
from syndicate.settings import EndpointOptions

NOW = 1_780_000_000
SECRET = "whsec_cGxhbnRlZC1wbGFudGVkLXBsYW50ZWQtcGxhbnRlZA=="
HOSTILE = "\x00\x1b[31m\ud800\ufffe\r\nX-Planted: 1\r\n<]]>&\u202e" + "é" * 2_000


def an_endpoint(notifier: Notifier, **more: Any) -> Endpoint:
    """One whose secrets are all that holds the word `planted`."""
    known = {"secret": SECRET, "key": "planted-key", "key_url": "https://example.org/planted-key.txt"}
    return Endpoint("one", notifier.name, "https://receiver.example/in", **{**known, **more})


def a_topic(number: int = 0, **more: Any) -> Topic:
    known = {"digest": b"d" * 16, "feed": "site", "format": "rss", "title": "The Ferry", "home": "https://example.org/"}
    return Topic(f"https://example.org/{number}", **{**known, **more})


@pytest.fixture(params=names("notifiers"))
def notifier(request: pytest.FixtureRequest) -> Notifier:
    """Every notifier that can be found."""
    member: Notifier = find("notifiers", request.param)()
    return member


def test_it_says_what_it_is(notifier: Notifier) -> None:
    assert find("notifiers", notifier.name) is type(notifier)
    assert EndpointOptions(kind=notifier.name).kind == notifier.name
    assert set(notifier.formats) <= {"rss", "atom", "json"} and isinstance(notifier.each, bool)
    assert notifier.at_once >= 1 and notifier.interval >= 0 and notifier.pace >= 0


def test_it_has_the_methods_of_the_contract_and_keeps_nothing(notifier: Notifier) -> None:
    for method in ("request", "receipt"):
        expected, own = inspect.signature(getattr(Notifier, method)), inspect.signature(getattr(type(notifier), method))
        assert own == expected
    assert not vars(notifier)


def sound(request: Request) -> bool:
    names_and_values = [*request.headers.keys(), *request.headers.values()]
    return (
        isinstance(request.body, bytes)
        and all(each.isascii() and each.isprintable() for each in names_and_values)
        and "Content-Type" in request.headers
        and "User-Agent" not in request.headers
    )


def test_one_topic_and_as_many_as_it_takes(notifier: Notifier) -> None:
    endpoint = an_endpoint(notifier)
    for count in {1, notifier.at_once}:
        topics = [a_topic(number) for number in range(count)]
        request = notifier.request(endpoint, topics, NOW)
        assert request.url == endpoint.url and sound(request)
        assert {topic.url for topic in topics} <= addresses(request.body)
        assert request == notifier.request(endpoint, topics, NOW)


def addresses(body: bytes) -> set[str]:
    """All addresses in a body, however it writes them."""
    return set(re.findall(r"https?://[^\s<>\"&]+", unquote_plus(body.decode("utf-8"))))


def test_it_takes_any_text(notifier: Notifier) -> None:
    topic = a_topic(title=HOSTILE, home=HOSTILE, feed=HOSTILE)._replace(url=f"https://example.org/{HOSTILE}")
    for url in (topic.url, "", "https://[", "urn:x"):
        for now in (0, NOW, 10**18, -5):
            request = notifier.request(an_endpoint(notifier, secret=""), [topic._replace(url=url)], now)
            assert sound(request)
            request.body.decode("utf-8")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, Outcome.BUSY), (503, Outcome.BUSY), (500, Outcome.BUSY), (408, Outcome.BUSY), (425, Outcome.BUSY)]
    + [(status, Outcome.REFUSED) for status in (301, 302, 307, 400, 401, 403, 404, 405, 413, 422)]
    + [(410, Outcome.OFF)],
)
def test_statuses_mean_the_same_everywhere(notifier: Notifier, status: int, outcome: Outcome) -> None:
    headers = {"retry-after": "77", "location": "http://127.0.0.1/"}
    receipt = notifier.receipt(an_endpoint(notifier), status, headers, b"<html>", NOW)
    assert (receipt.outcome, receipt.status) == (outcome, status)
    assert receipt.wait == (77 if outcome is Outcome.BUSY else None)


def is_sound(receipt: Receipt) -> bool:
    told = receipt.told
    return (
        (told == "") == (receipt.outcome is Outcome.TAKEN)
        and "planted" not in told
        and SECRET[6:] not in told
        and told.isprintable()
        and len(told) < 600
        and (receipt.wait is None or 0 <= receipt.wait <= 86_400)
    )


_TEXT = st.one_of(st.text(), st.sampled_from(["planted-key", SECRET, "Mon, 01 Jan 2024 00:00:00 GMT", "9" * 99, "-1"]))
_HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "location", "content-type", "x"]), _TEXT)
_PIECES = st.sampled_from(
    "<methodResponse> </methodResponse> <params> <param> <value> </value> <struct> </struct> <member> </member> <name>"
    " </name> flerror message 1 <fault> </fault> faultString <result success='false' msg=' '/> { } [ ]"
    ' "success" : false planted-key \x00 \x1b &amp; &x; <!DOCTYPE'.split(" ")
)
_BODIES = st.one_of(st.binary(), st.lists(_PIECES).map(lambda pieces: "".join(pieces).encode()))


@given(status=st.integers(-1, 1000), headers=_HEADERS, body=_BODIES, now=st.integers(0, 2**40))
def test_it_judges_anything(status: int, headers: dict[str, str], body: bytes, now: int) -> None:
    for name in names("notifiers"):
        notifier: Notifier = find("notifiers", name)()
        receipt = notifier.receipt(an_endpoint(notifier), status, headers, body, now)
        assert is_sound(receipt) and receipt.status == status


@pytest.mark.parametrize(
    "piece", [b"<a>", b"<struct><member><name>flerror</name>", b"[", b"<a b='", b"&#x41;", b"\xff"]
)
def test_it_judges_as_much_as_the_client_reads(notifier: Notifier, piece: bytes) -> None:
    body = piece * (65_536 // len(piece))
    assert is_sound(notifier.receipt(an_endpoint(notifier), 200, {}, body, NOW))
