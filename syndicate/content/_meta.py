"""The `<head>` of an HTML file: `<title>`, and `<meta name="…" content="…">` for every other field.

The body is what follows `<body>`, or the head where there is no such tag; `</body></html>` at its end stay.
A name that is given twice has a list of texts. Names are in lower case, as HTML has it.
"""

from __future__ import annotations

import html
import re

from syndicate.content._fences import Cut
from syndicate.content._head import MOST_CHARACTERS, MOST_NODES, Duplicate, HeadFault, too_long, too_many
from syndicate.model import Value
from syndicate.model.patterns import regex

_UNCLOSED = "front-matter-unclosed"

# What may stand before the head: a declaration, comments, `<html>`.
_BEFORE = regex(
    r"(?:\s++|<!--(?:[^-]++|-(?!->))*+-->|<[!?](?!--)[^<>]*+>|<html(?=[\s>])[^<>]*+>|\ufeff)*+", re.IGNORECASE
)
_HEAD = regex(r"<head(?:\s[^<>]*+)?>", re.IGNORECASE)
_BODY = regex(r"<body(?=[\s>])", re.IGNORECASE)
_MARK = regex(r"<!--|</head\s*+>|<body(?=[\s>])|<(title|meta|script|style)(?=[\s>/])", re.IGNORECASE)
_REST_OF_TAG = regex(r"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = regex(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++)))?+")
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("title", "script", "style")}


def cut(text: str) -> Cut | None:
    """Where the head and the body stand; None where the text has no head. Raises HeadFault."""
    before = _BEFORE.match(text)
    head = _HEAD.match(text, before.end() if before else 0)
    if head is None:
        return None
    end = _end_of_head(text, head.end())
    if end - head.end() > MOST_CHARACTERS:
        raise too_long()
    closing = re.compile(r"</head\s*+>\s*+", re.IGNORECASE).match(text, end)
    after = closing.end() if closing else end
    return Cut(head.end(), end, _inside_body(text, after))


def _end_of_head(text: str, at: int) -> int:
    """Where `</head>` or `<body>` stands."""
    start = at
    while mark := _MARK.search(text, at):
        name = (mark[1] or "").lower()
        if not name and mark[0] != "<!--":
            return mark.start()
        at = _behind(text, mark, name)
        if at < 0:
            break
    message = "The `<head>` is never closed. Add `</head>` behind its last line."
    raise HeadFault(_UNCLOSED, message, max(0, start - 1))


def _behind(text: str, mark: re.Match[str], name: str) -> int:
    """Behind an element of the head or a comment; -1 where it has no end, and so nothing else has."""
    if not name:
        end = text.find("-->", mark.end())
        return end + 3 if end >= 0 else -1
    tag = _REST_OF_TAG.match(text, mark.end())
    if tag is None:
        return -1
    if name == "meta":
        return tag.end()
    closing = _ENDS[name].search(text, tag.end())
    return closing.end() if closing else -1


def _inside_body(text: str, at: int) -> int:
    body = _BODY.match(text, at)
    tag = _REST_OF_TAG.match(text, body.end()) if body else None
    return tag.end() if tag else at


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of a head; no name counts as given twice, since that is how a list is written. Raises HeadFault."""
    found: dict[str, list[str]] = {}
    at = count = 0
    while mark := _MARK.search(head, at):
        name = (mark[1] or "").lower()
        at = _behind(head, mark, name)
        if at < 0:
            break
        if name == "title":
            found["title"] = [_inside(head[mark.end() : at])]
        elif name == "meta" and (pair := _pair(head[mark.end() : at - 1])):
            found.setdefault(pair[0], []).append(pair[1])
        count += 1
        if count > MOST_NODES:
            raise too_many(mark.start())
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}, []


def _inside(element: str) -> str:
    """`>My title</title` → `My title`; character references stay."""
    return element.partition(">")[2].rpartition("</")[0].strip()


def _pair(attributes: str) -> tuple[str, str] | None:
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.lower(), html.unescape(double or single or bare))
    name = values.get("name", "").strip().lower()
    return (name, values.get("content") or values.get("contents", "")) if name else None
