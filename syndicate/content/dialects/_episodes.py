"""What a post says as an episode of a podcast. Fields in, an Episode out.

The keys of the usual themes and plug-ins are known: in tables (`podcast:`, `episode:`, `itunes:`), with these words
before them (`podcast_season`, `itunesExplicit`) and, where nobody takes them for anything else, bare (`season`). They
count in any case, with `-`, `_` or neither between their words. The terms are those of Apple (`itunes`) and of
Podcasting 2.0 (podcastindex.org/namespace/1.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from syndicate.content.dialects import _episode_files as files
from syndicate.content.dialects._episode_people import persons
from syndicate.content.dialects._episode_values import KINDS, Numbers, kind_of, licence_of, numbers_of
from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line, shortened
from syndicate.content.dialects._media import Absolute
from syndicate.content.dialects._media_values import is_address, is_playable
from syndicate.content.dialects._names import PREFIXES, Named, by_plain_name, only_with
from syndicate.content.frontmatter import truth
from syndicate.model import Enclosure, Episode, Value
from syndicate.model.podcast import Transcript
from syndicate.model.records import NamedTuple

_TABLES = PREFIXES
_LAYOUTS = ("episode", "podcast", "podcastepisode")
_HINTS = ("trailer", "bonus")
_SIGNS = frozenset((*(f"{prefix}*" for prefix in PREFIXES), *_HINTS))
_TRANSCRIPTS = (("transcripts", False), ("transcript", False), ("transcripturl", False), ("transcriptfile", False),
                ("captions", True), ("subtitles", True))  # fmt: skip
_CHAPTERS = ("chapters", "chaptersurl", "chaptersfile", "chapterfile", "chaptersjson")
_RENDITIONS = ("alternateenclosures", "alternateenclosure", "alternatives", "renditions")


class _Found(NamedTuple):
    """A value with the key of the front matter that it stands below; `shown` is its whole name."""

    key: str
    shown: str
    value: Value

    @property
    def text(self) -> str:
        return (as_text(self.value) or "").strip()


class _Said:
    """All fields of a post by plain name, those in the tables of an episode first."""

    def __init__(self, fields: Fields) -> None:
        self.named = fields.named
        self.tables: list[Named] = []
        self._at: list[tuple[str, Named]] = []
        for name in _TABLES:
            key, value = self.named.get(name, ("", None))
            if isinstance(value, dict):
                self.tables.append(by_plain_name(value))
                self._at.append((key, self.tables[-1]))

    def all(self, names: Sequence[str], bare: Sequence[str] = ()) -> Iterator[_Found]:
        """Every value under one of the names: in the tables, behind a prefix, and, of `bare`, alone."""
        for name in names:
            for key, table in self._at:
                if name in table:
                    yield _Found(key, f"{key}.{table[name][0]}", table[name][1])
            for prefix in _TABLES:
                if prefix + name in self.named:
                    key, value = self.named[prefix + name]
                    yield _Found(key, key, value)
        for name in bare:
            if name in self.named:
                key, value = self.named[name]
                yield _Found(key, key, value)

    def text(self, names: Sequence[str], bare: Sequence[str] = ()) -> _Found:
        """The first that is a text (of a number, a flag); empty for none."""
        found = (each for each in self.all(names, bare) if as_text(each.value) is not None)
        return next(found, _Found("", "", None))


def episode(fields: Fields, enclosures: Sequence[Enclosure], absolute: Absolute) -> Episode | None:
    """The Episode of a post that has sound or pictures that move, or that says it is one; None for other posts."""
    if not (enclosures or _concerned(fields)):
        return None
    said = _Said(fields)
    number, season = _numbers(fields, said)
    kind = _kind(fields, said)
    if not (number or kind or said.tables or _is_called_so(said) or any(is_playable(each.type) for each in enclosures)):
        return None
    licence, licence_url = _licence(said, absolute)
    return Episode(
        title=one_line(decoded(_title(said))),
        kind=kind,
        number=number,
        season=season,
        season_name=_season_name(said),
        explicit=_explicit(fields, said),
        blocked=truth(said.text(("block", "blocked")).value) is True,
        image=_image(said, absolute),
        chapters=next(
            (url for each in said.all(_CHAPTERS, _CHAPTERS) if (url := files.chapters(each.value, absolute))), ""
        ),
        transcripts=tuple({each.url: each for each in _transcripts(fields, said, absolute)}.values()),
        persons=persons(said.tables, said.named, absolute),
        soundbites=tuple(
            bite
            for each in said.all(("soundbites", "soundbite"), ("soundbites", "soundbite"))
            for bite in files.soundbites(each.value)
        ),
        renditions=tuple(
            form for each in said.all(_RENDITIONS, _RENDITIONS) for form in files.renditions(each.value, absolute)
        ),
        license=licence,
        license_url=licence_url,
    )


@only_with(*_SIGNS, "layout", "type", otherwise=False)
def _concerned(fields: Fields) -> bool:
    """Whether any field may be about an episode: few posts have one, and the others are done with."""
    keys = fields.keys
    if not _SIGNS.isdisjoint(keys.names) and any(name.startswith(_TABLES) or name in _HINTS for name in fields.named):
        return True
    spelled = (key for name in ("layout", "type") for key in keys.spelled.get(name, ()))
    return any(_is_layout(as_text(fields.values[key]) or "") for key in spelled)


@lru_cache(1024)
def _is_layout(written: str) -> bool:
    return written.strip().casefold().replace("-", "") in _LAYOUTS


def _is_called_so(said: _Said) -> bool:
    """`layout: episode`, `type: podcast`, `podcast: true`: a word of the site's own for an episode."""
    words = (as_text(said.named.get(key, ("", None))[1]) for key in ("layout", "type"))
    return any(_is_layout(word or "") for word in words) or any(
        truth(said.named.get(key, ("", None))[1]) is True for key in ("podcast", "episode")
    )


