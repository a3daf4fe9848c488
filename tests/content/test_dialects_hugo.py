"""The dialect `hugo` where a case cannot show it: what pages of terms and files are called, globs, traps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.dialects import Given
from syndicate.content.dialects._globs import glob
from syndicate.content.dialects._hugo_urls import Page, Style, expanded, permalink
from syndicate.content.dialects.hugo import Hugo
from syndicate.model import FrontMatter, Stamp

FILES = {
    "hugo.toml": "baseURL = 'https://example.org/b/'\n[permalinks]\np = '/:year/:slug/'\n[languages.en]\n[languages.fr]"
}


def site() -> Hugo:
    return Hugo.open(FILES, Given())[0]


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("/posts/**", "/posts/a/b", True),
        ("/posts/*", "/posts/a/b", False),
        ("{/a,/a/**}", "/A/b", True),
        ("/[a-c]?", "/bx", True),
        ("/[!a-c]x", "/bx", False),
        ("**/x*", "/q/xy", True),
        ("/\\*", "/*", True),
        ("/a", "/ab", False),
    ],
)
def test_globs(pattern: str, path: str, meant: bool) -> None:
    made = glob(pattern)
    assert made is not None
    assert made.matches(path) is meant


def test_a_glob_of_many_stars_takes_no_time() -> None:
    made = glob("*a" * 140)
    assert made is not None
    assert not made.matches("a" * 4_000 + "b")


def test_files_of_pictures() -> None:
    found = site().assets(
        "content/p/a/index.md", "https://example.org/b/2020/a/", "https://example.org/b/2020/a/x%20y.jpg"
    )
    assert found == ("content/p/a/x y.jpg", "static/2020/a/x y.jpg", "assets/2020/a/x y.jpg", "content/2020/a/x y.jpg")
    assert site().assets("content/p/a.md", "https://example.org/b/2020/a/", "https://elsewhere.example/x.jpg") == ()


def test_no_page_of_a_taxonomy_that_is_none() -> None:
    assert site().term_url("tags", "A b") == "https://example.org/b/tags/a-b/"
    assert site().term_url("moods", "A b") == ""


def test_a_bundle_keeps_what_is_below_it() -> None:
    inside = site().folder("content/p/a", ["index.fr.md", "notes.md", "deep"])
    assert not inside.enter
    assert inside.posts.match("index.md")
    assert not inside.posts.match("notes.md")
    assert site().folder("content/p", ["a", "b.md"]).enter


def test_placeholders_without_a_date_are_those_of_hugo() -> None:
    assert permalink("/:year/:month/:filename", Page(file="a"), Style()) == "/1/01/a/"
    assert expanded(":sections[5]:sections[x]:sections[:99]", Page(sections=("a", "b")), Style()) == "aa/b"


NAMES = st.sampled_from(
    ["index.md", "_index.md", "a.fr.md", "2020-01-01-x.md", ".md", "index.fr.html", "a.org", "Ünï %41#.md"]
)
KEYS = st.sampled_from(
    "title date publishDate expiryDate lastmod slug url aliases tags params build cascade cover".split()
)
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["/:year/:sections[1:]/", "../..", "2020-01-01T00:00:00-25:00", ":x", "//", "%"]
)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans(), lambda each: st.lists(each) | st.dictionaries(KEYS, each), max_leaves=5
)


@given(NAMES, st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_page_makes_it_raise(name: str, fields: dict[str, object]) -> None:
    path = f"content/p/{name}"
    post, _problems = site().post(Stamp(path.encode(), 1, 0, 0, 0), path, FrontMatter(fields, "", 0, "yaml"))
    assert post is None or (
        post.url.startswith("https://example.org/b/") and post.url.isascii() and " " not in post.url
    )


@given(
    st.dictionaries(
        st.sampled_from(["permalinks", "languages", "cascade", "module", "taxonomies", "frontmatter"]), VALUES
    )
)
def test_no_configuration_makes_it_raise(values: dict[str, object]) -> None:
    import json

    made = Hugo.open({"hugo.json": json.dumps(values)}, Given("https://example.org"))[0]
    path = "content/p/a.md"
    made.post(Stamp(path.encode(), 1, 0, 0, 0), path, FrontMatter({"date": "2020-01-01"}, "", 0, "yaml"))
