"""C1 to C9, C14, C15, C17 and C39: characters, escaping and code in what authors write."""

from __future__ import annotations

import json
import tomllib

import lxml.html
import pytest
from lxml import etree

from tests.faults.readers import FILES, documents, parse
from tests.faults.site import CASES, Site, codes

C0 = [chr(code) for code in range(0x20) if chr(code) not in "\0\t\n\r"]
DATE = "2024-01-05 10:00:00"


def test_c01_control_characters(site: Site) -> None:
    """A control character in a title, a tag, an author or a text made the whole feed unreadable."""
    for bad in C0:
        name = f"{ord(bad):02x}"
        site.post(
            f"{name}.md", f"one{bad}two", title=f"{name} a{bad}b", tags=[f"t{bad}x"], author=f"An{bad}n", date=DATE
        )
    site.build(feed={"limit": 100})
    for feed in [*site.everywhere(), *site.everywhere("tag:tx")]:
        assert len(feed.items) == len(C0)
        for bad in C0:
            item = feed.item(f"{ord(bad):02x} ab")
            assert (item.tags, item.authors) == (("tx",), ("Ann",))
            assert item.html == ("" if feed.form == "html" else "<p>onetwo</p>")
    for _at, path in documents(site.out):
        assert not set(path.read_bytes()) & set(range(0x20)) - set(b"\t\n\r")


def test_c01_the_reader_would_notice() -> None:
    """A document with one of them is refused by what reads the documents here."""
    with pytest.raises((etree.XMLSyntaxError, AssertionError)):
        parse(b'<?xml version="1.0"?><rss version="2.0"><channel><title>a\x08b</title></channel></rss>')
    with pytest.raises(json.JSONDecodeError):
        parse(b'{"title": "a\x08b"}')


@pytest.mark.parametrize(("bad", "shown"), [("\x08", 101), ("\x1f", 101), ("\0", 100)])
def test_c02_one_bad_post_spoils_no_feed(site: Site, bad: str, shown: int) -> None:
    """One post with one bad character stopped the generator, and with it every feed."""
    for number in range(100):
        site.post(f"{number}.md", title=f"Post {number}", date=DATE)
    site.file("bad.md", f"---\ntitle: b{bad}ad\ndate: {DATE}\n---\nWords.\n")
    report = site.build(feed={"limit": 200})
    assert [problem.path for problem in report.problems] == ["bad.md"]
    for feed in site.everywhere():
        assert {f"Post {number}" for number in range(100)} <= set(feed.titles)
        assert len(feed.items) == shown


def test_c03_white_space_is_no_control_character(site: Site) -> None:
    """Tabs and line breaks were taken out with the control characters: `<a` and `href` grew together."""
    code = "def f():\n\treturn 1\n\n\n  x"
    site.post("a.md", f'<p><a\nhref="/x"\ttitle="t">link</a></p>\n\n```\n{code}\n```', title="A\tB\nC", date=DATE)
    site.build()
    for feed in site.each():
        (item,) = feed.items
        tree = lxml.html.fragment_fromstring(item.html, create_parent="div")
        assert [link.get("href") for link in tree.iter("a")] == ["https://example.org/x"]
        assert tree.find(".//pre").text_content().rstrip("\n") == code
        assert item.title == "A B C"


def test_c04_characters_that_are_none(site: Site) -> None:
    """U+FFFE and halves of surrogate pairs raised in the middle of writing; marks and emoji were lost with them."""
    body = "one\ufffe two\u2028three 🐘 &#xFFFF;&#xD800;&#8;\n"
    site.file("a.md", f"\ufeff---\ntitle: a\ufffeb\uffffc 👩‍💻\ntags: [t\ufffe]\ndate: {DATE}\n---\n{body}")
    site.file("b.md", '{"title": "b\\ud800c", "date": "2024-01-01"}\n' + body)
    report = site.build()
    assert [(problem.path, problem.code) for problem in report.problems] == [
        ("a.md", "front-matter-yaml"),
        ("b.md", "front-matter-json"),
    ]
    for feed in [*site.each(), *site.each("tag:t")]:
        (item,) = feed.items
        assert (item.title, item.tags) == ("abc 👩‍💻", ("t",))
        assert "one two" in item.html
        assert "🐘" in item.html
        assert not any(0xD800 <= ord(c) <= 0xDFFF or c in "\ufffe\uffff\ufeff\x08" for c in item.html)


