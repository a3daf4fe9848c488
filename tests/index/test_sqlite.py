"""The state file itself: what is refused, and that nothing is lost over it."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from syndicate.errors import StateError
from syndicate.index import DocumentRow, FeedRow, Part
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Reference
from tests.builders import NOW, SITE_URL, a_row
from tests.index.ledger import Ledger


def refused(path: Path) -> str:
    with pytest.raises(StateError) as caught:
        SqliteIndex.open(str(path))
    assert caught.value.exit_code == 2
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_the_state_of_a_newer_program(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    SqliteIndex.open(str(path)).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=1000")
    db.close()
    before = path.read_bytes()
    assert "newer version" in refused(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    assert "move it away" in refused(path)
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_made(tmp_path: Path) -> None:
    refused(tmp_path / "no such folder" / "state.db")
    refused(tmp_path)


def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path) -> None:
    index = SqliteIndex.open(str(tmp_path / "state.db"))
    settings = []
    for _ in range(2):
        settings += [index._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        with index.transaction():
            index.store([a_row("a.md")], set(), NOW)
    index.close()
    assert settings == ["truncate", 2, "wal", 2], "2 is FULL"


def test_where_many_are_published_each_is_durable_and_seen_at_once(tmp_path: Path) -> None:
    writer = SqliteIndex.open(str(tmp_path / "state.db"))
    with writer.transaction():
        writer.store([a_row("a.md")], set(), NOW)

    def settings() -> list[int]:
        return [writer._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "wal_autocheckpoint")]

    usual = settings()
    with contextlib.suppress(ZeroDivisionError), writer.releasing():
        feed = FeedRow("", "", "urn:site", 1, NOW, b"d", NOW)
        with writer.transaction():
            row = DocumentRow(
                "rss.xml", "rss", b"d", 1, b"s", b"e", (Part(1, b"k" * 16, 0, 1),), "https://blog.example/rss.xml"
            )
            writer.publish([(feed, [row], [])], NOW)
        assert settings()[0] == usual[0] == 2, "2 is FULL"
        assert settings()[1] > usual[1]
        # as a run that is killed now leaves it
        for end in ("", "-wal"):
            shutil.copy(tmp_path / f"state.db{end}", tmp_path / f"left.db{end}")
        left = SqliteIndex.open(str(tmp_path / "left.db"))
        assert left.documents("", "") == [row]
        left.close()
        raise ZeroDivisionError
    assert settings() == usual
    writer.close()


def test_the_log_of_many_is_cut_though_somebody_has_the_state_open(tmp_path: Path) -> None:
    writer = SqliteIndex.open(str(tmp_path / "state.db"))
    with writer.transaction():
        writer.store([a_row("a.md")], set(), NOW)
    reader = SqliteIndex.open(str(tmp_path / "state.db"))
    with writer.releasing():
        for name in "abcd":
            with writer.transaction():
                writer.keep_fact(name, name * 4_000_000)
    log = tmp_path / "state.db-wal"
    assert log.stat().st_size > 16_000_000
    for _ in range(2):
        with writer.transaction():
            writer.keep_fact("a", "")
    assert log.stat().st_size < 9_000_000
    reader.close()
    writer.close()


def test_it_may_be_read_while_a_run_writes(tmp_path: Path) -> None:
    writer = SqliteIndex.open(str(tmp_path / "state.db"))
    reader = SqliteIndex.open(str(tmp_path / "state.db"))
    with writer.transaction():
        writer.store([a_row()], set(), NOW)
        assert tuple(reader.counts(NOW)) == (0, 0)
    assert tuple(reader.counts(NOW)) == (1, 1)
    writer.close()
    reader.close()


PARTIAL = {
    "posts_newest",
    "posts_with_problems",
    "posts_translated",
    "posts_shelved",
    "posts_renamed",
    "posts_standing_in",
    "posts_never_shown",
    "posts_gone",
}
"""Indexes that are read from their start: the newest few, or the few of a kind."""


def test_what_is_asked_at_every_run_is_answered_by_an_index() -> None:
    """A run costs what changed: neither a scan of all posts nor a sort."""
    index = SqliteIndex.open(":memory:")
    asked: list[str] = []
    naming = (Reference("it", ("c.md", "name:c")),)
    index.store([a_row("first.md", "first", references=naming)], set(), NOW)
    index._db.set_trace_callback(asked.append)
    with index.transaction():
        index.store([a_row(tags=["x"], translation="t", references=naming)], {b"old.md"}, NOW)
        index.store([a_row("b.md", "two", translation="t", language="de")], set(), NOW)
        index.remove([b"b.md"], NOW)
        index.wake(NOW - 1, NOW)
    index.newest("", "", 20, NOW)
    index.newest("tags", "x", 20, NOW)
    list(index.problems())
    index.standing_in()
    index.languages()
    list(index.needed())
    list(index.shown_in(1))
    list(index.recipes([1, 2]))
    index.unshown()
    index.ended(NOW)
    index.on_page("1@", "", NOW)
    every_run = len(asked)
    list(index.gone(NOW))
    index._db.set_trace_callback(None)
    used: set[str] = set()
    for number, sql in enumerate(asked):
        if not sql.startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        for step in [row[3] for row in index._db.execute(f"EXPLAIN QUERY PLAN {sql}")]:
            scanned = re.match(r"SCAN (posts|post_terms|a|b)\b", step)
            assert number >= every_run or not scanned or step.partition(" INDEX ")[2] in PARTIAL, (sql, step)
            used |= set(re.findall(r"INDEX (\w+)", step))
    ours = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name LIKE 'post%' AND sql IS NOT NULL"
    assert {name for (name,) in index._db.execute(ours)} <= used, "what no question needs is no index"
    index.close()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    index = SqliteIndex.open(str(path))
    with index.transaction():
        index.store([a_row("a.md")], set(), NOW)
    with index.transaction():
        index.store([a_row("b.md")], set(), NOW)
    modes = {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("state.db", "state.db-wal", "state.db-shm"), 0)
    index.close()


def test_a_state_that_breaks_under_way_is_told_as_such(tmp_path: Path) -> None:
    index = SqliteIndex.open(str(tmp_path / "state.db"))
    with sqlite3.connect(tmp_path / "state.db") as other:
        other.execute("DROP TABLE posts")
    other.close()
    with pytest.raises(StateError, match="no such table"), index.transaction():
        index.store([a_row("a.md")], set(), NOW)
    with index.transaction():
        index.keep_fact("still", "usable")
    assert index.fact("still") == "usable"
    index.close()


def test_of_a_post_that_is_gone_only_the_ledger_stays(tmp_path: Path) -> None:
    index = SqliteIndex.open(str(tmp_path / "state.db"))
    with index.transaction():
        index.store([a_row("a.md")], set(), NOW)
    with index.transaction():
        index.remove([b"a.md"], NOW)
    with sqlite3.connect(tmp_path / "state.db") as other:
        assert other.execute("SELECT path, state, packed FROM posts").fetchall() == [(b"a.md", 0, "")]
    other.close()
    index.close()


_TO_THE_FIRST = """
DROP TRIGGER posts_tallied; DROP TRIGGER posts_tallied_anew;
DROP INDEX posts_newest; DROP INDEX posts_shelved; DROP INDEX posts_translated;
ALTER TABLE posts DROP COLUMN language; ALTER TABLE posts DROP COLUMN translation; ALTER TABLE posts DROP COLUMN ties;
DROP TABLE refs; DROP TABLE names; DROP TABLE needs;
CREATE INDEX posts_newest ON posts (published DESC, path, visible_from, visible_until) WHERE state = 2;
PRAGMA user_version=1;
"""


@pytest.mark.parametrize("languages", [False, True])
def test_a_state_of_the_first_version_keeps_its_ledger(tmp_path: Path, languages: bool) -> None:
    """Also one that was written between the two."""
    path = tmp_path / "state.db"
    before = Ledger(SqliteIndex.open(str(path)))
    naming = a_row("a.md", references=(Reference("it", ("name:b",)),))
    before.run(a_row("a.md", url="https://example.org/first"), a_row("x/b.md", "two"))
    before.index.keep_fact("reading", "by older rules")
    before.index.close()
    db = sqlite3.connect(path)
    db.executescript("PRAGMA user_version=1; DROP TABLE names;" if languages else _TO_THE_FIRST)
    db.close()
    after = Ledger(SqliteIndex.open(str(path)))
    assert after.index.fact("reading") == "", "all is to be read anew"
    after.run(naming, a_row("x/b.md", "two"))
    assert after.ids() == {"a.md": "https://example.org/first", "x/b.md": f"{SITE_URL}/x/b.html"}
    assert [recipe.links for recipe in after.shown() if recipe.path == b"a.md"] == [(("it", f"{SITE_URL}/x/b.html"),)]
    after.index.close()
    SqliteIndex.open(str(path)).close()


def test_a_state_of_the_third_version_learns_of_variants(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    SqliteIndex.open(str(path)).close()
    db = sqlite3.connect(path)
    db.executescript("DROP TABLE variants; PRAGMA user_version=3;")
    db.close()
    index = SqliteIndex.open(str(path))
    assert index.variants() == {}
    index.close()


def test_waking_costs_by_what_wakes(ledger: Ledger) -> None:
    """Not by thousands that have been live for long or will expire one day; counted in steps of SQLite's machine."""
    index = ledger.index
    assert isinstance(index, SqliteIndex)
    with index.transaction():
        rows = [a_row(f"{n}.md", str(n), visible_from=NOW - 900, visible_until=NOW + 900) for n in range(2000)]
        index.store([*rows, a_row("new.md", "new", visible_from=NOW, tags=["x"])], set(), NOW - 5)
        index._db.execute("DELETE FROM touched")
    steps: list[None] = []
    index._db.set_progress_handler(lambda: steps.append(None), 10)
    with index.transaction():
        index.wake(NOW - 1, NOW)
    index._db.set_progress_handler(None, 0)
    assert index.touched() == [("", ""), ("tags", "x")]
    assert len(steps) < 200
