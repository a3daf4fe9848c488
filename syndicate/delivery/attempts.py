"""Who is told just now or waits for it: what the fan-out knows of each, and of those who go together."""

from __future__ import annotations

import asyncio
from collections import deque

from syndicate.delivery.letters import Edition
from syndicate.delivery.rota import Rota
from syndicate.model.hub import Subscription
from syndicate.model.records import NamedTuple, dataclass, field


@dataclass(eq=False)
class Attempt:
    """One subscriber who waits or is being told. `windowed` while it counts among the bodies under way."""

    subscription: Subscription
    host: str
    lane: Lane
    edition: Edition | None = None
    windowed: bool = False
    waits_for_us: bool = False
    """There is a connection, and no place in the window yet."""
    is_stuck: bool = False
    is_over: bool = False
    is_put_off: bool = False
    begun: float = 0.0
    task: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Lane:
    """Those with so many failures in a row, and how many of them are told at once."""

    failures: tuple[int, int]
    at_once: int
    frees: bool
    """Whether those who are stuck take no other's place."""
    rota: Rota[Attempt] = field(default_factory=Rota)
    under_way: int = 0
    cursors: deque[Cursor] = field(default_factory=deque)
    refused: set[str] = field(default_factory=set)
    """Hosts of which more are due than may wait."""


class Cursor(NamedTuple):
    """How far the store has been asked who is due."""

    topic: str
    after: Subscription | None = None
