"""Live queries over a folder that the whole program has built, asked as the application asks."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from lxml import etree

from syndicate.delivery.wording import catch_up
from syndicate.errors import StateError
from syndicate.feeds.rules import check
from syndicate.feeds.texts import Texts
from syndicate.feeds.write import Entries, Order, Writer, Written
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.words import Words
from syndicate.model import Severity
from syndicate.project import Project, find
from syndicate.server import Request, Response
from syndicate.server.following import Following
from syndicate.server.queries import AT_ONCE, IN_AN_HOUR, Queries
from syndicate.wiring.queries import Scene, scene
from tests.faults.site import NOW, URL, Site

DEADLINE = 60.0


def a_site(folder: Path) -> Site:
    output = {"folder": str(folder / "out/feeds"), "state": str(folder / "state.db")}
    return Site(folder, options={"output": output, "serve": {"queries": True}})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("queried")
    made = Site(
        folder,
        options={
            "output": {"folder": str(folder / "out/feeds"), "state": str(folder / "state.db")},
            "serve": {"queries": True},
            "feeds": {"py": {"query": "tag:python", "title": "Py"}, "calm": {"query": "mood:calm"}},
        },
    )
    made.post("1.md", "我爱北京天安门。 `code`", title="One", date="2026-05-01", tags=["python"])
    made.post("2.md", "The *quick* brown fox.", title="Two <b>", date="2026-05-02", tags=["Python", "web"])
    made.post("3.md", "Nothing " * 50, title="三", date="2026-05-03", mood="calm")
    made.post("4.md", "北京 draft", title="Draft", date="2026-05-03", draft=True)
    made.post("5.md", "北京 tomorrow", title="Later", date="2036-05-03")
    made.build()
    return made


def project(site: Site, title: str = "The Sea") -> Project:
    tables: dict[str, Any] = {
        "site": {"url": URL, "title": title, "author": {"name": "Ada"}},
        "content": {"dialect": "plain"},
    }
    return find(str(site.content), None, {**tables, **site.options}, {})


def read_all(queries: Queries) -> None:
    """What goes on in the background, done at once."""
    scene = queries._scene
    with closing(scene.words()) as words, closing(scene.index()) as index:
        catch_up(index, words, lambda: scene.texts, scene.engine, lambda: False)


@pytest.fixture(scope="module")
def opened(site: Site) -> Iterator[Queries]:
    with closing(Queries(scene(project(site)))) as made:
        read_all(made)
        yield made


@pytest.fixture
def queries(site: Site, opened: Queries) -> Queries:
    return opened


def ask(queries: Queries, text: str, form: str = "atom", more: str = "", **given: Any) -> Response:
    named = {"method": "GET", "client": "", "now": float(NOW)}
    told = {name: given.pop(name, value) for name, value in named.items()}
    headers = [(name.replace("_", "-").encode(), value) for name, value in given.items()]
    place = queries.places()[f"/feeds/query.{form}"]
    query = f"q={quote(text)}{more}".encode()
    path = f"/feeds/query.{form}".encode()
    return place.answer(
        Request(str(told["method"]), path, query, headers, str(told["client"]), b"", float(str(told["now"])))
    )


def titles(response: Response) -> list[str]:
    assert response.status == 200, response.body
    assert isinstance(response.body, bytes)
    return [entry.title for entry in feedparser.parse(response.body).entries]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["三", "Two &lt;b&gt;", "One"]),
        ("tag:python", ["Two &lt;b&gt;", "One"]),
        ("text~北京", ["One"]),
        ("text~北京天", ["One"]),
        ("text:京", ["One"]),
        ('text:"quick brown"', ["Two &lt;b&gt;"]),
        ("text~qui*", ["Two &lt;b&gt;"]),
        ("text~one or text~三", ["三", "One"]),
        ("not text~北京", ["三", "Two &lt;b&gt;"]),
        ("words > 20", ["三"]),
        ("mood:calm", ["三"]),
        ("text~draft or text~tomorrow", []),
    ],
)
def test_what_is_found(queries: Queries, text: str, found: list[str]) -> None:
    assert [title.replace("<", "&lt;").replace(">", "&gt;") for title in titles(ask(queries, text))] == found


def test_entries_are_those_of_published_feeds(site: Site, queries: Queries) -> None:
    """The same stages: byte by byte."""
    (path,) = (site.out).glob("**/py/atom.xml")
    published, live = path.read_bytes(), ask(queries, "tag:python").body
    assert isinstance(live, bytes)
    first = published.index(b"<entry>")
    assert published[first:] == live[live.index(b"<entry>") :]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("text", ["tag:python", "tag:none", 'title~"<script>&\x01"', ""])
def test_documents_are_valid(queries: Queries, form: str, text: str) -> None:
    body = ask(queries, text, form).body
    assert isinstance(body, bytes)
    assert [(one.rule, one.message) for one in check(body) if one.severity is not Severity.INFO] == []
    if form == "json":
        assert json.loads(body)["feed_url"].startswith(f"{URL}/feeds/query.json?q=")
    else:
        etree.fromstring(body)


def test_headers_are_those_of_documents(queries: Queries) -> None:
    answer = ask(queries, "TAG:python", more="&limit=1")
    headers = dict(answer.headers)
    assert headers[b"content-type"] == b"application/atom+xml; charset=utf-8"
    assert headers[b"last-modified"] == b"Mon, 01 Jun 2026 12:00:00 GMT"
    assert headers[b"link"] == b'<https://example.org/feeds/query.atom?q=tag:python&limit=1>; rel="self"'
    assert headers[b"vary"] == b"accept-encoding"
    assert headers[b"cache-control"] == b"public, max-age=60"
    assert headers[b"access-control-allow-origin"] == b"*"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert len(titles(answer)) == 1


def test_who_has_it_is_told_so(queries: Queries) -> None:
    whole = ask(queries, "tag:python")
    tag = dict(whole.headers)[b"etag"]
    unchanged = ask(queries, " Tag:PYTHON", if_none_match=b'"x", W/' + tag)
    assert (unchanged.status, unchanged.body) == (304, b"")
    for name in (b"etag", b"cache-control", b"vary", b"last-modified", b"link"):
        assert dict(unchanged.headers)[name] == dict(whole.headers)[name]
    date = dict(whole.headers)[b"last-modified"]
    assert ask(queries, "tag:python", if_modified_since=date).status == 304
    assert ask(queries, "tag:python", if_modified_since=date, if_none_match=b'"other"').status == 200
    assert ask(queries, "tag:python", if_match=b'"other"').status == 412
    assert ask(queries, "tag:python", "rss", if_none_match=tag).status == 200, "another document has another tag"


def test_codings(queries: Queries) -> None:
    plain, packed = ask(queries, "tag:python"), ask(queries, "tag:python", accept_encoding=b"gzip")
    assert isinstance(plain.body, bytes) and isinstance(packed.body, bytes)
    assert dict(packed.headers)[b"content-encoding"] == b"gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert dict(packed.headers)[b"etag"] != dict(plain.headers)[b"etag"]
    assert ask(queries, "tag:python", accept_encoding=b"identity;q=0").status == 406


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tag:(", "q: column 6: "),
        ("colour:red", "column 1: colour is no key that queries can ask for; put a word in quotes"),
        ("tag:a colour:red", "column 7: colour is no key"),
    ],
)
def test_what_is_wrong_is_said_in_plain_text(queries: Queries, text: str, said: str) -> None:
    answer = ask(queries, text)
    assert (answer.status, dict(answer.headers)[b"content-type"]) == (400, b"text/plain; charset=utf-8")
    assert isinstance(answer.body, bytes)
    assert said.replace("calm", "") in answer.body.decode().replace("; known are mood", "")


def test_others_may_ask_from_their_pages(queries: Queries) -> None:
    answer = ask(queries, "", method="OPTIONS")
    assert (answer.status, dict(answer.headers)[b"access-control-allow-origin"]) == (204, b"*")


def test_no_address_asks_without_end(queries: Queries) -> None:
    def asked(number: int, client: str) -> int:
        return ask(queries, f"title~x{number}", client=client).status

    first = [asked(number, "2001:db8::1") for number in range(IN_AN_HOUR)]
    assert set(first) == {200}
    refused = ask(queries, "title~another", client="2001:db8::2")
    assert refused.status == 429
    assert int(dict(refused.headers)[b"retry-after"]) >= 1
    assert ask(queries, "title~x1", client="2001:db8::3").status == 200, "what is known already is for everybody"
    assert asked(999, "2001:db8:1::1") == 200, "another network"


def test_who_says_that_he_asks_for_many_gets_no_more_of_what_is_new(queries: Queries) -> None:
    many = {"user_agent": b"Flood/1.0 (100 subscribers)"}
    statuses = [ask(queries, f"title~y{n}", client="192.0.2.77", **many).status for n in range(IN_AN_HOUR + 3)]
    assert statuses == [200] * IN_AN_HOUR + [429] * 3


def test_what_was_asked_takes_room_too(queries: Queries) -> None:
    before = queries._size
    assert ask(queries, "title:" + "x" * 3_900).status == 200
    assert queries._size - before > 4 * 3_900


def test_only_so_many_wait(queries: Queries) -> None:
    with queries._working:  # somebody's query takes its time
        waiting = [
            threading.Thread(target=ask, args=(queries, f"title~w{number}"), daemon=True) for number in range(AT_ONCE)
        ]
        for each in waiting:
            each.start()
        answer = until(lambda: ask(queries, "title~wz") if not queries._waiting._value else None)
        assert (answer.status, dict(answer.headers)[b"retry-after"]) == (503, b"5")
    for each in waiting:
        each.join(DEADLINE)
        assert not each.is_alive()


def until(look: Any) -> Any:
    """What comes of looking, as soon as anything does."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come")


