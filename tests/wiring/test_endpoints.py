"""`[endpoints]` and `[ping]` become endpoints, or sentences that say what to do."""

from __future__ import annotations

from typing import Any

import pytest

from syndicate.delivery.services import SERVICES
from syndicate.errors import ConfigurationError
from syndicate.model.delivery import Endpoint
from syndicate.settings import Layer, Settings, load
from syndicate.wiring._endpoints import endpoints

HOOK = {"kind": "webhook", "url": "https://hook.example/in"}
SITE = "https://example.org"


def settings(tables: dict[str, Any], **more: Any) -> Settings:
    return load([Layer("test", {"endpoints": tables, **more})])[0]


def made(tables: dict[str, Any], base_url: str = f"{SITE}/feeds/", **more: Any) -> tuple[Endpoint, ...]:
    return endpoints(settings(tables, **more), SITE, base_url)


def mistakes(tables: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        made(tables, **more)
    return raised.value.mistakes


def test_a_preset_says_all_that_there_is_to_say() -> None:
    assert made({"one": {"preset": "google"}}) == (
        Endpoint("one", "websub", "https://pubsubhubbub.appspot.com/", interval=10, pace=0.5, at_once=20),
    )
    assert made({"one": {"preset": "pingomatic"}})[0].method == "extendedPing"


@pytest.mark.parametrize("name", SERVICES)
def test_every_preset_is_sound(name: str) -> None:
    key = {"key": "0123456789abcdef"} if SERVICES[name].kind == "indexnow" else {}
    (endpoint,) = made({"one": {"preset": name, **key}})
    assert endpoint.url == SERVICES[name].url and endpoint.at_once >= 1


def test_what_is_said_stands_before_what_a_preset_or_a_kind_says() -> None:
    (endpoint,) = made(
        {
            "own": {
                "preset": "superfeedr",
                "url": "https://ferry.superfeedr.com/",
                "every": "2m",
                "feeds": ["site", "tag:*"],
            }
        }
    )
    assert endpoint.url == "https://ferry.superfeedr.com/" and endpoint.interval == 120 and endpoint.at_once == 1
    assert endpoint.concerns("tag:x") and not endpoint.concerns("category:x")
    assert made({"a": {"kind": "xmlrpc", "url": "https://rpc.example/", "method": "ping"}})[0].method == "ping"
    assert made({"a": {"kind": "xmlrpc", "url": "https://rpc.example/", "every": "1s"}})[0].interval == 1
    assert made({"a": {"kind": "xmlrpc", "url": "https://rpc.example/"}})[0].interval == 300


def test_nobody_is_told_who_is_off_and_order_is_that_of_the_settings() -> None:
    assert made({"b": HOOK, "off": {"preset": "nonsense", "on": False}, "a": {"preset": "google"}})[0].name == "b"
    assert made({"off": {"on": False}}) == () == made({})


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (f"{SITE}/feeds/", f"{SITE}/0123456789abcdef.txt"),
        (f"{SITE}/", f"{SITE}/0123456789abcdef.txt"),
        ("https://feeds.example/", f"{SITE}/0123456789abcdef.txt"),
    ],
)
def test_the_file_of_a_key_belongs_to_the_address_of_the_site(base_url: str, expected: str) -> None:
    one = {"one": {"preset": "bing", "key": "0123456789abcdef"}}
    assert made(one, base_url)[0].key_url == expected
    above = endpoints(settings(one), f"{SITE}/blog", f"{SITE}/")
    assert above[0].key_url == f"{SITE}/0123456789abcdef.txt"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({}, "kind: it is not said how it is spoken to"),
        ({"url": "https://x.example/"}, "kind: it is not said how it is spoken to"),
        ({"kind": "websub"}, "url: it is not said where it is"),
        ({"preset": "gogle"}, 'preset: "gogle" is no preset; did you mean "google"?'),
        ({"preset": "zzzzz"}, "write one of google, superfeedr"),
        ({"preset": "google", "kind": "webhook"}, 'kind: "google" is of the kind "websub"; leave kind out'),
        ({"preset": "pingomatic", "every": "1m"}, "every: pingomatic is to be told of a feed once in 5m"),
        ({"preset": "google", "key": "0123456789"}, 'key: is for the kind "indexnow", this is of the kind "websub"'),
        ({"preset": "google", "secret": "planted"}, 'secret: is for the kind "webhook"'),
        ({"preset": "google", "method": "ping"}, 'method: is for the kind "xmlrpc"'),
        ({"preset": "indexnow"}, "key: IndexNow needs one"),
        ({"preset": "indexnow", "key": "planted"}, "key: is none of IndexNow"),
        ({"preset": "indexnow", "key": "planted key"}, "key: is none of IndexNow"),
        ({"preset": "indexnow", "key": "a" * 129}, "key: is none of IndexNow"),
        ({**HOOK, "secret": "planted"}, "secret: the secret is not whsec_ with base64 behind it; write whsec_"),
        ({**HOOK, "secret": "whsec_cGxhbnRlZA=="}, "secret: the secret has 7 bytes; write whsec_"),
        ({"kind": "websub", "url": "http://127.0.0.1:8080/"}, 'ping.private = ["127.0.0.1"]'),
        ({"kind": "websub", "url": "http://localhost:8080/"}, 'ping.private = ["127.0.0.1"]'),
        ({"kind": "websub", "url": "http://2130706433/"}, 'ping.private = ["127.0.0.1"]'),
        ({"kind": "websub", "url": "http://[::1]/"}, 'ping.private = ["::1"]'),
        ({"kind": "websub", "url": "http://10.1.2.3/"}, "10.1.2.3 is no public address"),
        ({"kind": "websub", "url": "http://169.254.169.254/"}, "169.254.169.254 is no public address"),
        ({"kind": "websub", "url": "https://hub.example:25/"}, "port 25"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(table: dict[str, Any], expected: str) -> None:
    (mistake,) = mistakes({"one": table})
    assert mistake.startswith("endpoints.one.") and expected in mistake
    assert "planted" not in mistake and "cGxh" not in mistake


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes({"a": {}, "b": {"kind": "websub"}, "c": HOOK})
    assert [each.split(":")[0] for each in found] == ["endpoints.a.kind", "endpoints.b.url"]


def test_a_network_that_is_listed_may_be_pinged() -> None:
    inside = {"kind": "websub", "url": "http://127.0.0.1:8080/"}
    assert made({"one": inside}, ping={"private": ["127.0.0.0/8"]})
    assert mistakes({"one": inside}, ping={"private": ["10.0.0.0/8"]})


def test_nobody_is_told_twice() -> None:
    assert mistakes({"a": {"preset": "google"}, "b": {"kind": "websub", "url": SERVICES["google"].url}}) == [
        "endpoints.b.url: is that of endpoints.a, too; keep one of them"
    ]
    keyed = {"key": "0123456789abcdef"}
    (mistake,) = mistakes({"a": {"preset": "bing", **keyed}, "b": {"preset": "yandex", **keyed}})
    assert mistake.startswith("endpoints.b.preset: search engines of IndexNow tell each other, and endpoints.a is one")
    assert (
        len(made({"a": {"preset": "bing", **keyed}, "b": {"kind": "indexnow", "url": "https://x.example/", **keyed}}))
        == 2
    )


def test_a_kind_needs_a_document_that_there_is() -> None:
    (mistake,) = mistakes({"a": {"preset": "rsscloud"}}, feed={"formats": ["atom", "json"]})
    assert "is told of rss, and feed.formats has none of it" in mistake
    assert made({"a": {"preset": "bing", "key": "0123456789abcdef"}}, feed={"formats": ["json"]})
