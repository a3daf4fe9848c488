"""The courier at work: real receivers on loopback, its own threads and its own connection to the state."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from syndicate.daemon.clock import Clock
from syndicate.delivery import enrol
from syndicate.delivery.announce import Offer
from syndicate.delivery.courier import Courier, Sent, Trouble
from syndicate.delivery.http import Client
from syndicate.errors import LockHeld, StateError
from syndicate.index.lock import held
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.delivery import Endpoint, Outcome, Request, Topic
from syndicate.model.digest import digest
from tests.delivery.mortal import LOOPBACK
from tests.delivery.telling import Plain, Receiver, offer, offers, put, receiving


class Hurried(Clock):
    """Waits no longer than a moment; where it `skips`, it goes on to when it would have ended."""

    def __init__(self, *, skips: bool = False) -> None:
        self.skips, self.skipped = skips, 0.0

    def time(self) -> float:
        return super().time() + self.skipped

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if not event.wait(min(seconds, 0.05)) and self.skips:
            self.skipped += max(seconds - 0.05, 0.0)
        return event.is_set()


@dataclass
class Stage:
    """A state, a site, and a courier that is stopped with the test."""

    state: Path
    site: Receiver
    offers: tuple[Offer, ...]
    opening: Callable[[], SqliteIndex] | None = None
    skips: bool = False
    heard: list[Sent | Trouble] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publish({"": "old"})
        with closing(self.open()) as index:
            enrol.enrol(index, self.offers, 1)
        told = offers(*self.offers, verify="document")
        self.courier = Courier(
            self.opening or self.open,
            told,
            Client(guard=LOOPBACK),
            Hurried(skips=self.skips),
            listen=self.heard.append,
        )

    def open(self) -> SqliteIndex:
        return SqliteIndex.open(str(self.state))

    def publish(self, news: dict[str, str], *, readable: bool = True) -> None:
        with closing(self.open()) as index:
            put(index, news, base=self.site.url)
        if readable:
            self.show(news)

    def show(self, news: dict[str, str]) -> None:
        for name, words in news.items():
            self.site.serves[f"/{name or 'site'}/rss"] = words.encode()

    def until(self, true: Callable[[], Any]) -> None:
        ends = monotonic() + 30
        while not true():
            assert monotonic() < ends, self.heard
            threading.Event().wait(0.01)

    def said(self, name: str, words: str) -> list[str]:
        return [f"{self.site.url}/{name or 'site'}/rss", digest(words.encode()).hex()]


@contextmanager
def stage(folder: Path, *urls: str, notifier: Plain | None = None, **more: Any) -> Iterator[Stage]:
    with receiving() as (site,):
        some = tuple(offer(f"e{n}", url, feeds=("*",), notifier=notifier) for n, url in enumerate(urls))
        made = Stage(folder / "state.db", site, some, **more)
        try:
            yield made
        finally:
            made.courier.stop(60)


def test_what_is_new_arrives_once_after_it_can_be_read(tmp_path: Path) -> None:
    with receiving(2) as told, stage(tmp_path, *(each.url for each in told), skips=True) as made:
        made.courier.start()
        made.publish({"": "new"}, readable=False)
        made.courier.wake()
        with closing(made.open()) as index:
            made.until(index.checks)
        assert [each.got for each in told] == [[], []]
        made.show({"": "new"})
        made.until(lambda: all(each.got for each in told))
        made.publish({"tag": "new"})
        made.courier.wake()
        made.until(lambda: all(len(each.got) == 2 for each in told))
        assert made.courier.stop(30)
        assert all(each.got == [made.said("", "new"), made.said("tag", "new")] for each in told)
        assert all(isinstance(each, Sent) and each.receipt.outcome is Outcome.TAKEN for each in made.heard)


def test_a_host_that_hangs_delays_nobody_and_stopping_waits_for_it_only_so_long(tmp_path: Path) -> None:
    with receiving(2) as (hangs, well), stage(tmp_path, hangs.url, well.url, hangs.url + "/other") as made:
        hangs.hold.clear()
        made.courier.start()
        for number in range(5):
            made.publish({"": f"{number}"})
            made.courier.wake()
            made.until(lambda number=number: made.said("", f"{number}") in well.got)
        assert hangs.most == 1, "one request to a host at a time"
        assert not made.courier.stop(0.2)
        hangs.hold.set()
        assert made.courier.stop(30)
        with closing(made.open()) as index:
            got = [index.deliveries(name) for name in ("e0", "e1", "e2")]
        sent = [row.sent for each in got for row in each.values()]
        assert digest(b"4") == sent[1] and len(hangs.got) == 1


def test_what_was_under_way_when_it_was_stopped_is_written_down_and_not_sent_again(tmp_path: Path) -> None:
    with receiving() as (told,), stage(tmp_path, told.url) as made:
        told.hold.clear()
        made.courier.start()
        made.publish({"": "new"})
        made.courier.wake()
        assert told.arrived.acquire(timeout=30)
        stopping = threading.Thread(target=made.courier.stop, args=(30,))
        stopping.start()
        told.hold.set()
        stopping.join(30)
        again = Courier(made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried())
        assert again.once() == [] and told.got == [made.said("", "new")]


def test_who_sends_keeps_out_everybody_else_and_whoever_comes_later_waits_for_his_turn(tmp_path: Path) -> None:
    """The first has sent, and not heard yet, when the second comes: by the books, it would send it again."""
    with receiving() as (told,), stage(tmp_path, told.url) as made:
        turn = partial(held, f"{made.state}.pings", whose="somebody sends")
        by_hand = Courier(made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried(), turn=turn)
        beside = Courier(
            made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried(), turn=turn, listen=made.heard.append
        )
        told.hold.clear()
        made.publish({"": "new"})
        sending = threading.Thread(target=by_hand.once)
        sending.start()
        assert told.arrived.acquire(timeout=30)
        with pytest.raises(LockHeld, match=f"somebody sends: process {os.getpid()}"):
            Courier(made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried(), turn=turn).once()
        beside.start()
        made.until(lambda: made.heard)
        told.hold.set()
        sending.join(30)
        made.publish({"": "newer"})
        made.until(lambda: len(told.got) == 2)
        assert told.got == [made.said("", "new"), made.said("", "newer")]
        made.until(lambda: len(made.heard) == 2)
        assert [type(each) for each in made.heard] == [Trouble, Sent], "that it waits is said once"
        with pytest.raises(LockHeld):
            by_hand.once()
        assert beside.stop(30)
        assert by_hand.once() == []


def test_who_waits_for_his_turn_can_be_stopped(tmp_path: Path) -> None:
    with receiving() as (told,), stage(tmp_path, told.url) as made, held(f"{made.state}.pings"):
        turn = partial(held, f"{made.state}.pings")
        beside = Courier(
            made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried(), turn=turn, listen=made.heard.append
        )
        made.publish({"": "new"})
        beside.start()
        made.until(lambda: made.heard)
        assert beside.stop(30) and told.got == []


def test_a_state_that_cannot_be_used_is_tried_again(tmp_path: Path) -> None:
    broken = [True, True]

    def opening() -> SqliteIndex:
        if broken:
            broken.pop()
            raise StateError("the state cannot be used just now")
        return SqliteIndex.open(str(tmp_path / "state.db"))

    with receiving() as (told,), stage(tmp_path, told.url, opening=opening) as made:
        made.publish({"": "new"})
        made.courier.start()
        made.until(lambda: told.got)
        assert [type(each) for each in made.heard[:2]] == [Trouble, Trouble]


def test_a_receipt_that_could_not_be_written_down_is_before_anything_else_is_sent(tmp_path: Path) -> None:
    """The disk is full when the answer comes: it is kept, and written when there is room."""
    full = threading.Event()

    def opening() -> SqliteIndex:
        index = SqliteIndex.open(str(tmp_path / "state.db"))
        keep = index.keep_deliveries

        def keeping(rows: Any) -> None:
            told = list(rows)
            if full.is_set() and told:
                raise StateError("no room")
            keep(told)

        index.keep_deliveries = keeping  # type: ignore[method-assign]
        return index

    with receiving() as (told,), stage(tmp_path, told.url, opening=opening) as made:
        full.set()
        made.publish({"": "new"})
        made.courier.start()
        made.until(lambda: sum(isinstance(each, Trouble) for each in made.heard) > 2)
        full.clear()
        made.until(lambda: any(isinstance(each, Sent) for each in made.heard))
        made.publish({"": "newer"})
        made.courier.wake()
        made.until(lambda: len(told.got) == 2)
        assert made.courier.stop(30)
        assert told.got == [made.said("", "new"), made.said("", "newer")]


def test_while_a_request_is_under_way_no_trouble_has_it_sent_again(tmp_path: Path) -> None:
    trouble = [True]

    def opening() -> SqliteIndex:
        index = SqliteIndex.open(str(tmp_path / "state.db"))
        keep = index.keep_deliveries

        def keeping(rows: Any) -> None:
            told = list(rows)
            if told and trouble:
                trouble.pop()
                raise StateError("no room")
            keep(told)

        index.keep_deliveries = keeping  # type: ignore[method-assign]
        return index

    with receiving(2) as (hangs, well), stage(tmp_path, hangs.url, well.url, opening=opening) as made:
        hangs.hold.clear()
        made.publish({"": "new"})
        made.courier.start()
        made.until(lambda: made.heard and hangs.got)
        assert not hangs.arrived.acquire(timeout=30) or not hangs.arrived.acquire(timeout=0.3)
        hangs.hold.set()
        made.until(lambda: len(made.heard) == 3)
        assert made.courier.stop(30)
        assert hangs.got == well.got == [made.said("", "new")] and hangs.most == 1


def test_a_system_that_has_no_thread_left_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, refused = threading.Thread.start, []

    def starting(thread: threading.Thread) -> None:
        if thread.name == "courier line" and len(refused) < 2:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starting)
    with receiving() as (told,), stage(tmp_path, told.url, skips=True) as made:
        made.publish({"": "new"})
        made.courier.start()
        made.until(lambda: told.got)
        assert made.courier.stop(30)
        assert told.got == [made.said("", "new")]
        assert [type(each) for each in made.heard] == [Trouble, Trouble, Sent]


class Faulty(Plain):
    def request(self, endpoint: Endpoint, topics: Any, now: int) -> Request:
        raise RuntimeError("its secret is 42")


def test_a_notifier_that_fails_is_refused_and_says_nothing_secret(tmp_path: Path) -> None:
    with receiving() as (told,), stage(tmp_path, told.url, notifier=Faulty()) as made:
        made.publish({"": "new"})
        (sent,) = made.courier.once()
        assert sent.receipt.outcome is Outcome.REFUSED and "42" not in sent.receipt.told and told.got == []


def test_who_hears_of_it_and_fails_stops_nothing(tmp_path: Path) -> None:
    with receiving() as (told,), stage(tmp_path, told.url) as made:

        def failing(_: object) -> None:
            raise RuntimeError

        courier = Courier(made.open, offers(*made.offers), Client(guard=LOOPBACK), Hurried(), listen=failing)
        courier.start()
        for number in range(3):
            made.publish({"": f"{number}"})
            courier.wake()
            made.until(lambda number=number: made.said("", f"{number}") in told.got)
        assert courier.stop(30)


@pytest.mark.parametrize("at_once", [True, False])
def test_once_sends_what_is_due_and_ends(tmp_path: Path, at_once: bool) -> None:
    """A person who asks for it does not wait for the next attempt; each endpoint is tried once."""
    with receiving(2) as (fails, well), stage(tmp_path, fails.url, well.url) as made:
        fails.status = 503
        made.publish({"": "new", "a": "new"})
        assert len(made.courier.once()) == 3
        fails.status = 200
        assert len(made.courier.once(at_once=at_once)) == (2 if at_once else 0)
        assert sorted(well.got) == sorted([made.said("", "new"), made.said("a", "new")])


def test_once_sends_what_is_meant_alone(tmp_path: Path) -> None:
    def chosen(endpoint: str, topic: Topic) -> bool:
        return endpoint == "e1" and topic.feed == "feed:a"

    with receiving(2) as (other, meant), stage(tmp_path, other.url, meant.url) as made:
        made.publish({"": "new", "a": "new"})
        with closing(made.open()) as index, index.transaction():
            index._db.execute("UPDATE feeds SET taxonomy = '' WHERE name = 'a'")
            index._db.execute("UPDATE documents SET taxonomy = '' WHERE name = 'a'")
        made.courier.once(chosen)
        assert (other.got, meant.got) == ([], [made.said("a", "new")])


def test_when_it_means_to_do_something_next(tmp_path: Path) -> None:
    with receiving() as (told,), stage(tmp_path, told.url) as made:
        told.status = 503
        made.courier.start()
        made.publish({"": "new"})
        made.courier.wake()
        made.until(lambda: made.heard and made.courier.next_due())
        due = made.courier.next_due()
        assert due is not None and 10 < due - Clock().now() <= 36
