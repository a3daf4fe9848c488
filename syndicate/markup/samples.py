"""Where code samples stand in a body, so that template code in them stays the text it is. Linear in the body.

Known are fenced code (also in quotations and lists), code spans, and the elements `pre` and `code`. Code that
is only indented is not: the same white space stands in lists and templates.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]
"""Where a sample starts and where it ends, with its marks, in characters of the body."""

# Where a sample may begin: these are searched for ten times as fast as what they begin, which starts with anything.
_ELEMENT = "<(?:[pP][rR][eE]|[cC][oO][dD][eE])(?=[\\s>])"
_MARKDOWN = re.compile(f"`(?<!``)`*+|~~~|{_ELEMENT}")
_HTML = re.compile(_ELEMENT)

_FENCE = re.compile(
    r"(?P<lead>[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+[ \t>]*+)(?P<fence>`{3,}+(?=[^`\n]*+$)|~{3,}+)[^\n]*+\n?",
    re.MULTILINE,
)
_START_TAG = re.compile(r"<(?P<element>pre|code)[^<>]*+>", re.IGNORECASE)
_ELEMENT_END = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in ("pre", "code")}

_FENCE_END = re.compile(r"^[ \t>]*+(`{3,}+|~{3,}+)[ \t\r]*+$", re.MULTILINE)
_QUOTED_END = re.compile(rf"^(?![ \t]*+>)()|{_FENCE_END.pattern}", re.MULTILINE)
_RUN = re.compile("``*+")
# What ends a paragraph, and with it the hope that a code span is closed: a blank line, the start of another block.
_PARAGRAPH_END = re.compile(r"\n[ \t>]*+(?:\r?$|#{1,6}[ \t]|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|\||`{3}|~{3})", re.MULTILINE)


def code_spans(body: str, markup: str = "markdown") -> list[Span]:
    """The code samples of a body, in order, none inside of another. In other markup than Markdown only elements."""
    marks = _MARKDOWN if markup == "markdown" else _HTML
    if "<" not in body and (marks is _HTML or ("`" not in body and "~~~" not in body)):
        return []
    return list(_Samples(body).all(marks))


def inside(spans: Sequence[Span], at: int) -> int:
    """Where the sample ends that the character `at` belongs to; 0 where it belongs to none."""
    number = bisect_right(spans, (at, len(spans) and spans[-1][1] + 1)) - 1
    return spans[number][1] if number >= 0 and at < spans[number][1] else 0


def matches(pattern: re.Pattern[str], body: str, spans: Sequence[Span]) -> Iterator[re.Match[str]]:
    """The matches of a pattern that neither start nor end in a sample; one may go around a whole sample."""
    at = 0
    while at <= len(body) and (found := pattern.search(body, at)):
        start, end = found.span()
        if beyond := inside(spans, start) or (inside(spans, end - 1) if end > start else 0):
            at = beyond
            continue
        yield found
        at = max(end, start + 1)


def outside(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], body: str, spans: Sequence[Span] | None = None
) -> str:
    """The body with each match outside of code replaced. `spans` are its `code_spans` where somebody has them."""
    pieces: list[str] = []
    done = 0
    for found in matches(pattern, body, code_spans(body) if spans is None else spans):
        pieces += (body[done : found.start()], replace(found))
        done = found.end()
    return "".join((*pieces, body[done:])) if pieces else body


class _Samples:
    """One pass over a body. What is looked for ahead is remembered, so that nothing is looked for twice."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._runs: dict[int, list[int]] | None = None
        self._paragraph_end = -1
        self._unclosed: set[str] = set()

    def all(self, marks: re.Pattern[str]) -> Iterator[Span]:
        at = 0
        while found := marks.search(self._body, at):
            span, at = self._sample(found, at)
            if span:
                yield span

    def _sample(self, found: re.Match[str], at: int) -> tuple[Span | None, int]:
        """The sample that begins at a mark and not before `at`, and where to look for the next one."""
        body, start = self._body, found.start()
        if body[start] == "<":
            tag = _START_TAG.match(body, start)
            span, end = (self._element(tag), tag.end()) if tag else (None, found.end())
        else:
            line = body.rfind("\n", at, start) + 1 or (at if not at or body[at - 1] == "\n" else -1)
            if line >= 0 and (fence := _FENCE.match(body, line)):
                span, end = self._fenced(fence), fence.end()
            elif body[start] == "`":
                span, end = self._ticks(start, found.end(), at), found.end()
            else:
                span, end = None, found.end()
        return span, span[1] if span else end

    def _fenced(self, mark: re.Match[str]) -> Span:
        """Until a fence as long, the end of the quotation or the end of the body."""
        ends = _QUOTED_END if ">" in mark["lead"] else _FENCE_END
        for end in ends.finditer(self._body, mark.end()):
            fence = end[end.lastindex or 0]
            if not fence or fence.startswith(mark["fence"]):
                return mark.start("fence"), end.end()
        return mark.start("fence"), len(self._body)

    def _ticks(self, start: int, end: int, at: int) -> Span | None:
        """Until a run of as many backticks in the same paragraph; a backslash takes one away from the opening."""
        before = self._body[at:start]
        escapes = len(before) - len(before.rstrip("\\"))
        follows = self._body[max(0, start - escapes - 1) : start - escapes] in ("`", "\\")
        start += escapes % 2
        length = end - start
        if follows or not length:
            return None
        closing = self._runs_of(length)
        number = bisect_right(closing, end - 1)
        if number == len(closing) or closing[number] >= self._end_of_paragraph(end):
            return None
        return start, closing[number] + length

    def _runs_of(self, length: int) -> list[int]:
        if self._runs is None:
            self._runs = {}
            for run in _RUN.finditer(self._body):
                self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        return self._runs.get(length, [])

    def _end_of_paragraph(self, at: int) -> int:
        if self._paragraph_end < at:
            end = _PARAGRAPH_END.search(self._body, at)
            self._paragraph_end = end.start() if end else len(self._body)
        return self._paragraph_end

    def _element(self, mark: re.Match[str]) -> Span | None:
        name = mark["element"].lower()
        if name in self._unclosed:
            return None
        end = _ELEMENT_END[name].search(self._body, mark.end())
        if end is None:
            self._unclosed.add(name)
            return None
        return mark.start(), end.end()
