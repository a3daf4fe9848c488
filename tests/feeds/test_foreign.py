"""Reading anybody's feed: what comes out, and that nothing raises or takes long."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.foreign import MAX_BYTES, Foreign, Unreadable, all_entries, read
from tests.growth import seconds

CASES = Path(__file__).resolve().parents[1] / "cases" / "foreign"
URL = "https://old.example.org/feed.xml"


@pytest.mark.parametrize("case", [*sorted(CASES.glob("*.xml")), CASES / "json-feed.json"], ids=lambda path: path.name)
def test_feeds_are_read_as_expected(case: Path) -> None:
    expected = json.loads(case.with_name(f"{case.name}.expected").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(asdict(read(case.read_bytes(), URL)))) == expected


def test_an_id_is_never_repaired() -> None:
    for written in ("HTTP://Old.Example.org:80/a/../b#C", "?p=1", "Ã©", "&amp;lt;b&amp;gt;", "tag:x,2005:1 2"):
        data = f"<rss version='2.0'><channel><item><guid>{written}</guid></item></channel></rss>".encode()
        [entry] = read(data, URL).entries  # type: ignore[union-attr]
        assert entry.id == written.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<!DOCTYPE html><html><head><title>A page</title></head><body>Hello</body></html>", "is no feed"),
        (b"just words", "is no feed"),
        (b"{", "is no JSON"),
        (b"{}", "no list of items"),
        (b'{"items": {}}', "no list of items"),
        (b'{"a":' * 100_000, "is no JSON"),
        (b'{"items":[' + b"9" * 5000 + b"]}", "is no JSON"),
        (b"<a>" * 100_000, "nested more than"),
        (b"<a>" + b"<b/>" * 600_000 + b"</a>", "elements"),
        (b"<rss " + b" ".join(b"a%d='1'" % at for at in range(20_000)) + b"/>", "attributes"),
        (b'{"items":[' + b"{}," * 600_000 + b"{}]}", "objects"),
        (b"x" * (MAX_BYTES + 1), "bytes"),
        (b"<rss>" + b"<" * 4_000_000, "too large"),
        (
            b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title>'
            b"</channel></rss>",
            "entities",
        ),
        (b'<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><rss/>', "entities"),
    ],
    ids=range(17),
)
def test_what_is_no_feed_is_told(data: bytes, reason: str) -> None:
    found = read(data, URL)
    assert isinstance(found, Unreadable) and reason in found.reason
    assert seconds(lambda: read(data, URL)) < 10


def test_no_file_is_opened() -> None:
    assert isinstance(read(b"/etc/passwd", URL), Unreadable)
    entity = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><title>[&x;]</title>'
    found = read(entity + b"</channel></rss>", URL)
    assert isinstance(found, Foreign) and found.title == "[&x;]"


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    read(data, URL)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_content_raises(one: str, two: str, three: str) -> None:
    text = (
        f"<rss version='2.0'><channel><item><title>{one}</title><link>{two}</link><pubDate>{three}</pubDate></item>"
        f"</channel><{one} {two}='{three}'/></rss>"
    )
    read(text.encode("utf-8", "replace"), two)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["items", "id", "url", "title", "date_published", "date_modified", "next_url"]), x)))  # fmt: skip
def test_no_json_raises(value: object) -> None:
    read(json.dumps({"items": [value], "next_url": value}).encode(), URL)


def test_an_entry_of_several_documents_is_one() -> None:
    documents = [read((CASES / name).read_bytes(), URL) for name in ("rss-guids.xml", "rss-1.xml", "rss-guids.xml")]
    found = all_entries([each for each in documents if isinstance(each, Foreign)])
    assert len(found) == 4  # three and one
