"""From the folder into the index, and when rather not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import pytest

from syndicate.content import files
from syndicate.content.ingest import Reader
from syndicate.content.intake import BATCH, Intake, differences, take_in
from syndicate.content.scan import Root, Scan
from syndicate.engines import Engine
from syndicate.engines.processes import Processes
from syndicate.engines.serial import Serial
from syndicate.errors import BrakeHeld, ContentMissing
from syndicate.index import PostRow
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Stamp
from tests.builders import NOW, SITE_URL
from tests.content.folders import a_root, write
from tests.index.ledger import Ledger


class Site:
    """A folder with an index."""

    def __init__(self, folder: Path, *roots: Root) -> None:
        self.folder, self.roots = folder, roots or (a_root(folder),)
        self.ledger = Ledger(SqliteIndex.open(":memory:"))
        self.ticks: list[int] = []

    @property
    def reader(self) -> Reader:
        return Reader(tuple(self.roots), "url", files.MAX_SIZE)

    def take(
        self,
        accept: bool = False,
        everything: bool = False,
        engine: Engine | None = None,
        reader: Reader | None = None,
    ) -> Intake:
        """The first half of a run; what it touched counts as published."""
        index = self.ledger.index
        scan = Scan(list(self.roots), index.stamps, everything)
        found = differences(scan, index, "site", accept)
        with engine or Serial() as running:
            arguments = (found, scan.tally.files, index, running, reader or self.reader, NOW)
            intake = take_in(*arguments, tick=self.ticks.append, accept_deletions=accept)
        self.touched = self.ledger.publish()
        return intake

    def state(self) -> list[object]:
        index = self.ledger.index
        stamps = {folder: index.stamps(folder) for folder in index.folders()}
        return [stamps, self.ledger.keys(), self.ledger.ids(), self.ledger.codes(), index.touched()]

    def paths(self) -> list[str]:
        return sorted(self.ledger.paths())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    made = Site(folder)
    yield made
    made.ledger.index.close()


def post(text: str = "", **fields: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in {"date": "2020-01-01", **fields}.items())
    return f"---\n{head}---\n{text}\n"


def many(site: Site, count: int, folder: str = "", start: int = 0) -> None:
    for number in range(start, start + count):
        write(site.folder, f"{folder}{number:04}.md", text=post(f"text {number}"))


def test_counts(site: Site) -> None:
    many(site, 3)
    assert site.take() == Intake(seen=3, added=3, parsed=3)
    write(site.folder, "0000.md", text=post("edited"))
    write(site.folder, "new.md", text=post("new"))
    (site.folder / "0001.md").unlink()
    assert site.take() == Intake(seen=3, added=1, changed=1, removed=1, parsed=2)
    assert site.take() == Intake(seen=3)
    assert site.paths() == ["0000.md", "0002.md", "new.md"]


def test_everything_is_read_and_nothing_touched(site: Site) -> None:
    many(site, 3)
    site.take()
    state = site.state()
    assert site.take(everything=True) == Intake(seen=3, parsed=3)
    assert (site.touched, site.state()) == ([], state)


def test_batches(site: Site) -> None:
    many(site, BATCH + 3)
    site.take()
    assert sum(site.ticks) == BATCH + 3
    assert 1 < len(site.ticks) < 10, "few files are shared, so that no worker has all of them"
    assert len(site.paths()) == BATCH + 3


def test_all_files_are_read_again_in_batches_as_large_as_the_first_time(site: Site) -> None:
    many(site, 2_000)
    site.take()
    first, site.ticks[:] = [*site.ticks], []
    site.take(everything=True)
    assert site.ticks == first


def test_a_moved_file_keeps_its_id(site: Site) -> None:
    many(site, 1, "m/")
    site.take()
    (before,) = site.ledger.ids().values()
    for folder in ("z", "a"):
        (site.folder / folder).mkdir()
        shutil.move(next(site.folder.rglob("*.md")), site.folder / folder)
        site.take()
        assert site.ledger.ids() == {f"{folder}/0000.md": before}


def renumber(site: Site) -> None:
    """1, 2, 3 become 2, 3, 4, and a new 1 comes; the guid is in the file."""
    for number in (3, 2, 1):
        (site.folder / f"{number}.md").rename(site.folder / f"{number + 1}.md")
    write(site.folder, "1.md", text=post("new", guid="urn:new"))


@pytest.mark.parametrize(("everything", "workers"), [(False, 0), (True, 0), (False, 2)])
def test_renumbered_files_keep_their_ids(site: Site, everything: bool, workers: int) -> None:
    for number in (1, 2, 3):
        write(site.folder, f"{number}.md", text=post(f"text {number}", guid=f"urn:{number}"))
    site.take()
    rows = {path: row for path, (row, _) in site.ledger.keys().items()}
    renumber(site)
    site.take(everything=everything, engine=Processes(workers) if workers else None)
    assert site.ledger.ids() == {"1.md": "urn:new", "2.md": "urn:1", "3.md": "urn:2", "4.md": "urn:3"}
    assert [site.ledger.keys()[f"{number + 1}.md"][0] for number in (1, 2, 3)] == [rows[f"{n}.md"] for n in (1, 2, 3)]


def test_of_very_many_changed_files_each_path_keeps_its_post(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syndicate.content.intake._SHIFTS", 2)
    for number in (1, 2, 3):
        write(site.folder, f"{number}.md", text=post(f"text {number}", guid=f"urn:{number}"))
    site.take()
    renumber(site)
    site.take()
    ids = site.ledger.ids()
    assert [ids[f"{number}.md"] for number in (1, 2, 3)] == ["urn:1", "urn:2", "urn:3"]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_ids_of_posts_with_one_permalink_depend_on_nothing_but_the_folder(site: Site, workers: int) -> None:
    for number in reversed(range(BATCH + 2)):
        write(site.folder, f"{number:04}.md", text=post(f"{number}", permalink="/same/"))
    site.take(engine=Processes(workers) if workers else Serial())
    ids = site.ledger.ids()
    assert ids["0000.md"] == f"{SITE_URL}/same/"
    for path in sorted(ids)[1:]:
        assert ids[path] == f"{SITE_URL}/same/#{blake2b(path.encode(), digest_size=6).hexdigest()}"


# The folder is not what it was


@pytest.mark.parametrize("how", ["emptied", "gone", "other files only"])
def test_no_posts_where_there_were_some(site: Site, how: str) -> None:
    many(site, 2, "x/")
    site.take()
    state = site.state()
    shutil.rmtree(site.folder)
    if how != "gone":
        site.folder.mkdir()
    if how == "other files only":
        write(site.folder, "x/image.png")
    with pytest.raises(ContentMissing, match="nothing has been changed"):
        site.take()
    assert site.state() == state


def test_all_deleted_on_purpose(site: Site) -> None:
    many(site, 2, "x/")
    site.take()
    shutil.rmtree(site.folder / "x")
    assert site.take(accept=True).removed == 2
    assert site.paths() == []
    assert site.take() == Intake(seen=0), "nothing is missing any more"


def test_nothing_at_first_is_nothing_missing(site: Site) -> None:
    assert site.take() == Intake(seen=0)


def test_one_of_several_folders_has_lost_all_its_posts(site: Site) -> None:
    write(site.folder, "blog/a.md", "notes/b.md", text=post())
    site.roots = (a_root(site.folder / "notes", "notes/"), a_root(site.folder / "blog", "blog/"))
    site.take()
    (site.folder / "notes/b.md").unlink()
    state = site.state()
    with pytest.raises(ContentMissing):
        site.take()
    assert site.state() == state
    assert site.take(accept=True).removed == 1


def test_a_folder_that_never_had_posts_may_stay_so(site: Site) -> None:
    write(site.folder, "blog/a.md", text=post())
    (site.folder / "notes").mkdir()
    site.roots = (a_root(site.folder / "notes", "notes/"), a_root(site.folder / "blog", "blog/"))
    site.take()
    assert site.take() == Intake(seen=1)


def test_a_folder_of_the_settings_no_more(site: Site) -> None:
    write(site.folder, "blog/a.md", "notes/b.md", text=post())
    both = (a_root(site.folder / "notes", "notes/"), a_root(site.folder / "blog", "blog/"))
    site.roots = both
    site.take()
    site.roots = both[1:]
    assert site.take(everything=True).removed == 1
    assert site.paths() == ["blog/a.md"]


def test_the_same_files_by_other_roots(site: Site) -> None:
    """What was a root of its own is now a folder of another: the paths are the same, and so are the posts."""
    for path in ("a.md", "blog/b.md", "blog/x/c.md"):
        write(site.folder, path, text=post(permalink=f"/{path}/", title=path))
    whole, part = a_root(site.folder), a_root(site.folder / "blog", "blog/")
    site.roots = (part, whole)
    site.take()
    ids = site.ledger.ids()
    for roots in ((whole,), (part, whole)):
        site.roots = roots
        site.take(everything=True)
        assert site.ledger.ids() == ids
        assert site.touched == []


# Many are gone at once


@pytest.mark.parametrize(
    ("before", "gone", "held"), [(100, 20, False), (100, 21, True), (210, 21, False), (209, 21, True)]
)
def test_the_brake(site: Site, before: int, gone: int, held: bool) -> None:
    many(site, before)
    site.take()
    state = site.state()
    for number in range(gone):
        (site.folder / f"{number:04}.md").unlink()
    if held:
        with pytest.raises(BrakeHeld, match=f"{gone} of {before} posts are gone"):
            site.take()
        assert site.state() == state
    assert site.take(accept=held).removed == gone
    assert len(site.paths()) == before - gone


def test_as_many_new_ones_do_not_make_up_for_them(site: Site) -> None:
    many(site, 40)
    site.take()
    state = site.state()
    shutil.rmtree(site.folder)
    many(site, 40, start=1000)
    with pytest.raises(BrakeHeld, match="40 of 40 posts are gone"):
        site.take()
    assert site.state() == state
    site.take(accept=True)
    assert len(site.paths()) == 40
    assert "1000.md" in site.paths()


def test_a_moved_folder_does_not_pull_the_brake(site: Site) -> None:
    many(site, 40, "old/")
    site.take()
    ids = sorted(site.ledger.ids().values())
    (site.folder / "old").rename(site.folder / "new")
    assert site.take().removed == 40
    assert sorted(site.ledger.ids().values()) == ids


# While files are being written


class Unsettled(Reader):
    """Finds every file in the middle of being written."""

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        return [row._replace(unsettled=True) for row in super().read(stamps)]


class Gone(Reader):
    """Finds that every file has just gone."""

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        for stamp in stamps:
            os.unlink(os.path.join(self.roots[0].path, stamp.path))
        return super().read(stamps)


def other(site: Site, kind: type[Reader]) -> Reader:
    return kind(tuple(site.roots), "url", files.MAX_SIZE)


def test_an_unsettled_file_waits_for_the_next_scan(site: Site) -> None:
    many(site, 2, "x/")
    site.take()
    write(site.folder, "x/0000.md", text=post("edited"))
    write(site.folder, "x/new.md", text=post("new"))
    state = site.state()[1:]
    assert site.take(reader=other(site, Unsettled)).parsed == 2
    assert site.state()[1:] == state
    assert site.take().parsed == 2
    assert site.paths() == ["x/0000.md", "x/0001.md", "x/new.md"]
    assert site.take().parsed == 0


def test_a_file_that_goes_between_scan_and_reading(site: Site) -> None:
    many(site, 2)
    site.take()
    write(site.folder, "0000.md", text=post("edited"))
    write(site.folder, "new.md", text=post("new"))
    intake = site.take(reader=other(site, Gone))
    assert [problem.code for problem in intake.problems] == ["file-changing"] * 2
    site.take()
    assert site.paths() == ["0001.md"], "deletion wins"
    assert site.ledger.codes() == []


class Fails(Reader):
    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        raise RuntimeError


def test_a_run_that_fails_leaves_no_trace(site: Site) -> None:
    many(site, 2)
    site.take()
    state = site.state()
    many(site, BATCH, start=2)
    with pytest.raises(RuntimeError):
        site.take(reader=other(site, Fails))
    assert site.state() == state
    assert site.take().added == BATCH


# Problems


def test_a_broken_file_is_a_problem_and_no_stop(site: Site) -> None:
    write(site.folder, "good.md", text=post())
    write(site.folder, "bad.md", text="---\ntitle: [\n---\n")
    intake = site.take()
    assert intake.problems == [], "they are in the index"
    assert [path for path, _ in site.ledger.codes()] == ["bad.md"]
    assert site.paths() == ["good.md"]
    assert site.take().parsed == 0
    assert [path for path, _ in site.ledger.codes()] == ["bad.md"], "and stand while they last"


def test_the_last_good_version_stands_in_until_it_is_withdrawn(site: Site) -> None:
    write(site.folder, "a.md", text=post(tags="x"))
    site.take()
    write(site.folder, "a.md", text="---\ndate: 2020-01-01\ntitle: [\n---\n")
    site.take()
    assert (site.paths(), site.touched) == (["a.md"], [])
    write(site.folder, "a.md", text="---\ndate: 2020-01-01\ndraft: true\ntitle: [\n---\n")
    site.take()
    assert (site.paths(), site.touched) == ([], [("", ""), ("tags", "x")])


@pytest.mark.parametrize("data", [b"---\ndraft: true\ntitle: \xff\n---\n", "---\ndraft: true\n---\n".encode("utf-16")])
def test_a_draft_flag_counts_in_a_file_of_another_encoding(site: Site, data: bytes) -> None:
    write(site.folder, "a.md", text=post())
    site.take()
    (site.folder / "a.md").write_bytes(data)
    site.take()
    assert (site.paths(), site.ledger.codes()) == ([], [("a.md", "encoding")])


def test_lone_surrogates_in_front_matter_do_not_stop_the_run(site: Site) -> None:
    escape = '"\\ud800x"'
    for name, text in {
        "a.md": f"---\ndate: 2020-01-01\ntitle: {escape}\ntags: [{escape}]\nexcerpt_separator: {escape}\n"
        f"guid: {escape}\nsummary: {escape}\nauthor: {escape}\nimage: {escape}\n---\n",
        "b.md": f'{{"date": "2020-01-01", "title": {escape}, "excerpt_separator": {escape}, "tags": [{escape}]}}\n',
        "c.md": f"+++\ndate = 2020-01-01\nexcerpt_separator = {escape}\n+++\n",
        "d.md": f"---\ndate: {escape}\n{escape}: [\n---\n",
    }.items():
        write(site.folder, name, text=text)
    with open(os.path.join(os.fsencode(site.folder), b"\xff-2020-01-01.md"), "w") as file:
        file.write("text")
    assert site.take().parsed == 5
    # what YAML and TOML refuse is shown as it is written, JSON cannot be mended
    assert site.paths() == ["a.md", "c.md", "\udcff-2020-01-01.md"]
    assert {path for path, _ in site.ledger.codes()} == {"a.md", "b.md", "c.md", "d.md"}, "told, not lost"
