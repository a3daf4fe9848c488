"""Measuring a stage: one round that is checked and whose memory is looked at, then the rounds that are timed.

In each round we and the peers take turns: ours, a peer, ours, a peer. So what slows the machine for a while
slows both, and a ratio within a round is worth more than the two times.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

from bench.aside import put_aside
from bench.check import Unlike, check
from bench.corpus import CACHE, made
from bench.corpus.write import add_post, added_path, forget_added
from bench.expected import Expected, expected
from bench.floors import floor
from bench.measure import Taken, run
from bench.programs import OURS, Peer, Syndicate
from bench.results import Floor, Result
from bench.rows import Case, Stage
from bench.served import served


@dataclass
class Runs:
    """What the rounds of one case or one peer took."""

    taken: list[Taken] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    peak: int = 0
    floor: Floor = field(default_factory=Floor)


class Measuring:
    """One stage under way."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.arguments = stage, asdict(stage.corpus)
        self.folder = made(stage.corpus)
        forget_added(self.arguments, self.folder)
        self.place = CACHE / "work"
        put_aside(self.place)
        self.kept = Syndicate(stage.corpus, self.place / "kept")
        self.added = 0
        self.wanted: Expected = expected(self.folder)
        self.runs = {name: Runs() for name in (*(c.name for c in stage.cases), *(p.name for p in self._peers()))}

    def _peers(self) -> tuple[Peer, ...]:
        return (*self.stage.peers, *self.stage.once)

    def rounds(self, count: int) -> dict[str, Result]:
        """Measure everything; the results by the names of the cases."""
        try:
            self._first()
            for number in range(1, count + 1):
                for turn in self._turns(number):
                    turn()
        finally:
            forget_added(self.arguments, self.folder)
            put_aside(self.place)
        return {case.name: self._result(case) for case in self.stage.cases}

    def _turns(self, number: int) -> Iterator[Callable[[], None]]:
        """The turns of a timed round."""
        peers = self._peers() if number == 1 else self.stage.peers
        for case, peer in zip_longest(self.stage.cases, peers):
            if case:
                yield partial(self._timed, case, number)
            if peer:
                yield partial(self._peer_timed, peer, number)

    # The first round

    def _first(self) -> None:
        """Each case and each peer once, with its memory, and all that it wrote checked."""
        self.kept.forget()
        cold = self._build(self.kept, "first build", memory=True)
        if any(case.kind != "help" for case in self.stage.cases):
            self._check("first build", self.kept)
        plain = floor(self.folder / "_posts", self.kept.out, self.place / "floor")
        for case in self.stage.cases:
            runs = self.runs[case.name]
            if case.kind == "help":
                runs.peak = self._help(memory=True).peak
            elif case.kind == "served":
                self._served(case)
            elif case.kind == "cold" and not case.settings:
                runs.peak, runs.floor = cold.peak, plain
            elif case.kind == "cold":
                ours = self._fresh(case)
                runs.peak = self._build(ours, case.name, memory=True).peak
                self._check(case.name, ours, packed="OUTPUT__PRECOMPRESS" in case.settings)
                runs.floor = floor(self.folder / "_posts", ours.out, self.place / "floor")
            else:
                self._before(case)
                runs.peak, runs.floor = self._build(self.kept, case.name, memory=True).peak, plain
                self._check(case.name, self.kept)
        for peer in self.stage.peers:
            self.runs[peer.name].peak = self._peer(peer, memory=True).peak

    # One run

    def _fresh(self, case: Case) -> Syndicate:
        ours = Syndicate(self.stage.corpus, self.place / "cold", case.settings)
        ours.forget()
        return ours

    def _before(self, case: Case) -> None:
        if case.kind == "added":
            path = add_post(self.arguments, self.folder, self.added)
            self.wanted.add(str(path))
            self.added += 1

    def _served(self, case: Case) -> None:
        runs = self.runs[case.name]
        ours = self._fresh(case)
        first = self.added
        runs.taken, runs.peak = served(ours, self._one_more)
        for number in range(first, self.added):
            self.wanted.add(str(added_path(self.arguments, self.folder, number)))
        self._check(case.name, ours)
        self._build(self.kept, "taking in what the daemon was given")
        _tell(case.name, runs.taken[-1], len(runs.taken))

    def _one_more(self, aside: Path | None) -> Path:
        self.added += 1
        return add_post(self.arguments, self.folder, self.added - 1, aside)

    def _timed(self, case: Case, number: int) -> None:
        runs = self.runs[case.name]
        if case.kind == "served":
            return  # the first round has seen many posts
        if case.kind == "help":
            taken = self._help()
        else:
            ours = self._fresh(case) if case.kind == "cold" else self.kept
            self._before(case)
            taken = self._build(ours, case.name)
            runs.reports.append(json.loads(taken.out))
            if case.kind == "added" and runs.reports[-1]["added"] != 1:
                raise SystemExit(f"bench: {case.name}: the post that was added was not seen\n{taken.out}")
        runs.taken.append(taken)
        _tell(case.name, taken, number)

    def _peer_timed(self, peer: Peer, number: int) -> None:
        taken = self._peer(peer, checked=peer in self.stage.once)
        self.runs[peer.name].taken.append(taken)
        _tell(peer.name, taken, number)

    def _build(self, ours: Syndicate, name: str, *, memory: bool = False) -> Taken:
        taken = ours.build(memory=memory)
        if taken.code:
            raise SystemExit(f"bench: {name}: syndicate ended with {taken.code}\n{taken.err or taken.out}")
        return taken

    def _help(self, *, memory: bool = False) -> Taken:
        return run([OURS, "--help"], {}, memory=memory)

    def _peer(self, peer: Peer, *, memory: bool = False, checked: bool = False) -> Taken:
        out = self.place / "peer"
        taken = peer.build(self.stage.corpus, out, memory=memory)
        if taken.code:
            raise SystemExit(f"bench: {peer.name} ended with {taken.code}\n{taken.err or taken.out}")
        if memory or checked:
            self._check(peer.name, peer.feeds(out))
        return taken

    def _check(self, name: str, written: Syndicate | dict[str, dict[str, Path]], *, packed: bool = False) -> None:
        feeds = written.feeds() if isinstance(written, Syndicate) else written
        try:
            count = check(self.wanted, feeds, packed=packed)
        except Unlike as fault:
            raise SystemExit(f"bench: {name} did not write what the posts say:\n{fault}") from None
        print(f"  {name}: all {count:,} documents hold what they should", file=sys.stderr, flush=True)

    # The end

    def _result(self, case: Case) -> Result:
        runs = self.runs[case.name]
        stages = {name for report in runs.reports for name in report["seconds"]}
        peers = {peer.name: self.runs[peer.name] for peer in self._peers()} if case.kind != "help" else {}
        return Result(
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            walls=[taken.wall for taken in runs.taken],
            cpus=[taken.cpu for taken in runs.taken],
            peak=runs.peak,
            seconds={
                name: median(report["seconds"].get(name, 0.0) for report in runs.reports) for name in sorted(stages)
            },
            opened=max((report["parsed"] for report in runs.reports), default=0),
            written=max((report["documents"]["written"] for report in runs.reports), default=0),
            peers={name: [taken.wall for taken in each.taken] for name, each in peers.items()},
            peer_cpus={name: [taken.cpu for taken in each.taken] for name, each in peers.items()},
            peaks={name: each.peak for name, each in peers.items()},
            floor=runs.floor,
        )


def _tell(name: str, taken: Taken, number: int) -> None:
    print(f"  round {number}  {name:45} {taken.wall:8.3f} s", file=sys.stderr, flush=True)
