"""Addresses that lead elsewhere: they follow the state, also where it could not be asked just then."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.errors import StateError
from syndicate.index import Index
from syndicate.index.sqlite import SqliteIndex
from syndicate.server.elsewhere import Elsewhere
from tests.faults.site import DAY, NOW
from tests.server.served import a_site, application, here, library

DEADLINE = 30.0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_could_not_be_asked_is_asked_again(tmp_path: Path) -> None:
    on = library(a_site(tmp_path, feed={"also": ["hugo"]}))
    faults = [StateError("somebody has it"), StateError("somebody has it")]

    def opened() -> Index:
        if faults:
            raise faults.pop()
        return on.opened()

    known = Elsewhere(opened, on.plan)
    known.changed()
    for second in range(0, 30, 10):
        known.refresh(NOW + second)
        known.close()
    assert known.turn == 1 and known.at(b"/index.xml") == "https://example.org/feeds/rss.xml"


def test_a_clock_that_is_put_back_holds_nothing_up(tmp_path: Path) -> None:
    on = library(a_site(tmp_path, feed={"also": ["hugo"]}))
    faults = [StateError("somebody has it")]

    def opened() -> Index:
        if faults:
            raise faults.pop()
        return on.opened()

    known = Elsewhere(opened, on.plan)
    known.changed()
    for moment in (NOW, NOW - 100_000):
        known.refresh(moment)
        known.close()
    assert known.turn == 1


def test_what_moves_while_it_is_served_leads_on_soon(tmp_path: Path) -> None:
    site, moment = a_site(tmp_path), [float(NOW)]
    with application(site) as app:
        ask = here(app, lambda: moment[0])
        assert ask("GET", "/post-3.html", []).status == 404
        for day in range(1, 9):
            (site.content / f"post-{day}.md").unlink()
        site.post("other.md", "Word.", title="Other", date="2024-05-01 10:00:00", tags=["other"])
        site.build(NOW + DAY)  # sooner it might be a mistake
        moment[0] += DAY

        def gone() -> bool:
            moment[0] += 0.3
            return ask("GET", "/post-3.html", []).status == 410

        until(gone)


def test_a_post_whose_time_is_over_is_gone(tmp_path: Path) -> None:
    site, moment = a_site(tmp_path), [float(NOW)]
    site.post("fair.md", title="The fair", date="2024-05-01 10:00:00", expires="2026-06-03 00:00:00")
    site.build(NOW)
    with application(site) as app:
        ask = here(app, lambda: moment[0])
        assert ask("GET", "/fair.html", []).status == 404
        site.build(NOW + 3 * DAY)
        moment[0] += 3 * DAY

        def gone() -> bool:
            moment[0] += 0.3
            return ask("GET", "/fair.html", []).status == 410

        until(gone)


def test_as_long_as_it_is_not_known_what_moved_nothing_is_denied(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    with application(site) as app:
        ask = here(app)
        assert app.shelf is not None and ask("GET", "/nothing", []).status == 404
        app.shelf._elsewhere.turn = 0  # as where the state was held all the while
        assert ask("GET", "/nothing", []).status == 503
        assert ask("GET", "/", []).status == 302
        assert ask("GET", "/feeds/rss.xml", []).status == 200


def test_a_state_that_somebody_holds_keeps_nobody_waiting(tmp_path: Path) -> None:
    """As the first build does, in a rollback journal, for as long as it takes."""
    site = a_site(tmp_path)
    state = site.out.parent / ".syndicate" / "feeds.db"
    with closing(sqlite3.connect(state, isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode=DELETE")
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StateError):
            SqliteIndex.open(str(state), wait=0.0)
        found: list[int] = []

        def asked() -> None:
            with application(site) as app:
                found.append(here(app)("GET", "/feeds/rss.xml", []).status)

        thread = threading.Thread(target=asked, daemon=True)
        thread.start()
        thread.join(DEADLINE)
        assert found == [503]
        held.execute("ROLLBACK")
    with application(site) as app:
        assert here(app)("GET", "/feeds/rss.xml", []).status == 200
