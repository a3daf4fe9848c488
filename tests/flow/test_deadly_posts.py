"""A post over which the program dies, as from a defect in a C library: the run after that outlives it.

A dialect of somebody else stands for the library; it is found as any other that is installed.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.cli.program import a_site, syndicate
from tests.flow.site import ROOT, items

DIALECT = """
import os, signal
from syndicate.content.dialects.plain import Plain

class Mortal(Plain):
    name = "mortal"
    __slots__ = ()

    def post(self, stamp, path, matter):
        if "DEADLY" in matter.body:
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().post(stamp, path, matter)
"""
GOOD = "---\ntitle: Three\ndate: 2026-01-03\n---\nWords.\n"


class World:
    """A site, and beside it a dialect as pip installs one."""

    def __init__(self, folder: Path, dialect: str) -> None:
        self.folder, self.site = folder, a_site(folder)
        self.packages = folder / "packages"
        about = self.packages / "mortal-1.0.dist-info"
        about.mkdir(parents=True)
        (self.packages / "mortal.py").write_text(dialect)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mortal\nVersion: 1.0\n")
        language = "[syndicate.templates]\nmortal = mortal:Language\n" if "Language" in dialect else ""
        (about / "entry_points.txt").write_text(f"[syndicate.dialects]\nmortal = mortal:Mortal\n{language}")

    def build(self, *more: str) -> tuple[int, list[str]]:
        """Exit code, and the codes of the problems."""
        line = ("build", "site", "--url", "https://example.org", "--dialect", "mortal", "--json", *more)
        done = syndicate(self.folder, *line, PYTHONPATH=f"{self.packages}:{ROOT}")
        assert "Traceback" not in done.err
        return done.code, [each["code"] for each in json.loads(done.out)["problems"]] if done.out else []

    @property
    def shown(self) -> list[str]:
        """The titles in the feed."""
        return sorted(item.title for item in items(self.folder / "feeds/rss.xml"))

    @property
    def marks(self) -> list[Path]:
        """What a run that died left behind."""
        return list((self.folder / ".syndicate").glob("*.alone"))


TEMPLATES = """
import os, signal
from syndicate.content.dialects.plain import Plain
from syndicate.markup.templates import Expanded, Templates

class Mortal(Plain):
    name = "mortal"
    __slots__ = ()
    templates = "mortal"

class Language(Templates):
    name = "mortal"

    @classmethod
    def open(cls, site):
        return cls()

    @classmethod
    def concerns(cls, body):
        return "DEADLY" in body

    @classmethod
    def references(cls, body, path):
        return []

    def expand(self, body, page):
        if "DEADLY" in body and not os.path.exists("calm"):
            os.kill(os.getpid(), signal.SIGSEGV)
        return Expanded(body)
"""


@pytest.mark.slow
def test_a_run_that_died_of_reading_is_followed_by_one_that_does_not(tmp_path: Path) -> None:
    world = World(tmp_path, DIALECT)
    build, site = world.build, world.site
    assert build() == (0, [])
    (site / "three.md").write_text(f"{GOOD}DEADLY")
    (site / "four.md").write_text(GOOD.replace("Three", "Four"))
    assert build() == (-signal.SIGSEGV, []), "few posts are read in the process itself"
    assert world.marks
    for code in ("post-too-costly", "post-too-costly", "post-quarantined", "post-quarantined"):
        assert build() == (1, [code])
        assert world.shown == ["Four", "One", "Two"]
    (site / "four.md").write_text(GOOD.replace("Three", "Five"))
    assert build() == (1, ["post-quarantined"]), "it is not opened with others"
    assert build("--full") == (1, ["post-quarantined"]), "it is tried, by a process that may die"
    (site / "three.md").write_text(GOOD)
    assert build() == (0, [])
    assert (world.shown, world.marks) == (["Five", "One", "Three", "Two"], [])


@pytest.mark.slow
def test_a_run_that_died_of_showing_is_followed_by_one_that_does_not(tmp_path: Path) -> None:
    world = World(tmp_path, TEMPLATES)
    build, site = world.build, world.site
    assert build() == (0, [])
    (site / "three.md").write_text(f"{GOOD}DEADLY")
    assert build() == (-signal.SIGSEGV, []), "few entries are made in the process itself"
    for _ in range(3):
        assert build() == (1, ["entry-failed"])
        assert world.shown == ["One", "Two"]
    (site / "four.md").write_text(GOOD.replace("Three", "Four"))
    for _ in range(2):
        code, said = build()
        assert code == 1 and "post-quarantined" in said
        assert world.shown == ["Four", "One", "Two"]
    (site / "three.md").write_text(GOOD)
    assert build() == (0, [])
    assert (world.shown, world.marks) == (["Four", "One", "Three", "Two"], [])


@pytest.mark.slow
def test_what_was_shown_after_all_is_deadly_no_more(tmp_path: Path) -> None:
    world = World(tmp_path, TEMPLATES)
    (world.site / "three.md").write_text(f"{GOOD}DEADLY")
    assert world.build() == (-signal.SIGSEGV, [])
    assert world.build() == (1, ["entry-failed"])
    (tmp_path / "calm").touch()
    assert world.build() == (0, [])
    assert world.shown == ["One", "Three", "Two"]
    (tmp_path / "calm").unlink()
    (world.site / "three.md").write_text(f"{GOOD}DEADLY again")
    assert world.build() == (-signal.SIGSEGV, []), "nothing was kept of it"
