"""The folders against the stamps: what is new, what differs, what is gone, and what is none of it."""

from __future__ import annotations

import marshal
import os
import random
import re
import shutil
import socket
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from syndicate.content._looking import Ahead, Seen, looked_at
from syndicate.content.dialects import Folder
from syndicate.content.scan import FolderScan, Root, Scan, Tally
from syndicate.index.stamps import unpack, unsettle
from tests.apart import apart
from tests.content.folders import Watch, a_root, dialect, write

not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder; run the tests as another user")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


# Added, changed, removed


def test_all_is_new_at_first(site: Path) -> None:
    write(site, "b.md", "a.md", "x/y/c.md", "x.md")
    seen = Watch(a_root(site)).look()
    assert seen.read == ["a.md", "b.md", "x.md", "x/y/c.md"]
    assert (seen.added, seen.changed, seen.removed, seen.tally.files) == (4, 0, [], 4)


def test_nothing_differs(site: Path) -> None:
    write(site, "a.md", "x/c.md")
    watch = Watch(a_root(site))
    watch.look()
    assert watch.differences() == [], "equal bytes give no FolderScan at all"
    assert watch.look().tally.files == 2


def test_only_what_differs(site: Path) -> None:
    write(site, "stays.md", "edited.md", "gone.md", "x/stays.md")
    watch = Watch(a_root(site))
    watch.look()
    write(site, "edited.md", text="other")
    write(site, "new.md")
    (site / "gone.md").unlink()
    seen = watch.look()
    assert (seen.read, seen.removed) == (["edited.md", "new.md"], ["gone.md"])
    assert (seen.added, seen.changed) == (1, 1)
    assert watch.differences() == []


def test_the_stamp_is_that_of_the_file(site: Path) -> None:
    write(site, "x/a.md")
    (stamp,) = next(iter(Watch(a_root(site)).differences())).stamps()
    found = (site / "x/a.md").stat()
    assert stamp.path == b"x/a.md"
    assert (stamp.size, stamp.mtime_ns) == (found.st_size, found.st_mtime_ns)
    assert (stamp.ctime_ns, stamp.inode) == (found.st_ctime_ns, found.st_ino)


def test_an_edit_that_keeps_size_and_mtime(site: Path) -> None:
    write(site, "a.md", text="one")
    os.utime(site / "a.md", ns=(1, 1))
    watch = Watch(a_root(site))
    watch.look()
    before = (site / "a.md").stat()
    write(site, "a.md", text="two")
    os.utime(site / "a.md", ns=(1, 1))
    while (after := (site / "a.md").stat()).st_ctime_ns == before.st_ctime_ns:
        os.utime(site / "a.md", ns=(1, 1))  # until the clock of the file system ticks
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert watch.look().read == ["a.md"]


def test_a_file_put_in_place_of_another(site: Path) -> None:
    write(site, "a.md", "b.md")
    for name in ("a.md", "b.md"):
        os.utime(site / name, ns=(1, 1))
    watch = Watch(a_root(site))
    watch.look()
    (site / "b.md").replace(site / "a.md")
    seen = watch.look()
    assert (seen.read, seen.removed) == (["a.md"], ["b.md"])


def test_everything_is_read_when_asked_for(site: Path) -> None:
    write(site, "a.md", "x/b.md")
    watch = Watch(a_root(site))
    watch.look()
    write(site, "c.md")
    seen = watch.look(everything=True)
    assert seen.read == ["a.md", "c.md", "x/b.md"]
    assert (seen.added, seen.changed, seen.removed) == (1, 0, [])


def test_a_folder_that_is_gone(site: Path) -> None:
    write(site, "a.md", "x/b.md", "x/y/c.md", "xy/d.md")
    watch = Watch(a_root(site))
    watch.look()
    shutil.rmtree(site / "x")
    assert watch.look().removed == ["x/b.md", "x/y/c.md"]
    assert watch.differences() == []


def test_a_folder_without_posts_any_more_is_forgotten(site: Path) -> None:
    write(site, "a.md", "x/b.md")
    watch = Watch(a_root(site))
    watch.look()
    (site / "x/b.md").unlink()
    assert watch.look().removed == ["x/b.md"]
    assert list(watch.kept) == [b""]


