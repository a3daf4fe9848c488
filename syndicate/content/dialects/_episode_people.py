"""The people of an episode: hosts, guests and whoever else took part. Fields in, Persons out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from syndicate.content.dialects._fields import as_text, decoded, one_line
from syndicate.content.dialects._media import Absolute
from syndicate.content.dialects._names import Named, by_plain_name
from syndicate.model import Value
from syndicate.model.patterns import regex
from syndicate.model.podcast import Person

_KEYS = (
    ("hosts", "host"), ("host", "host"), ("cohosts", "co-host"), ("cohost", "co-host"), ("presenters", "host"),
    ("guests", "guest"), ("guest", "guest"), ("guesthosts", "guest host"), ("interviewee", "guest"),
    ("persons", ""), ("people", ""), ("person", ""), ("contributors", ""), ("speakers", ""),
)  # fmt: skip
_PREFIXES = ("podcast", "episode", "")
_NAMES = ("name", "title", "fullname")
_PAGES = ("url", "href", "link", "website", "homepage", "page")
_PICTURES = ("image", "img", "picture", "avatar", "photo")
_MOST = 50
_DEPTH = 2  # lists in mappings: a list may hold itself through an alias
_LONGEST = 128  # characters, after the podcast namespace

_LINKED = regex(r"\[([^\[\]]{1,200})\]\((https?://[^()\s]{1,500})\)")
_PAGE_BEHIND = regex(r"(.*?)[\s<(]{1,3}(https?://[^\s<>()]{1,500})[>)]?", re.DOTALL)
_SLUG = regex(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")


def persons(tables: list[Named], named: Named, absolute: Absolute) -> tuple[Person, ...]:
    """Everybody who is named, in the order of the keys, each once in a role; at most 50.

    `tables` are those of the episode, `named` the fields beside them, all by plain name.
    """
    found: dict[tuple[str, str], Person] = {}
    for name, role in _KEYS:
        for value in _values(tables, named, name):
            for person in islice(_each(value, role, absolute, several=name.endswith("s") or name == "people"), _MOST):
                found.setdefault((person.name, person.role), person)
    return tuple(islice(found.values(), _MOST))


def _values(tables: list[Named], named: Named, name: str) -> Iterator[Value]:
    for where in tables:
        if name in where:
            yield where[name][1]
    for prefix in _PREFIXES:
        if prefix + name in named:
            yield named[prefix + name][1]


def _each(value: Value, role: str, absolute: Absolute, *, several: bool, depth: int = 0) -> Iterator[Person]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in islice(value, _MOST):
            yield from _each(item, role, absolute, several=False, depth=depth + 1)
    elif isinstance(value, dict):
        yield from _of_table(value, role, absolute, depth + 1)
    elif text := "" if isinstance(value, bool) else (as_text(value) or "").strip()[: 100 * _MOST]:
        for part in re.split(r"[,;]", text) if several and "(" not in text else [text]:
            if person := _of_text(part, role):
                yield person


def _of_table(value: dict[str, Value], role: str, absolute: Absolute, depth: int) -> Iterator[Person]:
    table = by_plain_name(value)
    name = _line(table, _NAMES)
    if name:
        given = _line(table, ("role",)).lower() or role
        page, picture = (absolute(text) if (text := _line(table, keys)) else "" for keys in (_PAGES, _PICTURES))
        yield Person(name[:_LONGEST], given, _line(table, ("group",)).lower(), page, picture)
        return
    for key, inner in islice(
        value.items(), _MOST
    ):  # `people: {host: Ada, guest: [Bo]}`, `persons: {Ada: {role: host}}`
        if isinstance(inner, dict):
            yield from _of_table({"name": key, **inner}, role, absolute, depth)
        else:
            yield from _each(inner, one_line(key).lower(), absolute, several=False, depth=depth)


def _of_text(text: str, role: str) -> Person | None:
    """`Ada`, `[Ada](https://ada.example)`, `Ada <https://ada.example>`, or the name of a file (`ada-lovelace`)."""
    page = ""
    if link := _LINKED.search(text):
        text, page = _LINKED.sub(r"\1", text, count=1), link[2]
    elif (behind := _PAGE_BEHIND.fullmatch(text.strip())) and behind[1].strip():
        text, page = behind[1], behind[2]
    name = one_line(decoded(text))
    if _SLUG.fullmatch(name):
        name = re.sub("[-_]", " ", name).title()
    return Person(name[:_LONGEST], role, url=page) if name else None


def _line(table: Named, names: tuple[str, ...]) -> str:
    texts = (one_line(decoded(as_text(table[name][1]) or "")) for name in names if name in table)
    return next((text for text in texts if text), "")
