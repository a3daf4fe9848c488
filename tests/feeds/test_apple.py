"""Apple's rules: a show that keeps them all, and one fault at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicate.feeds.apple import Cover, problems
from syndicate.model import Channel, Enclosure, Entry, Episode, Severity, Show

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOW = Show(categories=(("Society & Culture", "Documentary"),), author="Ada", image="https://example.org/cover.png")
CHANNEL = Channel("id", "T", "https://example.org/rss.xml", "https://example.org/", "About.", "en", show=SHOW)
COVER = Cover("image/png", 1400, 1400, "rgb")
FILE = Enclosure("https://example.org/1.mp3", "audio/mpeg", 1000, 60)


def entry(number: int, **given: object) -> Entry:
    url = f"https://example.org/{number}/"
    medium = replace(FILE, url=f"https://example.org/{number}.mp3")
    whole = Entry(url, url, f"T{number}", "<p>x</p>", AT, AT, enclosures=(medium,), episode=Episode(number=number))
    return replace(whole, **given)  # type: ignore[arg-type]


GOOD = (entry(1), entry(2))


def told(channel: Channel = CHANNEL, entries: tuple[Entry, ...] = GOOD, cover: Cover | None = COVER) -> list[str]:
    return [problem.code for problem in problems(channel, entries, "rss.xml", cover)]


def with_show(**given: object) -> Channel:
    return replace(CHANNEL, show=replace(SHOW, **given))  # type: ignore[arg-type]


def test_a_show_that_keeps_the_rules_is_not_bothered() -> None:
    assert told() == [] and told(cover=None) == []


def test_what_is_no_show_or_not_to_be_listed_is_not_judged() -> None:
    bad = (replace(entry(1), enclosures=()),)
    assert told(replace(CHANNEL, show=None), bad) == [] and told(with_show(blocked=True), bad) == []


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (with_show(categories=()), "podcast-category"),
        (with_show(categories=(("Business", "Documentary"),)), "podcast-category"),
        (with_show(categories=(("Technology",), ("Games",))), "podcast-category"),
        (with_show(image=""), "podcast-image"),
        (with_show(image="https://example.org/cover.webp"), "podcast-image"),
        (with_show(image="https://example.org/cover.jpg?v=2"), "podcast-image"),
        (with_show(image="http://example.org/cover.png"), "podcast-https"),
        (with_show(author=""), "podcast-author"),
        (replace(CHANNEL, language=""), "podcast-language"),
        (replace(CHANNEL, description="é" * 2001), "podcast-description"),
        (replace(CHANNEL, self_url="http://example.org/rss.xml"), "podcast-https"),
    ],
)
def test_a_fault_of_the_show(channel: Channel, code: str) -> None:
    assert told(channel) == [code]


@pytest.mark.parametrize(
    "cover",
    [
        replace(COVER, type="image/webp"),
        replace(COVER, type="image/jpeg"),
        replace(COVER, width=1399, height=1399),
        replace(COVER, width=3001, height=3001),
        replace(COVER, width=2000),
        replace(COVER, width=None, height=None),
        replace(COVER, colours="cmyk"),
        replace(COVER, colours="grey"),
    ],
)
def test_a_fault_of_the_cover(cover: Cover) -> None:
    assert told(cover=cover) == ["podcast-image"]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (entry(2, enclosures=()), "podcast-enclosure"),
        (entry(2, enclosures=(replace(FILE, type="audio/ogg", url="https://example.org/2.ogg"),)), "podcast-enclosure"),
        (entry(2, enclosures=(replace(FILE, length=None, url="https://example.org/2.mp3"),)), "podcast-enclosure"),
        (entry(2, enclosures=(FILE,)), "podcast-enclosure"),
        (entry(2, enclosures=(replace(FILE, url="http://example.org/2.mp3"),)), "podcast-https"),
        (entry(2, enclosures=(replace(FILE, url="https://example.org/2.mp3", duration=None),)), "podcast-duration"),
        (entry(2, id="https://example.org/1/"), "podcast-guid"),
        (entry(2, episode=Episode(number=1)), "podcast-number"),
        (entry(2, title="Ep. 2: Arches"), "podcast-title"),
        (entry(2, title="S01E02 Arches"), "podcast-title"),
        (entry(2, title="#2 Arches"), "podcast-title"),
    ],
)
def test_a_fault_of_an_episode(second: Entry, code: str) -> None:
    assert told(entries=(GOOD[0], second)) == [code]


@pytest.mark.parametrize("title", ["Epic tales", "E-mail", "No 10 Downing Street tells", "2 arches"])
def test_titles_that_only_look_numbered(title: str) -> None:
    assert told(entries=(entry(1, title=title),)) == []


def test_a_serial_needs_numbers_but_not_of_its_trailer() -> None:
    serial, bare = with_show(kind="serial"), entry(2, episode=None)
    assert told(entries=(bare,)) == [] and told(serial, (bare,)) == ["podcast-number"]
    assert told(serial, (entry(1), entry(2, episode=Episode(kind="trailer")))) == []
    bonus = entry(2, episode=Episode(kind="bonus", number=1))
    assert told(serial, (entry(1), bonus)) == []
    other_season = entry(2, episode=Episode(number=1, season=2))
    assert told(serial, (entry(1), other_season)) == []


def test_thousands_of_faults_are_not_told_one_by_one() -> None:
    found = problems(CHANNEL, [entry(n, enclosures=()) for n in range(1, 3000)], "rss.xml", COVER)
    assert len(found) == 21 and "2979 more" in found[-1].message
    assert {problem.severity for problem in found} == {Severity.INFO}
