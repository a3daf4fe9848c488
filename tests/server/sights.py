"""Things to be seen on the operator's pages, of all kinds, in numbers that do not change."""

from __future__ import annotations

from syndicate.delivery.overview import Item, Receiver
from syndicate.model import Problem, Severity
from syndicate.model.delivery import Standing
from syndicate.model.numbers import DAY, Answers, Day, Kind, Reader, Traffic
from syndicate.model.run import Run
from syndicate.server.dashboard.seen import Failing, Found, Seen, Told

NOW = 1_790_000_000
TODAY = NOW - NOW % DAY

RUNS = [
    Run(NOW - 300 * number, "daemon", seconds=0.05 * (1 + number % 7), written=(number % 3) * 4, added=number % 3)
    for number in range(40)
]
RUNS[3] = Run(NOW - 900, "daemon", failed="the folder posts is not there")
RUNS[39] = Run(NOW - 300 * 39, "build", seconds=92.5, added=1200, written=340)

PROBLEMS = [
    Problem("posts/a.md", Severity.ERROR, "front-matter-broken", "the quote is never closed; close it", 7, 3),
    Problem("posts/b.md", Severity.WARNING, "date-odd", "the 30th of February is no day; write another"),
]


def an_endpoint(name: str, **standing: object) -> Receiver:
    items = (Item("https://example.org/feeds/rss.xml", "site", NOW + 60, NOW - 600, 3, "503 Service Unavailable"),)
    known = Standing(name, f"https://{name}.example/", ok_at=NOW - 4000, **standing)  # type: ignore[arg-type]
    waits = items if standing else ()
    return Receiver(name, "websub", f"https://{name}.example/", known, waits)


def days(number: int = 30) -> list[Day]:
    return [
        Day(TODAY - DAY * (number - 1 - each), "", 400 + 7 * each, 30 + each % 5, Traffic(900, 870, 820, 10**6, 10**8))
        for each in range(number)
    ]


def a_sight(**changed: object) -> Seen:
    sight = Seen(
        title="The Harbour",
        at=NOW,
        posts=1240,
        files=1260,
        feeds=87,
        news=NOW - 300,
        moment=NOW + 86_000,
        next=NOW + 300,
        daemon="process 12",
        runs=RUNS,
        problems=Found(PROBLEMS, 1, 1, 0),
        receivers=[
            an_endpoint("calm"),
            an_endpoint("broken", failures=4, failing_since=NOW - 9000, tried_at=NOW - 60, due=NOW + 60, told="503"),
            an_endpoint("gone", off="410: nobody is there any more"),
        ],
        ages=[12, 20, 30, 15, 5, 4, 1],
        hub=Told(
            1200,
            [("https://example.org/feeds/rss.xml", 800), ("https://example.org/feeds/atom.xml", 400)],
            3,
            40,
            25,
            [Failing("https://example.org/feeds/rss.xml", "dead.example", 6, NOW - 600, NOW + 3600, "no answer")],
            [(0, 20), (1, 110), (9, 1070)],
        ),
        days=days(),
        feeds_read=[Day(TODAY, "tag:金融", 120, 4, Traffic(50, 40, 30, 10**5, 10**6))],
        readers=[Reader("Feedly", Kind.AGGREGATOR, 300, Traffic(90, 90, 80, 10**5, 10**7))],
        answers=[
            Answers(TODAY - DAY * day, status, number, number * 1000)
            for day in range(20)
            for status, number in ((200, 300 + 9 * day), (304, 4000), (301, 20), (404, 60), (500, day % 3))
        ],
        wrong=["1 problem of severity error; `syndicate check` lists them"],
    )
    return sight._replace(**changed)  # type: ignore[arg-type]
