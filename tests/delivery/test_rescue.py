"""The last good version of a post whose file broke, taken back out of a published document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.site import Site, items

POST = "---\ntitle: {title}\ndate: 2026-01-{day:02} 12:00:00\ntags: [{tag}]\n---\n{body}\n"
BROKEN = "---\ntitle: [\ndate: 2026-01-04\n---\nBroken words.\n"
BODY = "*Good* words,\n\n    code &amp; <tags>\n\n和中文 ]]> &lt;."


def a_site(folder: Path, *options: str, **environ: str) -> Site:
    site = Site(folder / "site", folder / "out" / "feeds", ("--url", "https://example.org", *options), environ)
    for day in range(1, 4):
        site.post(f"{day}.md", POST.format(title=f"Post {day}", day=day, tag="red", body=f"Body {day}."))
    site.post("4.md", POST.format(title="Four", day=4, tag="blue", body=BODY))
    site.build()
    return site


def shown(site: Site, path: str, title: str = "Four") -> str:
    return next(item.html for item in items(site.out / path) if item.title == title)


def feed(form: str) -> str:
    return {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[form]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_from_one_format_to_all(form: str, tmp_path: Path) -> None:
    site = a_site(tmp_path, "--formats", form)
    before = shown(site, feed(form))
    site.post("4.md", BROKEN)
    site.options = (*site.options[:-1], "rss,atom,json")
    assert site.build("--full").code == 1
    assert [shown(site, feed(each)) for each in ("rss", "atom", "json")] == [before] * 3
    assert "words" in before and "Broken" not in before


def test_to_a_format_that_was_not_there(tmp_path: Path) -> None:
    site = a_site(tmp_path, "--formats", "rss")
    before = shown(site, "rss.xml")
    site.post("4.md", BROKEN)
    site.options = (*site.options[:-1], "json")
    site.build()
    assert shown(site, "feed.json") == before
    assert not (site.out / "rss.xml").exists()


def test_from_the_feed_of_its_tag_where_the_site_feed_shows_it_no_more(tmp_path: Path) -> None:
    site = a_site(tmp_path, "--limit", "3")
    for day in range(5, 8):
        site.post(f"{day}.md", POST.format(title=f"Post {day}", day=day, tag="red", body="Later."))
    site.build()
    assert "Four" not in [item.title for item in items(site.out / "rss.xml")]
    before = shown(site, "tag/blue/atom.xml")
    site.post("4.md", BROKEN)
    site.build("--full")
    assert shown(site, "tag/blue/atom.xml") == before


def test_from_the_history_where_no_feed_shows_it_any_more(tmp_path: Path) -> None:
    site = a_site(tmp_path, "--limit", "2")
    before = shown(site, "archive/1/atom.xml", "Post 1")
    assert "Post 1" not in [item.title for path in ("rss.xml", "tag/red/rss.xml") for item in items(site.out / path)]
    site.post("1.md", BROKEN)
    (site.content / "2.md").unlink()
    assert site.build().code == 1
    # its turn has come in the feed of its tag
    assert shown(site, "tag/red/rss.xml", "Post 1") == shown(site, "archive/1/rss.xml", "Post 1") == before


def test_a_post_that_is_nothing_but_a_title(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.post("4.md", POST.format(title="Four", day=4, tag="blue", body=""))
    site.build()
    assert shown(site, "atom.xml") == ""
    site.post("4.md", BROKEN)
    site.build("--full")
    assert shown(site, "atom.xml") == ""
    assert "Four" in [item.title for item in items(site.out / "tag/blue/feed.json")]


def test_one_that_broke_before_anybody_saw_it(tmp_path: Path) -> None:
    site = a_site(tmp_path, "--limit", "2", SYNDICATE_FEED__HISTORY="off")
    site.post("1.md", BROKEN)
    site.build()
    site.post("3.md", POST.format(title="Post 3", day=3, tag="blue", body="Body 3."))
    done = site.build()
    # its turn has come in the feed of its tag, and there is no version of it that could be shown
    assert [item.title for item in items(site.out / "tag/red/rss.xml")] == ["Post 2"]
    codes = {(problem["path"], problem["code"]) for problem in done.report["problems"]}
    assert ("1.md", "entry-failed") in codes
    again = site.build()
    assert again.written == 0 and again.report["problems"] == done.report["problems"]
    site.post("1.md", POST.format(title="Post 1", day=1, tag="red", body="Mended."))
    assert site.build().code == 0
    assert [item.title for item in items(site.out / "tag/red/rss.xml")] == ["Post 2", "Post 1"]


def test_a_document_that_was_tampered_with_is_no_source(tmp_path: Path) -> None:
    site = a_site(tmp_path, "--formats", "rss,json")
    before = shown(site, "rss.xml")
    for path in site.out.rglob("feed.json"):
        path.write_bytes(path.read_bytes().replace(b"words", b"lies!"))
    site.post("4.md", BROKEN)
    site.build("--full")
    assert shown(site, "feed.json") == before
