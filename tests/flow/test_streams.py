"""The stream of events of the dashboard over real sockets: who leaves is let go of, and it holds up no end."""

from __future__ import annotations

import http.client
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from syndicate.server.dashboard.places import PACE
from tests.daemon.running import until
from tests.flow.served import TOKEN, Served, serving
from tests.flow.site import NEWSROOM, Site

KNOWN = {"Authorization": "Basic " + b64encode(f"me:{TOKEN}".encode()).decode()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(NEWSROOM, tmp_path_factory.mktemp("streams") / "feeds")
    site.build()
    return site


@pytest.fixture
def served(site: Site, tmp_path: Path) -> Iterator[Served]:
    with serving(site, tmp_path / "log") as found:
        yield found


def asked(served: Served, method: str = "GET") -> http.client.HTTPConnection:
    line = http.client.HTTPConnection(urlsplit(served.operator).netloc, timeout=20)
    line.request(method, "/events", headers=KNOWN)
    return line


def status(served: Served, method: str = "GET") -> int:
    """What is answered to somebody who leaves at once."""
    with closing(asked(served, method)) as line, line.getresponse() as answer:
        return answer.status


def test_who_leaves_makes_room_at_once(served: Served) -> None:
    for _ in range(2 * PACE.most):
        until(lambda: status(served) == 200, "room for one more", seconds=PACE.sign - 5)


def test_who_asks_for_the_head_alone_takes_no_room(served: Served) -> None:
    assert {status(served, "HEAD") for _ in range(PACE.most + 1)} == {200}
    assert status(served) == 200


def test_an_open_stream_holds_up_no_end(served: Served) -> None:
    with closing(asked(served)) as line, line.getresponse() as answer:
        assert answer.read1(5) == b"retry"
        assert served.daemon.stop() == 0
    assert {each["level"] for each in served.daemon.lines()} == {"info"}, served.daemon.lines()
