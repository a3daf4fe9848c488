"""What is new since a version, cut out of the whole."""

from __future__ import annotations

import pytest

from syndicate.index import Part
from syndicate.server.deltas import Versions, asks, headers_of, spliced


def keyed(letter: str) -> bytes:
    return letter.encode() * 16


def document(letters: str) -> tuple[bytes, list[Part]]:
    data, parts = b"<rss>", []
    for letter in letters:
        data += b"" if data == b"<rss>" else b"\n"
        parts.append(Part(ord(letter), keyed(letter), len(data), 3 + len(letter)))
        data += f"[{letter}].".encode()
    return data + b"</rss>", parts


@pytest.mark.parametrize(
    ("known", "left"),
    [("", "abcd"), ("bcd", "a"), ("bd", "ac"), ("abc", "d"), ("abcd", ""), ("xyz", "abcd"), ("ad", "bc")],
)
def test_what_is_known_is_left_out(known: str, left: str) -> None:
    data, parts = document("abcd")
    assert spliced(data, parts, frozenset(map(keyed, known))) == document(left)[0]


def test_documents_of_one_entry_and_of_none() -> None:
    for letters in ("", "a"):
        data, parts = document(letters)
        assert spliced(data, parts, frozenset()) == data
    assert spliced(*document("a"), frozenset((keyed("a"),))) == b"<rss></rss>"


@pytest.mark.parametrize(
    ("value", "does"),
    [
        (b"feed", True),
        (b"FEED", True),
        (b"vcdiff, feed, gzip", True),
        (b"feed;q=0.5", True),
        (b"feed ; q=1", True),
        (b"feed;q=0", False),
        (b"feed; q = 0.000", False),
        (b"feeds", False),
        (b"x-feed", False),
        (b"gzip", False),
        (b"", False),
        (None, False),
        (b"," * 1000 + b"feed", True),
    ],
)
def test_who_asks(value: bytes | None, does: bool) -> None:
    assert asks(value) is does


def test_what_is_remembered_has_bounds() -> None:
    _, parts = document("abcd")
    versions = Versions(most=10_000)
    for number in range(100):
        versions.keep("rss.xml", b"%d" % number, parts)
        assert versions.entries("rss.xml", b"0"), "what is asked for stays"
    there = [number for number in range(100) if versions.entries("rss.xml", b"%d" % number) is not None]
    assert 0 in there and 99 in there and 20 < len(there) < 40
    assert versions.entries("rss.xml", b"99") == frozenset(map(keyed, "abcd"))
    assert versions.entries("atom.xml", b"99") is None


def test_it_is_no_document_for_caches() -> None:
    whole = [
        (b"etag", b'"2"'),
        (b"vary", b"Accept-Encoding"),
        (b"cache-control", b"public, max-age=300"),
        (b"content-length", b"1000"),
        (b"link", b'<https://example.org/rss.xml>; rel="self"'),
    ]
    headers = dict(headers_of(whole, b'"1"', 300))
    assert headers == {
        b"etag": b'"2"',
        b"link": b'<https://example.org/rss.xml>; rel="self"',
        b"content-length": b"300",
        b"cache-control": b"no-store, im",
        b"vary": b"Accept-Encoding, A-IM, If-None-Match",
        b"im": b"feed",
        b"delta-base": b'"1"',
    }
    assert len(headers_of(whole, b'"1"', 300)) == len(headers)