def test_a_worker_that_dies_takes_nobody_along(queries: Queries) -> None:
    assert ask(queries, "title~before").status == 200
    workers = active_children()
    assert workers
    for worker in workers:
        worker.kill()
        worker.join(DEADLINE)
    assert ask(queries, "title~after").status == 200


def test_changes_are_written_down_while_somebody_may_ask(tmp_path: Path) -> None:
    made = a_site(tmp_path)
    made.post("1.md", title="One", date="2026-05-01")
    for on in (True, False, True):
        made.build(serve={"queries": on})
        with closing(SqliteIndex.open(str(tmp_path / "state.db"))) as index:
            assert index.follows_texts() == on


class Mortal(Writer):
    """Dies of one post, as a C library does of what it was never tried with."""

    def entries(self, orders: Sequence[Order]) -> Iterator[list[tuple[Order, Entries | Written]]]:
        if any(order.recipe and order.recipe.path == b"2.md" for order in orders):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().entries(orders)


def test_a_post_that_kills_is_left_out_and_kills_once(tmp_path: Path) -> None:
    made = a_site(tmp_path)
    made.post("1.md", "北京", title="One", date="2026-05-01")
    made.post("2.md", "北京", title="Two", date="2026-05-02")
    made.build()
    usual = scene(project(made))
    old = usual.clerk.writer
    mortal = Mortal(old.roots, old.formats, old.style, old.max_size)
    deadly = replace(usual, clerk=replace(usual.clerk, writer=mortal), texts=Texts(mortal))
    others = set(active_children())
    with closing(Queries(deadly)) as queries:
        read_all(queries)
        assert titles(ask(queries, "text~北京")) == ["One"]
        assert titles(ask(queries, "")) == ["One"]
        survivors = set(active_children()) - others
        assert titles(ask(queries, "title~o")) == ["One"]
        assert len(survivors) == 1
        assert set(active_children()) - others == survivors


