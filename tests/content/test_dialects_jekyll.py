"""Jekyll's rules one by one, as tables. Whole sites are in tests/cases/dialects/jekyll/."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.content import frontmatter
from syndicate.content.dialects import Given
from syndicate.content.dialects._addresses import encoded_path
from syndicate.content.dialects._jekyll_dates import FileName, file_name
from syndicate.content.dialects._jekyll_urls import (
    STYLES,
    Named,
    escaped,
    forms_of,
    id_of,
    is_plain_slug,
    needs_moment,
    path_of,
    slugify,
    spelled,
    suffixed,
    titleized,
    unknown_placeholders,
)
from syndicate.content.dialects.jekyll import Jekyll
from syndicate.model import FrontMatter, Post, Problem, Severity, Stamp


def jekyll(config: str = "", **given: str) -> Jekyll:
    return Jekyll.open({"_config.yml": config} if config else {}, Given(**given))[0]


def read(text: str, path: str, config: str = "") -> tuple[Post | None, list[Problem]]:
    matter, _problems = frontmatter.split(text, path)
    assert matter is not None
    return jekyll(config).post(Stamp(path.encode(), 0, 0, 0, 0), path, matter)


# What `Jekyll::Utils.slugify` of 4.3.1 answers.
@pytest.mark.parametrize(
    ("text", "default", "pretty"),
    [
        ("The _config.yml file", "the-config-yml-file", "The-_config.yml-file"),
        ("Ünï_code 日本 -- Ⅷ ² Hello.World!", "ünï-code-日本-hello-world", "Ünï_code-日本-Hello.World!"),
        ("-x-", "x", "x"),
        ("--", "", ""),
        ("", "", ""),
        ("C++ & C#", "c-c", "C++-&-C"),
        ("e\u0301te\u0301", "e\u0301te\u0301", "e\u0301te\u0301"),
        ("٣ numbers ½", "٣-numbers", "٣-numbers"),
        ("ΟΔΟΣ", "οδοσ", "ΟΔΟΣ"),
    ],
)
def test_slugify(text: str, default: str, pretty: str) -> None:
    assert slugify(text) == default
    assert slugify(text, pretty=True, cased=True) == pretty


# What `Jekyll::URL.escape_path` of 4.3.1 answers.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a b", "a%20b"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("a?b#c#d", "a?b%23c%23d"),
        ("x:y", "x:y"),
        ("a%20b", "a%2520b"),
        ("[x]", "%5Bx%5D"),
        ("a~b!$&'()*+,;=@", "a~b!$&'()*+,;=@"),
        ('a|b"^\\', "a%7Cb%22%5E%5C"),
    ],
)
def test_escape(value: str, expected: str) -> None:
    assert escaped(value) == expected


@pytest.mark.parametrize(
    ("path", "slug", "expected"),
    [
        ("/news/2021/12/08/some-slug.html", "some-slug", "/news/2021/12/08/some-slug"),
        ("/a/b/title/", "slug", "/a/b/slug"),
        ("/x.html", "x", "/x"),
        ("/", "x", "/x"),
        ("/a/b.html", "/c", "/a/c"),
        ("/a/b.html", "", "/a/"),
        ("/%E6%97%A5/b", "日 本", "/%E6%97%A5/%E6%97%A5%20%E6%9C%AC"),
        ("/a/b", "全角：ａ", "/a/%E5%85%A8%E8%A7%92:a"),
        ("/a/b", "c#", "/a/c"),
        ("/a%23b/c", "d", "/a%23b/d"),
    ],
)
def test_id(path: str, slug: str, expected: str) -> None:
    assert id_of(path, slug) == expected


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("bits-and-pieces", "Bits And Pieces"),
        ("ABC-dEF-日本", "Abc Def 日本"),
        ("a--b-", "A  B"),
        ("", ""),
    ],
)
def test_titleized(slug: str, title: str) -> None:
    assert titleized(slug) == title


NAMED = Named("p/q", "2021-12-08-q", "Q x", "posts", ("A b", "C", "a B"), ".html", None)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/:categories/:title:output_ext", "/a%20b/c/Q-x.html"),
        ("/:slugified_categories/:slug/", "/a-b/c/q-x/"),
        (":collection/:path/:name", "/posts/p/q/2021-12-08-q"),
        ("/:title_:slug", "/Q-x_q-x"),
        ("//a//./b/../c", "/a/b/c"),
        ("/:year/:title/", "/Q-x/"),
        ("/:other/:title", "/:other/Q-x"),
    ],
)
def test_path(template: str, path: str) -> None:
    assert path_of(template, NAMED) == path


def test_placeholders_are_known() -> None:
    assert unknown_placeholders("/:year/:month_:day/:x/:yearly_:title") == [":x", ":yearly_"]
    assert needs_moment("/:short_year_x") is False
    assert needs_moment("/:short_year_/x") is True


@pytest.mark.parametrize(
    ("style", "ending"),
    [("pretty", "/"), ("date", ":output_ext"), ("weekdate", ""), ("/:title/", "/"), ("/:title.html", "")],
)
def test_a_collection_ends_as_the_style_does(style: str, ending: str) -> None:
    assert suffixed("/:collection/:path", style) == "/:collection/:path" + ending


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("2021-12-08-some-slug", ((2021, 12, 8), "some-slug")),
        ("2021-1-8-a", ((2021, 1, 8), "a")),
        ("21-1-8-a", ((2021, 1, 8), "a")),
        ("69-1-8-a", ((1969, 1, 8), "a")),
        ("68-1-8-a", ((2068, 1, 8), "a")),
        ("2021-12-08-a...", ((2021, 12, 8), "a")),
        ("2021-12-08-", ((2021, 12, 8), "")),
        ("2021-12-08", (None, "2021-12-08")),
        ("-202205262391921712", (None, "-202205262391921712")),
        ("٢٠٢١-12-08-a", (None, "٢٠٢١-12-08-a")),
    ],
)
def test_file_name(stem: str, expected: tuple[Any, str]) -> None:
    assert file_name(stem) == FileName(stem, *expected)


@pytest.mark.parametrize(
    ("names", "sure"),
    [
        ({"_config.yml", "_posts", "index.md"}, 90),
        ({"_config.toml", "_posts"}, 90),
        ({"_posts"}, 70),
        ({"_config.yml", "source", "Gemfile"}, 50),
        ({"_config.yml", "source", "themes"}, 10),
        ({"_config.yml", "source", "scaffolds"}, 10),
        ({"config.toml", "content"}, 0),
        (set(), 0),
    ],
)
def test_detect(names: set[str], sure: int) -> None:
    assert Jekyll.detect(frozenset(names), lambda _name: "") == sure


def test_a_problem_has_its_line() -> None:
    text = '---\nlayout: post\ntitle: ""\ndate:  +0800\n---\nBody.\n'
    post, problems = read(text, "_posts/-202205262391921712.md")
    assert post is None
    assert [(p.code, p.line, p.severity) for p in problems] == [
        ("date-unreadable", 4, Severity.WARNING),
        ("post-without-date", 4, Severity.ERROR),
    ]


def test_a_problem_of_the_configuration_has_its_line() -> None:
    config = "---\ntitle: x\ntimezone: Mars/Base\ntitle: y\n"
    found = Jekyll.open({"_config.yml": config}, Given())[1]
    assert sorted((p.path, p.line, p.code) for p in found) == [
        ("_config.yml", 3, "site-config"),
        ("_config.yml", 4, "site-config"),
    ]


def test_a_broken_configuration_is_an_error() -> None:
    found = Jekyll.open({"_config.yml": "title: x\nurl: [\n"}, Given(url="https://example.org"))[1]
    assert [(p.code, p.severity) for p in found] == [("site-config", Severity.ERROR)]
    assert found[0].line in (2, 3)


def test_the_date_is_shown_as_meant_and_the_link_is_as_built() -> None:
    """Ruby's YAML takes a plain date without a zone for UTC: in Shanghai the page lies on the next day."""
    text = "---\ndate: 2021-12-08 20:00:00\n---\n"
    post, _problems = read(text, "_posts/2021-12-08-a.md", "timezone: Asia/Shanghai\n")
    assert post is not None
    assert post.published == datetime(2021, 12, 8, 20, tzinfo=timezone(timedelta(hours=8)))
    assert post.url.endswith("/2021/12/09/a.html")


