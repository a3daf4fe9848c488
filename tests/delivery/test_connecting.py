"""TLS by name, names with several addresses, and names that mean another one in the meantime."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.http import Client, Limits, agent
from syndicate.errors import FetchError
from tests.rude import Peer, Rude, says

HERE = Guard(private=networks("127.9.0.0/16"), never=())
"""127.9.0.0/16 plays the inside, and the rest of this machine the outside."""


class Names:
    """Addresses of names; those of one are given in turn, a list each time it is asked. `asked` are those it was."""

    def __init__(self, **names: list[list[str]]) -> None:
        self._names = {f"{name}.test": answers for name, answers in names.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **options: Any) -> list[Any]:
        self.asked.append(host)
        answers = self._names.get(host.lower().rstrip("."), [[host]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [one for each in found for one in socket.getaddrinfo(each, port, type=socket.SOCK_STREAM)]


def refused(told: str) -> Any:
    """An error that says this."""
    return pytest.raises(FetchError, match=told)


def client(names: Names, certificates: Path | str = "", seconds: float = 20) -> Client:
    return Client(Limits(seconds), HERE, certificates=str(certificates), lookup=names)


@dataclass
class Authority:
    """One of our own: its certificate, and a server's context for a name, which notes the names it is asked by."""

    folder: Path
    asked: list[str | None] = field(default_factory=list)

    @property
    def certificate(self) -> Path:
        return self.folder / "authority.pem"

    def context(self, name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        made.sni_callback = lambda _, asked, __: self.asked.append(asked)
        return made


def _openssl(folder: Path, *command: str) -> None:
    subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes certificates, is not installed")
    folder = tmp_path_factory.mktemp("authority")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    use = ("-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=Test Authority")
    _openssl(folder, "req", "-x509", *curve, "-days", "2", *use, "-keyout", "authority.key", "-out", "authority.pem")
    for name in ("hub.test", "127.0.0.1"):
        kind = "IP" if name[0].isdigit() else "DNS"
        _openssl(folder, "req", *curve, "-subj", "/CN=server", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (folder / "more").write_text(f"subjectAltName={kind}:{name}\nauthorityKeyIdentifier=keyid\n")
        signed = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "more")
        _openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signed, "-days", "2", "-out", f"{name}.pem")
    return Authority(folder)


Ask = Callable[[Client, str], object]
ASKS: dict[str, Ask] = {
    "post": lambda client, url: client.post(url, b"body", {}).body,
    "get": lambda client, url: client.get(url).body,
}


@pytest.fixture(params=ASKS)
def ask(request: pytest.FixtureRequest) -> Ask:
    return ASKS[request.param]


@pytest.mark.parametrize("host", ["hub.test", "HUB.test", "hub.test."])
def test_the_certificate_is_the_names(authority: Authority, ask: Ask, host: str) -> None:
    """We connect to an address that was judged, and still ask for the server by its name, and believe only it."""
    names = Names(hub=[["127.0.0.1"]])
    authority.asked.clear()
    with Rude(says(b"here"), tls=authority.context("hub.test")) as server:
        assert ask(client(names, authority.certificate), f"https://{host}:{server.port}/") == b"here"
    assert authority.asked == ["hub.test"]
    assert f"Host: {host.lower().rstrip('.')}:{server.port}".encode() in server.peers[0].request


def test_a_certificate_of_an_address(authority: Authority, ask: Ask) -> None:
    with Rude(says(b"here"), tls=authority.context("127.0.0.1")) as server:
        assert ask(client(Names(), authority.certificate), server.url) == b"here"


def test_a_certificate_of_another_name(authority: Authority, ask: Ask) -> None:
    names = Names(other=[["127.0.0.1"]])
    with Rude(says(b"here"), tls=authority.context("hub.test")) as server, refused("Hostname mismatch"):
        ask(client(names, authority.certificate), f"https://other.test:{server.port}/")
    assert server.peers[0].request == b""


def test_a_certificate_of_nobody_one_trusts(authority: Authority, ask: Ask) -> None:
    with Rude(says(b"here"), tls=authority.context("hub.test")) as server, refused("certificate verify failed"):
        ask(client(Names(hub=[["127.0.0.1"]])), f"https://hub.test:{server.port}/")


def test_authorities_are_not_taken_from_the_environment(
    authority: Authority, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(authority.certificate))
    with Rude(says(b"here"), tls=authority.context("hub.test")) as server, refused("certificate verify failed"):
        ask(client(Names(hub=[["127.0.0.1"]])), f"https://hub.test:{server.port}/")


def test_slow_tls_ends_in_time(authority: Authority, ask: Ask) -> None:
    def drip(peer: Peer) -> None:
        peer.say(b"HTTP/1.1 200 OK\r\n")
        peer.drip(b"X: y\r\n")

    with Rude(drip, tls=authority.context("hub.test")) as server:
        slow = client(Names(hub=[["127.0.0.1"]]), authority.certificate, seconds=0.5)
        with refused(r"within 0\.5 seconds"):
            ask(slow, f"https://hub.test:{server.port}/")
        assert server.left.wait(40)
        assert not server.peers[0].outlasted


