"""Which host may be sent something now: one request to each at a time, spaced, and so many a minute to all. Pure.

All moments are seconds by a clock that never goes back.
"""

from __future__ import annotations

from collections import deque

from syndicate.model.records import NamedTuple

MINUTE = 60.0


class Lane(NamedTuple):
    """A host: whether a request is under way to it, and before when none begins."""

    is_taken: bool = False
    free_at: float = 0.0


class Lanes:
    """All hosts. `per_minute` requests begin within any minute, at most."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lanes: dict[str, Lane] = {}
        self._begun: deque[float] = deque()

    def has_room(self, monotonic: float) -> bool:
        """Whether another request may begin this minute."""
        while self._begun and self._begun[0] <= monotonic - MINUTE:
            self._begun.popleft()
        return len(self._begun) < self._per_minute

    def is_free(self, host: str, monotonic: float) -> bool:
        """Whether a request to this host may begin."""
        lane = self._lanes.get(host, Lane())
        return not lane.is_taken and lane.free_at <= monotonic

    def take(self, host: str, pace: float, monotonic: float) -> None:
        """A request begins; the next one to this host so many seconds later, if this one has ended by then."""
        self._begun.append(monotonic)
        self._lanes[host] = Lane(True, monotonic + pace)

    def leave(self, host: str) -> None:
        """The request has ended."""
        self._lanes[host] = self._lanes.get(host, Lane())._replace(is_taken=False)

    def wait(self, host: str, monotonic: float) -> float | None:
        """Seconds until a request to this host may begin; None where one has to end first."""
        lane = self._lanes.get(host, Lane())
        if lane.is_taken:
            return None
        room = 0.0 if self.has_room(monotonic) else self._begun[0] + MINUTE - monotonic
        return max(lane.free_at - monotonic, room, 0.0)
