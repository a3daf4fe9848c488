"""The table: what is measured on which site, beside whom, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.bars import Against, Bar, Cpu, Feeds, Growth, Idle, Memory, Wall
from bench.corpus import Corpus
from bench.programs import HUGO, LAZY, NODE, PYTHON, Peer

GZIP = {"OUTPUT__PRECOMPRESS": "gzip"}
HISTORY = {"FEED__HISTORY": "site"}


@dataclass(frozen=True)
class Case:
    """One way in which we are run. `kind` is `cold` (nothing is there yet), `nothing` (the same again), `added`
    (one post more than at the last run), `served` (by the daemon, whose figures are of one post each) or `help`
    (`syndicate --help`)."""

    name: str
    title: str
    kind: str
    bars: tuple[Bar, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Cases and peers on one site, measured in the same rounds. `once` are peers too slow for every round."""

    corpus: Corpus
    rounds: int
    cases: tuple[Case, ...]
    peers: tuple[Peer, ...] = ()
    once: tuple[Peer, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """A row that is made of several cases."""

    name: str
    title: str
    of: tuple[str, ...]
    bars: tuple[Bar, ...]


NEWS = "news style, 40 categories, 200 tags, 241 feeds"
STAGES = (
    Stage(
        Corpus(50, categories=5, tags=10),
        11,
        (
            Case("help", "`syndicate --help`", "help", (Cpu(0.12),)),
            Case("second-50", "50 posts, second run", "nothing", (Wall(0.2), Idle())),
        ),
    ),
    Stage(
        Corpus(1_000),
        9,
        (
            Case("cold-1k", f"cold, 1,000 posts ({NEWS})", "cold", (Against(HUGO.name, 0.95),)),
            Case("nothing-1k", "1,000 posts, nothing changed", "nothing", (Idle(),)),
            Case("added-1k", "1,000 posts, one added", "added"),
        ),
        (HUGO, NODE, LAZY, PYTHON),
    ),
    Stage(
        Corpus(10_000),
        7,
        (
            Case("cold-10k", f"cold, 10,000 posts ({NEWS})", "cold", (Against(HUGO.name, 0.55),)),
            Case("nothing-10k", "10,000 posts, nothing changed", "nothing", (Idle(),)),
            Case("added-10k", "10,000 posts, one added", "added"),
        ),
        (HUGO, NODE, LAZY),
        (PYTHON,),
    ),
    Stage(
        Corpus(10_000, categories=20, tags=40),
        7,
        (
            Case("cold-10k-61", "cold, 10,000 posts in 61 feeds", "cold"),
            Case("added-10k-61", "10,000 posts in 61 feeds, one added", "added"),
        ),
    ),
    Stage(
        Corpus(10_000, categories=303, tags=1_500),
        7,
        (
            Case("cold-10k-1804", "cold, 10,000 posts in 1,804 feeds", "cold"),
            Case("added-10k-1804", "10,000 posts in 1,804 feeds, one added", "added"),
        ),
    ),
    Stage(
        Corpus(100_000),
        5,
        (
            Case(
                "cold-100k",
                f"cold, 100,000 posts ({NEWS})",
                "cold",
                (Against(HUGO.name, 0.25), Against(NODE.name, 0.35), Memory(350)),
            ),
            Case("gzip-100k", "the same, gzip beside each document", "cold", (Against(HUGO.name, 0.33),), GZIP),
            Case("nothing-100k", "the same, nothing changed", "nothing", (Against(HUGO.name, 0.04), Idle())),
            Case("added-100k", "the same, one post added", "added", (Against(HUGO.name, 0.06),)),
            Case("watch-100k", "the same, daemon with watch, one post added", "served", (Wall(0.15), Memory(200))),
            Case("history-100k", "cold, with the history of the site", "cold", (Against(HUGO.name, 1.0),), HISTORY),
        ),
        (HUGO, NODE, LAZY),
        (PYTHON,),
    ),
    Stage(
        Corpus(100_000, dialect="jekyll"),
        5,
        (
            Case(
                "markdown-100k",
                "cold, 100,000 articles of Markdown (`jekyll`)",
                "cold",
                (Against(HUGO.name, 0.35),),
            ),
        ),
        (HUGO,),
    ),
    Stage(
        Corpus(100_000, categories=2_000, tags=3_000, shown=True),
        3,
        (
            Case(
                "cold-100k-5001",
                "cold, 100,000 posts in 5,001 feeds, each post shown, gzip",
                "cold",
                (Wall(25), Memory(600)),
                GZIP,
            ),
        ),
    ),
    Stage(
        Corpus(1_000_000, folders=200),
        3,
        (
            Case("cold-1m", "cold, 1,000,000 posts in 200 folders", "cold", (Wall(60), Memory(700))),
            Case("nothing-1m", "the same, nothing changed", "nothing", (Wall(4), Memory(700), Idle())),
            Case("added-1m", "the same, one post added", "added", (Wall(5), Memory(700))),
        ),
    ),
)
COMPARISONS = (
    Comparison(
        "feeds",
        "61, 241 and 1,804 feeds over the same 10,000 posts",
        ("cold-10k-61", "cold-10k", "cold-10k-1804", "added-10k-61", "added-10k", "added-10k-1804"),
        (Feeds(),),
    ),
    Comparison(
        "growth",
        "one added: what is left without the scan, from 1,000 posts to 1,000,000",
        ("added-1k", "added-10k", "added-100k", "added-1m"),
        (Growth(),),
    ),
)
QUICK = ("help", "second-50", "cold-1k", "nothing-1k", "added-1k")
CASES = {case.name: case for stage in STAGES for case in stage.cases}


def chosen(names: list[str]) -> tuple[list[Stage], list[Comparison]]:
    """The stages with only the cases that are asked for by name, and the comparisons; all of them for no name."""
    if not names:
        return list(STAGES), list(COMPARISONS)
    comparisons = [each for each in COMPARISONS if each.name in names]
    wanted = {*names, *(name for each in comparisons for name in each.of)}
    stages = []
    for stage in STAGES:
        cases = tuple(case for case in stage.cases if case.name in wanted)
        if cases:
            needed = {bar.peer for case in cases for bar in case.bars if isinstance(bar, Against)}
            cold = any(case.kind == "cold" for case in cases)
            peers = tuple(peer for peer in stage.peers if cold or peer.name in needed)
            stages.append(Stage(stage.corpus, stage.rounds, cases, peers, stage.once if cold else ()))
    return stages, comparisons
