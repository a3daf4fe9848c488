"""One fragment, one envelope, held against the rules before it is published."""

from __future__ import annotations

import pytest

from syndicate.feeds.formats import Format
from syndicate.feeds.rules import held, held_envelope
from tests.feeds.documents import FORMATS, a_bare_entry, a_channel, an_entry
from tests.growth import is_linear

ITEM = b"<item><title>T</title><guid>https://x.example/1</guid>%s</item>"
ENTRY = b"<entry><id>urn:x:1</id><title>T</title><updated>2025-01-06T10:00:00Z</updated>%s</entry>"
JSON = b'{"id": "1", "content_text": "x"%s}'


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_our_own_are_sound(form: Format) -> None:
    for entry in (an_entry(), a_bare_entry(), an_entry(html="<p>&nbsp;“\xa0é金\U0001f375</p>]]>\x00\x9f")):
        assert held(form.fragment(entry), form.name) is None
    for channel in (a_channel(), a_channel(updated=None, links=())):
        envelope = form.envelope(channel)
        assert held_envelope(envelope.head + envelope.tail, form.name) is None


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    "own", ["file:///a", "x://", "truehttps://", "http:///a", "http:", "urn:", "HTTPS://", "a b", "é:b"]
)
def test_any_id_of_an_entry_is_sound(form: Format, own: str) -> None:
    assert held(form.fragment(an_entry(id=own)), form.name) is None


@pytest.mark.parametrize(
    ("form", "fragment", "why"),
    [
        ("rss", ITEM % b"<link>/a</link>", "its link (/a) is not an absolute URL"),
        ("rss", ITEM % b"<link/>", "its link () is not an absolute URL"),
        ("rss", ITEM % b"<pubDate>Tue, 06 Jan 2025 10:00:00 +0000</pubDate>", "Tue is not the day of the week"),
        ("rss", ITEM % b"<description>a", "not well-formed"),
        ("rss", ITEM % b"<x:y/>", "not well-formed"),
        ("rss", ITEM % b"<description>&nbsp;</description>", "not well-formed"),
        ("rss", ITEM % b"<description>\x0c</description>", "not well-formed"),
        ("rss", ITEM % b"<description>\xff</description>", "not well-formed"),
        ("rss", ITEM % "<description>\x92</description>".encode(), "control character U+0092"),
        ("rss", ITEM % b"" + ITEM % b"", "it is not one <item>"),
        ("rss", b"<item><title>T</title></item>", "its guid is missing"),
        ("rss", b"<item><title>T</title><guid>1</guid></item>", "its guid (1) is not an absolute URL"),
        ("rss", b"<item><guid>https://x.example/1</guid></item>", "neither a title nor a description"),
        ("rss", b"", "it is not one <item>"),
        ("rss", b'<!DOCTYPE x [<!ENTITY a "b">]><item/>', "DOCTYPE"),
        ("atom", ENTRY.replace(b"urn:x:1", b"1") % b"", "its id (1) is not an absolute URL"),
        ("atom", ENTRY.replace(b"urn:x:1", b"https:///1") % b"", "its id (https:///1) is not an absolute URL"),
        ("atom", ENTRY.replace(b"urn:x:1", b"") % b"", "its id is missing"),
        ("atom", ENTRY % b'<link href="a.html"/>', "its link (a.html) is not an absolute URL"),
        ("atom", ENTRY % b"<published>2025-01-06</published>", "its published (2025-01-06) is no date"),
        ("atom", ENTRY.replace(b"01-06T", b"02-30T") % b"", "there is no such day"),
        ("atom", ENTRY.replace(b"title", b"summary") % b"", "it has no title"),
        ("json", JSON % b', "url": "/a"', "its url (/a) is not an absolute URL"),
        ("json", JSON % b', "date_published": "yesterday"', "its date_published (yesterday) is no date"),
        ("json", JSON % b', "date_published": null', "its date_published is missing"),
        ("json", JSON % b', "attachments": [{"url": "a.mp3"}]', "its url (a.mp3) is not an absolute URL"),
        ("json", JSON % b', "attachments": [7]', "its attachments are no list of objects"),
        ("json", JSON % b', "attachments": 7', "its attachments are no list of objects"),
        ("json", JSON % rb', "title": "\u0001"', "control character U+0001"),
        ("json", JSON % rb', "title": "\ud800"', "control character U+D800"),
        ("json", b'{"id": 7, "content_text": "x"}', "its id is no text"),
        ("json", b'{"id": "7"}', "neither content_html nor content_text"),
        ("json", b"[]", "no JSON object"),
        ("json", b"[" * 100_000, "not JSON"),
        ("html", b"\xff", "it is not UTF-8"),
        ("html", b"a\x00b", "control character U+0000"),
    ],
)
def test_what_is_wrong_with_a_fragment(form: str, fragment: bytes, why: str) -> None:
    assert why in str(held(fragment, form))


@pytest.mark.parametrize(
    ("form", "old", "new", "why"),
    [
        ("rss", "<description>All the news</description>", "", "its channel has no description"),
        ("rss", "<link>https://news.example/</link>", "<link>/</link>", "its link (/)"),
        ("rss", "06 Jan 2025 12:30", "32 Jan 2025 12:30", "no such day"),
        ("rss", 'href="https://hub.example/"', 'href="//hub.example/"', "its link (//hub.example/)"),
        ("rss", "<channel>", "<canal>", "not well-formed"),
        ("atom", "<id>https://news.example/feeds/atom.xml</id>", "", "its id is missing"),
        ("atom", "<updated>2025-01-06T12:30:00Z", "<updated>2025-01-06T12:30:00", "it has no zone"),
        ("json", '"title": "News & 新闻",', "", "it has no title"),
        ("json", '"https://news.example/feeds/this"', '"this"', "its feed_url (this)"),
    ],
)
def test_what_is_wrong_with_an_envelope(form: str, old: str, new: str, why: str) -> None:
    member = next(member for member in FORMATS if member.name == form)
    envelope = member.envelope(a_channel())
    around = (envelope.head + envelope.tail).decode()
    assert old in around
    assert why in str(held_envelope(around.replace(old, new, 1).encode(), form))


@pytest.mark.parametrize("form", ["rss", "atom", "json", "html"])
@pytest.mark.parametrize("piece", [b"<", b"&", b"<a>", b'"', b"[", b"\xc2", b"<!--", b'{"a":'])
def test_nothing_hostile_takes_long_or_raises(form: str, piece: bytes) -> None:
    def judge(size: int) -> None:
        data = piece * (size // len(piece))
        assert form == "html" or held(data, form)
        assert form == "html" or held_envelope(data, form)
        held(data, form)

    assert is_linear(judge, 100_000)
