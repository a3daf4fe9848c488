"""Somebody else is at the files while we build: nothing half-made is published, and the next run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from syndicate import cycle, project, wiring
from syndicate.delivery.publish import FEEDS_AT_ONCE
from syndicate.delivery.publishers.local import Local
from syndicate.errors import PublishError
from syndicate.model import Report
from tests.flow.site import Site

POST = "---\ntitle: {title}\ndate: 2026-01-0{day}\ntags: [x]\n---\nWords of {title}.\n"
NOW = 1_800_000_000


class Restless(Local):
    """A folder in which somebody does something as soon as a document has been read."""

    def __init__(self, folder: str, path: str, act: Callable[[], object]) -> None:
        super().__init__(folder)
        self._path, self._act = path, act

    def read(self, path: str, digest: bytes) -> bytes | None:
        found = super().read(path, digest)
        if path == self._path:
            self._act()
        return found


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "feeds", ("--url", "https://example.org"))
    made.post("a.md", POST.format(title="A", day=1))
    run(made)
    made.post("b.md", POST.format(title="B", day=2))
    return made


def run(site: Site, path: str = "", act: Callable[[], object] = lambda: None) -> Report:
    """A build, during which `act` is done whenever the document at `path` has been read."""
    options = {"site": {"url": "https://example.org"}, "output": {"folder": str(site.out)}}
    with wiring.parts(project.find(str(site.content), options=options)) as parts:
        press = replace(parts.press, publisher=Restless(str(site.out), path, act))
        return cycle.run(replace(parts, press=press), cycle.Wish(), NOW)


def titles(site: Site, path: str) -> list[str]:
    return [item["title"] for item in json.loads((site.out / path).read_text())["items"]]


def test_a_document_is_changed_after_it_was_trusted(site: Site) -> None:
    before = site.tree()
    document = site.out / "tag/x/rss.xml"
    with pytest.raises(PublishError, match=r"tag/x/rss\.xml: was changed by another program"):
        run(site, "tag/x/rss.xml", lambda: document.write_text("mine"))
    document.write_text("mine")
    now = site.tree()
    assert now.keys() == before.keys(), "no temporary is left"
    assert {path for path in now if now[path] != before[path]} == {"tag/x/rss.xml"}
    assert run(site).documents.written == 4 * 2 + 2
    assert titles(site, "feed.json") == titles(site, "tag/x/feed.json") == ["B", "A"]


def test_a_post_is_written_to_after_the_scan(site: Site) -> None:
    before = site.tree()
    post = POST.format(title="Newer", day=3)
    report = run(site, "feed.json", lambda: site.post("b.md", post))
    assert site.tree() == before, "it waits for the next scan, and nobody sees half of it"
    assert [(each.path, each.code, each.severity) for each in report.problems] == [("b.md", "file-changing", "info")]
    run(site)
    assert titles(site, "feed.json") == titles(site, "tag/x/feed.json") == ["Newer", "A"]


def test_a_post_is_deleted_after_the_scan(site: Site) -> None:
    run(site, "feed.json", lambda: (site.content / "b.md").unlink(missing_ok=True))
    assert titles(site, "feed.json") == ["A"]
    run(site)
    assert titles(site, "feed.json") == titles(site, "tag/x/feed.json") == ["A"]


def test_a_document_is_deleted_while_others_are_written(site: Site) -> None:
    rss = site.out / "rss.xml"
    with pytest.raises(PublishError):
        run(site, "rss.xml", lambda: rss.unlink(missing_ok=True))
    assert run(site).problems == []
    assert rss.is_file()


def fail() -> None:
    raise PublishError("the folder cannot be read")


def test_what_goes_wrong_with_one_batch_is_not_of_the_one_before(tmp_path: Path) -> None:
    """What the feeds of the second are to show is found out while the documents of the first are still to be made."""
    site = Site(tmp_path / "site", tmp_path / "feeds", ("--url", "https://example.org"))
    tags = ", ".join(f"t{number:03}" for number in range(FEEDS_AT_ONCE + 20))
    post = f"---\ndate: 2026-01-02\nupdated: 2026-01-0{{day}}\ntags: [{tags}]\n---\nWords of {{day}}.\n"
    site.post("a.md", post.format(day=3))
    run(site)
    before = site.tree()
    site.post("a.md", post.format(day=4))
    with pytest.raises(PublishError, match="the folder cannot be read"):
        run(site, f"tag/t{FEEDS_AT_ONCE + 10:03}/rss.xml", fail)
    now = site.tree()
    assert now["tag/t000/rss.xml"] != before["tag/t000/rss.xml"]
    changed = {path for path in now if now[path] != before[path]}
    assert f"tag/t{FEEDS_AT_ONCE + 10:03}/rss.xml" not in changed and len(changed) == 4 * FEEDS_AT_ONCE
    assert now.keys() == before.keys(), "no temporary is left"
    run(site)
    whole = Site(site.content, tmp_path / "whole", site.options)
    run(whole)
    assert site.tree() == whole.tree()
