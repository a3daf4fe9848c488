"""Who is told next: no host more than it bears, none forgotten, and nobody behind those that hang."""

from __future__ import annotations

from random import Random

import pytest

from syndicate.delivery.rota import ALONE, HUNG, Rota


def test_hosts_take_turns() -> None:
    rota: Rota[str] = Rota(of_host=8)
    for number in range(3):
        for host in "abc":
            assert rota.offer(host, f"{host}{number}", 0.0)
    assert [rota.next() for _ in range(10)] == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2", None]


def test_of_one_host_only_some_are_told_at_once_and_only_some_wait() -> None:
    rota: Rota[int] = Rota(of_host=2, waiting=5)
    assert [rota.offer("a", n, 0.0) for n in range(7)] == [True] * 5 + [False] * 2
    assert [rota.next(), rota.next(), rota.next()] == [0, 1, None]
    assert (len(rota), rota.waits("a"), rota.waits("b"), rota.full()) == (3, 3, 0, frozenset())
    assert rota.offer("a", 7, 0.0) and rota.offer("a", 8, 0.0)
    assert rota.full() == {"a"}
    rota.done("a", False, 0.0)
    assert [rota.next(), rota.next()] == [2, None]


def test_a_host_that_hangs_is_left_alone_for_a_while_and_its_subscribers_leave() -> None:
    rota: Rota[int] = Rota(of_host=8)
    for number in range(20):
        rota.offer("a", number, 0.0)
    for _ in range(HUNG):
        rota.next()
    rota.offer("b", 99, 0.0)
    left = [one for _ in range(HUNG) for one in rota.done("a", True, 5.0)]
    assert left == list(range(HUNG, 20))
    assert [rota.next(), rota.next()] == [99, None]
    assert not rota.offer("a", 1, 6.0)
    assert rota.alone("a", 6.0) == pytest.approx(ALONE - 1.0)
    assert rota.offer("a", 1, 5.0 + ALONE)


@pytest.mark.parametrize("seed", range(200))
def test_against_a_model(seed: int) -> None:
    """Whatever happens in whatever order: no host has too many, nobody is lost, nobody who could go waits for ever."""
    random = Random(seed)
    of_host, hosts = random.randint(1, 4), "abcdef"[: random.randint(1, 6)]
    rota: Rota[tuple[str, int]] = Rota(of_host, waiting=random.randint(1, 10))
    waiting: set[tuple[str, int]] = set()
    busy: list[tuple[str, int]] = []
    now = 0.0
    for step in range(300):
        now += random.choice((0.0, 1.0, 30.0))
        match random.randrange(3):
            case 0:
                one = (random.choice(hosts), step)
                if rota.offer(one[0], one, now):
                    waiting.add(one)
            case 1:
                found = rota.next()
                counts = {host: sum(each[0] == host for each in busy) for host in hosts}
                assert (found is None) == (not any(counts[host] < of_host for host, _ in waiting))
                if found is not None:
                    waiting.remove(found)
                    busy.append(found)
                    assert counts[found[0]] < of_host
            case _ if busy:
                one = busy.pop(random.randrange(len(busy)))
                left = rota.done(one[0], random.random() < 0.5, now)
                assert all(each[0] == one[0] for each in left)
                waiting -= set(left)
        assert len(rota) == len(waiting)
    assert set(rota.leave()) == waiting
    assert len(rota) == 0
