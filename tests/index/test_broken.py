"""A broken file costs readers nothing, unless it says that it is a draft."""

from __future__ import annotations

import pytest

from syndicate.index import SITE
from tests.builders import NOW, SITE_URL, a_broken_row, a_document, a_feed, a_problem, a_row, digest
from tests.index.ledger import Ledger


def test_the_last_good_version_stands_in(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    (good,) = ledger.shown()
    ledger.run(a_broken_row())
    assert ledger.paths() == ledger.paths("tags", "x") == ["a.md"]
    (kept,) = ledger.shown()
    assert good.last_good is None
    assert kept == good._replace(last_good="")
    assert ledger.codes() == [("a.md", "front-matter-broken")]


def test_its_html_is_kept(ledger: Ledger) -> None:
    ledger.run(a_row())
    assert ledger.index.standing_in() == []
    ledger.run(a_broken_row())
    (post,) = ledger.index.standing_in()
    with ledger.index.transaction():
        ledger.index.keep_last_good(post, "<p>好</p>")
    assert ledger.index.standing_in() == []
    ledger.run(a_broken_row(text="broken otherwise"))
    assert ledger.index.standing_in() == []
    assert ledger.shown()[0].last_good == "<p>好</p>"
    ledger.run(a_row())
    assert ledger.shown()[0].last_good is None
    ledger.run(a_broken_row())
    assert ledger.index.standing_in() == [post], "the version to be kept is another one now"
    ledger.run(a_row(text="mended otherwise"))
    assert (ledger.index.standing_in(), ledger.shown()[0].last_good) == ([], None)


def test_where_it_may_be_shown(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["y"]))
    feeds = {("", ""): "rss.xml", ("tags", "x"): "x.xml", ("tags", "y"): "y.xml"}
    documents = {pair: a_document(path) for pair, path in feeds.items()}
    with ledger.index.transaction():
        for pair, document in documents.items():
            ledger.index.published(a_feed(*pair), [document], [])
    ledger.run(a_broken_row())
    (post,) = ledger.index.standing_in()
    assert ledger.index.shown_in(post) == [documents["", ""], documents["tags", "x"]]


@pytest.mark.parametrize("fields", [{}, {"digest": b""}], ids=["broken", "unreadable"])
def test_broken_from_the_start(ledger: Ledger, fields: dict[str, bytes]) -> None:
    assert ledger.run(a_broken_row(**fields)) == []
    assert (ledger.paths(), ledger.index.standing_in()) == ([], [])
    assert ledger.codes() == [("a.md", "front-matter-broken")]
    assert tuple(ledger.index.counts(NOW)) == (1, 0)
    assert ledger.run(a_row(text="mended")) == [SITE]
    assert ledger.codes() == []
    assert ledger.ids() == {"a.md": f"{SITE_URL}/a.html"}


def test_two_that_were_broken_from_the_start_stay_two(ledger: Ledger) -> None:
    ledger.run(a_broken_row("a.md", "1"), a_broken_row("b.md", "2"))
    ledger.run(a_broken_row("c.md", "3"), gone=["a.md"])
    ledger.run(*(a_row(f"{name}.md", f"mended {name}") for name in "bc"))
    assert sorted(ledger.ids()) == ["b.md", "c.md"]


def test_withdrawn_though_broken(ledger: Ledger) -> None:
    ledger.run(a_row(tags=["x"]))
    ids = ledger.ids()
    assert ledger.run(a_broken_row(withdrawn=True)) == [SITE, ("tags", "x")]
    assert (ledger.paths(), ledger.paths("tags", "x"), ledger.index.standing_in()) == ([], [], [])
    assert ledger.codes() == [("a.md", "front-matter-broken")]
    ledger.run(a_row(text="mended"))
    assert ledger.ids() == ids


def test_withdrawn_after_it_broke(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row())
    assert ledger.run(a_broken_row(text="and a draft", withdrawn=True)) == [SITE]
    assert ledger.paths() == []
    assert ledger.run(a_broken_row(text="no draft, still broken")) == []
    assert ledger.paths() == [], "a broken file never brings back what was withdrawn"


def test_deleted_while_broken(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row())
    assert ledger.run(gone=["a.md"]) == [SITE]
    assert (ledger.paths(), ledger.codes(), ledger.index.standing_in()) == ([], [], [])
    assert ledger.run(a_broken_row()) == [], "a broken file never brings back what was deleted"
    assert ledger.paths() == []


