"""The tables of conditional requests and of codings, in this process and at a real socket."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest
from backports import zstd

from syndicate.server.app import Application
from syndicate.server.shelf import Shelf
from tests.server.served import a_site, application, here, library, listening, over
from tests.serving import Answer, Ask, Coding, Conditional, Known, codings, conditionals, wrong

PATH = "/feeds/rss.xml"
KEPT = ("etag", "last-modified", "cache-control", "vary", "link", "access-control-allow-origin")
DECODED = {"br": brotli.decompress, "zstd": zstd.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.fixture(scope="module", params=["here", "socket"])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    site = a_site(tmp_path_factory.mktemp("site"))
    if request.param == "here":
        with application(site) as app:
            yield here(app)
    else:
        with listening(lambda: Application(Shelf(library(site)))) as port:
            yield over(port)


@pytest.fixture(scope="module")
def the(ask: Ask) -> Known:
    return Known.of(ask, PATH)


@pytest.mark.parametrize("row", conditionals(), ids=lambda row: row.name)
def test_what_is_sent_to_who_has_it_already(row: Conditional, ask: Ask, the: Known) -> None:
    assert not wrong(row, ask(row.method, *row.request(the)), the, KEPT)


def test_the_table_is_seen_to_be_violated(the: Known) -> None:
    row = Conditional("x", "GET", "", (), 304, ("etag: {etag}", "!link"))
    whole = Answer(200, [("content-length", "1"), ("link", "x"), ("etag", '"other"')], b"12")
    assert len(wrong(row, whole, the, KEPT)) == 8
    assert len(conditionals()) >= 80


def test_a_304_says_what_a_200_says_of_how_to_keep_it(ask: Ask, the: Known) -> None:
    for coding in ("identity", "gzip", "br"):
        line = f"Accept-Encoding: {coding}"
        whole = ask("GET", PATH, [line])
        unchanged = ask("GET", PATH, [line, f"If-None-Match: {whole.header('etag')}"])
        assert (whole.status, unchanged.status) == (200, 304)
        for name in KEPT:
            assert unchanged.header(name) == whole.header(name), name
        assert unchanged.header("content-type") is None
        assert unchanged.header("content-encoding") is None


def test_head_says_all_that_get_says(ask: Ask) -> None:
    for lines in ([], ["Accept-Encoding: gzip"], ["Accept-Encoding: br, zstd"]):
        whole, head = ask("GET", PATH, lines), ask("HEAD", PATH, lines)
        assert head.body == b""
        without = {name: value for name, value in whole.headers if name != "date"}
        assert {name: value for name, value in head.headers if name != "date"} == without


@pytest.mark.parametrize("row", codings(), ids=lambda row: f"{row.accepted}")
def test_which_coding_is_sent(row: Coding, ask: Ask, the: Known) -> None:
    answer = ask("GET", PATH, row.lines)
    assert "accept-encoding" in (answer.header("vary") or "").lower()
    if row.coding == "406":
        assert answer.status == 406
        return
    assert answer.status == 200
    assert (answer.header("content-encoding") or "") == row.coding
    assert DECODED[row.coding](answer.body) == the.whole.body
    assert answer.header("content-length") == str(len(answer.body))


def test_each_coding_has_a_tag_of_its_own(ask: Ask) -> None:
    tags = {
        ask("GET", PATH, [f"Accept-Encoding: {each}"]).header("etag") for each in ("identity", "gzip", "br", "zstd")
    }
    assert len(tags) == 4
    assert all(tag and tag.startswith('"') for tag in tags)
