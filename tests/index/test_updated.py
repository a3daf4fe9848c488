"""`updated` says when readers should look again: on an edit, and on nothing else."""

from __future__ import annotations

from tests.builders import DAY, NOW, THEN, a_broken_row, a_row
from tests.index.ledger import Ledger


def updated(ledger: Ledger, path: str = "a.md") -> int:
    return next(recipe.updated for recipe in ledger.shown() if recipe.path.decode() == path)


def test_absent_it_is_the_date(ledger: Ledger) -> None:
    ledger.run(a_row(mtime=NOW))
    assert updated(ledger) == THEN


def test_given(ledger: Ledger) -> None:
    ledger.run(a_row(updated=THEN + 5))
    assert updated(ledger) == THEN + 5


def test_never_before_the_date(ledger: Ledger) -> None:
    ledger.run(a_row(updated=THEN - DAY))
    assert updated(ledger) == THEN
    ledger.run(a_row(text="edited", mtime=THEN - DAY))
    assert updated(ledger) == THEN


def test_edited_without_saying_so(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=THEN + 7))
    assert updated(ledger) == THEN + 7


def test_edited_and_saying_so(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=THEN + 7, updated=THEN + 3))
    assert updated(ledger) == THEN + 3


def test_a_file_from_the_future_is_edited_now(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=NOW + DAY))
    assert updated(ledger) == NOW


def test_an_edit_never_makes_a_post_older(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=THEN + 7))
    ledger.run(a_row(text="three", mtime=THEN + 2))
    assert updated(ledger) == THEN + 7


def test_rewritten_back(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=THEN + 7))
    ledger.run(a_row(mtime=THEN + 9))
    assert updated(ledger) == THEN + 9


def test_touched_without_change(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=THEN + 7))
    before = ledger.keys()
    assert ledger.run(a_row(text="two", mtime=NOW)) == []
    assert updated(ledger) == THEN + 7
    assert ledger.keys() == before


def test_the_first_time_is_kept_for_posts_without_a_date(ledger: Ledger) -> None:
    ledger.run(a_row(published=None, mtime=THEN + 1))
    ledger.run(a_row(published=None, text="two", mtime=THEN + 9))
    (recipe,) = ledger.shown()
    assert (recipe.published, recipe.updated) == (THEN + 1, THEN + 9)


def test_edits_of_a_draft_are_no_updates(ledger: Ledger) -> None:
    ledger.run(a_row(draft=True))
    ledger.run(a_row(text="public", mtime=THEN + 7))
    assert updated(ledger) == THEN


def test_edits_before_it_goes_live_are_no_updates(ledger: Ledger) -> None:
    ledger.run(a_row(visible_from=NOW + 10))
    ledger.run(a_row(text="two", mtime=NOW, visible_from=NOW + 10))
    ledger.run(now=NOW + 10)
    assert updated(ledger) == THEN


def test_back_from_being_withdrawn_it_is_an_edit(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="hidden", draft=True, mtime=THEN + 7))
    ledger.run(a_row(text="shown again", mtime=THEN + 8))
    assert updated(ledger) == THEN + 8


def test_mended_it_is_an_edit(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row())
    assert updated(ledger) == THEN
    ledger.run(a_row(text="mended", mtime=THEN + 8))
    assert updated(ledger) == THEN + 8


def test_mended_after_being_withdrawn_while_broken(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row(withdrawn=True))
    ledger.run(a_row(text="mended", mtime=THEN + 8))
    assert updated(ledger) == THEN + 8


def test_a_date_read_otherwise_is_no_edit(ledger: Ledger) -> None:
    """The site's zone was set right: the same bytes mean another moment."""
    ledger.run(a_row())
    ledger.run(a_row(published=THEN - 8 * 3600))
    (recipe,) = ledger.shown()
    assert (recipe.published, recipe.updated) == (THEN - 8 * 3600, THEN - 8 * 3600)


def test_an_edit_is_remembered_though_the_date_is_read_otherwise(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_row(text="two", mtime=NOW))
    ledger.run(a_row(text="two", published=THEN - 8 * 3600))
    assert updated(ledger) == NOW


def test_a_stated_moment_that_lies_ahead_does_not_count(ledger: Ledger) -> None:
    ledger.run(a_row(updated=NOW + DAY))
    assert updated(ledger) == THEN
    ledger.run(a_row(text="two", mtime=THEN + 7, updated=NOW + DAY))
    assert updated(ledger) == THEN + 7
    ledger.run(a_row(text="two", mtime=THEN + 7, updated=NOW + DAY), now=NOW + 2 * DAY)
    assert updated(ledger) == NOW + DAY, "by then it is the past"


def test_an_undated_file_from_the_future_is_seen_first_now(ledger: Ledger) -> None:
    ledger.run(a_row(published=None, mtime=NOW + DAY), a_row("b.md", "b", published=NOW))
    (first, _) = ledger.shown()
    assert (first.published, first.updated) == (NOW, NOW)


def test_a_post_that_returns_unedited_is_no_edit(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    ledger.run(a_row(text="two", mtime=THEN + 7, tags=["x"]))
    (before,), keys = ledger.shown(), ledger.keys()
    ledger.run(gone=["a.md"])
    ledger.run(a_row(text="two", mtime=NOW, tags=["x"]))
    assert (ledger.shown(), ledger.keys(), ledger.paths("tags", "x")) == ([before], keys, ["a.md"])
    ledger.run(gone=["a.md"])
    ledger.run(a_row(text="three", mtime=NOW, tags=["x"]))
    assert updated(ledger) == NOW
