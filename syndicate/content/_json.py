"""The text of JSON front matter → its fields, by the standard library; and back, for export.

A head without braces (`;;;` fences, as Hexo and Middleman write it) is read as if it had them.
Numbers stay the text that was written.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from syndicate.content._head import (
    MOST_CHARACTERS,
    MOST_DUPLICATES,
    Duplicate,
    HeadFault,
    check_budget,
    not_a_mapping,
    too_deep,
    too_long,
)
from syndicate.model import Value
from syndicate.model.patterns import regex

CODE = "front-matter-json"

_BLANK = regex(r"[ \t\r\n]*+")
_HALF_CHARACTER = regex(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_CAUSES = (
    ("property name", "A key in double quotation marks is expected. Quote it, or drop the last comma."),
    ("':' delimiter", "A colon is expected after the key. Add it."),
    ("',' delimiter", "A comma is missing here, or quotation marks inside the text need a backslash."),
    ("Expecting value", "A value is expected. Put text in double quotation marks, and no comma after it."),
    ("Invalid control", "Text cannot go over a line or hold a tab. Write \\n or \\t."),
    ("escape", "A backslash begins an escape. Write it as \\\\."),
    ("Unterminated", "The quotation mark that opens here is never closed. Close it."),
)


def end_of_object(text: str, at: int) -> int:
    """The offset after the JSON object that begins at `at`. Raises HeadFault where it does not end."""
    return _decoded(text, at, [])[1]


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of a head, and the keys given twice (the last one wins). Raises HeadFault only."""
    if len(head) > MOST_CHARACTERS:
        raise too_long()
    start = _after_blanks(head, 0)
    if start == len(head):
        return {}, []
    braced = head[start] in "{["
    text = head if braced else "{" + head + "}"
    try:
        return _whole(text, start if braced else 0)
    except HeadFault as fault:
        fault.at -= not braced
        raise


def write(fields: dict[str, Any], **options: Any) -> str:
    """Fields → JSON that `read` reads back; `options` are those of json.dumps."""
    return json.dumps(fields, **{"indent": 4, "ensure_ascii": False, **options})


def _whole(text: str, start: int) -> tuple[dict[str, Value], list[Duplicate]]:
    repeated: list[str] = []
    value, end = _decoded(text, start, repeated)
    after = _after_blanks(text, end)
    if after != len(text):
        raise HeadFault(CODE, "More text follows the last brace. Move it below the closing fence.", after)
    if not isinstance(value, dict):
        raise not_a_mapping(value)
    check_budget(text, value)
    _refuse_half_characters(text, value)
    return value, [(key, _second(text, key)) for key in repeated[:MOST_DUPLICATES]]


def _decoded(text: str, at: int, repeated: list[str]) -> tuple[Value, int]:
    def mapping(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        result = dict(pairs)
        if len(result) < len(pairs):
            repeated.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return result

    decoder = json.JSONDecoder(object_pairs_hook=mapping, parse_float=str, parse_int=str, parse_constant=str)
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _explained(error) from None
    except RecursionError:
        raise too_deep(at) from None


def _explained(error: json.JSONDecodeError) -> HeadFault:
    for cause, message in _CAUSES:
        if cause in error.msg:
            return HeadFault(CODE, message, error.pos)
    message = f"JSON cannot be read here: {error.msg}. Check quotes, commas and braces."
    return HeadFault(CODE, message, error.pos)


def _refuse_half_characters(text: str, value: dict[str, Value]) -> None:
    """JSON can escape half of a character (a lone surrogate), which no file can hold."""
    half = _HALF_CHARACTER.search(text)
    if half is None:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        message = f"{half[0]} is half of a character. Write the character itself."
        raise HeadFault(CODE, message, half.start()) from None


def _second(text: str, key: str) -> int:
    """Where a repeated key is given again, as near as the text tells."""
    places = [m.start() for m in re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)]
    return places[min(1, len(places) - 1)] if places else 0


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
