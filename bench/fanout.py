"""How long it takes until all subscribers of the hub have an update: a real daemon, and subscribers on loopback.

A site whose feed has 20 kB gets another post. Each subscriber stands at an address of its own in 127.0.0.0/8; one in
ten never answers, one in twenty takes three seconds, and each wants its delivery signed. Counted is the time from the
moment at which the new post was closed until the last healthy one has the whole update, and the most memory that the
daemon had.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.answers import cpu
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Subscription, Way

SUBSCRIBERS = 20_000
LAST, MEMORY = "the last healthy one has it after", "memory of the daemon"

_PATIENCE = 120.0
_AGES = 4_000_000_000
_SETTINGS = """
[site]
url = "https://example.org"
title = "Bench"
[feed]
content = "full"
[hub]
on = true
private = ["127.0.0.0/8"]
[serve]
numbers = false
[daemon]
every = "1d"
settle = "0s"
"""


def kind(number: int) -> str:
    """What a subscriber is like."""
    return "hang" if number % 20 in (3, 13) else "slow" if number % 20 == 7 else "ok"


def callback(port: int, number: int) -> str:
    """Where it is."""
    return f"http://127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}:{port}/{kind(number)}/{number}"


def measured(rounds: int) -> tuple[dict[str, list[float]], ...]:
    """Seconds, MB, deliveries."""
    found = [_once(SUBSCRIBERS) for _ in range(rounds)]
    return ({name: [each[name] for each in found] for name in found[0]},)


def _once(subscribers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-fanout-") as place, _sink() as port:
        folder = Path(place)
        _site(folder)
        with _daemon(folder) as process:
            state = folder / ".syndicate" / "feeds.db"
            _until(lambda: state.is_file() and bool(_topics(state)), "the first build")
            topic, digest = _topics(state)["rss"]
            _subscribe(state, topic, digest, port, subscribers)
            time.sleep(2.0)  # what goes on besides at a start is over
            used = cpu(process.pid)
            post = folder / "site" / "new.md"
            post.with_suffix(".new").write_text(_post(999, "version 2"), "utf-8")
            post.with_suffix(".new").replace(post)
            started = time.time()
            kinds = {str(number): kind(number) for number in range(subscribers)}
            wanted = sum(each != "hang" for each in kinds.values())
            _until(lambda: int(_asked(port, "count")) >= wanted, "all subscribers", 0.5)
            found = _figures(json.loads(_asked(port, "report"))["got"], kinds, started)
            return found | {MEMORY: _memory(process.pid), "CPU of the daemon": cpu(process.pid) - used}


def _figures(got: dict[str, Any], kinds: dict[str, str], started: float) -> dict[str, float]:
    at = {name: each[0][0] - started for name, each in got.items()}
    healthy = sorted(at[name] for name in at if kinds[name] == "ok")
    if any(each[0][1] != 2 or not each[0][2].startswith("sha256=") for each in got.values()):
        raise SystemExit("bench: something else than the update was delivered, or not signed")
    return {
        "kB of the update": next(iter(got.values()))[0][3] / 1000,
        "healthy subscribers": len(healthy),
        "the first of them has it after": healthy[0],
        "half of them have it after": healthy[len(healthy) // 2],
        LAST: healthy[-1],
        "the last slow one has it after": max((at[name] for name in at if kinds[name] == "slow"), default=0.0),
        "delivered twice": sum(len(each) - 1 for each in got.values()),
    }


def _site(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "syndicate.toml").write_text(_SETTINGS, "utf-8")
    for number in range(20):
        (folder / "site" / f"{number}.md").write_text(_post(number, f"Post {number}."), "utf-8")


def _post(number: int, words: str) -> str:
    date = f"2026-01-{1 + number % 28:02} 03:04:05 +0000"
    return f"---\ntitle: Post {number}\ndate: {date}\n---\n{words}\n\n{'So many words make a feed. ' * 28}\n"


@contextmanager
def _sink() -> Iterator[int]:
    line = [sys.executable, "-m", "bench.sink", "3"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def _daemon(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    line = [sys.executable, "-m", "syndicate", "run", str(folder / "site"), "--out", str(folder / "feeds")]
    environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    with (folder / "log").open("wb") as log, subprocess.Popen(line, stdout=log, stderr=log, env=environ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _topics(state: Path) -> dict[str, tuple[str, bytes]]:
    """Format → address and digest of the site's feed."""
    with closing(SqliteIndex.open(str(state))) as index:
        return {row.format: (row.url, row.digest) for row in index.announced() if not row.taxonomy and not row.name}


def _subscribe(state: Path, topic: str, digest: bytes, port: int, subscribers: int) -> None:
    with closing(Subscribers.open(f"{state}.hub")) as store, store.transaction():
        for number in range(subscribers):
            one = Subscription(0, Way.WEBSUB, topic, callback(port, number), 1, _AGES, secret=f"secret {number}")
            store.grant(one._replace(got=digest))


def _asked(port: int, what: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}/{what}", timeout=60) as answer:
        found: bytes = answer.read()
    return found


def _until(holds: Any, what: str, every: float = 0.05) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"bench: waited in vain for {what}")
        time.sleep(every)


def _memory(process: int) -> int:
    """The most that a process ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("ascii"))
    return int(found[1]) // 1000 if found else 0
