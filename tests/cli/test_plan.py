"""`plan` looks ahead on a copy of the state, whatever the last run has left of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from syndicate.index.sqlite import SqliteIndex
from tests.builders import NOW, a_row
from tests.cli.program import a_site, syndicate

URL = ("--url", "https://example.org")


def left_by_a_kill(state: Path) -> None:
    """The state in the middle of a first build: rows that had no more room in memory, and the journal of what was."""
    work = state.with_name("work.db")
    index = SqliteIndex.open(str(work))
    index._db.execute("PRAGMA cache_size=10")
    with index.transaction():
        index.store((a_row(f"{number}.md", str(number)) for number in range(2000)), set(), NOW)
        for end in ("", "-journal"):
            shutil.copyfile(f"{work}{end}", f"{state}{end}")
    index.close()
    for left in state.parent.glob("work.db*"):
        left.unlink()


def test_behind_a_first_build_that_was_killed(tmp_path: Path) -> None:
    a_site(tmp_path)
    fresh = syndicate(tmp_path, "plan", "site", *URL, "--json").report
    assert fresh["feeds"]
    (tmp_path / ".syndicate").mkdir()
    left_by_a_kill(tmp_path / ".syndicate/feeds.db")
    planned = syndicate(tmp_path, "plan", "site", *URL, "--json")
    assert (planned.code, planned.err) == (0, "")
    assert planned.report == fresh
