"""The tree of a selection: which posts a feed of the operator's own is about.

`feeds/selection.py` makes it of the text of a query, the index answers it. Texts in a tree are folded
already (see `fold`). All moments are epoch seconds, spans are seconds.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

from syndicate.model.patterns import regex
from syndicate.model.records import dataclass

Match = Literal["is", "like", "contains"]
"""The whole text; the whole text with `*` for any characters; a part of it."""

Sign = Literal["=", "!=", "<", "<=", ">", ">="]


def fold(text: str) -> str:
    """A text as it is compared: without regard to case, width of letters (NFKC) and white space."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


_BY_LETTER = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""What is written without blanks, or with so few that a part of a word has to be found: Thai to Khmer, CJK, Hangul."""

_MARKS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff"
"""Marks that belong to the word they stand in, though they are no letters; with them all scripts of India."""

_WORD = regex(f"[{_BY_LETTER}]|(?:[^\\W_{_BY_LETTER}]|[{_MARKS}])+")


def split(text: str) -> list[str]:
    """A text as full text sees it: folded words; of scripts without blanks between words, each letter is one.

    So what stands side by side in a text of any length is found by asking for these words side by side.
    """
    return _WORD.findall(fold(text))


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, every post is meant."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; what a post does not have is not equal to anything."""

    part: Tree


@dataclass(frozen=True, slots=True)
class InTerm:
    """The post is in a term of `taxonomy` (a plural key) on any shelf; `match` None means in any term of it."""

    taxonomy: str
    match: Match | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """One of the texts that every post may have (`title`, `url`, `summary` ...) matches."""

    field: str
    match: Match
    text: str


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The post is in a language of this range (RFC 4647, 3.3.1): `zh` is also `zh-CN`. In lower case."""

    tag: str


@dataclass(frozen=True, slots=True)
class Lies:
    """The post's file: its path matches a glob (`**` any folders, `*` and `?` within a name)."""

    glob: str


@dataclass(frozen=True, slots=True)
class Has:
    """One of the things that every post may have is there (`image`, `audio`, `summary` ...)."""

    field: str


@dataclass(frozen=True, slots=True)
class Dated:
    """`since` <= moment < `until`, None for no bound; `field` is `published` or `updated`."""

    field: str
    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Aged:
    """Published less (`newer`) or more than `seconds` ago: time moves it."""

    newer: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of words of the body compares so."""

    sign: Sign
    number: float


@dataclass(frozen=True, slots=True)
class Written:
    """A key of the front matter has a value that matches; `match` None means that it has any."""

    key: str
    match: Match | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A key of the front matter has a value that compares so: with a number, or with a date (`2025`, `2025-03` ...).

    A date is compared with as much of the value as the date has itself.
    """

    key: str
    sign: Sign
    value: float | str


@dataclass(frozen=True, slots=True)
class Holds:
    """The title or the body has these words (`split`) side by side; with `begun`, the last may go on.

    Only live queries can ask for it: what a feed selects must be known to every run.
    """

    words: tuple[str, ...]
    begun: bool = False


Tree = (
    All | Either | Not | InTerm | Says | InLanguage | Lies | Has | Dated | Aged | Counted | Written | Compared | Holds
)
"""Which posts are meant."""
