"""The state is copied each day, and what grows is cut."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from syndicate.daemon.upkeep import upkeep
from syndicate.index.copies import KEPT, copies
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.run import Run
from tests.builders import DAY, NOW, a_row


@pytest.fixture
def index(tmp_path: Path):
    made = SqliteIndex.open(str(tmp_path / "state.db"))
    with made.transaction():
        made.store([a_row("a.md"), a_row("b.md", "two")], set(), NOW)
    yield made
    made.close()


def test_a_copy_is_the_whole_state(tmp_path: Path, index: SqliteIndex) -> None:
    done = upkeep(index, tmp_path / "state.db", NOW)
    assert done.copy == tmp_path / "state.db.2023-11-14.backup"
    assert done.copy.stat().st_mode & 0o077 == 0
    copy = SqliteIndex.open(str(done.copy))
    assert list(copy.everyone()) == list(index.everyone()) != []
    copy.close()


def test_one_a_day_and_seven_are_kept(tmp_path: Path, index: SqliteIndex) -> None:
    state = tmp_path / "state.db"
    names = ("state.db.backup", "state.db.2020-01-01.backup.part", "other.db.2020-01-01.backup")
    others = [tmp_path / name for name in names]
    for other in others:
        other.write_bytes(b"")
    made = [upkeep(index, state, NOW + day * DAY + hour * 3600).copy for day in range(10) for hour in (0, 1)]
    assert [each is not None for each in made] == [True, False] * 10
    assert copies(state) == [each for each in made if each][-KEPT:]
    assert all(other.exists() for other in others)


def test_by_a_clock_that_went_back_the_new_copy_stays(tmp_path: Path, index: SqliteIndex) -> None:
    state = tmp_path / "state.db"
    for day in range(7):
        upkeep(index, state, NOW + (365 + day) * DAY)
    done = upkeep(index, state, NOW)
    assert done.copy in copies(state) and len(copies(state)) == KEPT


def test_what_a_kill_left_is_in_nobodys_way(tmp_path: Path, index: SqliteIndex) -> None:
    (tmp_path / "state.db.2023-11-14.backup.part").write_bytes(b"half")
    assert upkeep(index, tmp_path / "state.db", NOW).copy is not None
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_state_takes_no_copy_away(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    first = SqliteIndex.open(str(state))
    with first.transaction():
        first.store((a_row(f"{number}.md", str(number)) for number in range(2000)), set(), NOW)
    upkeep(first, state, NOW)
    first.close()
    with state.open("r+b") as file:
        file.seek(8192 * 3)
        file.write(os.urandom(8192 * 20))
    second = SqliteIndex.open(str(state))
    done = upkeep(second, state, NOW + DAY)
    second.close()
    assert done.copy is None and "cannot be copied" in done.fault
    assert [each.name for each in copies(state)] == ["state.db.2023-11-14.backup"]
    assert not list(tmp_path.glob("*.part"))


def test_old_runs_are_forgotten_and_the_log_is_emptied(tmp_path: Path, index: SqliteIndex) -> None:
    for day in (0, 1, 100):
        index.record(Run(NOW + day * DAY, written=1))
    assert upkeep(index, tmp_path / "state.db", NOW + 100 * DAY).runs == 2
    assert (tmp_path / "state.db-wal").stat().st_size == 0


def test_who_reads_meanwhile_is_not_waited_for(tmp_path: Path, index: SqliteIndex) -> None:
    state = tmp_path / "state.db"
    index.record(Run(NOW, written=1))
    reader = sqlite3.connect(state)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM posts").fetchone()
    index.record(Run(NOW, written=1))
    index._db.execute("PRAGMA busy_timeout=600000")
    assert upkeep(index, state, NOW).fault == ""
    assert (tmp_path / "state.db-wal").stat().st_size > 0
    assert index._db.execute("PRAGMA busy_timeout").fetchone() == (600_000,)
    reader.close()
    upkeep(index, state, NOW)
    assert (tmp_path / "state.db-wal").stat().st_size == 0
