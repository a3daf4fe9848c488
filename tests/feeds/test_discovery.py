"""The links by which feeds are found: which, in which order, and written so that nothing in a title breaks them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import html

from syndicate.feeds import discovery
from syndicate.feeds.directory import DECLARED, Row

SITE = "https://example.org"
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def a_row(key: str, title: str, taxonomy: str = "", label: str = "", formats: tuple[str, ...] = ("rss", "atom")) -> Row:
    urls = tuple((name, f"{SITE}/feeds/{len(key)}-{name}.xml") for name in formats)
    return Row(key, title, label or title, taxonomy, taxonomy, 3, None, urls)


ROWS = [
    a_row("site", "Harbour"),
    a_row("tag:金融", "金融 · Harbour", "tags", "金融"),
    a_row("tag:Go", "Go · Harbour", "tags", "Go"),
    a_row("tag:go", "go · Harbour", "tags", "go"),
    a_row("category:R&D", 'R&D <x> "q" · Harbour', "categories", "R&D"),
    a_row("feed:best", "Best of Harbour", DECLARED),
    a_row("fr/site", "Port"),
    a_row("fr/tag:a/b", "a/b · Port", "fr/tags", "a/b"),
]


def titles(rows: list[Row], key: str = "") -> list[str]:
    return [link.title for link in discovery.links(rows, discovery.feed(rows, key) if key else None)]


def test_a_page_names_its_own_feed_first_and_then_the_site_s() -> None:
    assert titles(ROWS) == ["Harbour (RSS)", "Harbour (Atom)"]
    assert titles(ROWS, "tag:金融") == [
        "金融 · Harbour (RSS)",
        "金融 · Harbour (Atom)",
        "Harbour (RSS)",
        "Harbour (Atom)",
    ]
    assert titles(ROWS, "feed:best")[::2] == ["Best of Harbour (RSS)", "Harbour (RSS)"]
    assert titles(ROWS, "site") == titles(ROWS)


def test_a_page_in_another_language_names_the_site_s_feed_in_it() -> None:
    assert titles(ROWS, "fr/tag:a/b")[::2] == ["a/b · Port (RSS)", "Port (RSS)"]
    assert titles(ROWS, "fr/site")[::2] == ["Port (RSS)"]


def test_titles_are_distinct_and_name_the_format_only_where_there_are_several() -> None:
    alike = [a_row("site", "Harbour", formats=("atom",)), a_row("tag:x", "Harbour", "tags", formats=("atom",))]
    assert titles(alike, "tag:x") == ["Harbour", "Harbour · site"]


def test_a_site_without_a_feed_of_its_own_has_no_links() -> None:
    assert discovery.links([]) == ()
    assert discovery.snippet(()) == ""


@pytest.mark.parametrize(
    ("key", "found"), [("tag:Go", "tag:Go"), ("tag:go", "tag:go"), ("SITE", "site"), ("tag:GO", None), ("x", None)]
)
def test_a_feed_is_known_by_its_key_and_in_any_case_where_only_one_is_meant(key: str, found: str | None) -> None:
    row = discovery.feed(ROWS, key)
    assert (row and row.key) == found


def test_the_snippet_is_read_as_it_is_meant() -> None:
    named = discovery.links(ROWS, discovery.feed(ROWS, "category:R&D"))
    head = html.document_fromstring(f"<head>{discovery.snippet(named)}</head>")
    read = [dict(link.attrib) for link in head.iter("link")]
    assert read == [{"rel": "alternate", "type": each.type, "title": each.title, "href": each.href} for each in named]
    assert [each["type"] for each in read] == [TYPES["rss"], TYPES["atom"]] * 2
    assert all(each["href"].startswith(SITE) for each in read)


def test_headers_say_the_same() -> None:
    named = discovery.links(ROWS, discovery.feed(ROWS, "tag:金融"))
    assert discovery.headers(named)[::2] == [
        f'Link: <{SITE}/feeds/6-rss.xml>; rel="alternate"; type="application/rss+xml"; '
        "title*=UTF-8''%E9%87%91%E8%9E%8D%20%C2%B7%20Harbour%20%28RSS%29",
        f'Link: <{SITE}/feeds/4-rss.xml>; rel="alternate"; type="application/rss+xml"; title="Harbour (RSS)"',
    ]


@pytest.mark.parametrize("text", ['a "b"', "back\\slash", "a\r\nSet-Cookie: x=y", "\x00\x7f", "a\x85b", "é"], ids=ascii)
def test_no_title_breaks_a_header(text: str) -> None:
    (line,) = discovery.headers(discovery.links([a_row("site", text, formats=("rss",))]))
    assert line.isascii() and line.isprintable()
    assert '"' not in line.partition("title")[2].strip('="')


def test_a_document_names_itself_and_its_hubs() -> None:
    named = discovery.of_document(f"{SITE}/rss.xml", ["https://hub.example/"])
    assert discovery.headers(named) == [
        f'Link: <{SITE}/rss.xml>; rel="self"',
        'Link: <https://hub.example/>; rel="hub"',
    ]


def test_the_data_has_every_feed_by_taxonomy_and_term() -> None:
    data = json.loads(discovery.data(ROWS))
    assert [link["title"] for link in data["site"]] == ["Harbour (RSS)", "Harbour (Atom)"]
    assert data["terms"]["tags"]["金融"][0] == {
        "title": "金融 · Harbour (RSS)",
        "type": "application/rss+xml",
        "href": f"{SITE}/feeds/6-rss.xml",
    }
    assert data["languages"]["fr"]["terms"]["tags"]["a/b"][0]["title"] == "a/b · Port (RSS)"
    assert data["languages"]["fr"]["site"][0]["title"] == "Port (RSS)"
    assert list(data["declared"]) == ["feed:best"]


def test_a_term_is_found_in_lower_case_unless_that_is_another_one() -> None:
    data = json.loads(discovery.data(ROWS))["terms"]
    assert data["tags"]["go"][0]["title"] == "go · Harbour (RSS)"
    assert data["tags"]["Go"][0]["title"] == "Go · Harbour (RSS)"
    assert data["categories"]["r&d"] == data["categories"]["R&D"]


def test_the_data_does_not_depend_on_chance() -> None:
    assert discovery.data(ROWS) == discovery.data([replace(row) for row in ROWS])


@pytest.mark.parametrize("generator", discovery.PARTIALS)
def test_a_partial_says_where_it_belongs_and_how_its_data_is_made(generator: str) -> None:
    text = discovery.partial(generator)
    assert "Keep this as " in text and "syndicate discover --data > " in text
