"""Channel → what stands around the entries of a document, held against our rules where that is cheap. Pure.

As with fragments: the general way (a format's envelope, 90 µs, and its reading back, 40 µs) is gone for the first
channels of a makeup; of the others the moulds are filled and the values are judged.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from syndicate.feeds.formats import Format
from syndicate.feeds.formats._door import admit_channel
from syndicate.feeds.formats._makeup import Told
from syndicate.feeds.formats._makeup_channels import BLANKLESS, MOMENTS, marked_channel, told_channel
from syndicate.feeds.formats._moulds import Framed, Mould, Values, encoded, mould
from syndicate.feeds.rules import MAX_ENVELOPE, are_sound, held_envelope, is_absolute
from syndicate.model import Channel, Envelope
from syndicate.model.records import NamedTuple

MOST_MAKEUPS: Final = 128
"""How many makeups of channels are remembered; a site has a few for each format."""


class Cast(NamedTuple):
    """The mould of a head, and what stands behind it."""

    head: Mould
    separator: bytes
    tail: bytes

    def filled(self, values: Values) -> Envelope:
        """The envelope of these values, which have been judged."""
        head = self.head.filled(values)
        return Envelope(head, self.separator, self.tail, held=len(head) + len(self.tail) <= MAX_ENVELOPE)


class _Judged(NamedTuple):
    """A cast, and the numbers of the values that are addresses or dates."""

    cast: Cast
    addresses: tuple[int, ...]
    moments: tuple[int, ...]


class Envelopes:
    """Writes the envelopes of one format; remembers the moulds of the makeups it has met."""

    def __init__(self, maker: Format) -> None:
        self._maker = maker
        self._framed = maker if isinstance(maker, Framed) else None
        self._known: dict[Hashable, _Judged | None] = {}

    def of(self, channel: Channel) -> Envelope:
        """What `Format.envelope` gives; `held` says that no rule can find fault with it."""
        maker = self._framed
        if maker is None:
            return self._maker.envelope(channel)
        shown = admit_channel(channel)
        said = told_channel(shown)
        judged = self._judged(maker, said, shown) if said else None
        if said is None or judged is None or not _are_sound(said, judged):
            return maker.around(shown)
        return judged.cast.filled(encoded(said.values))

    def _judged(self, maker: Framed, said: Told, shown: Channel) -> _Judged | None:
        if said.makeup not in self._known:
            if len(self._known) >= MOST_MAKEUPS:
                self._known.clear()
            self._known[said.makeup] = None
            return None
        if self._known[said.makeup] is None:
            self._known[said.makeup] = _judged_anew(maker, self._maker.name, said, shown)
        return self._known[said.makeup]


def _judged_anew(maker: Framed, name: str, said: Told, shown: Channel) -> _Judged | None:
    sample = marked_channel(shown)
    marks = told_channel(sample)
    if marks is None or marks.makeup != said.makeup:
        return None
    cast = cast_of(maker, name, (sample, marks.values), (shown, said.values))
    addresses = tuple(number for number, mark in enumerate(marks.values) if is_absolute(mark))
    return _Judged(cast, addresses, MOMENTS if shown.updated else ()) if cast else None


def cast_of(
    maker: Framed, name: str, sample: tuple[Channel, list[str]], shown: tuple[Channel, list[str]]
) -> Cast | None:
    """What gives all that the format `name` gives: for a channel of marks, and for this one; each with its values."""
    around = maker.around(sample[0])
    if held_envelope(around.head + around.tail, name):
        return None
    head = mould(around.head, encoded(sample[1]), maker.writing)
    made = head and Envelope(head.filled(encoded(shown[1])), around.separator, around.tail)
    return Cast(head, around.separator, around.tail) if head and made == maker.around(shown[0]) else None


def _are_sound(said: Told, judged: _Judged) -> bool:
    values = said.values
    return are_sound(
        values,
        not_blank=[values[number] for number in BLANKLESS],
        addresses=[values[number] for number in judged.addresses],
        moments=[values[number] for number in judged.moments],
    )
