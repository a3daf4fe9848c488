"""What is said of settings that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.errors import ConfigurationError
from syndicate.settings import (
    Layer,
    documented,
    load,
)

Lines = Callable[..., list[str]]
Says = Callable[[str, Any], str]


def test_all_mistakes_of_all_layers_at_once_even_of_values_that_are_overridden() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(
            [
                Layer("a.toml", {"site": {"url": "nonsense", "title": 3}, "feed": {"limit": 0}}),
                Layer("environment", {"feed": {"limit": "many"}}),
                Layer("command line", {"feed": {"limit": 5}, "site": {"url": "https://example.org"}}),
            ]
        )
    assert [line.rsplit(": ", 1)[0] for line in caught.value.mistakes] == [
        "a.toml: site.url",
        "a.toml: site.title",
        "a.toml: feed.limit",
        "environment: feed.limit",
    ]
    assert str(caught.value) == "\n".join(caught.value.mistakes)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("title", "site.title"),
        ("site.titel", "site.title"),
        ("site.limit", "feed.limit"),
        ("sites", "site"),
        ("content.max-file-size", "content.max_file_size"),
        ("content.Folders", "content.folders"),
        ("author", "podcast.author or site.author"),
        ("feed.path", "feed.paths"),
        ("feed.paths.terms", "feed.paths.term"),
        ("feed.paths.sites", "feed.paths.site"),
        ("preset", "feed.preset"),
        ("timezome", "site.timezone"),
        ("url", "alarm.url or feed.url or site.author.url"),
    ],
)
def test_an_unknown_key_gets_a_suggestion(path: str, meant: str, mistake: Says) -> None:
    assert mistake(path, "x") == f"there is no such setting; did you mean {meant}?"


def test_an_unknown_key_like_no_other_gets_the_list(mistake: Says) -> None:
    assert mistake("qqq", 1) == "there is no such setting; remove it (docs/configuration.md lists them all)"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("site.title", 2024, "expected text, found the number 2024; put it in quotes"),
        ("site.title", True, "expected text, found true; put it in quotes"),
        ("site.title", ["a"], "expected text, found a list; put it in quotes"),
        (
            "feed.limit",
            "20",
            'expected a whole number, 1 to 10000, found the text "20"; write digits only, without quotes',
        ),
        (
            "feed.limit",
            2.5,
            "expected a whole number, 1 to 10000, found the number 2.5; write digits only, without quotes",
        ),
        (
            "build.workers",
            True,
            "expected a whole number, 0 to 1024, found true; write digits only, without quotes",
        ),
        ("feed.limit", 0, "the number 0 is out of range; write a whole number, 1 to 10000"),
        ("feed.limit", 10_001, "the number 10001 is out of range; write a whole number, 1 to 10000"),
        pytest.param(
            "feed.limit",
            16**5000,
            "the number of more than 18 digits is out of range; write a whole number, 1 to 10000",
            id="long",
        ),
        ("build.workers", -1, "the number -1 is out of range; write a whole number, 0 to 1024"),
        (
            "content.folders",
            "posts",
            'expected a list of text, found the text "posts"; write it in brackets, as ["one", "two"]',
        ),
        ("content.exclude", [1], "item 1: expected text, found the number 1; put it in quotes"),
        ("feed.formats", [], "the list is empty; name at least one"),
        ("content.folders", [], "the list is empty; name at least one"),
        ("feed.formats", ["rss", "rss"], '"rss" stands there twice; name it once'),
        (
            "feed.formats",
            ["rss", "jsn"],
            'item 2: "jsn" is not "rss" or "atom" or "json"; did you mean "json"?',
        ),
        (
            "feed.formats",
            [3],
            'item 1: expected "rss" or "atom" or "json", found the number 3; write one of these',
        ),
        ("content.folders", ["a", " "], "item 2 is empty; remove it"),
        ("feed.content", "ful", '"ful" is not "full" or "summary" or "titles"; did you mean "full"?'),
        ("feed.slugs", "x", '"x" is not "unicode" or "pinyin"; write one of these'),
        ("feed.preset", "jekyl", '"jekyl" is not one of the 14 there are; did you mean "jekyll"?'),
        ("feed.taxonomies", ["tag"], '"tag" is not its name; write "tags"'),
        ("feed.taxonomies", ["a/b"], '"a/b" is no name of a taxonomy; use letters, digits, _ and -'),
        ("output.folder", "", "is empty; give it a value or remove the line"),
        ("output.folder", "a\0b", "holds a NUL character, which no path may hold; remove it"),
        ("site.title", "x" * 10_001, "is longer than 10000 characters; shorten it"),
        ("output.state", "\udcff", "holds bytes that are not UTF-8; write it in UTF-8"),
        (
            "site",
            "x",
            'expected a table, found the text "x"; write it as [site] with one line a setting',
        ),
        (
            "site.author",
            "Jane",
            'expected a table, found the text "Jane"; write it as [site.author] with one line a setting',
        ),
        ("site.url", {"a": 1}, "expected text, found a table; put it in quotes"),
        ("site.title", "a\x1b[2J", "holds a control character, which no feed can carry; remove it"),
        ("site.author.email", "jane", '"jane" is no e-mail address; write it as name@example.org'),
    ],
)
def test_a_wrong_value_is_told_what_was_expected_and_found(path: str, value: Any, said: str, mistake: Says) -> None:
    assert mistake(path, value) == said


def test_a_mistake_does_not_steer_the_terminal_and_is_no_page(mistakes: Lines, mistake: Says) -> None:
    (line,) = mistakes({"a\x1b[31m\nb": 1})
    assert line.startswith(r"file: a\x1b[31m\nb: ")
    assert len(mistake("feed.limit", "x" * 10_000)) < 200


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
names = st.sampled_from([part for option in documented() for part in option.path.split(".")]) | st.text(max_size=4)
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))


@pytest.mark.parametrize("path", [option.path for option in documented()])
@pytest.mark.parametrize("value", ["\udcff", ["\udcff"], {"\udcff": 1}])
def test_bytes_that_are_no_utf8_are_a_mistake_anywhere(path: str, value: Any, mistake: Says) -> None:
    assert "; " in mistake(path, value)


def outcome(layers: list[dict[str, Any]]) -> list[str]:
    try:
        load([Layer("file", values) for values in layers])
    except ConfigurationError as error:
        return error.mistakes or ["an error without a mistake"]
    return []


@given(st.lists(st.dictionaries(names, trees, max_size=4), max_size=2))
def test_anything_is_settings_or_printable_mistakes(layers: list[dict[str, Any]]) -> None:
    assert all(line.isprintable() and line.startswith("file: ") for line in outcome(layers))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"limit": "x"}, "feeds.own.limit: expected a whole number, 1 to 10000, found the text"),
        ({"limit": 0}, "feeds.own.limit: the number 0 is out of range; write a whole number, 1 to 10000"),
        ({"max_bytes": -1}, "feeds.own.max_bytes: the number -1 is out of range; write a whole number, 0 or more"),
        ({"qurey": "x"}, "feeds.own.qurey: there is no such setting; did you mean feeds.own.query?"),
        ({"query": 3}, "feeds.own.query: expected text, found the number 3; put it in quotes"),
        ({"history": "yes"}, "feeds.own.history: expected true or false"),
        ("tag:x", "feeds.own: expected a table"),
    ],
)
def test_mistakes_in_a_feed_of_ones_own(table: Any, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load([Layer("f", {"feeds": {"own": table}})])
    (line,) = caught.value.mistakes
    assert line.startswith(f"f: {said}")


def test_a_feed_with_no_name_that_could_stand_in_a_path() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load([Layer("f", {"feeds": {"my feed": {"limit": 0}}})])
    name, limit = caught.value.mistakes
    assert name.startswith('f: feeds.my feed: "my feed" is no name that can be used; use letters')
    assert limit.startswith("f: feeds.my feed.limit: the number 0 is out of range")
