"""Which content codings a client takes, the best first (RFC 9110, 12.5.3). Pure.

In: an Accept-Encoding as it was sent. Out: names of codings that we know, in the order in which they are to be tried.
"""

from __future__ import annotations

from functools import lru_cache

from syndicate.model.patterns import regex

IDENTITY = "identity"

PREFERRED = ("br", "zstd", "gzip", IDENTITY)
"""What we know, the smallest first: the order where a client likes several as much."""

_ALIASES = {b"x-gzip": b"gzip"}
_NAMES = {name.encode(): name for name in PREFERRED}
_MEMBER = regex(
    rb"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:;[ \t]*[qQ]=[ \t]*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)
_MOST = 100
"""Members of a list that are looked at."""

LONGEST = 200
"""Bytes of what is remembered: nobody who reads feeds says more, and who does shall not fill the memory."""


def brief(accepted: bytes) -> bytes:
    """The same in few bytes, where it is long: what codings may be sent, in the same order."""
    if len(accepted) <= LONGEST:
        return accepted
    names = enumerate(_ranked.__wrapped__(accepted))
    return b", ".join([*(b"%b;q=0.%d" % (name.encode(), 9 - place) for place, name in names), b"*;q=0"])


def ranked(accepted: bytes | None) -> tuple[str, ...]:
    """The codings that may be sent, the best first; empty where the client takes none of ours, not even none at all.

    Without the header nothing is coded: whoever can decode says so. A member that cannot be understood is passed
    over. Of one that stands twice the first counts.
    """
    return _ranked(None if accepted is None else brief(accepted))


@lru_cache(maxsize=2048)
def _ranked(accepted: bytes | None) -> tuple[str, ...]:
    if accepted is None:
        return (IDENTITY,)
    weights: dict[bytes, float] = {}
    for member in accepted.split(b",", _MOST)[:_MOST]:
        found = _MEMBER.fullmatch(member)
        if found:
            name = found[1].lower()
            weights.setdefault(_ALIASES.get(name, name), float(found[2]) if found[2] else 1.0)
    rest = weights.get(b"*", 0.0)
    liked = {name: weights.get(raw, rest) for raw, name in _NAMES.items()}
    if b"identity" not in weights and b"*" not in weights:
        # it may be sent, behind all that was asked for
        liked[IDENTITY] = 0.0001
    return tuple(sorted((name for name in PREFERRED if liked[name] > 0), key=lambda name: -liked[name]))
