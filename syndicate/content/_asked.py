"""What the queries of the settings ask of a post beyond what it means: keys of its front matter, and its words.

In: fields as they were read, a body. Out: JSON text, a number. Linear in the size of both; nothing raises.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syndicate.model import Value
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple


class Asked(NamedTuple):
    """What the queries ask of every post: raw keys in lower case, and whether words are counted."""

    keys: tuple[str, ...] = ()
    counted: bool = False


NOTHING = Asked()


MOST_BYTES = 4096
"""Size of what is kept of one post's keys, as JSON in UTF-8."""

_LONGEST, _MOST, _DEEPEST, _WIDEST = 500, 100, 20, 10_000
"""Characters of a value, values of a key, lists within lists and values in them that are kept or looked at."""

_WITHIN = ("params", "extra")
"""Tables in which Hugo and Zola want the keys that they do not know."""

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_WORD = regex(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}][^\s{_IDEOGRAPHS}]*+")
_FENCE = regex(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
# tags, comments, code of templates, and the addresses of links; none holds what it is opened by, so each is read once
_MARKUP = regex(
    r"</?[A-Za-z][^<>]*+>|<!--[^<>]*+>|\{[{%][^{}]*+\}|(?<=\])\([^()\s]*+\)|^\[[^\[\]]*+\]:\s.*$", re.MULTILINE
)


def fields(written: Mapping[str, Value], keys: Sequence[str]) -> str:
    """The values of these keys (in lower case, `a.b` for one within another) as JSON text, "" where there are none.

    A value is a text as it was written, a list of texts, or `{}` for a table or what takes too much room. What is
    empty is not there.
    """
    folded = {key.casefold(): value for key, value in reversed(list(written.items()))} if keys else {}
    out: dict[str, Any] = {}
    room = MOST_BYTES
    for key in keys:
        value = _one_or_all(list(_found(folded, key)))
        if value is None:
            continue
        size = _size(key, value)
        if size > room:
            value, size = {}, _size(key, {})
        if size <= room:
            out[key], room = value, room - size
    return json.dumps(out, ensure_ascii=False, separators=(",", ":")) if out else ""


def _size(key: str, value: Any) -> int:
    return len(json.dumps({key: value}, ensure_ascii=False, separators=(",", ":")).encode())


def _one_or_all(texts: list[str | None]) -> Any:
    """None where nothing was found; None within the list stands for a table."""
    values = [text for text in texts if text is not None][:_MOST]
    if not values:
        return {} if texts else None
    return values[0] if len(values) == 1 else values


def _found(written: Mapping[str, Value], key: str) -> Iterator[str | None]:
    """The texts of a key: at the top, in the tables it names, or in a table for further keys."""
    ways = ([key], key.split("."), *([table, key] for table in _WITHIN))
    values = next((found for way in ways if (found := _at(written, way))), [])
    return _texts(values)


def _at(written: Mapping[str, Value], way: Sequence[str]) -> list[Value]:
    level: list[Value] = [written]
    for name in way:
        tables = [each for each in _flat(level) if isinstance(each, Mapping)]
        level = [value for table in tables for key, value in table.items() if str(key).casefold() == name]
    return level


def _flat(values: Sequence[Value]) -> Iterator[Value]:
    """All but lists; of lists what is in them."""
    level = list(values)
    for _ in range(_DEEPEST):
        yield from (each for each in level if not isinstance(each, list))
        level = [each for inner in level if isinstance(inner, list) for each in inner]
        if not level or len(level) > _WIDEST:
            return


def _texts(values: Sequence[Value]) -> Iterator[str | None]:
    for value in _flat(values):
        if isinstance(value, Mapping):
            if value:
                yield None
        elif text := _text(value):
            yield text


def _text(value: Value) -> str:
    if value is None:
        return ""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    text = text[:_LONGEST].encode("utf-8", "ignore").decode().replace("\0", "")
    return unicodedata.normalize("NFC", text).strip()


def words(body: str) -> int:
    """How many words a body has; each Chinese character and each kana is one. Fenced code and markup are none."""
    return sum(1 for piece in _without_code(body) for _ in _WORD.finditer(_MARKUP.sub(" ", piece)))


def _without_code(body: str) -> Iterator[str]:
    start, opened = 0, ""
    for line in _FENCE.finditer(body):
        if not opened:
            yield body[start : line.start()]
            opened = line[1]
        elif line[1].startswith(opened) and not line[2].strip():
            start, opened = line.end(), ""
    if not opened:
        yield body[start:]
