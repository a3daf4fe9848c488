"""Content codings (RFC 9110, 8.4.1): bytes compressed as web servers send them, and back. Pure.

In: bytes and the name of a coding, `gzip`, `br` or `zstd`. Out: bytes that say nothing of when, where or as what they
were made. Libraries are imported when a coding is first asked for. gzip needs none, but zlib-ng makes it many times
faster; what it decodes to is the same by both.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.util import find_spec

SUFFIXES: Mapping[str, str] = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}
"""What nginx, Caddy and Apache expect at the end of the name of a file that is compressed already."""

# On a feed of 100 kB, in milliseconds and per cent of its size: zlib-ng's level 2 takes 0.15 and 19, level 3 0.3 and
# 16, zlib's level 6 1.2 and 14.
_ZLIB_NG, _ZLIB = 2, 6
# 2.4 and 32; level 9 takes five times as long for another half of a per cent.
_BROTLI = 5
# 2.0 and 35. Its window is 4 MB, and browsers take no more than 8 (RFC 9659).
_ZSTD = 9

# No name, no time, no hint, no operating system.
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_TAIL = struct.Struct("<LL")


def missing(codings: Iterable[str]) -> list[str]:
    """Those of the codings that cannot be made, as their library is not installed."""
    zstd = "compression" if sys.version_info >= (3, 14) else "backports.zstd"
    needed = {"br": "brotli", "zstd": zstd}
    return [coding for coding in codings if coding in needed and not _installed(needed[coding])]


def compress(data: bytes, coding: str) -> bytes:
    """The bytes in a coding: the same bytes give the same, by the same version of its library."""
    return _MAKERS[coding](data)


def expand(data: bytes, coding: str, most: int) -> tuple[bytes, bool]:
    """At most that many bytes of what these decode to, and whether that is all of it. No bytes when they do not."""
    try:
        return _READERS[coding](data, most)
    except Exception:  # noqa: BLE001 - each library has errors of its own, and they all say that it is not this coding
        return b"", False


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # the package around it is not there, or is barred
        return False


@cache
def _deflate() -> tuple[Callable[[bytes], bytes], Callable[[bytes], int]]:
    """A raw deflate stream of bytes, and their CRC."""
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        return lambda data: zlib.compress(data, _ZLIB, -15), zlib.crc32
    return lambda data: zlib_ng.compress(data, _ZLIB_NG, -15), zlib_ng.crc32


def _gzip(data: bytes) -> bytes:
    deflated, checksum = _deflate()
    return b"".join((_GZIP_HEAD, deflated(data), _GZIP_TAIL.pack(checksum(data), len(data) & 0xFFFFFFFF)))


def _brotli(data: bytes) -> bytes:
    import brotli

    return bytes(brotli.compress(data, quality=_BROTLI))


def _zstd(data: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    return zstd.compress(data, _ZSTD)


def _from_gzip(data: bytes, most: int) -> tuple[bytes, bool]:
    reader = zlib.decompressobj(31)
    expanded = reader.decompress(data, most)
    return expanded, reader.eof and not reader.unused_data


def _from_brotli(data: bytes, most: int) -> tuple[bytes, bool]:
    import brotli

    reader = brotli.Decompressor()
    expanded = bytes(reader.process(data, output_buffer_limit=most))
    return expanded[:most], len(expanded) <= most and reader.is_finished()


def _from_zstd(data: bytes, most: int) -> tuple[bytes, bool]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    reader = zstd.ZstdDecompressor()
    expanded = reader.decompress(data, most)
    return expanded, reader.eof and not reader.unused_data


_MAKERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "br": _brotli, "zstd": _zstd}
_READERS: Mapping[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _from_gzip,
    "br": _from_brotli,
    "zstd": _from_zstd,
}
