"""The operator's pages: what they show, to whom, and what they do not."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import syndicate
from syndicate import wiring
from syndicate.errors import StateError
from syndicate.index.days import Days
from syndicate.index.subscribers import Subscribers
from syndicate.model import Problem, Severity
from syndicate.model.hub import Asked, Subscription, Way
from syndicate.model.numbers import DAY, Kind, Tally, Traffic
from syndicate.model.run import Run
from syndicate.project import find
from syndicate.server import Request, Response
from syndicate.server.dashboard.looking import Looker, seen
from syndicate.server.dashboard.parts import SHEETS, page, pieces
from syndicate.server.dashboard.places import POLICY, Pace, places
from syndicate.server.dashboard.seen import Failing, Found, Seen, Told, aged, sorted_out
from syndicate.server.dashboard.tables import STATES, lots, states
from tests.server.sights import NOW, TODAY, a_sight, an_endpoint

NEWSROOM = Path(__file__).parents[2] / "examples/newsroom"
EVIL = "\"'><script>alert(1)</script>&amp;\x00\x1b[31m\udcff\ud83d"
SHEET = pytest.mark.parametrize("sheet", SHEETS)


class Tags(HTMLParser):
    """Every tag of a page with its attributes, its words, and the tags that are not closed as they were opened."""

    VOID = frozenset(("meta", "link", "path", "rect", "circle", "wbr"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.crossed: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.crossed += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def asking(path: str, query: str = "", method: str = "GET") -> Request:
    return Request(method, path.encode(), query.encode(), [], now=NOW)


def text(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def got(path: str, sight: Seen | None = None) -> Response:
    return places(lambda: sight or a_sight())[path].answer(asking(path))


# -- pages


@SHEET
def test_every_page_is_whole_and_names_what_it_shows(sheet: str) -> None:
    found = Tags(page(sheet, a_sight()))
    assert found.crossed == []
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = [attributes["aria-labelledby"] for _, attributes in found.tags if "aria-labelledby" in attributes]
    assert set(labels) <= set(ids)
    assert len(labels) == len(SHEETS[sheet][1])


@SHEET
def test_a_page_asks_nothing_of_others_and_runs_nothing_inline(sheet: str) -> None:
    found = Tags(page(sheet, a_sight()))
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        address = attributes.get("href") or attributes.get("src") or ""
        assert "//" not in address or address.startswith("data:"), address
    scripts = [attributes for tag, attributes in found.tags if tag == "script"]
    assert [each.get("src") for each in scripts] == ["dashboard.js"]
    assert not [tag for tag, _ in found.tags if tag in ("style", "iframe", "form", "object")]


@SHEET
def test_pages_stand_where_there_is_nothing_to_show(sheet: str) -> None:
    assert Tags(page(sheet, Seen("Site", NOW))).crossed == []


def test_problems_are_named_by_file_and_line() -> None:
    html = page("problems", a_sight())
    words = "".join(Tags(html).words)
    assert "posts/a.md:7:3" in words
    assert "the quote is never closed; close it" in words
    assert words.index("posts/a.md") < words.index("posts/b.md")


def test_lists_are_cut_and_say_so() -> None:
    many = [Problem(f"posts/{each}.md", Severity.WARNING, "odd", "it is odd") for each in range(700)]
    found = sorted_out(iter(many), 500)
    assert (len(found.first), found.warnings) == (500, 700)
    assert "and 200 more" in page("problems", a_sight(problems=found))
    assert "and 695 more" in page("", a_sight(problems=found))


def test_the_worst_problems_are_shown_first() -> None:
    kinds = [Severity.INFO, Severity.WARNING, Severity.ERROR] * 3
    found = sorted_out((Problem(f"{at}.md", kind, "x", "y") for at, kind in enumerate(kinds)), 4)
    assert [each.path for each in found.first] == ["2.md", "5.md", "8.md", "1.md"]
    assert (found.errors, found.warnings, found.notes, found.all) == (3, 3, 3, 9)


def test_what_others_wrote_is_text() -> None:
    sight = a_sight(
        title=EVIL,
        runs=[Run(NOW, EVIL, failed=EVIL)],
        problems=Found([Problem(EVIL, Severity.ERROR, EVIL, EVIL)], 1),
        receivers=[an_endpoint(EVIL, failures=1, told=EVIL, off=EVIL)],
        failing=[EVIL],
        wrong=[EVIL],
        hub=Told(1, [(EVIL, 1)], failing=1, first=[Failing(EVIL, EVIL, 1, NOW, NOW, EVIL)]),
        days=[each._replace(feed="") for each in a_sight().days],
        feeds_read=[a_sight().days[0]._replace(feed=EVIL)],
        readers=[a_sight().readers[0]._replace(name=EVIL)],
    )
    for sheet in SHEETS:
        found = Tags(page(sheet, sight))
        assert [attributes.get("src") for tag, attributes in found.tags if tag == "script"] == ["dashboard.js"]
        assert found.crossed == []
        assert not [each for each in "".join(found.words) if each < " " and each != "\n"]
        assert got(f"/{sheet}", sight).status == 200, (
            "halves of signs, as they stand for bytes of names, are no fault of pages"
        )


def test_endpoints_are_counted_by_how_they_are() -> None:
    assert dict(states(a_sight().receivers)) == {"well": 1, "fails": 1, "off": 1}
    assert set(dict(states(a_sight().receivers))) <= set(STATES)


def test_requests_are_put_together_by_day_and_by_hour() -> None:
    by_day = lots(a_sight().answers)
    assert len(by_day) == 20
    assert by_day[-1].counts == (300, 4000, 20, 60, 0)
    assert sum(each.all for each in by_day) == sum(each.requests for each in a_sight().answers)
    by_hour = lots([each._replace(at=TODAY + 3600 * place) for place, each in enumerate(a_sight().answers[:5])])
    assert [each.label for each in by_hour] == ["00:00", "01:00", "02:00", "03:00", "04:00"]


def test_feeds_are_sorted_by_the_age_of_their_newest_post() -> None:
    newest = [NOW, NOW - DAY, NOW - DAY - 1, NOW - 40 * DAY, NOW - 900 * DAY, None, NOW + 5]
    assert aged(iter(newest), NOW) == [3, 1, 0, 1, 0, 1, 1]


# -- parts that change


def test_a_part_has_another_mark_when_it_changes_alone() -> None:
    before = {each.name: each.mark for each in pieces("", a_sight())}
    after = {each.name: each.mark for each in pieces("", a_sight(runs=a_sight().runs[1:], at=NOW + 9))}
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == {"runs", "state"}


@dataclass
class Scene:
    """What is seen, which a test may change."""

    sight: Seen

    def __call__(self) -> Seen:
        return self.sight


def events(raw: bytes) -> list[dict[str, Any]]:
    lines = [line for line in raw.decode().split("\n") if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


async def until(stream: AsyncIterator[bytes], wanted: Callable[[bytes], bool]) -> bytes:
    async with asyncio.timeout(20):
        async for piece in stream:
            if wanted(piece):
                return piece
    raise AssertionError("the stream ended before")


def test_what_changes_is_sent_and_nothing_else() -> None:
    async def listen() -> None:
        scene = Scene(a_sight())
        answer = places(scene, Pace(look=0.01, sign=0.02))["/events"].answer(asking("/events", "sheet="))
        assert dict(answer.headers)[b"content-type"] == b"text/event-stream"
        stream = answer.body
        assert isinstance(stream, AsyncIterator)
        first = events(await until(stream, lambda piece: b"event: part" in piece))
        assert [each["name"] for each in first] == list(SHEETS[""][1])
        assert await until(stream, lambda piece: piece.startswith(b":")), "a sign of life, as nothing has changed"
        scene.sight = a_sight(problems=Found())
        second = events(await until(stream, lambda piece: b"event: part" in piece))
        assert [each["name"] for each in second] == ["state", "problems"]
        assert "every post is published" in second[1]["html"]
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(listen())


def test_so_many_may_listen_and_who_leaves_makes_room() -> None:
    async def listen() -> None:
        place = places(a_sight, Pace(look=0.01, most=1))["/events"]
        stream = place.answer(asking("/events")).body
        assert isinstance(stream, AsyncIterator)
        await anext(stream)
        refused = place.answer(asking("/events"))
        assert refused.status == 503
        assert b"retry-after" in dict(refused.headers)
        await stream.aclose()  # type: ignore[attr-defined]
        assert place.answer(asking("/events")).status == 200

    asyncio.run(listen())


def test_a_stream_has_an_end_and_bears_that_nothing_can_be_seen() -> None:
    def look() -> Seen:
        raise StateError("nothing has been built here yet")

    async def listen() -> list[bytes]:
        stream = places(look, Pace(0.01, 0.02, 0.1))["/events"].answer(asking("/events")).body
        assert isinstance(stream, AsyncIterator)
        return [piece async for piece in stream]

    said = asyncio.run(listen())
    assert said[0] == b"retry: 1000\n\n"
    assert set(said[1:]) == {b": nothing new\n\n"}


@pytest.mark.parametrize("query", ["sheet=x", "sheet=%00", "sheet=../x", "sheet=\xff" * 9, "a=b&sheet=nothing"])
def test_a_stream_is_of_a_page_that_there_is(query: str) -> None:
    assert places(a_sight)["/events"].answer(asking("/events", query)).status == 404


# -- what goes with them


@pytest.mark.parametrize("path", [path for path in places(a_sight) if path != "/events"])
def test_every_answer_is_for_the_operators_eyes_alone(path: str) -> None:
    response = got(path)
    headers = dict(response.headers)
    assert response.status == 200
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"content-security-policy"].decode() == POLICY
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"content-length"] == str(len(text(response).encode())).encode()
    assert not [name for name in headers if name.startswith(b"access-control") or name == b"set-cookie"]


def test_the_policy_lets_nothing_in() -> None:
    assert "'unsafe" not in POLICY
    assert "script-src 'self'" in POLICY
    assert "default-src 'none'" in POLICY


def test_nothing_can_be_changed_here() -> None:
    assert {place.methods for place in places(a_sight).values()} == {("GET",)}
    assert {place.most for place in places(a_sight).values()} == {0}


def test_where_nothing_was_built_the_page_says_so(tmp_path: Path) -> None:
    the = find(str(NEWSROOM), options={"output": {"folder": str(tmp_path / "feeds")}})
    response = places(lambda: seen(the, NOW))["/"].answer(asking("/"))
    assert response.status == 503
    assert "syndicate build" in text(response)


# -- looking


@dataclass
class Watch:
    """Clocks that go when a test says so, and looks that are counted."""

    path: Path
    at: float = 100.0
    takes: float = 0.0
    looks: int = 0

    def looker(self) -> Looker:
        return Looker(self.look, self.path, clock=lambda: NOW + self.at, running=lambda: self.at)

    def look(self, now: int) -> Seen:
        self.looks += 1
        self.at += self.takes
        return a_sight(at=now)


def test_it_is_looked_again_where_something_changed(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "state.db")
    look = watch.looker()
    assert look() is look()
    watch.path.write_bytes(b"more")
    look()
    assert watch.looks == 2
    Path(f"{watch.path}.hub-wal").write_bytes(b"more")
    look()
    look()
    assert watch.looks == 3


def test_it_is_looked_again_after_half_a_minute(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "state.db")
    look = watch.looker()
    look()
    watch.at += 29
    look()
    assert watch.looks == 1
    watch.at += 1
    assert look().at == NOW + 130
    assert watch.looks == 2


def test_where_a_look_takes_long_there_are_fewer(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "state.db", takes=6.0)
    look = watch.looker()
    look()
    watch.path.write_bytes(b"more")
    watch.at += 59
    look()
    assert watch.looks == 1
    watch.at += 1
    look()
    assert watch.looks == 2


def test_a_look_that_failed_is_made_again(tmp_path: Path) -> None:
    def look(now: int) -> Seen:
        raise StateError("locked")

    looker = Looker(look, tmp_path / "state.db")
    for _ in range(2):
        with pytest.raises(StateError):
            looker()


# -- everything, of a site that was built


def test_what_is_seen_of_a_site(tmp_path: Path) -> None:
    options = {"output": {"folder": str(tmp_path / "feeds")}, "hub": {"on": True}}
    report = syndicate.build(str(NEWSROOM), options=options, environ={})
    the = find(str(NEWSROOM), options=options)
    with wiring.state(the) as index:
        topic = next(each for each in index.announced() if each.format == "rss")
    with closing(Subscribers.open(f"{the.state}.hub")) as store:
        for number, digest in enumerate((topic.digest, topic.digest, b"0" * 16)):
            callback = f"https://me:pw@c{number}.example/secret-path?key=hush"
            store.grant(Subscription(0, Way.WEBSUB, topic.url, callback, NOW, NOW + DAY * 5, "s3cret", got=digest))
        bad = store.find(topic.url, "https://me:pw@c2.example/secret-path?key=hush")
        assert bad
        told = f"no answer from {bad.callback} with s3cret"
        store.keep([bad._replace(failures=3, tried_at=NOW - 9, due=NOW + 9, told=told)])
        store.ask(Asked(Way.WEBSUB, topic.url, "https://new.example/x"))
    with closing(Days.open(f"{the.state}.numbers")) as days:
        traffic = {"": Traffic(10, 9, 8, 1000, 9000), "site": Traffic(10, 9, 8, 1000, 9000)}
        readers = {("Feedly", Kind.AGGREGATOR): Traffic(10, 9, 8, 1000, 9000)}
        stated = {("site", "Feedly", "1"): 40}
        days.add(Tally(TODAY, traffic, {"": 2, "site": 2}, stated, readers, {}, {200: (2, 1000), 304: (8, 0)}))

    found = seen(the, NOW)

    assert found.title == "The Anlan Newsroom"
    assert (found.feeds, found.files) == (report.feeds, report.seen)
    assert found.last is not None
    assert found.last.written == report.documents.written
    assert sum(found.ages) == found.feeds
    assert found.problems.errors == sum(each.severity is Severity.ERROR for each in report.problems)
    hub = found.hub
    assert hub is not None
    assert (hub.subscriptions, hub.failing, hub.behind, hub.pending) == (3, 1, 0, 1)
    assert hub.leases == [(5, 3)]
    assert hub.topics == [(topic.url, 3)]
    assert [each.host for each in hub.first] == ["c2.example"]
    assert [each.subscribers for each in found.days] == [42]
    assert [each.feed for each in found.feeds_read] == ["site"]
    assert sum(each.requests for each in found.answers) == 10
    shown = "".join(page(sheet, found) for sheet in SHEETS)
    for secret in ("s3cret", "hush", "secret-path", "me:pw"):
        assert secret not in shown
        assert secret not in repr(found)


def test_numbers_that_cannot_be_read_leave_the_rest(tmp_path: Path) -> None:
    options = {"output": {"folder": str(tmp_path / "feeds")}}
    syndicate.build(str(NEWSROOM), options=options, environ={})
    the = find(str(NEWSROOM), options=options)
    Path(f"{the.state}.numbers").write_bytes(b"no database at all" * 100)
    found = seen(the, NOW)
    assert found.feeds
    assert not found.days


def test_secrets_of_endpoints_are_not_shown(tmp_path: Path) -> None:
    endpoint = {
        "kind": "webhook",
        "url": "https://hooks.example/T0K3N/x?key=qu3ry",
        "secret": f"whsec_{b64encode(b'hush' * 8).decode()}",
    }
    options = {
        "output": {"folder": str(tmp_path / "feeds")},
        "endpoints": {"chat": endpoint},
        "serve": {"token": "the-t0ken-that-is-set"},
    }
    syndicate.build(str(NEWSROOM), options=options, environ={})
    found = seen(find(str(NEWSROOM), options=options), NOW)
    shown = "".join(page(sheet, found) for sheet in SHEETS)
    assert "hooks.example" in shown
    for secret in ("T0K3N", "qu3ry", "aHVzaGh1", "the-t0ken"):
        assert secret not in shown
