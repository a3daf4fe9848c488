"""Files are taken when they are closed, moved or deleted; by real events of a real folder."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from syndicate.content.scan import Root
from syndicate.daemon import watch
from syndicate.daemon.attendants import Place
from syndicate.daemon.clock import Clock
from syndicate.daemon.inbox import Inbox, Kind, Work
from syndicate.daemon.runs import Ended, Outcome
from syndicate.daemon.settling import Settling
from syndicate.daemon.watch import Others, Watching
from syndicate.model import Report
from syndicate.project import find
from tests.content.folders import a_root
from tests.daemon.running import Daemon, running, until
from tests.flow.site import Site, items

SETTINGS = '[site]\nurl = "https://example.org"\n[feed]\npages = false\n[daemon]\nevery = "1d"\nsettle = "2s"\n'


def a_post(title: str) -> str:
    return f"---\ntitle: {title}\ndate: 2026-01-02\n---\nText of {title}.\n"


# -- the daemon as a whole


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "feeds")
    made.post("syndicate.toml", SETTINGS)
    made.post("_config.yml", "title: Small\n")
    made.post("_posts/2026-01-01-first.md", a_post("First"))
    return made


@pytest.fixture
def daemon(site: Site) -> Iterator[Daemon]:
    with running(site) as started:
        until(lambda: titles(site) == ["First"], "the first build", started.log)
        yield started


def titles(site: Site) -> list[str]:
    path = site.out / "rss.xml"
    return sorted(item.title for item in items(path)) if path.exists() else []


def shown(site: Site, daemon: Daemon, *expected: str) -> None:
    until(lambda: titles(site) == sorted(expected), f"{expected} in the feed", daemon.log)


def test_what_is_closed_moved_or_deleted_is_taken(site: Site, daemon: Daemon) -> None:
    site.post("_posts/2026-01-02-closed.md", a_post("Closed"))
    shown(site, daemon, "First", "Closed")
    os.replace(site.post("new.tmp", a_post("Renamed")), site.content / "_posts/2026-01-03-renamed.md")
    shown(site, daemon, "First", "Closed", "Renamed")
    (site.content / "_posts/2026-01-02-closed.md").unlink()
    shown(site, daemon, "First", "Renamed")
    site.post("_posts/deep/2026-01-04-below.md", a_post("In a new folder"))
    shown(site, daemon, "First", "Renamed", "In a new folder")
    (site.content / "_posts/deep").rename(site.content.with_name("elsewhere"))
    shown(site, daemon, "First", "Renamed")
    site.content.with_name("elsewhere").rename(site.content / "_posts/back")
    shown(site, daemon, "First", "Renamed", "In a new folder")
    site.post("_posts/back/2026-01-05-again.md", a_post("Below what came back"))
    shown(site, daemon, "First", "Renamed", "In a new folder", "Below what came back")
    assert daemon.stop() == 0


def test_the_site_s_configuration_is_read_anew(site: Site, daemon: Daemon) -> None:
    site.post("_config.yml", "title: Quite another title\n")
    until(lambda: "Quite another title" in (site.out / "rss.xml").read_text(), "the new title", daemon.log)


def test_the_site_s_configuration_says_what_is_watched(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", tmp_path / "feeds")
    site.post("syndicate.toml", SETTINGS)
    site.post("hugo.toml", 'title = "Small"\n')
    site.post("content/posts/first.md", a_post("First"))
    site.post("texts/posts/first.md", a_post("First"))
    site.post("texts/posts/second.md", a_post("Second"))
    with running(site) as daemon:
        shown(site, daemon, "First")
        site.post("hugo.toml", 'title = "Small"\ncontentDir = "texts"\n')
        shown(site, daemon, "First", "Second")
        daemon.heard("site")
        site.post("texts/posts/third.md", a_post("Third"))
        shown(site, daemon, "First", "Second", "Third")
        site.post("texts/posts/fourth.md", a_post("Fourth"))
        shown(site, daemon, "First", "Second", "Third", "Fourth")
        assert len(daemon.lines("site")) == 1
        assert daemon.stop() == 0


@pytest.mark.parametrize("replaced", [False, True])
def test_a_folder_that_comes_back_is_watched_again(site: Site, daemon: Daemon, replaced: bool) -> None:
    away = site.content.with_name("away")
    site.content.rename(away)
    if replaced:
        shutil.copytree(away, site.content)
    else:
        daemon.heard("run-failed")
        away.rename(site.content)
    daemon.heard("watch")
    site.post("_posts/2026-01-02-second.md", a_post("Second"))
    shown(site, daemon, "First", "Second")
    # by now, whatever was missed has been scanned for
    site.post("_posts/2026-01-03-third.md", a_post("Third"))
    shown(site, daemon, "First", "Second", "Third")
    assert daemon.stop() == 0


def test_a_file_that_is_being_written_waits(site: Site, daemon: Daemon) -> None:
    path = site.content / "_posts/2026-01-02-slow.md"
    with path.open("w") as file:
        file.write("---\ntitle: Half")
        file.flush()
        site.post("_posts/2026-01-03-other.md", a_post("Other"))
        shown(site, daemon, "First", "Other")
        file.write(" and half\ndate: 2026-01-02\n---\nText.\n")
    shown(site, daemon, "First", "Other", "Half and half")


# -- what waits, and for how long


def test_what_is_stirred_waits_and_what_is_done_does_not() -> None:
    settling = Settling(2.0)
    assert (settling.wait(0), settling.ready(0)) == (None, frozenset())
    settling.stirred(b"a", 0)
    settling.stirred(b"b", 0)
    settling.done([b"c", b"a"], 1)
    assert settling.wait(1) == 0
    assert settling.ready(1) == {b"a", b"c"}
    assert settling.wait(1) == 1
    settling.stirred(b"b", 1.5)
    assert (settling.ready(2.5), settling.wait(2.5)) == (frozenset(), 1)
    assert settling.ready(3.5) == {b"b"}
    assert settling.wait(3.5) is None


# -- the attendant


class Page:
    """A log that can be read."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def odd(self, event: str, message: str, **_: Any) -> None:
        self.lines.append(message)


