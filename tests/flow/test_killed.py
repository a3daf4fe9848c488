"""Killed at every step that changes something on disk: each document stays whole, and the next run goes on.

strace kills the command (as `kill -9` does) at the n-th call of a kind; every n of a small build would take
minutes, so some are taken, the first and the last among them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import syndicate
from syndicate.delivery.codings import expand
from syndicate.model import Report
from tests.flow.site import ROOT, Site, items

# strace counts each call by itself, so each that Python or SQLite may make on some machine stands alone.
CALLS = ("rename", "fsync", "fdatasync", "pwrite64", "unlink", "mkdir")
POST = "---\ntitle: {title}\ndate: 2026-01-{day:02} 12:00:00\nupdated: 2026-02-01\ntags: [{tags}]\n---\n{body}\n"
OPTIONS = ("--url", "https://example.org", "--limit", "3", "--formats", "rss,json")
# so that a variant stands beside each document, and is killed on its way like all else
PRECOMPRESS = {"SYNDICATE_OUTPUT__PRECOMPRESS": "gzip"}


def write(site: Site) -> None:
    """The posts as they were."""
    for day, tags in enumerate(("red", "red, blue", "blue", "green"), 1):
        site.post(f"{day}.md", POST.format(title=f"Post {day}", day=day, tags=tags, body=f"Words {day}."))


def edit(site: Site) -> None:
    """Two posts changed, neither of them longer or shorter."""
    for day, tags in ((2, "red, blue"), (4, "green")):
        site.post(f"{day}.md", POST.format(title=f"Post {day}", day=day, tags=tags, body=f"WORDS {day}."))


def change(site: Site) -> None:
    """All at once: added, edited, moved, deleted; a new term, and one that dies out."""
    edit(site)
    site.post("5.md", POST.format(title="Post 5", day=5, tags="red, new", body="New words."))
    (site.content / "deep").mkdir()
    (site.content / "3.md").rename(site.content / "deep/3.md")
    (site.content / "4.md").unlink()


@dataclass
class Stage:
    """A site before a change, the trees of its output before and after, and how many calls the change takes."""

    site: Site
    change: Callable[[Site], None]
    before: dict[str, str]
    after: dict[str, str]
    ids: dict[str, str]
    calls: Counter[str]

    def copy(self, folder: Path) -> Site:
        shutil.copytree(self.site.content.parent, folder / "copy")
        return Site(folder / "copy/site", folder / "copy/out/feeds", OPTIONS)


def traced(site: Site, log: Path, *injected: str) -> int:
    named = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(f'?{c}' for c in CALLS)}"]
    line = [sys.executable, "-m", "syndicate", "build", str(site.content), "--out", str(site.out), *OPTIONS]
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"], **PRECOMPRESS}
    return subprocess.run([*named, *injected, *line], cwd=ROOT, capture_output=True, env=environ).returncode


def build(site: Site) -> Report:
    """A normal run, in this process."""
    feed = {"limit": 3, "formats": ["rss", "json"]}
    output = {"folder": str(site.out), "precompress": ["gzip"]}
    options = {"site": {"url": "https://example.org"}, "feed": feed, "output": output}
    return syndicate.build(str(site.content), options=options)


def ids(site: Site) -> dict[str, str]:
    return {item.title: item.id for path in site.out.rglob("rss.xml") for item in items(path)}


def staged(folder: Path, change: Callable[[Site], None], built: bool) -> Stage:
    if not shutil.which("strace"):
        pytest.skip("SKIPPED: strace is not installed; nothing is killed")
    site = Site(folder / "start/site", folder / "start/out/feeds", OPTIONS)
    write(site)
    if built:
        build(site)
    stage = Stage(site, change, site.tree(), {}, ids(site), Counter())
    (folder / "trial").mkdir()
    trial = stage.copy(folder / "trial")
    change(trial)
    log = folder / "log"
    if traced(trial, log) != 0:
        pytest.skip("SKIPPED: strace may not trace on this machine; nothing is killed")
    stage.after = trial.tree()
    stage.calls = Counter(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE))
    return stage


@pytest.fixture(scope="module", params=["from nothing", "a change"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    if request.param == "a change":
        return staged(tmp_path_factory.mktemp("stage"), change, built=True)
    return staged(tmp_path_factory.mktemp("stage"), lambda site: None, built=False)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return staged(tmp_path_factory.mktemp("stage"), edit, built=True)


def killed(stage: Stage, folder: Path, call: str, share: float) -> Site:
    """A copy of the site whose build was killed at some share of its calls of a kind."""
    count = stage.calls[call]
    if not count:
        pytest.skip(f"this build makes no {call} on this machine")
    site = stage.copy(folder)
    stage.change(site)
    at = max(1, round(count * share))
    code = traced(site, folder / "log", "-e", f"inject=?{call}:signal=KILL:when={at}")
    assert code in (-9, 137), f"{call} {at} of {count} was never reached"
    for path, found in site.tree().items():
        if not path.endswith(".syndicate-new"):
            assert found in (stage.before.get(path), stage.after[path]), f"{path} is no good one: {held(site, path)}"
    return site


def held(site: Site, path: str) -> str:
    """What a file holds, for whoever has to find out why."""
    data = (site.out / path).read_bytes()
    return f"{len(data)} bytes, {data!r}, of {expand(data, 'gzip', 1 << 20) if path.endswith('.gz') else ''}"


MOMENTS = [
    *(("rename", share) for share in (0, 0.3, 0.6, 0.9, 1)),
    *(("fsync", share) for share in (0, 0.4, 0.7, 1)),
    *(("fdatasync", share) for share in (0, 0.3, 0.6, 0.8, 1)),
    *(("pwrite64", share) for share in (0.3, 0.7, 0.95, 1)),
    ("unlink", 0.5),
    ("unlink", 1),
    ("mkdir", 0.5),
]


@pytest.mark.parametrize(("call", "share"), MOMENTS)
def test_the_next_run_goes_on(stage: Stage, tmp_path: Path, call: str, share: float) -> None:
    site = killed(stage, tmp_path, call, share)
    report = build(site)
    assert site.tree() == stage.after
    assert any(path.endswith("rss.xml.gz") for path in stage.after)
    shown = ids(site)
    assert {title: shown.get(title, old) for title, old in stage.ids.items()} == stage.ids
    assert report.problems == []
    assert build(site).documents.written == 0


# After a document is in its place and before the index knows of it, only its bytes tell what it is.
@pytest.mark.parametrize(("call", "share"), [*MOMENTS[1:9], ("pwrite64", 0.95)])
def test_an_edit_that_is_taken_back_after_the_kill_leaves_no_trace(
    edited: Stage, tmp_path: Path, call: str, share: float
) -> None:
    site = killed(edited, tmp_path, call, share)
    write(site)
    build(site)
    assert site.tree() == edited.before
