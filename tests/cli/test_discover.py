"""`syndicate discover`: what it prints, and how it answers to what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import a_site, names, syndicate

SETTINGS = ("--url", "https://example.org", "--title", "Harbour")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with a site whose feeds are built."""
    a_site(tmp_path)
    assert syndicate(tmp_path, "build", "site", *SETTINGS).code == 0
    return tmp_path


def discover(folder: Path, *options: str, **environ: str) -> list[str]:
    done = syndicate(folder, "discover", "site", *SETTINGS, *options, **environ)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def test_a_page_of_the_site_and_a_page_of_a_tag(built: Path) -> None:
    before = names(built)
    whole = discover(built)
    assert whole[0] == (
        '<link rel="alternate" type="application/rss+xml" title="Harbour (RSS)" '
        'href="https://example.org/feeds/rss.xml">'
    )
    own = discover(built, "--for", "tag:金融")
    assert own[3:] == whole
    assert "/feeds/tag/%E9%87%91%E8%9E%8D/rss.xml" in own[0]
    assert names(built) == before


def test_headers_with_the_hubs_of_the_settings(built: Path) -> None:
    said = discover(built, "--header", SYNDICATE_FEED__HUBS="https://hub.example/")
    assert said[:2] == [
        "# the page",
        'Link: <https://example.org/feeds/rss.xml>; rel="alternate"; type="application/rss+xml"; title="Harbour (RSS)"',
    ]
    at = said.index("# https://example.org/feeds/atom.xml")
    assert said[at + 1 : at + 3] == [
        'Link: <https://example.org/feeds/atom.xml>; rel="self"',
        'Link: <https://hub.example/>; rel="hub"',
    ]


def test_the_data_are_json_with_every_term(built: Path) -> None:
    data = json.loads("\n".join(discover(built, "--data")))
    assert set(data["terms"]["tags"]) == {"red", "金融"}


def test_a_template_needs_no_build(tmp_path: Path) -> None:
    done = syndicate(tmp_path, "discover", "--partial", "hugo")
    assert (done.code, done.err) == (0, "")
    assert "site.Data.feeds" in done.out
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (("--for", "tag:rad"), "did you mean 'tag:red'?"),
        (("--for", "zzzzzz"), "`syndicate feeds` lists them"),
        (("--data", "--header"), "give one of them"),
        (("--data", "--for", "tag:red"), "leave --for out"),
        (("--partial", "word"), "'word' is not one of"),
    ],
    ids=str,
)
def test_mistakes_are_explained(built: Path, options: tuple[str, ...], answer: str) -> None:
    done = syndicate(built, "discover", "site", *SETTINGS, *options)
    assert (done.code, done.out) == (2, "")
    assert answer in done.err


def test_before_the_first_build_it_says_what_to_do(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, "discover", "site", *SETTINGS)
    assert done.code == 2 and "run `syndicate build` first" in done.err
