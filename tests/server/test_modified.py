"""When a document was modified: when it was published, whatever the dates of its entries say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.server.conditional import http_date
from syndicate.server.copies import in_place
from tests.faults.site import DAY, NOW, Site
from tests.server.served import a_site, application, here
from tests.serving import Answer, Ask

PATH = "/feeds/rss.xml"


class Clock:
    """The moment of the next request."""

    now = float(NOW)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return a_site(tmp_path)


@pytest.fixture
def ask(site: Site) -> Iterator[Ask]:
    with application(site) as made:
        yield here(made, lambda: Clock.now)


@pytest.fixture(autouse=True)
def clock() -> None:
    Clock.now = float(NOW)


def published(site: Site, at: float) -> None:
    site.build()
    for path in site.out.rglob("*"):
        os.utime(path, (at, at))


def since(ask: Ask, answer: Answer) -> int:
    return ask("GET", PATH, [f"If-Modified-Since: {answer.header('last-modified')}"]).status


def test_what_is_new_may_be_older_than_all_that_was_there(site: Site, ask: Ask) -> None:
    first = ask("GET", PATH, [])
    assert since(ask, first) == 304
    site.post("older.md", title="Older", date="2024-05-02 12:00:00")
    published(site, NOW - DAY / 2)
    Clock.now += 10
    assert since(ask, first) == 200, "curl does not even look at a body that is no newer by its date"
    second = ask("GET", PATH, [])
    assert b"Older" in second.body and second.header("last-modified") != first.header("last-modified")
    assert since(ask, second) == 304


@pytest.mark.parametrize("accepted", ["identity", "gzip", "br"])
def test_what_may_change_within_this_second_has_no_date(site: Site, ask: Ask, accepted: str) -> None:
    lines = [f"Accept-Encoding: {accepted}"]
    published(site, NOW + 0.2)
    Clock.now = NOW + 0.5
    young = ask("GET", PATH, lines)
    assert young.status == 200 and young.header("last-modified") is None
    assert ask("GET", PATH, [*lines, f"If-None-Match: {young.header('etag')}"]).status == 304
    assert ask("GET", PATH, [*lines, "If-Modified-Since: Fri, 01 Jan 2099 00:00:00 GMT"]).status == 200
    Clock.now = NOW + 1.0
    settled = ask("GET", PATH, lines)
    assert settled.header("last-modified") and settled.header("etag") == young.header("etag")
    assert ask("HEAD", PATH, lines).header("last-modified") == settled.header("last-modified")


def test_a_date_to_come_is_not_told(site: Site, ask: Ask) -> None:
    published(site, NOW + DAY)
    assert ask("GET", PATH, []).header("last-modified") is None
    Clock.now = NOW + DAY + 1.0
    assert ask("GET", PATH, []).status == 200


def test_who_asks_by_the_date_of_an_answer_gets_what_came_after_it(site: Site, ask: Ask) -> None:
    """As `curl -z FILE` does: what was published later in the same second is no older than that answer."""
    published(site, NOW - DAY)
    Clock.now = NOW + 0.2
    asked = http_date(int(Clock.now)).decode()
    assert ask("GET", PATH, []).status == 200
    site.post("more.md", title="More", date="2024-05-03 12:00:00")
    published(site, NOW + 0.8)
    Clock.now = NOW + 60
    again = ask("GET", PATH, [f"If-Modified-Since: {asked}"])
    assert again.status == 200 and b"More" in again.body


@pytest.mark.parametrize(
    ("mtime", "ctime", "second"),
    [
        (10.0, 10.0, 11),
        (10.7, 10.7, 11),
        (10.7, 14.2, 15),  # written, and renamed when all of the run was written
        (10.998, 10.998, 12),  # the clock of files ticks
        (10.7, 90_000.0, 11),  # a copy made later, or other rights
        (10.7, 9.0, 11),
    ],
)
def test_a_document_is_there_from_the_second_after_its_renaming_on(mtime: float, ctime: float, second: int) -> None:
    assert in_place((1, 1, round(mtime * 1e9), round(ctime * 1e9))) == second
