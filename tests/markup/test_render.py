"""What is not easily shown by a file: engines, plain text, and bodies made to exhaust."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicate.markup import _markdown, fingerprint
from syndicate.markup.render import to_html
from syndicate.markup.safe import clean
from tests.growth import seconds

URL = "https://example.org/a/"


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("\n \n", ""),
        ("One & <two>\nlines\n\n\nThree\r\n\r\nFour", "<p>One &amp; &lt;two&gt;\nlines</p>\n<p>Three</p>\n<p>Four</p>"),
        ("  indented", "<p>  indented</p>"),
    ],
)
def test_plain_text(body: str, html: str) -> None:
    assert to_html(body, "text") == html


def test_html_stays() -> None:
    assert to_html("<p>*a* {: .x}</p>\n", "html") == "<p>*a* {: .x}</p>\n"
    assert to_html("<p>a</p>\n<>\n<p><></p><pre>\n<>\n</pre>", "html") == "<p>a</p>\n\n<p></p><pre>\n<>\n</pre>"


def test_another_markup_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="rst"):
        to_html("x", "rst")


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("{:ok}", ""),
        ("a {:ok} b", "<p>a {:ok} b</p>\n"),
        ("{::comment}\nnever closed", "<p>\nnever closed</p>\n"),
        ("{::comment} a {:/} b", "<p> b</p>\n"),
        ("{::nomarkdown}a{:/nomarkdown}", "<p>a</p>\n"),
        ("* a\n* b\n{: .x}", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("`a`{:.x} `{:.x}`", "<p><code>a</code> <code>{:.x}</code></p>\n"),
        ("<!-- {: .x} -->", "<!-- {: .x} -->\n"),
        ("## C {#c}\n\n{#c}", "<h2>C</h2>\n<p>{#c}</p>\n"),
        ("[x](#fn-y)", '<p><a href="#fn-y">x</a></p>\n'),
        ("a\ud800b", "<p>ab</p>\n"),
    ],
)
def test_marks_of_kramdown(body: str, html: str) -> None:
    assert to_html(body, "markdown") == html


PIECES = st.sampled_from(
    """www. www.a.bc http://a.bc https://x.yz/w_w ](https://a.bc) [ ] ( ) [x](https://a.bc/w) ![ [r]:~https://a.bc [r]
    [^w] [^w]:~ ` ** _ ~~ \\ &#58; &#64; a@b.cd mailto: : :// w < > <https://a.bc> <a~href="https://a.bc"> </a>
    src="https:// href="http:// " - | # <p> </p> <p~class="x"> <div> <center> <pre> <!-- --> ftp:// text \u4e2d\u6587
    /www.a.bc [x]""".replace("~~", "\0")
    .replace("~", " ")
    .replace("\0", "~~")
    .split()
) | st.sampled_from([" ", "  ", "\n", "\n\n", "\n \t\n", "\n    ", "\r", "\r\n", "\0", "\ufeff", "\x0b", "\xa0"])


@pytest.mark.skipif(_markdown.engine() != "comrak", reason="the other engine has no such shortcuts")
@settings(max_examples=2000, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(["", "<p>", "<div>a", "</p>x", "<ul "]))
@example("[x](https://a.bc", "")
@example("\\[x](https://a.bc)", "")
@example("![[]https://a.bc](y)", "")
@example("[r]\n\n[r]: https://a.bc", "")
@example("a&#64;b.cd", "")
@example("x</p>\n \n[r]\n\n[r]: https://a.bc/w", "<p>")
@example("x</p>\r\r*y*", "<p>")
@example("x</p>\n\n\ufeffy", "<p>")
@example("x</p>\n\n: y", "<p>")
@example("x</p>\n  ", "<p>")
@example(f"a</p>\n\n[r]:{'u' * 10}\n[r] [r] [r]", "<p>")
def test_what_is_spared_the_engine_changes_nothing(text: str, before: str) -> None:
    assert _markdown._by_comrak(before + text) == _markdown._comrak()(before + text)


def test_the_fallback_agrees_on_ordinary_posts() -> None:
    body = "# A\n\nB *c* [d](e) `f` ~~g~~\n\n| h | i |\n|---|--:|\n| 1 | 2 |\n\n* j\n* k\n\n> l\n\n"
    body += "<b>m</b>\n\n```\nn < o\n```\n"
    pure = clean(_markdown._markdown_it()(body).replace("<s>", "<del>").replace("</s>", "</del>"), URL)
    assert pure.replace(' align="right"', "") == clean(to_html(body, "markdown"), URL).replace(' align="right"', "")


def test_the_fingerprint_names_the_engine() -> None:
    assert _markdown.engine() in ("comrak", "markdown-it")
    assert f"-{_markdown.engine()} " in fingerprint()


SIZE = 20_000
EXHAUSTING = {
    "quotations": ">" * SIZE,
    "brackets": "[" * SIZE,
    "links": "[a](" * (SIZE // 4),
    "images": "![" * SIZE,
    "emphasis": "*a_ " * (SIZE // 4),
    "strong": "**" * SIZE + "a" + "**" * SIZE,
    "ticks": "".join("e" + "`" * count for count in range(200)),
    "lists": "".join("  " * depth + "* a\n" for depth in range(200)),
    "table": "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|\n" * 3000,
    "tags": "<a " * (SIZE // 3),
    "comments": "<!--" * (SIZE // 4),
    "footnotes": "[^a]: " * (SIZE // 6),
    "references": "[a]: /" + "b" * SIZE + "\n\n" + "[a]" * 5000,
    "entities": "&" * SIZE,
    "autolinks": "www." * (SIZE // 4) + "a@" * SIZE,
    "blocks": "<div>" * SIZE,
    "blocks, ends that end nothing": "<div></b>" * SIZE,
    "formatting": "".join(f"<b title={n}>" for n in range(1500)) + "<p>x" * 3000,
    "unwrapped": "".join(f"<font size={n}>" for n in range(1500)) + "<p>x" * 3000,
    "attribute lists": "{: " + "a=& " * SIZE + "\n" + "{:a:" * SIZE + "\n{: .a" + " .a" * SIZE,
    "comments of kramdown": "{::comment}" * SIZE,
    "open code": "<code>{: .a}" * SIZE + "<>",
    "spaces": "# a" + " " * SIZE + "{#",
    "srcset": '<img srcset="' + ", " * SIZE + 'a 1x">',
    "style": '<p style="' + " " * SIZE + "height: " + " " * SIZE + '">x',
    "path": '<a href="' + "/.." * SIZE + '">x</a>',
    "host": '<a href="http://' + "é." * SIZE + '">x</a>',
    "pictures": "<picture>" * 3000,
    "definitions": "a\n: b\n\n" * 57_000,
    "definitions in quotations": "> a\n> : b\n>\n" * SIZE,
    "definitions in lists": "- a\n\n  : b\n\n" * SIZE,
    "icons": "<i aria-hidden=true>" * 3000,
    "addresses": "mailto:a@b.c " * 32_000,
    "references of characters": "&" * 500_000,
    "hard spaces": "\u00a0" * 500_000,
    "quotations in one line": ">" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", EXHAUSTING)
def test_exhausting_bodies_take_little_time(kind: str) -> None:
    """C07 allows five seconds a post; the slowest of these takes a tenth of one."""
    assert seconds(lambda: clean(to_html(EXHAUSTING[kind], "markdown"), URL)) < 2


def test_definitions_beyond_measure_are_left_as_text() -> None:
    """Not by the clock alone: 400 KB of them would take the engine half a minute or more."""
    assert "<dl>" not in to_html("a\n: b\n\n" * 57_000, "markdown")
    assert "<dl>" not in to_html("a\n\n~ b\n\n" * 501, "markdown")
    assert "<dl>" not in to_html("<p>\n" + ": a\n" * 501 + "\nterm\n: b\n", "markdown")
    if _markdown.engine() == "comrak":
        assert to_html("a\n: b\n\n" * 400, "markdown").count("<dd>") == 400


def test_addresses_beyond_measure_are_left_as_text() -> None:
    """Not by the clock alone: 400 KB of them would take the engine gigabytes, and the process with it."""
    for sign in ("@", "&#64;", "&#0064;", "&#x40;", "&#X040;", "&commat;"):
        assert "href" not in to_html(f"a{sign}b.cd " * 501, "markdown")
    assert "href" not in to_html("<p>" + "@" * 501 + "\n\na@b.cd", "markdown")
    assert to_html("a@b.c " * 500 + "\n\n~ b", "markdown").count("href") == (
        500 if _markdown.engine() == "comrak" else 0
    )


def test_a_long_text_stays_whole() -> None:
    """A parser is given it in pieces, which nobody sees."""
    for text in ("&amp;&lt;" * 6_000, "a&nbsp;" * 6_000, "&amp;" * 3_000 + "x" * 30_000 + "&amp;" * 3_000):
        assert clean(f"<p title='{text}'>{text}</p>{text}", URL) == f'<p title="{text}">{text}</p>{text}'


def test_what_exhausts_is_shown_as_text() -> None:
    assert clean("<div>" * 1100 + "<p>a</p><p>b", URL) == "<p>a</p><p>b</p>"


def test_a_drawing_is_no_reason_for_suspicion() -> None:
    drawing = "<svg>" + '<path d="M0 0"/>' * 1100 + "</svg>"
    assert clean(f"<div>{drawing}<b>a</b></div>", URL) == "<div><b>a</b></div>"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}:.#a\"'=/<>&`*\n -[]^|!~1") | st.text())
def test_any_body(body: str) -> None:
    for markup in ("markdown", "html", "text"):
        out = clean(to_html(body, markup), URL)
        assert clean(out, URL) == out
