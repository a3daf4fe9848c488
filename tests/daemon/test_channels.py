"""Who is told of an alarm: a real command, a real webhook."""

from __future__ import annotations

import hmac
import json
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from syndicate.daemon.causes import Alarm, Cause
from syndicate.daemon.channels import Command, Message, channels, message
from syndicate.errors import ConfigurationError
from syndicate.settings import Layer, Settings, load
from tests.builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = message(
    Alarm(Cause("endpoint-dead", "hub", NOW, "the endpoint hub ..."), over=False, at=NOW), "https://example.org"
)


def settings(**alarm: Any) -> Settings:
    return load([Layer("test", {"alarm": alarm, "ping": {"private": ["127.0.0.0/8"]}})])[0]


@contextmanager
def receiver(status: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A webhook on this machine that answers with a status: its address, and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/planted-path", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_a_webhook_gets_a_message_that_is_signed() -> None:
    with receiver(204) as (url, got):
        assert channels(settings(url=url, secret=SECRET))["webhook"].tell(MESSAGE) == ""
    ((headers, body),) = got
    assert body == MESSAGE.body and headers["content-type"] == "application/json"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.digest(b64decode(SECRET.removeprefix("whsec_")), signed, "sha256")
    assert b64decode(headers["webhook-signature"].removeprefix("v1,")) == expected
    assert headers["webhook-id"] == MESSAGE.name


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_does_not_take_it(status: int) -> None:
    with receiver(status) as (url, _):
        told = channels(settings(url=url))["webhook"].tell(MESSAGE)
    assert str(status) in told and "planted" not in told


def test_a_webhook_that_is_not_there_is_told_of_without_its_secrets() -> None:
    with receiver(204) as (url, _):
        pass
    told = channels(settings(url=f"{url}?planted", secret=SECRET))["webhook"].tell(MESSAGE)
    assert told and "planted" not in told and SECRET not in told


@pytest.mark.parametrize(
    ("alarm", "name"),
    [({"secret": "planted"}, "alarm.secret"), ({"url": "http://10.0.0.1/planted"}, "alarm.url")],
)
def test_mistakes_are_told_at_the_start(alarm: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigurationError) as fault:
        channels(settings(**{"url": "https://example.org/hook", **alarm}))
    assert name in str(fault.value) and "planted" not in str(fault.value)


def test_nobody_is_told_where_nobody_is_named() -> None:
    assert channels(settings()) == {}


def test_a_command_gets_the_message(tmp_path: Path) -> None:
    into = tmp_path / "got.json"
    line = (sys.executable, "-c", "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())", str(into))
    assert channels(settings(command=list(line)))["command"].tell(MESSAGE) == ""
    assert json.loads(into.read_bytes())["data"]["endpoint"] == "hub"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise SystemExit(4)", "ended with 4"),
        ("import os; os.close(0)", ""),
        ("import time; time.sleep(600)", "stopped"),
    ],
)
def test_how_a_command_ends(code: str, expected: str) -> None:
    told = Command((sys.executable, "-c", code), 1.0 if "sleep" in code else 30.0).tell(
        Message("a", b"x" * 1_000_000, 0)
    )
    assert expected in told and bool(told) is bool(expected)


def test_a_command_that_is_not_there() -> None:
    assert "alarm.command" in Command(("/no/such/program",)).tell(Message("a", b"{}", 0))