def test_a_query_that_takes_too_long_is_refused_with_advice(site: Site) -> None:
    usual = scene(project(site))
    with closing(Queries(replace(usual, clerk=replace(usual.clerk, seconds=0.0)))) as queries:
        answer = ask(queries, " or ".join(f"title~x{number}" for number in range(190)))
        assert answer.status == 400
        assert "takes too long: add a test that few posts pass" in text_of(answer)


def test_answers_follow_what_is_built(tmp_path: Path) -> None:
    """One life: nothing built yet, posts unread, a post that comes, changes, and goes."""
    made = a_site(tmp_path)
    made.post("1.md", "Apples.", title="One", date="2026-05-01")
    with closing(Queries(scene(project(made)))) as queries:
        assert ask(queries, "").status == 503, "nothing has been built"
        made.build()
        assert titles(ask(queries, "")) == ["One"]
        early = ask(queries, "text~apples")
        assert (early.status, dict(early.headers)[b"retry-after"]) == (503, b"30")
        read_all(queries)
        assert titles(ask(queries, "text~apples")) == ["One"]
        made.post("2.md", "Apples and pears.", title="Two", date="2026-05-01")
        made.build()
        read_all(queries)
        before = ask(queries, "text~apples")
        assert titles(before) == ["Two", "One"] or titles(before) == ["One", "Two"]
        made.post("1.md", "Plums.", title="One", date="2026-05-01")
        made.build()
        read_all(queries)
        assert titles(ask(queries, "text~plums")) == ["One"]
        # no post is newer, and yet it is another document: it was modified at the moment at which that was seen
        after = ask(queries, "text~apples", now=float(NOW + 5))
        assert titles(after) == ["Two"]
        date = dict(before.headers)[b"last-modified"]
        assert ask(queries, "text~apples", now=float(NOW + 6), if_modified_since=date).status == 200
        date = dict(after.headers)[b"last-modified"]
        later = ask(queries, "text~apples", now=float(NOW + 500), if_modified_since=date)
        assert later.status == 304, "made anew it is the same"
        (made.content / "2.md").unlink()
        made.build()
        assert titles(ask(queries, "text~apples")) == [], "deletion wins, also before the full text knows"


