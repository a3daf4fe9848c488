"""What is asked of a case, and whether it was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Protocol

from bench.results import Result

NOISE = 0.02
"""Seconds by which two medians of the same work may differ."""


class Bar(Protocol):
    """One thing that is asked. `judge` is given the results of the cases in order: what was measured, in
    words, and whether it is met."""

    @property
    def text(self) -> str: ...

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]: ...


@dataclass(frozen=True)
class Against:
    """Wall time as a share of a peer's."""

    peer: str
    most: float

    @property
    def text(self) -> str:
        return f"wall ≤ {self.most:.2f} × {self.peer}"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        ratio = results[0].ratio(self.peer)
        return f"{ratio:.3f} ×", ratio <= self.most


@dataclass(frozen=True)
class Wall:
    """Wall time, in seconds."""

    most: float

    @property
    def text(self) -> str:
        return f"wall ≤ {self.most:g} s"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        return seconds(results[0].wall), results[0].wall <= self.most


@dataclass(frozen=True)
class Cpu:
    """CPU time of all processes, in seconds."""

    most: float

    @property
    def text(self) -> str:
        return f"CPU ≤ {self.most:g} s"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        return seconds(results[0].cpu), results[0].cpu <= self.most


@dataclass(frozen=True)
class Memory:
    """Memory of all processes together at the peak, in MB."""

    most: int

    @property
    def text(self) -> str:
        return f"memory ≤ {self.most} MB"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        return megabytes(results[0].peak), results[0].peak <= self.most * 1e6


@dataclass(frozen=True)
class Idle:
    """No post is opened, no document written."""

    @property
    def text(self) -> str:
        return "no post opened, no document written"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        opened, written = results[0].opened, results[0].written
        return f"{opened} opened, {written} written", not opened and not written


@dataclass(frozen=True)
class Feeds:
    """More feeds over the same posts: cold costs at most as much more as is written, one added post nothing more.
    Three cold cases with ever more feeds, then the same three with a post added."""

    @property
    def text(self) -> str:
        return "cold grows no faster than the bytes written; one added: no difference"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        cold, added = results[:3], results[3:]
        walls = [each.wall / cold[0].wall for each in cold]
        written = [each.floor.documents_bytes / cold[0].floor.documents_bytes for each in cold]
        met = all(wall <= most for wall, most in zip(walls, written, strict=True))
        met = met and max(each.wall for each in added) <= 1.1 * min(each.wall for each in added) + NOISE
        times, sizes = (" · ".join(f"{each:.1f}" for each in row) for row in (walls, written))
        return f"cold {times} for bytes {sizes}; added {_row([each.wall for each in added])}", met


@dataclass(frozen=True)
class Growth:
    """What one added post costs beyond the scan, at ever more posts."""

    @property
    def text(self) -> str:
        return "does not grow"

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        left = [each.wall - each.seconds.get("scan", 0.0) for each in results]
        return _row(left), max(left) <= 1.25 * left[0] + NOISE


@dataclass(frozen=True)
class Figure:
    """A figure of a load, by its name: at most or at least so much of its unit."""

    name: str
    unit: str = ""
    most: float = inf
    least: float = -inf

    @property
    def text(self) -> str:
        sign, bar = ("≤", self.most) if self.most < inf else ("≥", self.least)
        return f"{self.name} {sign} {bar:,g} {self.unit}".rstrip()

    def judge(self, results: Sequence[Result]) -> tuple[str, bool]:
        value = median(results[0].figures[self.name])
        return f"{number(value)} {self.unit}".rstrip(), self.least <= value <= self.most


def number(value: float) -> str:
    """With as many digits as are worth being said: `0.48`, `12.3`, `41,203`."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def seconds(value: float) -> str:
    """As people read it: `0.056 s`, `4.31 s`, `23.4 s`."""
    return f"{value:.3f} s" if value < 1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def megabytes(value: float) -> str:
    """As `312 MB`."""
    return f"{value / 1e6:,.0f} MB"


def _row(values: Sequence[float]) -> str:
    return " · ".join(seconds(value) for value in values)


@dataclass(frozen=True)
class Verdict:
    """A bar, what was measured, and whether it was met."""

    row: str
    title: str
    bar: str
    measured: str
    met: bool


def judged(name: str, title: str, bars: Sequence[Bar], of: Sequence[str], all_: Mapping[str, Result]) -> list[Verdict]:
    """The verdicts on a row; none while a case that it needs was not measured."""
    if any(each not in all_ for each in of):
        return []
    results = [all_[each] for each in of]
    return [Verdict(name, title, bar.text, *bar.judge(results)) for bar in bars]
