"""What every dialect promises, held over every member, and the cases in tests/cases/dialects/.

A new member is found by itself; its cases are a folder of TOML files, see tests/content/dialect_cases.py.
"""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import plugins
from syndicate.content.dialects import Dialect, Given
from syndicate.model import FrontMatter, Post, Problem, Stamp
from tests.content.dialect_cases import (
    Case,
    aspect,
    cases,
    is_public,
    looked_at,
    opened,
    outcome,
    plainly,
    read,
    sure,
)

ALL = cases()
NAMES = plugins.names("dialects")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

SITE = Given("https://example.org", "Asia/Shanghai")
KEYS = (
    "title date published updated last_modified_at category categories tag tags author authors image cover"
    " enclosure audio podcast_file podcast_bytes podcast_duration length duration permalink slug url lang"
    " draft redirect_from aliases description excerpt excerpt_separator guid id external_url status layout"
).split()

ANYTHING = st.characters(exclude_categories=())


def texts() -> st.SearchStrategy[str]:
    known = st.sampled_from(
        ["2022-02-22", "2022-02-22 10:00:00 +0800", "/:year/:title/", ":nothing", "//cdn.example/x.mp3", "%"]
    )
    return known | st.text(ANYTHING, max_size=30) | st.from_regex(r"[0-9:/.%{}\[\]#?-]{0,20}", fullmatch=True)


def values() -> st.SearchStrategy[Any]:
    scalars = texts() | st.none() | st.booleans()
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["name", "url", "path", "length", "email"]) | texts(), inner)
        ),
        max_leaves=8,
    )


def matters() -> st.SearchStrategy[FrontMatter]:
    fields = st.dictionaries(st.sampled_from(KEYS) | texts(), values(), max_size=8)
    return st.builds(
        lambda found, body: FrontMatter(found, body, 0, "yaml", "title: x\n", 2), fields, st.text(max_size=60)
    )


PATHS = st.sampled_from(
    ["_posts/2022-02-22-a.md", "a/b.md", "a/_posts/2022-02-30-b.html", "_drafts/x.md", "x.txt", "a/index.md"]
) | st.binary(max_size=30).map(lambda name: f"_posts/2022-02-22-{name.decode('utf-8', 'surrogateescape')}.md")
"""Paths as the read stage hands them over: what is no UTF-8 is there as halves of surrogate pairs."""


def member(name: str, files: dict[str, str] | None = None) -> Dialect:
    made: Dialect = plugins.find("dialects", name).open(files or {}, SITE)[0]
    return made


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_reads_a_site(case: Case) -> None:
    dialect, problems = opened(case)
    seen = {path: read(dialect, path, case.files[path]) for path in looked_at(dialect, list(case.files))}
    public = {path for path, (post, _problems) in seen.items() if is_public(post)}
    assert public == set(case.data.get("posts", {}))
    for path, wanted in case.data.get("posts", {}).items():
        holds(seen[path], wanted, path)
    rest = {path: outcome(*found) for path, found in seen.items() if path not in public}
    assert {path: what for path, what in rest.items() if what} == {
        path: what for path, what in case.data.get("left_out", {}).items() if what
    }
    found_facts = plainly(dialect.facts)
    for key, value in case.data.get("facts", {}).items():
        assert found_facts.get(key, "") == value, key
    assert_problems(problems, case.data.get("problems", {}))


def holds(found: tuple[Post | None, list[Problem]], wanted: dict[str, Any], path: str) -> None:
    post, problems = found
    assert post is not None
    expected = {key: value for key, value in wanted.items() if key not in ("problems", "unlike_peer")}
    assert {key: aspect(post, key) for key in expected} == expected, path
    assert sorted(problem.code for problem in problems) == sorted(wanted.get("problems", [])), path


def assert_problems(problems: list[Problem], wanted: dict[str, list[str]]) -> None:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.path, []).append(problem.code)
    assert found == wanted


@pytest.mark.parametrize("case", [case for case in ALL if case.data.get("detected", True)], ids=lambda case: case.name)
def test_recognises_its_own_sites(case: Case) -> None:
    assert max(NAMES, key=lambda name: sure(case, name)) == case.dialect


def test_every_member_has_cases() -> None:
    assert {case.dialect for case in ALL} >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_is_a_frozen_value_that_travels(name: str) -> None:
    dialect = member(name)
    assert dialect.name == name
    copied = pickle.loads(pickle.dumps(dialect))
    assert copied.facts == dialect.facts
    assert copied.folder("_posts").posts.pattern == dialect.folder("_posts").posts.pattern
    with pytest.raises(dataclasses.FrozenInstanceError):
        dialect.facts = None  # type: ignore[assignment]


@pytest.mark.parametrize("name", NAMES)
def test_is_told_the_address_and_the_zone(name: str) -> None:
    facts = member(name).facts
    assert (facts.url, facts.timezone) == ("https://example.org", "Asia/Shanghai")


@pytest.mark.parametrize("name", NAMES)
def test_is_never_certain_of_an_empty_folder(name: str) -> None:
    assert 0 <= plugins.find("dialects", name).detect(frozenset(), lambda _name: "") <= 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", [".git", "node_modules", "a/node_modules", "a/.cache"])
def test_passes_by_what_no_site_keeps_posts_in(name: str, folder: str) -> None:
    assert not member(name).folder(folder).enter


@pytest.mark.parametrize("name", NAMES)
@given(matter=matters(), path=PATHS)
def test_no_front_matter_makes_it_raise(name: str, matter: FrontMatter, path: str) -> None:
    before = copy.deepcopy(matter.fields)
    stamp = Stamp(path.encode("utf-8", "surrogateescape"), 1, 0, 0, 0)
    post, problems = member(name).post(stamp, path, matter)
    assert matter.fields == before
    for problem in problems:
        assert problem.path == stamp.shown
        assert problem.message.isprintable()
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", problem.code)
    if post is not None:
        assert_sound(post, stamp)


def assert_sound(post: Post, stamp: Stamp) -> None:
    """What the next stages rely on."""
    assert post.path == stamp.path
    assert post.url.isascii()
    assert " " not in post.url
    assert post.generator_id.isascii()
    for moment in (post.published, post.updated, post.visible_from, post.visible_until):
        assert moment is None or moment.utcoffset() == timedelta(0)
    lines = [post.title, post.guid, post.language, *(name for _taxonomy, name in post.terms)]
    lines += [author.name for author in post.authors]
    for line in lines:
        assert not FORBIDDEN.search(line)
        assert "\n" not in line
        assert line == line.strip()
    assert not FORBIDDEN.search(post.summary)
    assert len(set(post.terms)) == len(post.terms) <= 1_000
    assert all(taxonomy and name for taxonomy, name in post.terms)
    for url in (*(each.url for each in post.enclosures), *post.aliases):
        assert re.match(r"https?://[^ ]+\Z", url, re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text(max_size=200) | st.dictionaries(texts(), values(), max_size=6).map(repr))
def test_no_configuration_makes_it_raise(name: str, text: str) -> None:
    found = plugins.find("dialects", name)
    files = [re.sub(r"\*\*/", "a/", pattern).replace("*", "b").replace("?", "c") for pattern in found.config_files]
    dialect, problems = found.open(dict.fromkeys(files, text), SITE)
    assert dialect.facts.url.startswith("https://example.org")
    assert all(problem.path in files for problem in problems)
