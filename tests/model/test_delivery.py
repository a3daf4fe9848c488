"""Which feeds an endpoint is told of, and what of it may be shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.model.delivery import Endpoint, matches


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("site", "site", True),
        ("site", "fr/site", False),
        ("*", "tag:金融", True),
        ("*/site", "fr/site", True),
        ("tag:*", "tag:", True),
        ("tag:*", "category:tag:", False),
        ("tag:[ab]?", "tag:[ab]?", True),
        ("tag:[ab]?", "tag:ab", False),
        ("ab*ba", "aba", False),
        ("*a*a*", "a", False),
    ],
)
def test_a_star_alone_stands_for_something_else(pattern: str, key: str, expected: bool) -> None:
    assert matches(pattern, key) is expected
    assert Endpoint("n", "websub", "https://hub.example/", feeds=("nothing", pattern)).concerns(key) is expected


@given(pattern=st.text("ab*", max_size=8), key=st.text("ab*", max_size=8))
def test_it_is_what_a_pattern_of_python_would_say(pattern: str, key: str) -> None:
    assert matches(pattern, key) is bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), key))


def test_many_stars_take_no_longer() -> None:
    assert not matches("a*" * 5_000 + "b", "a" * 100_000)


def test_what_is_secret_is_shown_to_nobody() -> None:
    endpoint = Endpoint(
        "n", "indexnow", "https://x.example/", secret="planted", key="planted", key_url="https://x.example/planted.txt"
    )
    assert (
        "planted" not in repr(endpoint) and "planted" not in f"{endpoint}" and "https://x.example/'" in repr(endpoint)
    )
    assert "…" not in repr(Endpoint("n", "websub", "https://hub.example/"))
