"""What is remembered of runs."""

from __future__ import annotations

from pathlib import Path

from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Documents, Problem, Report, Severity
from syndicate.model.run import Run, ill, well
from tests.builders import DAY, NOW, a_document, a_feed, digest


def recorded(index: SqliteIndex, *runs: Run) -> list[Run]:
    """The rows after these runs, the first one first."""
    for run in runs:
        index.record(run)
    return index.runs(100)[::-1]


def test_a_run_says_what_it_did() -> None:
    problems = [Problem("a.md", severity, "x", "y") for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)]
    report = Report(9, 1, 2, 3, 4, feeds=5, documents=Documents(6, 7, 8), problems=problems, seconds={"scan": 0.25})
    index = SqliteIndex.open(":memory:")
    (run,) = recorded(index, well(report, NOW, "daemon"))
    assert run == Run(NOW, "daemon", "", 0.25, 9, 1, 2, 3, 4, 5, 6, 8, 1, 1, NOW, 1)


def test_quiet_runs_in_a_row_are_one() -> None:
    index = SqliteIndex.open(":memory:")
    busy, quiet = Run(NOW, seen=3, added=3, written=4), Run(NOW, seen=3)
    rows = recorded(index, busy, *(quiet._replace(at=NOW + turn) for turn in (1, 2, 3)), busy, busy)
    assert [(row.since, row.at, row.times) for row in rows] == [
        (NOW, NOW, 1), (NOW + 1, NOW + 3, 3), (NOW, NOW, 1), (NOW, NOW, 1),
    ]  # fmt: skip


def test_a_quiet_run_with_other_problems_is_one_of_its_own() -> None:
    index = SqliteIndex.open(":memory:")
    assert len(recorded(index, Run(NOW), Run(NOW, warnings=1), Run(NOW, warnings=1, by="daemon"))) == 3


def test_failures_for_one_reason_are_one() -> None:
    index = SqliteIndex.open(":memory:")
    full, gone = ill(OSError("disk full"), NOW, "build"), ill(KeyError(), NOW, "build")
    rows = recorded(index, full, full._replace(at=NOW + 5), gone, Run(NOW + 9))
    assert [(row.failed, row.since, row.times) for row in rows] == [
        ("disk full", NOW, 2), ("KeyError", NOW, 1), ("", NOW + 9, 1),
    ]  # fmt: skip
    assert index.last_well() == rows[-1]


def test_since_when_the_feeds_hold_what_they_hold() -> None:
    index = SqliteIndex.open(":memory:")
    assert index.news_since() is None
    held = [(NOW, "one", 4), (NOW + 1, "one", 4), (NOW + 2, "two", 4), (NOW + 3, "two", 0), (NOW + 4, "two", 9)]
    seen = []
    for at, text, written in held:
        with index.transaction():
            index.published(a_feed(digest=digest(text)), [a_document()], [])
        index.record(Run(at, written=written))
        seen.append(index.news_since())
    assert seen == [NOW, NOW, NOW + 2, NOW + 2, NOW + 2]


def test_old_runs_are_forgotten_but_the_last_good_one() -> None:
    index = SqliteIndex.open(":memory:")
    recorded(
        index, Run(NOW, written=1), Run(NOW + 1, written=2), *(ill(OSError(str(turn)), NOW + 2, "") for turn in (1, 2))
    )
    assert index.forget_runs(NOW + DAY, 99) == 2
    assert [(row.written, row.failed) for row in index.runs(9)] == [(0, "2"), (2, "")]


def test_no_more_runs_are_remembered_than_are_asked_for() -> None:
    index = SqliteIndex.open(":memory:")
    recorded(index, *(Run(NOW + turn, written=turn) for turn in range(1, 8)))
    assert index.forget_runs(0, 3) == 4
    assert [row.written for row in index.runs(9)] == [7, 6, 5]


def test_what_is_recorded_without_a_sync_is_there_for_others(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    index = SqliteIndex.open(path)
    index.record(Run(NOW))
    other = SqliteIndex.open(path)
    assert len(other.runs(9)) == 1
    (level,) = index._db.execute("PRAGMA synchronous").fetchone()
    assert level == 2, "what follows is durable again"
    other.close()
    index.close()
