"""C10 to C13, C16, C40 to C47 and C68: what stands around entries, and what the library that writes it gets wrong."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from lxml import etree

from tests.faults.readers import ATOM, MEDIA_TYPES, documents, parse, read
from tests.faults.site import Site
from tests.flow.site import atom_errors

HUBS = ["https://hub.example.net/", "https://hub.example.com/?a=1&b=2"]
SY = "http://purl.org/rss/1.0/modules/syndication/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


def some_posts(site: Site, count: int = 3) -> None:
    for number in range(count):
        fields: dict[str, Any] = {"title": f"P{number}", "tags": ["t", f"t{number}"], "categories": ["c"]}
        site.post(f"{number}.md", f"Text {number}.", **fields, date=f"2024-01-{number + 1:02} 10:00:00")


@pytest.mark.parametrize(
    ("content", "profile", "summary"),
    list(product(["full", "summary", "titles"], ["full", "safe", "plain"], ["", "Short."])),
)
def test_c10_every_prefix_is_declared(site: Site, content: str, profile: str, summary: str) -> None:
    """A prefix that is not declared came only with posts that had a summary, and made those feeds unreadable."""
    site.post("a.md", "![](/a.png) text", title="A", summary=summary, author="Ben", tags=["t"], date="2024-01-05")
    site.post("b.md", title="B", audio="/b.mp3", image="/b.png", language="fr", date="2024-01-06")
    site.build(feed={"content": content, "profile": profile}, site={"image": "/i.png", "icon": "/f.ico"})
    for form in ("rss", "atom"):
        feed = site.feed(form)
        for element in feed.raw.iter():
            assert isinstance(element.tag, str)
            assert ":" not in etree.QName(element).localname
            used = {etree.QName(element).namespace, *(etree.QName(name).namespace for name in element.attrib)}
            assert used <= {*element.nsmap.values(), "http://www.w3.org/XML/1998/namespace", None}
        assert {namespace for element in feed.raw.iter() for namespace in element.nsmap.values()} == set(
            feed.raw.nsmap.values()
        )
    assert atom_errors(site.out / "atom.xml") == ""


def test_c10_the_reader_would_notice() -> None:
    """A prefix without its declaration is refused by what reads the documents here."""
    with pytest.raises(etree.XMLSyntaxError):
        parse(b'<?xml version="1.0"?><rss version="2.0"><channel><dc:creator>x</dc:creator></channel></rss>')


PSEUDO = re.compile(r"""([a-z]+)=(?:"([^"<]*)"|'([^'<]*)')(?:\s+|$)""")


def stylesheets(data: bytes) -> list[dict[str, str]]:
    """The pseudo-attributes of each style sheet instruction, which must be nothing but such (xml-stylesheet 1.0)."""
    found = []
    for node in etree.fromstring(data).xpath("/processing-instruction('xml-stylesheet')"):
        assert PSEUDO.sub("", node.text) == "", node.text
        found.append({name: double or single for name, double, single in PSEUDO.findall(node.text)})
    return found


def test_c11_the_style_sheet_is_named_without_a_slip(site: Site) -> None:
    """A quotation mark was missing in the instruction that names the style sheet."""
    some_posts(site)
    site.build(feed={"stylesheet": "/feed.css?a=1&b=2"})
    for at, path in documents(site.out):
        if path.suffix == ".xml":
            (sheet,) = stylesheets(path.read_bytes())
            assert sheet["href"].replace("&amp;", "&") == "https://example.org/feed.css?a=1&b=2", at
    with pytest.raises(AssertionError):
        stylesheets(b'<?xml-stylesheet type="text/css media="all"?><rss/>')


def test_c12_a_style_sheet_has_a_type(site: Site) -> None:
    """Without its type browsers ignored the style sheet. Without a style sheet nothing is said of one."""
    some_posts(site)
    site.build(feed={"stylesheet": "/feed.css"})
    sheets = [stylesheets((site.out / name).read_bytes()) for name in ("rss.xml", "atom.xml")]
    assert [[sheet["type"] for sheet in each] for each in sheets] == [["text/css"], ["text/css"]]
    site.build()
    assert [stylesheets((site.out / name).read_bytes()) for name in ("rss.xml", "atom.xml")] == [[], []]


