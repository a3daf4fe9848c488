"""What is new since a version, cut out of the whole."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from syndicate.index import Part
from syndicate.server.deltas import Versions, asks, headers_of, spliced
from tests.faults.site import DAY, NOW, Site
from tests.server.served import TAGS, a_site, application, here
from tests.serving import Answer, Ask


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
        (b"," * 990 + b"feed", True),
        (b"," * 30_000 + b"feed", False),
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


# what a reader gets, from a site that is built and served


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return a_site(tmp_path)


@pytest.fixture
def ask(site: Site) -> Iterator[Ask]:
    with application(site) as made:
        later = count(NOW)
        # the state is looked at a few times a second: each request comes a second later
        yield here(made, lambda: next(later))


def again(site: Site, at: int = NOW - 2 * DAY) -> None:
    """Build, and let it be long ago."""
    site.build()
    for path in site.out.rglob("*"):
        os.utime(path, (at, at))


def titles(answer: Answer) -> list[str]:
    """Of the entries, from a document that is whole and sound."""
    body = gzip.decompress(answer.body) if answer.header("content-encoding") == "gzip" else answer.body
    etree.fromstring(body)
    return [each.title for each in feedparser.parse(body).entries]


PATHS = ("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/tag/%E9%87%91%E8%9E%8D/rss.xml")


def test_what_is_new_alone(site: Site, ask: Ask) -> None:
    kinds = [(path, coding) for path in PATHS for coding in ("identity", "gzip")]
    before = {kind: _before(ask, *kind) for kind in kinds}
    site.post("new.md", title="New", date="2024-05-20", tags=TAGS)
    site.post("post-3.md", "Other words.", title="Post 3", date="2024-05-03 10:00:00", tags=TAGS)
    again(site)
    for kind, tag in before.items():
        _after(ask, *kind, tag)


def _before(ask: Ask, path: str, coding: str) -> str:
    lines = ["A-IM: feed", f"Accept-Encoding: {coding}"]
    before = ask("GET", path, lines)
    assert before.status == 200 and len(titles(before)) == 8 and before.header("im") is None
    tag = before.header("etag")
    assert ask("GET", path, [*lines, f"If-None-Match: {tag}"]).status == 304
    return str(tag)


def _after(ask: Ask, path: str, coding: str, tag: str) -> None:
    lines = ["A-IM: feed", f"Accept-Encoding: {coding}"]
    new = ask("GET", path, [*lines, f'If-None-Match: "x", W/{tag}'])
    whole = ask("GET", path, [f"Accept-Encoding: {coding}"])
    assert (new.status, titles(new)) == (226, ["New", "Post 3"])
    assert (whole.status, len(titles(whole))) == (200, 9)
    assert new.header("im") == "feed" and new.header("delta-base") == tag
    assert new.header("cache-control") == "no-store, im"
    assert {"a-im", "if-none-match", "accept-encoding"} <= set(re.split(", ", (new.header("vary") or "").lower()))
    assert new.header("content-length") == str(len(new.body))
    for name in ("etag", "content-type", "content-encoding", "last-modified", "link", "access-control-allow-origin"):
        assert new.header(name) == whole.header(name), name
    assert ask("GET", path, [*lines, f"If-None-Match: {new.header('etag')}"]).status == 304
    assert ask("GET", path, [*lines, f"If-None-Match: {tag}"]) == new, "the same again"


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ask, dict[str, str | None]]]:
    """A site with something new, and what was said of the version before."""
    site = a_site(tmp_path_factory.mktemp("site"))
    with application(site) as made:
        later = count(NOW)
        ask = here(made, lambda: next(later))
        first = ask("GET", "/feeds/rss.xml", ["A-IM: feed"])
        site.post("new.md", title="New", date="2024-05-20")
        again(site)
        yield ask, {"tag": first.header("etag"), "modified": first.header("last-modified")}


@pytest.mark.parametrize(
    ("method", "path", "lines", "status"),
    [
        ("GET", "/feeds/rss.xml", ["If-None-Match: {tag}"], 200),  # it does not ask for it
        ("GET", "/feeds/rss.xml", ["A-IM: gzip", "If-None-Match: {tag}"], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed;q=0", "If-None-Match: {tag}"], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed"], 200),  # it does not say what it has
        ("GET", "/feeds/rss.xml", ["A-IM: feed", "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", 'If-None-Match: "unknown"'], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", "If-None-Match: *"], 304),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", 'If-Match: "unknown"', "If-None-Match: {tag}"], 412),
        ("HEAD", "/feeds/rss.xml", ["A-IM: feed", "If-None-Match: {tag}"], 200),
        ("GET", "/feeds/atom.xml", ["A-IM: feed", "If-None-Match: {tag}"], 200),  # the tag is that of another document
        ("GET", "/feeds/feed.json", ["A-IM: feed", "If-None-Match: {tag}"], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", "If-None-Match: {tag}", "User-Agent: feedparser/6.0.10 +x"], 200),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", "If-None-Match: {tag}", "User-Agent: x feedparser/6.0.10"], 226),
        ("GET", "/feeds/rss.xml", ["A-IM: feed", "If-None-Match: {tag}", "If-Modified-Since: {modified}"], 226),
    ],
)
def test_who_gets_it(
    news: tuple[Ask, dict[str, str | None]], method: str, path: str, lines: list[str], status: int
) -> None:
    ask, words = news
    assert ask(method, path, [line.format(**words) for line in lines]).status == status


def test_a_part_that_is_no_shorter_is_none(site: Site, ask: Ask) -> None:
    tag = ask("GET", "/feeds/rss.xml", ["A-IM: feed"]).header("etag")
    for day in range(1, 9):
        site.post(f"post-{day}.md", "Other words.", title=f"Post {day}", date=f"2024-05-0{day} 10:00:00", tags=TAGS)
    again(site)
    answer = ask("GET", "/feeds/rss.xml", ["A-IM: feed", f"If-None-Match: {tag}"])
    assert answer.status == 200 and "no-store" not in (answer.header("cache-control") or "")


def test_what_went_is_not_sent_again(site: Site, ask: Ask) -> None:
    tag = ask("GET", "/feeds/rss.xml", ["A-IM: feed"]).header("etag")
    (site.content / "post-2.md").unlink()
    again(site)
    answer = ask("GET", "/feeds/rss.xml", ["A-IM: feed", f"If-None-Match: {tag}"])
    assert (answer.status, titles(answer)) == (226, [])


def test_a_document_that_the_index_does_not_know_is_sent_whole(site: Site, ask: Ask) -> None:
    tag = ask("GET", "/feeds/rss.xml", ["A-IM: feed"]).header("etag")
    path = site.out / "rss.xml"
    path.write_bytes(path.read_bytes().replace(b"Post 1", b"Poem 1"))
    answer = ask("GET", "/feeds/rss.xml", ["A-IM: feed", f"If-None-Match: {tag}"])
    assert (answer.status, answer.body) == (200, path.read_bytes())
