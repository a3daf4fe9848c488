"""`cascade`: values that a site or a section gives to the pages below it.

In: the `cascade` of the configuration and of each `_index` file. Out: the values that hold for a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from syndicate.content.dialects._hugo_config import mapping, mappings
from syndicate.content.dialects._hugo_targets import Target, target
from syndicate.model import Value
from syndicate.model.records import dataclass

_OWN = frozenset(("target", "_target", "params", "cascade", "path", "kind", "lang"))


@dataclass(frozen=True, slots=True)
class Cascade:
    """Values for the pages that are meant."""

    target: Target
    values: Mapping[str, Value]


def cascades(written: Value) -> tuple[Cascade, ...]:
    """A `cascade:`, one mapping or a list of them, with keys in lower case."""
    return tuple(_cascade(each) for each in mappings(written))


def _cascade(written: Mapping[str, Value]) -> Cascade:
    meant = written.get("target", written.get("_target"))
    own = {key: value for key, value in written.items() if key not in _OWN}
    return Cascade(target(meant), {**own, **mapping(written, "params")})


def inherited(known: Iterable[Cascade], kind: str, page: str, language: str) -> dict[str, Value]:
    """The values for a page out of the cascades above it, the nearest first; that is who wins."""
    found: dict[str, Value] = {}
    for each in known:
        if each.target.means(kind, page, language):
            for key, value in each.values.items():
                found.setdefault(key, value)
    return found
