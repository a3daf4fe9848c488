"""What is remembered of what is no more, and what may still be another's."""

from __future__ import annotations

import os

from syndicate.index import SITE, Candidate, DocumentRow, Left, Part, Tomb
from tests.builders import DAY, NOW, SITE_URL, THEN, a_document, a_feed, a_row, digest
from tests.index.ledger import Ledger

NEWS = ("tags", "news")
OLD = "https://old.example.org/1"


def url(name: str) -> str:
    return f"{SITE_URL}/{name}.html"


def candidates(ledger: Ledger) -> dict[str, Candidate]:
    return {os.fsdecode(each.path): each for each in ledger.index.candidates()}


def post_id(ledger: Ledger, path: str) -> int:
    return candidates(ledger)[path].id


def show(ledger: Ledger, *paths: str, pair: tuple[str, str] = SITE, now: int = NOW) -> DocumentRow:
    """Publish a document of a feed that shows these posts."""
    parts = tuple(Part(post_id(ledger, path), digest(path), 0, 1) for path in paths)
    document = a_document(f"{pair[0]}{pair[1]}rss.xml", parts=parts)
    with ledger.index.transaction():
        ledger.index.published(a_feed(*pair), [document], [], now)
    return document


# -- what is to come


def test_the_next_moment_is_when_a_post_goes_live_or_expires(ledger: Ledger) -> None:
    assert ledger.index.next_moment(NOW) is None
    ledger.run(a_row("always.md", "a"), a_row("over.md", "o", visible_until=NOW - 5))
    assert ledger.index.next_moment(NOW) is None
    ledger.run(
        a_row("coming.md", "c", visible_from=NOW + 2 * DAY),
        a_row("leaving.md", "l", visible_until=NOW + DAY),
        a_row("draft.md", "d", draft=True, visible_from=NOW + 5),
    )
    moments = [NOW]
    while (moment := ledger.index.next_moment(moments[-1])) is not None:
        moments.append(moment)
    assert moments == [NOW, NOW + DAY, NOW + 2 * DAY]


# -- entries that ended


def test_the_dead_are_those_that_are_shown_nowhere_any_more(ledger: Ledger) -> None:
    rows = [a_row(f"{name}.md", name) for name in ("lives", "deleted", "withdrawn")]
    ledger.run(*rows, a_row("expired.md", "e", visible_until=NOW + DAY))
    ids = {path: each.id for path, each in candidates(ledger).items()}
    assert ledger.index.dead(list(ids.values()), NOW) == []
    ledger.run(a_row("withdrawn.md", "w2", draft=True), gone=["deleted.md"], now=NOW + 5)
    later = NOW + 2 * DAY
    found = ledger.index.dead(sorted(ids.values()), later)
    assert set(found) == {
        Tomb(url("deleted"), NOW + 5),
        Tomb(url("withdrawn"), NOW + 5),
        Tomb(url("expired"), NOW + DAY),
    }
    assert ledger.index.dead([ids["lives.md"], 999, -5], later) == []


def test_what_was_never_visible_has_no_grave(ledger: Ledger) -> None:
    ledger.run(a_row("soon.md", "s", visible_from=NOW + DAY), a_row("a.md", "a"))
    everybody = list(range(1, 9))
    ledger.run(gone=["soon.md"])
    assert ledger.index.dead(everybody, NOW) == []


def test_each_feed_tells_of_what_it_showed_as_long_as_it_is_to(ledger: Ledger) -> None:
    with ledger.index.transaction():
        ledger.index.bury(*SITE, [Tomb("id:1", NOW), Tomb("id:2", NOW + 10)])
        ledger.index.bury(*NEWS, [Tomb("id:1", NOW)])
    assert ledger.index.tombs(*SITE, NOW - 1, NOW) == [Tomb("id:2", NOW + 10), Tomb("id:1", NOW)]
    assert ledger.index.tombs(*SITE, NOW, NOW) == [Tomb("id:2", NOW + 10)]
    assert ledger.index.tombs(*NEWS, 0, NOW) == [Tomb("id:1", NOW)]
    assert ledger.index.tombs("tags", "else", 0, NOW) == []


