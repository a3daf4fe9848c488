"""Layers of settings become one: files, variables, the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from syndicate.errors import ConfigurationError
from syndicate.settings import (
    PRESETS,
    Layer,
    OwnFeed,
    Settings,
    documented,
    from_environment,
    from_toml,
    load,
    variable,
)

Lines = Callable[..., list[str]]


def settings(**sections: Any) -> Settings:
    return load([Layer("file", sections)])[0]


def test_no_layers_are_the_defaults() -> None:
    found, origins = load([])
    assert found == Settings()
    assert set(origins) == {option.path for option in documented()}
    assert set(origins.values()) == {"defaults"}


def test_the_defaults_that_the_program_promises() -> None:
    found = Settings()
    assert found.feed.limit == 20
    assert found.feed.formats == ("rss", "atom", "json")
    assert found.feed.taxonomies == ("categories", "tags")
    assert found.content.folders == (".",)
    assert found.content.max_file_size == 4 * 1024 * 1024
    assert (found.output.folder, found.output.state, found.output.publisher) == ("feeds", "", "local")
    assert found.feed.preset == PRESETS[0] == "syndicate"


def test_later_layers_win_and_are_named() -> None:
    found, origins = load(
        [
            Layer("_config.yml", {"site": {"title": "A", "language": "en", "author": {"name": "Jane"}}}),
            Layer("config/syndicate.toml", {"site": {"title": "B", "author": {"email": "j@example.org"}}}),
            Layer("command line", {"site": {"title": "C"}, "feed": {"limit": 5}}),
        ]
    )
    assert (found.site.title, found.site.language, found.feed.limit) == ("C", "en", 5)
    assert (found.site.author.name, found.site.author.email) == ("Jane", "j@example.org")
    assert {path: origin for path, origin in origins.items() if origin != "defaults"} == {
        "site.title": "command line",
        "site.language": "_config.yml",
        "site.author.name": "_config.yml",
        "site.author.email": "config/syndicate.toml",
        "feed.limit": "command line",
    }


def test_none_is_a_value_not_given() -> None:
    found, origins = load(
        [
            Layer("file", {"feed": {"limit": 7}}),
            Layer("command line", {"feed": {"limit": None}, "site": None}),
        ]
    )
    assert found.feed.limit == 7
    assert origins["feed.limit"] == "file"


def test_a_list_replaces_the_list_of_an_earlier_layer() -> None:
    found, _ = load(
        [
            Layer("file", {"content": {"exclude": ["a", "b"]}}),
            Layer("command line", {"content": {"exclude": []}}),
        ]
    )
    assert found.content.exclude == ()


def test_settings_cannot_be_changed() -> None:
    found = settings(content={"folders": ["posts"]})
    assert found.content.folders == ("posts",)
    with pytest.raises(AttributeError):
        found.site.url = "https://example.org"
    with pytest.raises(TypeError):
        settings(feeds={"a": {}}).feeds["b"] = OwnFeed()  # type: ignore[index]
    assert hash(found) == hash(settings(content={"folders": ["posts"]}))


def test_layers_are_left_as_they_were() -> None:
    first: dict[str, Any] = {"site": {"title": "A"}}
    load([Layer("a", first), Layer("b", {"site": {"title": "B"}})])
    assert first == {"site": {"title": "A"}}


def test_a_file_becomes_nested_values() -> None:
    text = '\ufeff[site]\r\nurl = "https://example.org"\r\n[feed.paths]\r\nsite = "{file}"\r\n'
    assert from_toml(text, "f") == {
        "site": {"url": "https://example.org"},
        "feed": {"paths": {"site": "{file}"}},
    }


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("[site]\nurl = https://example.org\n", "f.toml: line 2, column 7: invalid value; "),
        ("a = 1\nb = ", "f.toml: line 2, column 5: invalid value; "),
        ("[site]\ntitle = 'a'\ntitle = 'b'\n", "f.toml: line 3, column 12: the key stands there twice; "),
        ("[site]\n[feed.paths]\n[site]\n", "f.toml: line 3, column 6: the table [site] stands there twice; "),
        ("[feed.paths]\n[feed.paths]\n", "f.toml: line 2, column 12: the table [feed.paths] stands there twice; "),
        ("[site\n", "f.toml: line 1, column 6: expected ']'"),
        ("a = " + "[" * 100_000, "f.toml: nests too deeply"),
        ("a = " + "1" * 5_000, "f.toml: nests too deeply, or has a number of thousands of digits"),
    ],
)
def test_a_file_that_is_no_toml_is_told_where(text: str, begins: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_toml(text, "f.toml")
    (line,) = caught.value.mistakes
    assert line.startswith(begins)


def test_a_deep_table_is_a_mistake_like_any_other(mistakes: Lines) -> None:
    values = from_toml("[" + ".".join(["site"] * 3_000) + "]\nx = 1\n", "f")
    assert mistakes(values) == ["file: site.site: there is no such setting; did you mean feed.paths.site or site?"]


def test_variables_become_values_by_the_type_of_their_setting() -> None:
    environ = {
        "SYNDICATE_SITE__URL": "https://example.org",
        "SYNDICATE_SITE__AUTHOR__NAME": "Jane, of course",
        "SYNDICATE_SITE__TITLE": "2024",
        "SYNDICATE_FEED__LIMIT": " 50 ",
        "SYNDICATE_FEED__FORMATS": "rss, atom,",
        "SYNDICATE_CONTENT__EXCLUDE": "",
        "SYNDICATE_CONTENT__MAX_FILE_SIZE": "2048",
        "SITE__URL": "not ours",
        "PATH": "/bin",
    }
    assert from_environment(environ) == {
        "site": {"url": "https://example.org", "author": {"name": "Jane, of course"}, "title": "2024"},
        "feed": {"limit": 50, "formats": ("rss", "atom")},
        "content": {"exclude": (), "max_file_size": 2048},
    }


def test_every_setting_has_its_variable() -> None:
    environ = {variable(option.path): "x" for option in documented()}
    assert "SYNDICATE_SITE__AUTHOR__EMAIL" in environ
    values = from_environment(environ)
    assert set(values) == {
        "site",
        "content",
        "feed",
        "podcast",
        "output",
        "build",
        "daemon",
        "ping",
        "alarm",
        "serve",
        "hub",
    }
    assert values["feed"]["paths"] == {"site": "x", "term": "x"}


def test_unknown_variables_are_reported_with_all_other_mistakes(mistakes: Lines) -> None:
    values = from_environment(
        {
            "SYNDICATE_SITE__URI": "x",
            "SYNDICATE_SITE": "x",
            "SYNDICATE_SITE__URL": "https://example.org",
            "SYNDICATE_QQQQ": "x",
            "SYNDICATE_FEED__LIMIT": "1e3",
            "SYNDICATE_BUILD__WORKERS": "-2",
        }
    )
    lines = [line.removeprefix("environment: ").split("; ") for line in mistakes(values, "environment")]
    assert sorted(lines) == [
        ["SYNDICATE_QQQQ: there is no such setting", "remove it (docs/configuration.md lists them all)"],
        ["SYNDICATE_SITE: there is no such setting", "did you mean SYNDICATE_SITE__URL?"],
        ["SYNDICATE_SITE__URI: there is no such setting", "did you mean SYNDICATE_SITE__URL?"],
        ["build.workers: the number -2 is out of range", "write a whole number, 0 to 1024"],
        [
            'feed.limit: expected a whole number, 1 to 10000, found the text "1e3"',
            "write digits only, without quotes",
        ],
    ]
