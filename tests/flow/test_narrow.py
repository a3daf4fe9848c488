"""Runs that look at changed files alone leave the same feeds and the same state as runs that look at everything."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from syndicate import cycle, plugins, project
from syndicate.errors import SyndicateError
from syndicate.index.stamps import unpack
from syndicate.model import Report
from syndicate.wiring.workshop import Workshop

NOW = 1_767_225_600  # 2026-01-01

CONFIGURED = {
    "jekyll": {"_config.yml": "title: T\n", "_posts/2025-01-01-first.md": "---\ntitle: First\n---\n"},
    "hugo": {"hugo.toml": "title = 'T'\n", "content/posts/first.md": "---\ntitle: First\ndate: 2025-01-01\n---\n"},
    "plain": {"first.md": "---\ntitle: First\ndate: 2025-01-01\n---\n"},
}
FOLDERS = {
    "jekyll": ("_posts", "_posts/deep", "blog/_posts", "_drafts", "_includes", "assets", ".git"),
    "hugo": ("content/posts", "content/posts/bundle", "content/news", "static", "layouts/shortcodes"),
    "plain": ("", "notes", "notes/deep", ".hidden", "node_modules"),
}
NAMES = ("2025-02-01-a.md", "2025-02-02-b.md", "2025-02-03-c.markdown", "index.md", "x.html", "p.png", ".2025-a.md.swp")
TEXTS = (
    "---\ntitle: One\ndate: 2025-03-01\ntags: [red]\n---\nText of one.\n",
    "---\ntitle: Two\ndate: 2025-03-02\ntags: [red, blue]\nimage: /assets/p.png\n---\nText of two.\n",
    "---\ntitle: Coming\ndate: 2027-01-01\ntags: [blue]\n---\nNot yet.\n",
    "---\ntitle: Draft\ndraft: true\ndate: 2025-01-01\n---\nNever.\n",
    "---\ntitle: [broken\n---\nText.\n",
    "No front matter.\n",
    "",
)
TABLES = {
    "posts": "path, state, digest, published, visible_from, visible_until, first_seen, updated, entry_id, key, packed,"
    " broken, problems, gone_url, gone_at",
    "feeds": "taxonomy, name, id, posts, newest, digest, updated, live",
    "documents": "path, digest, size, url",
    "touched": "*",
    "needs": "path, size, mtime_ns",
    "slugs": "*",
}


class Builder:
    """Builds one folder into an output folder of its own, with a state of its own."""

    def __init__(self, content: Path, place: Path) -> None:
        options = {
            "site": {"url": "https://example.org"},
            "feed": {"formats": ["rss", "json"], "limit": 4, "pages": False},
            "output": {"folder": str(place / "feeds"), "state": str(place / "state.db")},
        }
        self.place = place
        self.shop = Workshop(project.find(str(content), None, options, {}))

    def run(self, paths: frozenset[bytes] | None) -> Report | str:
        """The report, or the kind of error."""
        try:
            with self.shop.parts(paths) as parts:
                return cycle.run(parts, cycle.Wish(paths=paths), NOW)
        except SyndicateError as fault:
            return type(fault).__name__

    def outcome(self) -> dict[str, Any]:
        """All that was published, and all that is known."""
        found: dict[str, Any] = {
            str(path.relative_to(self.place)): path.read_bytes()
            for path in sorted((self.place / "feeds").rglob("*"))
            if path.is_file()
        }
        if not (self.place / "state.db").exists():
            return found
        with closing(plugins.find("index", "sqlite").open(str(self.place / "state.db"))) as index:
            stamps = {folder: sorted(unpack(index.stamps(folder))) for folder in index.folders()}
            found["stamps"] = {folder: rows for folder, rows in stamps.items() if rows}
            for table, columns in TABLES.items():
                found[table] = sorted(map(repr, index._db.execute(f"SELECT {columns} FROM {table}")))
        return found


class Changing(RuleBasedStateMachine):
    """Files come, change, move and go; after each change both builders build."""

    narrow = 0

    @initialize(dialect=st.sampled_from(sorted(CONFIGURED)))
    def begin(self, dialect: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="narrow-"))
        self.content, self.dialect = self.folder / "site", dialect
        for name, text in CONFIGURED[dialect].items():
            self._write(self.content / name, text)
        (self.folder / "outside").mkdir()
        self._write(self.folder / "outside/2025-04-01-o.md", TEXTS[0])
        self.narrowly, self.whole = (Builder(self.content, self.folder / name) for name in ("narrow", "whole"))
        self.told: set[bytes] = set()
        self.waiting = False
        assert isinstance(self.narrowly.run(None), Report)
        assert isinstance(self.whole.run(None), Report)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.narrowly.shop.close()
            self.whole.shop.close()
            shutil.rmtree(self.folder)

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (NOW - 60, NOW - 60))  # a young empty file may be half of one

    def _tell(self, *paths: Path) -> None:
        self.told |= {os.fsencode(path.parent.resolve() / path.name) for path in paths}

    def _place(self, data: st.DataObject) -> Path:
        folder = data.draw(st.sampled_from(FOLDERS[self.dialect]))
        return self.content / folder / data.draw(st.sampled_from(NAMES))

    def _there(self) -> list[Path]:
        return sorted(path for path in self.content.rglob("*") if path.name not in CONFIGURED[self.dialect])

    def _new_folders(self, path: Path) -> Iterator[Path]:
        while not path.parent.exists():
            path = path.parent
            yield path

    @rule(data=st.data(), text=st.sampled_from(TEXTS))
    def write(self, data: st.DataObject, text: str) -> None:
        path = self._place(data)
        self._tell(path.resolve(), *self._new_folders(path))  # who writes to a link writes to another file
        self._write(path, text)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if found := [path for path in self._there() if path.is_file()]:
            path = data.draw(st.sampled_from(found))
            path.unlink()
            self._tell(path)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        if found := [path for path in self._there() if path.is_file()]:
            source, target = data.draw(st.sampled_from(found)), self._place(data)
            self._tell(source, target, *self._new_folders(target))
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)

    @rule(data=st.data())
    def move_a_folder(self, data: st.DataObject) -> None:
        if found := [path for path in self._there() if path.is_dir()]:
            source = data.draw(st.sampled_from(found))
            target = source.with_name(f"{source.name}-moved")
            if not target.exists():
                source.rename(target)
                self._tell(source, target)

    @rule(data=st.data())
    def delete_a_folder(self, data: st.DataObject) -> None:
        if found := [path for path in self._there() if path.is_dir()]:
            path = data.draw(st.sampled_from(found))
            self._tell(path, *path.rglob("*"))
            shutil.rmtree(path)

    @precondition(lambda self: self.dialect == "jekyll")
    @rule(title=st.sampled_from(("T", "U")))
    def configure(self, title: str) -> None:
        self._write(self.content / "_config.yml", f"title: {title}\n")
        self._tell(self.content / "_config.yml")

    @rule()
    def bring_in_a_folder(self) -> None:
        target = self.content / FOLDERS[self.dialect][0] / "brought"
        if not target.exists():
            self._tell(target, *self._new_folders(target))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(self.folder / "outside", target)

    @rule(path=st.sampled_from(("2025-02-01-a.md", "2025-02-02-b.md", "2025-02-07-e.md")), text=st.sampled_from(TEXTS))
    def write_beside_others(self, path: str, text: str) -> None:
        target = self.content / FOLDERS[self.dialect][0] / path
        self._tell(target.resolve(), *self._new_folders(target))
        self._write(target, text)

    @rule(data=st.data(), name=st.sampled_from(("2025-02-01-a.md", "2025-02-08-l.md")))
    def link(self, data: st.DataObject, name: str) -> None:
        target = self.content / FOLDERS[self.dialect][0] / name
        if found := [path for path in self._there() if path.is_file() and path != target]:
            self._tell(target, *self._new_folders(target))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.symlink_to(data.draw(st.sampled_from(found)))

    @rule()
    def wait(self) -> None:
        """The next change is built together with the last one."""
        self.waiting = True

    @invariant()
    def build(self) -> None:
        if not self.told or self.waiting:
            self.waiting = False
            return
        paths, self.told = frozenset(self.told), set()
        one, other = self.narrowly.run(paths), self.whole.run(None)
        if isinstance(one, Report) and isinstance(other, Report):
            Changing.narrow += one.narrow
            told = [(each.path, each.code) for each in one.problems], [(e.path, e.code) for e in other.problems]
            assert sorted(told[0]) == sorted(told[1])
            assert (one.seen, one.added, one.changed, one.removed, one.skipped) == (
                other.seen, other.added, other.changed, other.removed, other.skipped,
            )  # fmt: skip
        else:
            assert one == other
        assert self.narrowly.outcome() == self.whole.outcome()


def test_who_is_linked_to_changes_more_than_one_post(tmp_path: Path) -> None:
    content = tmp_path / "site"
    content.mkdir()
    (content / "b.md").symlink_to(content / "a.md")
    for name, text in (("c.md", TEXTS[0]), ("d.md", TEXTS[0])):
        (content / name).write_text(text)
    builder = Builder(content, tmp_path / "one")
    assert isinstance(builder.run(None), Report)
    a, c = (os.fsencode(content.resolve() / name) for name in ("a.md", "c.md"))
    for text, changes in ((TEXTS[0], (2, 0)), (TEXTS[1], (0, 2))):
        (content / "a.md").write_text(text)
        report = builder.run(frozenset((a,)))
        assert isinstance(report, Report) and (report.added, report.changed) == changes
    (content / "c.md").write_text(TEXTS[1])
    report = builder.run(frozenset((c,)))
    assert isinstance(report, Report) and report.narrow and report.changed == 1
    builder.shop.close()


def test_narrow_runs_leave_what_whole_ones_do() -> None:
    Changing.narrow = 0
    machine = Changing.TestCase
    machine.settings = settings(
        max_examples=20, stateful_step_count=10, deadline=None, phases=(Phase.generate,), derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    machine().runTest()
    assert Changing.narrow > 10, "hardly any run was narrow"
