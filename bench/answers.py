"""What an answer costs, beside nginx over the same files; and how quick answers are at a rate.

A site whose feed has 60 kB is built and served by `syndicate serve` and by nginx (one worker, gzip_static), which take
turns. wrk asks as fast as it can; counted are requests in a CPU second of the server's process. autocannon asks at a
rate; a request that could not be sent in time counts from when it should have been.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from bench.programs import MODULES, OURS, SCRIPTS, where

RATE = 5_000
"""Requests a second."""

RATIO = "requests in a CPU second, ours to nginx's"
EACH, THEIRS = "requests in a CPU second", "requests in a CPU second, nginx"
WITHIN, THEIRS_WITHIN = "99 of 100 answers within", "99 of 100 answers within, nginx"
HELD, THEIRS_HELD = "requests a second that were made", "requests a second that were made, nginx"

URL = "/feeds/rss.xml"
_SECONDS = 5
_NGINX = """
{user} daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 100000000; sendfile on; types {{ application/rss+xml xml; }}
    client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
    uwsgi_temp_path {work}; scgi_temp_path {work};
    server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }}
}}
"""


class Server(NamedTuple):
    """One that answers: the process that does it, its port, and its ETag of the feed in gzip."""

    process: int
    port: int
    etag: str

    @property
    def url(self) -> str:
        """Of the feed."""
        return f"http://127.0.0.1:{self.port}{URL}"


@contextmanager
def ours(folder: Path, files: int | None = None) -> Iterator[Server]:
    """`syndicate serve` while in the block, with so many descriptors at most."""
    port = free_port()
    environ = {"PATH": os.environ["PATH"], "SYNDICATE_SERVE__LISTEN": f"127.0.0.1:{port}"}
    environ |= {"SYNDICATE_SERVE__OPERATOR": ""}
    line = _command("serve", folder)
    if files is not None:
        line = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh", *line]
    with _running(line, environ) as process:
        yield Server(process, port, _etag(port))


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx over the same files."""
    work, port = folder / "nginx", free_port()
    work.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    (work / "conf").write_text(_NGINX.format(user=user, work=work, port=port, root=folder))
    with _running(
        [where("nginx"), "-e", str(work / "error.log"), "-c", str(work / "conf")], dict(os.environ)
    ) as process:
        etag = _etag(port)
        (worker,) = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        yield Server(int(worker), port, etag)


@contextmanager
def built() -> Iterator[Path]:
    """A folder in which a site was built whose feed has 60 kB."""
    with tempfile.TemporaryDirectory(prefix="bench-answers-") as place:
        folder = Path(place)
        _build(folder)
        yield folder


def beside_nginx(rounds: int) -> tuple[dict[str, list[float]], ...]:
    """304s, and the feed in gzip."""
    unchanged: dict[str, list[float]] = {RATIO: [], EACH: [], THEIRS: []}
    packed: dict[str, list[float]] = {RATIO: [], EACH: [], THEIRS: []}
    with built() as folder, ours(folder) as mine, nginx(folder) as theirs:
        for header, figures in ((None, packed), *[("etag", unchanged), (None, packed)] * rounds):
            each, other = (_per_second(server, header is not None) for server in (mine, theirs))
            figures[EACH].append(each)
            figures[THEIRS].append(other)
            figures[RATIO].append(each / other)
    for name in packed:
        del packed[name][0]  # which only warmed everything up
    return unchanged, packed


def at_rate(rounds: int) -> tuple[dict[str, list[float]], ...]:
    """The feed in gzip, at RATE."""
    figures: dict[str, list[float]] = {WITHIN: [], HELD: [], THEIRS_WITHIN: [], THEIRS_HELD: []}
    with built() as folder, ours(folder) as mine, nginx(folder) as theirs:
        for _ in range(rounds):
            for server, within, held in ((mine, WITHIN, HELD), (theirs, THEIRS_WITHIN, THEIRS_HELD)):
                with asking(server.url, RATE, 4 * _SECONDS) as process:
                    told = answered(process)
                if told["bad"]:
                    raise SystemExit(f"bench: autocannon was not answered well: {told}")
                figures[within].append(told["p99"])
                figures[held].append(told["rate"])
    return (figures,)


def asking(url: str, rate: int, seconds: float) -> subprocess.Popen[str]:
    """autocannon, which asks at a rate; to be `answered`."""
    line = ["node", str(SCRIPTS / "rate.mjs"), str(MODULES), url, str(rate), f"{seconds:.0f}"]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True)


def answered(process: subprocess.Popen[str]) -> dict[str, float]:
    """What it found at its end: `rate`, `p50` and `p99` in milliseconds, and how many were `bad`."""
    told, _ = process.communicate(timeout=600)
    if process.returncode:
        raise SystemExit("bench: autocannon failed")
    figures: dict[str, float] = json.loads(told)
    return figures


def timed(port: int, count: int) -> list[float]:
    """Milliseconds of so many requests, each over a connection of its own; sorted."""
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request("GET", URL, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"bench: a good request was answered with {answer.status}")
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.005)
    return sorted(taken)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def cpu(process: int) -> float:
    """Seconds that a process has used."""
    words = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _per_second(server: Server, unchanged: bool) -> float:
    """Requests in a CPU second of the server, as fast as wrk asks."""
    header = f"If-None-Match: {server.etag}" if unchanged else "X-Nothing: at-all"
    line = ["wrk", "-t1", "-c16", f"-d{_SECONDS}", "-H", "Accept-Encoding: gzip", "-H", header, server.url]
    before = cpu(server.process)
    told = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    used = cpu(server.process) - before
    count = re.search(r"([0-9]+) requests in", told)
    if not count or "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"bench: wrk was not answered well\n{told}")
    return int(count[1]) / used


def _build(folder: Path) -> None:
    posts = folder / "posts"
    posts.mkdir()
    chance = random.Random(7)
    words = ["".join(chance.choices("aeioulnrstdhmc", k=chance.randint(2, 9))) for _ in range(3000)]
    for number in range(20):
        text = " ".join(chance.choices(words, k=430))
        day = f"2026-01-{number + 1:02} 12:00:00 +0000"
        (posts / f"{number:02}.md").write_text(f"---\ntitle: Post {number}\ndate: {day}\n---\n{text}\n")
    environ = {"PATH": os.environ["PATH"], "SYNDICATE_OUTPUT__PRECOMPRESS": "gzip", "SYNDICATE_FEED__CONTENT": "full"}
    subprocess.run(_command("build", folder), env=environ, check=True, stdout=subprocess.DEVNULL)


def _command(name: str, folder: Path) -> list[str]:
    places = ["--out", str(folder / "feeds"), "--state", str(folder / "state/feeds.db")]
    return [str(OURS), name, str(folder / "posts"), "--url", "https://example.org", *places]


@contextmanager
def _running(line: list[str], environ: dict[str, str]) -> Iterator[int]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(line, env=environ, stdin=quiet, stdout=quiet) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _etag(port: int) -> str:
    end = time.monotonic() + 30
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with suppress(OSError, http.client.HTTPException), closing(line):
            line.request("HEAD", URL, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            if answer.status == 200 and answer.headers.get("Content-Encoding") == "gzip":
                return str(answer.headers["ETag"])
        if time.monotonic() > end:
            raise SystemExit("bench: a server does not answer")
        time.sleep(0.05)
