"""A feed is looked at when its posts may have changed, and only then."""

from __future__ import annotations

import pytest

from syndicate.index import SITE
from tests.builders import DAY, NOW, THEN, a_broken_row, a_row
from tests.index.ledger import Ledger

X, Y, Z = (("tags", name) for name in "xyz")


def test_a_new_post(ledger: Ledger) -> None:
    assert ledger.run(a_row(tags=["x", "y"])) == [SITE, X, Y]


def test_nothing_changed(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    assert ledger.run() == []


def test_all_read_anew_and_nothing_changed(ledger: Ledger) -> None:
    rows = [a_row(f"{n}.md", f"{n}", tags=["x"]) for n in range(5)]
    ledger.run(*rows, a_row("draft.md", draft=True), a_broken_row("broken.md"))
    before = ledger.keys()
    assert ledger.run(*rows, a_row("draft.md", draft=True), a_broken_row("broken.md"), now=NOW + 1) == []
    assert ledger.keys() == before


def test_an_edit_touches_the_terms_it_had_and_has(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x", "y"]))
    assert ledger.run(a_row(text="two", tags=["y", "z"])) == [SITE, X, Y, Z]
    assert [ledger.paths(*pair) for pair in (X, Y, Z)] == [[], ["a.md"], ["a.md"]]


def test_only_its_own_terms(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["y"]))
    assert ledger.run(a_row(text="two", tags=["x"])) == [SITE, X]


def test_the_key_of_an_entry_changes_with_any_byte_and_with_its_date(ledger: Ledger) -> None:
    """Also where nothing else tells: the file's time went back, or the post has no date but the file's."""
    keys = set()
    for row in (a_row(), a_row(text="two", mtime=0), a_row(text="two", published=THEN - 5, updated=THEN)):
        ledger.run(row)
        keys.add(ledger.keys()["a.md"])
    assert len(keys) == 3


def test_a_deleted_post(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["y"]))
    assert ledger.run(gone=["a.md"]) == [SITE, X]
    assert ledger.paths(*X) == []
    assert ledger.paths() == ["b.md"]


