"""A state that several open at once: one makes the tables, or brings them up to date, and all can use them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.errors import StateError
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.stamps import pack
from syndicate.model.digest import FORMER
from tests.builders import a_row

TOGETHER = 8


def opened_together(path: Path) -> list[Exception]:
    """What went wrong where so many threads opened it at once."""
    start, faults = threading.Barrier(TOGETHER), list[Exception]()

    def go() -> None:
        start.wait(30)
        try:
            with closing(SqliteIndex.open(str(path))) as index:
                assert index.fact("nothing") == ""
        except (StateError, sqlite3.Error, AssertionError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=go) for _ in range(TOGETHER)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return faults


def test_several_make_a_state_at_once(tmp_path: Path) -> None:
    for number in range(10):
        assert opened_together(tmp_path / f"{number}.db") == []


def test_several_bring_an_older_state_up_to_date_and_each_step_is_made_once(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.db"
        with closing(SqliteIndex.open(str(path))):
            pass
        with closing(sqlite3.connect(path)) as db:
            db.execute("INSERT INTO documents VALUES ('a', 'a', '', '', 'rss', x'01', 1, x'', x'', x'', '')")
            db.commit()
            db.execute("PRAGMA user_version=5")
        assert opened_together(path) == []
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT digest FROM documents").fetchall() == [(FORMER + b"\x01",)]


def test_the_stamps_of_a_version_that_kept_them_in_one_piece_are_known(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    names = [b"%05d.md" % number for number in range(9_000)]
    known, later = (pack(names[:count], [1] * 4 * count) for count in (8_999, 9_000))
    with closing(SqliteIndex.open(path)) as index:
        index._db.execute("INSERT INTO folders VALUES (?, ?)", (b"a", known))
        index._db.executescript("DROP TABLE pieces; PRAGMA user_version=9;")
    for now in (known, later):
        with closing(SqliteIndex.open(path)) as index, index.transaction():
            assert index.stamps(b"a") == known
            index.keep_stamps(b"a", now)
    with closing(SqliteIndex.open(path)) as index:
        assert index.stamps(b"a") == later


def test_a_second_connection_of_a_process_leaves_the_first_its_locks(tmp_path: Path) -> None:
    """Another process would take itself for the last one otherwise, and remove the log that the first writes into."""
    path = str(tmp_path / "state.db")
    look = "import sys; from syndicate.index.sqlite import SqliteIndex as I; i = I.open(sys.argv[1])"
    with closing(SqliteIndex.open(path)) as first:
        with first.transaction():
            first.store([a_row()], set(), 1)
        assert first.fact("seen") == ""
        with closing(SqliteIndex.open(path)):
            subprocess.run([sys.executable, "-c", f"{look}; i.close()", path], check=True)
            with first.transaction():
                first.keep_fact("seen", "by all")
            seen = subprocess.run([sys.executable, "-c", f"{look}; print(i.fact('seen'))", path], capture_output=True)
    assert seen.stdout.decode().strip() == "by all"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"no database at all" * 99), "If the file is damaged, take a copy"),
        (lambda path: path.mkdir(), "cannot be opened. Does the folder exist"),
        (lambda path: path.symlink_to(path.parent / "nowhere" / "x.db"), "cannot be opened. Does the folder exist"),
    ],
)
def test_what_to_do_is_said_by_what_is_wrong(tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(tmp_path / "state.db")
    with pytest.raises(StateError, match=re.escape(said)):
        SqliteIndex.open(str(tmp_path / "state.db"))


def test_whoever_waits_for_another_in_vain_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(SqliteIndex.open(str(path))) as index, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        index._db.execute("PRAGMA busy_timeout=1")
        with pytest.raises(StateError, match="another process works on it"), index.transaction():
            pass
