"""The hub and the cloud as they are spoken to, without a network: what is posted, answered and written down."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery.guard import Guard, networks
from syndicate.errors import StateError
from syndicate.index.subscribers import Limits, Subscribers
from syndicate.model.hub import Subscription, Way
from syndicate.server import Place, Request, Response
from syndicate.server.cloud import Cloud
from syndicate.server.forms import LARGEST
from syndicate.server.hub import Desk, Hub, Terms, granted
from syndicate.server.manners import Manners
from tests.growth import is_linear

CASES = Path(__file__).parents[1] / "cases" / "hub"
REQUESTS = tomllib.loads((CASES / "requests.toml").read_text("utf-8"))["request"]
REGISTRATIONS = tomllib.loads((CASES / "registrations.toml").read_text("utf-8"))["registration"]
TOPIC, CALLBACK = "https://example.org/feeds/rss.xml", "https://reader.example/cb?id=1"
OURS = {TOPIC, "https://example.org/feeds/atom.xml"}
ENTRIES = b"what is in them."
CLIENT, NOW = "193.0.7.7", 1_800_000_000
FORM = "application/x-www-form-urlencoded"
SUBSCRIBE = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK}
REGISTER = {"protocol": "http-post", "port": "8000", "path": "/cb", "url1": TOPIC, "domain": "reader.example"}


class Office:
    """A hub, a cloud and what they wrote down."""

    def __init__(self, path: str, limits: Limits = Limits(), topics: Collection[str] = OURS) -> None:  # noqa: B008
        self.store, self.topics, self.woken = Subscribers(path), topics, 0
        guard = Guard(listed=networks("10.0.0.0/8"))
        desk = Desk(self.store, self._ours, guard, Manners(0, 600), limits, self._wake)
        self.hub, self.cloud = Hub(desk), Cloud(desk)

    def _ours(self, addresses: Collection[str]) -> dict[str, bytes]:
        return dict.fromkeys(addresses, ENTRIES) if set(addresses) <= set(self.topics) else {}

    def _wake(self) -> None:
        self.woken += 1

    def written(self) -> list[dict[str, Any]]:
        return [each._asdict() for each in self.store.asked(99)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(str(tmp_path / "hub"))
    yield office
    office.store.close()


def post(
    place: Place, fields: dict[str, str] | bytes, kind: str = FORM, client: str = CLIENT, now: float = NOW
) -> Response:
    body = fields if isinstance(fields, bytes) else urlencode({k: v for k, v in fields.items() if v}).encode()
    headers = [(b"content-type", kind.encode())] if kind else []
    return place.answer(Request("POST", b"/feeds/hub", b"", headers, client, body, now))


def said(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def header(response: Response, name: bytes) -> bytes:
    return dict(response.headers).get(name, b"")


@pytest.mark.parametrize("case", REQUESTS, ids=[case["name"] for case in REQUESTS])
def test_requests_are_judged_and_written_down(office: Office, case: dict[str, Any]) -> None:
    fields: dict[str, str] | bytes = {**SUBSCRIBE, **case.get("set", {})}
    if isinstance(fields, dict) and "secret" in case:
        fields["hub.secret"] = "s" * case["secret"]
    if isinstance(fields, dict) and "long" in case:
        fields[case["long"]] += "x" * 10_000
    answer = post(office.hub, case["body"].encode() if "body" in case else fields, case.get("type", FORM))
    assert answer.status == case["status"], said(answer)
    assert case.get("says", "") in said(answer)
    assert header(answer, b"content-type") == b"text/plain; charset=utf-8"
    assert header(answer, b"x-content-type-options") == b"nosniff"
    assert bool(office.woken) is (answer.status == 202)
    written = office.written()
    if "asked" in case:
        usual = {"way": Way.WEBSUB, "topic": TOPIC, "at": NOW, "denied": ""}
        assert len(written) == 1
        assert written[0] | usual | case["asked"] == written[0]
    else:
        assert not written


@pytest.mark.parametrize("case", REGISTRATIONS, ids=[case["name"] for case in REGISTRATIONS])
def test_registrations_are_judged_and_written_down(office: Office, case: dict[str, Any]) -> None:
    answer = post(office.cloud, {**REGISTER, **case.get("set", {})}, client=case.get("client", CLIENT))
    assert (answer.status, header(answer, b"content-type")) == (200, b"text/xml; charset=utf-8")
    result = ElementTree.fromstring(said(answer))
    assert (result.tag, result.get("success")) == ("notifyResult", str(case["success"]).lower()), said(answer)
    assert case.get("says", "") in result.get("msg", "")
    written = office.written()
    assert len(written) == (case.get("count", 1) if case["success"] else 0)
    for each in written:
        assert each | {"at": NOW, "subscribe": True, "lease": 90_000} | case.get("asked", {}) == each


def test_an_unsubscription_from_what_was_withdrawn_is_taken(office: Office) -> None:
    office.store.grant(Subscription(0, Way.WEBSUB, "https://example.org/gone", CALLBACK, NOW, NOW + 9))
    gone = SUBSCRIBE | {"hub.topic": "https://example.org/gone"}
    assert post(office.hub, gone).status == 403
    assert post(office.hub, gone | {"hub.mode": "unsubscribe"}).status == 202
    assert [each["subscribe"] for each in office.written()] == [False]


def test_an_address_asks_ten_times_a_minute(office: Office) -> None:
    answers = [post(office.hub, b"") for _ in range(11)]
    assert [each.status for each in answers] == [400] * 10 + [429]
    assert header(answers[-1], b"retry-after") == b"6"
    assert post(office.cloud, REGISTER).status == 429, "the hub and the cloud count together"
    assert post(office.hub, SUBSCRIBE, now=NOW + 6).status == 202
    assert post(office.hub, SUBSCRIBE, client="193.0.7.8").status == 202
    same = [post(office.hub, b"", client=f"2a00:1450:4001::{each}").status for each in range(1, 12)]
    assert same[-1] == 429, "who has a network counts as one"


def test_who_says_that_he_asks_for_many_may_not_ask_more_often(office: Office) -> None:
    many = (b"user-agent", b"Flood/1.0 (100 subscribers)")
    request = Request("POST", b"/hub", b"", [(b"content-type", FORM.encode()), many], CLIENT, b"", NOW)
    assert [office.hub.answer(request).status for _ in range(12)] == [400] * 10 + [429] * 2


def test_a_flood_from_everywhere_fills_no_more_than_there_is_room_for(tmp_path: Path) -> None:
    office = Office(str(tmp_path / "hub"), Limits(waiting=20, waiting_of_host=5))
    statuses = []
    for each in range(200):
        callback = f"https://victim.example/{each}" if each % 2 else f"https://reader{each}.example/"
        client = f"193.1.{each // 5}.7"
        statuses.append(post(office.hub, SUBSCRIBE | {"hub.callback": callback}, client=client).status)
    assert (statuses.count(202), set(statuses)) == (20, {202, 429, 503})
    assert sum("victim" in each["callback"] for each in office.written()) == 5
    refused = post(office.hub, SUBSCRIBE, client="193.2.0.1")
    assert (refused.status, header(refused, b"retry-after")) == (503, b"60")
    office.store.close()


def test_registrations_for_many_feeds_are_taken_all_or_none(tmp_path: Path) -> None:
    topics = [f"https://example.org/{each}" for each in range(6)]
    office = Office(str(tmp_path / "hub"), topics=topics)
    many = {f"url{each + 1}": topic for each, topic in enumerate(topics)}
    answer = post(office.cloud, REGISTER | many)
    assert answer.status == 429 and 'success="false"' in said(answer) and not office.written()
    assert 'success="true"' in said(post(office.cloud, REGISTER | many | {"url6": ""}))
    assert len(office.written()) == 5
    office.store.close()


def test_a_hub_that_is_full_says_so_but_takes_renewals(tmp_path: Path) -> None:
    office = Office(str(tmp_path / "hub"), Limits(subscriptions=1))
    office.store.grant(Subscription(0, Way.WEBSUB, TOPIC, CALLBACK, NOW, NOW + 9))
    assert post(office.hub, SUBSCRIBE).status == 202
    answer = post(office.hub, SUBSCRIBE | {"hub.callback": "https://another.example/"})
    assert (answer.status, header(answer, b"retry-after")) == (503, b"3600") and "no room" in said(answer)
    office.store.close()


def test_where_nothing_can_be_written_down_it_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "not yet"
    office = Office(str(folder / "hub"))
    for place, fields in ((office.hub, SUBSCRIBE), (office.cloud, REGISTER)):
        answer = post(place, fields)
        assert answer.status == 503 and header(answer, b"retry-after")
        assert str(tmp_path) not in said(answer)
    folder.mkdir()
    assert post(office.hub, SUBSCRIBE).status == 202
    office.store.close()


def test_where_it_cannot_be_seen_what_is_published_it_is_said(office: Office) -> None:
    def fails(_: Collection[str]) -> bool:
        raise StateError("/srv/secret/state: no such file")

    hub = Hub(Desk(office.store, fails, Guard(), Manners(0, 600)))
    answer = post(hub, SUBSCRIBE)
    assert answer.status == 503 and "/srv/secret" not in said(answer)


def test_nothing_in_an_answer_gives_a_secret_away(office: Office) -> None:
    secret = "hunter2 and so on"
    answers = [
        post(office.hub, SUBSCRIBE | {"hub.secret": secret, **more})
        for more in ({}, {"hub.mode": "x"}, {"hub.signature": "x"}, {"hub.callback": "x"}, {"hub.secret": secret * 20})
    ]
    assert [each.status for each in answers] == [202, 400, 400, 400, 400]
    assert secret not in "".join(said(each) for each in answers) + repr(office.store.asked(9))


def test_what_is_posted_is_bounded(office: Office) -> None:
    assert post(office.hub, b"a=1&" * 201).status == 400
    assert post(office.hub, b"x" * (LARGEST + 1)).status == 413
    assert post(office.hub, bytes(range(256)) * 8).status == 400
    assert not office.written()


NAMES = st.sampled_from(
    "hub.mode hub.topic hub.callback hub.secret hub.lease_seconds hub.signature hub.url "
    "protocol port path domain notifyProcedure url url1 url2 url99999".split()
)
VALUES = (
    st.sampled_from(
        ["subscribe", "unsubscribe", "publish", TOPIC, CALLBACK, "http-post", "xml-rpc", "80", "/", "[::1]"]
    )
    | st.text(max_size=40)
    | st.text("0123456789.+-", max_size=400)
    | st.text(":/@[]?#%.\\ x1", max_size=40).map("http://a".__add__)
)
BODIES = st.lists(st.tuples(NAMES, VALUES), max_size=8).map(
    lambda fields: urlencode(fields, errors="surrogatepass").encode()
) | st.binary(max_size=200)


@given(body=BODIES, client=st.sampled_from(["", "193.0.7.7", "::1", "fe80::1%eth0", "2a00::1"]))
def test_whatever_is_posted_is_answered_and_what_is_written_down_can_be_asked(body: bytes, client: str) -> None:
    office = Office(":memory:")
    for place in (office.hub, office.cloud):
        answer = post(place, body, client=client)
        assert answer.status in (200, 202, 400, 403)
        if place is office.cloud:
            ElementTree.fromstring(said(answer))
    for each in office.store.asked(99):
        assert not Guard(listed=networks("10.0.0.0/8")).refusal(each.callback)
        assert each.callback.isascii() and each.topic in OURS and 300 <= each.lease <= 2_592_000
    office.store.close()


def test_the_time_grows_no_faster_than_what_is_posted(office: Office) -> None:
    def work(size: int) -> None:
        for body in (b"&" * size, b"%" * size, b"hub.mode=" + b"+" * size, b"url1=x&" * (size // 7)):
            post(office.hub, body, client="")
            post(office.cloud, body, client="")
        for text in ("\n" * size, "1" * size, "1." * size, "-" * size):
            granted(text, Terms())

    assert is_linear(work, 2000)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("", 1000), ("600", 600), ("0600", 600), (" 600 ", 600), ("+600", 600), ("10", 300), ("2001", 2000),
        ("9" * 4000, 2000), ("-" + "9" * 4000, 300), ("1e3", 1000), ("\u0663\u0660\u0660", 1000), ("600.", 600),
        ("nan", 1000),
    ],
)  # fmt: skip
def test_leases_stay_between_the_shortest_and_the_longest(asked: str, seconds: int) -> None:
    assert granted(asked, Terms(lease=1000, longest=2000)) == seconds
