"""Full text follows the posts, beside the answers: a thread that waits, and a worker that reads where there is work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress

from syndicate.delivery.wording import catch_up
from syndicate.errors import SyndicateError
from syndicate.index.lock import held
from syndicate.index.words import Words, throw_away_damaged, words_beside
from syndicate.wiring.queries import Scene

PAUSE = 2.0
"""Seconds between two looks at whether posts have changed."""

LATER = 30.0
"""Seconds after which it is tried again, where another process follows or something is wrong."""


class Following(threading.Thread):
    """Follows the posts, if no other process does."""

    def __init__(self, scene: Callable[[], Scene], pause: float = PAUSE) -> None:
        super().__init__(name="full text", daemon=True)
        self._scene, self._pause = scene, pause
        self._over = threading.Event()

    def stop(self) -> None:
        """End, when the posts at hand have been read."""
        self._over.set()
        if self.is_alive():
            self.join(10)

    def run(self) -> None:
        """Until it is stopped; whatever goes wrong is tried again."""
        while not self._over.is_set():
            later = LATER
            with suppress(SyndicateError, OSError):
                try:
                    self._follow()
                except Words.faults as fault:
                    if throw_away_damaged(words_beside(self._scene().state), fault):
                        later = self._pause
            self._over.wait(later)

    def _follow(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(held(f"{words_beside(self._scene().state)}.lock"))
            words = stack.enter_context(closing(self._scene().words()))
            index = stack.enter_context(closing(self._scene().index()))
            seen: int | None = None
            while not self._over.is_set():
                version = index.version()
                if version != seen:
                    catch_up(index, words, lambda: self._scene().texts, self._scene().engine, self._over.is_set)
                    seen = version
                self._over.wait(self._pause)
