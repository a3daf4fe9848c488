"""The configurations for web servers in front, as they are: config/nginx and config/caddy, over a real folder."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults.site import ROOT, Site
from tests.feeds.servers import serving
from tests.flow.world import serving as running
from tests.server.served import a_site, over
from tests.serving import Ask, Coding, Conditional, Known, codings, conditionals, wrong

PATH = "/feeds/rss.xml"
KEPT = ("etag", "last-modified", "cache-control", "vary", "link", "access-control-allow-origin")
NGINX = """
{{user}} daemon off; worker_processes 1; pid {{work}}/pid; error_log {{work}}/error.log;
events {{{{ worker_connections 64; }}}}
http {{{{
    access_log off; client_body_temp_path {{work}}; proxy_temp_path {{work}}; fastcgi_temp_path {{work}};
    uwsgi_temp_path {{work}}; scgi_temp_path {{work}};
    {text}
}}}}
"""
CADDY = """
{{{{
    admin off
    auto_https off
}}}}
{text}
"""


OURS = {
    "Link": '<https://example.org/query>; rel="self"',
    "Cache-Control": "max-age=60",
    "Access-Control-Allow-Origin": "*",
}


class Echo(BaseHTTPRequestHandler):
    """Stands where `syndicate serve` does, and says what it was asked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = {"asked": f"{self.command} {self.path}", "body": body}
        text = json.dumps({**said, **{name.lower(): value for name, value in self.headers.items()}}).encode()
        # what is said with a 202 is said by nobody else: nginx adds headers to answers that are final alone
        self.send_response(200 if self.command == "GET" else 202)
        self.send_header("Content-Type", "application/json")
        for name, value in OURS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self) -> None:
        self.do_GET()


@pytest.fixture(scope="module")
def behind() -> Iterator[str]:
    with running(ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as url:
        yield url.removeprefix("http://")


def configured(server: str, out: Path, behind: str) -> str:
    """The configuration with the places of a test, as a template for `serving`."""
    file = {"nginx": "config/nginx/syndicate.conf", "caddy": "config/caddy/Caddyfile"}[server]
    text = (ROOT / file).read_text("utf-8")
    places = {
        "/srv/feeds": str(out),
        "127.0.0.1:8080": behind,
        "root /srv;": f"root {out.parent};",
        "root * /srv\n": f"root * {out.parent}\n",
        "listen 80;": "listen 127.0.0.1:{port};",
        "\nexample.org {": "\nhttp://127.0.0.1:{port} {",
    }
    for there, here in places.items():
        text = text.replace(there, here)
    text = text.replace("{", "{{").replace("}", "}}").replace("{{port}}", "{port}")
    return (NGINX if server == "nginx" else CADDY).format(text=text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    out = str(folder / "out" / "feeds")
    output = {"folder": out, "precompress": ["gzip"], "redirects": ["nginx", "caddy"]}
    made = a_site(folder, output=output, feed={"also": ["jekyll"]})
    made.post("gone.md", title="Gone", date="2024-05-10", tags=["gone"])
    made.build()
    (made.content / "gone.md").unlink()
    made.build()
    return made


@pytest.fixture(scope="module")
def nginx(site: Site, behind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    work = tmp_path_factory.mktemp("nginx") / "work"
    with serving("nginx", "", site.out.parent, work, configured("nginx", site.out, behind)) as server:
        yield over(server.port)


@pytest.fixture(scope="module")
def caddy(site: Site, behind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    work = tmp_path_factory.mktemp("caddy") / "work"
    with serving("caddy", "", site.out.parent, work, configured("caddy", site.out, behind)) as server:
        yield over(server.port)


@pytest.fixture(scope="module")
def the(nginx: Ask) -> Known:
    return Known.of(nginx, PATH)


@pytest.mark.parametrize("row", conditionals(), ids=lambda row: row.name)
def test_nginx_answers_who_has_it_already(row: Conditional, nginx: Ask, the: Known) -> None:
    assert not wrong(row._replace(status=row.nginx, see=()), nginx(row.method, *row.request(the)), the, KEPT)


@pytest.mark.parametrize("row", codings(), ids=lambda row: f"{row.accepted}")
def test_nginx_sends_what_was_compressed(row: Coding, nginx: Ask, the: Known) -> None:
    answer = nginx("GET", PATH, row.lines)
    assert (answer.status, answer.header("content-encoding") or "") == (200, row.nginx)
    body = gzip.decompress(answer.body) if row.nginx else answer.body
    assert body == the.whole.body


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def ask(request: pytest.FixtureRequest) -> Ask:
    asked: Ask = request.getfixturevalue(request.param)
    return asked


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feeds/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feeds/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/feeds/feed.json", "application/feed+json"),
        ("/feeds/opml.xml", "text/x-opml; charset=utf-8"),
        ("/feeds/", "text/html; charset=utf-8"),
        ("/feeds/site.html", "text/html; charset=utf-8"),
        ("/feeds/tag/%E9%87%91%E8%9E%8D/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feeds/tag/%E9%87%91%e8%9e%8d/r%73s.xml", "application/rss+xml; charset=utf-8"),
    ],
)
def test_what_is_published(path: str, kind: str, ask: Ask) -> None:
    for method in ("GET", "HEAD"):
        answer = ask(method, path, [])
        assert (answer.status, answer.header("content-type")) == (200, kind)
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("access-control-allow-origin") == "*"
        assert answer.header("cache-control") == "public, max-age=300"
        assert (answer.header("content-security-policy") is not None) == kind.startswith("text/html")
        assert answer.header("set-cookie") is None
        if path.isascii() and "%" not in path and kind.startswith("application"):
            assert answer.header("link") == f'<https://example.org{path}>; rel="self"'


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/nothing",
        "/feeds/tag/",
        "/feeds/rss.xml.gz",
        "/feeds/redirects.nginx.conf",
        "/feeds/redirects.caddy",
        "/feeds/.hidden",
        "/feeds/%2ehidden",
        "/feeds/../state.db",
        "/feeds/%2e%2e/%2e%2e/content/post-1.md",
        "/feeds/..%2f..%2fcontent/post-1.md",
        "/content/post-1.md",
        "/",
    ],
)
def test_nothing_else(path: str, ask: Ask, site: Site) -> None:
    (site.out / ".hidden").write_text("secret", "utf-8")
    answer = ask("GET", path, [])
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body and b"Word 1" not in answer.body


