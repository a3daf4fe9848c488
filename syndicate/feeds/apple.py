"""Apple's rules for podcasts, held against a show before a directory does. Pure: Channel and entries in, Problems out.

The rules are those of "A Podcaster's Guide to RSS" and of the requirements for artwork and audio; docs/podcasts.md
lists them. Nothing here stops a build: a feed that a directory refuses can still be subscribed to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from syndicate.model import Channel, Enclosure, Entry, Problem, Severity, Show
from syndicate.model.records import dataclass
from syndicate.settings.podcasts import CATEGORIES

TYPES = frozenset(
    (
        "audio/mpeg",
        "audio/mp4",
        "audio/x-m4a",
        "audio/aac",
        "video/mp4",
        "video/x-m4v",
        "video/quicktime",
        "application/pdf",
    )
)
"""Media types that Apple takes; `audio/mp4` is the registered name of `audio/x-m4a`."""

SMALLEST, LARGEST = 1400, 3000
"""Pixels on either side of a cover."""

_DESCRIPTION_BYTES = 4000
_MOST = 20  # problems of one kind
_NUMBERED = re.compile(
    r"(?:s(?:eason)? ?\d{1,3}[ .,:-]{0,3})?(?:e|ep|episode|folge|#|no\.)[. ]{0,2}#?\d{1,5}\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the file of a cover says: its media type, its measures in pixels, `colours` as `rgb`, `grey` or `cmyk`."""

    type: str
    width: int | None
    height: int | None
    colours: str = ""


def problems(channel: Channel, entries: Sequence[Entry], path: str, cover: Cover | None = None) -> list[Problem]:
    """What Apple would refuse, or show badly, of the show in the document at `path`; nothing for a feed that is none.

    `cover` is the file of the show's picture, None where it is not at hand. At most 20 of a kind.
    """
    show = channel.show
    if show is None or show.blocked:
        return []
    found = [*_of_show(channel, show, cover)]
    for rule in (_of_enclosures, _of_lengths, _of_numbers, _of_ids, _of_titles):
        found += _limited(rule(show, entries))
    return [Problem(path, severity, code, message) for code, severity, message in dict.fromkeys(found)]


_Finding = tuple[str, Severity, str]


def _limited(found: Iterator[_Finding]) -> list[_Finding]:
    every = list(found)
    if len(every) <= _MOST:
        return every
    code, severity, _message = every[0]
    return [*every[:_MOST], (code, severity, f"and {len(every) - _MOST} more entries of which the same has to be said")]


def _warn(code: str, message: str) -> _Finding:
    return code, Severity.WARNING, message


def _of_show(channel: Channel, show: Show, cover: Cover | None) -> Iterator[_Finding]:
    yield from _of_picture(show, cover)
    if not show.categories:
        yield _warn("podcast-category", "the show has no category; choose one of Apple's list: `podcast.categories`")
    for category in show.categories:
        if category[0] not in CATEGORIES or (len(category) > 1 and category[1] not in CATEGORIES[category[0]]):
            named = " > ".join(category)
            yield _warn(
                "podcast-category", f"`{named}` is not in Apple's list of categories; choose one of docs/podcasts.md"
            )
    if not channel.language:
        yield _warn("podcast-language", "nobody says in which language the show is; set `site.language`")
    if len(channel.description.encode("utf-8", "replace")) > _DESCRIPTION_BYTES:
        yield _warn("podcast-description", "the description has more than 4,000 bytes; shorten `site.description`")
    if not show.author:
        yield _warn("podcast-author", "nobody says who makes the show; set `podcast.author` or `site.author.name`")
    for what, url in (("feed", channel.self_url), ("cover", show.image)):
        if url.lower().startswith("http:"):
            yield _warn("podcast-https", f"the {what} is at {url}; directories want https")


