"""What subscribers are sent, byte for byte."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest

from syndicate.delivery import letters
from syndicate.delivery.letters import Edition, place
from syndicate.model.hub import Asked, Subscription, Way

TOPIC = "https://example.org/feeds/site.xml"
EDITION = Edition(TOPIC, b"d", b"<rss>\xff\x00</rss>", "application/rss+xml; charset=utf-8")
HUB = "https://example.org/feeds/hub"


def sent(subscription: Subscription) -> tuple[list[str], bytes]:
    data = letters.parcel(place(subscription.callback), "Us (1)", subscription, EDITION, HUB)
    head, _, body = data.partition(b"\r\n\r\n")
    return head.decode("ascii").split("\r\n"), body


def subscription(**more: str) -> Subscription:
    return Subscription(
        1, Way(more.pop("way", "websub")), TOPIC, more.pop("callback", "http://a.example/c"), 0, 9, **more
    )


@pytest.mark.parametrize(
    ("url", "host", "port", "authority", "target"),
    [
        ("http://a.example", "a.example", 80, "a.example", "/"),
        ("http://a.example/", "a.example", 80, "a.example", "/"),
        ("http://a.example?x=1", "a.example", 80, "a.example", "/?x=1"),
        ("http://A.example:8080/b?", "a.example", 8080, "a.example:8080", "/b?"),
        ("https://a.example:443/%e4%2F?q=%20+&q#frag", "a.example", 443, "a.example", "/%e4%2F?q=%20+&q"),
        ("http://[::1]:81/", "::1", 81, "[::1]:81", "/"),
        ("http://a.example/ä?ö", "a.example", 80, "a.example", "/%C3%A4?%C3%B6"),
        ("http://bücher.example/", "xn--bcher-kva.example", 80, "xn--bcher-kva.example", "/"),
        ("http://user@a.example/", "a.example", 80, "a.example", "/"),
        ("http://a.example//b/../c", "a.example", 80, "a.example", "//b/../c"),
    ],
)
def test_an_address_goes_on_the_wire_as_it_was_given(
    url: str, host: str, port: int, authority: str, target: str
) -> None:
    assert place(url)[1:] == (host, port, authority, target)


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "http://", "http:///x", "http://[::1/", "http://a:x/"])
def test_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        place(url)


def test_a_document_is_sent_byte_for_byte_with_its_type_and_both_links() -> None:
    head, body = sent(subscription(callback="http://a.example/c?hub.topic=x&b"))
    assert body == EDITION.body
    assert head == [
        "POST /c?hub.topic=x&b HTTP/1.1",
        "Host: a.example",
        "User-Agent: Us (1)",
        "Content-Type: application/rss+xml; charset=utf-8",
        f'Link: <{HUB}>; rel="hub", <{TOPIC}>; rel="self"',
        f"Content-Length: {len(EDITION.body)}",
        "Connection: close",
    ]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", ""])
def test_it_is_signed_by_the_secret_as_was_asked(method: str) -> None:
    head, body = sent(subscription(secret="gehéim", signature=method))
    name = method or "sha256"
    right = hmac.new("gehéim".encode(), body, getattr(hashlib, name)).hexdigest()
    assert f"X-Hub-Signature: {name}={right}" in head


def test_without_a_secret_nothing_is_signed() -> None:
    assert not [line for line in sent(subscription(signature="sha512"))[0] if "Signature" in line]


def test_what_is_said_in_a_head_ends_no_line() -> None:
    edition = EDITION._replace(topic='https://example.org/a\r\nX: y<">ä')
    data = letters.parcel(place("http://a.example/"), "a\r\nb", subscription(), edition, HUB)
    head = data.partition(b"\r\n\r\n")[0]
    assert b"\r\nX:" not in head
    assert b"\r\nb" not in head
    assert head.count(b"<") == head.count(b">") == 2


def test_rsscloud_is_told_the_address_alone() -> None:
    head, body = sent(subscription(way="cloud", secret="x"))
    assert body == b"url=https%3A%2F%2Fexample.org%2Ffeeds%2Fsite.xml"
    assert "Content-Type: application/x-www-form-urlencoded" in head
    assert not [line for line in head if line.startswith(("Link", "X-Hub"))]


def test_rsscloud_by_xml_rpc_calls_the_procedure() -> None:
    from xmlrpc.client import loads

    head, body = sent(subscription(way="cloud-rpc", procedure="a<b>.c"))
    assert loads(body) == ((TOPIC,), "a<b>.c")
    assert "Content-Type: text/xml; charset=utf-8" in head


@pytest.mark.parametrize(
    ("callback", "begins"),
    [
        ("http://a.example/c", "http://a.example/c?hub.mode="),
        ("http://a.example/c?", "http://a.example/c?hub.mode="),
        ("http://a.example/c?hub.mode=x&%C3%a4=+", "http://a.example/c?hub.mode=x&%C3%a4=+&hub.mode="),
        ("http://a.example/c?x&", "http://a.example/c?x&hub.mode="),
        ("http://a.example/c#frag", "http://a.example/c?hub.mode="),
    ],
)
def test_a_question_keeps_what_stands_in_the_callback(callback: str, begins: str) -> None:
    assert letters.verification(Asked(Way.WEBSUB, TOPIC, callback, lease=7), "c").startswith(begins)


def test_the_questions_of_the_hub() -> None:
    asked = Asked(Way.WEBSUB, TOPIC, "http://a.example/c", lease=300)
    query = parse_qs(urlsplit(letters.verification(asked, "c-1")).query)
    assert query == {
        "hub.mode": ["subscribe"],
        "hub.topic": [TOPIC],
        "hub.challenge": ["c-1"],
        "hub.lease_seconds": ["300"],
    }
    query = parse_qs(urlsplit(letters.verification(asked._replace(subscribe=False), "c-2")).query)
    assert query == {"hub.mode": ["unsubscribe"], "hub.topic": [TOPIC], "hub.challenge": ["c-2"]}
    query = parse_qs(urlsplit(letters.denial(asked._replace(denied="no such topic"))).query)
    assert query == {"hub.mode": ["denied"], "hub.topic": [TOPIC], "hub.reason": ["no such topic"]}
    query = parse_qs(urlsplit(letters.verification(asked._replace(way=Way.CLOUD), "c-3")).query)
    assert query == {"url": [TOPIC], "challenge": ["c-3"]}
