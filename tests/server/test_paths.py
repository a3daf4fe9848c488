"""Whatever is asked for, nothing is sent but what is published: no path of a request is joined to anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.server import Request
from syndicate.server.app import Application
from syndicate.server.shelf import Shelf, decoded
from tests.faults.site import NOW, Site
from tests.server.served import a_site, application, library, listening, raw

SECRET = b"a secret that nobody published"

TARGETS = (
    "etc/passwd",
    "secret.txt",
    "content/post-1.md",
    "out/.syndicate/feeds.db",
    "out/feeds/rss.xml",
    "out/feeds/secret.txt",
    "out/feeds/.secret",
    "out/feeds/redirects.nginx.conf",
)
"""From a folder above; each shape below leads there, for somebody who joins paths."""

SHAPES = (
    "/feeds/../../{}",
    "/feeds/../../../../../../../../{}",
    "/../../{}",
    "/feeds/tag/../../../{}",
    "/feeds/./.././.././{}",
    "/feeds//..//..//{}",
    "/feeds/..%2f..%2f{}",
    "/feeds/%2e%2e/%2e%2e/{}",
    "/feeds/%2E%2E%2F%2E%2E%2F{}",
    "/feeds/.%2e/.%2e/{}",
    "/feeds/%252e%252e%252f%252e%252e%252f{}",
    "/feeds/..%5c..%5c{}",
    "/feeds/..\\..\\{}",
    "/feeds/..;/..;/{}",
    "/feeds/%c0%ae%c0%ae/%c0%ae%c0%ae/{}",
    "/feeds/%c0%2f..%c0%2f{}",
    "/feeds/..%c0%af..%c0%af{}",
    "/feeds/..%ef%bc%8f..%ef%bc%8f{}",
    "/feeds/%uff0e%uff0e/{}",
    "/feeds/rss.xml/../../../{}",
    "/feeds/rss.xml%00/../../../{}",
    "//{}",
    "///etc/../{}",
    "/feeds/%2f{}",
    "/feeds/file:///{}",
)

ODD = (
    "/feeds/rss.xml%00",
    "/feeds/rss.xml%00.txt",
    "/feeds/%00",
    "/feeds/rss.xml%0a",
    "/feeds/rss.xml%0d%0aSet-Cookie:%20a=b",
    "/feeds/rss.xml%20",
    "/feeds/rss.xml.",
    "/feeds/rss.xml/",
    "/feeds/rss.xml//",
    "/feeds//rss.xml",
    "//feeds/rss.xml",
    "/feeds/RSS.XML",
    "/Feeds/rss.xml",
    "/feeds/rss.xml;a=b",
    "/feeds/rss.xml:$DATA",
    "/feeds/rss.xml~",
    "/feeds/rss.xml.gz",
    "/feeds/rss.xml.syndicate-new",
    "/feeds/rss.xm%",
    "/feeds/rss.xml%",
    "/feeds/rss.xml%zz",
    "/feeds/rss.xml%2",
    "/feeds/%ff%fe",
    "/feeds/%ed%a0%80",
    "/feeds/%f4%90%80%80",
    "/feeds/link.txt",
    "/feeds/folder",
    "/feeds/folder/inside.xml",
    "/feeds/secret.txt",
    "/feeds/.secret",
    "/feeds/tag",
    "/feeds/CON",
    "/feeds/aux.xml",
    "/rss.xml",
    "/.git/config",
    "/.env",
    "/server-status",
    "/" + "a" * 8_000,
    "/feeds/" + "../" * 2_000,
    "/feeds/" + "%2e" * 2_000,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = a_site(tmp_path_factory.mktemp("site"), output={"redirects": ["nginx"]})
    for name in ("secret.txt", "out/feeds/secret.txt", "out/feeds/.secret", "out/feeds/folder/inside.xml"):
        (site.folder / name).parent.mkdir(exist_ok=True)
        (site.folder / name).write_bytes(SECRET)
    (site.out / "link.txt").symlink_to(site.folder / "secret.txt")
    assert (site.out / "redirects.nginx.conf").is_file()
    return site


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[Application]:
    with application(site) as made:
        yield made


@pytest.fixture(scope="module")
def port(site: Site) -> Iterator[int]:
    with listening(lambda: Application(Shelf(library(site)))) as found:
        yield found


def paths() -> list[str]:
    return [shape.format(target) for shape in SHAPES for target in TARGETS] + list(ODD)


def test_no_path_leads_to_what_is_not_published(app: Application, port: int) -> None:
    assert len(set(paths())) >= 200
    for path in paths():
        sent = path.encode()
        for answer in (
            app.answer(Request("GET", sent, b"", [], "192.0.2.1", b"", NOW)),
            raw(port, b"GET " + sent + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        ):
            assert answer.status in (400, 404, 414), path[:80]
            assert isinstance(answer.body, bytes)
            assert SECRET not in answer.body and b"Post 1" not in answer.body, path[:80]
            assert all(name not in (b"set-cookie", "set-cookie") for name, _ in answer.headers)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://example.org/feeds/rss.xml", 200),
        (b"http://example.org", 302),
        (b"HTTPS://anybody.example/feeds/../secret.txt", 404),
        (b"file:///etc/passwd", 400),
        (b"feeds/rss.xml", 400),
        (b"example.org:80", 400),
        (b"*", 400),
        (b"/feeds/rss.xml#fragment", 200),
        (b"/feeds/rss.xml?../../secret.txt", 200),
        (b"/feeds/tag/\xe9\x87\x91\xe8\x9e\x8d/rss.xml", 200),
        (b"/feeds/\xff", 404),
        (b"/feeds/tag/\xe9\x87\x91%E8%9e\x8d/rss.xml?q=\xe9", 200),
    ],
)
def test_targets_in_other_forms(port: int, target: bytes, status: int) -> None:
    answer = raw(port, b"GET " + target + b" HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
    assert answer.status == status
    assert SECRET not in answer.body


def test_nothing_is_opened_but_what_the_index_names(app: Application, site: Site) -> None:
    held = set(os.listdir(site.out))
    for path in paths():
        app.answer(Request("GET", path.encode(), b"", [], "", b"", NOW))
    assert set(os.listdir(site.out)) == held
    assert app.shelf is not None
    known = {Path(os.fsdecode(document.file)) for document in app.shelf._documents.values()}
    assert all(path.relative_to(site.out).as_posix() in site.files() for path in known)


@given(st.binary(max_size=60), st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", ""]))
def test_any_path_has_an_answer(app: Application, path: bytes, method: str) -> None:
    for each in (path, b"/" + path, b"/feeds/" + path):
        answer = app.answer(Request(method, each, b"", [(b"accept-encoding", path)], "", b"", NOW))
        assert 200 <= answer.status < 500
        plain = decoded(each)
        assert plain is None or b"\0" not in plain
