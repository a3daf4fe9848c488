"""What was asked is judged by the figures: each bar can be met and can be missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import loads
from bench.bars import Against, Bar, Cpu, Feeds, Figure, Growth, Idle, Memory, Wall, judged
from bench.machine import Machine
from bench.page import BUILDS, PAGE, SERVING, markers, rewritten
from bench.results import Floor, Result, Store
from bench.rows import CASES, COMPARISONS, QUICK, STAGES, chosen

ONE = Result(
    "2026-01-01", walls=[1.0, 9.0, 1.2], cpus=[2.0, 2.0, 2.0], peak=300_000_000, peers={"Hugo": [4.0, 9.0, 4.8]}
)
TWO = replace(ONE, figures={"ratio": [0.2, 0.29, 0.9], "taken": [25.1]})


@pytest.mark.parametrize(
    ("bar", "better", "worse"),
    [
        (Against("Hugo", 0.25), ONE, replace(ONE, walls=[1.0, 9.0, 1.3])),
        (Wall(1.2), ONE, replace(ONE, walls=[1.3, 9.0, 1.0])),
        (Cpu(2), ONE, replace(ONE, cpus=[2.1, 2.1, 1.0])),
        (Memory(300), ONE, replace(ONE, peak=300_000_001)),
        (Idle(), ONE, replace(ONE, opened=1)),
        (Idle(), ONE, replace(ONE, written=1)),
        (Figure("ratio", "×", least=0.3), replace(ONE, figures={"ratio": [0.2, 0.3, 0.9]}), TWO),
        (Figure("taken", "ms", most=25), replace(ONE, figures={"taken": [25.0]}), TWO),
    ],
)
def test_a_bar_is_met_or_not(bar: Bar, better: Result, worse: Result) -> None:
    (met,) = judged("row", "a row", (bar,), ("a",), {"a": better})
    (missed,) = judged("row", "a row", (bar,), ("a",), {"a": worse})
    assert (met.met, missed.met) == (True, False)


def case(wall: float, *, written: int = 0, scan: float = 0.0) -> Result:
    return Result("", [wall], [wall], 0, seconds={"scan": scan}, floor=Floor(documents_bytes=written))


@pytest.mark.parametrize(
    ("walls", "added", "met"),
    [
        ((1, 2, 8), (0.5, 0.5, 0.51), True),
        ((1, 2.1, 8), (0.5, 0.5, 0.5), False),
        ((1, 2, 8), (0.5, 0.5, 0.6), False),
    ],
)
def test_more_feeds_may_cost_what_is_written(walls: tuple[float, ...], added: tuple[float, ...], met: bool) -> None:
    cold = [case(wall, written=size) for wall, size in zip(walls, (10, 20, 80), strict=True)]
    assert Feeds().judge([*cold, *map(case, added)])[1] is met


@pytest.mark.parametrize(("last", "met"), [(2.2, True), (2.4, False)])
def test_growth_is_what_the_scan_does_not_explain(last: float, met: bool) -> None:
    assert Growth().judge([case(0.2, scan=0.01), case(last, scan=2.0)])[1] is met


def test_nothing_is_said_of_what_was_not_measured() -> None:
    assert judged("row", "a row", (Wall(1),), ("a", "b"), {"a": ONE}) == []


def test_results_last_on_the_same_machine_only(tmp_path: Path) -> None:
    here = Machine("processor", 2, "24 GiB", "Linux 6", "ext4", "3.11", "0.168", "20", "3.11", "nginx 1", "1234")
    Store(tmp_path / "results.json", here).keep({"a": ONE})
    assert Store(tmp_path / "results.json", here).results == {"a": ONE}
    for other in (replace(here, cores=3), replace(here, program="5678")):
        assert Store(tmp_path / "results.json", other).results == {}


def test_rows_are_chosen_with_all_they_need() -> None:
    assert chosen([]) == (list(STAGES), list(COMPARISONS))
    assert set(QUICK) <= CASES.keys()
    stages, comparisons = chosen(["growth"])
    assert [each.name for each in comparisons] == ["growth"]
    assert [case.name for stage in stages for case in stage.cases] == list(comparisons[0].of)
    (stage,), _ = chosen(["nothing-100k"])
    assert [peer.name for peer in stage.peers] == ["Hugo"], "the one that it is held against"
    for each in COMPARISONS:
        assert set(each.of) <= CASES.keys()


def test_loads_are_chosen_with_those_that_are_measured_beside_them() -> None:
    assert loads.chosen([]) == loads.chosen(["serving"]) == list(loads.SCENES)
    assert [load.name for scene in loads.chosen(["serve-304"]) for load in scene.loads] == ["serve-304", "serve-gzip"]
    assert loads.chosen(["cold-1k"]) == []
    assert chosen(["serving"])[0] == []
    assert not loads.LOADS.keys() & CASES.keys()


@pytest.mark.parametrize("part", [BUILDS, SERVING])
def test_only_what_was_measured_is_written_anew(part: str) -> None:
    begin, end = markers(part)
    page = f"Above.\n{begin}\nold\n{end}\nBelow.\n"
    assert rewritten(page, part, "new\n") == f"Above.\n{begin}\nnew\n{end}\nBelow.\n"
    with pytest.raises(SystemExit):
        rewritten("no place for it", part, "new\n")
    kept = PAGE.read_text("utf-8")
    inside = kept.partition(begin)[2].partition(end)[0]
    assert rewritten(kept, part, inside.lstrip("\n")).count(begin) == 1
