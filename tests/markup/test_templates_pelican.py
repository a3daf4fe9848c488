"""Pelican's links: `cases/templates/pelican/NAME.md`, `.rst` or `.html`, and the same name with `.out`."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.content.dialects import Given
from syndicate.content.dialects.pelican import Pelican as Dialect
from syndicate.markup.templates import Expanded, Page, TemplateSite
from syndicate.markup.templates.pelican import Pelican

FOLDER = Path(__file__).parents[1] / "cases/templates/pelican"
CASES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".out")
URL = "https://example.org"
KNOWN = {
    "content/blog/known.md": f"{URL}/known.html",
    "content/other/deep.md": f"{URL}/deep/",
    "content/blog/a b.md": f"{URL}/a-b.html",
}
SETTINGS = """
PATH = "content"
AUTHOR_SAVE_AS = ""
EXTRA_PATH_METADATA = {"extra/icon.ico": {"path": "icon.ico"}}
"""
LANGUAGE = Pelican.open(TemplateSite(URL, Dialect.open({"pelicanconf.py": SETTINGS}, Given(URL))[0].variables))


def expanded(body: str, path: str = "content/blog/post.md", markup: str = "markdown") -> Expanded:
    references = Pelican.references(body, path)
    links = {each.written: KNOWN[name] for each in references for name in each.candidates if name in KNOWN}
    return LANGUAGE.expand(body, Page(path, f"{URL}/blog/post.html", markup, links=links))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    markup = {".md": "markdown", ".rst": "rest", ".html": "html"}[path.suffix]
    out = expanded(path.read_text(encoding="utf-8"), f"content/blog/post{path.suffix}", markup).text
    assert out == path.with_suffix(".out").read_text(encoding="utf-8")


def test_a_link_to_nothing_is_told_once() -> None:
    found = expanded("[a]({filename}gone.md) [b]({filename}gone.md) [c]({author}Ada)")
    assert [(fault.code, fault.subject) for fault in found.faults] == [
        ("template-unknown", "{filename}gone.md"),
        ("template-unknown", "{author}Ada"),
    ]


def test_where_a_file_may_lie() -> None:
    body = "[a]({filename}/x.md#y) [b](|filename|../z.md) [c]({filename}/x.md) [d]({static}p.md) `[e]({filename}e.md)`"
    assert [(each.written, each.candidates) for each in Pelican.references(body, "content/blog/post.md")] == [
        ("/x.md", ("content/x.md", "x.md", "content/blog/x.md")),
        ("../z.md", ("content/z.md",)),
    ]


def test_what_is_not_concerned() -> None:
    assert not Pelican.concerns("{% raw %} {{ x }} {filename }")
    assert expanded("{{ x }}") == Expanded("{{ x }}")
