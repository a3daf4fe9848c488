"""Pages as generators write them, `cases/built/NAME.html`, beside the body of the post in them, `NAME.out`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.markup.built import LONGEST_PAGE, MOST_TAGS, article, base_of_page
from tests.growth import is_linear

CASES = sorted((Path(__file__).parents[1] / "cases/built").glob("*.html"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    asked = re.match("<!-- selectors: (.*) -->", page)
    out = article(page, asked[1].split(", ") if asked else ())
    assert f"{out}\n" == path.with_suffix(".out").read_text(encoding="utf-8")


def test_selectors_that_are_none() -> None:
    assert article("<article>x</article>", ["a > b", "", "..", "[", "a:hover"]) == ""


@pytest.mark.parametrize(
    ("page", "base"),
    [
        ('<head><base href="/blog/"><base href="/other/"></head>', "/blog/"),
        ("<BASE HREF=' https://h/x '>", "https://h/x"),
        ("<base target=_top><p>base</p>", ""),
        ("<base href='javascript:alert(1)'>", ""),
        ("", ""),
    ],
)
def test_base(page: str, base: str) -> None:
    assert base_of_page(page) == base


PIECES = st.sampled_from(
    "<article> </article> <main> <h1> </h1> <header> <aside> <p> x <base href=x> <div class=post-content> </div>"
    " <iframe> <noscript> </noscript> <script> <table> <td> \x00 &#1; <!-- \ud800 <nav id=toc> <form> <base".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_never_raises(page: str) -> None:
    assert isinstance(article(page), str)
    assert isinstance(article(page, ["p", "[href]", "*"]), str)
    assert isinstance(base_of_page(page), str)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "<article><h1>",
        "<header><div>",
        "<p class=post-content>x",
        "<main><aside>x",
        "<",
        "<article",
        "<b>",
        "<table><td>",
        "<noscript><img>",
        "<base href=x>",
    ],
)
def test_hostile_pages_take_bounded_time(piece: str) -> None:
    def read(size: int) -> None:
        page = piece * (size // len(piece))
        article(page)
        base_of_page(page)

    assert is_linear(read, 100_000)


def test_pages_beyond_the_limit_have_no_body() -> None:
    page = "<article>x</article>"
    assert article(page.ljust(LONGEST_PAGE)) == "x"
    assert article(page.ljust(LONGEST_PAGE + 1)) == ""
    assert article("<br>" * (MOST_TAGS - 2) + page) == "x"
    assert article("<br>" * (MOST_TAGS - 1) + page) == ""
