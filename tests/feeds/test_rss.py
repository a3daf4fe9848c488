"""RSS 2.0 as the Advisory Board's profile wants it."""

from __future__ import annotations

from html import unescape

import pytest
from lxml import etree

from syndicate.feeds.formats.rss import Rss
from syndicate.model import Author, Enclosure, Link
from tests.feeds.documents import SITE, a_bare_entry, a_channel, an_entry, attributes, document, item, rss, texts


def test_an_item_says_everything_in_the_profiles_order() -> None:
    tags = [etree.QName(child).localname for child in item(an_entry())]
    assert tags == [
        "title", "link", "description", "encoded", "guid", "category", "category", "category",
        "enclosure", "creator", "creator", "pubDate", "content", "duration",
    ]  # fmt: skip


def test_the_summary_is_the_description_and_the_full_text_is_content_encoded() -> None:
    entry = an_entry()
    assert texts(item(entry), "description") == [entry.summary]
    assert texts(item(entry), "content:encoded") == [entry.html]


def test_without_a_summary_the_full_text_is_the_description_alone() -> None:
    entry = an_entry(summary="")
    assert texts(item(entry), "description") == [entry.html]
    assert texts(item(entry), "content:encoded") == []


def test_without_a_text_the_summary_is_all() -> None:
    found = item(an_entry(html="", summary="Short."))
    assert texts(found, "description") == ["Short."]
    assert texts(found, "content:encoded") == []


def test_a_summary_is_plain_text_so_a_reader_of_html_sees_its_characters_and_no_element() -> None:
    plain = "How <script> & <b> work, a < b"
    (description,) = texts(item(an_entry(summary=plain)), "description")
    assert "<" not in description
    assert unescape(description) == plain


def test_a_guid_that_is_the_address_is_a_permalink() -> None:
    entry = a_bare_entry()
    assert attributes(item(entry), "guid") == [{"isPermaLink": "true"}]
    assert texts(item(entry), "guid") == texts(item(entry), "link")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (f"{SITE}/old", f"{SITE}/new"),
        ("tag:news.example,2025:1", f"{SITE}/new"),
        ("tag:news.example,2025:1", "tag:news.example,2025:1"),
        ("1234", f"{SITE}/new"),
    ],
)
def test_any_other_guid_says_that_it_is_none(given: str, url: str) -> None:
    found = item(a_bare_entry(id=given, url=url))
    assert attributes(found, "guid") == [{"isPermaLink": "false"}]
    assert texts(found, "guid") == [given]


def test_a_link_post_links_to_the_page_it_points_at_and_keeps_its_own_id() -> None:
    found = item(a_bare_entry(external_url="https://elsewhere.example/story"))
    assert texts(found, "link") == ["https://elsewhere.example/story"]
    assert texts(found, "guid") == [f"{SITE}/plain.html"]


def test_an_item_has_one_enclosure_and_it_is_the_first() -> None:
    assert attributes(item(an_entry()), "enclosure") == [
        {"url": f"{SITE}/tea.mp3", "length": "1234", "type": "audio/mpeg"}
    ]


def test_an_unknown_length_is_zero() -> None:
    found = item(an_entry(enclosures=(Enclosure(f"{SITE}/a.ogg", "audio/ogg"),)))
    assert attributes(found, "enclosure")[0]["length"] == "0"


def test_a_category_has_its_name_and_the_address_of_its_taxonomy() -> None:
    found = item(an_entry())
    assert texts(found, "category") == ["金融", "R&D", "News"]
    assert [each["domain"] for each in attributes(found, "category")] == [
        f"{SITE}/tags",
        f"{SITE}/tags",
        f"{SITE}/categories",
    ]


def test_each_author_is_a_creator_by_name() -> None:
    found = item(an_entry())
    assert texts(found, "dc:creator") == ["王小明", "Ada"]
    assert texts(found, "author") == []


def test_the_picture_of_a_post_is_media_content() -> None:
    assert attributes(item(an_entry()), "media:content") == [{"url": f"{SITE}/tea.jpg", "medium": "image"}]


def test_the_date_is_rfc_822_in_utc() -> None:
    assert texts(item(an_entry()), "pubDate") == ["Mon, 06 Jan 2025 10:00:00 +0000"]


def test_the_channel_says_what_it_is() -> None:
    channel = rss()
    for tag, text in {
        "title": "News & 新闻",
        "link": f"{SITE}/",
        "description": "All the news",
        "language": "zh-CN",
        "copyright": "© The Desk",
        "generator": "Syndicate",
        "docs": "https://www.rssboard.org/rss-specification",
        "lastBuildDate": "Mon, 06 Jan 2025 12:30:00 +0000",
    }.items():
        assert texts(channel, tag) == [text], tag


def test_the_channels_picture_has_the_channels_title_and_link() -> None:
    image = rss().find("image")
    assert image is not None
    assert {child.tag: child.text for child in image} == {
        "url": f"{SITE}/logo.png",
        "title": "News & 新闻",
        "link": f"{SITE}/",
    }


def test_all_links_of_the_channel_are_atom_links_with_self_first() -> None:
    assert attributes(rss(), "a:link") == [
        {"href": f"{SITE}/feeds/this", "rel": "self", "type": "application/rss+xml"},
        {"href": "https://hub.example/", "rel": "hub"},
        {"href": f"{SITE}/feeds/this?page=2", "rel": "next"},
        {"href": f"{SITE}/feeds/other", "rel": "alternate", "type": "application/xml", "title": "The other format"},
    ]


def test_the_links_stand_together_behind_the_description() -> None:
    tags = [etree.QName(child).localname for child in rss()]
    assert tags[:7] == ["title", "link", "description", "link", "link", "link", "link"]


def test_metadata_comes_before_the_items() -> None:
    tags = [child.tag for child in rss(an_entry(), a_bare_entry())]
    assert tags[-2:] == ["item", "item"]
    assert "item" not in tags[:-2]


def test_without_a_date_there_is_no_last_build_date() -> None:
    assert texts(rss(channel=a_channel(updated=None)), "lastBuildDate") == []


def test_without_a_description_the_title_stands_in() -> None:
    assert texts(rss(channel=a_channel(description="")), "description") == ["News & 新闻"]


def test_the_managing_editor_is_an_address_or_nobody() -> None:
    named = a_channel(authors=(Author("Nobody"),))
    both = a_channel(authors=(Author("Nobody"), Author("Ann", "ann@news.example")))
    assert texts(rss(channel=named), "managingEditor") == []
    assert texts(rss(channel=both), "managingEditor") == ["ann@news.example (Ann)"]


def test_who_has_no_address_is_a_creator_where_there_is_no_editor() -> None:
    named = a_channel(authors=(Author("Nobody"), Author("Ada")))
    both = a_channel(authors=(Author("Nobody"), Author("Ann", "ann@news.example")))
    assert texts(rss(channel=named), "dc:creator") == ["Nobody", "Ada"]
    assert texts(rss(channel=both), "dc:creator") == []


def test_self_stands_once_and_no_link_is_said_twice() -> None:
    links = (Link("self", f"{SITE}/elsewhere"), Link("hub", "https://hub.example/")) * 2
    found = attributes(rss(channel=a_channel(links=links)), "a:link")
    assert [each["rel"] for each in found] == ["self", "hub"]


def test_a_person_can_read_the_file() -> None:
    lines = document(Rss(), [a_bare_entry(), a_bare_entry()]).decode().splitlines()
    assert lines.count("    <item>") == lines.count("    </item>") == 2
    assert "      <title>Plain</title>" in lines
    assert lines[-2:] == ["  </channel>", "</rss>"]
