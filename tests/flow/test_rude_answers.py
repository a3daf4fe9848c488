"""What is remembered of receivers without manners: real sockets, the real client, notifiers, courier and state.

All of them are told at once, and each of them once; then, ten minutes later, those who refused. One who hangs holds up
nobody: were they told one after another, this would take minutes.
"""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from syndicate.delivery import enrol
from syndicate.delivery.announce import Offer
from syndicate.delivery.courier import Courier, Sent
from syndicate.delivery.guard import Guard, networks
from syndicate.delivery.http import Answer, Client, Limits
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.delivery import Delivery, Endpoint, Outcome, Standing
from syndicate.plugins import find
from tests.delivery.mortal import Frozen
from tests.delivery.telling import offers, put
from tests.rude import BOMBS, BROKEN, FLOODS, SLOW, Behaviour, Rude, bomb, says, threads

ANSWERS = Path(__file__).parent.parent / "cases" / "answers"
NOW = 784_111_777
"""Sun, 06 Nov 1994 08:49:37 GMT."""
SECONDS = 0.8
"""The deadline of a request to those who are slow."""

TAKEN, BUSY, REFUSED, OFF = Outcome.TAKEN, Outcome.BUSY, Outcome.REFUSED, Outcome.OFF
SECRET = "s3cret"


@dataclass(frozen=True)
class Case:
    """How a receiver of a kind behaves, and what is remembered of it: `told` is part of what a person reads, `due` when
    the endpoint as a whole is tried again."""

    kind: str
    behave: Behaviour
    outcome: Outcome
    status: int = 0
    told: str = ""
    due: int = 30


def _statuses() -> Iterator[tuple[str, Case]]:
    for status, outcome in (
        *((each, TAKEN) for each in (200, 201, 202, 204, 206, 299)),
        *((each, BUSY) for each in (408, 425, 429, 500, 502, 503, 504, 599)),
        *((each, REFUSED) for each in (301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 413, 418, 451, 499, 999)),
        (410, OFF),
    ):
        yield f"status {status}", Case("websub", says(b"", f"{status} So"), outcome, status, str(status or ""))


def _waits() -> Iterator[tuple[str, Case]]:
    for asked, seconds in (
        ("0", 30),
        ("120", 120),
        ("86400", 86_400),
        ("315360000", 86_400),
        ("-5", 30),
        ("100.9", 100),
        ("120, 240", 240),
        ("Sun, 06 Nov 1994 08:51:37 GMT", 120),
        ("Sunday, 06-Nov-94 08:51:37 GMT", 120),
        ("Sun Nov  6 08:51:37 1994", 120),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 30),
        ("soon", 30),
        ("9" * 4000, 86_400),
    ):
        for status in (429, 503):
            answer = says(b"", f"{status} Later", f"Retry-After: {asked}")
            yield f"{status}, {asked[:40]}", Case("webhook", answer, BUSY, status, str(status), seconds)


def _bodies() -> Iterator[tuple[str, Case]]:
    for kind in ("xmlrpc", "rsscloud"):
        for line in (ANSWERS / kind / "expected.tsv").read_text("utf-8").splitlines():
            name, outcome, told = line.split("\t")
            answer = says((ANSWERS / kind / name).read_bytes(), "200 OK", "Content-Type: text/html")
            yield f"{kind} {name}", Case(kind, answer, Outcome(outcome), 200, told)


def _rude() -> Iterator[tuple[str, Case]]:
    for name, behave in SLOW.items():
        yield name, Case("websub", behave, BUSY, told=f"no complete answer within {SECONDS:g} seconds")
    for name, behave in BROKEN.items():
        yield name, Case("webhook", behave, BUSY, told="no answer")
    for name, behave in BOMBS.items():
        yield name, Case("xmlrpc", behave, BUSY)
    for name, behave in FLOODS.items():
        refused = "redirect" in name
        status = 302 if refused else 500 if "refusal" in name else 200
        outcome = BUSY if status == 500 else REFUSED if refused else TAKEN
        yield name, Case("webhook", behave, outcome, status)
    for name in ("a body without end", "a packed body that swells"):
        yield f"{name}, for XML-RPC", Case("xmlrpc", FLOODS[name], REFUSED, 200, "no XML-RPC")


def _sent_on() -> Iterator[tuple[str, Case]]:
    for status, target in (
        (302, "http://169.254.169.254/latest/meta-data/"),
        (301, "http://127.0.0.1:6379/"),
        (307, "http://[::1]/"),
        (308, "file:///etc/passwd"),
        (303, "gopher://127.0.0.1/_x"),
        (302, "/again"),
    ):
        answer = says(b"", f"{status} Elsewhere", f"Location: {target}")
        yield f"{status} to {target}", Case("rsscloud", answer, REFUSED, status, target)


CASES: dict[str, Case] = dict([*_statuses(), *_waits(), *_bodies(), *_rude(), *_sent_on()])


class Line(Client):
    """The client, with little time for those who take all there is, so that others have as much as they need."""

    def __init__(self, slow: set[str]) -> None:
        guard = Guard(listed=networks("127.0.0.0/8"))
        super().__init__(Limits(120), guard)
        self._slow, self._hurried = slow, Client(Limits(SECONDS), guard)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], allow_private: bool = False) -> Answer:
        line = self._hurried if url.removesuffix(f"/{SECRET}") in self._slow else super()
        return line.post(url, body, headers, allow_private)


