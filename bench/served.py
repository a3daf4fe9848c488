"""The daemon while posts come in: how long after a file was closed all its documents are in their places.

`syndicate run` watches the site; posts are written in place and by a rename, in turns, one after another. Looking at
documents costs next to nothing: a document that was put in its place is another file than before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Taken, held
from bench.programs import FORMATS, LIMIT, Syndicate

POSTS = 30
"""Posts that are written; the first one only tells which documents a post has."""

_PATIENCE = 120.0
_PAUSE = 0.5
"""Seconds between a post and the next: after the documents the daemon still writes down what it did."""

Write = Callable[[Path | None], Path]
"""Writes one post more and closes it, first at the path that is given, else where it belongs; where it belongs."""


def served(ours: Syndicate, write: Write) -> tuple[list[Taken], int]:
    """What each post took, and the memory of all processes of the daemon when all were published."""
    taken: list[Taken] = []
    with _running(ours) as process:
        documents = _documents_of_a_post(ours, write)
        for number in range(1, POSTS):
            before = _files(documents)
            aside = ours.place / "post.new" if number % 2 else None
            path = write(aside)
            if aside is not None:
                aside.replace(path)
            started = time.perf_counter()
            _until(lambda before=before: _all_new(before), f"the documents of {path.name}")  # type: ignore[misc]
            taken.append(Taken(time.perf_counter() - started, 0.0, 0, 0, "", ""))
            time.sleep(_PAUSE)
        return taken, held(process.pid)


def _documents_of_a_post(ours: Syndicate, write: Write) -> list[Path]:
    """The documents that one post changes, but for the pages about all feeds."""
    everything = [
        path for path in ours.out.rglob("*") if path.is_file() and path.name not in ("index.html", "opml.xml")
    ]
    before = _files(everything)
    write(None)
    _until(lambda: any(path.stat().st_ino != was for path, was in before.items()), "the first post")
    time.sleep(2.0)
    return [path for path, was in before.items() if path.stat().st_ino != was]


def _files(paths: list[Path]) -> dict[Path, int]:
    return {path: path.stat().st_ino for path in paths}


def _all_new(before: dict[Path, int]) -> bool:
    return all(path.stat().st_ino != was for path, was in before.items())


def _until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"bench: the daemon did not publish {what}")
        time.sleep(0.001)


@contextmanager
def _running(ours: Syndicate) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon while in the block, its first run done."""
    options = ("--limit", str(LIMIT), "--formats", ",".join(FORMATS))
    log = ours.place / "log"
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **ours.environ}
    environ["SYNDICATE_DAEMON__EVERY"] = "1d"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [os.fspath(part) for part in ours.command("run", *options)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environ,
            start_new_session=True,
        )
    try:
        # of the upkeep, which comes after the first run, and its copy of the state
        _until(lambda: b'"upkeep"' in log.read_bytes() or process.poll() is not None, "anything")
        if process.poll() is not None:
            raise SystemExit(f"bench: syndicate run ended with {process.returncode}\n{log.read_text()}")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
