"""Open the folders of a site: detect their dialect, read the generator's own configuration.

In: absolute folders, what the operator gave. Out: Roots and the problems met. Only the files a
dialect names are read, and only as text.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from syndicate import plugins
from syndicate.content import files
from syndicate.content.dialects import ALIENS, TELL_TALES, Dialect, Given, names_of, plain_start
from syndicate.content.scan import Root
from syndicate.errors import ContentMissing
from syndicate.model import Problem, Severity
from syndicate.model.records import NamedTuple

CONFIG_SIZE = 1_048_576
"""Largest file of a site's configuration or templates that is read, in bytes."""

MOST_FILES = 10_000
"""So many files of a site's configuration or templates are read."""

_NOT_ENTERED = frozenset({"node_modules", "__pycache__"})


class Opened(NamedTuple):
    """A root, the texts of the configuration and the templates it was opened with, and what was wrong in them."""

    root: Root
    texts: dict[str, str]
    problems: list[Problem]
    templates: dict[str, str]


def open_folder(folder: str, label: bytes, dialect: str, given: Given, exclude: Sequence[str]) -> Opened:
    """One folder of posts. `dialect` is a member's name or `auto`; `exclude` holds globs.

    Raises:
        ContentMissing: there is no such folder, or it cannot be read.
        ConfigurationError: there is no such dialect.
    """
    path = os.path.realpath(folder)
    member = _detected(path, folder) if dialect == "auto" else plugins.find("dialects", dialect)
    texts, problems = _texts(path, member.config_files)
    templates, unread = _texts(path, member.template_files)
    # Pictures and tables lie among them, which no body asks for; one that does is told what it misses.
    unread = [replace(problem, severity=Severity.INFO) for problem in unread]
    opened, more = member.open(texts, given)
    root = Root(label, os.fsencode(path), opened, _pattern(exclude))
    return Opened(root, texts, problems + unread + more, templates)


def _detected(path: str, shown: str) -> type[Dialect]:
    try:
        names = frozenset(os.listdir(path))
    except OSError as fault:
        raise ContentMissing(f"{shown}: the content folder cannot be read ({fault.strerror})") from fault

    def text(name: str) -> str:
        found = files.read(os.fsencode(path), os.fsencode(name), CONFIG_SIZE)
        return "" if isinstance(found, Problem) else found.text

    likely = (name for name in plugins.names("dialects") if name not in TELL_TALES or TELL_TALES[name] & names)
    possible = (name for name in likely if name not in ALIENS or ALIENS[name].isdisjoint(names))
    members: list[type[Dialect]] = [plugins.find("dialects", name) for name in possible]
    return max(members, key=lambda member: member.detect(names, text))


def _texts(path: str, patterns: Sequence[str]) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name in islice((name for pattern in patterns for name in _matching(path, pattern)), MOST_FILES):
        found = files.read(os.fsencode(path), os.fsencode(name), CONFIG_SIZE)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[name] = found.text
    return texts, problems


def _matching(path: str, pattern: str) -> Iterator[str]:
    """The files a pattern of a dialect names, by path: `config.toml`, `_data/*.yml`, `content/**/_index.md`."""
    fixed, wild = plain_start(pattern)
    if not wild:
        if os.path.lexists(os.path.join(path, pattern)):
            yield pattern
        return
    matches, deep = names_of(pattern), "/" in wild
    pending = [fixed]
    while pending:
        folder = pending.pop()
        names, below = _listed(os.path.join(path, folder))
        yield from (name for each in names if matches.fullmatch(name := _joined(folder, each)))
        if deep:
            pending += [_joined(folder, each) for each in reversed(below)]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The names of the files and of the folders worth entering, each sorted; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return [], []
    below = [name for name, is_dir in found if is_dir and not name.startswith(".") and name not in _NOT_ENTERED]
    return sorted(name for name, is_dir in found if not is_dir), sorted(below)


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _pattern(globs: Sequence[str]) -> re.Pattern[str] | None:
    """Globs on paths within the root: a bare folder name takes all that is below it."""
    if not globs:
        return None
    wide = [each.rstrip("/") for each in globs]
    return re.compile("|".join(fnmatch.translate(each) for glob in wide for each in (glob, f"{glob}/*")))
