"""What is cleaned tag by tag is the same as what a parser makes of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicate.markup import safe
from syndicate.markup._straight import _IN_FLOW, _MOST_PLACES, _VOID, _WITHIN
from syndicate.markup._urls import base_of
from tests.growth import is_linear
from tests.markup.test_in_place import ADDRESS, PLAIN_SOUP, REFERENCE, TABLES
from tests.markup.test_safe_properties import ATTRIBUTE, END, SOUP, TAG, URL, VALUES, WORDS

BASE = base_of(URL)

ORDINARY = st.sampled_from(
    [
        "text",
        "中文。",
        " ",
        "\n",
        "a &amp; b",
        "&nbsp;",
        "&quot;",
        "\xa0",
        "&lt;b&gt;",
        "\ufeff",
        "#",
        "¶",
        'class="anchor" data-src="x"',
        "class=lntable",
        "<!-- x -->",
        "<br />",
    ]
)
STRANGE = (
    TAG
    | END
    | REFERENCE
    | st.sampled_from(WORDS)
    | st.text(max_size=6)
    | st.sampled_from(
        "&ldquo; &copy=1 &a=b <a> <span> <p/> <P> <!----> <!--> <!---> <?x> <1> <pre>\n <font> <hr>".split(" ")
    )
    | st.sampled_from(["</p >", '<a href="&copy=1">', '<a href="?a=1&copy=2&b_c=3">', '<p title=" id=" class="x">'])
)
WRITTEN = st.tuples(
    st.sampled_from("id class style title lang href src alt data-code data-src width start".split()),
    st.sampled_from([*VALUES, "x", "en", "2", "lntable", "gutter", "anchor", "#x"]) | ADDRESS,
).map(lambda pair: f' {pair[0]}="{pair[1]}"'.replace("<", "&lt;"))
ATTRIBUTES = st.lists(WRITTEN | ATTRIBUTE, max_size=2).map("".join)


@st.composite
def nested(draw: st.DrawFn, name: str = "", depth: int = 0) -> str:
    """What may stand in an element, now and then with something that may not."""
    written = []
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.integers(0, 5)) == 0:
            written.append(draw(ORDINARY))
        elif draw(st.integers(0, 30)) == 0:
            written.append(draw(STRANGE))
        else:
            child = draw(st.sampled_from(sorted(_WITHIN.get(name, _IN_FLOW))))
            said = draw(ATTRIBUTES)
            inner = draw(nested(child, depth + 1)) if depth < 5 else draw(ORDINARY)
            written.append(f"<{child}{said} />" if child in _VOID else f"<{child}{said}>{inner}</{child}>")
    return "".join(written) or draw(ORDINARY)


def is_as_parsed(html: str) -> bool:
    """Whether HTML is done tag by tag; what comes of it must be what a parser makes."""
    html = safe.legal(html)
    done = []
    for profile in (safe._BY_NAME["safe"], safe._BY_NAME["full"]):
        found = profile.straight.clean(html, BASE)
        assert found in (None, safe._parsed(html, BASE, profile))
        done.append(found is not None)
    return any(done)


@settings(max_examples=1500, deadline=None)
@given(nested() | SOUP | PLAIN_SOUP | TABLES)
@example("<p>x</p><p> <br></p><div><p></p></div>")
@example('<h2>x<a class="anchor" href="#x">y</a></h2><h3><a href="#y">z ¶</a></h3>')
@example('<h2>x <a href="#x">¶</a></h2><img id="x" data-src="y" />data-src class="anchor"')
@example('<p title="class=anchor">class="gutter"</p><a id="¶">¶</a><span id="x">y</span>')
@example('<a href="">x</a><img src="" alt="y" /><a href="z">u</a>')
@example('<img src="a" border="0" /><a href="b" data-x="y">z</a>')
@example('<a href="http://xn--a/">x</a><a href="http://1.2.3.4.5/">y</a><a href="https://h:99999/">z</a>')
@example('<a href="http:x">x</a><a href="/a:b">y</a><a href="a:b">z</a><a href="///h/x">u</a><a href="?a&b=1">v</a>')
@example('<p title=" id=" class="x">y</p><p id="a" id="b" title="c">d</p>')
@example("<table>x<tbody><tr><td>y</td></tr></tbody></table>")
@example("<table><!-- x -->y<tbody><tr><td>z</td></tr></tbody></table>")
@example("<table><tbody><tr><td>x</td>y</tr></tbody></table>")
@example("<p>a&copy=1</p><p>&imageType=k</p>")
@example('<p><img href="http://h/" src=""><a src="x">y</a><a id="x"/>z</a><img src="/a"/></p>')
@example('<img src="https://h.example/a" srcset="/b 2x, c 3x" alt="" /><img src="https://h.example/a" longdesc="d" />')
@example('<p><a href="x" href="y">z</a><a class="x" href="y" href="">z</a></p>')
@example("a>b<c")
@example("<pre>\nx</pre><pre><code>\ny</code></pre>")
@example("<pre><b></b>\nx</pre>")
@example("<b><b><b><b>x</b></b></b></b>")
@example("<ul><li>x<ul><li>y</li></ul></li></ul><ol><li><p>z</p></li></ol>")
@example("\ufeff<p>x</p>")
def test_tag_by_tag_is_what_a_parser_makes(html: str) -> None:
    is_as_parsed(html)


@pytest.mark.parametrize(
    ("html", "done"),
    [
        ("", True),
        ("plain &amp; simple", True),
        ("<p>中文<br />a</p>\n<!-- x --><center><img src='x'></center>", False),
        ('<p>中文<br />a</p>\n<!-- x --><center><img src="//h.example/x?a=1&b=2" border="0" /></center>', True),
        (
            '<p id="x" style="text-align:center"><span id="y"><a href="http://h.example/?a=1&amp;b=2">z</a></span></p>',
            True,
        ),
        ("<table><thead>\n<tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", True),
        ("<blockquote><p>a <strong>b <code>c</code></strong></p><ul>\n<li>d</li>\n</ul></blockquote>", True),
        ("<pre><code>a &lt; &quot;b&quot;</code></pre>", True),
        ('<h2>a</h2><hr><p><input type="checkbox" checked="" disabled="" /> b</p>', True),
        ("<p>a<p>b</p></p>", False),
        ("<p>a", False),
        ("<b><i>a</b></i>", False),
        ("<a href='x'><a href='y'>z</a></a>", False),
        ("<table><tr><td>a</td></tr></table>", False),
        ("<p>&ldquo;a&rdquo; &#65;</p>", False),
        ("<script>a</script>", False),
        ('<p onclick="a">b</p>', True),
        ('<p class="b" id="c">class="anchor"</p>', True),
        ('<h2 id="b">c<br/>d</h2>', True),
        ('<h2>a<a class="anchor" href="#b">c</a></h2>', False),
        ('<h2>a<a href="#b">#</a></h2>', False),
        ('<img src="a" data-src="b" />', False),
        ("<P>a</P>", False),
        ("<div>" * 40 + "a" + "</div>" * 40, False),
        ("<br />" * 1001, False),
        ('<p hidden="">a</p>', False),
        ('<span>a</span><span lang="de">b</span>', False),
    ],
)
def test_what_is_done_tag_by_tag(html: str, done: bool) -> None:
    assert is_as_parsed(html) is done


def test_what_is_remembered_is_bounded() -> None:
    """Places and tags are forgotten when there are many, and found out again."""
    straight = safe._SAFE.straight
    for number in range(_MOST_PLACES):
        names = [name for bit, name in enumerate(("div", "section", "article", "nav")) if number >> bit & 1] * 4
        html = "".join(f'<{name} title="{number}">' for name in names) + "x"
        html += "".join(f"</{name}>" for name in reversed(names))
        is_as_parsed(html)
    assert len(straight._start.others) <= 2 * _MOST_PLACES
    assert len(straight._known) <= 10_000
    assert sum(map(len, straight._done.values())) <= 10_000


def test_what_a_host_has_a_say_in_is_remembered_for_it_alone() -> None:
    """A link from the root of a site leads elsewhere on another host, and a link beside the page on another page."""
    html = '<p><a href="/x">y</a> <a href="z">u</a> <img src="//h.example/v" /></p>'
    for url in (URL, "https://other.example/a/b", "http://other.example/a/b", "https://other.example/c/d/"):
        base = base_of(url)
        for _ in range(2):
            assert safe._SAFE.straight.clean(html, base) == safe._parsed(html, base, safe._SAFE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "<br>",
        "<p>a</p>",
        "<td></td>",
        "&a=",
        '<a href="?&a=">x</a>',
        "<pre>\n",
        "<",
        ">",
        "<!--",
        "</td>\n",
        '<p id="a">',
    ],
)
def test_time_does_not_grow_with_the_square_of_the_text(piece: str) -> None:
    straight = safe._SAFE.straight
    assert is_linear(lambda count: straight.clean(piece * count, BASE), 8_000)
    assert is_linear(lambda count: straight.clean(f'<a href="{piece * count}">x</a>', BASE), 8_000)