def test_a_name_is_looked_up_once_a_request(ask: Ask) -> None:
    """What it means afterwards has no say: the second answer would lead inside."""
    names = Names(two=[["127.0.0.1"], ["127.9.0.1"]])
    with Rude(says(b"outside")) as outside:
        assert ask(client(names), f"http://two.test:{outside.port}/") == b"outside"
        assert names.asked == ["two.test"]
        with refused(r"two\.test: is at 127\.9\.0\.1, and that is no public address"):
            ask(client(names), f"http://two.test:{outside.port}/")


def test_a_redirect_is_judged_anew() -> None:
    names = Names(two=[["127.0.0.1"], ["127.9.0.1"]])
    with Rude(says(b"", "302 Found", "Location: /again")) as outside:
        with refused(r"is at 127\.9\.0\.1"):
            client(names).get(f"http://two.test:{outside.port}/")
        assert len(outside.peers) == 1


@pytest.mark.parametrize(
    "found", [["127.0.0.1", "127.9.0.1"], ["127.9.0.1", "127.0.0.1"], ["127.0.0.1"] * 9 + ["127.9.0.1"]]
)
def test_one_address_inside_is_enough(found: list[str], ask: Ask) -> None:
    with Rude(says(b"here")) as server, refused(r"is at 127\.9\.0\.1"):
        ask(client(Names(mixed=[found])), f"http://mixed.test:{server.port}/")
        assert not server.peers


def test_an_address_that_is_down_is_passed_over(ask: Ask) -> None:
    """Also one of another family that comes first several times, as where IPv6 does not work."""
    with Rude(says(b"here")) as server:
        names = Names(some=[["127.0.0.2", "127.0.0.3", "127.0.0.1"]], six=[["::1", "::1", "::1", "::1", "127.0.0.1"]])
        assert ask(client(names), f"http://some.test:{server.port}/") == b"here"
        assert ask(client(names), f"http://six.test:{server.port}/") == b"here"


def test_an_address_that_never_answers_leaves_time_for_the_next() -> None:
    """Its queue of connections is full, so that the system drops what comes."""
    with socket.socket() as full, Rude(says(b"here")) as server:
        full.bind(("127.0.0.2", server.port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(("127.0.0.2", server.port))
            found = client(Names(some=[["127.0.0.2", "127.0.0.1"]]), seconds=4)
            assert found.get(f"http://some.test:{server.port}/").body == b"here"
        finally:
            for each in waiting:
                each.close()


def test_who_asks_is_said(ask: Ask) -> None:
    known = Client(Limits(20), HERE, agent=agent("https://blog.example/about"))
    with Rude(says(b"")) as server:
        ask(known, server.url)
    request = server.peers[0].request
    assert b"User-Agent: Syndicate (feed builder; +https://blog.example/about)\r\n" in request
    assert agent("") == "Syndicate (feed builder)"


def test_a_ping_asks_for_nothing_packed() -> None:
    with Rude(says(b"")) as server:
        client(Names()).post(server.url + "/a?b=c", b"body", {"Content-Type": "text/x", "X-More": "1"})
    head, _, body = server.peers[0].request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a?b=c HTTP/1.1"
    assert body == b"body"
    assert {b"Accept-Encoding: identity", b"Content-Type: text/x", b"X-More: 1", b"Content-Length: 4"} < set(lines)


def test_errors_tell_no_secret_of_a_receiver() -> None:
    """Addresses of webhooks are secrets more often than not."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"
    for url in (
        f"http://user:s3cret@{place}/s3cret?key=s3cret#s3cret",
        "http://user:s3cret@127.9.0.1/s3cret",
        "http://127.0.0.1:22/s3cret",
        "http://user:s3cret@none.test/s3cret",
        "http://[s3cret/s3cret",
        "gopher://127.0.0.1/s3cret",
        "s3cret",
    ):
        names = Names(none=[[]])
        with pytest.raises(FetchError) as told:
            client(names).post(url, b"s3cret", {"X-Key": "s3cret"})
        assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("status", "location", "target"),
    [
        ("302 Found", "/b", "http://127.0.0.1:PORT/b"),
        ("307 Temporary", "//other.example/b", "http://other.example/b"),
        ("308 Permanent", "https://user:word@other.example/b", "https://other.example/b"),
        ("301 Moved", "file:///etc/passwd", "file:///etc/passwd"),
        ("303 Other", "http://[bad", "http://[bad"),
        ("302 Found", "", ""),
        ("201 Created", "/b", ""),
        ("304 Same", "/b", ""),
    ],
)
def test_where_a_redirect_leads_is_told(status: str, location: str, target: str) -> None:
    with Rude(says(b"", status, f"Location: {location}")) as server:
        answer = client(Names()).post(f"{server.url}/a", b"", {})
    assert answer.target == target.replace("PORT", str(server.port))
    assert len(server.peers) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [(socket.EAI_NONAME, "there is no host of this name"), (socket.EAI_AGAIN, "cannot be looked up now")],
)
def test_names_that_are_not_found(code: int, told: str, ask: Ask) -> None:
    def lookup(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(code, "as the system says it")

    with pytest.raises(FetchError, match=told):
        ask(Client(lookup=lookup), "http://hub.test/")
