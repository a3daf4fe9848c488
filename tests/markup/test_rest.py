"""reST bodies: what is shown of them, what never is, and what may not take long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.markup.render import to_html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("A *b* ``c``.\n", "<p>A <em>b</em> <code>c</code>.</p>"),
        ("Section\n=======\n\nx\n", '<section id="section">\n<h2>Section</h2>\n<p>x</p>\n</section>'),
        (".. code-block:: python\n   :linenos: table\n\n   x < 1\n", "<pre><code>x &lt; 1</code></pre>"),
        ("Look::\n\n  <b>\n", "<p>Look:</p>\n<pre><code>&lt;b&gt;</code></pre>"),
        (":math:`a^2`\n\n.. math:: b < c\n", "<p><code>a^2</code></p>\n<pre><code>b &lt; c</code></pre>"),
        (".. image:: a.png\n   :loading: embed\n", '<img alt="" src="a.png" />'),
        (":abbr:`FAQ (often asked)`\n", "<p><abbr>FAQ</abbr></p>"),
        (".. youtube:: abc\n\nx\n", "<p>x</p>"),
        (
            ".. box::\n   :opt: x\n\n   Kept *text*.\n\n   .. box::\n\n      More.\n",
            "<p>Kept <em>text</em>.</p>\n<p>More.</p>",
        ),
        (":unknown:`role` and |none|\n", "<p>:unknown:`role` and |none|</p>"),
        (".. include:: /etc/hostname\n\nx\n", "<p>x</p>"),
        (".. raw:: html\n\n   <b>\n\nx\n", "<p>x</p>"),
        (".. csv-table::\n   :file: /etc/hostname\n\nx\n", "<p>x</p>"),
        (".. |now| date::\n\nIt is |now|.\n", "<p>It is |now|.</p>"),
        (".. contents::\n\nA\n=\n\nx\n", '<section id="a">\n<h2>A</h2>\n<p>x</p>\n</section>'),
        ("Short\n==\n\nx\n", "<p>Short\n==</p>\n<p>x</p>"),
        ("", ""),
    ],
)
def test_what_is_shown(body: str, html: str) -> None:
    assert to_html(body, "rest").strip() == html


def test_a_role_of_one_text_is_none_in_another() -> None:
    assert "<span" in to_html(".. role:: mine\n\n:mine:`x`\n", "rest")
    assert to_html(":mine:`x`\n", "rest") == "<p>:mine:`x`</p>\n"
    to_html(".. default-role:: emphasis\n", "rest")
    assert to_html("`x`\n", "rest") == "<p><cite>x</cite></p>\n"


@pytest.mark.parametrize(
    "body",
    [
        "*a " * 160_000,
        "".join(" " * depth + "- a\n\n" for depth in range(400)),
        ".. |a| replace:: |b| |b|\n.. |b| replace:: |c| |c|\n\n" + "|a| " * 400,
        "+-+-+\n|a|b|\n+-+-+\n" * 2_000,
        "x" * 400_000,
        "a_ " * 100_000,
        "- a\n" * 25_000,
        ".. note::\n   a\n\n" * 2_100,
        "{a}" * 25_000,
    ],
    ids=lambda body: f"{body[:9]!r}…{len(body)}",
)
def test_what_would_take_long_is_shown_as_it_is(body: str) -> None:
    assert to_html(body, "rest").startswith("<pre>")


WORDS = "* ** ` `` _ | :: .. .. |a| [1]_ === --- + +-+ :a: <x> \\ - 1. é".split()
MARKS = st.sampled_from([*WORDS, "\n", "\n\n", "\n   ", ".. x::", ".. |a|"])


@given(st.lists(MARKS | st.text(max_size=4), max_size=40).map(" ".join) | st.text(st.characters(exclude_categories=())))
def test_no_text_raises(body: str) -> None:
    assert "system-message" not in to_html(body, "rest")
