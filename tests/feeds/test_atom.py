"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

import pytest

from syndicate.feeds.formats.atom import Atom
from syndicate.model import Author, Category, Channel, Enclosure, Entry, Link
from tests.feeds.documents import (
    SITE,
    XML_LANG,
    a_bare_entry,
    a_channel,
    an_entry,
    atom,
    atom_entry,
    atom_grammar,
    attributes,
    document,
    texts,
)

BARE = Channel("urn:feed", "Bare", f"{SITE}/atom.xml", f"{SITE}/")


@pytest.mark.parametrize("channel", [a_channel(), BARE], ids=["full", "bare"])
@pytest.mark.parametrize(
    "entries",
    [
        (),
        (an_entry(), a_bare_entry()),
        (an_entry(html=""), an_entry(html="", summary="", title="")),
        (an_entry(external_url="https://elsewhere.example/"),),
    ],
    ids=["none", "two", "no text", "link post"],
)
def test_every_document_is_valid_by_the_grammar(channel: Channel, entries: tuple[Entry, ...]) -> None:
    atom_grammar().assertValid(atom(*entries, channel=channel))


def test_the_grammar_finds_what_is_wrong() -> None:
    feed = atom(a_bare_entry())
    feed.append(feed[0])
    feed[-2].remove(feed[-2][0])
    assert not atom_grammar().validate(feed)


def test_an_entry_says_what_it_is() -> None:
    found = atom_entry(an_entry())
    for tag, text in {
        "id": f"{SITE}/2025/tea",
        "title": "Tea & 茶",
        "published": "2025-01-06T10:00:00Z",
        "updated": "2025-01-06T12:30:00Z",
        "summary": "Green tea.",
        "content": an_entry().html,
    }.items():
        assert texts(found, f"a:{tag}") == [text], tag


def test_summary_and_content_are_typed() -> None:
    found = atom_entry(an_entry())
    assert attributes(found, "a:summary") == [{"type": "text"}]
    assert attributes(found, "a:content") == [{"type": "html"}]


def test_the_links_of_an_entry_keep_all_they_say() -> None:
    assert attributes(atom_entry(an_entry()), "a:link") == [
        {"href": f"{SITE}/2025/tea.html", "rel": "alternate", "type": "text/html"},
        {
            "href": f"{SITE}/tea.mp3",
            "rel": "enclosure",
            "type": "audio/mpeg",
            "length": "1234",
            "title": "Tea, spoken",
        },
        {"href": f"{SITE}/tea.pdf", "rel": "enclosure", "type": "application/pdf"},
    ]


def test_a_link_post_is_related_to_the_page_it_points_at() -> None:
    found = attributes(atom_entry(a_bare_entry(external_url="https://elsewhere.example/story")), "a:link")
    assert found == [
        {"href": f"{SITE}/plain.html", "rel": "alternate", "type": "text/html"},
        {"href": "https://elsewhere.example/story", "rel": "related"},
    ]


def test_the_authors_of_an_entry() -> None:
    found = atom_entry(an_entry())
    assert texts(found, "a:author/a:name") == ["王小明", "Ada"]
    assert texts(found, "a:author/a:email") == ["wang@news.example"]
    assert texts(found, "a:author/a:uri") == [f"{SITE}/wang"]


def test_the_feed_has_an_author_even_when_nobody_is_named() -> None:
    assert texts(atom(channel=a_channel()), "a:author/a:name") == ["The Desk"]
    assert texts(atom(channel=a_channel(authors=())), "a:author/a:name") == ["News & 新闻"]


def test_a_category_has_term_scheme_and_label() -> None:
    found = attributes(
        atom_entry(an_entry(categories=(Category("R&D", f"{SITE}/tags"), Category("x", "")))), "a:category"
    )
    assert found == [{"term": "R&D", "scheme": f"{SITE}/tags", "label": "R&D"}, {"term": "x", "label": "x"}]


def test_languages_stand_on_the_feed_and_on_an_entry_that_says_its_own() -> None:
    assert atom().get(XML_LANG) == "zh-CN"
    assert atom_entry(an_entry(language="en")).get(XML_LANG) == "en"
    assert atom_entry(an_entry(language="")).get(XML_LANG) is None


def test_the_picture_of_a_post_is_media_content() -> None:
    assert attributes(atom_entry(an_entry()), "media:content") == [{"url": f"{SITE}/tea.jpg", "medium": "image"}]


def test_the_feed_says_what_it_is() -> None:
    feed = atom()
    for tag, text in {
        "id": f"{SITE}/feeds/atom.xml",
        "title": "News & 新闻",
        "updated": "2025-01-06T12:30:00Z",
        "subtitle": "All the news",
        "rights": "© The Desk",
        "icon": f"{SITE}/favicon.ico",
        "logo": f"{SITE}/logo.png",
        "generator": "Syndicate",
    }.items():
        assert texts(feed, f"a:{tag}") == [text], tag


def test_a_feed_that_never_had_an_entry_has_a_fixed_date() -> None:
    assert texts(atom(channel=a_channel(updated=None)), "a:updated") == ["1970-01-01T00:00:00Z"]


def test_the_links_of_the_feed() -> None:
    assert attributes(atom(), "a:link") == [
        {"href": f"{SITE}/feeds/this", "rel": "self", "type": "application/atom+xml"},
        {"href": f"{SITE}/", "rel": "alternate", "type": "text/html"},
        {"href": "https://hub.example/", "rel": "hub"},
        {"href": f"{SITE}/feeds/this?page=2", "rel": "next"},
        {"href": f"{SITE}/feeds/other", "rel": "alternate", "type": "application/xml", "title": "The other format"},
    ]


def test_there_is_one_alternate_of_a_type() -> None:
    links = (
        Link("alternate", f"{SITE}/feeds/page.html", "text/html"),
        Link("alternate", f"{SITE}/rss.xml", "application/rss+xml"),
        Link("alternate", f"{SITE}/rss2.xml", "application/rss+xml"),
        Link("related", f"{SITE}/about.html", "text/html"),
    )
    found = attributes(atom(channel=a_channel(links=links)), "a:link")
    assert [each["href"] for each in found[1:]] == [f"{SITE}/", f"{SITE}/rss.xml", f"{SITE}/about.html"]


def test_an_unknown_length_is_left_out() -> None:
    found = attributes(atom_entry(an_entry(enclosures=(Enclosure(f"{SITE}/a.ogg", "audio/ogg"),))), "a:link")
    assert "length" not in found[1]


def test_entries_come_last() -> None:
    tags = [child.tag for child in atom(an_entry(), a_bare_entry())]
    assert tags.index("{http://www.w3.org/2005/Atom}entry") == len(tags) - 2


def test_a_person_can_read_the_file() -> None:
    lines = document(Atom(), [a_bare_entry(authors=(Author("Ada"),))]).decode().splitlines()
    assert "  <entry>" in lines
    assert "      <name>Ada</name>" in lines
    assert lines[-2:] == ["  </entry>", "</feed>"]
