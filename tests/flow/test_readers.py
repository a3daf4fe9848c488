"""Readers that people use, polling a real server: nothing is fetched twice, shown twice, or missed."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.flow.polling import READERS, Gpodder, Reader, Seen, is_there
from tests.flow.site import ROOT, Site
from tests.flow.world import serving

SETTINGS = """
[site]
url = "{url}"
title = "The Sea"
timezone = "UTC"
[content]
dialect = "plain"
[feed]
url = "{url}/feeds"
[serve]
listen = "127.0.0.1:{port}"
operator = ""
full_copies = 0
polls = 0
"""
SOUND = b"ID3" + bytes(range(256)) * 400


class Asked(NamedTuple):
    """A request for the feed, or for something else, and its answer."""

    path: str
    headers: dict[str, str]
    status: int
    size: int


class Between:
    """Stands between readers and the server, hands on all of both, and remembers it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _handler(self) -> Any:
        between = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

            def do_GET(self) -> None:
                upstream = http.client.HTTPConnection("127.0.0.1", between.port, timeout=30)
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders()
                answer = upstream.getresponse()
                body = answer.read()
                headers = {name.lower(): value for name, value in self.headers.items()}
                between.asked.append(Asked(self.path, headers, answer.status, len(body)))
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                upstream.close()

            def do_HEAD(self) -> None:
                self.do_GET()

        return Handler


@contextmanager
def served(site: Site, port: int) -> Iterator[None]:
    """`syndicate serve` in a process of its own."""
    line = [sys.executable, "-m", "syndicate", "serve", str(site.content), "--out", str(site.out)]
    said = (site.out.parent / "said").open("ab")
    process = subprocess.Popen(
        line, cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}, stdout=said, stderr=said
    )
    try:
        _wait(process, port, Path(said.name))
        yield
    finally:
        process.terminate()
        process.wait(20)
        said.close()


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, said.read_text("utf-8", "replace")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("HEAD", "/feeds/rss.xml")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError(said.read_text("utf-8", "replace"))


def free_port() -> int:
    """One that nobody listens at."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Story:
    """What a reader asked and got at each step, and what it had shown by then."""

    asked: dict[str, list[Asked]] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)

    def statuses(self, step: str) -> list[int]:
        return [each.status for each in self.asked[step] if each.path.endswith(".xml")]


class World:
    """The site, its server, and the readers."""

    def __init__(self, folder: Path, between: Between) -> None:
        self.site = Site(folder / "site", folder / "out/feeds")
        self.between = between
        between.port = free_port()
        self.site.post("syndicate.toml", SETTINGS.format(url=between.url, port=between.port))
        (self.site.content / "sound").mkdir()
        for number in (1, 2, 3, 4):
            (self.site.content / f"sound/{number}.mp3").write_bytes(SOUND + bytes([number]))
        self.there = {name: kind for name, kind in READERS.items() if is_there(kind)}
        self.readers: dict[str, Reader] = {}
        self.stories = {name: Story() for name in self.there}
        self._folder = folder

    def write(self, number: int, name: str = "", words: str = "Words.") -> None:
        text = (
            f"---\ntitle: Number {number}\ndate: 2026-05-0{number}\n"
            f"enclosure: {self.between.url}/sound/{number}.mp3\n---\n{words}\n"
        )
        self.site.post(name or f"{number}.md", text)

    def build(self) -> None:
        self.site.build()

    def poll(self, step: str) -> None:
        """Everybody looks."""
        for name, kind in self.there.items():
            before = len(self.between.asked)
            if name not in self.readers:
                (self._folder / name).mkdir()
                self.readers[name] = kind(self._folder / name, f"{self.between.url}/feeds/rss.xml")
            self.readers[name].poll()
            self.stories[name].asked[step] = self.between.asked[before:]
            self.stories[name].seen[step] = sorted(self.readers[name].seen())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All of it has happened: what each test looks at is what came of it."""
    between = Between()
    with serving(between.server):
        world = World(tmp_path_factory.mktemp("readers"), between)
        world.write(1)
        world.write(2)
        world.build()
        with served(world.site, between.port):
            world.poll("first")
            world.poll("second")  # newsboat keeps validators from its second fetch on
            world.poll("unchanged")
            world.write(3)
            world.build()
            world.poll("new")
            world.poll("unchanged again")
            world.write(2, words="Other words, which are more.")
            world.build()
            world.poll("edited")
            (world.site.content / "1.md").rename(world.site.content / "one.md")
            world.build()
            world.poll("renamed")
        with served(world.site, between.port):
            world.poll("restarted")
            world.write(4)  # older than the last edit: no date of any entry is later than before
            world.build()
            world.poll("new again")
            yield world


@pytest.fixture(params=READERS)
def story(request: pytest.FixtureRequest, world: World) -> Story:
    if request.param not in world.stories:
        pytest.skip(f"SKIPPED: {request.param} is not installed; what it makes of our feeds is not tried")
    return world.stories[request.param]


@pytest.fixture
def kind(request: pytest.FixtureRequest, story: Story) -> type[Reader]:
    return READERS[request.node.callspec.params["story"]]


TITLES = {
    "first": [1, 2],
    "second": [1, 2],
    "unchanged": [1, 2],
    "new": [1, 2, 3],
    "unchanged again": [1, 2, 3],
    "edited": [1, 2, 3],
    "renamed": [1, 2, 3],
    "restarted": [1, 2, 3],
    "new again": [1, 2, 3, 4],
}
"""What has been published by each step, and so should have been shown once."""


@pytest.mark.parametrize("step", TITLES)
def test_each_entry_is_shown_once(story: Story, kind: type[Reader], step: str) -> None:
    shown = story.seen[step]
    assert sorted({int(each.title[-1]) for each in shown}) == TITLES[step]
    assert len({each.id for each in shown}) == len(TITLES[step]), "an edit or a rename makes no other entry"
    assert kind.by_link or len(shown) == len(TITLES[step]), shown


@pytest.mark.parametrize("step", ["unchanged", "unchanged again", "restarted"])
def test_who_says_what_it_has_is_sent_nothing(story: Story, kind: type[Reader], step: str) -> None:
    (asked,) = [each for each in story.asked[step] if each.path.endswith(".xml")]
    assert set(kind.asks) <= set(asked.headers)
    assert (asked.status, asked.size) == (304, 0) if kind.asks else asked.status == 200


@pytest.mark.parametrize("step", ["new", "edited", "new again"])
def test_what_is_new_is_sent(story: Story, kind: type[Reader], step: str) -> None:
    (asked,) = [each for each in story.asked[step] if each.path.endswith(".xml")]
    assert asked.status == kind.news, "the whole, or what is new alone"
    whole = next(each.size for each in story.asked["first"] if each.path.endswith(".xml"))
    assert 0 < asked.size < 2 * whole


def test_an_episode_is_fetched(world: World) -> None:
    if "gpodder" not in world.readers:
        pytest.skip("SKIPPED: gpodder is not installed; nothing fetches episodes")
    gpodder = world.readers["gpodder"]
    assert isinstance(gpodder, Gpodder)
    gpodder.gpo("download")
    got = sorted(path.read_bytes() for path in gpodder.home.joinpath("got").rglob("*.mp3"))
    assert got == sorted((world.site.content / f"sound/{number}.mp3").read_bytes() for number in (1, 2, 3, 4))