@pytest.mark.parametrize("quotes", ['"', "'"])
def test_a_quoted_date_is_local_to_jekyll(quotes: str) -> None:
    text = f"---\ndate: {quotes}2021-12-08 20:00:00{quotes}\n---\n"
    post, _problems = read(text, "_posts/2021-12-08-a.md", "timezone: Asia/Shanghai\n")
    assert post is not None
    assert post.url.endswith("/2021/12/08/a.html")


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    endless: list[Any] = ["a"]
    endless.append(endless)
    matter = FrontMatter({"tags": endless, "authors": endless}, "", 0, "yaml")
    post, _problems = jekyll().post(Stamp(b"_posts/2021-12-08-a.md", 0, 0, 0, 0), "_posts/2021-12-08-a.md", matter)
    assert post is not None
    assert post.terms == (("tags", "a"), ("authors", "a"))


def test_a_name_that_is_no_text_has_an_address() -> None:
    name = b"_posts/2021-12-08-caf\xe9.md"
    matter = FrontMatter({}, "", 0, "none")
    post, _problems = jekyll(url="https://example.org").post(
        Stamp(name, 0, 0, 0, 0), name.decode("utf-8", "surrogateescape"), matter
    )
    assert post is not None
    assert (post.path, post.title) == (name, "Caf")
    assert post.url == "https://example.org/2021/12/08/caf.html"
    assert post.generator_id == "/2021/12/08/caf%E9"


