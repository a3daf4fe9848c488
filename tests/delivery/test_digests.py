"""The entries of a digest feed: which there are, by the index, and what they are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.digests import Digests
from syndicate.feeds.holdings import Holding, Look
from syndicate.index import Chosen
from syndicate.model.selection import All, InTerm
from tests.builders import DAY, a_row
from tests.index.ledger import Ledger, opened

MIDNIGHT = 1_699_920_000
"""2023-11-14 00:00 UTC, a Tuesday; runs happen on that day at 22:13."""

FEED_ID = "https://example.org/feeds/own/daily/atom.xml"
PAGE = "https://example.org/feeds/own/daily/"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(opened(tmp_path))


def digests(ledger: Ledger, kind: str = "daily", limit: int = 20, **fields: object) -> Digests:
    chosen = fields.pop("chosen", Chosen(All()))
    ordinary = {"feed_id": FEED_ID, "page_url": PAGE, "zone": "UTC", "now": ledger.now} | fields
    return Digests(ledger.index, Holding(limit, Look(), chosen=chosen, digest=kind), **ordinary)


def at(day: int, hour: int = 12) -> int:
    return MIDNIGHT + day * DAY + hour * 3600


def posts(*moments: int) -> list:
    return [a_row(f"{number}.md", f"text {number}", published=moment) for number, moment in enumerate(moments)]


def ids(ledger: Ledger, **fields: object) -> list[str]:
    shown, made = digests(ledger, **fields).shown("en")
    return [made[each.id]().id.removeprefix(f"{FEED_ID}#") for each in shown]


def test_one_entry_for_each_day_that_is_over_and_had_posts(ledger: Ledger) -> None:
    ledger.run(*posts(at(0), at(-1, 8), at(-1, 9), at(-3)))
    shown, made = digests(ledger).shown("en")
    entries = [made[each.id]() for each in shown]
    assert [entry.id for entry in entries] == [f"{FEED_ID}#2023-11-13", f"{FEED_ID}#2023-11-11"]
    for title in ("The title of 1", "The title of 2"):
        assert title in entries[0].html and title not in entries[1].html
    assert "The title of 3" in entries[1].html
    assert not any("The title of 0" in entry.html for entry in entries), "that day goes on"


def test_the_entries_are_no_posts(ledger: Ledger) -> None:
    ledger.run(*posts(at(-1), at(-2)))
    shown, made = digests(ledger).shown("en")
    assert all(each.id < 0 for each in shown) and set(made) == {each.id for each in shown}
    other, _ = digests(ledger, feed_id=f"{FEED_ID}2").shown("en")
    assert not {each.id for each in shown} & {each.id for each in other}, "two feeds share no entry"


def test_the_days_are_those_of_the_site(ledger: Ledger) -> None:
    ledger.run(*posts(at(-1, 17)))
    assert ids(ledger) == ["2023-11-13"]
    assert ids(ledger, zone="Asia/Shanghai") == ["2023-11-14"], "there it was the next day, which is over by now"


def test_weeks(ledger: Ledger) -> None:
    ledger.run(*posts(at(-1), at(-2), at(-8), at(-9)))
    assert ids(ledger, kind="weekly") == ["2023-W45", "2023-W44"]


def test_as_many_as_the_feed_holds(ledger: Ledger) -> None:
    ledger.run(*posts(*(at(-day) for day in range(1, 6))))
    assert ids(ledger, limit=2) == ["2023-11-13", "2023-11-12"]


def test_of_the_posts_that_the_feed_is_about(ledger: Ledger) -> None:
    ledger.run(a_row("x.md", "x", published=at(-1), tags=["x"]), a_row("y.md", "y", published=at(-2)))
    assert ids(ledger, chosen=Chosen(InTerm("tags"))) == ["2023-11-13"]
    assert ids(ledger, chosen=None) == ["2023-11-13", "2023-11-12"], "of all, where nothing is said"


def test_an_entry_changes_with_its_posts_and_with_nothing_else(ledger: Ledger) -> None:
    def keys() -> dict[int, bytes]:
        return {each.id: each.key for each in digests(ledger).shown("en")[0]}

    ledger.run(*posts(at(-1), at(-2)))
    before = keys()
    ledger.run(a_row("today.md", "t", published=at(0)))
    assert keys() == before
    ledger.run(a_row("0.md", "other words", published=at(-1)))
    after = keys()
    assert after.keys() == before.keys()
    assert len({each for each in before if before[each] != after[each]}) == 1
    ledger.run(gone=["0.md"])
    assert keys().keys() < before.keys(), "a day that has no post any more has no entry"


def test_an_entry_is_of_the_end_of_its_day_or_of_a_later_update(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "a", published=at(-1)), a_row("b.md", "b", published=at(-2), updated=at(0, 1)))
    shown, _ = digests(ledger).shown("en")
    assert [each.updated for each in shown] == [MIDNIGHT, at(0, 1)]