def test_c05_ampersand_in_a_term(site: Site) -> None:
    """A tag with `&`, `<` or quotation marks broke the element or the attribute it stood in."""
    name = "R&D <x> \"q\" 's'"
    site.post("a.md", title="A", tags=[name], categories=["A & B"], date=DATE)
    site.build()
    for feed in [*site.everywhere(), *site.everywhere(f"tag:{name}"), *site.everywhere("category:A & B")]:
        assert set(feed.items[0].tags) == {name, "A & B"}
    page = lxml.html.fromstring((site.out / "index.html").read_bytes())
    assert name in " ".join(page.text_content().split())
    outlines = etree.parse(site.out / "opml.xml").iter("outline")
    assert any(name in outline.get("text") for outline in outlines)


def test_c06_ampersand_in_an_address(site: Site) -> None:
    """`&` in the address of an enclosure or of the feed stood bare, or was escaped twice."""
    body = "[x](/y?a=1&b=2) ![](/i.png?a=1&b=2)"
    site.post("a.md", body, title="A", permalink="/p?a=1&b=2", audio="/a.mp3?a=1&b=2", date=DATE)
    site.build(feed={"paths": {"site": "a&b/{file}"}})
    for form, name in FILES.items():
        feed = parse((site.out / "a&b" / name).read_bytes())
        (item,) = feed.items
        assert feed.own == f"https://example.org/feeds/a%26b/{name}", form
        assert item.url == "https://example.org/p?a=1&b=2"
        assert item.files[0][0] == "https://example.org/a.mp3?a=1&b=2"
        tree = lxml.html.fragment_fromstring(item.html, create_parent="div")
        assert [link.get("href") for link in tree.iter("a")] == ["https://example.org/y?a=1&b=2"]
        assert [image.get("src") for image in tree.iter("img")] == ["https://example.org/i.png?a=1&b=2"]


def titles() -> list[tuple[str, str]]:
    """(as written, as shown) of the case file."""
    posts = tomllib.loads((CASES / "titles.toml").read_text("utf-8"))["post"]
    return [(post["title"], post.get("shown", post["title"])) for post in posts]


def with_titles(site: Site) -> None:
    for number, (written, _shown) in enumerate(titles()):
        site.post(f"{number}.md", title=written, date=f"2024-01-01 10:{59 - number}:00")
    site.build(feed={"limit": 100})


def test_c07_titles_are_escaped_once(site: Site) -> None:
    """Titles were escaped twice (`&amp;amp;`), or not at all. What is read back is what was meant."""
    with_titles(site)
    for feed in site.everywhere():
        assert feed.titles == [shown for _written, shown in titles()], feed.form


def test_c08_cdata_in_a_text(site: Site) -> None:
    """A text about XML ended the CDATA section that it was wrapped in."""
    body = "```xml\n<![CDATA[x]]>\n```\n\nbare ]]> here\n\n<p>raw <![CDATA[y]]> z</p>"
    site.post("a.md", body, title="about ]]> and <![CDATA[", summary="ends ]]> early", date=DATE)
    site.build()
    for feed in site.each():
        (item,) = feed.items
        tree = lxml.html.fragment_fromstring(item.html, create_parent="div")
        assert tree.find(".//pre").text_content().strip() == "<![CDATA[x]]>"
        assert "bare ]]> here" in tree.text_content()
        assert item.title == "about ]]> and <![CDATA["
        summary = item.summary if feed.form != "rss" else lxml.html.fromstring(item.summary).text_content()
        assert summary == "ends ]]> early"


