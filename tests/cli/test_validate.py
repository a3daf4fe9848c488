"""`syndicate validate`: files, folders and addresses, what is printed, and the exit codes."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.program import syndicate
from tests.feeds.documents import CASES

BAD = CASES / "rules"
RSS = max(path for path in (CASES / "formats").glob("rss-?.xml"))
FEED = max(path for path in (CASES / "formats").glob("json-?.json"))


def test_a_sound_file(tmp_path: Path) -> None:
    done = syndicate(tmp_path, "validate", "--strict", str(RSS))
    assert (done.code, done.out, done.err) == (0, "1 document: nothing is wrong\n", "")


def test_a_finding_is_a_line_and_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes((BAD / "guid-not-url.xml").read_bytes())
    done = syndicate(tmp_path, "validate", "feed.xml")
    assert done.code == 1
    assert done.out.splitlines() == [
        "feed.xml:13 error guid-not-url: a guid says that it is a permalink, and is no address: '42' [42]",
        '    Write isPermaLink="false", which is not the default.',
        "1 document: 1 error",
    ]


def test_warnings_count_when_strict(tmp_path: Path) -> None:
    path = str(BAD / "self-type.xml")
    assert syndicate(tmp_path, "validate", path).code == 0
    assert syndicate(tmp_path, "validate", "--strict", path).code == 1


def test_as_json(tmp_path: Path) -> None:
    done = syndicate(tmp_path, "validate", "--json", str(BAD / "json-date.json"), "gone.xml")
    found = json.loads(done.out)
    (document,) = found["documents"]
    assert (done.code, document["format"], found["errors"], found["warnings"]) == (1, "json", 1, 0)
    (finding,) = document["findings"]
    assert (finding["rule"], finding["line"], finding["severity"]) == ("json-date", 12, "error")
    assert [each["path"] for each in found["unread"]] == ["gone.xml"]


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = syndicate(tmp_path, "validate", "gone.xml", "empty", "http://127.0.0.1:1/feed")
    assert done.code == 2 and not done.out
    assert len(done.err.splitlines()) == 3
    assert "Traceback" not in done.err


def test_a_folder_is_judged_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "site" / "tag"
    folder.mkdir(parents=True)
    rss = RSS.read_text("utf-8")
    (folder / "rss.xml").write_text(rss.replace("Plain</title>", "Plane</title>"), "utf-8")
    (folder / "feed.json").write_bytes(FEED.read_bytes())
    (folder / "package.json").write_text('{"version": "1.0"}')
    (tmp_path / "site" / "sitemap.xml").write_text("<urlset/>")
    (tmp_path / "site" / "loop.xml").symlink_to(folder / "rss.xml")
    done = syndicate(tmp_path, "validate", "site", "--json")
    found = json.loads(done.out)
    assert [each["path"] for each in found["documents"]] == ["site/tag/feed.json", "site/tag/rss.xml"]
    rules = {finding["rule"] for each in found["documents"] for finding in each["findings"]}
    assert "formats-differ" in rules


def test_what_would_steer_a_terminal_is_escaped(tmp_path: Path) -> None:
    data = FEED.read_text("utf-8").replace('"Plain"', r'"\u001b[31m<b>Plain</b>"')
    (tmp_path / "feed.json").write_text(data, "utf-8")
    done = syndicate(tmp_path, "validate", "feed.json")
    assert "illegal-character" in done.out and "\x1b" not in done.out


class Answers(BaseHTTPRequestHandler):
    """A server that sends a feed as it should be sent at /good, and as it should not at any other path."""

    def do_GET(self) -> None:
        data = RSS.read_bytes()
        good = self.path == "/good"
        if good and self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200 if self.path != "/gone" else 410)
        packed = gzip.compress(data) if good else data
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8" if good else "text/html")
        for name, value in GOOD_HEADERS if good else ():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *_: object) -> None: ...


GOOD_HEADERS = (
    ("Content-Encoding", "gzip"),
    ("Vary", "Accept-Encoding"),
    ("ETag", '"1"'),
    ("Cache-Control", "max-age=3600"),
)


@pytest.fixture
def server() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def rules_of(tmp_path: Path, url: str) -> set[str]:
    found = json.loads(syndicate(tmp_path, "validate", "--json", url).out)
    return {finding["rule"] for finding in found["documents"][0]["findings"]}


def test_an_address(tmp_path: Path, server: str) -> None:
    assert rules_of(tmp_path, f"{server}/good") == {"self-differs"}
    assert rules_of(tmp_path, f"{server}/bad") == {
        "self-differs",
        "http-type",
        "http-uncompressed",
        "http-no-validator",
        "http-no-cache",
    }
    assert rules_of(tmp_path, f"{server}/gone") == {"http-status"}
