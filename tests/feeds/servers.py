"""Web servers on loopback that answer by one of our redirect maps. They are stopped by who started them."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest


class Answer(NamedTuple):
    status: int
    location: str
    body: bytes


class Server(NamedTuple):
    """A server that runs, with the folder of the site it serves."""

    port: int

    def get(self, target: str) -> Answer:
        """The answer to a request for just this target, no redirect followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", f"127.0.0.1:{self.port}")
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return Answer(answer.status, answer.headers.get("Location", ""), body)


NGINX = """
{user} daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off; default_type text/plain; absolute_redirect off;
    client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
    uwsgi_temp_path {work}; scgi_temp_path {work};
    include {work}/map;
    server {{
        listen 127.0.0.1:{port}; root {root};
        if ($syndicate_gone) {{ return 410; }}
        if ($syndicate_moved) {{ return 301 $syndicate_moved; }}
        if ($syndicate_file) {{ rewrite ^ $syndicate_file last; }}
    }}
}}
"""

CADDY = """
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    import {work}/map
    root * {root}
    file_server
}}
"""


@contextmanager
def serving(name: str, text: str, root: Path, work: Path, template: str = "") -> Iterator[Server]:
    """The server `nginx`, `caddy` or `apache` over a folder, with a map (or what else `template` includes).

    Skips the test, aloud, where it is not installed.
    """
    called = {"apache": "apache2"}.get(name, name)
    program = shutil.which(called, path="/usr/sbin:/usr/bin:/usr/local/bin") or shutil.which(called)
    if not program:
        pytest.skip(f"SKIPPED: {name} is not installed (apt-get install {called}); what is said to it is not tried")
    work.mkdir(parents=True)
    port = _free_port()
    (work / "map").write_text(text, "utf-8")
    template = template or (NGINX if name == "nginx" else CADDY)
    written = template.format(work=work, port=port, root=root, user=_user(), modules="/usr/lib/apache2/modules")
    (work / "conf").write_text(written, "utf-8")
    how = {
        "nginx": ["-p", str(work), "-c", "conf"],
        "caddy": ["run", "--adapter", "caddyfile", "--config", "conf"],
        "apache": ["-D", "FOREGROUND", "-f", str(work / "conf")],
    }
    environment = {"HOME": str(work), "PATH": "/usr/bin:/bin"}
    with (work / "said").open("wb") as said:
        process = subprocess.Popen([program, *how[name]], cwd=work, stdout=said, stderr=said, env=environment)
        try:
            _wait(process, port, work / "said")
            yield Server(port)
        finally:
            process.terminate()
            process.wait(10)


def _user() -> str:
    """Whose the files of the test are: nginx would serve as somebody else, who may not read them."""
    return "user root;" if os.geteuid() == 0 else ""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, said.read_text("utf-8", "replace")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(said.read_text("utf-8", "replace"))
