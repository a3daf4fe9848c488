"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import re

import pytest

import syndicate
from syndicate.model.patterns import regex


@pytest.mark.parametrize("call", ["search", "match", "fullmatch", "findall", "split"])
def test_it_answers_as_a_compiled_one(call: str) -> None:
    lazy, compiled = regex(r"(b+)c?", re.IGNORECASE), re.compile(r"(b+)c?", re.IGNORECASE)
    for text in ("", "B", "abBc", "bbb bc"):
        first, second = (said(getattr(lazy, call)(text)) for _ in range(2))
        assert first == second == said(getattr(compiled, call)(text))


def said(answer: object) -> object:
    return (answer.group(), answer.span()) if isinstance(answer, re.Match) else answer


def test_it_replaces_and_tells_of_itself_as_a_compiled_one() -> None:
    lazy = regex(rb"(?P<letter>a)")
    assert lazy.sub(rb"<\1>", b"aba") == b"<a>b<a>"
    assert lazy.subn(b"", b"aba") == (b"b", 2)
    assert [each["letter"] for each in lazy.finditer(b"aba")] == [b"a", b"a"]
    assert (lazy.pattern, lazy.flags, dict(lazy.groupindex)) == (rb"(?P<letter>a)", 0, {"letter": 1})


def test_it_is_copied_and_travels_to_workers() -> None:
    lazy = regex("a|b")
    assert lazy.fullmatch("b")
    for other in (pickle.loads(pickle.dumps(lazy)), copy.copy(lazy), copy.deepcopy(regex("a|b"))):
        assert other.fullmatch("b") and not other.fullmatch("c")


def test_a_mistake_shows_at_the_first_use() -> None:
    lazy = regex("(")
    with pytest.raises(re.error):
        lazy.search("")


def test_every_pattern_of_ours_can_be_compiled() -> None:
    found = 0
    for each in pkgutil.walk_packages(syndicate.__path__, "syndicate."):
        if each.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(each.name)).values():
            if type(value) is type(regex("")):
                found += 1
                assert re.compile(value.pattern, value.flags)
    assert found > 100