def test_c13_the_picture_of_a_feed_has_all_its_parts(site: Site) -> None:
    """RSS's picture was a bare text, or said another title and address than the channel."""
    some_posts(site)
    site.build(site={"image": "/i.png?a=1&b=2", "title": "R&D <Sea>"})
    for at, path in documents(site.out):
        feed = read(path)
        if feed.form == "rss":
            (image,) = feed.raw.iter("image")
            parts = {child.tag: child.text for child in image}
            assert parts == {"url": "https://example.org/i.png?a=1&b=2", "title": feed.title, "link": feed.home}, at
        elif feed.form == "atom":
            assert feed.raw.findtext("{*}logo") == "https://example.org/i.png?a=1&b=2"
        else:
            assert feed.raw["icon"] == "https://example.org/i.png?a=1&b=2"
    assert site.feed("rss").title == "R&D <Sea>"


def test_c16_types_are_those_of_the_documents(site: Site) -> None:
    """The types of feeds changed from release to release. Every link says the type of what is there."""
    some_posts(site)
    site.build()
    served: dict[str, set[str]] = {}
    for at, path in documents(site.out):
        data = path.read_bytes()
        if path.suffix == ".xml":
            for link in etree.fromstring(data).iter("{http://www.w3.org/2005/Atom}link"):
                if link.get("href").startswith("https://example.org/feeds/"):
                    served.setdefault(link.get("href"), set()).add(link.get("type"))
        assert parse(data).own == f"https://example.org/feeds/{at}"
    for outline in etree.parse(site.out / "opml.xml").iter("outline"):
        if outline.get("xmlUrl"):
            assert outline.get("type") == "rss"  # what OPML calls every feed
    assert len(served) >= 18
    for url, types in served.items():
        path = site.address(url)
        form = "text/html" if path.suffix == ".html" else MEDIA_TYPES[read(path).form]
        assert types == {form}, url


def test_c41_the_link_of_a_channel_is_its_page(site: Site) -> None:
    """The library takes the last link for RSS's `link`: the address of the feed stood where the site's should."""
    some_posts(site)
    site.build(feed={"hubs": HUBS, "stylesheet": "/feed.css"})
    for at, feed in site.all().items():
        assert not feed.home.endswith((".xml", ".json")), at
        assert feed.home not in feed.hrefs("hub") | {feed.own}
        if feed.form == "rss":
            assert [link.text for link in feed.raw.findall("channel/link")] == [feed.home]
    assert [feed.home for feed in site.each()] == ["https://example.org/"] * 3


def test_c42_links_of_entries_keep_what_they_say(site: Site) -> None:
    """The library drops relation, type and length of an entry's links: enclosures became plain links."""
    for name, size in (("a.mp3", 123), ("b.ogg", 45)):
        site.file(f"media/{name}", b"\0" * size)
    media = {"enclosures": ["/media/a.mp3", "/media/b.ogg"]}
    site.post("a.md", title="A", **media, external_url="https://example.net/x", date="2024-01-05")
    site.build()
    (entry,) = site.feed("atom").raw.findall("{*}entry")
    links = [dict(link.attrib) for link in entry.findall("{*}link")]
    enclosures = [link for link in links if link["rel"] == "enclosure"]
    assert enclosures == [
        {"href": "https://example.org/media/a.mp3", "rel": "enclosure", "type": "audio/mpeg", "length": "123"},
        {"href": "https://example.org/media/b.ogg", "rel": "enclosure", "type": "audio/ogg", "length": "45"},
    ]
    assert {link["rel"] for link in links} == {"alternate", "related", "enclosure"}
    assert [link["href"] for link in links if link["rel"] == "related"] == ["https://example.net/x"]
    assert site.feed("json").raw["items"][0]["external_url"] == "https://example.net/x"


def test_c43_the_hub_is_in_every_format(site: Site) -> None:
    """The library writes no link of RSS's but `self`, so that the hub was lost there."""
    some_posts(site)
    site.build(feed={"hubs": HUBS})
    assert [feed.hrefs("hub") for feed in site.each()] == [set(HUBS)] * 3
    assert [hub["type"] for hub in site.feed("json").raw["hubs"]] == ["WebSub", "WebSub"]
    site.build()
    assert [feed.hrefs("hub") for feed in site.each()] == [set()] * 3


def test_c68_the_hub_is_in_every_feed(site: Site) -> None:
    """Feeds of terms named no hub, so that nobody could be told of news in them."""
    some_posts(site)
    site.build(feed={"hubs": HUBS})
    feeds = site.all()
    assert len(feeds) == 3 * 6
    for at, feed in feeds.items():
        assert feed.hrefs("hub") == set(HUBS), at


