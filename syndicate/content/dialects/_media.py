"""Images and enclosures from the keys people use for them. Fields in, Image and Enclosure out.

`absolute` turns what an author wrote into an absolute URL ("" where that cannot be): the dialects differ
in what a relative one is relative to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line, shortened
from syndicate.model import Enclosure, Image, Value

Absolute = Callable[[str], str]

_IMAGES = ("image", "cover", "featured_image", "feature_image", "image_feature", "thumbnail")
_ADDRESSES = ("url", "path", "src", "file", "href", "feature", "image")
_ISO_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,6})(?:\.[0-9]*)?S)?")
_LENGTHS = ("length", "size", "bytes", "filesize")
_TYPES = ("type", "mime", "mime_type", "content_type")

_BY_EXTENSION = {
    "aac": "audio/aac",
    "avi": "video/x-msvideo",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "m4v": "video/x-m4v",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpg": "video/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class _Style:
    """Keys that together say one enclosure; `type` stands in where neither key nor extension has one."""

    urls: tuple[str, ...]
    lengths: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    type: str = ""


_STYLES = (
    _Style(
        ("enclosure", "enclosures"),
        ("enclosure_length",),
        ("enclosure_type",),
        ("enclosure_duration", "duration"),
        "application/octet-stream",
    ),
    _Style(
        ("podcast_file", "podcast_url"),
        ("podcast_bytes", "podcast_length", "podcast_size"),
        ("podcast_type",),
        ("podcast_duration", "duration"),
        "audio/mpeg",
    ),
    _Style(
        ("audio", "audio_url", "audio_file", "audio_file_path", "mp3"),
        ("audio_length", "audio_size", "audio_bytes", "audio_file_size", "length", "filesize"),
        ("audio_type",),
        ("audio_duration", "duration"),
        "audio/mpeg",
    ),
    # Only with an ending that says what it is: `video` is a page, `file` anything, as often as not.
    _Style(("file", "video", "video_url", "video_file"), ("length", "filesize"), (), ("duration",)),
)


def image(fields: Fields, absolute: Absolute) -> Image | None:
    """The picture that stands for the post, from the usual keys; a blank one is none."""
    for key in _IMAGES:
        value = fields.values.get(key)
        if not value:
            continue
        found = value[0] if isinstance(value, list) else value
        alt = ""
        if isinstance(found, dict):
            alt = one_line(decoded(_scalar(found, ("alt", "caption"))))
            found = _scalar(found, _ADDRESSES)
        if (written := (as_text(found) or "").strip()) and (url := _address(fields, absolute, key, written)):
            return Image(url, alt)
    return None


def enclosures(fields: Fields, absolute: Absolute) -> tuple[Enclosure, ...]:
    """The media files of the post, in the order of the keys above, each URL once."""
    found = (item for style in _STYLES for item in _styled(fields, absolute, style))
    unique: dict[str, Enclosure] = {}
    for item in found:
        unique.setdefault(item.url, item)
    return tuple(unique.values())


def _styled(fields: Fields, absolute: Absolute, style: _Style) -> Iterator[Enclosure]:
    key, value = fields.first(*style.urls)
    if not key:
        return
    for item in value if isinstance(value, list) else [value]:
        parts = item if isinstance(item, dict) else _gathered(fields, style, item)
        if found := _enclosure(fields, absolute, style, key, parts):
            yield found


def _gathered(fields: Fields, style: _Style, url: Value) -> dict[str, Value]:
    """The keys beside a plain URL, as the mapping they stand for."""
    return {
        "url": url,
        "length": fields.first(*style.lengths)[1],
        "type": fields.first(*style.types)[1],
        "duration": fields.first(*style.durations)[1],
    }


def _enclosure(
    fields: Fields, absolute: Absolute, style: _Style, key: str, parts: Mapping[str, Value]
) -> Enclosure | None:
    written = _scalar(parts, _ADDRESSES).strip()
    kind = _media_type(_scalar(parts, _TYPES), written) or style.type
    if not written or not kind or not (url := _address(fields, absolute, key, written)):
        return None
    length, duration = _scalar(parts, _LENGTHS), _scalar(parts, ("duration",))
    return Enclosure(
        url,
        kind,
        _number(fields, key, "length", length, bytes_of(length)),
        _number(fields, key, "duration", duration, seconds_of(duration)),
        one_line(decoded(_scalar(parts, ("title",)))),
    )


def _address(fields: Fields, absolute: Absolute, key: str, written: str) -> str:
    url = absolute(written)
    if not url:
        fields.report(
            "url-unreadable",
            f"`{key}: {shortened(written)}` is no web address; write a path or one with http(s)",
            key,
        )
    return url


def _number(fields: Fields, key: str, what: str, written: str, number: int | None) -> int | None:
    if number is None and written.strip():
        fields.report(
            "enclosure-unreadable",
            f"the {what} `{shortened(written)}` of `{key}` cannot be read; write bytes as `143907840`, "
            "a duration as `1:02:03` or in seconds",
            key,
        )
    return number or None


def bytes_of(written: str) -> int | None:
    """`143907840`, `143,907,840` → bytes; None where it is no number."""
    digits = re.sub(r"[_, ]", "", written)
    return int(digits) if re.fullmatch(r"[0-9]{1,18}", digits) else None


def seconds_of(written: str) -> int | None:
    """`1:02:03`, `59:58`, `3599`, `3599.5`, `PT59M58S` → whole seconds; None where it is no duration."""
    text = written.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?", text):
        return int(float(text))
    if clock := re.fullmatch(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{1,2})(?:\.[0-9]*)?", text):
        return _clock(clock[1], clock[2], clock[3])
    iso = _ISO_DURATION.fullmatch(text)
    return _clock(iso[1], iso[2], iso[3]) if iso else None


def _clock(hours: str | None, minutes: str | None, seconds: str | None) -> int:
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def _media_type(written: str, url: str) -> str:
    """The type as given, if it is one, else by the ending of the URL's path; "" where nobody knows."""
    given = written.strip().lower()
    if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", given):
        return given
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return _BY_EXTENSION.get(path.rpartition(".")[2].lower(), "")


def _scalar(parts: Mapping[str, Value], keys: tuple[str, ...]) -> str:
    return next((text for key in keys if (text := as_text(parts.get(key)))), "")
