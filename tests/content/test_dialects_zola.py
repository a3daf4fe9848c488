"""Zola's rules one by one, and the sample of a real site. Whole sites are in tests/cases/dialects/zola/."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.content import frontmatter
from syndicate.content.dialects import Given
from syndicate.content.dialects._zola_names import dated, slugified
from syndicate.content.dialects.zola import Zola
from syndicate.model import Post, Stamp


# What Zola's own documentation and the crate `slug` say of these.
@pytest.mark.parametrize(
    ("name", "on", "safe"),
    [
        ("input", "input", "input"),
        ("Hello, World! ", "hello-world", "Hello, World!"),
        ("élevage-chèvre", "elevage-chevre", "élevage-chèvre"),
        ("日本", "ri-ben", "日本"),
        ("北京 2008", "bei-jing-2008", "北京 2008"),
        ("Ærøskøbing", "aeroskobing", "Ærøskøbing"),
        ("Юля", "iulia", "Юля"),
        ("a_b--c", "a-b-c", "a_b--c"),
        ("1.0-Timeline", "1-0-timeline", "1.0-Timeline"),
        ('what? <a/b>: "c"*|', "what-a-b-c", "what ab c"),
        ("dots... ", "dots", "dots"),
        ("🎉", "", "🎉"),
        ("", "", ""),
    ],
)
def test_slugs(name: str, on: str, safe: str) -> None:
    assert slugified(name, "on") == on
    assert slugified(name, "safe") == safe
    assert slugified(name, "off") == name


@pytest.mark.parametrize(
    ("name", "moment", "slug"),
    [
        ("2018-10-10", "2018-10-10", ""),
        ("2018-10-10-title", "2018-10-10", "title"),
        ("2018-10-10_title", "2018-10-10", "title"),
        ("2018-10-10 -title", "2018-10-10", "title"),
        ("2018-10-10title", "2018-10-10", ""),
        ("2018-10-10 title", "2018-10-10", ""),
        ("2018-13-10-title", "", ""),
        ("18-10-10-title", "", ""),
        ("2002-10-02T15:00:00Z-x", "2002-10-02T15:00:00Z", "x"),
        ("2002-10-02T15:00:00-05:00_x", "2002-10-02T15:00:00-05:00", "x"),
    ],
)
def test_days_in_names(name: str, moment: str, slug: str) -> None:
    assert (dated(name).moment, dated(name).slug) == (moment, slug)


SITE = """
base_url = "https://example.org"
taxonomy_root = "by"
taxonomies = [{ name = "The Tags" }, { name = "hidden", render = false }]
"""


def zola(config: str = SITE) -> Zola:
    return Zola.open({"config.toml": config}, Given())[0]


def test_pages_of_terms() -> None:
    dialect = zola()
    assert dialect.term_url("The Tags", "C++ & 金融") == "https://example.org/by/the-tags/c-jin-rong/"
    assert dialect.term_url("hidden", "x") == ""
    assert dialect.term_url("authors", "x") == ""


def test_where_the_files_of_a_page_lie() -> None:
    dialect = zola()
    page = "https://example.org/blog/bundle/"
    assert dialect.assets("content/blog/bundle/index.md", page, f"{page}a%20b.png?x=1") == (
        "content/blog/bundle/a b.png",
        "static/blog/bundle/a b.png",
        "content/blog/bundle/a b.png",
    )
    assert dialect.assets("content/a.md", "https://example.org/a/", "https://example.org/i.png") == (
        "static/i.png",
        "content/i.png",
    )
    assert dialect.assets("content/a.md", "https://example.org/a/", "https://elsewhere.example/i.png") == ()


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ('base_url = "https://example.org"\n', True),
        ('title = "x"\n  base_url="https://example.org"\n[extra]\n', True),
        ('baseURL = "https://example.org"\n', False),
        ('baseURL = "https://example.org"\n[params]\nbase_url = "x"\n', False),
        ("", False),
    ],
)
def test_tells_its_configuration_from_hugo_s(text: str, sure: bool) -> None:
    found = Zola.detect(frozenset({"config.toml", "content"}), lambda _name: text)
    assert (found > 90) is sure
    assert sure or found == 0


SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "zola-toml"
URLS = {
    "4-Years-Of-Rust.md": "2019/05/15/4-Years-Of-Rust/",
    "Rust-1.17.md": "2017/04/27/Rust-1.17/",
    "Rust-1.29.1.md": "2018/09/25/Rust-1.29.1/",
    "Rust-1.47.md": "2020/10/08/Rust-1.47/",
    "Rust-1.5.md": "2015/12/10/Rust-1.5/",
    "Project-Goals-2025-April-Update.md": "2025/05/26/april-project-goals-update/",
    "Project-Goals-Dec-Update.md": "2025/01/23/Project-Goals-Dec-Update/",
    "Procedural-Macros-in-Rust-2018.md": "2018/12/21/Procedural-Macros-in-Rust-2018/",
    "Clippy-deprecating-feature-cargo-clippy.md": "2024/02/28/Clippy-deprecating-feature-cargo-clippy/",
    "2023-Rust-Annual-Survey-2023-results/index.md": "2024/02/19/2023-Rust-Annual-Survey-2023-results/",
}


def sample() -> dict[str, Post]:
    dialect = Zola.open({"config.toml": (SAMPLE / "config.toml").read_text("utf-8")}, Given())[0]
    found = {}
    for file in sorted((SAMPLE / "content").rglob("*.md")):
        path = file.relative_to(SAMPLE).as_posix()
        if not dialect.folder(path.rpartition("/")[0]).posts.match(file.name):
            continue
        matter, _problems = frontmatter.split(file.read_text("utf-8"), path)
        assert matter is not None
        post, _more = dialect.post(Stamp(path.encode(), 0, 0, 0, 0), path, matter)
        if post is not None:
            found[path.removeprefix("content/")] = post
    return found


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample is not here")
def test_reads_every_dated_page_of_the_sample() -> None:
    posts = sample()
    files = sum(1 for file in (SAMPLE / "content").rglob("*.md") if file.name != "_index.md")
    undated = {"releases/latest.md"}
    assert len(posts) == files - len(undated)
    assert undated.isdisjoint(posts)
    for path, url in URLS.items():
        assert posts[path].url == f"https://blog.rust-lang.org/{url}"
    assert all(post.published and post.url.endswith("/") for post in posts.values())
    for path, post in posts.items():
        assert post.published is not None
        assert post.published.strftime("/%Y/%m/%d/") in post.url, path
