"""Moulds: what all entries of one makeup have in common in one format, with places for their values. Pure.

Most entries of a site say the same things, of other values. So the general way (feedgen, an element for each thing, a
serialiser: 120 µs) is gone once, with an entry of marks that no text holds. Its bytes, cut at the marks, are
the mould: to write an entry is then to put its values between the pieces (10 µs). A mould is used only after it has
given, byte for byte, what the general way gives for the marks and for the entry that it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count
from operator import itemgetter
from typing import ClassVar, Protocol, runtime_checkable

from syndicate.feeds.formats._escaped import SPECIAL, attribute, html_text, json_text, text
from syndicate.feeds.formats._makeup import MARK
from syndicate.model import Channel, Entry, Envelope
from syndicate.model.records import NamedTuple

Writer = Callable[[bytes], bytes]

_ORDINARY = bytes({*range(1, 256)} - {*SPECIAL})
"""All but what is special, and what stands between values."""


class Writing(NamedTuple):
    """How a format writes values: as `plain` says, but inside a tag as `in_tag` does."""

    plain: Writer
    in_tag: Writer


XML = Writing(text, attribute)
JSON = Writing(json_text, json_text)
HTML = Writing(html_text, html_text)


@runtime_checkable
class Framed(Protocol):
    """A format whose envelopes can be cast: `around` is the general way, for a channel that came through the door."""

    writing: ClassVar[Writing]

    def around(self, channel: Channel) -> Envelope:
        """What `Format.envelope` gives for the same channel."""
        ...


@runtime_checkable
class Moulded(Protocol):
    """A format whose fragments can be cast: `written` is the general way, for an entry that came through the door."""

    writing: ClassVar[Writing]

    def written(self, entry: Entry) -> bytes:
        """What `Format.fragment` gives for the same entry."""
        ...


class Values(NamedTuple):
    """The values of an entry in UTF-8, and the numbers of those that are not written as they are everywhere."""

    raw: Sequence[bytes]
    special: Sequence[int]


def encoded(values: Sequence[str], html: int | None = None) -> Values:
    """Values as moulds take them; `html` is the number of one that is HTML, if there is one: that is special always."""
    return all_encoded([values], html)[0]


def all_encoded(every: Sequence[Sequence[str]], html: int | None = None) -> list[Values]:
    """The same for those of several entries.

    All values but the HTML are encoded and looked at in one piece, a tenth of the cost. (What is legal has no NUL.)
    """
    others = list(chain.from_iterable(every))
    at = 0
    if html is not None:
        for values in every:
            others[at + html] = ""
            at += len(values)
    whole = "\0".join(others).encode()
    raw, marks = whole.split(b"\0"), whole.translate(None, _ORDINARY)
    marked = marks.split(b"\0") if len(marks) >= len(raw) else []
    done, at = [], 0
    for values in every:
        end = at + len(values)
        own, special = raw[at:end], list(compress(count(), marked[at:end]))
        if html is not None:
            own[html] = values[html].encode()
            special.append(html)
        done.append(Values(own, special))
        at = end
    return done


class Mould:
    """The bytes of a format with places for values."""

    def __init__(self, head: bytes, places: Sequence[tuple[Writer, int, bytes]]) -> None:
        """`places` are, in order: how a value is written there, its number, and the bytes behind it."""
        self._pieces = [head]
        # in one call for all, a third of the cost; two more, since of a single one no tuple would come
        self._values = itemgetter(*(number for _, number, _ in places), 0, 0)
        self._places: dict[int, list[tuple[int, Writer]]] = {}
        for write, number, behind in places:
            self._places.setdefault(number, []).append((len(self._pieces), write))
            self._pieces += (b"", behind)

    def filled(self, values: Values) -> bytes:
        """What the general way would give for an entry of these values."""
        raw, places = values.raw, self._places
        pieces = self._pieces.copy()
        pieces[1::2] = self._values(raw)[:-2]
        for number in values.special:
            for place, write in places.get(number, ()):
                pieces[place] = write(raw[number])
        return b"".join(pieces)


def mould(data: bytes, marks: Values, writing: Writing) -> Mould | None:
    """The bytes of marks → their mould; None where a mark has left anything that is not that mark as it is written."""
    told = [(number, mark) for number, mark in enumerate(marks.raw) if MARK.search(mark)][::-1]
    written = {writing.plain(mark): number for number, mark in told}
    in_tag = {writing.in_tag(mark): number for number, mark in told}
    pieces = _split(data, {**written, **in_tag})
    if any(MARK.search(piece) for piece in pieces[::2]):
        return None
    places, inside = [], False
    for before, mark, behind in zip(pieces[:-1:2], pieces[1::2], pieces[2::2], strict=True):
        if b"<" in before or b">" in before:
            inside = before.rfind(b"<") > before.rfind(b">")
        known: Mapping[bytes, int] = in_tag if inside else written
        if mark not in known:
            return None
        places.append((writing.in_tag if inside else writing.plain, known[mark], behind))
    made = Mould(pieces[0], places)
    return made if made.filled(marks) == data else None


def _split(whole: bytes, marks: Iterable[bytes]) -> list[bytes]:
    """What stands before, at and behind each mark in turn; of two at one place the longer one is meant.

    As `re.split` does it, but a pattern of all marks takes a millisecond to compile, and is good for one mould.
    """
    places = sorted((at, -len(mark), mark) for mark in marks for at in _places(whole, mark))
    pieces, end = [], 0
    for at, _, mark in places:
        if at >= end:
            pieces += [whole[end:at], mark]
            end = at + len(mark)
    return [*pieces, whole[end:]]


def _places(whole: bytes, mark: bytes) -> Iterator[int]:
    at = whole.find(mark)
    while at >= 0:
        yield at
        at = whole.find(mark, at + 1)
