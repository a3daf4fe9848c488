"""What a podcast says of itself and of its episodes.

After Apple's rules (`itunes`, itunes.com/dtds/podcast-1.0.dtd) and Podcasting 2.0 (`podcast`,
podcastindex.org/namespace/1.0). Every URL is absolute, every time in seconds; "" and None are "not said".
"""

from __future__ import annotations

from syndicate.model.media import Author
from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Transcript:
    """`podcast:transcript`: `type` a media type (`text/vtt` ...); `captions` for rel=captions."""

    url: str
    type: str
    language: str = ""
    captions: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """`podcast:person`: `role` and `group` by the Podcast Taxonomy (`host`, `guest`; `cast`), `image` a picture."""

    name: str
    role: str = ""
    group: str = ""
    url: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Soundbite:
    """`podcast:soundbite`: a part worth hearing first."""

    start: float
    duration: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """`podcast:alternateEnclosure`: an episode in another form; `length` bytes, `bitrate` bits a second."""

    sources: tuple[str, ...]
    type: str
    length: int | None = None
    bitrate: int | None = None
    height: int | None = None
    language: str = ""
    title: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Funding:
    """`podcast:funding`: where a show can be paid for, and what the link says."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Episode:
    """What is said of one episode beside its entry.

    `kind` is `full`, `trailer` or `bonus`; `number` and `season` are at least 1; `chapters` the URL of a file of
    type `application/json+chapters`; `license` an SPDX identifier or a name, `license_url` where it stands.
    """

    title: str = ""
    kind: str = ""
    number: int | None = None
    season: int | None = None
    season_name: str = ""
    explicit: bool | None = None
    blocked: bool = False
    image: str = ""
    chapters: str = ""
    transcripts: tuple[Transcript, ...] = ()
    persons: tuple[Person, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    renditions: tuple[Rendition, ...] = ()
    license: str = ""
    license_url: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """What is said of a podcast as a whole.

    `categories` are Apple's, a category with its subcategory (`("Society & Culture", "Documentary")`) or alone;
    `kind` is `episodic` or `serial`; `medium` as in the podcast namespace (`podcast`, `music` ...); `guid` the
    show's UUID for life; `locked` whether other hosts may import it; `complete` that no episode will come.
    """

    categories: tuple[tuple[str, ...], ...] = ()
    explicit: bool = False
    author: str = ""
    owner: Author | None = None
    kind: str = ""
    image: str = ""
    guid: str = ""
    locked: bool | None = None
    medium: str = ""
    funding: tuple[Funding, ...] = ()
    persons: tuple[Person, ...] = ()
    license: str = ""
    license_url: str = ""
    new_feed_url: str = ""
    complete: bool = False
    blocked: bool = False
