"""New posts are stored in batches: the same comes of it as of storing each by itself."""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import resource
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from syndicate.index import Needed, Parcel, PostRow, parcel
from syndicate.index._parcels import _by_columns, _row_by_row
from syndicate.index._shifts import Shifts
from syndicate.index._store import Storing
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Problem, Reference, Severity
from tests.builders import NOW, a_row

IDS = ("", "https://example.org/a", "https://example.org/b", "https://example.org/c", "ü")
MOMENTS = (None, NOW - 90_000, NOW - 5, NOW, NOW + 5)


def dump(index: SqliteIndex) -> dict[str, list[Any]]:
    """All tables, row by row, and which indexes there are."""
    tables = [name for (name,) in index._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(index._db.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
    return found | {"": sorted(index._db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"), key=repr)}


def together(rows: Sequence[PostRow]) -> dict[str, list[Any]]:
    index = SqliteIndex.open(":memory:")
    with index.transaction():
        index.store(iter(rows), set(), NOW)
    found = dump(index)
    index.close()
    return found


def in_parcels(rows: Sequence[PostRow], size: int) -> dict[str, list[Any]]:
    """As they come from workers."""
    index = SqliteIndex.open(":memory:")
    assert index.is_blank()
    made = (parcel(rows[at : at + size], NOW) for at in range(0, len(rows), size))
    with index.transaction():
        index.store_first(map(pickle.loads, map(pickle.dumps, made)), NOW)
    found = dump(index)
    index.close()
    return found


def one_by_one(rows: Sequence[PostRow]) -> dict[str, list[Any]]:
    """Only the first can be stored in a batch."""
    index = SqliteIndex.open(":memory:")
    for row in rows:
        with index.transaction():
            index.store([row], set(), NOW)
    found = dump(index)
    index.close()
    return found


def stored(luck: random.Random, number: int) -> PostRow:
    """A row as a scan may bring it: mostly a post of its own, with now and then something that needs care."""
    path = luck.choice([f"x{number}.md"] * 60 + ["index.md", f"f/{number}.md", f"2024-01-01-{number}.md"])
    named = (Reference("it", luck.choice([("x1.md",), ("name:x2", "x3.md"), ("dated:4",)])),)
    row = a_row(
        path,
        text=luck.choice([str(number), "the same"]),
        url=f"https://example.org/{number}",
        published=luck.choice(MOMENTS),
        tags=luck.choices("abcde", k=luck.randrange(4)),
        references=named if luck.random() < 0.1 else (),
    )
    row = row._replace(
        guid=luck.choice(["" for _ in range(40)] + [*IDS]),
        default_id=f"https://example.org/{luck.choice([number] * 30 + [1, 2])}",
        mtime=luck.choice([NOW - 7, NOW + 7]),
        updated=luck.choice(MOMENTS),
        visible_from=luck.choice(MOMENTS),
        visible_until=luck.choice([None, None, None, NOW, NOW + 9]),
        public=luck.random() < 0.9,
        packed=row.packed if luck.random() < 0.9 else "",
        translation="t" if luck.random() < 0.1 else "",
        language="fr" if luck.random() < 0.3 else "",
        needs=(Needed(b"a.png"), Needed(b"b.png", 3, 4, 5)) if luck.random() < 0.2 else (),
        problems=(Problem(path, Severity.ERROR, "code", "message"),) if luck.random() < 0.2 else (),
        whole_day=luck.random() < 0.5,
        withdrawn=luck.random() < 0.1,
        unsettled=luck.random() < 0.1,
        fields=luck.choice(["", '{"a": ["b"]}']),
        words=number,
    )
    # a scan tells of each path once; a file that is no post at the path of one is therefore no case
    return row if row.packed or row.problems or row.withdrawn else row._replace(path=b"no-post-%d.md" % number)


def plain(luck: random.Random, number: int) -> PostRow:
    """A row as nearly all are; now and then of a path or an id that another one has."""
    tags, published = luck.choices("abcde", k=luck.randrange(4)), NOW - luck.choice([0, 5, 90_000])
    row = a_row(f"x{luck.choice([number] * 99 + [1])}.md", text=f"{number}", published=published, tags=tags)
    wanted = f"https://example.org/{luck.choice([number] * 99 + [1])}"
    return row._replace(default_id=wanted, visible_from=published, mtime=NOW - 7)


@pytest.mark.parametrize("seed", range(90))
def test_together_and_one_by_one(seed: int) -> None:
    luck = random.Random(seed)
    count = luck.choice([1, 20, 32, 33, 64, 130])
    rows = [(stored if luck.random() < (1, 0, 0.02)[seed % 3] else plain)(luck, number) for number in range(count)]
    expected = one_by_one(rows)
    assert together(rows) == expected
    assert in_parcels(rows, luck.choice([1, 7, 32, 50, 500])) == expected


def one_after_the_other(index: SqliteIndex, rows: Sequence[PostRow], gone: set[bytes], changed: set[bytes]) -> None:
    """As `SqliteIndex.store`, without the way of many new rows."""
    storing = Storing(index._db, gone, NOW)
    waiting = Shifts(storing, changed)
    for row in rows:
        if not waiting.hold(row):
            storing.store(row)
    for row in waiting.settle():
        storing.store(row)
    storing.flush()


def stored_anew(luck: random.Random, number: int, there: Sequence[PostRow]) -> PostRow:
    """A row for an index that has some: mostly new, now and then one that has to do with what is there."""
    row, other = stored(luck, number), luck.choice(there)
    alike = (
        row._replace(digest=other.digest),
        row._replace(default_id=other.default_id, guid=""),
        row._replace(path=other.path),
        other,
    )
    if luck.random() < 0.01:
        return luck.choice(alike)
    # ids and paths of others are tried where these are, or hardly any 32 rows in a row would be new
    return row._replace(
        path=b"x%d.md" % number, guid="", default_id=f"https://example.org/{number}", digest=b"%d" % number
    )


@pytest.mark.parametrize("seed", range(120))
def test_many_among_others(seed: int) -> None:
    """Some posts that are there are gone before, or in the same run; others are edited, moved, or come back."""
    luck = random.Random(seed)
    there = [stored(luck, number) for number in range(luck.choice([1, 20, 40]))]
    new = [stored_anew(luck, 40 + number, there) for number in range(luck.choice([1, 31, 96, 150]))]
    new = list({row.path: row for row in new}.values()) if luck.random() < 0.9 else new
    paths = sorted({row.path for row in there})
    former, gone = luck.sample(paths, len(paths) // 8), set(luck.sample(paths, len(paths) // 8))
    gone -= {row.path for row in new}
    changed = {row.path for row in new} & set(paths) if luck.random() < 0.5 else set()
    found = []
    for store in (one_after_the_other, lambda index, *rest: index.store(rest[0], rest[1], NOW, rest[2])):
        index = SqliteIndex.open(":memory:")
        with index.transaction():
            one_after_the_other(index, there, set(), set())
        with index.transaction():
            index.remove(former, NOW)
        left = set(gone)
        with index.transaction():
            store(index, new, left, changed)
        found.append((dump(index), left))
        index.close()
    assert found[0] == found[1]


def many(count: int) -> list[PostRow]:
    return [a_row(f"{number}.md", str(number), published=NOW - number, tags=["t"]) for number in range(count)]


@pytest.mark.parametrize("second", [5, 40, 95])
@pytest.mark.parametrize("first", [0, 31, 32, 64])
def test_one_path_twice(first: int, second: int) -> None:
    rows = many(96)
    rows[second] = rows[second]._replace(path=rows[first].path)
    assert together(rows) == in_parcels(rows, 50) == one_by_one(rows)


@pytest.mark.parametrize("every", [1, 2, 33, 90])
def test_posts_that_ask_for_one_id(every: int) -> None:
    rows = [row._replace(default_id="x") if n % every == 0 else row for n, row in enumerate(many(150))]
    assert together(rows) == in_parcels(rows, 40) == one_by_one(rows)


def test_an_id_that_is_made_for_a_twin_is_given() -> None:
    rows = [row._replace(default_id="x") for row in many(40)]
    made = [row[0] for row in _ids(rows)]
    rows[39] = rows[39]._replace(default_id=made[7])
    assert together(rows) == one_by_one(rows)
    assert len({row[0] for row in _ids(rows)}) == 40


def _ids(rows: Sequence[PostRow]) -> list[tuple[str]]:
    index = SqliteIndex.open(":memory:")
    index.store(rows, set(), NOW)
    found = index._db.execute("SELECT entry_id FROM posts ORDER BY id").fetchall()
    index.close()
    return found


@pytest.mark.parametrize("hindered", ["", "no descriptors", "temporary tables are open"])
def test_so_many_that_indexes_are_sorted_in_files(tmp_path: Path, hindered: str) -> None:
    """Where no file can be made they are sorted in memory; and nothing of how it was done stays."""
    rows = (
        a_row(f"x{n}.md", text=str(n), url=f"https://example.org/{n}", tags=[f"t{(n + k) % 97}" for k in range(6)])
        for n in range(24_000)
    )
    index = SqliteIndex.open(str(tmp_path / "state.db"))
    settings = ("temp_store", "threads", "cache_size", "synchronous")
    before = [index._db.execute(f"PRAGMA {name}").fetchone() for name in settings]
    if hindered == "temporary tables are open":
        index._db.execute("PRAGMA quick_check").fetchall()
    held: list[int] = []

    def parcels() -> Iterator[Parcel]:
        while some := list(islice(rows, 1000)):
            yield parcel(some, NOW)
        limit = max(map(int, os.listdir("/dev/fd"))) + 8
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, usual[1]))
        with contextlib.suppress(OSError):
            while hindered == "no descriptors":
                held.append(os.open(os.devnull, os.O_RDONLY))

    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        with index.transaction():
            index.store_first(parcels(), NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
        for each in held:
            os.close(each)
    assert [index._db.execute(f"PRAGMA {name}").fetchone() for name in settings] == before
    assert index._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert index._db.execute("SELECT count(*) FROM post_terms INDEXED BY post_terms_newest").fetchone() == (144_000,)
    assert {index for (index,) in index._db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")} >= {
        "posts_by_entry_id",
        "posts_newest",
        "post_terms_newest",
    }
    index.close()


def test_what_breaks_under_way_leaves_an_empty_index() -> None:
    def broken() -> Any:
        yield from many(100)
        raise KeyboardInterrupt

    index = SqliteIndex.open(":memory:")
    before = dump(index)
    with pytest.raises(KeyboardInterrupt), index.transaction():
        index.store(broken(), set(), NOW)
    assert dump(index) == before
    index.close()


def test_a_first_build_that_is_killed_leaves_an_empty_index(tmp_path: Any) -> None:
    """The copy is what a kill leaves: rows that had no more room in memory, and the journal that takes them back."""
    state, left = tmp_path / "state.db", tmp_path / "left.db"
    index = SqliteIndex.open(str(state))
    index._db.execute("PRAGMA cache_size=10")
    with index.transaction():
        index.store(many(2000), set(), NOW)
        left.write_bytes(state.read_bytes())
        (tmp_path / "left.db-journal").write_bytes((tmp_path / "state.db-journal").read_bytes())
    index.close()
    assert left.stat().st_size > 200_000
    after = SqliteIndex.open(str(left))
    assert tuple(after.counts(NOW)) == (0, 0)
    assert after._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with after.transaction():
        after.store(many(50), set(), NOW)
    assert tuple(after.counts(NOW)) == (50, 50)
    after.close()
    with sqlite3.connect(left) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


def test_plain_posts_are_told_of_in_few_values() -> None:
    rows = [plain(random.Random(number), number) for number in range(10)]
    made = parcel(rows, NOW)
    assert made.plain and len(made.values) == 8 * len(rows)
    assert made.in_full().in_few() == made
    assert not parcel([*rows, rows[0]._replace(language="fr")], NOW).plain
    assert not parcel([*rows, rows[0]._replace(visible_from=NOW + 1)], NOW).plain


@pytest.mark.parametrize("seed", range(60))
def test_plain_posts_are_the_same_by_columns(seed: int) -> None:
    luck = random.Random(seed)
    rows = [plain(luck, number) for number in range(20)]
    assert _by_columns(rows, NOW) == _row_by_row(rows, NOW)
    rows[7] = stored(luck, 7)
    assert _by_columns(rows, NOW) in (None, _row_by_row(rows, NOW))
