"""History, tombstones, comments, sources, rhythm, renditions and style sheets, in each format that has them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from syndicate.feeds.formats import Format
from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Author, Channel, Comments, Deleted, Enclosure, Link, Origin, Rhythm
from tests.feeds.documents import (
    MORNING,
    NOON,
    SITE,
    SPACES,
    XML_FORMATS,
    a_bare_entry,
    a_channel,
    a_told_channel,
    a_told_entry,
    an_entry,
    atom,
    atom_entry,
    atom_grammar,
    attributes,
    document,
    item,
    json_feed,
    json_item,
    read,
    rss,
    texts,
)

THR_COUNT = f"{{{SPACES['thr']}}}count"
each_xml_format = pytest.mark.parametrize("form", XML_FORMATS, ids=lambda form: form.name)
either = pytest.mark.parametrize("feed", [rss, atom], ids=["rss", "atom"])

HISTORY = (
    Link("prev-archive", f"{SITE}/1"),
    Link("next-archive", f"{SITE}/3"),
    Link("current", f"{SITE}/now"),
    Link("first", f"{SITE}/first"),
    Link("next", f"{SITE}/next"),
)


def rels(element: etree._Element) -> list[str]:
    """The relations of a feed's links beside its own and the home page."""
    return [each["rel"] for each in attributes(element, "a:link") if each["rel"] not in ("self", "alternate")]


def marks(element: etree._Element) -> list[str]:
    """What a document says of its place in the history."""
    return [etree.QName(each).localname for each in element if etree.QName(each).namespace == SPACES["fh"]]


@either
def test_a_page_of_the_history_says_so_and_keeps_its_links(feed: Any) -> None:
    found = feed(channel=a_channel(archive=True, links=HISTORY))
    assert marks(found) == ["archive"]
    assert rels(found) == [link.rel for link in HISTORY]


@either
def test_a_complete_feed_says_so_and_has_no_history(feed: Any) -> None:
    hub = Link("hub", "https://hub.example/")
    found = feed(channel=a_channel(complete=True, archive=True, links=(hub, *HISTORY)))
    assert marks(found) == ["complete"]
    assert rels(found) == ["hub"]


@either
def test_a_feed_that_says_nothing_of_its_history_has_no_mark(feed: Any) -> None:
    assert marks(feed(channel=a_channel())) == []


@either
def test_one_link_of_each_relation_of_the_history_and_none_to_the_document_itself(feed: Any) -> None:
    links = (Link("prev-archive", f"{SITE}/feeds/this"), *HISTORY[:2], Link("prev-archive", f"{SITE}/0"))
    found = attributes(feed(channel=a_channel(archive=True, links=links)), "a:link")
    assert [each["href"] for each in found if each["rel"] == "prev-archive"] == [f"{SITE}/1"]


@pytest.mark.parametrize(
    ("links", "expected"),
    [(HISTORY, f"{SITE}/1"), (HISTORY[3:], f"{SITE}/next"), (HISTORY[1:3], None)],
    ids=["archive", "next", "neither"],
)
def test_json_goes_on_with_the_archive_and_else_with_the_next_page(
    links: tuple[Link, ...], expected: str | None
) -> None:
    assert json_feed(channel=a_channel(links=links)).get("next_url") == expected


def test_tombstones_stand_before_the_entries_and_belong_to_the_envelope() -> None:
    channel = a_channel(deleted=(Deleted("42", NOON), Deleted(f"{SITE}/gone", MORNING)))
    feed = atom(a_bare_entry(), channel=channel)
    assert attributes(feed, "at:deleted-entry") == [
        {"ref": "urn:x-guid:42", "when": "2025-01-06T12:30:00Z"},
        {"ref": f"{SITE}/gone", "when": "2025-01-06T10:00:00Z"},
    ]
    assert [etree.QName(each).localname for each in feed][-3:] == ["deleted-entry", "deleted-entry", "entry"]
    assert Atom().envelope(channel).head.count(b"<at:deleted-entry ") == 2
    atom_grammar().assertValid(feed)


def test_an_entry_goes_once_and_at_the_last_time() -> None:
    twice = (Deleted("42", MORNING), Deleted(" 42", NOON), Deleted("", NOON), Deleted("urn:x-guid:42", MORNING))
    assert attributes(atom(channel=a_channel(deleted=twice)), "at:deleted-entry") == [
        {"ref": "urn:x-guid:42", "when": "2025-01-06T12:30:00Z"}
    ]


def test_only_atom_has_tombstones() -> None:
    alive, dead = a_channel(), a_channel(deleted=(Deleted("42", NOON),))
    assert document(Rss(), (), dead) == document(Rss(), (), alive)
    assert json_feed(channel=dead) == json_feed(channel=alive)


def test_comments_in_rss() -> None:
    found = item(a_told_entry())
    assert texts(found, "comments") == [f"{SITE}/2025/tea.html#comments"]
    assert texts(found, "slash:comments") == ["3"]
    assert texts(found, "wfw:commentRss") == [f"{SITE}/2025/tea/comments.xml"]


