"""Live queries by the real server: on where it is said, and nothing is left behind when it ends."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from pathlib import Path

import feedparser
import pytest

from tests.flow.served import Served, serving
from tests.flow.site import Site

DEADLINE = 60.0
POST = "---\ntitle: {0}\ndate: 2026-01-0{1}\ntags: [{2}]\n---\n{3}\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "posts", tmp_path / "feeds", ("--url", "https://example.org"))
    made.post("one.md", POST.format("One", 1, "a", "我爱北京天安门。"))
    made.post("two.md", POST.format("Two", 2, "b", "Nothing of it."))
    return made


def get(served: Served, query: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"{served.readers}/feeds/{query}", headers=named)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read()


def test_they_are_off_until_it_is_said(site: Site, tmp_path: Path) -> None:
    site.build()
    with serving(site, tmp_path / "log") as served:
        assert get(served, "query.atom?q=tag:a")[0] == 404
        assert get(served, "atom.xml")[0] == 200
    assert not list(tmp_path.rglob("*.words*"))


def test_a_query_from_its_first_answer_to_the_end_of_the_server(site: Site, tmp_path: Path) -> None:
    site.environ = {"SYNDICATE_SERVE__QUERIES": "true"}
    site.build()
    with serving(site, tmp_path / "log") as served:
        status, headers, body = get(served, "query.atom?q=tag%3AA")
        assert (status, [entry.title for entry in feedparser.parse(body).entries]) == (200, ["One"])
        assert get(served, "query.atom?q=tag:a", if_none_match=headers["etag"])[0] == 304
        assert get(served, "query%2Erss?q=tag:a")[0] == 200, "however its address is encoded"
        end = time.monotonic() + DEADLINE
        while (found := get(served, "query.json?q=text~%E5%8C%97%E4%BA%AC"))[0] == 503 and time.monotonic() < end:
            time.sleep(0.05)
        assert found[0] == 200
        assert b'"One"' in found[2] and b'"Two"' not in found[2]
        children = Path(f"/proc/{served.daemon.process.pid}/task").glob("*/children")
        workers = {int(each) for place in children for each in place.read_text().split()}
        assert workers, "queries have a process of their own"
    while (left := [worker for worker in workers if Path(f"/proc/{worker}").exists()]) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []
