"""The local publisher: whole documents at every moment, nothing outside the folder, nothing of others removed."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from syndicate.delivery.publishers.local import Local
from syndicate.engines.beside import both
from syndicate.errors import PublishError
from syndicate.model.digest import digest
from tests.apart import apart
from tests.disks import grow, hollow_disk, small_disk

ROOT = Path(__file__).resolve().parents[2]
NEW = ".syndicate-new"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def publish(out: Path, **documents: bytes) -> None:
    """Put documents in place; `tag__red` stands for `tag/red.xml`."""
    publisher = Local(str(out))
    for name, data in documents.items():
        publisher.stage(path(name), data)
    publisher.put()


def path(name: str) -> str:
    return name.replace("__", "/") + ".xml"


def tree(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def folders(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_dir()}


# -- putting in place


def test_nothing_is_seen_before_put(out: Path) -> None:
    publish(out, rss=b"old")
    publisher = Local(str(out))
    publisher.stage("rss.xml", b"new")
    publisher.stage("tag/red/rss.xml", b"new")
    assert (out / "rss.xml").read_bytes() == b"old"
    assert not (out / "tag/red/rss.xml").exists()
    publisher.put()
    assert tree(out) == {"rss.xml": b"new", "tag/red/rss.xml": b"new"}


def test_what_another_process_staged_is_put_with_the_rest(out: Path) -> None:
    worker = pickle.loads(pickle.dumps(Local(str(out))))
    worker.stage("tag/red.xml", b"theirs")
    handed = pickle.loads(pickle.dumps(worker.hand_over()))
    worker.put()
    assert not (out / "tag/red.xml").exists()
    publisher = Local(str(out))
    publisher.stage("rss.xml", b"ours")
    publisher.take_over(handed)
    publisher.put()
    assert tree(out) == {"rss.xml": b"ours", "tag/red.xml": b"theirs"}


def staged_there(publisher: Local) -> object:
    publisher.stage("b.xml", b"b")
    return publisher.hand_over()


def staged_by_one_that_is_forked(folder: str) -> object:
    publisher = Local(folder)
    publisher.stage("a.xml", b"a")
    _, handed = both(dict, partial(staged_there, publisher))
    return handed


@pytest.mark.parametrize("forked", [True, False])
def test_nobody_hands_over_what_another_process_has_staged(out: Path, forked: bool) -> None:
    """A worker that starts while a release is under way gets it in hand: forked with it, or with the publisher."""
    here = Local(str(out))
    here.stage("a.xml", b"a")
    handed = apart(staged_by_one_that_is_forked, str(out)) if forked else apart(staged_there, here)
    here.put()
    here.take_over(handed)
    here.put()
    assert tree(out) == {"a.xml": b"a", "b.xml": b"b"}


def test_who_reads_the_old_document_reads_it_to_its_end(out: Path) -> None:
    publish(out, rss=b"old" * 100)
    with (out / "rss.xml").open("rb") as reader:
        assert reader.read(3) == b"old"
        publish(out, rss=b"new")
        assert reader.read() == b"old" * 99


def test_what_is_published_can_be_read_by_everybody(out: Path) -> None:
    before = os.umask(0o022)
    try:
        publish(out, rss=b"x")
    finally:
        os.umask(before)
    assert (out / "rss.xml").stat().st_mode & 0o777 == 0o644


def test_putting_twice_puts_the_second_release_only(out: Path) -> None:
    publisher = Local(str(out))
    publisher.stage("a.xml", b"1")
    publisher.put()
    (out / "a.xml").unlink()
    publisher.stage("b.xml", b"2")
    publisher.put()
    assert tree(out) == {"b.xml": b"2"}


def test_a_document_staged_twice_is_the_later_one(out: Path) -> None:
    publisher = Local(str(out))
    publisher.stage("a.xml", b"longer")
    publisher.stage("a.xml", b"short")
    publisher.put()
    assert tree(out) == {"a.xml": b"short"}


def test_names_are_utf8_in_any_locale(out: Path) -> None:
    script = "import sys; from syndicate.delivery.publishers.local import Local\n"
    script += "p = Local(sys.argv[1]); p.stage('tag/\\u91d1\\u878d/rss.xml', b'x'); p.put()\n"
    script += "assert p.in_place('tag/\\u91d1\\u878d/rss.xml', 1), sys.getfilesystemencoding()"
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", script, str(out)], cwd=ROOT, env=environ, check=True)
    assert tree(out) == {"tag/金融/rss.xml": b"x"}


@pytest.mark.parametrize("path", ["../a.xml", "tag/../../a.xml", "/a.xml"])
def test_no_path_leads_out_of_the_folder(out: Path, path: str) -> None:
    with pytest.raises(PublishError, match="leads out of the output folder"):
        Local(str(out)).stage(path, b"x")


# -- the order that a power cut cannot harm


def calls(out: Path, script: str, tmp_path: Path) -> list[tuple[str, str]]:
    """The system calls of a publisher that matter, with the paths they are about below the output."""
    if not shutil.which("strace"):
        pytest.skip("SKIPPED: strace is not installed; the order of flushes and renames is not observed")
    log = tmp_path / "strace.log"
    named = ["strace", "-f", "-y", "-o", str(log), "-e", "trace=fsync,syncfs,/rename.*,/unlink.*,mkdir"]
    body = f"from syndicate.delivery.publishers.local import Local\np = Local({str(out)!r})\n{script}"
    done = subprocess.run([*named, sys.executable, "-c", body], cwd=ROOT, capture_output=True, text=True)
    if "ptrace" in done.stderr.lower() and done.returncode:
        pytest.skip(f"SKIPPED: strace may not trace here: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr
    found = []
    for line in log.read_text().splitlines():
        call = re.match(r"\d+ +(\w+)\((.*)\) = 0$", line)
        names = [name.rstrip("/") for name in re.findall(rf"{re.escape(str(out))}/?([^\">]*)", call[2])] if call else []
        if names:
            found.append((call[1], names[-1]))
    return found


def test_every_temporary_is_flushed_before_any_rename_and_folders_after(out: Path, tmp_path: Path) -> None:
    script = "p.stage('rss.xml', b'1')\np.stage('tag/red/rss.xml', b'2')\np.put()"
    assert calls(out, script, tmp_path) == [
        ("mkdir", ""),
        ("mkdir", "tag"),
        ("mkdir", "tag/red"),
        ("fsync", f"rss.xml{NEW}"),
        ("fsync", f"tag/red/rss.xml{NEW}"),
        ("rename", "rss.xml"),
        ("rename", "tag/red/rss.xml"),
        ("fsync", ""),
        ("fsync", "tag"),  # the folder made in it would be lost without
        ("fsync", "tag/red"),
    ]


def test_many_are_flushed_at_once(out: Path, tmp_path: Path) -> None:
    out.mkdir()
    script = "[p.stage(f'{n}.xml', b'1') for n in range(40)]\np.put()"
    made = [call for call, _ in calls(out, script, tmp_path)]
    assert made == ["syncfs", *["rename"] * 40, "fsync"]


def test_the_folders_of_many_are_flushed_at_once(out: Path, tmp_path: Path) -> None:
    out.mkdir()
    script = "[p.stage(f'{n}/rss.xml', b'1') for n in range(40)]\np.put()"
    made = [call for call, _ in calls(out, script, tmp_path)]
    assert made == ["mkdir"] * 40 + ["syncfs", *["rename"] * 40, "syncfs"]


def test_a_removal_is_flushed(out: Path, tmp_path: Path) -> None:
    publish(out, tag__red=b"1", rss=b"2")
    found = calls(out, "p.remove(['tag/red.xml'])", tmp_path)
    assert found[0] == ("unlink", "tag/red.xml") and found[-1] == ("fsync", "")


# -- variants in other codings


VARIANTS = {".gz": b"gzip", ".br": b"brotli"}


def test_variants_are_put_in_place_with_their_document_and_have_its_time(out: Path) -> None:
    publish(out, rss=b"old")
    publisher = Local(str(out))
    publisher.stage("rss.xml", b"new", VARIANTS)
    publisher.stage("tag/red.xml", b"red", {".gz": b"packed"})
    assert (out / "rss.xml").read_bytes() == b"old" and not (out / "rss.xml.gz").exists()
    publisher.put()
    assert tree(out) == {
        "rss.xml": b"new", "rss.xml.gz": b"gzip", "rss.xml.br": b"brotli", "tag/red.xml": b"red",
        "tag/red.xml.gz": b"packed",
    }  # fmt: skip
    assert len({(out / f"rss.xml{each}").stat().st_mtime_ns for each in ("", *VARIANTS)}) == 1


def test_variants_of_what_stands_already_have_its_time(out: Path) -> None:
    publish(out, rss=b"data")
    os.utime(out / "rss.xml", ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    publisher = Local(str(out))
    publisher.stage_beside("rss.xml", VARIANTS)
    publisher.put()
    assert tree(out) == {"rss.xml": b"data", "rss.xml.gz": b"gzip", "rss.xml.br": b"brotli"}
    assert (out / "rss.xml.br").stat().st_mtime_ns == (out / "rss.xml").stat().st_mtime_ns


def test_a_variant_is_renamed_right_before_its_document(out: Path, tmp_path: Path) -> None:
    """A server that prefers it must not find an older text in it, should this be the last that is done."""
    script = "p.stage('a.xml', b'1', {'.gz': b'2'})\np.stage('b.xml', b'1', {'.gz': b'2', '.br': b'3'})\np.put()"
    made = calls(out, script, tmp_path)
    renamed = [name for call, name in made if call.startswith("rename")]
    assert renamed == ["a.xml.gz", "a.xml", "b.xml.gz", "b.xml.br", "b.xml"]
    assert [call for call, _ in made][1:6] == ["fsync"] * 5, "each is on the disk before any is in its place"


def test_what_a_worker_staged_keeps_its_order(out: Path) -> None:
    worker, publisher = Local(str(out)), Local(str(out))
    worker.stage("rss.xml", b"new", VARIANTS)
    publisher.take_over(worker.hand_over())
    publisher.put()
    assert tree(out).keys() == {"rss.xml", "rss.xml.gz", "rss.xml.br"}


@pytest.mark.parametrize("call", ["stage", "stage_beside"])
def test_a_folder_in_the_way_of_a_variant(out: Path, call: str) -> None:
    publish(out, rss=b"old")
    (out / "rss.xml.br").mkdir()
    publisher = Local(str(out))
    with pytest.raises(PublishError, match="a folder stands"):
        publisher.stage("rss.xml", b"new", VARIANTS) if call == "stage" else publisher.stage_beside("rss.xml", VARIANTS)
    assert tree(out) == {"rss.xml": b"old"}


def test_what_stands_there(out: Path) -> None:
    publish(out, tag__red=b"x")
    (out / "linked").symlink_to("nowhere")
    publisher = Local(str(out))
    found = [publisher.stands(each) for each in ("tag/red.xml", "tag", "linked", "missing", "missing/more")]
    assert found == [True, True, True, False, False]


# -- when it cannot be done


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "tiny", "64k") as folder:
        yield folder


def test_a_full_disk(tiny: Path) -> None:
    publish(tiny, rss=b"old", tag__red=b"old")
    publisher = Local(str(tiny))
    publisher.stage("rss.xml", b"new")
    with pytest.raises(PublishError, match=r"tag/red\.xml: the disk is full \(1000000 bytes are needed\)"):
        publisher.stage("tag/red.xml", b"x" * 1_000_000)
    assert tree(tiny) == {"rss.xml": b"old", "tag/red.xml": b"old"}
    with pytest.raises(PublishError, match=r"rss\.xml: the disk is full \(1000003 bytes are needed\)"):
        publisher.stage("rss.xml", b"new", {".gz": b"x" * 1_000_000})
    assert tree(tiny) == {"rss.xml": b"old", "tag/red.xml": b"old"}
    publisher.stage("rss.xml", b"newer")
    publisher.put()
    assert tree(tiny) == {"rss.xml": b"newer", "tag/red.xml": b"old"}, "nothing of what failed comes along"


def stage_forty(publisher: Local) -> object:
    for number in range(40):
        publisher.stage(f"{number}.xml", os.urandom(50_000))
    return publisher


def forty_of_a_worker(publisher: Local) -> object:
    stage_forty(publisher)
    return publisher.hand_over()


@pytest.mark.parametrize("by_worker", [False, True])
def test_what_the_disk_did_not_take_is_told_though_somebody_else_was_told(tmp_path: Path, by_worker: bool) -> None:
    with hollow_disk(tmp_path) as (disk, under):
        publisher = Local(str(disk / "feeds"))
        with publisher.attended() if by_worker else nullcontext():
            handed = apart(forty_of_a_worker, publisher) if by_worker else stage_forty(publisher)
            grow(under, "40m")
            told = [subprocess.run(["sync", "-f", str(disk)], capture_output=True).returncode for _ in range(2)]
            assert told == [1, 0], "a disk tells others no more than once"
            if by_worker:
                publisher.take_over(handed)
            with pytest.raises(PublishError, match="what is published stays whole"):
                publisher.put()
        assert tree(disk / "feeds") == {}


def test_a_file_that_may_not_grow_so_large(out: Path) -> None:
    publish(out, rss=b"old")
    script = (
        "import resource, signal, sys\n"
        "from syndicate.delivery.publishers.local import Local\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "p = Local(sys.argv[1]); p.stage('atom.xml', b'new')\n"
        "p.stage('rss.xml', b'x' * 5000)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(out)], cwd=ROOT, capture_output=True, text=True)
    assert "PublishError" in done.stderr and "rss.xml: cannot be written (File too large)" in done.stderr
    assert tree(out) == {"rss.xml": b"old"}


def test_a_folder_in_the_way(out: Path) -> None:
    publish(out, atom=b"old")
    (out / "rss.xml").mkdir(parents=True)
    publisher = Local(str(out))
    publisher.stage("atom.xml", b"new")
    with pytest.raises(PublishError, match=r"rss\.xml: cannot be written .*a folder stands"):
        publisher.stage("rss.xml", b"new")
    assert tree(out) == {"atom.xml": b"old"}
    assert not publisher.in_place("rss.xml", (out / "rss.xml").stat().st_size)
    assert publisher.read("rss.xml", digest(b"")) is None


def test_a_document_in_the_way_of_another_in_the_same_release(out: Path) -> None:
    publisher = Local(str(out))
    publisher.stage("new/a/rss.xml", b"x")
    with pytest.raises(PublishError, match="a folder stands where the document belongs"):
        publisher.stage("new/a", b"x")
    assert not list(out.rglob("*.*"))


def test_a_folder_that_was_replaced_between_two_releases_is_seen(out: Path, tmp_path: Path) -> None:
    publisher = Local(str(out))
    for hand_on in (publisher.put, publisher.hand_over):
        publisher.stage("tag/a.xml", b"x")
        hand_on()
        (out / "tag").rename(tmp_path / hand_on.__name__)
        (out / "tag").symlink_to(tmp_path)
        with pytest.raises(PublishError, match="through which nothing is written"):
            publisher.stage("tag/b.xml", b"x")
        (out / "tag").unlink()


def test_a_file_in_the_way_of_a_folder(out: Path) -> None:
    publish(out, atom=b"old")
    (out / "tag").write_bytes(b"mine")
    with pytest.raises(PublishError, match="tag is no folder"):
        publish(out, atom=b"new", tag__red=b"new")
    assert tree(out) == {"atom.xml": b"old", "tag": b"mine"}


def test_an_output_folder_that_is_a_file(out: Path) -> None:
    out.write_bytes(b"mine")
    with pytest.raises(PublishError, match="what is published stays whole"):
        publish(out, rss=b"new")
    assert out.read_bytes() == b"mine"


# -- links


def test_a_link_as_target_is_replaced_and_not_followed(out: Path, tmp_path: Path) -> None:
    publish(out, atom=b"old")
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"mine")
    (out / "rss.xml").symlink_to(mine)
    publisher = Local(str(out))
    assert not publisher.in_place("rss.xml", 4), "what stands behind a link is not our document"
    assert publisher.read("rss.xml", digest(b"mine")) is None
    publish(out, rss=b"new")
    assert mine.read_bytes() == b"mine"
    assert not (out / "rss.xml").is_symlink() and (out / "rss.xml").read_bytes() == b"new"


def test_a_link_as_temporary_is_not_followed(out: Path, tmp_path: Path) -> None:
    publish(out, atom=b"old")
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"mine")
    (out / f"rss.xml{NEW}").symlink_to(mine)
    publish(out, rss=b"new")
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize("below", ["tag/red.xml", "tag/a/b/c.xml"])
def test_a_linked_folder_inside_is_refused(out: Path, tmp_path: Path, below: str) -> None:
    publish(out, atom=b"old")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "tag").symlink_to(elsewhere)
    with pytest.raises(PublishError, match="tag is a link"):
        Local(str(out)).stage(below, b"new")
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_removed_through_a_linked_folder(out: Path, tmp_path: Path) -> None:
    publish(out, tag__red=b"ours")
    (out / "tag").rename(tmp_path / "elsewhere")
    (out / "tag").symlink_to(tmp_path / "elsewhere")
    Local(str(out)).remove(["tag/red.xml"])
    assert tree(tmp_path / "elsewhere") == {"red.xml": b"ours"}
    assert (out / "tag").is_symlink()


def test_the_output_folder_itself_may_be_a_link(out: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    out.symlink_to(tmp_path / "real")
    publish(out, tag__red=b"x")
    assert tree(tmp_path / "real") == {"tag/red.xml": b"x"}


def test_a_pipe_in_the_way_is_no_document_and_nobody_waits_for_it(out: Path) -> None:
    out.mkdir()
    os.mkfifo(out / "rss.xml")
    publisher = Local(str(out))
    assert publisher.read("rss.xml", digest(b"")) is None
    assert not publisher.in_place("rss.xml", 0)
    publish(out, rss=b"new")
    assert tree(out) == {"rss.xml": b"new"}


# -- reading back


def test_a_document_is_read_while_it_has_its_digest(out: Path) -> None:
    publish(out, rss=b"data")
    publisher = Local(str(out))
    assert publisher.read("rss.xml", digest(b"data")) == b"data"
    assert publisher.in_place("rss.xml", 4)
    (out / "rss.xml").write_bytes(b"dada")
    assert publisher.read("rss.xml", digest(b"data")) is None
    assert publisher.read("missing.xml", digest(b"")) is None
    assert not publisher.in_place("rss.xml", 5)
    assert not publisher.in_place("missing.xml", 0)


def test_the_beginning_of_whatever_stands_there(out: Path) -> None:
    publish(out, rss=b"x" * 5000)
    publisher = Local(str(out))
    assert publisher.beginning("rss.xml") == b"x" * 4096
    (out / "rss.xml").write_bytes(b"mine")
    assert publisher.beginning("rss.xml") == b"mine"
    (out / "linked.xml").symlink_to("rss.xml")
    os.mkfifo(out / "pipe.xml")
    assert [publisher.beginning(name) for name in ("linked.xml", "pipe.xml", "missing.xml", ".")] == [b""] * 4


# -- taking away


def test_what_was_published_is_removed_with_the_folders_it_leaves_empty(out: Path) -> None:
    publish(out, tag__a__rss=b"1", tag__b__rss=b"2", tag__b__c__rss=b"3")
    (out / "tag/a/mine.txt").write_bytes(b"mine")
    publisher = Local(str(out))
    publisher.remove(["tag/b/c/rss.xml", "tag/a/rss.xml", "tag/gone/rss.xml"])
    assert tree(out) == {"tag/a/mine.txt": b"mine", "tag/b/rss.xml": b"2"}
    assert folders(out) == {"tag", "tag/a", "tag/b"}
    publisher.remove(["tag/b/rss.xml", "tag/b/rss.xml"])
    assert folders(out) == {"tag", "tag/a"}


def test_the_output_folder_itself_stays(out: Path) -> None:
    publish(out, rss=b"1")
    Local(str(out)).remove(["rss.xml"])
    assert out.is_dir() and tree(out) == {}


def test_a_folder_at_the_place_of_a_document_stays(out: Path) -> None:
    (out / "rss.xml").mkdir(parents=True)
    (out / "rss.xml/mine.txt").write_bytes(b"mine")
    Local(str(out)).remove(["rss.xml", "rss.xml/mine.txt/deeper.xml"])
    assert tree(out) == {"rss.xml/mine.txt": b"mine"}


def test_sweeping_takes_what_a_killed_run_left_and_nothing_else(out: Path, tmp_path: Path) -> None:
    publish(out, rss=b"1", tag__red=b"2")
    killed = Local(str(out))
    killed.stage("rss.xml", b"new")
    killed.stage("tag/blue/rss.xml", b"new")
    (out / "mine.txt").write_bytes(b"mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / f"x{NEW}").write_bytes(b"mine")
    (out / "linked").symlink_to(elsewhere)
    publisher = Local(str(out))
    publisher.stage("atom.xml", b"staged")
    publisher.sweep()
    publisher.put()
    assert tree(out) == {"rss.xml": b"1", "tag/red.xml": b"2", "mine.txt": b"mine"}
    assert (elsewhere / f"x{NEW}").exists()


def test_sweeping_where_nothing_is(out: Path) -> None:
    Local(str(out)).sweep()
    assert not out.exists()
