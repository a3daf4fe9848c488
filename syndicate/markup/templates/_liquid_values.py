"""Values as templates see them. Front matter is text as written; here it counts as what YAML makes of it.

A number prints as it was written and reckons as a number; `no` and `off` are false where they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Self

from syndicate.markup.templates import Page
from syndicate.markup.templates._liquid_dates import Moment, read
from syndicate.model import Value

_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"[+-]?[0-9]{1,17}\.[0-9]{1,17}")
_FALSE = frozenset("no No NO off Off OFF".split())
_LANGUAGES = frozenset("lang language locale country code".split())  # where `no` is Norwegian, or Norway
_DATED = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})-(.*)", re.DOTALL)
_MOST_VALUES = 5_000
_DEEPEST = 12


class Whole(int):
    """A whole number that is shown, and compared with text, as it was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else int(self) == other

    def __hash__(self) -> int:
        return int.__hash__(self)

    def __contains__(self, part: object) -> bool:
        return str(part) in self.text


class Fraction(float):
    """A number with a point, as Whole."""

    text: str

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else float(self) == other

    def __hash__(self) -> int:
        return float.__hash__(self)

    def __contains__(self, part: object) -> bool:
        return str(part) in self.text


class Off(str):
    """`no` and its like: shown as written, and false."""

    __slots__ = ()

    def __liquid__(self) -> bool:
        return False


def scalar(text: str, key: str = "") -> object:
    """The text of a scalar → what YAML makes of it; dates stay text, which the filters read."""
    if _WHOLE.fullmatch(text):
        return Whole(text)
    if _FRACTION.fullmatch(text):
        return Fraction(text)
    return Off(text) if text in _FALSE and key not in _LANGUAGES else text


class _Reading:
    """One conversion; it stops converting after many values, as aliases may multiply them."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def value(self, value: Value, key: str = "", depth: int = 0) -> Any:
        self._left -= 1
        if isinstance(value, str):
            return scalar(value, key)
        if self._left < 0 or depth > _DEEPEST:
            return value if not isinstance(value, list | Mapping) else None
        if isinstance(value, list):
            return [self.value(item, key, depth + 1) for item in value[: self._left + 1]]
        if isinstance(value, Mapping):
            return {str(name): self.value(item, str(name), depth + 1) for name, item in value.items()}
        return value


def typed(fields: Mapping[str, Value]) -> dict[str, Any]:
    """Fields of front matter or of a configuration → variables."""
    reading = _Reading()
    return {str(name): reading.value(value, str(name)) for name, value in fields.items()}


def defaults_for(variables: Mapping[str, Value], path: str) -> dict[str, Value]:
    """What the `defaults` of the configuration give a post at `path`, the longer scope last."""
    sets = variables.get("defaults")
    found = sorted(_scoped(sets if isinstance(sets, list) else [], path), key=lambda pair: pair[0])
    return {name: value for _rank, values in found for name, value in values.items()}


def _scoped(sets: list[Value], path: str) -> Iterator[tuple[int, Mapping[str, Value]]]:
    for one in sets:
        values = one.get("values") if isinstance(one, Mapping) else None
        scope = one.get("scope") if isinstance(one, Mapping) else None
        start = str(scope.get("path") or "") if isinstance(scope, Mapping) else ""
        kind = scope.get("type") if isinstance(scope, Mapping) else None
        fits = kind in (None, "posts", "post") or f"_{kind}/" in f"/{path}"
        if isinstance(values, Mapping) and fits and "*" not in start and path.startswith(start.strip("/")):
            yield len(start), values


def page_variables(page: Page, root: str, zone: tzinfo, defaults: Mapping[str, Value]) -> dict[str, Any]:
    """What templates know as `page`."""
    values = typed({**defaults, **{key: value for key, value in page.fields.items() if value is not None}})
    name = page.path.rpartition("/")[2]
    stem, _dot, ending = name.rpartition(".")
    dated = _DATED.fullmatch(stem)
    address = page.url.removeprefix(root) if root and page.url.startswith(root) else page.url
    slug = str(values.get("slug") or (dated[2] if dated else stem))
    values.update(url=address, path=page.path, relative_path=page.path, slug=slug, ext=f".{ending}", draft=False)
    values["id"] = f"{address.rstrip('/').rpartition('/')[0]}/{slug}"
    values["title"] = values.get("title", page.title)
    values["categories"], values["tags"] = _terms(values, "categories", "category"), _terms(values, "tags", "tag")
    values.setdefault("name", name)
    values.setdefault("collection", _collection(page.path))
    if page.language:
        values.setdefault("lang", page.language)
    if moment := _date(values, dated, zone):
        values["date"] = moment
    return values


def _date(values: Mapping[str, Any], dated: re.Match[str] | None, zone: tzinfo) -> Moment | None:
    written = read(values["date"], zone) if values.get("date") else None
    return written or (read(dated[1], zone) if dated else None)


def _terms(values: Mapping[str, Any], plural: str, singular: str) -> list[Any]:
    value = values.get(plural) or values.get(singular) or []
    return value.split() if isinstance(value, str) else value if isinstance(value, list) else [value]


def _collection(path: str) -> str:
    special = (part[1:] for part in path.split("/")[:-1] if part.startswith("_"))
    return next(special, "posts")
