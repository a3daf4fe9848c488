"""Fields in any shape: text, addresses, sizes, durations, headings, as tables."""

from __future__ import annotations

import pytest

from syndicate.content.dialects._addresses import below, beside, encoded, encoded_path
from syndicate.content.dialects._fields import as_text, decoded, language_tag, one_line, shortened
from syndicate.content.dialects._headings import after_first_heading, first_heading
from syndicate.content.dialects._media_values import bytes_of, is_address, of_wordpress, seconds_of
from syndicate.content.dialects._zones import zone_named


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("  a  b ", "a  b"),
        ("a\r\nb\tc", "a b c"),
        ("a \n b", "a b"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u200b\u3000x\ufeff\u00a0", "x"),
        ("a\x00b\x08c\x1f\ufffe", "abc"),
        ("全角　空格", "全角　空格"),
    ],
)
def test_one_line(written: str, clean: str) -> None:
    assert one_line(written) == clean


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("R&amp;D", "R&D"),
        ("&amp;lt;", "&lt;"),
        ("&#8217;&#x2014;", "’—"),
        ("a & b &c &copy=1", "a & b &c &copy=1"),
        ("&nosuch;", "&nosuch;"),
        ("&#99999999;", "&#99999999;"),
    ],
)
def test_references_are_decoded_once(written: str, text: str) -> None:
    assert decoded(written) == text


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert as_text("a\ud800b") == "ab"


def test_what_is_shown_is_short_and_printable() -> None:
    assert shortened("a\u202eb" + "x" * 100) == "a�b" + "x" * 56 + "…"


@pytest.mark.parametrize(
    ("written", "tag"),
    [("zh-CN", "zh-CN"), ("zh_CN.UTF-8", "zh-CN"), (" en ", "en"), ("e", ""), ("en us", ""), ("中文", "")],
)
def test_language_tag(written: str, tag: str) -> None:
    assert language_tag(written) == tag


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("/a b.png", "https://example.org/blog/a%20b.png"),
        ("a.png", "https://example.org/blog/a.png"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("HTTPS://cdn.example/a?x=[1]#f", "https://cdn.example/a?x=%5B1%5D#f"),
        ("https://例え.example/ü%20%", "https://xn--r8jz45g.example/%C3%BC%20%25"),
        ("mailto:a@example.org", ""),
        ("javascript:x", ""),
        ("data:image/png;base64,A", ""),
        ("{{ page.image }}", ""),
        ("https://[broken/", ""),
        ("https:///nobody", ""),
        ("https://example.org|<!--", ""),
        ("//<svg/onload=1>", ""),
        ("https://a..b_c.example:8080?x", "https://a..b_c.example:8080?x"),
        ("https://me@[::1]:/a", "https://me@[::1]:/a"),
        ("https://a.example:65536/", ""),
        ("https://a.example:" + "1" * 5_000, ""),
        ("https://" + "a" * 70 + "ü.example/", ""),
        (" ", ""),
    ],
)
def test_below_the_root(written: str, url: str) -> None:
    assert below("https://example.org/blog", written) == url


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("a.png", "https://example.org/blog/a.png"),
        ("../a.png", "https://example.org/a.png"),
        ("/a.png", "https://example.org/a.png"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("http://[", ""),
        ("tel:1", ""),
    ],
)
def test_beside_the_page(written: str, url: str) -> None:
    assert beside("https://example.org/blog/post.html", written) == url


