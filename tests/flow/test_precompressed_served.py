"""What docs/serving.md tells web servers to do, done by them: variants are sent as they are, and are of one text."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import brotli
import pytest

from tests.faults.site import DAY, NOW, ROOT, Site
from tests.feeds.servers import serving

NGINX = """
{user} daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off; types {{ application/rss+xml xml; }}
    client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
    uwsgi_temp_path {work}; scgi_temp_path {work};
    server {{ listen 127.0.0.1:{port}; root {root}; include {work}/map; }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    root * {root}
    import {work}/map
}}
"""
APACHE = """
ServerRoot {work}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {work}/pid
ErrorLog {work}/error.log
DocumentRoot {root}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule rewrite_module {modules}/mod_rewrite.so
LoadModule headers_module {modules}/mod_headers.so
TypesConfig /dev/null
AddType application/rss+xml .xml
AddType application/x-gzip .gz
AddLanguage br .br
Include {work}/map
"""
TEMPLATES = {"nginx": NGINX, "caddy": CADDY, "apache": APACHE}


def told(server: str, root: Path) -> str:
    """What the page says for a server, for this folder."""
    page = (ROOT / "docs/serving.md").read_text("utf-8")
    (text,) = re.findall(rf"```{server}\n(.*?)```", page, re.DOTALL)
    return text.replace("/var/www/site", str(root))


class Asked:
    """An answer, its body as it came."""

    def __init__(self, port: int, target: str, accepted: str, method: str = "GET") -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest(method, target, skip_accept_encoding=True)
        if accepted:
            connection.putheader("Accept-Encoding", accepted)
        connection.endheaders()
        answer = connection.getresponse()
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        connection.close()

    @property
    def coding(self) -> str:
        headers: Message = self.headers
        return str(headers.get("Content-Encoding", ""))


@pytest.fixture(params=TEMPLATES)
def port(request: pytest.FixtureRequest, site: Site, tmp_path: Path) -> Iterator[int]:
    root = site.out.parent
    with serving(request.param, told(request.param, root), root, tmp_path / "work", TEMPLATES[request.param]) as found:
        yield found.port


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.post("1.md", "Some words.", title="One", date="2026-05-01")
    build(made)
    return made


def build(site: Site, now: int = NOW) -> None:
    site.build(now, output={"folder": str(site.out), "precompress": ["gzip", "br"]})


def test_variants_are_sent_as_they_are(site: Site, port: int) -> None:
    plain = Asked(port, "/feeds/rss.xml", "")
    assert (plain.status, plain.coding, plain.body) == (200, "", (site.out / "rss.xml").read_bytes())
    packed = Asked(port, "/feeds/rss.xml", "gzip, deflate")
    assert (packed.status, packed.coding) == (200, "gzip")
    assert packed.body == (site.out / "rss.xml.gz").read_bytes() and gzip.decompress(packed.body) == plain.body
    for name in ("Content-Type", "Last-Modified"):
        assert packed.headers[name] == plain.headers[name]
    assert "xml" in packed.headers["Content-Type"]
    assert packed.headers["ETag"] != plain.headers["ETag"], "one for each coding (RFC 9110, 8.8.3)"
    assert "accept-encoding" in packed.headers["Vary"].lower()
    other = Asked(port, "/feeds/rss.xml", "br")
    if other.coding:  # nginx has no module for it here
        assert other.coding == "br" and brotli.decompress(other.body) == plain.body

    site.post("2.md", "Other words.", title="Two", date="2026-05-02")
    build(site, NOW + DAY)
    assert b"Other words." in gzip.decompress(Asked(port, "/feeds/rss.xml", "gzip").body)
    assert b"Other words." in Asked(port, "/feeds/rss.xml", "").body


def test_brotli_by_a_server_that_prefers_it(site: Site, tmp_path: Path) -> None:
    root = site.out.parent
    with serving("caddy", told("caddy", root), root, tmp_path / "work", CADDY) as found:
        answer = Asked(found.port, "/feeds/rss.xml", "gzip, br")
    assert answer.coding == "br" and brotli.decompress(answer.body) == (site.out / "rss.xml").read_bytes()