def test_it_follows_in_the_background(tmp_path: Path) -> None:
    made = a_site(tmp_path)
    made.post("1.md", "Apples.", title="One", date="2026-05-01")
    made.build()
    with closing(Queries(scene(project(made)))) as queries:
        queries.start()
        assert titles(until(lambda: found if (found := ask(queries, "text~apples")).status == 200 else None)) == ["One"]
        made.post("1.md", "Pears.", title="One", date="2026-05-01")
        made.build()
        until(lambda: titles(ask(queries, "text~pears")) == ["One"])


def test_full_text_that_is_damaged_is_read_anew(tmp_path: Path) -> None:
    made = a_site(tmp_path)
    made.post("1.md", "Apples.", title="One", date="2026-05-01")
    made.build()
    usual = scene(project(made))
    with closing(usual.words()) as words:
        words._db.execute("PRAGMA writable_schema=ON")
        words._db.execute("UPDATE sqlite_schema SET rootpage=99 WHERE name='known'")
    following = Following(lambda: usual, 0.01)
    following.start()
    until(lambda: is_whole(usual))
    following.stop()
    assert not following.is_alive()
    with closing(Queries(usual)) as queries:
        assert titles(ask(queries, "text~apples")) == ["One"]


def is_whole(usual: Scene) -> bool:
    with contextlib.suppress(StateError, *Words.faults), closing(usual.words()) as words:
        return words.is_whole()
    return False


def test_a_configuration_that_changed_is_read_anew(tmp_path: Path) -> None:
    made = a_site(tmp_path)
    made.post("1.md", "Apples.", title="One", date="2026-05-01")
    made.build()
    titles_given = ["The Lake"]
    with closing(Queries(scene(project(made)), lambda: scene(project(made, titles_given.pop())))) as queries:
        assert "one · The Sea" in text_of(ask(queries, "one"))
        made.post("2.md", "Pears.", title="Two", date="2026-05-01")
        made.build()
        assert "one · The Sea" in text_of(ask(queries, "one")), "new posts are no new configuration"
        made.build(site={"title": "The Lake"})
        assert "one · The Lake" in text_of(ask(queries, "one"))
        assert titles_given == []


def text_of(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


@pytest.mark.parametrize(
    "query", [b"q=%00", b"q=" + b"(" * 3000, b"\xff\xfe", b"q=%F0%9F%98%80", b"&&&=&q", b"q;limit"]
)
def test_nothing_hostile_raises(queries: Queries, query: bytes) -> None:
    for place in queries.places().values():
        assert place.answer(Request("GET", b"/x", query, [], "", b"", float(NOW))).status in (200, 400)
