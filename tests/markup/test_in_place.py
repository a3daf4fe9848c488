"""What is done quickly for most posts is the same as what is done step by step for all."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicate.markup import safe
from syndicate.markup._allowed import FULL_RULES, RULES
from syndicate.markup._in_place import _EMPTY, _may_be_empty, in_place
from syndicate.markup._tables import in_order
from syndicate.markup._urls import base_of, page
from syndicate.markup._walk import rewrite
from tests.growth import is_linear
from tests.markup.test_safe_properties import ATTRIBUTE, END, SOUP, TAG, URL, WORDS

BASE = base_of(URL)

# Less of everything and more of what is common, so that many texts can be done in place.
COMMON = st.sampled_from("a a b p p div span em li td h2 pre br hr code".split())
PLAIN_TAG = st.tuples(COMMON, st.lists(ATTRIBUTE, max_size=1)).map(lambda tag: f"<{tag[0]}{''.join(tag[1])}>")
ADDRESS = st.sampled_from(
    "https://h.example/x?a=1&amp;b=2#c https://h.example https://H.example/ https://h.example:99999/ https://h./?"
    " https://h.example/%zz https://h.example/&amp;lt; https://h.example/&#39; //h.example/a/../b ../y #z"
    " mailto:a@b.example data:image/png;base64,AAAA data:text/html,x DATA:image/gif;base64,AAAA javascript:x"
    " x&nbsp;y".split()
)
BESIDE = st.sampled_from(
    "alt='\"\t<span>' width=552 width=1 height=1px srcset='z\t2x' longdesc=q hidden title=t style='display:none'"
    " style='height:1px' aria-hidden=true class=c".split(" ")
)
REFERENCE = st.tuples(
    st.sampled_from(['<a href="', '<a title=t href="', '<img src="', '<img alt=a src="', '<q cite="']),
    ADDRESS,
    st.lists(BESIDE, max_size=3).map(" ".join),
).map(lambda parts: f'{parts[0]}{parts[1]}" {parts[2]}>')
PLAIN_SOUP = st.lists(
    PLAIN_TAG
    | REFERENCE
    | COMMON.map(lambda name: f"</{name}>")
    | st.sampled_from([*WORDS, "x", "\n\n", "<a href=x>", "<img src=y>"]),
    max_size=20,
).map("".join)

CELL = st.lists(TAG | END | PLAIN_TAG | st.sampled_from(WORDS), max_size=4).map("".join)


def table(cell: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A table as somebody may have meant it, end tags forgotten here and there."""
    one = st.tuples(st.sampled_from(["<td>", "<td width=1>", "<th>"]), cell, st.sampled_from(["", "</td>", "</th>\n"]))
    row = st.tuples(
        st.sampled_from(["<tr>", '<tr class="x">', "", "<tbody><tr>", "x<tr>", "<tr title='>'>"]),
        st.lists(one.map("".join), max_size=3).map("".join),
        st.sampled_from(["", "</tr>\n", "</tr></tbody>", "</tr><p>"]),
    )
    rows = st.lists(row.map("".join), max_size=3).map("".join)
    return st.tuples(st.sampled_from(["<table>", "<table border=1>\n", "<table><caption>y"]), rows).map(
        lambda parts: f"{parts[0]}{parts[1]}</table>"
    )


TABLES = st.tuples(CELL, table(CELL | table(CELL)), CELL).map("".join)


@settings(max_examples=600, deadline=None)
@given(SOUP | PLAIN_SOUP | TABLES)
@example("<p>a</p><p> <br></p><div><p></p></div>")
@example("<table><tr><td></td></tr></table><ul><li></li></ul>")
@example("<a name=x>y</a> <a href=z>z</a>")
@example("<pre>\n\n\n<b>\n</b>\nx</pre>")
@example("<h1><span>a<h2>b")
@example("<p>x<span lang=de> </span><span>y</span>")
def test_in_place_is_what_the_walk_makes(html: str) -> None:
    for profile, rules in (("safe", RULES), ("full", FULL_RULES)):
        chosen = safe._BY_NAME[profile]
        sanitised = safe.legal(chosen.cleaner.clean(safe.parsable(safe.legal(html))))
        if "<iframe" in sanitised:
            continue
        assert in_place(sanitised, BASE, chosen.frames) in (None, rewrite(sanitised, BASE, rules))


