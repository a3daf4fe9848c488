"""`make bench`: measure, print what was asked and whether it was met, and write docs/performance.md."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bench import aside, loads, page
from bench.bars import Verdict, judged
from bench.corpus import CACHE
from bench.loads import LOADS, Scene
from bench.machine import machine
from bench.programs import MODULES, OURS, PEERS, where
from bench.results import Result, Store
from bench.rounds import Measuring
from bench.rows import CASES, COMPARISONS, QUICK, STAGES, chosen

ROWS = (*CASES, *(each.name for each in COMPARISONS), *LOADS, loads.ALL)
"""What can be asked for by name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when every bar that was asked for is met, else 1."""
    options = _options(arguments)
    names = QUICK if options.quick else tuple(name for name in options.rows.split(",") if name)
    if names == ("list",):
        print("\n".join(ROWS))
        return 0
    if unknown := set(names) - set(ROWS):
        raise SystemExit(f"bench: there is no row {', '.join(sorted(unknown))}; `--rows list` names them all")
    if missing := unmet():
        raise SystemExit(
            f"bench: {' and '.join(missing)} missing; `make peers` installs what it can, not Node, npm, nginx and wrk"
        )
    here = machine()
    store = Store(CACHE / "results.json", here)
    stages, _ = chosen(list(names))
    found: dict[str, Result] = {}
    aside.remove()
    try:
        for stage in stages:
            print(f"{stage.corpus.name}: {', '.join(case.name for case in stage.cases)}", file=sys.stderr, flush=True)
            rounds = options.rounds or (3 if options.quick else stage.rounds)
            found |= Measuring(stage).rounds(rounds)
            if not options.quick:
                store.keep(found)
        for scene in loads.chosen(list(names)):
            found |= _under(scene, options.rounds or scene.rounds)
            store.keep(found)
    finally:
        aside.remove()
    mine = [*verdicts(found), *of_loads(found)]
    print("\n".join(page.bars(mine)))
    if not options.quick:
        _write(store)
    return 0 if all(each.met for each in mine) else 1


def unmet() -> list[str]:
    """What has to be installed and is not."""
    needed = {"Hugo": PEERS / "bin/hugo", "Node's packages": MODULES / "feed", "Syndicate": OURS}
    needed["autocannon"] = MODULES / "autocannon"
    programs = [name for name in ("nginx", "wrk") if not shutil.which(where(name))]
    return [*(name for name, path in needed.items() if not path.exists()), *programs]


def verdicts(results: dict[str, Result]) -> list[Verdict]:
    """What is to be said of all cases that were measured, in the order of the table."""
    found: list[Verdict] = []
    for stage in STAGES:
        for case in stage.cases:
            found += judged(case.name, case.title, case.bars, [case.name], results)
    for each in COMPARISONS:
        found += judged(each.name, each.title, each.bars, each.of, results)
    return found


def of_loads(results: dict[str, Result]) -> list[Verdict]:
    """The same of the loads."""
    return [
        verdict for load in LOADS.values() for verdict in judged(load.name, load.title, load.bars, [load.name], results)
    ]


def _under(scene: Scene, rounds: int) -> dict[str, Result]:
    names = [load.name for load in scene.loads]
    print(f"under load: {', '.join(names)}", file=sys.stderr, flush=True)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return {name: Result(day, figures=figures) for name, figures in zip(names, scene.measured(rounds), strict=True)}


def _write(store: Store) -> None:
    """Each part of the page, once all of its rows were measured on this machine, in one run or in several."""
    for part, rows in ((page.BUILDS, CASES), (page.SERVING, LOADS)):
        missing = [name for name in rows if name not in store.results]
        if missing:
            print(f"{page.PAGE.name}, {part}: not written, not yet measured are {', '.join(missing)}", file=sys.stderr)
            continue
        told = verdicts if part == page.BUILDS else of_loads
        page.write(part, store.machine, told(store.results), store.results)
        print(f"{page.PAGE.name}, {part}: written", file=sys.stderr)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", default="", help="names of rows, with commas between; `list` prints them all")
    parser.add_argument("--rounds", type=int, default=0, help="timed rounds; by default each stage has its own number")
    parser.add_argument("--quick", action="store_true", help="a few small rows in three rounds; nothing is written")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
