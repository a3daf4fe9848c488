"""Expressions and globs of a site's configuration: what may take for ever is refused before it is tried."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import plugins
from syndicate.content.dialects import Given
from syndicate.content.dialects._patterns import expression, plain_glob
from syndicate.model import FrontMatter, Stamp


@pytest.mark.parametrize(
    "written",
    [
        r"(?P<date>\d{4}-\d{2}-\d{2})[-_](?P<slug>.*)",
        r"(?P<category>.*)/(?P<date>\d{4}/\d{2}/\d{2})/(?P<slug>.*)/.*",
        r"(?i)\.(psd|ai|sketch)$",
        r"[^/]+\.(html|htm|css)~?",
        r"[(a+)+]*x",
        r"\(a+\)+",
        r"(a{2}b)+",
        r"(?:foo|bar)?x",
        r"a+|b+|c+|d+|e+|f+",
        r"content/(posts|x)/draft-.*\.md",
        r"[^\w\s-]",
        r"(?u)\s*\Z",
    ],
)
def test_what_people_write_is_taken(written: str) -> None:
    assert expression(written).pattern == written


@pytest.mark.parametrize(
    "written",
    [
        r"(a+)+$",
        r"(a|a)*$",
        r"(?:a*)*b",
        r"(?P<slug>(\w+-?)+)!",
        r"((a{1,200}){1,200})",
        r"(?:(?:a+)?)+",
        r"(a|a){60}b",
        r"(?i:(a?a?)*)b",
        ".*" * 8 + "x",
        "a?" * 40 + "a" * 40,
        "a" * 501,
        "(",
        "a{99999999999}",
    ],
)
def test_what_may_take_for_ever_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        expression(written)


@given(st.text("ab(|)*+?{}1,[]\\^$.:P<>=!", max_size=20), st.text("ab", max_size=40))
def test_what_is_taken_comes_to_an_end(written: str, text: str) -> None:
    try:
        found = expression(written)
    except ValueError:
        return
    assert found.search(text + "!") is None or re.search(written, text + "!")


def test_globs() -> None:
    assert plain_glob("**/*.{md,mdx}") == "**/*.{md,mdx}"
    assert plain_glob("**/" * 30 + "*.md") == "**/*.md"
    assert not plain_glob("**/a/" * 6)
    assert not plain_glob("a" * 501)


DEEP = "a/" * 100
HOSTILE = {
    "hugo": ("hugo.toml", "ignoreFiles = ['(a+)+$', '(a|a)*$']\n", "content/posts/" + "a" * 60 + "!.md"),
    "pelican": ("pelicanconf.py", "PATH_METADATA = r'(a+)+x'\nPATH = 'content'\n", "content/" + "a" * 60 + "!.md"),
    "jekyll": ("_config.yml", f"defaults:\n- {{scope: {{path: '{'**/' * 30}x'}}, values: {{a: b}}}}\n",
               f"_posts/{DEEP}2020-01-01-a.md"),
    "eleventy": (".eleventyignore", "**/" * 30 + "x\n", f"posts/{DEEP}a.md"),
    "docusaurus": ("docusaurus.config.js",
                   f"module.exports = {{presets: [['classic', {{blog: {{exclude: ['{'**/' * 30}x']}}}}]]}}",
                   f"blog/{DEEP}a.md"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_pattern_of_a_site_runs_for_ever(name: str) -> None:
    file, text, path = HOSTILE[name]
    dialect, _problems = plugins.find("dialects", name).open({file: text}, Given("https://example.org"))
    matter = FrontMatter({"title": "a" * 60 + "!", "date": "2020-01-01"}, "x", 0, "yaml", "", 1)
    assert dialect.post(Stamp(path.encode(), 1, 0, 0, 0), path, matter)[0] is not None