def _numbers(fields: Fields, said: _Said) -> Numbers:
    """The numbers of the episode and of its season; what is neither is told, but for a bare `episode` or `season`
    that is a word."""
    number = season = within = None
    for each in said.all(
        ("number", "episodenumber", "no"), ("episodenumber", "episode", "itunesepisode", "podcastepisode")
    ):
        if each.text and (found := _numbered(fields, each, "an episode", "episode")):
            number, within = found
            break
    for each in _seasons(said):
        if each.text and (found := _numbered(fields, each, "a season", "season")):
            season = found.number
            break
    return Numbers(number, season or within)


def _seasons(said: _Said) -> Iterator[_Found]:
    for each in said.all(("season", "seasonnumber"), ("season", "seasonnumber")):
        if isinstance(each.value, dict):
            inner = by_plain_name(each.value)
            yield from (_Found(each.key, each.shown, inner[name][1]) for name in ("number", "no") if name in inner)
        else:
            yield each


def _numbered(fields: Fields, found: _Found, what: str, bare: str) -> Numbers | None:
    numbers = numbers_of(found.text)
    # `episode: the-first.mp3` names a file, `season: Winter` is a name, `episode: true` a flag
    digits = found.text.lstrip("-").replace(".", "").isdecimal()
    if numbers is None and (digits or (found.key.casefold() != bare and truth(found.value) is None)):
        message = f"`{found.shown}: {shortened(found.text)}` is no number of {what}; write a whole number from 1 on"
        fields.report("episode-unreadable", f"{message}, or leave it out", found.key)
    return numbers


def _season_name(said: _Said) -> str:
    for each in said.all(("seasonname", "seasontitle"), ("seasonname", "seasontitle", "season")):
        value = each.value
        if isinstance(value, dict):
            inner = by_plain_name(value)
            value = next((inner[name][1] for name in ("name", "title") if name in inner), None)
        text = as_text(value) or ""
        if text and numbers_of(text) is None and not text.strip().lstrip("-").replace(".", "").isdecimal():
            return one_line(decoded(text))[:128]
    return ""


def _kind(fields: Fields, said: _Said) -> str:
    sure = said.text(("episodetype",), ("episodetype",))
    for each in (sure, said.text(("type", "kind"))):
        if each.text and (kind := kind_of(each.text)):
            return kind
    if sure.text:
        message = f"`{sure.shown}: {shortened(sure.text)}` is no kind of episode; write {' or '.join(KINDS)}"
        fields.report("episode-unreadable", message, sure.key)
    return next((kind for kind in ("trailer", "bonus") if truth(said.text((kind,), (kind,)).value) is True), "")


def _explicit(fields: Fields, said: _Said) -> bool | None:
    found = said.text(("explicit",), ("explicit",))
    if not found.text:
        return None
    meant = {"clean": False, "explicit": True}.get(found.text.casefold(), truth(found.value))
    if meant is None:
        message = f"`{found.shown}: {shortened(found.text)}` is neither true nor false; write one of them"
        fields.report("episode-unreadable", message, found.key)
    return meant


def _title(said: _Said) -> str:
    """The title for podcast apps; a `title` below `podcast` is the show's."""
    for name in ("episode", "itunes"):
        value = said.named.get(name, ("", None))[1]
        if isinstance(value, dict) and (text := as_text(by_plain_name(value).get("title", ("", None))[1])):
            return text
    return next(
        (text for key in ("itunestitle", "episodetitle") if (text := as_text(said.named.get(key, ("", None))[1]))), ""
    )


def _image(said: _Said, absolute: Absolute) -> str:
    for each in said.all(("image", "cover", "art", "artwork", "coverart")):
        value = each.value
        if isinstance(value, dict):
            inner = by_plain_name(value)
            value = next((inner[name][1] for name in ("url", "src", "href", "path") if name in inner), None)
        text = (as_text(value) or "").strip()
        if is_address(text) and (url := absolute(text)):
            return url
    return ""


def _transcripts(fields: Fields, said: _Said, absolute: Absolute) -> Iterator[Transcript]:
    for name, captions in _TRANSCRIPTS:
        for each in said.all((name,), (name,)):
            yield from files.transcripts(fields, each.key, each.value, absolute, captions=captions)


def _licence(said: _Said, absolute: Absolute) -> tuple[str, str]:
    for each in said.all(("license", "licence"), ("license", "licence")):
        if isinstance(each.value, dict):
            inner = by_plain_name(each.value)
            texts = [as_text(inner[name][1]) or "" for name in ("id", "spdx", "name", "title") if name in inner]
            address = next((as_text(inner[name][1]) or "" for name in ("url", "href", "link") if name in inner), "")
        else:
            texts, address = [each.text], ""
        if text := next(filter(None, texts), address):
            name, url = licence_of(one_line(decoded(text)))
            other = address or said.text(("licenseurl", "licenceurl"), ("licenseurl", "licenceurl")).text
            return name, absolute(other) if other else url
    return "", ""
