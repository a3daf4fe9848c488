"""JSON Feed 1.1."""

from __future__ import annotations

import json

from syndicate.feeds.formats.jsonfeed import JsonFeed
from syndicate.model import Category, Channel, Link
from tests.feeds.documents import SITE, a_bare_entry, a_channel, an_entry, document, json_feed, json_item


def test_the_feed_says_what_it_is_in_a_fixed_order() -> None:
    feed = json_feed()
    assert list(feed.items()) == [
        ("version", "https://jsonfeed.org/version/1.1"),
        ("title", "News & 新闻"),
        ("home_page_url", f"{SITE}/"),
        ("feed_url", f"{SITE}/feeds/this"),
        ("description", "All the news"),
        ("next_url", f"{SITE}/feeds/this?page=2"),
        ("icon", f"{SITE}/logo.png"),
        ("favicon", f"{SITE}/favicon.ico"),
        ("authors", [{"name": "The Desk", "url": f"{SITE}/desk"}]),
        ("language", "zh-CN"),
        ("hubs", [{"type": "WebSub", "url": "https://hub.example/"}]),
        ("items", []),
    ]


def test_an_item_says_everything_in_a_fixed_order() -> None:
    entry = an_entry(external_url="https://elsewhere.example/")
    assert list(json_item(entry).items()) == [
        ("id", f"{SITE}/2025/tea"),
        ("url", f"{SITE}/2025/tea.html"),
        ("external_url", "https://elsewhere.example/"),
        ("title", "Tea & 茶"),
        ("content_html", entry.html),
        ("summary", "Green tea."),
        ("image", f"{SITE}/tea.jpg"),
        ("date_published", "2025-01-06T10:00:00Z"),
        ("date_modified", "2025-01-06T12:30:00Z"),
        ("authors", [{"name": "王小明", "url": f"{SITE}/wang"}, {"name": "Ada"}]),
        ("tags", ["金融", "R&D", "News"]),
        ("language", "en"),
        (
            "attachments",
            [
                {
                    "url": f"{SITE}/tea.mp3",
                    "mime_type": "audio/mpeg",
                    "title": "Tea, spoken",
                    "size_in_bytes": 1234,
                    "duration_in_seconds": 65,
                },
                {"url": f"{SITE}/tea.pdf", "mime_type": "application/pdf"},
            ],
        ),
    ]


def test_what_is_not_known_is_left_out() -> None:
    assert list(json_item(a_bare_entry())) == [
        "id",
        "url",
        "title",
        "content_html",
        "date_published",
        "date_modified",
    ]
    bare = Channel("urn:feed", "Bare", f"{SITE}/feed.json", f"{SITE}/")
    assert list(json_feed(channel=bare)) == ["version", "title", "home_page_url", "feed_url", "items"]
    assert b"null" not in document(JsonFeed(), [a_bare_entry()], bare)


def test_an_empty_file_has_a_size() -> None:
    media = an_entry().enclosures[0]
    nothing = type(media)(media.url, media.type, 0, 0)
    assert json_item(an_entry(enclosures=(nothing,)))["attachments"] == [
        {"url": media.url, "mime_type": media.type, "size_in_bytes": 0, "duration_in_seconds": 0}
    ]


def test_an_item_always_has_content() -> None:
    assert json_item(an_entry(html=""))["content_text"] == "Green tea."
    assert json_item(an_entry(html="", summary=""))["content_text"] == "Tea & 茶"
    assert "content_text" not in json_item(an_entry())


def test_a_tag_and_a_category_of_one_name_are_one_tag() -> None:
    same = (Category("News", f"{SITE}/tags"), Category("x", ""), Category("News", f"{SITE}/categories"))
    assert json_item(an_entry(categories=same))["tags"] == ["News", "x"]


def test_next_never_leads_back_to_the_feed_itself() -> None:
    channel = a_channel(links=(Link("next", a_channel().self_url),))
    assert "next_url" not in json_feed(channel=channel)


def test_every_hub_is_listed() -> None:
    channel = a_channel(links=(Link("hub", "https://a.example/"), Link("hub", "https://b.example/")))
    assert [hub["url"] for hub in json_feed(channel=channel)["hubs"]] == [
        "https://a.example/",
        "https://b.example/",
    ]


def test_text_is_written_as_itself_one_key_a_line() -> None:
    lines = document(JsonFeed(), [an_entry()]).decode().splitlines()
    assert '      "title": "Tea & 茶",' in lines
    assert lines[0] == "{"
    assert lines[-2:] == ["  ]", "}"]


def test_a_fragment_is_a_json_object_by_itself() -> None:
    assert json.loads(JsonFeed().fragment(an_entry()))["title"] == "Tea & 茶"
