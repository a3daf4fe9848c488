"""From a post that is written to everybody who wants to know: a real folder, the real daemon, real receivers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.flow.site import ROOT, Site
from tests.flow.world import Box, Public, Receiver, Subscriber, aggregator, hub, read, serving

DEADLINE = 60.0
"""Seconds after which what is waited for will not come any more."""

POST = "---\ntitle: {title}\ndate: 2026-03-{day:02} 12:00:00 +0000\ntags: [quiet]\n---\nWords of {title}.\n"
SETTINGS = """
[site]
url = "{public}"
title = "The Ferry"
timezone = "UTC"
[feed]
url = "{public}/feeds"
taxonomies = ["tags"]
[daemon]
every = "1d"
[ping]
private = ["127.0.0.0/8"]
per_minute = 1000
[endpoints.hub]
kind = "websub"
url = "{hub}"
every = "1s"
[endpoints.aggregator]
kind = "xmlrpc"
url = "{aggregator}"
every = "1s"
[endpoints.search]
kind = "indexnow"
url = "{search}/indexnow"
key = "0123456789abcdef"
[endpoints.hook]
kind = "webhook"
url = "{hook}/hook"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
every = "1s"
"""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for it; no longer than DEADLINE."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


@dataclass
class Service:
    """A site with everybody who is told of its news, and `syndicate run` at work on it."""

    site: Site
    public: Public
    published: Box
    pinged: Box
    search: Receiver
    hook: Receiver
    process: subprocess.Popen[str] | None = None
    settings: Path = Path()
    log: Path = Path()
    options: list[str] = field(default_factory=list)

    def start(self) -> None:
        line = [sys.executable, "-m", "syndicate", "run", str(self.site.content), "--config", str(self.settings)]
        log = self.log.open("a")
        self.process = subprocess.Popen(
            [*line, "--out", str(self.site.out)],
            stdout=log, stderr=log, text=True, cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        )  # fmt: skip
        log.close()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What the daemon has logged of this kind."""
        found = map(json.loads, self.log.read_text().splitlines())
        return [line for line in found if line["event"] == event]

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(35)

    def write(self, name: str, text: str) -> None:
        """As an editor or a script does it: a file beside, then renamed into place."""
        path = self.site.content / name
        beside = path.with_name(f".{path.name}.part")
        beside.write_text(text, encoding="utf-8")
        beside.rename(path)

    def runs(self) -> int:
        """How often the daemon has run so far. Runs that came to the same are one line of the command."""
        done = self.site.run("runs", "--json", "--config", str(self.settings))
        assert done.code == 0, done.err
        return sum(each["times"] for each in done.report["runs"])


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """Servers up, an old site of two posts published; the daemon not yet started."""
    site = Site(folder / "content", folder / "out")
    site.post("one.md", POST.format(title="One", day=1))
    site.post("two.md", POST.format(title="Two", day=2))
    public = Public(site.out)
    newest = f"{public.url}/feeds/atom.xml"
    with ExitStack() as stack:
        stack.enter_context(serving(public.server))
        hub_url, published = stack.enter_context(hub(folder, lambda topic: (topic, read(topic))))
        rpc_url, pinged = stack.enter_context(aggregator(lambda *told: (told, read(told[3]))))
        search, hook = Receiver(), Receiver(lambda told: (told, read(newest)))
        search_url, hook_url = (stack.enter_context(serving(each.server)) for each in (search, hook))
        public.hub = hub_url
        settings = folder / "syndicate.toml"
        settings.write_text(
            SETTINGS.format(public=public.url, hub=hub_url, aggregator=rpc_url, search=search_url, hook=hook_url)
        )
        made = Service(site, public, published, pinged, search, hook, settings=settings, log=folder / "log")
        try:
            yield made
        finally:
            if made.process is not None and made.process.poll() is None:
                made.process.kill()
                made.process.wait()
            print(made.log.read_text() if made.log.exists() else "")


@pytest.mark.slow
def test_what_is_new_is_told_once_to_everybody_when_it_can_be_read(tmp_path: Path) -> None:
    with service(tmp_path) as the, serving((subscriber := Subscriber()).server) as callback:
        the.start()
        until((the.site.out / "atom.xml").is_file, "the first build")
        until(lambda: the.runs() > 0, "a run that is recorded")
        _subscribe(the.public.hub, f"{the.public.url}/feeds/atom.xml", callback)
        until(subscriber.verified.is_set, "the hub's question whether the subscription is meant")
        assert {line["endpoint"] for line in the.lines("enrolled")} == {"hub", "aggregator", "search", "hook"}
        everybody = (the.published, the.pinged, the.search.got, the.hook.got)
        assert [len(each) for each in everybody] == [0, 0, 0, 0]  # an old site that is published first is no news

        the.write("three.md", POST.format(title="Three", day=3))
        until(lambda: len(the.published) >= 3 and all(map(len, everybody)), "a ping to everybody")
        assert sorted(topic for topic, _ in the.published.got) == [
            f"{the.public.url}/feeds/{name}" for name in ("atom.xml", "feed.json", "rss.xml")
        ]
        assert all(b"Words of Three" in document for _, document in the.published.got)
        ((parameters, document),) = the.pinged.got
        assert parameters[0] == "The Ferry" and b"Words of Three" in document
        (told,) = the.search.got.got
        assert told.json["host"] == urllib.parse.urlsplit(the.public.url).netloc
        assert len(told.json["urlList"]) == 1 and "three" in told.json["urlList"][0]
        ((told, document),) = the.hook.got.got
        assert told.headers["webhook-id"] and told.headers["webhook-signature"].startswith("v1,")
        assert b"Words of Three" in document
        until(lambda: len(subscriber.got) == 1, "what the hub delivers")
        assert subscriber.got.got[0].body == read(f"{the.public.url}/feeds/atom.xml")

        before = the.runs()
        the.process.send_signal(signal.SIGUSR1)
        until(lambda: the.runs() > before, "a run in which nothing has changed")
        assert the.stop() == 0
        assert [len(each) for each in everybody] == [3, 1, 1, 1]


def _subscribe(url: str, topic: str, callback: str) -> None:
    form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": callback}
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=10) as answer:
        assert answer.status == 202


def test_nothing_is_told_before_it_can_be_read(tmp_path: Path) -> None:
    with service(tmp_path) as the:
        the.start()
        until(lambda: (the.site.out / "atom.xml").is_file() and the.runs() > 0, "the first build")
        the.public.down = True
        before = len(the.public.asked)
        the.write("three.md", POST.format(title="Three", day=3))
        until(lambda: len(the.public.asked) > before, "a look whether it can be read")
        assert not the.hook.got.got
        the.public.down = False
        until(lambda: bool(the.hook.got.got), "the ping, once it can")
        assert b"Words of Three" in the.hook.got.got[0][1]
        assert the.stop() == 0
