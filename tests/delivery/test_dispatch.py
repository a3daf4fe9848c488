"""What goes out when: hours of receivers that fail and come back, in no time, by a clock of the test's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from syndicate.delivery import enrol
from syndicate.delivery.dispatch import PAGES, Sending
from syndicate.delivery.overview import receivers
from syndicate.index import Index
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.delivery import ADOPTING, Receipt
from syndicate.model.digest import digest
from tests.builders import a_row
from tests.delivery.telling import Paging, Plain, World, offer, offers, put, url_of

NOW = 1_700_000_000
HOUR = 3600


def opened(folder: Path) -> Iterator[Index]:
    made = SqliteIndex.open(str(folder / "state.db"))
    made._db.execute("PRAGMA synchronous=OFF")  # no power is cut here, and it is a thousand commits
    yield made
    made.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    yield from opened(tmp_path)


@pytest.fixture
def builder(tmp_path: Path, index: Index) -> Iterator[Index]:
    """The index as a run has it open, beside the courier's."""
    yield from opened(tmp_path)


def said(name: str, words: str) -> tuple[str, bytes]:
    return url_of(name), digest(words.encode())


def test_nobody_is_told_what_was_there_before_him(index: Index, builder: Index) -> None:
    hub = offers(offer())
    put(builder, {"": "old"})
    world = World(index, hub)
    world.run(60)
    assert world.got == [], "not enrolled yet"
    enrol.enrol(builder, hub.all, NOW)
    world.run(60)
    assert world.got == []
    put(builder, {"": "new"})
    world.run(60)
    assert world.told("hub") == [said("", "new")]
    enrol.enrol(builder, hub.all, NOW)
    world.run(HOUR)
    assert len(world.got) == 1, "nothing has changed"


def test_a_feed_that_is_new_is_due_and_one_that_is_newly_chosen_is_not(index: Index, builder: Index) -> None:
    some = offers(offer(feeds=("site",)))
    put(builder, {"": "one", "old": "one"})
    enrol.enrol(builder, some.all, NOW)
    more = offers(offer(feeds=("site", "tag:*")))
    put(builder, {"": "two"})
    world = World(index, more)
    world.run(60)
    assert world.got == [], "what it is told of has changed, and no run has ended since"
    enrol.enrol(builder, more.all, NOW)
    world.run(60)
    assert world.told("hub") == [said("", "two")]
    put(builder, {"new": "one"})
    world.run(60)
    assert world.told("hub", 1) == [said("new", "one")]


def test_another_address_is_another_endpoint(index: Index, builder: Index) -> None:
    first, other = offers(offer()), offers(offer(url="https://other.example/"))
    put(builder, {"": "one"})
    enrol.enrol(builder, first.all, NOW)
    put(builder, {"": "two"})
    enrol.enrol(builder, other.all, NOW)
    world = World(index, other)
    world.run(60)
    assert world.got == []
    assert builder.standings()["hub"].url == "https://other.example/"


def told_of(world: World, changes: dict[str, str]) -> None:
    """Each topic's last word has arrived, and is the last that did."""
    for name, words in changes.items():
        assert [each for each in world.told("hub") if each[0] == url_of(name)][-1:] == [said(name, words)]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.outage) for seed in (1, 2))])
def test_an_outage_of_six_hours_costs_one_ping_a_topic_and_endpoint(index: Index, builder: Index, seed: int) -> None:
    """200 changes of ten feeds meanwhile; what each waits for after it comes back differs by chance."""
    names = [f"e{n}" for n in range(4)]
    told = offers(*(offer(name, feeds=("tag:*",), pace=1.0) for name in names))
    feeds = [f"t{n}" for n in range(10)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, seed=seed, down={name: [(NOW, NOW + 6 * HOUR, 503)] for name in names})
    random, last = Random(seed), {}
    for change in range(200):
        name = random.choice(feeds)
        last[name] = f"change {change}"
        put(builder, {name: last[name]})
        world.run(6 * HOUR / 200)
    tries = Counter(name for _at, name in world.asked)
    assert all(8 <= tries[name] <= 11 for name in names), tries
    assert world.got == []
    world.run(HOUR)  # there is always something new, so nobody waits any longer
    expected = sorted(said(name, words) for name, words in last.items())
    assert all(sorted(world.told(name)) == expected for name in names)
    first = {name: min(at for at, who, *_ in world.got if who == name) for name in names}
    assert max(first.values()) - min(first.values()) > 60, "spread out"
    for name in names:
        times = sorted(at for at, who, *_ in world.got if who == name)
        assert all(later - sooner >= 0.999 for sooner, later in pairwise(times))
    world.run(48 * HOUR)
    assert len(world.got) == len(names) * len(last)


