"""docs/performance.md: what stands between two markers is written anew, the rest is prose and stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench.bars import Verdict, megabytes, number, seconds
from bench.loads import LOADS
from bench.machine import Machine
from bench.programs import ROOT
from bench.results import Result
from bench.rows import STAGES, Case

PAGE = ROOT / "docs" / "performance.md"
BUILDS, SERVING = "builds", "serving"
"""The parts that are written."""


def markers(part: str) -> tuple[str, str]:
    """Between which a part stands."""
    return f"<!-- {part}: begin -->", f"<!-- {part}: end -->"


def rewritten(page: str, part: str, measured: str) -> str:
    """The page with other figures. Both markers have to be there."""
    first, last = markers(part)
    before, begin, rest = page.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise SystemExit(f"bench: {PAGE.name} has no {first} … {last} to write between")
    return f"{before}{begin}\n{measured}{end}{after}"


def write(part: str, machine: Machine, verdicts: Sequence[Verdict], results: Mapping[str, Result]) -> None:
    """Put the figures of a part into the page."""
    lines = _builds if part == BUILDS else _serving
    text = "\n".join(lines(machine, verdicts, results)) + "\n"
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), part, text), "utf-8")


def bars(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The table of what was asked, as Markdown."""
    yield "| case | bar | measured | |"
    yield "| --- | --- | --- | --- |"
    title = ""
    for each in verdicts:
        yield f"| {each.title if each.title != title else ''} | {each.bar} | {each.measured} | {_met(each)} |"
        title = each.title


def _met(verdict: Verdict) -> str:
    return "met" if verdict.met else "**NOT MET**"


def _builds(machine: Machine, verdicts: Sequence[Verdict], results: Mapping[str, Result]) -> Iterator[str]:
    yield ""
    yield from _described(machine, [each for name, each in results.items() if name not in LOADS])
    yield f"- Hugo {machine.hugo}"
    yield f"- the Node script: Node {machine.node}"
    yield f"- the Python script: {machine.script}"
    yield ""
    yield "### The bar"
    yield ""
    yield from bars(verdicts)
    yield ""
    yield "### Beside the others"
    yield ""
    yield from _beside(results)
    yield ""
    yield "### What limits each case"
    yield ""
    yield from _limits(results)
    yield ""


def _serving(machine: Machine, verdicts: Sequence[Verdict], results: Mapping[str, Result]) -> Iterator[str]:
    yield ""
    yield from _described(machine, [each for name, each in results.items() if name in LOADS])
    yield f"- {machine.loaders}"
    yield ""
    yield from bars(verdicts)
    yield ""
    yield "| case | figure | median | least | most | rounds |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for load in LOADS.values():
        for place, (name, values) in enumerate(results[load.name].figures.items()):
            told = " | ".join(number(each) for each in (median(values), min(values), max(values)))
            yield f"| {'' if place else load.title} | {name} | {told} | {len(values)} |"
    yield ""


def _described(machine: Machine, results: Sequence[Result]) -> Iterator[str]:
    days = sorted({each.day for each in results})
    when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    yield f"- Measured {when} on {machine.cores} cores ({machine.processor}), {machine.memory} of memory"
    yield f"- {machine.kernel}, {machine.file_system}; Syndicate on Python {machine.python}"


def _beside(results: Mapping[str, Result]) -> Iterator[str]:
    yield "| case | who | wall | CPU | memory | ours to theirs |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for case in _cases(results):
        result = results[case.name]
        times = f"{seconds(result.wall)} | {seconds(result.cpu)}"
        yield f"| {case.title} | **Syndicate** | {times} | {megabytes(result.peak)} | |"
        for peer, walls in result.peers.items() if case.kind == "cold" else ():
            memory = megabytes(result.peaks[peer]) if result.peaks[peer] else ""
            cpu = seconds(median(result.peer_cpus[peer]))
            yield f"| | {peer} | {seconds(median(walls))} | {cpu} | {memory} | {result.ratio(peer):.2f} |"


def _limits(results: Mapping[str, Result]) -> Iterator[str]:
    yield "| case | wall | floor | where the time goes |"
    yield "| --- | --- | --- | --- |"
    for case in _cases(results):
        result = results[case.name]
        yield f"| {case.title} | {seconds(result.wall)} | {_floor(case, result)} | {_stages(result)} |"


def _cases(results: Mapping[str, Result]) -> Iterator[Case]:
    return (case for stage in STAGES for case in stage.cases if case.name in results)


def _floor(case: Case, result: Result) -> str:
    floor = result.floor
    if case.kind in ("help", "served"):
        return ""
    parts = [f"stat {seconds(floor.stat)}"]
    if case.kind == "cold":
        parts.append(f"read {floor.posts_bytes / 1e6:,.0f} MB {seconds(floor.read)}")
        parts.append(f"write {floor.documents:,} files, {floor.documents_bytes / 1e6:,.0f} MB {seconds(floor.write)}")
    return ", ".join(parts)


def _stages(result: Result) -> str:
    """The stages by their share of the wall time, the longest first; what none of them covers is start and end."""
    shares = dict(result.seconds)
    if not shares:
        return ""
    shares["start and end"] = max(0.0, result.wall - sum(shares.values()))
    longest = sorted(shares.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {seconds(value)} ({value / result.wall:.0%})" for name, value in longest if value)
