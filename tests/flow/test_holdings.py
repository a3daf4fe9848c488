"""What feeds hold: which terms have one, how many entries of which age, how much of each, in how many bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.readers import Document, read
from tests.faults.site import DAY, NOW, URL, Site, codes

FILES = ("rss.xml", "atom.xml", "feed.json")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def posts(site: Site, count: int, words: int = 50, **fields: Any) -> None:
    """Posts of the days before NOW, the first of them the newest."""
    for number in range(1, count + 1):
        body = f"Opening of {number}.\n\n" + f"**word{number}** " * words
        site.post(f"{number}.md", body, title=f"P{number}", date=f"2026-05-{31 - number:02} 10:00:00", **fields)


def own(site: Site, name: str) -> list[Document]:
    """A feed of the operator's own, in the three formats."""
    return [read(site.out / name / file) for file in FILES]


def terms(site: Site) -> set[str]:
    return {path.parent.name for path in site.out.glob("tag/*/rss.xml")}


# -- which terms have a feed


def test_a_term_needs_so_many_posts_to_begin(site: Site) -> None:
    site.post("1.md", title="A", tags=["often", "once"], date="2026-05-01")
    site.post("2.md", title="B", tags=["often"], date="2026-05-02")
    site.build(feed={"min_posts": 2})
    assert terms(site) == {"often"}
    site.post("3.md", title="C", tags=["once"], date="2026-05-03")
    site.build(NOW + DAY, feed={"min_posts": 2})
    assert terms(site) == {"often", "once"}
    (site.content / "3.md").unlink()
    site.build(NOW + 2 * DAY, feed={"min_posts": 2})
    assert terms(site) == {"often", "once"}, "a feed that people read does not go for a post"


def test_a_term_that_sleeps_gets_no_feed_and_one_that_has_a_feed_keeps_it(site: Site) -> None:
    site.post("1.md", title="A", tags=["old"], date="2026-01-01")
    site.post("2.md", title="B", tags=["new"], date="2026-05-30")
    site.build(feed={"active_within": "30d"})
    assert terms(site) == {"new"}
    site.build(NOW + 99 * DAY, feed={"active_within": "30d"})
    assert terms(site) == {"new"}
    site.post("3.md", title="C", tags=["old"], date="2026-09-01")
    site.build(NOW + 99 * DAY, feed={"active_within": "30d"})
    assert terms(site) == {"new", "old"}


# -- how much of each entry


@pytest.mark.parametrize("content", ["full", "summary", "titles"])
def test_each_feed_may_carry_more_or_less_than_the_others(site: Site, content: str) -> None:
    posts(site, 2)
    site.build(feeds={"brief": {"content": content}})
    for feed in site.each():
        assert all(f"<strong>word{item.title[1:]}</strong>" in item.html for item in feed.items)
    for feed in own(site, "brief"):
        assert feed.titles == ["P1", "P2"]
        for item in feed.items:
            assert ("<strong>" in item.html) == (content == "full")
            told = f"Opening of {item.title[1:]}" in item.html + item.summary
            assert told == (content != "titles"), feed.data


def test_one_setting_for_all_and_another_for_one(site: Site) -> None:
    posts(site, 1)
    site.build(feed={"content": "titles"}, feeds={"long": {"content": "full"}})
    assert not any("word1" in feed.items[0].html for feed in site.each())
    assert all("word1" in feed.items[0].html for feed in own(site, "long"))


def test_a_feed_may_hold_plainer_html(site: Site) -> None:
    site.post("1.md", "Look:\n\n![A hill](/a.png)\n\n[There](https://example.net/)", title="A", date="2026-05-01")
    site.build(feeds={"plain": {"profile": "plain"}})
    assert all("<img" in feed.items[0].html for feed in site.each())
    for feed in own(site, "plain"):
        assert "<img" not in feed.items[0].html and "https://example.net/" in feed.items[0].html


# -- how many, how old, how large


def test_limits_by_count_and_age_are_each_feeds_own(site: Site) -> None:
    posts(site, 9)
    feeds = {"few": {"limit": 2}, "young": {"max_age": "4d"}, "few-young": {"limit": 1, "max_age": "4d"}}
    site.build(feeds=feeds)
    assert [len(feed.items) for feed in site.each()] == [9] * 3
    assert [feed.titles for feed in own(site, "few")] == [["P1", "P2"]] * 3
    assert [feed.titles for feed in own(site, "young")] == [["P1", "P2"]] * 3
    assert [feed.titles for feed in own(site, "few-young")] == [["P1"]] * 3
    site.build(NOW + DAY, feeds=feeds)
    assert [feed.titles for feed in own(site, "young")] == [["P1"]] * 3, "time alone lets entries go"


