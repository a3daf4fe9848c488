"""Many posts are gone at once: how long a run is held, by what, and which posts may go all the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicate.content import HELD, files
from syndicate.content.brakes import WAIT
from syndicate.content.ingest import Reader
from syndicate.content.intake import differences, relieve, take_in
from syndicate.content.scan import Scan
from syndicate.engines.serial import Serial
from syndicate.errors import BrakeHeld, ContentMissing
from syndicate.index.sqlite import SqliteIndex
from tests.builders import NOW
from tests.content.folders import a_root, write


class Folder:
    """A folder of dated posts, and a state that is opened anew for every run: nothing is kept elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path, self.root = path / "site", a_root(path / "site")
        self.state = str(path / "state.db")
        self.path.mkdir()

    def put(self, numbers: Iterable[int], month: int = 1) -> None:
        """Posts, each a day or so younger than the one before."""
        for number in numbers:
            date = f"{2000 + number // 28}-{month:02}-{number % 28 + 1:02}"
            write(self.path, f"{number:03}.md", text=f"---\ndate: {date}\n---\nText {number}.\n")

    def take_away(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            (self.path / f"{number:03}.md").unlink()

    def run(self, after: int = 0, accept: bool = False, rolling: bool = False) -> int:
        """How many posts are left `after` seconds."""
        index = SqliteIndex.open(self.state)
        now = NOW + after
        try:
            scan = Scan([self.root], index.stamps)
            if found := differences(scan, index, "site", accept):
                reader = Reader((self.root,), "url", files.MAX_SIZE)
                with Serial() as engine:
                    take_in(
                        found, scan.tally.files, index, engine, reader, now, accept_deletions=accept, rolling=rolling
                    )
            else:
                relieve(index)
            return index.counts(now).known
        finally:
            index.close()

    def held(self, after: int = 0, until: int | None = WAIT, rolling: bool = False) -> str:
        """The message of a run that is held, which may go on `until` seconds after the start of all."""
        with pytest.raises(BrakeHeld, match="nothing has been changed") as held:
            self.run(after, rolling=rolling)
        assert held.value.until == (None if until is None else NOW + until)
        return str(held.value)

    @property
    def fact(self) -> str:
        index = SqliteIndex.open(self.state)
        try:
            return index.fact(HELD)
        finally:
            index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.put(range(100))
    assert made.run(-100_000) == 100
    return made


def test_a_second_look_ten_minutes_later_goes_on(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    said = folder.held()
    assert "30 of 100 posts are gone at once" in said
    assert "--accept-deletions" in said
    assert folder.held(1) == folder.held(WAIT - 1) == said, "it says until when, and that does not move"
    assert folder.run(WAIT) == 70
    assert folder.fact == ""


def test_the_moment_is_named(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    assert f"{datetime.fromtimestamp(NOW + WAIT, UTC):%Y-%m-%d %H:%M:%S} UTC" in folder.held()


def test_a_word_goes_on_at_once(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    folder.held()
    assert folder.run(1, accept=True) == 70
    assert folder.fact == ""


def test_posts_that_come_back_are_forgotten(folder: Folder) -> None:
    (away := folder.path.with_name("away")).mkdir()
    moved = [(folder.path / f"{number:03}.md", away / f"{number:03}.md") for number in range(30, 60)]
    for here, there in moved:
        here.rename(there)
    folder.held()
    assert folder.fact
    for here, there in moved:
        there.rename(here)
    assert folder.run(300) == 100
    assert folder.fact == ""
    for here, there in moved:
        here.rename(there)
    folder.held(WAIT, until=2 * WAIT)


def test_posts_that_came_back_in_between_are_waited_for_anew(folder: Folder) -> None:
    """Half of them come back and vanish again: they were not missing for ten minutes."""
    folder.take_away(range(20, 80))
    folder.held()
    folder.put(range(50, 80))
    folder.held(300)
    folder.take_away(range(50, 80))
    folder.held(WAIT, until=2 * WAIT)
    assert folder.run(2 * WAIT) == 40


def test_few_others_that_vanish_meanwhile_go_along(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    folder.held()
    folder.take_away([70, 71])
    folder.held(300)
    folder.take_away([72])
    assert folder.run(WAIT) == 67


def test_many_others_that_vanish_meanwhile_are_waited_for(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    folder.held()
    folder.take_away(range(60, 85))
    assert "55 of 100" in folder.held(300)
    folder.held(WAIT, until=2 * WAIT)
    assert folder.run(2 * WAIT) == 45


def test_nothing_comes_in_while_it_is_held_and_all_of_it_afterwards(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    folder.put([200])
    folder.held()
    assert folder.run(WAIT) == 71


def test_a_clock_that_goes_back_waits_anew(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    folder.held(5000, until=5000 + WAIT)
    folder.held(0)
    assert folder.run(WAIT) == 70


def test_many_small_steps_are_one_deletion(folder: Folder) -> None:
    """As when files are watched: of an `rm -r` each run sees a few."""
    for number in range(20):
        folder.take_away([number])
        assert folder.run(number) == 99 - number
    folder.take_away([20])
    assert "21 of 100 posts are gone at once" in folder.held(20, until=20 + WAIT)
    assert folder.run(20 + WAIT) == 79


def test_small_steps_with_time_in_between_are_none(folder: Folder) -> None:
    for number in range(25):
        folder.take_away([number])
        assert folder.run(number * 60) == 99 - number


def test_of_a_word_nothing_is_left_to_be_counted(folder: Folder) -> None:
    folder.take_away(range(30, 60))
    assert folder.run(accept=True) == 70
    folder.take_away(range(7))
    assert folder.run(1) == 63


@pytest.mark.parametrize("rolling", [False, True])
def test_where_all_are_gone_no_time_makes_sure(folder: Folder, rolling: bool) -> None:
    """As below a mount that failed, where a few other files lie."""
    folder.take_away(range(100))
    folder.put(range(200, 210))
    for after in (0, WAIT, 10 * WAIT):
        assert "is the right folder mounted?" in folder.held(after, until=None, rolling=rolling)
    assert folder.run(10 * WAIT, accept=True) == 10


def test_a_folder_that_is_gone_for_long_changes_nothing(folder: Folder) -> None:
    folder.take_away(range(100))
    for after in (0, WAIT, 10 * WAIT):
        with pytest.raises(ContentMissing):
            folder.run(after)
    folder.put(range(100))
    assert folder.run(11 * WAIT) == 100


# Posts that leave the folder by age


def test_the_oldest_may_roll_out_in_any_number(folder: Folder) -> None:
    folder.take_away(range(80))
    folder.held()
    assert folder.run(1, rolling=True) == 20


def test_a_hole_in_the_middle_is_none_of_age(folder: Folder) -> None:
    folder.take_away(range(5, 40))
    assert "35 of 100 posts that were not the oldest are gone" in folder.held(rolling=True)
    assert folder.run(WAIT, rolling=True) == 65


def test_the_newest_do_not_roll_out(folder: Folder) -> None:
    folder.take_away(range(70, 100))
    folder.held(rolling=True)


def test_the_oldest_and_a_small_hole(folder: Folder) -> None:
    folder.take_away([*range(50), 60, 61])
    assert folder.run(rolling=True) == 48


def test_a_post_that_comes_in_counts_among_those_that_stay(folder: Folder) -> None:
    """An old one is written while the folder rolls: what is gone is younger, and not the oldest any more."""
    folder.take_away(range(1, 40))
    folder.put([0], month=1)
    folder.held(rolling=True)


def test_posts_of_one_day_are_equally_old(tmp_path: Path) -> None:
    same = Folder(tmp_path)
    for number in range(100):
        write(same.path, f"{number:03}.md", text="---\ndate: 2026-01-02\n---\n")
    same.run(-100_000)
    same.take_away(range(30))
    same.held(rolling=True)
