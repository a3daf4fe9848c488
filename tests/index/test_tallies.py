"""How many posts there are is known without counting them, and is what a count says."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.index import PostRow, parcel
from syndicate.index._tallies import MAIN, SHELVED, visible
from syndicate.index.sqlite import SqliteIndex
from tests.builders import NOW, a_row
from tests.index.ledger import Ledger

MOMENTS = (None, NOW - 9, NOW - 1, NOW, NOW + 1, NOW + 9)
TAGS = "abcd"


def naive(index: SqliteIndex, now: int) -> dict[str, object]:
    """What is asked of tallies, by looking at every post."""
    rows = index._db.execute("SELECT id, state, language, published, visible_from, visible_until FROM posts").fetchall()
    public = [(post, shelf, at) for post, state, shelf, at, start, end in rows if state == 2 and start <= now < end]
    found: dict[str, object] = {
        "known": sum(state > 0 for _, state, *_ in rows),
        "live": len(public),
        "site": _size([at for _, shelf, at in public if not shelf]),
    }
    held = index._db.execute("SELECT taxonomy, name, post FROM post_terms JOIN terms ON terms.id = term").fetchall()
    for tag in TAGS:
        members = {post for taxonomy, name, post in held if (taxonomy, name) == ("tags", tag)}
        found[tag] = _size([at for post, _, at in public if post in members])
    return found


def _size(moments: list[int]) -> tuple[int, int | None]:
    return len(moments), max(moments, default=None)


def told(index: SqliteIndex, now: int) -> dict[str, object]:
    known, live = index.counts(now)
    return {
        "known": known,
        "live": live,
        "site": index.size("", "", now),
        **{tag: index.size("tags", tag, now) for tag in TAGS},
    }


def same(index: SqliteIndex) -> None:
    """Whatever the moment, and whichever way is taken."""
    terms = [term for (term,) in index._db.execute("SELECT id FROM terms")]
    for now in (NOW - 20, NOW - 1, NOW, NOW + 1, NOW + 20):
        assert told(index, now) == naive(index, now)
        for term in (MAIN, SHELVED, *terms, 1 << 20):
            counted = visible(index._db, term, now, many=1 << 40)
            for few in (0, 1, 5, 100):
                assert visible(index._db, term, now, few, many=0) == counted


def some(luck: random.Random, number: int) -> PostRow:
    shelf = luck.choice(["", "", "", "fr"])
    row = a_row(
        f"{number}.md",
        text=f"{number} {luck.randrange(3)}",
        published=NOW - luck.randrange(50),
        tags=luck.sample(TAGS, luck.randrange(3)),
        shelf=shelf,
        draft=luck.random() < 0.2,
    )
    return row._replace(visible_from=luck.choice(MOMENTS), visible_until=luck.choice([None, None, *MOMENTS]))


@pytest.mark.parametrize("first", [0, 40])
@pytest.mark.parametrize("seed", range(25))
def test_tallies_are_what_a_count_says(seed: int, first: int) -> None:
    """Posts come, also by the hundred, change, go, come back, move to another shelf, and are dated otherwise."""
    luck = random.Random(f"{seed} {first}")
    with closing(SqliteIndex.open(":memory:")) as index:
        if first:
            with index.transaction():
                index.store_first([parcel([some(luck, number) for number in range(first)], NOW)], NOW)
            same(index)
        ledger = Ledger(index)
        for _ in range(6):
            there = {path.decode() for path, _ in index.dates()}
            gone = luck.sample(sorted(there), min(len(there), luck.randrange(4)))
            numbers = luck.sample(range(60), luck.randrange(1, 40))
            ledger.run(*(row for row in (some(luck, n) for n in numbers) if row.path.decode() not in gone), gone=gone)
            same(index)
        with index.transaction():
            index.unshelve("fr")
        same(index)


def broken_off() -> Iterator[PostRow]:
    yield a_row("late.md", "late", tags=["a"])
    raise KeyboardInterrupt


def test_what_is_taken_back_was_not_counted() -> None:
    with closing(SqliteIndex.open(":memory:")) as index:
        Ledger(index).run(a_row("a.md", tags=["a"]), a_row("b.md", "two"))
        with pytest.raises(KeyboardInterrupt), index.transaction():
            index.store(broken_off(), set(), NOW)
        same(index)


def test_what_went_astray_is_counted_anew_when_all_is() -> None:
    """Nothing lets a tally drift; but if anything ever does, a whole build mends it."""
    with closing(SqliteIndex.open(":memory:")) as index:
        luck = random.Random(2)
        Ledger(index).run(*(some(luck, number) for number in range(50)), gone=())
        index._db.execute("UPDATE tallies SET posts = posts + 7 WHERE term % 2 = 0")
        index._db.execute("DELETE FROM tallies WHERE term % 2 <> 0")
        index.touch_all()
        same(index)


def test_what_was_just_counted_need_not_be_counted_anew() -> None:
    with closing(SqliteIndex.open(":memory:")) as index:
        luck = random.Random(3)
        with index.transaction():
            index.store_first([parcel([some(luck, number) for number in range(50)], NOW)], NOW)
        with index.transaction():
            index.touch_all(counted=True)
        same(index)
        assert {("tags", each) for each in TAGS} <= {*index.touched()}


def test_a_state_of_the_version_before_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    luck = random.Random(1)
    with closing(SqliteIndex.open(str(path))) as index:
        Ledger(index).run(*(some(luck, number) for number in range(50)), gone=())
        Ledger(index).run(gone=["3.md", "4.md"])
        names = index._db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    with closing(sqlite3.connect(path)) as db:
        db.executescript("".join(f"DROP TRIGGER {name};" for (name,) in names))
        db.executescript("DROP TABLE tallies; PRAGMA user_version=8;")
    for version in (8, 7):
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA user_version={version}")
        with closing(SqliteIndex.open(str(path))) as index:
            same(index)
            Ledger(index).run(*(some(luck, number) for number in range(40, 60)))
            same(index)


def steps_of(count: int) -> int:
    """How many steps SQLite's machine makes, by the hundred, to tell the sizes of feeds of so many posts."""
    with closing(SqliteIndex.open(":memory:")) as index:
        rows = [a_row(f"{n}.md", str(n), published=NOW - n, visible_from=NOW - n, tags=["a"]) for n in range(count)]
        with index.transaction():
            index.store([*rows, a_row("later.md", "later", visible_from=NOW + 5, tags=["a"])], set(), NOW)
        steps: list[None] = []
        index._db.set_progress_handler(lambda: steps.append(None), 100)
        assert index.size("", "", NOW) == index.size("tags", "a", NOW) == (count, NOW)
        assert tuple(index.counts(NOW)) == (count + 1, count)
        return len(steps)


def test_what_it_costs_does_not_grow_with_the_posts() -> None:
    assert steps_of(4000) == steps_of(1000) < 10
