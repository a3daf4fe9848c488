"""Every feed of the sample site and of the example, in both presets: valid, complete, in agreement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flow.site import (
    NEWSROOM,
    SAMPLES,
    Site,
    atom_errors,
    items,
    relative_addresses,
    rubbish,
)

FINEWS = SAMPLES / "finews"
SITES = {
    "finews": (FINEWS, ("--url", "https://finews.withounder.com", "--limit", "100")),
    "newsroom": (NEWSROOM, ("--limit", "100")),
}


@pytest.fixture(scope="module", params=["finews", "newsroom"])
def name(request: pytest.FixtureRequest) -> str:
    if not SITES[request.param][0].is_dir():
        pytest.skip(f"SKIPPED: the sample {request.param} is not here")
    return request.param


@pytest.fixture(scope="module", params=["syndicate", "jekyll"])
def site(name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    content, options = SITES[name]
    made = Site(content, tmp_path_factory.mktemp(name) / "feeds", (*options, "--preset", request.param))
    made.build()
    return made


def test_there_are_feeds_and_each_has_three_formats(site: Site) -> None:
    feeds = list(site.feeds())
    assert len(feeds) > 5
    assert all({"rss", "atom", "json"} < set(feed) for feed in feeds)


def test_every_document_is_valid(site: Site) -> None:
    for feed in site.feeds():
        for form in ("rss", "atom", "json"):
            assert items(feed[form]) or feed["key"], feed["key"]
        assert atom_errors(feed["atom"]) == "", feed["key"]


def test_the_formats_of_a_feed_agree(site: Site) -> None:
    def essence(path: Path) -> list[tuple[str, str, str, object]]:
        return [(item.id, item.title, item.date, item.enclosure) for item in items(path)]

    for feed in site.feeds():
        assert essence(feed["rss"]) == essence(feed["atom"]) == essence(feed["json"]), feed["key"]


def test_newest_comes_first_and_no_id_comes_twice(site: Site) -> None:
    for feed in site.feeds():
        listed = items(feed["atom"])
        assert [item.date for item in listed] == sorted((item.date for item in listed), reverse=True)
        assert len({item.id for item in listed}) == len(listed)


def test_no_address_is_relative_and_nothing_is_rubbish(site: Site) -> None:
    for feed in site.feeds():
        for form in ("rss", "atom", "json"):
            for item in items(feed[form]):
                assert relative_addresses(item.html) == [], (feed["key"], item.id)
                assert rubbish(item.html) == [], (feed["key"], item.id)
                assert item.url.startswith("https://")


def test_the_second_run_opens_no_post_and_writes_nothing(site: Site) -> None:
    report = site.build().report
    assert (report["parsed"], report["rendered"], report["documents"]["written"]) == (0, 0, 0)


# -- the news site, post by post, read by something simpler than what is tested


def dated_posts() -> dict[str, tuple[str, str, str]]:
    """Title → (date, category, tag) of every post in `_posts` with a date, by plain text search."""
    found = {}
    for path in sorted((FINEWS / "_posts").iterdir()):
        head = path.read_text(encoding="utf-8").split("---")[1]
        values = dict(re.findall(r"^(\w+): *(.*)$", head, re.MULTILINE))
        if re.match(r"\d{4}-\d\d-\d\d \d\d:", values["date"]):
            found[values["title"].strip('"')] = (values["date"], values["categories"], values["tags"])
    return found


@pytest.fixture(scope="module")
def finews(tmp_path_factory: pytest.TempPathFactory) -> Site:
    if not FINEWS.is_dir():
        pytest.skip("SKIPPED: the sample finews is not here")
    made = Site(FINEWS, tmp_path_factory.mktemp("finews") / "feeds", SITES["finews"][1])
    made.build()
    return made


def in_shanghai(date: str) -> str:
    """What a date in the front matter is in UTC: all of them are local to Shanghai, zone or not."""
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(date[:19]) - timedelta(hours=8)).isoformat()


def test_every_dated_post_is_in_the_site_feed_its_category_and_its_tag(finews: Site) -> None:
    expected = dated_posts()
    assert len(expected) == 43
    by_key = {feed["key"]: feed for feed in finews.feeds()}
    for title, (date, category, tag) in expected.items():
        for key in ("site", f"category:{category}", f"tag:{tag}"):
            for form in ("rss", "atom", "json"):
                shown = {item.title: item.date for item in items(by_key[key][form])}
                assert shown.get(title) == in_shanghai(date), (title, key, form)


def test_the_post_without_a_date_is_reported_by_name(finews: Site) -> None:
    report = finews.build().report
    errors = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert [problem["path"] for problem in errors] == ["_posts/-202205262391921712.md"]
    assert errors[0]["line"] == 4
    assert report["skipped"] == 1


def test_footers_lead_somewhere(finews: Site) -> None:
    html = {item.title: item.html for item in items(finews.out / "feed.json")}
    article = html["以生龙活虎的干劲抓好“疏整促”和生态环境建设"]
    assert 'href="https://finews.withounder.com/category/beijingwanbao.html"' in article
    digest = html["在岸人民币兑美元升至2018年5月以来新高 现报6.3565。"]
    assert 'href="https://finews.withounder.com/emnews/2021/12/emnews/"' in digest


def test_a_dated_copy_of_the_undated_post_comes_out_clean(finews: Site, tmp_path: Path) -> None:
    text = (FINEWS / "_posts" / "-202205262391921712.md").read_text(encoding="utf-8")
    copy = Site(tmp_path / "site", tmp_path / "feeds", ("--url", "https://finews.withounder.com"))
    copy.post("_config.yml", (FINEWS / "_config.yml").read_text(encoding="utf-8"))
    copy.post(
        "_posts/2022-05-26-202205262391921712.md", text.replace("date:  +0800", "date: 2022-05-26 10:00:00 +0800")
    )
    copy.build()
    (item,) = items(copy.out / "feed.json")
    assert rubbish(item.html) == []
    assert relative_addresses(item.html) == []
    assert "HFO-1234yf" in item.html
    assert "EM_StockImg" not in item.html
    assert item.title != ""
