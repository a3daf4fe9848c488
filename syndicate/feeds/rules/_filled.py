"""The values that are put into bytes whose rest has been held against the rules already. Pure.

What a rule says of the build of a fragment holds for all fragments of one build. What is left are the values: their
characters, addresses, dates. Those are judged once for an entry here, whatever the number of its formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from syndicate.feeds.rules._values import is_absolute, rfc822
from syndicate.markup.legal import is_legal

_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII)


def are_sound(
    values: Iterable[str], *, not_blank: Iterable[str], addresses: Iterable[str], moments: Iterable[str]
) -> bool:
    """Whether no rule can find fault with these values; False may also mean that it takes a closer look.

    Some of them may not be blank, are to be absolute addresses, or dates of RFC 3339 or RFC 822.
    """
    return (
        is_legal("\n".join({*values}))  # several are the same as a rule
        and all(map(is_absolute, {*addresses}))
        and all(map(str.strip, not_blank))
        and all(map(_is_moment, {*moments}))
    )


def _is_moment(text: str) -> bool:
    return _is_rfc3339(text) or _is_rfc822(text)


def _is_rfc3339(text: str) -> bool:
    """Whether a text is a moment in UTC, to the second, as RFC 3339 has it; a tenth of the cost of taking it apart."""
    return (text[10:11], text[19:]) == ("T", "Z") and bool(_CLOCK.fullmatch(text, 11, 19)) and _is_date(text[:10])


@lru_cache(maxsize=1024)  # entries are of few days
def _is_date(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).isoformat()[:10] == text
    except ValueError:
        return False


def _is_rfc822(text: str) -> bool:
    return (text[16:17], text[25:]) == (" ", " +0000") and bool(_CLOCK.fullmatch(text, 17, 25)) and _is_day(text[:16])


@lru_cache(maxsize=1024)  # entries are of few days
def _is_day(text: str) -> bool:
    return not rfc822(f"{text} 00:00:00 +0000").fault
