"""A post made ready to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syndicate.feeds.entries import Style, clean_body, entry
from syndicate.model import Author, Category, Enclosure, Entry, Image, Post
from tests.builders import DAY, THEN, a_post

BASE = "https://example.org/feeds/"
LONG = "A word and another. " * 40


def made(post: Post, body: str = "Some *words*.", html: str | None = None, **style: Any) -> Entry:
    shown = clean_body(post, body) if html is None else html
    return entry(post, "urn:1", THEN, THEN + DAY, shown, body, Style(BASE, **style))


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


def test_updated_is_never_before_published() -> None:
    shown = entry(a_post(), "urn:1", THEN, THEN - DAY, "", "", Style(BASE))
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