@dataclass
class Remembered:
    """What the state holds after both rounds, and what was sent; requests by their receivers."""

    first: dict[str, tuple[Delivery, Standing]]
    later: dict[str, tuple[Delivery, Standing]]
    sent: list[Sent]
    came: dict[str, int]
    outlasted: list[str]
    peak: int
    left: int


def _rows(index: SqliteIndex, topic: str) -> dict[str, tuple[Delivery, Standing]]:
    standings = index.standings()
    return {name: (index.delivery(name, topic) or Delivery(name, topic), standings[name]) for name in CASES}


@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Remembered:
    state = str(tmp_path_factory.mktemp("state") / "state.db")
    before = set(threads())
    bomb()
    with ExitStack() as stack:
        site = stack.enter_context(Rude(says(b"new")))
        servers = {name: stack.enter_context(Rude(case.behave)) for name, case in CASES.items()}
        told = offers(
            *(
                Offer(
                    Endpoint(name, case.kind, f"{servers[name].url}/{SECRET}", at_once=1),
                    find("notifiers", case.kind)(),
                )
                for name, case in CASES.items()
            ),
            verify="document",
        )
        topic = f"{site.url}/site/rss"
        with closing(SqliteIndex.open(state)) as index:
            put(index, {"": "old"}, base=site.url)
            enrol.enrol(index, told.all, NOW - 1000)
            put(index, {"": "new"}, base=site.url)
        line = Line({servers[name].url for name in SLOW})

        def round_at(now: int) -> list[Sent]:
            courier = Courier(lambda: SqliteIndex.open(state), told, line, Frozen(now), chance=lambda: 0.5)
            return courier.once(lambda name, _: now == NOW or CASES[name].outcome is REFUSED, at_once=False)

        tracemalloc.start()
        sent = round_at(NOW)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        with closing(SqliteIndex.open(state)) as index:
            first = _rows(index, topic)
        sent += round_at(NOW + 600)
        with closing(SqliteIndex.open(state)) as index:
            later = _rows(index, topic)
        outlasted = [name for name, server in servers.items() if any(peer.outlasted for peer in server.peers)]
        came = {name: len(server.peers) for name, server in servers.items()}
    left = sum(not _ended(each) for each in set(threads()) - before)
    return Remembered(first, later, sent, came, outlasted, peak, left)


def _ended(thread: threading.Thread) -> bool:
    thread.join(20)
    return not thread.is_alive()


@pytest.mark.parametrize("name", CASES)
def test_what_is_remembered(name: str, remembered: Remembered) -> None:
    case, (got, standing) = CASES[name], remembered.first[name]
    if case.outcome is TAKEN:
        assert (got.sent_at, got.tries, got.due, got.status, got.told) == (NOW, 0, 0, 0, "")
        assert (standing.ok_at, standing.failures, standing.due, standing.off) == (NOW, 0, 0, "")
        return
    told = standing.told
    assert case.told in told
    assert told
    assert told.isprintable()
    assert len(told) < 400
    assert standing.status == case.status
    assert (got.sent_at, got.given_up, got.tries, got.tried_at) == (0, b"", 1, NOW)
    assert (got.status, got.told) == (case.status, told)
    if case.outcome is BUSY:
        assert (standing.failures, standing.failing_since, standing.due) == (1, NOW, NOW + case.due)
        assert (got.due, standing.off) == (0, "")
    elif case.outcome is REFUSED:
        assert (standing.failures, standing.due, standing.off) == (0, 0, "")
        assert got.due == NOW + 600
    else:
        assert "410" in standing.off


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.outcome is REFUSED])
def test_what_is_refused_twice_is_given_up(name: str, remembered: Remembered) -> None:
    got, standing = remembered.later[name]
    assert (got.tries, got.due) == (2, 0)
    assert got.given_up == got.trying != b""
    assert (standing.failures, standing.off) == (0, "")


def test_each_was_told_once_a_round(remembered: Remembered) -> None:
    assert remembered.came == {name: 2 if case.outcome is REFUSED else 1 for name, case in CASES.items()}
    assert {each.endpoint for each in remembered.sent} == set(CASES)
    assert [each for each in remembered.sent if each.receipt.outcome is not CASES[each.endpoint].outcome] == []


def test_nobody_takes_more_time_than_there_is(remembered: Remembered) -> None:
    assert remembered.outlasted == []


def test_no_secret_is_told(remembered: Remembered) -> None:
    """The path of a webhook is one."""
    hooks = [name for name, case in CASES.items() if case.kind == "webhook"]
    assert [
        name for name in hooks if SECRET in repr((remembered.first[name][1].told, remembered.first[name][0].told))
    ] == []


def test_memory_stays_flat(remembered: Remembered) -> None:
    """Twenty of them would have sent 64 MB each, had they been let to, all at the same time."""
    assert remembered.peak < 30_000_000


def test_nothing_stays_behind(remembered: Remembered) -> None:
    assert remembered.left == 0
