"""The table of the server and of the hub: under which loads they are measured, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench import answers, fanout, halves, replaced
from bench.bars import Bar, Figure

Figures = dict[str, list[float]]
"""What was measured, in words: a figure for each round."""


@dataclass(frozen=True)
class Load:
    """One row."""

    name: str
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Scene:
    """Rows that are measured together, in so many rounds: `measured` gives the figures of each, in their order."""

    loads: tuple[Load, ...]
    rounds: int
    measured: Callable[[int], tuple[Figures, ...]]


SCENES = (
    Scene(
        (
            Load("serve-304", "304s, as fast as wrk asks", (Figure(answers.RATIO, "×", least=0.3),)),
            Load(
                "serve-gzip", "a feed of 60 kB in gzip, as fast as wrk asks", (Figure(answers.RATIO, "×", least=0.35),)
            ),
        ),
        7,
        answers.beside_nginx,
    ),
    Scene(
        (
            Load(
                "serve-rate",
                f"the same feed, {answers.RATE:,} times a second by autocannon",
                (Figure(answers.WITHIN, "ms", most=25), Figure(answers.HELD, least=0.95 * answers.RATE)),
            ),
        ),
        3,
        answers.at_rate,
    ),
    Scene(
        (
            Load(
                "serve-halves",
                f"good requests among {halves.HALVES:,} half ones, with {halves.FILES:,} descriptors",
                (Figure(halves.MEANWHILE, "ms", most=100), Figure(halves.NORMAL, "×", most=1.5)),
            ),
        ),
        1,
        halves.measured,
    ),
    Scene(
        (
            Load(
                "serve-replaced",
                f"documents replaced for {replaced.SECONDS} s by the daemon, under {replaced.RATE:,} requests a second",
                (Figure(replaced.FAULTS, most=0), Figure(replaced.VERSIONS, least=50)),
            ),
        ),
        1,
        replaced.measured,
    ),
    Scene(
        (
            Load(
                "hub-20k",
                f"an update to {fanout.SUBSCRIBERS:,} subscribers of the hub, 10 % of them dead and 5 % slow",
                (Figure(fanout.LAST, "s", most=30), Figure(fanout.MEMORY, "MB", most=300)),
            ),
        ),
        1,
        fanout.measured,
    ),
)
LOADS: Mapping[str, Load] = {load.name: load for scene in SCENES for load in scene.loads}
ALL = "serving"
"""The name for all of them."""


def chosen(names: list[str]) -> list[Scene]:
    """The scenes in which a row is that was asked for; all of them for no name."""
    if not names or ALL in names:
        return list(SCENES)
    return [scene for scene in SCENES if any(load.name in names for load in scene.loads)]
