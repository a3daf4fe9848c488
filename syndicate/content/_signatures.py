"""What the first bytes of a file say: its media type, and how long an Ogg file lasts. Bytes in, values out."""

from __future__ import annotations

import struct
from collections.abc import Callable

from syndicate.content.dialects._media_values import media_type as by_ending

HEAD = 4096
"""So many bytes from the beginning tell."""

MEASURED = frozenset(f"image/{kind}" for kind in ("avif", "gif", "heic", "jpeg", "png", "svg+xml", "webp"))
"""The types of pictures whose files say how large they are."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
    (b"BM", "image/bmp"),
)
_WAVES = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_AMBIGUOUS = frozenset(("audio/mp4", "video/mp4", "video/x-m4v", "video/quicktime"))


def media_type(head: bytes, name: str) -> str:
    """The type by the first bytes, else by the ending of the name; "" where neither tells."""
    named = by_ending("", name)
    return _container(head, named) or next((kind for start, kind in _STARTS if head.startswith(start)), "") or (
        _text(head) or _mpeg(head, named) or named
    )  # fmt: skip


def _container(head: bytes, named: str) -> str:
    """The formats that hold others."""
    if head.startswith(b"RIFF"):
        return _WAVES.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        known = _BRANDS.get(head[8:12], "")
        # one and the same brand is used for sound and for moving pictures: the name knows better
        return known if known and known not in _AMBIGUOUS else named if named in _AMBIGUOUS else known or "video/mp4"
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return ""


def _text(head: bytes) -> str:
    return "image/svg+xml" if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head else ""


def _mpeg(head: bytes, named: str) -> str:
    """Sound without a container: two bytes of a frame, or the tag that also stands before other formats."""
    if head.startswith(b"ID3"):
        return named if named.startswith("audio/") else "audio/mpeg"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/aac" if head[1] & 0xF6 == 0xF0 else "audio/mpeg"
    return ""


def ogg_seconds(head: bytes, tail: bytes) -> float | None:
    """How long an Ogg file of Opus or Vorbis lasts, from its first and last pages (RFC 3533, RFC 7845)."""
    rate, skipped = 0, 0
    if 0 < (at := head.find(b"OpusHead")) <= len(head) - 12:
        rate, skipped = 48_000, struct.unpack_from("<H", head, at + 10)[0]
    elif 0 < (at := head.find(b"\x01vorbis")) <= len(head) - 16:
        rate = struct.unpack_from("<I", head, at + 12)[0]
    first, last = head.rfind(b"OggS", 0, max(at, 0)), tail.rfind(b"OggS")
    if (
        not rate
        or first < 0
        or not 0 <= last <= len(tail) - 18
        or tail[last + 14 : last + 18] != head[first + 14 : first + 18]
    ):
        return None  # another codec, or the last page is of another stream
    position: int = struct.unpack_from("<q", tail, last + 6)[0]
    return max(0, position - skipped) / rate


_PNG_COLOURS = {0: "grey", 2: "rgb", 3: "rgb", 4: "grey", 6: "rgb"}
_JPEG_COLOURS = {1: "grey", 3: "rgb", 4: "cmyk"}
_MOST_SEGMENTS = 500


def png_colours(head: bytes) -> str:
    """`rgb` or `grey`, from the header of a PNG (its section 11.2.1); "" where it has none."""
    return _PNG_COLOURS.get(head[25], "") if len(head) > 25 and head[12:16] == b"IHDR" else ""


def jpeg_colours(piece: Callable[[int, int], bytes]) -> str:
    """`rgb`, `grey` or `cmyk`, from the number of components in the frame of a JPEG (T.81, B.2.2); "" without one.

    `piece(at, size)` gives that piece of the file; a few bytes of each segment before the frame are asked for.
    """
    at = 2
    for _number in range(_MOST_SEGMENTS):
        head = piece(at, 10)
        if len(head) < 10 or head[0] != 0xFF:
            return ""
        if 0xC0 <= head[1] <= 0xCF and head[1] not in (0xC4, 0xC8, 0xCC):
            return _JPEG_COLOURS.get(head[9], "")
        at += 2 + int.from_bytes(head[2:4], "big") if head[1] != 0xFF else 1
    return ""
