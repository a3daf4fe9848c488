"""A dialect of somebody else: as a package that is installed, and as a file dropped beside the others.

It is the one in examples/dialect/, which docs/dialects.md shows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment
from tests.flow.site import ROOT, atom_errors, items

EXAMPLE = ROOT / "examples" / "dialect"
CONTRACT = "tests/contracts/test_dialects.py"


def run(*arguments: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own that finds packages in the folders of `path`."""
    line = [sys.executable, *arguments]
    return subprocess.run(line, capture_output=True, text=True, cwd=cwd, env=environment(PYTHONPATH=path), timeout=300)


def pytest_run(cwd: Path, path: str, *more: str) -> str:
    """The contract tests; what they said, where they passed."""
    line = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", CONTRACT, *more]
    done = run(*line, cwd=cwd, path=path)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example as pip installs it, from a copy, without any registry."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(EXAMPLE, folder / "source")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    line = ["-m", "pip", "install", *options, "--target", str(folder / "packages"), str(folder / "source")]
    done = run(*line, cwd=folder, path="")
    assert done.returncode == 0, done.stderr
    assert list((folder / "packages").glob("syndicate_diary-*.dist-info/entry_points.txt"))
    return folder / "packages"


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--dialect", "diary"), ()], ids=["named", "detected"])
def test_an_installed_dialect_builds_its_site(options: tuple[str, ...], installed: Path, tmp_path: Path) -> None:
    path = f"{installed}:{ROOT}"
    line = ["-m", "syndicate", "build", str(EXAMPLE / "site"), "--out", str(tmp_path / "feeds"), "--json", *options]
    done = run(*line, cwd=tmp_path, path=path)
    assert done.returncode == 1, done.stderr
    problems = json.loads(done.stdout)["problems"]
    assert [(each["path"], each["code"]) for each in problems] == [("2026/02/30.diary", "date-unreadable")]
    for name in ("rss.xml", "atom.xml", "feed.json"):
        shown = items(tmp_path / "feeds" / name)
        assert [(item.title, item.url, item.date) for item in shown] == [
            ("雨", "https://garden.example/2026/04/02/", "2026-04-02T00:00:00"),
            ('Swallows & "wagtails"', "https://garden.example/2026/03/14/", "2026-03-14T00:00:00"),
            ("The last frost", "https://garden.example/2026/02/27/", "2026-02-27T00:00:00"),
        ]
        assert shown[0].terms == ("weather", "birds")
        assert "#weather" not in shown[0].html and "<em>beans</em>" in shown[2].html
    assert len(items(tmp_path / "feeds" / "tag" / "birds" / "atom.xml")) == 2
    assert atom_errors(tmp_path / "feeds" / "atom.xml") == ""
    assert json.loads((tmp_path / "feeds" / "feed.json").read_text("utf-8"))["title"] == "The garden behind the mill"


def test_nobody_knows_a_dialect_that_is_not_installed(tmp_path: Path) -> None:
    line = ["-m", "syndicate", "build", str(EXAMPLE / "site"), "--out", str(tmp_path / "feeds"), "--dialect", "diary"]
    done = run(*line, cwd=tmp_path, path=str(ROOT))
    assert done.returncode == 2
    assert "diary" in done.stderr and "plain" in done.stderr


@pytest.mark.slow
def test_an_installed_dialect_keeps_the_contract(installed: Path) -> None:
    said = pytest_run(ROOT, f"{installed}:{ROOT}", "-k", "diary", "-v")
    assert "test_no_front_matter_makes_it_raise[diary]" in said


@pytest.mark.slow
def test_one_file_and_one_folder_of_cases_are_found(tmp_path: Path) -> None:
    """In a copy of the project, to which nothing else is done."""
    for name in ("syndicate", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "damage"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(EXAMPLE / "syndicate_diary.py", tmp_path / "syndicate/content/dialects/diary.py")
    shutil.copytree(EXAMPLE / "cases", tmp_path / "tests/cases/dialects/diary")
    said = pytest_run(tmp_path, str(tmp_path), "-k", "diary or has_cases", "-v")
    for test in ("reads_a_site[diary/diary]", "recognises_its_own_sites[diary/diary]", "travels[diary]", "has_cases"):
        assert f"{test} PASSED" in said
    case = tmp_path / "tests/cases/dialects/diary/diary.toml"
    case.write_text(case.read_text("utf-8").replace('"birds", ', '"fish", '), "utf-8")
    done = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", CONTRACT, "-k", "diary", cwd=tmp_path, path=str(tmp_path)
    )
    assert done.returncode == 1 and "1 failed" in done.stdout
