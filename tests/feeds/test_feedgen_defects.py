"""feedgen 1.0.0 has 26 known defects; each is looked for in our output, by its number."""

from __future__ import annotations

import locale
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from syndicate.feeds.formats import Format
from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Author, Category, Enclosure, Image, Link
from tests.feeds.documents import (
    FORMATS,
    SITE,
    XML_FORMATS,
    XML_LANG,
    a_bare_entry,
    a_channel,
    a_told_channel,
    a_told_entry,
    an_entry,
    atom,
    atom_entry,
    attributes,
    document,
    item,
    read,
    rss,
    texts,
)

each_xml_format = pytest.mark.parametrize("form", XML_FORMATS, ids=lambda form: form.name)


def test_01_links_of_atom_entries_keep_rel_type_length_and_title() -> None:
    alternate, audio, _ = attributes(atom_entry(an_entry()), "a:link")
    assert alternate == {"href": f"{SITE}/2025/tea.html", "rel": "alternate", "type": "text/html"}
    assert audio["rel"] == "enclosure"
    assert (audio["type"], audio["length"], audio["title"]) == ("audio/mpeg", "1234", "Tea, spoken")


@each_xml_format
def test_02_entries_keep_their_order(form: Format) -> None:
    given = [a_bare_entry(id=f"{SITE}/{number}") for number in (3, 1, 2)]
    assert [entry.id for entry in read(document(form, given)).entries] == [entry.id for entry in given]


@each_xml_format
def test_03_no_date_is_that_of_the_build(form: Format) -> None:
    today = str(datetime.now(UTC).year).encode()
    past = datetime(2001, 2, 3, tzinfo=UTC)
    entry = a_bare_entry(published=past, updated=past)
    assert today not in document(form, [entry], a_channel(updated=None)) + document(
        form, [entry], a_channel(updated=past)
    )
    assert texts(rss(channel=a_channel(updated=None)), "lastBuildDate") == []


def test_04_bytes_are_the_same_in_every_process() -> None:
    program = (
        "from tests.feeds.documents import *; import sys;"
        "[sys.stdout.buffer.write(document(form, [an_entry()])) for form in FORMATS]"
    )
    root = Path(__file__).resolve().parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert outputs == {b"".join(document(form, [an_entry()]) for form in FORMATS)}


@each_xml_format
@pytest.mark.parametrize("character", ["\x00", "\x0c", "\x1f", "\x80", "\ufffe", "\ud800"], ids=ascii)
def test_05_illegal_characters_raise_nothing_and_are_gone(form: Format, character: str) -> None:
    clean = document(form, [an_entry(title="ab", html="<p>ab</p>", summary="ab")])
    dirty = an_entry(title=f"a{character}b", html=f"<p>a{character}b</p>", summary=f"a{character}b")
    assert document(form, [dirty]) == clean


def test_06_the_content_type_of_atom_is_never_cdata() -> None:
    assert attributes(atom_entry(an_entry(html="<![CDATA[x]]>")), "a:content") == [{"type": "html"}]


def test_07_html_is_typed_and_plain_text_is_plain() -> None:
    found = atom_entry(an_entry(title="<b>", summary="<i>"))
    assert attributes(found, "a:content") == [{"type": "html"}]
    assert attributes(found, "a:summary") == [{"type": "text"}]
    assert attributes(found, "a:title") == [{}]


def test_08_content_is_inline_html_whatever_it_holds() -> None:
    html = "<p>a&nbsp;b<br><unclosed></p>"
    assert texts(atom_entry(an_entry(html=html)), "a:content") == [html]


def test_09_the_link_of_the_channel_is_the_home_page_whatever_other_links_there_are() -> None:
    channel = a_channel(links=(Link("hub", "https://hub.example/"), Link("alternate", f"{SITE}/last.json")))
    assert texts(rss(channel=channel), "link") == [f"{SITE}/"]


def test_10_rss_keeps_every_link() -> None:
    rels = ["hub", "next", "prev-archive", "current"]
    channel = a_channel(links=tuple(Link(rel, f"{SITE}/{rel}") for rel in rels))
    assert [link["rel"] for link in attributes(rss(channel=channel), "a:link")] == ["self", *rels]


def test_11_relations_are_not_limited_to_a_list() -> None:
    channel = a_channel(links=(Link("https://rels.example/mine", f"{SITE}/x"),))
    for feed in (rss(channel=channel), atom(channel=channel)):
        assert attributes(feed, "a:link")[-1]["rel"] == "https://rels.example/mine"


def test_12_the_rss_enclosure_is_the_first_with_type_and_a_number_as_length() -> None:
    media = (Enclosure(f"{SITE}/a", ""), Enclosure(f"{SITE}/b", "audio/mpeg", 5))
    assert attributes(item(an_entry(enclosures=media)), "enclosure") == [
        {"url": f"{SITE}/a", "length": "0", "type": "application/octet-stream"}
    ]


