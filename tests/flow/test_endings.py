"""Feeds of terms that nobody uses any more, and entries that ended: told of for a while, and then let go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import syndicate
from syndicate.cycle import Wish
from syndicate.model import Report
from tests.flow.site import Site, atom_errors, items

DAY, START = 86_400, 1_800_000_000


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "feeds")
    post(made, 1, "x")
    post(made, 2, "y")
    build(made)
    return made


def post(site: Site, day: int, tag: str) -> None:
    site.post(f"{day}.md", f"---\ntitle: Day {day}\ndate: 2026-01-{day:02}\ntags: [{tag}]\n---\nWords.\n")


def build(site: Site, days: int = 0, **feed: Any) -> Report:
    options = {"site": {"url": "https://example.org"}, "output": {"folder": str(site.out)}, "feed": feed}
    return syndicate.build(str(site.content), options=options, now=START + days * DAY, wish=Wish(accept_deletions=True))


def tells_of_dead(site: Site, path: str) -> bool:
    return "<at:deleted-entry " in (site.out / path).read_text("utf-8")


def test_the_feed_of_a_term_that_vanished_is_empty_and_later_gone(site: Site) -> None:
    updated = (site.out / "tag/x/atom.xml").read_text().partition("<updated>")[2][:20]
    post(site, 1, "y")
    build(site, 1)
    for form in ("rss.xml", "atom.xml", "feed.json"):
        assert items(site.out / "tag/x" / form) == []
    assert f"<updated>{updated}</updated>" in (site.out / "tag/x/atom.xml").read_text()
    assert not tells_of_dead(site, "tag/x/atom.xml"), "its post went to another feed, and lives"
    assert build(site, 30).documents.written == 0
    gone = build(site, 31)
    assert (gone.documents.removed, gone.documents.written) == (4, 2), "and the page of all feeds says so"
    assert not (site.out / "tag/x").exists() and "tag/x" not in (site.out / "opml.xml").read_text()
    assert build(site, 32).documents.written == 0
    post(site, 1, "x")
    build(site, 33)
    assert [item.title for item in items(site.out / "tag/x/atom.xml")] == ["Day 1"]


def test_it_stays_where_that_is_wished(site: Site) -> None:
    post(site, 1, "y")
    build(site, 1, gone_after="")
    assert build(site, 999, gone_after="").documents.removed == 0
    assert (site.out / "tag/x/rss.xml").is_file()


def test_a_deleted_post_is_told_of_in_each_feed_that_showed_it_and_in_no_other(site: Site) -> None:
    (site.content / "1.md").unlink()
    build(site, 1)
    assert tells_of_dead(site, "atom.xml") and tells_of_dead(site, "tag/x/atom.xml")
    assert not tells_of_dead(site, "tag/y/atom.xml")
    assert 'ref="https://example.org/1.html"' in (site.out / "atom.xml").read_text()
    assert atom_errors(site.out / "atom.xml") == ""
    assert build(site, 30).documents.written == 0
    build(site, 31)
    assert not tells_of_dead(site, "atom.xml")
    assert build(site, 32).documents.written == 0


def test_a_deleted_post_that_returns_is_dead_no_more(site: Site) -> None:
    (site.content / "1.md").unlink()
    build(site, 1)
    post(site, 1, "y")
    build(site, 2)
    assert not tells_of_dead(site, "atom.xml") and not tells_of_dead(site, "tag/x/atom.xml")
    assert [item.id for item in items(site.out / "atom.xml")][-1] == "https://example.org/1.html"
    assert build(site, 3).documents.written == 0


def test_what_only_rolls_out_of_a_feed_is_not_dead(site: Site) -> None:
    post(site, 3, "y")
    build(site, 1, limit=1, history="off")
    assert len(items(site.out / "atom.xml")) == 1
    assert not tells_of_dead(site, "atom.xml")
