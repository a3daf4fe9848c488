"""The guarded client against real servers on this machine: answers, redirects, and who may be asked at all.

Receivers without manners are in test_rude_receivers.py, addresses in all their spellings in
test_forbidden_addresses.py, names and certificates in test_connecting.py.

What is `private` is a table of the client, so that here 127.0.0.1 can play a public host and 127.0.0.2 a
private one.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.http import AGENT, Client, Limits
from syndicate.errors import FetchError

OPEN = Guard(private=networks("127.0.0.2/32"), never=networks("127.0.0.3/32"))
"""127.0.0.1 counts as public."""


class Host:
    """Answers by path; `asked` are the requests that came, as (path, headers)."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.path, dict(self.headers)))
                with contextlib.suppress(OSError):  # the client has hung up, as it should
                    host.pages[self.path](self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{address}:{self.server.server_port}"


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[Host]:
    host = Host(address)
    thread = threading.Thread(target=host.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()
        thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as made:
        yield made


def says(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def client(seconds: float = 20, max_bytes: int = 100_000, guard: Guard = OPEN) -> Client:
    return Client(Limits(seconds, max_bytes), guard)


def test_an_answer_is_given_whatever_its_status(host: Host) -> None:
    host.pages["/feed"] = says(b"<rss/>", ETag='"1"')
    host.pages["/gone"] = says(b"no", 410)
    answer = client().get(f"{host.url}/feed")
    assert (answer.status, answer.body, answer.url) == (200, b"<rss/>", f"{host.url}/feed")
    assert answer.headers["etag"] == '"1"'
    assert client().get(f"{host.url}/gone").status == 410
    assert host.asked[0][1]["User-Agent"] == AGENT


def test_packed_answers_are_unpacked(host: Host) -> None:
    host.pages["/feed"] = says(gzip.compress(b"<rss/>"), Content_Encoding="gzip")
    assert client().get(f"{host.url}/feed").body == b"<rss/>"


def test_redirects_are_followed_and_told(host: Host) -> None:
    host.pages["/a"] = says(b"", 301, Location="/b?x=1")
    host.pages["/b?x=1"] = says(b"here")
    answer = client().get(f"{host.url}/a")
    assert (answer.body, answer.url) == (b"here", f"{host.url}/b?x=1")


def test_redirects_end(host: Host) -> None:
    host.pages["/a"] = says(b"", 302, Location="/a")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        client().get(f"{host.url}/a")
    assert len(host.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_redirects_to_something_else_are_refused(host: Host, target: str) -> None:
    host.pages["/a"] = says(b"", 302, Location=target)
    with pytest.raises(FetchError, match="only addresses that begin with http"):
        client().get(f"{host.url}/a")


def test_a_redirect_to_nonsense_is_told(host: Host) -> None:
    host.pages["/a"] = says(b"", 302, Location="http://[bad/")
    with pytest.raises(FetchError, match="only addresses"):
        client().get(f"{host.url}/a")


def test_a_redirect_hands_over_no_password(host: Host) -> None:
    host.pages["/a"] = says(b"", 302, Location=host.url.replace("//", "//user:secret@") + "/b")
    host.pages["/b"] = says(b"here")
    assert client().get(f"{host.url}/a").body == b"here"
    assert "Authorization" not in host.asked[-1][1]


@pytest.mark.parametrize("allow_private", [False, True])
def test_no_redirect_leads_from_outside_into_a_private_network(host: Host, allow_private: bool) -> None:
    with serving("127.0.0.2") as inside:
        inside.pages["/secret"] = says(b"secret")
        host.pages["/a"] = says(b"", 302, Location=f"{inside.url}/secret")
        with pytest.raises(FetchError, match="no public address"):
            client().get(f"{host.url}/a", allow_private)
        assert not inside.asked


def test_what_a_person_names_may_be_private_and_send_on_within() -> None:
    with serving("127.0.0.2") as inside:
        inside.pages["/a"] = says(b"", 302, Location="/b")
        inside.pages["/b"] = says(b"here")
        with pytest.raises(FetchError, match="no public address"):
            client().get(f"{inside.url}/a")
        assert client().get(f"{inside.url}/a", allow_private=True).body == b"here"


def test_some_addresses_are_never_asked() -> None:
    with serving("127.0.0.3") as host, pytest.raises(FetchError, match="no public address"):
        client().get(f"{host.url}/", allow_private=True)
    assert not host.asked


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1::1", "public"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "private"),
        ("172.31.255.255", "private"),
        ("::1", "private"),
        ("fd00::1", "private"),
        ("::ffff:192.168.0.1", "private"),
        ("::ffff:8.8.8.8", "public"),
        ("169.254.169.254", "forbidden"),
        ("::ffff:169.254.169.254", "forbidden"),
        ("fe80::1%eth0", "forbidden"),
        ("64:ff9b::7f00:1", "forbidden"),
        ("2002:7f00:1::", "forbidden"),
        ("2001:0:1::1", "forbidden"),
        ("224.0.0.1", "forbidden"),
        ("ff02::1", "forbidden"),
        ("0.0.0.0", "forbidden"),
        ("::", "forbidden"),
        ("255.255.255.255", "forbidden"),
    ],
)
def test_kinds_of_addresses(address: str, kind: str) -> None:
    assert Guard().kind(address) == kind


def test_a_broken_packing_is_told(host: Host) -> None:
    host.pages["/"] = says(b"this is no gzip", Content_Encoding="gzip")
    with pytest.raises(FetchError, match="no answer"):
        client().get(f"{host.url}/")


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(FetchError, match="refused"):
        client().get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "http://", "http://[x", "http://a:99999/", ""])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(FetchError):
        client().get(url)


def test_the_environment_has_no_say(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    host.pages["/"] = says(b"here")
    assert client().get(f"{host.url}/").body == b"here"


def test_a_post_is_not_sent_on(host: Host) -> None:
    host.pages["/a"] = says(b"", 307, Location="/b")
    answer = client().post(f"{host.url}/a", b"x=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 307
    assert [path for path, _ in host.asked] == ["/a"]