def test_what_is_new_is_tried_an_hour_after_the_last_attempt_and_all_that_waits_goes_with_it(
    index: Index, builder: Index
) -> None:
    told = offers(offer(feeds=("tag:*",)), offer("pages", notifier=Paging()))
    feeds = [f"t{n}" for n in range(5)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    ends = NOW + 12 * HOUR
    world = World(index, told, down={"hub": [(NOW, ends, 503)], "pages": [(NOW, ends, 503)]})

    def page(name: str) -> None:
        with builder.transaction():
            builder.store([a_row(f"{name}.md")], set(), world.at())
        enrol.enrol(builder, told.all, world.at())

    put(builder, dict.fromkeys(feeds[:4], "new"))
    page("one")
    world.run(9 * HOUR)
    before = Counter(name for _at, name in world.asked)
    assert before["hub"] == before["pages"] == 6, "nothing new: by the schedule"
    put(builder, {"t4": "new"})
    page("two")
    world.run(60)
    assert Counter(name for _at, name in world.asked) == {"hub": 7, "pages": 7}
    planned = {name: index.standings()[name].due for name in ("hub", "pages")}
    world.run(3 * HOUR - 60)
    assert Counter(name for _at, name in world.asked) == {"hub": 7, "pages": 7}, "it was tried with this by now"
    assert {name: index.standings()[name].due for name in ("hub", "pages")} == planned and world.got == []
    assert {row.tries for row in index.deliveries("hub").values()} == {6, 1}
    put(builder, {"t4": "newer"})
    page("three")
    world.run(60)
    assert sorted(world.told("hub")) == sorted([*(said(name, "new") for name in feeds[:4]), said("t4", "newer")])
    assert len(world.told("pages")) == 3


def test_what_is_new_waits_as_long_as_a_receiver_asked_to_be_left_alone(index: Index, builder: Index) -> None:
    class Asking(Plain):
        def receipt(self, *some: Any) -> Receipt:
            return super().receipt(*some)._replace(wait=2 * HOUR)

    told = offers(offer(notifier=Asking()))
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + 10, 503)]})
    put(builder, {"": "new"})
    world.run(60)
    put(builder, {"": "newer"})
    world.run(2 * HOUR - 120)
    assert len(world.asked) == 1
    world.run(120)
    assert world.told("hub") == [said("", "newer")]


def test_what_nobody_took_for_days_is_given_up_and_the_next_change_is_not(index: Index, builder: Index) -> None:
    told = offers(offer(), offer("well"))
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + 10 * 24 * HOUR, 500)]})
    put(builder, {"": "new"})
    world.run(10 * 24 * HOUR)
    assert sum(name == "hub" for _at, name in world.asked) == 9 and world.told("well") == [said("", "new")]
    row = index.deliveries("hub")[url_of("")]
    assert row.given_up == digest(b"new") and row.status == 500
    put(builder, {"": "newer"})
    world.run(60)
    assert world.told("hub") == [said("", "newer")]
    assert index.standings()["hub"].failures == 0


def test_all_that_was_due_to_somebody_who_was_busy_for_days_is_given_up_together(index: Index, builder: Index) -> None:
    told = offers(offer(feeds=("tag:*",)))
    feeds = [f"t{n}" for n in range(5)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + 30 * 24 * HOUR, 500)]})
    put(builder, dict.fromkeys(feeds, "new"))
    world.run(30 * 24 * HOUR)
    assert len(world.asked) == 9
    assert [row.given_up for row in index.deliveries("hub").values()] == [digest(b"new")] * 5


