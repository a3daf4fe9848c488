"""The door for what podcasts say: what comes through can be written. Pure. Never raises.

An item that lacks what its element requires is left out, and so is a value that its vocabulary does not know.
"""

from __future__ import annotations

from collections.abc import Iterable

from syndicate.feeds.formats._cleaned import author, count, language, line, media_type, positive, web
from syndicate.feeds.formats._ids import is_uuid
from syndicate.model.media import Author
from syndicate.model.patterns import regex
from syndicate.model.podcast import Episode, Funding, Person, Rendition, Show, Soundbite, Transcript

_EPISODES = frozenset(("full", "trailer", "bonus"))
_SHOWS = frozenset(("episodic", "serial"))
_MEDIUM = regex(r"[a-z]{1,32}L?")  # the list grows; `musicL` is a list of music

_TEXT_LENGTH = 128  # podcast namespace: person, funding, soundbite, season, license
_LONGEST = 10**7  # seconds; four months of sound


def admit_episode(episode: Episode) -> Episode:
    """An Episode fit to be written."""
    license_said = _short(episode.license)
    return Episode(
        title=line(episode.title),
        kind=_one_of(_EPISODES, episode.kind),
        number=positive(episode.number),
        season=positive(episode.season),
        season_name=_short(episode.season_name),
        explicit=None if episode.explicit is None else bool(episode.explicit),
        blocked=bool(episode.blocked),
        image=web(episode.image),
        chapters=web(episode.chapters),
        transcripts=_transcripts(episode.transcripts),
        persons=_persons(episode.persons),
        soundbites=_soundbites(episode.soundbites),
        renditions=_renditions(episode.renditions),
        license=license_said,
        license_url=web(episode.license_url) if license_said else "",
    )


def admit_show(show: Show) -> Show:
    """A Show fit to be written."""
    license_said, guid, medium = _short(show.license), line(show.guid), line(show.medium)
    return Show(
        categories=_categories(show.categories),
        explicit=bool(show.explicit),
        author=line(show.author),
        owner=_owner(show.owner),
        kind=_one_of(_SHOWS, show.kind),
        image=web(show.image),
        guid=guid if is_uuid(guid) else "",
        locked=None if show.locked is None else bool(show.locked),
        medium=medium if _MEDIUM.fullmatch(medium) else "",
        funding=_funding(show.funding),
        persons=_persons(show.persons),
        license=license_said,
        license_url=web(show.license_url) if license_said else "",
        new_feed_url=web(show.new_feed_url),
        complete=bool(show.complete),
        blocked=bool(show.blocked),
    )


def _short(text: str) -> str:
    return line(line(text)[:_TEXT_LENGTH])


def _one_of(known: frozenset[str], text: str) -> str:
    text = line(text).lower()
    return text if text in known else ""


def _owner(owner: Author | None) -> Author | None:
    """Apple asks for both a name and an address."""
    clean = author(owner) if owner else None
    return clean if clean and clean.name and clean.email else None


def _categories(categories: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """A category, or one with its subcategory: there is no third level."""
    clean = (tuple(line(name) for name in path)[:2] for path in categories)
    return tuple(dict.fromkeys(path for path in clean if path and all(path)))


def _funding(funding: Iterable[Funding]) -> tuple[Funding, ...]:
    clean = (Funding(web(each.url), _short(each.text)) for each in funding)
    return tuple(dict.fromkeys(each for each in clean if each.url and each.text))


def _persons(persons: Iterable[Person]) -> tuple[Person, ...]:
    clean = (
        Person(_short(each.name), line(each.role), line(each.group), web(each.url), web(each.image)) for each in persons
    )
    return tuple(dict.fromkeys(each for each in clean if each.name))


def _transcripts(transcripts: Iterable[Transcript]) -> tuple[Transcript, ...]:
    clean = (
        Transcript(web(each.url), media_type(each.type), language(each.language), bool(each.captions))
        for each in transcripts
    )
    return tuple(dict.fromkeys(each for each in clean if each.url and each.type))


def _soundbites(soundbites: Iterable[Soundbite]) -> tuple[Soundbite, ...]:
    """Parts with a beginning and a length in milliseconds, as they are written."""
    clean = (
        Soundbite(round(each.start, 3), round(each.duration, 3), _short(each.title))
        for each in soundbites
        if 0 <= each.start < _LONGEST and 0 < each.duration < _LONGEST  # so neither infinite nor no number
    )
    return tuple(dict.fromkeys(each for each in clean if each.start < _LONGEST and 0 < each.duration < _LONGEST))


def _renditions(renditions: Iterable[Rendition]) -> tuple[Rendition, ...]:
    """Other forms that can be fetched; at most one is the default."""
    clean: list[Rendition] = []
    for each in renditions:
        sources = tuple(dict.fromkeys(filter(None, map(web, each.sources))))
        kind = media_type(each.type)
        if sources and kind:
            default = bool(each.default) and not any(other.default for other in clean)
            clean.append(_rendition(each, sources, kind, default))
    return tuple(dict.fromkeys(clean))


def _rendition(said: Rendition, sources: tuple[str, ...], kind: str, default: bool) -> Rendition:
    return Rendition(
        sources=sources,
        type=kind,
        length=count(said.length),
        bitrate=positive(said.bitrate),
        height=positive(said.height),
        language=language(said.language),
        title=line(said.title),
        default=default,
    )