def test_a_byte_budget_shortens_the_oldest_and_drops_none(site: Site) -> None:
    posts(site, 9, words=300)
    site.build(feed={"max_bytes": 30_000})
    whole = []
    for feed in site.each():
        assert len(feed.data) <= 30_000
        assert len(feed.items) == 9
        assert all(f"Opening of {item.title[1:]}" in item.html + item.summary for item in feed.items)
        whole.append([item.title for item in feed.items if item.html.count("<strong>") == 300])
    assert 1 < len(whole[0]) < 8
    assert whole == [[f"P{number}" for number in range(1, len(whole[0]) + 1)]] * 3, "all formats say the same"
    before = site.files()
    assert site.build(NOW + 60, feed={"max_bytes": 30_000}).documents.written == 0
    assert site.files() == before
    site.build(NOW + 60, feed={"max_bytes": 0})
    assert all(item.html.count("<strong>") == 300 for feed in site.each() for item in feed.items)


def test_a_budget_that_cannot_be_met_is_told_and_nothing_is_left_out(site: Site) -> None:
    posts(site, 9, words=100)
    report = site.build(feed={"max_bytes": 2_000})
    assert "over-budget" in codes(report) and report.exit_code == 0
    assert all(len(feed.items) == 9 for feed in site.each())


def test_a_feed_may_have_a_budget_of_its_own(site: Site) -> None:
    posts(site, 9, words=300)
    site.build(feeds={"slim": {"max_bytes": 20_000}})
    assert all(item.html.count("<strong>") == 300 for feed in site.each() for item in feed.items)
    for feed in own(site, "slim"):
        assert len(feed.data) <= 20_000 and len(feed.items) == 9


def test_the_byte_budget_is_not_for_pages_of_history(site: Site) -> None:
    posts(site, 9, words=300)
    site.build(feed={"max_bytes": 10_000, "limit": 3})
    assert all(len(feed.data) <= 10_000 for feed in site.each())
    pages = [read(site.out / "archive" / number / file) for number in "123" for file in FILES]
    assert all(len(page.data) > 10_000 and len(page.items) == 3 for page in pages)
    assert all(item.html.count("<strong>") == 300 for page in pages for item in page.items)


# -- link posts


def test_a_link_post_leads_out_and_to_its_own_page_in_every_format(site: Site) -> None:
    there = "https://example.net/read?a=1&b=2"
    site.post("1.md", "Read this.", title="Found", date="2026-05-01", external_url=there)
    site.post("2.md", "My own.", title="Written", date="2026-05-02")
    site.build(feeds={"links": {"query": "has:external_url"}, "mine": {"query": "not has:external_url"}})
    for feed in site.each():
        assert feed.item("Found").url == (there if feed.form == "rss" else f"{URL}/1.html")
        assert feed.item("Found").id == f"{URL}/1.html"
    items = {item["title"]: item for item in site.feed("json").raw["items"]}
    assert items["Found"]["external_url"] == there and "external_url" not in items["Written"]
    entries = {each.findtext("{*}title"): each for each in site.feed("atom").raw.iter("{*}entry")}
    found = {title: entry.xpath("*[local-name()='link'][@rel='related']/@href") for title, entry in entries.items()}
    assert found == {"Found": [there], "Written": []}
    assert [feed.titles for feed in own(site, "links")] == [["Found"]] * 3
    assert [feed.titles for feed in own(site, "mine")] == [["Written"]] * 3


# -- digests


def test_a_digest_lists_its_posts_and_closes_with_its_day(site: Site) -> None:
    site.post("1.md", "A first.", title="Morning", date="2026-05-29 08:00:00")
    site.post("2.md", "A second.", title="Evening <late>", date="2026-05-29 20:00:00")
    site.post("3.md", "A third.", title="Today", date="2026-06-01 08:00:00")
    feeds = {"daily": {"digest": "daily"}}
    site.build(feeds=feeds)
    first = own(site, "daily")
    for feed in first:
        (entry,) = feed.items
        assert f'href="{URL}/1.html"' in entry.html and f'href="{URL}/2.html"' in entry.html
        assert "Evening &lt;late&gt;" in entry.html and "3.html" not in entry.html, "its day is not over"
    site.build(NOW + DAY, feeds=feeds)
    for before, feed in zip(first, own(site, "daily"), strict=True):
        assert len(feed.items) == 2
        assert feed.items[1] == before.items[0], "what is told is told for good"
        assert f'href="{URL}/3.html"' in feed.items[0].html
    site.post("2.md", "Edited.", title="Evening <late>", date="2026-05-29 20:00:00")
    site.build(NOW + 2 * DAY, feeds=feeds)
    assert {tuple(feed.ids[1:]) for feed in own(site, "daily")} == {tuple(first[0].ids)}, "an edit is no new entry"
