"""Sites in several languages: a set of feeds for each, crossed with its terms; translations know each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from syndicate.model import Report
from tests.flow.site import Site, atom_errors, items
from tests.flow.test_kinds_of_site import build

ENGLISH, GERMAN, FRENCH = (("en", "The sea"), ("de", "Das Meer"), ("fr", "La mer"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))


def write(site: Site, language: str, title: str, day: int = 1, tag: str = "water", more: str = "") -> None:
    lang = f"lang: {language}\n" if language else ""
    name = f"2026-01-{day:02}-sea.{language or 'none'}.md"
    site.post(name, f"---\ntitle: {title}\ndate: 2026-01-{day:02}\ntags: [{tag}]\n{lang}{more}---\n{title}.\n")


def titles(site: Site, path: str) -> list[str]:
    return [item.title for item in items(site.out / path)]


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def test_the_site_s_own_language_and_the_others(site: Site) -> None:
    for language, title in (ENGLISH, GERMAN, FRENCH, ("", "No language"), ("en-GB", "British")):
        write(site, language, title)
    report = build(site, site={"language": "en", "title": "News"})
    assert sorted(titles(site, "rss.xml")) == ["British", "No language", "The sea"]
    assert sorted(titles(site, "tag/water/rss.xml")) == ["British", "No language", "The sea"]
    assert titles(site, "de/rss.xml") == titles(site, "de/tag/water/atom.xml") == ["Das Meer"]
    assert titles(site, "fr/feed.json") == titles(site, "fr/tag/water/feed.json") == ["La mer"]
    assert codes(report) == []
    assert (report.seen, report.skipped, report.feeds) == (5, 0, 6)
    german = feedparser.parse((site.out / "de/atom.xml").read_bytes())
    assert (german.feed.title, german.feed.language) == ("News · de", "de")
    listed = [row["key"] for row in json.loads(site.run("feeds", "--json").out)]
    assert listed == ["site", "de/site", "de/tag:water", "fr/site", "fr/tag:water", "tag:water"]
    page = (site.out / "index.html").read_text(encoding="utf-8")
    assert "https://example.org/feeds/fr/tag/water/atom.xml" in page
    assert build(site, site={"language": "en", "title": "News"}).documents.written == 0


def test_mixed_by_the_settings_or_by_the_preset(site: Site) -> None:
    for language, title in (ENGLISH, GERMAN):
        write(site, language, title)
    build(site, site={"language": "en"}, feed={"languages": "mixed"})
    assert sorted(titles(site, "tag/water/rss.xml")) == ["Das Meer", "The sea"]
    assert not (site.out / "de").exists()
    build(site, site={"language": "en"}, feed={"preset": "jekyll"})
    assert sorted(titles(site, "feed/by_tag/water.xml")) == ["Das Meer", "The sea"]
    build(site, site={"language": "en"}, feed={"preset": "jekyll", "languages": "apart"})
    assert titles(site, "de/feed/by_tag/water.xml") == ["Das Meer"]


def test_apart_and_mixed_and_apart_again(site: Site) -> None:
    for language, title in (ENGLISH, GERMAN):
        write(site, language, title)
    build(site, site={"language": "en"})
    before = site.tree()
    build(site, site={"language": "en"}, feed={"languages": "mixed"})
    assert sorted(titles(site, "rss.xml")) == ["Das Meer", "The sea"]
    build(site, site={"language": "en"})
    assert site.tree() == before


def test_nobody_says_what_language_the_site_is_in(site: Site) -> None:
    """Then it is that of most posts, for good; and the same as if somebody had said it."""
    for day in (1, 2):
        write(site, "de", f"Das Meer {day}", day)
    write(site, "fr", "La mer")
    report = build(site)
    assert codes(report) == ["language-assumed"]
    assert titles(site, "rss.xml") == ["Das Meer 2", "Das Meer 1"]
    assert titles(site, "fr/tag/water/rss.xml") == ["La mer"]
    assert not (site.out / "de").exists()
    assert feedparser.parse((site.out / "rss.xml").read_bytes()).feed.language == "de"
    assert build(site).documents.written == 0
    for day in (3, 4, 5):
        write(site, "fr", f"La mer {day}", day)
    build(site)
    assert titles(site, "rss.xml") == ["Das Meer 2", "Das Meer 1"]


def test_what_is_the_site_s_language_is_all_the_same_language(site: Site) -> None:
    """As it is for a site that says it: `de-AT` and `de` are one, whenever a post is read."""
    for day, language in enumerate(("de", "de", "de-AT", "fr"), 1):
        write(site, language, f"Das Meer {day}", day)
    build(site)
    before = site.tree()
    assert titles(site, "rss.xml") == ["Das Meer 3", "Das Meer 2", "Das Meer 1"]
    assert not (site.out / "de-at").exists()
    page = (site.out / "index.html").read_text(encoding="utf-8")
    assert '<html lang="de"' in page
    build(site, content={"exclude": ["nothing"]})
    assert site.tree() == before, "read anew"


def test_one_language_alone_is_the_site_s(site: Site) -> None:
    write(site, "de", "Das Meer")
    write(site, "", "No language")
    report = build(site)
    assert codes(report) == []
    assert sorted(titles(site, "rss.xml")) == ["Das Meer", "No language"]
    assert not (site.out / "de").exists()


def test_a_post_that_changes_its_language(site: Site) -> None:
    for language, title in (ENGLISH, GERMAN):
        write(site, language, title)
    options: dict[str, Any] = {"site": {"language": "en"}}
    build(site, **options)
    path = site.content / "2026-01-01-sea.de.md"
    path.write_text(path.read_text(encoding="utf-8").replace("lang: de", "lang: en"), encoding="utf-8")
    build(site, **options)
    assert sorted(titles(site, "tag/water/rss.xml")) == ["Das Meer", "The sea"]
    assert titles(site, "de/rss.xml") == titles(site, "de/tag/water/rss.xml") == []


HUGO = """
baseURL: https://example.org/
title: The Sea
defaultContentLanguage: en
languages:
  en: {weight: 1}
  de: {weight: 2, title: Das Meer}
