"""The example of a podcast: built by us, read by podcastparser and feedparser, held against Apple's rules."""

from __future__ import annotations

import io
import os
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import feedparser
import podcastparser
from lxml import etree

import syndicate
from syndicate.content import media
from syndicate.feeds import apple
from syndicate.feeds.plan import PRESETS, Plan
from syndicate.feeds.shows import Shows
from syndicate.model import Author, Channel, Enclosure, Entry, Episode, Severity, Show
from syndicate.settings import Layer, from_toml, load

SITE = Path(__file__).parents[2] / "examples" / "podcast"
URL = "https://ferrymen.example"
FEED = f"{URL}/feeds/rss.xml"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
NOW = 1_798_761_600  # 2027


@cache
def built() -> bytes:
    with TemporaryDirectory() as folder:
        options = {"output": {"folder": f"{folder}/feeds"}}
        report = syndicate.build(str(SITE), options=options, environ={}, now=NOW)
        assert report.problems == []
        return Path(folder, "feeds", "rss.xml").read_bytes()


def read() -> dict[str, Any]:
    found: dict[str, Any] = podcastparser.parse(FEED, io.BytesIO(built()))
    return found


def show() -> Show:
    settings, _origins = load([Layer("file", from_toml((SITE / "config/syndicate.toml").read_text("utf-8"), "file"))])
    plan = Plan(PRESETS["syndicate"], "", URL, f"{URL}/feeds/", ("rss",))
    author = Author(settings.site.author.name)
    found = Shows(settings.podcast, URL, author).of(plan.feed(None), plan)
    assert found
    return found


def items() -> dict[str, etree._Element]:
    return {item.findtext("title") or "": item for item in etree.fromstring(built()).iter("item")}


def test_podcastparser_reads_every_episode() -> None:
    keys = ("title", "guid", "number", "season", "type", "total_time", "explicit", "published", "link")
    found = [{key: each[key] for key in keys if key in each} for each in read()["episodes"]]
    # of a serial show, gPodder hears the oldest first
    assert found[::-1] == [
        {
            "title": "The bell",
            "guid": "urn:uuid:a9c5e1d4-2b6f-4f83-8e07-6c4b2a1d9f30",
            "number": 2,
            "season": 1,
            "type": "bonus",
            "total_time": 6,
            "published": _at(18),
            "link": f"{URL}/episodes/bonus-the-bell.html",
        },
        {
            "title": "The toll house",
            "guid": "urn:uuid:7f0b3c9a-15b4-4c0e-9f2d-3d1d8e5a6b47",
            "number": 2,
            "season": 1,
            "total_time": 10,
            "explicit": True,
            "published": _at(15),
            "link": f"{URL}/episodes/2-the-toll-house.html",
        },
        {
            "title": "The ford",
            "guid": "urn:uuid:0d4b7f52-8d0c-4a54-8b9e-52f9d6c1a3e2",
            "number": 1,
            "season": 1,
            "total_time": 12,
            "explicit": False,
            "published": _at(8),
            "link": f"{URL}/episodes/1-the-ford.html",
        },
        {
            "title": "What is a ferryman?",
            "guid": "urn:uuid:4b1f6a0e-6a58-4d0d-9a8f-0c5a5b1f7c11",
            "season": 1,
            "type": "trailer",
            "total_time": 4,
            "published": _at(1),
            "link": f"{URL}/episodes/trailer.html",
        },
    ]


def _at(day: int) -> int:
    return int(datetime(2026, 3, day, 7, tzinfo=UTC).timestamp())


def test_both_readers_see_the_files_as_they_are() -> None:
    names = ("bonus-the-bell", "2-the-toll-house", "1-the-ford", "trailer")
    wanted = [(f"{URL}/media/{name}.mp3", (SITE / f"media/{name}.mp3").stat().st_size, "audio/mpeg") for name in names]
    sounds = [each["enclosures"] for each in read()["episodes"]]
    assert [(each["url"], each["file_size"], each["mime_type"]) for (each,) in sounds[::-1]] == wanted
    parsed = feedparser.parse(built())
    assert parsed.bozo == 0
    sounds = [each.enclosures for each in parsed.entries]
    assert [(each.href, int(each.length), each.type) for (each,) in sounds] == wanted
    assert [each.itunes_duration for each in parsed.entries] == ["6", "10", "12", "4"]
    assert [each.get("itunes_episodetype") for each in parsed.entries] == ["bonus", None, None, "trailer"]


