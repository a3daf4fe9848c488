"""Plain literals out of JavaScript and TypeScript configuration files, which are read and never run.

Text in, Values out (strings and numbers as text, true/false, None for null, lists, mappings). What is no
plain literal (a call, a condition, a template with code in it) is unknown, and left out of its mapping; in
a list it leaves None behind. Nothing is guessed. The time taken grows with the length of the text only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from syndicate.content.dialects._javascript_tokens import Token, tokens
from syndicate.model import Value

_DEEPEST = 40
_MOST_VALUES = 50_000
_NAMED: Final = {"true": True, "false": False, "null": None}
_END = Token("sign", "", 0)
_AFTER_VALUE = frozenset(("", ",", ";", ")", "]", "}", "as", "satisfies"))
_BEGINS = frozenset(("const", "let", "var", "export", "module", "import", "function", "class", "return", "async"))
_TYPE_TOKENS = 60  # so long may the type of a TypeScript constant be


class _Unknown:
    """What is no plain literal."""


UNKNOWN = _Unknown()


class Script:
    """One file, read as far as it is plain.

    `exported` is the mapping the file exports by default (`export default`, `module.exports =`), also through
    a constant or a call that merely wraps it (`defineConfig({…})`); `returned` what the function that it exports
    returns; `constants` are its top-level constants, exported or not. Empty where there is no such thing.
    """

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._left = _MOST_VALUES
        self._places = self._declared()
        self.constants = self._constants()
        self.exported = self._exported()
        self.returned = self._returned()

    def calls(self, name: str) -> Iterator[list[Value]]:
        """The arguments of each call `anything.name(…)`, unknown ones as None, calls in calls included."""
        for at, token in enumerate(self._tokens[:-1]):
            if token == (token.kind, name, token.depth, -1) and token.kind == "name":
                opening = self._tokens[at + 1]
                if opening.text == "(" and opening.kind == "sign" and opening.close > 0:
                    yield self._listed(at + 1, 1)

    def _at(self, index: int) -> Token:
        return self._tokens[index] if index < len(self._tokens) else _END

    def _is(self, index: int, *words: str) -> bool:
        return all(
            self._at(index + n).text == word and self._at(index + n).kind != "text" for n, word in enumerate(words)
        )

    def _declared(self) -> dict[str, int]:
        """Where the values of top-level constants begin; a name declared twice means nothing."""
        places: dict[str, int] = {}
        for at, token in enumerate(self._tokens):
            if token.depth or token.kind != "name" or token.text not in ("const", "let", "var"):
                continue
            name, begin = self._at(at + 1), self._after_type(at + 2)
            if name.kind == "name" and begin:
                places[name.text] = -1 if name.text in places else begin
        return {name: at for name, at in places.items() if at > 0}

    def _after_type(self, at: int) -> int:
        """The index after the `=` of a declaration, behind a type if it has one; 0 where there is none."""
        for _step in range(_TYPE_TOKENS):
            token = self._at(at)
            if token.kind == "sign" and token.text == "=":
                return at + 1
            if token is _END or token.text == ";" or (token.kind == "name" and token.text in _BEGINS):
                return 0
            at = token.close + 1 if token.close > 0 else at + 1
        return 0

    def _constants(self) -> dict[str, Value]:
        found = {name: self._value(at, 0, declared=True)[0] for name, at in self._places.items()}
        return {name: value for name, value in found.items() if not isinstance(value, _Unknown)}

    def _exported(self) -> Mapping[str, Value]:
        for at, token in enumerate(self._tokens):
            if token.depth == 0 and token.kind == "name" and (begin := self._export_begins(at)):
                return self._mapping(begin)
        return {}

    def _export_begins(self, at: int) -> int:
        if self._is(at, "export", "default"):
            return at + 2
        return at + 4 if self._is(at, "module", ".", "exports", "=") else 0

    def _mapping(self, at: int) -> Mapping[str, Value]:
        """The mapping at an index, through brackets, wrapping calls and constants."""
        for _step in range(_DEEPEST):
            token = self._at(at)
            if token.text == "{" and token.kind == "sign":
                value = self._value(at, 0, declared=True)[0]
                return value if isinstance(value, dict) else {}
            if token.text == "(" and token.kind == "sign":
                at += 1
            elif token.kind == "name" and self._is(at + 1, "("):
                at += 2
            elif token.kind == "name" and token.text in self._places:
                at = self._places[token.text]
            else:
                break
        return {}

    def _returned(self) -> Mapping[str, Value]:
        """What is returned right inside of the outermost function; the last one counts."""
        found: Mapping[str, Value] = {}
        for at, token in enumerate(self._tokens):
            if token.depth == 1 and token.kind == "name" and token.text == "return":
                found = self._mapping(at + 1) or found
        return found

    def _value(self, at: int, depth: int, *, declared: bool = False) -> tuple[Value, int]:
        """The value that begins at an index, and the index of what ends it; UNKNOWN where it is no literal.

        What is `declared` may also end where the next statement begins, without a semicolon. Nobody asks what comes
        behind it, and to look for its end would be to read on to the end of the file.
        """
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return UNKNOWN, at if declared else self._skipped(at)
        value, after = self._literal(at, depth)
        end = self._at(after)
        if isinstance(value, _Unknown) or (end.kind == "text" or end.text not in _AFTER_VALUE):
            ended = declared and end.kind == "name" and end.text in _BEGINS
            return (value, after) if ended else (UNKNOWN, at if declared else self._skipped(at))
        return value, after if declared else self._skipped(after)

    def _literal(self, at: int, depth: int) -> tuple[Value, int]:
        token = self._at(at)
        if token.kind in ("text", "number"):
            return token.text, at + 1
        if token.kind == "name":
            return self._named(token.text, at, depth)
        if token.kind != "sign":
            return UNKNOWN, at
        if token.text == "-" and self._at(at + 1).kind == "number":
            return f"-{self._at(at + 1).text}", at + 2
        if token.close < 0:
            return UNKNOWN, at
        if token.text == "{":
            return self._members(at, depth), token.close + 1
        if token.text == "[":
            return self._listed(at, depth), token.close + 1
        return self._value(at + 1, depth + 1)[0], token.close + 1

    def _named(self, name: str, at: int, depth: int) -> tuple[Value, int]:
        if name in _NAMED:
            return _NAMED[name], at + 1
        if name in self._places and depth <= _DEEPEST and self._at(at + 1).text in _AFTER_VALUE:
            return self._value(self._places[name], depth + 1, declared=True)[0], at + 1
        return UNKNOWN, at

    def _listed(self, at: int, depth: int) -> list[Value]:
        """The items between the brackets at an index."""
        end, at, items = self._tokens[at].close, at + 1, list[Value]()
        while at < end:
            value, after = self._value(at, depth + 1)
            items.append(None if isinstance(value, _Unknown) else value)
            at = after + 1
        return items

    def _members(self, at: int, depth: int) -> dict[str, Value]:
        """The members of an object that are plain; methods, spreads and computed names are passed by."""
        end, at, members = self._tokens[at].close, at + 1, dict[str, Value]()
        while at < end:
            key = self._at(at)
            after = at
            if key.kind in ("name", "text", "number") and self._is(at + 1, ":"):
                value, after = self._value(at + 2, depth + 1)
            elif key.kind == "name" and self._at(at + 1).text in (",", "}"):
                value = self._named(key.text, at, depth)[0]  # `{ title }`
            else:
                value = UNKNOWN
            if not isinstance(value, _Unknown):
                members[key.text] = value
            at = self._skipped(after) + 1
        return members

    def _skipped(self, at: int) -> int:
        """The index of the comma or closing bracket that ends what goes on at an index."""
        while (token := self._at(at)) is not _END:
            if token.kind == "sign" and token.text in (",", ")", "]", "}"):
                return at
            at = token.close + 1 if token.close > 0 else at + 1
        return at
