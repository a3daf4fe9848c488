"""C37, C38, C40, C60 and C61: addresses that lead somewhere."""

from __future__ import annotations

import json
import tomllib
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from lxml import etree

from tests.faults.readers import FILES, documents, parse
from tests.faults.site import CASES, Site

TABLES = tomllib.loads((CASES / "addresses.toml").read_text("utf-8"))


def joined(site: Site, table: dict[str, str]) -> None:
    """Every address of the table as a link and as a picture, in every format."""
    links = "\n".join(f'<a href="{address}">x{number}</a>' for number, address in enumerate(table))
    pictures = "\n".join(f'<img src="{address}" alt="y{number}">' for number, address in enumerate(table))
    site.post("blog/2024/a.md", f"<p>\n{links}\n{pictures}\n</p>", title="A", date="2024-01-05")
    site.build()
    for feed in site.each():
        (item,) = feed.items
        tree = lxml.html.fragment_fromstring(item.html, create_parent="div")
        hrefs = {link.text: link.get("href", "") for link in tree.iter("a")}
        sources = {picture.get("alt"): picture.get("src", "") for picture in tree.iter("img")}
        for number, (written, meant) in enumerate(table.items()):
            assert hrefs.get(f"x{number}", "") == meant, (feed.form, written)
            if urlsplit(meant).scheme.lower() in ("http", "https") and "#" not in meant:
                assert sources[f"y{number}"] == meant, (feed.form, written)


def test_c37_addresses_count_from_the_post(site: Site) -> None:
    """Relative addresses were handed on, and readers counted them from the feed, from the site, or not at all."""
    joined(site, TABLES["c37"])


def test_c37_no_document_leaves_it_to_the_reader(site: Site) -> None:
    """`xml:base` is ignored by half of the readers and wrong in half of the feeds: nothing is left for it to do."""
    body = '![](a.png) <img srcset="b.png 1x, ../c.png 2x" src="d.png"> <video poster="e.png" src="f.mp4"></video>'
    site.post(
        "x/a.md",
        f"{body} ![](data:image/gif;base64,R0lGODlhAQABAAAAADs=)",
        title="A",
        image="cover.png",
        date="2024-01-05",
    )
    site.build()
    for feed in site.each():
        assert b"xml:base" not in feed.data
        tree = lxml.html.fragment_fromstring(feed.items[0].html, create_parent="div")
        found = [*tree.xpath(".//@src"), *tree.xpath(".//@poster"), *tree.xpath(".//@href")]
        found += [each.split()[0] for value in tree.xpath(".//@srcset") for each in value.split(", ")]
        assert all(address.startswith(("https://example.org/", "data:image/")) for address in found), found
        assert "https://example.org/x/a.png" in found
    assert site.feed("json").raw["items"][0]["image"] == "https://example.org/x/cover.png"


def test_c38_what_is_absolute_stays(site: Site) -> None:
    """Absolute addresses got the site's in front once more, slashes came double, and `/1/` was eaten."""
    joined(site, TABLES["c38"])


@pytest.mark.parametrize("base", ["https://example.org", "https://example.org/", "https://example.org/blog/"])
def test_c38_one_slash_between_site_and_path(site: Site, base: str) -> None:
    """With a slash at the end of the site's address there were two, without one there was none."""
    site.post("1/a.md", title="A", permalink="/1/", date="2024-01-05")
    site.post("b.md", title="B", permalink="1/b", date="2024-01-04")
    site.build(site={"url": base})
    root = base.rstrip("/")
    for name in FILES.values():
        feed = parse((site.out / name).read_bytes())
        assert [item.url for item in feed.items] == [f"{root}/1/", f"{root}/1/b"]
        assert feed.home == f"{root}/"
        assert feed.own == f"{root}/feeds/{name}"


