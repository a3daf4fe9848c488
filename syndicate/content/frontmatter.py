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

from syndicate.content import (
    _fences,
    _json,
    _lines,
    _meta,
    _rest,
    _tolerant,
    _toml,
    _toml_lines,
    _unfenced,
    _yaml_lines,
)
from syndicate.content._fences import Cut
from syndicate.content._head import BUDGET, MOST_CHARACTERS, Duplicate, HeadFault, line_and_column
from syndicate.model import FrontMatter, Problem, Severity, Value
from syndicate.model.patterns import regex

_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "0"), False),
}

# A draft flag as a person sees it, in YAML, TOML or JSON: on its own line, between commas, or quoted; with the colon
# that keyboards for Chinese write.
_OPENED = r"(?:(?:\A|[\r\n{,])[^\S\r\n]*+[\"':]?|\")"
_CLOSED = r"[\"']?[ \t]*+(?=[,}#\"\r\n]|\Z)"
_FLAG = regex(
    rf"{_OPENED}(draft|(?:dg-)?publish(?:ed)?)[\"']?[ \t]*+[:=：][ \t]*+[\"']?([a-z0-9]++){_CLOSED}",
    re.IGNORECASE,
)
_HIDING = ("draft", "hidden", "pending", "private", "skip", "trash")
_STATUS = regex(
    rf"{_OPENED}status[\"']?[ \t]*+[:=：][ \t]*+[\"']?(?:{'|'.join(_HIDING)}){_CLOSED}",
    re.IGNORECASE,
)


class _Handler:
    """A format: where it begins, and how its text is read and written.

    `detect`, `split`, `load`, `export` and `format` are python-frontmatter's contract; `load` and `split` raise
    HeadFault (a ValueError). Its base class is asked only for what it alone knows, as importing it loads PyYAML
    and toml, too: a run in which nothing changed needs none of them.
    """

    FORMAT: ClassVar[str]
    FM_BOUNDARY: re.Pattern[str]
    START_DELIMITER: str
    END_DELIMITER: str
    REPEATED: ClassVar[str] = "the last one counts"

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

    def detect(self, text: str) -> bool:
        return self.FM_BOUNDARY.match(text) is not None

    def format(self, post: Any, **kwargs: object) -> str:
        from frontmatter.default_handlers import BaseHandler

        return BaseHandler.format(self, post, **kwargs)  # type: ignore[arg-type]


class YAMLHandler(_Handler):
    FORMAT = "yaml"
    FM_BOUNDARY = _fences.OPENING_YAML
    START_DELIMITER = END_DELIMITER = "---"

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        simple = _yaml_lines.read(head)
        if simple is not None:
            return simple, []
        from syndicate.content import _yaml

        return _yaml.read(head)

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        from syndicate.content import _yaml

        return _yaml.write(metadata, **kwargs)


class TOMLHandler(_Handler):
    FORMAT = "toml"
    FM_BOUNDARY = _fences.OPENING_TOML
    START_DELIMITER = END_DELIMITER = "+++"

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        simple = _toml_lines.read(head)
        return _toml.read(head) if simple is None else (simple, [])

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


class LinesHandler(_Handler):
    """`Title: …` on top of the text, until a blank line; only where a dialect knows it."""

    FORMAT = "lines"
    FM_BOUNDARY = _fences.OPENING_YAML
    START_DELIMITER = END_DELIMITER = ""
    REPEATED = "of a date, a slug, tags and the like the first one counts"

    def cut(self, text: str) -> Cut | None:
        return _lines.cut(text)

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _lines.read(head)


class RestHandler(_Handler):
    """The title and the field list of a reST document."""

    FORMAT = "rest"
    FM_BOUNDARY = _fences.OPENING_YAML
    START_DELIMITER = END_DELIMITER = ""

    def cut(self, text: str) -> Cut | None:
        return _rest.cut(text)

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _rest.read(head)


class MetaHandler(_Handler):
    """The `<head>` of an HTML file."""

    FORMAT = "meta"
    FM_BOUNDARY = _fences.OPENING_YAML
    START_DELIMITER = END_DELIMITER = ""

    def cut(self, text: str) -> Cut | None:
        return _meta.cut(text)

    def read(self, head: str) -> tuple[dict[str, Value], list[Duplicate]]:
        return _meta.read(head)


class UnfencedHandler(YAMLHandler):
    """YAML that no fence opens, down to a line of `---`."""

    FORMAT = "unfenced"
    START_DELIMITER = ""

    def cut(self, text: str) -> Cut | None:
        return _unfenced.cut(text)


YAML, TOML, JSON, BARE_JSON = HANDLERS = YAMLHandler(), TOMLHandler(), JSONHandler(), BareJSONHandler()


def split(
    text: str, path: str, forms: Sequence[str] = (), *, strict: bool = False
) -> tuple[FrontMatter | None, list[Problem]]:
    """A file's text → its front matter, and the problems met; None where it is broken.

    `path` is the file as shown to a person; `forms` as `Dialect.forms` gives them. Lines and columns
    count from 1 in the file. Front matter that its format refuses and a person would understand is read
    with a warning, unless `strict`.
    """
    try:
        handler, found = _find(text, forms)
    except HeadFault as fault:
        return _second_reading(text, None if strict else _unclosed(text, fault), YAML, fault, fault.at, path)
    if found is None:
        body_at = _fences.marks(text)
        return FrontMatter({}, text[body_at:], body_at, "none"), []
    head = text[found.head_at : found.head_end]
    try:
        _fences.refuse_conflict(head)
        fields, duplicates = handler.read(head)
    except HeadFault as fault:
        return _second_reading(text, None if strict else found, handler, fault, found.head_at + fault.at, path)
    return _matter(text, found, handler, fields), _remarks(text, found, duplicates, path, handler.REPEATED)


