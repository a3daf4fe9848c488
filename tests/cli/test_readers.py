"""`readers`: what was counted is shown to people and to programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from syndicate.index.days import Days
from syndicate.model.numbers import DAY, Kind, Tally, Traffic
from tests.builders import NOW
from tests.cli.telling import Here, here

__all__ = ["here"]

TODAY = NOW - NOW % DAY


READERS = (("Feedly", Kind.AGGREGATOR), ("curl", Kind.READER), ("(browsers)", Kind.BROWSER))


def counted(here: Here) -> None:
    """Yesterday and today, some readers of two feeds."""
    store = Days.open(f"{here.state}.numbers")
    traffic = Traffic(10, 9, 8, 2_500_000, 10_000_000)
    for day in (TODAY - DAY, TODAY):
        store.add(
            Tally(
                day,
                {"": traffic, "site": traffic, "tag:\x1b[31m": Traffic(1)},
                {"": 3, "site": 3, "tag:\x1b[31m": 1},
                {("site", "Feedly", "/feeds/rss.xml"): 124},
                dict.fromkeys(READERS, traffic),
                {"curl": 3},
                {200: (2, 1000), 304: (8, 0)},
            )
        )
    store.close()


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """A day does not end meanwhile."""
    with time_machine.travel(NOW, tick=True):
        yield


def test_nobody_was_counted_yet(here: Here) -> None:
    done = here.run("readers")
    assert done.code == 2 and "syndicate serve" in done.err
    assert not Path(f"{here.state}.numbers").exists()


def test_nobody_was_counted_on_these_days(here: Here) -> None:
    Days.open(f"{here.state}.numbers").close()
    done = here.run("readers")
    assert (done.code, done.err) == (0, "") and done.out.startswith("nobody was counted on these days")


def test_for_people(here: Here) -> None:
    counted(here)
    done = here.run("readers")
    assert (done.code, done.err) == (0, "")
    tables = [[line.split("\t") for line in table.splitlines()] for table in done.out.strip().split("\n\n")]
    assert [table[0][0] for table in tables] == ["day (UTC)", "feed", "reader"]
    assert tables[0][1][1:] == ["127", "124", "3", "10", "90%", "2.5 MB", "7.5 MB"] and len(tables[0]) == 3
    assert tables[1][1][:3] == ["site", "127", "124"]
    assert [row[:3] for row in tables[2][1:]] == [
        ["Feedly", "aggregator", "124"],
        ["curl", "reader", "3"],
        ["(browsers)", "browser", "-"],
    ]
    assert "\x1b" not in done.out


def test_days_and_rows_can_be_chosen(here: Here) -> None:
    counted(here)
    said = here.run("readers", "--days", "1", "-n", "1", "--json").json
    assert (len(said["days"]), len(said["feeds"]), len(said["readers"])) == (1, 1, 1)


def test_for_programs(here: Here) -> None:
    counted(here)
    said = here.run("readers", "--json").json
    day = {
        "day": "2023-11-14",
        "feed": None,
        "subscribers": 127,
        "stated": 124,
        "direct": 3,
        "requests": 10,
        "conditional": 9,
        "unchanged": 8,
        "sent": 2_500_000,
        "whole": 10_000_000,
        "saved": 7_500_000,
    }
    assert said["days"][1] == day
    assert said["feeds"][0] == day | {"feed": "site", "requests": 20, "conditional": 18, "unchanged": 16} | {
        name: 2 * day[name] for name in ("sent", "whole", "saved")
    }
    assert (said["readers"][0]["name"], said["readers"][0]["kind"], said["readers"][0]["people"]) == (
        "Feedly",
        "aggregator",
        124,
    )
    assert said["answers"][0] == {"day": said["days"][0]["day"], "status": 200, "requests": 2, "sent": 1000}


def test_one_feed(here: Here) -> None:
    counted(here)
    done = here.run("readers", "--feed", "site")
    assert "Feedly\t124\t/feeds/rss.xml" in done.out and "curl" not in done.out
    said = here.run("readers", "--feed", "site", "--json").json
    assert [each["ident"] for each in said["stated"]] == ["/feeds/rss.xml"] and len(said["days"]) == 2
    assert "nobody asked for tag:none" in here.run("readers", "--feed", "tag:none").out


def test_a_damaged_file_is_told_with_a_remedy(here: Here) -> None:
    Path(f"{here.state}.numbers").write_bytes(b"no database" * 1000)
    done = here.run("readers")
    assert done.code == 2 and "move the file away" in done.err and "Traceback" not in done.err
