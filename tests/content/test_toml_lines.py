"""Simple TOML is read without a parser: with the same result, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.content import _toml, _toml_lines

KEYS = st.sampled_from(["title", "date", "tags", "k-1", "2024", "a.b", '"a"', "标题", ""])
VALUES = st.sampled_from(
    [
        '"x"', "'y'", '""', '"""x"""', "'''x'''", '"a \\" b"', '"中文 # x"', "true", "false", "12", "0", "007", "1_000",
        "-1", "1.50", "inf", "2023-01-02", "2023-02-30", "2023-01-02T10:00:00", "2023-01-02 10:00:00+08:00", "07:30:00",
        "2023-01-02T10:00:00Z", "2023-01-02T10:00:00.5Z", "2023-01-02T10:00:00+23:59", "2023-01-02T10:00:00+24:00",
        "2023-01-02T24:00:00", "0000-01-01", "[]", "[,]", '["a", \'b\']', '[ "a", ]', '["a" "b"]', '["a", 1]', "[[]]",
        "{a = 1}", '["a",\n "b"]',
    ]
)  # fmt: skip
PIECES = st.sampled_from(
    ["", " ", "  ", "\t", "\r", "\r\n", "#", " # x", '"', "'", "\\", "\x7f", "\x85", "\u2028", "."]
)
LINES = st.one_of(
    st.builds("{}{}{}{}\n".format, KEYS, st.sampled_from([" = ", "=", "  =  "]), VALUES, PIECES),
    st.sampled_from(["[a]\n", "[title]\n", "[a.b]\n", "[[a]]\n", "[ a ]\n", "\n", "# x\n"]),
)


def agrees(head: str) -> bool:
    """Whether the head was simple; the two readers must then say the same, in the same order."""
    simple = _toml_lines.read(head)
    if simple is None:
        return False
    fields, duplicates = _toml.read(head)
    assert (repr(simple), []) == (repr(fields), duplicates)
    return True


@given(st.lists(LINES, max_size=6).map("".join))
@example('title = "a"\n[a]\ntags = ["b"]\n[title]\n')
def test_lines(head: str) -> None:
    agrees(head)


@given(st.lists(st.one_of(KEYS, VALUES, PIECES, st.characters()), max_size=12).map("".join))
def test_any_text(head: str) -> None:
    agrees(head)


@pytest.mark.parametrize(
    "head",
    [
        "",
        'title = "A: b"\r\ndate = 2023-01-02T10:00:00Z\r\ndraft = false\r\n',
        "weight = 12\nday = 2023-01-02\n[taxonomies]\ntags = ['a', \"b\", ]\n\n# x\n[extra]\nempty = []\n",
    ],
)
def test_what_is_simple(head: str) -> None:
    assert agrees(head)


@pytest.mark.parametrize(
    "head",
    [
        "a.b = 1\n", "a = 1\na = 2\n", "[a]\n[a]\n", "a = 1\n[a]\n", "[[a]]\n", 'a = "\\n"\n', "a = 1.5\n",
        "a = 1 # b\n", "a = 2023-02-30\n", "a = 2023-01-02T10:00:00+24:00\n", "a = [\n1]\n", "text\n",
        "a = '" + "b" * 8192 + "'",
    ],
)  # fmt: skip
def test_what_is_not(head: str) -> None:
    assert _toml_lines.read(head) is None
