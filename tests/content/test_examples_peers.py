"""The sites in `examples/`, built by their own generators: the same posts, addresses, dates, titles and terms.

`make peers`; Jekyll comes with Debian and Ubuntu. The listings hold what a generator says; the cases in
tests/cases/examples/ name what we read otherwise on purpose (`unlike_peer`, `unlisted_by_peer`), and docs/dialects.md
says why. Zola, Docusaurus and Astro are in no registry or too large; their cases are held by their documented rules.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from syndicate.content.dialects import Dialect
from syndicate.model import Post
from tests.content import listings
from tests.content.dialect_cases import plainly
from tests.content.example_sites import NOW, Example, live, posts_of
from tests.content.listings import Listing
from tests.peers import peer

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not peer(name), reason=f"{name} is not installed")


def laid(example: Example, folder: Path) -> Path:
    """A copy of the site that a generator may write into."""
    return Path(shutil.copytree(example.folder, folder / "site"))


def shown(example: Example) -> tuple[Dialect, dict[str, Post]]:
    dialect, posts, _problems = posts_of(example)
    return dialect, {path: post for path, post in posts.items() if live(post)}


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def terms_of(post: Post, taxonomy: str) -> list[str]:
    return [name for each, name in post.terms if each == taxonomy]


def agrees(example: Example, ours: Mapping[str, dict[str, Any]], theirs: Listing) -> None:
    """Both publish the same, but for what the case excepts, and that does differ."""
    cases = example.data["posts"]
    unlisted = {path for path in ours if cases[path].get("unlisted_by_peer")}
    assert set(theirs) == set(ours) - unlisted
    for path, page in theirs.items():
        different = {name for name in ours[path] if ours[path][name] != page[name]}
        assert different == set(cases[path].get("unlike_peer", [])), (path, ours[path], page)


@needs("jekyll")
def test_jekyll(tmp_path: Path) -> None:
    example = Example("newsroom")
    dialect, posts = shown(example)
    site = laid(example, tmp_path)
    for path in example.data["problems"]:
        (site / path).unlink()  # Jekyll publishes a post that it cannot read, without its fields
    theirs = listings.jekyll(site, tmp_path)
    for page in theirs.values():
        page["url"] = unquote(page["url"])
    ours = {
        path: {
            "url": path_of(post.url),
            "title": post.title,
            "published": plainly(post.published),
            "categories": terms_of(post, "categories"),
            "tags": terms_of(post, "tags"),
            "generator_id": dialect.facts.url + post.generator_id,
        }
        for path, post in posts.items()
    }
    agrees(example, ours, theirs)


@needs("hugo")
def test_hugo(tmp_path: Path) -> None:
    example = Example("hugo")
    dialect, posts = shown(example)
    listed = listings.hugo(laid(example, tmp_path), tmp_path, plainly(NOW))
    theirs = {path: page for path, page in listed.items() if page["published"] > "0001-01-02"}
    for page in theirs.values():
        page["url"] = unquote(page["url"])
        # terms in each language's own folder: their names count here
        page["terms"] = sorted({unquote(url).replace("/de/", "/") for url in page["terms"]})
        page["translations"] = sorted(map(unquote, page["translations"]))
    together: dict[str, list[str]] = {}
    for post in posts.values():
        together.setdefault(post.translation, []).append(unquote(post.url))
    ours = {
        path: {
            "url": unquote(post.url),
            "title": post.title,
            "published": plainly(post.published),
            "updated": plainly(post.updated or post.published),
            "terms": sorted({unquote(dialect.term_url(*term)) for term in post.terms} - {""}),
            "translations": sorted(together[post.translation]),
        }
        for path, post in posts.items()
    }
    agrees(example, ours, theirs)


@needs("pelican")
def test_pelican(tmp_path: Path) -> None:
    example = Example("pelican")
    dialect, posts = shown(example)
    theirs = listings.pelican(laid(example, tmp_path), tmp_path)
    together: dict[str, list[str]] = {}
    for path, post in posts.items():
        together.setdefault(post.translation, []).append(path)
    ours = {
        path: {
            "url": path_of(post.url).lstrip("/"),
            "title": post.title,
            "published": plainly(post.published),
            "updated": plainly(post.updated),
            "tags": terms_of(post, "tags"),
            "categories": terms_of(post, "categories"),
            "authors": [author.name for author in post.authors],
            "language": post.language or dialect.facts.language,
            "translations": sorted(set(together[post.translation]) - {path}),
        }
        for path, post in posts.items()
    }
    agrees(example, ours, theirs)


@needs("eleventy")
def test_eleventy(tmp_path: Path) -> None:
    example = Example("eleventy")
    _dialect, posts = shown(example)
    theirs = listings.eleventy(laid(example, tmp_path), tmp_path)
    pages = {path for path in theirs if not path.startswith("src/posts/")}  # Eleventy knows pages, but no posts
    assert pages == {"src/about.md"}
    ours = {
        path: {
            "url": path_of(post.url),
            "title": post.title,
            "published": plainly(post.published),
            "tags": terms_of(post, "tags"),
        }
        for path, post in posts.items()
    }
    agrees(example, ours, {path: page for path, page in theirs.items() if path not in pages})


@needs("hexo")
def test_hexo(tmp_path: Path) -> None:
    example = Example("hexo")
    dialect, posts = shown(example)
    theirs = listings.hexo(laid(example, tmp_path), tmp_path, dialect.facts.timezone)
    for page in theirs.values():
        page["url"] = unquote(page["url"])
        # Hexo lists the terms of a post in the order in which the site first had them
        page["categories"], page["tags"] = sorted(page["categories"]), sorted(page["tags"])
    ours = {
        path: {
            "url": unquote(post.url),
            "title": post.title,
            "published": plainly(post.published),
            "categories": sorted(terms_of(post, "categories")),
            "tags": sorted(terms_of(post, "tags")),
        }
        for path, post in posts.items()
    }
    agrees(example, ours, theirs)
