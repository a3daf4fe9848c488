"""The configuration of a Hugo site, put together from its files as Hugo does it.

In: the text of `hugo.*` or `config.*`, of `config/_default/` and `config/production/`. Out: one mapping with all
keys in lower case, as Fields, with what was wrong in the files among its problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import Fields
from syndicate.model import Problem, Severity, Value

_ENDINGS = ("toml", "yaml", "yml", "json")
_NAMES = ("hugo", "config")
FILES = tuple(f"{name}.{ending}" for name in _NAMES for ending in _ENDINGS)
_FOLDERS = ("config/_default/", "config/production/")
IN_FOLDERS = tuple(f"{folder}**/*.{ending}" for folder in _FOLDERS for ending in _ENDINGS)
"""Where the configuration is looked for; what `hugo` itself builds with is the environment `production`."""

_DEPTH = 20  # a mapping may hold itself through an alias


def configuration(files: Mapping[str, str]) -> Fields:
    """The configuration; `path` of the Fields is the file that stands for all of it in a Problem."""
    main = next((name for name in FILES if name in files), "")
    folders = [name for folder in _FOLDERS for name in sorted(files) if name.startswith(folder)]
    used = ([main] if main else []) + [name for name in folders if name.endswith(_ENDINGS)]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name in used:
        found, more = _read(files[name], name)
        values = merged(values, _placed(name, lower_keys(found)))
        problems += more
    fields = Fields(values, used[0] if used else FILES[0])
    fields.problems.extend(problems)
    return fields


def _read(text: str, name: str) -> tuple[dict[str, Value], list[Problem]]:
    """The mapping in a file of configuration; one that cannot be read at all is an error."""
    values, problems = mapping_of(text, name)
    if not values:
        problems = [replace(problem, severity=Severity.ERROR) for problem in problems]
    return values, problems


def lower_keys(value: Value, depth: int = 0) -> Value:
    """A value with the keys of all its mappings in lower case; of two that become one the first counts."""
    if depth > _DEPTH:
        return None
    if isinstance(value, dict):
        made: dict[str, Value] = {}
        for key, child in value.items():
            made.setdefault(key.lower(), lower_keys(child, depth + 1))
        return made
    return [lower_keys(child, depth + 1) for child in value] if isinstance(value, list) else value


def merged(below: Mapping[str, Value], above: Mapping[str, Value], depth: int = 0) -> dict[str, Value]:
    """Two mappings, deeply; what `above` has wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and depth < _DEPTH:
            result[key] = merged(old, value, depth + 1)
        else:
            result[key] = value
    return result


def _placed(name: str, values: dict[str, Value]) -> dict[str, Value]:
    """The values of a file where its name puts them: `params.fr.toml` holds `languages.fr.params`."""
    stem = name.rpartition("/")[2].rpartition(".")[0].lower()
    if "/" not in name or stem in _NAMES:
        return values
    key, _dot, language = stem.partition(".")
    inner = values.get(key)
    content: Value = inner if len(values) == 1 and inner is not None else values
    if not language:
        return {key: content}
    below = {"menu": "menus"}.get(key, key)
    return {"languages": {language: {below: content} if below in ("menus", "params") else content}}


def mapping(values: Mapping[str, Value], key: str) -> dict[str, Value]:
    """The mapping under a key, empty where there is none."""
    value = values.get(key)
    return value if isinstance(value, dict) else {}


def mappings(value: Value) -> Iterator[dict[str, Value]]:
    """A mapping or a list of mappings → those mappings."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item
