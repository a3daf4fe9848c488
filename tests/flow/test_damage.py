"""One damaged post among six healthy ones: what is told of it, what becomes of it, and that nothing happens to the six.

Each kind of damage is a file in tests/cases/damage/, bytes as they are, with a TOML file of its name beside it:

    about = "one line"
    path = "weather.md"         # where it lies in the site; the file's own name by default
    dialect = "plain"           # what the site is; see SITES
    fate = "shown"              # or "left out": the last good version stands in; "hidden": that one goes, too
    title = "…"                 # of the entry, where it is shown
    always = true               # damaged by its name: there is no good version of it
    holds = ["…"]               # what the entry's HTML holds
    never = ["…"]               # what no document may hold
    [[problems]]                # all that is told of the file, the worst first
    severity, code, line, says  # `says`: a piece of the message; without `line` none is known

What cannot lie in a repository is made: `text = [["piece", times], …]` is written in place of a file, and `made` is one
of MAKERS. `also` are further files of the site, path → text.
"""

from __future__ import annotations

import io
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from lxml import etree

from syndicate.cli import main
from tests.flow.site import ROOT, atom_errors, items, relative_addresses, rubbish

CASES = ROOT / "tests" / "cases" / "damage"
URL = "https://example.org"
GOOD = "---\ntitle: Good version\ndate: 2024-01-10 12:00:00 +0000\n{more}---\nAs it was.\n"
STANDS_IN = "Until then the last good version stays in the feeds."
DOCUMENTS = ("rss.xml", "atom.xml", "feed.json")
LAST_YEAR = 1_700_000_000
MOST_SECONDS = 20
"""Of one build; the slowest attack takes a tenth of it, and without limits some would take hours."""


def _healthy(number: int) -> str:
    return (
        f"---\ntitle: Healthy {number}\ndate: 2024-01-0{number} 12:00:00 +0000\ncategories: [notes]\n"
        f"tags: [{'odd' if number % 2 else 'even'}, 'C++']\n---\n"
        f"Words of *{number}* & <b>more</b>.\n\n```\na < b\n```\n"
    )


SITES: dict[str, dict[str, str]] = {
    "plain": {f"healthy-{n}.md": _healthy(n) for n in range(1, 7)},
    "jekyll": {"_config.yml": "title: Site\n"} | {f"_posts/2024-01-0{n}-healthy.md": _healthy(n) for n in range(1, 7)},
    "hugo": {"hugo.toml": 'title = "Site"\n'} | {f"content/posts/healthy-{n}.md": _healthy(n) for n in range(1, 7)},
}


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 64 * 1024 * 1024)


MAKERS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "sparse": _sparse,
    "link to nothing": lambda path: path.symlink_to("nowhere.md"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link outside": lambda path: path.symlink_to("/etc/passwd"),
}


@dataclass(frozen=True)
class Damage:
    name: str
    data: dict[str, Any]
    file: Path | None

    @property
    def path(self) -> str:
        return self.data.get("path") or (self.file.name if self.file else f"{self.name}.md")

    @property
    def dialect(self) -> str:
        return self.data.get("dialect", "plain")

    @property
    def problems(self) -> list[dict[str, Any]]:
        return self.data.get("problems", [])

    def put(self, site: Path) -> None:
        """Damage the post, in a site that may hold a good version of it."""
        path = site / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if "made" in self.data:
            MAKERS[self.data["made"]](path)
        elif "text" in self.data:
            path.write_text("".join(piece * times for piece, times in self.data["text"]), "utf-8")
        else:
            assert self.file
            path.write_bytes(self.file.read_bytes())
        write(site, self.data.get("also", {}))
        settle(site)


def damages() -> list[Damage]:
    found = sorted(CASES.glob("*.toml"))
    others = {path.stem: path for path in CASES.iterdir() if path.suffix != ".toml" and path.name[0] != "."}
    assert set(others) <= {path.stem for path in found}, "a file without its expectation"
    return [Damage(path.stem, tomllib.loads(path.read_text("utf-8")), others.get(path.stem)) for path in found]


ALL = damages()


