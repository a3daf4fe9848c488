"""The tags of a note: those of its front matter and those in its text. Fields and a body in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from syndicate.content.dialects import _notes as notes
from syndicate.content.dialects._fields import MOST_TERMS, Fields
from syndicate.markup.samples import code_spans, matches

_APART = re.compile(r"[,\s]")
# A tag has at least one character that is no digit: `#1` is none.
_IN_TEXT = re.compile(
    r"(?<!\S)#(?![0-9/]*+(?![\w/\u2600-\u27bf\U0001f000-\U0001faff-]))([\w/\u2600-\u27bf\U0001f000-\U0001faff-]++)"
)


def tags(fields: Fields, body: str) -> list[str]:
    """The tags as written, without `#`; of two that differ in case only, which Obsidian takes for one, the first."""
    unique: dict[str, str] = {}
    for name in _all(fields, body):
        if cleaned := name.strip().lstrip("#").strip("/"):
            unique.setdefault(cleaned.casefold(), cleaned)
    return list(unique.values())


def _all(fields: Fields, body: str) -> Iterable[str]:
    for key in ("tags", "tag"):
        yield from notes.split(fields, key, fields.values.get(key), _APART)
    yield from islice(_in_text(body), MOST_TERMS)


def _in_text(body: str) -> Iterator[str]:
    if "#" in body:
        yield from (found[1] for found in matches(_IN_TEXT, body, code_spans(body)))
