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


SLOW = ("-e", "inject=syncfs:delay_enter=500000")
"""Half a second at each flush: workers stage the documents of the next batch meanwhile."""


@pytest.fixture
def alone(tmp_path: Path) -> Site:
    """Nothing is published yet, and each tag has a post of its own, which is work enough for workers."""
    options = (*OPTIONS, "--workers", "2")
    site = Site(tmp_path / "site", tmp_path / "out/feeds", options, {"SYNDICATE_FEED__HISTORY": "off"})
    for number in range(TAGS):
        head = f"---\ntitle: Post {number}\ndate: 2026-01-02\nupdated: 2026-02-01\ntags: [t{number:03}]\n---\n"
        site.post(f"{number:03}.md", f"{head}Words.\n")
    return site


def traced(site: Site, log: Path, *injected: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("strace"):
        pytest.skip("SKIPPED: strace is not installed; nothing is observed and no disk fails")
    calls = "trace=syncfs,fsync,/rename.*,openat,/unlink.*"
    line = [sys.executable, "-m", "syndicate", "build", str(site.content), "--out", str(site.out), *site.options]
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"], **site.environ}
    done = subprocess.run(
        ["strace", "-f", "-y", "-o", str(log), "-e", calls, *injected, *line],
        cwd=ROOT, capture_output=True, text=True, env=environ,
    )  # fmt: skip
    if "ptrace" in done.stderr.lower():
        pytest.skip(f"SKIPPED: strace may not trace here: {done.stderr.strip()[:100]}")
    return done


STAGED = re.compile(r'"[^"]*/out/feeds/([^"]*)\.syndicate-new", O_WRONLY')
FLUSHED = re.compile(r"fsync\(\d+<.*/out/feeds/(.*)\.syndicate-new>")  # of a few; more are by one syncfs
PLACED = re.compile(r'rename\w*\(.*/out/feeds/([^"]*)"')


def calls(log: Path) -> list[str]:
    """What was asked of the system, without the numbers of processes."""
    return re.findall(r"^\d+ +(.*)$", log.read_text(), re.MULTILINE)


def test_no_document_is_put_in_place_before_all_of_its_batch_are_on_the_disk(site: Site, tmp_path: Path) -> None:
    write(site, "NEW words.")
    done = traced(site, tmp_path / "log")
    assert done.returncode == 0, done.stderr
    written: dict[str, bool] = {}
    renamed = 0
    for call in calls(tmp_path / "log"):
        if made := STAGED.search(call):
            assert not any(written.values()), "what is flushed has to be in its place before more is staged"
            written[made[1]] = False
        elif "syncfs" in call and "<unfinished" not in call:
            written = dict.fromkeys(written, True)
        elif alone := FLUSHED.match(call):
            written[alone[1]] = True
        elif moved := PLACED.match(call):
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


def test_documents_that_are_staged_meanwhile_wait_for_a_flush_of_their_own(alone: Site, tmp_path: Path) -> None:
    done = traced(alone, tmp_path / "log", *SLOW)
    assert done.returncode == 0, done.stderr
    staged: dict[str, bool] = {}
    flushing: set[str] = set()
    meanwhile = renamed = 0
    for call in calls(tmp_path / "log"):
        if made := STAGED.search(call):
            meanwhile += bool(flushing)
            staged[made[1]] = False
        elif "syncfs" in call:
            flushing = set(staged) if "resumed" not in call else flushing
            if "unfinished" not in call:
                staged.update(dict.fromkeys(flushing & staged.keys(), True))
                flushing = set()
        elif single := FLUSHED.match(call):
            staged[single[1]] = True
        elif moved := PLACED.match(call):
            assert staged.pop(moved[1]), f"{moved[1]} was put in place before it was on the disk"
            renamed += 1
    assert renamed >= TAGS and not staged
    assert meanwhile > 0, "workers do not wait for the disk"


def test_the_disk_is_attended_to_before_workers_stage_anything(alone: Site, tmp_path: Path) -> None:
    """What it did not take would else be told to nobody, where another program was told before."""
    done = traced(alone, tmp_path / "log")
    assert done.returncode == 0, done.stderr
    found = calls(tmp_path / "log")
    before = found[: next(place for place, call in enumerate(found) if STAGED.search(call))]
    asked = [flush[1] for call in found if (flush := re.match(r"syncfs\((\d+<[^>]*>)", call))]
    assert len(set(asked)) == 1
    assert any(call.endswith(f"= {asked[0]}") for call in before)


def test_a_path_belongs_to_the_feed_whose_document_is_still_on_its_way(tmp_path: Path) -> None:
    """Each category is in the batch before that of the tag of its name, and has the path that both want."""
    environ = {"SYNDICATE_FEED__HISTORY": "off", "SYNDICATE_FEED__PATHS__TERM": "{slug}/{file}"}
    two = Site(tmp_path / "site", tmp_path / "two/feeds", (*OPTIONS, "--workers", "2"), environ)
    for number in range(FEEDS_AT_ONCE + 20):
        two.post(f"{number}.md", f"---\ndate: 2026-01-02\ntags: [t{number}]\ncategories: [t{number}]\n---\nWords.\n")
    done = traced(two, tmp_path / "log", *SLOW)
    assert done.returncode == 1, done.stderr
    one = Site(two.content, tmp_path / "one/feeds", (*OPTIONS, "--workers", "1"), environ)
    problems = one.build().report["problems"]
    assert len(problems) == FEEDS_AT_ONCE + 20 and {each["code"] for each in problems} == {"path-collision"}
    assert two.tree() == one.tree() and recorded(two) == recorded(one)
    assert sorted(two.build().report["problems"], key=str) == sorted(problems, key=str)


@pytest.mark.parametrize("when", [1, 2])
def test_a_disk_that_fails_while_documents_are_staged_leaves_none_of_them(
    alone: Site, tmp_path: Path, when: int
) -> None:
    done = traced(alone, tmp_path / "log", "-e", f"inject=syncfs:error=ENOSPC:delay_enter=500000:when={when}")
    assert done.returncode == 2 and "the disk is full" in done.stderr and "Traceback" not in done.stderr
    assert not [path for path in alone.tree() if path.endswith("-new")]
    alone.build()
    whole = Site(alone.content, tmp_path / "whole/feeds", (*OPTIONS, "--workers", "1"), alone.environ)
    whole.build()
    assert alone.tree() == whole.tree()


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


def test_what_the_next_batch_was_the_first_to_ask_for_is_there_for_this_one(tmp_path: Path) -> None:
    """Feeds over their budget show summaries; the feed of summaries is in the batch behind theirs."""
    own = "".join(f"[feeds.f{number:03}]\nlimit = 20\n" for number in range(FEEDS_AT_ONCE + 20))
    settings = "[feed]\nlimit = 20\nmax_bytes = 4000\ntaxonomies = []\nformats = ['rss']\nhistory = 'off'\n"
    last = "[feeds.z]\ncontent = 'summary'\nlimit = 20\nmax_bytes = 0\n"
    trees = []
    for workers in ("1", "2"):
        out = tmp_path / workers / "feeds"
        site = Site(tmp_path / "site", out, (*OPTIONS[:2], "--workers", workers))
        for number in range(10, 30):
            words = "Many words. " * 50
            site.post(f"{number}.md", f"---\ntitle: Post {number}\ndate: 2026-01-{number}\n---\n{words}\n")
        site.post("syndicate.toml", f"{settings}{own}{last}")
        report = site.build("--state", str(out.parent / "state.db")).report
        assert report["rendered"] == 20, "each post once, in whichever looks"
        trees.append(site.tree())
    assert trees[0] == trees[1] and len(trees[0]) > FEEDS_AT_ONCE + 20
