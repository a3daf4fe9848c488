"""How it goes, for machines: `/healthz`, `/readyz`, and the `Look` that `/metrics` shares with them.

Both answer without a password, so a word is all they say; `syndicate status` and the dashboard say why.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from syndicate import wiring
from syndicate.errors import StateError
from syndicate.project import Project
from syndicate.server import Request, Response
from syndicate.wiring import condition
from syndicate.wiring.condition import Condition

FRESH = 5.0
"""Seconds for which it is not looked again."""

SHARE = 20.0
"""What a look took is waited so many times before the next one: of a large site it takes a while."""

_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Look:
    """How all of it is doing, looked at once for all who ask within a few seconds. Calls may come from several threads.

    `of` is what looks; it raises StateError.
    """

    def __init__(self, the: Project, of: Callable[[Project, int], Condition] = condition.of) -> None:
        self.the, self._of = the, of
        self._guard = threading.Lock()
        self._until = 0.0
        self._found: Condition | None = None
        self._fault = ""

    def __call__(self, now: int) -> Condition:
        """The condition at `now`, or some seconds before.

        Raises:
            StateError: nothing has been built here yet, or the state cannot be used.
        """
        with self._guard:
            began = monotonic()
            if began >= self._until:
                self._look(now)
                ended = monotonic()
                self._until = ended + max(FRESH, SHARE * (ended - began))
            if self._found is None:
                raise StateError(self._fault)
            return self._found

    def _look(self, now: int) -> None:
        try:
            self._found = self._of(self.the, now)
        except StateError as fault:
            self._found, self._fault = None, str(fault)

    @property
    def is_built(self) -> bool:
        """Whether there is a state at all: before the first build nothing is wrong with that."""
        return self.the.state.is_file()


class Healthz:
    """A Place: 200 `ok` or `problems`, 503 `failing`.

    It fails where the state cannot be used, and where a daemon looks after the feeds (or should) and they do not
    follow the posts: it is gone or hangs, or its last run failed. Where no daemon was ever started, or it was stopped
    by somebody, what is published is served, and that is all there is to expect.
    """

    methods = ("GET",)
    most = 0
    slow = True

    def __init__(self, look: Look) -> None:
        self._look = look

    def answer(self, request: Request) -> Response:
        """See `Place`."""
        try:
            found = self._look(int(request.now))
        except StateError:
            return _said(503, "failing") if self._look.is_built else _said(200, "ok")
        expected = found.holder or found.health.get("status", "stopped") != "stopped"
        if found.failing and expected:
            return _said(503, "failing")
        return _said(200, "problems" if found.code else "ok")


class Readyz:
    """A Place: 200 `ready` where there is anything to be served, else 503: readers are better sent elsewhere."""

    methods = ("GET",)
    most = 0
    slow = True

    not_yet: ClassVar[str] = "not yet"

    def __init__(self, the: Project) -> None:
        self._the = the

    def answer(self, request: Request) -> Response:
        """See `Place`."""
        with contextlib.suppress(StateError), wiring.state(self._the) as index:
            if next(iter(index.addresses()), None) is not None:
                return _said(200, "ready")
        return _said(503, self.not_yet)


def _said(status: int, word: str) -> Response:
    return Response(status, list(_HEADERS), f"{word}\n".encode())