def test_what_is_told_long_enough_is_forgotten_and_its_feeds_are_looked_at(ledger: Ledger) -> None:
    with ledger.index.transaction():
        ledger.index.bury(*SITE, [Tomb("id:2", NOW + 10)])
        ledger.index.bury(*NEWS, [Tomb("id:1", NOW)])
        ledger.index.forget_tombs(NOW - 1, NOW)
    assert ledger.index.touched() == []
    with ledger.index.transaction():
        ledger.index.forget_tombs(NOW, NOW)
    assert ledger.index.touched() == [NEWS]
    assert (len(ledger.index.tombs(*SITE, 0, NOW)), ledger.index.tombs(*NEWS, 0, NOW)) == (1, [])


def test_what_lives_again_is_not_told_of_as_dead(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one"))
    ledger.run(gone=["1.md"])
    with ledger.index.transaction():
        ledger.index.bury(*SITE, [Tomb(url("1"), NOW)])
    assert len(ledger.index.tombs(*SITE, 0, NOW)) == 1
    ledger.run(a_row("1.md", "one"))
    assert ledger.index.tombs(*SITE, 0, NOW) == []
    with ledger.index.transaction():
        ledger.index.forget_tombs(0, NOW)
    assert ledger.index.touched() == [SITE], "the feeds that told of it no longer do"


# -- feeds without posts


def test_since_when_a_feed_is_empty(ledger: Ledger) -> None:
    assert ledger.index.empty_since(*NEWS) is None

    def published(posts: int, now: int) -> int | None:
        with ledger.index.transaction():
            ledger.index.published(a_feed(*NEWS, posts=posts), [], [], now)
        return ledger.index.empty_since(*NEWS)

    assert [published(*each) for each in ((1, 10), (0, 20), (0, 30), (2, 40), (0, 50))] == [None, 20, 20, None, 50]
    with ledger.index.transaction():
        ledger.index.touch_emptied(49)
    assert ledger.index.touched() == []
    with ledger.index.transaction():
        ledger.index.touch_emptied(50)
    assert ledger.index.touched() == [NEWS]
    with ledger.index.transaction():
        ledger.index.withdrawn(*NEWS, 60)
        ledger.index.touch_emptied(99)
    assert ledger.index.touched() == [], "it was given up already"


# -- addresses that ended


def test_paths_where_documents_stood(ledger: Ledger) -> None:
    index, atom = ledger.index, a_document("a.xml", format="atom")
    with index.transaction():
        index.published(a_feed(), [a_document("r.xml"), atom], [], NOW)
    assert list(index.left()) == []
    with index.transaction():
        index.published(a_feed(), [a_document("moved.xml")], ["r.xml", "mine.txt"], NOW + 1)
        index.withdrawn(*SITE, NOW + 2)
    wanted = {("r.xml", "rss", NOW + 1), ("a.xml", "atom", NOW + 2), ("moved.xml", "rss", NOW + 2)}
    left = list(index.left())
    assert {(each.path, each.format, each.at) for each in left} == wanted
    assert {(each.taxonomy, each.name) for each in left} == {SITE}
    assert [each.path for each in left] == sorted(each.path for each in left)
    assert all(isinstance(each, Left) for each in left)
    with index.transaction():
        index.published(a_feed(*NEWS), [a_document("r.xml")], [], NOW + 3)
    assert "r.xml" not in {each.path for each in index.left()}, "something stands there again"


def test_permalinks_that_are_gone(ledger: Ledger) -> None:
    ledger.run(*(a_row(f"{n}.md", str(n)) for n in (1, 2, 3)), a_row("ends.md", "e", visible_until=NOW + DAY))
    assert list(ledger.index.gone(NOW)) == []
    ledger.run(gone=["2.md"], now=NOW + 20)
    ledger.run(a_row("1.md", "1b", draft=True), now=NOW + 10 + 20)
    assert list(ledger.index.gone(NOW + 40)) == [(url("2"), NOW + 20), (url("1"), NOW + 30)]
    assert list(ledger.index.gone(NOW + DAY)) == [
        (url("2"), NOW + 20),
        (url("1"), NOW + 30),
        (url("ends"), NOW + DAY),
    ]
    ledger.run(a_row("2.md", "2"))
    ledger.run(a_row("other.md", "takes its place", url=url("1")))
    assert list(ledger.index.gone(NOW + 40)) == [], "one is back, and at the other's address stands a new post"


def test_the_address_of_a_post_that_moved_away_is_not_gone(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one"))
    ledger.run(a_row("2.md", "one"), gone=["1.md"])
    assert list(ledger.index.gone(NOW + 1)) == []


# -- ids that may still be another's


def test_a_post_is_unshown_until_it_has_stood_in_a_document(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one"), a_row("2.md", "two"), a_row("draft.md", "d", draft=True))
    assert ledger.index.unshown() == 2
    show(ledger, "1.md")
    assert ledger.index.unshown() == 1
    there = candidates(ledger)
    assert {path: each.shown for path, each in there.items()} == {"1.md": True, "2.md": False}
    assert there["1.md"].url == there["1.md"].entry_id == url("1")
    assert there["1.md"].title == "The title of 1" and there["1.md"].published == THEN


def adopt(ledger: Ledger, path: str, entry_id: str, published: int | None = None, updated: int | None = None) -> bool:
    with ledger.index.transaction():
        return ledger.index.adopt(post_id(ledger, path), entry_id, published, updated)


def test_an_id_is_taken_over_once_and_for_all(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one"), a_row("2.md", "two"))
    before = ledger.keys()["1.md"]
    assert adopt(ledger, "1.md", OLD)
    assert ledger.ids() == {"1.md": OLD, "2.md": url("2")}
    assert ledger.keys()["1.md"] == before, "no document has it, so that no key has to change"
    ledger.run(a_row("1.md", "one, edited"))
    assert ledger.ids()["1.md"] == OLD
    ledger.run(a_row("moved.md", "one, edited"), gone=["1.md"])
    assert ledger.ids()["moved.md"] == OLD
    assert adopt(ledger, "moved.md", OLD), "it is so already"


def test_what_readers_have_seen_keeps_its_id(ledger: Ledger) -> None:
    ledger.run(a_row("1.md", "one"), a_row("2.md", "two"))
    show(ledger, "1.md")
    assert not adopt(ledger, "1.md", OLD)
    assert not adopt(ledger, "2.md", url("1")), "it is another's, and was seen"
    assert ledger.ids() == {"1.md": url("1"), "2.md": url("2")}


def test_an_id_that_nobody_has_seen_goes_over_to_its_owner(ledger: Ledger) -> None:
    """The ids of an older feed are those of other posts than the addresses would suggest."""
    ledger.run(a_row("1.md", "one"), a_row("2.md", "two"))
    assert adopt(ledger, "1.md", url("2"))
    ledger.run()
    ids = ledger.ids()
    assert ids["1.md"] == url("2")
    assert ids["2.md"] not in ("", url("2"))


def test_dates_are_taken_over_where_the_post_says_none(ledger: Ledger) -> None:
    ledger.run(a_row("says.md", "s"), a_row("silent.md", "n", published=None, tags=["news"]))
    show(ledger, "says.md", "silent.md")
    old = THEN - 9 * DAY
    assert adopt(ledger, "says.md", url("says"), old, old + DAY)
    assert adopt(ledger, "silent.md", url("silent"), old, old + DAY)
    there = candidates(ledger)
    assert (there["says.md"].published, there["silent.md"].published) == (THEN, old)
    assert there["silent.md"].updated == old + DAY
    assert there["says.md"].updated == THEN, "nothing was updated before it was published"
    assert ledger.paths(*NEWS) == ["silent.md"]


def test_a_feed_and_a_slug_are_taken_over_before_they_have_others(ledger: Ledger) -> None:
    index = ledger.index

    def slug(name: str) -> str:
        return index.slug("tags", name, "ascii", lambda taken: "made-taken" if taken("made") else "made")

    with index.transaction():
        assert index.adopt_feed(*NEWS, "urn:feed")
        assert not index.adopt_feed(*NEWS, "urn:other")
        assert index.adopt_slug("tags", "ascii", "news", "made")
        assert not index.adopt_slug("tags", "ascii", "news", "other")
        assert not index.adopt_slug("tags", "ascii", "else", "MADE"), "it is taken, letters' case aside"
        assert (slug("news"), slug("else")) == ("made", "made-taken")
    row = index.feed(*NEWS)
    assert row is not None and row.id == "urn:feed"
    assert index.feeds() == [], "nothing of it is published yet"
