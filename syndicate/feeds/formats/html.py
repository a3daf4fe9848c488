"""The page of a feed: for people who open one, with the addresses to copy and the newest entries. Pure.

In: an Entry or a Channel. Out: the bytes of an `<article>`, or of what stands around articles.
Entries are shown with their summary; the text itself is one link away. Nothing is loaded from
anywhere by itself: pictures are left out, and sound is fetched when somebody plays it. The
classes in the markup are those of microformats2 (`h-feed`, `h-entry`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import unquote

from syndicate.feeds import _pages
from syndicate.feeds._words import words_for
from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.formats._cleaned import line
from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._moulds import HTML, Writing
from syndicate.model import Channel, Enclosure, Entry, Envelope
from syndicate.model.records import NamedTuple

_HOST = re.compile(r"[a-z]+://(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)", re.IGNORECASE)
_FORMATS = {media_type: _pages.FORMAT_NAMES[name] for name, media_type in _pages.MEDIA_TYPES.items()}
_UNKNOWN_TYPE = "application/octet-stream"
_CUT = "\0"  # no text that came through the door has it
_NAME_LENGTH = 80
_UNITS = ("kB", "MB", "GB")


class Html:
    """A page in HTML for each feed, in English, or in Chinese where the feed is.

    The addresses it offers are the links of the Channel with rel `alternate` and a feed's media
    type, in their order; a link with rel `up` and type `text/html` leads to the page of all feeds.
    A fragment holds no words of any language but the entry's own. `fingerprint` goes up by one
    with every change of a fragment for the same Entry; `tests/cases/formats/` tells when that is.
    """

    name: ClassVar[str] = "html"
    media_type: ClassVar[str] = EDITIONS["html"].media_type
    fingerprint: ClassVar[str] = EDITIONS["html"].fingerprint
    writing: ClassVar[Writing] = HTML

    def fragment(self, entry: Entry) -> bytes:
        """An `<article>`, everything in it escaped. Never raises."""
        return self.written(admit(entry))

    def written(self, entry: Entry) -> bytes:
        """The fragment of an admitted entry."""
        translations = [each for each in entry.alternates if each.url != entry.url]
        names = dict.fromkeys(category.name for category in entry.categories)
        values = {"entry": entry, "names": names, "translations": translations}
        return _pages.rendered("entry.html", **values, host=host, file_name=file_name, measures=measures).encode()

    def html(self, fragment: bytes) -> str:
        """Always "": the page shows summaries, so that the HTML of an entry cannot be had back from it."""
        return ""

    def envelope(self, channel: Channel) -> Envelope:
        """The page without its articles."""
        shown = admit_channel(channel)
        style, script = _pages.asset("page.css", "feed.css"), _pages.asset("copy.js")
        up = (link.href for link in shown.links if link.rel == "up" and link.type == "text/html")
        page = _pages.rendered(
            "feed.html",
            words=words_for(shown.language),
            channel=shown,
            offers=list(_offers(shown)),
            up=_pages.web(next(up, "")),
            style=style,
            script=script,
            policy=_pages.policy(style, script, "media-src http: https:"),
            entries=_CUT,
        )
        head, _, tail = page.partition(_CUT)
        return Envelope(head.encode(), b"", tail.encode())


class _Offer(NamedTuple):
    """An address to subscribe to; `label` names the format, `title` the feed and the format."""

    label: str
    title: str
    type: str
    url: str


def _offers(channel: Channel) -> Iterator[_Offer]:
    for link in channel.links:
        label = _FORMATS.get(link.type, "")
        if link.rel == "alternate" and label and _pages.web(link.href):
            name = link.title or channel.title
            yield _Offer(label, name if label in name.split() else f"{name} ({label})", link.type, link.href)


def host(url: str) -> str:
    """Whose page an address leads to, for a person."""
    found = _HOST.match(url)
    return found[1] if found else url


def file_name(url: str) -> str:
    """The last segment of an address, decoded, as the name of what is there."""
    path = url.partition("#")[0].partition("?")[0]
    name = line(unquote(path.rsplit("/", 1)[-1])) or host(url)
    return name if len(name) <= _NAME_LENGTH else f"{name[:_NAME_LENGTH]}…"


def measures(media: Enclosure) -> str:
    """What is known of a file: `audio/mpeg · 1.2 MB · 1:05`."""
    known = (
        media.type if media.type != _UNKNOWN_TYPE else "",
        _size(media.length) if media.length else "",
        _time(media.duration) if media.duration else "",
    )
    return " · ".join(filter(None, known))


def _size(length: int) -> str:
    """Bytes in the units of the SI."""
    if length < 1000:
        return f"{length} B"
    power = min((len(str(length)) - 1) // 3, len(_UNITS))
    size = length / 1000**power
    return f"{size:.1f} {_UNITS[power - 1]}" if size < 10 else f"{size:.0f} {_UNITS[power - 1]}"


def _time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