@pytest.mark.parametrize("seed", range(12))
def test_many_differences_at_once(site: Path, seed: int) -> None:
    """However they lie: at the ends, side by side, far apart, more or fewer files than before."""
    luck = random.Random(seed)
    names = [f"{number:03}.md" for number in range(300)]
    before = set(luck.sample(names, luck.choice([1, 90, 200, 300])))
    write(site, *before)
    watch = Watch(a_root(site))
    watch.look()
    gone = set(luck.sample(sorted(before), luck.choice([0, 1, len(before) // 2])))
    edited = set(luck.sample(sorted(before - gone), min(len(before - gone), luck.choice([0, 1, 70]))))
    added = set(luck.sample(sorted(set(names) - before), min(300 - len(before), luck.choice([0, 1, 100]))))
    for name in gone:
        (site / name).unlink()
    write(site, *edited, *added, text="other and longer")
    seen = watch.look()
    assert (seen.read, seen.removed) == (sorted(edited | added), sorted(gone))
    assert (seen.added, seen.changed) == (len(added), len(edited))
    assert watch.differences() == []


def test_stamps_of_another_version_cost_a_reading_only(site: Path) -> None:
    write(site, "a.md")
    watch = Watch(a_root(site))
    watch.kept[b""] = b"\xffno stamps"
    assert watch.look().read == ["a.md"]


def test_an_unsettled_file_is_seen_again(site: Path) -> None:
    write(site, "a.md", "b.md", "c.md")
    watch = Watch(a_root(site))
    watch.look()
    watch.kept[b""] = unsettle(watch.kept[b""], {b"a.md", b"b.md"})
    (site / "b.md").unlink()
    seen = watch.look()
    assert (seen.read, seen.removed) == (["a.md"], ["b.md"])


# Names


@pytest.mark.parametrize("name", [b"\xff\xfe.md", b"new\nline.md", b" space .md", "中文.md".encode(), b"$(x).md"])
def test_names_are_bytes(site: Path, name: bytes) -> None:
    with open(os.path.join(os.fsencode(site), name), "w"):
        pass
    watch = Watch(a_root(site))
    (found,) = watch.differences()
    assert [stamp.path for stamp in found.stamps()] == [name]


def test_folders_are_bytes(site: Path) -> None:
    folder = os.path.join(os.fsencode(site), b"\xff\n")
    os.mkdir(folder)
    with open(os.path.join(folder, b"a.md"), "w"):
        pass
    (found,) = Watch(a_root(site)).differences()
    assert (found.folder, [stamp.path for stamp in found.stamps()]) == (b"\xff\n", [b"\xff\n/a.md"])


def test_what_no_post_is_called(site: Path) -> None:
    write(site, "a.md", ".hidden.md", "a.md~", "#a.md#", "a.png", "md", "_x.md", ".git/a.md", "node_modules/a.md")
    assert Watch(a_root(site)).look().read == ["a.md"]


def test_the_dialect_says_which_folders(site: Path) -> None:
    write(site, "a.md", "_posts/2020-01-01-a.md", "_site/b.md", "x/_posts/2020-01-01-c.md")
    seen = Watch(a_root(site, dialect=dialect("jekyll"))).look()
    assert {"_posts/2020-01-01-a.md", "x/_posts/2020-01-01-c.md"} <= set(seen.read)
    assert "_site/b.md" not in seen.read


# Left out


def test_barred_folders(site: Path) -> None:
    write(site, "a.md", "feeds/b.md", "x/feeds/c.md")
    barred = frozenset({os.path.realpath(os.fsencode(site / "feeds"))})
    assert Watch(a_root(site), barred=barred).look().read == ["a.md", "x/feeds/c.md"]


def test_excluded(site: Path) -> None:
    write(site, "a.md", "x/a.md", "x/b.md", "y/a.md")
    assert Watch(a_root(site, exclude=r"x/a\.md\Z|y\Z|y/")).look().read == ["a.md", "x/b.md"]


def test_an_excluded_folder_is_not_even_listed(site: Path) -> None:
    """Nobody wants to hear that it cannot be read, or to wait for its million files."""
    write(site, "a.md", "x/b.md")
    asked: list[str] = []

    class Asked:
        facts, name, config_files = dialect().facts, "plain", ()

        def folder(self, path: str, names: Collection[str] = ()) -> Folder:
            asked.append(path)
            return dialect().folder(path)

    Watch(a_root(site, exclude=r"x\Z|x/", dialect=Asked())).look()
    assert set(asked) == {""}


def test_excluded_from_now_on(site: Path) -> None:
    write(site, "a.md", "x/b.md")
    watch = Watch(a_root(site))
    watch.look()
    watch.roots = [a_root(site, exclude=r"x\Z|x/")]
    assert watch.look().removed == ["x/b.md"]


# Several roots


def test_labels(site: Path) -> None:
    write(site, "blog/a.md", "blog/x/b.md", "notes/a.md")
    watch = Watch(a_root(site / "blog", "blog/"), a_root(site / "notes", "notes/"))
    assert watch.look().read == ["blog/a.md", "blog/x/b.md", "notes/a.md"]
    assert watch.differences() == []
    (site / "notes/a.md").unlink()
    assert watch.look().removed == ["notes/a.md"]


def test_a_root_within_another(site: Path) -> None:
    write(site, "a.md", "blog/b.md", "blog/x/c.md", "blogs/d.md")
    watch = Watch(a_root(site / "blog", "blog/"), a_root(site))
    seen = watch.look()
    assert sorted(seen.read) == ["a.md", "blog/b.md", "blog/x/c.md", "blogs/d.md"]
    assert seen.tally.files == 4
    assert watch.differences() == []


def test_roots_without_posts_are_told(site: Path) -> None:
    write(site, "blog/a.md")
    (site / "notes").mkdir()
    watch = Watch(a_root(site / "blog", "blog/"), a_root(site / "notes", "notes/"))
    assert watch.look().tally.empty == [b"notes/"]


# Links


def test_a_link_to_a_file_inside(site: Path) -> None:
    write(site, "a.md")
    (site / "x").mkdir()
    (site / "x/link.md").symlink_to("../a.md")
    watch = Watch(a_root(site))
    assert watch.look().read == ["a.md", "x/link.md"]
    write(site, "a.md", text="edited")
    assert watch.look().read == ["a.md", "x/link.md"], "the stamp of a link is that of what it leads to"


def test_a_link_that_leads_out(site: Path, tmp_path: Path) -> None:
    write(tmp_path, "secret.md", "site2/b.md")
    (site / "a.md").symlink_to(tmp_path / "secret.md")
    (site / "b.md").symlink_to(tmp_path / "site2/b.md")
    (site / "c.md").symlink_to("../never")
    (site / "image.png").symlink_to("/etc/passwd")
    seen = Watch(a_root(site)).look()
    assert seen.read == []
    assert seen.problems == [("a.md", "symlink-outside"), ("b.md", "symlink-outside"), ("c.md", "symlink-outside")]


def test_the_problem_has_the_label(site: Path, tmp_path: Path) -> None:
    write(tmp_path, "secret.md")
    (site / "x").mkdir()
    (site / "x/a.md").symlink_to(tmp_path / "secret.md")
    assert Watch(a_root(site, "blog/")).look().problems == [("blog/x/a.md", "symlink-outside")]


def test_links_to_nothing_are_told_and_cost_nothing_else(site: Path) -> None:
    write(site, "a.md")
    (site / "dangling.md").symlink_to("never")
    (site / "loop.md").symlink_to("loop.md")
    (site / "through.md").symlink_to("a.md/b")
    seen = Watch(a_root(site)).look()
    assert seen.read == ["a.md"]
    assert seen.problems == [(name, "unreadable") for name in ("dangling.md", "loop.md", "through.md")]


def test_links_to_folders_are_not_followed(site: Path) -> None:
    write(site, "x/a.md")
    (site / "y").symlink_to("x")
    (site / "x/up").symlink_to("..")
    (site / "z.md").symlink_to("x")
    seen = Watch(a_root(site)).look()
    assert seen.read == ["x/a.md"]
    assert seen.problems == [("z.md", "not-a-file")]


# What is no file


def test_pipes_and_sockets_are_never_opened(site: Path) -> None:
    write(site, "a.md")
    os.mkfifo(site / "pipe.md")
    (site / "to-pipe.md").symlink_to("pipe.md")
    here = Path.cwd()
    os.chdir(site)  # the name of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("socket.md")
    finally:
        os.chdir(here)
    seen = Watch(a_root(site)).look()
    assert seen.read == ["a.md"]
    assert seen.problems == [(name, "not-a-file") for name in ("pipe.md", "socket.md", "to-pipe.md")]


def test_a_folder_called_as_a_post(site: Path) -> None:
    write(site, "x.md/a.md")
    seen = Watch(a_root(site)).look()
    assert (seen.read, seen.problems) == (["x.md/a.md"], [])


# What cannot be read


@not_as_root
def test_a_folder_without_permission(site: Path) -> None:
    write(site, "a.md", "x/b.md", "x/y/c.md", "z/d.md")
    watch = Watch(a_root(site))
    watch.look()
    (site / "x").chmod(0)
    (site / "z/d.md").unlink()
    seen = watch.look()
    (site / "x").chmod(0o755)
    assert seen.removed == ["z/d.md"]
    assert seen.problems == [("x", "folder-unreadable")]
    assert watch.look().read == []


def deep(site: Path) -> Path:
    """A tree below a folder which can be walked by short steps only, not by its full path."""
    here = Path.cwd()
    os.chdir(site)
    try:
        for _ in range(25):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    return site / ("d" * 200)


def test_a_folder_that_cannot_be_listed_is_unknown_and_not_empty(site: Path) -> None:
    write(site, "a.md")
    first = deep(site)
    write(first, "b.md")
    watch = Watch(a_root(site))
    seen = watch.look()
    assert seen.read == ["a.md", f"{first.name}/b.md"]
    ((path, code),) = seen.problems
    assert code == "folder-unreadable"
    lost = seen.tally.unknown[0]
    assert path == lost.decode()
    for folder in (lost, lost + b"/below"):
        watch.kept[folder] = watch.kept[b""]
    watch.kept[lost + b"-beside"] = watch.kept[b""]
    assert watch.look().removed == [f"{path}-beside/a.md"]


@pytest.mark.parametrize("label", ["", "blog/"])
def test_a_root_that_is_gone_is_unknown(site: Path, label: str) -> None:
    write(site, "a.md", "x/b.md")
    watch = Watch(a_root(site, label))
    watch.look()
    site.rename(site.with_name("away"))
    seen = watch.look()
    assert (seen.removed, seen.tally.files, seen.tally.empty) == ([], 0, [])
    assert seen.problems == [(label or ".", "folder-unreadable")]
    assert seen.tally.problems[0].severity.value == "error"
    site.with_name("away").rename(site)
    assert watch.differences() == []


def test_a_root_that_is_gone_costs_the_others_nothing(site: Path) -> None:
    write(site, "blog/a.md", "notes/a.md", "notes/b.md")
    watch = Watch(a_root(site / "blog", "blog/"), a_root(site / "notes", "notes/"))
    watch.look()
    shutil.rmtree(site / "blog")
    (site / "notes/b.md").unlink()
    assert watch.look().removed == ["notes/b.md"]


def test_a_file_that_goes_while_its_folder_is_looked_at(site: Path) -> None:
    write(site, "a.md", "b.md", "x/c.md")

    class Deletes:
        """A pattern under whose eyes a file vanishes."""

        def match(self, name: str) -> re.Match[str] | None:
            if name == "b.md":
                (site / "b.md").unlink(missing_ok=True)
            return re.match(r".*\.md\Z", name)

    class Dialect:
        facts, name, config_files = dialect().facts, "plain", ()

        def folder(self, path: str, names: Collection[str] = ()) -> Folder:
            return Folder(True, Deletes())  # type: ignore[arg-type]

    seen = Watch(a_root(site, dialect=Dialect())).look()
    assert (seen.read, seen.problems) == (["a.md", "x/c.md"], [])


def test_stamps_as_they_were_packed_before_are_understood(site: Path) -> None:
    """Nothing else would tell that a file went while the program was made newer."""
    write(site, "a.md", "b.md", "c.md")
    watch = Watch(a_root(site))
    watch.look()
    watch.kept[b""] = marshal.dumps(unpack(watch.kept[b""]), 2)
    seen = watch.look()
    assert (seen.read, seen.removed, seen.added, seen.changed) == ([], [], 0, 0)
    assert watch.differences() == [], "they were packed anew"
    (site / "b.md").unlink()
    write(site, "a.md", text="longer than it was\n" * 9)
    seen = watch.look()
    assert (seen.read, seen.removed, seen.added, seen.changed) == (["a.md"], ["b.md"], 0, 1)
    assert watch.differences() == []


# Two ways to look at a folder


def odd_folder(site: Path) -> None:
    """One of every kind of entry, among many files."""
    write(site, *(f"{n}.md" for n in range(40)), "below/a.md", "out/a.md", "no.png", "left.md", "雪.md")
    write(site.parent, "elsewhere.md")
    (site / os.fsdecode(b"\xff.md")).write_text("x")
    (site / "link.md").symlink_to("3.md")
    (site / "nowhere.md").symlink_to("nothing")
    (site / "outside.md").symlink_to("../elsewhere.md")
    (site / "way.md").symlink_to("below")
    os.mkfifo(site / "pipe.md")


def two_looks(site: Path, shared: int, by_descriptor: bool) -> tuple[Seen, Seen]:
    """What one process sees, and what two see, or where a folder cannot be listed by its descriptor."""
    root = a_root(site, exclude="left")
    barred = frozenset({os.fsencode(os.path.realpath(site / "out"))})
    _, seen = looked_at(root, b"", barred)
    if not by_descriptor:
        os.supports_fd.clear()
    _, again = looked_at(root, b"", barred, shared)
    return seen, again


@pytest.mark.parametrize("shared", [1, 2, 7, 1000])
@pytest.mark.parametrize("by_descriptor", [True, False])
def test_two_processes_see_what_one_sees(site: Path, shared: int, by_descriptor: bool) -> None:
    odd_folder(site)
    seen, again = apart(two_looks, site, shared, by_descriptor)
    assert (len(seen.names), seen.below, len(seen.problems), len(seen.linked)) == (43, [b"below"], 4, 3)
    assert again == seen


def a_tree(site: Path) -> None:
    """Folders in folders, some with odd entries, and one whose name sorts between a folder and what is in it."""
    for folder in ("a", "a/b", "a-b", "c/d/e", "f", "g", "h"):
        write(site, *(f"{folder}/{n}.md" for n in range(5)))
    odd_folder(site)
    (site / "h/link.md").symlink_to("../a/1.md")
    (site / "g/nowhere.md").symlink_to("nothing")


def changed_tree(site: Path) -> None:
    """Some of everything that may have happened since, also in the folders that are looked at ahead."""
    write(site, "a/b/1.md", "g/new.md", "f/new/x.md", text="other")
    (site / "c/d/e/4.md").unlink()
    shutil.rmtree(site / "h")
    (site / "h").symlink_to("a")
    shutil.rmtree(site / "f")
    write(site, "f")


def whole_scan(root: Root, known: dict[bytes, bytes], shared: int) -> tuple[list[FolderScan], Tally, set[bytes]]:
    scan = Scan([root], known.get, shared=shared)
    return list(scan.differences(sorted(known))), scan.tally, scan.linked


def told(found: list[FolderScan]) -> list[object]:
    """What does not depend on when the tree was made."""
    return [
        (each.folder, each.added, each.changed, each.removed, [stamp.path for stamp in each.stamps()]) for each in found
    ]


def scans(site: Path, shared: int) -> list[object]:
    """What is seen of a tree at first, as it was, and when it has changed: folders, tally, links."""
    root = a_root(site, exclude="left")
    a_tree(site)
    first = whole_scan(root, {}, shared)
    known = {each.folder: each.packed or b"" for each in whole_scan(root, {}, 1000)[0]}
    same = whole_scan(root, known, shared)
    changed_tree(site)
    changed = whole_scan(root, known, shared)
    return [value for each in (first, same, changed) for value in (told(each[0]), *each[1:])]


@pytest.mark.parametrize("shared", [1, 3, 10, 50])
def test_folders_that_are_looked_at_ahead(tmp_path: Path, shared: int) -> None:
    """Whatever a second process saw of them before: it is what is seen without one."""
    site = tmp_path / "a/site"
    site.mkdir(parents=True)
    seen = apart(scans, site, 1000)
    shutil.rmtree(tmp_path / "a")
    site.mkdir(parents=True)
    again = apart(scans, site, shared)
    assert again == seen
    assert (len(seen[0]), seen[3], len(seen[6])) == (10, [], 5)


def seen_ahead(site: Path) -> list[tuple[Seen, Seen]]:
    """Folders as a second process saw them, and as they are seen here."""
    root = a_root(site, exclude="left")
    ahead = Ahead([(root, folder) for folder in (b"a", b"f", b"c", b"nowhere")], frozenset())
    assert ahead.seen(root, b"a/b") is None, "nobody has waited yet"
    pairs = []
    for folder in (b"a", b"a/b", b"f", b"c/d/e"):
        rule, seen = looked_at(root, folder, frozenset())
        before = ahead.seen(root, folder)
        assert before
        assert before[0].enter == rule.enter
        pairs.append((before[1], seen))
    assert [ahead.seen(root, folder) for folder in (b"nowhere", b"a", b"g")] == [None] * 3, "once, and no other"
    Ahead([(root, b"a")], frozenset()).drop()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return pairs


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux")
def test_what_is_seen_ahead_is_what_is_there(site: Path) -> None:
    a_tree(site)
    pairs = apart(seen_ahead, site)
    assert [one for one, _ in pairs] == [other for _, other in pairs]
    assert len(pairs) == 4
