"""What is wrong for longer than it may be: how things are, and what was told before → the alarms to send.

Pure. A cause is told of once, and once more when it is over. All moments are whole seconds since 1970 (UTC), lengths of
time seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from syndicate.model.delivery import Standing
from syndicate.model.records import NamedTuple
from syndicate.model.run import Run

RUNS, ENDPOINT, UNREAD = "runs-failing", "endpoint-dead", "unreadable"
PROBLEMS, SILENCE = "problems-jumped", "silence"


class Limits(NamedTuple):
    """From where on something is an alarm: `[alarm]`. None and 0 stand for never."""

    failures: int = 3
    dead: int | None = 86_400
    problems: int = 20
    silence: int | None = None


class Scene(NamedTuple):
    """How things are.

    `failures` are the runs in a row that `failed`, since `failing_since`; `problems` are errors and warnings of the
    last run that came to its end, `usual` how many there were before they jumped, at `jumped_at`; `news` is since when
    the feeds hold what they hold; `standings` are those of the endpoints that are pinged; `unread` says what cannot be
    read at its public address, though they are to be told of it, the oldest since `unread_since`.
    """

    failures: int = 0
    failing_since: int = 0
    failed: str = ""
    problems: int = 0
    usual: int | None = None
    jumped_at: int = 0
    news: int | None = None
    standings: Sequence[Standing] = ()
    unread: str = ""
    unread_since: int = 0


class Cause(NamedTuple):
    """Something that is wrong since a moment. `name` is the endpoint's, "" elsewhere; `level` a number of problems."""

    kind: str
    name: str
    since: int
    text: str
    level: int = 0

    @property
    def key(self) -> str:
        """By which it is known that this was told before."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


class Alarm(NamedTuple):
    """What is to be told: of a cause, or that it is `over`, at a moment."""

    cause: Cause
    over: bool
    at: int


def after(scene: Scene, run: Run, limits: Limits) -> Scene:
    """How things are after one more run."""
    if run.failed:
        since = scene.failing_since if scene.failures else run.at
        return scene._replace(failures=scene.failures + 1, failing_since=since, failed=run.failed)
    found = run.errors + run.warnings
    well = scene._replace(failures=0, failing_since=0, failed="", problems=found)
    if _jumped(well, limits):
        return well._replace(jumped_at=scene.jumped_at if _jumped(scene, limits) else run.at)
    return well._replace(usual=found, jumped_at=0)


def due(scene: Scene, limits: Limits, told: Mapping[str, Cause], now: int) -> list[Alarm]:
    """The alarms to send, given the causes that were `told` of by their keys."""
    present = {each.key: each for each in _causes(scene, limits, now)}
    raised = [Alarm(each, False, now) for key, each in present.items() if _is_news(each, told.get(key), limits)]
    return raised + [Alarm(each, True, now) for key, each in told.items() if key not in present]


def noted(told: Mapping[str, Cause], alarm: Alarm) -> dict[str, Cause]:
    """The causes that were told of, once this alarm was taken."""
    others = {key: each for key, each in told.items() if key != alarm.cause.key}
    return others if alarm.over else others | {alarm.cause.key: alarm.cause}


def _is_news(cause: Cause, told: Cause | None, limits: Limits) -> bool:
    """Whoever knows of a jump is told of another one on top of it."""
    if told is None:
        return True
    return cause.kind == PROBLEMS and cause.level - told.level >= limits.problems


def _causes(scene: Scene, limits: Limits, now: int) -> Iterator[Cause]:
    if scene.failures >= limits.failures:
        text = (
            f"{scene.failures} runs failed one after another, the first {_moment(scene.failing_since)}: {scene.failed}"
        )
        yield Cause(RUNS, "", scene.failing_since, text)
    for each in scene.standings:
        yield from _dead(each, limits, now)
    yield from _unread(scene, limits, now)
    yield from _jump(scene, limits)
    if limits.silence and scene.news is not None and now - scene.news >= limits.silence:
        yield Cause(SILENCE, "", scene.news, f"nothing new was published since {_moment(scene.news)}")


def _dead(standing: Standing, limits: Limits, now: int) -> Iterator[Cause]:
    """An endpoint that switched itself off will not come back by waiting."""
    if limits.dead is None:
        return
    if standing.off:
        text = f"the endpoint {standing.endpoint} is switched off: {standing.off}"
        yield Cause(ENDPOINT, standing.endpoint, standing.tried_at, text)
    elif standing.failures and now - standing.failing_since >= limits.dead:
        text = (
            f"the endpoint {standing.endpoint} has taken nothing since {_moment(standing.failing_since)}: "
            f"{standing.told or 'no answer'}"
        )
        yield Cause(ENDPOINT, standing.endpoint, standing.failing_since, text)


def _unread(scene: Scene, limits: Limits, now: int) -> Iterator[Cause]:
    if limits.dead is not None and scene.unread and now - scene.unread_since >= limits.dead:
        text = (
            f"nobody is told of what cannot be read at its address since {_moment(scene.unread_since)}: {scene.unread}"
        )
        yield Cause(UNREAD, "", scene.unread_since, text)


def _jump(scene: Scene, limits: Limits) -> Iterator[Cause]:
    """It lasts until so many are mended that those left would have been none."""
    if _jumped(scene, limits):
        text = f"{scene.problems:,} problems stand, where {scene.usual:,} did before"
        yield Cause(PROBLEMS, "", scene.jumped_at, text, scene.problems)


def _jumped(scene: Scene, limits: Limits) -> bool:
    return limits.problems > 0 and scene.usual is not None and scene.problems - scene.usual >= limits.problems


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