def _of_picture(show: Show, cover: Cover | None) -> Iterator[_Finding]:
    if not show.image:
        yield _warn(
            "podcast-image", "the show has no cover; set `podcast.image` to a square JPEG or PNG of 1400 to 3000 pixels"
        )
        return
    ending = re.search(r"\.(\w{1,5})(?:[?#]|\Z)", show.image.rpartition("/")[2])
    kind = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}.get(ending[1].lower() if ending else "", "")
    if not kind:
        yield _warn("podcast-image", f"the address of the cover, {show.image}, has to end in .jpg or .png")
    if cover is None:
        return
    if cover.type not in ("image/jpeg", "image/png"):
        yield _warn("podcast-image", f"the cover is {cover.type or 'of an unknown type'}; save it as JPEG or PNG")
    elif kind and cover.type != kind:
        yield _warn("podcast-image", f"the cover is {cover.type}, which the ending of {show.image} belies; rename it")
    width, height = cover.width or 0, cover.height or 0
    if not (SMALLEST <= width <= LARGEST and width == height):
        size = f"{width} × {height} pixels" if width and height else "of unknown size"
        yield _warn("podcast-image", f"the cover is {size}; it has to be square, of {SMALLEST} to {LARGEST} pixels")
    if cover.colours in ("grey", "cmyk"):
        yield _warn("podcast-image", f"the colours of the cover are {cover.colours.upper()}; save it in RGB")


def _of_enclosures(_show: Show, entries: Sequence[Entry]) -> Iterator[_Finding]:
    seen: dict[str, Entry] = {}
    for entry in entries:
        medium = _medium(entry)
        if medium is None:
            message = f"{entry.url} has no media file, so no app shows it; add one, or list episodes only: `has:audio`"
            yield "podcast-enclosure", Severity.INFO, message
            continue
        if medium.type not in TYPES:
            message = f"the file of {entry.url} is {medium.type}, which Apple does not play; publish MP3 or M4A first"
            yield _warn("podcast-enclosure", message)
        if not medium.length:
            message = (
                f"nobody knows how long the file {medium.url} is; put it into the site's folder, or write its bytes"
            )
            yield _warn("podcast-enclosure", message)
        if medium.url.lower().startswith("http:"):
            yield _warn("podcast-https", f"the file {medium.url} is served without TLS; directories want https")
        if other := seen.get(medium.url):
            message = f"{entry.url} and {other.url} have the same file {medium.url}; apps show only one of them"
            yield _warn("podcast-enclosure", message)
        seen.setdefault(medium.url, entry)


def _of_lengths(_show: Show, entries: Sequence[Entry]) -> Iterator[_Finding]:
    for entry in entries:
        medium = _medium(entry)
        if medium and not medium.duration and not medium.type.startswith("application/"):
            message = f"nobody says how long {entry.url} lasts; write `duration`, as 1:02:03"
            yield "podcast-duration", Severity.INFO, message


def _of_numbers(show: Show, entries: Sequence[Entry]) -> Iterator[_Finding]:
    """Episodes of a serial need numbers; two of the same number in a season stand in each other's place."""
    seen: dict[tuple[int | None, int], Entry] = {}
    for entry in entries:
        said = entry.episode
        number = said.number if said else None
        if said and said.kind in ("trailer", "bonus"):
            continue  # they may have the number of the episode that they belong to
        if number is None:
            if show.kind == "serial" and _medium(entry):
                message = f"{entry.url} has no number, and the episodes of a serial show need one; write `episode: 1`"
                yield _warn("podcast-number", message)
        elif other := seen.get((said.season if said else None, number)):
            yield _warn("podcast-number", f"{entry.url} and {other.url} are both episode {number}; number them apart")
        else:
            seen[said.season if said else None, number] = entry


def _of_ids(_show: Show, entries: Sequence[Entry]) -> Iterator[_Finding]:
    seen: dict[str, Entry] = {}
    for entry in entries:
        if (other := seen.setdefault(entry.id, entry)) is not entry:
            yield _warn(
                "podcast-guid", f"{entry.url} and {other.url} have the same id {entry.id}; give one another `guid`"
            )


def _of_titles(_show: Show, entries: Sequence[Entry]) -> Iterator[_Finding]:
    for entry in entries:
        if entry.episode and entry.episode.number and not entry.episode.title and _NUMBERED.match(entry.title):
            message = (
                f"the title `{entry.title[:60]}` begins with the number of the episode, which apps show besides; "
                "leave it out of the title, or write an `episode_title`"
            )
            yield "podcast-title", Severity.INFO, message


def _medium(entry: Entry) -> Enclosure | None:
    """The file that apps play: the one that stands in RSS."""
    return entry.enclosures[0] if entry.enclosures else None
