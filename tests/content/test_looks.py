"""What a look at some files finds by itself, and where it leaves the judging to a whole scan."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.content.dialects import Folder
from syndicate.content.narrow import MOST, Narrow
from syndicate.content.scan import FolderScan, Root, Scan, Settle
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.stamps import unpack
from tests.content.folders import a_root, dialect, write

HOUR = 3600 * 10**9


class Looking:
    """A folder whose stamps are known, as after a whole scan."""

    def __init__(self, content: Path, index: SqliteIndex, root: Root, barred: frozenset[bytes] = frozenset()) -> None:
        self.content, self.index, self.root, self.barred = content, index, root, barred
        self.rules: dict[bytes, Folder] = {}

    def whole(self) -> None:
        scan = Scan([self.root], self.index.stamps, barred=self.barred)
        with self.index.transaction():
            for each in list(scan.differences(self.index.folders())):
                self.index.keep_stamps(each.folder, each.packed)
        self.rules = scan.rules

    def look(self, *names: str) -> list[FolderScan] | None:
        scan = Scan([self.root], self.index.stamps, barred=self.barred)
        paths = [os.fsencode(self.content / name) for name in names]
        return Narrow(scan, self.index, self.rules).differences(paths)

    def found(self, *names: str) -> tuple[list[str], list[str]]:
        """What is to be read, and what is gone."""
        differing = self.look(*names)
        assert differing is not None, "only a whole scan could tell"
        read = [os.fsdecode(stamp.path) for each in differing for stamp in each.stamps()]
        return read, [os.fsdecode(path) for each in differing for path in each.removed]


@pytest.fixture
def index() -> Iterator[SqliteIndex]:
    with closing(SqliteIndex.open(":memory:")) as opened:
        yield opened


@pytest.fixture
def looking(tmp_path: Path, index: SqliteIndex) -> Looking:
    content = (tmp_path / "site").resolve()
    content.mkdir()
    write(content, "a.md", "b.md", "x/c.md", "x/d.md", ".git/e.md")
    found = Looking(content, index, a_root(content), frozenset({os.fsencode(content / "out")}))
    found.whole()
    return found


def test_posts_of_known_folders_are_compared_alone(looking: Looking) -> None:
    write(looking.content, "x/c.md", text="longer than it was\n" * 9)
    write(looking.content, "new.md", "unseen.md")
    (looking.content / "b.md").unlink()
    assert looking.found("x/c.md", "new.md", "b.md", "a.md") == (["new.md", "x/c.md"], ["b.md"])
    assert looking.found() == ([], [])


def test_what_can_be_no_post_is_nothing(looking: Looking) -> None:
    write(looking.content, "p.png", ".git/e.md", "out/f.md")
    assert looking.found("p.png", "gone.png", "gone.md", ".git/e.md", ".git", "out/f.md", "out", "../else.md") == (
        [],
        [],
    )


@pytest.mark.parametrize("name", ["", "x", "fresh", "fresh/a.md", "link.md", "pipe.md"])
def test_only_a_whole_scan_judges_folders_links_and_devices(looking: Looking, name: str) -> None:
    write(looking.content, "fresh/a.md")
    (looking.content / "link.md").symlink_to("a.md")
    os.mkfifo(looking.content / "pipe.md")
    assert looking.look(name) is None


def test_only_a_whole_scan_judges_what_is_gone_in_numbers(looking: Looking) -> None:
    names = [f"many/{number}.md" for number in range(30)]
    write(looking.content, *names)
    looking.whole()
    for name in names[:21]:
        (looking.content / name).unlink()
    assert looking.found(*names[:20]) == ([], sorted(names[:20]))
    assert looking.look(*names[:21]) is None


def test_only_a_whole_scan_judges_a_folder_that_is_empty_or_gone(looking: Looking) -> None:
    for name in ("x/c.md", "x/d.md"):
        (looking.content / name).unlink()
    assert looking.look("x/c.md", "x/d.md") is None
    (looking.content / "x").rmdir()
    assert looking.look("x") is None


def test_many_paths_are_scanned_as_a_whole(looking: Looking) -> None:
    assert looking.look(*(f"{number}.png" for number in range(MOST))) == []
    assert looking.look(*(f"{number}.png" for number in range(MOST + 1))) is None


def test_a_file_that_a_post_was_made_from_asks_for_a_whole_scan(looking: Looking) -> None:
    sql = "INSERT INTO needs VALUES (1, ?, 1, 1, 1)"
    looking.index._db.execute(sql, (b"p.png",))
    assert looking.look("p.png") is None
    assert looking.look("q.png") == []


@pytest.mark.parametrize(
    ("generator", "post", "odd"),
    [
        ("jekyll", "_posts/2026-01-01-a.md", "_config.yml"),
        ("jekyll", "_posts/2026-01-01-a.md", "_includes/a.html"),
        ("hugo", "content/a/b.md", "content/a/index.md"),
    ],
)
def test_what_decides_how_others_are_read_asks_for_a_whole_scan(
    tmp_path: Path, index: SqliteIndex, generator: str, post: str, odd: str
) -> None:
    content = (tmp_path / "site").resolve()
    write(content, post)
    looking = Looking(content, index, a_root(content, dialect=dialect(generator)))
    looking.whole()
    write(content, post, text="other\n" * 20)
    assert looking.found(post) == ([post], [])
    write(content, odd)
    assert looking.look(odd) is None


def test_what_was_seen_of_some_files_is_known_to_the_next_look_and_scan(looking: Looking) -> None:
    write(looking.content, "new.md")
    (looking.content / "b.md").unlink()
    differing = looking.look("new.md", "b.md")
    assert differing is not None
    with looking.index.transaction():
        for each in differing:
            assert each.late is not None
            looking.index.keep_late(each.folder, each.late)
    assert looking.found("new.md", "b.md", "a.md") == ([], [])
    assert {row[0] for row in unpack(looking.index.stamps(b""))} == {b"a.md", b"new.md"}
    scan = Scan([looking.root], looking.index.stamps)
    assert [(each.added, each.changed, each.removed) for each in scan.differences(looking.index.folders())] == [
        (0, 0, [])
    ], "only the order is another"


# -- files that may still be being written


def test_a_young_file_waits_unless_it_is_known_to_be_closed(looking: Looking) -> None:
    write(looking.content, "young.md", "closed.md", "old.md", "a.md", "y/first.md", text="more than it was\n" * 9)
    os.utime(looking.content / "old.md", ns=(0, 0))
    now = (looking.content / "young.md").stat().st_mtime_ns
    closed = frozenset({os.fsencode(looking.content / "closed.md")})

    def read(settle: Settle) -> tuple[list[str], int]:
        scan = Scan([looking.root], looking.index.stamps, settle=settle)
        found = list(scan.differences(looking.index.folders()))
        assert not any(each.removed for each in found)
        return sorted(os.fsdecode(stamp.path) for each in found for stamp in each.stamps()), scan.tally.waiting

    assert read(Settle(now - HOUR, now + HOUR, closed)) == (["closed.md", "old.md"], 3)
    everything = ["a.md", "closed.md", "old.md", "y/first.md", "young.md"]
    assert read(Settle(now + HOUR, now + 2 * HOUR)) == (everything, 0)
    assert read(Settle(now - 2 * HOUR, now - HOUR)) == (everything, 0), "a time to come tells nothing"
