"""Podcasting 2.0 (podcastindex.org/namespace/1.0), namespace `podcast`. RSS only. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import named, number
from syndicate.model.podcast import Episode, Person, Rendition, Show, Soundbite, Transcript

PODCAST = "https://podcastindex.org/namespace/1.0"
CHAPTERS = "application/json+chapters"

_LOCKED = {True: "yes", False: "no", None: ""}


def podcast_channel(channel: _Element, show: Show) -> None:
    """What a show says of itself: `guid`, `locked` and `medium` once each, the others as often as needed."""
    _say(channel, "guid", show.guid)
    _say(channel, "locked", _LOCKED[show.locked])
    _say(channel, "medium", show.medium)
    for each in show.funding:
        _say(channel, "funding", each.text, url=each.url)
    _persons(channel, show.persons)
    _say(channel, "license", show.license, url=show.license_url)


def podcast_item(item: _Element, episode: Episode) -> None:
    """What an episode says of itself."""
    _say(item, "season", number(episode.season), name=episode.season_name)
    _say(item, "episode", number(episode.number))
    for each in episode.transcripts:
        _transcript(item, each)
    if episode.chapters:
        _mark(item, "chapters", url=episode.chapters, type=CHAPTERS)
    _persons(item, episode.persons)
    for bite in episode.soundbites:
        _soundbite(item, bite)
    for rendition in episode.renditions:
        _alternate_enclosure(item, rendition)
    _say(item, "license", episode.license, url=episode.license_url)


def _transcript(item: _Element, said: Transcript) -> None:
    rel = "captions" if said.captions else ""
    _mark(item, "transcript", url=said.url, type=said.type, language=said.language, rel=rel)


def _persons(element: _Element, persons: Iterable[Person]) -> None:
    for person in persons:
        about = named(role=person.role, group=person.group, img=person.image, href=person.url)
        _say(element, "person", person.name, **about)


def _soundbite(item: _Element, said: Soundbite) -> None:
    _mark(item, "soundbite", startTime=seconds(said.start), duration=seconds(said.duration)).text = said.title or None


def _alternate_enclosure(item: _Element, said: Rendition) -> None:
    element = _mark(
        item,
        "alternateEnclosure",
        type=said.type,
        length=number(said.length),
        bitrate=number(said.bitrate),
        height=number(said.height),
        lang=said.language,
        title=said.title,
        default="true" if said.default else "",
    )
    for source in said.sources:
        _mark(element, "source", uri=source)


def seconds(value: float) -> str:
    """Seconds with milliseconds at most, in plain digits: `73`, `0.5`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _mark(element: _Element, tag: str, **attributes: str) -> _Element:
    return SubElement(element, f"{{{PODCAST}}}{tag}", named(**attributes))


def _say(element: _Element, tag: str, text: str, **attributes: str) -> None:
    """An element with text, if there is any: what has none here says nothing."""
    if text:
        _mark(element, tag, **attributes).text = text