def test_what_was_given_up_is_sent_when_a_person_asks_for_it(index: Index, builder: Index) -> None:
    told = offers(offer())
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + HOUR, 404)]})
    put(builder, {"": "new"})
    world.run(2 * HOUR)
    assert len(world.asked) == 2 and world.got == []
    enrol.retry(builder, "hub")
    world.run(60)
    assert world.told("hub") == [said("", "new")]


def test_who_says_that_he_is_gone_is_left_alone_until_a_person_asks(index: Index, builder: Index) -> None:
    told = offers(offer())
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + HOUR, 410)]})
    for words in ("new", "newer", "newest"):
        put(builder, {"": words})
        world.run(HOUR)
    assert len(world.asked) == 1 and index.standings()["hub"].off == "gone"
    enrol.retry(builder, "hub")
    world.run(60)
    assert world.told("hub") == [said("", "newest")]


class Batching(Plain):
    at_once = 4
    interval = 100


def test_topics_share_requests_and_one_that_was_refused_goes_alone(index: Index, builder: Index) -> None:
    told = offers(offer(notifier=Batching(), feeds=("tag:*",)))
    feeds = [f"t{n}" for n in range(10)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + 60, 400)]})
    put(builder, dict.fromkeys(feeds, "new"))
    world.run(60)
    assert len(world.asked) == 3
    world.run(HOUR)
    assert len(world.asked) == 13 and len(world.got) == 10
    put(builder, dict.fromkeys(feeds, "newer"))
    world.run(HOUR)
    assert len(world.asked) == 16 and len(world.got) == 20


def test_a_feed_is_told_of_once_an_interval_however_often_it_changes(index: Index, builder: Index) -> None:
    told = offers(offer(interval=300), offer("other"))
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told)
    for second in range(0, 700, 5):
        put(builder, {"": f"{second}"})
        world.run(5)
    world.run(HOUR)
    times = [at for at, who, *_ in world.got if who == "hub"]
    assert len(times) == 4 and all(b - a >= 299 for a, b in pairwise(times))
    assert world.told("hub")[-1] == said("", "695") == world.told("other")[-1]


