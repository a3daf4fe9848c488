"""Documents are replaced under load by a real daemon: what readers get is whole, and its ETag is that of its bytes."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.daemon.running import post, running, site_of, until

READERS = 6
PATHS = ("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json", "/feeds/tag/t1/rss.xml", "/feeds/rss.xml")
SECONDS = (4.0, pytest.param(60.0, marks=pytest.mark.soak))


class Reader(threading.Thread):
    """Asks for documents over one connection, one after another, as long as it is let; `faults` are what was wrong."""

    def __init__(self, port: int, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.until = port, number, until
        self.answers, self.faults = 0, list[str]()
        self.seen: dict[str, bytes] = {}
        self.titles: set[bytes] = set()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        connection.auto_open = 0  # a connection that ends is a fault
        try:
            while time.monotonic() < self.until:
                for path in PATHS:
                    self.ask(connection, path)
        except (OSError, http.client.HTTPException) as fault:
            self.faults.append(repr(fault))
        connection.close()

    def ask(self, connection: http.client.HTTPConnection, path: str) -> None:
        coding = ("gzip", "identity")[(self.answers + self.number) % 2]
        connection.request("GET", path, headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        body = answer.read()
        self.answers += 1
        if answer.status != 200:
            self.faults.append(f"{path}: {answer.status}")
            return
        if self.seen.setdefault(answer.headers["ETag"], body) != body:
            self.faults.append(f"{path}: one ETag, two contents")
        plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        try:
            json.loads(plain) if path.endswith("json") else ElementTree.fromstring(plain)
        except (ValueError, ElementTree.ParseError) as fault:
            self.faults.append(f"{path}: {fault}")
        self.titles.update(re.findall(rb"Post [0-9]+", plain))


def are_there(port: int) -> bool:
    """Whether each document is published."""
    one = Reader(port, 0, 0.0)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path in PATHS:
        one.ask(connection, path)
    connection.close()
    return not one.faults


@pytest.mark.slow
@pytest.mark.parametrize("seconds", SECONDS)
def test_what_is_replaced_under_load_is_always_whole(tmp_path: Path, seconds: float) -> None:
    site = site_of(tmp_path, 30)
    settings = (site.content / "syndicate.toml").read_text().replace("watch = false", "watch = true")
    site.post("syndicate.toml", settings + '[serve]\nlisten = "127.0.0.1:0"\noperator = ""\nfull_copies = 0\n')
    with running(site, "--serve") as daemon:
        found = re.search(r"127\.0\.0\.1:([0-9]+)", daemon.heard("serving")["message"])
        assert found
        until(lambda: are_there(int(found[1])), "the first run", daemon.log)
        end = time.monotonic() + seconds
        readers = [Reader(int(found[1]), number, end) for number in range(READERS)]
        for each in readers:
            each.start()
        written = 100
        while any(each.is_alive() for each in readers):
            written += 1
            path = site.content / f"{written:05}.md"
            path.with_suffix(".part").write_text(
                post(written, f"2026-02-01 03:{written // 60 % 60:02}:{written % 60:02}")
            )
            os.replace(path.with_suffix(".part"), path)
            time.sleep(0.1)  # so that there is something to be replaced, again and again
        assert [fault for each in readers for fault in each.faults] == []
        assert sum(each.answers for each in readers) > 100
        etags = {etag: body for each in readers for etag, body in each.seen.items()}
        assert all(each.seen[etag] == etags[etag] for each in readers for etag in each.seen)
        assert len(set(etags.values())) == len(etags), "and two contents have two"
        assert len(etags) > 2 * len(set(PATHS)), "documents were replaced meanwhile"
