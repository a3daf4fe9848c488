"""Words, summaries, titles: cut where a person would cut them."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from syndicate.markup import excerpt
from syndicate.markup.legal import legal
from syndicate.markup.render import to_html
from syndicate.markup.safe import clean
from tests.growth import seconds
from tests.markup.test_safe_properties import SOUP

URL = "https://example.org/a/"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two</p>\n<ul><li>a</li><li>b</li></ul>", "One Two a b"),
        ("<p>co<b>mp</b>ound<wbr>word &amp; &lt;b&gt;&nbsp;x<br>y</p>", "compoundword & <b> x y"),
        ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", "a b"),
        ('<p>a<img src="https://h/x" alt="picture">b</p>', "a b"),
        ("<pre><code>if a &lt; b:\n    c\n</code></pre>", "if a < b: c"),
        ("<p>&amp;lt;</p>", "&lt;"),
    ],
)
def test_plain_text(html: str, text: str) -> None:
    assert excerpt.plain_text(html) == text


def test_plain_text_has_no_footnotes() -> None:
    html = clean(to_html("Word[^1] and more.\n\n[^1]: A note.", "markdown"), URL)
    assert excerpt.plain_text(html) == "Word and more."


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 5, "short"),
        ("  folded \n space ", 20, "folded space"),
        ("The quick brown fox", 13, "The quick…"),
        ("The quick brown fox", 16, "The quick brown…"),
        ("The quick, brown fox", 12, "The quick…"),
        ("don't-break-this long", 18, "don't-break-this…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("新能源汽车来了新能源汽车来了", 8, "新能源汽车来了…"),
        ("今天天气好。明天下雨，后天", 8, "今天天气好。…"),
        ("今天天气很好，明天要下雨了", 9, "今天天气很好…"),
        ("中文和English词", 9, "中文和Engli…"),
        ("很长的中文句子和English词", 12, "很长的中文句子和…"),
        ("한국어는 띄어쓰기가 있습니다", 12, "한국어는 띄어쓰기가…"),
        ("ab👨‍👩‍👧cd", 5, "ab…"),
        ("a👍🏽bc", 3, "a…"),
        ("x🇨🇳🇫🇷y", 5, "x🇨🇳…"),
        ("cafe\u0301s et", 5, "caf…"),
        ("a❤️bcd", 3, "a…"),
        ("\u0915\u094d\u0937x", 3, "…"),
        ("\u1100\u1161\u11a8xy", 3, "…"),
        ("e" + "\u0301" * 50, 9, "…"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
    ],
)
def test_summary(text: str, limit: int, cut: str) -> None:
    assert excerpt.summary(text, limit) == cut


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="ab ,。，中\u0301\u200d👍🏽🇨❤\ufe0f"), st.integers(0, 40))
def test_summary_of_any_text(text: str, limit: int) -> None:
    folded, cut = " ".join(text.split()), excerpt.summary(text, limit)
    assert len(cut) <= limit
    if cut != folded and limit:
        assert cut.endswith("…")
        assert folded.startswith(cut[:-1])


@pytest.mark.parametrize(
    ("body", "separator", "above"),
    [
        ("a\n<!--more-->\nb", "<!--more-->", "a\n"),
        ("a\n<!-- More -->\nb", "<!--more-->", "a\n"),
        ("a <!--  read   more-->b", "<!-- read more -->", "a "),
        ("a\nb", "<!--more-->", None),
        ("a", "", None),
        ("<!--more-->\nb", "<!--more-->", None),
        ("\n\na\n\nb", "\n\n", "\n\na"),
        ("a\r\n  \r\nb", "\n\n", "a"),
        ("a\n---8<---\nb", "---8<---", "a\n"),
        ("a\n```\n<!--more-->\n```\nb<!--more-->c", "<!--more-->", "a\n```\n<!--more-->\n```\nb"),
        ("a\n~~~~ x\n~~~\n<!--more-->", "<!--more-->", None),
        ("[x][y] [z]\n<!--more-->\nb\n\n[y]: /y\n[z]: /z 'Z'\n", "<!--more-->", "[x][y] [z]\n\n\n[y]: /y\n[z]: /z 'Z'"),
        ("a[^1] b[^x]\n<!--more-->\nb\n\n[^1]: note", "<!--more-->", "a b[^x]\n\n"),
    ],
)
def test_before_separator(body: str, separator: str, above: str | None) -> None:
    assert excerpt.before_separator(body, separator) == above


@pytest.mark.parametrize(
    "body",
    [
        "```\n<!--more-->\n```\n" * 200_000,
        "<!--more-->\n" + " " * 4_000_000,
        "\n" * 4_000_000,
        "```\n" + "<!--more-->\n\n" * 250_000,
        "<!--" + " " * 4_000_000,
    ],
    ids=["fences", "nothing above", "blank lines", "open fence", "open comment"],
)
@pytest.mark.parametrize("separator", ["<!--more-->", "\n\n", "<!-- -->"])
def test_separators_by_the_hundred_thousand(body: str, separator: str) -> None:
    """Squared, half an hour and more; as it is, each of these takes less than a second."""
    assert excerpt.before_separator(body, separator) is None
    assert seconds(lambda: excerpt.before_separator(body, separator)) < 20


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Plain", "Plain"),
        ("  folded \n\t space ", "folded space"),
        ("Tom &amp; Jerry&#8217;s &#43; &nbsp;x", "Tom & Jerry’s + x"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("How to use &lt;b&gt;", "How to use <b>"),
        ("A <b>bold</b> <em class='x'>title</em> with <code>code</code>", "A bold title with code"),
        ("<I>Upper</i> and a<br/>break<wbr>able <img src=x> end", "Upper and a breakable end"),
        ("a->b and x <- y", "a->b and x <- y"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("C<T>, List<i>, Map<K, V>", "C<T>, List<i>, Map<K, V>"),
        ("The <b> tag", "The <b> tag"),
        ("Using <script>alert(1)</script>", "Using <script>alert(1)</script>"),
        ("AT&T, R&D; &copy=1 &nosuch;", "AT&T, R&D; &copy=1 &nosuch;"),
        ("bell\x07 \x9d\ufffe &#1; \u202egnp.exe", "bell gnp.exe"),
        ("Why <em>Emma</em>…<br>so", "Why Emma… so"),
        ("cafe\u0301 e&#769;", "caf\u00e9 \u00e9"),
        ("\u3000全角\u3000空格\ufeff", "全角\u3000空格"),
        ("<>", "<>"),
        ("", ""),
    ],
)
def test_plain_title(written: str, title: str) -> None:
    assert excerpt.plain_title(written) == title


def test_a_title_has_an_end() -> None:
    assert excerpt.plain_title("x" * 10**6) == "x" * 299 + "…"
    assert len(excerpt.plain_title("word " * 10**5)) <= 300
    assert len(excerpt.plain_title("<b " * 10**5 + "&" * 10**5)) <= 300


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="<>b/i &;#x1amp\u202e\x00\n"))
def test_any_title(text: str) -> None:
    title = excerpt.plain_title(text)
    assert legal(title) == title
    assert title.replace("\u3000", "x") == " ".join(title.replace("\u3000", "x").split())
    assert len(title) <= excerpt.TITLE_LIMIT
    assert not any(unicodedata.category(char) == "Cc" for char in title)


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["<!--more-->", "\n\n", "x"]))
def test_any_body(body: str, separator: str) -> None:
    above = excerpt.before_separator(body, separator)
    assert above is None or above.strip()
    text = excerpt.plain_text(clean(to_html(body, "markdown"), URL))
    assert legal(text) == text


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>x</b>", "<br>", "a", " b", "\n", "é\u0301", "中文。", "&amp;", "&nbsp;", "&lt;b&gt;"]
        )
        | st.text(alphabet="abc def", max_size=40).map(lambda text: f"<p>{text}</p>")
        | st.sampled_from(['<sup><a href="https://h/#fn1">1</a></sup>', "x" * 150, "y " * 90]),
        max_size=40,
    ).map("".join),
    st.integers(min_value=0, max_value=120),
)
def test_a_summary_needs_only_the_beginning(html: str, limit: int) -> None:
    assert excerpt.beginning(html, limit) == excerpt.summary(excerpt.plain_text(html), limit)


@settings(max_examples=300, deadline=None)
@given(SOUP, st.integers(0, 60))
@example("<p>a<b>b</b>c<br>d<wbr>e</p><abbr title='x'>f</abbr><article>g</article>&#1; &#28;h", 5)
@example("<p>&#1; x</p>", 9)
def test_plain_text_has_a_space_for_each_tag_that_is_no_inline_one(html: str, limit: int) -> None:
    done = clean(html, URL)
    assume("#fn" not in done)
    inline = (
        "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q rp rt ruby s samp small span strike"
        " strong sub sup tt u var wbr"
    )
    left = re.sub(rf"</?(?:{'|'.join(inline.split())})(?:\s[^<>]*)?>", "", done)
    words = " ".join(unescape(re.sub("<[^<>]*>", " ", left)).split())
    assert excerpt.plain_text(done) == legal(words)
    assert excerpt.beginning(done, limit) == excerpt.summary(legal(words), limit)
