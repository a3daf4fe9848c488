"""The settings file and the page tell of every option, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.errors import ConfigurationError
from syndicate.settings import (
    Layer,
    OwnFeed,
    Settings,
    as_toml,
    documented,
    endpoint_options,
    from_environment,
    from_toml,
    load,
    own_options,
    schedule_options,
)

ROOT = Path(__file__).parents[2]
FILE = (ROOT / "config/syndicate.toml").read_text("utf-8")
PAGE = (ROOT / "docs/configuration.md").read_text("utf-8")


TABLES = [*own_options().values(), *schedule_options().values(), *endpoint_options().values()]


def value_at(found: Settings, path: str) -> Any:
    value: Any = found
    for key in path.split("."):
        value = getattr(value, key)
    return value


def test_defaults_are_shown_as_toml_that_gives_them_back() -> None:
    for option in documented():
        shown = from_toml(f"x = {option.default}", "f")["x"]
        default = value_at(Settings(), option.path)
        assert (tuple(shown) if isinstance(shown, list) else shown) == default, option.path


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_shown_as_toml(text: str) -> None:
    assert from_toml(f"x = {as_toml(text)}", "f") == {"x": text}
    assert from_toml(f"x = {as_toml((text, text))}", "f") == {"x": [text, text]}


def test_every_option_is_described() -> None:
    for option in documented():
        assert option.description.endswith("."), option.path
        assert "|" not in option.description + option.type, option.path


def uncommented(text: str) -> str:
    return re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)


def test_the_settings_file_as_it_is_changes_nothing() -> None:
    found, origins = load([Layer("file", from_toml(FILE, "file"))])
    assert found == Settings()
    assert set(origins.values()) == {"defaults"}


def test_the_settings_file_has_every_option_with_its_default() -> None:
    found, origins = load([Layer("file", from_toml(uncommented(FILE), "file"))])
    assert found == Settings()
    assert [path for path, origin in origins.items() if origin != "file"] == []


def test_every_option_of_the_settings_file_has_a_comment() -> None:
    wordless = {"name", "author"}
    for block in FILE.split("\n\n"):
        if option := re.search(r"^# (\w+) = ", block, re.MULTILINE):
            words = block[: option.start()].strip()
            assert words or option[1] in wordless, option[1]


def test_the_page_has_the_row_of_every_option_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{option.path}` | {option.type} | {default} | {option.description} |"
        for option in (*documented(), *TABLES)
        for default in [f"`{option.default}`" if option.default else "as `[feed]`"]
    ]


def test_every_option_of_a_table_that_somebody_names_is_described() -> None:
    assert [path.rpartition(".")[2] for path in own_options()] == list(OwnFeed.kinds)
    for option in TABLES:
        assert option.description.endswith("."), option.path
        assert "|" not in option.description + option.type, option.path


def test_the_examples_of_the_page_are_settings() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) >= 4
    for example in examples:
        found, _ = load([Layer("example", from_toml(example, "example"))])
        assert found != Settings()


def test_the_variables_of_the_page_are_settings() -> None:
    exported = dict(re.findall(r'^export (\w+)="?([^"\n]*)"?$', PAGE, re.MULTILINE))
    assert len(exported) == 4
    found, _ = load([Layer("environment", from_environment(exported))])
    assert (found.site.author.name, found.feed.limit, found.feed.formats) == ("Jane Doe", 50, ("rss", "atom"))


def test_the_mistakes_of_the_page_are_what_is_said() -> None:
    file = {"site": {"url": "example.org"}, "feed": {"limit": "20"}, "title": "x"}
    layers = [
        Layer("config/syndicate.toml", file),
        Layer("environment", from_environment({"SYNDICATE_SITE__URI": "x"})),
    ]
    with pytest.raises(ConfigurationError) as caught:
        load(layers)
    (said,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert said.splitlines() == caught.value.mistakes
