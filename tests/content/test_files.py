"""Opening one file: what is read, what is refused and why, and that no two versions are ever mixed."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.files import MAX_SIZE, Files, Source, read, rough_text
from syndicate.model import Problem, Severity, Stamp
from syndicate.model.digest import digest

LONG_AGO = (1_000_000_000, 1_000_000_000)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "posts").mkdir(parents=True)
    return folder


def taken(site: Path, within: str, **options: Any) -> Source | Problem:
    return read(os.fsencode(site), os.fsencode(within), **options)


def text_of(site: Path, within: str, **options: Any) -> str:
    source = taken(site, within, **options)
    assert isinstance(source, Source), source
    return source.text


def refused(site: Path, within: str, **options: Any) -> Problem:
    problem = taken(site, within, **options)
    assert isinstance(problem, Problem)
    return problem


# What is read


def test_a_file(site: Path) -> None:
    file = site / "posts" / "a.md"
    file.write_bytes("titel: 中文\r\n".encode())
    os.utime(file, LONG_AGO)
    source = taken(site, "posts/a.md")
    found = file.stat()
    assert isinstance(source, Source)
    assert source.text == "titel: 中文\r\n"
    assert source.digest == digest(file.read_bytes())
    assert source.stamp.path == b"posts/a.md"
    assert (source.stamp.size, source.stamp.mtime_ns) == (found.st_size, found.st_mtime_ns)
    assert (source.stamp.ctime_ns, source.stamp.inode) == (found.st_ctime_ns, found.st_ino)


def test_the_index_may_know_it_by_another_path(site: Path) -> None:
    (site / "a.md").write_text("x")
    source = read(os.fsencode(site), b"a.md", path=b"blog/a.md")
    assert source.stamp.path == b"blog/a.md" if isinstance(source, Source) else False
    missing = read(os.fsencode(site), b"b.md", path=b"blog/b\n.md")
    assert isinstance(missing, Problem)
    assert missing.path == "blog/b\\n.md"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbf", ""),
        (b"\xef\xbb\xbf---\n", "---\n"),
        (b"a\rb\r\nc\n", "a\rb\r\nc\n"),
        ("\x08\ufffe🦞".encode(), "\x08\ufffe🦞"),
        (b"x" * 200_000, "x" * 200_000),
    ],
)
def test_the_text(site: Path, data: bytes, text: str) -> None:
    (site / "a.md").write_bytes(data)
    assert text_of(site, "a.md") == text
    os.utime(site / "a.md", LONG_AGO)
    assert text_of(site, "a.md") == text


def test_an_empty_file_may_be_about_to_be_written(site: Path) -> None:
    (site / "a.md").write_bytes(b"")
    assert refused(site, "a.md").code == "file-changing"
    os.utime(site / "a.md", LONG_AGO)
    assert text_of(site, "a.md") == ""


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.md").write_bytes(text.encode())
    assert text_of(folder, "any.md") == text.removeprefix("\ufeff")


def test_a_name_that_is_not_utf8(site: Path) -> None:
    name = b"a\xff\n.md"
    with open(os.fsencode(site) + b"/" + name, "wb") as file:
        file.write(b"x")
    source = read(os.fsencode(site), name)
    assert isinstance(source, Source)
    assert source.stamp.shown == "a\\xff\\n.md"


def test_a_root_with_a_slash_and_a_root_that_is_relative(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "posts" / "a.md").write_text("x")
    assert text_of(site, "posts/a.md") == "x"
    assert isinstance(read(os.fsencode(site) + b"/", b"posts/a.md"), Source)
    monkeypatch.chdir(site)
    assert isinstance(read(b".", b"posts/a.md"), Source)


# What is not UTF-8


@pytest.mark.parametrize(
    ("data", "line", "column", "says"),
    [
        ("héllo".encode("latin-1"), 1, 2, "0xE9 at offset 1"),
        ("ab\r\ncd\r中文".encode("gbk"), 3, 1, "at offset 7"),
        (b"\xef\xbb\xbfab\xff", 1, 3, "0xFF at offset 5"),
        ("中\n中é".encode()[:-1], 2, 2, "0xC3 at offset 7"),
        (b"\xed\xa0\xbd", 1, 1, "0xED at offset 0"),
        ("text".encode("utf-16"), 1, 1, "UTF-16"),
        ("text".encode("utf-16-be"), 1, 1, "NUL byte at offset 0"),
        (b"\xfe\xff\0t", 1, 1, "UTF-16"),
        ("text".encode("utf-32"), 1, 1, "UTF-32"),
        (b"ab\n\0", 2, 1, "NUL byte at offset 3"),
        (b"\0" * 100, 1, 1, "NUL byte at offset 0"),
        (b"\x89PNG\r\n", 1, 1, "0x89 at offset 0"),
    ],
)
def test_another_encoding_is_no_guess(site: Path, data: bytes, line: int, column: int, says: str) -> None:
    (site / "a.md").write_bytes(data)
    problem = refused(site, "a.md")
    assert (problem.code, problem.severity) == ("encoding", Severity.ERROR)
    assert (problem.line, problem.column) == (line, column)
    assert says in problem.message
    assert problem.message.endswith("Save the file as UTF-8.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "latin-1"])
def test_a_draft_is_found_in_any_encoding(site: Path, encoding: str) -> None:
    (site / "a.md").write_bytes("---\ndraft: true\ntitle: Café\n".encode(encoding))
    assert "\ndraft: true\n" in rough_text(os.fsencode(site), b"a.md")


def test_no_rough_text_of_what_cannot_be_read(site: Path) -> None:
    assert rough_text(os.fsencode(site), b"posts") == ""
    assert rough_text(os.fsencode(site), b"gone.md") == ""


# What is refused


def test_what_is_no_file(site: Path) -> None:
    os.mkfifo(site / "pipe.md")
    (site / "folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(site / "s.md"))
        for name in ("pipe.md", "folder.md", "s.md"):
            problem = refused(site, name)
            assert (problem.code, problem.severity) == ("not-a-file", Severity.WARNING)


def test_a_large_file_is_not_opened_up(site: Path) -> None:
    with open(site / "sparse.md", "wb") as file:
        file.truncate(3 * 1024**3)
    assert refused(site, "sparse.md").code == "file-too-large"


def test_the_limit_is_the_callers(site: Path) -> None:
    (site / "a.md").write_text("x" * 11)
    assert text_of(site, "a.md", max_size=11) == "x" * 11
    problem = refused(site, "a.md", max_size=10)
    assert "11 bytes" in problem.message
    assert MAX_SIZE == 4 * 1024 * 1024


def test_a_file_that_has_gone_is_no_fault(site: Path) -> None:
    problem = refused(site, "posts/gone.md")
    assert (problem.code, problem.severity) == ("file-changing", Severity.INFO)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(site: Path) -> None:
    (site / "a.md").write_text("x")
    (site / "a.md").chmod(0)
    assert refused(site, "a.md").code == "unreadable"


@pytest.mark.parametrize("within", ["a.md/below.md", "x" * 300, "x/" * 3000 + "a", "a\0b.md"])
def test_paths_that_lead_nowhere(site: Path, within: str) -> None:
    (site / "a.md").write_text("x")
    problem = refused(site, within)
    assert problem.code == "unreadable"
    assert "\0" not in problem.path


# Links


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.md"
    file.write_text("SECRET")
    return file


def test_a_link_inside_is_followed_if_wanted(site: Path) -> None:
    (site / "a.md").write_text("x")
    (site / "posts" / "l.md").symlink_to("../a.md")
    assert text_of(site, "posts/l.md") == "x"
    problem = refused(site, "posts/l.md", links=False)
    assert problem.code == "symlink-outside"


@pytest.mark.parametrize("links", [True, False])
def test_a_link_that_leads_out(site: Path, secret: Path, links: bool) -> None:
    (site / "l.md").symlink_to(secret)
    (site / "chain.md").symlink_to("l.md")
    for name in ("l.md", "chain.md"):
        assert refused(site, name, links=links).code == "symlink-outside"


def test_folders_that_lead_out(site: Path, secret: Path) -> None:
    (site / "out").symlink_to(secret.parent)
    for within in ("out/secret.md", "../secret.md", "posts/../../secret.md"):
        assert refused(site, within).code == "symlink-outside"


def test_a_neighbour_with_the_same_beginning(site: Path) -> None:
    other = site.with_name("site-old")
    other.mkdir()
    (other / "a.md").write_text("x")
    (site / "l.md").symlink_to(other / "a.md")
    assert refused(site, "l.md").code == "symlink-outside"


def test_a_root_that_is_a_link(site: Path) -> None:
    (site / "a.md").write_text("x")
    current = site.with_name("current")
    current.symlink_to(site)
    assert text_of(current, "a.md") == "x"


def test_links_that_lead_nowhere(site: Path) -> None:
    (site / "dangling.md").symlink_to("nothing.md")
    (site / "loop.md").symlink_to("loop.md")
    (site / "device.md").symlink_to("/dev/zero")
    assert refused(site, "dangling.md").code == "unreadable"
    assert refused(site, "loop.md").code == "unreadable"
    assert refused(site, "device.md").code == "not-a-file"


# Files that change meanwhile


@pytest.fixture
def rewritten(site: Path) -> Iterator[Path]:
    """A file that another thread writes in place, A and B in turn, as fast as it can."""
    file = site / "a.md"
    file.write_bytes(b"A" * 300_000)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for letter in (b"B", b"A"):
                file.write_bytes(letter * 300_000)

    writer = threading.Thread(target=write)
    writer.start()
    yield file
    stop.set()
    writer.join()


def test_two_versions_are_never_mixed(site: Path, rewritten: Path) -> None:
    for _ in range(150):
        found = taken(site, rewritten.name)
        if isinstance(found, Problem):
            assert (found.code, found.severity) == ("file-changing", Severity.INFO)
        else:
            assert len(set(found.text)) == 1


def test_no_descriptor_is_left_open(site: Path, secret: Path) -> None:
    (site / "a.md").write_text("x")
    (site / "l.md").symlink_to(secret)
    (site / "big.md").write_text("x" * 100)
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    for name in ("a.md", "l.md", "big.md", "gone.md", "posts") * 10:
        taken(site, name, max_size=10)
    after = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    assert after == before


# Many files of one folder


def test_one_after_the_other_as_each_alone(site: Path, secret: Path) -> None:
    """The first of a folder is opened by its path, the others from their folder: with the same outcome."""
    (site / "posts" / "sub").mkdir()
    for number in range(3):
        for folder in ("", "posts", "posts/sub"):
            file = site / folder / f"{number}.md"
            file.write_text(f"{folder} {number} 中文")
            os.utime(file, LONG_AGO)
    posts = site / "posts"
    (posts / "young.md").write_text("young")
    (posts / "empty.md").touch()
    (posts / "big.md").write_text("x" * 1000)
    (posts / "latin.md").write_bytes(b"caf\xe9")
    (posts / "in.md").symlink_to("../0.md")
    (posts / "out.md").symlink_to(secret)
    (posts / "dangling.md").symlink_to("nothing.md")
    os.mkfifo(posts / "pipe.md")
    (site / "inside").symlink_to("posts")
    (site / "outside").symlink_to(secret.parent)
    names = sorted(os.listdir(posts))
    wanted = [f"{folder}/{name}" for folder in ("posts", "inside", "outside", "posts/../..") for name in names]
    wanted += ["0.md", "1.md", "2.md", "posts/sub/0.md", "posts/sub/1.md", "outside/secret.md", "outside/secret.md"]
    wanted += ["gone/a.md", "gone/b.md", "posts/..", "posts/."]
    root = os.fsencode(site)
    with Files(root, 500) as files:
        for within in map(os.fsencode, wanted):
            assert files.read(within, b"label/" + within) == read(root, within, 500, b"label/" + within)
    with Files(root, 500) as files:
        for within in map(os.fsencode, wanted):
            found = read(root, within, 500)
            text, known = (found.text, found.digest) if isinstance(found, Source) else (None, digest(b"x" * 500))
            assert files.indexed(within, known) == text
            assert files.indexed(within, digest(b"something else")) is None
    stamps = [as_seen(site, within) for within in wanted]
    with Files(root, 500, b"label/") as files:
        for ahead in (stamps[:40], stamps[40:]):
            files.expect(ahead)
            found = files.seen(ahead)
            assert found == [read(root, each.path.removeprefix(b"label/"), 500, each.path) for each in ahead]
        assert files.seen(stamps[:5]) == [read(root, each.path[6:], 500, each.path) for each in stamps[:5]]


def as_seen(site: Path, within: str) -> Stamp:
    """What a scan may have seen there, below `label/`: of a link its target, of nothing something that was there."""
    path = os.fsencode(f"label/{within}")
    try:
        found = os.stat(site / within)
    except OSError:
        return Stamp(path, 1, 1, 1, 1)
    return Stamp(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def test_a_folder_that_is_swapped_leads_nowhere_else(site: Path, secret: Path) -> None:
    """What was opened as a folder of the site stays that, whatever is put in its place."""
    for name in ("a.md", "b.md", "secret.md"):
        (site / "posts" / name).write_text(name)
        os.utime(site / "posts" / name, LONG_AGO)
    with Files(os.fsencode(site)) as files:
        assert isinstance(files.read(b"posts/a.md", b"a"), Source)
        assert isinstance(files.read(b"posts/b.md", b"b"), Source)
        (site / "posts").rename(site / "old")
        (site / "posts").symlink_to(secret.parent)
        found = files.read(b"posts/secret.md", b"c")
        assert isinstance(found, Source)
        assert found.text == "secret.md"


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_the_text_that_was_indexed_and_no_other(site: Path, size: int) -> None:
    text = "中" * (size // 3) + "x" * (size % 3)
    (site / "a.md").write_text(text)
    with Files(os.fsencode(site), max(size, 1)) as files:
        assert files.indexed(b"a.md", digest(text.encode())) == text
        (site / "a.md").write_text(text + "x")
        assert files.indexed(b"a.md", digest(text.encode())) is None
        allowed = text + "x" if size == 0 else None
        assert files.indexed(b"a.md", digest(text.encode() + b"x")) == allowed


def test_no_folder_is_left_open(site: Path) -> None:
    for name in ("posts/a.md", "posts/b.md", "a.md"):
        (site / name).write_text(name)
        os.utime(site / name, LONG_AGO)
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    for _ in range(10):
        with Files(os.fsencode(site), label=b"label/") as files:
            for within in (b"posts/a.md", b"posts/b.md", b"a.md", b"b.md", b"../a.md", b"../b.md"):
                files.read(within, within)
                files.indexed(within, digest(b"a.md"))
            files.expect([as_seen(site, name) for name in ("posts/a.md", "a.md")])  # and they are never read
    after = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    assert after == before


def test_what_is_expected_is_open_until_it_is_read(site: Path) -> None:
    (site / "a.md").write_text("a")
    os.utime(site / "a.md", LONG_AGO)
    opened = lambda: [os.path.realpath(f"/dev/fd/{each}") for each in os.listdir("/dev/fd")]  # noqa: E731
    seen = as_seen(site, "a.md")
    with Files(os.fsencode(site), label=b"label/") as files:
        files.expect([seen])
        files.expect([seen])
        assert opened().count(os.path.realpath(site / "a.md")) == 1
        assert [each.stamp for each in files.seen([seen]) if isinstance(each, Source)] == [seen]
        assert os.path.realpath(site / "a.md") not in opened()


@contextlib.contextmanager
def few_descriptors(spare: int) -> Iterator[int]:
    """So many more may be opened at most. Gives how many that makes in all."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(map(int, os.listdir("/dev/fd"))) + spare
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, before[1]))
    try:
        yield most
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("another", [False, True])
def test_more_are_expected_than_can_be_open(site: Path, another: bool) -> None:
    """What is expected, of this root or of another, takes no descriptor from what is read."""
    names = [f"posts/{number}.md" for number in range(max(map(int, os.listdir("/dev/fd"))) + 20)]
    for name in names:
        (site / name).write_text(name)
        os.utime(site / name, LONG_AGO)
    (site / "posts" / "0.md").touch()  # a young one is not opened before it is read
    within = [name.removeprefix("posts/") if another else name for name in names]
    stamps = [as_seen(site / "posts" if another else site, name) for name in within]
    with few_descriptors(8):
        expected: dict[bytes, int] = {}
        root = site / "posts" if another else site
        with (
            Files(os.fsencode(site), expected=expected) as files,
            Files(os.fsencode(root), MAX_SIZE, b"label/", expected) as others,
        ):
            others.expect(stamps)
            by_name = map(os.fsencode, names)
            found = [files.read(name, name) for name in by_name] if another else others.seen(stamps)
    assert [each.text if isinstance(each, Source) else each for each in found] == names


