"""Pelican's slugs: any text → one part of an address, in ASCII unless Unicode is asked for.

Pelican spells letters of other scripts with Unidecode, whose licence (GPL) is not ours to take; text-unidecode
has the older edition of the same tables. `_NEWER` is where the two differ in letters that people write titles with.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

Rule = tuple[re.Pattern[str], str]
"""What is replaced, and by what, as `re.sub` takes it."""

_LONGEST = 2_000  # characters of a title: what is longer is no title, and rules are somebody's patterns
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*+>")

_NEWER = str.maketrans(
    {
        **dict(zip("しちっつシチッツ", "shi chi tsu tsu shi chi tsu tsu".split(), strict=True)),
        **dict(zip("אחטךכץצקש", "A H T KH KH TS TS k SH".split(), strict=True)),
        **dict(zip("ー・ЄŊŋ−־", "- * Ie NG ng - -".split(), strict=True)),
        **dict(zip("₱₴₹₺₽₿", "P UAH Rs L R BTC".split(), strict=True)),
    }
)

PLAIN_RULES = ((r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s]+", "-"))
"""Pelican's own rules (SLUG_REGEX_SUBSTITUTIONS)."""


def rules(pairs: Sequence[tuple[str, str]]) -> tuple[Rule, ...]:
    """Pairs of patterns and replacements → rules. Raises ValueError where one is no pattern."""
    made = []
    for pattern, replacement in pairs:
        try:
            rule = re.compile(unicodedata.normalize("NFKC", pattern), re.IGNORECASE)
            made.append((rule, unicodedata.normalize("NFKC", replacement)))
            rule.sub(made[-1][1], "")
        except (re.error, RecursionError, OverflowError, IndexError) as fault:
            raise ValueError(f"`{pattern}` cannot be used: {fault}") from None
    return tuple(made)


def slugify(text: str, by: Sequence[Rule], *, in_unicode: bool = False, keep_case: bool = False) -> str:
    """The slug of a title or a name, as Pelican makes it; "" where nothing of it is left."""
    value = _TAG.sub("", _COMMENT.sub("", text[:_LONGEST]))
    value = unicodedata.normalize("NFKC", html.unescape(" ".join(value.split())))
    if not in_unicode:
        value = _in_ascii(value)
    for pattern, replacement in by:
        value = pattern.sub(replacement, value)[: 2 * _LONGEST]
    return (value if keep_case else value.lower()).strip()


def _in_ascii(text: str) -> str:
    if text.isascii():
        return text
    from text_unidecode import unidecode

    return str(unidecode(text.translate(_NEWER))).replace("[?] ", "").replace("[?]", "")
