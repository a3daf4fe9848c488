"""The blocks of MDX lines: indentation that means nothing, admonitions, what is written behind a code fence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syndicate.markup.samples import code_spans, inside

_DEEPEST = 8  # admonitions in admonitions
_FENCE = re.compile(r"([ \t>]*+)(`{3,}+|~{3,}+)")
_LIST = re.compile(r"[ \t]*+(?:[-*+]|[0-9]{1,9}[.)])[ \t]")
_OPENING = re.compile(
    r"[ \t]*+(:{3,})[ \t]*+([A-Za-z][\w-]*+)(?:\[([^\]\n]*+)\]|[ \t]++([^\s{\[][^\n{]*+))?[ \t]*+(?:\{[^}\n]*+\})?\s*\Z"
)
_CLOSING = re.compile(r"[ \t]*+(:{3,})\s*\Z")
_INFO = re.compile(r"([ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+(?:`{3,}+|~{3,}+))[ \t]*+([^\s{`]*+)[^\n]*+")


def dedented(body: str) -> str:
    """The body without indentation outside of lists: MDX has no indented code, and indents what is in elements."""
    if not re.search(r"^[ \t]", body, re.MULTILINE):
        return body
    return "".join(_dedent(body.splitlines(keepends=True)))


def _dedent(lines: list[str]) -> Iterator[str]:
    fence, strip, in_list = "", 0, False
    for line in lines:
        text = line.lstrip(" \t")
        if not text.strip():
            yield line
            continue
        indent = len(line) - len(text)
        if fence:
            found = _FENCE.match(line)
            fence = "" if found and found[2].startswith(fence) and not text.strip("`~ \t\r\n") else fence
        else:
            if not in_list or indent < strip or (indent == strip and not _LIST.match(line)):
                in_list, strip = bool(_LIST.match(line)), indent
            found = _FENCE.match(line)
            fence = found[2] if found else ""
        yield line[min(indent, strip) :]


def without_information(body: str) -> str:
    """Code fences keep their language only: `js title="a.js" {1,3}` means nothing to a feed reader."""
    pieces: list[str] = []
    done = 0
    for start, end in code_spans(body):
        # no further than its end: of many spans in one line, each would be read to the end of the line
        found = _INFO.match(body, start, end) if body.startswith((3 * "`", "~~~"), start) else None
        if found and body.startswith(("\n", "\r"), found.end()):
            pieces += (body[done:start], found[1], found[2])
            done = found.end()
    return "".join((*pieces, body[done:]))


def quoted(body: str) -> str:
    """Admonitions (`:::note[Title]` … `:::`) as quotations under a bold title."""
    if ":::" not in body:
        return body
    spans, at = code_spans(body), 0
    opened: list[int] = []
    lines: list[str] = []
    for line in body.splitlines(keepends=True):
        sample = inside(spans, at)
        at += len(line)
        lines += [line] if not opened and ":::" not in line else _quoted(line, opened, is_code=bool(sample))
    return "".join(lines)


def _quoted(line: str, opened: list[int], *, is_code: bool) -> Iterator[str]:
    closing = None if is_code else _CLOSING.match(line)
    if closing and opened and len(closing[1]) >= opened[-1]:
        opened.pop()
        yield "> " * len(opened) + "\n" if opened else "\n"
        return
    opening = None if is_code or len(opened) >= _DEEPEST else _OPENING.match(line)
    if opening is None:
        yield "> " * len(opened) + line
        return
    yield "> " * len(opened) + "\n"
    opened.append(len(opening[1]))
    title = (opening[3] or opening[4] or opening[2].capitalize()).strip()
    yield f"{'> ' * len(opened)}**{title}**\n{'> ' * len(opened)}\n"
