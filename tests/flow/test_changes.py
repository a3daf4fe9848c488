"""One post added, edited, moved, deleted: only the documents it touches are written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.flow.site import Site, items

PAGES = 2
"""The page of all feeds and the OPML, which tell counts and dates."""

EACH = 4
"""The documents of a feed: three formats and its page for people, which its history goes without."""


def post(title: str, date: str, tags: str = "[]", body: str = "Words.") -> str:
    return f"---\ntitle: {title}\ndate: {date} 12:00:00 +0000\ncategories: news\ntags: {tags}\n---\n{body}\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "feeds", ("--url", "https://example.org", "--limit", "3"))
    made.post("_config.yml", "title: Small\n")
    made.post("_posts/2026-01-01-one.md", post("One", "2026-01-01", "[red]"))
    made.post("_posts/2026-01-02-two.md", post("Two", "2026-01-02", "[red, blue]"))
    made.post("_posts/2026-01-03-three.md", post("Three", "2026-01-03", "[blue]"))
    made.post("_posts/2026-01-04-four.md", post("Four", "2026-01-04", "[green]"))
    first = made.build()
    assert first.written == 5 * EACH + 3 + PAGES  # the site, news, red, blue, green; a page of the site's history
    return made


def titles(site: Site, path: str) -> list[str]:
    return [item.title for item in items(site.out / path)]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def folders(paths: set[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in paths if path not in ("index.html", "opml.xml")}


def test_adding_one(site: Site) -> None:
    before = site.tree()
    site.post("_posts/2026-01-05-five.md", post("Five", "2026-01-05", "[red]"))
    report = site.build().report
    assert (report["added"], report["parsed"], report["rendered"]) == (1, 1, 1)
    assert report["documents"]["written"] == 3 * EACH + PAGES
    assert folders(changed(before, site.tree())) == {"", "category/news", "tag/red"}
    assert titles(site, "rss.xml") == ["Five", "Four", "Three"]


def test_editing_one(site: Site) -> None:
    before = site.tree()
    site.post("_posts/2026-01-04-four.md", post("Four", "2026-01-04", "[green]", "Other words."))
    report = site.build().report
    assert (report["changed"], report["parsed"], report["rendered"]) == (1, 1, 1)
    assert folders(changed(before, site.tree())) == {"", "category/news", "tag/green"}
    assert "Other words." in items(site.out / "atom.xml")[0].html


def test_editing_an_old_one_writes_its_page_of_history_and_nothing_else(site: Site) -> None:
    for day, name, tag in ((5, "Five", "red"), (6, "Six", "red"), (7, "Seven", "red")):
        site.post(f"_posts/2026-01-0{day}-{name}.md", post(name, f"2026-01-0{day}", f"[{tag}]"))
    site.build()
    before = site.tree()
    site.post("_posts/2026-01-01-one.md", post("One", "2026-01-01", "[red]", "Seldom seen."))
    report = site.build().report
    assert (report["changed"], report["parsed"], report["rendered"]) == (1, 1, 1)
    documents = {f"archive/1/{name}" for name in ("rss.xml", "atom.xml", "feed.json")}
    assert changed(before, site.tree()) == documents
    assert report["documents"]["written"] == 3
    for path in documents:
        assert "Seldom seen." in items(site.out / path)[-1].html


def test_editing_one_that_no_feed_shows_any_more(site: Site) -> None:
    site.environ = {"SYNDICATE_FEED__HISTORY": "off"}
    site.post("_posts/2026-01-05-five.md", post("Five", "2026-01-05", "[red]"))
    site.post("_posts/2026-01-06-six.md", post("Six", "2026-01-06", "[red]"))
    site.post("_posts/2026-01-07-seven.md", post("Seven", "2026-01-07", "[red]"))
    site.build()
    site.post("_posts/2026-01-01-one.md", post("One", "2026-01-01", "[red]", "Nobody sees this."))
    report = site.build().report
    assert (report["changed"], report["parsed"], report["rendered"], report["documents"]["written"]) == (1, 1, 0, 0)


def test_a_touched_file_with_the_same_bytes(site: Site) -> None:
    path = site.content / "_posts/2026-01-04-four.md"
    path.write_bytes(path.read_bytes())
    report = site.build().report
    assert (report["rendered"], report["documents"]["written"]) == (0, 0)


def test_moving_one_keeps_its_id(site: Site) -> None:
    before = {item.title: item.id for item in items(site.out / "rss.xml")}
    (site.content / "city" / "_posts").mkdir(parents=True)
    (site.content / "_posts/2026-01-04-four.md").rename(site.content / "city/_posts/2026-01-04-four.md")
    report = site.build().report
    assert (report["added"], report["removed"]) == (1, 1)
    after = {item.title: item.id for item in items(site.out / "rss.xml")}
    assert after == before
    # the folder above _posts is a category of its own
    assert titles(site, "category/city/rss.xml") == ["Four"]
    assert items(site.out / "category/city/rss.xml")[0].url == "https://example.org/city/news/2026/01/04/four.html"


def test_changing_the_terms(site: Site) -> None:
    before = site.tree()
    site.post("_posts/2026-01-03-three.md", post("Three", "2026-01-03", "[green]"))
    site.build()
    assert folders(changed(before, site.tree())) == {"", "archive/1", "category/news", "tag/blue", "tag/green"}
    assert titles(site, "tag/green/rss.xml") == ["Four", "Three"]
    assert titles(site, "tag/blue/rss.xml") == ["Two"]


def test_deleting_one_and_the_last_of_its_tag(site: Site) -> None:
    before = site.tree()
    (site.content / "_posts/2026-01-04-four.md").unlink()
    report = site.build().report
    assert (report["removed"], report["parsed"]) == (1, 0)
    assert report["rendered"] == 1, "the one that takes its place"
    assert folders(changed(before, site.tree())) == {"", "category/news", "tag/green"}
    for form in ("rss.xml", "atom.xml", "feed.json"):
        assert titles(site, form) == ["Three", "Two", "One"]
        assert items(site.out / "tag/green" / form) == [], "kept, empty and valid"
    listed = {feed["key"] for feed in site.feeds()}
    assert "tag:green" in listed


def test_a_deleted_post_comes_back_as_what_it_was(site: Site) -> None:
    path = site.content / "_posts/2026-01-04-four.md"
    before, text = items(site.out / "rss.xml")[0].id, path.read_text()
    path.unlink()
    site.build()
    path.write_text(text)
    site.build()
    assert items(site.out / "rss.xml")[0].id == before


def test_a_post_that_breaks_stays_and_is_told_of_at_every_run(site: Site) -> None:
    before = site.tree()
    path = site.content / "_posts/2026-01-04-four.md"
    path.write_text("---\ntitle: [\ndate: 2026-01-04\n---\nNew words.\n")
    for _ in range(2):
        done = site.build()
        assert done.code == 1
        (problem,) = done.report["problems"]
        assert (problem["path"], problem["line"], problem["severity"]) == ("_posts/2026-01-04-four.md", 2, "error")
        assert problem["message"].endswith("Until then the last good version stays in the feeds.")
        assert site.tree() == before
    site.post("_posts/2026-01-05-five.md", post("Five", "2026-01-05"))
    site.build("--full")
    shown = items(site.out / "rss.xml")
    assert [item.title for item in shown] == ["Five", "Four", "Three"], "the last good version stands in"
    assert "Words." in shown[1].html
    path.write_text(post("Four", "2026-01-04", "[green]", "Mended."))
    assert site.build().report["problems"] == []
    assert "Mended." in items(site.out / "rss.xml")[1].html


def test_posts_whose_files_are_emptied_stay_as_they_were(site: Site) -> None:
    before = site.tree()
    for path in (site.content / "_posts").iterdir():
        path.write_bytes(b"")
        os.utime(path, (1_600_000_000, 1_600_000_000))
    done = site.build()
    assert {problem["code"] for problem in done.report["problems"]} == {"file-empty"}
    assert site.tree() == before


def test_a_draft_leaves_at_once_even_when_its_front_matter_is_broken(site: Site) -> None:
    (site.content / "_posts/2026-01-04-four.md").write_text("---\ntitle: [\npublished: false\n---\nNew words.\n")
    site.build()
    assert titles(site, "rss.xml") == ["Three", "Two", "One"]


def test_a_document_that_somebody_removed_or_changed_is_made_anew(site: Site) -> None:
    before = site.tree()
    (site.out / "rss.xml").unlink()
    (site.out / "tag/red/feed.json").write_text("{}")
    report = site.build().report
    assert report["documents"]["written"] == 2
    assert site.tree() == before


@pytest.mark.parametrize("lost", ["rss.xml", "atom.xml", "feed.json"])
def test_what_one_format_has_lost_and_others_have_is_made_anew_for_it(site: Site, lost: str) -> None:
    site.post("_posts/2026-01-05-five.md", post("Five", "2026-01-05", "[red]"))
    for folder in ("", "tag/red/"):
        (site.out / f"{folder}{lost}").unlink()
    site.build()
    assert titles(site, "rss.xml") == ["Five", "Four", "Three"]
    made = site.tree()
    site.build("--full")
    assert site.tree() == made


def test_a_folder_that_lost_all_its_posts_changes_nothing(site: Site) -> None:
    before = site.tree()
    (site.content / "_posts").rename(site.content / "elsewhere")
    done = site.run("build")
    assert done.code == 2
    assert "--accept-deletions" in done.err
    assert site.tree() == before


def test_a_folder_that_is_not_there(site: Site) -> None:
    before = site.tree()
    site.content.rename(site.content.with_name("away"))
    assert site.run("build").code == 2
    assert site.tree() == before


def test_only_one_feed(site: Site) -> None:
    site.post("_posts/2026-01-05-five.md", post("Five", "2026-01-05", "[red]"))
    report = site.build("--feed", "tag:red").report
    assert report["documents"]["written"] == EACH + PAGES
    assert titles(site, "tag/red/rss.xml")[0] == "Five"
    assert titles(site, "rss.xml")[0] == "Four"
    site.build()
    assert titles(site, "rss.xml")[0] == "Five"
    wrong = site.run("build", "--feed", "tag:rde")
    assert wrong.code == 2


def test_other_paths_take_the_old_documents_away_and_nothing_else(site: Site) -> None:
    (site.out / "mine.txt").write_text("not ours")
    site.build("--preset", "jekyll")
    assert titles(site, "feed.xml") == ["Four", "Three", "Two"]
    assert titles(site, "feed/news.xml") == ["Four", "Three", "Two"]
    assert not (site.out / "atom.xml").exists()
    assert not (site.out / "tag").exists()
    assert (site.out / "mine.txt").exists()


def test_ids_survive_a_new_domain(site: Site) -> None:
    before = [item.id for item in items(site.out / "rss.xml")]
    site.options = ("--url", "https://example.com", "--limit", "3")
    site.build()
    shown = items(site.out / "rss.xml")
    assert [item.id for item in shown] == before
    assert all(item.url.startswith("https://example.com/") for item in shown)


@pytest.mark.parametrize("options", [(), ("--url", "https://example.org")])
def test_a_broken_configuration_of_the_site_changes_nothing(options: tuple[str, ...], site: Site) -> None:
    before = site.tree()
    site.options = (*options, "--limit", "3")
    site.post("_config.yml", 'title: "A "small" site"\nurl: https://example.org\n')
    done = site.run("build")
    assert done.code == 2
    assert "_config.yml:1" in done.err
    assert "Quotation marks" in done.err
    assert site.tree() == before


def test_a_damaged_state_is_an_error_and_the_feeds_stay(site: Site) -> None:
    before = site.tree()
    state = site.out.parent / ".syndicate" / "feeds.db"
    whole = state.read_bytes()
    state.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    for command in ("build", "feeds"):
        done = site.run(command)
        assert done.code == 2, (command, done.out)
        assert "Traceback" not in done.err
        assert "move it away" in done.err
    assert site.tree() == before


def test_a_state_file_among_the_posts_hides_none_of_them(site: Site) -> None:
    site.options = (*site.options, "--state", str(site.content / "_posts" / "state.db"))
    assert site.build().report["seen"] == 4


def test_the_list_of_feeds_names_what_is_there(site: Site) -> None:
    """Also where only one feed has been built with other paths."""
    site.post("config/syndicate.toml", '[feed.paths]\nterm = "t/{taxonomy}/{slug}/{file}"\n')
    site.build("--feed", "tag:red")
    outlines = (site.out / "opml.xml").read_text()
    assert "/feeds/t/tag/red/rss.xml" in outlines
    assert "/feeds/tag/blue/rss.xml" in outlines
    for feed in site.feeds():
        assert feed["rss"].is_file()


def test_what_could_not_be_read_by_new_rules_is_read_later(site: Site) -> None:
    """A folder that is out of reach while a setting changes: here because its path has become too long."""
    room = 4096 - len(os.fsencode(site.content)) - 100
    names = ["d" * 200] * (room // 201)
    folder = site.content.joinpath(*names, "_posts")
    folder.mkdir(parents=True)
    (folder / "2026-01-09-nine.md").write_text("---\ntitle: Nine\ndate: 2026-01-09 12:00:00\n---\nWords.\n")
    site.build()
    assert items(site.out / "rss.xml")[0].date == "2026-01-09T12:00:00"
    near, far = site.content, site.content.with_name("s" * 250)
    site.content = near.rename(far)
    report = site.build("--timezone", "Asia/Shanghai").report
    # the zone is part of what entries are made with, and one of them cannot be made just now
    assert [problem["code"] for problem in report["problems"]] == ["folder-unreadable", "file-changing"]
    site.content = far.rename(near)
    site.build("--timezone", "Asia/Shanghai")
    assert items(site.out / "rss.xml")[0].date == "2026-01-09T04:00:00"
