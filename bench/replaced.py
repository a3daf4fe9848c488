"""Documents that are replaced while they are read: a real daemon with its server, posts that come in, and a load.

autocannon asks for the feed at a rate; a few readers beside it look closely at each answer, over one connection each
that is not to end: it is whole, it parses, and its ETag is the digest of its very bytes.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lxml import etree

from bench.answers import URL, answered, asking, free_port
from bench.programs import OURS
from syndicate.model.digest import digest

SECONDS, RATE = 60, 1_000
FAULTS, VERSIONS = "answers that were not right", "versions of the feed that were seen"
LOOKED, ASKED, POSTS = "answers that were looked at", "answers in all", "posts that were written"

_READERS = 3
_PATHS = (URL, "/feeds/atom.xml", "/feeds/feed.json")
_EVERY = 0.2
_SETTINGS = """
[site]
url = "https://example.org"
[feed]
content = "full"
[output]
precompress = ["gzip"]
[serve]
listen = "127.0.0.1:{port}"
operator = ""
[daemon]
every = "1d"
settle = "0s"
"""


class Reader(threading.Thread):
    """Reads until a moment. `faults` are what was wrong, `versions` the ETags of the feed."""

    def __init__(self, port: int, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self._port, self._until, self._count = port, until, number
        self.answers, self.faults = 0, list[str]()
        self.versions: set[str] = set()

    def run(self) -> None:
        """See threading."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as line:
            try:
                line.connect()
                line.auto_open = 0  # a connection that ends is a fault
                while time.monotonic() < self._until and len(self.faults) < 100:
                    for path in _PATHS:
                        self._look(line, path)
            except (OSError, http.client.HTTPException) as fault:
                self.faults.append(repr(fault))

    def _look(self, line: http.client.HTTPConnection, path: str) -> None:
        self._count += 1
        line.request("GET", path, headers={"Accept-Encoding": ("gzip", "identity")[self._count % 2]})
        answer = line.getresponse()
        body, etag = answer.read(), answer.headers.get("ETag", "")
        self.answers += 1
        if answer.status != 200 or etag != f'"{digest(body).hex()}"':
            self.faults.append(f"{path}: {answer.status}, {len(body)} bytes with the ETag {etag}")
            return
        plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        try:
            json.loads(plain) if path.endswith("json") else etree.fromstring(plain)
        except (ValueError, etree.XMLSyntaxError) as fault:
            self.faults.append(f"{path}: {fault}")
        if path == URL and plain is not body:
            self.versions.add(etag)


def measured(rounds: int) -> tuple[dict[str, list[float]], ...]:
    """How many answers, and how many of them were wrong."""
    figures: dict[str, list[float]] = {name: [] for name in (FAULTS, VERSIONS, LOOKED, ASKED, POSTS)}
    for _ in range(rounds):
        for name, value in _once().items():
            figures[name].append(value)
    return (figures,)


def _once() -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-replaced-") as place:
        folder, port = Path(place), free_port()
        site = folder / "site"
        site.mkdir()
        (site / "syndicate.toml").write_text(_SETTINGS.format(port=port), "utf-8")
        for number in range(30):
            _write(site, number)
        with _daemon(folder), asking(f"http://127.0.0.1:{_published(port)}{URL}", RATE, SECONDS) as load:
            readers = [Reader(port, number, time.monotonic() + SECONDS) for number in range(_READERS)]
            for each in readers:
                each.start()
            posts = 0
            while any(each.is_alive() for each in readers):
                _write(site, 100 + posts)
                posts += 1
                time.sleep(_EVERY)
            told = answered(load)
    faults = [fault for each in readers for fault in each.faults]
    print("\n".join(faults[:10]), file=sys.stderr, end="\n" if faults else "")
    looked = sum(each.answers for each in readers)
    return {
        FAULTS: len(faults) + told["bad"],
        VERSIONS: len(set().union(*(each.versions for each in readers))),
        LOOKED: looked,
        ASKED: looked + told["rate"] * SECONDS,
        POSTS: posts,
    }


def _write(site: Path, number: int) -> None:
    path = site / f"{number:05}.md"
    date = f"2026-02-01 03:{number // 60 % 60:02}:{number % 60:02} +0000"
    path.with_suffix(".new").write_text(f"---\ntitle: Post {number}\ndate: {date}\n---\n{'Words. ' * 300}\n", "utf-8")
    path.with_suffix(".new").replace(path)


@contextmanager
def _daemon(folder: Path) -> Iterator[None]:
    line = [str(OURS), "run", str(folder / "site"), "--serve", "--out", str(folder / "feeds")]
    environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    with (folder / "log").open("wb") as log, subprocess.Popen(line, stdout=log, stderr=log, env=environ) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def _published(port: int) -> int:
    """The port, once everything is there."""
    end = time.monotonic() + 60
    while True:
        one = Reader(port, 0, time.monotonic() + 0.001)
        one.run()
        if one.answers and not one.faults:
            return port
        if time.monotonic() > end:
            raise SystemExit(f"bench: the daemon does not serve what it published: {one.faults}")
        time.sleep(0.2)