def write(site: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def settle(site: Path) -> None:
    """Let all files be of last year: a young one may still be being written."""
    for path in site.rglob("*"):
        os.utime(path, (LAST_YEAR, LAST_YEAR), follow_symlinks=False)


@dataclass(frozen=True)
class Built:
    out: Path
    code: int
    report: dict[str, Any]


def build(site: Path) -> Built:
    """`syndicate build --json`, in this process."""
    out, said = site.parent / "feeds", io.StringIO()
    line = ["build", str(site), "--url", URL, "--out", str(out), "--limit", "100", "--json"]
    with pytest.raises(SystemExit) as end, redirect_stdout(said):
        main(line)
    report = json.loads(said.getvalue())
    assert sum(report["seconds"].values()) < MOST_SECONDS
    return Built(out, int(end.value.code or 0), report)


def documents(out: Path) -> dict[str, list[bytes]]:
    """The entries of every document, as bytes."""
    paths = [path for path in out.rglob("*") if path.name in DOCUMENTS]
    return {path.relative_to(out).as_posix(): list(entries(path)) for path in paths}


def entries(path: Path) -> Iterable[bytes]:
    data = path.read_bytes()
    if path.suffix == ".json":
        return [json.dumps(item, ensure_ascii=False).encode() for item in json.loads(data)["items"]]
    etree.fromstring(data)
    return [found[0] for found in re.finditer(rb"<(item|entry)>.*?</\1>", data, re.DOTALL)]


def satisfies_readers(path: Path) -> None:
    for item in items(path):
        assert relative_addresses(item.html) == [] and rubbish(item.html) == [], item.html


@cache
def healthy(dialect: str) -> dict[str, list[bytes]]:
    """The documents of the six alone."""
    with TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        write(site, SITES[dialect])
        settle(site)
        built = build(site)
        found = documents(built.out)
    assert (built.code, built.report["problems"]) == (0, [])
    assert len(found["rss.xml"]) == len(found["atom.xml"]) == len(found["feed.json"]) == 6
    return found


def others(built: Built, dialect: str) -> list[str]:
    """The titles of the entries beside those of the six, which have to be there, in order, byte for byte."""
    wanted, found = healthy(dialect), documents(built.out)
    for path, six in wanted.items():
        assert [entry for entry in found[path] if entry in six] == six, path
    foreign = {path: [entry for entry in got if entry not in wanted.get(path, [])] for path, got in found.items()}
    for path in {path for path, entries in foreign.items() if entries} | set(DOCUMENTS):
        satisfies_readers(built.out / path)
    rows = [json.loads(entry) for entry in foreign["feed.json"]]
    assert len(foreign["rss.xml"]) == len(foreign["atom.xml"]) == len(rows)
    assert atom_errors(built.out / "atom.xml") == ""
    return [row["title"] for row in rows]


def told(built: Built, damage: Damage) -> list[dict[str, Any]]:
    shown = damage.data.get("shown", damage.path)
    return [problem for problem in built.report["problems"] if problem["path"] == shown]


def holds(built: Built, damage: Damage, good: bool) -> None:
    """The report says what it should of the damaged post, and no more of it and of others than that."""
    problems = told(built, damage)
    assert problems == built.report["problems"]
    assert [(each["severity"], each["code"], each.get("line")) for each in problems] == [
        (each["severity"], each["code"], each.get("line")) for each in damage.problems
    ], problems
    for problem, wanted in zip(problems, damage.problems, strict=True):
        assert wanted["says"] in problem["message"]
        assert problem["message"].isprintable()
    stands = good and damage.data["fate"] == "left out"
    errors = [each for each in problems if each["severity"] == "error"]
    assert [STANDS_IN in each["message"] for each in problems].count(True) == bool(stands and errors)
    assert built.code == any(each["severity"] == "error" for each in damage.problems)


def all_text(out: Path) -> str:
    paths = (path for path in sorted(out.rglob("*")) if path.name in DOCUMENTS)
    return "\n".join(path.read_text("utf-8") for path in paths)


def tree(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def weapons(damage: Damage, built: Built) -> None:
    said = all_text(built.out)
    for text in damage.data.get("never", ()):
        assert text not in said


def entry_of(built: Built, title: str) -> dict[str, Any]:
    feed = json.loads((built.out / "feed.json").read_text("utf-8"))
    return next(item for item in feed["items"] if item["title"] == title)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNDICATE_BUILD__WORKERS", "1")  # to start workers takes longer than the work


@pytest.mark.parametrize("damage", ALL, ids=lambda damage: damage.name)
def test_a_post_that_comes_damaged(damage: Damage, tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, SITES[damage.dialect])
    damage.put(site)
    built = build(site)
    shown = [damage.data["title"]] if damage.data["fate"] == "shown" else []
    assert others(built, damage.dialect) == shown
    for title in shown:
        found = entry_of(built, title)
        assert all(text in found["content_html"] for text in damage.data.get("holds", ())), found["content_html"]
        assert found["date_published"].startswith(damage.data.get("date", "2024-01-10T12:00:00Z"))
    holds(built, damage, good=False)
    weapons(damage, built)
    before = tree(built.out)
    assert build(site).report["documents"]["written"] == 0
    assert tree(built.out) == before


BREAKING = [damage for damage in ALL if not damage.data.get("always")]


@pytest.mark.parametrize("damage", BREAKING, ids=lambda damage: damage.name)
def test_a_post_that_breaks(damage: Damage, tmp_path: Path) -> None:
    """It has been published, and then it is damaged."""
    site = tmp_path / "site"
    write(site, SITES[damage.dialect] | {damage.path: damage.data.get("good", GOOD.format(more=""))})
    settle(site)
    assert others(build(site), damage.dialect) == ["Good version"]
    damage.put(site)
    built = build(site)
    fates = {"shown": [damage.data.get("title")], "left out": ["Good version"], "hidden": []}
    assert others(built, damage.dialect) == fates[damage.data["fate"]]
    holds(built, damage, good=True)
    weapons(damage, built)


@pytest.mark.parametrize("dialect", SITES)
def test_all_damaged_posts_at_once(dialect: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, SITES[dialect])
    there = [damage for damage in ALL if damage.dialect == dialect]
    for damage in there:
        damage.put(site)
    built = build(site)
    assert sorted(others(built, dialect)) == sorted(d.data["title"] for d in there if d.data["fate"] == "shown")
    for damage in there:
        found = [(each["severity"], each["code"], each.get("line")) for each in told(built, damage)]
        assert found == [(each["severity"], each["code"], each.get("line")) for each in damage.problems]
    assert built.code == 1


def test_there_are_forty_kinds_of_damage_at_least() -> None:
    assert len([damage for damage in ALL if damage.problems]) >= 40
