"""What passes from one post, or one place, to another: ids of files that are gone, places in histories, addresses."""

from __future__ import annotations

from syndicate.index import SITE
from tests.builders import DAY, NOW, SITE_URL, a_document, a_feed, a_row
from tests.index.ledger import Ledger
from tests.index.test_afterlife import adopt, post_id, show, url

NEWS = ("tags", "news")


def test_the_id_of_a_post_whose_file_is_gone_goes_over_with_its_place_in_histories(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one", tags=["news"]), a_row("2.md", "two", tags=["news"]))
    show(ledger, "1.md", "2.md")
    index = ledger.index
    with index.transaction():
        for feed in (SITE, NEWS):
            index.fill_page(*feed, 1, [post_id(ledger, "1.md")])
    assert not adopt(ledger, "2.md", url("1")), "its file is there"
    ledger.run(a_row("new.md", "rewritten", tags=["news"]), gone=["1.md"])
    assert adopt(ledger, "new.md", url("1"))
    new = post_id(ledger, "new.md")
    assert ledger.ids()["new.md"] == url("1")
    assert [post.id for post in index.on_page("1@", "", NOW)] == [new]
    assert [post.id for post in index.on_page("1@tags", "news", NOW)] == [new]
    ledger.run(a_row("1.md", "it is back"))
    assert ledger.ids()["1.md"] not in ("", url("1"), url("2"))


def test_a_date_that_is_taken_over_touches_the_feeds_that_show_it(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one", published=None, tags=["news"]), a_row("2.md", "two", tags=["other"]))
    show(ledger, "1.md")
    with ledger.index.transaction():
        ledger.index.fill_page(*NEWS, 3, [post_id(ledger, "1.md")])
        for pair in ledger.index.touched():
            ledger.index.published(a_feed(*pair), [], [], NOW)
    assert adopt(ledger, "1.md", url("1"))
    assert ledger.index.touched() == [], "nothing of it is another"
    assert adopt(ledger, "1.md", url("1"), NOW - DAY)
    assert ledger.index.touched() == [SITE, ("3@tags", "news"), NEWS]


def test_an_address_that_is_left_at_the_same_path(ledger: Ledger) -> None:
    """The folder is served elsewhere: nothing stands at the public address any more."""
    index, first, second = ledger.index, f"{SITE_URL}/feeds/r.xml", f"{SITE_URL}/r.xml"
    for moment, address in enumerate((first, second, second)):
        with index.transaction():
            index.published(a_feed(), [a_document("r.xml", url=address)], [], NOW + moment)
    assert [(each.url, each.at) for each in index.left()] == [(first, NOW + 1)]
    with index.transaction():
        index.published(a_feed(), [a_document("r.xml", url=first)], [], NOW + 3)
    assert [(each.url, each.at) for each in index.left()] == [(second, NOW + 3)]
    with index.transaction():
        index.published(a_feed(), [a_document("moved.xml", url=second)], ["r.xml"], NOW + 4)
    assert {(each.path, each.url) for each in index.left()} == {("r.xml", first), ("r.xml", second)}


def test_the_address_of_a_post_that_ended_is_not_gone_where_another_lives(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one", visible_until=NOW + DAY))
    assert list(ledger.index.gone(NOW + DAY)) == [(url("1"), NOW + DAY)]
    ledger.run(a_row("2.md", "two", url=url("1")), now=NOW + DAY)
    assert list(ledger.index.gone(NOW + DAY)) == []


def test_empty_feeds_that_stay_are_not_looked_at_for_ever(ledger: Ledger) -> None:
    """Of a feed that is given up all pages are looked at, of one that stays none is for being empty."""
    ledger.run(a_row("1.md", "one", tags=["news"]))
    index, post = ledger.index, post_id(ledger, "1.md")
    stay, go = (SITE, ("1@", ""), ("fr/", ""), ("1@fr/", ""), ("", "own"), ("1@", "own")), (NEWS, ("fr/tags", "thé"))
    with index.transaction():
        for taxonomy, name in (SITE, ("fr/", ""), ("", "own"), *go):
            index.fill_page(taxonomy, name, 1, [post])
        for pair in (*stay, *go, ("1@tags", "news"), ("1@fr/tags", "thé")):
            index.published(a_feed(*pair, posts=0), [], [], NOW)
        index.touch_emptied(NOW)
        assert index.touched() == sorted([*go, ("1@tags", "news"), ("1@fr/tags", "thé")])
        for pair in index.touched():
            index.withdrawn(*pair, NOW)
        index.touch_emptied(NOW)
    assert index.touched() == []
