"""The data cascade of Eleventy 3: data files of folders and of single files, merged as Eleventy merges them.

In: the text of data files by path. Out: mappings of Values. JavaScript data files count as far as they are plain
literals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import as_text
from syndicate.content.dialects._javascript import Script
from syndicate.model import Problem, Value

SCRIPTS = ("mjs", "cjs", "js")
_ORDER = tuple(start + end for start in ("", ".11tydata") for end in (".json", ".yaml", ".yml"))
_ORDER += tuple(f".11tydata.{ending}" for ending in SCRIPTS)
_OVERRIDE = "override:"
_DEEPEST = 20


def read(text: str, name: str) -> tuple[dict[str, Value], list[Problem]]:
    """The mapping in one data file."""
    if name.rpartition(".")[2] in SCRIPTS:
        source = Script(text)
        return {**source.returned, **source.exported}, []
    return mapping_of(text, name)


def local_files(files: Mapping[str, str], source: str) -> Iterator[str]:
    """The data files among the files that belong to a folder or to a single file below the folder `source`."""
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        if source and not path.startswith(f"{source}/"):
            continue
        folder, _slash, name = path.rpartition("/")
        if ".11tydata." in name or (folder and name.rpartition(".")[0] == folder.rpartition("/")[2]):
            yield path


def beside(
    data: Mapping[str, Mapping[str, Value]], source: str, path: str
) -> tuple[dict[str, Value], dict[str, Value]]:
    """What data files say about the file at `path`: those of its folders, from the top down, and its own."""
    own = path[len(source) + 1 :] if source else path
    folders = own.split("/")[:-1]
    starts = [f"{source}/{source.rpartition('/')[2]}"] if source else []
    here = f"{source}/" if source else ""
    for folder in folders:
        here += f"{folder}/"
        starts.append(here + folder)
    above: dict[str, Value] = {}
    for start in starts:
        _merge_all(above, data, start)
    alone: dict[str, Value] = {}
    _merge_all(alone, data, path.rpartition(".")[0])
    return above, alone


def _merge_all(target: dict[str, Value], data: Mapping[str, Mapping[str, Value]], start: str) -> None:
    for ending in _ORDER:
        if found := data.get(start + ending):
            merge(target, found)


def merge(target: dict[str, Value], source: Mapping[str, Value], depth: int = 0) -> None:
    """Eleventy's deep merge: lists are joined, mappings merged, anything else replaced, `override:key` always is."""
    for key, written in source.items():
        name = key.removeprefix(_OVERRIDE)
        value = tags_of(written) if name == "tags" and depth == 0 else written
        known = target.get(name)
        if isinstance(known, list) and isinstance(value, list) and name == key:
            target[name] = list(dict.fromkeys([*known, *value])) if name == "tags" else [*known, *value]
        elif isinstance(known, dict) and isinstance(value, dict) and depth < _DEEPEST and name == key:
            target[name] = dict(known)
            merge(target[name], value, depth + 1)
        else:
            target[name] = value


def tags_of(value: Value) -> list[str]:
    """Tags as Eleventy reads them: a text is split at commas, a list is not."""
    if isinstance(value, str):
        return list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    items = value if isinstance(value, list) else []
    return list(dict.fromkeys(text for item in items if (text := as_text(item))))
