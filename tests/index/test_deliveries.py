"""What the state knows of those who are told: what they got, which pages changed, what cannot be read yet."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from syndicate.errors import StateError
from syndicate.index import Check, Index
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.delivery import Delivery, Standing
from tests.builders import NOW, SITE_URL, a_document, a_feed, a_row
from tests.index.ledger import Ledger

HUB = Standing("hub", "https://hub.example/", NOW, 1, 2, 3, 4, 5, "off", 503, "told", 7, "websub site")
ROW = Delivery("hub", "t", b"s", 1, b"g", b"t", 2, 3, 4, 404, "told")


@pytest.fixture
def index(ledger: Ledger) -> Index:
    return ledger.index


def url(name: str) -> str:
    return f"{SITE_URL}/{name}.html"


def pages(index: Index, now: int = NOW) -> dict[str, bool]:
    """The pages that changed since the last call, and whether each is gone."""
    with index.transaction():
        index.note_pages(now)
        found = {page.url: page.gone for page in index.waiting_pages()}
        index.release_pages(found)
        index.drop_pages(index.last_page())
    return found


def test_endpoints_and_what_they_got_come_back_as_they_were_kept(index: Index) -> None:
    with index.transaction():
        index.keep_standing(HUB._replace(failures=0))
        index.keep_standing(HUB)
        index.keep_deliveries([ROW, ROW._replace(topic="u"), ROW._replace(endpoint="other")])
    assert index.standings() == {"hub": HUB}
    assert index.deliveries("hub") == {"t": ROW, "u": ROW._replace(topic="u")}
    assert index.delivery("hub", "t") == ROW and index.delivery("hub", "none") is None
    with index.transaction():
        index.forget_deliveries("hub", ["t"])
    assert list(index.deliveries("hub")) == ["u"]
    with index.transaction():
        index.forget_deliveries("hub")
    assert index.deliveries("hub") == {} and len(index.deliveries("other")) == 1


def test_checks_come_back_as_they_were_kept(index: Index) -> None:
    check = Check("u", 1, 2, 3, 4, 404, "answers 404")
    with index.transaction():
        index.keep_check(check)
    assert index.checks() == {"u": check}
    with index.transaction():
        index.forget_checks(["u", "none"])
    assert index.checks() == {}


def test_every_document_with_an_address_is_announced_but_no_page_of_a_history(index: Index) -> None:
    with index.transaction():
        index.published(a_feed(), [a_document("a", url="https://e/a"), a_document("b", format="atom")], [])
        index.published(a_feed("1@", ""), [a_document("p", url="https://e/p")], [])
        index.published(a_feed("tags", "x"), [a_document("x", url="https://e/x")], [])
        index.published(a_feed("tags", "gone"), [a_document("g", url="https://e/g")], [])
        index.withdrawn("tags", "gone")
    found = list(index.announced())
    assert [(row.taxonomy, row.name, row.format, row.url) for row in found] == [
        ("", "", "rss", "https://e/a"),
        ("tags", "x", "rss", "https://e/x"),
    ]
    assert (found[0].digest, found[0].document, found[0].size) == (a_feed().digest, a_document("a").digest, 1234)


def test_the_number_is_another_when_another_connection_has_written(tmp_path: Path) -> None:
    one, two = (SqliteIndex.open(str(tmp_path / "state.db")) for _ in range(2))
    before = one.version()
    with one.transaction():
        one.keep_fact("own", "x")
    assert one.version() == before
    with two.transaction():
        two.keep_fact("other", "x")
    assert one.version() != before
    one.close()
    two.close()


def test_a_state_that_was_taken_away_or_replaced_is_not_looked_at_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    one = SqliteIndex.open(str(path))
    one.version()
    path.rename(tmp_path / "away")
    with pytest.raises(StateError, match="not where it was"):
        one.version()
    SqliteIndex.open(str(path)).close()
    with pytest.raises(StateError, match="not where it was"):
        one.version()
    one.close()
    two = SqliteIndex.open(str(path))
    two.version()
    two.close()


# -- pages


def watched(ledger: Ledger) -> Index:
    with ledger.index.transaction():
        ledger.index.watch_pages(True)
        ledger.index.note_pages(ledger.now)
    return ledger.index


def test_pages_are_written_down_only_while_somebody_wants_them(ledger: Ledger) -> None:
    index = ledger.index
    ledger.run(a_row("1.md", "one"))
    assert not index.watches_pages() and not index.pages_changed(NOW)
    watched(ledger)
    assert index.watches_pages() and pages(index) == {}, "what was there before is no change"
    ledger.run(a_row("2.md", "two"))
    assert index.pages_changed(NOW) and pages(index) == {url("2"): False}
    with index.transaction():
        index.watch_pages(False)
    ledger.run(a_row("3.md", "three"))
    assert not index.watches_pages() and not index.pages_changed(NOW) and pages(index) == {}


def test_a_page_that_came_changed_moved_or_went(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(*(a_row(f"{n}.md", f"text {n}") for n in range(5)))
    assert pages(index) == {url(str(n)): False for n in range(5)}
    ledger.run(a_row("0.md", "another text"), a_row("1.md", "text 1", draft=True), gone=["2.md"])
    assert pages(index) == {url("0"): False, url("1"): True, url("2"): True}
    ledger.run(a_row("3.md", "text 3", url=url("moved")), a_row("1.md", "text 1"))
    assert pages(index) == {url("3"): True, url("moved"): False, url("1"): False}


def test_a_page_may_change_again_before_it_is_noted(ledger: Ledger) -> None:
    index = watched(ledger)
    for number in range(3):
        ledger.run(a_row("1.md", f"text {number}"), a_row("2.md", "text", url=url(f"here-{number}")))
    assert pages(index) == {url("1"): False, url("here-0"): True, url("here-1"): True, url("here-2"): False}


def test_a_file_that_is_understood_otherwise_changes_no_page(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(a_row("1.md", "one"))
    pages(index)
    ledger.run(a_row("1.md", "one", title="Another title, by another version of the program"))
    assert pages(index) == {}


def test_an_address_that_goes_over_to_another_post_is_not_gone(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(a_row("1.md", "one"))
    pages(index)
    ledger.run(a_row("2.md", "two", url=url("1")), gone=["1.md"])
    assert pages(index) == {url("1"): False}


def test_pages_come_and_go_at_their_moments_too(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(a_row("1.md", "one", visible_from=NOW + 10), a_row("2.md", "two", visible_until=NOW + 20))
    assert pages(index) == {url("2"): False}
    ledger.run(now=NOW + 15)
    assert pages(index, NOW + 15) == {url("1"): False}
    assert not index.pages_changed(NOW + 16) and index.pages_changed(NOW + 25)
    assert pages(index, NOW + 25) == {url("2"): True}


def test_a_page_stands_once_with_its_last_change_and_numbers_are_never_given_twice(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(a_row("1.md", "one"), a_row("2.md", "two"))
    with index.transaction():
        index.note_pages(NOW)
        index.release_pages([url("1"), url("2"), "https://example.org/none"])
    assert [(page.url, page.sequence) for page in index.pages_after(0, 9)] == [(url("1"), 1), (url("2"), 2)]
    ledger.run(a_row("1.md", "changed"))
    with index.transaction():
        index.note_pages(NOW + 1)
        assert [page.url for page in index.pages_after(0, 9)] == [url("2")]
        index.release_pages([url("1")])
    assert [(page.url, page.sequence) for page in index.pages_after(0, 9)] == [(url("2"), 2), (url("1"), 3)]
    assert [page.url for page in index.pages_after(2, 9)] == [url("1")] == [p.url for p in index.pages_after(2, 1)]
    with index.transaction():
        index.keep_standing(HUB._replace(reached=3))
        index.drop_pages(3)
        assert index.last_page() == 3
        index.release_pages([])
    ledger.run(a_row("3.md", "three"))
    with index.transaction():
        index.note_pages(NOW)
        index.drop_pages(0, waiting=True)
        assert index.waiting_pages() == []


def test_many_pages_at_once(ledger: Ledger) -> None:
    index = watched(ledger)
    ledger.run(*(a_row(f"{n}.md", f"text {n}") for n in range(2000)))
    assert len(pages(index)) == 2000


def test_a_state_of_the_version_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    SqliteIndex.open(str(path)).close()
    db = sqlite3.connect(path, isolation_level=None)
    tables = ("deliveries", "standings", "site_pages", "stirred", "checks", "runs")
    db.executescript("".join(f"DROP TABLE {name};" for name in tables) + "PRAGMA user_version=6;")
    db.close()
    index = SqliteIndex.open(str(path))
    with index.transaction():
        index.keep_standing(HUB)
        index.watch_pages(True)
    assert index.standings() == {"hub": HUB} and index.runs(1) == [] and index.waiting_pages() == []
    index.close()
