"""Globs as Hugo reads them: `*` within a name, `**` any folders, `?`, `[a-z]`, `{this,that}`.

Matched by steps through the pattern, not by a regular expression: a pattern of many stars on a long path would take one
for ever. Text in, a Glob out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from syndicate.model.patterns import regex
from syndicate.model.records import dataclass

_LONGEST = 300  # characters
_MOST = 64  # ways in which the braces of one glob may be filled
_BRACES = regex(r"\{([^{}]*)\}")
_PIECE = regex(r"\*\*|\*|\?|\[!?[^\]\[]+\]|\\.|.", re.DOTALL)
_STARS = ("*", "**")


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern; `ways` are its pieces, once for each way to fill its braces."""

    ways: tuple[tuple[str, ...], ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text, in lower case, is meant."""
        return any(_matches(pieces, text.lower()) for pieces in self.ways)


def glob(written: str) -> Glob | None:
    """A glob, None where nothing or far too much is written."""
    wanted = written.strip().lower()
    if not wanted or len(wanted) > _LONGEST:
        return None
    return Glob(tuple(tuple(_PIECE.findall(way)) for way in _filled(wanted)))


def _filled(written: str) -> list[str]:
    """Every text the braces stand for, the innermost first: `a{b,c}` is `ab` and `ac`."""
    pending, done = [written], list[str]()
    while pending and len(pending) + len(done) <= _MOST:
        one = pending.pop(0)
        braces = _BRACES.search(one)
        if braces is None:
            done.append(one)
        else:
            pending += [one[: braces.start()] + each + one[braces.end() :] for each in braces[1].split(",")]
    return done


def _matches(pieces: tuple[str, ...], text: str) -> bool:
    """Steps through the text with all places in the pattern that fit so far."""
    places = _reached({0}, pieces)
    for character in text:
        after = {at if pieces[at] in _STARS else at + 1 for at in places if _takes(pieces, at, character)}
        places = _reached(after, pieces)
        if not places:
            return False
    return len(pieces) in places


def _reached(places: set[int], pieces: tuple[str, ...]) -> set[int]:
    """The places and those behind stars, which may stand for nothing."""
    found = set(places)
    for first in sorted(places):
        at = first
        while at < len(pieces) and pieces[at] in _STARS and at + 1 not in found:
            at += 1
            found.add(at)
    return found


def _takes(pieces: tuple[str, ...], at: int, character: str) -> bool:
    if at >= len(pieces):
        return False
    piece = pieces[at]
    if piece == "**":
        return True
    if piece in ("*", "?"):
        return character != "/"
    if len(piece) == 1:
        return piece == character
    return character == piece[1:] if piece[0] == "\\" else _in_class(piece, character)


@lru_cache(1024)
def _in_class(piece: str, character: str) -> bool:
    """Whether `[a-z]` or `[!a-z]` takes the character."""
    inner = piece.strip("[]")
    inside = any(
        (len(span) == 3 and span[0] <= character <= span[2]) or span == character
        for span in re.findall(r".-.|.", inner.removeprefix("!"), re.DOTALL)
    )
    return inside is not inner.startswith("!")
