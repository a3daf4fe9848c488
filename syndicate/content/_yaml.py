"""The text of YAML front matter → its fields, in one pass over PyYAML's events.

What hardly needs a parser is read by `_yaml_lines` before, with the same result. This is
built on events rather than on a Loader, because only there can budgets be kept before
anything is composed: the C composer recurses on the C stack (100 kB of `[` ends the
process) and merge keys multiply. Half the time of yaml.load, too.

Scalars stay the text that was written: a date, `1.10`, `007` and `no` are no business of
YAML's here. Only nulls and true/false (YAML 1.2, core schema) are values. Tags construct nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from syndicate.content._head import (
    BUDGET,
    DEEPEST,
    MOST_ALIASES,
    MOST_CHARACTERS,
    MOST_DUPLICATES,
    MOST_NODES,
    Duplicate,
    HeadFault,
    not_a_mapping,
    too_deep,
    too_long,
    too_many,
)
from syndicate.content._yaml_faults import CODE, explained, unreadable
from syndicate.content._yaml_lines import WORDS
from syndicate.model import Scalar, Value

_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
_WORD_TAGS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")


def read(head: str) -> tuple[dict[str, Value], list[Duplicate]]:
    """The fields of a head, and the keys given twice (the last one wins). Raises HeadFault only."""
    if len(head) > MOST_CHARACTERS:
        raise too_long()
    try:
        document = _Document(_Parser(_with_plain_breaks(head)).get_event)
        return document.fields(), document.duplicates[:MOST_DUPLICATES]
    except HeadFault:
        raise
    except yaml.MarkedYAMLError as error:
        said = str(error.problem or error.context or "unreadable")
        raise explained(said, head, _place(error, said)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise unreadable(error, head) from None


def _with_plain_breaks(head: str) -> str:
    """YAML 1.2 no longer ends a line at U+0085, U+2028 and U+2029; the parser does, and people paste them."""
    return head if head.isascii() else _OTHER_BREAKS.sub(" ", head)


def _place(error: yaml.MarkedYAMLError, said: str) -> int:
    """The offset where the author has to look: for what is never finished, where it begins."""
    begins = any(words in said for words in ("end of stream", "found character", "alphabetic"))
    if "expected ',' or" in said and error.context_mark and error.problem_mark:
        begins = error.context_mark.line < error.problem_mark.line  # a bracket that is never closed
    mark = (begins and error.context_mark) or error.problem_mark
    return int(mark.index) if mark else 0


def write(fields: dict[str, Any], **options: Any) -> str:
    """Fields → YAML that `read` reads back; `options` are those of yaml.dump."""
    settings = {"allow_unicode": True, "sort_keys": False, "default_flow_style": False, **options}
    text = str(yaml.dump(fields, Dumper=_Dumper, **settings))
    if _OTHER_BREAKS.search(text):  # which PyYAML writes bare in single quotes, where they would be folded
        text = str(yaml.dump(fields, Dumper=_Dumper, **settings | {"allow_unicode": False}))
    return text.rstrip("\n")


class _Document:
    """Builds values from events and counts what they cost, aliases at their expanded size."""

    def __init__(self, next_event: Callable[[], Any]) -> None:
        self.next = next_event
        self.duplicates: list[Duplicate] = []
        self.nodes_left = MOST_NODES
        self.aliases_left = MOST_ALIASES
        self.reached = 0
        self.anchors: dict[str, tuple[Value, int, int]] = {}

    def fields(self) -> dict[str, Value]:
        self.next()  # the start of the stream
        if type(self.next()) is yaml.StreamEndEvent:
            return {}
        value = self.value(self.next(), 1)
        self.next()  # the end of the document
        after = self.next()
        if type(after) is not yaml.StreamEndEvent:
            message = "A second document begins inside the front matter. Close it with a line of `---` alone."
            raise HeadFault(CODE, message, after.start_mark.index)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise not_a_mapping(value, _advice(value))
        return value

    def value(self, event: Any, depth: int) -> Value:
        """The value that begins with `event`, `depth` containers down."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.alias(event, depth)
        self.nodes_left -= 1
        if self.nodes_left < 0:
            raise too_many(event.start_mark.index)
        if event.anchor is not None:
            return self.anchored(event, depth)
        if kind is yaml.ScalarEvent:
            return _scalar(event)
        return self.container(event, depth)

    def anchored(self, event: Any, depth: int) -> Value:
        """A value with an anchor: kept with its size and height, for its aliases to be charged."""
        before, reached = self.nodes_left, self.reached
        self.reached = depth
        value = _scalar(event) if type(event) is yaml.ScalarEvent else self.container(event, depth)
        self.anchors[event.anchor] = value, before - self.nodes_left + 1, self.reached - depth
        self.reached = max(reached, self.reached)
        return value

    def alias(self, event: Any, depth: int) -> Value:
        if event.anchor not in self.anchors:
            message = f"`*{event.anchor}` repeats a value that is not there. Quote text that begins with *."
            raise HeadFault(CODE, message, event.start_mark.index)
        value, size, height = self.anchors[event.anchor]
        self.aliases_left -= 1
        self.nodes_left -= size
        self.descend(event, depth + height)
        if self.aliases_left < 0:
            message = f"There are more than {MOST_ALIASES} aliases (`*name`). Write the values out."
            raise HeadFault(BUDGET, message, event.start_mark.index)
        if self.nodes_left < 0:
            raise too_many(event.start_mark.index)
        return value

    def descend(self, event: Any, depth: int) -> None:
        if depth > DEEPEST:
            raise too_deep(event.start_mark.index)
        self.reached = max(self.reached, depth)

    def container(self, event: Any, depth: int) -> Value:
        self.descend(event, depth)
        if type(event) is yaml.MappingStartEvent:
            return self.mapping(depth + 1)
        items = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            items.append(self.value(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Value]:
        result: dict[str, Value] = {}
        merged: list[dict[str, Value]] = []
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.key(event, depth)
            if key == "<<" and event.implicit[0]:
                merged += self.merged(event, depth)
                continue
            if key in result:
                self.duplicates.append((key, event.start_mark.index))
            result[key] = self.value(self.next(), depth)
        for taken in (pair for mapping in merged for pair in mapping.items()):
            result.setdefault(*taken)
        return result

    def key(self, event: Any, depth: int) -> str:
        """A key as the text that was written, whatever YAML would make of it (`2024:`, `on:`)."""
        if type(event) is yaml.ScalarEvent and event.anchor is None:
            self.nodes_left -= 1
            return str(event.value)
        value = self.value(event, depth)
        if isinstance(value, str):
            return value
        message = "A bracket stands where a key is expected. Quote a value that begins with one."
        raise HeadFault(CODE, message, event.start_mark.index)

    def merged(self, key: Any, depth: int) -> list[dict[str, Value]]:
        """The mappings a merge key (`<<`) brings in; the first one wins over those after it."""
        value = self.value(self.next(), depth)
        mappings = value if isinstance(value, list) else [value]
        if not all(isinstance(m, dict) for m in mappings):
            message = "`<<` takes in the keys of a mapping, and this is none. Quote `<<` if it is a key."
            raise HeadFault(CODE, message, key.start_mark.index)
        return mappings


def _scalar(event: Any) -> Scalar:
    text: str = event.value
    if event.implicit[0] or event.tag in _WORD_TAGS:
        return WORDS.get(text, text)
    return text


def _advice(value: Value) -> str:
    """How to mend front matter that is one piece of text."""
    if isinstance(value, str) and "=" in value:
        return "This looks like TOML: fence it with `+++` instead of `---`."
    if isinstance(value, str) and ":" in value:
        return "Write a space after each colon."
    if isinstance(value, str):
        return "If `---` is meant as a rule across the page, write it as `***`."
    return ""
