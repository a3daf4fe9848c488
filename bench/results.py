"""What was measured of one case, and where it is kept between runs, so that rows can be measured one by one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.machine import Machine


@dataclass(frozen=True)
class Floor:
    """What cannot be had cheaper, in seconds: a stat of every post, a read of every byte, the documents written
    as plain files; and the bytes and numbers of both."""

    stat: float = 0.0
    read: float = 0.0
    write: float = 0.0
    posts: int = 0
    posts_bytes: int = 0
    documents: int = 0
    documents_bytes: int = 0


@dataclass(frozen=True)
class Result:
    """One case. `walls` and `cpus` have a figure for each round, `peers` those of each peer in the same rounds
    (fewer where one was run once only), `peaks` its memory; `peak` is ours. `seconds` are the stages of all
    rounds, each the median; `opened` and `written` the most that any round opened and wrote. A load has `figures`
    alone: what they are in words, and one for each round."""

    day: str
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    peak: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    opened: int = 0
    written: int = 0
    peers: dict[str, list[float]] = field(default_factory=dict)
    peer_cpus: dict[str, list[float]] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    floor: Floor = field(default_factory=Floor)
    figures: dict[str, list[float]] = field(default_factory=dict)

    @property
    def wall(self) -> float:
        return median(self.walls)

    @property
    def cpu(self) -> float:
        return median(self.cpus)

    def ratio(self, peer: str) -> float:
        """Ours to theirs, the median of the ratios within each round."""
        return median(ours / theirs for ours, theirs in zip(self.walls, self.peers[peer], strict=False))


class Store:
    """All results of this machine, as a JSON file; those of another machine are forgotten."""

    def __init__(self, path: Path, machine: Machine) -> None:
        self.path, self.machine = path, machine
        self.results: dict[str, Result] = {}
        kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        if kept.get("machine") == asdict(machine):
            self.results = {name: _result(each) for name, each in kept["results"].items()}

    def keep(self, found: dict[str, Result]) -> None:
        """Take results in, and write all of them down."""
        self.results |= found
        kept = {"machine": asdict(self.machine), "results": {name: asdict(each) for name, each in self.results.items()}}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(kept, indent=1), "utf-8")


def _result(fields: dict[str, Any]) -> Result:
    return Result(**{**fields, "floor": Floor(**fields["floor"])})
