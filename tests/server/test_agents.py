"""What a `User-Agent` says: the cases of a file, and any text at all."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.model.numbers import Kind
from syndicate.server.agents import MOST, Agent, agent, subscribers

CASES = tomllib.loads((Path(__file__).parent.parent / "cases/readers/agents.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[each["says"][:40] for each in CASES])
def test_case(case: dict[str, Any]) -> None:
    expected = Agent(case["name"], Kind(case["kind"]), case.get("people"), case.get("ident", ""))
    assert agent(case["says"]) == expected
    assert subscribers(case["says"]) == case.get("people")


WORDS = st.sampled_from(
    ("Mozilla/5.0 (compatible; ", "Feedly/1.0 ", "bot", "9", " subscribers", "feed-id=", "(", ";", " - ", "\0", "二")
)


@given(st.one_of(st.text(max_size=600), st.lists(WORDS, max_size=80).map("".join)))
def test_any_text_says_something(text: str) -> None:
    found = agent(text)
    assert 0 < len(found.name) <= 60 and not set(found.name) & set("@:/<>\n\0")
    assert found.subscribers is None or 0 <= found.subscribers <= MOST
    assert len(found.ident) <= 64


def test_only_the_beginning_is_read() -> None:
    assert agent("x" * 100_000 + " 5 subscribers").subscribers is None
    assert agent(" " * 100_000).name == "(unnamed)"
