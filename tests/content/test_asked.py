"""What queries ask of a post: its keys, bounded, and its words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content import _asked
from syndicate.content._asked import Asked
from syndicate.content.files import Source
from syndicate.content.read import read
from syndicate.index import PostRow
from syndicate.model import Stamp
from tests.builders import digest
from tests.content.folders import dialect
from tests.growth import is_linear


def row_of(text: str, asked: Asked, member: str = "plain") -> PostRow:
    return read(
        Source(Stamp(b"a.md", len(text), 0, 0, 1), text, digest(text)), "a.md", dialect(member), "url", asked=asked
    )


@pytest.mark.parametrize(
    ("written", "key", "kept"),
    [
        ({"rating": "1.10"}, "rating", "1.10"),
        ({"Rating": " 5 "}, "rating", "5"),
        ({"flag": True, "x": None}, "flag", "true"),
        ({"list": ["a", ["b", None, ""], False]}, "list", ["a", "false", "b"]),
        ({"list": ["a"]}, "list", "a"),
        ({"a": {"B": {"c": "x"}}}, "a.b.c", "x"),
        ({"a.b": "flat", "a": {"b": "deep"}}, "a.b", "flat"),
        ({"people": [{"name": "x"}, {"name": "y"}]}, "people.name", ["x", "y"]),
        ({"params": {"mood": "x"}}, "mood", "x"),
        ({"extra": {"mood": "x"}}, "mood", "x"),
        ({"table": {"a": "b"}}, "table", {}),
        ({"number": 3}, "number", "3"),
    ],
)
def test_keys(written: dict, key: str, kept: object) -> None:
    assert json.loads(_asked.fields(written, (key,))) == {key: kept}


@pytest.mark.parametrize("written", [{}, {"k": None}, {"k": ""}, {"k": []}, {"k": {}}, {"k": ["", None]}, {"j": "x"}])
def test_what_is_empty_is_not_there(written: dict) -> None:
    assert _asked.fields(written, ("k",)) == ""
    assert _asked.fields({"k": "x"}, ()) == ""


def test_what_takes_too_much_room_is_there_without_its_value() -> None:
    kept = _asked.fields({"a": ["长" * 600] * 200, "b": "x" * 5_000, "c": "y"}, ("a", "b", "c"))
    assert json.loads(kept) == {"a": {}, "b": "x" * 500, "c": "y"}
    many = {f"key{number}": "v" * 200 for number in range(200)}
    assert len(_asked.fields(many, tuple(many)).encode()) <= _asked.MOST_BYTES + 200


JUNK = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "B", "a.b"]), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["a", "B", "a.b", "extra"]), JUNK))
def test_any_front_matter_gives_bounded_json(written: dict) -> None:
    kept = _asked.fields(written, ("a", "a.b", "b", "b.a.b"))
    assert kept == "" or isinstance(json.loads(kept), dict)
    kept.encode()


def test_a_list_that_holds_itself() -> None:
    endless: list[object] = ["x"]
    endless += [endless, endless]
    assert json.loads(_asked.fields({"k": endless}, ("k",)))["k"][0] == "x"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        ("one two\nthree", 3),
        ("don't stop, well-known", 3),
        ("你好，世界。", 4),
        ("ひらがなカタカナ", 8),
        ("Hello你好world", 4),
        ("안녕 세상", 2),
        ("# Title\n\n- *a* **b**\n\n---\n", 3),
        ("a\n\n```python\nmany words of code\n```\n\nb", 2),
        ("~~~\nx\n```\ny\n~~~\nz", 1),
        ("a\n```\nopen to the end", 1),
        ('<p class="x y">a <b>b</b></p><!-- no word -->', 2),
        ("see [this page](https://example.org/a/b) and {% include x.html %}{{ y }}", 4),
        ("[ref]: https://example.org 'a title'\ntext", 1),
        ("a < b and c > d", 5),
    ],
)
def test_words(body: str, count: int) -> None:
    assert _asked.words(body) == count


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<!--", "{{", "{%", "](", "[", "```\n", "``` a\n", "\n[", "[x]: ", "a", "你"]
)
def test_words_are_counted_in_linear_time(piece: str) -> None:
    assert is_linear(lambda size: _asked.words(piece * (size // len(piece))), 100_000)


def test_the_read_stage_keeps_what_is_asked() -> None:
    text = "---\ntitle: x\nmood: calm\n---\none two\n"
    row = row_of(text, Asked(("mood",), True))
    assert (row.fields, row.words) == ('{"mood":"calm"}', 2)
    nothing = row_of(text, Asked())
    assert (nothing.fields, nothing.words) == ("", 0)
    assert nothing == row._replace(fields="", words=0)


def test_lines_on_top_of_a_plain_file_are_fields() -> None:
    row = row_of("Title: x\nDate: 2020-01-01\nMood: calm\n\none two\n", Asked(("mood",)))
    assert row.fields == '{"mood":"calm"}'
