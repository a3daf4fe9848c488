"""`syndicate run --serve`, all of it: a post is written, and who polls, who subscribes and the operator hear of it."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.daemon.running import Daemon, running, until
from tests.flow.site import Site
from tests.flow.subscribing import POST, Got, Reader, World, ask

SETTINGS = """
[site]
url = "http://{listen}"
title = "The Ferry"
[daemon]
every = "1d"
settle = "0s"
[serve]
listen = "{listen}"
operator = "{operator}"
token = "planted-token"
queries = true
[hub]
on = true
rsscloud = true
private = ["127.0.0.0/8"]
"""


@dataclass
class Whole:
    """The site, its daemon, and those who listen."""

    site: Site
    daemon: Daemon
    feeds: str
    operator: str
    world: World

    def write(self, name: str, day: int) -> None:
        """As a script writes it: beside, then renamed into place."""
        beside = self.site.content / f".{name}.part"
        beside.write_text(POST.format(title=f"Number {day}", day=day), encoding="utf-8")
        beside.rename(self.site.content / name)

    def has(self, title: str) -> bool:
        return title.encode() in ask(f"{self.feeds}/rss.xml").body

    def server(self) -> int:
        """The process that answers: the one child of the daemon that does."""
        task = Path(f"/proc/{self.daemon.process.pid}/task")
        children = {child for each in task.glob("*/children") for child in each.read_text().split()}
        found = [int(each) for each in children if b"serve" in Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0")]
        assert len(found) == 1, found
        return found[0]


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        listen, operator = (f"127.0.0.1:{each.getsockname()[1]}" for each in (one, other))
    site = Site(folder / "content", folder / "feeds")
    settings = folder / "syndicate.toml"
    for day in (1, 2):
        site.post(f"{day}.md", POST.format(title=f"Number {day}", day=day))
    settings.write_text(SETTINGS.format(listen=listen, operator=operator), encoding="utf-8")
    options = ("--config", str(settings))
    with ExitStack() as stack, running(site, "--serve", *options) as daemon:
        feeds = f"http://{listen}/feeds"
        world = World(site, feeds, options, stack)
        made = Whole(site, daemon, feeds, f"http://{operator}", world)
        until(lambda: _answers(feeds), "the first feed is served", daemon.log)
        yield made
        assert daemon.stop() == 0, daemon.log.read_text()


def _answers(feeds: str) -> bool:
    try:
        return ask(f"{feeds}/rss.xml").status == 200
    except OSError:
        return False


def conditional(got: Got) -> dict[str, str]:
    return {"If-None-Match": str(got.headers["ETag"]), "Accept-Encoding": "gzip"}


def signed(reader: Reader, secret: str) -> bool:
    told = reader.got[-1]
    return (
        told.headers["x-hub-signature"] == f"sha256={hmac.new(secret.encode(), told.body, hashlib.sha256).hexdigest()}"
    )


def test_a_post_reaches_everybody(tmp_path: Path) -> None:
    with whole(tmp_path) as all_of_it:
        feeds, world = all_of_it.feeds, all_of_it.world
        first = ask(f"{feeds}/rss.xml", headers={"Accept-Encoding": "gzip"})
        assert b"Number 2" in gzip.decompress(first.body)
        assert f'<{feeds}/hub>; rel="hub"' in ", ".join(first.headers.get_all("Link", []))
        assert f'href="{feeds}/hub"'.encode() in gzip.decompress(first.body) and b"<cloud " in gzip.decompress(
            first.body
        )
        assert ask(f"{feeds}/rss.xml", headers=conditional(first)).status == 304

        reader = world.reader()
        world.subscribe(reader, secret="planted-secret")
        listener = world.reader()
        port, path = listener.url.rpartition(":")[2].split("/")
        host = listener.url.partition("//")[2].partition(":")[0]
        form = {"domain": host, "port": port, "path": f"/{path}", "protocol": "http-post", "url1": f"{feeds}/rss.xml"}
        assert b'success="true"' in ask(f"{feeds}/rsscloud", form).body

        all_of_it.write("3.md", 3)
        until(lambda: all_of_it.has("Number 3"), "the new post is served", all_of_it.daemon.log)
        until(lambda: reader.got, "the subscriber is told", all_of_it.daemon.log)
        until(lambda: listener.got, "who registered is told", all_of_it.daemon.log)
        assert reader.got[0].body == ask(f"{feeds}/rss.xml").body and signed(reader, "planted-secret")
        assert ask(f"{feeds}/rss.xml", headers=conditional(first)).status == 200

        found = ask(f"{feeds}/query.json?q=tag:quiet+and+%22Number+3%22")
        assert [item["title"] for item in json.loads(found.body)["items"]] == ["Number 3"]
        assert ask(f"{all_of_it.operator}/healthz").status == 200 == ask(f"{all_of_it.operator}/readyz").status
        assert ask(f"{all_of_it.operator}/metrics").status == 401
        assert ask(f"{feeds}/../.syndicate/feeds.db").status in (400, 404)
    told = all_of_it.daemon.log.read_text()
    assert "planted" not in told, told


def test_readers_notice_nothing_of_a_server_that_dies_or_settings_that_change(tmp_path: Path) -> None:
    with whole(tmp_path) as all_of_it:
        feeds, daemon = all_of_it.feeds, all_of_it.daemon
        first = ask(f"{feeds}/rss.xml")
        os.kill(all_of_it.server(), signal.SIGKILL)
        daemon.heard("server")
        assert ask(f"{feeds}/rss.xml", headers=conditional(first) | {"Accept-Encoding": ""}).status == 304
        daemon.send(signal.SIGHUP)
        daemon.heard("reloaded")
        again = ask(f"{feeds}/rss.xml", headers={"Accept-Encoding": ""})
        assert (again.status, again.headers["ETag"], again.body) == (200, first.headers["ETag"], first.body)
        all_of_it.write("3.md", 3)
        until(lambda: all_of_it.has("Number 3"), "what is new is served", daemon.log)


def _runs(process: int) -> bool:
    """Whether it does, and is not merely waiting for somebody to take note of its end."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_server_ends_with_its_daemon(tmp_path: Path) -> None:
    site = Site(tmp_path / "content", tmp_path / "feeds")
    site.post("1.md", POST.format(title="Number 1", day=1))
    (tmp_path / "s.toml").write_text(
        '[site]\nurl = "http://x.example"\n[serve]\nlisten = "127.0.0.1:0"\noperator = ""\n'
    )
    with running(site, "--serve", "--config", str(tmp_path / "s.toml")) as daemon:
        daemon.heard("serving")
        server = Whole(site, daemon, "", "", World(site, "", (), ExitStack())).server()
        daemon.send(signal.SIGKILL)
        daemon.process.wait(30)
        until(lambda: not _runs(server), "the server has ended", daemon.log)
