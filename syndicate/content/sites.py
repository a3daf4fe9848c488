"""Open the folders of a site: detect their dialect, read the generator's own configuration.

In: absolute folders, what the operator gave. Out: Roots and the problems met. Only the files a
dialect names are read, and only as text.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from syndicate import plugins
from syndicate.content import files
from syndicate.content.dialects import Dialect, Given
from syndicate.content.scan import Root
from syndicate.errors import ContentMissing
from syndicate.model import Problem

CONFIG_SIZE = 1_048_576
"""Largest site configuration that is read, in bytes."""


class Opened(NamedTuple):
    """A root, the text of the configuration it was opened with, and what was wrong in it."""

    root: Root
    texts: dict[str, str]
    problems: list[Problem]


def open_folder(folder: str, label: bytes, dialect: str, given: Given, exclude: Sequence[str]) -> Opened:
    """One folder of posts. `dialect` is a member's name or `auto`; `exclude` holds globs.

    Raises:
        ContentMissing: there is no such folder, or it cannot be read.
        ConfigurationError: there is no such dialect.
    """
    path = os.path.realpath(folder)
    member = _detected(path, folder) if dialect == "auto" else plugins.find("dialects", dialect)
    texts, problems = _texts(path, member)
    opened, more = member.open(texts, given)
    root = Root(label, os.fsencode(path), opened, _pattern(exclude))
    return Opened(root, texts, problems + more)


def _detected(path: str, shown: str) -> type[Dialect]:
    try:
        names = frozenset(os.listdir(path))
    except OSError as fault:
        raise ContentMissing(f"{shown}: the content folder cannot be read ({fault.strerror})") from fault
    members: list[type[Dialect]] = [plugins.find("dialects", name) for name in plugins.names("dialects")]
    return max(members, key=lambda member: member.detect(names))


def _texts(path: str, member: type[Dialect]) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name in member.config_files:
        if not os.path.lexists(os.path.join(path, name)):
            continue
        found = files.read(os.fsencode(path), os.fsencode(name), CONFIG_SIZE)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[name] = found.text
    return texts, problems


def _pattern(globs: Sequence[str]) -> re.Pattern[str] | None:
    """Globs on paths within the root: a bare folder name takes all that is below it."""
    if not globs:
        return None
    wide = [each.rstrip("/") for each in globs]
    return re.compile("|".join(fnmatch.translate(each) for glob in wide for each in (glob, f"{glob}/*")))
