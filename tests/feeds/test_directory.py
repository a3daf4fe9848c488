"""The page of all feeds and the OPML: complete, deterministic, safe with any title, on their own."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from syndicate.feeds._index_page import legal
from syndicate.feeds.directory import DECLARED, Row, declared_label, item, opml, page

SITE = "https://example.org/"
HOSTILE = ["<script>alert(1)</script>", "\"&'", "</style><b>", "a\x00b\x1bc", "\ud83d lone", "{{ 7 * 7 }}", "  "]


def addresses(path: str, formats: tuple[str, ...] = ("rss", "atom", "json")) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{SITE}feeds/{path}{name}.xml") for name in formats)


def a_row(label: str, taxonomy: str = "tags", entries: int = 3, day: int = 1, number: int = 0) -> Row:
    newest = datetime(2024, 3, day, 8, 30, tzinfo=UTC) if entries else None
    where = f"{SITE}{taxonomy}/{number}/"
    return Row(
        key=f"{taxonomy}:{label}",
        title=f"Example: {label}",
        label=label,
        taxonomy=taxonomy,
        taxonomy_label=taxonomy.capitalize(),
        entries=entries,
        newest=newest,
        urls=addresses(f"{taxonomy}/{number}/"),
        home_url=where,
    )


def the_site() -> Row:
    newest = datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    return Row("site", "Example", "Example", "", "", 1234, newest, addresses(""), SITE, "All of it")


def some_rows() -> list[Row]:
    return [
        the_site(),
        a_row("News", "categories", 40, 9, 1),
        a_row("金融", "tags", 2, 3, 2),
        a_row("C++", "tags", 7, 2, 3),
        a_row("gone", "tags", 0, 1, 4),
    ]


def made(rows: list[Row] | None = None, language: str = "en") -> str:
    return page(some_rows() if rows is None else rows, "Example", SITE, "About things", language).decode()


def tree(rows: list[Row] | None = None, language: str = "en") -> html.HtmlElement:
    return html.document_fromstring(made(rows, language))


def subscriptions(rows: list[Row]) -> etree._Element:
    return etree.fromstring(opml(rows, "Example", SITE, "Mara"))


# The page


def test_every_feed_is_there_in_every_format() -> None:
    links = set(tree().xpath("//main//a/@href"))
    assert {url for row in some_rows() for _, url in row.urls} <= links


def test_the_site_feed_is_announced_to_readers_first_format_first() -> None:
    found = [(e.get("type"), e.get("href")) for e in tree().xpath("//head/link[@rel='alternate']")]
    types = ["application/rss+xml", "application/atom+xml", "application/feed+json"]
    assert found == list(zip(types, [url for _, url in the_site().urls], strict=True))
    assert tree().xpath("//head/link[@rel='outlines']/@href") == ["opml.xml"]


def test_groups_carry_their_counts_and_list_big_feeds_first() -> None:
    groups = {g.xpath("string(h2)").strip(): g.xpath(".//li//bdi/text()") for g in tree().xpath("//section[@id]")}
    assert groups == {"Categories 1": ["News"], "Tags 3": ["C++", "金融", "gone"]}


def test_each_feed_leads_to_its_page_and_where_it_has_none_to_the_site_s() -> None:
    paged = [replace(row, page_url=f"{SITE}feeds/{number}.html") for number, row in enumerate(some_rows()[:3])]
    page = tree([*paged, some_rows()[3]])
    assert page.xpath("//section[@class='card']//h2/a/@href") == [f"{SITE}feeds/0.html"]
    names = {a.text_content(): a.get("href") for a in page.xpath("//a[@class='name']")}
    assert names == {"News": f"{SITE}feeds/1.html", "金融": f"{SITE}feeds/2.html", "C++": f"{SITE}tags/3/"}


@pytest.mark.parametrize(("language", "label"), [("en", "Selections"), ("zh-CN", "精选")])
def test_the_declared_feeds_are_a_group_before_all_others(language: str, label: str) -> None:
    best = replace(a_row("best", DECLARED, 9, 1, 7), taxonomy_label=declared_label(language))
    groups = tree([*some_rows(), best], language).xpath("//section[@class='group']")
    assert [(g.get("id"), g.xpath("string(h2)").split()[0]) for g in groups] == [
        ("declared", label),
        ("in-categories", "Categories"),
        ("in-tags", "Tags"),
    ]
    outlines = etree.fromstring(opml([*some_rows(), best], "Example", SITE)).xpath("/opml/body/outline/@text")
    assert outlines == ["Example", label, "Categories", "Tags"]


def test_counts_and_dates_are_words_and_machine_readable() -> None:
    row = tree().xpath("//li[contains(., '金融')]")[0]
    assert (row.get("data-n"), row.xpath("string(*[@class='n'])")) == ("2", "2 posts")
    assert row.xpath("time/@datetime") == ["2024-03-03T08:30:00+00:00"]
    assert row.xpath("string(time)") == "3 Mar 2024"


def test_an_empty_feed_says_so_and_has_no_date() -> None:
    row = tree().xpath("//li[contains(., 'gone')]")[0]
    assert row.xpath("string(*[@class='n'])") == "no posts now"
    assert row.xpath("time") == []


def test_one_post_is_not_one_posts() -> None:
    assert "1 post<" in made([the_site(), a_row("x", entries=1)])


def test_the_day_is_the_one_of_the_zone_the_moment_comes_in() -> None:
    shanghai = timezone(timedelta(hours=8))
    row = replace(the_site(), newest=datetime(2024, 3, 9, 23, 30, tzinfo=UTC).astimezone(shanghai))
    assert "10 Mar 2024" in made([row])


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH-Hans"])
def test_a_chinese_site_is_spoken_to_in_chinese(language: str) -> None:
    text = made(language=language)
    assert "全部文章" in text
    assert "2024年3月3日" in text
    body = text.split("<body>")[1]
    assert re.findall(r'Copy|Filter|Sort|Newest|reader|\bposts\b(?!")', body) == []
    assert tree(language=language).get("lang") == language


def test_a_site_without_language_reads_as_english() -> None:
    assert tree(language="").get("lang") == "en"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_can_break_out(text: str) -> None:
    rows = [replace(the_site(), title=text, label=text), replace(a_row(text), taxonomy_label=text)]
    document = html.document_fromstring(page(rows, text, SITE, text, "en").decode())
    assert len(document.xpath("//script")) == 1
    assert len(document.xpath("//style")) == 1
    assert document.xpath("//main//b") == []
    clean = text.replace("\x00", "").replace("\x1b", "").replace("\ud83d", "")
    assert document.xpath("//ul[@class='rows']//bdi")[0].text_content() == clean


def test_a_link_that_is_no_web_page_is_not_made() -> None:
    rows = [the_site(), replace(a_row("x"), home_url="javascript:alert(1)")]
    assert "javascript:" not in page(rows, "Example", "javascript:alert(1)", "", "en").decode()


def test_the_policy_allows_this_script_and_style_and_nothing_else() -> None:
    text = made()
    policy = tree().xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_nothing_is_loaded_from_anywhere() -> None:
    document = tree()
    assert document.xpath("//@src | //@srcset | //iframe | //img | //link[@rel='stylesheet'] | //base") == []
    assert [e for e in document.xpath("//link[@rel='icon']/@href") if not e.startswith("data:")] == []
    assert re.findall(r"url\(|@import|fetch\(|import\(", made()) == []
    hosts = set(re.findall(r"https?://([^/\"'<\s]+)", made()))
    assert hosts == {"example.org", "www.w3.org"}  # the second is the name of SVG, in the icon


def test_same_rows_same_bytes_whatever_the_process() -> None:
    code = (
        "import sys; from tests.feeds.test_directory import made, some_rows, opml, SITE;"
        "sys.stdout.buffer.write(made().encode() + opml(some_rows(), 'Example', SITE))"
    )
    here = made().encode() + opml(some_rows(), "Example", SITE)
    for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/Lima")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
        assert run.stdout == here


def test_a_site_without_terms_has_no_filter_box() -> None:
    assert tree([the_site()]).xpath("//input") == []
    assert tree([the_site()]).xpath("//main//a[@href='opml.xml']") == []
    assert tree([]).xpath("//h1")


def contrast(one: str, two: str) -> float:
    """The ratio of WCAG 2.2, from two colours as `#rgb` or `#rrggbb`."""

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(two)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_stands_out_from_every_ground(scheme: int) -> None:
    roots = re.findall(r":root \{(.*?)\}", made(), re.DOTALL)
    colour = dict(re.findall(r"--(\w[\w-]*): (#\w+);", roots[scheme]))
    for ground in ("paper", "card", "wash"):
        for ink in ("ink", "soft", "accent"):
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    assert contrast(colour["on-accent"], colour["accent"]) >= 4.5
    assert contrast(colour["ink"], colour["mark"]) >= 4.5


# The OPML


def test_the_subscription_list_holds_the_site_and_then_a_group_for_each_taxonomy() -> None:
    body = subscriptions(some_rows()).find("body")
    assert body is not None
    assert [o.get("text") for o in body] == ["Example", "Categories", "Tags"]
    assert [o.get("text") for o in body[2]] == ["Example: 金融", "Example: C++", "Example: gone"]
    assert all(o.get("type") == "rss" for o in body.iter("outline") if o.get("xmlUrl"))


def test_each_subscription_says_where_the_feed_and_its_page_are() -> None:
    outline = subscriptions(some_rows()).xpath("//outline[@text='Example']")[0]
    assert dict(outline.attrib) == {
        "type": "rss",
        "text": "Example",
        "title": "Example",
        "xmlUrl": f"{SITE}feeds/rss.xml",
        "htmlUrl": SITE,
        "description": "All of it",
    }


def test_the_head_has_title_owner_and_the_newest_moment() -> None:
    head = subscriptions(some_rows()).find("head")
    assert head is not None
    assert {e.tag: e.text for e in head} == {
        "title": "Example",
        "dateModified": "Sat, 09 Mar 2024 23:30:00 GMT",
        "ownerName": "Mara",
    }


def test_without_posts_there_is_no_date() -> None:
    assert subscriptions([replace(the_site(), newest=None)]).find("head/dateModified") is None


@pytest.mark.parametrize(
    ("formats", "expected"), [(("json", "atom", "rss"), "atom"), (("json",), "json"), (("atom", "rss"), "atom")]
)
def test_readers_get_xml_where_there_is_xml(formats: tuple[str, ...], expected: str) -> None:
    (outline,) = subscriptions([replace(the_site(), urls=addresses("", formats))]).xpath("//outline")
    assert outline.get("xmlUrl") == f"{SITE}feeds/{expected}.xml"


def test_a_list_without_feeds_still_has_an_outline() -> None:
    (outline,) = subscriptions([]).xpath("//outline")
    assert (outline.get("type"), outline.get("url"), outline.get("text")) == ("link", SITE, "Example")


@pytest.mark.parametrize("text", HOSTILE)
def test_any_title_is_legal_xml(text: str) -> None:
    root = etree.fromstring(opml([the_site(), replace(a_row(text), taxonomy_label=text)], text, SITE, text))
    outlines = root.xpath("//outline[@xmlUrl]")
    assert len(outlines) == 2
    assert all(o.get("text") for o in outlines)


@given(st.text(), st.text(alphabet="&<>\"'\r\n\t a\x00\u0085金\ufffe"))
def test_an_outline_is_what_elementtree_writes_of_it(title: str, address: str) -> None:
    """Whatever is in it, and without what no XML holds."""
    row = replace(a_row("news"), title=f"T{title}", urls=(("rss", address),), home_url=address)
    line = " ".join(row.title.split())
    attributes = {"type": "rss", "text": line, "title": line, "xmlUrl": address, "htmlUrl": address or SITE}
    element = ElementTree.tostring(ElementTree.Element("outline", attributes), encoding="unicode")
    outline = item(row, SITE, "en").outline
    assert outline == (legal(element) if address else "")
