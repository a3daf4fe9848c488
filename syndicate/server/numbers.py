"""Counts answers and readers (`Witness`), and has what was counted written down every minute.

An answer costs a look into a table and three additions. Who asked is thought about in a thread, once for all requests
that are alike: aggregators say in their `User-Agent` for how many people they ask, and everybody else counts once a
day. By what one is known from another is a digest of the address and the program's name under a salt that is drawn
anew each day and never leaves the memory: no address is written down, and nobody can be found again on another day.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from urllib.parse import unquote_to_bytes

from syndicate.errors import StateError
from syndicate.index.days import Days
from syndicate.model.numbers import DAY, HOUR, NOTHING, Kind, Tally, Traffic
from syndicate.model.records import dataclass, field
from syndicate.server import Request
from syndicate.server.agents import Agent, agent
from syndicate.server.distinct import Distinct
from syndicate.server.manners import household

EVERY = 60.0
"""Seconds between two writings."""

ALIKE = 20_000
"""Kinds of requests that are told apart between two writings; those of others are counted without asking by whom."""

NAMES = 300
"""Programs that are told apart on one day."""
OTHERS = "(others)"

_IDENTS = 20
"""Numbers by which one aggregator knows one feed."""
_WORDS = 50_000
"""Words of aggregators in one tally."""
_WAITING = 48
"""Tallies that wait to be written, while all of them hold no more than `_WORDS`; the last one always does."""
_INSTANCE = 100
"""People that a program is believed which runs for a few."""
_LONG = 400
_LONG_PATH = 500
_DOCUMENT = frozenset((200, 226, 304))
_VALIDATORS = frozenset((b"if-none-match", b"if-modified-since"))
_FAULTS: tuple[type[Exception], ...] = (StateError, OSError, *Days.faults)

_Key = tuple[str, bytes, bytes | None, str, bool, bool]
"""Client, User-Agent, path (None: it is not known who asked), feed, whether nothing had changed, whether it was asked
by what the client has."""

_Of = tuple[str, str]
"""What distinct readers are counted of: ("feed", key), ("by", program)."""


@dataclass
class Seen:
    """All since the program began: for `/metrics`. `direct` are the distinct readers of this day."""

    answers: dict[int, tuple[int, int]] = field(default_factory=dict)
    traffic: Traffic = NOTHING
    direct: int = 0


class Numbers:
    """A Witness. `path` is the file of the store; while it is "", nothing is written. What goes wrong is `told`, once.

    Calls may come from several threads.
    """

    def __init__(self, path: str = "", told: Callable[[str], None] = lambda _: None) -> None:
        self.path, self._told = path, told
        self.closed: dict[str, int] = {}
        """Connections that were closed on somebody, so far, by the reason; whoever has them says so."""
        self._counting = threading.Lock()
        self._hour, self._until = 0, 0
        self._alike: dict[_Key, list[int]] = {}
        self._answers: dict[int, list[int]] = {}
        self._closed: list[tuple[int, dict[_Key, list[int]], dict[int, list[int]]]] = []
        self._thinking = threading.Lock()
        self._seen = Seen()
        self._day = -1
        self._turn_day(0)
        self._pending: dict[int, Tally] = {}
        self._idents: dict[tuple[str, str], int] = {}
        self._writing = threading.Lock()
        self._unwritten: list[Tally] = []
        self._store: Days | None = None
        self._tidied = -1
        self._fault = ""
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    # counting: on the way of every answer

    def saw(self, request: Request, status: int, sent: int, whole: int, feed: str) -> None:
        """See `Witness`."""
        method, path, _, headers, client, _, now = request  # in one step: this is on the way of every answer
        agent, asked = b"", False
        document = feed and status in _DOCUMENT and method == "GET"
        if document:
            for name, value in headers:
                if name == b"user-agent":
                    agent = value if len(value) <= _LONG else value[:_LONG]
                elif name in _VALIDATORS:
                    asked = True
        with self._counting:
            if not self._hour <= now < self._until:
                self._turn(now)
            of_status = self._answers.get(status)
            if of_status is None:
                of_status = self._answers[status] = [0, 0]
            of_status[0] += 1
            of_status[1] += sent
            if document:
                key = (client, agent, path, feed, status == 304, asked)
                counts = self._alike.get(key)
                if counts is None:
                    counts = self._another(key)
                counts[0] += 1
                counts[1] += sent
                counts[2] += whole

    def _another(self, key: _Key) -> list[int]:
        """Where requests are counted that are like no other one so far."""
        if len(self._alike) >= ALIKE:
            if len(self._alike) == ALIKE:
                self._wake.set()
            key = ("", b"", None, *key[3:])
        return self._alike.setdefault(key, [0, 0, 0])

    def _turn(self, now: float) -> None:
        """Another hour begins, or the clock was put."""
        if self._answers:
            self._closed.append((self._hour, self._alike, self._answers))
        self._alike, self._answers = {}, {}
        self._hour = int(now) - int(now) % HOUR
        self._until = self._hour + HOUR

    # thinking: in a thread

    def seen(self) -> Seen:
        """Everything that was counted so far."""
        with self._thinking:
            self._think()
            return Seen(dict(self._seen.answers), self._seen.traffic, self._readers.count(("feed", "")))

    def _think(self) -> None:
        """What was counted becomes tallies."""
        with self._counting:
            if self._answers:
                self._closed.append((self._hour, self._alike, self._answers))
                self._alike, self._answers = {}, {}
            closed, self._closed = self._closed, []
        for hour, alike, answers in closed:
            if hour // DAY != self._day:
                self._turn_day(hour // DAY)
            tally = self._pending.setdefault(hour, Tally(hour))
            for table in (tally.answers, self._seen.answers):
                for status, (requests, sent) in answers.items():
                    before = table.get(status, (0, 0))
                    table[status] = before[0] + requests, before[1] + sent
            for key, counts in alike.items():
                self._add(tally, key, counts)
            tally.direct = {feed: self._readers.count(("feed", feed)) for feed in tally.traffic}
            tally.people = {name: self._readers.count(("by", name)) for name, _ in tally.readers}

    def _turn_day(self, day: int) -> None:
        """From now on nobody is known any more."""
        self._day = day
        self._salt = secrets.token_bytes(32)
        self._readers: Distinct[_Of] = Distinct()
        self._names: set[str] = set()

    def _add(self, tally: Tally, key: _Key, counts: list[int]) -> None:
        client, said, path, feed, unchanged, asked = key
        requests, sent, whole = counts
        traffic = Traffic(requests, requests if asked else 0, requests if unchanged else 0, sent, whole)
        self._seen.traffic = self._seen.traffic.plus(traffic)
        for each in ("", feed):
            tally.traffic[each] = tally.traffic.get(each, NOTHING).plus(traffic)
        if path is None:
            return
        who = _known(said)
        who = who._replace(name=self._name(who.name))
        program = who.name, who.kind
        tally.readers[program] = tally.readers.get(program, NOTHING).plus(traffic)
        if who.kind is Kind.AGGREGATOR and who.subscribers is not None:
            self._state(tally, feed, who, path)
        elif who.kind is Kind.READER:
            self._meet(client, who, feed)

    def _name(self, name: str) -> str:
        """The name by which a program is counted: there may be no end of names."""
        if name not in self._names:
            if len(self._names) >= NAMES:
                return OTHERS
            self._names.add(name)
        return name

    def _state(self, tally: Tally, feed: str, who: Agent, path: bytes) -> None:
        """What an aggregator says of one feed; where it says several things at once, the most."""
        ident = f"#{who.ident}" if who.ident else unquote_to_bytes(path).decode("utf-8", "replace")[:_LONG_PATH]
        key = feed, who.name, ident
        if key not in tally.stated:
            idents = self._idents.get(key[:2], 0)
            if idents >= _IDENTS or len(tally.stated) >= _WORDS:
                return
            self._idents[key[:2]] = idents + 1
        tally.stated[key] = max(tally.stated.get(key, 0), who.subscribers or 0)

    def _meet(self, client: str, who: Agent, feed: str) -> None:
        """Somebody who asks for himself; or, with a program of their own, for a few."""
        person = f"{household(client)}\n{who.name}"
        for each in range(min(who.subscribers or 1, _INSTANCE)):
            for of in (("feed", ""), ("feed", feed), ("by", who.name)):
                text = f"{person}\n{each}\n{of[0]}\n{of[1]}".encode("utf-8", "surrogatepass")
                self._readers.add(of, int.from_bytes(blake2b(text, digest_size=8, key=self._salt).digest(), "big"))

    # writing: in a thread, once a minute

    def begin(self) -> None:
        """Write every minute from now on, until `end`."""
        self._thread = threading.Thread(target=self._go_on, name="numbers", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Write the rest, and let go of the file."""
        self._ended.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(15.0)
            self._thread = None

    def _go_on(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(EVERY)
            self._wake.clear()
            self.write()
        with self._writing:
            if self._store is not None:
                self._store.close()
                self._store = None

    def write(self) -> None:
        """Write what was counted. What cannot be written is tried again the next time."""
        with self._thinking:
            self._think()
            tallies, self._pending, self._idents = self._pending, {}, {}
        if not self.path:
            return
        with self._writing:
            self._unwritten = bounded([*self._unwritten, *tallies.values()])
            try:
                self._write()
                self._fault = ""
            except _FAULTS as fault:
                if str(fault) != self._fault:
                    self._fault = str(fault)
                    self._told(f"what readers there are cannot be written down: {fault}")
                if self._store is not None:  # another file may be in its place
                    self._store.close()
                    self._store = None

    def _write(self) -> None:
        if self._store is not None and not self._store.stands:
            self._store.close()
            self._store = None
        if self._unwritten and self._store is None:
            self._store = Days.open(self.path)
        while self._unwritten and self._store is not None:
            tally = self._unwritten[0]
            self._store.add(tally)
            self._unwritten = self._unwritten[1:]
            if tally.day != self._tidied:
                self._store.forget(tally.day)
                self._tidied = tally.day


def bounded(waiting: list[Tally]) -> list[Tally]:
    """As many of the last tallies as may be held while they cannot be written."""
    words = accumulate(len(each.stated) for each in reversed(waiting[-_WAITING:]))
    held = sum(count <= _WORDS for count in words)
    return waiting[-max(held, 1) :]


@lru_cache(2048)
def _known(said: bytes) -> Agent:
    return agent(said.decode("utf-8", "replace"))
