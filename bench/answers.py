"""What an answer costs, beside nginx over the same files; how quick answers are at a rate; and among half requests.

    python -m bench.answers [SECONDS]

A site whose feed has 60 kB is built and served by `syndicate serve` and by nginx (one worker, gzip_static), which take
turns. wrk asks as fast as it can: requests in a CPU second of the server's process, for 304s and for gzip. autocannon
asks 5,000 times a second (it is left out, aloud, where there is none). Then 5,000 connections that never end their
request are opened from many addresses, with `ulimit -n 1024`, and good requests are timed meanwhile and 15 seconds
later. It prints a line for each, and ends with 1 where a bar is not met.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

UNCHANGED, PACKED, AT_RATE, AMONG_HALVES = 0.30, 0.35, 25.0, 100.0
"""The bars: of nginx's requests in a CPU second, for 304s and gzip; milliseconds for 99 of 100."""

RATE, HALVES, FILES, TURNS = 5_000, 5_000, 1024, 5
_URL = "/feeds/rss.xml"
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


@contextmanager
def ours(folder: Path, files: int | None = None) -> Iterator[Server]:
    """`syndicate serve` while in the block, with so many descriptors at most."""
    port = _free_port()
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
    work, port = folder / "nginx", _free_port()
    work.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    (work / "conf").write_text(_NGINX.format(user=user, work=work, port=port, root=folder))
    with _running(["nginx", "-e", str(work / "error.log"), "-c", str(work / "conf")], dict(os.environ)) as process:
        etag = _etag(port)
        (worker,) = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        yield Server(int(worker), port, etag)


def per_second(server: Server, unchanged: bool, seconds: float) -> float:
    """Requests in a CPU second of the server, as fast as wrk asks."""
    header = f"If-None-Match: {server.etag}" if unchanged else "X-Nothing: at-all"
    line = ["wrk", "-t1", "-c16", f"-d{seconds:.0f}", "-H", "Accept-Encoding: gzip", "-H", header]
    before = _cpu(server.process)
    told = subprocess.run([*line, f"http://127.0.0.1:{server.port}{_URL}"], capture_output=True, text=True, check=True)
    used = _cpu(server.process) - before
    found = re.search(r"([0-9]+) requests in", told.stdout)
    if not found or "Non-2xx" in told.stdout or "Socket errors" in told.stdout:
        raise SystemExit(f"bench: wrk was not answered well\n{told.stdout}{told.stderr}")
    return int(found[1]) / used


def at_rate(server: Server, seconds: float) -> float | None:
    """Milliseconds for 99 of 100 requests, at RATE a second; None where there is no autocannon."""
    program = next((each for each in (".peers/node_modules/.bin/autocannon", "autocannon") if shutil.which(each)), None)
    if program is None:
        return None
    line = [program, "-j", "-c", "50", "-R", str(RATE), "-d", f"{seconds:.0f}", "-H", "accept-encoding=gzip"]
    told = subprocess.run([*line, f"http://127.0.0.1:{server.port}{_URL}"], capture_output=True, text=True, check=True)
    return float(json.loads(told.stdout)["latency"]["p99"])


def among_halves(server: Server) -> tuple[float, float]:
    """Milliseconds for 99 of 100 good requests: while there are half ones, and when those have had their time."""
    lines = []
    for number in range(HALVES):
        line = socket.socket()
        with suppress(OSError):
            line.bind((f"127.77.{number // 250}.{number % 250 + 1}", 0))
            line.connect(("127.0.0.1", server.port))
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
        lines.append(line)
    meanwhile = _timed(server.port, 500)
    time.sleep(15)
    after = _timed(server.port, 500)
    for line in lines:
        line.close()
    return meanwhile, after


def measured(folder: Path, seconds: float) -> bool:
    """Measure everything and print it; whether each bar is met."""
    _build(folder)
    ratios: dict[bool, list[float]] = {True: [], False: []}
    most: dict[bool, list[float]] = {True: [], False: []}
    with ExitStack() as stack:
        mine, theirs = stack.enter_context(ours(folder)), stack.enter_context(nginx(folder))
        per_second(mine, False, 2)
        for _ in range(TURNS):
            for unchanged in (True, False):
                found = per_second(mine, unchanged, seconds)
                most[unchanged].append(found)
                ratios[unchanged].append(found / per_second(theirs, unchanged, seconds))
        rate = at_rate(mine, seconds * 2)
    with ours(folder, FILES) as server:
        meanwhile, after = among_halves(server)
    met = []
    for unchanged, bar, name in ((True, UNCHANGED, "304s"), (False, PACKED, "gzip 200s of a feed of 60 kB")):
        ratio = median(ratios[unchanged])
        met.append(ratio >= bar)
        print(f"{name}: {median(most[unchanged]):,.0f} in a CPU second, {ratio:.2f} × nginx (≥ {bar:.2f})")
    if rate is None:
        print("bench: SKIPPED: there is no autocannon, so no figure at a rate")
    else:
        met.append(rate <= AT_RATE)
        print(f"at {RATE:,} requests a second: 99 of 100 within {rate:.1f} ms (≤ {AT_RATE:.0f})")
    met += [meanwhile <= AMONG_HALVES, after <= AMONG_HALVES]
    print(
        f"among {HALVES:,} half requests, with {FILES:,} descriptors: 99 of 100 within {meanwhile:.1f} ms "
        f"(≤ {AMONG_HALVES:.0f}), and {after:.1f} ms 15 seconds later"
    )
    return all(met)


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
    return [sys.executable, "-m", "syndicate", name, str(folder / "posts"), "--url", "https://example.org", *places]


@contextmanager
def _running(line: list[str], environ: dict[str, str]) -> Iterator[int]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(line, env=environ, stdin=quiet, stdout=quiet) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _etag(port: int) -> str:
    end = time.monotonic() + 30
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with suppress(OSError, http.client.HTTPException), closing(line):
            line.request("HEAD", _URL, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            if answer.status == 200 and answer.headers.get("Content-Encoding") == "gzip":
                return str(answer.headers["ETag"])
        if time.monotonic() > end:
            raise SystemExit("bench: a server does not answer")
        time.sleep(0.05)


def _timed(port: int, count: int) -> float:
    """Milliseconds for 99 of 100 requests, each over a connection of its own."""
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request("GET", _URL, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"bench: a good request was answered with {answer.status}")
        taken.append(time.perf_counter() - begun)
        time.sleep(0.005)
    return sorted(taken)[len(taken) * 99 // 100] * 1000


def _cpu(process: int) -> float:
    """Seconds that a process has used."""
    words = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    """The exit code."""
    with tempfile.TemporaryDirectory() as place:
        return 0 if measured(Path(place), float(arguments[0]) if arguments else 10.0) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
