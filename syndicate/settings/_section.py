"""What every table of the settings has in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Self

from syndicate.settings import _words as words
from syndicate.settings._checks import feed_name
from syndicate.settings._kinds import Fault, Kind, Wrong, text, wrong

FORMATS = ("rss", "atom", "json")
CONTENTS = ("full", "summary", "titles")
PROFILES = ("full", "safe", "plain")

_SECRETS = frozenset(("secret", "key", "token"))
"""Settings that are shown to nobody."""


class Section:
    """A table of the settings file: frozen, strict, and nothing in it that is not known.

    A class attribute that is a Kind declares a setting. What was not given is read from the class, as its default.

    Raises:
        Wrong: with every fault of the values.
    """

    kinds: ClassVar[dict[str, Kind]] = {}

    def __init_subclass__(cls) -> None:
        cls.kinds = {name: kind for name, kind in vars(cls).items() if hasattr(kind, "read")}
        for name, kind in cls.kinds.items():
            setattr(cls, name, kind.default)

    def __init__(self, /, **values: Any) -> None:
        kept: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, kind in self.kinds.items():
            if name in values:
                try:
                    kept[name] = kind.read(values[name], kept)
                except Wrong as fault:
                    faults += below(name, fault)
        faults += [Fault(name, words.unknown) for name in values if name not in self.kinds]
        if faults:
            raise Wrong(faults)
        self.__dict__.update(kept)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"settings cannot be changed: {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in type(self).kinds
        )

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.kinds))

    def __repr__(self) -> str:
        shown = ((name, "…" if value and name in _SECRETS else value) for name, value in vars(self).items())
        given = ", ".join(f"{name}={value!r}" for name, value in shown)
        return f"{type(self).__name__}({given})"

    def given(self) -> list[str]:
        """The names of the settings that somebody gave, in the order of the table."""
        return [name for name in self.kinds if name in vars(self)]

    def but(self, **values: Any) -> Self:
        """The same with other values, which are taken as they are."""
        other = type(self)()
        other.__dict__.update(vars(self) | values)
        return other

    def plain(self) -> dict[str, Any]:
        """All settings by name; tables as dicts."""
        values = {name: getattr(self, name) for name in self.kinds}
        return {name: value.plain() if isinstance(value, Section) else value for name, value in values.items()}


def below(name: str, fault: Wrong) -> list[Fault]:
    """The faults of a value, at its place in the table that it stands in."""
    return [Fault(f"{name}.{each.path}" if each.path else name, each.said) for each in fault.faults]


class _Table:
    """The kind of a table within a table."""

    words = "table"

    def __init__(self, section: type[Section], description: str) -> None:
        self.section, self.default, self.description = section, section(), description

    def read(self, value: Any, beside: Mapping[str, Any]) -> Section:
        if isinstance(value, self.section):
            return value
        return self.section(**_keys(value))

    def parsed(self, text: str) -> Any:
        return text


class _Tables(_Table):
    """The kind of a table of tables, as many as somebody declares."""

    def __init__(self, section: type[Section], description: str) -> None:
        super().__init__(section, description)
        self.default: Any = Named()
        self._name: Kind = text("", "", feed_name)

    def read(self, value: Any, beside: Mapping[str, Any]) -> Any:
        kept: dict[str, Any] = {}  # of each its name, and then what has it
        faults: list[Fault] = []
        for name, table in _keys(value).items():
            for read, given in ((self._name.read, name), (super().read, table)):
                try:
                    kept[name] = read(given, {})
                except Wrong as fault:
                    faults += below(name, fault)
        if faults:
            raise Wrong(faults)
        return Named(kept)


class Named(dict[str, Any]):
    """A table of tables that, like every other value of the settings, cannot be changed and can be hashed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("settings cannot be changed")


def _keys(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(partial(words.no_table, value))
    return value


def table(section: type[Section], description: str = "") -> Any:
    """A table within a table."""
    return _Table(section, description)


def tables(section: type[Section], description: str = "") -> Any:
    """Tables by name, in which somebody declares as many as they want."""
    return _Tables(section, description)


def leaves(section: type[Section], prefix: str = "") -> dict[str, Kind]:
    """Every setting below a table, by its dotted path; those that somebody may declare are not among them."""
    found: dict[str, Kind] = {}
    for name, kind in section.kinds.items():
        if isinstance(kind, _Tables):
            continue
        found |= leaves(kind.section, f"{prefix}{name}.") if isinstance(kind, _Table) else {prefix + name: kind}
    return found
