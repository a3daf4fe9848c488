"""What is published, as it is answered: at which addresses, with which headers, and after it changed."""

from __future__ import annotations

import gzip
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

import pytest

from syndicate.index import Index
from syndicate.model.digest import digest
from syndicate.server import Request, Response, answers
from syndicate.server.app import Application
from syndicate.server.copies import Copies
from syndicate.server.elsewhere import _BETWEEN
from syndicate.server.manners import Manners
from syndicate.server.shelf import BUSY, LOOK, Shelf
from tests.faults.site import DAY, NOW, Site
from tests.server.served import TAGS, a_site, application, here, library
from tests.serving import Answer, Ask

RSS = "/feeds/rss.xml"


class Clock:
    """A moment that moves on when it is told to."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return a_site(tmp_path_factory.mktemp("site"), feed={"hubs": ["https://hub.example.net/?a=1,2"]})


@pytest.fixture(scope="module")
def ask(site: Site) -> Iterator[Ask]:
    with application(site) as app:
        yield here(app)


def spellings(path: str) -> Iterator[str]:
    """A path as it may be written: as it is, encoded in capitals, in small letters, and more than is needed."""
    encoded = quote(path, safe="/")
    yield encoded
    yield "".join(f"%{byte:02x}" if byte >= 128 or byte in b"% &" else chr(byte) for byte in path.encode())
    yield "/" + "/".join("".join(f"%{byte:02X}" for byte in part.encode()) for part in path[1:].split("/"))
    if "%" not in path and " " not in path:
        yield path


@pytest.mark.parametrize("tag", TAGS)
def test_each_spelling_of_an_address_is_the_same_feed(site: Site, ask: Ask, tag: str) -> None:
    (address,) = {document.own for document in (site.feed("atom", f"tag:{tag}"),)}
    path = unquote(urlsplit(address).path)
    found = {ask("GET", each, []).body for each in spellings(path)}
    assert found == {site.address(address).read_bytes()}
    assert all(ask("GET", f"{each}?x=/../%2e", []).status == 200 for each in spellings(path))


def test_everything_that_is_published_is_answered_byte_for_byte(site: Site, ask: Ask) -> None:
    assert len(site.files()) > 15
    for path, (data, _) in site.files().items():
        answer = ask("GET", f"/feeds/{quote(path)}", [])
        assert (answer.status, answer.body) == (200, data), path
        assert answer.header("etag") == f'"{digest(data).hex()}"'
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("set-cookie") is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (RSS, "application/rss+xml; charset=utf-8"),
        ("/feeds/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/feeds/feed.json", "application/feed+json"),
        ("/feeds/opml.xml", "text/x-opml; charset=utf-8"),
        ("/feeds/index.html", "text/html; charset=utf-8"),
        ("/feeds/site.html", "text/html; charset=utf-8"),
    ],
)
def test_types(ask: Ask, path: str, kind: str) -> None:
    assert ask("GET", path, []).header("content-type") == kind


def test_a_feed_names_itself_and_its_hubs_and_may_be_read_by_scripts(ask: Ask) -> None:
    for method, lines, status in (("GET", [], 200), ("HEAD", [], 200), ("GET", ["If-None-Match: *"], 304)):
        answer = ask(method, "/feeds/atom.xml", lines)
        assert answer.status == status
        link = '<https://example.org/feeds/atom.xml>; rel="self", <https://hub.example.net/?a=1,2>; rel="hub"'
        assert answer.header("link") == link
        assert answer.header("access-control-allow-origin") == "*"


def test_a_page_may_do_what_it_says_and_stands_in_no_frame(site: Site, ask: Ask) -> None:
    for path in ("index.html", "site.html"):
        answer = ask("GET", f"/feeds/{path}", [])
        policy = answer.header("content-security-policy") or ""
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("frame-ancestors 'none'")
        assert policy.split("; frame")[0].replace("'", "&#39;").encode() in answer.body
        assert answer.header("access-control-allow-origin") is None
    assert b"style-src" in answers.policy(b"<html>") and b"script-src" not in answers.policy(b"<html>")


def test_how_long_it_may_be_kept(site: Site, ask: Ask) -> None:
    assert ask("GET", RSS, []).header("cache-control") == "public, max-age=3600", "a post a day"
    for more, seconds in (({"pushed": True}, 60), ({"max_age": 7}, 7), ({"pushed": True, "max_age": 0}, 0)):
        app = Application(Shelf(library(site, **more)))
        app.start()
        assert here(app)("GET", RSS, []).header("cache-control") == f"public, max-age={seconds}"
        app.stop()


def test_last_modified_is_when_it_was_published_and_never_ahead(tmp_path: Path) -> None:
    site, clock = a_site(tmp_path), Clock()
    with application(site) as app:
        ask = here(app, clock)
        assert ask("GET", RSS, []).header("last-modified") == "Sun, 31 May 2026 12:00:01 GMT", "rounded up"
        # of what is published this very second nobody can say that there comes nothing more
        os.utime(site.out / "rss.xml", (NOW, NOW))
        since = ["If-Modified-Since: Fri, 01 Jan 2099 00:00:00 GMT"]
        assert (ask("GET", RSS, []).header("last-modified"), ask("GET", RSS, since).status) == (None, 200)
        clock.now += 1
        assert ask("GET", RSS, []).header("last-modified") == "Mon, 01 Jun 2026 12:00:01 GMT"
        assert ask("GET", RSS, since).status == 304
    with application(site) as app:
        early = here(app, lambda: 1_000_000_000.0)
        assert early("GET", RSS, []).header("last-modified") is None
        assert early("GET", RSS, since).status == 200


# -- methods


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_documents_can_only_be_read(ask: Ask, method: str) -> None:
    answer = ask(method, RSS, [])
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, OPTIONS")
    assert ask(method, "/nothing", []).status == 404


def test_options(ask: Ask) -> None:
    answer = ask("OPTIONS", RSS, ["Origin: https://reader.example", "Access-Control-Request-Headers: if-none-match"])
    assert (answer.status, answer.header("allow"), answer.body) == (204, "GET, HEAD, OPTIONS", b"")
    assert "if-none-match" in (answer.header("access-control-allow-headers") or "")
    assert ask("OPTIONS", "*", []).status == 204
    assert ask("OPTIONS", "/nothing", []).status == 404


# -- addresses of nothing, and of what went elsewhere


def test_the_top_leads_to_the_page_of_all_feeds(ask: Ask) -> None:
    for path in ("/", "/feeds", "/feeds/"):
        answer = ask("GET", path, [])
        assert (answer.status, answer.header("location")) == (302, "/feeds/index.html")
    answer = ask("GET", "/feeds/tag/%E9%87%91%E8%9E%8D/", [])
    assert (answer.status, answer.header("location")) == (302, "/feeds/tag/%E9%87%91%E8%9E%8D/index.html")
    assert ask("POST", "/", []).status == 405


def test_what_moved_is_told_so_and_what_is_gone_too(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    before = {urlsplit(each.own).path for each in site.all().values() if each.own}
    site.options = {"feed": {"paths": {"term": "about/{slug}/{file}"}, "also": ["hugo"]}}
    site.post("post-1.md", "Word.", title="Post 1", date="2024-05-01 10:00:00", tags=["only here"])
    site.build()
    for day in range(1, 9):
        (site.content / f"post-{day}.md").unlink()
    site.post("other.md", "Word.", title="Other", date="2024-05-01 10:00:00", tags=TAGS)
    site.build(NOW + DAY)
    with application(site) as app:
        ask = here(app, lambda: NOW + 2 * DAY)
        moved = {path: ask("GET", quote(unquote(path)), []) for path in before if "/tag/" in path}
        assert moved and {answer.status for answer in moved.values()} == {301}
        for answer in moved.values():
            assert ask("GET", answer.header("location") or "", []).status == 200
        # an alias of another preset, and the page of a post that was shown
        assert ask("GET", "/index.xml", []).header("location") == RSS
        assert ask("HEAD", "/index.xml", []).status == 301
        gone = ask("GET", "/post-3.html", [])
        assert gone.status == 410, "the page of a post that was deleted"
        assert ask("GET", "/post-99.html", []).status == 404


def test_an_index_file_has_one_address(tmp_path: Path) -> None:
    site = a_site(tmp_path, feed={"preset": "wordpress"})
    with application(site) as app:
        ask = here(app)
        assert ask("GET", "/feed/", []).status == 200
        answer = ask("GET", "/feed/index.xml", [])
        assert (answer.status, answer.header("location")) == (301, "/feed/")


# -- changes


def test_a_document_that_is_replaced_is_sent_anew_at_once(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    with application(site) as app:
        ask = here(app)
        first = ask("GET", RSS, ["Accept-Encoding: gzip"])
        file = site.out / "rss.xml"
        other = file.read_bytes().replace(b"Post 8", b"Post X")
        (site.out / "new").write_bytes(other)
        os.replace(site.out / "new", file)
        second = ask("GET", RSS, ["Accept-Encoding: gzip", f"If-None-Match: {first.header('etag')}"])
        assert second.status == 200
        assert gzip.decompress(second.body) == other
        assert second.header("etag") == f'"{digest(second.body).hex()}"'
        file.unlink()
        assert (ask("GET", RSS, []).status, ask("GET", RSS, []).header("retry-after")) == (503, "60")
        file.symlink_to(site.content / "post-1.md")
        assert ask("GET", RSS, []).status == 503, "no link is followed"


def test_what_a_run_publishes_is_seen_within_a_moment(tmp_path: Path) -> None:
    site, clock = a_site(tmp_path), Clock()
    with application(site) as app:
        ask = here(app, clock)
        assert ask("GET", "/feeds/tag/new/rss.xml", []).status == 404
        before = ask("GET", RSS, []).body
        site.post("new.md", "New.", title="New", date="2024-06-01 10:00:00", tags=["new"])
        site.build()
        clock.now += LOOK
        assert ask("GET", "/feeds/tag/new/rss.xml", []).status == 200
        after = ask("GET", RSS, [])
        assert after.body != before
        assert after.body == (site.out / "rss.xml").read_bytes()
        site.post("new.md", "New.", title="New", date="2024-06-01 10:00:00", tags=["new"], draft=True)
        site.build(NOW + 1)
        clock.now += LOOK
        assert b"<title>New</title>" not in ask("GET", RSS, []).body


def test_without_a_state_everything_waits_and_a_new_one_is_taken(tmp_path: Path) -> None:
    site, clock = a_site(tmp_path), Clock()
    state = site.out.parent / ".syndicate" / "feeds.db"
    with application(site) as app:
        ask = here(app, clock)
        assert ask("GET", RSS, []).status == 200
        for each in state.parent.glob("feeds.db*"):
            each.unlink()
        clock.now += LOOK
        assert (ask("GET", RSS, []).status, ask("GET", "/nothing", []).status) == (503, 503)
        assert not state.exists(), "a look makes none"
        site.build()
        clock.now += LOOK
        assert ask("GET", RSS, []).status == 200
        assert ask("GET", "/nothing", []).status == 404


class Held:
    """An index that somebody else holds at times."""

    def __init__(self, index: Index) -> None:
        self.index, self.held, self.asked = index, False, 0

    def __getattr__(self, name: str) -> Any:
        if self.held and name in ("version", "document", "fact"):
            self.asked += 1
            raise sqlite3.OperationalError("database is locked")
        return getattr(self.index, name)


def test_while_somebody_holds_the_state_what_is_known_is_answered_and_nothing_is_denied(tmp_path: Path) -> None:
    site, clock = a_site(tmp_path), Clock()
    known = library(site)
    index = Held(known.opened())
    opened = [cast("Index", index)]
    app = Application(Shelf(replace(known, opened=lambda: opened.pop() if opened else known.opened())), clock=clock)
    app.start()
    ask = here(app, clock)
    assert ask("GET", RSS, []).status == 200
    index.held = True
    clock.now += LOOK
    assert [ask("GET", path, []).status for path in (RSS, "/feeds/atom.xml", "/feeds/nothing")] == [200, 503, 503]
    looks = index.asked
    clock.now += LOOK
    assert (ask("GET", RSS, []).status, index.asked) == (200, looks), "it is left alone for a moment"
    index.held = False
    clock.now += BUSY
    assert [ask("GET", path, []).status for path in (RSS, "/feeds/atom.xml", "/feeds/nothing")] == [200, 200, 404]
    app.stop()


def test_addresses_that_went_elsewhere_are_worked_out_again_beside_the_answers(tmp_path: Path) -> None:
    site, clock = a_site(tmp_path), Clock()
    with application(site) as app:
        ask = here(app, clock)
        assert ask("GET", "/post-8.html", []).status == 404
        (site.content / "post-8.md").unlink()
        site.build(NOW + DAY)
        clock.now += DAY + _BETWEEN
        ask("GET", RSS, [])
        assert app.shelf is not None
        app.shelf.close()  # waits for what is being worked out
        app.shelf.open(clock.now)
        assert ask("GET", "/post-8.html", []).status == 410


# -- what is kept in memory


def test_variants_that_are_published_are_sent_as_they_are_while_they_are_of_these_bytes(tmp_path: Path) -> None:
    site = a_site(tmp_path, output={"precompress": ["gzip", "br"]})
    beside = site.out / "rss.xml.gz"
    own = gzip.compress((site.out / "rss.xml").read_bytes(), 1)
    beside.write_bytes(own)
    with application(site) as app:
        ask = here(app)
        assert ask("GET", RSS, ["Accept-Encoding: gzip"]).body == own
        assert ask("GET", f"{RSS}.gz", []).status == 404, "one representation has one address"
    beside.write_bytes(gzip.compress(b"<rss>another</rss>"))
    with application(site) as app:
        answer = here(app)("GET", RSS, ["Accept-Encoding: gzip"])
        assert gzip.decompress(answer.body) == (site.out / "rss.xml").read_bytes()


def test_no_more_is_held_than_is_allowed_and_who_has_it_is_told_so_without_it(site: Site) -> None:
    app = Application(Shelf(library(site), most=40_000))
    app.start()
    ask = here(app)
    paths = [f"/feeds/{quote(path)}" for path in site.files()]
    tags = {path: ask("GET", path, []).header("etag") for path in paths}
    assert app.shelf is not None
    copies: Copies = app.shelf.copies
    largest = max(len(data) for data, _ in site.files().values())
    assert sum(len(data) for data, _ in site.files().values()) > 80_000
    assert copies.held <= 40_000 + largest
    for path in paths:
        assert ask("GET", path, [f"If-None-Match: {tags[path]}"]).status == 304
        assert ask("GET", path, []).header("etag") == tags[path]
    assert copies.held <= 40_000 + largest
    app.stop()


# -- who asks too often, and who counts


class Strict:
    """Lets nobody in who does not ask for news."""

    def __init__(self) -> None:
        self.asked: list[bool] = []

    def wait(self, request: Request, conditional: bool) -> int:
        self.asked.append(conditional)
        return 0 if conditional else 77


class Notes:
    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int, int, str]] = []

    def saw(self, request: Request, status: int, sent: int, whole: int, feed: str) -> None:
        self.seen.append((request.method, status, sent, whole, feed))


def test_who_asks_too_often_is_told_when_to_come_again(site: Site) -> None:
    with application(site, gate=Strict()) as app:
        answer = here(app)("GET", RSS, [])
        assert (answer.status, answer.header("retry-after")) == (429, "77")
        assert here(app)("GET", RSS, ["If-None-Match: *"]).status == 304
        assert here(app)("GET", "/nothing", []).status == 404
        for page in ("site.html", "index.html", "opml.xml"):
            assert here(app)("GET", f"/feeds/{page}", []).status == 200, "people do not poll"


def test_however_an_address_is_spelled_it_is_asked_for_too_often(site: Site) -> None:
    asking = [f"/feeds/r{'ss.xml'[:at]}%{ord('ss.xml'[at]):02x}{'ss.xml'[at + 1 :]}" for at in range(6)]
    with application(site, gate=Manners(3, 60)) as app:
        ask = [
            app.answer(Request("GET", path.encode(), b"", [], "192.0.2.7", b"", NOW)).status for path in (RSS, *asking)
        ]
        assert ask == [200] * 3 + [429] * 4
        tag = "/feeds/tag/%E9%87%91%E8%9E%8D/rss.xml"
        seen = [
            app.answer(Request("GET", path.encode(), b"", [], "192.0.2.7", b"", NOW)) for path in (tag, tag.lower())
        ]
        assert [each.status for each in (*seen, *seen)] == [200] * 4


def test_what_somebody_says_at_length_of_codings_is_not_kept(site: Site) -> None:
    with application(site) as app:
        plain = here(app)("GET", RSS, ["Accept-Encoding: gzip;q=0.2, identity"])
        for each in range(100):
            long = f"Accept-Encoding: {'x, ' * 300}gzip;q=0.2, identity, y{each}"
            answer = here(app)("GET", RSS, [long])
            assert (answer.status, answer.header("etag")) == (200, plain.header("etag"))
            assert here(app)("GET", RSS, [f"Accept-Encoding: {'x, ' * 99}*;q=0"]).status == 406
        document = app.shelf.at(RSS.encode(), NOW) if app.shelf else None
        assert document and sum(len(known or b"") for known in document.chosen) < 1000


def test_every_answer_is_counted(site: Site) -> None:
    notes = Notes()
    size = (site.out / "rss.xml").stat().st_size
    with application(site, witness=notes) as app:
        ask = here(app)
        for method, path, lines in (
            ("GET", RSS, []),
            ("HEAD", RSS, []),
            ("GET", RSS, ["If-None-Match: *"]),
            ("POST", RSS, []),
            ("GET", "/feeds/index.html", ["If-None-Match: *"]),
            ("HEAD", "/feeds/site.html", []),
            ("GET", "/nothing", []),
        ):
            ask(method, path, lines)
    sizes = (len(answers.NOT_ALLOWED.body), len(answers.NOT_FOUND.body))  # type: ignore[arg-type]
    page, own = ((site.out / name).stat().st_size for name in ("index.html", "site.html"))
    assert notes.seen == [
        ("GET", 200, size, size, "site"),
        ("HEAD", 200, 0, size, "site"),
        ("GET", 304, 0, size, "site"),
        ("POST", 405, sizes[0], size, "site"),
        ("GET", 304, 0, page, ""),
        ("HEAD", 200, 0, own, ""),
        ("GET", 404, sizes[1], 0, ""),
    ]


# -- places


class Echo:
    methods = ("GET", "POST")
    most = 4
    slow = False

    def answer(self, request: Request) -> Response:
        return answers.said(200, f"{request.method} {request.query.decode()} {request.body.decode()}")


def test_a_place_answers_at_its_own_address(site: Site) -> None:
    with application(site, {"/feeds/hub": Echo()}) as app:
        ask = here(app)
        assert ask("GET", "/feeds/hub?x=1", []).body == b"GET x=1 \n"
        assert ask("GET", "/feeds/%68ub", []).status == 200
        assert ask("GET", "/feeds/hub/", []).status == 404
        head: Answer = ask("HEAD", "/feeds/hub", [])
        assert (head.status, head.body) == (200, b"")
        assert ask("OPTIONS", "/feeds/hub", []).header("allow") == "GET, POST, HEAD, OPTIONS"
        refused = ask("DELETE", "/feeds/hub", [])
        assert (refused.status, refused.header("allow")) == (405, "GET, POST, HEAD, OPTIONS")