def test_what_was_deleted_before_touches_nothing(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    ledger.run(gone=["a.md"])
    assert ledger.run(gone=["a.md", "never.md"]) == []


def test_draft_to_public_to_draft(ledger: Ledger) -> None:
    assert ledger.run(a_row(tags=["x"], draft=True)) == []
    assert ledger.run(a_row(text="still a draft", tags=["x", "y"], draft=True)) == []
    assert ledger.run(a_row(text="public", tags=["x"])) == [SITE, X]
    assert ledger.run(a_row(text="draft again", tags=["z"], draft=True)) == [SITE, X]
    assert ledger.paths() == ledger.paths(*X) == []
    assert ledger.run(gone=["a.md"]) == []


def test_a_file_that_is_no_post_any_more(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    page = a_row(text="now a page")._replace(packed="", public=False, terms=())
    assert ledger.run(page) == [SITE, X]
    assert (ledger.paths(), ledger.index.counts(NOW).known) == ([], 0)


@pytest.mark.parametrize(("at", "live"), [(NOW + 9, False), (NOW + 10, True), (NOW + 11, True)])
def test_a_moment_that_comes(ledger: Ledger, at: int, live: bool) -> None:
    ledger.run(a_row(tags=["x"], visible_from=NOW + 10))
    assert ledger.run(now=at) == ([SITE, X] if live else [])
    assert ledger.paths() == ledger.paths(*X) == (["a.md"] if live else [])
    assert ledger.run(now=at + 100) == ([] if live else [SITE, X])


@pytest.mark.parametrize(("at", "live"), [(NOW + 9, True), (NOW + 10, False), (NOW + 11, False)])
def test_a_moment_that_passes(ledger: Ledger, at: int, live: bool) -> None:
    ledger.run(a_row(tags=["x"], visible_until=NOW + 10))
    assert ledger.run(now=at) == ([] if live else [SITE, X])
    assert ledger.paths() == ledger.paths(*X) == (["a.md"] if live else [])
    assert ledger.run(now=at + 100) == ([SITE, X] if live else [])


def test_a_published_post_that_is_put_off(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    assert ledger.run(a_row(text="later", tags=["x"], visible_from=NOW + 10)) == [SITE, X]
    assert ledger.paths() == []
    assert ledger.run(now=NOW + 10) == [SITE, X]
    assert ledger.paths() == ["a.md"]


def test_a_moment_wakes_nothing_of_a_draft(ledger: Ledger) -> None:
    ledger.run(a_row(draft=True, visible_from=NOW + 10, visible_until=NOW + 20))
    assert ledger.run(now=NOW + 30) == []


def test_a_clock_that_went_back(ledger: Ledger) -> None:
    ledger.run(a_row(visible_from=NOW + 10))
    ledger.run(now=NOW + 10)
    assert ledger.run(now=NOW - DAY) == []
    assert ledger.run(now=NOW + 11) == [SITE]


def test_broken_touches_nothing(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    before = ledger.keys()
    assert ledger.run(a_broken_row()) == []
    assert ledger.run(a_row(tags=["x"])) == [], "mended with the bytes it had before"
    assert ledger.keys() == before


def test_touched_stays_until_published(ledger: Ledger) -> None:
    with ledger.index.transaction():
        ledger.index.store([a_row(tags=["x"])], set(), NOW)
    with ledger.index.transaction():
        ledger.index.store([a_row("b.md", "b", tags=["y"])], set(), NOW)
    assert ledger.publish() == [SITE, X, Y]
    assert ledger.publish() == []


def test_all(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["y"]), a_row("c.md", "c", tags=["z"], draft=True))
    ledger.run(gone=["b.md"])
    with ledger.index.transaction():
        ledger.index.store([a_row("d.md", "d", tags=["never published"])], set(), NOW)
        ledger.index.remove([b"d.md"], NOW)
        ledger.index.withdrawn("tags", "never published")
        ledger.index.touch_all()
    assert ledger.index.touched() == [SITE, X, Y], "also the feed that is empty now; not one that never was"


def test_one(ledger: Ledger) -> None:
    with ledger.index.transaction():
        ledger.index.touch(*X)
        ledger.index.touch(*X)
    assert ledger.index.touched() == [X]


# What a feed shows


def test_newest_first_and_ties_by_path(ledger: Ledger) -> None:
    rows = [a_row(f"{name}.md", name, tags=["x"], published=THEN + (name == "m")) for name in "cbmaé"]
    ledger.run(*rows)
    assert ledger.paths() == ledger.paths(*X) == ["m.md", "a.md", "b.md", "c.md", "é.md"]
    ledger.run(a_row("a.md", "edited", tags=["x"]))
    assert ledger.paths() == ledger.paths(*X) == ["m.md", "a.md", "b.md", "c.md", "é.md"]


def test_a_moved_file_stands_where_its_new_path_sorts(ledger: Ledger) -> None:
    ledger.run(*(a_row(f"{name}.md", name, tags=["x"]) for name in "abc"))
    ledger.run(a_row("z.md", "a", tags=["x"]), gone=["a.md"])
    assert ledger.paths() == ledger.paths(*X) == ["b.md", "c.md", "z.md"]


def test_as_many_as_asked_of_those_that_are_visible(ledger: Ledger) -> None:
    ledger.run(
        a_row("expired.md", "1", tags=["x"], published=THEN + 9, visible_until=NOW),
        a_row("future.md", "2", tags=["x"], published=THEN + 8, visible_from=NOW + 1),
        a_row("draft.md", "3", tags=["x"], published=THEN + 7, draft=True),
        a_row("new.md", "4", tags=["x"], published=THEN + 6),
        a_row("old.md", "5", tags=["x"], published=THEN),
        a_row("other.md", "6", tags=["y"], published=THEN + 7),
    )
    newest = ledger.index.newest
    shown = {recipe.id: recipe.path for recipe in ledger.shown(now=NOW)}
    assert [shown[each.id] for each in newest(*X, 1, NOW)] == [b"new.md"]
    assert [shown[each.id] for each in newest(*X, 9, NOW)] == [b"new.md", b"old.md"]
    assert [shown[each.id] for each in newest(*SITE, 2, NOW)] == [b"other.md", b"new.md"]
    assert ledger.index.size(*X, NOW) == (2, THEN + 6)
    assert ledger.index.size(*SITE, NOW) == (3, THEN + 7)
    assert ledger.index.size(*SITE, NOW - 1) == (4, THEN + 9)
    assert ledger.index.size("tags", "never", NOW) == (0, None)
    assert newest("tags", "never", 5, NOW) == []
    assert tuple(ledger.index.counts(NOW)) == (6, 3)


def test_terms_differ_by_case_and_taxonomy(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["X"]))
    assert ledger.paths("tags", "x") == ["a.md"]
    assert ledger.paths("tags", "X") == ["b.md"]
    assert ledger.paths("categories", "x") == []
