"""Hugo's shortcodes: `cases/templates/hugo/NAME.md` and the same name with `.out`, what is said, and traps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.markup.samples import code_spans, matches
from syndicate.markup.templates import Page, TemplateSite
from syndicate.markup.templates._hugo_tags import tags
from syndicate.markup.templates.hugo import Hugo

CASES = sorted((Path(__file__).parents[1] / "cases/templates/hugo").glob("*.md"))
LINKS = {"boats.md": "https://example.org/posts/boats/", "/posts/boats.md#masts": "https://example.org/posts/boats/"}
SITE = TemplateSite("https://example.org", {"params": {"site": {"name": "Harbour"}}})
PAGE = Page("content/posts/a.md", "https://example.org/posts/a/", fields={"Author": "Ann"}, links=LINKS)


def expanded(body: str, unknown: str = "drop") -> str:
    site = TemplateSite(SITE.url, SITE.variables, unknown=unknown)
    return Hugo.open(site).expand(body, PAGE).text


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    assert expanded(path.read_text("utf-8")) == path.with_suffix(".out").read_text("utf-8")


def test_what_is_not_known_is_told_once() -> None:
    body = '{{< a 1 >}}{{< a 2 >}}{{< b />}}{{< c >}}x{{< /c >}}{{< param none >}}{{< x " >}}'
    faults = Hugo.open(SITE).expand(body, PAGE).faults
    assert [(each.code, each.subject) for each in faults] == [
        ("template-unknown", "shortcode a"),
        ("template-unknown", "shortcode b"),
        ("template-unknown", "shortcode param"),
        ("template-broken", "shortcode"),
    ]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('{{< pic src="/a.png" alt="A" >}}', '<img src="/a.png" alt="A">'),
        ('{{< card title="T" href="https://a.example/b" >}}', '<a href="https://a.example/b">T</a>'),
        ('{{< quote "some words" x >}}', "some words"),
        ("{{< icon star >}}", ""),
    ],
)
def test_what_is_not_known_can_be_kept_readable(body: str, kept: str) -> None:
    assert expanded(body, "keep") == kept


def test_references_are_paths_and_names() -> None:
    body = (
        '{{< ref "boats.md#x" >}} {{% relref path="/s/b" %}} `{{< ref "code.md" >}}` '
        '{{< ref "#top" >}} {{< ref "boats.md#x" >}}'
    )
    found = {each.written: each.candidates for each in Hugo.references(body, "content/posts/a.fr.md")}
    assert list(found) == ["boats.md#x", "/s/b"]
    assert found["boats.md#x"][:2] == ("content/posts/boats.md", "content/posts/boats.fr.md")
    assert found["boats.md#x"][-1] == "name:boats"
    assert "content/s/b/index.md" in found["/s/b"]


def test_parameters_in_all_their_forms() -> None:
    (tag,), _code = tags(r'{{% a-b/c_d 1.5 x=`r"aw` y = "q\"uo" "z" src=https://a/b?c=d /%}}', "markdown")
    assert (tag.name, tag.single, tag.mark) == ("a-b/c_d", True, "%")
    assert tag.positional == ("1.5", "z")
    assert tag.named == {"x": 'r"aw', "y": 'q"uo', "src": "https://a/b?c=d"}


def test_html_stays_html() -> None:
    page = Page("content/a.html", "https://example.org/a/", markup="html")
    shown = Hugo.open(SITE).expand("{{< highlight go >}}\na < b\n\nc\n{{< /highlight >}} {{ x }}", page).text
    assert shown == "<pre><code>a &lt; b&#10;&#10;c</code></pre> <code>{{ x }}</code>"


PIECES = [
    "{{",
    "}}",
    "<",
    ">",
    "%",
    "/*",
    "*/",
    "a",
    " ",
    '"',
    "`",
    "\n",
    "=",
    "/",
    "```\n",
    "ref",
    "highlight",
    "\\",
    "> [!N]",
]


SHORTCODE = re.compile(r"\{\{(?=[<%])")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60))
def test_never_raises_and_leaves_no_shortcode_outside_of_code(body: str) -> None:
    text = Hugo.open(SITE).expand(body, PAGE).text
    assert not list(matches(SHORTCODE, text, code_spans(text)))
    Hugo.references(body, "a.md")


@pytest.mark.parametrize(
    "trap", ["{{", "{{<", "{{</*", '{{< a "', "{{< a `", "{{< highlight >}}", "{{< a >}}", "{{< ref x >}}`"]
)
def test_no_trap_takes_long(trap: str) -> None:
    body = trap * (400_000 // len(trap))
    assert len(Hugo.open(SITE).expand(body, PAGE).text) < 3_000_000