def test_13_guid_and_id_are_one_and_permalink_is_said_rightly() -> None:
    entry = a_bare_entry()
    assert texts(item(entry), "guid") == texts(atom_entry(entry), "a:id") == [entry.id]
    assert attributes(item(entry), "guid") == [{"isPermaLink": "true"}]


def test_14_authors_are_creators_and_the_editor_has_an_address() -> None:
    entry = an_entry(authors=(Author("A", "a@b.example"), Author("B", "b@b.example")))
    assert texts(item(entry), "author") == []
    assert texts(item(entry), "dc:creator") == ["A", "B"]
    assert texts(rss(), "managingEditor") == ["desk@news.example (The Desk)"]


def test_15_a_category_always_has_its_name() -> None:
    found = item(an_entry(categories=(Category("tea", ""), Category("", f"{SITE}/tags"))))
    assert texts(found, "category") == ["tea"]
    assert attributes(found, "category") == [{}]


def test_16_the_picture_is_written_and_there_is_no_text_input() -> None:
    channel = rss(channel=a_channel(image=Image(f"{SITE}/x.png", "alt")))
    assert texts(channel, "image/url") == [f"{SITE}/x.png"]
    assert channel.find("textInput") is None
    assert channel.find("cloud") is None


@each_xml_format
def test_17_no_syndication_element_in_the_wrong_case(form: Format) -> None:
    data = document(form, [a_told_entry()], a_told_channel())
    assert b"sy:Update" not in data
    assert b">None<" not in data


@each_xml_format
def test_18_no_podcast_element_by_old_rules(form: Format) -> None:
    root = etree.fromstring(document(form, [a_told_entry()], a_told_channel()))
    explicit = [found.text for found in root.iter("{http://www.itunes.com/dtds/podcast-1.0.dtd}explicit")]
    assert explicit == (["true", "false"] if form.name == "rss" else [])


@each_xml_format
def test_19_a_single_picture_stands_in_no_group(form: Format) -> None:
    root = etree.fromstring(document(form, [an_entry()]))
    (picture,) = root.iter("{http://search.yahoo.com/mrss/}content")
    parent = picture.getparent()
    assert parent is not None
    assert etree.QName(parent).localname in ("item", "entry")


@pytest.mark.parametrize(
    "zone",
    [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=8, minutes=5, seconds=43)), None],
    ids=["utc", "china", "local mean time", "naive"],
)
def test_20_dates_are_whole_seconds_in_utc(zone: timezone | None) -> None:
    moment = datetime(1900, 1, 1, 12, 0, 0, 999_999, tzinfo=zone)
    offset = timedelta(0) if zone is None else zone.utcoffset(None)
    utc = (datetime(1900, 1, 1, 12, tzinfo=UTC) - offset).replace(microsecond=0)
    entry = a_bare_entry(published=moment, updated=moment)
    seconds = (utc + timedelta(microseconds=999_999)).replace(microsecond=0)
    assert texts(atom_entry(entry), "a:published") == [f"{seconds:%Y-%m-%dT%H:%M:%S}Z"]
    assert texts(item(entry), "pubDate") == [f"{seconds:%a, %d %b %Y %H:%M:%S} +0000"]


@each_xml_format
def test_21_the_locale_of_the_process_is_left_alone(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the locale was touched")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert b"2025" in document(form, [an_entry()])
    assert b"<generator>" in document(form, [], a_channel(updated=None))


@pytest.mark.parametrize("title", ["", "  \n", "\x00"])
def test_22_an_entry_without_a_title_is_called_by_its_first_words(title: str) -> None:
    entry = an_entry(title=title, html="<p>Green tea is &amp; stays <b>green</b>.</p>", summary="")
    assert texts(atom_entry(entry), "a:title") == texts(item(entry), "title") == ["Green tea is & stays green ."]


def test_23_an_entry_has_its_own_language_and_addresses_are_uris() -> None:
    found = atom_entry(an_entry(language="zh_Hans", url=f"{SITE}/a b"))
    assert found.get(XML_LANG) == "zh-Hans"
    assert attributes(found, "a:link")[0]["href"] == f"{SITE}/a%20b"


def test_24_the_generator_is_ours_without_a_version() -> None:
    assert texts(rss(), "generator") == texts(atom(), "a:generator") == ["Syndicate"]
    assert attributes(atom(), "a:generator") == [{}]
    assert b"feedgen" not in document(Rss()) + document(Atom())


@each_xml_format
def test_25_writing_an_entry_twice_writes_the_same(form: Format) -> None:
    entry, channel = an_entry(), a_channel()
    assert document(form, [entry], channel) == document(form, [entry], channel)
    assert (entry, channel) == (an_entry(), a_channel())


@each_xml_format
def test_26_indentation_stays_out_of_the_text(form: Format) -> None:
    html = "<pre>\n  <b>a</b>\n\n<i>b</i></pre>\n"
    entry = an_entry(html=html)
    assert document(form, [entry]).startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    assert texts(item(entry), "content:encoded") == texts(atom_entry(entry), "a:content") == [html]