@pytest.mark.parametrize("preset", ["syndicate", "jekyll"])
def test_c40_every_document_names_itself(site: Site, preset: str) -> None:
    """`self` had another scheme or path than the address the document is served at, or was missing in some feeds."""
    for number in range(3):
        site.post(f"{number}.md", title=f"P{number}", tags=["t", f"t{number}"], categories=["c d"], date="2024-01-05")
    site.build(feed={"preset": preset, "url": "https://feeds.example.org/x"})
    seen = 0
    for at, path in documents(site.out, by_name=False):
        feed = parse(path.read_bytes())
        assert [href for rel, href in feed.links if rel == "self"] == [feed.own]
        assert feed.own == "https://feeds.example.org/x/" + at.replace(" ", "%20")
        seen += 1
    assert seen == 3 * 6


def links_of(data: bytes, name: str) -> set[str]:
    """Every address that a document of ours holds, but for the words of its entries."""
    if name.endswith(".json"):
        told = json.loads(data)
        found = {told[key] for key in ("feed_url", "next_url") if key in told}
        return found | {link["href"] for link in told.get("_links", ()) if "href" in link}
    if name.endswith(".html"):
        return set(lxml.html.fromstring(data).xpath("//link/@href | //a/@href | //script/@src"))
    root = etree.fromstring(data)
    return {str(each) for each in root.xpath("//@href | //@xmlUrl | //@htmlUrl")}


@pytest.mark.parametrize("history", ["off", "all"])
def test_c60_no_address_of_ours_leads_nowhere(site: Site, history: str) -> None:
    """Links to further pages, archives and other formats led to documents that were not there."""
    for number in range(25):
        site.post(f"{number}.md", title=f"P{number}", tags=["t", "ü b"], date=f"2024-01-{number + 1:02}")
    site.post("s.md", title="S", tags=["one"], date="2023-01-01")
    site.build(feed={"limit": 5, "history": history})
    base, checked = "https://example.org/feeds/", set()
    for path in sorted(each for each in site.out.rglob("*") if each.suffix in (".xml", ".json", ".html")):
        at = path.relative_to(site.out).as_posix()
        for found in links_of(path.read_bytes(), at):
            url = urljoin(base + at, found).partition("#")[0]
            if url.startswith(base):
                checked.add(url)
                assert site.address(url).is_file(), (at, found)
    assert len(checked) >= 3 * 4


def test_c60_the_crawl_would_notice(site: Site) -> None:
    """A link to a page that is not there is among the addresses that are looked at."""
    site.post("a.md", title="A", date="2024-01-05")
    site.build()
    data = (site.out / "atom.xml").read_bytes().replace(b"feeds/rss.xml", b"feeds/gone.xml")
    assert "https://example.org/feeds/gone.xml" in links_of(data, "atom.xml")


def test_c61_enclosures_say_what_they_are(site: Site) -> None:
    """Lengths were missing or made up, types were made of the file's ending: `image/jpg`, `audio/m4a`."""
    names = {
        "a.mp3": "audio/mpeg",
        "b.m4a": "audio/mp4",
        "c.jpg": "image/jpeg",
        "d.ogg": "audio/ogg",
        "e.pdf": "application/pdf",
    }
    for number, name in enumerate(names):
        site.file(f"media/{name}", b"\0" * (100 + number))
        site.post(f"{name[0]}.md", title=name, enclosure=f"/media/{name}", date="2024-01-05")
    site.post("far.md", title="far", enclosure="https://cdn.example.net/far.mp3", date="2024-01-05")
    site.post("odd.md", title="odd", enclosure="/media/odd.zzz", date="2024-01-05")
    site.build()
    for feed in site.each():
        unknown = 0 if feed.form == "rss" else None  # RSS demands a length
        for number, (name, kind) in enumerate(names.items()):
            assert feed.item(name).files == ((f"https://example.org/media/{name}", kind, 100 + number),), feed.form
        assert feed.item("far").files == (("https://cdn.example.net/far.mp3", "audio/mpeg", unknown),)
        ((url, kind, length),) = feed.item("odd").files
        assert (url, length) == ("https://example.org/media/odd.zzz", unknown)
        assert kind == "application/octet-stream"