@pytest.mark.parametrize("carried", ["full", "summary"])
def test_c09_atom_says_that_content_is_html(site: Site, carried: str) -> None:
    """Atom content with no type, or with an invented one, showed its tags as text."""
    site.post("a.md", "**bold** words", title="A & B", summary="In *short* & < 5", date=DATE)
    site.build(feed={"content": carried})
    (entry,) = site.feed("atom").raw.findall("{*}entry")
    content = entry.find("{*}content")
    assert content.get("type") == "html"
    assert lxml.html.fromstring(content.text).tag == "p"
    assert entry.find("{*}summary").get("type") == "text"
    assert entry.find("{*}summary").text == "In short & < 5"
    assert entry.find("{*}title").get("type", "text") == "text"


def test_c14_json_is_written_by_an_encoder(site: Site) -> None:
    """Quotation marks, backslashes and line breaks in a title ended the JSON text they were pasted into."""
    with_titles(site)
    feed = json.loads((site.out / "feed.json").read_bytes())
    assert [item["title"] for item in feed["items"]] == [shown for _written, shown in titles()]
    assert all("&quot;" not in item["title"] and "&#" not in item["title"] for item in feed["items"])


def test_c15_chinese_is_utf8_and_says_so(site: Site) -> None:
    """Chinese feeds were read in the encoding of the reader's country, since nothing named another."""
    site.post("文.md", "正文：你好，世界。", title="中文标题", tags=["金融"], author="张三", date=DATE)
    site.build(site={"title": "海"})
    for at, path in documents(site.out):
        data = path.read_bytes()
        assert "中文标题" in data.decode("utf-8"), at
        if path.suffix == ".xml":
            assert data.splitlines()[0] == b'<?xml version="1.0" encoding="UTF-8"?>'
        (item,) = parse(data).items
        assert (item.title, item.tags, item.authors) == ("中文标题", ("金融",), ("张三",))
        assert item.html == "<p>正文：你好，世界。</p>"
    page = (site.out / "index.html").read_bytes()
    assert b'<meta charset="utf-8">' in page[:1024].lower()


def test_c17_nothing_stands_before_the_declaration(site: Site) -> None:
    """A blank line or a byte order mark before the XML declaration makes a document that is no XML."""
    site.file("a.md", f"\ufeff\n\n---\ntitle: A\ntags: [t]\ndate: {DATE}\n---\n\n\nWords.\n")
    site.build()
    assert len(list(documents(site.out))) == 6
    for _at, path in documents(site.out):
        assert path.read_bytes()[:5] in (b"<?xml", b'{\n  "')
    with pytest.raises(AssertionError):
        parse(b"\n" + (site.out / "rss.xml").read_bytes())


TEMPLATES = {
    "jekyll": ("_posts/2024-01-05-a.md", "before {% wobble now %} after {{ nothing.known | gone }}", ("{%", "{{")),
    "hugo": ("content/posts/a.md", 'before {{< wobble "x" >}} after {{% gone %}}', ("{{<", "{{%")),
    "docusaurus": (
        "blog/2024-01-05-a.mdx",
        "import X from './x'\n\nbefore <Wobble now={1 + 1} /> after",
        ("import", "<W"),
    ),
}


@pytest.mark.parametrize("dialect", TEMPLATES)
def test_c39_template_code_is_reported_not_shown(site: Site, dialect: str) -> None:
    """Template code of the generator stood in the feed as text, or stopped the build."""
    name, body, marks = TEMPLATES[dialect]
    site.post(name, body, title="A", date=DATE)
    report = site.build(content={"dialect": dialect})
    assert "template-unknown" in codes(report)
    for feed in site.each():
        (item,) = feed.items
        assert "before" in item.html
        assert "after" in item.html
        assert not any(mark in item.html for mark in marks), item.html
