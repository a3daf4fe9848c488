"""Channel → what stands around the entries of a document, held against our rules where that is cheap. Pure.

As with fragments: the general way (a format's envelope, 90 µs, and its reading back, 40 µs) is gone for the first
channels of a makeup; of the others the moulds are filled and the values are judged.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, NamedTuple

from syndicate.feeds.formats import Format
from syndicate.feeds.formats._door import admit_channel
from syndicate.feeds.formats._makeup import Told
from syndicate.feeds.formats._makeup_channels import BLANKLESS, MOMENTS, marked_channel, told_channel
from syndicate.feeds.formats._moulds import Framed, Mould, encoded, mould
from syndicate.feeds.rules import MAX_ENVELOPE, are_sound, held_envelope, is_absolute
from syndicate.model import Channel, Envelope

MOST_MAKEUPS: Final = 128
"""How many makeups of channels are remembered; a site has a few for each format."""


class _Cast(NamedTuple):
    """The mould of a head, what stands behind it, and the numbers of the values that are addresses or dates."""

    head: Mould
    separator: bytes
    tail: bytes
    addresses: tuple[int, ...]
    moments: tuple[int, ...]


class Envelopes:
    """Writes the envelopes of one format; remembers the moulds of the makeups it has met."""

    def __init__(self, maker: Format) -> None:
        self._maker = maker
        self._framed = maker if isinstance(maker, Framed) else None
        self._known: dict[Hashable, _Cast | None] = {}

    def of(self, channel: Channel) -> Envelope:
        """What `Format.envelope` gives; `held` says that no rule can find fault with it."""
        maker = self._framed
        if maker is None:
            return self._maker.envelope(channel)
        shown = admit_channel(channel)
        said = told_channel(shown)
        cast = self._cast(maker, said, shown) if said else None
        if said is None or cast is None or not _are_sound(said, cast):
            return maker.around(shown)
        head = cast.head.filled(encoded(said.values))
        return Envelope(head, cast.separator, cast.tail, held=len(head) + len(cast.tail) <= MAX_ENVELOPE)

    def _cast(self, maker: Framed, said: Told, shown: Channel) -> _Cast | None:
        if said.makeup not in self._known:
            if len(self._known) >= MOST_MAKEUPS:
                self._known.clear()
            self._known[said.makeup] = None
            return None
        if self._known[said.makeup] is None:
            self._known[said.makeup] = _cast_anew(maker, self._maker.name, said, shown)
        return self._known[said.makeup]


def _cast_anew(maker: Framed, name: str, said: Told, shown: Channel) -> _Cast | None:
    """The moulds of a makeup, if they give what the format gives: for the marks, and for this channel."""
    sample = marked_channel(shown)
    marks = told_channel(sample)
    if marks is None or marks.makeup != said.makeup:
        return None
    around = maker.around(sample)
    if held_envelope(around.head + around.tail, name):
        return None
    head = mould(around.head, encoded(marks.values), maker.writing)
    addresses = tuple(number for number, mark in enumerate(marks.values) if is_absolute(mark))
    if head is None or maker.around(shown) != Envelope(
        head.filled(encoded(said.values)), around.separator, around.tail
    ):
        return None
    return _Cast(head, around.separator, around.tail, addresses, MOMENTS if shown.updated else ())


def _are_sound(said: Told, cast: _Cast) -> bool:
    values = said.values
    return are_sound(
        values,
        not_blank=[values[number] for number in BLANKLESS],
        addresses=[values[number] for number in cast.addresses],
        moments=[values[number] for number in cast.moments],
    )