def test_ten_thousand_posts_at_once_are_one_ping_a_feed_and_endpoint(index: Index, builder: Index) -> None:
    """And in adopt mode none."""
    told = offers(offer(feeds=("*",), interval=300), offer("pages", notifier=Paging(), interval=60))
    put(builder, {"": "old", "red": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told)

    def publish(at: int, words: str, posts: range) -> None:
        with builder.transaction():
            builder.store([a_row(f"{n}.md", f"{words} {n}") for n in posts], set(), at)
        put(builder, {"": words, "red": words})

    for part in range(10):  # a run publishes by parts
        publish(world.at(), f"part {part}", range(1000 * part, 1000 * part + 1000))
        world.run(2)
    enrol.enrol(builder, told.all, world.at())
    world.run(HOUR)
    assert len(world.told("hub")) == 4, "twice a feed, an interval apart: as it began to change, and as it was at last"
    pages = world.told("pages")
    assert len(pages) == 10_000 == len({url for url, _ in pages})
    assert sum(name == "pages" for _at, name in world.asked) == 1

    before = len(world.asked)
    enrol.begin_adoption(builder)
    publish(world.at(), "adopted", range(10_000, 20_000))
    world.run(HOUR)
    assert len(world.asked) == before, "while it goes on"
    enrol.enrol(builder, told.all, world.at())
    world.run(24 * HOUR)
    assert len(world.asked) == before and not index.fact(ADOPTING)
    publish(world.at(), "after", range(3))
    enrol.enrol(builder, told.all, world.at())
    world.run(HOUR)
    assert len(world.told("hub")) == 6 and len(world.told("pages")) == 10_003


def test_no_more_requests_a_minute_than_are_allowed_and_everybody_has_his_turn(index: Index, builder: Index) -> None:
    names = [f"e{n}" for n in range(5)]
    told = offers(*(offer(name, feeds=("tag:*",)) for name in names), per_minute=3)
    feeds = [f"t{n}" for n in range(20)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told)
    put(builder, dict.fromkeys(feeds, "new"))
    world.run(590)
    assert len(world.got) == 30
    times = [at for at, _ in world.asked]
    assert all(later - sooner >= 60 for sooner, later in zip(times, times[3:], strict=False))
    assert Counter(name for _at, name in world.asked) == dict.fromkeys(names, 6)


def test_a_host_that_hangs_delays_nobody_else_and_one_host_is_asked_one_by_one(index: Index, builder: Index) -> None:
    same = [offer(name, "https://same.example/" + name, feeds=("tag:*",), pace=2.0) for name in ("one", "two")]
    told = offers(offer("hangs", feeds=("tag:*",)), offer("quick", feeds=("tag:*",)), *same)
    feeds = [f"t{n}" for n in range(5)]
    put(builder, dict.fromkeys(feeds, "old"))
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, takes={"hangs": 30.0, "one": 1.0, "two": 1.0})
    put(builder, dict.fromkeys(feeds, "new"))
    world.run(29)
    assert Counter(name for _at, name in world.asked) == {"hangs": 1, "quick": 5, "one": 5, "two": 5}
    assert world.got[4][0] - NOW < 10
    times = [at for at, name in world.asked if name in ("one", "two")]
    assert all(later - sooner >= 2 for sooner, later in pairwise(times))


def test_nobody_is_told_of_what_cannot_be_read_yet(index: Index, builder: Index) -> None:
    """One look serves all endpoints, and what cannot be read is no failure of theirs."""
    told = offers(offer(), offer("other"), verify="document")
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, unread={url_of(""): NOW + 100})
    put(builder, {"": "new"})
    world.run(70)
    assert world.got == [] and [round(at - NOW) for at, _ in world.looks] == [0, 5, 20]
    check = index.checks()[url_of("")]
    assert (check.tries, check.since, check.status, check.told) == (3, NOW, 404, "answers 404")
    world.run(HOUR)
    assert sorted(world.told("hub") + world.told("other")) == [said("", "new")] * 2
    assert len(world.looks) == 5 and index.checks() == {} and index.standings()["hub"].failures == 0


def test_where_nobody_looks_any_more_nothing_waits_to_be_read(index: Index, builder: Index) -> None:
    told = offers(offer(), verify="document")
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    put(builder, {"": "new"})
    World(index, told, unread={url_of(""): NOW + 9 * HOUR}).run(HOUR)
    assert index.checks()
    world = World(index, offers(offer(), verify="off"), NOW + HOUR)
    world.run(60)
    assert world.told("hub") == [said("", "new")] and index.checks() == {}


def test_another_document_is_looked_at_at_once_however_long_the_one_before_was_not_there(
    index: Index, builder: Index
) -> None:
    told = offers(offer(), verify="document")
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, unread={url_of(""): NOW + 10 * HOUR})
    put(builder, {"": "new"})
    world.run(10 * HOUR - 60)
    put(builder, {"": "newer"})
    world.unread = {}
    world.run(31)
    assert world.told("hub") == [said("", "newer")]


