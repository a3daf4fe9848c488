"""How many posts a feed has is believed from run to run; where all is looked at, it is counted anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.cycle import Wish
from syndicate.index.sqlite import SqliteIndex
from tests.faults.site import NOW, Site

KNOWN = (2, 2, 1)


def state(site: Site) -> Path:
    return site.out.parent / ".syndicate" / "feeds.db"


def lead_astray(site: Site) -> None:
    with closing(sqlite3.connect(state(site))) as db, db:
        db.execute("UPDATE tallies SET posts = posts + 7")


def told(site: Site) -> tuple[int, int, int]:
    """How many posts there are, the site has, and a tag has."""
    index = SqliteIndex.open(str(state(site)))
    try:
        return index.counts(NOW).known, index.size("", "", NOW)[0], index.size("tags", "x", NOW)[0]
    finally:
        index.close()


def left_by_a_run_that_died(site: Site) -> None:
    index = SqliteIndex.open(str(state(site)))
    with index.transaction():
        index.keep_fact("publishing", "yes")
    index.close()
    site.build()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.post("a.md", title="A", date="2026-05-01 10:00:00", tags=["x"])
    made.post("b.md", title="B", date="2026-05-02 10:00:00")
    made.build()
    assert told(made) == KNOWN
    lead_astray(made)
    return made


def test_they_are_believed_by_an_ordinary_run(site: Site) -> None:
    site.build()
    assert told(site) != KNOWN, "otherwise the cases below say nothing"


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(lambda site: site.build(wish=Wish(full=True)), id="everything is wished for"),
        pytest.param(left_by_a_run_that_died, id="a run died"),
        pytest.param(lambda site: site.build(feed={"limit": 5}), id="feeds look otherwise"),
    ],
)
def test_they_are_mended(site: Site, run: Callable[[Site], object]) -> None:
    run(site)
    assert told(site) == KNOWN
