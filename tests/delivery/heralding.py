"""A herald with a state, a store and documents of its own, here or in a process that can be killed.

    python -m tests.delivery.heralding FOLDER

tells all who are due until its standard input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from syndicate.daemon.clock import Clock
from syndicate.delivery._wire import Lookup
from syndicate.delivery.fanout import Bounds
from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.herald import Event, Herald, Scene
from syndicate.delivery.publishers.local import Local
from syndicate.delivery.swarm import Swarm
from syndicate.index import DocumentRow, FeedRow
from syndicate.index.lock import held
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.subscribers import Subscribers
from syndicate.model.digest import digest
from syndicate.model.hub import Subscription, Way
from syndicate.wiring._state_file import identity
from tests.flow.site import ROOT

SITE = "https://example.org"
TOPIC = f"{SITE}/feeds/site.xml"
HUB = f"{SITE}/feeds/hub"
AGES = 4_000_000_000
LOOPBACK = Guard(listed=networks("127.0.0.0/8"))


def body_of(version: int, size: int = 2000) -> bytes:
    """A document that says which version it is."""
    return f"<rss><!-- version {version} -->{'x' * size}</rss>".encode()


def digest_of(version: int) -> bytes:
    """The digest of its entries."""
    return digest(f"version {version}".encode())


def publish(folder: Path, version: int, size: int = 2000, name: str = "site") -> None:
    """Put it in its place, as a build does."""
    body = body_of(version, size)
    local = Local(str(folder / "feeds"))
    local.stage(f"{name}.xml", body)
    local.put()
    with closing(SqliteIndex.open(str(folder / "state.db"))) as index, index.transaction():
        row = DocumentRow(f"{name}.xml", "rss", digest(body), len(body), b"", b"", (), f"{SITE}/feeds/{name}.xml")
        taxonomy = "" if name == "site" else "tags"
        feed = FeedRow(taxonomy, "" if name == "site" else name, f"id:{name}", 1, 0, digest_of(version))
        index.published(feed, [row], [])


def store_of(folder: Path) -> Subscribers:
    return Subscribers.open(str(folder / "state.db.hub"))


def subscriber(callback: str, version: int = 0, topic: str = TOPIC, way: Way = Way.WEBSUB, **more: Any) -> Subscription:
    """Somebody who has got this version."""
    return Subscription(0, way, topic, callback, 1, AGES, got=digest_of(version) if version else b"", **more)


def callback(port: int, kind: str, number: int) -> str:
    """Each at an address of its own."""
    return f"http://127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}:{port}/{kind}/{number}"


def _opened(state: Path) -> SqliteIndex | None:
    return SqliteIndex.open(str(state)) if state.is_file() else None


def scene(
    folder: Path,
    bounds: Bounds | None = None,
    guard: Guard = LOOPBACK,
    lookup: Lookup | None = None,
    store: Path | None = None,
) -> Scene:
    return Scene(
        partial(_opened, folder / "state.db"),
        partial(store_of, store or folder),
        partial(held, str(folder / "state.db.hub.lock")),
        Local(str(folder / "feeds")),
        lambda _: "application/rss+xml; charset=utf-8",
        partial(Swarm, guard, "Syndicate (test)", lookup=lookup),
        HUB,
        bounds or Bounds(),
        partial(identity, folder / "state.db"),
    )


@contextmanager
def heralding(
    folder: Path, listen: Callable[[Event], None] = lambda _: None, clock: Clock | None = None, **more: Any
) -> Iterator[Herald]:
    """A herald in this process."""
    herald = Herald(scene(folder, **more), clock or Clock(), listen)
    herald.start()
    try:
        yield herald
    finally:
        assert herald.stop(30)


@contextmanager
def apart(*line: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, killed in the end if it still lives."""
    process = subprocess.Popen([sys.executable, "-m", *line], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


class Sink:
    """`bench.sink`, from outside."""

    def __init__(self, port: int) -> None:
        self.port = port

    def callback(self, kind: str, number: int) -> str:
        return callback(self.port, kind, number)

    def report(self) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{self.port}/report", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def versions(self) -> dict[int, list[int]]:
        """Which versions each number got, in order."""
        return {int(name): [each[1] for each in got] for name, got in self.report()["got"].items()}


@contextmanager
def sinking(slow: float = 2.0) -> Iterator[Sink]:
    with apart("bench.sink", str(slow)) as process:
        assert process.stdout
        yield Sink(int(process.stdout.readline()))


if __name__ == "__main__":
    with heralding(Path(sys.argv[1])):
        print("up", flush=True)
        threading.Thread(target=sys.stdin.buffer.read).run()