"""


def test_translations_in_every_format(site: Site) -> None:
    site.post("hugo.yaml", HUGO)
    site.post("content/posts/tide.md", "---\ntitle: Tide\ndate: 2026-01-01\ntags: [water]\n---\nUp.\n")
    site.post("content/posts/tide.de.md", "---\ntitle: Flut\ndate: 2026-01-01\ntags: [Wasser]\n---\nHoch.\n")
    build(site, content={"dialect": "auto"})
    assert titles(site, "rss.xml") == ["Tide"]
    assert titles(site, "de/tag/wasser/rss.xml") == ["Flut"]
    german = feedparser.parse((site.out / "de/rss.xml").read_bytes())
    assert german.feed.title == "Das Meer"
    there = "https://example.org/de/posts/tide/"
    atom = etree.parse(site.out / "atom.xml")
    links = atom.iterfind("{*}entry/{*}link[@rel='alternate']")
    assert [(link.get("href"), link.get("hreflang")) for link in links] == [
        ("https://example.org/posts/tide/", None),
        (there, "de"),
        ("https://example.org/posts/tide/", "en"),
    ]
    assert atom_errors(site.out / "atom.xml") == ""
    links = etree.parse(site.out / "rss.xml").iterfind("channel/item/{http://www.w3.org/2005/Atom}link")
    assert [(link.get("rel"), link.get("hreflang"), link.get("href")) for link in links] == [
        ("alternate", None, "https://example.org/posts/tide/"),
        ("alternate", "de", there),
        ("alternate", "en", "https://example.org/posts/tide/"),
    ]
    (item,) = json.loads((site.out / "feed.json").read_text(encoding="utf-8"))["items"]
    assert item["_translations"] == {"de": there}
    (site.content / "content/posts/tide.de.md").unlink()
    build(site)
    assert "hreflang" not in (site.out / "atom.xml").read_text(encoding="utf-8")
