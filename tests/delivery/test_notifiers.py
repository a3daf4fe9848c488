"""What notifiers send, as those read it who receive it; and what their answers mean."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xmlrpc.server import SimpleXMLRPCDispatcher

import flask
import flask_websub.hub
import pytest

from syndicate.delivery.notifiers import Notifier
from syndicate.delivery.services import SERVICES
from syndicate.model.delivery import Endpoint, Outcome, Topic
from syndicate.plugins import find

CASES = Path(__file__).parent.parent / "cases" / "answers"
NOW = 1_780_000_000
URLS = ("https://example.org/feeds/rss.xml", "https://example.org/feeds/tag/%E9%87%91/rss.xml?a=1&b=2")
TOPICS = [Topic(url, b"d" * 16, "site", "rss", "Fähre & <Co> 渡", "https://example.org/") for url in URLS]


def a(kind: str) -> Notifier:
    notifier: Notifier = find("notifiers", kind)()
    return notifier


def endpoint(kind: str, **more: Any) -> Endpoint:
    return Endpoint("one", kind, "https://receiver.example/in", **more)


# -- WebSub


class Ordered:
    """Stands where Flask-WebSub has Celery's tasks: notes what is ordered."""

    def __init__(self) -> None:
        self.topics: list[str] = []

    def task(self, **_: Any) -> Any:
        return lambda function: self

    def delay(self, topic: str) -> None:
        self.topics.append(topic)


def test_a_hub_of_today_takes_the_topic() -> None:
    ordered = Ordered()
    app = flask.Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    app.register_blueprint(flask_websub.hub.Hub(None, ordered).build_blueprint("/planted"))
    for topic in TOPICS:
        request = a("websub").request(endpoint("websub"), [topic], NOW)
        answer = app.test_client().post("/planted", data=request.body, headers=dict(request.headers))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert answer.status_code == 202
        receipt = a("websub").receipt(endpoint("websub"), answer.status_code, headers, answer.data, NOW)
        assert receipt.outcome is Outcome.TAKEN
    assert ordered.topics == list(URLS)
    answer = app.test_client().post("/planted", data={"hub.mode": "publish"})
    receipt = a("websub").receipt(endpoint("websub"), answer.status_code, {}, answer.data, NOW)
    assert receipt.outcome is Outcome.REFUSED and "Missing form argument: hub.topic" in receipt.told


def test_hubs_old_and_new_find_every_topic_under_the_name_they_know() -> None:
    request = a("websub").request(endpoint("websub"), TOPICS, NOW)
    form = parse_qs(request.body.decode("ascii"), strict_parsing=True)
    assert form == {"hub.mode": ["publish"], "hub.url": list(URLS), "hub.topic": list(URLS)}
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_many_topics_share_a_request_only_where_the_hub_is_known_to_take_them() -> None:
    assert a("websub").at_once == 1
    assert {name for name, each in SERVICES.items() if each.kind == "websub" and each.at_once > 1} == {"google"}


# -- XML-RPC


class Aggregator(SimpleXMLRPCDispatcher):
    """The dispatcher of the standard library's server."""

    def __init__(self, answer: Any) -> None:
        super().__init__(allow_none=False, encoding="utf-8")
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.answer = answer

    def _dispatch(self, method: str, params: Any) -> Any:
        self.calls.append((method, tuple(params)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def take(self, body: bytes) -> bytes:
        return bytes(self._marshaled_dispatch(body))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"flerror": False, "message": "Thanks"}, Outcome.TAKEN),
        ({"flerror": 0, "message": "Thanks"}, Outcome.TAKEN),
        ({"flerror": True, "message": "Slow down"}, Outcome.REFUSED),
        (ValueError("no such method"), Outcome.REFUSED),
    ],
)
def test_a_server_of_xml_rpc_understands_both_calls(answer: Any, outcome: Outcome) -> None:
    site, home = TOPICS[0].title, "https://example.org/"
    for method, told in (("ping", (site, home)), ("extendedPing", (site, home, home, URLS[0]))):
        server, to = Aggregator(answer), endpoint("xmlrpc", method=method)
        request = a("xmlrpc").request(to, TOPICS[:1], NOW)
        receipt = a("xmlrpc").receipt(to, 200, {}, server.take(request.body), NOW)
        assert server.calls == [(f"weblogUpdates.{method}", told)]
        assert receipt.outcome is outcome
        assert request.headers["Content-Type"].startswith("text/xml")


def test_names_are_cut_and_a_feed_without_a_page_has_its_own_address() -> None:
    server = Aggregator({"flerror": False})
    topic = TOPICS[0]._replace(title="x\x00" * 5000, home="")
    server.take(a("xmlrpc").request(endpoint("xmlrpc"), [topic], NOW).body)
    assert server.calls[0][1] == ("x" * 1024, URLS[0], URLS[0], URLS[0])


