"""A post made ready to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syndicate.content.dialects import Given
from syndicate.content.dialects.jekyll import Jekyll
from syndicate.feeds.bodies import Bodies, Body
from syndicate.feeds.entries import Style, entry
from syndicate.index import Recipe
from syndicate.markup.legal import is_legal
from syndicate.markup.templates import TemplateSite
from syndicate.model import Alternate, Author, Category, Enclosure, Entry, Image, Post
from tests.builders import DAY, SITE_URL, THEN, a_post

BASE = "https://example.org/feeds/"
LONG = "A word and another. " * 40


def made(post: Post, body: str = "Some *words*.", html: str | None = None, **style: Any) -> Entry:
    shown = bodies().of(post, body, "a.md", {}) if html is None else Body(html, body, post.summary)
    return entry(post, a_recipe(), shown, Style(BASE, **style))


def a_recipe(**fields: Any) -> Recipe:
    return Recipe(1, b"a.md", b"", "", "urn:1", THEN, THEN + DAY, None)._replace(**fields)


def bodies(**site: Any) -> Bodies:
    return Bodies(Jekyll.open({}, Given(SITE_URL))[0], TemplateSite(SITE_URL, **site))


def test_what_a_post_says_is_what_an_entry_says() -> None:
    post = a_post(
        title="A & B",
        authors=(Author("Ada", "ada@example.org"),),
        image=Image("https://example.org/a.png"),
        enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg", 5),),
        external_url="https://elsewhere.example/",
        language="fr",
    )
    shown = made(post, language="en")
    assert (shown.id, shown.url, shown.title) == ("urn:1", post.url, "A & B")
    assert (shown.authors, shown.image, shown.enclosures) == (post.authors, post.image, post.enclosures)
    assert (shown.external_url, shown.language) == (post.external_url, "fr")
    assert shown.published == datetime.fromtimestamp(THEN, UTC)
    assert shown.updated == datetime.fromtimestamp(THEN + DAY, UTC)


def test_the_language_of_the_site_is_not_repeated() -> None:
    assert made(a_post(language="en"), language="en").language == ""


@pytest.mark.parametrize("content", ["full", "summary", "titles"])
def test_html_holds_legal_characters_only(content: str) -> None:
    nasty = "a\x00b\x0b &#1;&#x85; <i title='&#2;'>\ufffe</i> \ud800\r\n"
    for post in (a_post(), a_post(summary=nasty), a_post(markup="html"), a_post(separator="<!--more-->")):
        for body in (nasty, f"{nasty}<!--more-->{nasty}", f"<table>{nasty}<td>{nasty}</table>"):
            assert is_legal(made(post, body, content=content).html)


def test_updated_is_never_before_published() -> None:
    shown = entry(a_post(), a_recipe(updated=THEN - DAY), Body("", "", ""), Style(BASE))
    assert shown.updated == shown.published == datetime.fromtimestamp(THEN, UTC)


# -- the title


def test_without_a_title_the_beginning_of_the_text_stands_in() -> None:
    assert made(a_post(title=""), "Some *words*, `a < b`.").title == "Some words, a < b."
    cut = made(a_post(title=""), LONG).title
    assert len(cut) <= 60 and cut.startswith("A word and another.") and cut.endswith("…")


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://example.org/2026/tea.html", "tea.html"),
        ("https://example.org/2026/tea/", "tea"),
        ("https://example.org/%E8%8C%B6/", "茶"),
        ("https://example.org/", "example.org"),
    ],
)
def test_without_any_text_the_address_stands_in(url: str, title: str) -> None:
    assert made(a_post(title="", url=url), "![](a.png)").title == title


# -- the summary


def test_the_summary_the_author_gave_wins_and_stays_whole() -> None:
    post = a_post(summary="*All* of it & `more`", separator="<!--more-->")
    assert made(post, "Above.\n\n<!--more-->\n\nBelow.", summary_length=5).summary == "All of it & more"


def test_a_whole_post_given_as_summary_is_cut() -> None:
    cut = made(a_post(summary=LONG), summary_length=50).summary
    assert len(cut) <= 50 and cut.endswith("…")


def test_else_the_text_above_the_separator() -> None:
    post = a_post(separator="<!--more-->")
    assert made(post, "Above, *whole*.\n\n<!--more-->\n\nBelow.", summary_length=3).summary == "Above, whole."


@pytest.mark.parametrize("above", ["![](a.png)", "<!-- nothing -->", "&nbsp;"])
def test_a_picture_above_the_separator_is_no_summary(above: str) -> None:
    assert made(a_post(separator="\n\n"), f"{above}\n\nWords.").summary == "Words."


def test_a_summary_that_is_nothing_but_markup_is_none() -> None:
    assert made(a_post(summary="<!-- todo -->"), "Words.").summary == "Words."


def test_else_the_beginning_of_the_text() -> None:
    cut = made(a_post(), LONG, summary_length=100).summary
    assert 50 < len(cut) <= 100 and cut.endswith("…")
    assert made(a_post(separator="<!--more-->"), "No mark.").summary == "No mark."


def test_there_may_be_none() -> None:
    assert made(a_post(), "![](a.png)").summary == ""


def test_of_a_last_good_version_only_the_html_is_left() -> None:
    shown = made(a_post(separator="<!--more-->"), body="", html="<p>Kept <em>words</em>.</p>")
    assert (shown.html, shown.summary) == ("<p>Kept <em>words</em>.</p>", "Kept words.")


# -- what is shown of the body


def test_the_body_is_rendered_sanitised_and_absolute() -> None:
    html = made(a_post("2026/tea.md"), "*Green* [tea](cup.html) <script>alert(1)</script>").html
    assert '<em>Green</em> <a href="https://example.org/2026/cup.html">tea</a>' in html
    assert "script" not in html


def test_summaries_alone_are_html_too() -> None:
    shown = made(a_post(), "a < b & <i>c</i>", content="summary")
    assert shown.html == "<p>a &lt; b &amp; c</p>"
    assert shown.summary == "a < b & c"


def test_no_summary_is_no_empty_paragraph() -> None:
    assert made(a_post(), "![](a.png)", content="summary").html == ""


# -- categories


def test_terms_are_categories_by_taxonomy_and_authors_are_not() -> None:
    post = a_post(terms=(("categories", "新闻"), ("tags", "C++"), ("authors", "Ada"), ("topics", "sea")))
    assert made(post).categories == (
        Category("新闻", f"{BASE}category/"),
        Category("C++", f"{BASE}tag/"),
        Category("sea", f"{BASE}topic/"),
    )


# -- template code


def test_template_code_is_expanded_in_the_body_and_in_the_summary() -> None:
    post = a_post(summary="Of {{ site.title }}", title="Tea")
    shown = bodies(variables={"title": "The Site"}).of(post, "*{{ page.drink }}* and {% nothing %}.", "a.md", {})
    assert (shown.html, shown.summary) == ("<p>** and .</p>", "Of The Site")
    front = "---\ndrink: green\n---\n"
    shown = bodies().of(a_post(body_at=len(front)), f"{front}*{{{{ page.drink }}}}*", "a.md", {})
    assert shown.html == "<p><em>green</em></p>"


def test_what_stands_above_the_separator_has_no_template_code() -> None:
    assert made(a_post(separator="<!--more-->"), "A {% comment %}b{% endcomment %}c\n<!--more-->\nd").summary == "A c"


def test_links_between_files_lead_to_their_pages() -> None:
    shown = bodies().of(a_post(), "[b](b.md#x) and [c](c.md)", "a.md", {"b.md#x": "https://example.org/b/"})
    assert '<a href="https://example.org/b/#x">b</a>' in shown.html
    assert '<a href="https://example.org/c.md">c</a>' in shown.html


# -- pictures and translations


def test_a_post_without_a_picture_has_the_first_of_its_body() -> None:
    shown = made(a_post(), "Words. ![A cup](/cup.png)")
    assert shown.image == Image("https://example.org/cup.png", "A cup")
    named = Image("https://example.org/a.png")
    assert made(a_post(image=named), "![](/cup.png)").image == named


def test_translations_are_in_other_languages_than_the_post_which_comes_last() -> None:
    recipe = a_recipe(alternates=(("", f"{SITE_URL}/en"), ("de", f"{SITE_URL}/de"), ("FR", f"{SITE_URL}/fr")))
    post = a_post(language="fr")
    shown = entry(post, recipe, Body("", "", ""), Style(BASE, language="en"))
    own = Alternate("fr", post.url)
    assert shown.alternates == (Alternate("en", f"{SITE_URL}/en"), Alternate("de", f"{SITE_URL}/de"), own)
    unknown = entry(post, recipe, Body("", "", ""), Style(BASE))
    assert unknown.alternates == (Alternate("de", f"{SITE_URL}/de"), own)
    alone = a_recipe(alternates=(("FR", f"{SITE_URL}/fr"),))
    assert entry(post, alone, Body("", "", ""), Style(BASE)).alternates == ()
