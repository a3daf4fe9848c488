"""What is new in a feed since a reader's last visit, in place of the whole (RFC 3229 with the method `feed`).

A reader that says `A-IM: feed` and names the version it has gets the feed with those entries alone that are new or
changed since. Nothing is made for this: the entries are cut out of the published document, of which the index knows
where each one stands. What earlier versions held is remembered as the keys of their entries, up to a number of bytes;
of a version that is not remembered (so after a restart) nobody gets less than the whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from syndicate.delivery.codings import compress
from syndicate.index import Part
from syndicate.model.records import NamedTuple
from syndicate.server import Headers, Response
from syndicate.server.accepted import IDENTITY
from syndicate.server.answers import About
from syndicate.server.conditional import has, tags

FORMATS = ("rss", "atom")
"""Formats of which readers understand a part as a part."""

MOST_BYTES = 8 * 1024 * 1024
"""Of what is remembered of versions; one with 50 entries has a kilobyte."""

MOST_MADE = 4 * 1024 * 1024
"""Bytes of parts that are kept, since most readers have the same version."""

UNABLE = (b"feedparser/", b"UniversalFeedParser/", b"rss2email/")
"""How those name themselves for whom a library says `A-IM`, whether or not they know: rss2email, under the name of its
library, takes 226 for an error and misses what is new. A program with a name of its own is taken at its word."""

_MOST_TAGS = 16
_LONGEST = 1000
"""Bytes of a header that are looked at: who says more gets the whole."""
_UNMET = (b"if-match", b"if-unmodified-since")
_KEY = 16
_OVERHEAD = 200


def asks(value: bytes | None) -> bool:
    """Whether the value of `A-IM` has the method `feed` (RFC 3229, 10.5.3), not with the quality 0."""
    if value is None or len(value) > _LONGEST or b"feed" not in value.lower():
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


class Laid(NamedTuple):
    """The bytes of a document as it is, and where its entries stand in them."""

    data: bytes
    parts: Sequence[Part]


class Known(Protocol):
    """A document that is published."""

    @property
    def about(self) -> About:
        """What is known of it beside its bytes."""
        ...


class Copied(Protocol):
    """Its bytes in the coding that would be sent."""

    @property
    def coding(self) -> str: ...
    @property
    def etag(self) -> bytes: ...
    @property
    def size(self) -> int: ...
    @property
    def full(self) -> Headers: ...


class Deltas:
    """Who answers in place of the whole where a part is enough."""

    def __init__(self, most: int = MOST_BYTES, most_made: int = MOST_MADE) -> None:
        """`most` bytes are kept of versions, and `most_made` of parts, about."""
        self._versions = Versions(most)
        self._most, self._size = most_made, 0
        self._made: OrderedDict[tuple[str, bytes, bytes], bytes | None] = OrderedDict()

    def answer(
        self, method: str, known: Mapping[bytes, bytes], document: Known, copy: Copied, laid: Callable[[], Laid | None]
    ) -> Response | None:
        """226 with what is new, None where the whole, or that there is nothing new, is the answer.

        `known` are the headers of the request. `laid` gives the document as it is; None where the index knows another
        version than the one that stands there, as for a moment when both are replaced.
        """
        about = document.about
        if about.format not in FORMATS or not asks(known.get(b"a-im")):
            return None
        if known.get(b"user-agent", b"").startswith(UNABLE):
            return None
        if self._versions.entries(about.path, copy.etag) is None and (found := laid()):
            self._versions.keep(about.path, copy.etag, found.parts)
        listed = known.get(b"if-none-match")
        if (
            method != "GET"
            or listed is None
            or len(listed) > _LONGEST
            or has(listed, copy.etag)
            or any(name in known for name in _UNMET)
        ):
            return None
        for base in tags(listed)[:_MOST_TAGS]:
            if (entries := self._versions.entries(about.path, base)) is not None:
                body = self._body((about.path, copy.etag, base), entries, copy, laid)
                return Response(226, headers_of(copy.full, base, len(body)), body) if body is not None else None
        return None

    def _body(
        self, name: tuple[str, bytes, bytes], entries: frozenset[bytes], copy: Copied, laid: Callable[[], Laid | None]
    ) -> bytes | None:
        if name in self._made:
            self._made.move_to_end(name)
            return self._made[name]
        found = laid()
        if found is None:
            return None
        body: bytes | None = spliced(found.data, found.parts, entries)
        if body is not None and copy.coding != IDENTITY:
            body = compress(body, copy.coding)
        if body is not None and len(body) >= copy.size:
            body = None  # all is new: then the whole may as well be kept by caches
        self._made[name] = body
        self._size += len(body or b"") + _OVERHEAD
        while self._size > self._most:
            _, oldest = self._made.popitem(last=False)
            self._size -= len(oldest or b"") + _OVERHEAD
        return body
