"""The history of a feed: a page is filled once, and its posts stand there for good."""

from __future__ import annotations

import os

import pytest

from syndicate.index import SITE, Chosen, Index
from syndicate.index.shelves import paged
from syndicate.model.selection import InTerm, Not
from tests.builders import DAY, NOW, THEN, a_document, a_feed, a_row
from tests.index.ledger import Ledger

NEWS = ("tags", "news")


def days(*numbers: int, **fields: object) -> list:
    """A post for each of these days after THEN."""
    return [a_row(f"{n}.md", f"text {n}", published=THEN + n * DAY, tags=["news"], **fields) for n in numbers]


def names(index: Index, posts: list) -> list[str]:
    """The posts by the names of their files, in the order given."""
    found = {recipe.id: os.fsdecode(recipe.path)[:-3] for recipe in index.recipes([post.id for post in posts])}
    return [found[post.id] for post in posts]


def fill(ledger: Ledger, pair: tuple[str, str], page: int, *wanted: str) -> None:
    loose = ledger.index.unpaged(*pair, ledger.now)
    of_name = dict(zip(names(ledger.index, loose), loose, strict=True))
    with ledger.index.transaction():
        ledger.index.fill_page(*pair, page, [of_name[name].id for name in wanted])


def on(ledger: Ledger, pair: tuple[str, str], page: int, now: int = NOW) -> list[str]:
    taxonomy, name = pair
    return names(ledger.index, ledger.index.on_page(paged(taxonomy, page), name, now))


def loose(ledger: Ledger, pair: tuple[str, str] = SITE, now: int = NOW) -> list[str]:
    return names(ledger.index, ledger.index.unpaged(*pair, now))


@pytest.mark.parametrize("pair", [SITE, NEWS])
def test_what_stands_on_no_page_comes_oldest_first_and_a_page_newest_first(
    ledger: Ledger, pair: tuple[str, str]
) -> None:
    ledger.run(*days(3, 1, 2, 4))
    assert ledger.index.pages(*pair) == 0
    assert loose(ledger, pair) == ["1", "2", "3", "4"]
    fill(ledger, pair, 1, "1", "2")
    fill(ledger, pair, 2, "3")
    assert ledger.index.pages(*pair) == 2
    assert (on(ledger, pair, 1), on(ledger, pair, 2), on(ledger, pair, 3)) == (["2", "1"], ["3"], [])
    assert loose(ledger, pair) == ["4"]


def test_each_feed_has_a_history_of_its_own(ledger: Ledger) -> None:
    ledger.run(*days(1, 2), a_row("other.md", "o", tags=["else"]))
    fill(ledger, NEWS, 1, "1", "2")
    assert ledger.index.pages(*SITE) == ledger.index.pages("tags", "else") == 0
    assert loose(ledger) == ["other", "1", "2"]
    assert on(ledger, ("tags", "else"), 1) == on(ledger, SITE, 1) == []


def test_ties_in_date_are_in_one_order_on_pages_and_off_them(ledger: Ledger) -> None:
    ledger.run(*(a_row(f"{name}.md", name) for name in "bca"))
    assert names(ledger.index, ledger.index.newest(*SITE, 9, NOW)) == ["a", "b", "c"]
    assert loose(ledger) == ["c", "b", "a"]
    fill(ledger, SITE, 1, "a", "b", "c")
    assert on(ledger, SITE, 1) == ["a", "b", "c"]


def test_a_post_that_leaves_leaves_a_gap_and_finds_it_again(ledger: Ledger) -> None:
    ledger.run(*days(1, 2, 3))
    fill(ledger, SITE, 1, "1", "2")
    ledger.run(gone=["1.md"])
    assert (on(ledger, SITE, 1), loose(ledger)) == (["2"], ["3"])
    assert ledger.index.pages(*SITE) == 1
    ledger.run(*days(1))
    assert (on(ledger, SITE, 1), loose(ledger)) == (["2", "1"], ["3"])


