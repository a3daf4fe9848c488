"""Links between source files: `cases/templates/links/NAME.md` and the same name with `.out`, and what is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.markup import links

CASES = sorted((Path(__file__).parents[1] / "cases/templates/links").glob("*.md"))
KNOWN = {
    "a/other.md": "https://example.org/other",
    "a/other.rst": "https://example.org/rest",
    "a/Other.MD": "https://example.org/case",
    "b/deep.markdown": "https://example.org/deep?a=1&copy=(c)",
    "a/with blank.md": "https://example.org/blank",
    "a/with(1).md": "https://example.org/brackets",
    "a/my_note.md": "https://example.org/escaped",
}


def known(body: str, path: str) -> dict[str, str]:
    found = {each.written: each.candidates for each in links.references(body, path)}
    return {written: KNOWN[names[0]] for written, names in found.items() if names[0] in KNOWN}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    body = path.read_text(encoding="utf-8")
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    assert links.resolved(body, "a/post.md", known(body, "a/post.md")) == expected


def test_each_destination_once_in_order() -> None:
    body = "[x](b.md) [y](a.md#h) [z](b.md) [q](../c/./d.mdx)"
    found = [(each.written, each.candidates) for each in links.references(body, "n/post.md")]
    assert found == [("b.md", ("n/b.md",)), ("a.md#h", ("n/a.md",)), ("../c/./d.mdx", ("c/d.mdx",))]


def test_nothing_above_the_site() -> None:
    assert links.references("[x](../../a.md) [y](/../a.md) [z](%2e%2e/%2e%2e/a.md)", "n/post.md") == []


def test_html_has_no_markdown() -> None:
    body = "[x](a.md) <a href='b.md'>b</a> <link href='c.md'> <code><a href='d.md'>d</a></code>"
    assert [each.written for each in links.references(body, "post.html")] == ["b.md"]


def test_not_more_than_anybody_follows() -> None:
    body = " ".join(f"[x]({number}.md)" for number in range(5_000))
    assert len(links.references(body, "post.md")) == links.MOST


@given(st.text(" []()<>#?%.md/:\\\"'\n`ahref=", max_size=80), st.sampled_from(["a.md", "x/a.html", ""]))
def test_never_raises_and_leaves_what_is_unknown(body: str, path: str) -> None:
    assert links.resolved(body, path, {"nobody": "u"}) == body
    for each in links.references(body + ".md", path):
        assert not each.candidates[0].startswith(("/", ".."))


PIECES = [
    "](",
    "](a](",
    "[a]:\n",
    "<a ",
    "<a href=",
    '<a href="',
    "](<",
    "](x(",
    "](a.md",
    "[x](a.md) ",
    "> ",
    "[\\",
    ".md",
]


@pytest.mark.parametrize("piece", PIECES)
def test_takes_no_squared_time(piece: str) -> None:
    body = piece * 200_000 + " .md"
    links.references(body, "post.md")
    links.resolved(body, "post.md", {"a.md": "https://example.org/a"})
