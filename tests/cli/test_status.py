"""`status` and `runs`: what is the case is said, and monitors get the right exit code."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from syndicate.index.lock import held
from tests.cli.telling import Here, Hook, here, hook

__all__ = ["here", "hook"]

RSS = "https://example.org/feeds/rss.xml"
BROKEN = "---\n<<<<<<< ours\ntitle: A\n=======\ntitle: B\n>>>>>>> theirs\n---\nWords.\n"


def health(here: Here, status: str, age: int, next_run: int = 600) -> None:
    """What a daemon said `age` seconds ago."""
    from syndicate.model.run import written

    now = int(time.time())
    said = {"status": status, "written": written(now - age), "next_run": written(now + next_run), "alarms": ["silence"]}
    here.state.with_name("feeds.db.health.json").write_text(json.dumps(said))


def test_nothing_was_built_yet(here: Here) -> None:
    done = here.run("status")
    assert done.code == 2 and "syndicate build" in done.err


def test_all_is_well(here: Here) -> None:
    here.build()
    here.build()
    done = here.run("status")
    assert (done.code, done.err) == (0, "")
    assert "1 shown, of 1 file" in done.out and done.out.endswith("all is well\n")
    said = here.run("status", "--json").json
    assert (said["code"], said["status"], said["failing"], said["problems"]) == (0, "ok", [], [])
    assert (said["posts"], said["live"], said["last_run"]["by"], said["endpoints"]) == (1, 1, "build", [])
    assert said["news_since"] == here.run("runs", "--json").json["runs"][1]["at"]
    assert here.run("status", "-q").out == ""


def test_looking_changes_nothing(here: Here) -> None:
    here.build()
    before = here.state.read_bytes()
    here.run("status")
    here.run("runs")
    assert here.state.read_bytes() == before


def test_errors_are_problems(here: Here) -> None:
    here.write("broken", BROKEN)
    here.build(code=1)
    done = here.run("status")
    assert done.code == 1 and "1 problem of severity error" in done.out


def test_a_run_that_failed_until_one_goes_well(here: Here) -> None:
    here.build()
    shutil.move(here.content, here.folder / "away")
    here.content.mkdir()
    here.build(code=2)
    done = here.run("status", "--json")
    assert done.code == 2
    assert "no posts are left" in done.json["failing"][0]
    assert done.json["last_good_run"]["failed"] == ""
    rows = here.run("runs").out.splitlines()
    assert len(rows) == 3 and "failed: " in rows[1]
    here.content.rmdir()
    assert "there is no such folder" in here.run("status").out
    shutil.move(here.folder / "away", here.content)
    here.build()
    assert here.run("status").code == 0


def test_a_run_that_waited_for_another_in_vain_did_not_fail(here: Here) -> None:
    here.build()
    with held(f"{here.state}.lock"):
        here.build("--wait", "0", code=3)
        assert "a run is at work" in here.run("status").out
    assert here.run("status").code == 0


def test_the_last_good_run_may_be_too_old(here: Here) -> None:
    here.build()
    with here.index() as index, index.transaction():
        index._db.execute("UPDATE runs SET at = at - 7200")
    assert here.run("status", "--max-age", "3h").code == 0
    done = here.run("status", "--max-age", "1h")
    assert done.code == 2 and "2 hours ago" in done.out
    wrong = here.run("status", "--max-age", "soon")
    assert wrong.code == 2 and "--max-age" in wrong.err


@pytest.mark.parametrize(
    ("status", "age", "next_run", "alive", "expected"),
    [
        ("ok", 10, 600, True, 1),  # the alarm
        ("ok", 10, -200, True, 1),
        ("ok", 10, -400, True, 2),
        ("ok", 400, 600, True, 2),
        ("ok", 10, 600, False, 2),
        ("stopped", 10**6, 600, False, 0),
    ],
    ids=["alive", "busy", "late", "hangs", "killed", "stopped"],
)
def test_a_daemon(here: Here, status: str, age: int, next_run: int, alive: bool, expected: int) -> None:
    here.build()
    health(here, status, age, next_run)
    if alive:
        with held(f"{here.state}.daemon"):
            done = here.run("status", "--json")
    else:
        done = here.run("status", "--json")
    assert done.code == expected, done.out
    assert (done.json["daemon"]["process"] is not None) is alive
    assert done.json["alarms"] == (["silence"] if alive else [])
    assert (done.json["next_run"] is not None) is alive


@pytest.mark.parametrize("left", ["", "[]", '{"written": 7, "next_run": [], "alarms": 3}', '{"written": "soon"}'])
def test_a_health_file_that_makes_no_sense_is_none(here: Here, left: str) -> None:
    here.build()
    here.state.with_name("feeds.db.health.json").write_text(left)
    with held(f"{here.state}.daemon"):
        assert here.run("status", "--json").code == 0


def test_endpoints(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    assert here.run("status").code == 2
    here.build()
    (well,) = here.run("status", "--json").json["endpoints"]
    assert (well["name"], well["enrolled"], well["waiting"], well["status"]) == ("hook", True, 0, "well")
    here.write("two")
    here.build()
    (due,) = here.run("status", "--json").json["endpoints"]
    assert (due["waiting"], due["items"][0]["feed"], due["fault"]) == (1, "site", None)
    hook.answers = [503]
    here.run("ping")
    done = here.run("status", "--json")
    (ill,) = done.json["endpoints"]
    assert (done.code, ill["status"], ill["failures"], ill["waiting"]) == (1, "fails", 1, 1)
    assert ill["failing_since"] == ill["oldest"] and ill["next"] > ill["oldest"]
    text = here.run("status")
    assert "fails" in text.out and "503" in text.out and text.code == 1
    here.run("ping", "--now")
    (again,) = here.run("status", "--json").json["endpoints"]
    assert (again["status"], again["last_success"] is not None, again["oldest"]) == ("well", True, None)


def test_what_cannot_be_read_yet_is_named(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    here.build()
    here.write("two")
    here.build()
    from syndicate.index import Check

    now = int(time.time())
    with here.index() as index, index.transaction():
        index.keep_check(Check("https://example.org/feeds/rss.xml", now - 60, 3, now, now + 60, 404, "it says 404"))
    done = here.run("status")
    assert done.code == 0 and "not readable yet since" in done.out and "it says 404" in done.out
    assert here.run("ping", "--dry-run").out == "nothing\n"


def test_what_cannot_be_read_for_too_long_is_a_problem(here: Here, hook: Hook) -> None:
    from syndicate.index import Check
    from syndicate.model.run import written

    here.configure(hook.settings + '[alarm]\ndead = "2h"\n')
    here.build()
    here.write("two")
    here.build()
    now = int(time.time())
    for since, code in ((now - 7_000, 0), (now - 7_300, 1)):
        with here.index() as index, index.transaction():
            index.keep_check(Check(RSS, since, 9, now, now + 900, 404, "answers 404"))
        assert here.run("status").code == code
    done = here.run("status")
    assert f"unreadable for 2 hours, and nobody is told of it: {RSS} answers 404" in done.out
    (ill,) = here.run("status", "--json").json["endpoints"]
    assert ill["next"] == written(now + 900), "it is looked at again then, and not before"
    here.run("ping", "--adopt")
    assert here.run("status").code == 0, "nobody is to be told of it any more"


def test_who_refused_something_is_not_well(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    here.build()
    here.write("two")
    here.build()
    hook.answers = [403]
    here.run("ping")
    done = here.run("status", "--json")
    (ill,) = done.json["endpoints"]
    assert (done.code, ill["status"]) == (1, "refused something")
    assert "403" in ill["fault"] and ill["fault"].endswith("; tried again")
    here.run("ping", "--now")
    assert here.run("status").code == 0


def test_an_endpoint_that_no_run_has_seen(here: Here, hook: Hook) -> None:
    here.build()
    here.configure(hook.settings)
    (new,) = here.run("status", "--json").json["endpoints"]
    assert (new["enrolled"], new["status"]) == (False, "enrolled by the next build")
    assert here.run("status").code == 0


def test_the_last_runs_come_first(here: Here) -> None:
    here.build()
    for name in ("two", "three"):
        here.write(name)
        here.build()
    rows = here.run("runs", "--json").json["runs"]
    assert [(row["seen"], row["added"], row["times"]) for row in rows] == [(3, 1, 1), (2, 1, 1), (1, 1, 1)]
    assert len(here.run("runs", "-n", "2").out.splitlines()) == 3
