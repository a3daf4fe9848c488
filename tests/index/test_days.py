"""The numbers of readers: what is added is there, once; what is too old goes; the file is as safe as the state's."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.errors import StateError
from syndicate.index import days as module
from syndicate.index.days import FEEDS, HOURS, Days
from syndicate.model.numbers import DAY, HOUR, WEEK, Answers, Day, Kind, Reader, Stated, Tally, Traffic

TODAY = 20_000 * DAY
ALWAYS = 1 << 40
FEEDLY = ("site", "Feedly", "/rss.xml")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "feeds.db.numbers")


@pytest.fixture
def store(path: str) -> Iterator[Days]:
    days = Days.open(path)
    yield days
    days.close()


def a_tally(at: int = TODAY, feed: str = "site", **fields: object) -> Tally:
    """A poll of one feed that was answered in full."""
    traffic = Traffic(1, 0, 0, 100, 400)
    return Tally(at, **{"traffic": {"": traffic, feed: traffic}, "answers": {200: (1, 100)}, **fields})  # type: ignore[arg-type]


def stated(people: int, at: int = TODAY, key: tuple[str, str, str] = FEEDLY) -> Tally:
    return a_tally(at, key[0], stated={key: people}, readers={(key[1], Kind.AGGREGATOR): Traffic(1)})


def test_what_is_added_is_there(store: Days) -> None:
    for people in (2, 3):
        direct, readers = {"": people, "site": people}, {("curl", Kind.READER): Traffic(1)}
        store.add(a_tally(TODAY + HOUR, direct=direct, readers=readers, people={"curl": people}))
    traffic = Traffic(2, 0, 0, 200, 800)
    assert store.site(0, ALWAYS) == [Day(TODAY, "", 0, 3, traffic)]
    assert store.feed("site", 0, ALWAYS) == store.feeds(0, ALWAYS) == [Day(TODAY, "site", 0, 3, traffic)]
    assert store.readers(0, ALWAYS) == [Reader("curl", Kind.READER, 3, Traffic(2))]
    assert store.answers(0, ALWAYS, HOUR) == [Answers(TODAY + HOUR, 200, 2, 200)]
    assert store.answers(0, ALWAYS, DAY) == [Answers(TODAY, 200, 2, 200)]
    assert store.first() == TODAY


def test_a_program_that_was_started_anew_takes_nobody_away(store: Days) -> None:
    store.add(a_tally(direct={"": 5, "site": 5}))
    store.add(a_tally(direct={"": 1, "site": 1}))
    assert [day.direct for day in store.site(0, ALWAYS)] == [5]


def test_of_each_aggregator_the_last_word_counts(store: Days) -> None:
    store.add(stated(100))
    store.add(stated(90))
    store.add(stated(7, key=("site", "Feedly", "#12")))
    store.add(stated(20, key=("tag:a", "Feedly", "/a.xml")))
    assert [(day.feed, day.stated) for day in store.feeds(0, ALWAYS)] == [("site", 97), ("tag:a", 20)]
    assert [day.stated for day in store.site(0, ALWAYS)] == [117]
    assert [reader.people for reader in store.readers(0, ALWAYS)] == [117]
    assert store.stated("site", TODAY) == [
        Stated("site", "Feedly", "/rss.xml", 90, TODAY),
        Stated("site", "Feedly", "#12", 7, TODAY),
    ]


def test_a_word_holds_for_a_week(store: Days) -> None:
    store.add(stated(100))
    for later in (1, 6, 7):
        store.add(a_tally(TODAY + later * DAY))
    assert [day.stated for day in store.feed("site", 0, ALWAYS)] == [100, 100, 100, 0]
    assert store.stated("site", TODAY + 6 * DAY) and not store.stated("site", TODAY + WEEK)


def test_what_was_said_on_an_older_day_is_not_taken_for_new(store: Days) -> None:
    store.add(stated(100, TODAY + DAY))
    store.add(stated(50, TODAY))
    assert store.stated("site", TODAY + DAY) == [Stated("site", "Feedly", "/rss.xml", 100, TODAY + DAY)]


def test_a_span_has_the_most_people_and_all_of_the_traffic(store: Days) -> None:
    for later, direct in enumerate((4, 9, 2)):
        store.add(a_tally(TODAY + later * DAY, direct={"site": direct}))
    assert store.feeds(0, ALWAYS) == [Day(TODAY + 2 * DAY, "site", 0, 9, Traffic(3, 0, 0, 300, 1200))]
    assert [day.direct for day in store.feed("site", TODAY, TODAY + DAY)] == [4]
    assert store.feeds(0, ALWAYS, 0) == [] and store.feeds(TODAY + 3 * DAY, ALWAYS) == []


def test_hours_become_days(store: Days) -> None:
    for hour in range(48):
        store.add(a_tally(TODAY + hour * HOUR))
    store.forget(TODAY + DAY + HOURS)
    store.forget(TODAY + DAY + HOURS)
    found = store.answers(0, ALWAYS, HOUR)
    assert found[0] == Answers(TODAY, 200, 24, 2400)
    assert found[1:] == [Answers(TODAY + DAY + hour * HOUR, 200, 1, 100) for hour in range(24)]
    assert store.answers(0, ALWAYS, DAY) == [Answers(TODAY, 200, 24, 2400), Answers(TODAY + DAY, 200, 24, 2400)]


def test_what_comes_late_joins_its_day(store: Days) -> None:
    store.add(a_tally(TODAY + HOUR))
    store.forget(TODAY + DAY + HOURS)
    store.add(a_tally(TODAY + 2 * HOUR))
    store.forget(TODAY + DAY + HOURS)
    assert store.answers(0, ALWAYS, HOUR) == [Answers(TODAY, 200, 2, 200)]


def test_days_of_feeds_and_readers_end_and_those_of_the_site_stay(store: Days) -> None:
    store.add(a_tally(readers={("curl", Kind.READER): Traffic(1)}))
    store.forget(TODAY + FEEDS)
    assert store.feeds(0, ALWAYS) and store.readers(0, ALWAYS)
    store.forget(TODAY + FEEDS + DAY)
    assert not store.feeds(0, ALWAYS) and not store.readers(0, ALWAYS)
    assert [day.day for day in store.site(0, ALWAYS)] == [TODAY]


def test_there_are_no_more_rows_than_there_may_be(path: str) -> None:
    """A smaller file of the same kind, with smaller bounds, in a program of its own."""
    code = (
        "import sys; from syndicate.index import days; from syndicate.model.numbers import *\n"
        "days.ROWS, days.WORDS = 10, 10\n"
        "store = days.Days.open(sys.argv[1])\n"
        f"for n in range(30):\n    store.add(Tally({TODAY} + n // 6 * DAY, {{'': Traffic(1), f'f{{n}}': Traffic(1)}},"
        " stated={(f'f{n}', 'x', ''): 1}))\n"
        f"store.forget({TODAY} + 4 * DAY)\n"
    )
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", code, path], check=True)
    store = Days.open(path)
    assert 0 < len(store.feeds(0, ALWAYS)) <= 10
    assert 0 < sum(len(store.stated(f"f{n}", TODAY)) for n in range(30)) <= 10
    assert len(store.site(0, ALWAYS)) == 5
    store.close()


def test_a_tally_is_added_whole_or_not_at_all(store: Days) -> None:
    with pytest.raises(sqlite3.Error):
        store.add(a_tally(answers={200: (1, object())}))
    assert store.site(0, ALWAYS) == []
    store.add(a_tally())
    assert len(store.site(0, ALWAYS)) == 1


def test_several_programs_and_threads_add_to_one_file(path: str) -> None:
    stores = [Days.open(path), Days.open(path)]

    def add(store: Days) -> None:
        for _ in range(20):
            store.add(a_tally())

    threads = [threading.Thread(target=add, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [day.traffic.requests for day in stores[0].site(0, ALWAYS)] == [80]
    for store in stores:
        store.close()


def test_the_file_is_for_its_owner_alone(path: str, store: Days) -> None:
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_looking_makes_no_file(path: str) -> None:
    assert Days.there(path) is None and not Path(path).exists()


@pytest.mark.parametrize("content", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_an_error_with_a_remedy(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)
    with pytest.raises(StateError, match="move the file away"):
        Days.open(path)


def test_a_file_of_a_newer_program_is_left_alone(path: str) -> None:
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version={module.VERSION + 1}")
    newer.close()
    with pytest.raises(StateError, match="newer"):
        Days.open(path)
