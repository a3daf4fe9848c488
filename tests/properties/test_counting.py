"""Whatever comes, and however often it is written meanwhile: the numbers are those of a naive count."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.index.days import Days
from syndicate.model.numbers import DAY, HOUR
from syndicate.server import Request
from syndicate.server.agents import agent
from syndicate.server.numbers import Numbers

BEGIN = 20_000 * DAY
SPAN = 3 * DAY


class Asked(NamedTuple):
    """A request and its answer; or, where `write` is true, that everything is written first."""

    at: int
    client: str
    agent: str
    feed: str
    status: int
    asked: bool
    sent: int
    write: bool


ASKED = st.builds(
    Asked,
    st.integers(BEGIN, BEGIN + SPAN - 1),
    st.sampled_from(("192.0.2.1", "192.0.2.2", "2001:db8::1", "")),
    st.sampled_from(("curl/8", "Newsboat/2", "Mozilla/5.0 (X11)", "Feedly/1 (9 subscribers)", "")),
    st.sampled_from(("", "site", "tag:a")),
    st.sampled_from((200, 226, 304, 404, 429)),
    st.booleans(),
    st.integers(0, 1000),
    st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ASKED, max_size=60), st.booleans())
def test_numbers_are_those_of_a_naive_count(requests: list[Asked], in_order: bool) -> None:
    """Of direct readers that is so where days come in their order: of a day that comes again, the larger counts."""
    if in_order:
        requests.sort()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "numbers")
        numbers = Numbers(path)
        for each in requests:
            if each.write:
                numbers.write()
            headers = [(b"user-agent", each.agent.encode())] + ([(b"if-none-match", b"*")] if each.asked else [])
            request = Request("GET", b"/a", b"", headers, each.client, b"", each.at + 0.5)
            numbers.saw(request, each.status, each.sent, 1000, each.feed)
        numbers.write()
        with closing(Days.open(path)) as store:
            _compare(store, requests, in_order)


def _compare(store: Days, requests: list[Asked], in_order: bool) -> None:
    answers = Counter((each.at - each.at % HOUR, each.status) for each in requests)
    assert {(each.at, each.status): each.requests for each in store.answers(0, 1 << 40, HOUR)} == answers
    documents = [each for each in requests if each.feed and each.status in (200, 226, 304)]
    for feed in ("", "site", "tag:a"):
        found = {day.day: day for day in store.feed(feed, 0, 1 << 40)}
        of = [each for each in documents if feed in ("", each.feed)]
        assert {day for day, kept in found.items() if kept.traffic.requests} == {_day(each) for each in of}
        for day, kept in found.items():
            today = [each for each in of if _day(each) == day]
            assert kept.traffic == (
                len(today),
                sum(each.asked for each in today),
                sum(each.status == 304 for each in today),
                sum(each.sent for each in today),
                1000 * len(today),
            )
            people = {(each.client, each.agent) for each in today if agent(each.agent).kind == "reader"}
            assert kept.direct == len(people) if in_order else kept.direct <= len(people)


def _day(each: Asked) -> int:
    return each.at - each.at % DAY
