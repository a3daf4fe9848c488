"""Simple front matter is read without a parser: with the same result, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.content import _yaml, _yaml_lines, frontmatter
from syndicate.content._head import HeadFault

CASES = Path(__file__).parents[1] / "cases"

KEYS = st.sampled_from(["title", "date", "tags", "k-1", "标题", "2024", "no", "<<", "a b", '"a"', ""])
VALUES = st.sampled_from(
    [
        "plain", "中文：标题", "2022-02-22 14:20:07 +0800", "http://x.y/a?b#c", "a:b", "a: b", "a #b", "007", "~",
        "yes", "true", '"x"', '"a: b # c"', '"\\n"', "'x'", "'it''s'", "'", '""', "", "[]", "[a, b]",
        '["a", \'b\', true]', "[a: b]", "[a, [b]]", "[a,]", "[a", "{a: b}",
        "|\n  text", ">", "&a x", "*a", "!t x", "x\n  y", "\n- a\n- b",
        "\n  - a\n  - 'b'", "\n  - a\n - b", "\n  - a\n   - b", "\n  - a: b", "\n  - ", "\n\n  - a", "\n  k: v",
        "\ta", "a\tb", "a\x85b", "a\u2028b", "\ufeffa", "a\x00", "-", "- a", "-a", "?", "? a", "@a", "%a", "`a",
        "=", "...",
    ]
)  # fmt: skip
PIECES = st.sampled_from(
    ["", " ", "  ", "\n", "\r\n", "\r", "\t", ":", ": ", "#", " #", "- ", '"', "'", ",", "[", "]", "é"]
)
LINES = st.builds(
    "{}{}{}{}{}".format, KEYS, st.sampled_from([": ", ": ", ": ", ":  ", ":", " : "]), VALUES, PIECES, st.just("\n")
)


def agrees(head: str) -> bool:
    """Whether the head was simple; the two readers must then say the same, in the same order."""
    simple = _yaml_lines.read(head)
    if simple is None:
        return False
    fields, duplicates = _yaml.read(head)
    assert (simple, list(simple), []) == (fields, list(fields), duplicates)
    return True


@given(st.lists(LINES, max_size=5).map("".join))
@example("a: b\n\n# c\nd: e")
@example("a:\n  - b\n# c\n  - d\n")
@example("a: b \ntags:  [ a , b ]  \n")
def test_lines(head: str) -> None:
    agrees(head)


@given(st.lists(st.one_of(KEYS, VALUES, PIECES, st.just("\n"), st.characters()), max_size=12).map("".join))
def test_any_text(head: str) -> None:
    agrees(head)


@pytest.mark.parametrize("path", sorted((CASES / "frontmatter").rglob("*.*")), ids=lambda path: path.name)
def test_the_cases(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        found = frontmatter.YAML.cut(text)
    except HeadFault:
        found = None
    agrees(text[found.head_at : found.head_end] if found else text)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n# only a remark\n",
        'layout: post\ntitle: "A: b"\ndate: 2022-02-22 14:20:07 +0800\ncategories: news\ntags: [a, "b c"]\n',
        "title: It's C#1\r\ntags:\r\n  - a\r\n  - 'b'\r\nimage: https://x.y/z.png\r\ndraft:\r\n",
    ],
)
def test_what_is_simple(head: str) -> None:
    assert agrees(head)


@pytest.mark.parametrize(
    "head",
    [
        "a: b: c\n", "a: b #c\n", "a: 'b' #c\n", "a: &b c\n", "a: *b\n", "a: |\n  b\n", "a:\n  b: c\n", "a: b\n  c\n",
        "a: [b\n  c]\n", 'a: "\\t"\n', "a: b\na: c\n", "a:\tb\n", "text\n", "- a\n", "a: b\n---\nc: d\n", "a: b\r",
        "a: " + "b" * 8192,
    ],
)  # fmt: skip
def test_what_is_not(head: str) -> None:
    assert _yaml_lines.read(head) is None
