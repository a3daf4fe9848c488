"""The kinds of settings: text, a choice, a number, a switch, a list, a table. Each reads what somebody wrote.

`read` gives the value as we keep it, or raises `Wrong` with every fault in it. The classes are declared with the
functions below, whose result stands in as the default of an attribute:

    limit: int = number(20, 1, 10_000, "Newest entries that a feed holds.")

This is ours rather than a library's because it is read at every start: sixty settings are ready in a millisecond,
where models of pydantic took a fifth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from syndicate.model.records import NamedTuple
from syndicate.settings import _words as words
from syndicate.settings._checks import no_choice

LONGEST = 10_000
"""Characters that a text may have."""

Check = Callable[..., Any]


class Fault(NamedTuple):
    """What is wrong at a dotted path, which counts from the table that is read."""

    path: str
    said: str | Callable[[str, Iterable[str]], str]
    """What to say, or a function of the whole path and all known paths where it depends on them."""

    def text(self, known: Iterable[str] = ()) -> str:
        """What to say of it."""
        return self.said if isinstance(self.said, str) else self.said(self.path, known)


class Wrong(ValueError):
    """A value that cannot be taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{fault.path}: {fault.text()}" for fault in faults))
        self.faults = faults


class Kind(Protocol):
    """One setting: what it takes, what it is without being given, and what it is for."""

    @property
    def default(self) -> Any: ...

    @property
    def description(self) -> str: ...

    @property
    def words(self) -> str:
        """The type for a reader, with its range."""

    def read(self, value: Any, beside: Mapping[str, Any]) -> Any:
        """The value as it is kept; `beside` has what stands before it in the same table."""

    def parsed(self, text: str) -> Any:
        """The text of an environment variable; what is no such value stays text."""


def wrong(said: str | Callable[[str, Iterable[str]], str]) -> Wrong:
    """One fault of the value itself."""
    return Wrong([Fault("", said)])


class _Leaf:
    """What all kinds but tables have in common. Where there is no default, nothing is a value, too."""

    words = "text"

    def __init__(self, default: Any, description: str, checks: Sequence[Check] = ()) -> None:
        self.default, self.description, self.checks = default, description, checks

    def read(self, value: Any, beside: Mapping[str, Any]) -> Any:
        if value is None and self.default is None:
            return None
        kept = self.typed(value)
        try:
            for check in self.checks:
                kept = check(kept)
        except Wrong:
            raise
        except ValueError as fault:
            raise wrong(str(fault)) from None
        return kept

    def typed(self, value: Any) -> Any:
        raise NotImplementedError

    def parsed(self, text: str) -> Any:
        return text


class _Text(_Leaf):
    def __init__(self, default: Any, description: str, checks: Sequence[Check] = (), least: int = 0) -> None:
        super().__init__(default, description, checks)
        self.least = least

    def typed(self, value: Any) -> str:
        if not isinstance(value, str):
            raise wrong(words.wrong_type(value, self.words))
        _in_utf8(value)
        if len(value) < self.least:
            raise wrong("is empty; give it a value or remove the line")
        if len(value) > LONGEST:
            raise wrong(f"is longer than {LONGEST} characters; shorten it")
        return value


def _in_utf8(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:  # of the stand-ins that Python has for other bytes
        raise wrong("holds bytes that are not UTF-8; write it in UTF-8") from None


class _Picture(_Text):
    """An address that counts from the one of the same table."""

    def read(self, value: Any, beside: Mapping[str, Any]) -> Any:
        text = self.typed(value)
        try:
            for check in self.checks:
                text = check(text, beside.get("url", ""))
        except ValueError as fault:
            raise wrong(str(fault)) from None
        return text


class _Choice(_Leaf):
    def __init__(self, default: Any, choices: tuple[str, ...], description: str) -> None:
        super().__init__(default, description)
        self.choices = choices

    @property
    def words(self) -> str:  # type: ignore[override]
        return " or ".join(words.as_toml(choice) for choice in self.choices)

    def typed(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise wrong(words.wrong_type(value, self.words))
        _in_utf8(value)
        if value not in self.choices:
            raise wrong(no_choice(value, self.choices))
        return value


class _Number(_Leaf):
    def __init__(self, default: int | None, least: int, most: int | None, description: str) -> None:
        super().__init__(default, description)
        self.least, self.most = least, most
        self.words = f"whole number, {least} or more" if most is None else f"whole number, {least} to {most}"

    def typed(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(words.wrong_type(value, self.words))
        if value < self.least or (self.most is not None and value > self.most):
            raise wrong(f"the number {words.number(value)} is out of range; write a {self.words}")
        return value

    def parsed(self, text: str) -> Any:
        return int(text) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else text


class _Switch(_Leaf):
    words = "true or false"

    def typed(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong(words.wrong_type(value, self.words))
        return value

    def parsed(self, text: str) -> Any:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)


class _Items(_Leaf):
    """TOML's lists are kept as tuples, so that the settings stay immutable."""

    def __init__(self, default: tuple[str, ...], description: str, checks: Sequence[Check], of: _Leaf) -> None:
        super().__init__(default, description, checks)
        self.of = of

    @property
    def words(self) -> str:  # type: ignore[override]
        return f"list of {self.of.words}"

    def typed(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise wrong(words.no_list(value, self.words))
        kept, faults = [], []
        for at, item in enumerate(value):
            try:
                kept.append(self.of.read(item, {}))
            except Wrong as fault:
                faults += [Fault("", f"item {at + 1}: {each.text()}") for each in fault.faults]
        if faults:
            raise Wrong(faults)
        return tuple(kept)

    def parsed(self, text: str) -> Any:
        return tuple(item.strip() for item in text.split(",") if item.strip())


# The declarations: their result is Any, since for a type checker it is the default of an attribute.


def text(default: str, description: str, *checks: Check, least: int = 0) -> Any:
    """Text; each check takes what the one before it gave, or raises ValueError. `least` is its shortest length."""
    return _Text(default, description, checks, least)


def picture(default: str, description: str, *checks: Check) -> Any:
    """Text whose checks are also given the `url` of the same table."""
    return _Picture(default, description, checks)


def choice(default: str | None, choices: tuple[str, ...], description: str) -> Any:
    """One of several words."""
    return _Choice(default, choices, description)


def number(default: int | None, least: int, most: int | None, description: str) -> Any:
    """A whole number with its range; no upper end if `most` is None."""
    return _Number(default, least, most, description)


def switch(default: bool | None, description: str) -> Any:
    """True or false."""
    return _Switch(default, description)


def items(
    default: tuple[str, ...],
    description: str,
    *checks: Check,
    choices: tuple[str, ...] = (),
    each: Check | None = None,
) -> Any:
    """A list of texts, or of some of `choices`; `each` checks an item, the other checks the whole."""
    of = _Choice("", choices, "") if choices else _Text("", "", (each,) if each else ())
    return _Items(default, description, checks, of)


def option(path: str, kind: Kind) -> words.Option:
    """A setting for a reader; no default where there is none."""
    default = "" if kind.default is None else words.as_toml(kind.default)
    return words.Option(path, kind.words, default, kind.description)
