"""Sizes, durations, media types and addresses of media files, as people write them. Text in, values out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from syndicate.model.patterns import regex

BY_ENDING = {
    "aac": "audio/aac",
    "aif": "audio/aiff",
    "aiff": "audio/aiff",
    "avi": "video/x-msvideo",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "gif": "image/gif",
    "heic": "image/heic",
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
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "zip": "application/zip",
}
"""Media types of files by the ending of their names, in lower case."""

_NUMBER = regex(r"[0-9]{1,9}(?:\.[0-9]{0,9})?")
_CLOCK = regex(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,][0-9]{0,9})?")
_ISO = regex(r"PT(?=[0-9])(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,6})(?:\.[0-9]{0,9})?S)?", re.IGNORECASE)
_UNITS = regex(
    r"(?=[0-9])(?:([0-9]{1,3})\s?h(?:(?:ou)?rs?)?)?[\s,]{0,3}(?:([0-9]{1,4})\s?m(?:in(?:ute)?s?)?\.?)?"
    r"[\s,]{0,3}(?:([0-9]{1,6})(?:\.[0-9]{0,9})?\s?s(?:ec(?:ond)?s?)?\.?)?",
    re.IGNORECASE,
)
_ADDRESS = regex(r"/|\A[A-Za-z][A-Za-z0-9+.-]*:|\{\{|[^./\s]\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#]|\Z)")
_WORDPRESS = regex(r"(\S+)\s+([0-9]+)(?:\s+([\w.+-]+/[\w.+-]+))?(?:\s+(.*))?", re.DOTALL)
_SERIALISED = regex(r'"duration";s:[0-9]+:"([0-9:.]+)"')


def bytes_of(written: str) -> int | None:
    """`143907840`, `143,907,840`, `143 907 840` → bytes; None where it is no number of bytes (`137 MB` is rounded)."""
    digits = re.sub(r"[_, ]", "", written.strip())
    return int(digits) if re.fullmatch(r"[0-9]{1,18}", digits) else None


def seconds_of(written: str) -> int | None:
    """`1:02:03`, `59:58`, `3599`, `3599.5`, `PT59M58S`, `1h 2m`, `62 min` → whole seconds; None for no duration."""
    text = written.strip()
    if _NUMBER.fullmatch(text):
        return int(float(text))
    found = _CLOCK.fullmatch(text) or _ISO.fullmatch(text) or _UNITS.fullmatch(text)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def media_type(written: str, url: str) -> str:
    """The type as given, if it is one, else by the ending of the URL's path; "" where nobody knows."""
    given = written.strip().lower()
    if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", given):
        return given
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return BY_ENDING.get(path.rpartition(".")[2].lower(), "")


def is_playable(kind: str) -> bool:
    """Whether a media type is one of sound or moving pictures."""
    return kind.startswith(("audio/", "video/"))


def is_address(written: str) -> bool:
    """Whether a text says where a file is, rather than naming it (`a1b2-c3d4`) or being a flag (`true`)."""
    return bool(_ADDRESS.search(written))


def of_wordpress(written: str) -> dict[str, str] | None:
    """The lines of WordPress' field `enclosure`: address, length, type and serialised values; None for other texts."""
    found = _WORDPRESS.fullmatch(written.strip())
    if not found or not ("\n" in found[0] or media_type(found[3] or "", found[1])):
        return None  # `/take 5 live.mp3`
    duration = _SERIALISED.search(found[4] or "")
    return {"url": found[1], "length": found[2], "type": found[3] or "", "duration": duration[1] if duration else ""}
