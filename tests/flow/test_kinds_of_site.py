"""Sites of many kinds, from folder to feeds: notes without settings, several folders, authors, futures, enemies."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from lxml import etree

import syndicate
from syndicate.errors import ConfigurationError
from syndicate.model import Report
from tests.flow.site import Site, addresses, atom_errors, items, relative_addresses, rubbish

URL = "https://example.org"
POST = "---\ntitle: {title}\ndate: {date} 12:00:00 +0000\n{more}---\nWords of {title}.\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", URL))


def post(title: str, date: str = "2026-01-01", **more: str) -> str:
    return POST.format(title=title, date=date, more="".join(f"{key}: {value}\n" for key, value in more.items()))


def build(site: Site, /, now: str = "2026-06-01", **sections: dict[str, Any]) -> Report:
    """A run in this process at noon of a day."""
    options = {**sections, "site": {"url": URL, **sections.get("site", {})}, "output": {"folder": str(site.out)}}
    moment = datetime.fromisoformat(f"{now}T12:00:00+00:00")
    return syndicate.build(str(site.content), options=options, now=int(moment.timestamp()))


def titles(site: Site, path: str = "rss.xml") -> list[str]:
    return [item.title for item in items(site.out / path)]


def feeds(site: Site) -> set[str]:
    """The folders that hold a feed, below the output."""
    found = (path.parent.relative_to(site.out).as_posix() for path in site.out.rglob("*.xml"))
    return set(found) - {"."}


# -- a folder of notes


def test_notes_without_settings_or_front_matter(site: Site) -> None:
    site.post("2026-01-05-on-tea.md", "# On *tea* & milk\n\nTea first.\n")
    site.post("2025/12/24/eve.md", "Nothing but a line.\n")
    site.post("undated.txt", "A < B\nand C\n")
    os.utime(site.content / "undated.txt", (1_600_000_000, 1_600_000_000))
    site.post("README.md", "# What this is\n")
    done = site.build()
    assert done.code == 0 and done.report["problems"] == []
    shown = {item.title: item for item in items(site.out / "feed.json")}
    assert {title: item.date for title, item in shown.items()} == {
        "On tea & milk": "2026-01-05T00:00:00",
        "eve": "2025-12-24T00:00:00",
        "undated": "2020-09-13T12:26:40",
    }
    assert shown["undated"].url == f"{URL}/undated.html"
    assert "A &lt; B" in shown["undated"].html
    assert list(shown) == ["On tea & milk", "eve", "undated"]


def test_the_time_a_note_was_first_seen_survives_an_edit(site: Site) -> None:
    note = site.post("note.md", "# Note\n\nOne.\n")
    os.utime(note, (1_600_000_000, 1_600_000_000))
    build(site)
    before = json.loads((site.out / "feed.json").read_text())["items"][0]
    note.write_text("# Note\n\nTwo.\n")
    os.utime(note, (1_700_000_000, 1_700_000_000))
    build(site)
    after = json.loads((site.out / "feed.json").read_text())["items"][0]
    assert "Two." in after["content_html"]
    assert after["date_published"] == before["date_published"] == "2020-09-13T12:26:40Z"
    assert after["id"] == before["id"]
    assert (before.get("date_modified"), after["date_modified"]) == ("2020-09-13T12:26:40Z", "2023-11-14T22:13:20Z")


def test_an_empty_folder_has_an_empty_feed(site: Site) -> None:
    site.content.mkdir()
    assert {problem.code for problem in build(site).problems} == {"no-posts"}
    assert titles(site, "rss.xml") == titles(site, "atom.xml") == titles(site, "feed.json") == []
    assert atom_errors(site.out / "atom.xml") == ""


# -- several folders


def test_several_folders(site: Site) -> None:
    site.post("blog/a.md", post("Blog", "2026-01-02", tags="x"))
    site.post("a much longer name/b.md", post("Notes", "2026-01-01", tags="x"))
    site.post("elsewhere/c.md", post("Not asked for"))
    site.post("blog/bad.md", "---\ntitle: [\n---\n")
    report = build(site, content={"folders": ["blog", "a much longer name/"]})
    assert titles(site) == titles(site, "tag/x/rss.xml") == ["Blog", "Notes"]
    assert [problem.path for problem in report.problems] == ["blog/bad.md"], "told where it lies in the site"
    assert build(site, content={"folders": ["blog", "a much longer name/"]}).parsed == 0


def test_the_first_folder_says_what_the_site_is(site: Site) -> None:
    site.post("blog/_config.yml", "title: The Blog\nurl: https://blog.example\n")
    site.post("blog/_posts/2026-01-01-a.md", "---\ntitle: A\n---\nSee [b](b.html).\n")
    site.post("a much longer name/b.md", post("B"))
    options = {"content": {"folders": ["blog", "a much longer name"]}, "output": {"folder": str(site.out)}}
    assert syndicate.build(str(site.content), options=options).problems == []
    feed = json.loads((site.out / "feed.json").read_text())
    assert feed["title"] == "The Blog"
    assert sorted(item["url"] for item in feed["items"]) == [
        "https://blog.example/2026/01/01/a.html",
        "https://blog.example/a%20much%20longer%20name/b.html",
    ]


def test_files_of_one_name_in_two_folders_are_two_posts(site: Site) -> None:
    site.post("blog/a.md", post("Blog", "2026-01-02"))
    site.post("notes/a.md", post("Notes", "2026-01-01"))
    assert build(site, content={"folders": ["blog", "notes"]}).problems == []
    feed = json.loads((site.out / "feed.json").read_text())
    assert [item["id"] for item in feed["items"]] == [
        "https://example.org/blog/a.html",
        "https://example.org/notes/a.html",
    ]


@pytest.mark.parametrize("names", [[".", "blog"], ["blog", "blog/deep"], ["blog", "./blog"]])
def test_a_folder_within_another_would_be_read_twice(site: Site, names: list[str]) -> None:
    site.post("blog/deep/a.md", post("A"))
    with pytest.raises(ConfigurationError, match="lies in"):
        build(site, content={"folders": names})


def test_folders_whose_names_begin_alike_are_apart(site: Site) -> None:
    site.post("blog/a.md", post("A"))
    site.post("blog2/b.md", post("B", "2026-01-02"))
    build(site, content={"folders": ["blog", "blog2"]})
    assert titles(site) == ["B", "A"]


# -- terms


def test_feeds_of_authors_by_one_line(site: Site) -> None:
    site.post("a.md", post("A", author="王小明", tags="x"))
    site.post("b.md", post("B", "2026-01-02", authors="[Ada, 王小明]"))
    site.post("syndicate.toml", '[feed]\ntaxonomies = ["categories", "tags", "authors"]\n')
    assert site.build().code == 0
    assert titles(site, "author/王小明/atom.xml") == ["B", "A"]
    assert titles(site, "author/ada/feed.json") == ["B"]
    assert "王小明 · " in (site.out / "author/王小明/rss.xml").read_text(encoding="utf-8")
    (site.content / "syndicate.toml").unlink()
    site.build()
    assert feeds(site) == {"tag/x"}, "a taxonomy that is no longer asked for goes with its documents"


def test_pinyin(site: Site) -> None:
    site.post("a.md", post("A", tags="[重庆, 银行, 事实, 实事]"))
    build(site, feed={"slugs": "pinyin"})
    found = feeds(site)
    assert {"tag/chong-qing", "tag/yin-hang", "tag/shi-shi"} < found
    assert len(found) == 4
    assert "重庆 · " in (site.out / "tag/chong-qing/rss.xml").read_text(encoding="utf-8")
    build(site)
    assert feeds(site) == {"tag/重庆", "tag/银行", "tag/事实", "tag/实事"}
    build(site, feed={"slugs": "pinyin"})
    assert feeds(site) == found, "each way of naming has its own frozen names"


def test_terms_that_differ_in_case_only(site: Site) -> None:
    site.post("a.md", post("A", tags="[Tag, tag, TAG, C, C++, 'C#']"))
    build(site)
    folders = feeds(site)
    assert len({folder.casefold() for folder in folders}) == 6
    named = {json.loads((site.out / folder / "feed.json").read_text())["title"] for folder in folders}
    assert named == {f"{name} · example.org" for name in ("Tag", "tag", "TAG", "C", "C++", "C#")}


def test_one_feed_never_overwrites_another(site: Site) -> None:
    site.post("a.md", post("A", tags="sea", categories="sea"))
    report = build(site, feed={"paths": {"term": "{slug}/{file}"}})
    assert [(problem.code, problem.severity) for problem in report.problems] == [("path-collision", "error")]
    assert "tag:sea" in report.problems[0].message
    assert titles(site, "sea/rss.xml") == ["A"]
    mended = build(site, feed={"paths": {"term": "{slug}/{file}"}, "taxonomies": ["tags"]})
    assert mended.problems == []
    assert "tag sea" in (site.out / "sea/rss.xml").read_text()


def test_no_feed_takes_the_place_of_the_list_of_feeds(site: Site) -> None:
    site.post("a.md", post("A", categories="opml"))
    for _ in range(2):
        report = build(site, feed={"preset": "jekyll"})
        assert report.problems == []
        assert b"<opml" in (site.out / "feed/opml.xml").read_bytes()
        assert len(list(site.out.glob("feed/opml-*.xml"))) == 1, "its name has something behind it"
    assert report.documents.written == 0


# -- formats and presets


def test_one_format_only(site: Site) -> None:
    site.post("a.md", post("A", tags="x"))
    build(site, feed={"formats": ["atom"]})
    pages = {"site.html", "tag/x/index.html"}
    assert set(site.tree()) == {"atom.xml", "index.html", "opml.xml", "tag/x/atom.xml"} | pages
    build(site, feed={"formats": ["atom"], "pages": False})
    assert set(site.tree()) == {"atom.xml", "index.html", "opml.xml", "tag/x/atom.xml"}
    assert atom_errors(site.out / "tag/x/atom.xml") == ""
    page = (site.out / "index.html").read_text()
    assert "feed.json" not in page and "rss.xml" not in page


def test_the_ids_of_jekyll_feed(site: Site) -> None:
    site.post("_config.yml", f"url: {URL}\nbaseurl: /blog\n")
    site.post(
        "_posts/2026-01-02-the-sea.md", "---\ntitle: Sea\ncategories: [World News]\ntags: [Deep Sea, a/b, .x]\n---\nx\n"
    )
    site.post("_posts/2026-01-01-tea.markdown", "---\ntitle: Tea\npermalink: /tea/\n---\nx\n")
    site.options = ("--preset", "jekyll")
    site.build()
    assert {item.title: item.id for item in items(site.out / "feed.xml")} == {
        "Sea": f"{URL}/blog/world%20news/2026/01/02/the-sea",
        "Tea": f"{URL}/blog/tea",
    }
    assert titles(site, "feed/World News.xml") == titles(site, "feed/by_tag/Deep Sea.json") == ["Sea"]
    assert titles(site, "feed/by_tag/a-b.rss") == titles(site, "feed/by_tag/dot-x.xml") == ["Sea"]
    assert 'href="https://example.org/blog/feed/World%20News.xml"' in (site.out / "feed/World News.xml").read_text()
    assert (site.out / "feed/index.html").is_file()
    assert not (site.out / "index.html").exists(), "the site's own page stands there"


def test_the_home_page_of_a_site_is_not_overwritten(site: Site) -> None:
    site.post("a.md", post("A"))
    site.out.mkdir(parents=True)
    home = site.out / "index.html"
    home.write_text("<!doctype html><title>Home</title>")
    for _ in range(2):
        report = build(site)
        assert [(problem.path, problem.code) for problem in report.problems] == [("index.html", "page-in-the-way")]
        assert home.read_text() == "<!doctype html><title>Home</title>"
    assert (report.documents.written, report.documents.unchanged) == (0, 5)
    assert (site.out / "opml.xml").is_file()
    home.unlink()
    assert build(site).problems == []
    assert "Syndicate" in home.read_text()


def test_our_own_page_is_known_again_without_the_state(site: Site) -> None:
    site.post("a.md", post("A"))
    build(site)
    for path in (site.out.parent / ".syndicate").iterdir():
        path.unlink()
    site.post("b.md", post("B"))
    assert build(site).problems == []
    assert "2 posts" in (site.out / "index.html").read_text()


# -- the future


def test_a_post_goes_live_between_two_runs(site: Site) -> None:
    site.post("now.md", post("Now", "2026-01-01", tags="old"))
    site.post("soon.md", post("Soon", "2026-03-01", tags="[old, coming]"))
    report = build(site, "2026-02-01")
    assert (report.seen, report.skipped) == (2, 1)
    assert titles(site) == titles(site, "tag/old/rss.xml") == ["Now"]
    assert feeds(site) == {"tag/old"}, "a term that nothing visible has, has no feed"
    assert "coming" not in (site.out / "index.html").read_text()
    assert build(site, "2026-02-28").documents.written == 0
    live = build(site, "2026-03-02")
    assert (live.parsed, live.rendered) == (0, 1)
    assert titles(site) == titles(site, "tag/old/atom.xml") == ["Soon", "Now"]
    assert titles(site, "tag/coming/feed.json") == ["Soon"]
    assert items(site.out / "rss.xml")[0].id == f"{URL}/soon.html"
    assert build(site, "2026-03-03").documents.written == 0


def test_a_feed_is_never_of_tomorrow(site: Site) -> None:
    site.post("now.md", post("Now", "2026-01-01"))
    site.post("soon.md", post("Soon", "2026-03-01"))
    build(site, "2026-02-01")
    assert "2026-03" not in (site.out / "rss.xml").read_text() + (site.out / "atom.xml").read_text()


def test_a_post_leaves_when_it_expires(site: Site) -> None:
    site.post("sale.md", post("Sale", "2026-01-01", tags="shop", expires="2026-02-01"))
    build(site, "2026-01-15")
    assert titles(site) == ["Sale"]
    assert build(site, "2026-02-02").parsed == 0
    assert titles(site) == titles(site, "tag/shop/rss.xml") == []


# -- enemies


CONTROLS = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 127, 0xFFFE]))


def hostile(site: Site) -> None:
    """Everything somebody could put into a folder to get out of it, or to break a reader."""
    site.post("good.md", post("Good", "2026-01-09", tags="good"))
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    site.post(
        "script.md",
        f"---\ntitle: '{script}'\ndate: 2026-01-08\nauthor: '{script}'\nsummary: '{script}'\n"
        f"tags: ['{script}', '../../etc/passwd', 'a]]>b']\n---\n"
        f"{script}\n[x](javascript:alert(3)) <a href='java&#10;script:alert(4)'>y</a>"
        "<svg onload=alert(5)><style>*{}</style>]]> <![CDATA[ z ]]> <iframe src='//evil.example'></iframe>\n",
    )
    escapes = 'title: "t\\u0007\\e[31m"\ndate: 2026-01-07\ntags: ["\\e]0;x\\a", "\\u202Eabc"]'
    site.post("control.md", f"---\n{escapes}\n---\nBody {CONTROLS} end.")
    site.post("half.md", '{"title": "\\ud800 half", "date": "2026-01-07", "tags": ["\\udfff"]}\n\nBody.\n')
    site.post("long.md", post("x" * 200_000, "2026-01-06"))
    site.post("longer.md", post("x" * 1_000_000, "2026-01-06"))
    site.post("tags.md", post("Tags", "2026-01-05", tags=json.dumps([f"tag {n}" for n in range(12)])))
    (site.content / "huge.md").touch()
    os.truncate(site.content / "huge.md", 64 * 1024 * 1024)
    (site.content / "latin.md").write_bytes("---\ntitle: Caf\xe9\n---\nx\n".encode("latin-1"))
    os.mkfifo(site.content / "pipe.md")
    os.symlink("/etc/passwd", site.content / "passwd.md")
    os.symlink("/etc", site.content / "etc")
    os.symlink("..", site.content / "up")
    (site.content / "dir.md").mkdir()
    (site.content / os.fsdecode(b"n\xff\x1b[31m.md")).write_text(post("Bytes", "2026-01-04"))
    (site.content / "bad\nname\x1b.md").write_text("---\ntitle: [\n---\n")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    site = Site(folder / "site", folder / "a/b/c/feeds", ("--url", URL, "--limit", "100"))
    hostile(site)
    return site, folder


def test_a_hostile_site(attacked: tuple[Site, Path]) -> None:
    site, folder = attacked
    done = site.build("-v")
    assert done.code == 1
    found = {(problem["path"], problem["code"]) for problem in done.report["problems"]}
    assert {
        ("huge.md", "file-too-large"),
        ("latin.md", "encoding"),
        ("pipe.md", "not-a-file"),
        ("passwd.md", "symlink-outside"),
        ("half.md", "front-matter-json"),
        ("longer.md", "front-matter-budget"),
    } < found
    assert any(path == "bad\\nname\\x1b.md" for path, _ in found)
    assert all(problem["message"].isprintable() for problem in done.report["problems"])
    assert titles(site, "tag/good/rss.xml") == ["Good"]
    assert [title[:20] for title in titles(site)] == [
        "Good", "<script>alert(1)</sc", "t[31m", "x" * 20, "Tags", "Bytes",
    ]  # fmt: skip
    written = {path.relative_to(folder).parts[0] for path in folder.rglob("*")}
    assert written == {"site", "a"}
    assert {path.name for path in (folder / "a/b/c").iterdir()} == {"feeds", ".syndicate"}
    assert [path for path in folder.rglob("*") if path.name == "passwd" or "root:" in path.name] == []


def is_harmless(path: Path) -> None:
    """A page runs nothing but its own script, from its own text, and leads nowhere but to the web."""
    page = lxml.html.fromstring(path.read_bytes())
    for element in page.iter(etree.Element):
        assert not [name for name in element.attrib if name.startswith("on")], path
        assert element.tag not in ("iframe", "object", "embed", "base", "form"), path
        assert not element.get("src", "").startswith("x"), path
    assert not [url for url in addresses(path.read_text("utf-8")) if "script:" in url.lower()], path
    scripts = [script.text_content() for script in page.iter("script")]
    assert len(scripts) <= 1 and not any("alert" in script for script in scripts), path
    assert "root:x:" not in path.read_text("utf-8")


def test_no_document_of_a_hostile_site_carries_its_weapons(attacked: tuple[Site, Path]) -> None:
    site, _ = attacked
    site.build()
    for path in sorted(site.out.rglob("*")):
        if path.is_dir() or path.name == "opml.xml":
            continue
        if path.suffix == ".html":
            is_harmless(path)
            continue
        for item in items(path):
            assert relative_addresses(item.html) == [] and rubbish(item.html) == [], path
            assert "javascript" not in item.html and "onerror=" not in item.html.replace("onerror=alert(2)&gt;", "")
            assert "root:x:" not in item.html
        assert len(path.read_bytes()) < 3_000_000
    assert atom_errors(site.out / "atom.xml") == ""
    page = (site.out / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<img src=x" not in page


def test_what_is_said_of_a_hostile_site_is_safe_on_a_terminal(attacked: tuple[Site, Path]) -> None:
    site, _ = attacked
    for done in (site.run("build", "-v"), site.run("feeds"), site.run("check", "-v")):
        assert done.code in (0, 1), done.err
        assert [line for line in (done.out + done.err).split("\n") if not line.replace("\t", "").isprintable()] == []


def test_a_hostile_site_is_the_same_every_time(attacked: tuple[Site, Path]) -> None:
    site, _ = attacked
    before = site.build().report
    tree = site.tree()
    again = site.build().report
    assert (again["documents"]["written"], again["problems"]) == (0, before["problems"])
    assert site.tree() == tree


def test_an_output_inside_the_content_is_not_read_as_content(site: Site) -> None:
    site.post("a.md", post("A"))
    inside = Site(site.content, site.content / "public/feeds", site.options)
    inside.build()
    (inside.out / "stray.md").write_text(post("Stray"))
    report = inside.build().report
    assert (report["seen"], report["documents"]["written"]) == (1, 0)


def test_who_reads_while_feeds_are_written_sees_whole_ones(site: Site) -> None:
    site.post("a.md", post("A"))
    build(site)
    with (site.out / "rss.xml").open("rb") as reader:
        start = reader.read(100)
        site.post("b.md", post("B", "2026-01-02"))
        build(site)
        assert b"</rss>" in reader.read() and start.startswith(b"<?xml")
    assert titles(site) == ["B", "A"]


def test_pages_of_an_earlier_output_folder_are_no_posts(site: Site) -> None:
    site.post("a.md", post("A"))
    for folder in ("public", "feeds"):
        options = {"site": {"url": "https://example.org"}, "output": {"folder": str(site.content / folder)}}
        syndicate.build(str(site.content), options=options)
    feed = json.loads((site.content / "feeds/feed.json").read_text())
    assert [item["title"] for item in feed["items"]] == ["A"]
