"""Selections in SQL: what a query costs, terms on every shelf, texts that are no UTF-8."""

from __future__ import annotations

import re
import sqlite3
import time

import pytest

from syndicate.feeds.selection import parse
from syndicate.index import Chosen, PostRow, _selects
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.selection import Has, Lies, Written
from tests.builders import NOW, THEN, a_row
from tests.index.ledger import Ledger

FEW = "SEARCH posts USING INTEGER PRIMARY KEY"


def connection(ledger: Ledger) -> sqlite3.Connection:
    assert isinstance(ledger.index, SqliteIndex)
    return ledger.index._db


def store(ledger: Ledger, *rows: PostRow) -> None:
    with ledger.index.transaction():
        ledger.index.store(rows, set(), NOW)


def paths(ledger: Ledger, query: str) -> list[str]:
    shown = ledger.index.newest("", "own", -1, NOW, Chosen(parse(query)))
    known = {
        recipe.id: recipe.path.decode("utf-8", "replace") for recipe in ledger.index.recipes([e.id for e in shown])
    }
    return [known[each.id] for each in shown]


def plan(db: sqlite3.Connection, query: str) -> list[str]:
    sql, values = _selects.newest(parse(query), NOW, limit=20)
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.mark.parametrize(
    "query",
    ["tag:x", "tag:x,y", "words > 3 and tag:x*", "(title~a or lang:zh) tag:(x or y) -category:z", "newer(9d) has:tag"],
)
def test_a_term_leads_to_its_posts(ledger: Ledger, query: str) -> None:
    steps = plan(connection(ledger), query)
    assert any(step.startswith(FEW) for step in steps), steps
    assert any(re.match("SEARCH post_terms USING COVERING INDEX post_terms_newest", step) for step in steps), steps
    assert "SCAN posts" not in steps


def test_without_a_term_all_posts_are_looked_at(ledger: Ledger) -> None:
    for query in ("", "not tag:x", "words > 3 or tag:x"):
        assert "SCAN posts" in plan(connection(ledger), query)


def test_a_term_of_ten_among_twenty_thousand(ledger: Ledger) -> None:
    rows = (a_row(f"{n}.md", str(n), tags=[f"t{n % 2000}"], published=THEN + n, title=f"T {n}") for n in range(20_000))
    with ledger.index.transaction():
        ledger.index.store(rows, set(), NOW)
    start = time.perf_counter()
    assert len(paths(ledger, "tag:T7 and title~t and not tag:t8")) == 10
    of_term = time.perf_counter() - start
    start = time.perf_counter()
    assert len(paths(ledger, "title~t")) == 20_000
    assert of_term < (time.perf_counter() - start) / 4


def test_terms_on_every_shelf(ledger: Ledger) -> None:
    store(ledger, a_row("a.md", "1", tags=["x"]), a_row("b.md", "2", tags=["X"], shelf="fr", language="fr"))
    store(ledger, a_row("c.md", "3", tags=["y"]))
    assert paths(ledger, "tag:x") == ["a.md", "b.md"]
    assert paths(ledger, "lang:fr") == ["b.md"]


def test_only_what_is_public_and_visible(ledger: Ledger) -> None:
    store(
        ledger,
        a_row("a.md", "1"),
        a_row("draft.md", "2", draft=True),
        a_row("later.md", "3", visible_from=NOW + 1),
        a_row("over.md", "4", visible_until=NOW),
    )
    store(ledger, a_row("gone.md", "5"))
    with ledger.index.transaction():
        ledger.index.remove([b"gone.md"], NOW)
    assert paths(ledger, "") == ["a.md"]
    assert paths(ledger, "not title~x") == ["a.md"]


def test_texts_that_are_no_utf8(ledger: Ledger) -> None:
    odd = a_row("a.md", "1", title="half \ud83d a pair", tags=["x"])
    store(ledger, odd._replace(path=b"caf\xe9/a.md", fields='{"k":"\\ud83d"}'))
    for query in ("title~half", "path:caf?/*", "path~caf", "tag:*", "has:k", "k~x or title~pair"):
        assert len(paths(ledger, query)) == 1, query


def test_queries_are_never_part_of_the_sql() -> None:
    hostile = "x' OR 1 --"
    for tree in (parse(f'tag:"{hostile}" title~"{hostile}" path:"{hostile}" k:"{hostile}"'), Written(hostile)):
        sql, values = _selects.where(tree, NOW)
        assert "OR 1" not in sql
        assert any("or 1 --" in str(value).lower() for value in values.values())


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a.md", "a.md", True),
        ("a.md", "deep/down/a.md", True),
        ("/a.md", "deep/a.md", False),
        ("*.md", "x/a.MD", True),
        ("x/*", "x/y/a.md", False),
        ("x/**", "x/y/a.md", True),
        ("x/**", "x", False),
        ("**/x/**", "x/a", True),
        ("**/x/**", "a/x/b/c", True),
        ("**/x/**", "a/xx/b", False),
        ("**/a*/**/b", "q/ab/c/ad/e/b", True),
        ("x/a*b", "x/ab", True),
        ("x/ab*b", "x/ab", False),
        ("x/?.md", "x/é.md", True),
        ("x/[a].md", "x/a.md", False),
        ("x/[a].md", "x/[a].md", True),
        ("**", "a/b", True),
    ],
)
def test_globs(ledger: Ledger, glob: str, path: str, matches: bool) -> None:
    store(ledger, a_row("a.md", "1")._replace(path=path.encode()))
    found = ledger.index.newest("", "own", -1, NOW, Chosen(Lies(glob)))
    assert bool(found) is matches


def test_a_glob_takes_no_time(ledger: Ledger) -> None:
    store(ledger, a_row("a.md", "1")._replace(path=b"a" * 2_000 + b"/b" * 1_000))
    start = time.perf_counter()
    for glob in ("*a" * 500 + "/c", "**/*b/" * 300 + "c", "?" * 1_000 + "*x/**"):
        assert not ledger.index.newest("", "own", -1, NOW, Chosen(Lies(glob)))
    assert time.perf_counter() - start < 5


def test_keys_that_no_post_has(ledger: Ledger) -> None:
    store(ledger, a_row("a.md", "1")._replace(fields='{"mood":"x","a.b":{}}'))
    sql, values = _selects.unheard(("a.b", "mod", "mood", "zzz"))
    assert connection(ledger).execute(sql, values).fetchall() == [("mod",), ("zzz",)]
    assert [len(ledger.index.newest("", "own", -1, NOW, Chosen(tree))) for tree in (Has("image"), Written("a.b"))] == [
        0,
        1,
    ]
