"""Readers are counted: who, how often, and nothing that would tell who they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.index.days import Days
from syndicate.model.numbers import DAY, HOUR, Answers, Day, Kind, Reader, Stated, Tally, Traffic
from syndicate.server import Request
from syndicate.server import numbers as module
from syndicate.server.numbers import Numbers, bounded
from tests.builders import NOW

TODAY = NOW - NOW % DAY
ALWAYS = 1 << 40
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 124 subscribers)"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120"


class Counted:
    """Numbers with the file they are written to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feeds.db.numbers"
        self.told: list[str] = []
        self.numbers = Numbers(str(self.path), self.told.append)

    def ask(
        self,
        agent: str = "curl/8",
        client: str = "192.0.2.1",
        *,
        path: str = "/feeds/rss.xml",
        feed: str = "site",
        status: int = 200,
        asked: bool = False,
        method: str = "GET",
        now: float = NOW,
    ) -> None:
        """Somebody asks, and is sent 100 bytes of 400 where he is sent the document."""
        headers = [(b"host", b"example.org"), (b"user-agent", agent.encode())]
        headers += [(b"if-none-match", b'"x"')] if asked else []
        request = Request(method, path.encode(), b"", headers, client, b"", now)
        self.numbers.saw(request, status, 100 if status in (200, 226) else 0, 400 if feed else 0, feed)

    @property
    def store(self) -> Days:
        """What was written, everything so far."""
        self.numbers.write()
        found = Days.there(str(self.path))
        assert found is not None, self.told
        return found

    def site(self) -> Day:
        (found,) = self.store.site(TODAY, TODAY + DAY)
        return found


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    found = Counted(tmp_path)
    yield found
    found.numbers.end()


def test_everybody_who_comes_himself_counts_once(counted: Counted) -> None:
    for _ in range(3):
        counted.ask()
        counted.ask(client="192.0.2.2")
        counted.ask("NetNewsWire/6")
        counted.ask(feed="tag:a", path="/feeds/a.xml")
    assert (counted.site().direct, counted.site().stated) == (3, 0)
    counted.ask("NetNewsWire/6.1")  # the same program, mended meanwhile
    assert {day.feed: day.direct for day in counted.store.feeds(0, ALWAYS)} == {"site": 3, "tag:a": 1}
    people = {reader.name: reader.people for reader in counted.store.readers(0, ALWAYS)}
    assert people == {"curl": 2, "NetNewsWire": 1}


def test_a_household_of_ipv6_is_one(counted: Counted) -> None:
    for client in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"):
        counted.ask(client=client)
    assert counted.site().direct == 2