def test_what_podcasting_two_says_of_an_episode() -> None:
    ford, house = items()["The ford"], items()["The toll house"]
    said = [(each.tag.removeprefix(PODCAST), dict(each.attrib), each.text) for each in ford if PODCAST in str(each.tag)]
    assert sorted(said, key=repr) == sorted(
        [
            ("season", {"name": "Low water"}, "1"),
            ("episode", {}, "1"),
            ("transcript", {"url": f"{URL}/transcripts/1-the-ford.vtt", "type": "text/vtt"}, None),
            (
                "transcript",
                {
                    "url": f"{URL}/transcripts/1-the-ford.srt",
                    "type": "application/x-subrip",
                    "language": "en",
                    "rel": "captions",
                },
                None,
            ),
            ("chapters", {"url": f"{URL}/chapters/1-the-ford.json", "type": "application/json+chapters"}, None),
            ("soundbite", {"startTime": "2.5", "duration": "4"}, "The cost of dry feet"),
            ("person", {"role": "guest", "href": f"{URL}/cy", "img": f"{URL}/media/cover.png"}, "Cy Dale"),
        ],
        key=repr,
    )
    assert ford.findtext(f"{ITUNES}title") == "The ford at Upper Aske"
    assert house.findtext(f"{PODCAST}license") == "cc-by-nd-4.0"
    assert house.findtext("comments") == f"{URL}/talk/2"


def test_podcastparser_reads_the_show() -> None:
    found = read()
    assert (found["title"], found["language"], found["type"]) == ("The Ferrymen", "en", "serial")
    assert found["itunes_author"] == "The Aske Valley Society"
    assert found["itunes_owner"] == {"name": "The Aske Valley Society", "email": "post@ferrymen.example"}
    assert found["itunes_categories"] == [["Society & Culture", "Places & Travel"], ["History"]]
    assert (found["explicit"], found["cover_url"]) == (False, f"{URL}/media/cover.png")
    root = etree.fromstring(built())
    assert root.findtext(f"channel/{PODCAST}guid") == show().guid


def test_the_show_keeps_apples_rules() -> None:
    cover = media.probe(os.fsencode(SITE), ["media/cover.png"])
    assert cover
    channel = Channel("id", "The Ferrymen", FEED, f"{URL}/", "About.", "en", show=show())
    found = apple.problems(
        channel, entries(), "rss.xml", apple.Cover(cover.type, cover.width, cover.height, cover.colours)
    )
    assert found == []


def test_what_apple_would_refuse_is_told_at_every_build(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    (site / "media/cover.png").write_bytes(a_png(600, 500))
    post = site / "episodes/1-the-ford.md"
    post.write_text(post.read_text("utf-8").replace("  number: 1\n", "").replace("/media/1-the-ford.mp3", URL_OF_FLAC))
    options = {"output": {"folder": f"{tmp_path}/feeds"}, "podcast": {"categories": []}}
    for _build in ("the first", "one that changes nothing"):
        report = syndicate.build(str(site), options=options, environ={}, now=NOW)
        assert report.exit_code == 0, "what directories want stops no build"
        told = {(each.path, each.code, each.message.partition(";")[0]) for each in report.problems}
        ford = f"{URL}/episodes/1-the-ford.html"
        assert told >= {
            ("rss.xml", "podcast-category", "the show has no category"),
            ("rss.xml", "podcast-image", "the cover is 600 × 500 pixels"),
            ("rss.xml", "podcast-number", f"{ford} has no number, and the episodes of a serial show need one"),
            ("rss.xml", "podcast-enclosure", f"the file of {ford} is audio/flac, which Apple does not play"),
        }
    assert not [each for each in report.problems if each.severity is Severity.ERROR]


URL_OF_FLAC = "https://media.example/ford.flac"


def a_png(width: int, height: int) -> bytes:
    """The beginning of a PNG, which is where its measures stand."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + head + b"\0" * 64


def entries() -> list[Entry]:
    """The entries as podcastparser reads them."""
    made = []
    for each in read()["episodes"]:
        (sound,) = each["enclosures"]
        at = datetime.fromtimestamp(each["published"], UTC)
        medium = Enclosure(sound["url"], sound["mime_type"], sound["file_size"], each["total_time"])
        said = Episode(number=each.get("number"), season=each.get("season"), kind=each.get("type", ""))
        made.append(Entry(each["guid"], each["link"], each["title"], "", at, at, enclosures=(medium,), episode=said))
    return made