def test_no_descriptor_is_left_at_all(site: Path) -> None:
    """Nothing is wrong with the file: it is read when there are descriptors again."""
    (site / "a.md").write_text("a")
    os.utime(site / "a.md", LONG_AGO)
    held: list[int] = []
    with few_descriptors(8):
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        found = read(os.fsencode(site), b"a.md")
        for each in held:
            os.close(each)
    assert isinstance(found, Problem)
    assert (found.code, found.severity) == ("file-changing", Severity.INFO)
    assert isinstance(read(os.fsencode(site), b"a.md"), Source)


@pytest.mark.parametrize("expected", [False, True])
@pytest.mark.parametrize("instead", ["nothing", "another", "link", "pipe", "larger"])
def test_what_a_scan_saw_holds_only_while_it_is_so(tmp_path: Path, instead: str, expected: bool) -> None:
    """Of a file that is as it was seen the stamp is that of the scan; any other is read as if nobody had seen it."""
    old = 1_600_000_000_000_000_000
    for name, text in (("first.md", "one"), ("a.md", "one"), ("b.md", "two"), ("c.md", "three")):
        (tmp_path / name).write_text(text)
        os.utime(tmp_path / name, ns=(old, old))
    seen = as_seen(tmp_path, "a.md")
    with Files(os.fsencode(tmp_path), label=b"label/") as opened:
        opened.read(b"first.md", b"first.md")
        if expected:
            opened.expect([seen])
        if instead != "nothing":
            (tmp_path / "a.md").unlink()
        if instead == "link":
            (tmp_path / "a.md").symlink_to("b.md")
        elif instead == "pipe":
            os.mkfifo(tmp_path / "a.md")
        elif instead != "nothing":
            os.rename(tmp_path / ("b.md" if instead == "another" else "c.md"), tmp_path / "a.md")
        [with_stamp] = opened.seen([seen])
    assert with_stamp == read(os.fsencode(tmp_path), b"a.md", path=b"label/a.md")
    assert (getattr(with_stamp, "stamp", None) == seen) == (instead == "nothing")
