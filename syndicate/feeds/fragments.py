"""Entry → its fragments in several formats, each held against our rules. Pure.

The general way makes each fragment with its format and reads it back (`rules.held`): half a millisecond for RSS, Atom
and JSON Feed. It is gone for the first entries of a makeup. From then on the formats' moulds are filled, and of the
rules those are asked that judge values: the same bytes and the same verdict in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Final

from syndicate import plugins
from syndicate.feeds.formats import Format
from syndicate.feeds.formats._door import admit
from syndicate.feeds.formats._makeup import BLANKLESS, HTML, MOMENTS, Told, marked, told
from syndicate.feeds.formats._moulds import Mould, Moulded, Values, all_encoded, encoded, mould
from syndicate.feeds.rules import MAX_FRAGMENT, are_sound, held, is_absolute
from syndicate.model import Entry
from syndicate.model.records import NamedTuple

MOST_MAKEUPS: Final = 512
"""How many makeups are remembered; a site has a few dozen."""

_blankless, _moments = itemgetter(*BLANKLESS), itemgetter(*MOMENTS)


class Held(NamedTuple):
    """The fragments of an entry, in the order of the formats; `fault` says which of them breaks which rule, else ""."""

    fragments: tuple[bytes, ...]
    fault: str = ""


class _Cast(NamedTuple):
    """The moulds of a makeup, None where a format has none, and the numbers of the values that are addresses."""

    moulds: tuple[Mould | None, ...]
    addresses: tuple[int, ...]


def are_taken(filled: Sequence[tuple[_Cast, list[str]]]) -> bool:
    """Whether what the moulds of these casts give for the values beside them is sound for certain."""
    said = [values for _, values in filled]
    return are_sound(
        # the door has just looked at the characters of the HTML
        chain.from_iterable(values[:HTML] + values[HTML + 1 :] for values in said),
        not_blank=chain.from_iterable(map(_blankless, said)),
        addresses=[values[number] for cast, values in filled for number in cast.addresses],
        moments=chain.from_iterable(map(_moments, said)),
    )


class Ready(NamedTuple):
    """An entry, what the formats are shown of it, and its values where moulds take them."""

    entry: Entry
    shown: Entry
    cast: _Cast
    values: Values | None


class Fragments:
    """Writes entries in some formats; remembers the moulds of the makeups it has met."""

    def __init__(self, formats: Sequence[tuple[str, Format]]) -> None:
        """`formats` with their names."""
        self._formats = formats
        self._none = _Cast((None,) * len(formats), ())
        self._known: dict[Hashable, _Cast | None] = {}

    def of(self, entry: Entry, *, clean: bool = False) -> Held:
        """The fragments of an entry. Raises what a format of somebody else raises.

        `clean`: its HTML is known to hold nothing but legal characters, as what `markup.safe` gives does.
        """
        return self.written(self.ready(entry, clean=clean))

    def ready(self, entry: Entry, *, clean: bool = False) -> Ready:
        """The first half of it."""
        return self.all_ready([(entry, clean)])[0]

    def all_ready(self, entries: Sequence[tuple[Entry, bool]]) -> list[Ready]:
        """The same for several entries, each with whether it is clean, before any of them goes through the second half.

        Their values are looked at and encoded together; only where something is wrong with them, one by one.
        """
        shown = [admit(entry, clean=clean) for entry, clean in entries]
        said = list(map(told, shown))
        casts = [self._cast(its, each) if its else self._none for its, each in zip(said, shown, strict=True)]
        filled = [(cast, each.values) for cast, each in zip(casts, said, strict=True) if each and any(cast.moulds)]
        taken = filled if are_taken(filled) else [each for each in filled if are_taken([each])]
        made = {id(each): values for (_, each), values in zip(taken, all_encoded([v for _, v in taken], HTML), strict=True)}
        return [
            Ready(entry, each, cast, made.get(id(its.values)) if its else None)
            for (entry, _), each, cast, its in zip(entries, shown, casts, said, strict=True)
        ]

    def written(self, ready: Ready) -> Held:
        """The second half."""
        entry, shown, cast, values = ready
        made, fault = [], ""
        for (name, maker), filled in zip(self._formats, cast.moulds, strict=True):
            if filled and values is not None:
                fragment = filled.filled(values)
                judged = len(fragment) <= MAX_FRAGMENT
            else:
                fragment, judged = _written(maker, entry, shown), False
            made.append(fragment)
            if not (fault or judged) and (wrong := held(fragment, name)):
                fault = f"its {name} entry would break a rule ({wrong})"
        return Held(tuple(made), fault)

    def _cast(self, said: Told, shown: Entry) -> _Cast:
        """The moulds of the entry's makeup: none when it is met first, since many are met only once."""
        if said.makeup not in self._known:
            if len(self._known) >= MOST_MAKEUPS:
                self._known.clear()
            self._known[said.makeup] = None
            return self._none
        cast = self._known[said.makeup]
        if cast is None:
            cast = self._known[said.makeup] = self._cast_anew(said, shown)
        return cast

    def _cast_anew(self, said: Told, shown: Entry) -> _Cast:
        sample = marked(shown)
        marks = told(sample)
        if marks is None or marks.makeup != said.makeup:
            return self._none
        addresses = [number for number, mark in enumerate(marks.values) if is_absolute(mark)]
        moulds = [_mould(name, maker, (sample, marks), (shown, said)) for name, maker in self._formats]
        return _Cast(tuple(moulds), tuple(addresses))


def fragments_in(formats: Sequence[str]) -> Fragments:
    """The one writer of these formats, by name, in this process: a worker meets the same makeups batch after batch."""
    return _fragments_in(tuple((name, plugins.find("formats", name)) for name in formats))


@lru_cache(maxsize=16)
def _fragments_in(formats: tuple[tuple[str, type[Format]], ...]) -> Fragments:
    return Fragments([(name, form()) for name, form in formats])


def _written(maker: Format, entry: Entry, shown: Entry) -> bytes:
    return maker.written(shown) if isinstance(maker, Moulded) else maker.fragment(entry)


def _mould(name: str, maker: Format, sample: tuple[Entry, Told], first: tuple[Entry, Told]) -> Mould | None:
    """The mould of a format, if it gives what the format gives: for the marks, and for the first entry."""
    if not isinstance(maker, Moulded):
        return None
    (marked_entry, marks), (shown, said) = sample, first
    data = maker.written(marked_entry)
    made = None if held(data, name) else mould(data, encoded(marks.values, HTML), maker.writing)
    return made if made and made.filled(encoded(said.values, HTML)) == maker.written(shown) else None
