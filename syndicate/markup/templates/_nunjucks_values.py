"""Expressions of Nunjucks that are no more than lookups and filters. Text and data in, Values out; nothing is run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

from syndicate.model import Value

_LONGEST = 500
_TOKEN = re.compile(
    r"\s*+('(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"|[0-9]++(?:\.[0-9]++)?|[A-Za-z_$][\w$]*+|[|.(),\[\]~]|\S)"
)
_NAMES: Final = {"true": True, "false": False, "none": None, "null": None}


class Safe(str):
    """Text that is not to be escaped any more."""


class Unknown(Exception):
    """What only the site's own code can tell, in words: `variable x`, `filter y`, `expression`."""


Filter = Callable[[Value, Sequence[Value]], Value]


def evaluated(expression: str, data: Mapping[str, Value], filters: Mapping[str, Filter]) -> Value:
    """The value of an expression. Raises Unknown for whatever is more than literals, lookups, `~` and filters."""
    if len(expression) > _LONGEST:
        raise Unknown("expression")
    reading = _Reading(_TOKEN.findall(expression), data, filters)
    value = reading.joined()
    if reading.here:
        raise Unknown("expression")
    return value


class _Reading:
    """A reader of one expression, token by token."""

    def __init__(self, tokens: list[str], data: Mapping[str, Value], filters: Mapping[str, Filter]) -> None:
        self._tokens = tokens
        self._at = 0
        self._data = data
        self._filters = filters

    @property
    def here(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self.here
        self._at += 1
        return token

    def joined(self) -> Value:
        """Values, joined by `~`."""
        value = self._filtered()
        while self.here == "~":
            self._take()
            value = text_of(value) + text_of(self._filtered())
        return value

    def _filtered(self) -> Value:
        try:
            value, missing = self._primary(), ""
        except Unknown as unknown:
            value, missing = None, str(unknown)
        while self.here == "|":
            self._take()
            name = self._take()
            arguments = self._arguments() if self.here == "(" else []
            if name not in self._filters:
                raise Unknown(missing or f"filter {name}")
            if name in ("default", "d"):
                missing = ""
            value = self._filters[name](value, arguments)
        if missing:
            raise Unknown(missing)
        return value

    def _primary(self) -> Value:
        token = self._take()
        if token[:1] in ("'", '"') and len(token) > 1:
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if token[:1].isdigit():
            return token
        if token in _NAMES:
            return _NAMES[token]
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", token):
            raise Unknown("expression")
        return self._looked_up(token)

    def _looked_up(self, name: str) -> Value:
        """The value at a path (`site.nav[0].url`); all of the path is read, even where nothing is there."""
        path: list[str] = [name]
        while self.here in (".", "["):
            bracket = self._take() == "["
            path.append(self._take().strip("'\""))
            if bracket and self._take() != "]":
                raise Unknown("expression")
        if self.here == "(":
            self._at = len(self._tokens)
            raise Unknown(f"function {'.'.join(path)}")
        value: Value = self._data
        for part in path:
            value = _member(value, part)
        if value is None:
            raise Unknown(f"variable {'.'.join(path)}")
        return value

    def _arguments(self) -> list[Value]:
        self._take()
        values = []
        while self.here not in (")", ""):
            values.append(self._primary())
            if self.here == ",":
                self._take()
            elif self.here != ")":
                raise Unknown("expression")
        self._take()
        return values


def _member(value: Value, name: str) -> Value:
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list) and name.isdecimal() and len(name) < 6:
        return value[int(name)] if int(name) < len(value) else None
    return str(len(value)) if name == "length" and isinstance(value, list | str) else None


def text_of(value: Value) -> str:
    """A value as Nunjucks prints it, before escaping."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(text_of(item) for item in value[:100])
    return "" if value is None or isinstance(value, Mapping) else str(value).lower()


def shown(value: Value) -> str:
    """A value as it stands on the page: escaped, unless it is known to be safe."""
    return value if isinstance(value, Safe) else escape(text_of(value))


def _replaced(value: Value, arguments: Sequence[Value]) -> Value:
    if len(arguments) < 2:
        return value
    return text_of(value)[:10_000].replace(text_of(arguments[0]) or "\0", text_of(arguments[1])[:100])


def slugified(value: Value, _arguments: Sequence[Value] = ()) -> str:
    """A text as part of an address: lower case, Latin letters without marks, hyphens."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text_of(value)) if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", plain.lower().replace("ß", "ss").replace("&", " and ")).strip("-")


def _ends(index: int) -> Filter:
    return lambda value, _arguments: value[index] if isinstance(value, list | str) and value else None


def _joined(value: Value, arguments: Sequence[Value]) -> str:
    items = value if isinstance(value, list) else [value]
    return (text_of(arguments[0])[:20] if arguments else "").join(text_of(item) for item in items[:1_000])


FILTERS: dict[str, Filter] = {
    "safe": lambda value, _arguments: Safe(text_of(value)),
    "escape": lambda value, _arguments: Safe(escape(text_of(value))),
    "e": lambda value, _arguments: Safe(escape(text_of(value))),
    "upper": lambda value, _arguments: text_of(value).upper(),
    "lower": lambda value, _arguments: text_of(value).lower(),
    "capitalize": lambda value, _arguments: text_of(value).capitalize(),
    "title": lambda value, _arguments: " ".join(w[:1].upper() + w[1:].lower() for w in text_of(value).split(" ")),
    "trim": lambda value, _arguments: text_of(value).strip(),
    "striptags": lambda value, _arguments: re.sub(r"<[^<>]*+>", "", text_of(value)),
    "replace": _replaced,
    "default": lambda value, arguments: (arguments[0] if arguments else "") if value is None else value,
    "d": lambda value, arguments: (arguments[0] if arguments else "") if value is None else value,
    "join": _joined,
    "length": lambda value, _arguments: str(len(value)) if isinstance(value, list | str | Mapping) else "0",
    "first": _ends(0),
    "last": _ends(-1),
    "string": lambda value, _arguments: text_of(value),
    "slug": slugified,
    "slugify": slugified,
}
