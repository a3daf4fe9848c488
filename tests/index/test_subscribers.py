"""The store of the hub: what was asked, who is subscribed, and who is to be told next."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syndicate.errors import StateError
from syndicate.index.subscribers import Limits, Subscribers, Taken, Tally, host_of
from syndicate.model.hub import Asked, Subscription, Way

TOPIC, NOW = "https://example.org/feeds/rss.xml", 1_800_000_000
OLD, NEW = b"n" * 16, b"o" * 16
SECRET = "a secret of theirs"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Subscribers]:
    store = Subscribers.open(str(tmp_path / "state.hub"))
    yield store
    store.close()


def asked(callback: str = "https://reader.example/1", **fields: Any) -> Asked:
    return Asked(Way.WEBSUB, TOPIC, callback, lease=600, at=NOW)._replace(**fields)


def subscribed(callback: str = "https://reader.example/1", **fields: Any) -> Subscription:
    return Subscription(0, Way.WEBSUB, TOPIC, callback, NOW, NOW + 600, got=OLD)._replace(**fields)


def callbacks(found: list[Subscription]) -> list[str]:
    return [each.callback for each in found]


def found(store: Subscribers, callback: str = "https://reader.example/1", topic: str = TOPIC) -> Subscription:
    there = store.find(topic, callback)
    assert there
    return there


def test_what_is_asked_comes_back_whole_and_in_order_until_it_is_settled(store: Subscribers) -> None:
    first = asked(secret=SECRET, signature="sha512")
    second = asked(
        way=Way.CLOUD_RPC, callback="http://a.example/2", subscribe=False, procedure="p", challenge=False, denied="no"
    )
    assert [store.ask(each) for each in (first, second)] == [Taken.YES, Taken.YES]
    waiting = store.asked(10)
    assert [each._replace(id=0) for each in waiting] == [first, second]
    assert isinstance(waiting[1].way, Way)
    assert store.asked(10, waiting[0].id) == waiting[1:] and store.asked(1) == waiting[:1]
    store.settle([waiting[0].id])
    assert store.asked(10) == waiting[1:]


def test_asking_again_for_what_waits_replaces_it_and_nothing_else(store: Subscribers) -> None:
    for each in (asked(), asked(subscribe=False), asked(denied="no"), asked(secret=SECRET)):
        assert store.ask(each) is Taken.YES
    waiting = store.asked(10)
    assert [(each.subscribe, each.denied, each.secret) for each in waiting] == [
        (False, "", ""),
        (True, "no", ""),
        (True, "", SECRET),
    ]
    assert len({each.id for each in waiting}) == 3
    store.settle([1])  # the verification of the first one ends late: it settles nothing of the others
    assert store.asked(10) == waiting


def test_only_so_many_wait(store: Subscribers) -> None:
    limits = Limits(waiting=4, waiting_of_host=2)
    hosts = ["a.example", "A.example.", "a.example:8080", "b.example", "c.example", "d.example"]
    came = [store.ask(asked(f"http://{host}/x"), limits) for host in hosts]
    assert came == [Taken.YES, Taken.YES, Taken.WAITING_OF_HOST, Taken.YES, Taken.YES, Taken.WAITING]
    assert store.ask(asked("http://b.example/x", secret=SECRET), limits) is Taken.YES, "in place of what it asked"
    store.settle(each.id for each in store.asked(9))
    assert store.ask(asked("http://d.example/x"), limits) is Taken.YES


def test_only_so_many_are_subscribed_but_all_may_renew_and_leave(store: Subscribers) -> None:
    limits = Limits(subscriptions=3, subscriptions_of_host=2)
    for host in ("a.example/1", "a.example/2"):
        store.grant(subscribed(f"http://{host}"))
    assert store.ask(asked("http://a.example/3"), limits) is Taken.FULL_OF_HOST
    store.grant(subscribed("http://b.example/1"))
    assert store.ask(asked("http://c.example/1"), limits) is Taken.FULL
    assert store.ask(asked("http://b.example/1"), limits) is Taken.YES
    assert store.ask(asked("http://c.example/1", subscribe=False), limits) is Taken.YES


def test_a_subscription_is_one_by_topic_and_callback_and_a_renewal_loses_nothing_of_it(store: Subscribers) -> None:
    store.grant(subscribed())
    store.keep(
        [found(store)._replace(got=NEW, got_at=5, trying=OLD, failures=3, tried_at=6, due=7, status=500, told="x")]
    )
    kept = found(store)
    assert kept == subscribed(
        id=kept.id, got=NEW, got_at=5, trying=OLD, failures=3, tried_at=6, due=7, status=500, told="x"
    )
    store.grant(subscribed(since=NOW + 9, until=NOW + 999, secret=SECRET, signature="sha1", got=b""))
    assert found(store) == kept._replace(
        until=NOW + 999, secret=SECRET, signature="sha1", failures=0, due=0, status=0, told=""
    )
    assert store.tally() == Tally(1, 1, 0, 0)


def test_what_is_learnt_of_an_attempt_undoes_no_renewal_and_revives_nobody(store: Subscribers) -> None:
    store.grant(subscribed())
    before = found(store)
    store.grant(subscribed(until=NOW + 999, secret=SECRET))
    store.keep([before._replace(got=NEW)])
    assert (found(store).secret, found(store).until, found(store).got) == (SECRET, NOW + 999, NEW)
    assert store.drop(TOPIC, before.callback) and not store.drop(TOPIC, before.callback)
    store.keep([before])
    assert store.find(TOPIC, before.callback) is None
    store.grant(subscribed())
    store.end([before.id])
    assert found(store).id != before.id, "an id is never that of another one"


def test_who_has_the_newest_is_not_due(store: Subscribers) -> None:
    for number, (got, due, failures) in enumerate(
        [(OLD, 0, 0), (NEW, 0, 0), (b"z", 0, 0), (b"", NOW, 2), (OLD, NOW + 1, 5), (b"", 0, 0)]
    ):
        store.grant(subscribed(f"http://a.example/{number}", got=got, due=due, failures=failures, trying=OLD))
    store.grant(subscribed("http://a.example/9", topic="another"))
    names = [name[-1] for name in callbacks(store.due(TOPIC, NEW, NOW, 10))]
    assert names == ["3", "5", "0", "2"]
    assert [name[-1] for name in callbacks(store.due(TOPIC, NEW, NOW + 1, 10, failures=(1, 5)))] == ["3", "4"]
    assert [name[-1] for name in callbacks(store.due(TOPIC, NEW, NOW, 10, failures=(3, 9), anew=True))] == ["4"]
    assert store.due(TOPIC, OLD, NOW, 10, failures=(3, 9), anew=True) == [], "it was tried at this one"
    assert store.due(TOPIC, NEW, NOW, 10, without=["b.example", "a.example"]) == []
    assert len(store.due(TOPIC, NEW, NOW, 10, without=["b.example"])) == 4
    store.keep([found(store, f"http://a.example/{number}")._replace(tried_at=NOW - 5) for number in (3, 4)])
    assert "4" in [name[-1] for name in callbacks(store.due(TOPIC, NEW, NOW - 9, 10))], "the clock was put back"
    assert (store.next_due(NOW - 1), store.next_due(NOW), store.next_due(NOW + 1)) == (NOW, NOW + 1, None)


@pytest.mark.parametrize("seed", range(5))
def test_batches_find_each_once_whatever_is_kept_between_them(store: Subscribers, seed: int) -> None:
    chance = random.Random(seed)
    digests = [b"", b"a" * 16, b"b" * 16, b"c" * 16]
    newest = chance.choice(digests[1:])
    with store.transaction():
        for number in range(300):
            store.grant(subscribed(f"http://a.example/{number}", got=chance.choice(digests)))
    expected = {each for each in range(1, 301) if found(store, f"http://a.example/{each - 1}").got != newest}
    seen: list[int] = []
    after = None
    while batch := store.due(TOPIC, newest, NOW, chance.randrange(1, 60), after=after):
        seen += [each.id for each in batch]
        after = batch[-1]
        some = chance.sample(batch, len(batch) // 2)
        store.keep(
            each._replace(got=newest) if chance.random() < 0.7 else each._replace(due=NOW + 9, failures=1)
            for each in some
        )
    assert len(seen) == len(set(seen)) and set(seen) == expected


def test_what_looks_for_the_due_costs_what_is_due(tmp_path: Path) -> None:
    store = Subscribers.open(str(tmp_path / "hub"))
    with store.transaction():
        for number in range(3000):
            store.grant(subscribed(f"http://a.example/{number}", got=NEW))
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with store._used() as db:
        db.set_progress_handler(step, 1)
    assert store.due(TOPIC, NEW, NOW, 50) == []
    assert steps < 300
    store.close()


def test_leases_end(store: Subscribers) -> None:
    for number in range(5):
        store.grant(subscribed(f"http://a.example/{number}", until=NOW + number))
    assert store.next_end() == NOW
    assert store.expire(NOW + 2, limit=2) == 2 and store.expire(NOW + 2) == 1 and store.expire(NOW + 2) == 0
    assert [each.until for each in store.of_topic(TOPIC, 9)] == [NOW + 3, NOW + 4]


def test_looking(store: Subscribers) -> None:
    for number in range(3):
        store.grant(subscribed(f"http://a.example/{number}", failures=number))
    store.grant(subscribed(topic="another"))
    store.ask(asked())
    assert store.topics() == {TOPIC: 3, "another": 1}
    assert store.tally() == Tally(4, 2, 2, 1)
    assert [each.failures for each in store.failing(9)] == [2, 1]
    assert callbacks(store.of_topic(TOPIC, 1, "http://a.example/0")) == ["http://a.example/1"]


def test_a_step_is_kept_whole_or_not_at_all(store: Subscribers) -> None:
    store.ask(asked())

    def step() -> None:
        with store.transaction():
            store.grant(subscribed())
            store.settle([1])
            raise KeyError

    with pytest.raises(KeyError):
        step()
    assert store.tally() == Tally(0, 0, 0, 1)


def test_it_survives_closing_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "hub"
    first = Subscribers.open(str(path))
    second = Subscribers.open(str(path))
    before = second.version()
    first.grant(subscribed(secret=SECRET))
    assert second.version() != before
    first.close()
    assert found(second).secret == SECRET
    second.close()
    assert path.stat().st_mode & 0o777 == 0o600
    again = Subscribers.open(str(path))
    assert found(again).secret == SECRET
    assert SECRET not in repr(found(again)) + str(again.asked(9))
    again.close()


def test_many_threads_may_use_it(store: Subscribers) -> None:
    def some(name: int) -> None:
        for number in range(20):
            store.ask(asked(f"http://{name}.example/{number}"), Limits(waiting_of_host=99))
            store.grant(subscribed(f"http://{name}.example/{number}"))

    threads = [threading.Thread(target=some, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert store.tally() == Tally(80, 1, 0, 80)


def test_a_file_that_was_taken_away_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "hub"
    store = Subscribers.open(str(path))
    store.grant(subscribed())
    for each in tmp_path.iterdir():
        each.unlink()
    assert store.find(TOPIC, "https://reader.example/1") is None
    store.grant(subscribed())
    assert path.exists()
    store.close()


def test_what_is_no_store_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "hub").write_bytes(b"not a database, but long enough to be looked at" * 99)
    with pytest.raises(StateError, match="subscribers of the hub"):
        Subscribers.open(str(tmp_path / "hub"))
    with pytest.raises(StateError, match="subscribers of the hub"):
        Subscribers.open(str(tmp_path / "none" / "hub"))
    newer = sqlite3.connect(tmp_path / "newer")
    newer.execute("PRAGMA user_version=99")
    newer.close()
    with pytest.raises(StateError, match="newer version"):
        Subscribers.open(str(tmp_path / "newer"))


@pytest.mark.parametrize(
    ("callback", "host"),
    [
        ("https://Reader.Example:8443/x?y", "reader.example"),
        ("http://u:p@reader.example./", "reader.example"),
        ("http://[::1]:80/", "::1"),
        ("http://[::1/", ""),
        ("x", ""),
    ],
)
def test_the_host_of_a_callback(callback: str, host: str) -> None:
    assert host_of(callback) == host
