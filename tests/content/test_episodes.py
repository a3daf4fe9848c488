"""Fields of episodes that no file should have: endless, huge, of any shape. They cost little and never raise."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.dialects._addresses import below
from syndicate.content.dialects._elsewhere import comments, external_url, origin
from syndicate.content.dialects._episode_values import licence_of, numbers_of, time_of
from syndicate.content.dialects._episodes import episode
from syndicate.content.dialects._fields import Fields
from syndicate.content.dialects._own_ids import guid
from tests.growth import is_linear, seconds

ABSOLUTE = partial(below, "https://example.org")
KEYS = (
    "guid id episode podcast itunes season episode_type explicit hosts guests people persons transcript captions "
    "chapters soundbites license license_url source source_url original_url link external_url comments comments_url "
    "comment_count alternate_enclosures episode_image layout trailer"
).split()


def read(values: dict[str, Any]) -> None:
    fields = Fields(values, "a.md")
    guid(fields)
    episode(fields, (), ABSOLUTE)
    origin(fields, ABSOLUTE)
    comments(fields, ABSOLUTE)
    external_url(fields, ABSOLUTE, "https://example.org/a/")
    assert all(problem.message for problem in fields.problems)


SCALARS = (
    st.none() | st.booleans() | st.text() | st.sampled_from(["1", "0", "yes", "/a.vtt", "https://a.example/b.mp3"])
)
INNER = st.sampled_from(["name", "url", "number", "type", "start", "duration", "sources", "guid", "role", "x"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER, inner, max_size=3))


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_any_shape_is_read(values: dict[str, Any]) -> None:
    read(values)


def test_values_that_hold_themselves() -> None:
    rows: list[Any] = []
    rows += [rows] * 60
    table: dict[str, Any] = {}
    table.update({"x": [table] * 60, "people": rows, "url": table, "y": table, "number": rows})
    for value in (rows, table):
        assert seconds(lambda value=value: read(dict.fromkeys(KEYS, value))) < 10


@pytest.mark.parametrize(
    "text", ["<", "(", "[a](https://", "a ", "0", "s1e", "https://a.b/ ", "a-", "a, ", "1:", "_", "cc-by-", "#"]
)
def test_texts_of_megabytes_take_linear_time(text: str) -> None:
    def read_long(size: int) -> None:
        long = text * (size // len(text))
        read(dict.fromkeys(KEYS, long))
        read({key: {"name": long, "url": long, "start": long, "duration": long, "number": long} for key in KEYS})

    assert is_linear(read_long, 125_000)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("12", (12, None)), ("#012", (12, None)), ("Ep. 12", (12, None)), ("Episode 12", (12, None)),
        ("12.0", (12, None)), ("S02E05", (5, 2)), ("season 2 episode 5", (5, 2)), ("s0e5", (5, None)),
        ("0", None), ("-1", None), ("1.5", None), ("12b", None), ("", None), ("Arches", None), ("1234567", None),
    ],
)  # fmt: skip
def test_numbers(written: str, numbers: tuple[int, int | None] | None) -> None:
    assert numbers_of(written) == numbers


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("73.5", 73.5), ("1:13", 73.0), ("1m13s", 73.0), ("PT1M13S", 73.0), ("soon", None), ("", None)],
)
def test_times(written: str, seconds: float | None) -> None:
    assert time_of(written) == seconds


@pytest.mark.parametrize(
    ("written", "licence"),
    [
        ("cc-by-4.0", ("cc-by-4.0", "")),
        ("CC BY-SA 4.0", ("cc-by-sa-4.0", "")),
        ("MIT", ("MIT", "")),
        ("https://creativecommons.org/publicdomain/zero/1.0/", ("cc0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")),
        ("https://example.org/licence", ("", "https://example.org/licence")),
    ],
)  # fmt: skip
def test_licences(written: str, licence: tuple[str, str]) -> None:
    assert licence_of(written) == licence
