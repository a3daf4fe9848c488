"""Paths that pass from one thing to another: documents, their copies, and the pages of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import syndicate
from syndicate.model import Report
from tests.flow.site import Site
from tests.flow.test_unsound import NOW as THEN
from tests.flow.test_unsound import Shaken, told
from tests.flow.test_unsound import site as shaken

URL = "https://example.org"
NOW = 1_800_000_000
DAY = 86_400
OTHERS = "<!doctype html><title>A page of the site</title>"


__all__ = ["shaken"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "out")
    for day in range(1, 4):
        made.post(f"p{day}.md", f"---\ntitle: P{day}\ndate: 2026-01-0{day}\ntags: [x]\n---\nWords of {day}.\n")
    return made


def build(
    site: Site, now: int = NOW, *, output: dict[str, Any] | None = None, feeds: Any = None, **feed: Any
) -> Report:
    places = {"folder": str(site.out), "state": str(site.out.parent / "state" / "db")}
    options = {"site": {"url": URL}, "feed": feed, "output": {**places, **(output or {})}, "feeds": feeds or {}}
    return syndicate.build(str(site.content), options=options, now=now)


def test_a_document_that_takes_the_place_of_a_copy_stays(site: Site) -> None:
    build(site, preset="zola", also=["hugo"], copies=True)
    assert (site.out / "index.xml").is_file()
    build(site, preset="hugo", also=["zola"], copies=True)
    assert (site.out / "index.xml").is_file() and (site.out / "tags/x/index.xml").is_file()
    assert (site.out / "index.xml").read_bytes() == (site.out / "rss.xml").read_bytes()
    assert build(site, preset="hugo", also=["zola"], copies=True).documents.written == 0


def test_a_copy_follows_its_document_also_where_the_entries_are_the_same(site: Site) -> None:
    settings = {"preset": "zola", "also": ["nikola"], "copies": True, "tombstones": "3d"}
    build(site, **settings)
    (site.content / "p1.md").unlink()
    build(site, **settings)
    assert b"deleted-entry" in (site.out / "feed.atom").read_bytes()
    build(site, NOW + 4 * DAY, **settings)
    assert b"deleted-entry" not in (site.out / "atom.xml").read_bytes()
    assert (site.out / "feed.atom").read_bytes() == (site.out / "atom.xml").read_bytes()


def test_our_page_does_not_take_the_place_of_one_of_the_site_when_it_moves(site: Site) -> None:
    build(site, preset="zola")
    (site.out / "site.html").write_text(OTHERS)
    report = build(site, preset="syndicate", url=URL)
    assert [(each.code, each.path) for each in report.problems] == [("page-in-the-way", "site.html")]
    assert (site.out / "site.html").read_text() == OTHERS


@pytest.mark.parametrize("name", ["feeds/site.html", "feeds/tag/x/index.html", "feeds/index.html"])
def test_a_page_that_has_taken_the_place_of_ours_is_left_alone(site: Site, name: str) -> None:
    build(site, preset="zola")
    (site.out / name).write_text(OTHERS)
    for _ in range(2):
        report = build(site, preset="zola")
        assert [(each.code, each.path) for each in report.problems] == [("page-in-the-way", name)]
        assert (site.out / name).read_text() == OTHERS
    assert (report.rendered, report.documents.written) == (0, 0)
    build(site, preset="zola", pages=False)
    build(site, preset="syndicate", url=f"{URL}/feeds")
    assert (site.out / name).read_text() == OTHERS


def test_addresses_lead_on_where_the_same_folder_is_served_elsewhere(site: Site) -> None:
    """With one preset the output folder is `/feeds/` of the site, with the other it is the site's own."""
    build(site, output={"redirects": ["netlify"]})
    build(site, preset="zola", output={"redirects": ["netlify"]})
    rules = (site.out / "_redirects").read_text().splitlines()
    assert f"/feeds/atom.xml {URL}/atom.xml 301" in rules
    assert f"/feeds/tag/x/rss.xml {URL}/tags/x/rss.xml 301" in rules
    assert not [line for line in rules if line.startswith("/atom.xml")]


def test_feeds_change_places(site: Site) -> None:
    first, second = ({"query": "title:P1"}, {"query": "title:P2 or title:P3"})
    build(site, feeds={"a": {**first, "path": "one/{file}"}, "b": {**second, "path": "two/{file}"}})
    before = {name: (site.out / name / "feed.json").read_bytes().count(b"date_published") for name in ("one", "two")}
    for _ in range(2):
        report = build(site, feeds={"a": {**first, "path": "two/{file}"}, "b": {**second, "path": "one/{file}"}})
        after = {name: (site.out / name / "feed.json").read_bytes().count(b"date_published") for name in before}
        assert (report.problems, before, after) == ([], {"one": 1, "two": 2}, {"one": 2, "two": 1})
    assert (report.rendered, report.documents.written, report.documents.removed) == (0, 0, 0)


def test_of_two_feeds_that_want_one_place_the_first_has_it(site: Site) -> None:
    feeds = {"a": {"query": "title:P1", "path": "one/{file}"}, "b": {"query": "title:P2", "path": "ONE/{file}"}}
    for _ in range(2):
        report = build(site, feeds=feeds)
        assert [each.code for each in report.problems] == ["path-collision"]
        assert [path.name for path in site.out.iterdir() if path.name.lower() == "one"] == ["one"]


def test_what_is_unsound_at_a_new_path_stays_good_at_the_old_one(shaken: Shaken) -> None:
    shaken.run(THEN)
    before = shaken.read("shaky")
    (shaken.content / "syndicate.toml").write_text('[feed.paths]\nsite = "new/{file}"\n')
    shaken.shake("envelope")
    for _ in range(2):
        assert ("new/shaky", "document-invalid") in told(shaken.run(THEN + DAY))
        assert shaken.read("shaky") == before
        assert not (shaken.out / "new/shaky").exists() and not (shaken.out / "atom.xml").exists()
    shaken.shake("")
    assert told(shaken.run(THEN + DAY)) == []
    assert not (shaken.out / "shaky").exists() and shaken.read("new/shaky")
