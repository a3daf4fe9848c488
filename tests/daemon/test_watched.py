"""The daemon seen by who looks after it: from all is well to an accident, and back."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.running import SETTINGS, post, running, site_of, until
from tests.flow.site import Site

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals of POSIX")

KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site whose posts are in a folder below it, and a command that keeps what alarms say."""
    made = site_of(tmp_path, 0)
    command = json.dumps([sys.executable, "-c", KEEP, str(tmp_path / "alarms")])
    alarm = f"[alarm]\nfailures = 1\ncommand = {command}\n"
    made.post("syndicate.toml", f'{SETTINGS}[content]\nfolders = ["posts"]\n{alarm}')
    made.post("posts/one.md", post(1))
    return made


def alarms(site: Site) -> list[tuple[str, str]]:
    kept = site.out.with_name("alarms")
    told = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    return [(each["type"], each["data"]["cause"]) for each in told]


def status(site: Site) -> tuple[int, dict[str, Any]]:
    done = site.run("status", "--json")
    return done.code, done.report


def test_an_accident_is_told_once_and_when_it_is_over(site: Site) -> None:
    away = site.content / "away"
    with running(site) as daemon:
        daemon.heard("run")
        daemon.heard("upkeep")
        code, said = status(site)
        assert (code, said["daemon"]["health"]["status"]) == (0, "ok"), said
        assert said["daemon"]["process"].startswith(f"process {daemon.process.pid} ")
        assert said["next_run"] and said["backup"] and said["last_run"]["by"] == "daemon"

        (site.content / "posts").rename(away)
        daemon.send(signal.SIGUSR1)
        daemon.heard("run-failed")
        until(lambda: alarms(site), "an alarm")
        code, said = status(site)
        assert (code, said["last_run"]["by"]) == (2, "daemon") and "no such folder" in said["failing"][0]

        away.rename(site.content / "posts")
        daemon.send(signal.SIGUSR1)
        until(lambda: len(alarms(site)) > 1, "the end of it")
        until(lambda: status(site)[0] == 0, "all to be well again")
        assert daemon.stop() == 0
    assert alarms(site) == [("alarm.raised", "runs-failing"), ("alarm.over", "runs-failing")]
    code, said = status(site)
    assert (code, said["daemon"]["process"], said["daemon"]["health"]["status"]) == (0, None, "stopped")


def test_one_that_was_killed_is_missed(site: Site) -> None:
    with running(site) as daemon:
        daemon.heard("run")
        until(lambda: status(site)[1]["daemon"]["health"], "the health file")
        daemon.process.kill()
        daemon.process.wait()
    code, said = status(site)
    assert code == 2 and "the daemon is gone" in said["failing"][0]
    with running(site) as daemon:
        until(lambda: status(site)[0] == 0, "all to be well again")
        assert daemon.stop() == 0


def test_alarms_are_watched_where_the_content_was_never_there(site: Site) -> None:
    (site.content / "posts").rename(site.content / "away")
    with running(site) as daemon:
        until(lambda: alarms(site), "an alarm")
        assert daemon.stop() == 0
    assert alarms(site) == [("alarm.raised", "runs-failing")]


def test_mistakes_of_alarms_stop_it_at_the_start(site: Site) -> None:
    site.post("syndicate.toml", f'{SETTINGS}[alarm]\nurl = "http://127.0.0.1:8000/"\nsecret = "planted"\n')
    done = site.run("run")
    assert done.code == 2 and "alarm.url" in done.err and "alarm.secret" in done.err and "planted" not in done.err
