"""More feeds than are published at once: a batch goes to the disk while the next is written, and they never mix."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from syndicate.delivery.publish import FEEDS_AT_ONCE
from syndicate.index.sqlite import SqliteIndex
from tests.flow.site import ROOT, Site

OPTIONS = ("--url", "https://example.org", "--formats", "rss")
TAGS = 2 * FEEDS_AT_ONCE
"""With the feed of the site: three batches."""


def write(site: Site, words: str) -> None:
    """Each post has tags of its own, which are in the first two batches and in the last one."""
    for number in range(0, TAGS, 16):
        tags = ", ".join(f"t{(number + step * 37) % TAGS:03}" for step in range(16))
        head = f"---\ntitle: Post {number}\ndate: 2026-01-02\nupdated: 2026-02-01\ntags: [{tags}]\n---\n"
        site.post(f"{number}.md", f"{head}{words}\n")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "site", tmp_path / "out/feeds", OPTIONS)
    write(site, "Old words.")
    site.build()
    return site


def traced(site: Site, log: Path, *injected: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("strace"):
        pytest.skip("SKIPPED: strace is not installed; nothing is observed and no disk fails")
    calls = "trace=syncfs,fsync,/rename.*,openat,/unlink.*"
    line = [sys.executable, "-m", "syndicate", "build", str(site.content), "--out", str(site.out), *OPTIONS]
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["strace", "-f", "-y", "-o", str(log), "-e", calls, *injected, *line],
        cwd=ROOT, capture_output=True, text=True, env=environ,
    )  # fmt: skip
    if "ptrace" in done.stderr.lower():
        pytest.skip(f"SKIPPED: strace may not trace here: {done.stderr.strip()[:100]}")
    return done


def test_no_document_is_put_in_place_before_all_of_its_batch_are_on_the_disk(site: Site, tmp_path: Path) -> None:
    write(site, "NEW words.")
    done = traced(site, tmp_path / "log")
    assert done.returncode == 0, done.stderr
    written: dict[str, bool] = {}
    renamed = 0
    for call in re.findall(r"^\d+ +(.*)$", (tmp_path / "log").read_text(), re.MULTILINE):
        if made := re.search(r'"[^"]*/out/feeds/([^"]*)\.syndicate-new", O_WRONLY', call):
            assert not any(written.values()), "what is flushed has to be in its place before more is staged"
            written[made[1]] = False
        elif "syncfs" in call and "<unfinished" not in call:
            written = dict.fromkeys(written, True)
        elif alone := re.match(r"fsync\(\d+<.*/out/feeds/(.*)\.syndicate-new>", call):  # of a few
            written[alone[1]] = True
        elif moved := re.match(r'rename\w*\(.*/out/feeds/([^"]*)"', call):
            assert written.pop(moved[1]), f"{moved[1]} was put in place before it was on the disk"
            renamed += 1
    assert renamed >= TAGS and not written


def test_the_disk_does_not_take_what_no_document_needs_any_more(site: Site, tmp_path: Path) -> None:
    """What entries were rendered to is as large as all documents, and a flush is one of the file system."""
    write(site, "NEW words.")
    done = traced(site, tmp_path / "log")
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "log").read_text().splitlines()
    flushes = [place for place, call in enumerate(calls) if re.search(r"fsync\(.*/t\d+.*\.syndicate-new>", call)]
    gone = [place for place, call in enumerate(calls) if re.search(r'unlink\w*\(.*\.work\W+\d+"', call)]
    assert gone[-1] < flushes[0], "the last batch has one document"


@pytest.mark.parametrize("when", [1, 2])
def test_a_disk_that_fails_leaves_whole_documents_and_the_next_run_goes_on(
    site: Site, tmp_path: Path, when: int
) -> None:
    before = site.tree()
    write(site, "NEW words.")
    done = traced(site, tmp_path / "log", "-e", f"inject=syncfs:error=ENOSPC:when={when}")
    assert done.returncode == 2 and "the disk is full" in done.stderr and "Traceback" not in done.stderr
    left = site.tree()
    assert left.keys() == before.keys(), "nothing half-made is left"
    site.build()
    whole = Site(site.content, tmp_path / "whole/feeds", OPTIONS)
    whole.build()
    after = whole.tree()
    assert site.tree() == after
    assert all(left[path] in (before[path], after[path]) for path in left)
    assert (left == before) is (when == 1)


def recorded(site: Site) -> dict[str, bytes]:
    with contextlib.closing(SqliteIndex.open(str(site.out.parent / ".syndicate/feeds.db"))) as index:
        feeds = [(row.taxonomy, row.name) for row in index.feeds()]
        return {row.path: row.digest for feed in feeds for row in index.documents(*feed)}


def test_what_could_not_be_put_in_its_place_is_not_recorded(site: Site, tmp_path: Path) -> None:
    """Nothing is written down before all of a batch is in its place."""
    before = recorded(site)
    write(site, "NEW words.")
    done = traced(site, tmp_path / "log", "-e", "inject=syncfs:error=EIO:when=1+")
    assert done.returncode == 2 and "cannot be written" in done.stderr
    assert recorded(site) == before
    site.build()
    assert all(before[path] != digest for path, digest in recorded(site).items())