def _matter(text: str, found: Cut, handler: _Handler, fields: dict[str, Value]) -> FrontMatter:
    below_first = text[0] in "-+;" and text.find("\n") == found.head_at - 1
    line = 2 if below_first else line_and_column(text, found.head_at)[0]
    head = text[found.head_at : found.head_end]
    return FrontMatter(fields, text[found.body_at :], found.body_at, handler.FORMAT, head, line)


_AS_A_PERSON = " Until then it is read as a person would read it."


def _second_reading(
    text: str, found: Cut | None, handler: _Handler, fault: HeadFault, at: int, path: str
) -> tuple[FrontMatter | None, list[Problem]]:
    """What is refused for its spelling only, and plain to see what is meant, is a post with a warning."""
    fields = _tolerated(text[found.head_at : found.head_end], handler, fault) if found else None
    # on the safe side: a flag that hides the post may be just what was misread
    if found is None or fields is None or (withdrawn(text[: found.head_end]) and not _hides(fields)):
        return None, [_problem(text, at, path, Severity.ERROR, fault.code, str(fault))]
    warning = _problem(text, at, path, Severity.WARNING, fault.code, str(fault) + _AS_A_PERSON)
    return _matter(text, found, handler, fields), [warning]


def _tolerated(head: str, handler: _Handler, fault: HeadFault) -> dict[str, Value] | None:
    if fault.code in (BUDGET, "merge-conflict") or len(head) > MOST_CHARACTERS:
        return None
    if isinstance(handler, YAMLHandler):
        return _tolerant.read_yaml(head, handler.read)
    return _tolerant.read_toml(head, handler.read) if handler is TOML else None


def _unclosed(text: str, fault: HeadFault) -> Cut | None:
    """Where YAML lies that no fence closes, as far as that is plain to see."""
    opening = _fences.OPENING_YAML.match(text)
    if fault.code != _fences.UNCLOSED or not opening or len(text) > 16 * MOST_CHARACTERS:
        return None
    ends = _tolerant.end_of_head(text, opening.end())
    return Cut(opening.end(), *ends) if ends else None


def _hides(fields: dict[str, Value]) -> bool:
    """Whether these very fields say that the post is not to be shown."""
    flags = {key.casefold(): value for key, value in fields.items()}
    status = flags.get("status")
    hidden = isinstance(status, str) and status.strip().casefold() in _HIDING
    return truth(flags.get("draft")) is True or truth(flags.get("published")) is False or hidden


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
    end = _end(text, forms)
    if _STATUS.search(text, 0, end) or ("meta" in forms and _hidden_in_meta(text[:end])):
        return True
    return any(truth(m[2]) is (m[1].casefold() == "draft") for m in _FLAG.finditer(text, 0, end))


def _hidden_in_meta(head: str) -> bool:
    """As lines, `<meta name="status" content="draft">` is `status: draft`."""
    try:
        fields = _meta.read(head)[0]
    except HeadFault:
        return False
    return any(withdrawn(f"{key}: {value}") for key, value in fields.items() if key in ("status", "draft", "published"))


def _end(text: str, forms: Sequence[str]) -> int:
    try:
        found = _find(text, forms)[1]
    except HeadFault:
        return len(text)
    return found.head_end if found else len(text)


_MORE = (LinesHandler(), RestHandler(), MetaHandler(), UnfencedHandler())
FORMS: dict[str, _Handler] = {handler.FORMAT: handler for handler in _MORE}
"""Handlers of the forms that only some dialects know, by name (see `Dialect.forms`). They are tried first:
`---` may also fence lines, and stand above a title of reST."""


def _find(text: str, forms: Sequence[str]) -> tuple[_Handler, Cut | None]:
    for handler in (*(FORMS[form] for form in forms), *HANDLERS) if forms else HANDLERS:
        found = handler.cut(text)
        if found:
            return handler, found
    _fences.refuse_foreign(text)
    return YAML, None


def _remarks(text: str, found: Cut, duplicates: list[Duplicate], path: str, repeated: str) -> list[Problem]:
    """What is worth saying about front matter that could be read."""
    problems: list[Problem] = []
    if text[0] not in "-+;{<" and (start := _fences.first_line(text)) > _fences.marks(text):
        message = "Blank lines stand before the front matter. Delete them: Jekyll, for one, would show it as text."
        problems.append(_problem(text, start, path, Severity.INFO, "blank-before-front-matter", message))
    for key, at in duplicates:
        message = f"`{_shown(key)}` is given more than once; {repeated}. Delete the others."
        problems.append(_problem(text, found.head_at + at, path, Severity.WARNING, "duplicate-key", message))
    return problems


def _shown(key: str) -> str:
    return key[:40] if key.isprintable() else ascii(key[:40])[1:-1]


def _problem(text: str, at: int, path: str, severity: Severity, code: str, message: str) -> Problem:
    line, column = line_and_column(text, at)
    return Problem(path, severity, code, message, line, column)
