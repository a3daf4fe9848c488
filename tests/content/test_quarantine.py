"""Posts that kill their workers: tried a few times, then not opened until they are others. The workers really die."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from syndicate.content import files
from syndicate.content.ingest import Reader
from syndicate.content.intake import Intake, differences, take_in
from syndicate.content.quarantine import TIMES, suspected
from syndicate.content.scan import Root, Scan
from syndicate.engines.processes import Processes
from syndicate.index import PostRow
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Stamp
from tests.builders import NOW
from tests.content.folders import a_root, write
from tests.index.ledger import Ledger

PATIENCE = 600.0
"""Seconds: no machine is so slow that an honest batch takes as long."""

GOOD = "---\ndate: 2020-01-01\n---\nWords.\n"
DEADLY = f"{GOOD}DEADLY"


class Mortal(Reader):
    """Dies of what is DEADLY, as a C library does of what it was never tried with; notes what it opens."""

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        folder = os.fsdecode(self.roots[0].path)
        for stamp in stamps:
            path = Path(folder, os.fsdecode(stamp.path))
            with Path(f"{folder}.opened").open("a") as notes:
                notes.write(f"{path.name} ")
            if "DEADLY" in path.read_text():
                os.kill(os.getpid(), signal.SIGSEGV)
        return super().read(stamps)


class Site:
    """A folder with an index, read by workers that may die."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, a_root(folder)
        self.ledger = Ledger(SqliteIndex.open(":memory:"))
        folder.mkdir()

    def take(self, everything: bool = False) -> Intake:
        index, roots = self.ledger.index, [self.root]
        scan = Scan(roots, index.stamps, everything)
        found = differences(scan, index, "site", accept_deletions=True)
        self.notes.write_text("")
        with Processes(1, PATIENCE) as engine:
            reader = Mortal(tuple(roots), "url", files.MAX_SIZE)
            done = take_in(found, scan.tally.files, index, engine, reader, NOW, accept_deletions=True)
        self.ledger.publish()
        return done

    @property
    def notes(self) -> Path:
        return Path(f"{self.folder}.opened")

    def opened(self) -> set[str]:
        """What workers opened in the last run."""
        return set(self.notes.read_text().split())

    def codes(self) -> list[tuple[str, str]]:
        return self.ledger.codes()

    @property
    def suspected(self) -> bool:
        return suspected(self.ledger.index, everything=False)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site")
    write(made.folder, "a.md", "b.md", text=GOOD)
    yield made
    made.ledger.index.close()


def lose(site: Site, times: int = TIMES) -> None:
    for _ in range(times):
        site.take()


def test_it_costs_itself_alone_and_is_tried_again(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    site.take()
    assert site.codes() == [("bad.md", "post-too-costly")]
    assert sorted(site.ledger.paths()) == ["a.md", "b.md"]
    for _ in range(1, TIMES):
        assert site.suspected
        site.take()
        assert site.opened() == {"bad.md"}
    assert site.codes() == [("bad.md", "post-quarantined")]
    assert not site.suspected


def test_a_post_that_was_lost_by_chance_is_back_by_itself(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    lose(site, TIMES - 1)
    site.root = Root(site.root.label, site.root.path, site.root.dialect)
    calm = Reader((site.root,), "url", files.MAX_SIZE)
    index = site.ledger.index
    found = differences(scan := Scan([site.root], index.stamps), index, "site", accept_deletions=False)
    with Processes(1, PATIENCE) as engine:
        take_in(found, scan.tally.files, index, engine, calm, NOW)
    site.ledger.publish()
    assert site.codes() == [] and sorted(site.ledger.paths()) == ["a.md", "b.md", "bad.md"]
    assert not site.suspected and index.fact("lost") == ""


def test_it_is_not_opened_again_whatever_becomes_of_the_file(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    lose(site)
    assert (site.take(), site.opened()) == (Intake(seen=3), set()), "nothing has changed"
    os.utime(site.folder / "bad.md", (1_600_000_000, 1_600_000_000))
    assert site.take().changed == 1
    assert (site.opened(), site.codes()) == (set(), [("bad.md", "post-quarantined")])
    (site.folder / "bad.md").rename(site.folder / "moved.md")
    site.take()
    assert (site.opened(), site.codes()) == (set(), [("moved.md", "post-quarantined")])
    write(site.folder, "copy.md", text=DEADLY)
    write(site.folder, "same.md", text="x" * len(DEADLY))
    site.take()
    assert site.opened() == {"same.md"}, "of the same size, and harmless"
    assert ("copy.md", "post-quarantined") in site.codes()


def test_other_bytes_are_another_post(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    lose(site)
    write(site.folder, "bad.md", text=f"{DEADLY} still")
    site.take()
    assert site.codes() == [("bad.md", "post-too-costly")]
    write(site.folder, "bad.md", text=GOOD)
    site.take()
    assert site.codes() == [] and "bad.md" in site.ledger.paths()
    assert site.ledger.index.fact("lost") == "", "and nothing is kept of it"


def test_a_run_over_everything_tries_it(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    lose(site)
    site.take(everything=True)
    assert "bad.md" in site.opened()
    assert site.codes() == [("bad.md", "post-quarantined")], "and once is enough then"
    assert suspected(site.ledger.index, everything=True)
    site.take()
    assert site.opened() == set()


def test_the_last_good_version_stays(site: Site) -> None:
    site.take()
    write(site.folder, "a.md", text=DEADLY)
    lose(site)
    assert sorted(site.ledger.paths()) == ["a.md", "b.md"]
    assert site.codes() == [("a.md", "post-quarantined")]


def test_of_a_deleted_one_nothing_is_kept(site: Site) -> None:
    write(site.folder, "bad.md", text=DEADLY)
    lose(site)
    (site.folder / "bad.md").unlink()
    site.take()
    assert (site.codes(), site.ledger.index.fact("lost")) == ([], "")


def test_several(site: Site) -> None:
    for name in ("c.md", "d.md"):
        write(site.folder, name, text=f"{DEADLY} of {name}")
    lose(site)
    assert site.codes() == [("c.md", "post-quarantined"), ("d.md", "post-quarantined")]
    write(site.folder, "c.md", text=GOOD)
    site.take()
    assert (site.opened(), site.codes()) == ({"c.md"}, [("d.md", "post-quarantined")])
