"""An index with a short way to say what a run finds, for the tests of what it makes of that."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from syndicate import plugins
from syndicate.index import SITE, Index, PostRow, Recipe
from tests.builders import NOW, a_feed

EVERYTHING = 1_000_000


def opened(path: Path, member: str = "sqlite") -> Index:
    """The index of this member, at a path of its own."""
    index: Index = plugins.find("index", member).open(str(path / f"{member}.db"))
    return index


class Ledger:
    """Runs against one index. `now` moves only when a run says so."""

    def __init__(self, index: Index) -> None:
        self.index, self.now = index, NOW

    def run(self, *rows: PostRow, gone: Iterable[str] = (), now: int | None = None) -> list[tuple[str, str]]:
        """What a run does with the files that differ; the feeds it touched, which then are published."""
        changed = {row.path for row in rows}
        before, self.now = self.now, self.now if now is None else now
        vanished = {path.encode() for path in gone}
        with self.index.transaction():
            self.index.store(rows, vanished, self.now, changed)
            self.index.remove(sorted(vanished), self.now)
            self.index.wake(min(before, self.now), self.now)
        return self.publish()

    def publish(self) -> list[tuple[str, str]]:
        """All touched feeds are published as they are due; which they were."""
        touched = self.index.touched()
        with self.index.transaction():
            for pair in touched:
                self.index.published(a_feed(*pair), [], [])
        return touched

    def shown(self, taxonomy: str = "", name: str = "", now: int | None = None) -> list[Recipe]:
        """What a feed shows, newest first."""
        seen = self.index.newest(taxonomy, name, EVERYTHING, self.now if now is None else now)
        recipes = {recipe.id: recipe for recipe in self.index.recipes([each.id for each in seen])}
        for each in seen:
            assert recipes[each.id].updated == each.updated
        return [recipes[each.id] for each in seen]

    def paths(self, taxonomy: str = "", name: str = "", now: int | None = None) -> list[str]:
        """The files a feed shows, newest first."""
        return [os.fsdecode(recipe.path) for recipe in self.shown(taxonomy, name, now)]

    def ids(self) -> dict[str, str]:
        """The id of each post that is shown, by path."""
        found = {os.fsdecode(recipe.path): recipe.entry_id for recipe in self.shown()}
        assert len(set(found.values())) == len(found), "two entries have one id"
        return found

    def keys(self) -> dict[str, tuple[int, bytes]]:
        """Row and key of each post that is shown, by path."""
        seen = self.index.newest(*SITE, EVERYTHING, self.now)
        paths = {recipe.id: os.fsdecode(recipe.path) for recipe in self.index.recipes([each.id for each in seen])}
        return {paths[each.id]: (each.id, each.key) for each in seen}

    def codes(self) -> list[tuple[str, str]]:
        """(path, code) of every problem that stands."""
        return [(problem.path, problem.code) for problem in self.index.problems()]
