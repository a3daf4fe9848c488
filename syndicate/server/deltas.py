"""What is new in a feed since a reader's last visit, in place of the whole (RFC 3229 with the method `feed`).

A reader that says `A-IM: feed` and names the version it has gets the feed with those entries alone that are new or
changed since. Nothing is made for this: the entries are cut out of the published document, of which the index knows
where each one stands. What earlier versions held is remembered as the keys of their entries, up to a number of bytes;
of a version that is not remembered (so after a restart) nobody gets less than the whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from syndicate.index import Part
from syndicate.server import Headers

FORMATS = ("rss", "atom")
"""Formats of which readers understand a part as a part."""

MOST_BYTES = 8 * 1024 * 1024
"""Of what is remembered of versions; one with 50 entries has a kilobyte."""

_KEY = 16
_OVERHEAD = 200


def asks(value: bytes | None) -> bool:
    """Whether the value of `A-IM` has the method `feed` (RFC 3229, 10.5.3), not with the quality 0."""
    if value is None or b"feed" not in value.lower():
        return False
    for each in value.lower().split(b","):
        name, *parameters = (part.strip(b" \t") for part in each.split(b";"))
        if name == b"feed":
            return not any(_is_nothing(parameter) for parameter in parameters)
    return False


def _is_nothing(parameter: bytes) -> bool:
    name, _, value = parameter.partition(b"=")
    return name.strip(b" \t") == b"q" and not value.strip(b" \t0.")


def spliced(data: bytes, parts: Sequence[Part], known: frozenset[bytes]) -> bytes:
    """The document with those entries alone whose keys are not `known`; `parts` are all of its entries, in order."""
    if not parts:
        return data
    first, last = parts[0], parts[-1]
    end = last.offset + last.length
    between = data[first.offset + first.length : parts[1].offset] if len(parts) > 1 else b""
    new = [data[part.offset : part.offset + part.length] for part in parts if part.key not in known]
    return data[: first.offset] + between.join(new) + data[end:]


def headers_of(whole: Headers, base: bytes, length: int) -> Headers:
    """The headers of a part, from those of the `whole` in the same coding; `base` is the version it is added to.

    `ETag` is that of the whole: with the part, that is what the reader has. Caches that know nothing of this must not
    keep it (RFC 3229, 10.8.1).
    """
    kept = [(name, value) for name, value in whole if name not in _OWN]
    vary = b", ".join([*(value for name, value in whole if name == b"vary"), b"A-IM, If-None-Match"])
    return [
        *kept,
        (b"content-length", b"%d" % length),
        (b"cache-control", b"no-store, im"),
        (b"vary", vary),
        (b"im", b"feed"),
        (b"delta-base", base),
    ]


_OWN = frozenset((b"content-length", b"cache-control", b"expires", b"vary"))


class Versions:
    """What the last versions of documents held, the oldest forgotten first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        """`most` bytes, about."""
        self._most, self._size = most, 0
        self._kept: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()

    def keep(self, path: str, name: bytes, parts: Iterable[Part]) -> None:
        """The version `name` of the document at `path` has these entries."""
        if (path, name) in self._kept:
            self._kept.move_to_end((path, name))
            return
        self._kept[path, name] = keys = b"".join(part.key for part in parts)
        self._size += len(keys) + _OVERHEAD
        while self._size > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest) + _OVERHEAD

    def entries(self, path: str, name: bytes) -> frozenset[bytes] | None:
        """The keys of the entries that a version had; None where it is not remembered."""
        keys = self._kept.get((path, name))
        if keys is None:
            return None
        self._kept.move_to_end((path, name))
        return frozenset(keys[at : at + _KEY] for at in range(0, len(keys), _KEY))
