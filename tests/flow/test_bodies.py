"""What an entry is made from beside its own file: other posts, includes, media, built pages. All of it is noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from syndicate.model import Report, Severity
from tests.flow.site import Site, items
from tests.flow.test_kinds_of_site import build

JEKYLL = "url: https://example.org\ntitle: The Sea\ndrink: tea\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))
    made.post("_config.yml", JEKYLL)
    return made


def post(site: Site, name: str, body: str, more: str = "") -> Path:
    return site.post(f"_posts/2026-01-01-{name}.md", f"---\ntitle: {name}\n{more}---\n{body}\n")


def html(site: Site, title: str, path: str = "rss.xml") -> str:
    return next(item.html for item in items(site.out / path) if item.title == title)


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def test_a_link_follows_the_post_it_leads_to(site: Site) -> None:
    post(site, "a", "[there]({% post_url 2026-01-01-b %}) and [file](2026-01-01-b.md#x)")
    b = post(site, "b", "Words.", "permalink: /one/\n")
    build(site)
    assert 'href="https://example.org/one/"' in html(site, "a")
    assert 'href="https://example.org/one/#x"' in html(site, "a")
    b.write_text(b.read_text(encoding="utf-8").replace("/one/", "/two/"), encoding="utf-8")
    report = build(site)
    assert 'href="https://example.org/two/"' in html(site, "a")
    assert (report.parsed, report.rendered) == (1, 2)
    b.unlink()
    post(site, "c", "Else.")
    report = build(site)
    assert "https://example.org/two/" not in html(site, "a")
    assert (report.parsed, report.rendered) == (1, 2)


def test_an_include_and_the_configuration_make_all_anew(site: Site) -> None:
    post(site, "a", "{% include x.html %} with {{ site.drink }}")
    site.post("_includes/x.html", "*One*")
    build(site)
    assert html(site, "a") == "<p><em>One</em> with tea</p>"
    assert build(site).documents.written == 0
    site.post("_includes/x.html", "*Two*")
    report = build(site)
    assert html(site, "a") == "<p><em>Two</em> with tea</p>"
    assert (report.parsed, report.rendered) == (0, 1)
    site.post("_config.yml", JEKYLL.replace("tea", "milk"))
    build(site)
    assert html(site, "a") == "<p><em>Two</em> with milk</p>"


def test_what_is_not_known_is_told_once_a_kind(site: Site) -> None:
    for name in "abc":
        post(site, name, "{% theme_gallery x.png %} Words {{ page.title }}.")
    report = build(site)
    (problem,) = report.problems
    assert (problem.code, problem.path) == ("template-unknown", "_posts/2026-01-01-a.md")
    assert "theme_gallery" in problem.message and "2 more" in problem.message
    assert "{%" not in html(site, "c")
    assert build(site).problems == report.problems, "told until it is mended"
    post(site, "a", "Words.")
    post(site, "b", "Words.")
    (problem,) = build(site).problems
    assert problem.path == "_posts/2026-01-01-c.md" and "more" not in problem.message
    (site.content / "_posts/2026-01-01-c.md").unlink()
    assert codes(build(site)) == []


def attachment(site: Site) -> dict[str, Any]:
    (item,) = json.loads((site.out / "feed.json").read_text(encoding="utf-8"))["items"]
    return dict(item["attachments"][0])


def test_a_local_medium_is_measured_and_measured_again(site: Site) -> None:
    post(site, "a", "Listen.", "audio: /sound/a.mp3\n")
    build(site)
    assert attachment(site) == {"url": "https://example.org/sound/a.mp3", "mime_type": "audio/mpeg"}
    sound = site.post("sound/a.mp3", "x" * 1000)
    assert build(site).parsed == 1
    assert attachment(site)["size_in_bytes"] == 1000
    sound.write_text("x" * 2000, encoding="utf-8")
    assert build(site).parsed == 1
    assert attachment(site)["size_in_bytes"] == 2000
    assert build(site).parsed == 0
    sound.unlink()
    build(site)
    assert "size_in_bytes" not in attachment(site)


PAGE = """<!doctype html><html><head><title>A</title></head><body><nav>Home</nav>
<article><h1>a</h1><div class="post-content"><p>Built <a href="b.html">there</a>.{more}</p></div></article>
<footer>Bye</footer></body></html>"""


def test_bodies_out_of_built_pages(site: Site) -> None:
    post(site, "a", "Source {{ nothing }}.")
    post(site, "b", "Only source.")
    built: dict[str, Any] = {"content": {"body": "built"}}
    build(site, **built)
    assert html(site, "a") == "<p>Source .</p>"
    site.post("_site/2026/01/01/a.html", PAGE.format(more=""))
    report = build(site, **built)
    assert html(site, "a") == '<p>Built <a href="https://example.org/2026/01/01/b.html">there</a>.</p>'
    assert html(site, "b") == "<p>Only source.</p>"
    assert (report.parsed, report.rendered) == (2, 1), "the folder is new, so all posts are looked at again"
    assert build(site, **built).documents.written == 0
    site.post("_site/2026/01/01/a.html", PAGE.format(more=" More."))
    report = build(site, **built)
    assert "More." in html(site, "a")
    assert (report.parsed, report.rendered) == (1, 1)
    build(site)
    assert html(site, "a") == "<p>Source .</p>"


def test_where_in_a_built_page(site: Site) -> None:
    post(site, "a", "Source.")
    site.post("out/2026/01/01/a.html", '<article><p>Theme.</p><div id="mine"><p>Mine.</p></div></article>')
    build(site, content={"body": "built", "built": "out", "built_selectors": ["#mine"]})
    assert html(site, "a") == "<p>Mine.</p>"


def test_pages_that_nobody_has_built(site: Site) -> None:
    post(site, "a", "Source.")
    report = build(site, content={"body": "built", "built": "nowhere"})
    (problem,) = report.problems
    assert problem.code == "built-pages-missing" and "nowhere" in problem.message
    assert html(site, "a") == "<p>Source.</p>"


def test_profiles(site: Site) -> None:
    post(site, "a", '![A cup](/cup.png) <iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>')
    build(site)
    assert "<img" in html(site, "a") and "<iframe" not in html(site, "a") and "youtube" in html(site, "a")
    build(site, feed={"profile": "full"})
    assert "<iframe" in html(site, "a")
    build(site, feed={"profile": "plain"})
    assert "<img" not in html(site, "a") and "A cup" in html(site, "a")


def test_what_template_code_asks_of_its_file_follows_a_move(site: Site) -> None:
    path = post(site, "a", "{{ page.path }}", "permalink: /a/\n")
    build(site)
    path.rename(path.with_name("2026-01-01-b.md"))
    build(site)
    assert html(site, "a") == "<p>_posts/2026-01-01-b.md</p>"


def test_a_medium_in_another_of_its_places(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))
    site.post("hugo.toml", 'baseURL = "https://example.org/"\n')
    site.post("content/posts/a.md", "---\ntitle: a\ndate: 2026-01-01\naudio: /a.mp3\n---\nListen.\n")
    build(site)
    site.post("assets/a.mp3", "x" * 1000)
    build(site)
    assert attachment(site)["size_in_bytes"] == 1000
    site.post("static/a.mp3", "x" * 2000)
    build(site)
    assert attachment(site)["size_in_bytes"] == 2000, "the likelier place"
    assert build(site).parsed == 0


def test_what_cannot_be_used_is_looked_at_and_no_more(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.mp3").write_bytes(b"x" * 1000)
    (site.content / "sound").symlink_to(tmp_path / "elsewhere")
    post(site, "a", "Listen.", "audio: /sound/a.mp3\n")
    post(site, "b", "Look.", "image: /_posts/\naudio: /sound/%00.mp3\npermalink: /b%00b/\n")
    built: dict[str, Any] = {"content": {"body": "built", "built": "out"}}
    build(site, **built)
    again = build(site, **built)
    assert (again.parsed, again.documents.written) == (0, 0)


def test_a_built_page_in_another_of_its_places(site: Site) -> None:
    post(site, "a", "Source.", "permalink: /a\n")
    built: dict[str, Any] = {"content": {"body": "built", "built": "out"}}
    build(site, **built)
    site.post("out/a/index.html", PAGE.format(more=" In a folder."))
    build(site, **built)
    assert "In a folder." in html(site, "a")
    site.post("out/a.html", PAGE.format(more=" Alone."))
    build(site, **built)
    assert "Alone." in html(site, "a")


def test_a_built_page_that_cannot_be_read_is_told_of(site: Site) -> None:
    post(site, "a", "Source.")
    page = site.post("_site/2026/01/01/a.html", PAGE.format(more=""))
    page.write_bytes(page.read_bytes() + b"\xff")
    report = build(site, content={"body": "built"})
    (problem,) = report.problems
    assert (problem.code, problem.path) == ("encoding", "_site/2026/01/01/a.html")
    assert problem.severity is Severity.WARNING
    assert html(site, "a") == "<p>Source.</p>"


def test_links_between_files_whose_names_are_no_utf_8(site: Site) -> None:
    folder = os.fsencode(site.content) + b"/_posts/\xff\xe4\xb8"
    os.makedirs(folder)
    for name, body in (("a", "[b](2026-01-01-b.md)"), ("b", "Words.")):
        with open(folder + f"/2026-01-01-{name}.md".encode(), "w", encoding="utf-8") as file:
            file.write(f"---\ntitle: {name}\npermalink: /{name}/\n---\n{body}\n")
    build(site)
    assert 'href="https://example.org/b/"' in html(site, "a")


def test_built_pages_are_no_posts(tmp_path: Path) -> None:
    """Also where any HTML file would be one."""
    site = Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))
    site.post("a.md", "---\ntitle: a\ndate: 2026-01-01\npermalink: /a/\n---\nSource.\n")
    site.post("web/a/index.html", PAGE.format(more=""))
    assert build(site, content={"body": "built", "built": "web"}).seen == 1
    assert "Built" in html(site, "a")


def test_dates_in_template_code_follow_the_zone(site: Site) -> None:
    post(site, "a", "{{ page.date | date: '%H' }}", "date: 2026-01-01 12:00:00 +0000\npermalink: /a/\n")
    build(site)
    assert html(site, "a") == "<p>12</p>"
    build(site, site={"timezone": "Asia/Shanghai"})
    assert html(site, "a") == "<p>20</p>"


def test_another_dialect_has_other_templates(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))
    site.post("a.md", "---\ntitle: a\ndate: 2026-01-01\npermalink: /a/\n---\nA ==mark==.\n")
    build(site, content={"dialect": "plain"})
    assert html(site, "a") == "<p>A ==mark==.</p>"
    build(site, content={"dialect": "obsidian"})
    assert html(site, "a") == "<p>A <mark>mark</mark>.</p>"


def test_a_broken_post_is_not_read_again_for_its_media(site: Site) -> None:
    path = post(site, "a", "Listen.", "audio: /sound/a.mp3\n")
    build(site)
    path.write_text("---\ntitle: [\n---\nWords.\n", encoding="utf-8")
    site.post("sound/a.mp3", "x" * 1000)
    build(site)
    assert build(site).parsed == 0
    post(site, "a", "Listen.", "audio: /sound/a.mp3\n")
    build(site)
    assert attachment(site)["size_in_bytes"] == 1000


def test_a_built_page_in_which_the_post_is_not_found_is_told_of(site: Site) -> None:
    post(site, "a", "Source.")
    site.post("_site/2026/01/01/a.html", PAGE.format(more=""))
    report = build(site, content={"body": "built", "built_selectors": ["#not-there"]})
    assert codes(report) == ["page-without-post"]
    assert html(site, "a") == "<p>Source.</p>"
