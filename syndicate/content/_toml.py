"""The text of TOML front matter → its fields, by tomllib; and back, for export.

Numbers become text (a float exactly as written), dates ISO 8601 text: what they mean is
for the dialect to say.
"""

from __future__ import annotations

import json
import re
from datetime import date, time
from typing import Any

from syndicate.content._head import (
    MOST_CHARACTERS,
    Duplicate,
    HeadFault,
    check_budget,
    offset_of,
    too_deep,
    too_long,
)
from syndicate.model import Value
from syndicate.model.patterns import regex

CODE = "front-matter-toml"

# tomllib's work grows with the square of the length of a dotted key; nobody needs such keys.
_ENDLESS_KEY = regex(r"(?>\.[ \t]*+(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+){50}")
_PLACE = regex(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CAUSES = (
    ("Cannot overwrite", "This key is given twice. Delete one of them."),
    ("Cannot declare", "This table is given twice. Put its keys together under one heading."),
    ("Invalid value", "This value cannot be read. Put text in quotation marks."),
    ("Invalid date", "This day or time does not exist. Correct it."),
    ("Unescaped '\\'", "A backslash begins an escape. Write it as \\\\, or use single quotes."),
    ("Illegal character '\\n'", "The quotation mark on this line is never closed. Close it."),
    ("Expected newline", 'More text follows the value. Write inner quotation marks as \\".'),
    ("Expected '='", "A line needs the form `key = value`. Add the `=`, or quote the key."),
    ("Invalid initial character", "A line needs the form `key = value`. Quote a key that holds other signs."),
    ("Unclosed array", "The list is never closed. Add the `]`, and a comma between two values."),
)


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of a head; TOML itself forbids giving a key twice. Raises HeadFault only."""
    if len(head) > MOST_CHARACTERS:
        raise too_long()
    if endless := _ENDLESS_KEY.search(head):
        raise too_deep(endless.start())
    text = head.replace("\r\n", "\n").replace("\r", "\n")
    import tomllib  # here, as most sites have no TOML, and of the others most heads are read by `_toml_lines`

    try:
        loaded = tomllib.loads(text, parse_float=str)
        check_budget(head, loaded)
        return {key: _plain(value) for key, value in loaded.items()}, []
    except RecursionError:
        raise too_deep() from None
    except HeadFault:
        raise
    except ValueError as error:
        raise _explained(str(error), head, text) from None


def write(fields: dict[str, Any]) -> str:
    """Fields → TOML that `read` reads back. TOML has no null: such keys are left out."""
    return "\n".join(f"{_quoted(k)} = {_written(v)}" for k, v in fields.items() if v is not None)


def _plain(value: Any) -> Value:
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    if isinstance(value, (str, bool)):
        return value
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _explained(said: str, head: str, text: str) -> HeadFault:
    """tomllib's message → the fault as its author will understand it, at its place in the head."""
    place = _PLACE.search(said)
    problem = said[: place.start()] if place else said
    at = _offset(place, text)
    if "Unescaped" in problem:
        at -= 2  # tomllib points behind the escape
    if "\r\n" in head:
        at += text.count("\n", 0, at)
    for cause, message in _CAUSES:
        if cause in problem:
            return HeadFault(CODE, message, at)
    message = f"TOML cannot be read here: {problem}. Check this line for quotes and brackets."
    return HeadFault(CODE, message, at)


def _offset(place: re.Match[str] | None, text: str) -> int:
    if place is None:
        return 0
    return offset_of(text, int(place[1]), int(place[2])) if place[1] else len(text.rstrip())


def _quoted(text: object) -> str:
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        pairs = (f"{_quoted(k)} = {_written(v)}" for k, v in value.items() if v is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(v) for v in value if v is not None) + "]"
    return _quoted(value)