@pytest.mark.parametrize(
    "name",
    [
        "site/posts/draft.md",
        "site/syndicate.toml",
        "site/.git/config",
        ".syndicate/feeds.db",
        "feeds.db",
        *(f"feeds/feeds.db{end}" for end in ("", "-wal", "-shm", ".hub", ".hub-wal", ".numbers", ".words", ".token")),
        *(
            f"feeds/feeds.db{end}"
            for end in (".health.json", ".alarms.json", ".hub.lock", ".words.lock", ".lock", ".2026-11-23.backup")
        ),
        "feeds/state.sqlite",
        "feeds/.rss.xml.tmp",
    ],
)
def test_what_lies_beside_is_sent_to_nobody(name: str, ask: Ask, site: Site) -> None:
    """Where the folder of the site, or the state, is beside the feeds or among them."""
    file = site.out.parent / name
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_bytes() if file.exists() else b"what is secret"
    file.write_bytes(before)
    for path in (f"/{name}", f"/feeds/../{name}", f"/feeds/%2e%2e/{name}", f"//{name}", f"/feeds//../{name}"):
        answer = ask("GET", path, [])
        assert answer.status in (400, 404) and b"secret" not in answer.body, path


def test_what_moved_and_what_is_gone(ask: Ask) -> None:
    assert ask("GET", "/gone.html", []).status == 410
    for path, to in (("/feeds", "/feeds/"), ("/feed.xml", "https://example.org/feeds/atom.xml")):
        moved = ask("GET", path, [])
        assert (moved.status, moved.header("location")) == (301, to)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_documents_are_read(method: str, ask: Ask) -> None:
    answer = ask(method, PATH, ["Content-Length: 0"])
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, OPTIONS")


def test_other_sites_may_read_feeds(ask: Ask) -> None:
    answer = ask("OPTIONS", PATH, ["Origin: https://reader.example", "Access-Control-Request-Method: GET"])
    assert answer.status == 204 and answer.header("allow") == "GET, HEAD, OPTIONS"
    assert answer.header("access-control-allow-origin") == "*"
    assert "If-None-Match" in (answer.header("access-control-allow-headers") or "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/feeds/hub"),
        ("GET", "/feeds/hub"),
        ("POST", "/feeds/rsscloud"),
        ("GET", "/feeds/query.rss?q=tag:a&limit=3"),
        ("GET", "/feeds/query.atom?q=%E9%87%91"),
        ("GET", "/feeds/query.json?q=a"),
    ],
)
def test_what_is_no_file_is_handed_on(method: str, path: str, ask: Ask) -> None:
    lines = ["X-Forwarded-For: 203.0.113.7", "Content-Length: 4", "", "a=b&"] if method == "POST" else []
    answer = ask(method, path, lines or ["X-Forwarded-For: 203.0.113.7"])
    asked = json.loads(answer.body)
    assert answer.status == (202 if method == "POST" else 200) and asked["asked"] == f"{method} {path}"
    assert {name: answer.header(name.lower()) for name in OURS} == OURS, "each once, as it was said"
    assert asked["x-forwarded-for"] == "127.0.0.1", "who asks is told, and not what he says of himself"
    assert asked["host"].startswith("127.0.0.1")
    assert asked["body"] == ("a=b&" if method == "POST" else "")


def test_caddy_answers_who_has_it_already(caddy: Ask) -> None:
    for coding in ("identity", "gzip"):
        line = f"Accept-Encoding: {coding}"
        whole = caddy("GET", PATH, [line])
        tag, vary = whole.header("etag") or "", whole.header("vary")
        assert whole.status == 200 and tag.startswith('"') and vary == "Accept-Encoding"
        for condition in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            answer = caddy("GET", PATH, [line, f"If-None-Match: {condition}"])
            assert (answer.status, answer.body, answer.header("etag"), answer.header("vary")) == (304, b"", tag, vary)
        assert caddy("GET", PATH, [line, 'If-None-Match: "x"']).status == 200
        assert caddy("GET", PATH, [line, 'If-None-Match: "x"', f"If-None-Match: {tag}"]).status == 200, (
            "the first alone"
        )
        long_ago = "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"
        assert caddy("GET", PATH, [line, f"If-None-Match: {tag}", long_ago]).status == 304, "the tag decides"
        assert caddy("GET", PATH, [line, f"If-Modified-Since: {whole.header('last-modified')}"]).status == 304
