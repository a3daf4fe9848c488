"""IRI → URI."""

from __future__ import annotations

import pytest

from syndicate.feeds.formats._uri import is_web, uri

ALREADY = [
    "",
    "https://news.example/",
    "HTTP://News.Example:80/a/../b;c?d=%e6&e=1/2?3#f",
    "https://user:pass@news.example:8080/@name/(x)",
    "https://[2001:db8::1]:8080/a",
    "tag:news.example,2025:a/b",
    "urn:uuid:6f1e2d3c-0000-4000-8000-000000000001",
    "mailto:ann@news.example",
    "1234",
]


@pytest.mark.parametrize("address", ALREADY)
def test_what_is_a_uri_stays_letter_by_letter(address: str) -> None:
    assert uri(address) == address


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://h.example/一 二", "https://h.example/%E4%B8%80%20%E4%BA%8C"),
        ("https://h.example/100%/%zz/%41", "https://h.example/100%25/%25zz/%41"),
        ("https://h.example/a[1]|b", "https://h.example/a%5B1%5D%7Cb"),
        ('https://h.example/"<>\\^`{}', "https://h.example/%22%3C%3E%5C%5E%60%7B%7D"),
        ("https://h.example/a#b#c", "https://h.example/a#b%23c"),
        (" https://h.example/a\n\tb ", "https://h.example/ab"),
        ("https://例子.测试:8080/", "https://xn--fsqu00a.xn--0zwm56d:8080/"),
        ("https://é@例子.测试/?q=é", "https://%C3%A9@xn--fsqu00a.xn--0zwm56d/?q=%C3%A9"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://a..例/", "https://a..%E4%BE%8B/"),
        ("https://[not an address]/", "https://%5Bnot%20an%20address%5D/"),
        ("tag:例子,2025:一", "tag:%E4%BE%8B%E5%AD%90,2025:%E4%B8%80"),
        ("an id", "an%20id"),
    ],
)
def test_what_is_not_is_encoded_once(written: str, meant: str) -> None:
    assert uri(written) == meant
    assert uri(meant) == meant


@pytest.mark.parametrize(
    ("address", "web"),
    [
        ("https://h.example", True),
        ("HTTP://h.example/", True),
        ("https:///a", False),
        ("https:", False),
        ("//h.example/", False),
        ("/a", False),
        ("ftp://h.example/", False),
        ("javascript:https://h.example/", False),
    ],
)
def test_the_web_is_http_and_https(address: str, web: bool) -> None:
    assert is_web(address) is web