def test_comments_in_atom() -> None:
    found = atom_entry(a_told_entry())
    assert [each for each in attributes(found, "a:link") if each["rel"] == "replies"] == [
        {"href": f"{SITE}/2025/tea/comments.xml", "rel": "replies", THR_COUNT: "3"},
        {"href": f"{SITE}/2025/tea.html#comments", "rel": "replies", "type": "text/html", THR_COUNT: "3"},
    ]
    assert texts(found, "thr:total") == ["3"]


def test_no_comment_yet_is_a_number_and_an_unknown_number_is_none() -> None:
    none, unknown = (a_bare_entry(comments=Comments(f"{SITE}/c", count=count)) for count in (0, None))
    assert texts(item(none), "slash:comments") == texts(atom_entry(none), "thr:total") == ["0"]
    assert json_item(none)["_comments"] == {"url": f"{SITE}/c", "count": 0}
    assert texts(item(unknown), "slash:comments") == texts(atom_entry(unknown), "thr:total") == []
    assert json_item(unknown)["_comments"] == {"url": f"{SITE}/c"}


@pytest.mark.parametrize("comments", [Comments(), Comments("javascript:x", "ftp://x/", -1)], ids=["empty", "invalid"])
def test_comments_that_say_nothing_are_left_out(comments: Comments) -> None:
    assert document(Rss(), [a_bare_entry(comments=comments)]) == document(Rss(), [a_bare_entry()])
    assert document(Atom(), [a_bare_entry(comments=comments)]) == document(Atom(), [a_bare_entry()])
    assert "_comments" not in json_item(a_bare_entry(comments=comments))


def test_where_an_entry_comes_from() -> None:
    entry = a_told_entry()
    assert attributes(item(entry), "source") == [{"url": f"{SITE}/planet.xml"}]
    assert texts(item(entry), "source") == ["Planet Tea"]
    source = atom_entry(entry).find("a:source", SPACES)
    assert source is not None
    assert texts(source, "a:id") == ["tag:planet.example,2020:feed"]
    assert texts(source, "a:title") == ["Planet Tea"]
    assert texts(source, "a:updated") == ["2025-01-06T12:30:00Z"]
    assert attributes(source, "a:link") == [{"href": f"{SITE}/planet.xml", "rel": "self"}]
    assert json_item(entry)["_source"] == {
        "title": "Planet Tea",
        "feed_url": f"{SITE}/planet.xml",
        "id": "tag:planet.example,2020:feed",
        "date_modified": "2025-01-06T12:30:00Z",
    }


def test_a_source_always_has_a_title_and_an_id() -> None:
    source = atom_entry(a_bare_entry(origin=Origin("", f"{SITE}/p.xml"))).find("a:source", SPACES)
    assert source is not None
    assert texts(source, "a:id") == texts(source, "a:title") == [f"{SITE}/p.xml"]
    assert texts(source, "a:updated") == []


@pytest.mark.parametrize("url", ["", "/relative", "javascript:x"])
def test_a_source_that_nobody_can_ask_is_none(url: str) -> None:
    assert json_item(a_bare_entry(origin=Origin("Planet", url))) == json_item(a_bare_entry())


def test_what_was_taken_over_is_not_by_the_author_of_this_feed() -> None:
    planet = Origin("Planet", f"{SITE}/p.xml")
    for authors, expected in (((), ["Planet"]), ((Author("Ada"),), ["Ada"])):
        entry = a_bare_entry(origin=planet, authors=authors)
        assert texts(item(entry), "dc:creator") == texts(atom_entry(entry), "a:author/a:name") == expected
        assert [each["name"] for each in json_item(entry)["authors"]] == expected


def test_the_rhythm_of_a_channel_is_that_of_rss() -> None:
    said = a_channel(rhythm=Rhythm("weekly", 3, 90))
    found = rss(channel=said)
    assert texts(found, "ttl") == ["90"]
    assert texts(found, "sy:updatePeriod") == ["weekly"]
    assert texts(found, "sy:updateFrequency") == ["3"]
    assert document(Atom(), (), said) == document(Atom(), (), a_channel())


@pytest.mark.parametrize(
    ("rhythm", "ttl", "period"),
    [
        (Rhythm("Weekly", 1, 60), ["60"], []),
        (Rhythm("weekly", 0, 60), ["60"], []),
        (Rhythm("weekly", 1, -1), [], ["weekly"]),
        (Rhythm("", 0, 0), [], []),
    ],
)
def test_what_is_wrong_in_a_rhythm_is_left_out(rhythm: Rhythm, ttl: list[str], period: list[str]) -> None:
    found = rss(channel=a_channel(rhythm=rhythm))
    assert texts(found, "ttl") == ttl
    assert texts(found, "sy:updatePeriod") == period
    assert len(texts(found, "sy:updateFrequency")) == len(period)


