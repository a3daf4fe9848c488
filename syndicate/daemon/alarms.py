"""Tells somebody when something is wrong for longer: once of each cause, and once more when it is over (`causes.py`).

Who cannot be reached is told later. What was told outlives a restart: it stands in a file beside the state, not in it,
since a broken state is a cause as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from syndicate.daemon.causes import Cause, Limits, Scene, after, due, noted
from syndicate.daemon.channels import Channel, Message, message
from syndicate.daemon.clock import Clock
from syndicate.index import notes
from syndicate.model.delivery import Standing
from syndicate.model.records import NamedTuple
from syndicate.model.run import Run

EVERY = 60.0
"""Seconds after which it is looked again, though no run has ended: endpoints die and silence lasts without one."""

_WAITS = (60, 120, 300, 900, 3600)
"""Seconds after each failure before somebody is tried again."""

OVER = "over: "
"""How a line of the log begins that tells of an end."""


class View(NamedTuple):
    """What the state says: how the endpoints are doing that are pinged, since when feeds hold what they hold, and what
    cannot be read at its address since when."""

    standings: Sequence[Standing] = ()
    news: int | None = None
    unread: str = ""
    unread_since: int = 0


class Alarms:
    """Keeps watch. `memory` is the file of what was told, `view` looks into the state, `tell` is called with each
    alarm and each failure in words (for the log), `show` with the words of all that is wrong (for the health file).

    `heard` may be called by any thread; everything else happens in a thread of its own, or in `look`.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        limits: Limits,
        memory: Path,
        view: Callable[[], View],
        clock: Clock,
        site: str = "",
        tell: Callable[[str], None] = lambda _: None,
        show: Callable[[list[str]], None] = lambda _: None,
    ) -> None:
        self._channels, self._limits, self._memory = {"": _Nobody(), **channels}, limits, memory
        self._view, self._clock, self._site, self._tell, self._show = view, clock, site, tell, show
        kept = notes.got(memory)
        self._scene = _scene(kept.get("scene"))
        self._told = {name: _causes(kept, name) for name in self._channels}
        self._tries: dict[str, tuple[int, float]] = {}
        self._guard, self._woken, self._stop = threading.Lock(), threading.Event(), False
        self._thread: threading.Thread | None = None
        self._deaf = False

    def heard(self, run: Run) -> None:
        """A run has ended."""
        with self._guard:
            self._scene = after(self._scene, run, self._limits)
        self._woken.set()

    def look(self) -> None:
        """Tell what is to be told now."""
        with self._guard:
            scene = self._scene
        view, now = self._view(), self._clock.now()
        scene = scene._replace(**view._asdict())
        before = self._told
        for name, channel in self._channels.items():
            if self._may(name):
                self._told = self._told | {name: self._tell_all(name, channel, scene, now)}
        if before != self._told or notes.got(self._memory).get("scene") != _plain(scene):
            self._remember(scene)
        self._show([cause.text for cause in self._told[""].values()])

    def start(self) -> None:
        """Keep watch from now on."""
        self._thread = threading.Thread(target=self._watch, name="alarms", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Look once more, and end; what hangs is waited for so long."""
        self._stop = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _watch(self) -> None:
        ended = False
        while not ended:
            self._clock.wait(self._woken, EVERY)
            ended = self._stop
            self._woken.clear()
            try:
                self.look()
            except Exception as fault:  # noqa: BLE001 who watches goes on watching
                self._tell(f"the alarms could not be looked after ({fault}); they are again in a minute")

    def _tell_all(self, name: str, channel: Channel, scene: Scene, now: int) -> dict[str, Cause]:
        told = self._told[name]
        for alarm in due(scene, self._limits, told, now):
            fault = channel.tell(message(alarm, self._site))
            if not name:
                self._tell(f"{OVER if alarm.over else 'alarm: '}{alarm.cause.text}")
            if fault:
                self._put_off(name, fault)
                break
            self._tries.pop(name, None)
            told = noted(told, alarm)
        return told

    def _may(self, name: str) -> bool:
        return name not in self._tries or self._clock.monotonic() >= self._tries[name][1]

    def _put_off(self, name: str, fault: str) -> None:
        tries = self._tries.get(name, (0, 0.0))[0]
        wait = _WAITS[min(tries, len(_WAITS) - 1)]
        self._tries[name] = (tries + 1, self._clock.monotonic() + wait)
        self._tell(f"{fault}; an alarm waits, and is tried again in {wait} seconds")

    def _remember(self, scene: Scene) -> None:
        told = {name: [list(cause) for cause in causes.values()] for name, causes in self._told.items()}
        try:
            notes.put(self._memory, {"scene": _plain(scene), "told": told}, private=True)
        except OSError as fault:
            if not self._deaf:
                self._tell(f"{self._memory}: cannot be written ({fault.strerror}); alarms may be told again")
            self._deaf = True
        else:
            self._deaf = False


class _Nobody:
    """Takes every alarm: what it was told is what is wrong now."""

    def tell(self, message: Message) -> str:
        return ""


def _plain(scene: Scene) -> dict[str, Any]:
    """What is to be remembered of how things are; the rest the state knows."""
    return {name: value for name, value in scene._asdict().items() if name not in View._fields}


def _scene(kept: Any) -> Scene:
    try:
        return Scene(
            failures=int(kept["failures"]),
            failing_since=int(kept["failing_since"]),
            failed=str(kept["failed"]),
            problems=int(kept["problems"]),
            usual=None if kept["usual"] is None else int(kept["usual"]),
            jumped_at=int(kept["jumped_at"]),
        )
    except (TypeError, ValueError, KeyError, OverflowError):
        return Scene()


def _causes(kept: dict[str, Any], name: str) -> dict[str, Cause]:
    try:
        rows = [(str(a), str(b), int(c), str(d), int(e)) for a, b, c, d, e in kept["told"][name]]
    except (TypeError, ValueError, KeyError, OverflowError):
        return {}
    return {cause.key: cause for cause in (Cause(*row) for row in rows)}