def test_escapes_are_not_escaped_again() -> None:
    assert encoded_path("/a%20b/ü%/c?d#e") == "/a%20b/%C3%BC%25/c%3Fd%23e"
    assert encoded("https://example.org/a%2Fb?c=%20") == "https://example.org/a%2Fb?c=%20"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:02:03", 3723),
        ("59:58", 3598),
        ("90:00", 5400),
        ("3599", 3599),
        ("3599.9", 3599),
        ("00:00:10.5", 10),
        ("PT1H2M3S", 3723),
        ("PT59M", 3540),
        ("PT1H", 3600),
        ("pt1h", 3600),
        ("3599s", 3599),
        ("62m", 3720),
        ("62 min", 3720),
        ("1h 2m", 3720),
        ("1h2m3s", 3723),
        ("1 hour, 2 minutes", 3720),
        ("1 hr 2 mins 3 secs", 3723),
        (" 90 min. ", 5400),
        ("m", None),
        ("5 metres", None),
        ("PT", None),
        ("an hour", None),
        ("1:2:3:4", None),
        ("", None),
        ("9" * 5000, None),
        ("1 " * 5000, None),
        (" , " * 5000, None),
    ],
)
def test_durations(written: str, seconds: int | None) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("143907840", 143907840),
        ("143,907,840", 143907840),
        ("143 907 840", 143907840),
        ("1_000", 1000),
        ("137 MB", None),
        ("12.3", None),
        ("-1", None),
        ("9" * 5000, None),
    ],
)
def test_sizes(written: str, size: int | None) -> None:
    assert bytes_of(written) == size


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a.png", True),
        ("a.png?w=1", True),
        ("folder/a", True),
        ("https://cdn.example", True),
        ("mailto:a", True),
        ("a-lake", False),
        ("true", False),
        ("1.10", False),
        ("See how it went.", False),
        ("...", False),
    ],
)
def test_addresses_and_names(written: str, said: bool) -> None:
    assert is_address(written) is said


@pytest.mark.parametrize(
    "text", ["a " + "1" * 400_000 + "x", "a" + " " * 400_000 + "b", '"duration";s:1:"' * 40_000, "a 1 " + "w" * 400_000]
)
def test_no_enclosure_is_costly(text: str) -> None:
    assert of_wordpress(text) is None


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# One\n\n## Two\n", "One"),
        ("Text\n\n### Three ###\n", "Three"),
        ("One\ntwo\n---\n", "One two"),
        ("```sh\n# no\n```\n# Yes\n", "Yes"),
        ("~~~\n# no\n```\n# no\n~~~\n\nYes\n===\n", "Yes"),
        ("    # code\n", ""),
        ("#tag\n", ""),
        ("> quote\n---\n", ""),
        ("<!-- # no\n# no -->\n# Yes\n", "Yes"),
        ("# *a* **b** ***c*** `d_e` ~~f~~ [g](/g) ![h](/h) [i][j] <b>k</b> {: .l}\n", "a b c d_e f g h i k"),
        ("# C\\# & 2*3*4 snake_case_name &amp; **与**中文\n", "C# & 2*3*4 snake_case_name & 与中文"),
        ("<h1 class='x'>A <em>b</em></h1>", "A b"),
        ("x\n" * 5000 + "# Too late\n", ""),
        ("", ""),
    ],
)
def test_first_heading(body: str, title: str) -> None:
    assert first_heading(body, markdown=True) == title


def test_html_has_no_markdown_headings() -> None:
    assert first_heading("# no\n<H1>Yes</H1>", markdown=False) == "Yes"


@pytest.mark.parametrize("body", ["<h1" * 2000, "<!--" * 2000, "*" * 5000, "# " + "[" * 5000, "# " + "_a" * 2500])
def test_no_beginning_is_costly(body: str) -> None:
    assert isinstance(first_heading(body, markdown=True), str)


@pytest.mark.parametrize("name", ["Mars/Base", "Asia", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_unknown_zones(name: str) -> None:
    assert zone_named(name) is None


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("# A\nb", "b"),
        ("\n\n  # A *b* #\n\nc", "\nc"),
        ("A b\n===\nc", "c"),
        ("# A", ""),
        ("<h1 class='x'>A <em>b</em></h1>\nc", "\nc"),
        ("A\n---\nb", "A\n---\nb"),
        ("text\n# A", "text\n# A"),
        ("#tag\nx", "#tag\nx"),
        ("## B\n", "## B\n"),
        ("\n    # code\n", "\n    # code\n"),
        ("- a\n=\n", "- a\n=\n"),
    ],
)
def test_a_heading_on_top_that_is_the_title(body: str, rest: str) -> None:
    assert body[after_first_heading(body, markdown=True) :] == rest
