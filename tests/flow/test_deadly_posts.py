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


@pytest.fixture
def installed(tmp_path: Path) -> str:
    """A folder with the dialect as pip leaves it."""
    packages = tmp_path / "packages"
    about = packages / "mortal-1.0.dist-info"
    about.mkdir(parents=True)
    (packages / "mortal.py").write_text(DIALECT)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mortal\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[syndicate.dialects]\nmortal = mortal:Mortal\n")
    return f"{packages}:{ROOT}"


@pytest.mark.slow
def test_a_run_that_died_is_followed_by_one_that_does_not(installed: str, tmp_path: Path) -> None:
    site = a_site(tmp_path)
    line = ("build", "site", "--url", "https://example.org", "--dialect", "mortal", "--json")

    def build(*more: str) -> tuple[int, list[str]]:
        done = syndicate(tmp_path, *line, *more, PYTHONPATH=installed)
        assert "Traceback" not in done.err
        return done.code, [each["code"] for each in json.loads(done.out)["problems"]] if done.out else []

    assert build() == (0, [])
    (site / "three.md").write_text(f"{GOOD}DEADLY")
    (site / "four.md").write_text(GOOD.replace("Three", "Four"))
    assert build() == (-signal.SIGSEGV, []), "few posts are read in the process itself"
    for code in ("post-too-costly", "post-too-costly", "post-quarantined", "post-quarantined"):
        assert build() == (1, [code])
        assert sorted(item.title for item in items(tmp_path / "feeds/rss.xml")) == ["Four", "One", "Two"]
    (site / "four.md").write_text(GOOD.replace("Three", "Five"))
    assert build() == (1, ["post-quarantined"]), "it is not opened with others"
    assert build("--full") == (1, ["post-quarantined"]), "it is tried, by a process that may die"
    (site / "three.md").write_text(GOOD)
    assert build() == (0, [])
    assert sorted(item.title for item in items(tmp_path / "feeds/rss.xml")) == ["Five", "One", "Three", "Two"]
    assert [path.name for path in (tmp_path / ".syndicate").glob("*.alone")] == []