def test_browsers_and_robots_are_no_subscribers(counted: Counted) -> None:
    counted.ask(CHROME)
    counted.ask("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    assert counted.site().subscribers == 0 and counted.site().traffic.requests == 2
    assert {(each.name, each.kind, each.people) for each in counted.store.readers(0, ALWAYS)} == {
        ("(browsers)", Kind.BROWSER, 0),
        ("Googlebot", Kind.ROBOT, 0),
    }


def test_an_aggregator_counts_once_wherever_it_comes_from(counted: Counted) -> None:
    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        counted.ask(FEEDLY, client)
    assert (counted.site().stated, counted.site().direct) == (124, 0)
    counted.ask(FEEDLY.replace("124", "120"))
    assert counted.site().stated == 120


def test_one_that_knows_a_feed_by_several_numbers_has_several_lists(counted: Counted) -> None:
    for ident, people in ((1, 10), (2, 5), (1, 10)):
        counted.ask(f"Feedbin feed-id:{ident} - {people} subscribers")
    counted.ask("Feedbin feed-id:1 - 10 subscribers", path="/feeds/feed.xml")  # moved: the same list
    assert counted.store.stated("site", TODAY) == [
        Stated("site", "Feedbin", "#1", 10, TODAY),
        Stated("site", "Feedbin", "#2", 5, TODAY),
    ]


def test_one_that_names_no_number_is_known_by_where_it_asks(counted: Counted) -> None:
    for path in ("/feeds/%E9%87%91.xml", "/feeds/%e9%87%91.xml", "/feeds/%E9%87%91.atom"):
        counted.ask(FEEDLY, path=path)
    assert {each.ident for each in counted.store.stated("site", TODAY)} == {"/feeds/金.xml", "/feeds/金.atom"}


def test_a_program_that_runs_for_a_few_counts_for_them(counted: Counted) -> None:
    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        counted.ask("FreshRSS/1.24.0 (Linux; https://freshrss.org) 3 subscribers", client)
    counted.ask("FreshRSS/1.24.0 (Linux; https://freshrss.org) 900000 subscribers", "192.0.2.3")
    assert (counted.site().direct, counted.site().stated) == (106, 0)


def test_traffic_says_what_was_saved(counted: Counted) -> None:
    counted.ask()
    counted.ask(status=304, asked=True)
    counted.ask(status=226, asked=True)
    traffic = counted.site().traffic
    assert traffic == Traffic(3, 2, 1, 200, 1200) and traffic.saved == 1000 and round(traffic.share, 2) == 0.67
    seen = counted.numbers.seen()
    assert seen.traffic == traffic and seen.answers == {200: (1, 100), 226: (1, 100), 304: (1, 0)} and seen.direct == 1


def test_what_is_no_document_is_counted_by_status_alone(counted: Counted) -> None:
    counted.ask(feed="", status=404, path="/no/" + "x" * 100)
    counted.ask(status=429)
    counted.ask(status=200, method="HEAD")
    store = counted.store
    assert store.site(0, ALWAYS) == [] or store.site(0, ALWAYS)[0].traffic == Traffic()
    hour = NOW - NOW % HOUR
    expected = [Answers(hour, status, 1, sent) for status, sent in ((200, 100), (404, 0), (429, 0))]
    assert store.answers(0, ALWAYS, HOUR) == expected
    assert store.readers(0, ALWAYS) == []


def test_days_and_hours_are_told_apart(counted: Counted) -> None:
    for late in (0, HOUR, DAY, DAY + HOUR):
        counted.ask(now=TODAY + late + 0.5)
    assert [(day.day, day.direct, day.traffic.requests) for day in counted.store.site(0, ALWAYS)] == [
        (TODAY, 1, 2),
        (TODAY + DAY, 1, 2),
    ]
    assert [each.at for each in counted.store.answers(0, ALWAYS, HOUR)] == [
        TODAY + late for late in (0, HOUR, DAY, DAY + HOUR)
    ]


def test_a_clock_that_is_put_back_counts_on(counted: Counted) -> None:
    counted.ask(now=NOW)
    counted.ask(now=NOW - 40 * DAY)
    counted.ask(now=0.0)
    assert sum(day.traffic.requests for day in counted.store.site(0, ALWAYS)) == 3


def test_no_address_is_ever_written_down(counted: Counted) -> None:
    hostile = "X/1 (203.0.113.77; 5 subscribers; feed-id=203.0.113.77)"
    for agent in ("curl/8", FEEDLY, CHROME, "203.0.113.77", "me@198.51.100.5", hostile):
        counted.ask(agent, "203.0.113.77")
        counted.ask(agent, "2001:db8:77:77::77")
    assert counted.site().direct
    counted.numbers.end()
    written = b"".join(file.read_bytes() for file in counted.path.parent.iterdir())
    assert b"curl" in written and b"Feedly" in written
    for trace in (b"203.0.113", b"2001:db8", b"198.51.100", b"\xcb\x00\x71\x4d"):
        assert trace not in written, trace


def test_nobody_is_known_by_the_same_number_on_two_days_or_in_two_programs(tmp_path: Path) -> None:
    held = []
    for name, now in (("a", NOW), ("a", NOW + DAY), ("b", NOW)):
        (tmp_path / name).mkdir(exist_ok=True)
        counted = Counted(tmp_path / name)
        counted.ask(now=now)
        counted.numbers.seen()
        held.append(set(counted.numbers._readers._held))
    assert all(held) and not held[0] & held[1] and not held[0] & held[2]


def test_memory_is_bounded_whoever_asks(counted: Counted) -> None:
    for number in range(module.ALIKE + 500):
        counted.ask(f"Reader{number}/1 ({number} subscribers)", f"10.0.{number >> 8}.{number & 255}")
    assert len(counted.numbers._alike) <= module.ALIKE + 1
    assert counted.site().traffic.requests == module.ALIKE + 500
    assert len(counted.store.readers(0, ALWAYS, ALWAYS)) <= module.NAMES + 1
    for number in range(100):
        counted.ask(f"Liar/1 (5 subscribers; feed-id={number})", feed="tag:b")
    assert len(counted.store.stated("tag:b", TODAY, ALWAYS)) == 20


def test_what_cannot_be_written_waits_and_is_told_once(counted: Counted) -> None:
    counted.path.mkdir()
    for _ in range(3):
        counted.ask()
        counted.numbers.write()
    assert len(counted.told) == 1 and str(counted.path) in counted.told[0]
    counted.path.rmdir()
    assert counted.site().traffic.requests == 3
    assert len(counted.told) == 1


def test_what_waits_has_a_bound() -> None:
    def tally(at: int, words: int) -> Tally:
        return Tally(at, stated={("site", "Feedly", str(number)): 1 for number in range(words)})

    few, many, most = tally(1, 10), tally(2, 30_000), tally(3, 60_000)
    assert bounded([]) == []
    assert bounded([few, many]) == [few, many]
    assert bounded([many, few, many]) == [few, many]
    assert bounded([few, most]) == [most]
    assert bounded([few] * 100) == [few] * 48


def test_a_file_that_is_taken_away_begins_anew(counted: Counted) -> None:
    counted.ask()
    assert counted.site().traffic.requests == 1
    for file in counted.path.parent.iterdir():
        file.unlink()
    counted.ask(status=304)
    assert counted.site().traffic == Traffic(1, 0, 1, 0, 400) and counted.told == []


def test_it_is_written_in_the_end(tmp_path: Path) -> None:
    counted = Counted(tmp_path)
    counted.numbers.begin()
    counted.ask()
    counted.numbers.end()
    found = Days.there(str(counted.path))
    assert found is not None and found.site(0, ALWAYS)[0].traffic.requests == 1 and counted.told == []


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    numbers = Numbers()
    numbers.begin()
    numbers.saw(Request("GET", b"/", b"", [], "192.0.2.1", b"", NOW), 200, 1, 1, "site")
    numbers.write()
    numbers.end()
    assert numbers.seen().answers == {200: (1, 1)} and list(tmp_path.iterdir()) == []


def test_nothing_is_lost_between_threads(counted: Counted) -> None:
    def ask() -> None:
        for _ in range(2000):
            counted.ask()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counted.numbers.write()
    for thread in threads:
        thread.join()
    assert counted.site() == Day(TODAY, "", 0, 1, Traffic(8000, 0, 0, 800_000, 3_200_000))
    assert counted.store.readers(0, ALWAYS) == [Reader("curl", Kind.READER, 1, Traffic(8000, 0, 0, 800_000, 3_200_000))]
