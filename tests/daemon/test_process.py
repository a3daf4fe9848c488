"""The real process: signals in whatever it is doing, two of them, a build beside it, settings that are read anew."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from syndicate.index.lock import held
from tests.daemon.running import SETTINGS, post, running, site_of, until
from tests.flow.site import ROOT, Site

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals of POSIX")

MANY = 800
"""Posts that keep a run busy for a while."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return site_of(tmp_path)


def settled(site: Site) -> None:
    """Nothing is left to do: what a run after it would write."""
    assert site.build().written == 0


def test_it_builds_at_the_start_and_when_it_is_told_to(site: Site) -> None:
    with running(site) as daemon:
        assert daemon.heard("run")["written"] > 0
        assert (site.out / "atom.xml").is_file()
        site.post("new.md", post(7))
        daemon.send(signal.SIGUSR1)
        assert daemon.heard("run", 2)["added"] == 1
        assert b"Post 7" in (site.out / "atom.xml").read_bytes()
        assert daemon.stop() == 0
        assert [line["event"] for line in daemon.lines()][-1] == "stopped"
    settled(site)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_it_stops_at_once(site: Site, number: signal.Signals) -> None:
    with running(site) as daemon:
        daemon.heard("run")
        daemon.send(number)
        assert daemon.process.wait(30) == 0


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "twice"), [("scan", False), ("publish", False), ("publish", True)])
def test_it_is_stopped_in_a_run(tmp_path: Path, stage: str, twice: bool) -> None:
    site = site_of(tmp_path, MANY)
    state = tmp_path / ".syndicate" / "out.db"
    with running(site) as daemon:
        if stage == "scan":
            until(lambda: Path(f"{state}.lock").is_file() and Path(f"{state}.lock").read_text(), "a run")
        else:
            until(lambda: site.out.is_dir() and any(site.out.iterdir()), "documents")
        daemon.send(signal.SIGTERM)
        if twice:
            daemon.send(signal.SIGTERM)
        assert daemon.process.wait(30) == 0
        done = daemon.lines("run")
    if not twice:
        assert done[0]["added"] == MANY
        settled(site)
    assert site.build().code == 0
    fresh = Site(site.content, tmp_path / "fresh")
    fresh.build()
    assert site.tree() == fresh.tree()


