"""Everybody who wants to know of a day of writing: what each was told, and what he could read at that moment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from syndicate.model.digest import digest
from tests.flow.day import PASSING, TERMS, Day
from tests.flow.site import ROOT, Site
from tests.flow.world import Box, Public, Receiver, Told, aggregator, hub, read, serving

SETTINGS = """
[site]
url = "{public}"
title = "{title}"
timezone = "UTC"
[content]
dialect = "plain"
[feed]
url = "{public}/feeds"
taxonomies = ["tags"]
history = "all"
[daemon]
every = "20s"
settle = "1s"
[daemon.schedules.care]
work = "upkeep"
every = "30s"
[ping]
private = ["127.0.0.0/8"]
per_minute = 10000
[endpoints.hub]
kind = "websub"
url = "{hub}"
feeds = ["site", "tag:sea"]
every = "{every[hub]}s"
[endpoints.aggregator]
kind = "xmlrpc"
url = "{aggregator}"
every = "{every[aggregator]}s"
[endpoints.cloud]
kind = "rsscloud"
url = "{cloud}/ping"
feeds = ["site", "tag:fog"]
every = "{every[cloud]}s"
[endpoints.search]
kind = "indexnow"
url = "{search}/indexnow"
key = "0123456789abcdef"
every = "{every[search]}s"
[endpoints.hook]
kind = "webhook"
url = "{hook}/hook"
feeds = ["*"]
every = "{every[hook]}s"
"""
ENTRY = re.compile(rb"<item>.*?</item>|<entry>.*?</entry>", re.DOTALL)


class Ping(NamedTuple):
    """What somebody was told: by whom, when, of which address, by which message; and the entries that he then read."""

    endpoint: str
    at: float
    topic: str
    said: str
    entries: bytes


def entries(document: bytes) -> bytes:
    """The digest of the entries of a document, whatever stands around them."""
    if document.startswith(b"{"):
        return digest(json.dumps(json.loads(document)["items"]).encode())
    return digest(b"".join(ENTRY.findall(document)))


@dataclass
class World:
    """A site at which people write all day, everybody who wants to know, and the settings that name them."""

    site: Site
    day: Day
    public: Public
    hub: Box
    aggregator: Box
    receivers: dict[str, Receiver]
    settings: Path
    said: dict[str, str]
    every: dict[str, int]
    builds: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def pings(self) -> dict[str, list[Ping]]:
        others = {name: each.got for name, each in self.receivers.items()}
        return {name: list(box.got) for name, box in {"hub": self.hub, "aggregator": self.aggregator, **others}.items()}

    def settle(self, title: str) -> None:
        """Write the settings."""
        beside = self.settings.with_name("settings.new")
        beside.write_text(SETTINGS.format(public=self.public.url, title=title, every=self.every, **self.said))
        beside.replace(self.settings)

    def shows(self) -> bool:
        """Whether the feeds hold what they should by now, no more and no less."""
        return {term: shown(self.site.out, term) for term in ("", *TERMS, *PASSING)} == self.day.shown(time.time())

    def waits(self) -> list[Any]:
        """What somebody is still to be told."""
        asked = self.site.run("ping list", "--json")
        assert asked.code == 0, asked.err
        return list(asked.report["pings"])

    def build(self) -> None:
        """By hand, beside all the rest."""
        line = [sys.executable, "-m", "syndicate", "build", str(self.site.content), "--out", str(self.site.out)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.builds.append(subprocess.Popen([*line, *self.site.options], cwd=ROOT, **quiet))  # type: ignore[call-overload]


def shown(out: Path, term: str) -> set[str]:
    """The titles of all entries of a feed, those of its pages of history included."""
    top = out / "tag" / term if term else out
    documents = [top / "feed.json", *top.glob("archive/*/feed.json")]
    found = [json.loads(path.read_bytes())["items"] for path in documents if path.is_file()]
    return {f"{each['title']}{'' if _is_whole(each) else ' in part'}" for items in found for each in items}


def _is_whole(item: dict[str, Any]) -> bool:
    return f"Words of number {item['title'].removeprefix('Post ')}." in item["content_html"]


@contextmanager
def world(folder: Path, posts: int, seed: int, every: dict[str, int]) -> Iterator[World]:
    """Servers up, people at their desks; the daemon not yet started. `every` has for each endpoint the seconds between
    two pings of one topic."""
    settings = folder / "syndicate.toml"
    site = Site(folder / "content", folder / "out", ("--config", str(settings)))
    day = Day(site.content, Random(seed))
    day.begin(posts)
    public = Public(site.out)
    public.has_page = lambda path: day.has(f"{path[1:].removesuffix('.html')}.md")

    def kept(name: str, topic: str, said: str = "") -> Ping:
        return Ping(name, time.monotonic(), topic, said, entries(read(topic)))

    def hooked(told: Told) -> Ping:
        data = told.json["data"]
        return kept("hook", data["url"], f"{told.headers['webhook-id']} {data['digest']}")

    def searched(told: Told) -> Ping:
        return Ping("search", time.monotonic(), "", " ".join(told.json["urlList"]), b"")

    with ExitStack() as stack:
        stack.enter_context(serving(public.server))
        hub_url, published = stack.enter_context(hub(folder, lambda topic: kept("hub", topic)))
        rpc_url, pinged = stack.enter_context(aggregator(lambda *told: kept("aggregator", told[3])))
        receivers = {
            "cloud": Receiver(lambda told: kept("cloud", told.form["url"][0])),
            "search": Receiver(searched),
            "hook": Receiver(hooked),
        }
        said = {name: stack.enter_context(serving(each.server)) for name, each in receivers.items()}
        public.hub = hub_url
        made = World(
            site,
            day,
            public,
            published,
            pinged,
            receivers,
            settings,
            {"hub": hub_url, "aggregator": rpc_url, **said},
            every,
        )
        made.settle("The Ferry")
        try:
            yield made
        finally:
            for each in made.builds:
                each.kill()
                each.wait()
