"""A site that tells somebody of its news, and the commands about it, in this process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from syndicate.index.sqlite import SqliteIndex

SECRET = "whsec_cGxhbnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZA=="
POST = "---\ntitle: {0}\ndate: 2026-01-02 12:00:00\ntags: [red]\n---\nWords of {0}.\n"


@dataclass
class Ended:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Here:
    """A folder with a site, `content`, and its settings."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.folder / "feeds.db"

    def __post_init__(self) -> None:
        self.content = self.folder / "content"
        self.content.mkdir()
        self.write("one")
        self.configure("")

    def write(self, name: str, text: str = POST) -> None:
        (self.content / f"{name}.md").write_text(text.format(name.title()), "utf-8")

    def configure(self, more: str) -> None:
        site = '[site]\nurl = "https://example.org"\n[content]\nfolders = ["content"]\n'
        ping = '[ping]\nprivate = ["127.0.0.0/8"]\nverify = "off"\n'
        (self.folder / "syndicate.toml").write_text(site + ping + more, "utf-8")

    def run(self, *arguments: str) -> Ended:
        """`syndicate ARGUMENTS`; the site stands behind the command, and the commands of `ping`."""
        from syndicate.cli import main

        words = list(arguments)
        at = 2 if words[0] == "ping" and words[1:2] and words[1] in ("list", "retry", "send") else 1
        words[at:at] = [str(self.folder), "--out", str(self.folder / "out"), "--state", str(self.state)]
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(words)
        out, err = self.capsys.readouterr()
        return Ended(int(end.value.code or 0), out, err)

    def build(self, *more: str, code: int = 0) -> None:
        done = self.run("build", "-q", *more)
        assert done.code == code, done.err

    @contextmanager
    def index(self) -> Iterator[SqliteIndex]:
        index = SqliteIndex.open(str(self.state))
        try:
            yield index
        finally:
            index.close()


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(tmp_path, capsys)


@dataclass
class Hook:
    """A receiver on this machine: what it got, and the statuses of its next answers, 200 after them."""

    url: str
    got: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def settings(self) -> str:
        return f'[endpoints.hook]\nkind = "webhook"\nurl = "{self.url}"\nsecret = "{SECRET}"\n'


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append(json.loads(body)["data"]["feed"])
            self.send_response(made.answers.pop(0) if made.answers else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made = Hook(f"http://127.0.0.1:{server.server_port}/planted?token=planted")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(10)
