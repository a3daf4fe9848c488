"""Deletions that may be an accident: so many posts are gone at once that the run is held.

It goes on when a run at least ten minutes later still misses the same posts. What was missing and since when is a fact
of the index, so it outlives the process. Posts that come back are forgotten. Others that vanish in between go along
with the first ones unless they are many themselves: then they have a wait of their own.

"At once" is within ten minutes, since one deletion may be seen in many small runs. Where none of the known posts is
left, another folder may stand in the place of the right one: no time makes that sure, and only a word of the operator
goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from syndicate.content import HELD
from syndicate.errors import BrakeHeld
from syndicate.index import Index
from syndicate.model.digest import digest

WAIT = 600
"""Seconds between the run that held and the one that goes on, and how long deletions count as one."""

_FEW, _SHARE = 20, 0.1

_LATELY = "removed"
"""A fact: since when, and how many posts were taken away that were too few to hold a run."""

_LENGTH = 8
"""Bytes by which a path is remembered."""


class Brake:
    """Judges what one run is about to remove; made before anything is stored.

    `gone` are the paths that vanished, `now` epoch seconds. With `rolling` the oldest posts may go in any number.
    """

    def __init__(self, index: Index, gone: Collection[bytes], now: int, *, rolling: bool, accepted: bool) -> None:
        self._index, self._now, self._rolling, self._accepted = index, now, rolling, accepted
        self._since, self._lately = _lately(index, now)
        self._known = index.counts(now).known if len(gone) + self._lately > _FEW else 0
        self._note = index.fact(HELD)

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Where the run in the block is held and taken back, what it missed is remembered all the same."""
        try:
            yield
        except BrakeHeld:
            with self._index.transaction():
                self._index.keep_fact(HELD, self._note)
            raise

    def judge(self, gone: Collection[bytes]) -> None:
        """Let the run go on without the posts at these paths; those that only moved are not among them any more.

        Raises:
            BrakeHeld: not now.
        """
        missing = self._index.digests(gone)
        counted = self._counted(missing)
        if self._accepted or not self._many(len(counted)):
            self._go_on(0 if self._accepted else len(counted))
            return
        since = self._waited(counted)
        if len(missing) >= self._known:
            raise self._held(counted, None)
        if since is not None:
            raise self._held(counted, since + WAIT)
        self._go_on(0)

    def _counted(self, missing: Collection[bytes]) -> list[bytes]:
        if not self._rolling or not self._known or len(missing) >= self._known:
            return list(missing)
        return _holes(self._index, missing)

    def _many(self, gone: int, lately: int | None = None) -> bool:
        before = self._lately if lately is None else lately
        return gone + before > _FEW and gone + before > _SHARE * (self._known + before)

    def _waited(self, missing: list[bytes]) -> int | None:
        """Since when the posts are waited for; None where that was long enough."""
        since, known = _read(self._index.fact(HELD))
        still = {each for each in map(_short, missing) if each in known}
        fresh = len(missing) - len(still)
        if not still or since > self._now:  # also where the clock went back
            self._note = _written(self._now, map(_short, missing))
            return self._now
        if self._now - since < WAIT:
            self._note = _written(since, still)
            return since
        if not self._many(fresh, 0):
            return None
        self._note = _written(self._now, map(_short, missing))
        return self._now

    def _go_on(self, removed: int) -> None:
        if self._index.fact(HELD):
            self._index.keep_fact(HELD, "")
        if removed:
            self._index.keep_fact(_LATELY, f"{self._since} {self._lately + removed}")
        elif self._lately:
            self._index.keep_fact(_LATELY, "")

    def _held(self, missing: list[bytes], until: int | None) -> BrakeHeld:
        count, of = len(missing) + self._lately, self._known + self._lately
        which = " that were not the oldest" if self._rolling else ""
        start = f"{count} of {of} posts{which} are gone at once; nothing has been changed. "
        if until is None:
            return BrakeHeld(
                f"{start}None of the posts that were known is left: is the right folder mounted? No later run goes on "
                "by itself. If they were deleted on purpose, `syndicate build --accept-deletions` does."
            )
        when = datetime.fromtimestamp(until, UTC)
        return BrakeHeld(
            f"{start}If they are still gone then, a run from {when:%Y-%m-%d %H:%M:%S} UTC on goes on without them. "
            "If they were deleted on purpose, `syndicate build --accept-deletions` goes on at once.",
            until,
        )


def _holes(index: Index, missing: Collection[bytes]) -> list[bytes]:
    """The vanished posts that are not older than all that stay, or of which nobody knows how old they are."""
    dates = dict(index.dates())
    gone = frozenset(missing)
    staying = [date for path, date in dates.items() if date is not None and path not in gone]
    oldest = min(staying, default=None)
    return [path for path in missing if (date := dates.get(path)) is None or oldest is None or date >= oldest]


def _lately(index: Index, now: int) -> tuple[int, int]:
    since, _, count = index.fact(_LATELY).partition(" ")
    if count and 0 <= now - int(since) < WAIT:
        return int(since), int(count)
    return now, 0


def _short(path: bytes) -> bytes:
    return digest(path)[:_LENGTH]


def _written(since: int, posts: Collection[bytes] | Iterator[bytes]) -> str:
    return f"{since} {b''.join(sorted(posts)).hex()}"


def _read(fact: str) -> tuple[int, frozenset[bytes]]:
    since, _, posts = fact.partition(" ")
    together = bytes.fromhex(posts)
    some = (together[at : at + _LENGTH] for at in range(0, len(together), _LENGTH))
    return int(since or 0), frozenset(some)
