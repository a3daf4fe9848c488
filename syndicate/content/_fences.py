"""Where the front matter of a text begins and ends: the handlers' half that knows no syntax.

Ours instead of python-frontmatter's, because that cuts inside values, loses everything at a
missing fence without a word, and does not see past a byte order mark or a blank line.
A fence is a whole line; lines end in LF, CRLF or a lone CR.
"""

from __future__ import annotations

import re
from functools import lru_cache

from syndicate.content._head import HeadFault
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

# Possessive throughout: no line of blanks, however long, is looked at twice.
_LEAD = r"\ufeff*+(?:[^\S\r\n]*+(?>\r\n?|\n))*+"
_END = r"[^\S\r\n]*+(?:(?>\r\n?|\n)|\Z)"

OPENING_YAML = re.compile(rf"{_LEAD}(-{{3,}}+)[ \t]*+(?i:ya?ml)?{_END}")
OPENING_TOML = regex(rf"{_LEAD}(?:(\+{{3,}}+)[ \t]*+(?i:toml)?|(-{{3,}}+)[ \t]*+(?i:toml)){_END}")
OPENING_JSON = regex(rf"{_LEAD}(?:(;{{3,}}+)[ \t]*+(?i:json)?|(-{{3,}}+)[ \t]*+(?i:json)){_END}")
_OPENING_OTHER = regex(rf"{_LEAD}(-{{3,}}+)(?!(?i:ya?ml|toml|json)\b)([A-Za-z]++){_END}")
_OPENING_CONFLICT = regex(rf"{_LEAD}<{{7}}(?=[ \t\r\n]|\Z)")

# A JSON object that is front matter without a fence, as against `{% include %}` or `{: .class}`.
OBJECT = regex(
    rf"{_LEAD}(?=\{{\s*+(?:\"(?:[^\"\\\r\n]|\\.)*+\"\s*+:|\}}{_END})"
    r"|\{[ \t]*+[\r\n]++[ \t]*+['\"]?[\w-]++['\"]?[ \t]*+:)"
)

_CONFLICT = regex(r"(?:\A|[\r\n])(?=(?:<{7}|\|{7}|>{7})(?:[ \t\r\n]|\Z))")
_KEY_LINE = regex(
    r"(?:[^\S\r\n]*+(?:#[^\r\n]*+)?+[\r\n]++)*+[ \t]*+\{?"
    r"(?:[\"'][\w. -]++[\"'][ \t]*+[:=]|[\w.-]++[ \t]*+(?::(?=\s|\Z)|=)|\[{1,2}[\w. -]++\]{1,2}\s)"
)
_NEARLY = regex(r"[\r\n]([ \t]++[-+;]{3,9}|[-\u2010-\u2015\u2212+;]{2,9})[ \t]*+(?=[\r\n]|\Z)")
_LEAD_ALONE = regex(_LEAD)
_END_ALONE = regex(_END)

UNCLOSED = "front-matter-unclosed"


class Cut(NamedTuple):
    """Offsets in a text: its front matter is `text[head_at:head_end]`, its body `text[body_at:]`."""

    head_at: int
    head_end: int
    body_at: int


def cut(text: str, opening: re.Match[str]) -> Cut | None:
    """The cut after an opening fence; None where that is only a rule across the page.

    Raises HeadFault where keys follow the fence and no fence closes them.
    """
    fence = opening[opening.lastindex or 1]
    start = opening.end()
    # From the line break of the opening line on, so that a fence directly below is found.
    closing = _closing(fence).search(text, max(start - 1, opening.end(opening.lastindex or 1)))
    if closing:
        return Cut(start, max(start, closing.start() + 1), closing.end())
    if _KEY_LINE.match(text, start):
        raise _unclosed(text, opening, fence)
    return None


@lru_cache(maxsize=16)
def _closing(fence: str) -> re.Pattern[str]:
    other = r"|\.\.\." if fence.startswith("-") else ""
    return re.compile(rf"[\r\n](?:{re.escape(fence)}{other}){_END}")


def _unclosed(text: str, opening: re.Match[str], fence: str) -> HeadFault:
    message = f"The front matter is never closed. Add a line of `{fence}` alone after its last key."
    nearly = _NEARLY.search(text, opening.end() - 1)
    if nearly:
        message += f" (`{nearly[1]}` further down is no such line.)"
    return HeadFault(UNCLOSED, message, opening.start(opening.lastindex or 1))


def refuse_conflict(head: str) -> None:
    """Raise HeadFault where a merge left its markers in front matter."""
    found = ("<<<<<<<" in head or ">>>>>>>" in head) and _CONFLICT.search(head)
    if found:
        raise _conflict(found.end())


def refuse_foreign(text: str) -> None:
    """Raise HeadFault where a text without front matter opens with something that means to be one."""
    if conflict := _OPENING_CONFLICT.match(text):
        raise _conflict(conflict.end() - 7)
    other = _OPENING_OTHER.match(text)
    if other and _closing(other[1]).search(text, other.end() - 1):
        message = f"Front matter in {other[2]} cannot be read here. Write it in YAML, TOML or JSON."
        raise HeadFault("front-matter-language", message, other.start(1))


def _conflict(at: int) -> HeadFault:
    message = "A merge was left unfinished: the file holds both versions. Keep one, and delete the marker lines."
    return HeadFault("merge-conflict", message, at)


def marks(text: str) -> int:
    """How many byte order marks a text begins with."""
    return len(text) - len(text.lstrip("\ufeff"))


def first_line(text: str) -> int:
    """Where the first line begins that is not blank."""
    found = _LEAD_ALONE.match(text)
    return found.end() if found else 0


def after_line_end(text: str, at: int) -> int:
    """`at`, moved behind the line's end where nothing else is left on the line."""
    found = _END_ALONE.match(text, at)
    return found.end() if found else at
