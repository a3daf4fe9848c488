"""The title a text gives itself: its first heading, in Markdown or HTML. Text in, plain text out.

Only the beginning is looked at: a heading further down is not the title of the whole.
"""

from __future__ import annotations

import re

from syndicate.content.dialects._fields import decoded, one_line
from syndicate.model.patterns import regex

_BEGINNING = 5_000  # characters
_LONGEST = 500
_ATX = regex(r" {0,3}#{1,6}(?:[ \t]+(.*))?$")
_CLOSING = regex(r"(?:^|[ \t]+)#+$")
_UNDERLINE = regex(r" {0,3}(?:=+|-{2,})$")
_FENCE = regex(r" {0,3}(`{3,}|~{3,})")
_NO_PARAGRAPH = regex(r" {0,3}(?:>|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|<|\||    )|\t")
_OPENING = regex(r"<h1(?:\s[^<>]*)?>", re.IGNORECASE)
_COMMENT = regex(r"<!--.*?-->", re.DOTALL)

_TAG = regex(r"<[A-Za-z/!][^<>]*>")
_ATTRIBUTES = regex(r"[ \t]*\{[:#.][^{}]*\}$")
_LINK = regex(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_EMPHASIS = regex(r"(?<![\w*_~`\\])(\*{1,3}|_{1,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")
_STARRED = regex(r"(\*\*|`+)(?=\S)([^*`]+)(?<=\S)\1")  # these also work inside of words, and beside CJK
_ESCAPE = regex(r"\\([!-/:-@\[-`{-~])")


def first_heading(body: str, *, markdown: bool) -> str:
    """The text of the first heading (`# …`, underlined, `<h1>`), "" where the body has none."""
    beginning = _COMMENT.sub("", body[:_BEGINNING])
    if markdown and (found := _in_markdown(beginning)):
        return found
    opening = _OPENING.search(beginning)
    inside = beginning[opening.end() :].partition("</h1")[0].partition("</H1")[0] if opening else ""
    return one_line(decoded(_TAG.sub("", inside[:_LONGEST])))


def after_first_heading(body: str, *, markdown: bool) -> int:
    """Where a body goes on behind the heading that it begins with; 0 where it does not begin with one.

    Who calls a text by its heading need not show it a second time.
    """
    found = (_LEADING_ATX.match(body) or _LEADING_UNDERLINED.match(body)) if markdown else None
    found = found or _LEADING_ELEMENT.match(body)
    return found.end() if found else 0


_LEADING_ATX = regex(r"(?:[ \t]*+\r?\n)*+ {0,3}#[ \t][^\r\n]*+(?:\r?\n|\Z)")
_LEADING_UNDERLINED = regex(r"\s*+^ {0,3}(?![ #>*+<|`~-])[^\r\n]++\r?\n {0,3}=++[ \t]*+(?:\r?\n|\Z)", re.MULTILINE)
_LEADING_ELEMENT = regex(r"\s*+<h1(?:\s[^<>]*+)?>[^<>]*+(?:<(?!/?h1)[^<>]*+>[^<>]*+)*+</h1\s*+>", re.IGNORECASE)


def _in_markdown(text: str) -> str:
    fence, previous = "", ""
    for line in text.splitlines():
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
            previous = ""
            continue
        if fence:
            continue
        if heading := _ATX.match(line):
            return _plain(_CLOSING.sub("", (heading[1] or "").rstrip()))
        if previous and _UNDERLINE.match(line.rstrip()):
            return _plain(previous)
        previous = "" if _NO_PARAGRAPH.match(line) or not line.strip() else f"{previous} {line.strip()}"
    return ""


def _plain(heading: str) -> str:
    """A heading without its Markdown: `**Bits** of [Go](/go) {#bits}` → `Bits of Go`."""
    text = _TAG.sub("", _LINK.sub(r"\1", _ATTRIBUTES.sub("", heading.strip()[:_LONGEST])))
    text = _STARRED.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return one_line(decoded(_ESCAPE.sub(r"\1", text)))
