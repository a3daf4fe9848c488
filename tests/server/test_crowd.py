"""Who is let in, and who has to go."""

from __future__ import annotations

from syndicate.server.crowd import Crowd


class Guest:
    """A connection that only knows whether it was told to leave."""

    def __init__(self, peer: str) -> None:
        self.peer, self.left, self.looked = peer, False, 0.0

    def late(self, now: float) -> None:
        self.looked = now

    def leave(self) -> None:
        self.left = True


def guests(count: int, peer: str = "") -> list[Guest]:
    return [Guest(peer or f"192.0.2.{number}") for number in range(count)]


def test_one_address_has_so_many_and_a_proxy_as_many_as_it_needs() -> None:
    crowd = Crowd(3, 100)
    many = guests(5, "192.0.2.1")
    assert [crowd.enter(each) for each in many] == [True, True, True, False, False]
    crowd.leaves(many[4])  # it never was in
    crowd.leaves(many[0])
    assert crowd.enter(Guest("192.0.2.1")) and not crowd.enter(Guest("192.0.2.1"))
    crowd.proxies.add("192.0.2.9")
    assert all(crowd.enter(each) for each in (*guests(9, "192.0.2.9"), *guests(9, "127.0.0.1"), Guest("")))
    assert crowd.turned_away == 3


def test_a_network_of_64_bits_is_one_address() -> None:
    crowd = Crowd(2, 100)
    assert [crowd.enter(Guest(f"2001:db8::{number}")) for number in range(3)] == [True, True, False]


def test_who_waited_longest_makes_room() -> None:
    crowd = Crowd(10, 4)
    first, second, third, fourth = four = guests(4)
    assert all(crowd.enter(each) for each in four)
    crowd.works(first)
    crowd.waits(second)
    assert crowd.enter(Guest("198.51.100.1"))
    assert [each.left for each in four] == [False, False, True, False]
    crowd.leaves(third)  # as it is told once it is closed
    assert crowd.enter(Guest("198.51.100.2")) and fourth.left
    assert len(crowd.members) == 4


def test_who_is_being_answered_is_not_sent_away() -> None:
    crowd = Crowd(10, 2)
    two = guests(2)
    for each in two:
        assert crowd.enter(each)
        crowd.works(each)
    assert not crowd.enter(Guest("198.51.100.1"))
    assert not any(each.left for each in two)
    crowd.leaves(two[0])
    assert crowd.enter(Guest("198.51.100.1"))


def test_all_are_told_what_time_it_is() -> None:
    crowd = Crowd(10, 10)
    some = guests(3)
    assert all(crowd.enter(each) for each in some)
    crowd.look(7.0)
    assert [each.looked for each in some] == [7.0, 7.0, 7.0]
