"""Which feeds there are, how they are called, and where their documents stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syndicate.feeds.plan import PRESETS, Plan, adapted
from syndicate.model import Term
from syndicate.settings import OwnFeed

FORMATS = ("rss", "atom", "json")
TAG = Term("tags", "C++ & 金融", "c-plus-plus-金融")
CATEGORY = Term("categories", "World News", "World News")
OWN = Term("", "weekly", "weekly")


def a_plan(named: str = "syndicate", /, **changes: Any) -> Plan:
    ordinary = Plan(
        PRESETS[named], "The Harbour", "https://example.org", "https://example.org" + PRESETS[named].base, FORMATS
    )
    return replace(ordinary, **changes)


def paths(plan: Plan, term: Term | None = None) -> list[str]:
    return [path for _, path in plan.feed(term).paths]


def test_paths_of_the_usual_preset() -> None:
    assert paths(a_plan()) == ["rss.xml", "atom.xml", "feed.json"]
    assert paths(a_plan(), TAG) == [f"tag/c-plus-plus-金融/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]
    assert paths(a_plan(), CATEGORY)[0] == "category/World News/rss.xml"


def test_paths_of_the_jekyll_preset() -> None:
    plan = a_plan("jekyll")
    assert paths(plan) == ["feed.rss", "feed.xml", "feed.json"]
    assert paths(plan, CATEGORY) == ["feed/World News.rss", "feed/World News.xml", "feed/World News.json"]
    assert paths(plan, TAG)[1] == "feed/by_tag/c-plus-plus-金融.xml"
    assert paths(plan, Term("authors", "Ada", "Ada"))[1] == "feed/by_author/Ada.xml"
    assert plan.url("feed.xml") == "https://example.org/feed.xml"


def test_only_the_formats_asked_for() -> None:
    assert a_plan(formats=("json", "rss")).feed(None).paths == (("json", "feed.json"), ("rss", "rss.xml"))


def test_templates_win_over_the_preset() -> None:
    plan = a_plan("jekyll", site_path="all/{format}.xml", term_path="by/{taxonomy}/{slug}.{format}")
    assert paths(plan)[0] == "all/rss.xml"
    assert paths(plan, CATEGORY)[1] == "by/category/World News.atom"


def test_names_are_spelled_raw_only_where_the_paths_hold_them() -> None:
    assert a_plan(slugs="pinyin").rule("tags") == "pinyin"
    assert a_plan("jekyll", slugs="pinyin").rule("tags") == "raw"
    assert a_plan("jekyll", term_path="t/{taxonomy}/{slug}/{file}").rule("categories") == "unicode"
    assert a_plan(term_path="t/{taxonomy}/{name}/{file}").rule("categories") == "raw"


def test_addresses_are_encoded_once() -> None:
    plan = a_plan()
    assert plan.url("tag/c-plus-plus-金融/rss.xml").endswith("/feeds/tag/c-plus-plus-%E9%87%91%E8%9E%8D/rss.xml")
    assert plan.url("feed/100% & #1?.xml") == "https://example.org/feeds/feed/100%25%20%26%20%231%3F.xml"


def test_the_title_carries_the_term_as_written() -> None:
    feed = a_plan().feed(TAG)
    assert feed.title == "C++ & 金融 · The Harbour"
    assert feed.key == "tag:C++ & 金融"
    assert "C++ & 金融" in feed.description and "tag" in feed.description


def test_the_site_has_its_own_title_and_description() -> None:
    feed = a_plan(description="All that floats.").feed(None)
    assert (feed.key, feed.title, feed.description, feed.term) == ("site", "The Harbour", "All that floats.", None)


def test_the_page_of_a_feed() -> None:
    assert a_plan().feed(TAG).home_url == "https://example.org/"
    assert a_plan().feed(TAG, "https://example.org/t/c/").home_url == "https://example.org/t/c/"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_path_of_a_preset_names_one_feed_in_one_format(preset: str) -> None:
    terms = [None, TAG, CATEGORY, Term("categories", TAG.name, TAG.slug), Term("authors", "Ada", "ada")]
    plan = a_plan(preset, formats=(*FORMATS, "html"))
    found = [path for term in (*terms, OWN) for path in paths(plan, term)]
    found += [plan.page_path(path, 1) for path in found if not path.endswith(".html")] + list(plan.pages)
    assert len({path.casefold() for path in found}) == len(found)
    urls = {plan.url(path) for path in found}
    assert len(urls) == len(found), "nor does any address"


@pytest.mark.parametrize("preset", PRESETS)
def test_no_page_of_ours_stands_where_a_page_of_the_site_may(preset: str) -> None:
    plan = a_plan(preset, formats=("html",))
    if plan.preset.base == "/":
        for term in (None, TAG, CATEGORY, OWN):
            assert paths(plan, term)[0].startswith(("feeds/", "feed/"))


def test_a_declared_feed() -> None:
    plan = a_plan(own={"weekly": OwnFeed(title="Once a week", description="Digest")})
    feed = plan.feed(OWN)
    assert (feed.key, feed.title, feed.description, feed.term) == ("feed:weekly", "Once a week", "Digest", None)
    assert paths(plan, OWN) == ["weekly/rss.xml", "weekly/atom.xml", "weekly/feed.json"]
    elsewhere = a_plan("pelican", own={"weekly": OwnFeed(path="feeds/{name}.{format}.xml")})
    assert paths(elsewhere, OWN)[1] == "feeds/weekly.atom.xml"
    assert a_plan().feed(OWN).title == "weekly · The Harbour"


def test_a_page_of_history_stands_beside_its_document() -> None:
    plan = a_plan()
    assert plan.page_path("rss.xml", 1) == "archive/1/rss.xml"
    assert plan.page_path("tag/x/feed.json", 12) == "tag/x/archive/12/feed.json"
    assert a_plan("wordpress").url(plan.page_path("feed/index.xml", 2)) == "https://example.org/feed/archive/2/"
    assert plan.reserves("archives", "1") and not plan.reserves("archives", "1999-2000")


def test_addresses_that_leave_out_the_index_file() -> None:
    plan = a_plan("wordpress")
    urls = [plan.url(path) for path in paths(plan)]
    assert urls == [f"https://example.org/feed/{rest}" for rest in ("", "atom/", "json/")]
    assert plan.url("feed/myindex.xml").endswith("/feed/myindex.xml")
    blogger = a_plan("blogger", formats=("atom",))
    assert blogger.url(paths(blogger)[0]) == "https://example.org/feeds/posts/default"


def test_the_paths_that_jekyll_feed_was_told_to_use() -> None:
    told = {"site": "atom/all.xml", "tag": "by-tag/{name}.xml"}
    plan = a_plan("jekyll", preset=adapted(PRESETS["jekyll"], told))
    assert paths(plan) == ["atom/all.rss", "atom/all.xml", "atom/all.json"]
    assert paths(plan, TAG)[1] == "by-tag/c-plus-plus-金融.xml"
    assert paths(plan, CATEGORY)[1] == "feed/World News.xml"
    assert plan.rule("tags") == "raw"
    assert adapted(PRESETS["syndicate"], told) == PRESETS["syndicate"], "who does not keep the addresses has ours"
    assert adapted(PRESETS["jekyll"], {}) == PRESETS["jekyll"]


def test_the_paths_that_other_generators_were_told_to_use() -> None:
    zola = a_plan("zola", preset=adapted(PRESETS["zola"], {"site": "news.xml"}, "zola"))
    assert paths(zola) == ["news.rss", "news.xml", "news.json"]
    assert paths(zola, TAG)[1] == "tags/c-plus-plus-金融/news.xml", "Zola calls them alike everywhere"
    pelican = a_plan("pelican", preset=adapted(PRESETS["pelican"], {"site": "feeds/news.atom.xml"}, "pelican"))
    assert paths(pelican) == ["feeds/news.rss.xml", "feeds/news.atom.xml", "feeds/news.json"]
    short = a_plan("pelican", preset=adapted(PRESETS["pelican"], {"site": "news.xml"}, "pelican"))
    assert paths(short) == ["news.rss", "news.xml", "news.json"]
    hexo = a_plan("hexo", preset=adapted(PRESETS["hexo"], {"site": "feed/rss2.xml"}, "hexo"))
    assert paths(hexo) == ["feed/rss2.xml", "feed/atom.xml", "feed/feed.json"]
    assert adapted(PRESETS["hexo"], {"site": "x.xml"}, "zola") == PRESETS["hexo"], "another generator's are not its"


def test_terms_are_called_as_on_the_site_where_the_preset_is_the_generators() -> None:
    def page(taxonomy: str, name: str) -> str:
        return f"https://example.org/{taxonomy}/{name.lower().replace(' ', '_')}/" if name != "none" else ""

    plan = a_plan("hugo", generator="hugo", term_url=page)
    assert plan.rule("tags") == "hugo"
    assert plan.slug("tags", "Deep Sea", lambda _: False) == "deep_sea"
    assert plan.slug("tags", "Deep Sea", lambda each: each == "deep_sea").startswith("deep_sea-"), "distinct, though"
    assert plan.slug("tags", "none", lambda _: False) == "none"
    assert plan.slug("tags", "a/b", lambda _: False) == "a-b", "a page in a folder of its own lends no slug"
    ugly = replace(plan, term_url=lambda _taxonomy, _name: "https://example.org/tag/caf%C3%A9.html")
    assert ugly.slug("tags", "Café", lambda _: False) == "café"
    evil = replace(plan, term_url=lambda _taxonomy, _name: "https://example.org/tag/%2e%2e%2f%2e%2e/")
    assert evil.slug("tags", "Café", lambda _: False) == "café"
    assert a_plan("hugo", generator="jekyll", term_url=page).rule("tags") == "unicode"
    assert a_plan("hugo", generator="hugo", slugs="pinyin").rule("tags") == "pinyin"


def test_further_addresses_of_a_feed() -> None:
    def slug(plan: Plan) -> str:
        return {"jekyll": "C++ & 金融"}.get(plan.preset.name, "c")

    plan = a_plan(also=(PRESETS["jekyll"], PRESETS["wordpress"]))
    site = [(each.form, each.url, each.path) for each in plan.addresses(plan.feed(None), slug)]
    assert site == [
        ("rss", "https://example.org/feed.rss", ""),
        ("atom", "https://example.org/feed.xml", ""),
        ("json", "https://example.org/feed.json", ""),
        ("rss", "https://example.org/feed/", ""),
        ("atom", "https://example.org/feed/atom/", ""),
        ("json", "https://example.org/feed/json/", ""),
    ]
    tag = [each.url for each in plan.addresses(plan.feed(TAG), slug)]
    assert tag[1] == "https://example.org/feed/by_tag/C%2B%2B%20%26%20%E9%87%91%E8%9E%8D.xml"
    assert tag[3] == "https://example.org/tag/c/feed/"


def test_further_addresses_below_the_output_folder_can_hold_copies() -> None:
    plan = a_plan("jekyll", also=(PRESETS["wordpress"], PRESETS["syndicate"], PRESETS["jekyll"]))
    found = plan.addresses(plan.feed(None, language="pt-br"), lambda _plan: "")
    assert [each.path for each in found] == [
        "pt-br/feed/index.xml", "pt-br/feed/atom/index.xml", "pt-br/feed/json/index.json",
        "feeds/pt-br/rss.xml", "feeds/pt-br/atom.xml", "feeds/pt-br/feed.json",
    ]  # fmt: skip
    only = replace(plan, formats=("atom",))
    assert {each.form for each in only.addresses(only.feed(None), lambda _plan: "")} == {"atom"}


def test_aliases_of_a_declared_feed() -> None:
    aliases = ("weekly.xml", "old/weekly.rss", "w/feed.json", "../../etc/passwd", "/abs.xml", "a/../b.xml", "a\nb.xml")
    plan = a_plan(own={"weekly": OwnFeed(aliases=aliases)})
    found = plan.addresses(plan.feed(OWN), lambda _plan: "")
    assert [(each.form, each.path) for each in found] == [
        ("atom", "weekly.xml"), ("rss", "old/weekly.rss"), ("json", "w/feed.json"),
    ]  # fmt: skip