class Plans:
    """A timetable that only remembers."""

    def __init__(self) -> None:
        self.planned: dict[str, tuple[Work, float | None]] = {}

    def once(self, name: str, work: Work, at: float | None, follows: bool = False) -> None:
        self.planned[name] = (work, at)


class Later(Clock):
    """A clock that can be told to be later."""

    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


def a_place(folder: Path, **daemon: Any) -> Any:
    (folder / "site").mkdir(exist_ok=True)
    options = {"site": {"url": "https://example.org"}, "daemon": daemon, "output": {"folder": str(folder / "out")}}
    the = find(str(folder / "site"), None, options, {})
    return Place(the, Later(), Page(), Inbox(), Plans())  # type: ignore[arg-type]


class Shut:
    """Eyes that the system does not allow, but the third time."""

    def __init__(self, number: int) -> None:
        self.number, self.asked, self.closed = number, 0, False

    def __call__(self, roots: list[Root], left_alone: list[bytes], sink: watch.Sink) -> Shut:
        self.asked += 1
        if self.asked < 3:
            raise OSError(self.number, os.strerror(self.number))
        return self

    def is_seeing(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances"), (errno.EIO, "cannot be watched")],
)
def test_where_the_system_refuses_it_is_said_and_scans_go_on(tmp_path: Path, number: int, said: str) -> None:
    place, eyes = a_place(tmp_path, every=""), Shut(number)
    watching = Watching(place, eyes)
    watching.start()
    try:
        assert [said in line for line in place.log.lines] == [True]
        watching.tick()
        assert (eyes.asked, place.inbox.take(0)) == (1, None)
        place.clock.ahead = watch.ALONE
        watching.tick()
        assert place.inbox.take(0) == Work(Kind.SCAN, why="no watch")
        for times in (1, 2):
            place.clock.ahead = times * watch.AGAIN + 1
            watching.tick()
        assert eyes.asked == 3
        assert place.inbox.take(0) is not None
        place.clock.ahead += watch.ALONE
        watching.tick()
        assert place.inbox.take(0) is None, "now there is a watch"
    finally:
        watching.stop(5)
    assert eyes.closed


def test_what_a_scan_left_is_looked_at_again(tmp_path: Path) -> None:
    place = a_place(tmp_path, watch=False, settle="3s")
    watching = Watching(place)
    watching.ran(Ended(Work(Kind.SCAN), 0, 0.1, Outcome(Report(), None, "UTC")))
    assert place.timetable.planned == {}
    watching.ran(Ended(Work(Kind.SCAN), 0, 0.1, Outcome(Report(waiting=1), None, "UTC")))
    work, at = place.timetable.planned["settled"]
    assert work.kind is Kind.SCAN
    assert 3 <= at - place.clock.now() <= 4


class Open:
    """Eyes that see nothing, and the first of them not for long."""

    blind: ClassVar[list[Open]] = []

    def __init__(self, roots: list[Root], left_alone: list[bytes], sink: watch.Sink) -> None: ...

    def is_seeing(self) -> bool:
        return self not in self.blind

    def close(self) -> None: ...