def test_pages_are_told_of_when_they_can_be_read_and_one_that_cannot_holds_up_no_other(
    index: Index, builder: Index
) -> None:
    told = offers(offer("pages", notifier=Paging()), verify="document")
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        builder.store([a_row(f"{n}.md") for n in range(10)], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    broken = "https://example.org/3.html"
    world = World(index, told, unread={broken: NOW + 24 * HOUR})
    world.run(60)
    assert len(world.told("pages")) == 9 and broken in index.checks()
    world.run(25 * HOUR)
    assert Counter(url for url, _ in world.told("pages")) == {f"https://example.org/{n}.html": 1 for n in range(10)}
    with builder.transaction():
        builder.remove([b"4.md"], NOW)
    enrol.enrol(builder, told.all, NOW)
    assert [(page.url, page.gone) for page in builder.waiting_pages()] == [("https://example.org/4.html", True)]
    world.run(60)
    assert len(world.told("pages")) == 11
    assert builder.pages_after(index.standings()["pages"].reached, 10) == []


def test_some_of_many_pages_stand_for_all(index: Index, builder: Index) -> None:
    told = offers(offer("pages", notifier=Paging()), verify="document")
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        builder.store([a_row(f"{n}.md") for n in range(1000)], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    away = {f"https://example.org/{n}.html": NOW + HOUR for n in range(1000)}
    world = World(index, told, unread=away)
    world.run(HOUR)
    assert world.got == [] and len(world.looks) <= 500
    world.run(HOUR)
    assert len(world.told("pages")) == 1000 and len(world.looks) <= 1000


def test_a_page_that_is_still_there_a_day_after_it_should_be_gone_is_told_of(index: Index, builder: Index) -> None:
    told = offers(offer("pages", notifier=Paging()), verify="document")
    with builder.transaction():
        builder.store([a_row("1.md")], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        builder.remove([b"1.md"], NOW)
    enrol.enrol(builder, told.all, NOW)
    gone = "https://example.org/1.html"
    world = World(index, told, unread={gone: NOW + 365 * 24 * HOUR})
    world.run(23 * HOUR)
    assert world.got == [] and gone in index.checks()
    world.run(2 * HOUR)
    assert [url for url, _ in world.told("pages")] == [gone] and index.checks() == {}


def test_pages_that_were_refused_twice_are_given_up_and_later_ones_are_not(index: Index, builder: Index) -> None:
    told = offers(offer("pages", notifier=Paging()))
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        builder.store([a_row("1.md")], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"pages": [(NOW, NOW + HOUR, 422)]})
    world.run(HOUR)
    assert len(world.asked) == 2 and index.deliveries("pages")[PAGES].given_up
    (receiver,) = receivers(index, told)
    assert [(item.given_up, item.pages) for item in receiver.items] == [(True, 1)] and receiver.fault
    with builder.transaction():
        builder.store([a_row("2.md")], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    world.run(60)
    assert [url for url, _ in world.told("pages")] == ["https://example.org/2.html"]
    (receiver,) = receivers(index, told)
    assert not receiver.items and not receiver.fault


def test_pages_that_were_given_up_are_told_of_when_a_person_asks(index: Index, builder: Index) -> None:
    told = offers(offer("pages", notifier=Paging()))
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        builder.store([a_row("1.md"), a_row("2.md")], set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"pages": [(NOW, NOW + HOUR, 403)]})
    world.run(2 * HOUR)
    enrol.enrol(builder, told.all, world.at())
    assert len(world.asked) == 2 and world.got == []
    enrol.retry(builder, "pages")
    world.run(60)
    assert [url for url, _ in world.told("pages")] == ["https://example.org/1.html", "https://example.org/2.html"]
    world.run(HOUR)
    assert len(world.asked) == 3


def test_pages_of_other_hosts_than_the_keys_are_left_out_and_that_is_said(index: Index, builder: Index) -> None:
    key = "https://example.org/0123456789abcdef.txt"
    told = offers(offer("pages", notifier=Paging(), key_url=key), verify="document")
    enrol.enrol(builder, told.all, NOW)
    with builder.transaction():
        rows = [a_row("1.md"), a_row("2.md", url="https://de.example.org/2.html"), a_row("3.md", url="odd://[")]
        builder.store(rows, set(), NOW)
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told)
    world.run(HOUR)
    assert [url for url, _ in world.told("pages")] == ["https://example.org/1.html"]
    assert [url for _, url in world.looks] == ["https://example.org/1.html"]
    (receiver,) = receivers(index, told)
    assert receiver.note.startswith("pages of de.example.org are not told of") and not receiver.fault


def test_a_clock_that_goes_back_a_day_stalls_nothing_and_one_that_jumps_a_year_loses_nothing(
    index: Index, builder: Index
) -> None:
    told = offers(offer(interval=300))
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, down={"hub": [(NOW, NOW + 60, 503)]})
    put(builder, {"": "new"})
    world.run(10)
    world.now -= 24 * HOUR
    world.down = {}
    world.run(40)
    assert world.told("hub") == [said("", "new")], "after what it waits for at first, half a minute"
    world.now -= 24 * HOUR
    put(builder, {"": "newer"})
    world.run(310)
    assert world.told("hub", 1) == [said("", "newer")]
    world.now += 365 * 24 * HOUR
    put(builder, {"": "newest"})
    world.run(60)
    assert world.told("hub", 2) == [said("", "newest")]
    world.now -= 365 * 24 * HOUR
    put(builder, {"": "last"})
    world.run(310)
    assert world.told("hub", 3) == [said("", "last")]


