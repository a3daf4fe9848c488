"""Episodes and shows in RSS: Apple's elements and those of Podcasting 2.0, and what a podcast player reads."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import podcastparser
import pytest

from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.jsonfeed import JsonFeed
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Author, Enclosure, Entry, Episode, Image, Show
from syndicate.model.podcast import Funding, Person, Rendition, Soundbite, Transcript
from tests.feeds.documents import (
    MORNING,
    SITE,
    SPACES,
    a_bare_entry,
    a_channel,
    a_show,
    a_told_channel,
    a_told_entry,
    an_episode,
    attributes,
    document,
    item,
    rss,
    texts,
)


def told(**changes: Any) -> Any:
    """The item of an entry whose episode says just this."""
    return item(a_bare_entry(episode=Episode(**changes)))


def shown(**changes: Any) -> Any:
    """The channel whose show says just this."""
    return rss(channel=a_channel(show=Show(**changes)))


def test_an_episode_by_apples_rules() -> None:
    found = item(a_told_entry())
    assert {name: texts(found, f"itunes:{name}") for name in SAID_OF_AN_EPISODE} == SAID_OF_AN_EPISODE
    assert attributes(found, "itunes:image") == [{"href": f"{SITE}/3.jpg"}]


SAID_OF_AN_EPISODE = {
    "title": ["Tea, spoken"],
    "duration": ["65"],
    "episode": ["3"],
    "season": ["2"],
    "episodeType": ["full"],
    "explicit": ["false"],
    "block": ["Yes"],
}


def test_an_episode_by_podcasting_2() -> None:
    found = item(a_told_entry())
    assert attributes(found, "podcast:season") == [{"name": "Winter"}]
    assert texts(found, "podcast:season") == ["2"]
    assert texts(found, "podcast:episode") == ["3"]
    assert attributes(found, "podcast:transcript") == [
        {"url": f"{SITE}/3.vtt", "type": "text/vtt", "language": "en", "rel": "captions"},
        {"url": f"{SITE}/3.html", "type": "text/html"},
    ]
    assert attributes(found, "podcast:chapters") == [
        {"url": f"{SITE}/3/chapters.json", "type": "application/json+chapters"}
    ]
    assert texts(found, "podcast:person") == ["Ada", "王小明"]
    assert attributes(found, "podcast:person") == [
        {"role": "host", "group": "cast", "img": f"{SITE}/ada.jpg", "href": f"{SITE}/ada"},
        {},
    ]
    assert attributes(found, "podcast:soundbite") == [
        {"startTime": "73.5", "duration": "60"},
        {"startTime": "0", "duration": "0.125"},
    ]
    assert texts(found, "podcast:soundbite") == ["The first cup", ""]
    assert attributes(found, "podcast:license") == [{"url": f"{SITE}/licence"}]


def test_other_forms_of_an_episode() -> None:
    found = item(a_told_entry())
    assert attributes(found, "podcast:alternateEnclosure") == [
        {"type": "audio/opus", "length": "99", "bitrate": "32000", "lang": "en", "title": "Low"},
        {"type": "video/mp4", "height": "720", "default": "true"},
    ]
    assert [each["uri"] for each in attributes(found, "podcast:alternateEnclosure/podcast:source")] == [
        f"{SITE}/3.opus",
        "https://mirror.example/3.opus",
        f"{SITE}/3.mp4",
    ]


@pytest.mark.parametrize(
    ("media", "duration"),
    [
        ((Enclosure(f"{SITE}/a", "audio/mpeg", 1, 3661),), ["3661"]),
        ((Enclosure(f"{SITE}/a", "audio/mpeg", 1, 0),), []),
        ((Enclosure(f"{SITE}/a", "audio/mpeg"), Enclosure(f"{SITE}/b", "audio/mpeg", 1, 5)), []),
        ((), []),
    ],
)
def test_the_duration_is_that_of_the_main_enclosure(media: tuple[Enclosure, ...], duration: list[str]) -> None:
    assert texts(item(a_bare_entry(enclosures=media)), "itunes:duration") == duration


def test_a_show_by_apples_rules() -> None:
    found = rss(channel=a_channel(show=a_show()))
    for name, text in {
        "author": "The Desk",
        "explicit": "true",
        "type": "serial",
        "new-feed-url": "https://new.example/feed",
        "block": "Yes",
        "complete": "Yes",
        "owner/itunes:name": "The Desk",
        "owner/itunes:email": "desk@news.example",
    }.items():
        assert texts(found, f"itunes:{name}") == [text], name
    assert attributes(found, "itunes:image") == [{"href": f"{SITE}/cover.jpg"}]


def test_categories_hold_their_subcategories() -> None:
    found = rss(channel=a_channel(show=a_show()))
    assert [
        (each.get("text"), [below.get("text") for below in each]) for each in found.iterfind("itunes:category", SPACES)
    ] == [("Society & Culture", ["Documentary", "Relationships"]), ("Arts", [])]


def test_a_show_by_podcasting_2() -> None:
    found = rss(channel=a_channel(show=a_show()))
    for name, text in {
        "guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "locked": "yes",
        "medium": "podcast",
        "funding": "Tea & us",
        "person": "Ada",
        "license": "cc-by-4.0",
    }.items():
        assert texts(found, f"podcast:{name}") == [text], name
    assert attributes(found, "podcast:funding") == [{"url": "https://pay.example/?a=1&b=2"}]


def test_a_show_that_says_little_has_the_author_and_the_picture_of_the_feed() -> None:
    found = shown()
    assert texts(found, "itunes:author") == ["The Desk"]
    assert attributes(found, "itunes:image") == [{"href": f"{SITE}/logo.png"}]
    assert texts(found, "itunes:explicit") == ["false"]
    written = [str(each.tag) for each in found if str(each.tag).startswith(("{http://www.itunes", "{https://podcast"))]
    assert len(written) == 3


def test_a_bare_feed_with_a_show_is_written() -> None:
    found = rss(channel=a_channel(show=Show(), authors=(), image=None))
    assert texts(found, "itunes:author") == []
    assert attributes(found, "itunes:image") == []


@pytest.mark.parametrize(("locked", "text"), [(True, ["yes"]), (False, ["no"]), (None, [])])
def test_locked_is_said_or_not(locked: bool | None, text: list[str]) -> None:
    assert texts(shown(locked=locked), "podcast:locked") == text


@pytest.mark.parametrize(("explicit", "text"), [(True, ["true"]), (False, ["false"]), (None, [])])
def test_explicit_is_true_or_false_or_not_said(explicit: bool | None, text: list[str]) -> None:
    assert texts(told(explicit=explicit), "itunes:explicit") == text


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0, "season": -1, "kind": "interview"},
        {"image": "cover.jpg", "chapters": "javascript:x"},
        {"transcripts": (Transcript("", "text/vtt"), Transcript(f"{SITE}/t", ""), Transcript(f"{SITE}/t", "vtt"))},
        {"persons": (Person("\x00 "), Person("", "host", "cast", SITE, SITE))},
        {"soundbites": (Soundbite(-1, 5), Soundbite(1, 0), Soundbite(float("nan"), 5), Soundbite(0, float("inf")))},
        {"soundbites": (Soundbite(10**400, 5), Soundbite(0, 0.0001), Soundbite(0, 10**400))},
        {"renditions": (Rendition((), "audio/opus"), Rendition((f"{SITE}/a",), ""), Rendition(("x",), "audio/opus"))},
        {"season_name": "Winter", "license_url": f"{SITE}/licence"},
        {"title": "\t"},
    ],
)
def test_what_is_invalid_in_an_episode_is_left_out(changes: dict[str, Any]) -> None:
    assert Rss().fragment(a_bare_entry(episode=Episode(**changes))) == Rss().fragment(a_bare_entry())


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "weekly", "guid": "42", "medium": "Radio!"},
        {"owner": Author("Ada")},
        {"owner": Author("", "ada@news.example")},
        {"funding": (Funding("", "Pay"), Funding("https://pay.example/", " "), Funding("mailto:a@b.example", "Pay"))},
        {"categories": ((), ("",), ("Arts", ""))},
        {"persons": (Person(""),), "license_url": f"{SITE}/licence", "new_feed_url": "/feed", "image": "x"},
    ],
)
def test_what_is_invalid_in_a_show_is_left_out(changes: dict[str, Any]) -> None:
    assert Rss().envelope(a_channel(show=Show(**changes))) == Rss().envelope(a_channel(show=Show()))


def test_names_and_texts_of_podcasting_2_have_128_characters() -> None:
    long = "x" * 200
    assert texts(told(persons=(Person(long),)), "podcast:person") == ["x" * 128]
    assert texts(shown(funding=(Funding("https://pay.example/", long),)), "podcast:funding") == ["x" * 128]


def test_only_one_rendition_is_the_default() -> None:
    both = tuple(Rendition((f"{SITE}/{at}",), "audio/opus", default=True) for at in range(2))
    found = attributes(told(renditions=both), "podcast:alternateEnclosure")
    assert found == [{"type": "audio/opus", "default": "true"}, {"type": "audio/opus"}]


def test_podcasts_are_a_matter_of_rss() -> None:
    for form in (Atom(), JsonFeed()):
        assert form.fragment(a_bare_entry(episode=an_episode())) == form.fragment(a_bare_entry())
        assert form.envelope(a_channel(show=a_show())) == form.envelope(a_channel())


def by_player(*entries: Entry) -> Any:
    """What podcastparser, an independent reader of podcasts, makes of a document."""
    return podcastparser.parse(f"{SITE}/feeds/this", BytesIO(document(Rss(), entries, a_told_channel())))


def test_a_player_reads_the_show() -> None:
    found = by_player()
    assert (found["title"], found["description"], found["link"]) == ("News & 新闻", "All the news", f"{SITE}/")
    assert (found["itunes_author"], found["type"], found["explicit"]) == ("The Desk", "serial", True)
    assert found["itunes_owner"] == {"name": "The Desk", "email": "desk@news.example"}
    assert found["itunes_categories"] == [["Society & Culture", "Documentary", "Relationships"], ["Arts"]]
    assert found["new_url"] == "https://new.example/feed"


def test_a_player_reads_the_episodes() -> None:
    later, earlier = by_player(a_told_entry(), a_told_entry(id="41", episode=an_episode(number=2, kind="bonus")))[
        "episodes"
    ]
    assert (later["guid"], later["number"], later["season"], later["type"]) == ("Episode 42", 3, 2, "full")
    assert (earlier["guid"], earlier["number"], earlier["type"]) == ("41", 2, "bonus")
    assert (later["total_time"], later["explicit"], later["published"]) == (65, False, MORNING.timestamp())
    assert later["episode_art_url"] == f"{SITE}/3.jpg"
    assert later["enclosures"][0] == {"url": f"{SITE}/3.mp3", "file_size": 1234, "mime_type": "audio/mpeg"}


def test_a_player_reads_the_picture_of_a_feed_whose_show_has_none() -> None:
    channel = a_channel(show=Show(), image=Image(f"{SITE}/logo.png"))
    found = podcastparser.parse(SITE, BytesIO(document(Rss(), (), channel)))
    assert found["cover_url"] == f"{SITE}/logo.png"
