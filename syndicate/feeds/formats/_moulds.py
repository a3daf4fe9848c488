"""Moulds: what all entries of one makeup have in common in one format, with places for their values. Pure.

Most entries of a site say the same things, of other values. So the general way (feedgen, an element for each thing, a
serialiser: 120 µs) is gone once, with an entry of marks that no text holds. Its bytes, cut at the marks, are
the mould: to write an entry is then to put its values between the pieces (10 µs). A mould is used only after it has
given, byte for byte, what the general way gives for the marks and for the entry that it was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from syndicate.feeds.formats._escaped import attribute, html_text, json_text, text
from syndicate.feeds.formats._makeup import MARK
from syndicate.model import Entry

Writer = Callable[[str], str]


class Writing(NamedTuple):
    """How a format writes values: as `plain` says, but inside a tag as `in_tag` does."""

    plain: Writer
    in_tag: Writer


XML = Writing(text, attribute)
JSON = Writing(json_text, json_text)
HTML = Writing(html_text, html_text)


@runtime_checkable
class Moulded(Protocol):
    """A format whose fragments can be cast: `written` is the general way, for an entry that came through the door."""

    writing: ClassVar[Writing]

    def written(self, entry: Entry) -> bytes:
        """What `Format.fragment` gives for the same entry."""
        ...


class Mould(NamedTuple):
    """The bytes of a format with places for values.

    `places` are, for each place in order: how the value is written there, its number, and the bytes behind it.
    """

    head: str
    places: tuple[tuple[Writer, int, str], ...]

    def filled(self, values: Sequence[str]) -> bytes:
        """What the general way would give for an entry of these values."""
        pieces = [self.head]
        for write, number, behind in self.places:
            pieces += (write(values[number]), behind)
        return "".join(pieces).encode()


def mould(data: bytes, marks: Sequence[str], writing: Writing) -> Mould | None:
    """The bytes of marks → their mould; None where a mark has left anything that is not that mark as it is written."""
    told = [(number, mark) for number, mark in enumerate(marks) if MARK.search(mark)][::-1]
    written = {writing.plain(mark): number for number, mark in told}
    in_tag = {writing.in_tag(mark): number for number, mark in told}
    pieces = _split(data.decode(), {**written, **in_tag})
    if any(MARK.search(piece) for piece in pieces[::2]):
        return None
    places, inside = [], False
    for before, mark, behind in zip(pieces[:-1:2], pieces[1::2], pieces[2::2], strict=True):
        if "<" in before or ">" in before:
            inside = before.rfind("<") > before.rfind(">")
        known: Mapping[str, int] = in_tag if inside else written
        if mark not in known:
            return None
        places.append((writing.in_tag if inside else writing.plain, known[mark], behind))
    made = Mould(pieces[0], tuple(places))
    return made if made.filled(marks) == data else None


def _split(whole: str, marks: Mapping[str, int]) -> list[str]:
    longest_first = sorted(marks, key=len, reverse=True)
    return re.split(f"({'|'.join(map(re.escape, longest_first))})", whole)
