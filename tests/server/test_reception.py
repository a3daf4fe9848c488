"""Where the hub and the cloud stand, and what is a topic of theirs, by a site that was built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from syndicate.errors import StateError
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.subscribers import Subscribers
from syndicate.server import Request
from syndicate.server.cloud import Cloud
from syndicate.server.hub import Hub
from syndicate.server.reception import places, stands
from syndicate.server.topics import Topics
from syndicate.settings import Layer, Settings, load
from tests.faults.site import Site
from tests.server.served import TAGS, a_site, library


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return a_site(tmp_path_factory.mktemp("topics"), feed={"limit": 3, "history": "all"})


@pytest.fixture(scope="module")
def topics(site: Site) -> Topics:
    of = library(site)
    return Topics(of.opened, of.plan)


def settings_of(hub: dict[str, Any]) -> Settings:
    return load([Layer("test", {"hub": hub})])[0]


def announced(site: Site) -> Iterator[str]:
    with closing(library(site).opened()) as index:
        yield from (each.url for each in index.announced())


def test_all_that_is_announced_is_a_topic_by_just_its_address(site: Site, topics: Topics) -> None:
    urls = list(announced(site))
    assert len(urls) > 2 * len(TAGS) and topics(urls)
    assert any(quote("金融") in url for url in urls)
    for url in urls:
        for other in (f"{url}?", f"{url}#x", f"{url}/", url.replace("https", "http"), url.upper(), f" {url}", url[:-1]):
            assert not topics([other]), other
        assert not topics([urls[0], "https://other.example/feed"])


def test_an_address_that_is_spelled_otherwise_is_none(site: Site, topics: Topics) -> None:
    url = next(url for url in announced(site) if quote("金融") in url)
    assert not topics([url.replace(quote("金融"), "金融")])
    assert not topics([url.replace(quote("金融"), quote("金融").lower())])
    assert not topics([f"{library(site).plan.base_url}%ff"])
    assert not topics([f"{library(site).plan.base_url}../feeds/rss.xml"])
    assert not topics([f"{library(site).plan.base_url}\0"])


def test_pages_of_histories_and_what_is_no_feed_are_none(site: Site, topics: Topics) -> None:
    of = library(site)
    with closing(of.opened()) as index:
        assert isinstance(index, SqliteIndex)
        pages = [path for taxonomy, _, _, path in index.addresses() if "@" in taxonomy]
    assert pages
    assert not any(topics([of.plan.url(page)]) for page in pages)
    beside = {path.relative_to(site.out).as_posix() for path in site.out.rglob("*") if path.is_file()}
    assert "index.html" in beside and not topics([of.plan.url("index.html")])


def test_where_there_is_no_state_it_cannot_be_said(site: Site, tmp_path: Path) -> None:
    def opened() -> Any:
        raise StateError("no such file")

    with pytest.raises(StateError):
        Topics(opened, library(site).plan)([f"{library(site).plan.base_url}rss.xml"])


@pytest.mark.parametrize(
    ("hub", "expected"),
    [
        ({}, {}),
        ({"on": True}, {"/feeds/hub": Hub}),
        ({"rsscloud": True}, {"/feeds/rsscloud": Cloud}),
        ({"on": True, "address": "https://hub.example.org"}, {"/feeds/hub": Hub}),
        ({"on": True, "address": "https://example.org/h%C3%BCb/"}, {"/feeds/hub": Hub, "/hüb": Hub}),
    ],
)
def test_they_stand_below_the_feeds_and_where_the_settings_say(site: Site, hub: dict[str, Any], expected: Any) -> None:
    of = library(site)
    settings = settings_of(hub)
    assert stands(settings, of.plan) == expected
    store = Subscribers(":memory:")
    assert set(places(settings, of.plan, store, of.opened)) == set(expected)


def test_what_the_settings_say_is_what_is_granted(site: Site) -> None:
    of, store = library(site), Subscribers(":memory:")
    chosen = {"on": True, "lease": "1h", "longest": "2h", "signature": "sha512", "private": ["10.0.0.0/8"]}
    place = places(settings_of(chosen), of.plan, store, of.opened)["/feeds/hub"]

    def post(**more: str) -> int:
        fields = {"mode": "subscribe", "topic": next(announced(site)), "callback": "http://10.0.0.1:8000/", **more}
        body = urlencode({f"hub.{name}": value for name, value in fields.items()}).encode()
        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        return place.answer(Request("POST", b"/feeds/hub", b"", headers, "193.0.7.7", body, 1.8e9)).status

    assert post(secret="s") == 202
    assert [(each.lease, each.signature) for each in store.asked(9)] == [(3600, "sha512")]
    assert post(lease_seconds="999999") == 202
    assert store.asked(9)[-1].lease == 7200
    assert post(callback="http://192.168.0.1/") == 400
    store.close()
