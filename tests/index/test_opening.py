"""A state that several open at the same moment: one makes the tables, all can use them."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.index.sqlite import SqliteIndex

TOGETHER = 8


def opened_together(path: Path) -> list[BaseException]:
    """What went wrong where so many threads opened it at once."""
    start, faults = threading.Barrier(TOGETHER), list[BaseException]()

    def go() -> None:
        start.wait(30)
        try:
            with closing(SqliteIndex.open(str(path))) as index:
                assert index.fact("nothing") == ""
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=go) for _ in range(TOGETHER)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return faults


@pytest.mark.parametrize("older", [False, True])
def test_several_open_a_state_at_once(tmp_path: Path, older: bool) -> None:
    for number in range(10):
        path = tmp_path / f"{number}.db"
        if older:  # one that the present version has to bring up to date
            with closing(SqliteIndex.open(str(path))):
                pass
            with closing(sqlite3.connect(path)) as db:
                db.executescript("DROP TABLE variants; PRAGMA user_version=3")
        assert opened_together(path) == []
