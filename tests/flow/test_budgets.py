"""Documents keep their byte budget by showing less of some entries, in all formats alike; no entry is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import syndicate
from syndicate.model import Report
from tests.flow.site import Site, items

FORMS = ("rss.xml", "atom.xml", "feed.json")
BUDGET = 20_000
LONG = "Many words of {}. " * 300
"""Some 5,000 bytes: the budget has room for three such posts in the most talkative format."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", tmp_path / "feeds")


def build(site: Site, max_bytes: int = BUDGET, **feed: Any) -> Report:
    feed = {"max_bytes": max_bytes, "history": "off", **feed}
    options = {"site": {"url": "https://example.org"}, "output": {"folder": str(site.out)}, "feed": feed}
    return syndicate.build(str(site.content), options=options, now=1_800_000_000)


def post(site: Site, day: int, body: str = "") -> None:
    text = body or LONG.replace("{}", str(day))
    site.post(f"{day}.md", f"---\ntitle: Day {day}\ndate: 2026-01-{day:02}\n---\n{text}\n")


def short(site: Site) -> list[list[str]]:
    """The titles of the entries that are not shown in full, the newest first, by format."""
    return [[item.title for item in items(site.out / form) if len(item.html) < 1000] for form in FORMS]


def test_the_oldest_are_shortened_in_all_formats_alike(site: Site) -> None:
    for day in range(1, 7):
        post(site, day)
    assert build(site).problems == []
    cut, *others = short(site)
    assert others == [cut, cut] and 1 < len(cut) < 6
    assert cut == [f"Day {day}" for day in range(len(cut), 0, -1)]
    for form in FORMS:
        assert (site.out / form).stat().st_size <= BUDGET
        assert len(items(site.out / form)) == 6
    assert build(site).documents.written == 0
    # a new one: one more of the old has to give way, and what was short already is not made again
    post(site, 7)
    report = build(site)
    assert (report.parsed, [len(each) for each in short(site)]) == (1, [len(cut) + 1] * 3)
    assert report.rendered == 7 - len(cut)
    assert build(site).documents.written == 0


def test_what_is_over_it_by_itself_is_shortened_and_nothing_else(site: Site) -> None:
    post(site, 1)
    post(site, 2)
    build(site)
    before = json.loads((site.out / "feed.json").read_text())["items"]
    post(site, 3, LONG.replace("{}", "3") * 10)
    assert build(site).problems == []
    assert short(site) == [["Day 3"]] * 3
    assert json.loads((site.out / "feed.json").read_text())["items"][1:] == before
    assert build(site).documents.written == 0
    post(site, 3)
    build(site)
    assert short(site) == [[]] * 3, "it is mended, and shown in full"


def test_with_more_room_all_is_shown_in_full_again(site: Site) -> None:
    for day in range(1, 7):
        post(site, day)
    build(site)
    shortened = site.tree()
    build(site, max_bytes=0)
    assert short(site) == [[]] * 3
    build(site)
    assert site.tree() == shortened


def test_where_even_summaries_are_too_much_nothing_is_left_out_and_it_is_told(site: Site) -> None:
    for day in range(1, 7):
        post(site, day)
    report = build(site, max_bytes=1000)
    assert {(problem.path, problem.code) for problem in report.problems} == {(form, "over-budget") for form in FORMS}
    assert [len(each) for each in short(site)] == [6] * 3


def test_a_page_of_history_shows_its_entries_whole(site: Site) -> None:
    for day in range(1, 7):
        post(site, day)
    build(site, max_bytes=1000, history="site", limit=3)
    for form in FORMS:
        for page in (1, 2):
            found = items(site.out / f"archive/{page}/{form}")
            assert len(found) == 3 and all(len(item.html) > 4000 for item in found), form
