"""The head of a reST document: its title and the field list below it, which docutils calls docinfo.

    My title
    ########

    :date: 2010-10-03 10:20
    :tags: a, b

Read without docutils, which has no places and takes milliseconds. The title becomes the field `title`
unless there is one of that name. Values are text without their inline markup, `summary` as written;
`authors` in a bullet list are a list.
"""

from __future__ import annotations

import re

from syndicate.content._fences import Cut, first_line
from syndicate.content._head import MOST_CHARACTERS, MOST_DUPLICATES, MOST_NODES, Duplicate, too_long, too_many
from syndicate.model import Value
from syndicate.model.patterns import regex

_LINE_END = r"[^\S\r\n]*+(?:(?>\r\n?|\n)|\Z)"
_ADORNMENT = r"([!-/:-@\[-`{-~])\%d*+"
_OVERLINED = regex(
    rf"(?P<over>{_ADORNMENT % 2}){_LINE_END}[ \t]*+(?P<title>[^\s][^\r\n]*+)(?>\r\n?|\n)(?P=over)(?!\2){_LINE_END}"
)
_UNDERLINED = regex(rf"(?P<title>[^\s][^\r\n]*+)(?>\r\n?|\n)(?P<under>{_ADORNMENT % 3}){_LINE_END}")
_FIELD = regex(r":(?![: ])((?:[^:\\\r\n]|\\.|:(?![ \t`\r\n]|\Z))++):(?:[ \t]++|(?=[\r\n]|\Z))([^\r\n]*+)")
_EXPLICIT = regex(r"\.\.(?:[ \t]++(?!(?!role::|default-role::|meta::)[\w:+.-]+?::(?:\s|\Z))|(?=[\r\n]|\Z))[^\r\n]*+")
_BLANKS = regex(r"(?:[^\S\r\n]*+(?>\r\n?|\n))*+")
_NEXT = regex(r"[^\r\n]*+(?>\r\n?|\n|\Z)")
_INDENTED = regex(r"[ \t]++[^\s]")
_BULLET = regex(r"[-*+][ \t]++")

# `text <address>`_, `text`, ``code``, **strong**, *emphasis*, :role:`text`
_INLINE = regex(
    r"(?::[a-z-]{1,30}:)?``?(?P<quoted>[^`<\n]{1,500}?)(?:[ ]<[^<>`\n]{1,500}>)?`{1,2}_{0,2}"
    r"|(?<![\w*])(?P<stars>\*{1,2})(?P<starred>[^\s*](?:[^*\n]{0,500}[^\s*])?)(?P=stars)(?![\w*])"
)
_ESCAPE = regex(r"\\(.)", re.DOTALL)


def cut(text: str) -> Cut | None:
    """Where the head stands; None where there is neither a title nor a field. Raises HeadFault where it is too long."""
    start = _behind_comments(text, first_line(text))
    end = body_at = _after_titles(text, start)
    at = _after_blanks(text, end)
    if _FIELD.match(text, at):
        end = _after_fields(text, at)
        body_at = _after_blanks(text, end)
    if end == start:
        return None
    if end - start > MOST_CHARACTERS:
        raise too_long()
    return Cut(start, end, body_at)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _after_line(text: str, at: int) -> int:
    found = _NEXT.match(text, at)
    return found.end() if found else at


def _after_block(text: str, at: int) -> int:
    """Behind the line at `at` and all that is indented below it."""
    at = _after_line(text, at)
    while at < len(text) and _INDENTED.match(text, behind := _after_blanks(text, at)):
        at = _after_line(text, behind)
    return at


def _behind_comments(text: str, at: int) -> int:
    """Comments, targets and definitions may stand before the title."""
    start = at
    while at - start <= MOST_CHARACTERS and _EXPLICIT.match(text, at):
        at = _after_blanks(text, _after_block(text, at))
    return at


def _after_titles(text: str, at: int) -> int:
    """Behind the title; a second one is a subtitle where fields follow it."""
    title = _title(text, at)
    if title is None:
        return at
    below = _title(text, _after_blanks(text, title.end()))
    subtitled = below and _FIELD.match(text, _after_blanks(text, below.end()))
    return below.end() if below and subtitled else title.end()


def _title(text: str, at: int) -> re.Match[str] | None:
    if found := _OVERLINED.match(text, at):
        return found
    found = _UNDERLINED.match(text, at)
    if found is None or _FIELD.match(text, at):
        return None
    length = len(found["under"])
    return found if length > 3 or length >= len(found["title"].rstrip()) else None


def _after_fields(text: str, at: int) -> int:
    start = at
    while at - start <= MOST_CHARACTERS and _FIELD.match(text, at):
        end = _after_block(text, at)
        at = _after_blanks(text, end)
        if not _FIELD.match(text, at):
            return end
    return at


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of a head, and the names given twice, of which the last counts. Raises HeadFault."""
    fields: dict[str, Value] = {}
    seen: dict[str, str] = {}
    duplicates: list[Duplicate] = []
    title = _title(head, 0)
    at = _after_blanks(head, _after_titles(head, 0))
    while field := _FIELD.match(head, at):
        end = _after_block(head, at)
        name = plain(field[1]).strip()
        if name.casefold() in seen:
            duplicates.append((name, field.start(1)))
            fields.pop(seen[name.casefold()], None)
        seen[name.casefold()] = name
        fields[name] = _value(name.casefold(), head[field.start(2) : end])
        if len(fields) > MOST_NODES:
            raise too_many(at)
        at = _after_blanks(head, end)
    if title and "title" not in seen:
        fields = {"title": plain(title["title"].strip()), **fields}
    return fields, duplicates[:MOST_DUPLICATES]


def _value(name: str, written: str) -> Value:
    lines = [line.strip() for line in written.splitlines()]
    if name == "authors" and any(lines) and all(_BULLET.match(line) for line in lines if line):
        return [plain(_BULLET.sub("", line, count=1)).strip() for line in lines if line]
    text = "\n".join(lines).strip()
    return text if name == "summary" else plain(text)


def plain(text: str) -> str:
    """Text without inline markup and escapes."""
    bare = _INLINE.sub(lambda found: found["quoted"] or found["starred"] or "", text)
    return _ESCAPE.sub(lambda found: found[1].strip(), bare)
