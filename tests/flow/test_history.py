"""Whose older entries can be reached (RFC 5005), and what an edit of an old post rewrites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.readers import Document, documents, read
from tests.faults.site import DAY, NOW, URL, Site

FH = "{http://purl.org/syndication/history/1.0}"
FILES = ("rss.xml", "atom.xml", "feed.json")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path, {"feed": {"limit": 3}})
    for day in range(1, 11):
        write(made, day)
    return made


def write(site: Site, day: int, body: str = "Words.", **fields: Any) -> None:
    site.post(f"{day:02}.md", body, **({"title": f"P{day}", "tags": ["t"], "date": f"2026-05-{day:02}"} | fields))


def archived(site: Site) -> set[str]:
    """The feeds that have pages of history, by the folder they are in, "." for the site's."""
    found = {at.partition("archive/")[0].strip("/") or "." for at, _ in documents(site.out) if "archive/" in at}
    linked = {
        at.rpartition("/")[0] or "." for at, path in documents(site.out) if "archive/" not in at and older(read(path))
    }
    assert found == linked
    return found


def older(document: Document) -> str:
    """Where the next older entries stand, "" for nowhere."""
    (*_, found) = ("", *document.hrefs("next" if document.form == "json" else "prev-archive"))
    return found


@pytest.mark.parametrize(
    ("history", "expected"), [("auto", {"."}), ("off", set()), ("site", {"."}), ("all", {".", "tag/t", "tag/x"})]
)
def test_for_the_site_for_all_or_off(site: Site, history: str, expected: set[str]) -> None:
    for day in range(1, 11):
        write(site, day, tags=["t", "x"])
    site.build(feed={"history": history})
    assert archived(site) == expected


def test_a_feed_of_the_operators_own_decides_for_itself(site: Site) -> None:
    feeds = {"old": {"history": True}, "new": {"history": False}, "as-all": {}}
    site.build(feed={"history": "off"}, feeds=feeds)
    assert archived(site) == {"old"}
    site.build(NOW + DAY, feed={"history": "all"}, feeds=feeds)
    assert archived(site) == {".", "tag/t", "old", "as-all"}


def complete(site: Site) -> list[bool]:
    return [feed.raw.find(f".//{FH}complete") is not None for feed in (site.feed("rss"), site.feed("atom"))]


def test_a_feed_that_fits_whole_says_so(site: Site) -> None:
    site.build(feed={"limit": 10})
    assert complete(site) == [True, True] and archived(site) == set()
    write(site, 11)
    site.build(NOW + DAY, feed={"limit": 10})
    assert complete(site) == [False, False] and archived(site) == {"."}
    site.build(NOW + DAY, feed={"limit": 10, "history": "off"})
    assert complete(site) == [False, False] and archived(site) == set()


def test_pages_are_numbered_from_the_oldest_and_lead_both_ways(site: Site) -> None:
    site.build()
    for file in FILES:
        pages = [read(site.out / "archive" / str(number) / file) for number in (1, 2, 3)]
        assert [set(page.titles) for page in pages] == [{"P1", "P2", "P3"}, {"P4", "P5", "P6"}, {"P7", "P8", "P9"}]
        address = f"{URL}/feeds/archive/{{}}/{file}"
        assert older(read(site.out / file)) == address.format(3)
        assert [older(page) for page in pages] == ["", address.format(1), address.format(2)]
        if file != "feed.json":
            assert [page.hrefs("next-archive") for page in pages] == [{address.format(2)}, {address.format(3)}, set()]
            assert all(page.hrefs("current") == {f"{URL}/feeds/{file}"} for page in pages)
            assert all(page.raw.find(f".//{FH}archive") is not None for page in pages)


@pytest.mark.parametrize("how", ["edited", "deleted", "withdrawn"])
def test_only_the_page_of_an_old_post_is_rewritten(site: Site, how: str) -> None:
    feed = {"history": "site", "tombstones": ""}
    for day in range(1, 11):
        write(site, day, tags=[])
    site.build(feed=feed)
    before = site.files()
    if how == "deleted":
        (site.content / "05.md").unlink()
    else:
        write(site, 5, "Other words.", tags=[], draft=how == "withdrawn")
    site.build(NOW + DAY, feed=feed)
    after = site.files()
    changed = {at for at in before if after.get(at) != before[at] and not at.endswith((".html", "opml.xml"))}
    assert changed == {f"archive/2/{file}" for file in FILES}
    assert set(before) == set(after)
    for file in FILES:
        page = read(site.out / "archive/2" / file)
        assert set(page.titles) == ({"P4", "P5", "P6"} if how == "edited" else {"P4", "P6"})


def test_a_post_of_the_past_goes_to_no_page_that_is_full(site: Site) -> None:
    site.build()
    before = site.files()
    write(site, 11, date="2026-05-02 12:00:00", title="Found late")
    site.build(NOW + DAY)
    after = site.files()
    assert {at: file for at, file in after.items() if "archive/" in at} == {
        at: file for at, file in before.items() if "archive/" in at
    }
    for feed in site.each():
        assert feed.titles == ["P10", "P9", "P8", "Found late"], "what is on no page yet stands in the feed itself"