def cases() -> Iterator[tuple[str, str, str, str]]:
    for kind in ("xmlrpc", "rsscloud"):
        for line in (CASES / kind / "expected.tsv").read_text("utf-8").splitlines():
            yield (kind, *line.split("\t"))  # type: ignore[misc]


def test_every_answer_has_its_meaning_written_down() -> None:
    files = {(path.parent.name, path.name) for path in CASES.glob("*/*") if path.name != "expected.tsv"}
    assert files == {(kind, name) for kind, name, *_ in cases()}


@pytest.mark.parametrize(("kind", "name", "outcome", "words"), list(cases()))
def test_answers(kind: str, name: str, outcome: str, words: str) -> None:
    body = (CASES / kind / name).read_bytes()
    receipt = a(kind).receipt(endpoint(kind), 200, {"content-type": "text/xml"}, body, NOW)
    assert receipt.outcome == outcome
    assert words in receipt.told


# -- rssCloud


def test_a_cloud_reads_the_address_of_the_feed() -> None:
    request = a("rsscloud").request(endpoint("rsscloud"), TOPICS[1:], NOW)
    assert parse_qs(request.body.decode("ascii"), strict_parsing=True) == {"url": [URLS[1]]}
    assert request.headers["Accept"] == "text/xml"


# -- IndexNow


def pages(*urls: str, key_url: str = "https://example.org/abcdefgh.txt") -> dict[str, Any]:
    to = endpoint("indexnow", key="abcdefgh", key_url=key_url)
    told: dict[str, Any] = json.loads(a("indexnow").request(to, [Topic(url, b"") for url in urls], NOW).body)
    return told


def test_pages_are_named_by_absolute_addresses_in_ascii() -> None:
    assert pages("https://example.org/a b/渡", "https://example.org/%E6%B8%A1?x=1#y") == {
        "host": "example.org",
        "key": "abcdefgh",
        "keyLocation": "https://example.org/abcdefgh.txt",
        "urlList": ["https://example.org/a%20b/%E6%B8%A1", "https://example.org/%E6%B8%A1?x=1#y"],
    }


def test_a_request_is_about_one_host() -> None:
    told = pages("https://other.example/a", "https://EXAMPLE.org/b", "https://example.org/b", "https://example.org/b")
    assert told["host"] == "example.org"
    assert told["urlList"] == ["https://EXAMPLE.org/b", "https://example.org/b"]
    assert pages("https://other.example/a", "https://third.example/b")["urlList"] == ["https://other.example/a"]
    assert "keyLocation" not in pages("https://example.org/", key_url="")


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (200, Outcome.TAKEN, ""),
        (202, Outcome.TAKEN, ""),
        (400, Outcome.REFUSED, "badly formed"),
        (403, Outcome.REFUSED, "does not accept the key"),
        (422, Outcome.REFUSED, "do not belong together"),
        (429, Outcome.BUSY, "429 (Too Many Requests)"),
    ],
)
def test_what_search_engines_answer(status: int, outcome: Outcome, words: str) -> None:
    to = endpoint("indexnow", key="abcdefgh", key_url="https://example.org/abcdefgh.txt")
    receipt = a("indexnow").receipt(to, status, {}, b"abcdefgh", NOW)
    assert receipt.outcome is outcome and words in receipt.told and "abcdefgh" not in receipt.told


# -- webhooks


def test_a_webhook_can_be_checked_and_read() -> None:
    key = bytes(range(32))
    to = endpoint("webhook", secret="whsec_" + base64.b64encode(key).decode())
    request = a("webhook").request(to, TOPICS[:1], NOW)
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    version, _, signature = request.headers["webhook-signature"].partition(",")
    assert version == "v1" and base64.b64decode(signature) == hmac.new(key, signed, hashlib.sha256).digest()
    assert json.loads(request.body) == {
        "type": "feed.updated",
        "timestamp": "2026-05-28T20:26:40Z",
        "data": {
            "feed": "site",
            "title": "Fähre & <Co> 渡",
            "url": URLS[0],
            "home": "https://example.org/",
            "digest": "64" * 16,
        },
    }
    assert "webhook-signature" not in a("webhook").request(to._replace(secret=""), TOPICS[:1], NOW).headers


def test_what_is_sent_again_is_known_by_its_id() -> None:
    def named(topic: Topic, now: int = NOW) -> str:
        return a("webhook").request(endpoint("webhook"), [topic], now).headers["webhook-id"]

    first = TOPICS[0]._replace(since=5)
    assert named(first) == named(first, NOW + 86_400)
    others = [TOPICS[1], first._replace(since=6), first._replace(digest=b"e" * 16)]
    assert len({named(first), *map(named, others)}) == 4


# -- services


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_spoken_to_by_a_kind_that_there_is(name: str) -> None:
    service = SERVICES[name]
    notifier = a(service.kind)
    assert service.url.startswith("https://") or name in {"blogs", "rsscloud"}
    assert service.interval >= (notifier.interval if service.kind == "xmlrpc" else 0)