def test_no_post_any_more_while_broken(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row())
    ledger.run(a_row(text="a page")._replace(packed="", public=False, terms=()))
    assert (ledger.paths(), ledger.codes(), ledger.index.standing_in()) == ([], [], [])


def test_a_draft_that_breaks(ledger: Ledger) -> None:
    ledger.run(a_row(draft=True))
    assert ledger.run(a_broken_row()) == []
    assert (ledger.paths(), ledger.index.standing_in()) == ([], [])


def test_broken_before_it_goes_live(ledger: Ledger) -> None:
    """Nothing of it was ever shown, so nothing can stand in."""
    ledger.run(a_row(visible_from=NOW + 10))
    ledger.run(a_broken_row())
    assert ledger.run(now=NOW + 10) == []
    assert (ledger.paths(), ledger.codes()) == ([], [("a.md", "front-matter-broken")])
    assert ledger.run(a_row(visible_from=NOW + 10)) == [SITE]


def test_moved_to_where_it_cannot_be_understood(ledger: Ledger) -> None:
    """The same bytes under a name that the dialect refuses."""
    ledger.run(a_row(tags=["x"]), a_row("b.md", "b", tags=["x"]))
    touched = ledger.run(a_broken_row("c/2020-13-45-a.md", "one"), gone=["a.md"])
    assert ledger.paths() == ledger.paths("tags", "x") == ["b.md", "c/2020-13-45-a.md"]
    assert touched == [SITE, ("tags", "x")], "of two posts of one date it is the second now"
    assert ledger.ids()["c/2020-13-45-a.md"] == f"{SITE_URL}/a.html"


@pytest.mark.parametrize("to", ["0.md", "z.md"])
def test_moved_while_broken_the_last_good_version_stands_in(ledger: Ledger, to: str) -> None:
    ledger.run(a_row(tags=["x"]))
    (good,) = ledger.shown()
    ledger.run(a_broken_row())
    ledger.run(a_broken_row(to), gone=["a.md"])
    assert ledger.paths() == ledger.paths("tags", "x") == [to]
    assert ledger.shown() == [good._replace(path=to.encode(), last_good="")]
    ledger.run(a_row(to, "mended"))
    assert ledger.ids() == {to: good.entry_id}


def test_moved_and_taken_back_to_the_last_good_version(ledger: Ledger) -> None:
    ledger.run(a_row())
    ids = ledger.ids()
    ledger.run(a_broken_row())
    ledger.run(a_row("b.md"), gone=["a.md"])
    assert ledger.ids() == {"b.md": ids["a.md"]}


def test_mended_it_is_no_longer_known_by_its_broken_bytes(ledger: Ledger) -> None:
    ledger.run(a_row())
    ledger.run(a_broken_row())
    ledger.run(a_row(text="mended"))
    ledger.run(a_broken_row("b.md"), gone=["a.md"])
    assert ledger.paths() == []


def test_a_broken_file_that_is_touched_stays_itself(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "a"), a_row("b.md", "b"))
    before = ledger.ids()
    ledger.run(a_broken_row("a.md"), a_broken_row("b.md"))
    ledger.run(a_broken_row("b.md"), gone=["a.md"])
    assert ledger.ids() == {"b.md": before["b.md"]}


def test_a_file_that_was_being_written_changes_nothing(ledger: Ledger) -> None:
    ledger.run(a_row())
    before = ledger.keys()
    unsettled = a_broken_row(problems=(a_problem(code="file-changing"),), unsettled=True)
    assert ledger.run(unsettled, unsettled._replace(path=b"b.md")) == []
    assert (ledger.keys(), ledger.codes()) == (before, [])


def test_problems_of_a_good_post_are_kept_and_forgotten(ledger: Ledger) -> None:
    warning = a_problem(code="date-unreadable", message="看")
    ledger.run(a_row("b.md", problems=(warning,)), a_row("a.md", "a", problems=(warning, warning)))
    assert list(ledger.index.problems()) == [warning] * 3
    ledger.run(a_row("b.md"), a_row("a.md", "mended"))
    assert list(ledger.index.problems()) == []


def test_the_digest_of_what_is_there(ledger: Ledger) -> None:
    ledger.run(a_row(), a_row("b.md", "b"), a_row("c.md", "c"))
    ledger.run(gone=["b.md"])
    found = ledger.index.digests([b"a.md", b"b.md", b"never.md"])
    assert found == {b"a.md": digest("one")}
