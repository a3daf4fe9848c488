"""The bugs other generators shipped (numbers C1 to C47), looked for in every format of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from syndicate.feeds.formats import Format
from syndicate.feeds.formats.jsonfeed import JsonFeed
from syndicate.model import Author, Category, Enclosure, Entry, Link
from tests.feeds.documents import (
    FORMATS,
    SITE,
    XML_FORMATS,
    a_bare_entry,
    a_channel,
    addresses,
    an_entry,
    atom,
    atom_entry,
    attributes,
    contents,
    document,
    first_tags,
    ids,
    item,
    json_feed,
    json_item,
    read,
    rss,
    texts,
    titles,
)

CONTROLS = [chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"] + ["\x7f", "\x80", "\x9f"]
NOT_CHARACTERS = ["\ufffe", "\uffff", "\ud800", "\udfff", "\udc80\ud83d"]
TITLES = [
    "A & B",
    "a->b",
    "&lt;",
    "&amp;amp;",
    "<b>bold</b>",
    "“smart” ‘quotes’",
    'say "\\n"',
    "</script>",
    "]]>",
    "100%",
]

each_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
each_xml_format = pytest.mark.parametrize("form", XML_FORMATS, ids=lambda form: form.name)


def everywhere(text: str) -> Entry:
    """An entry with a piece of text in every field that holds any."""
    return an_entry(
        id=f"{SITE}/{text}id",
        url=f"{SITE}/{text}page",
        title=f"tit{text}le",
        html=f"<p>bo{text}dy</p>",
        summary=f"sum{text}mary",
        categories=(Category(f"ta{text}g", f"{SITE}/{text}tags"),),
        authors=(Author(f"na{text}me", f"a{text}@b.example", f"{SITE}/{text}me"),),
        language=f"e{text}n",
        enclosures=(Enclosure(f"{SITE}/{text}a.mp3", f"audio/{text}mpeg", title=f"me{text}dia"),),
        external_url=f"https://elsewhere.example/{text}x",
    )


@each_xml_format
@pytest.mark.parametrize("character", CONTROLS, ids=ascii)
def test_c1_a_control_character_in_any_field_leaves_the_feed_well_formed(form: Format, character: str) -> None:
    assert read(document(form, [everywhere(character)])).bozo == 0


@each_format
def test_c2_one_bad_post_does_not_take_the_others_with_it(form: Format) -> None:
    good = [a_bare_entry(id=f"{SITE}/{number}") for number in range(99)]
    data = document(form, [*good[:50], everywhere("\x01"), *good[50:]])
    assert len(json.loads(data)["items"] if form.name == "json" else read(data).entries) == 100


def test_c3_tabs_and_line_breaks_stay_in_the_text() -> None:
    html = '<a\nhref="https://a.example/">x</a><pre>if a:\n\treturn  b\n</pre>'
    assert contents(an_entry(html=html)) == [html] * 3


@each_format
@pytest.mark.parametrize("text", NOT_CHARACTERS, ids=ascii)
def test_c4_what_is_no_character_is_left_out(form: Format, text: str) -> None:
    assert document(form, [everywhere(text)]) == document(form, [everywhere("")])


@pytest.mark.parametrize("text", ["\ufeffstart", "a\u2028b", "🍵 tea", "e\u0301", "a\u00a0b"], ids=ascii)
def test_c4_unusual_characters_stay(text: str) -> None:
    html = f"<p>{text}</p>"
    assert contents(an_entry(html=html)) == [html] * 3


@pytest.mark.parametrize("name", ['R&D <x> "q"', "C++", "C#", "金融", "a;b", "0%"])
def test_c5_a_tag_reads_back_as_it_was_written(name: str) -> None:
    assert first_tags(an_entry(categories=(Category(name, f"{SITE}/tags"),))) == [name] * 3


def test_c6_an_ampersand_in_an_address_is_escaped_once() -> None:
    address = f"{SITE}/a.mp3?a=1&b=2"
    entry = a_bare_entry(url=address, enclosures=(Enclosure(address, "audio/mpeg"),))
    assert addresses(entry) == [address] * 3
    assert attributes(item(entry), "enclosure")[0]["url"] == address
    assert json_item(entry)["attachments"][0]["url"] == address
    channel = a_channel(self_url=address)
    assert attributes(rss(channel=channel), "a:link")[0]["href"] == address
    assert attributes(atom(channel=channel), "a:link")[0]["href"] == address


@pytest.mark.parametrize("title", TITLES)
def test_c7_a_title_reads_back_as_it_was_written(title: str) -> None:
    assert titles(an_entry(title=title)) == [title] * 3


@pytest.mark.parametrize("html", ["<p><![CDATA[x]]></p>", "a ]]> b", "]]]]><![CDATA[>", "&lt;![CDATA["])
def test_c8_the_end_of_cdata_in_the_text_ends_nothing(html: str) -> None:
    assert contents(an_entry(html=html)) == [html] * 3


def test_c9_the_text_of_atom_is_typed_and_no_cdata_type_is_made_up() -> None:
    assert [each["type"] for each in attributes(atom_entry(an_entry()), "a:content")] == ["html"]


@each_xml_format
@pytest.mark.parametrize("changes", [{}, {"summary": ""}, {"html": ""}, {"image": None}, {"authors": ()}])
def test_c10_every_prefix_is_declared(form: Format, changes: dict[str, Any]) -> None:
    root = etree.fromstring(document(form, [an_entry(**changes)]))
    assert all(":" not in str(element.tag).rpartition("}")[2] for element in root.iter())


@each_xml_format
def test_c11_c12_there_is_no_stylesheet_instruction_to_get_wrong(form: Format) -> None:
    assert b"<?xml-stylesheet" not in document(form, [an_entry()])


def test_c13_the_picture_of_an_rss_channel_has_children_that_match_the_channel() -> None:
    channel = rss()
    assert texts(channel, "image/title") == texts(channel, "title")
    assert texts(channel, "image/link") == texts(channel, "link")
    assert texts(channel, "image/url")


@pytest.mark.parametrize("title", ['a "b"', "back\\slash", "</script>", "\\u0041", "a\\", "{{ x }}"])
def test_c14_json_survives_every_title(title: str) -> None:
    assert json_item(an_entry(title=title))["title"] == title


def test_c14_a_line_break_in_a_title_is_a_space() -> None:
    assert titles(an_entry(title="  one\r\n\ttwo ")) == ["one two"] * 3


@each_xml_format
def test_c15_chinese_reads_back_from_what_is_declared_utf_8(form: Format) -> None:
    data = document(form, [an_entry(title="金融新闻")])
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    found = read(data)
    assert (found.encoding.lower(), found.entries[0].title) == ("utf-8", "金融新闻")


def test_c16_each_format_has_its_registered_type() -> None:
    assert {form.name: form.media_type for form in FORMATS} == {
        "rss": "application/rss+xml",
        "atom": "application/atom+xml",
        "json": "application/feed+json",
    }


@each_format
def test_c17_nothing_stands_before_the_document(form: Format) -> None:
    assert document(form)[:1] == (b"{" if form.name == "json" else b"<")


@pytest.mark.parametrize("hours", [8, -11, 5.75])
def test_c21_the_same_moment_in_another_zone_is_the_same_bytes(hours: float) -> None:
    entry = an_entry()
    zone = timezone(timedelta(hours=hours))
    moved = replace(entry, published=entry.published.astimezone(zone), updated=entry.updated.astimezone(zone))
    assert [form.fragment(moved) for form in FORMATS] == [form.fragment(entry) for form in FORMATS]


def test_c22_midnight_is_zero() -> None:
    midnight = datetime(2025, 3, 1, tzinfo=UTC)
    assert texts(item(a_bare_entry(published=midnight)), "pubDate") == ["Sat, 01 Mar 2025 00:00:00 +0000"]


@each_format
def test_c23_the_time_of_the_build_is_nowhere(form: Format) -> None:
    today = str(datetime.now(UTC).year).encode()
    past = datetime(2001, 2, 3, tzinfo=UTC)
    for channel in (a_channel(updated=past), a_channel(updated=None)):
        assert today not in document(form, [a_bare_entry(published=past, updated=past)], channel)


def test_c27_an_atom_entry_is_always_dated() -> None:
    assert texts(atom_entry(a_bare_entry()), "a:updated") == ["2025-01-06T10:00:00Z"]


def test_c28_an_atom_feed_has_an_author_when_its_entries_have_none() -> None:
    assert texts(atom(a_bare_entry(), channel=a_channel(authors=())), "a:author/a:name") == ["News & 新闻"]


@pytest.mark.parametrize("given", ["tag:news.example,2025-01-06:/tea", "urn:uuid:6f1e2d3c-0000-4000-8000-000000000001"])
def test_c31_an_id_that_is_no_address_stays_letter_by_letter(given: str) -> None:
    assert ids(a_bare_entry(id=given)) == [given] * 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"{SITE}/标签/一 二/", f"{SITE}/%E6%A0%87%E7%AD%BE/%E4%B8%80%20%E4%BA%8C/"),
        (f"{SITE}/%E6%A0%87/%e6", f"{SITE}/%E6%A0%87/%e6"),
        (f"{SITE}/100%", f"{SITE}/100%25"),
        ("https://例子.测试/茶", "https://xn--fsqu00a.xn--0zwm56d/%E8%8C%B6"),
    ],
)
def test_c32_an_address_is_encoded_once(written: str, meant: str) -> None:
    entry = a_bare_entry(url=written, enclosures=(Enclosure(written, "audio/mpeg"),))
    assert addresses(entry) == [meant] * 3
    assert attributes(item(entry), "enclosure")[0]["url"] == meant


@pytest.mark.parametrize(
    ("given", "in_atom"),
    [
        ("42", "urn:x-guid:42"),
        ("茶 1", "urn:x-guid:%E8%8C%B6%201"),
        ("6F1e2d3c-0000-4000-8000-000000000001", "urn:uuid:6F1e2d3c-0000-4000-8000-000000000001"),
        (f"{SITE}/标签/1", f"{SITE}/标签/1"),
        (f"{SITE}/100%", "urn:x-guid:https%3A%2F%2Fnews.example%2F100%25"),
        ("HTTP://News.Example/A#b", "HTTP://News.Example/A#b"),
    ],
)
def test_c31_any_id_stays_as_it_is_and_atom_says_what_is_no_iri_as_a_urn(given: str, in_atom: str) -> None:
    assert ids(a_bare_entry(id=given)) == [given, in_atom, given]


@pytest.mark.parametrize("given", ["/relative", "tea", f"{SITE}/old", "urn:x"])
def test_c33_a_guid_that_is_not_the_page_never_claims_to_be(given: str) -> None:
    assert attributes(item(a_bare_entry(id=given)), "guid") == [{"isPermaLink": "false"}]


@each_format
def test_c34_the_id_does_not_follow_the_address(form: Format) -> None:
    before, after = a_bare_entry(url=f"http://{SITE[8:]}/a"), a_bare_entry(url=f"{SITE}/a")
    assert ids(before) == ids(after)
    assert form.fragment(before) != form.fragment(after)


@pytest.mark.parametrize("address", [f"{SITE}/feeds/tag/C%2B%2B/feed", f"{SITE}/标签/feed"])
def test_c40_self_is_the_address_of_this_very_document(address: str) -> None:
    channel = a_channel(self_url=address, links=(Link("self", f"{SITE}/main"),))
    found = [
        [link["href"] for link in attributes(feed, "a:link") if link["rel"] == "self"]
        for feed in (rss(channel=channel), atom(channel=channel))
    ]
    assert found == [[json_feed(channel=channel)["feed_url"]]] * 2
    assert found[0][0].isascii()


@pytest.mark.parametrize("rel", ["hub", "self", "next", "related"])
def test_c41_the_link_of_an_rss_channel_is_its_home_page(rel: str) -> None:
    channel = a_channel(links=(Link(rel, "https://other.example/"),))
    assert texts(rss(channel=channel), "link") == [f"{SITE}/"]


def test_c42_an_enclosure_in_atom_is_an_enclosure_with_type_and_length() -> None:
    found = attributes(atom_entry(an_entry()), "a:link")[1]
    assert (found["rel"], found["type"], found["length"]) == ("enclosure", "audio/mpeg", "1234")


def test_c43_the_hub_is_in_every_format() -> None:
    for feed in (rss(), atom()):
        assert {"href": "https://hub.example/", "rel": "hub"} in attributes(feed, "a:link")
    assert json_feed()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


@each_xml_format
@pytest.mark.parametrize("unwanted", [b"UpdatePeriod", b"None", b"textInput", b"itunes:explicit"])
def test_c44_c45_c46_what_feedgen_writes_wrongly_is_not_written(form: Format, unwanted: bytes) -> None:
    assert unwanted not in document(form, [an_entry(), a_bare_entry()])


@pytest.mark.parametrize("feed", [rss, atom], ids=["rss", "atom"])
def test_c45_a_relation_may_be_any(feed: Callable[..., etree._Element]) -> None:
    rels = ["prev-archive", "https://rels.example/mine", "made-up"]
    channel = a_channel(links=tuple(Link(rel, f"{SITE}/{rel[-4:]}") for rel in rels))
    assert [link["rel"] for link in attributes(feed(channel=channel), "a:link")][-3:] == rels


def test_c47_an_author_without_address_is_a_creator() -> None:
    found = item(a_bare_entry(authors=(Author("Ada"),)))
    assert texts(found, "dc:creator") == ["Ada"]
    assert texts(found, "author") == []


def test_every_format_is_tried() -> None:
    assert {form.name for form in FORMATS} == {"rss", "atom", "json"}
    assert isinstance(FORMATS[2], JsonFeed)
