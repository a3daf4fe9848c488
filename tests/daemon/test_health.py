"""The health file: whole at each moment, and true."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from syndicate.daemon.health import EVERY, Health
from syndicate.model.run import Run
from tests.builders import NOW

WELL = Run(NOW + 2, seen=3, written=4, seconds=0.5)


def said(path: Path) -> dict:
    return json.loads(path.read_bytes())


def test_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    health = Health(path, NOW, lambda: NOW + 300)
    health.beat(NOW)
    first = said(path)
    assert first == {
        "status": "starting",
        "written": "2023-11-14T22:13:20+00:00",
        "started": "2023-11-14T22:13:20+00:00",
        "pid": os.getpid(),
        "next_run": "2023-11-14T22:18:20+00:00",
        "failures": 0,
        "last_run": None,
        "alarms": [],
    }
    health.ran(WELL, NOW + 3)
    now = said(path)
    assert (now["status"], now["written"]) == ("ok", "2023-11-14T22:13:23+00:00")
    assert (now["last_run"]["at"], now["last_run"]["seen"]) == ("2023-11-14T22:13:22+00:00", 3)
    health.stopped(NOW + 4)
    health.ran(WELL, NOW + 5)
    assert (said(path)["status"], said(path)["next_run"]) == ("stopped", None)
    assert [each.name for each in tmp_path.iterdir()] == ["health.json"], "nothing is left beside it"


@pytest.mark.parametrize(
    ("run", "alarms", "expected"),
    [
        (WELL, [], "ok"),
        (WELL._replace(warnings=9), [], "ok"),
        (WELL._replace(errors=1), [], "problems"),
        (WELL, ["silence"], "problems"),
        (Run(NOW, failed="disk full", errors=1), ["it fails"], "failing"),
    ],
)
def test_in_a_word(tmp_path: Path, run: Run, alarms: list[str], expected: str) -> None:
    health = Health(tmp_path / "health.json", NOW)
    health.alarms = alarms
    health.ran(run, NOW)
    assert said(health.path)["status"] == expected
    assert said(health.path)["alarms"] == alarms


def test_failures_are_counted_until_it_goes_well(tmp_path: Path) -> None:
    health = Health(tmp_path / "health.json", NOW)
    counts = []
    for failed in ("", "a", "b", ""):
        health.ran(WELL._replace(failed=failed), NOW)
        counts.append(said(health.path)["failures"])
    assert counts == [0, 1, 2, 0]


def test_it_is_written_once_a_minute_and_when_the_clock_goes_back(tmp_path: Path) -> None:
    health = Health(tmp_path / "health.json", NOW)
    seen = []
    for now in (NOW, NOW + EVERY - 1, NOW + EVERY, NOW - 86_400, NOW - 86_390):
        health.beat(now)
        seen.append(said(health.path)["written"][8:19])
    health.hurry()
    health.beat(NOW - 86_389)
    assert said(health.path)["written"].endswith("22:13:31+00:00")
    assert seen == ["14T22:13:20", "14T22:13:20", "14T22:14:20", "13T22:13:20", "13T22:13:20"]


def test_where_it_cannot_be_written_the_old_one_stays(tmp_path: Path) -> None:
    health = Health(tmp_path / "health.json", NOW)
    health.beat(NOW)
    (tmp_path / f".health.json.{os.getpid()}.part").mkdir()
    with pytest.raises(OSError, match="directory"):
        health.ran(WELL, NOW)
    assert said(health.path)["status"] == "starting"
