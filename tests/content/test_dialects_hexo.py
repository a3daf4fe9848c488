"""Hexo's rules one by one. Whole sites are in tests/cases/dialects/hexo/."""

from __future__ import annotations

import pytest

from syndicate.content.dialects import Given
from syndicate.content.dialects._hexo_names import filled, hash_of, name_parts, page_url, slugized
from syndicate.content.dialects.hexo import Hexo


# What `slugize` of hexo-util 4 answers.
@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello World", "Hello-World"),
        ("Grüße", "Gruse"),
        ("Æble Øl Łódź", "AEble-Ol-Lodz"),
        ("Việt Nam", "Viet-Nam"),
        ("日本 語", "日本-語"),
        ("Ｆｕｌｌ", "Full"),
        ("C++ & C#", "C-C"),
        ("--a--", "a"),
        ("a\x01b", "ab"),
        ("«a» — b", "«a»-—-b"),
        ("", ""),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugized(text) == slug
    assert slugized(text, 1) == slug.lower()


# What `parseFilename` of Hexo 8 answers.
@pytest.mark.parametrize(
    ("pattern", "path", "parts"),
    [
        (":title.md", "a b/c.md", {"title": "a b/c"}),
        (
            ":year-:month-:day-:title.md",
            "2020-01-02-x-y.md",
            {"year": "2020", "month": "01", "day": "02", "title": "x-y"},
        ),
        (":year-:month-:day-:title.md", "sub/x y.md", {"title": "sub-x-y"}),
        (":year/:i_month/:title.md", "2020/1/x.html", {"year": "2020", "i_month": "1", "title": "x"}),
        (":lang/:title.md", "en/deep/x.md", {"lang": "en", "title": "deep/x"}),
        ("posts", "posts.md", {"title": "posts"}),
    ],
)
def test_file_names(pattern: str, path: str, parts: dict[str, str]) -> None:
    assert name_parts(pattern, path) == parts


def test_a_pattern_of_many_parts_takes_no_time() -> None:
    assert name_parts(":a-:b-:c-:d-:e-:f-:g.md", "-" * 4000)["title"] == "-" * 4000


def test_templates() -> None:
    assert filled(":a/:b_/:nothing:title", None, {"a": "x", "b": "y", "title": "t"}) == "x/y_/undefinedt"
    assert hash_of("", None) == "null"


@pytest.mark.parametrize(
    ("path", "index", "html", "url"),
    [
        ("a//b/", True, True, "/a/b/"),
        ("a/index.html", False, True, "/a/"),
        ("a/index.html", True, False, "/a/index.html"),
        ("a.html", True, False, "/a"),
        ("/%E9%A1%B5 x", True, True, "/%E9%A1%B5%20x"),
    ],
)
def test_addresses(path: str, index: bool, html: bool, url: str) -> None:
    assert page_url("https://example.org", path, index=index, html=html) == f"https://example.org{url}"


def hexo(config: str) -> Hexo:
    return Hexo.open({"_config.yml": config}, Given())[0]


def test_pages_of_tags() -> None:
    dialect = hexo("url: https://example.org\ntag_dir: t\ntag_map: {C++: cpp}\nfilename_case: 1")
    assert dialect.term_url("tags", "C++") == "https://example.org/t/cpp/"
    assert dialect.term_url("tags", "Big 金融") == "https://example.org/t/big-%E9%87%91%E8%9E%8D/"
    assert dialect.term_url("tags", "!") == ""
    assert dialect.term_url("categories", "x") == ""


def test_where_the_files_of_a_post_lie() -> None:
    page, own = "https://example.org/a/", "https://example.org/a/b%20c.png?x"
    assert hexo("url: https://example.org").assets("source/_posts/a.md", page, own) == ("source/a/b c.png",)
    beside = hexo("url: https://example.org\npost_asset_folder: true")
    assert beside.assets("source/_posts/a.md", page, own) == ("source/_posts/a/b c.png", "source/a/b c.png")
    assert beside.assets("source/_posts/a.md", page, "https://elsewhere.example/x.png") == ()


@pytest.mark.parametrize(
    ("names", "files", "sure"),
    [
        ({"_config.yml", "source", "package.json"}, {"package.json": '{"dependencies": {"hexo": "^8"}}'}, 95),
        ({"_config.yml", "source", "themes"}, {}, 70),
        ({"_config.yml", "source"}, {}, 40),
        ({"_config.yml", "source", "_posts"}, {}, 0),
        ({"source", "themes"}, {}, 0),
    ],
)
def test_is_recognised(names: set[str], files: dict[str, str], sure: int) -> None:
    assert Hexo.detect(frozenset(names), lambda name: files.get(name, "")) == sure
