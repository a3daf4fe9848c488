"""The page of a feed: what it offers, what it shows, and that nothing in a feed can break out of it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace

import pytest
from lxml import html

from syndicate.content.read import OURS
from syndicate.feeds.formats.html import Html, file_name, host, measures
from syndicate.model import Alternate, Author, Category, Channel, Enclosure, Entry, Link, Origin
from tests.feeds.documents import SITE, a_bare_entry, a_channel, an_entry, document

TYPES = {"RSS": "application/rss+xml", "Atom": "application/atom+xml", "JSON": "application/feed+json"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style><b>",
    "\"><img src=x onerror=y>'&",
    "a\x00b\x1bc",
    "\ud83d lone",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "<!--",
    "]]>",
]


def addresses(title: str = "Finance · Harbour") -> tuple[Link, ...]:
    return tuple(Link("alternate", f"{SITE}/feeds/{name}.xml", kind, title) for name, kind in TYPES.items())


UP = Link("up", f"{SITE}/feeds/", "text/html")


def the_channel(**changes: object) -> Channel:
    values = {"title": "Finance · Harbour", "language": "en", "links": (*addresses(), UP), **changes}
    return a_channel(**values)


def made(*entries: Entry, channel: Channel | None = None) -> str:
    return document(Html(), entries, channel or the_channel()).decode()


def tree(*entries: Entry, channel: Channel | None = None) -> html.HtmlElement:
    return html.document_fromstring(made(*entries, channel=channel))


def article(entry: Entry) -> html.HtmlElement:
    (found,) = tree(entry).xpath("//article")
    return found


# What is offered


def test_every_format_can_be_copied_and_is_found_by_readers() -> None:
    page = tree()
    shown = [(a.text, a.get("href"), a.get("type")) for a in page.xpath("//ul[@class='addresses']//a")]
    assert shown == [(name, f"{SITE}/feeds/{name}.xml", kind) for name, kind in TYPES.items()]
    assert [code.text_content() for code in page.xpath("//code")] == [link.href for link in addresses()]
    announced = [(e.get("title"), e.get("type"), e.get("href")) for e in page.xpath("//head/link[@rel='alternate']")]
    assert announced == [
        (f"Finance · Harbour ({name})", kind, f"{SITE}/feeds/{name}.xml") for name, kind in TYPES.items()
    ]


def test_a_title_that_names_the_format_is_left_as_it_is() -> None:
    links = (replace(addresses()[1], title="Harbour as Atom"), replace(addresses()[0], title=""))
    found = tree(channel=the_channel(links=links)).xpath("//head/link[@rel='alternate']/@title")
    assert found == ["Harbour as Atom", "Finance · Harbour (RSS)"]


def test_only_feeds_are_offered() -> None:
    other = (Link("alternate", f"{SITE}/x", "text/html"), Link("hub", SITE), Link("alternate", "urn:x", TYPES["RSS"]))
    assert tree(channel=the_channel(links=other)).xpath("//ul[@class='addresses']/li") == []


def test_it_leads_to_the_site_and_to_the_page_of_all_feeds() -> None:
    page = tree()
    assert page.xpath("//nav/a/@href") == [f"{SITE}/", f"{SITE}/feeds/"]
    assert page.xpath("//head/link[@rel='up']/@href") == [f"{SITE}/feeds/"]
    assert page.xpath("//head/link[@rel='canonical']/@href") == [f"{SITE}/feeds/this"]
    assert tree(channel=the_channel(links=addresses())).xpath("//nav/a/@href") == [f"{SITE}/"]


def test_a_feed_without_a_page_on_the_site_does_not_lead_to_itself() -> None:
    page = tree(channel=the_channel(home_url=f"{SITE}/feeds/this"))
    assert page.xpath("//nav/a/@href") == [f"{SITE}/feeds/"]


def test_it_is_known_as_ours() -> None:
    assert OURS in made()[:4096]


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH-Hans"])
def test_a_chinese_feed_speaks_chinese_and_its_entries_stay_as_they_are(language: str) -> None:
    page = made(an_entry(), channel=the_channel(language=language, title="金融"))
    assert "全部订阅源" in page
    assert re.findall(r"Copy|Subscribe|Latest|reader", page.partition("<body")[2]) == []
    assert Html().fragment(an_entry()).decode() in page


def test_a_feed_without_entries_says_so() -> None:
    assert tree(channel=the_channel(updated=None)).xpath("string(//p[@class='facts'])") == "no posts now"
    assert "6 Jan 2025" in tree().xpath("string(//p[@class='facts'])")


# What is shown of an entry


def test_an_entry_says_when_what_and_by_whom() -> None:
    shown = article(an_entry(summary="Green & good."))
    assert shown.get("lang") == "en"
    assert shown.xpath("h3 | div/h3/a/@href") == [f"{SITE}/2025/tea.html"]
    assert shown.xpath("string(div/h3)") == "Tea & 茶"
    assert [(t.get("datetime"), t.text) for t in shown.xpath("time")] == [("2025-01-06T10:00:00+00:00", "2025-01-06")]
    assert shown.xpath("string(div/p[@class='p-summary'])") == "Green & good."
    assert shown.xpath(".//*[@class='p-category']/text()") == ["金融", "R&D", "News"]
    assert [e.text_content() for e in shown.xpath(".//*[@class='p-author']")] == ["王小明", "Ada"]
    assert shown.xpath(".//*[@class='u-uid']/@value") == [f"{SITE}/2025/tea"]


def test_a_digest_leads_to_its_posts_and_its_address_to_it() -> None:
    members = (Link("item", f"{SITE}/a", title='"A" & <b>'), Link("item", "javascript:x", title="No way"))
    shown = article(an_entry(url=f"{SITE}/feeds/own/#2026-W15", summary="A · No way", members=members))
    assert shown.get("id") == "2026-W15"
    assert [(each.text, each.get("href")) for each in shown.xpath(".//ul[@class='members']//a")] == [
        ('"A" & <b>', f"{SITE}/a")
    ]
    assert shown.xpath("string(.//ul[@class='members']/li[2])") == "No way"
    assert not shown.xpath(".//p[@class='p-summary']")
    assert article(an_entry()).get("id") is None


def test_sound_is_played_here_and_other_files_are_links() -> None:
    shown = article(an_entry())
    assert [(a.get("src"), a.get("preload")) for a in shown.xpath(".//audio")] == [(f"{SITE}/tea.mp3", "none")]
    assert [p.text_content() for p in shown.xpath(".//div[@class='media']/p")] == [
        "Tea, spoken audio/mpeg · 1.2 kB · 1:05",
        "tea.pdf application/pdf",
    ]


def test_where_else_an_entry_leads() -> None:
    entry = a_bare_entry(
        external_url="https://www.elsewhere.example/a",
        alternates=(Alternate("fr", f"{SITE}/fr"), Alternate("en", f"{SITE}/plain.html")),
    )
    links = [(a.text_content(), a.get("href")) for a in article(entry).xpath(".//a")]
    assert links[1:] == [("elsewhere.example", "https://www.elsewhere.example/a"), ("fr", f"{SITE}/fr")]


def test_a_republished_entry_names_its_origin() -> None:
    shown = article(a_bare_entry(origin=Origin("The Quay", "https://quay.example/feed")))
    assert [(a.text, a.get("href")) for a in shown.xpath(".//cite/a")] == [("The Quay", "https://quay.example/feed")]


def test_the_text_and_its_pictures_are_not_there() -> None:
    page = made(an_entry(html='<p><img src="https://elsewhere.example/x.png">text</p>', summary=""))
    assert "elsewhere.example" not in page and "tea.jpg" not in page and "logo.png" not in page


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (f"{SITE}/a/%E8%8C%B6.mp3?x=1#y", "茶.mp3"),
        (f"{SITE}/a/", "news.example"),
        (f"{SITE}", "news.example"),
        (f"{SITE}/{'x' * 99}", "x" * 80 + "…"),
        (f"{SITE}/%00%FF", "\ufffd"),
        ("nothing", "nothing"),
    ],
)
def test_the_name_of_a_file_is_the_end_of_its_address(url: str, name: str) -> None:
    assert file_name(url) == name


def test_the_host_of_an_address() -> None:
    assert host("https://me@www.a.example:8080/x") == "a.example:8080"
    assert host("mailto:x") == "mailto:x"


@pytest.mark.parametrize(
    ("length", "duration", "words"),
    [
        (None, None, ""),
        (999, 59, "999 B · 0:59"),
        (1500, 3661, "1.5 kB · 1:01:01"),
        (45_000_000, None, "45 MB"),
        (2_500_000_000_000, None, "2500 GB"),
        (0, 0, ""),
    ],
)
def test_the_measures_of_a_file(length: int | None, duration: int | None, words: str) -> None:
    assert measures(Enclosure("x", "application/octet-stream", length, duration)) == words


# Nothing breaks out, nothing is fetched


def everywhere(text: str) -> tuple[Entry, Channel]:
    entry = an_entry(
        id=text,
        url=f"{SITE}/{text}",
        title=text,
        summary=text,
        language=text,
        authors=(Author(text, url=f"{SITE}/{text}"),),
        categories=(Category(text, text),),
        enclosures=(Enclosure(f"{SITE}/{text}.mp3", f"audio/{text}", 1, 1, text),),
        external_url=f"{SITE}/{text}",
        alternates=(Alternate(text, f"{SITE}/{text}"),),
        origin=Origin(text, f"{SITE}/{text}", text),
    )
    links = (Link(text, f"{SITE}/{text}", text, text), *addresses(text))
    channel = a_channel(title=text, description=f"d {text}", rights=text, language=text, links=links, id=text)
    return entry, channel


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_can_break_out(text: str) -> None:
    entry, channel = everywhere(text)
    page = tree(entry, channel=channel)
    plain = tree(everywhere("x")[0], channel=everywhere("x")[1])
    assert [e.tag for e in page.iter() if isinstance(e.tag, str)].count("script") == 1
    assert {e.tag for e in page.iter()} <= {e.tag for e in plain.iter()}
    assert {name for e in page.iter() for name in e.attrib} <= {name for e in plain.iter() for name in e.attrib}
    clean = text.replace("\x00", "").replace("\x1b", "").replace("\ud83d", "").strip()
    assert page.xpath("string(//article//h3)") == clean
    assert page.xpath("string(//h1)") == clean


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "//other.example/x"])
def test_an_address_that_is_no_web_page_is_no_link(address: str) -> None:
    entry = an_entry(
        url=address,
        authors=(Author("A", url=address),),
        enclosures=(Enclosure(address, "audio/mpeg"),),
        external_url=address,
        alternates=(Alternate("fr", address),),
        origin=Origin("x", address),
    )
    links = (Link("up", address, "text/html"), Link("alternate", address, TYPES["RSS"]))
    page = tree(entry, channel=a_channel(home_url=address, self_url=address, links=links))
    assert [e for e in page.xpath("//@href | //@src") if not e.startswith(("data:image/svg+xml,%3Csvg", "http"))] == []


def test_the_policy_allows_this_script_and_style_and_sound_that_is_asked_for() -> None:
    text = made(an_entry())
    policy = tree().xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert [rule for rule in policy.split("; ") if "http" in rule] == ["media-src http: https:"]


def test_nothing_is_loaded_from_anywhere() -> None:
    page = tree(an_entry())
    assert page.xpath("//iframe | //img | //video | //object | //embed | //base | //link[@rel='stylesheet']") == []
    assert [e for e in page.xpath("//link[@rel='icon']/@href") if not e.startswith("data:")] == []
    assert re.findall(r"url\(|@import|fetch\(|import\(", made(an_entry())) == []


def test_a_huge_and_hostile_entry_is_written_in_passing() -> None:
    text = "<" * 1_000_000
    assert made(a_bare_entry(title=text[:5000], summary=text)).count("&lt;") == 1_005_000
