"""Settings in words: what a person writes in → values; what is wrong → a line that a person understands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from syndicate.model import shown_path
from syndicate.model.records import NamedTuple

PREFIX = "SYNDICATE_"
"""How the names of our environment variables begin; two underscores lead into a section."""

_LONGEST = 60  # characters of a wrong value that are worth repeating


class Option(NamedTuple):
    """One setting for a reader: dotted path, type in words, default as TOML, and what it is for."""

    path: str
    type: str
    default: str
    description: str


def as_toml(value: Any) -> str:
    """A value of a setting as it would stand in the settings file."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def syntax_mistake(origin: str, text: str, error: Exception) -> str:
    """What to say of text that is no TOML, with line and column (both from 1) where they are known."""
    fault = re.fullmatch(r"(.+) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    if not fault:
        return f"{origin}: nests too deeply, or has a number of thousands of digits; no setting needs either"
    lines = text.splitlines() or [""]
    line, column = (int(fault[2]), int(fault[3])) if fault[2] else (len(lines), len(lines[-1]) + 1)
    said = re.sub(r"^Cannot declare \((.+?),?\) twice$", _twice, fault[1])
    said = said.replace("Cannot overwrite a value", "the key stands there twice")
    advice = "correct it there: text stands in quotes, lists in [ ], each key and table once"
    return _safe(f"{origin}: line {line}, column {column}: {said[0].lower()}{said[1:]}; {advice}")


def _twice(found: re.Match[str]) -> str:
    return f"the table [{found[1].replace(', ', '.').replace(chr(39), '')}] stands there twice"


def mistake(origin: str, path: str, said: str) -> str:
    """The line about one fault: `origin: dotted.path: what is wrong; what to do`."""
    return _safe(f"{origin}: {path}: {said}")


def no_table(value: Any, path: str, _known: Iterable[str]) -> str:
    """What to say where a table is due."""
    return f"expected a table, found {_found(value)}; write it as [{path}] with one line a setting"


def no_list(value: Any, kind: str) -> str:
    """What to say where a list is due."""
    return f'expected a {kind}, found {_found(value)}; write it in brackets, as ["one", "two"]'


def wrong_type(value: Any, kind: str) -> str:
    """What to say where a value of another type is due, `kind` in words."""
    article = "a " if kind.startswith("whole number") else ""
    return f"expected {article}{kind}, found {_found(value)}; {_remedy(kind)}"


def _remedy(kind: str) -> str:
    if kind.startswith("whole number"):
        return "write digits only, without quotes"
    return "put it in quotes" if kind == "text" else "write one of these"


def _found(value: Any) -> str:
    match value:
        case bool():
            return as_toml(value)
        case str():
            return f"the text {as_toml(_short(value))}"
        case int() | float():
            return f"the number {number(value)}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def number(value: int | float) -> str:
    """Python does not write out integers of thousands of digits, which TOML takes in hexadecimal."""
    return "of more than 18 digits" if isinstance(value, int) and abs(value) >= 10**18 else str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def unknown(path: str, options: Iterable[str]) -> str:
    """What to say of a setting that there is not, and which of the known paths may be meant."""
    from difflib import get_close_matches  # here and below, as most runs meet no mistake

    if path.startswith(PREFIX):
        close = get_close_matches(path, [variable(option) for option in options], 1, 0.8)
    else:
        close = _meant(path.lower().replace("-", "_"), list(options))
    if not close:
        return "there is no such setting; remove it (docs/configuration.md lists them all)"
    return f"there is no such setting; did you mean {' or '.join(close)}?"


def variable(path: str) -> str:
    """The environment variable of a dotted path: `site.url` is SYNDICATE_SITE__URL."""
    return PREFIX + path.upper().replace(".", "__")


def _meant(path: str, options: list[str]) -> list[str]:
    """What an unknown path may have meant: the same name in another section, else a similar name."""
    from difflib import get_close_matches

    sections = {option.rpartition(".")[0] for option in options}
    known = sorted({*options, *sections, *(name.split(".")[0] for name in sections)})
    parent, _, name = path.rpartition(".")
    elsewhere = [one for one in known if one.rpartition(".")[2] == name]
    beside = {one.rpartition(".")[2]: one for one in known if one.rpartition(".")[0] == parent}
    similar = [beside[one] for one in get_close_matches(name, beside, 1)]
    names = {one.rpartition(".")[2]: one for one in known}
    return elsewhere[:3] or similar or [names[one] for one in get_close_matches(name, names, 1, 0.75)]


def _safe(line: str) -> str:
    """A mistake repeats what somebody wrote: nothing in it may steer a terminal."""
    return shown_path(line.encode("utf-8", "backslashreplace"))
