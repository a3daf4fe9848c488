"""The maps of moved and gone addresses, asked by the servers they are for."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.redirects import LONGEST, SERVERS, Gone, Moved, Rule, Served, caddy, decoded, netlify, nginx
from syndicate.settings import Output
from tests.feeds.servers import serving

HOSTILE = (
    'a"b', "a'b", "a b", "a;b", "a$b", "a$uri", "${x}", "a{b}c", "{path}", "{$HOME}", "a\\b", "a\\", "a#b", "#b", "a%b",
    "100%25", "a`b", "a*b", "a:b", "~^x", "a|b", "a(b)[c]", "a.b", "a+b", "a&b", "a<b>", "中文 标签", "Ünïcode", "😀",
    "x" * 200, "default", "include", "a\tb", "a\nb; return 200 pwned;\n", "a\rb", "a=b", "a,b", "a!b", "a@b", "-",
)  # fmt: skip
"""Names of terms, each of which would do something if it were taken as it is."""


def address(name: str, folder: str = "old") -> str:
    return f"/{folder}/{quote(name, safe='')}/rss.xml"


MOVED = [Moved(address(name), address(name, "new")) for name in HOSTILE]
GONE = [Gone(address(name, "gone")) for name in HOSTILE]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for path, text in {
        "live.xml": "live", "feed/index.xml": "the feed", "feed/atom/index.xml": "the other", "us$/a b.xml": "dollars",
        "tag/go/rss.xml": "go",
    }.items():  # fmt: skip
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    return site


@pytest.mark.peers
@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_a_server_answers_as_the_map_says(server: str, root: Path, tmp_path: Path) -> None:
    rules: list[Rule] = [*MOVED, *GONE]
    rules += [Served("/feed/", "/feed/index.xml"), Served("https://example.org/dollars", "/us%24/a%20b.xml")]
    rules += [
        Moved("/Tag/Go/rss.xml", "/tag/go/rss.xml"),
        Moved("https://old.example.org/away", "https://example.net/x"),
    ]
    with serving(server, SERVERS[server](rules, ["/tag/go/rss.xml"]), root, tmp_path / "work") as found:
        for name in HOSTILE:
            answer = found.get(address(name))
            assert (answer.status, answer.location) == (301, address(name, "new")), name
            assert found.get(address(name, "gone")).status == 410, name
            assert found.get(address(f"{name}x")).status == 404, name
        assert found.get("/feed/").body == b"the feed"
        assert found.get("/dollars").body == b"dollars"
        assert found.get("/live.xml").body == b"live"
        assert found.get("/Tag/Go/rss.xml").location == "/tag/go/rss.xml"
        assert found.get("/tag/go/rss.xml").body == b"go", "what is there is not moved, though but for case it were"
        assert found.get("/away").location == "https://example.net/x"


@pytest.mark.peers
def test_nginx_knows_addresses_that_are_no_utf_8(root: Path, tmp_path: Path) -> None:
    rules = [Gone("/caf%E9"), Moved("/na%EFve", "/live.xml"), Gone("/\udcff.xml")]
    with serving("nginx", nginx(rules), root, tmp_path / "work") as found:
        assert found.get("/caf%E9").status == 410
        assert found.get("/caf%C3%A9").status == 404
        assert found.get("/na%EFve").location == "/live.xml"
        assert found.get("/%FF.xml").status == 410


@pytest.mark.peers
@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_a_server_takes_a_map_of_thousands(server: str, root: Path, tmp_path: Path) -> None:
    rules = [Gone(f"/2024/01/{number:05}-{'long-' * (number % 30)}name.html") for number in range(5000)]
    with serving(server, SERVERS[server](rules, ()), root, tmp_path / "work") as found:
        assert found.get("/2024/01/04999-" + "long-" * 19 + "name.html").status == 410
        assert found.get("/2024/01/05000-" + "long-" * 20 + "name.html").status == 404


@pytest.mark.peers
@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_a_server_takes_an_empty_map(server: str, root: Path, tmp_path: Path) -> None:
    with serving(server, SERVERS[server]([], ()), root, tmp_path / "work") as found:
        assert found.get("/live.xml").body == b"live"


def test_a_file_for_static_hosts() -> None:
    rules = [Moved("/a b", "/c d"), Gone("/x*"), Served("/feed/", "/feed/index.xml"), Moved("/é", "https://e.org/?q=1")]
    lines = [line for line in netlify(rules).splitlines() if not line.startswith("# W") and not line.startswith("# P")]
    assert lines[1:] == [
        "/a%20b /c%20d 301",
        "/feed/ /feed/index.xml 200",
        "# gone: /x%2A",
        "/%C3%A9 https://e.org/?q=1 301",
    ]


@pytest.mark.parametrize(
    "path", ["", "/", "x", "//example.net/x", "/?p=12", "https://example.org", "https://example.org/?p=1", "/a?b",
             "/" + "a" * LONGEST, "/a%00b", "mailto:a@b", "javascript:alert(1)"],
)  # fmt: skip
def test_addresses_that_no_rule_is_made_of(path: str) -> None:
    assert decoded(path) is None
    empty = nginx([])
    assert nginx([Gone(path), Moved(path, "/x"), Served(path, "/x")]) == empty


@pytest.mark.parametrize("target", ["", "x", "//example.net/", "javascript:alert(1)", "ftp://example.org/", "/same"])
def test_targets_that_are_none(target: str) -> None:
    assert nginx([Moved("/same", target)]) == nginx([])


def test_the_first_rule_of_an_address_holds() -> None:
    text = netlify([Moved("/a%62", "/first"), Moved("/ab", "/second"), Gone("/ab")])
    assert "/ab /first 301" in text and "second" not in text and "gone: " not in text


def test_the_writers_are_those_that_the_settings_name() -> None:
    assert Output(redirects=list(SERVERS)).redirects == tuple(SERVERS)


_WORD = r'"(?:[^"\\\n]|\\.)*"'
_NGINX_LINE = re.compile(rf"    (?:default|{_WORD}) {_WORD};")
ANY = st.one_of(st.text(), st.text(alphabet="/%a$\"'\\{}`;#\n\r\t *~\x00\x7f\u2028\udcff\ud800"))


@given(st.lists(st.tuples(ANY, ANY)))
def test_no_text_breaks_out_of_its_line(pairs: list[tuple[str, str]]) -> None:
    rules: list[Rule] = [
        rule for a, b in pairs for rule in (Moved(f"/{a}", f"/{b}"), Gone(f"/g{a}"), Served(f"/s{a}", f"/{b}"))
    ]
    for line in nginx(rules, [f"/{b}" for _, b in pairs]).split("\n"):
        assert "\r" not in line
        if line.startswith("    "):
            assert _NGINX_LINE.fullmatch(line), line
    for line in caddy(rules).split("\n"):
        if line.startswith("\t"):
            assert (
                re.fullmatch(rf'\t\S+ (?:{_WORD}|\S+) (?:""|1) {_WORD}', line)
                and "{" not in line.replace("\\x{", "")
                and "`" not in line
            )
    for line in netlify(rules).split("\n"):
        assert line.isascii() and (line.startswith("#") or not line or len(line.split(" ")) == 3)
