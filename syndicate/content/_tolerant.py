"""The second reader: front matter that YAML or TOML refuse, as a person would read it.

In: the text of a head, and the strict reader that refused it. Out: its fields, or None where it is not plain to
see what is meant. It goes key by key: what the strict reader takes alone is taken so, and only the value of a key
that it does not take is read by hand: an unescaped quotation mark or colon in a title, a tab, a bracket that is
never closed. Nothing is guessed beyond that: a text with any line that belongs to no key is refused, and so is
what may have been meant to go on further down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from syndicate.content._head import MOST_CHARACTERS, Duplicate, HeadFault, check_budget
from syndicate.model import Value
from syndicate.model.patterns import regex

Reader = Callable[[str], tuple[dict[str, Value], list[Duplicate]]]

_MOST_KEYS = 500
_MOST_LINES = 1_000  # of one value that has to be read by hand

_LINE = regex(r"([^\r\n]*+)(?:\r\n?|\n|\Z)")
_YAML_KEY = regex(r"""(?P<quote>["']?)(?P<key>[^\W\d_][\w .-]{0,60}?)(?P=quote)[ \t]{0,9}:(?P<value>(?!//).*)""")
_TOML_KEY = regex(r"""(?P<quote>["']?)(?P<key>[\w-]{1,60}+)(?P=quote)[ \t]*+=(?P<value>.*)""")
_ITEM = regex(r"[ \t]*+-[ \t]++(?P<item>\S.*)|[ \t]*+-[ \t]*+$")
_COMMENT = regex(r"[ \t]*+(?:#.*)?$")
_SURE_KEY = regex(r"[a-z][a-z0-9_-]*+:(?:[ \t]|$)")
_ANY_KEY = regex(r"[ \t]*+[\w-]++[ \t]*+:(?:[ \t]|$)")
_NESTED = regex(r"[ \t]*+(?:-[ \t]++)?[^\s:]++[ \t]*+:(?:[ \t]|$)")
_GOES_ON_BELOW = regex(r"[^:]*+:[ \t]*+(?:[|>][-+0-9]*+)?[ \t]*+$")
_BLOCK_MARK = regex(r"[|>][-+0-9]*+$")
_ANCHOR = regex(r"&[\w-]+[ \t]+\S|<<:")
_REMARK = regex(r"[ \t]#[ \t].*")
_FLOW_ITEM = regex(r"""\s*+("[^"]*+"|'[^']*+'|["'][^"',]*+$|(["'])[^"',]*+\2[^"',]++|[^"',][^,]*+)\s*+(?:,|$)""")
_CLOSED_EARLY = regex(r"\[[^\[\]]*+\]\s*+\S")
_ALMOST_A_FENCE = regex(r"[ \t]*+[-\u2010-\u2015\u2212]{2,9}[ \t]*+$")


def read_yaml(head: str, strict: Reader) -> dict[str, Value] | None:
    """The fields of YAML that `strict` refuses as a whole; None where a person would be in doubt, too."""
    blocks = _blocks(head)
    closing = _closing(blocks)
    fields: dict[str, Value] = {}
    for number, block in enumerate(blocks):
        found = _alone("\n".join(block), strict)
        if found is None:
            key, value = _by_hand([line for line in block if not _COMMENT.match(line)], strict)
            if value is None or closing.get(_left_open(block), -1) > number:
                return None  # or what stands between the two quotation marks is text
            found = {key: value}
        fields.update(found)
    return fields if _affordable(head, fields) else None


def read_toml(head: str, strict: Reader) -> dict[str, Value] | None:
    """The fields of TOML that `strict` refuses as a whole: values that it does not take alone are put in quotes."""
    lines = list(_lines(head))
    text, keys, put = "", 0, []
    for line in lines:
        before, text = text, _text_left_open(line, text)
        found = None if before or text else _TOML_KEY.fullmatch(line.strip())
        keys += found is not None
        if keys > _MOST_KEYS:
            return None
        if found and _alone(line.strip(), strict) is None and not _goes_on(found["value"]):
            put.append(f"{found['key']} = {json.dumps(_text(found['value']), ensure_ascii=False)}")
        else:
            put.append(line)
    return _alone("\n".join(put), strict)


def end_of_head(text: str, start: int) -> tuple[int, int] | None:
    """Where front matter ends that no fence closes, and where the body begins after it; None where nobody can say.

    It ends at a line that nearly is a fence, or at a blank line with a paragraph after it that has no `key:`.
    """
    last, blank, empty = "", False, False  # the line of the last key; whether its value has still to come
    for found in _LINE.finditer(text, start, start + MOST_CHARACTERS):
        line, at = found[1], found.start()
        if found.end() - start >= MOST_CHARACTERS:
            return None
        if _ALMOST_A_FENCE.match(line) and last:
            return at, found.end()
        if not line.strip():
            blank = True
        elif _YAML_KEY.match(line) and not (blank and last and not _SURE_KEY.match(line)):
            last, blank, empty = line, False, _GOES_ON_BELOW.match(line) is not None
        elif last and line[0].isspace() and (not blank or _GOES_ON_BELOW.match(last)):
            empty = False
        elif blank and last:
            return None if empty or _may_go_on(text, at, last) else (at, at)
        elif not (_ITEM.match(line) or _COMMENT.match(line)):
            return None
    return None


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; only line feeds and carriage returns end one."""
    ends = (found for found in _LINE.finditer(text) if found.end() > found.start())
    return (found[1] for found in ends)


def _may_go_on(text: str, at: int, last: str) -> bool:
    """Whether the paragraph behind a blank line may be front matter, too: a line in it looks like a key or a value."""
    line = _LINE.match(text, at)
    if line and (line[1][:1].isspace() or (_GOES_ON_BELOW.match(last) and _ITEM.match(line[1]))):
        return True
    for found in _LINE.finditer(text, at):
        if not found[1].strip():
            return False
        if _ANY_KEY.match(found[1]):
            return True
    return False


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


def _blocks(head: str) -> list[list[str]]:
    """The lines of each key, with those that belong to it; none where a line belongs to no key, or there are too many.

    Blank lines and comments stay, as they may be part of a text.
    """
    blocks: list[list[str]] = []
    for line in _lines(head):
        if _YAML_KEY.match(line):
            blocks.append([line])
        elif blocks and (not line.strip() or line[0].isspace() or line[0] == "#" or _ITEM.match(line)):
            blocks[-1].append(line)
        elif not _COMMENT.match(line):
            return []
    return blocks if len(blocks) <= _MOST_KEYS else []


def _closing(blocks: Sequence[Sequence[str]]) -> dict[str, int]:
    """The number of the last block with a line that ends in a quotation mark which this line did not open, by mark."""
    last: dict[str, int] = {}
    for number, block in enumerate(blocks):
        for line in block:
            mark = line.rstrip()[-1:]
            if mark in ('"', "'") and line.count(mark) % 2:
                last[mark] = number
    return last


def _left_open(block: Sequence[str]) -> str:
    """The quotation mark with which a value begins and which never comes again; "" for none."""
    found = _YAML_KEY.match(block[0])
    value = "\n".join([found["value"] if found else "", *block[1:]]).strip()
    mark = value[:1]
    return mark if mark in ('"', "'") and mark not in value[1:] else ""


def _by_hand(block: list[str], strict: Reader) -> tuple[str, Value]:
    """The key of a block and its value as a person reads it; None for a value that is not plain to see."""
    found = _YAML_KEY.match(block[0])
    key, first = (found["key"].strip(), found["value"].strip()) if found else ("", "")
    below = [line.replace("\t", "  ") for line in block[1:]]
    if key == "<<" or _ANCHOR.match(first) or len(below) > _MOST_LINES:
        return key, None
    if "\t" in "".join(block) and (again := _alone("\n".join([block[0].replace("\t", " "), *below]), strict)):
        return next(iter(again.items()))
    if any(map(_NESTED.match, below)):
        return key, None
    items = [_ITEM.match(line) for line in below]
    if below and not first and all(items):
        return key, _all([_item(item["item"] or "", strict) for item in items if item])
    if any(items):
        return key, None
    return key, _value(" ".join([_BLOCK_MARK.sub("", first), *(line.strip() for line in below)]).strip(), strict)


def _value(written: str, strict: Reader) -> Value:
    """A text, or a list whose end is missing; None for what is meant to be something else."""
    if written.startswith("["):
        return _list(written, strict)
    if written.startswith(("{", "- ")) and not written.startswith(("{{", "{%")):
        return None
    return _text(written) or None


def _list(written: str, strict: Reader) -> Value:
    """`[a, b`: a list whose end is missing, or with quotation marks of its own kind; `[a] b` is a text."""
    if _CLOSED_EARLY.match(written):
        return _text(written)
    inside = written[1:].removesuffix("]")
    if any(mark in inside for mark in "[]{}"):
        return None
    at = 0
    items: list[Value] = []
    while at < len(inside) and len(items) < _MOST_LINES:
        found = _FLOW_ITEM.match(inside, at)
        if found is None or _NESTED.match(found[1]):
            return None
        items.append(_item(found[1], strict))
        at = found.end()
    return _all(items) or None if at >= len(inside) else None


def _item(written: str, strict: Reader) -> Value:
    """An item of a list, None where it is none that a person would call a text."""
    found = _alone(f"item: {written}", strict)
    value = _value(written.strip(), strict) if found is None else found.get("item")
    return None if isinstance(value, list | dict) else value


def _all(items: list[Value]) -> Value:
    return None if None in items else items


def _text(written: str) -> str:
    """The text without the quotation marks around it; those inside stay as they are. A remark behind ` # ` goes."""
    text = written.strip()
    for mark, escaped in (('"', '\\"'), ("'", "''")):
        if text.startswith(mark):
            closed = text.endswith(mark) and len(text) > 1
            if not closed and mark in text[1:]:
                return text  # `"Foo" and bar`: they belong to the text
            return text[1 : -1 if closed else None].replace(escaped, mark).strip()
    return _REMARK.sub("", text)


def _text_left_open(line: str, mark: str) -> str:
    """The mark of a TOML text over several lines that is open after this line; `mark` was open before it."""
    if mark:
        return "" if line.count(mark) % 2 else mark
    return next((each for each in ('"""', "'''") if line.count(each) % 2), "")


def _goes_on(value: str) -> bool:
    """Whether a value of TOML goes on in the next line."""
    return value.strip().startswith(("[", "{", '"""', "'''")) or not value.strip()
