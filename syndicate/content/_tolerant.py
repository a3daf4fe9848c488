"""The second reader: front matter that YAML or TOML refuse, as a person would read it.

In: the text of a head, and the strict reader that refused it. Out: its fields, or None where it is not plain to
see what is meant. It goes key by key: what the strict reader takes alone is taken so, and only the value of a key
that it does not take is read by hand: an unescaped quotation mark or colon in a title, a tab, a bracket that is
never closed. Nothing is guessed beyond that: a text with any line that belongs to no key is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from syndicate.content._head import Duplicate, HeadFault, check_budget
from syndicate.model import Value

Reader = Callable[[str], tuple[dict[str, Value], list[Duplicate]]]

_MOST_KEYS = 500

_YAML_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[^\W\d_][\w .-]{0,60}?)(?P=quote)[ \t]*:(?P<value>(?!//).*)""")
_TOML_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[\w-]{1,60})(?P=quote)[ \t]*=(?P<value>.*)""")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<item>\S.*)|[ \t]*-[ \t]*$")
_COMMENT = re.compile(r"[ \t]*(?:#.*)?$")
_SURE_KEY = re.compile(r"[a-z][a-z0-9_-]*:(?:[ \t]|$)")
_NESTED = re.compile(r"[ \t]+(?:-[ \t]+)?[^\s:]+[ \t]*:(?:[ \t]|$)")
_ANCHOR = re.compile(r"&[\w-]+[ \t]+\S|<<:")
_ALMOST_A_FENCE = re.compile(r"[ \t]*[-\u2010-\u2015\u2212]{2,9}[ \t]*$")


def read_yaml(head: str, strict: Reader) -> dict[str, Value] | None:
    """The fields of YAML that `strict` refuses as a whole; None where a person would be in doubt, too."""
    blocks = _blocks(head, _YAML_KEY)
    if blocks is None:
        return None
    fields: dict[str, Value] = {}
    for block in blocks:
        found = _alone("\n".join(block), strict)
        if found is None:
            key, value = _by_hand(block, strict)
            if value is None:
                return None
            found = {key: value}
        fields.update(found)
    return fields if _affordable(head, fields) else None


def read_toml(head: str, strict: Reader) -> dict[str, Value] | None:
    """The fields of TOML that `strict` refuses as a whole: values that it does not take alone are put in quotes."""
    lines = []
    for line in head.splitlines():
        found = _TOML_KEY.fullmatch(line.strip())
        if found and _alone(line.strip(), strict) is None and not _goes_on(found["value"]):
            lines.append(f"{found['key']} = {json.dumps(_text(found['value']), ensure_ascii=False)}")
        else:
            lines.append(line)
    return _alone("\n".join(lines), strict)


def end_of_head(text: str, start: int) -> tuple[int, int] | None:
    """Where front matter ends that no fence closes, and where the body begins after it; None where nobody can say.

    It ends at a line that nearly is a fence, or at a blank line with something after it that is no `key:`.
    """
    at, keys, blank = start, 0, False
    for line in text[start:].splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if _ALMOST_A_FENCE.match(bare) and keys:
            return at, at + len(line)
        if not bare.strip():
            blank = True
        elif blank and keys and not _SURE_KEY.match(bare) and not bare[0].isspace():
            return at, at
        elif _YAML_KEY.match(bare):
            keys, blank = keys + 1, False
        elif not (bare[0].isspace() or _ITEM.match(bare) or _COMMENT.match(bare)):
            return None
        at += len(line)
    return None


def _alone(text: str, strict: Reader) -> dict[str, Value] | None:
    try:
        return strict(text)[0]
    except HeadFault:
        return None


def _affordable(head: str, fields: dict[str, Value]) -> bool:
    try:
        check_budget(head, fields)
    except HeadFault:
        return False
    return bool(fields)


def _blocks(head: str, key: re.Pattern[str]) -> list[list[str]] | None:
    """The lines of each key, with those that belong to it; None where a line belongs to none, or there are too many."""
    blocks: list[list[str]] = []
    for line in head.splitlines():
        if key.match(line):
            blocks.append([line])
        elif _COMMENT.match(line):
            continue
        elif blocks and (line[0].isspace() or _ITEM.match(line)):
            blocks[-1].append(line)
        else:
            return None
    return blocks if 0 < len(blocks) <= _MOST_KEYS else None


def _by_hand(block: list[str], strict: Reader) -> tuple[str, Value]:
    """The key of a block and its value as a person reads it; None for a value that is not plain to see."""
    found = _YAML_KEY.match(block[0])
    key, first = (found["key"].strip(), found["value"].strip()) if found else ("", "")
    if key == "<<" or _ANCHOR.match(first):
        return key, None
    below = [line.replace("\t", "  ") for line in block[1:]]
    if not below:
        return key, (_list(first) if first.startswith("[") else _text(first)) or None
    if "\t" in "".join(block) and (again := _alone("\n".join([block[0].replace("\t", " "), *below]), strict)):
        return next(iter(again.items()))
    items = [_ITEM.match(line) for line in below]
    if not first and all(items):
        return key, [_text(item["item"] or "") for item in items if item]
    if any(items) or any(map(_NESTED.match, below)):
        return key, None
    return key, _text(" ".join([first.lstrip("|>+-").strip(), *(line.strip() for line in below)]).strip())


def _list(written: str) -> Value:
    """`[a, b`: a list whose end is missing, or with quotation marks of its own kind."""
    inside = written.strip("[]")
    if any(mark in inside for mark in "[]{}"):
        return _text(written)
    return [_text(item) for item in inside.split(",") if item.strip()]


def _text(written: str) -> str:
    """The text without the quotation marks around it; those inside stay as they are."""
    text = written.strip()
    for mark, escaped in (('"', '\\"'), ("'", "''")):
        if text.startswith(mark):
            closed = text.endswith(mark) and len(text) > 1
            if not closed and mark in text[1:]:
                return text  # `"Foo" and bar`: they belong to the text
            return text[1 : -1 if closed else None].replace(escaped, mark).strip()
    return text


def _goes_on(value: str) -> bool:
    """Whether a value of TOML goes on in the next line."""
    return value.strip().startswith(("[", "{", '"""', "'''")) or not value.strip()