def test_no_zone_of_the_machine_gets_in() -> None:
    post, _problems = read("x", "_posts/2021-12-08-a.md")
    assert post is not None
    assert post.published == datetime(2021, 12, 8, tzinfo=UTC)


TEMPLATES = (
    *STYLES.values(),
    "/:title",
    "a%20:title.htm",
    "/:year:month/:title/",
    "//:categories/./:title",
    "/ü:year/:title",
)
TEMPLATES += (
    "/:slug/",
    "/:hour/:title",
    "/:title/:title",
    "/:title/:day/",
    "/:year/:title-:collection/x",
    "/zQ0Qz/:title",
    "/100%:title/",
    "/%4:year/:title",
)
NAMES = st.sampled_from(("news", "金融", "a b", "..", "x/y", "%41", "100%", "\u0301e", "zQ1Qz", "")) | st.text(
    max_size=5
)


@given(
    st.sampled_from(TEMPLATES),
    st.lists(NAMES, max_size=2),
    st.text("abc019-XYZ", max_size=8),
    st.dates(datetime(2, 1, 1).date()),
    st.sampled_from((".html", "", ".%")),
)
@example("/100%:title/", [], "41st", date(2022, 2, 22), "")
@example("/%4:year/:title", [], "a", date(2022, 2, 22), "")
def test_forms_are_filled_with_what_the_template_says(
    template: str, names: list[str], slug: str, day: date, ending: str
) -> None:
    categories, forms = tuple(names), forms_of(template, "posts", tuple(names), ending)
    if forms and is_plain_slug(slug):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        path = path_of(template, Named("", "file", slug, "posts", categories, ending, at))
        values = (*spelled(template, day), slug)
        assert (forms[0] % values, forms[1] % values) == (encoded_path(path), id_of(path, slug))


def test_usual_templates_have_forms() -> None:
    for style in STYLES.values():
        assert forms_of(style, "posts", ("news", "金融"), ".html")
