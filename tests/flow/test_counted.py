"""Readers of a real server are counted, by a real command they are shown, and nobody's address is on the disk."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from tests.flow.served import TOKEN, serving
from tests.flow.site import Site
from tests.server.prometheus import Read, parsed

SETTINGS = '[site]\nurl = "https://example.org"\n[serve]\nproxies = ["127.0.0.1/32"]\n'
POST = "---\ntitle: One\ndate: 2026-01-02 12:00:00\ntags: [red]\n---\nWords of one.\n"
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 124 subscribers)"
CLIENTS = ("203.0.113.7", "203.0.113.8", "2001:db8:77:77::7")


def asked(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=30) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def metrics(operator: str) -> dict[str, Read]:
    assert asked(f"{operator}/metrics")[0] == 401
    status, headers, body = asked(f"{operator}/metrics", authorization=f"Bearer {TOKEN}")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert asked(f"{operator}/metrics", authorization=f"Basic {b64encode(f'me:{TOKEN}'.encode()).decode()}")[0] == 200
    return parsed(body)


def test_readers_are_counted_from_the_socket_to_the_command(tmp_path: Path) -> None:
    site = Site(tmp_path / "content", tmp_path / "feeds")
    site.post("one.md", POST)
    site.post("syndicate.toml", SETTINGS)
    site.build()
    with serving(site, tmp_path / "log") as served:
        assert asked(f"{served.operator}/healthz")[::2] == (200, b"ok\n")
        assert asked(f"{served.operator}/readyz")[::2] == (200, b"ready\n")
        assert asked(f"{served.readers}/healthz")[0] == asked(f"{served.readers}/metrics")[0] == 404
        feed = f"{served.readers}/feeds/rss.xml"
        status, headers, body = asked(feed, user_agent="curl/8", x_forwarded_for=CLIENTS[0])
        assert status == 200
        for client in CLIENTS:
            poll = asked(feed, user_agent="curl/8", x_forwarded_for=client, if_none_match=headers["etag"])
            assert poll[0] == 304
            assert asked(feed, user_agent=FEEDLY, x_forwarded_for=client)[0] == 200
        found = metrics(served.operator)
        assert found["syndicate_readers_today"].value == 3
        assert found["syndicate_answers_total"].samples == {
            (("status", "200"),): 4,
            (("status", "304"),): 3,
            (("status", "404"),): 2,
        }
        assert found["syndicate_documents_sent_bytes_total"].value == 4 * len(body)
        assert found["syndicate_documents_whole_bytes_total"].value == 7 * len(body)
        served.daemon.send(signal.SIGHUP)
        served.daemon.heard("reloaded")
        assert asked(feed, user_agent="curl/8", x_forwarded_for=CLIENTS[0])[0] == 200
        assert metrics(served.operator)["syndicate_answers_total"].samples[("status", "200"),] == 5
        assert served.daemon.stop() == 0
        assert served.daemon.lines("numbers") == []
    said = json.loads(site.run("readers", "--json", "--days", "2").out)
    assert {(each["feed"], each["stated"], each["direct"]) for each in said["feeds"]} == {("site", 124, 3)}
    assert sum(day["requests"] for day in said["days"]) == 8 and said["days"][-1]["stated"] == 124
    assert {(each["name"], each["kind"]) for each in said["readers"]} == {("Feedly", "aggregator"), ("curl", "reader")}
    kept = b"".join(path.read_bytes() for path in (tmp_path / ".syndicate").iterdir())
    assert b"Feedly" in kept and not any(client.encode() in kept for client in (*CLIENTS, "2001:db8", "127.0.0.1"))


def test_nobody_is_counted_where_that_is_off(tmp_path: Path) -> None:
    site = Site(tmp_path / "content", tmp_path / "feeds")
    site.post("one.md", POST)
    site.post("syndicate.toml", f"{SETTINGS}numbers = false\n")
    site.build()
    with serving(site, tmp_path / "log") as served:
        assert asked(f"{served.readers}/feeds/rss.xml", user_agent=FEEDLY)[0] == 200
        assert metrics(served.operator)["syndicate_answers_total"].samples == {(("status", "200"),): 1}
        assert served.daemon.stop() == 0
    assert not list((tmp_path / ".syndicate").glob("*.numbers*"))
    done = site.run("readers")
    assert done.code == 2 and "serve.numbers" in done.err


def test_pages_for_people_and_of_a_history_are_no_further_lists(tmp_path: Path) -> None:
    site = Site(tmp_path / "content", tmp_path / "feeds")
    for day in range(1, 8):
        site.post(f"{day}.md", POST.replace("One", f"Post {day}").replace("-02 ", f"-0{day} "))
    site.post("syndicate.toml", f"{SETTINGS}[feed]\nlimit = 3\n")
    site.build()
    rest = [path.relative_to(site.out).as_posix() for path in site.out.rglob("*.*ml")]
    pages = [path for path in rest if path.startswith("archive/") or path.endswith(".html")]
    assert any(path.startswith("archive/") for path in pages) and any(path.endswith(".html") for path in pages)
    with serving(site, tmp_path / "log") as served:
        for path in ("rss.xml", *pages):
            assert asked(f"{served.readers}/feeds/{path}", user_agent=FEEDLY)[0] == 200, path
        assert served.daemon.stop() == 0
    said = json.loads(site.run("readers", "--json", "--days", "2", "--feed", "site").out)
    assert [each["ident"] for each in said["stated"]] == ["/feeds/rss.xml"]
    assert [(day["stated"], day["requests"]) for day in said["days"]] == [(124, 1)]
