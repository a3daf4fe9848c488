"""Nunjucks and MDX: `cases/templates/nunjucks/NAME.md`, `cases/templates/mdx/NAME.md(x)`, each with its `.out`."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate import plugins
from syndicate.markup.templates import Expanded, Page, Templates, TemplateSite

FOLDER = Path(__file__).parents[1] / "cases" / "templates"
CASES = sorted(path for name in ("nunjucks", "mdx") for path in (FOLDER / name).iterdir() if path.suffix != ".out")
VARIABLES = {"site": {"name": "Tide & Co", "nav": [{"text": "One"}, {"text": "Two"}]}, "mdx_endings": [".mdx"]}
SITE = TemplateSite("https://example.org/sea", VARIABLES)
FIELDS = {"title": "Nets", "tags": ["a", "b"], "hidden": False, "date": "2021-01-02"}


def opened(name: str, site: TemplateSite = SITE) -> Templates:
    found: Templates = plugins.find("templates", name).open(site)
    return found


def expanded(name: str, body: str, ending: str = ".mdx", site: TemplateSite = SITE) -> Expanded:
    path = f"blog/2021-01-02-nets{ending}"
    return opened(name, site).expand(body, Page(path, f"{SITE.url}/blog/nets/", title="Nets", fields=FIELDS))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(path: Path) -> None:
    out = expanded(path.parent.name, path.read_text("utf-8"), path.suffix).text
    assert out == path.with_suffix(".out").read_text("utf-8")


def test_each_unknown_thing_is_told_of_once() -> None:
    body = "{% image 'a' %}{% image 'b' %}{{ x | odd }}{{ title | odd }}{{ f(1) }}{% include 'a.njk' %}{{ 1 + 1 }}"
    assert [(fault.code, fault.subject) for fault in expanded("nunjucks", body).faults] == [
        ("template-unknown", subject)
        for subject in ("tag image", "variable x", "filter odd", "function f", "include a.njk", "expression")
    ]
    body = "<Chart /> {a} <Chart data={1} />\n\n<Known>text</Known> {b} <Map />"
    subjects = [fault.subject for fault in expanded("mdx", body).faults]
    assert subjects == ["component Chart", "expression", "component Map"]


def test_what_is_not_known_can_be_kept_as_its_plain_texts() -> None:
    site = TemplateSite(SITE.url, VARIABLES, unknown="keep")
    assert expanded("nunjucks", '{% figure "/a.png", "A <boat>" %}', site=site).text == "/a.png A &lt;boat&gt;"
    assert expanded("mdx", '<Video title="A boat" src="/a.mp4" speed={2} />', site=site).text == "A boat /a.mp4"


def test_only_files_of_mdx_are_read_as_such_where_the_site_says_so() -> None:
    body = "A {brace} and <Tag />."
    assert expanded("mdx", body, ".md") == Expanded(body)
    assert expanded("mdx", body, ".mdx").text == "A  and ."
    assert expanded("mdx", body, ".md", TemplateSite(SITE.url)).text == "A  and ."


@pytest.mark.parametrize(
    ("body", "out"),
    [
        ("<https://example.org> <me@example.org> 1 < 2 <3", "<https://example.org> <me@example.org> 1 < 2 <3"),
        ("<br/> <img src={'/a.png'} {...more} className='x'>", '<br /> <img src="/a.png" class="x">'),
        ("<A b={() => { return '>' }} />x", "x"),
        ("<A b='never closed", "<A b='never closed"),
        ("{ never closed", "{ never closed"),
        ("<Head><title>x</title></Head>y", "y"),
        ("export const a = 1\n\ntext", "\n\ntext"),
        ('<Link to="/a">b</Link><Link>c</Link>', '<a href="https://example.org/sea/a">b</a>c'),
        ("- one\n\n      two\n\n    three", "- one\n\n      two\n\n    three"),
        ("<A>\n    three\n</A>", "\nthree\n"),
        (":::tip\nopen", "\n> **Tip**\n> \n> open"),
        ("```js title='x' {1}\n:::tip\n```", "```js\n:::tip\n```"),
    ],
)
def test_mdx_in_small(body: str, out: str) -> None:
    assert expanded("mdx", body).text == out
