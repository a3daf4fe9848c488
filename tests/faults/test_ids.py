"""C30 to C36: an id is absolute, the same for ever, and one entry's alone."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from syndicate.cycle import Wish
from syndicate.errors import ConfigurationError
from tests.faults.readers import documents, parse
from tests.faults.site import DAY, NOW, Site, codes

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+")


def test_c30_without_an_address_nothing_is_built(site: Site) -> None:
    """Without the address of the site, ids were paths, and those of two sites were the same."""
    site.post("a.md", title="A", date="2024-01-05")
    with pytest.raises(ConfigurationError, match=r"site\.url"):
        site.build(site={"url": ""})
    assert not list(documents(site.out))


def test_c30_no_id_has_dots_for_folders(site: Site) -> None:
    """Ids such as `https://example.org/blog/.././a` came from addresses that were joined as text."""
    site.post("a/b.md", title="A", permalink="../x/./y.html", date="2024-01-05")
    site.post("a/./c.md", title="B", permalink="/p/../q", date="2024-01-06")
    site.post("../content/d.md", title="C", date="2024-01-07")
    site.build()
    for feed in site.everywhere():
        assert {item.title: item.url for item in feed.items} == {
            "A": "https://example.org/x/y.html",
            "B": "https://example.org/q",
            "C": "https://example.org/d.html",
        }
        for item in feed.items:
            assert item.id.startswith("https://example.org/")
            assert "/./" not in item.id
            assert "/../" not in item.id


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://münchen.example:8443", "xn--mnchen-3ya.example"), ("http://example.org:8080", "example.org")],
)
def test_c31_tag_uris_have_a_host_and_a_day(site: Site, url: str, host: str) -> None:
    """A `tag:` id held the scheme or the port of the site, which its syntax has no place for (RFC 4151)."""
    site.post("ä b.md", title="A", date="2024-01-05 10:00:00")
    site.build(site={"url": url}, feed={"preset": "pelican"}, content={"dialect": "pelican"})
    seen = [parse(path.read_bytes()) for _at, path in documents(site.out, by_name=False)]
    assert seen
    for feed in seen:
        (item,) = feed.items
        assert re.fullmatch(rf"tag:{re.escape(host)},2024-01-05:/[A-Za-z0-9._~%/-]+", item.id), item.id


def test_c32_addresses_are_encoded_once(site: Site) -> None:
    """Addresses with other letters or spaces in them stood in feeds bare, or were encoded twice."""
    site.url = "https://münchen.example/straße"
    permalinks = ["/标签/一 二", "/%E6%A0%87%E7%AD%BE/x%20y", "/100%/z", "/a%2fb%e4"]
    for number, permalink in enumerate(permalinks):
        site.post(
            f"{number}.md", "[x](/ü/ö.png) ![](/标 签.png)", title=f"P{number}", permalink=permalink, date="2024-01-05"
        )
    site.post("标 题.md", title="P4", audio="/声 音.mp3", tags=["标签/一 二"], date="2024-01-05")
    site.build()
    host = "https://xn--mnchen-3ya.example/stra%C3%9Fe"
    expected = {
        "P0": f"{host}/%E6%A0%87%E7%AD%BE/%E4%B8%80%20%E4%BA%8C",
        "P1": f"{host}/%E6%A0%87%E7%AD%BE/x%20y",
        "P2": f"{host}/100%25/z",
        "P3": f"{host}/a%2fb%e4",
        "P4": f"{host}/%E6%A0%87%20%E9%A2%98.html",
    }
    for at, path in documents(site.out):
        feed = parse(path.read_bytes())
        assert {item.title: item.url for item in feed.items}.items() <= expected.items(), at
        found = {href for _rel, href in feed.links} | {feed.home, feed.own} | {item.id for item in feed.items}
        found |= {file[0] for item in feed.items for file in item.files}
        assert all(URI.fullmatch(address) for address in found), (at, found)
        if path.suffix == ".xml":
            attributes = etree.fromstring(feed.data).xpath("//@href | //@url | //@domain | //@scheme")
            assert all(URI.fullmatch(address) for address in attributes), at
    assert "%25E" not in "".join(path.read_text("utf-8") for _at, path in documents(site.out))


def test_c33_rss_says_whether_a_guid_is_an_address(site: Site) -> None:
    """A guid without `isPermaLink` is taken for an address, and readers opened ids that are none."""
    site.post("a.md", title="A", date="2024-01-05")
    site.post("b.md", title="B", guid="urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427", date="2024-01-06")
    site.post("c.md", title="C", guid="https://old.example/?p=3", date="2024-01-07")
    site.build()
    said = {
        item.findtext("title"): (item.find("guid").get("isPermaLink"), item.findtext("guid"))
        for item in site.feed("rss").raw.iter("item")
    }
    assert said == {
        "A": ("true", "https://example.org/a.html"),
        "B": ("false", "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        "C": ("false", "https://old.example/?p=3"),
    }
    for feed in site.everywhere():
        assert [item.id for item in feed.items] == [said[title][1] for title in "CBA"]


@pytest.mark.parametrize("url", ["https://example.com", "http://example.org", "https://example.org/blog"])
def test_c34_a_site_may_move(site: Site, url: str) -> None:
    """Ids followed the address of the site: with https, or under a new name, every post was new again."""
    site.url = "http://example.net"
    for number in range(3):
        site.post(f"{number}.md", title=f"P{number}", tags=["t"], date=f"2024-01-0{number + 1}")
    site.build()
    before = {at: (feed.ids, feed.raw) for at, feed in site.all().items()}
    atom = {at: parse(path.read_bytes()).raw.findtext("{*}id") for at, path in documents(site.out) if "atom" in at}
    site.url = url
    site.build(now=NOW + DAY)
    for at, feed in site.all().items():
        assert feed.ids == before[at][0], at
        assert all(item.url.startswith(f"{url}/") for item in feed.items)
        assert feed.own.startswith(f"{url}/feeds/")
        if at in atom:
            assert feed.raw.findtext("{*}id") == atom[at]


def test_c34_an_id_is_of_no_build(site: Site) -> None:
    """Ids were made anew at every build, since something in them had been counted or hashed on the way."""
    site.post("a.md", "![](/pic.png)", title="A", image="/pic.png", date="2024-01-05")
    site.build()
    before = [feed.ids for feed in site.everywhere()]
    site.post("a.md", "![](/pic.8a7b.png) and more", title="Another", image="/pic.8a7b.png", date="2024-02-05")
    site.build(now=NOW + DAY)
    assert [feed.ids for feed in site.everywhere()] == before
    assert site.feed("json").titles == ["Another"]


def test_c35_what_is_kept_keeps_its_ids(site: Site) -> None:
    """What came out of a cache was hashed once more, and entries about faults all had one id."""
    for number in range(4):
        site.post(f"{number}.md", title=f"P{number}", date=f"2024-01-0{number + 1}")
    site.build()
    before = [feed.ids for feed in site.everywhere()]
    for name in ("1.md", "2.md"):
        site.file(name, "---\ntitle: [\n  {{{ nothing\n---\nNew words.\n")
    report = site.build(now=NOW + DAY)
    assert len({problem.path for problem in report.problems}) == 2
    assert [feed.ids for feed in site.everywhere()] == before
    site.build(now=NOW + DAY, wish=Wish(full=True))
    assert [feed.ids for feed in site.everywhere()] == before
    assert site.feed("rss").titles == ["P3", "P2", "P1", "P0"]


def test_c36_no_id_comes_twice(site: Site) -> None:
    """Two posts of one address had one id, and a post of two categories came twice."""
    same = {"permalink": "/same/", "date": "2024-01-05 10:00:00"}
    site.post("a.md", title="A", categories=["x", "y"], tags=["x"], **same)
    site.post("b.md", title="B", categories=["x"], **same)
    guid = {"guid": "https://example.org/one", "date": "2024-01-06 10:00:00"}
    site.post("c.md", title="C", categories=["x"], **guid)
    site.post("d.md", title="D", categories=["x"], **guid)
    report = site.build()
    assert {"a.md", "b.md", "c.md", "d.md"} & {problem.path for problem in report.problems}, codes(report)
    for feed in [*site.everywhere(), *site.everywhere("category:x")]:
        assert sorted(feed.titles) == ["A", "B", "C", "D"]
        assert len(set(feed.ids)) == 4
    one = site.feed("rss").item("A").id
    for key in ("site", "category:x", "category:y", "tag:x"):
        assert [feed.item("A").id for feed in site.everywhere(key)] == [one] * 4
    before = [feed.ids for feed in site.everywhere()]
    site.build(now=NOW + DAY, wish=Wish(full=True))
    assert [feed.ids for feed in site.everywhere()] == before
