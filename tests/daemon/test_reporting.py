"""What the daemon says of itself, from a state as it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Kind, Work
from syndicate.daemon.reporting import Eye, Reporting, limits, of
from syndicate.daemon.runs import Ended, Outcome
from syndicate.errors import ContentMissing, LockHeld
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Documents, Report
from syndicate.model.delivery import Standing
from syndicate.project import Project
from syndicate.settings import Layer, load
from tests.builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENDPOINTS = {
    "hub": {"kind": "websub", "url": "https://hub.example/?token=planted"},
    "hook": {"kind": "webhook", "url": "https://hook.example/planted", "secret": SECRET},
    "off": {"kind": "websub", "url": "https://off.example/", "on": False},
}
WELL = Ended(Work(Kind.SCAN), NOW, 0.5, Outcome(Report(3, documents=Documents(4)), None, "UTC"))


def project(folder: Path, **settings: Any) -> Project:
    given = {"output": {"state": str(folder / "state.db")}, **settings}
    return Project(*load([Layer("test", given)]), folder)


class Page:
    """A log that can be read."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def odd(self, event: str, message: str, **_: Any) -> None:
        self.lines.append(message)

    did = wrong = odd


class Plans:
    """A timetable with a scan in five minutes."""

    def coming(self) -> Mapping[str, tuple[Kind, int]]:
        return {"daemon": (Kind.SCAN, NOW + 300), "daemon.upkeep": (Kind.UPKEEP, NOW + 10)}


class Still(Clock):
    def now(self) -> int:
        return NOW


def reporting(the: Project) -> tuple[Reporting, Page]:
    from syndicate.daemon.attendants import Place

    page = Page()
    return Reporting(Place(the, Still(), page, Inbox(), Plans())), page  # type: ignore[arg-type]


def test_how_endpoints_are_doing_is_seen_without_their_secrets(tmp_path: Path) -> None:
    the = project(tmp_path, endpoints=ENDPOINTS)
    eye = Eye(the)
    assert eye.look().standings == ()
    index = SqliteIndex.open(str(the.state))
    with index.transaction():
        for name, said in ENDPOINTS.items():
            told = f"{said['url']} answers with 500 to {said.get('secret')}"
            index.keep_standing(Standing(name, said["url"], failures=1, told=told, off=told))
        index.keep_standing(Standing("former", "https://former.example/", failures=1))
    index.close()
    seen = eye.look()
    assert [each.endpoint for each in seen.standings] == ["hook", "hub"]
    texts = [text for each in seen.standings for text in (each.told, each.off)]
    assert all("answers with 500" in text and "planted" not in text and SECRET not in text for text in texts)
    the.state.write_bytes(b"no state at all, and long enough to be taken for one" * 100)
    assert eye.look() == seen, "what cannot be seen is as it was"


def test_what_cannot_be_read_longest_is_seen(tmp_path: Path) -> None:
    from syndicate.index import Check

    the = project(tmp_path, endpoints=ENDPOINTS)
    index = SqliteIndex.open(str(the.state))
    with index.transaction():
        index.keep_standing(Standing("hub", "https://hub.example/"))
        for name, since in (("b", NOW - 60), ("a", NOW - 90), ("c", NOW)):
            index.keep_check(Check(f"https://example.org/{name}.xml", since, 1, NOW, NOW, 404, "answers 404"))
    index.close()
    seen = Eye(the).look()
    assert (seen.unread, seen.unread_since) == ("https://example.org/a.xml answers 404 (and 2 more)", NOW - 90)
    nobody = project(tmp_path, endpoints={"off": ENDPOINTS["off"]})
    assert Eye(nobody).look().unread == "", "nobody is to be told"


def test_a_run_is_reported(tmp_path: Path) -> None:
    one, page = reporting(project(tmp_path))
    health = tmp_path / "state.db.health.json"
    one.start()
    assert json.loads(health.read_bytes())["status"] == "starting"
    one.ran(WELL)
    said = json.loads(health.read_bytes())
    assert (said["status"], said["next_run"]) == ("ok", "2023-11-14T22:18:20+00:00")
    assert (said["last_run"]["by"], said["last_run"]["seen"], said["last_run"]["written"]) == ("daemon", 3, 4)
    one.ran(Ended(Work(Kind.SCAN), NOW, 0.1, fault=LockHeld("another run")))
    assert json.loads(health.read_bytes())["status"] == "ok", "one that had to wait is none"
    one.ran(Ended(Work(Kind.SCAN), NOW, 0.1, fault=ContentMissing("no folder")))
    said = json.loads(health.read_bytes())
    assert (said["status"], said["last_run"]["failed"], said["failures"]) == ("failing", "no folder", 1)
    one.stop(5)
    assert json.loads(health.read_bytes())["status"] == "stopped"
    assert page.lines == []


def test_failing_runs_raise_an_alarm(tmp_path: Path) -> None:
    one, page = reporting(project(tmp_path, alarm={"failures": 2}))
    for _ in range(2):
        one.ran(Ended(Work(Kind.SCAN), NOW, 0.1, fault=ContentMissing("no folder")))
    one.start()
    one.stop(5)
    assert [line.partition(":")[0] for line in page.lines] == ["alarm"] and "no folder" in page.lines[0]
    assert json.loads((tmp_path / "state.db.health.json").read_bytes())["alarms"]


def test_a_file_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    one, page = reporting(project(tmp_path, daemon={"health": str(tmp_path / "missing" / "health.json")}))
    for _ in range(3):
        one.ran(WELL)
    assert len(page.lines) == 1 and "daemon.health" in page.lines[0]


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [({}, (3, 86_400, 20, None)), ({"dead": "", "problems": 0, "silence": "2d", "failures": 1}, (1, None, 0, 172_800))],
)
def test_limits(tmp_path: Path, alarm: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert limits(project(tmp_path, alarm=alarm).settings) == expected


def test_a_run_without_anything_is_a_failure() -> None:
    assert of(Ended(Work(Kind.SCAN), NOW, 0.1)).failed == "no report"
