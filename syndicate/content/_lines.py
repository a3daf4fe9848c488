"""Metadata lines on top of a Markdown file, as MultiMarkdown and the `meta` extension of Python-Markdown read them.

    Title: My title
    Tags: a, b
        c

They end at a blank line, or where a line is neither `key: value` nor indented by four. `---` may stand
before them, and `---` or `...` behind. A key with several lines has a list of texts, else a text.
"""

from __future__ import annotations

from syndicate.content._fences import Cut, first_line
from syndicate.content._head import MOST_CHARACTERS, MOST_DUPLICATES, MOST_NODES, Duplicate, too_long, too_many
from syndicate.model import Value
from syndicate.model.patterns import regex

_KEY = regex(r"[ ]{0,3}+([A-Za-z0-9_-]++):[^\S\r\n]*+([^\r\n]*+)")
_MORE = regex(r"(?:[ ]{4}|[ ]{0,3}+\t)[^\S\r\n]*+([^\r\n]*+)")
_OPENING = regex(r"---(?:[^\S\r\n][^\r\n]*+)?+(?>\r\n?|\n|\Z)")
_CLOSING = regex(r"(?:---|\.\.\.)(?:[^\S\r\n][^\r\n]*+)?+(?=[\r\n]|\Z)")
_CLOSED_LATER = regex(r"[\r\n](?:---|\.\.\.)[^\S\r\n]*+(?=[\r\n]|\Z)")
_BLANK = regex(r"[^\S\r\n]*+(?=[\r\n]|\Z)")
_BLANKS = regex(r"(?:[^\S\r\n]*+(?>\r\n?|\n))*+")
_LINE_END = regex(r"[^\r\n]*+(?>\r\n?|\n|\Z)")
_BLANK_LINE = regex(r"[\r\n](?=[^\S\r\n]*+[\r\n])")
_CONFLICT = regex(r"<{7}[ \t\r\n]")


def cut(text: str) -> Cut | None:
    """Where the lines stand; None where there are none. Raises HeadFault where they are too long.

    Fenced lines that only YAML can mean (lists, keys after a blank line) are none of these.
    """
    start = first_line(text)
    fence = _OPENING.match(text, start)
    head_at = fence.end() if fence else start
    end = _end_of_lines(text, head_at)
    if end - head_at > MOST_CHARACTERS:
        raise too_long()
    if fence and _is_yaml(text, end):
        return None
    closing = _CLOSING.match(text, end)
    if end == head_at and not (fence and closing):
        return None
    if _CONFLICT.match(text, end):
        blank = _BLANK_LINE.search(text, end, end + MOST_CHARACTERS)
        return Cut(head_at, blank.start() if blank else len(text), len(text))  # somebody else says what is wrong
    ended = closing or _BLANK.match(text, end)
    return Cut(head_at, end, _after_line(text, end) if ended else end)


def _end_of_lines(text: str, at: int) -> int:
    """Behind the last line of metadata from `at` on, at most a little more than is allowed."""
    start = at
    while at < len(text) and at - start <= MOST_CHARACTERS:
        if _BLANK.match(text, at) or _CLOSING.match(text, at):
            break
        if not _KEY.match(text, at) and not (at > start and _MORE.match(text, at)):
            break
        at = _after_line(text, at)
    return at


def _after_line(text: str, at: int) -> int:
    found = _LINE_END.match(text, at)
    return found.end() if found else at


def _is_yaml(text: str, end: int) -> bool:
    """Whether what ended the lines behind a fence is more of the same to YAML, up to a closing fence."""
    if _CLOSING.match(text, end) or not _CLOSED_LATER.search(text, max(end - 1, 0)):
        return False
    blank = _BLANKS.match(text, end)
    behind = blank.end() if blank else end
    return bool(behind == end or _KEY.match(text, behind) or _CLOSING.match(text, behind))


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of the lines, and the keys given twice. Raises HeadFault where there are too many."""
    found: dict[str, tuple[str, list[str]]] = {}
    duplicates: list[Duplicate] = []
    key, at, count = "", 0, 0
    while at < len(head):
        if pair := _KEY.match(head, at):
            key = pair[1].casefold()
            if key in found:
                duplicates.append((pair[1], pair.start(1)))
            found.setdefault(key, (pair[1], []))[1].append(pair[2].strip())
        elif (more := _MORE.match(head, at)) and key:
            found[key][1].append(more[1].strip())
        count += 1
        if count > MOST_NODES:
            raise too_many(at)
        at = _after_line(head, at)
    return {name: _value(texts) for name, texts in found.values()}, duplicates[:MOST_DUPLICATES]


def _value(texts: list[str]) -> Value:
    return texts[0] if len(texts) == 1 else texts
