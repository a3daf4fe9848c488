"""Zola's and Hexo's template code: `cases/templates/{zola,hexo}/NAME.md`, and the same name with `.out`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndicate import plugins
from syndicate.markup.templates import Expanded, Page, TemplateSite

FOLDER = Path(__file__).parents[1] / "cases/templates"
CASES = sorted(path for name in ("hexo", "zola") for path in (FOLDER / name).glob("*.md"))
URL = "https://example.org"
KNOWN = {
    "content/blog/known.md": f"{URL}/blog/known/",
    "name:known post": f"{URL}/2020/known/",
    "name:known": f"{URL}/2020/known/",
}
SITE: dict[str, Any] = {"variables": {"post_asset_folder": True}}


def expanded(name: str, body: str, unknown: str = "drop") -> Expanded:
    member = plugins.find("templates", name)
    path = "content/blog/post.md" if name == "zola" else "source/_posts/post.md"
    references = member.references(body, path)
    links = {each.written: KNOWN[key] for each in references for key in each.candidates if key in KNOWN}
    language = member.open(TemplateSite(URL, unknown=unknown, **SITE))
    found: Expanded = language.expand(body, Page(path, f"{URL}/blog/post/", links=links, fields={"title": "A <post>"}))
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    unknown = "keep" if path.stem.endswith("-keep") else "drop"
    out = expanded(path.parent.name, path.read_text(encoding="utf-8"), unknown).text
    assert out == path.with_suffix(".out").read_text(encoding="utf-8")


def test_zola_tells_of_each_kind_once() -> None:
    body = "{{ a() }} {{ a() }} {% b() %}x{% end %} {% c() %}y [z](@/gone.md) [z](@/gone.md)"
    found = expanded("zola", body)
    assert [(fault.code, fault.subject) for fault in found.faults] == [
        ("template-unknown", "shortcode a"),
        ("template-unknown", "shortcode b"),
        ("template-broken", "shortcode c"),
        ("template-unknown", "link @/gone.md"),
    ]
    assert found.text == f"  x y [z]({URL}/gone/) [z]({URL}/gone/)"


def test_zola_links_name_files_below_content() -> None:
    body = "[a](@/x%20y.md#z) [b](@/x%20y.md) `[c](@/c.md)`"
    found = plugins.find("templates", "zola").references(body, "content/a.md")
    assert [(each.written, each.candidates) for each in found] == [("@/x%20y.md", ("content/x y.md",))]


def test_hexo_tells_of_each_kind_once() -> None:
    body = "{% o %} {% o %} {% b %}x{% endb %} {{ c }} {{ c }} {% quote %} {% post_link gone %}"
    found = expanded("hexo", body)
    assert [(fault.code, fault.subject) for fault in found.faults] == [
        ("template-unknown", "tag o"),
        ("template-unknown", "tag b"),
        ("template-unknown", "variable c"),
        ("template-broken", "tag quote"),
        ("template-unknown", "post_link gone"),
    ]
    assert found.text.split() == ["x", "gone"]


def test_hexo_links_name_posts_by_their_slugs() -> None:
    body = "{% post_link deep/A-post#x Text %} {%- post_path 'b c' -%} {% post_link deep/A-post %} `{% post_link d %}`"
    found = plugins.find("templates", "hexo").references(body, "source/_posts/a.md")
    assert [(each.written, each.candidates) for each in found] == [
        ("deep/A-post", ("source/_posts/deep/A-post.md", "name:a-post", "dated:a-post")),
        ("b c", ("source/_posts/b c.md", "name:b c", "dated:b c")),
    ]


HOSTILE = (
    "{{", "{%", "{{ a(", '{{ a("', "{{ a('\"", "{% a() %}", "{% end %}", "{{/*", "{%/* ", "](@/", "[](@/a.md)", "{#",
    "{% raw %}", "{% a %}", "{% enda %}", "{% post_link ", "{% a '", "```", "`{{", "{{ x }", "{% codeblock %}",
)  # fmt: skip


@pytest.mark.parametrize("name", ["zola", "hexo"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_no_body_takes_long(name: str, piece: str) -> None:
    body = piece * (400_000 // len(piece))
    expanded(name, body)
    expanded(name, body + "\n\nend }} %} #} ) \" '")
