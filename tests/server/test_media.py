"""Media files of the site: those that entries name, and nothing else."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from syndicate.content import sites
from syndicate.content.dialects import Given
from syndicate.index.sqlite import SqliteIndex
from syndicate.server import Request, Response
from syndicate.server.app import Application
from syndicate.server.media import PIECE, Media, Pieces
from syndicate.server.shelf import Shelf
from tests.faults.site import NOW, URL, Site
from tests.server.served import library, listening, over

SOUND = b"ID3" + bytes(range(256)) * 40
SECOND = 1_000_000_000


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(
        tmp_path, options={"output": {"folder": str(tmp_path / "out/feeds"), "state": str(tmp_path / "state.db")}}
    )
    made.file("sound/one.mp3", SOUND)
    made.post("1.md", title="One", date="2026-05-01", enclosure=f"{URL}/sound/one.mp3")
    made.file("sound/none.mp3", SOUND)
    made.build()
    return made


@pytest.fixture
def media(site: Site) -> Iterator[Media]:
    opened = sites.open_folder(str(site.content), b"", "plain", Given(URL, "UTC"), ())
    with closing(Media([opened.root], lambda: SqliteIndex.open(str(site.folder / "state.db")))) as made:
        yield made


def ask(
    media: Media, path: bytes = b"/sound/one.mp3", method: str = "GET", now: float = NOW, **headers: str
) -> Response:
    named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return media.answer(Request(method, path, b"", named, now=now))


def body(response: Response) -> bytes:
    assert not isinstance(response.body, bytes)
    return b"".join(list(response.body))  # type: ignore[arg-type]


def test_the_whole_file(media: Media) -> None:
    answer = ask(media)
    headers = dict(answer.headers)
    assert (answer.status, body(answer)) == (200, SOUND)
    assert headers[b"content-type"] == b"audio/mpeg" and headers[b"content-length"] == b"%d" % len(SOUND)
    assert headers[b"accept-ranges"] == b"bytes" and headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"etag"].startswith(b'"') and headers[b"last-modified"].endswith(b" GMT")
    assert b"content-security-policy" not in headers


@pytest.mark.parametrize(
    "path",
    [
        b"/sound/none.mp3",  # no entry names it
        b"/sound/one.mp4",
        b"/sound/../sound/one.mp3",
        b"/sound//one.mp3",
        b"//sound/one.mp3",
        b"/sound/one.mp3/",
        b"/sound/one.mp3%00",
        b"/sound%2f..%2fsound%2fone.mp3",
        b"/SOUND/one.mp3",
        b"/1.md",
        b"",
        b"*",
        b"/%ff%fe.mp3",
    ],
)
def test_nothing_else(media: Media, path: bytes) -> None:
    assert ask(media, path).status == 404


@pytest.mark.parametrize("path", [b"/sound/one.mp3", b"/s%6Fund/one%2Emp3", b"/sound%2fone.mp%33"])
def test_however_it_is_spelled(media: Media, path: bytes) -> None:
    assert ask(media, path).status == 200


@pytest.mark.parametrize(
    ("asked", "status", "first", "length"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=-100", 206, len(SOUND) - 100, 100),
        ("bytes=100-", 206, 100, len(SOUND) - 100),
        ("bytes=0-1,5-6", 200, 0, len(SOUND)),
        ("lines=1-2", 200, 0, len(SOUND)),
    ],
)
def test_a_piece_of_it(media: Media, asked: str, status: int, first: int, length: int) -> None:
    answer = ask(media, range=asked)
    headers = dict(answer.headers)
    assert (answer.status, body(answer)) == (status, SOUND[first : first + length])
    assert headers[b"content-length"] == b"%d" % length
    expected = b"bytes %d-%d/%d" % (first, first + length - 1, len(SOUND)) if status == 206 else None
    assert headers.get(b"content-range") == expected


def test_what_is_beyond_the_end(media: Media) -> None:
    answer = ask(media, range="bytes=999999-")
    assert (answer.status, dict(answer.headers)[b"content-range"]) == (416, b"bytes */%d" % len(SOUND))


def test_the_head_has_no_pieces(media: Media) -> None:
    answer = ask(media, method="HEAD", range="bytes=0-1")
    assert answer.status == 200 and dict(answer.headers)[b"content-length"] == b"%d" % len(SOUND)


def test_who_has_it_already(media: Media) -> None:
    whole = dict(ask(media).headers)
    etag, modified = whole[b"etag"].decode(), whole[b"last-modified"].decode()
    answers = [
        ask(media, range="bytes=0-1", if_none_match=etag),
        ask(media, range="bytes=0-1", if_none_match=f'"x", W/{etag}'),
        ask(media, range="bytes=0-1", if_modified_since=modified),
    ]
    for answer in answers:
        assert (answer.status, answer.body) == (304, b"")
        assert {b"etag", b"last-modified", b"cache-control"} <= set(dict(answer.headers))
    assert ask(media, if_match='"x"').status == 412
    assert ask(media, if_none_match='"x"', if_modified_since=modified).status == 200


def test_the_rest_of_what_was_begun(media: Media) -> None:
    whole = dict(ask(media).headers)
    etag, modified = whole[b"etag"].decode(), whole[b"last-modified"].decode()
    for condition, status in ((etag, 206), (modified, 206), ('"x"', 200), (f"W/{etag}", 200), ("x", 200)):
        assert ask(media, range="bytes=5-", if_range=condition).status == status, condition


def test_what_was_written_this_second_has_no_strong_tag(media: Media, site: Site) -> None:
    path = site.content / "sound/one.mp3"
    os.utime(path, ns=(NOW * SECOND, NOW * SECOND))
    etag = dict(ask(media).headers)[b"etag"].decode()
    assert etag.startswith("W/"), "it may be written to again within the tick of its clock"
    assert ask(media, range="bytes=5-", if_range=etag).status == 200
    assert ask(media, range="bytes=5-", if_range=etag.removeprefix("W/")).status == 200
    assert dict(ask(media, now=NOW + 10).headers)[b"etag"].decode() == etag.removeprefix("W/")


def test_another_file_has_another_tag(media: Media, site: Site) -> None:
    before = dict(ask(media).headers)[b"etag"]
    site.file("sound/one.mp3", SOUND[::-1])
    after = ask(media)
    assert dict(after.headers)[b"etag"] != before
    assert body(after) == SOUND[::-1]


def test_it_goes_with_its_entry(media: Media, site: Site) -> None:
    assert ask(media).status == 200
    site.post("1.md", title="One", date="2026-05-01", enclosure=f"{URL}/sound/one.mp3", draft=True)
    site.build()
    assert ask(media, now=NOW + 10).status == 404
    site.post("1.md", title="One", date="2026-05-01", enclosure=f"{URL}/sound/none.mp3")
    site.build()
    assert ask(media, now=NOW + 10).status == 404 and ask(media, b"/sound/none.mp3").status == 200


def test_an_entry_publishes_nothing_but_media(media: Media, site: Site) -> None:
    secrets: dict[str, str | bytes] = {
        "secrets.toml": "token = 'x'",
        "secret.mp3": "",
        ".hidden.mp3": SOUND,
        "notes": "mine",
    }
    for name, text in secrets.items():
        if text:
            site.file(name, text)
    outside = site.folder / "outside.mp3"
    outside.write_bytes(SOUND)
    (site.content / "secret.mp3").symlink_to(outside)
    os.mkfifo(site.content / "pipe.mp3")
    names = [*secrets, "pipe.mp3", "../outside.mp3", "%2e%2e/outside.mp3", "folder.mp3"]
    (site.content / "folder.mp3").mkdir()
    for number, name in enumerate(names):
        site.post(f"more{number}.md", title="More", date="2026-05-02", enclosure=f"{URL}/{name}")
    site.build()
    for name in names:
        assert ask(media, f"/{name}".encode()).status == 404, name


def test_what_could_act_in_a_browser_may_not(media: Media, site: Site) -> None:
    site.file("drawn.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    site.post("2.md", title="Two", date="2026-05-02", enclosure=f"{URL}/drawn.svg")
    site.build()
    answer = ask(media, b"/drawn.svg")
    headers = dict(answer.headers)
    assert answer.status == 200 and b"sandbox" in headers[b"content-security-policy"]


def test_names_in_any_script(media: Media, site: Site) -> None:
    site.file("声音/第一集.mp3", SOUND)
    site.post("3.md", title="Three", date="2026-05-03", enclosure=f"{URL}/声音/第一集.mp3")
    site.build()
    for path in ("/声音/第一集.mp3".encode(), quote("/声音/第一集.mp3").encode()):
        assert ask(media, path).status == 200


def test_who_asks_while_it_is_closed_is_asked_to_come_again(media: Media) -> None:
    media.close()
    answer = ask(media)
    assert answer.status == 503 and b"retry-after" in dict(answer.headers)


def test_pieces_close_their_file(tmp_path: Path) -> None:
    def opened() -> int:
        return os.open(tmp_path / "file", os.O_RDONLY)

    data = os.urandom(3 * PIECE + 5)
    (tmp_path / "file").write_bytes(data)
    handles = [opened() for _ in range(3)]
    assert b"".join(Pieces(handles[0], 0, len(data))) == data
    Pieces(handles[1], 0, 5).close()
    Pieces(handles[2], 0, 5)
    for handle in handles:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(handle)
    short = Pieces(opened(), 0, len(data) + 1)
    with pytest.raises(OSError, match="shorter"):
        list(short)


# through the application, at a socket


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    opened = sites.open_folder(str(site.content), b"", "plain", Given(URL, "UTC"), ())

    def made() -> Application:
        state = str(site.folder / "state.db")
        return Application(Shelf(library(site)), media=Media([opened.root], lambda: SqliteIndex.open(state)))

    with listening(made) as found:
        yield found


def test_over_a_socket(port: int) -> None:
    ask = over(port)
    whole = ask("GET", "/sound/one.mp3", [])
    assert (whole.status, whole.body, whole.header("content-length")) == (200, SOUND, str(len(SOUND)))
    assert whole.header("transfer-encoding") is None and whole.header("date")
    piece = ask("GET", "/sound/%6Fne.mp3", ["Range: bytes=5-9"])
    assert (piece.status, piece.body, piece.header("content-range")) == (206, SOUND[5:10], f"bytes 5-9/{len(SOUND)}")
    head = ask("HEAD", "/sound/one.mp3", [])
    assert (head.status, head.body, head.header("content-length")) == (200, b"", str(len(SOUND)))
    assert ask("GET", "/sound/one.mp3", [f"If-None-Match: {whole.header('etag')}"]).status == 304
    assert ask("GET", "/sound/none.mp3", []).status == 404
    assert ask("POST", "/sound/one.mp3", ["Content-Length: 0"]).status == 405
    assert ask("GET", "/feeds/rss.xml", []).status == 200


def test_who_hangs_up_leaves_no_file_open(site: Site, port: int) -> None:
    path = site.file("sound/one.mp3", b"ID3" + os.urandom(64 * PIECE))
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(b"GET /sound/one.mp3 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    until = time.monotonic() + 20
    while (left := _handles(path)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def _handles(path: Path) -> list[str]:
    """The handles of this process on a file."""
    found = []
    for each in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found += [each] if os.readlink(f"/proc/self/fd/{each}") == str(path.resolve()) else []
    return found
