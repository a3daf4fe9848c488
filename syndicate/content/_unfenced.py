"""Front matter that no fence opens, and a line of `---` ends: Hexo reads YAML so.

title: My title
date: 2026-01-02
---
The body.
"""

from __future__ import annotations

from syndicate.content._fences import Cut, first_line
from syndicate.content._head import MOST_CHARACTERS
from syndicate.model.patterns import regex

_END = regex(r"[\r\n]-{3,}+[ \t]*+(?:(?>\r\n?|\n)|\Z)")
# Every line a key, an item, a comment, or more of what is above: other text is a body with a rule in it.
_KEY = r"[A-Za-z][\w-]*+:(?=\s)[^\r\n]*+"
_LINES = regex(rf"{_KEY}(?:(?>\r\n?|\n)(?:{_KEY}|(?:[ \t#]|-[ \t])[^\r\n]*+))*+\Z")


def cut(text: str) -> Cut | None:
    """Where the front matter stands; None where there is none."""
    start = first_line(text)
    end = _END.search(text, start, start + MOST_CHARACTERS)
    if end is None or not _LINES.fullmatch(text, start, end.start()):
        return None
    return Cut(start, end.start(), end.end())