def test_a_post_that_gets_another_date_stays_on_its_page(ledger: Ledger) -> None:
    ledger.run(*days(1, 2, 3))
    fill(ledger, SITE, 1, "1", "2")
    ledger.run(a_row("1.md", "text 1, later", published=THEN + 9 * DAY, tags=["news"]))
    assert (on(ledger, SITE, 1), loose(ledger)) == (["1", "2"], ["3"])


def test_a_page_shows_only_what_the_feed_would(ledger: Ledger) -> None:
    ledger.run(*days(1, 2), a_row("ends.md", "e", visible_until=NOW + DAY, tags=["news"]))
    for pair in (SITE, NEWS):
        fill(ledger, pair, 1, "ends", "1", "2")
    assert on(ledger, NEWS, 1, NOW + DAY) == ["2", "1"], "one has expired"
    ledger.run(a_row("1.md", "no news", published=THEN + DAY))
    assert (on(ledger, NEWS, 1), on(ledger, SITE, 1)) == (["2", "ends"], ["2", "1", "ends"])
    ledger.run(a_row("2.md", "hidden", draft=True))
    assert on(ledger, SITE, 1) == ["1", "ends"]


def test_a_post_of_a_further_language_has_its_place_on_its_own_shelf(ledger: Ledger) -> None:
    ledger.run(*days(1), a_row("2.md", "deux", shelf="fr", tags=["news"]))
    assert loose(ledger) == ["1"]
    assert loose(ledger, ("fr/", "")) == loose(ledger, ("fr/tags", "news")) == ["2"]
    fill(ledger, ("fr/tags", "news"), 1, "2")
    assert on(ledger, ("fr/tags", "news"), 1) == ["2"]


def test_the_history_of_a_feed_of_the_operators_own(ledger: Ledger) -> None:
    chosen = Chosen(Not(InTerm("tags")))
    ledger.run(*days(1, 2), a_row("other.md", "o"))
    (post,) = ledger.index.unpaged("", "rest", NOW, chosen)
    with ledger.index.transaction():
        ledger.index.fill_page("", "rest", 1, [post.id])
    assert names(ledger.index, ledger.index.on_page("1@", "rest", NOW, chosen)) == ["other"]
    assert ledger.index.unpaged("", "rest", NOW, chosen) == []
    assert loose(ledger) == ["other", "1", "2"], "the site's own history knows nothing of it"


def test_to_fill_a_page_again_changes_nothing(ledger: Ledger) -> None:
    ledger.run(*days(1, 2))
    ids = [post.id for post in ledger.index.unpaged(*SITE, NOW)]
    with ledger.index.transaction():
        ledger.index.fill_page(*SITE, 1, ids)
        ledger.index.fill_page(*SITE, 2, ids)
    assert (on(ledger, SITE, 1), on(ledger, SITE, 2)) == (["2", "1"], [])


def test_what_changes_touches_the_page_it_stands_on_and_no_other(ledger: Ledger) -> None:
    ledger.run(*days(1, 2, 3))
    fill(ledger, SITE, 1, "1")
    fill(ledger, SITE, 2, "2")
    fill(ledger, NEWS, 1, "1", "2")
    touched = ledger.run(a_row("1.md", "other words", published=THEN + DAY, tags=["news"]))
    assert set(touched) == {SITE, NEWS, ("1@", ""), ("1@tags", "news")}
    touched = ledger.run(gone=["2.md"])
    assert set(touched) == {SITE, NEWS, ("2@", ""), ("1@tags", "news")}
    assert not {pair for pair in ledger.run(*days(4)) if "@" in pair[0]}


def test_pages_are_no_feeds_that_anybody_subscribes_to(ledger: Ledger) -> None:
    ledger.run(*days(1))
    with ledger.index.transaction():
        ledger.index.published(a_feed("1@", ""), [a_document("archive/1/rss.xml")], [], NOW)
    assert [(feed.taxonomy, feed.name) for feed in ledger.index.feeds()] == [SITE, NEWS]
    assert [row.path for row in ledger.index.documents("1@", "")] == ["archive/1/rss.xml"]
    assert ("archive/1/rss.xml", 1234) in ledger.index.sizes()
