"""The connections that are open: how many one address has, and who has waited longest for whom. Pure.

Each connection waits until a moment (`until`, of a clock that only goes forward): for its next request, for the rest
of one, or for its reader to take what was written. When there is no room for another, the one that has waited longest
for a request is let go: somebody who sends one right away always gets in.
"""

from __future__ import annotations

from typing import Protocol

from syndicate.server.manners import HERE, household

NEVER = float("inf")


class Member(Protocol):
    """A connection."""

    peer: str
    """The address of its other end, "" where there is none."""

    def late(self, now: float) -> None:
        """Called every second: what takes too long is to end."""
        ...

    def leave(self) -> None:
        """End at once."""
        ...


class Crowd:
    """All connections of the process. For one thread."""

    def __init__(self, each: int, room: int) -> None:
        """At most `each` of one address, and `room` in all."""
        self.each, self.room = each, room
        self.members: set[Member] = set()
        self._of: dict[str, int] = {}
        self._waiting: dict[Member, None] = {}
        self.turned_away = 0
        """Connections for which there was no room, or that had to make some, so far."""
        self.stalled = 0
        """Those that were closed since nobody took what was written."""
        self.proxies: set[str] = set(HERE)
        """Addresses that come for many: they may have as many connections as they need."""

    def enter(self, one: Member) -> bool:
        """Whether there is a place for it; if so it has it until it `leaves`, and waits."""
        who = household(one.peer)
        count = self._of.get(who, 0)
        if count >= self.each and one.peer and one.peer not in self.proxies:
            self.turned_away += 1
            return False
        if len(self.members) >= self.room and not self._make_room():
            self.turned_away += 1
            return False
        self._of[who] = count + 1
        self.members.add(one)
        self._waiting[one] = None
        return True

    def leaves(self, one: Member) -> None:
        """It is closed; one that never entered may leave, too."""
        self._waiting.pop(one, None)
        if one not in self.members:
            return
        self.members.discard(one)
        who = household(one.peer)
        count = self._of[who] - 1
        if count:
            self._of[who] = count
        else:
            del self._of[who]

    def waits(self, one: Member) -> None:
        """From now on it waits for a request."""
        self._waiting.pop(one, None)
        self._waiting[one] = None

    def works(self, one: Member) -> None:
        """It has a whole request."""
        self._waiting.pop(one, None)

    def look(self, now: float) -> None:
        """Tell all what time it is."""
        for one in tuple(self.members):
            one.late(now)

    def _make_room(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        self.turned_away += 1
        self.leaves(oldest)
        oldest.leave()
        return True