NOTHING = st.sampled_from(
    [
        *("<b>", "</b>", "<p>", "</p>", "<li>", "</li>\n", '<ol start="2">', "</ol>", "</blockquote>\n", "<br>", "\n"),
        *(
            "&nbsp;",
            "\u200b",
            "\ufeff",
            "x",
            " ",
            '<img src="/">',
            '<img src="/" alt="">\n',
            '<q title="<img a=">',
            "</q>",
        ),
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(NOTHING, max_size=9).map("".join))
@example('<b title="<img "></b>')
@example("<ul><li></li>\n</ul>")
@example("x<br><b>&nbsp;<br></b>")
def test_no_empty_element_is_overlooked(html: str) -> None:
    if _EMPTY.search(html):
        assert _may_be_empty(html)


def test_what_cannot_be_empty_by_its_ends() -> None:
    assert not _may_be_empty('<ul>\n<li>a</li>\n</ul><p>b<br></p><p><img src="/c"></p><pre><code>d\n</code></pre>')


@pytest.mark.parametrize(
    ("html", "done"),
    [
        ("<p>a <a href='x'>b</a> <img src='y'></p><p></p>", True),
        ("<span>a</span> <span style='color:red'>b</span> <a>c</a>", True),
        ("<p hidden>a</p>", False),
        ("<video src='x'></video>", False),
        ("<span lang='de'>a</span> <span style='color:red'>b</span>", False),
        ("<h1><span><h2>a", False),
        ("<div>" * 20, False),
    ],
)
def test_what_is_done_in_place(html: str, done: bool) -> None:
    assert (in_place(safe._SAFE.cleaner.clean(html), BASE, False) is not None) is done


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "<br>",
        "<br> <b></b>",
        "<td></td>",
        "<table><tr><td></table>",
        "<p> </p>",
        "<h1>x</h1>",
        "<a href=x>y</a>",
        "\n",
        "<p><img src=y></p>",
    ],
)
def test_time_does_not_grow_with_the_square_of_the_tags(piece: str) -> None:
    start = "<table><tr>" * (piece == "<td></td>")
    assert is_linear(lambda count: safe.clean(start + piece * count, URL), 8_000)


@settings(max_examples=600, deadline=None)
@given(TABLES)
@example("<table><tr title='> <td>'>x</table>")
@example("<a href=1><table><tr><td><applet></table><a href=2>x")
def test_tables_in_order_are_settled_at_once(html: str) -> None:
    html = safe.parsable(safe.legal(html))
    if safe.concerns(html) or safe._may_move(html):
        return
    for profile in (safe._BY_NAME["safe"], safe._BY_NAME["full"]):
        once = safe._once(html, BASE, profile, False)
        assert safe._once(once, BASE, profile, safe.concerns(once)) == once


@pytest.mark.parametrize(
    ("html", "sound"),
    [
        ("<p>x", True),
        ("<table>\n<thead><tr><th>a</th><th>b</thead> <tbody>\n<TR class=x><td>c<p>d</td></TR></tbody></table>e", True),
        ("<table><tr><td><table><tr><td>a</table>b</table>", True),
        ("<table>x<tr><td>a</table>", False),
        ("<table><tr><td>a</td>x</tr></table>", False),
        ("<table><p><tr><td>a</table>", False),
        ("<table><tr title='> <td>'>x</table>", False),
        ("""<table><tr a'="b'><td>">x</table>""", False),
        ("<table><tr><td\xa0>x</table>", False),
        ("<table><tr><!-- --><td>x</table>", False),
    ],
)
def test_in_order(html: str, sound: bool) -> None:
    assert in_order(html) is sound


@pytest.mark.parametrize(
    ("value", "absolute"),
    [
        ("../a/./b?x=/./#/..", "https://example.org/news/a/b?x=/./#/.."),
        ("//h/a/../b?#", "https://h/b"),
        ("//h-/a/../b", None),
        ("//h/x/..", "https://h/"),
        ("///h/x", "https://h/x"),
        ("a/b:c", "https://example.org/news/2022/a/b:c"),
        ("a:b", None),
        ("%", "https://example.org/news/2022/%25"),
        ("", None),
    ],
)
def test_references_with_dots_and_slashes(value: str, absolute: str | None) -> None:
    assert page(value, BASE) == absolute
