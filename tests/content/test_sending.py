"""What is stored of many posts goes to the disk while others are read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.content.sending import Sending
from syndicate.engines.beside import Aside
from syndicate.index import Parcel, parcel
from syndicate.index.sqlite import SqliteIndex
from tests.apart import apart
from tests.builders import NOW, a_row


def parcels(count: int = 6) -> Iterator[Parcel]:
    for number in range(count):
        yield parcel([a_row(f"{number}-{at}.md", f"{number} {at}") for at in range(10)], NOW)


def stored(state: Path, many: int) -> tuple[int, bool]:
    """How many posts there are then, and whether a process was left."""
    index = SqliteIndex.open(str(state))
    with Sending(index, many) as sending, index.transaction():
        index.store_first(sending.during(parcels()), NOW)
    live = index.counts(NOW).live
    index.close()
    return live, is_somebody_left()


def failed(state: Path) -> tuple[bool, bool]:
    """The same where the transaction fails: whether there is no post."""

    def broken() -> Iterator[Parcel]:
        yield from parcels()
        raise ZeroDivisionError

    index = SqliteIndex.open(str(state))
    with contextlib.suppress(ZeroDivisionError), Sending(index, 1) as sending, index.transaction():
        index.store_first(sending.during(broken()), NOW)
    blank = index.is_blank()
    index.close()
    return blank, is_somebody_left()


def is_somebody_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def sent(state: Path) -> tuple[list[bool], str]:
    """What is said of it, and what another one that would write is told meanwhile."""
    index, other = SqliteIndex.open(str(state)), sqlite3.connect(state, timeout=0, isolation_level=None)
    with index.transaction():
        said = Aside(index.send).results()
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            return said, str(fault)
    return said, ""


def ends(state: Path) -> list[object]:
    """What a process gives whose asker is no more, and one whose file is gone."""
    sending = Sending(SqliteIndex.open(str(state)))
    first = Aside(lambda: sending._send(asker=0)).results()
    state.unlink()
    return first + Aside(lambda: sending._send(os.getppid())).results()


@pytest.mark.parametrize("many", [1, 30, 1_000])
def test_all_that_is_read_is_stored_and_nobody_is_left(tmp_path: Path, many: int) -> None:
    assert apart(stored, tmp_path / "state.db", many) == (60, False)


def test_nobody_is_left_where_the_transaction_fails(tmp_path: Path) -> None:
    assert apart(failed, tmp_path / "state.db") == (True, False)


def test_whoever_writes_keeps_the_locks(tmp_path: Path) -> None:
    assert apart(sent, tmp_path / "state.db") == ([True], "database is locked")


def test_it_ends_where_there_is_nothing_left_to_do(tmp_path: Path) -> None:
    assert apart(ends, tmp_path / "state.db") == [None, None]


def test_an_index_in_memory_is_sent_nowhere() -> None:
    index = SqliteIndex.open(":memory:")
    assert not index.send()
    index.close()
