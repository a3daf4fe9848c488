"""Settings in words: what a person writes in → values; what is wrong → a line that a person understands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from syndicate.model import shown_path
from syndicate.settings._checks import no_choice

PREFIX = "SYNDICATE_"
"""How the names of our environment variables begin; two underscores lead into a section."""

_LONGEST = 60  # characters of a wrong value that are worth repeating


class Option(NamedTuple):
    """One setting for a reader: dotted path, type in words, default as TOML, and what it is for."""

    path: str
    type: str
    default: str
    description: str


def type_text(kind: Any) -> str:
    """The type of a setting in words."""
    if get_origin(kind) is tuple:
        return f"list of {type_text(get_args(kind)[0])}"
    if get_origin(kind) in (Annotated, Union, UnionType):  # an optional value is described as the value
        return type_text(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return " or ".join(as_toml(choice) for choice in get_args(kind))
    return {str: "text", int: "whole number", bool: "true or false"}[kind]


def field_type(field: FieldInfo) -> str:
    """The type of a setting in words, with its range."""
    ends = [getattr(end, side) for side in ("ge", "le") for end in field.metadata if hasattr(end, side)]
    if len(ends) == 1:
        return f"{type_text(field.annotation)}, {ends[0]} or more"
    return type_text(field.annotation) + (f", {ends[0]} to {ends[1]}" if ends else "")


def as_toml(value: Any) -> str:
    """A value of a setting as it would stand in the settings file."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parsed(text: str, kind: Any) -> Any:
    """The text of an environment variable as its setting's type; what is no such value stays text."""
    if get_origin(kind) is tuple:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)
    if kind is int and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text):
        return int(text)
    return text


def syntax_mistake(origin: str, text: str, error: Exception) -> str:
    """What to say of text that is no TOML, with line and column (both from 1) where they are known."""
    fault = re.fullmatch(r"(.+) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    if not fault:
        return f"{origin}: nests too deeply, or has a number of thousands of digits; no setting needs either"
    lines = text.splitlines() or [""]
    line, column = (int(fault[2]), int(fault[3])) if fault[2] else (len(lines), len(lines[-1]) + 1)
    advice = "correct it there: text stands in quotes, lists in [ ], each key once"
    return _safe(f"{origin}: line {line}, column {column}: {fault[1][0].lower()}{fault[1][1:]}; {advice}")


def mistake(origin: str, fault: dict[str, Any], options: Mapping[str, Option]) -> str:
    """A fault as pydantic describes it → `origin: dotted.path: what is wrong; what to do`."""
    names = [str(part) for part in fault["loc"] if not isinstance(part, int) and part != "[key]"]
    items = [f"item {part + 1}: " for part in fault["loc"] if isinstance(part, int)]
    path = ".".join(names)
    return _safe(f"{origin}: {path}: {''.join(items)}{_wrong(path, fault, options)}")


def _wrong(path: str, fault: dict[str, Any], options: Mapping[str, Option]) -> str:
    match fault["type"]:
        case "extra_forbidden":
            return _unknown(path, options)
        case "value_error":
            return str(fault["ctx"]["error"])
        case "literal_error" if isinstance(fault["input"], str):
            return no_choice(fault["input"], re.findall("'([^']+)'", fault["ctx"]["expected"]))
        case "string_too_short":
            return "is empty; give it a value or remove the line"
        case "string_too_long":
            return f"is longer than {fault['ctx']['max_length']} characters; shorten it"
        case "greater_than_equal" | "less_than_equal":
            return f"the number {_number(fault['input'])} is out of range; write a {options[path].type}"
        case "string_unicode":
            return "holds bytes that are not UTF-8; write it in UTF-8"
    return _wrong_type(path, fault, options)


def _wrong_type(path: str, fault: dict[str, Any], options: Mapping[str, Option]) -> str:
    found = _found(fault["input"])
    if path not in options:
        return f"expected a table, found {found}; write it as [{path}] with one line a setting"
    kind = options[path].type
    if fault["type"] == "tuple_type":
        return f'expected a {kind}, found {found}; write it in brackets, as ["one", "two"]'
    kind = kind.removeprefix("list of ")
    article = "a " if kind.startswith("whole number") else ""
    return f"expected {article}{kind}, found {found}; {_remedy(kind)}"


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
            return f"the number {_number(value)}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def _number(value: int | float) -> str:
    """Python does not write out integers of thousands of digits, which TOML takes in hexadecimal."""
    return "of more than 18 digits" if isinstance(value, int) and abs(value) >= 10**18 else str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _unknown(path: str, options: Iterable[str]) -> str:
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