def test_what_is_adopted_while_something_older_is_under_way_stays_adopted(index: Index, builder: Index) -> None:
    told = offers(offer())
    put(builder, {"": "old"})
    enrol.enrol(builder, told.all, NOW)
    world = World(index, told, takes={"hub": 20.0})
    put(builder, {"": "new"})
    world.run(10)
    enrol.begin_adoption(builder)
    put(builder, {"": "adopted"})
    enrol.enrol(builder, told.all, NOW)
    world.run(HOUR)
    world.begin()
    world.run(HOUR)
    assert world.told("hub") == [said("", "new")]


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.outage) for seed in range(12, 200))]
)
def test_whatever_happens_everybody_ends_up_with_the_last_word_and_gets_none_twice(
    index: Index, builder: Index, seed: int
) -> None:
    """Receivers fail and come back, feeds change, the program starts anew, clocks are put: against a simple model."""
    random = Random(seed)
    names = ["hub", "slow", "many"]
    told = offers(
        offer("hub", feeds=("*",), interval=random.choice((0, 10, 300))),
        offer("slow", feeds=("site", "tag:a*"), pace=5.0),
        offer("many", feeds=("tag:*",), notifier=Batching()),
        verify=random.choice(("off", "document")),
        per_minute=random.choice((5, 100)),
    )
    concerned = {"hub": ("", "a1", "a2", "b"), "slow": ("", "a1", "a2"), "many": ("a1", "a2", "b")}
    words = dict.fromkeys(("", "a1", "a2", "b"), "0")
    put(builder, words)
    enrol.enrol(builder, told.all, NOW)
    had = {name: dict.fromkeys(concerned[name], "0") for name in names}
    world = World(index, told, seed=seed, takes={name: random.choice((0.1, 3.0, 30.0)) for name in names})
    doubtful = 0
    for number in range(60):
        match random.randrange(7):
            case 0 | 1 | 2:
                name = random.choice(list(words))
                words[name] = str(number + 1)
                put(builder, {name: words[name]})
            case 3:
                since = int(world.time)
                world.down.setdefault(random.choice(names), []).append((since, since + random.randrange(7200), 503))
            case 4:
                doubtful += sum(len(job.topics) for *_, job, _came in world.answers if isinstance(job, Sending))
                world.begin()
            case 5:
                name = random.choice(list(words))
                world.unread[url_of(name)] = int(world.time) + random.randrange(600)
            case 6:
                world.now += random.choice((-3600, -5, 5, 3600))
        world.run(random.choice((0.05, 1, 30, 600)))
    world.run(4 * 24 * HOUR)
    for name in names:
        assert dict(world.told(name)) == {
            said(feed, words[feed])[0]: digest(words[feed].encode())
            for feed in concerned[name]
            if words[feed] != had[name][feed]
        }
    times: dict[tuple[str, str, bytes], int] = defaultdict(int)
    for _at, who, topic, content in world.got:
        times[who, topic, content] += 1
    assert sum(count - 1 for count in times.values()) <= doubtful
    assert index.checks() == {}
