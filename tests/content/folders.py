"""Real folders of posts for the tests of scan and intake."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syndicate import plugins
from syndicate.content.dialects import Dialect, Given
from syndicate.content.scan import FolderScan, Root, Scan, Tally
from tests.builders import SITE_URL


def dialect(name: str = "plain") -> Dialect:
    opened: Dialect = plugins.find("dialects", name).open({}, Given(SITE_URL, "UTC"))[0]
    return opened


def a_root(path: Path, label: str = "", exclude: str | None = None, **fields: Any) -> Root:
    """A root as wiring makes it: its path is real."""
    pattern = re.compile(exclude) if exclude else None
    return Root(label.encode(), os.path.realpath(os.fsencode(path)), fields.pop("dialect", dialect()), pattern)


@dataclass
class Seen:
    """What one scan found, by path."""

    read: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    tally: Tally = field(default_factory=Tally)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return sorted((problem.path, problem.code) for problem in self.tally.problems)


class Watch:
    """Scans the same roots again and again, and remembers as the index does."""

    def __init__(self, *roots: Root, barred: frozenset[bytes] = frozenset()) -> None:
        self.roots, self.barred = list(roots), barred
        self.kept: dict[bytes, bytes] = {}

    def scan(self, everything: bool = False) -> Scan:
        return Scan(self.roots, self.kept.get, everything, self.barred)

    def differences(self, everything: bool = False) -> list[FolderScan]:
        return list(self.scan(everything).differences(sorted(self.kept)))

    def look(self, everything: bool = False) -> Seen:
        """One scan; its stamps are remembered."""
        scan = self.scan(everything)
        seen = Seen(tally=scan.tally)
        for each in list(scan.differences(sorted(self.kept))):
            seen.read += [os.fsdecode(stamp.path) for stamp in each.stamps()]
            seen.removed += [os.fsdecode(path) for path in each.removed]
            seen.added += each.added
            seen.changed += each.changed
            self._keep(each)
        return seen

    def _keep(self, each: FolderScan) -> None:
        if each.packed is None:
            self.kept.pop(each.folder, None)
        else:
            self.kept[each.folder] = each.packed


def write(folder: Path, *names: str, text: str = "---\ndate: 2020-01-01\n---\n") -> None:
    """Files of one text below a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