def test_what_was_not_there_is_watched_as_soon_as_it_is(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    folder, away = tmp_path / "site", tmp_path / "away"
    folder.rename(away)
    watching = Watching(place, Open)
    watching.start()
    try:
        watching.tick()
        assert place.inbox.take(0) is None
        away.rename(folder)
        watching.tick()
        assert place.inbox.take(0) == Work(Kind.SCAN, why="watch")
        watching.tick()
        assert (place.inbox.take(0), place.log.lines) == (None, [])
        folder.rename(away)
        folder.mkdir()
        watching.tick()
        assert place.inbox.take(0) == Work(Kind.SCAN, why="watch"), "another folder is in its place"
        watching.stirred(os.fsencode(folder))
        watching.tick()
        assert place.inbox.take(0) == Work(Kind.SCAN, why="watch"), "it was moved away and back"
        assert len(place.log.lines) == 2
    finally:
        watching.stop(5)


def test_eyes_that_see_no_more_are_opened_again(tmp_path: Path) -> None:
    place, opened = a_place(tmp_path), []

    def opening(*given: Any) -> Open:
        opened.append(Open(*given))
        return opened[-1]

    watching = Watching(place, opening)
    watching.start()
    try:
        watching.tick()
        assert len(opened) == 1
        Open.blind.append(opened[0])
        for _ in range(2):
            watching.tick()
        assert len(opened) == 2
        assert place.inbox.take(0) == Work(Kind.SCAN, why="watch")
    finally:
        watching.stop(5)


def test_lost_events_ask_for_a_scan(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    Watching(place).lost("too many")
    assert place.inbox.take(0) == Work(Kind.SCAN, why="events lost")
    assert place.log.lines == ["too many; all is scanned"]


# -- events


class Heard:
    """Who is told of events, and remembers them."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.more = threading.Event()

    def stirred(self, path: bytes) -> None:
        self.events.append(("stirred", os.fsdecode(path)))

    def done(self, *paths: bytes) -> None:
        self.events += [("done", os.fsdecode(path)) for path in paths]

    def lost(self, why: str) -> None:
        self.events.append(("lost", why))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for name in ("notes", ".git", "node_modules/deep", "out"):
        (tmp_path / "site" / name).mkdir(parents=True)
    return (tmp_path / "site").resolve()


@pytest.fixture
def heard(content: Path) -> Iterator[Heard]:
    found = Heard()
    eyes = watch._opened([a_root(content)], [os.fsencode(content / "out")], found)
    yield found
    eyes.close()


def test_only_what_may_matter_is_told_of(content: Path, heard: Heard) -> None:
    for name in (".git/x.md", "node_modules/deep/x.md", "out/x.md", ".x.md.swp", "x.md~", "notes/last.md"):
        (content / name).write_text("x")
    until(lambda: ("done", str(content / "notes/last.md")) in heard.events, "the last file")
    assert {path for _, path in heard.events} == {str(content / "notes/last.md")}


def test_a_move_tells_both_places_at_once_and_a_backup_only_one(content: Path, heard: Heard) -> None:
    (content / "a.md").write_text("x")
    (content / "a.md").rename(content / "notes/b.md")
    until(lambda: ("done", str(content / "notes/b.md")) in heard.events, "the new place")
    until(lambda: heard.events.count(("done", str(content / "a.md"))) == 2, "the old place")
    (content / "notes/b.md").rename(content / "notes/b.bak")
    until(lambda: ("done", str(content / "notes/b.bak")) in heard.events, "the copy")
    assert heard.events.count(("done", str(content / "notes/b.md"))) == 1


def test_where_nothing_tells_of_closing_files_are_left_to_settle(content: Path) -> None:
    found = Heard()
    eyes = Others([a_root(content)], found)
    try:
        (content / "notes/a.md").write_text("x")
        until(lambda: ("stirred", str(content / "notes/a.md")) in found.events, "the file")
        assert {kind for kind, _ in found.events} == {"stirred"}
    finally:
        eyes.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_noticed(content: Path) -> None:
    class Failing(Heard):
        def stirred(self, path: bytes) -> None:
            raise RuntimeError(path)

    eyes = watch.Inotify([a_root(content)], [], Failing())
    try:
        assert eyes.is_seeing()
        (content / "gone.md").touch()
        until(lambda: not eyes.is_seeing(), "the end of the thread")
    finally:
        eyes.close()


def test_an_overflow_is_told_and_new_folders_are_found(content: Path) -> None:
    found = Heard()
    eyes = watch.Inotify([a_root(content)], [], found)
    try:
        eyes.on_queue_overflow()
        assert [kind for kind, _ in found.events] == ["lost"]
        (content / "new").mkdir()
        until(lambda: ("stirred", str(content / "new")) in found.events, "the folder")
        (content / "new/a.md").write_text("x")
        until(lambda: ("done", str(content / "new/a.md")) in found.events, "the file in it")
    finally:
        eyes.close()
