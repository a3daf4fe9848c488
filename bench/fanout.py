"""How long it takes until all subscribers of the hub have an update: a real daemon, and subscribers on loopback.

    python -m bench.fanout [SUBSCRIBERS]

A site whose feed has 20 kB gets another post. Each subscriber stands at an address of its own in 127.0.0.0/8; one in
ten never answers, one in twenty takes three seconds, and each wants its delivery signed. Counted is the time from the
moment at which the new post was closed until the last healthy one has the whole update, and the most memory that the
daemon had. It prints one line, and ends with 1 where a bar is not met.
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
from typing import Any, NamedTuple
from urllib.request import urlopen

from syndicate.index.sqlite import SqliteIndex
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Subscription, Way

SUBSCRIBERS = 20_000
SECONDS, MEMORY = 30.0, 300
"""The bars: for all healthy subscribers, and of the daemon in MB."""

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


class Figures(NamedTuple):
    """What was measured: seconds until the first, half and all of the healthy had it, until all of the slow had it;
    kB of the update; MB and CPU seconds of the daemon; deliveries too many."""

    healthy: int
    first: float
    half: float
    last: float
    slow: float
    size: float
    memory: int
    cpu: float
    doubles: int


def kind(number: int) -> str:
    """What a subscriber is like."""
    return "hang" if number % 20 in (3, 13) else "slow" if number % 20 == 7 else "ok"


def callback(port: int, number: int) -> str:
    """Where it is."""
    return f"http://127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}:{port}/{kind(number)}/{number}"


def measured(subscribers: int = SUBSCRIBERS) -> Figures:
    """Measure it once."""
    with tempfile.TemporaryDirectory(prefix="bench-fanout-") as place, _sink() as port:
        folder = Path(place)
        _site(folder)
        with _daemon(folder) as process:
            state = folder / ".syndicate" / "feeds.db"
            _until(lambda: state.is_file() and bool(_topics(state)), "the first build")
            topic, digest = _topics(state)["rss"]
            _subscribe(state, topic, digest, port, subscribers)
            time.sleep(2.0)  # what goes on besides at a start is over
            cpu = _cpu(process.pid)
            post = folder / "site" / "new.md"
            post.with_suffix(".new").write_text(_post(999, "version 2"), "utf-8")
            post.with_suffix(".new").replace(post)
            started = time.time()
            kinds = {str(number): kind(number) for number in range(subscribers)}
            wanted = sum(each != "hang" for each in kinds.values())
            _until(lambda: int(_asked(port, "count")) >= wanted, "all subscribers", 0.5)
            return _figures(
                json.loads(_asked(port, "report"))["got"], kinds, started, _memory(process.pid), _cpu(process.pid) - cpu
            )


def _figures(got: dict[str, Any], kinds: dict[str, str], started: float, memory: int, cpu: float) -> Figures:
    at = {name: each[0][0] - started for name, each in got.items()}
    healthy = sorted(at[name] for name in at if kinds[name] == "ok")
    assert all(each[0][1] == 2 and each[0][2].startswith("sha256=") for each in got.values())
    return Figures(
        len(healthy),
        healthy[0],
        healthy[len(healthy) // 2],
        healthy[-1],
        max((at[name] for name in at if kinds[name] == "slow"), default=0.0),
        next(iter(got.values()))[0][3] / 1000,
        memory,
        cpu,
        sum(len(each) - 1 for each in got.values()),
    )


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


def _cpu(process: int) -> float:
    """Seconds that a process has used."""
    words = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    """The exit code."""
    found = measured(int(arguments[0]) if arguments else SUBSCRIBERS)
    print(
        f"{found.healthy:,} healthy subscribers have {found.size:.0f} kB after {found.last:.1f} s (the first after "
        f"{found.first:.1f} s, half of them after {found.half:.1f} s), the slow ones after {found.slow:.1f} s; "
        f"{found.memory} MB, {found.cpu:.1f} s of CPU, {found.doubles} twice"
    )
    return 0 if found.last <= SECONDS and found.memory <= MEMORY else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
