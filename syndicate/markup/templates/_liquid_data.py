"""`site.data`: the files of `_data`, read when a template asks for them. Text in, values out.

YAML counts as Jekyll's reader takes it, but dates stay the text that was written. What cannot be read is empty, and
told of.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_ENDINGS = ("yml", "yaml", "json", "csv", "tsv")
_LONGEST = 2_000_000  # characters of one file
_MOST_VALUES = 500_000
_DEEPEST = 40
_NOT_IN_NAMES = re.compile(r"[^\w\s-]+")

Tell = Callable[[str, str], None]
"""Tells of a file that cannot be read: its path, and why."""


class Data(Mapping[str, Any]):
    """A folder of data files. Each is parsed once for a site; a fault is told of whenever it is asked for."""

    def __init__(self, files: Mapping[str, str], folder: str, tell: Tell) -> None:
        self._values: dict[str, Any] = {}
        self._files = files
        self._tell = tell
        self._paths: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._known: dict[str, tuple[Any, str]] = {}
        for path in sorted(files):
            name, below, _rest = path.removeprefix(f"{folder}/").partition("/")
            stem, _dot, ending = name.rpartition(".")
            if not path.startswith(f"{folder}/"):
                continue
            if below:
                self._folders[_key(name)] = f"{folder}/{name}"
            elif ending.lower() in _ENDINGS:
                self._paths.setdefault(_key(stem), path)

    def __getitem__(self, key: str) -> Any:
        if key in self._paths:
            return self._file(self._paths[key])
        if key not in self._values:
            self._values[key] = Data(self._files, self._folders[key], self._tell)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._paths, *self._folders}))

    def __len__(self) -> int:
        return len({*self._paths, *self._folders})

    def _file(self, path: str) -> Any:
        if path not in self._known:
            self._known[path] = parsed(path, self._files[path])
        value, fault = self._known[path]
        if fault:
            self._tell(path, fault)
        return value


def _key(name: str) -> str:
    """A file name as Jekyll makes it a variable."""
    return re.sub(r"\s+", "_", _NOT_IN_NAMES.sub("", name))


def parsed(path: str, text: str) -> tuple[Any, str]:
    """The value in a data file, and why there is none."""
    if len(text) > _LONGEST:
        return None, f"it is longer than {_LONGEST:,} characters"
    ending = path.rpartition(".")[2].lower()
    body = text.removeprefix("\ufeff")
    try:
        value = _table(body, ending) if ending in ("csv", "tsv") else _tree(body, ending)
        _measured(value)
    except (ValueError, RecursionError, csv.Error) as fault:
        return None, " ".join(str(fault).split())[:200] or "it holds too much"
    return value, ""


def _table(text: str, ending: str) -> list[dict[str, str]]:
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter="\t" if ending == "tsv" else ","))
    if not rows:
        return []
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:] if row]


def _tree(text: str, ending: str) -> Any:
    if ending == "json":
        return json.loads(text)
    import yaml

    try:
        return yaml.load(text, _loader())  # noqa: S506 - a safe loader
    except yaml.YAMLError as fault:
        raise ValueError(str(fault)) from None


def _loader() -> Any:
    import yaml

    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("Loader", (safe,), {})
    # Dates stay text: the filters read them, and print what the author wrote.
    loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)
    loader.add_constructor(None, lambda _loader, _node: None)
    return loader


def _measured(value: Any) -> None:
    """ValueError where a value, with aliases written out, is too much or holds itself."""
    left = _MOST_VALUES
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        left -= 1
        if left < len(waiting) or depth > _DEEPEST:
            raise ValueError("it holds too much, or aliases that multiply")
        if isinstance(item, dict):
            waiting += ((inner, depth + 1) for inner in item.values())
        elif isinstance(item, list):
            waiting += ((inner, depth + 1) for inner in item)
