"""The text of a file → its front matter and body, or the Problems that say why not.

In comes text as files.py decoded it; out goes a FrontMatter, or None with at least one Problem
of severity `error`. "None at all" (format `none`), "empty" and "broken" are three different
outcomes: broken front matter never becomes somebody's body. No text raises an exception.

The handlers are python-frontmatter's kind and work with it
(`frontmatter.loads(text, handler=YAML)`); `split` calls them itself, since it needs places and
problems where that library has only a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from frontmatter.default_handlers import BaseHandler

from syndicate.content import _fences, _json, _toml, _yaml
from syndicate.content._fences import Cut
from syndicate.content._head import Duplicate, HeadFault, line_and_column
from syndicate.model import FrontMatter, Problem, Severity, Value

_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "0"), False),
}

# A draft flag as a person sees it, in YAML, TOML or JSON: on its own line, between commas, or quoted.
_FLAG = re.compile(
    r"(?:(?:\A|[\r\n{,])[^\S\r\n]*+[\"']?|\")(draft|published)[\"']?[ \t]*+[:=]"
    r"[ \t]*+[\"']?([a-z0-9]++)[\"']?[ \t]*+(?=[,}#\"\r\n]|\Z)",
    re.IGNORECASE,
)


class _Handler(BaseHandler):
    """A format: where it begins, and how its text is read and written.

    `split`, `load` and `export` are python-frontmatter's contract; `load` and `split` raise
    HeadFault (a ValueError).
    """

    FORMAT: ClassVar[str]
    FM_BOUNDARY: re.Pattern[str]

    def cut(self, text: str) -> Cut | None:
        """Where this format's front matter lies; None where there is none. Raises HeadFault."""
        opening = self.FM_BOUNDARY.match(text)
        return _fences.cut(text, opening) if opening else None

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        """The fields of a head, and the keys given twice. Raises HeadFault."""
        raise NotImplementedError

    def split(self, text: str) -> tuple[str, str]:
        found = self.cut(text)
        if found is None:
            raise ValueError("no front matter of this format")
        return text[found.head_at : found.head_end], text[found.body_at :]

    def load(self, fm: str) -> dict[str, Any]:
        return self.read(fm)[0]


class YAMLHandler(_Handler):
    FORMAT = "yaml"
    FM_BOUNDARY = _fences.OPENING_YAML
    START_DELIMITER = END_DELIMITER = "---"

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _yaml.read(head)

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        return _yaml.write(metadata, **kwargs)


class TOMLHandler(_Handler):
    FORMAT = "toml"
    FM_BOUNDARY = _fences.OPENING_TOML
    START_DELIMITER = END_DELIMITER = "+++"

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _toml.read(head)

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        return _toml.write(metadata)


class JSONHandler(_Handler):
    """JSON between fences (`;;;`, `---json`)."""

    FORMAT = "json"
    FM_BOUNDARY = _fences.OPENING_JSON
    START_DELIMITER = END_DELIMITER = ";;;"

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _json.read(head)

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        return _json.write(metadata, **kwargs)


class BareJSONHandler(JSONHandler):
    """A JSON object with which the file begins; its braces are its fences."""

    FM_BOUNDARY = _fences.OBJECT
    START_DELIMITER = END_DELIMITER = ""

    def cut(self, text: str) -> Cut | None:
        opening = self.FM_BOUNDARY.match(text)
        if opening is None:
            return None
        end = _json.end_of_object(text, opening.end())
        return Cut(opening.end(), end, _fences.after_line_end(text, end))


YAML, TOML, JSON, BARE_JSON = HANDLERS = YAMLHandler(), TOMLHandler(), JSONHandler(), BareJSONHandler()


def split(text: str, path: str, forms: Sequence[str] = ()) -> tuple[FrontMatter | None, list[Problem]]:
    """A file's text → its front matter, and the problems met; None where it is broken.

    `path` is the file as shown to a person; `forms` as `Dialect.forms` gives them. Lines and columns
    count from 1 in the file.
    """
    try:
        handler, found = _find(text, forms)
    except HeadFault as fault:
        return None, [_problem(text, fault.at, path, Severity.ERROR, fault.code, str(fault))]
    if found is None:
        body_at = _fences.marks(text)
        return FrontMatter({}, text[body_at:], body_at, "none"), []
    head = text[found.head_at : found.head_end]
    try:
        _fences.refuse_conflict(head)
        fields, duplicates = handler.read(head)
    except HeadFault as fault:
        return None, [_problem(text, found.head_at + fault.at, path, Severity.ERROR, fault.code, str(fault))]
    line = line_and_column(text, found.head_at)[0]
    result = FrontMatter(fields, text[found.body_at :], found.body_at, handler.FORMAT, head, line)
    return result, _remarks(text, found, duplicates, path)


def truth(value: Value) -> bool | None:
    """A flag in any spelling (`true`, `Yes`, `off`, `"1"`) → its meaning; None where it has none."""
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(value.strip().casefold()) if isinstance(value, str) else None


def withdrawn(text: str, forms: Sequence[str] = ()) -> bool:
    """Does a file whose front matter is broken say that it is a draft or not published?

    For safety only, and on the safe side: any line or JSON member of the front matter counts
    (of the whole text where the front matter has no end), at any depth.
    """
    return any(truth(m[2]) is (m[1].casefold() == "draft") for m in _FLAG.finditer(text, 0, _end(text, forms)))


def _end(text: str, forms: Sequence[str]) -> int:
    try:
        found = _find(text, forms)[1]
    except HeadFault:
        return len(text)
    return found.head_end if found else len(text)


FORMS: dict[str, _Handler] = {}
"""Handlers of the forms that only some dialects know, by name (see `Dialect.forms`)."""


def _find(text: str, forms: Sequence[str]) -> tuple[_Handler, Cut | None]:
    for handler in (*HANDLERS, *(FORMS[form] for form in forms)):
        found = handler.cut(text)
        if found:
            return handler, found
    _fences.refuse_foreign(text)
    return YAML, None


def _remarks(text: str, found: Cut, duplicates: list[Duplicate], path: str) -> list[Problem]:
    """What is worth saying about front matter that could be read."""
    problems = []
    if text[0] not in "-+;{" and (start := _fences.first_line(text)) > _fences.marks(text):
        message = "Blank lines stand before the front matter. Delete them: Jekyll would show it as text."
        problems.append(_problem(text, start, path, Severity.INFO, "blank-before-front-matter", message))
    for key, at in duplicates:
        message = f"`{_shown(key)}` is given more than once; the last one counts. Delete the others."
        problems.append(_problem(text, found.head_at + at, path, Severity.WARNING, "duplicate-key", message))
    return problems


def _shown(key: str) -> str:
    return key[:40] if key.isprintable() else ascii(key[:40])[1:-1]


def _problem(text: str, at: int, path: str, severity: Severity, code: str, message: str) -> Problem:
    line, column = line_and_column(text, at)
    return Problem(path, severity, code, message, line, column)
