"""C57, C58, C59 and C66: which posts a feed holds."""

from __future__ import annotations

import pytest

from tests.faults.readers import documents, read
from tests.faults.site import DAY, NOW, Site

HIDDEN = {
    "draft": {"draft": True},
    "unpublished": {"published": False},
    "private": {"status": "private"},
    "members": {"visibility": "members"},
    "paid": {"visibility": "paid"},
    "not public": {"visibility": "private"},
}


def test_c57_pages_are_no_posts(site: Site) -> None:
    """The list of posts, the start page and the page of an error were entries of the feed."""
    site.post("_posts/2024-01-05-a.md", title="A", categories=["x"])
    for name in ("index.md", "blog/index.html", "404.html", "about.md", "archive.md", "README.md", "x/index.md"):
        site.post(name, title=f"Page {name}", layout="page")
    site.file("robots.txt", "User-agent: *\n")
    site.build(content={"dialect": "jekyll"})
    for feed in [*site.everywhere(), *site.everywhere("category:x")]:
        assert feed.titles == ["A"]


@pytest.mark.parametrize("kind", ["hugo", "zola", "plain"])
def test_c57_lists_of_other_generators_neither(site: Site, kind: str) -> None:
    """The page that lists a folder lies among its posts and looks like one."""
    fence, date = ("+++", 'date = "2024-01-05"') if kind == "zola" else ("---", "date: 2024-01-05")
    is_to = " = " if kind == "zola" else ": "
    folder = "" if kind == "plain" else "content/posts/"
    site.file(f"{folder}a.md", f'{fence}\ntitle{is_to}"A"\n{date}\n{fence}\nWords.\n')
    site.file(f"{folder}{'index' if kind == 'plain' else '_index'}.md", f'{fence}\ntitle{is_to}"List"\n{fence}\nAll.\n')
    site.build(content={"dialect": kind})
    for feed in site.everywhere():
        assert feed.titles == ["A"]


def test_c58_filter_then_sort_then_limit(site: Site) -> None:
    """The newest were counted before drafts went, or before they were sorted, so that feeds were short or old."""
    days = [7, 3, 9, 1, 10, 5, 2, 8, 4, 6]
    for number, day in enumerate(days):
        hidden = {"draft": True} if day in (10, 8) else {}
        site.post(f"{number}.md", title=f"Day {day}", tags=["t"], date=f"2024-01-{day:02} 10:00:00", **hidden)
    site.post("later.md", title="Later", tags=["t"], date="2026-07-01")
    site.post("over.md", title="Over", tags=["t"], date="2024-03-01", expires="2024-04-01")
    site.build(feed={"limit": 4})
    for feed in [*site.everywhere(), *site.everywhere("tag:t")]:
        assert feed.titles == ["Day 9", "Day 7", "Day 6", "Day 5"]


def test_c58_no_draft_leaks(site: Site) -> None:
    """Drafts were left out of the main feed and stood in those of their tags."""
    site.post("a.md", title="A", tags=["t"], date="2024-01-05")
    site.post("b.md", "SECRET", title="SECRET", tags=["t", "only"], author="Mallory", draft=True, date="2024-01-06")
    site.post("drafts/c.md", "SECRET", title="SECRET", tags=["t", "only"], date="2024-01-07")
    site.build(feed={"taxonomies": ["categories", "tags", "authors"]})
    written = [path for path in site.out.rglob("*") if path.is_file()]
    assert all(b"SECRET" not in path.read_bytes() and b"Mallory" not in path.read_bytes() for path in written)
    assert not [at for at in site.all() if "only" in at]


def test_c59_a_feed_without_posts_is_a_feed(site: Site) -> None:
    """Without posts there was no file, so that readers got an error and unsubscribed."""
    site.post("draft.md", title="D", draft=True, date="2024-01-05")
    site.build()
    before = [feed.own for feed in site.everywhere()]
    assert [feed.items for feed in site.everywhere()] == [()] * 4
    site.post("a.md", title="A", tags=["t"], date="2024-01-05")
    site.build()
    assert [feed.titles for feed in [*site.everywhere(), *site.everywhere("tag:t")]] == [["A"]] * 8
    (site.content / "a.md").unlink()
    site.build(now=NOW + DAY)
    assert [feed.own for feed in site.everywhere()] == before
    for feed in [*site.everywhere(), *site.everywhere("tag:t")]:
        assert feed.items == ()


@pytest.mark.parametrize("how", HIDDEN)
def test_c66_what_is_not_for_everybody_is_in_no_output(site: Site, how: str) -> None:
    """A post for members was in the public feed, and in what is told to other machines."""
    site.post("a.md", title="A", tags=["t"], date="2024-01-05")
    site.post(
        "b.md", "SECRET", title="SECRET", tags=["t", "hush"], audio="/SECRET.mp3", date="2024-01-06", **HIDDEN[how]
    )
    site.build(feed={"history": "all", "pages": True})
    for path in site.out.rglob("*"):
        if path.is_file():
            assert b"SECRET" not in path.read_bytes(), path
            assert b"hush" not in path.read_bytes(), path
    assert [read(path).titles for _at, path in documents(site.out)] == [["A"]] * 6


def test_c66_what_is_withdrawn_leaves_every_output(site: Site) -> None:
    """A post that became one for members stayed in the feeds of its terms."""
    site.post("a.md", title="A", tags=["t"], date="2024-01-05")
    site.post("b.md", "SECRET", title="SECRET", tags=["t"], date="2024-01-06")
    site.build(feed={"history": "all"})
    assert site.feed("rss", "tag:t").titles == ["SECRET", "A"]
    site.post("b.md", "SECRET", title="SECRET", tags=["t"], visibility="members", date="2024-01-06")
    site.build(now=NOW + DAY, feed={"history": "all"})
    for path in site.out.rglob("*"):
        if path.is_file():
            assert b"SECRET" not in path.read_bytes(), path


def test_c67_no_reader_ever_sees_half_a_feed(site: Site) -> None:
    """A reader that asked while the feed was being written got the beginning of it."""
    for number in range(40):
        site.post(f"{number}.md", "Words. " * 200, title=f"P{number}", tags=["t"], date="2024-01-05")
    site.build()
    held = {at: path.open("rb") for at, path in documents(site.out)}
    before = {at: path.read_bytes() for at, path in documents(site.out)}
    inodes = {at: path.stat().st_ino for at, path in documents(site.out)}
    for number in range(40):
        site.post(f"{number}.md", "Others. " * 100, title=f"P{number}", tags=["t"], date="2024-01-05")
    site.build(now=NOW + DAY)
    for at, path in documents(site.out):
        with held[at] as file:  # who had begun to read reads the old one to its end
            assert file.read() == before[at]
        assert path.stat().st_ino != inodes[at]
        assert len(read(path).items) == 20
