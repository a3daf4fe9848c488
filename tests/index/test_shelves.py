"""Feeds of several languages: each further one has a shelf of its own."""

from __future__ import annotations

import pytest

from syndicate.index.shelves import apart, shelf, shelved
from tests.builders import a_row
from tests.index.ledger import Ledger


@pytest.mark.parametrize(
    ("language", "site", "expected"),
    [
        ("", "en", ""),
        ("en", "en", ""),
        ("EN", "en", ""),
        ("en-GB", "en", ""),
        ("en", "en-us", ""),
        ("en-GB", "en-US", "en-gb"),
        ("eng", "en", "eng"),
        ("zh-TW", "zh-CN", "zh-tw"),
        ("de", "", "de"),
        ("", "", ""),
    ],
)
def test_shelf(language: str, site: str, expected: str) -> None:
    assert shelf(language, site) == expected


def test_there_and_back() -> None:
    terms = (("tags", "a/b"), ("categories", ""))
    assert shelved("", terms) == terms
    assert [(*apart(taxonomy), name) for taxonomy, name in shelved("pt-br", terms)] == [
        ("pt-br", "", ""),
        ("pt-br", "tags", "a/b"),
        ("pt-br", "categories", ""),
    ]
    assert apart("tags") == ("", "tags")


def test_a_post_of_another_language_is_in_the_feeds_of_its_shelf_only(ledger: Ledger) -> None:
    touched = ledger.run(a_row("a.md", tags=["x"]), a_row("b.md", "two", tags=["x"], shelf="fr"))
    assert touched == [("", ""), ("fr/", ""), ("fr/tags", "x"), ("tags", "x")]
    assert ledger.paths() == ledger.paths("tags", "x") == ["a.md"]
    assert ledger.paths("fr/") == ledger.paths("fr/tags", "x") == ["b.md"]
    assert ledger.index.languages() == [("fr", 1)]
    assert ledger.index.counts(ledger.now) == (2, 2)


def test_a_post_that_changes_its_language(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", tags=["x"], shelf="fr"))
    ledger.run(a_row("a.md", tags=["x"]))
    assert ledger.paths() == ledger.paths("tags", "x") == ["a.md"]
    assert ledger.paths("fr/") == ledger.paths("fr/tags", "x") == []
    assert ledger.index.languages() == []


def test_a_language_that_turns_out_to_be_the_site_s_own(ledger: Ledger) -> None:
    rows = [
        a_row("a.md", tags=["x"]),
        a_row("b.md", "two", tags=["x", "y"], shelf="fr"),
        a_row("c.md", "3", shelf="de"),
    ]
    ledger.run(*rows)
    with ledger.index.transaction():
        ledger.index.unshelve("fr")
    assert ("fr/tags", "y") in ledger.index.touched()
    assert ("tags", "y") in ledger.index.touched()
    ledger.publish()
    assert ledger.paths() == ledger.paths("tags", "x") == ["a.md", "b.md"]
    assert ledger.paths("tags", "y") == ["b.md"]
    assert ledger.paths("fr/") == ledger.paths("fr/tags", "x") == []
    assert ledger.paths("de/") == ["c.md"]
    keys = ledger.keys()
    # just as if it had been known from the start
    assert ledger.run(rows[0], a_row("b.md", "two", tags=["x", "y"])) == []
    assert ledger.keys() == keys
