"""Every query and every table of settings on docs/selections.md is one, and its mistakes are what is said."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest

from syndicate.errors import ConfigurationError
from syndicate.feeds.selection import DEEPEST, LONGEST, MOST, QueryError, needs, parse, selections
from syndicate.model.selection import All, InTerm
from syndicate.settings import Layer, from_toml, load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "selections.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


LISTED = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
QUERIES = [*LISTED, *(line for block in blocks("query") for line in block.splitlines())]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_are_queries(query: str) -> None:
    assert parse(query, taxonomies=("series",), live=True) != All()


def test_there_are_queries() -> None:
    assert len(QUERIES) > 40


def test_what_is_said_to_be_the_same_is_the_same() -> None:
    both, too, group, either, comma, other, *_ = map(parse, blocks("query")[0].splitlines())
    assert both == too == group
    assert either == comma == other
    assert parse("tag:python") == parse("tags:python") == InTerm("tags", "is", "python")
    assert parse("has:image") == parse("image:*")
    assert parse("title~word") == parse("word")


def test_settings_are_settings() -> None:
    for block in blocks("toml"):
        settings, _ = load([Layer("page", from_toml(block, "page"))])
        trees = selections({name: own.query for name, own in settings.feeds.items()}, UTC)
        assert settings.feed.min_posts == 3 or trees
        assert not any(needs(tree).keys for tree in trees.values())


def test_mistakes_are_what_is_said() -> None:
    wrong = {"ai": "tag:x words > many", "web": "(tag:x or tag:y", "old": "newer 30d"}
    with pytest.raises(ConfigurationError) as caught:
        selections(wrong, UTC, (), "syndicate.toml")
    assert blocks("text")[0].splitlines() == caught.value.mistakes


def test_bounds_are_those_of_the_program() -> None:
    assert f"up to {LONGEST:,} characters, {MOST} tests, and {DEEPEST} parentheses" in PAGE


def test_keys_of_the_front_matter_are_those_that_are_asked_for() -> None:
    listed = PAGE.partition("### Any key of the front matter")[2].partition("\n## ")[0]
    for query in re.findall(r"^\| `([^`]+)` \|", listed, re.MULTILINE):
        assert needs(parse(query)).keys, query
    for query in LISTED:
        if query not in listed and not query.startswith("series"):
            assert not needs(parse(query, live=True)).keys, query


def test_full_text_is_what_is_said_to_be_asked_for_live() -> None:
    listed = PAGE.partition("## Full text")[2].partition("\n## ")[0]
    queries = re.findall(r"^\| `([^`]+)` \|", listed, re.MULTILINE)
    assert len(queries) == 4
    for query in queries:
        assert needs(parse(query, live=True)).text, query
    for query in LISTED:
        assert query in queries or not needs(parse(query)).text, query


def test_a_query_of_the_page_that_is_cut_short_is_a_fault() -> None:
    with pytest.raises(QueryError):
        parse(QUERIES[1][:-1])
