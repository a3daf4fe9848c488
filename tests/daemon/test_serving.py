"""`syndicate run --serve`: the server beside the daemon, from its first answer to its end. Real processes."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syndicate.daemon.serving import Sockets
from syndicate.errors import ConfigurationError
from syndicate.server.sockets import bound
from tests.daemon.running import Daemon, running, site_of, until
from tests.flow.site import Site

pytestmark = pytest.mark.slow
DEADLINE = 60


@contextmanager
def serving(site: Site, **settings: str) -> Iterator[tuple[Daemon, int]]:
    """The daemon with its server, and the port where readers are answered."""
    places = {"SYNDICATE_SERVE__LISTEN": "127.0.0.1:0", "SYNDICATE_SERVE__OPERATOR": "", **settings}
    with running(site, "--serve", environ=places) as daemon:
        said = daemon.heard("serving")["message"]
        found = re.search(r"127\.0\.0\.1:([0-9]+)", said)
        assert found, said
        until((site.out / "rss.xml").is_file, "the first run", daemon.log)
        yield daemon, int(found[1])


def status(port: int) -> int:
    """That of the site's feed: whoever asks while there is no server waits for the next one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", "/feeds/rss.xml")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def children(daemon: Daemon) -> list[int]:
    """The processes that are servers of it."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = each.read_text().rpartition(")")[2].split()[:2]
            line = each.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == daemon.process.pid and state != "Z" and b"--life" in line:
            found.append(int(each.parent.name))
    return found


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_readers_are_answered_whatever_happens_to_the_server(tmp_path: Path) -> None:
    with serving(site_of(tmp_path)) as (daemon, port):
        until(lambda: status(port) == 200, "what was built", daemon.log)
        (server,) = children(daemon)
        os.kill(server, signal.SIGKILL)
        assert status(port) == 200
        assert daemon.heard("server")["level"] == "error"
        (another,) = children(daemon)
        assert another != server
        assert daemon.stop() == 0
        assert is_gone(another)


def test_it_does_not_begin_where_it_cannot_listen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        environ = {"SYNDICATE_SERVE__LISTEN": "127.0.0.1:0", "SYNDICATE_SERVE__OPERATOR": place}
        with running(site_of(tmp_path), "--serve", environ=environ) as daemon:
            assert daemon.process.wait(DEADLINE) == 2
        assert "serve.operator" in daemon.log.read_text()


def test_settings_by_which_it_cannot_listen_leave_all_as_it_was() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sockets = Sockets(bound)
        operator = f"127.0.0.1:{taken.getsockname()[1]}"
        before = {"serve.listen": "127.0.0.1:0", "serve.operator": ""}
        ((readers,), _) = sockets.at(before)
        port = readers.getsockname()[1]
        with pytest.raises(ConfigurationError, match=r"serve\.operator"):
            sockets.at({"serve.listen": "localhost:0", "serve.operator": operator})
        assert sockets.at(before) == [[readers], []]
    with socket.socket() as line:
        assert not line.connect_ex(("127.0.0.1", port))
        sockets.keep({})
    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", port)), "who comes is refused at once"


def test_readers_are_answered_while_settings_are_read_anew(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with serving(site) as (daemon, port):
        until(lambda: status(port) == 200, "what was built", daemon.log)
        (server,) = children(daemon)
        daemon.send(signal.SIGHUP)
        asked = 0
        while not daemon.lines("reloaded") or asked < 20:
            assert status(port) == 200
            asked += 1
        until(lambda: children(daemon) not in ([], [server]), "another server", daemon.log)
        assert status(port) == 200


def test_the_server_ends_with_the_daemon_however_that_ends(tmp_path: Path) -> None:
    with serving(site_of(tmp_path)) as (daemon, port):
        (server,) = children(daemon)
        daemon.send(signal.SIGKILL)
        daemon.process.wait(DEADLINE)
        until(lambda: is_gone(server), "the end of the server", daemon.log)
        with socket.socket() as line:
            assert line.connect_ex(("127.0.0.1", port)), "nobody listens any more"