def test_c44_how_often_is_said_in_the_words_there_are_for_it(site: Site) -> None:
    """The library writes `UpdatePeriod`, an element that no reader knows, and `None` where nothing is said."""
    some_posts(site, 12)
    site.build()
    for at, feed in site.all().items():
        if feed.form == "rss":
            found = {etree.QName(each).localname: each.text for each in feed.raw.iter(f"{{{SY}}}*")}
            assert set(found) <= {"updatePeriod", "updateFrequency", "updateBase"}, at
            assert found.get("updatePeriod", "daily") in ("hourly", "daily", "weekly", "monthly", "yearly")
            assert found.get("updateFrequency", "1").isdigit()
        assert b"UpdatePeriod" not in feed.data
        assert b">None<" not in feed.data


def test_c45_relations_beyond_the_five(site: Site) -> None:
    """The library knows five relations, and refuses all others, such as those of archives and hubs."""
    some_posts(site, 8)
    site.build(feed={"hubs": HUBS, "limit": 3, "history": "all"})
    for form in ("rss", "atom"):
        assert {"self", "alternate", "hub", "prev-archive"} <= {rel for rel, _href in site.feed(form).links}


def test_c45_no_element_of_the_library_s_own(site: Site) -> None:
    """`textInput` and `cloud` came out misshapen, and extensions stayed on entries when they were turned off."""
    some_posts(site)
    site.build()
    for feed in site.all().values():
        assert b"textInput" not in feed.data
        assert b"<cloud" not in feed.data
        assert b"extension" not in feed.data


def test_c45_two_enclosures_in_their_order(site: Site) -> None:
    """Of two enclosures the last one won. RSS may have one, which is the first; the others have both."""
    site.post("a.md", title="A", enclosures=["/1.mp3", "/2.mp3"], date="2024-01-05")
    site.build()
    both = ["https://example.org/1.mp3", "https://example.org/2.mp3"]
    assert {feed.form: [file[0] for file in feed.items[0].files] for feed in site.everywhere()} == {
        "rss": both[:1],
        "atom": both,
        "json": both,
        "html": both,
    }


def test_c45_the_newest_comes_first(site: Site) -> None:
    """The library turns the order of what it is given around."""
    some_posts(site, 5)
    site.build()
    for feed in [*site.everywhere(), *site.everywhere("tag:t")]:
        assert feed.titles == ["P4", "P3", "P2", "P1", "P0"]


def test_c46_explicit_is_true_or_false(site: Site) -> None:
    """The library refuses the words that Apple asks for, and writes the ones it gave up."""
    site.post("a.md", title="A", audio="/a.mp3", explicit=True, episode=1, date="2024-01-05")
    site.post("b.md", title="B", audio="/b.mp3", explicit=False, episode=2, date="2024-01-06")
    site.post("c.md", title="C", audio="/c.mp3", explicit="clean", episode=3, date="2024-01-07")
    site.build()
    items = site.feed("rss").raw.iter("item")
    said = {item.findtext("title"): item.findtext(f"{{{ITUNES}}}explicit") for item in items}
    assert said["A"] == "true"
    assert said["B"] == "false"
    assert said["C"] in ("false", None)


def test_c47_a_name_is_no_address(site: Site) -> None:
    """RSS's `author` is an e-mail address; names stood in it, or name and address changed places."""
    site.post("a.md", title="A", author="Ben & Co", date="2024-01-05")
    site.post("b.md", title="B", author={"name": "Cleo", "email": "cleo@example.org"}, date="2024-01-06")
    site.build(site={"author": {"name": "Ada", "email": "ada@example.org"}})
    items = {item.findtext("title"): item for item in site.feed("rss").raw.iter("item")}
    assert items["A"].findtext("author") is None
    assert items["B"].findtext("author") in (None, "cleo@example.org (Cleo)")
    assert site.feed("rss").raw.findtext("channel/managingEditor") == "ada@example.org (Ada)"
    for feed in site.everywhere():
        assert feed.item("A").authors == ("Ben & Co",)
        assert feed.item("B").authors == ("Cleo",)
    emails = [author.findtext("{*}email") for author in site.feed("atom").raw.iter(f"{ATOM}author")]
    assert set(emails) == {"ada@example.org", "cleo@example.org", None}