def test_enclosures_of_one_title_are_one_thing_in_a_group() -> None:
    found = item(a_told_entry())
    assert attributes(found, "media:group/media:content") == [
        {
            "url": f"{SITE}/3.mp3",
            "fileSize": "1234",
            "type": "audio/mpeg",
            "medium": "audio",
            "isDefault": "true",
            "duration": "65",
        },
        {"url": f"{SITE}/3.ogg", "fileSize": "999", "type": "audio/ogg", "medium": "audio", "duration": "65"},
    ]
    assert [each["url"] for each in attributes(found, "enclosure")] == [f"{SITE}/3.mp3"]


@pytest.mark.parametrize("titles", [("Tea", "Milk"), ("", ""), ("Tea",), ("Tea", "Milk", "Milk")])
def test_other_enclosures_stand_in_no_group(titles: tuple[str, ...]) -> None:
    media = tuple(Enclosure(f"{SITE}/{at}", "audio/ogg", title=title) for at, title in enumerate(titles))
    assert item(an_entry(enclosures=media)).find("media:group", SPACES) is None


def test_every_enclosure_is_a_link_of_atom_and_an_attachment_of_json() -> None:
    entry = a_told_entry()
    urls = [media.url for media in entry.enclosures]
    assert [link["href"] for link in attributes(atom_entry(entry), "a:link") if link["rel"] == "enclosure"] == urls
    assert [each["url"] for each in json_item(entry)["attachments"]] == urls


@each_xml_format
@pytest.mark.parametrize("href", [f"{SITE}/feed.css?a=1&b=2", "/feed.css"])
def test_a_style_sheet_is_named_between_declaration_and_root(form: Format, href: str) -> None:
    data = document(form, [an_entry()], a_channel(stylesheet=href))
    lines = data.decode().splitlines()
    escaped = href.replace("&", "&amp;")
    assert lines[:2] == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<?xml-stylesheet type="text/css" href="{escaped}"?>',
    ]
    before = etree.fromstring(data).getprevious()
    assert isinstance(before, etree._ProcessingInstruction)
    assert before.get("href") == escaped  # pseudo-attributes: lxml leaves their references alone
    assert read(data).bozo == 0


@each_xml_format
@pytest.mark.parametrize("href", ["", "javascript:x", "feed.css", 'data:text/css,"?>'])
def test_what_is_no_style_sheet_is_not_named(form: Format, href: str) -> None:
    assert b"<?xml-stylesheet" not in document(form, (), a_channel(stylesheet=href))


@each_xml_format
def test_no_address_ends_the_instruction(form: Format) -> None:
    data = document(form, (), a_channel(stylesheet=f'{SITE}/?>"<x>'))
    assert etree.fromstring(data).getprevious() is not None
    assert data.splitlines()[1].count(b"?>") == 1


@either
def test_the_page_of_a_feed_is_related_to_it(feed: Any) -> None:
    page = {"href": f"{SITE}/feeds/this.html", "rel": "related", "type": "text/html"}
    assert page in attributes(feed(channel=a_channel(page_url=page["href"])), "a:link")
    assert attributes(feed(channel=a_channel(page_url=f"{SITE}/")), "a:link") == attributes(feed(), "a:link")


@pytest.mark.parametrize("rel", ["alternate", "related"])
def test_the_page_of_a_feed_is_linked_once(rel: str) -> None:
    page = f"{SITE}/feeds/this.html"
    channel = a_channel(page_url=page, links=(Link(rel, page, "text/html"),))
    for found, meant in ((rss(channel=channel), rel), (atom(channel=channel), "related")):
        assert [each["rel"] for each in attributes(found, "a:link") if each["href"] == page] == [meant]


def test_json_tells_people_of_the_page() -> None:
    page = f"{SITE}/feeds/this.html"
    assert json_feed(channel=a_channel(page_url=page))["user_comment"] == f"This feed as a page: {page}"
    assert "user_comment" not in json_feed(channel=a_channel(page_url=f"{SITE}/"))


@pytest.mark.parametrize("channel", [a_told_channel(), a_told_channel(archive=False, complete=True)])
def test_atom_with_all_vocabularies_is_valid_by_the_grammar(channel: Channel) -> None:
    later = a_told_entry(id="42", updated=NOON + timedelta(days=1), html="", summary="")
    atom_grammar().assertValid(atom(a_told_entry(), later, channel=channel))


@each_xml_format
def test_an_independent_reader_takes_all_vocabularies(form: Format) -> None:
    found = read(document(form, [a_told_entry()], a_told_channel()))
    assert found.bozo == 0
    (entry,) = found.entries
    assert entry.source.title == "Planet Tea"
    assert (entry.slash_comments if form.name == "rss" else entry.thr_total) == "3"
    assert [each.href for each in found.feed.links if each.rel == "prev-archive"] == [f"{SITE}/feeds/1"]
