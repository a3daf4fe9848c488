"""Who made a post, and what it brings along: people, pictures, media files."""

from __future__ import annotations

from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """A person. `name` is plain text and never empty."""

    name: str
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that stands for a post or a feed. `url` is absolute.

    `type` is a media type, "" if unknown; `length` bytes; `width` and `height` pixels; None if unknown.
    """

    url: str
    alt: str = ""
    type: str = ""
    length: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A media file of a post (RSS 2.0 `enclosure`, RFC 4287 4.2.7.2).

    `length` is bytes, None if unknown; `type` a media type; `duration` seconds.
    """

    url: str
    type: str
    length: int | None = None
    duration: int | None = None
    title: str = ""
