"""How the account of a post is printed: for a person, and as JSON."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len

from syndicate.account import Account, Attribute, FieldSaid, Membership, When
from syndicate.cli import show as page
from syndicate.cli._terminal import Page
from syndicate.content.explain import FILE_NAME, FILES, FOLDER, SITE, TEXT

_ORIGINS = {
    FILE_NAME: "the file name",
    FOLDER: "the folder",
    TEXT: "the text",
    FILES: "a file beside it",
    SITE: "the site or the dialect",
}
_NAMES = {
    "visible_from": "shown from",
    "visible_until": "shown until",
    "guid": "own id",
    "generator_id": "generator's id",
}


def as_json(found: Account) -> dict[str, Any]:
    """The account in the types JSON has."""
    out = asdict(found)
    out["attributes"] = {each.name: {"value": each.value, "from": list(each.origins)} for each in found.attributes}
    out["translations"] = [{"language": language, "url": url} for language, url in found.translations]
    out["feeds"] = [{**asdict(each), "urls": dict(each.urls)} for each in found.feeds]
    return out


def show(found: Account) -> None:
    """The account on standard output, the problems on standard error."""
    console = Page(soft_wrap=True)
    console.print(page.visible(found.path), style="bold")
    for heading, given in _parts(found):
        if rows := [tuple(page.visible(cell) for cell in row) for row in given]:
            console.print(f"\n{heading}" if heading else "", style="bold")
            for line in _columns(rows, console.width):
                console.print(line)
    sys.stdout.flush()
    page.problems(found.problems, verbose=True)


def _columns(rows: list[tuple[str, ...]], width: int) -> Iterator[str]:
    """Rows in columns; the last cell goes on below itself, and no address is broken."""
    widths = [max(map(cell_len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    for row in rows:
        start = "".join(f"{cell}{' ' * (most - cell_len(cell))}  " for cell, most in zip(row[:-1], widths, strict=True))
        wide = max(width - cell_len(start), 20)
        lines = textwrap.wrap(row[-1], wide, break_long_words=False, break_on_hyphens=False) or [""]
        yield (start + lines[0]).rstrip()
        yield from (" " * cell_len(start) + line for line in lines[1:])


def _parts(found: Account) -> Iterator[tuple[str, Iterable[tuple[str, ...]]]]:
    yield "", _summary(found)
    yield f"Dates (zone {found.timezone})", (row for each in found.moments for row in _when(each))
    yield "What it is, and where that comes from", map(_attribute, filter(_tells, found.attributes))
    yield f"Front matter ({found.format})", map(_field, found.fields)
    yield "Feeds", (row for each in found.feeds for row in _feed(each))


def _summary(found: Account) -> Iterator[tuple[str, str]]:
    yield "dialect", f"{found.dialect} ({found.how})"
    shown = "yes" if found.shown else f"no: {found.why_not}"
    yield ("shown", shown) if found.format else ("post", shown)
    if found.id:
        yield "id", found.id if found.id_given else f"{found.id} (at its first publication)"
    if found.state:
        yield "state", found.state
    for language, url in found.translations:
        yield "translation", f"{language or 'the site language'}: {url}"


def _when(each: When) -> Iterator[tuple[str, str]]:
    yield _NAMES.get(each.name, each.name), f"{each.written or '-'} (from {_from(each.origins)})"
    yield "", f"{each.local} = {each.utc}"


def _feed(each: Membership) -> Iterator[tuple[str, str]]:
    mark = {True: "in", False: "not in", None: "perhaps in"}[each.shown]
    yield f"{mark} {each.key}", each.why
    for _format, url in each.urls:
        yield "", url


def _tells(each: Attribute) -> bool:
    """Whether an attribute is worth a line: that a post is public is said above."""
    return (each.name, each.value) != ("visibility", "public")


def _attribute(each: Attribute) -> tuple[str, str, str]:
    return _NAMES.get(each.name, each.name), _from(each.origins), _value(each)


def _field(each: FieldSaid) -> tuple[str, str, str, str]:
    says = ", ".join(_NAMES.get(name, name) for name in each.says)
    return str(each.line or ""), each.key, "; ".join(filter(None, (says, each.note))) or "changes nothing", each.value


def _value(each: Attribute) -> str:
    if each.name == "terms":
        return ", ".join(f"{taxonomy}: {name}" for taxonomy, name in each.value)
    if isinstance(each.value, list):
        return ", ".join(map(_words, each.value))
    return _words(each.value)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _from(origins: tuple[str, ...]) -> str:
    return ", ".join(_ORIGINS.get(origin, origin) for origin in origins)