class Slow(BaseHTTPRequestHandler):
    """Takes a ping, and answers when it is told to."""

    got, answer = threading.Event(), threading.Event()
    count = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Slow.count += 1
        Slow.got.set()
        Slow.answer.wait(30)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[str]:
    Slow.got.clear()
    Slow.answer.clear()
    Slow.count = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    Slow.answer.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_it_is_stopped_while_somebody_is_told(site: Site, receiver: str) -> None:
    ping = '[ping]\nverify = "off"\nprivate = ["127.0.0.0/8"]\n'
    hook = (
        f'[endpoints.hook]\nkind = "webhook"\nurl = "{receiver}"\nsecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
    )
    site.post("syndicate.toml", SETTINGS + ping + hook)
    with running(site) as daemon:
        daemon.heard("run")
        site.post("new.md", post(7))
        daemon.send(signal.SIGUSR1)
        daemon.heard("run", 2)
        assert Slow.got.wait(30)
        daemon.send(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.process.wait(0.3)
        Slow.answer.set()
        assert daemon.process.wait(30) == 0
        assert daemon.lines("ping")[0]["endpoint"] == "hook"
    with running(site) as daemon:
        daemon.heard("started", 2)
        daemon.send(signal.SIGUSR1)
        assert daemon.stop() == 0
    assert Slow.count == 1


def test_there_is_one_daemon_for_a_state(site: Site) -> None:
    with running(site) as daemon:
        daemon.heard("run")
        second = site.run("run")
        assert second.code == 3
        assert f"another daemon looks after this state: process {daemon.process.pid} since " in second.err
        daemon.send(signal.SIGKILL)
        daemon.process.wait()
    with running(site) as daemon:  # its lock has died with it
        daemon.heard("started", 2)


def test_a_build_waits_for_another_run_or_says_whose_it_is(site: Site, tmp_path: Path) -> None:
    assert site.build().code == 0
    lock = str(tmp_path / ".syndicate" / "out.db.lock")
    line = [sys.executable, "-m", "syndicate", "build", str(site.content), "--out", str(site.out)]
    with held(lock):
        refused = site.run("build", "--wait", "0")
        assert refused.code == 3
        assert f"another run works on this state: process {os.getpid()} since" in refused.err
        refused = site.run("build", "--wait", "1s")
        assert refused.code == 3 and "also after 1 s" in refused.err
        waiting = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        assert waiting.stderr is not None
        assert f"waiting up to 30 s for process {os.getpid()}" in waiting.stderr.readline()
    assert waiting.communicate(timeout=60)[0]
    assert waiting.returncode == 0
    wrong = site.run("build", "--wait", "soon")
    assert wrong.code == 2 and '"soon" is no length of time' in wrong.err


def test_a_run_that_finds_another_at_work_comes_again(site: Site, tmp_path: Path) -> None:
    (tmp_path / ".syndicate").mkdir()
    with held(str(tmp_path / ".syndicate" / "out.db.lock")), running(site) as daemon:
        failed = daemon.heard("run-failed")
        assert failed["level"] == "warning"
        assert re.search(rf"process {os.getpid()} since .*; tried again in \d+ s$", failed["message"])
        assert daemon.stop() == 0


def test_content_that_is_gone_is_told_and_waited_for(site: Site) -> None:
    site.post("syndicate.toml", SETTINGS + '[content]\nfolders = ["posts"]\n')
    site.post("posts/one.md", post(1))
    away = site.content / "away"
    with running(site) as daemon:
        daemon.heard("run")
        before = site.tree()
        (site.content / "posts").rename(away)
        daemon.send(signal.SIGUSR1)
        assert "there is no such folder (content.folders)" in daemon.heard("run-failed")["message"]
        assert site.tree() == before
        away.rename(site.content / "posts")
        site.post("posts/two.md", post(2))
        daemon.send(signal.SIGUSR1)
        assert daemon.heard("run", 2)["added"] == 1
        assert daemon.stop() == 0


def test_it_may_start_before_its_content_is_there(site: Site, tmp_path: Path) -> None:
    site.post("syndicate.toml", SETTINGS + '[content]\nfolders = ["posts"]\n')
    health = tmp_path / ".syndicate" / "out.db.health.json"
    with running(site) as daemon:
        assert "there is no such folder" in daemon.heard("run-failed")["message"]
        until(lambda: health.is_file() and json.loads(health.read_bytes())["status"] == "failing", "the health file")
        site.post("posts/one.md", post(1))
        daemon.send(signal.SIGUSR1)
        assert daemon.heard("run")["added"] == 1
        until(lambda: json.loads(health.read_bytes())["status"] == "ok", "health")
        assert daemon.stop() == 0
    assert json.loads(health.read_bytes())["status"] == "stopped"


def test_settings_are_read_anew_in_all_or_in_nothing(site: Site) -> None:
    def reload(text: str) -> None:
        # as if it had been there for a while: what was written just now is waited for
        os.utime(site.post("syndicate.toml", text), (0, 0))
        daemon.send(signal.SIGHUP)

    with running(site) as daemon:
        daemon.heard("run")
        reload(SETTINGS + '[feed]\nformats = ["rss", "xml"]\n[daemon.schedules.night]\ncron = "0 3 * * *"\n')
        told = daemon.heard("reload-failed")
        assert told["level"] == "error" and "feed.formats" in told["message"] and "stay as they were" in told["message"]
        reload(SETTINGS.replace('every = "1d"', 'cron = "0 3 31 2 *"') + '[feed]\nformats = ["rss"]\n')
        assert "daemon.cron: " in daemon.heard("reload-failed", 2)["message"]
        reload(SETTINGS[:20])  # half of it has been written
        daemon.heard("reload-failed", 3)
        reload(SETTINGS + f'[output]\nstate = "{site.out}.db"\n')
        assert "restart it" in daemon.heard("reload-failed", 4)["message"]
        daemon.send(signal.SIGUSR1)
        site.post("new.md", post(7))
        daemon.send(signal.SIGUSR1)
        daemon.heard("run", 2)
        assert (site.out / "feed.json").is_file(), "nothing of what could not be used is in force"

        site.post("syndicate.toml", SETTINGS + '[feed]\nformats = ["rss"]\n')
        daemon.send(signal.SIGHUP)
        daemon.heard("reloaded")
        until(lambda: not (site.out / "feed.json").exists(), "the new settings in force")
        assert (site.out / "rss.xml").is_file()
        assert daemon.stop() == 0


def test_posts_go_live_and_expire_at_their_moment(site: Site) -> None:
    live, over = (datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=more) for more in (4, 6))
    text = post(7, live.isoformat()).replace("tags:", f"expires: {over.isoformat()}\ntags:")
    site.post("new.md", text)
    with running(site) as daemon:
        daemon.heard("run")
        atom = site.out / "atom.xml"
        assert b"Post 7" not in atom.read_bytes()
        until(lambda: b"Post 7" in atom.read_bytes(), "the post")
        assert datetime.now(UTC) >= live
        until(lambda: b"Post 7</title>" not in atom.read_bytes(), "its end")
        assert datetime.now(UTC) >= over
        daemon.heard("run", 3)
        assert [line["why"] for line in daemon.lines("run")] == ["start", "moment", "moment"]
        assert daemon.stop() == 0


def test_it_does_not_die_of_its_log(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(write, b"x" * 65_536):
            pass
    os.set_blocking(write, True)
    full = os.open("/dev/full", os.O_WRONLY)
    gone, heard = os.pipe()
    os.close(gone)
    ways: dict[str, dict[str, Any]] = {
        "closed": {"preexec_fn": lambda: os.close(1)},
        "no-room": {"stdout": full},
        "nobody-reads": {"stdout": write},
        "nobody-there": {"stdout": heard},
    }
    with contextlib.ExitStack() as stack:
        daemons = []
        for name, way in ways.items():
            site = site_of(tmp_path / name)
            line = [sys.executable, "-m", "syndicate", "run", str(site.content), "--out", str(site.out)]
            daemon = stack.enter_context(subprocess.Popen(line, cwd=ROOT, **way))
            stack.callback(daemon.kill)
            daemons.append((name, site, daemon))
        for name, site, daemon in daemons:
            until((site.out / "atom.xml").is_file, f"the first build, {name}")
            site.post("new.md", post(7))
            daemon.send_signal(signal.SIGUSR1)
            until(lambda out=site.out: b"Post 7" in (out / "atom.xml").read_bytes(), f"the second, {name}")
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0, name
    for handle in (read, write, full, heard):
        os.close(handle)


def test_who_supervises_is_told(site: Site, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.settimeout(30)
        environ = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "200000"}
        with running(site, environ=environ) as daemon:
            told = [line.recv(4096)]
            while told.count(b"WATCHDOG=1") < 2:
                told.append(line.recv(4096))
            assert b"READY=1" in told
            daemon.send(signal.SIGHUP)
            while not told[-1].startswith(b"RELOADING=1\nMONOTONIC_USEC="):
                told.append(line.recv(4096))
            while told[-1] != b"READY=1":
                told.append(line.recv(4096))
            assert daemon.stop() == 0
            while told[-1] != b"STOPPING=1":
                told.append(line.recv(4096))
