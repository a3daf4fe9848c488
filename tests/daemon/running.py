"""`syndicate run` in a process of its own, and the lines of its log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flow.site import ROOT, Site

DEADLINE = 60.0
"""Seconds after which what is waited for will not come any more."""

SETTINGS = '[site]\nurl = "https://example.org"\n[daemon]\nevery = "1d"\nwatch = false\nsettle = "0s"\n'


def until(holds: Callable[[], Any], what: str, log: Path | None = None, seconds: float = DEADLINE) -> None:
    """Wait for it; no longer than so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}\n{log.read_text() if log else ''}"
        time.sleep(0.01)


@dataclass
class Daemon:
    """The process, and what it has logged so far."""

    process: subprocess.Popen[bytes]
    log: Path

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """The whole lines of the log, or those of one event."""
        text = self.log.read_text()
        said = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
        return [line for line in said if event in ("", line["event"])]

    def heard(self, event: str, times: int = 1) -> dict[str, Any]:
        """Wait until it has told of this event so often; the last time."""
        there = lambda: len(self.lines(event)) >= times or self.process.poll() is not None  # noqa: E731
        until(there, f"the event {event!r}", self.log)
        assert len(self.lines(event)) >= times, f"ended with {self.process.returncode}: {self.log.read_text()}"
        return self.lines(event)[times - 1]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        """Ask it to stop, and wait: what it says it needs at most is thirty seconds."""
        self.send(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running(site: Site, *more: str, environ: Mapping[str, str] | None = None) -> Iterator[Daemon]:
    """The daemon of a site while in the block; its settings are those of the site's folder."""
    log = site.out.with_name(f"{site.out.name}.log")
    line = [sys.executable, "-m", "syndicate", "run", str(site.content), "--out", str(site.out), *more]
    with log.open("ab") as file:
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **(environ or {})},
        )
    try:
        yield Daemon(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def site_of(folder: Path, posts: int = 1) -> Site:
    """A site of some posts, each of which has a tag of its own."""
    site = Site(folder / "content", folder / "out")
    site.post("syndicate.toml", SETTINGS)
    for number in range(posts):
        site.post(f"{number:05}.md", post(number))
    return site


def post(number: int, date: str = "2026-01-02 03:04:05 +0000") -> str:
    return f"---\ntitle: Post {number}\ndate: {date}\ntags: [t{number % 100}]\n---\n{'Words. ' * 40}\n"
