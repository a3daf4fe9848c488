"""Histories of feeds (RFC 5005): whose older entries can be reached, and what `plan` knows of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import syndicate
from tests.flow.site import Site

URL = "https://example.org"
NOW = 1_800_000_000


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "out", ("--state", str(tmp_path / "state" / "db")))
    posts(made, 1, 7)
    return made


def posts(site: Site, first: int, last: int) -> None:
    for day in range(first, last + 1):
        site.post(f"p{day}.md", f"---\ntitle: P{day}\ndate: 2026-01-{day:02}\ntags: [x]\n---\nWords of {day}.\n")


def settings(site: Site, own: str = "", **feed: Any) -> Path:
    path = site.out.parent / "syndicate.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in {"limit": 3, **feed}.items()]
    path.write_text("\n".join([f'[site]\nurl = "{URL}"', "[feed]", *lines, own, ""]))
    return path


def build(site: Site, own: str = "", **feed: Any) -> set[str]:
    """The folders of feeds that have pages of a history."""
    output = {"folder": str(site.out), "state": str(site.out.parent / "state" / "db")}
    config = str(settings(site, own, **feed))
    syndicate.build(str(site.content), config=config, options={"output": output}, now=NOW)
    return {path.parent.relative_to(site.out).as_posix() for path in site.out.rglob("archive")}


def test_a_feed_of_ones_own_has_a_history_as_all_have(site: Site) -> None:
    own = '[feeds.own]\nquery = "tag:x"\n'
    assert build(site, own) == {"."}
    assert build(site, own, history="all") == {".", "tag/x", "own"}
    assert build(site, own + "history = false\n", history="all") == {".", "tag/x"}
    assert build(site, own + "history = true\n", history="off") == {"own"}


@pytest.mark.parametrize("more", ['query = "newer(9000d)"', 'max_age = "9000d"', 'sort = "title"', 'digest = "daily"'])
def test_what_time_or_edits_move_has_no_pages_that_last(site: Site, more: str) -> None:
    assert build(site, f"[feeds.own]\n{more}\nhistory = true\n") == {"."}


def test_plan_foresees_which_entries_go_to_the_history(site: Site) -> None:
    build(site)
    posts(site, 8, 13)
    done = site.run("plan", "--json", "--config", str(settings(site)))
    before = {item["id"] for item in json.loads((site.out / "feed.json").read_text())["items"]}
    build(site)
    after = {item["id"] for item in json.loads((site.out / "feed.json").read_text())["items"]}
    (foreseen,) = (each for each in done.report["feeds"] if each["key"] == "site")
    assert (set(foreseen["new"]), set(foreseen["vanished"])) == (after - before, before - after)
