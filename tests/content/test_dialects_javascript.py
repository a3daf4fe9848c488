"""Plain literals out of JavaScript and TypeScript, which are never run; and what dialects make of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.dialects import Given
from syndicate.content.dialects._eleventy_permalinks import rendered, slugify
from syndicate.content.dialects._javascript import Script
from syndicate.content.dialects.eleventy import Eleventy

CONFIG = """
// @ts-check
import { themes as prism } from "prism-react-renderer";
const url = 'https://x.example';
/* a { brace */
const config: Config<{ a: string }> = {
  title: 'It\\'s \\u{1F600} \\x41', tagline: `two
lines`, url, "base-url": "/a/", n: 5, negative: -1.5, yes: true, no: false, nothing: null, missing: undefined,
  pattern: /a[/}]b/g, method() { return 3 }, arrow: () => { return { a: 1 } }, sum: 'a' + 'b', called: f({ a: 1 }),
  computed: `a${url}`, [dynamic]: 1, ...spread, choice: x ? 'a' : 'b',
  list: ['en', "fr", g(), ,],
  presets: [['classic', /** @type {X} */ ({ blog: { limit: 20 }, css: require.resolve('./x') }) satisfies Options]],
};

export default config;
"""


def test_plain_literals_are_read_and_nothing_else() -> None:
    assert Script(CONFIG).exported == {
        "title": "It's \U0001f600 A",
        "tagline": "two\nlines",
        "url": "https://x.example",
        "base-url": "/a/",
        "n": "5",
        "negative": "-1.5",
        "yes": True,
        "no": False,
        "nothing": None,
        "list": ["en", "fr", None, None],
        "presets": [["classic", {"blog": {"limit": "20"}}]],
    }


@pytest.mark.parametrize(
    ("source", "exported"),
    [
        ("module.exports = { a: 1 }", {"a": "1"}),
        ("export default defineConfig({ a: 'b' })", {"a": "b"}),
        ("export default wrap(deeper({ a: 'b' }))", {"a": "b"}),
        ("export default { a: { b: ['c'] } } as const", {"a": {"b": ["c"]}}),
        ("let a = 1\nexport default { a }", {"a": "1"}),
        ("let a = 1; let a = 2; export default { a }", {}),
        ("const a = a; export default a", {}),
        ("export default { a: b => ({ c: 1 }), d: 2 }", {"d": "2"}),
        ("// export default { a: 1 }\n'export default { a: 2 }'", {}),
        ("const x = a / 2; const s = 'b/'; export default { s }", {"s": "b/"}),
        ("export default { a: 'never closed\n, b: 1 }", {"b": "1"}),
        ("export default { a: 1", {}),
        ("", {}),
    ],
)
def test_how_a_mapping_is_exported(source: str, exported: dict[str, Any]) -> None:
    assert Script(source).exported == exported


def test_what_a_function_returns_and_calls() -> None:
    script = Script(
        """module.exports = function (eleventyConfig) {
             eleventyConfig.addFilter("x", () => { return { dir: { input: "wrong" } } });
             if (prod) { return { dir: { input: "maybe" } } }
             eleventyConfig.ignores.add("README.md");
             eleventyConfig.ignores.add(other, { a: 1 });
             return { dir: { input: "src", output: process.env.OUT || "x" } };
           };"""
    )
    assert script.returned == {"dir": {"input": "src"}}
    assert list(script.calls("add")) == [["README.md"], [None, {"a": "1"}]]


@given(st.text(alphabet="{}[]()'\"`/\\*,:;=$ \n\tab1.-<>", max_size=80) | st.text(max_size=60))
def test_no_source_makes_it_raise(source: str) -> None:
    for text in (source, f"export default {{ a: {source} }}", f"const a = {source}\nmodule.exports = a"):
        script = Script(text)
        assert isinstance(script.exported, dict)
        assert isinstance(list(script.calls("a")), list)


@pytest.mark.parametrize(
    "piece",
    [
        "{a:",
        "return [",
        "const a: ",
        "export default (",
        "/*",
        "`",
        "a(",
        "a(a(1),",
        "/[",
        '"\\',
        "return (",
        "'",
        "//",
    ],
)
def test_a_great_deal_of_anything_comes_to_an_end(piece: str) -> None:
    """Not a matter of seconds on any machine, but of minutes where time grows with the square."""
    script = Script(piece * (300_000 // len(piece)))
    assert sum(1 for _arguments in script.calls("a")) <= 150_000


@pytest.mark.parametrize(("value", "known"), [("'x'", 15_000), ("f()", 0), ("a{0}", 0), ("[a{1}, a{1}]", 1)])
def test_very_many_constants_come_to_an_end(value: str, known: int) -> None:
    """Where constants name one another, the limit for values is reached with the first."""
    source = "".join(f"const a{n} = {value.format(n, n + 1)};\n" for n in range(15_000))
    assert len(Script(source).constants) == known


def test_constants_of_constants_do_not_grow_without_end() -> None:
    lines = "".join(f"const a{n} = [{', '.join([f'a{n + 1}'] * 9)}];" for n in range(30))
    script = Script(f"{lines} export default {{ a: a0, b: 1 }}")
    assert len(repr(script.exported)) < 1_000_000


@pytest.mark.parametrize(
    ("option", "language"),
    [('"njk"', "nunjucks"), ('"liquid"', "liquid"), ("false", ""), ("engine()", "liquid")],
)
def test_markdown_of_eleventy_passes_through_the_language_it_was_told(option: str, language: str) -> None:
    text = f"export const config = {{ markdownTemplateEngine: {option} }};"
    assert Eleventy.open({"eleventy.config.js": text}, Given())[0].templates == language


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("Über & unter", "ueber-and-unter"),
        ("It's Anna's", "its-annas"),
        ("Œuvre: Ångström, naïve cœur", "uvre-angstroem-naive-c-ur"),
        ("日本 2020", "2020"),
        ("Привет", None),
    ],
)
def test_slugs_of_eleventy(text: str, slug: str | None) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/a/{{ page.fileSlug }}/", "/a/x/"),
        ("/{{ title | slugify | upper }}.html", "/MY-TITLE.html"),
        ("/{{ missing | default: 'x|y' }}/", "/x|y/"),
        ("/{{ page.fileSlug | append: '-z' }}/", "/x-z/"),
        ("/{{ missing }}/", None),
        ("/{{ title | mine }}/", None),
        ("/{{ title.length + 1 }}/", None),
        ("/{{ title", None),
        ("{% if a %}b{% endif %}", None),
    ],
)
def test_permalinks_of_eleventy(template: str, path: str | None) -> None:
    assert rendered(template, {"title": "My Title", "page": {"fileSlug": "x"}}) == path
