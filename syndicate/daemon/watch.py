"""The watch over the content: what is closed or moved into place is looked at at once, without a scan of all.

The periodic scan stays what makes sure: events get lost, and some file systems have none. Where the system allows no
watch over so many folders, that is said, and the scan alone goes on.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from syndicate.content.narrow import is_configuration, is_of_interest
from syndicate.content.scan import Root, join
from syndicate.daemon.attendants import Attendant, Place
from syndicate.daemon.inbox import Kind, Work
from syndicate.daemon.runs import Ended
from syndicate.daemon.settling import Settling
from syndicate.errors import SyndicateError
from syndicate.project import Project, site_of
from syndicate.settings import seconds

if TYPE_CHECKING:  # it is loaded where there is something to watch
    from watchdog.observers.inotify_c import CallbackId, InotifyEvent, WatchDescriptor

AGAIN = 900.0
"""Seconds after which a watch that could not be kept is tried again."""

ALONE = 300.0
"""Seconds between scans where there is no watch, and no timetable says when to scan."""

_IDLE = 3600.0

_LIMITS = {
    errno.ENOSPC: "fs.inotify.max_user_watches",
    errno.EMFILE: "fs.inotify.max_user_instances",
}


class Sink(Protocol):
    """Who is told of events; paths are absolute."""

    def stirred(self, path: bytes) -> None:
        """A file was made or written to, and is not closed; a file or folder was taken away."""

    def done(self, *paths: bytes) -> None:
        """A file was closed, or moved into place: then its former path is one of them."""

    def lost(self, why: str) -> None:
        """Events were lost: only a scan can tell what happened."""


class Eyes(Protocol):
    """What sees events. Raises OSError where it cannot be opened."""

    def is_seeing(self) -> bool:
        """Whether it is still at work."""
        ...

    def close(self) -> None: ...


class Watching(Attendant):
    """Puts into the inbox what is to be looked at. Also what a scan left is looked at again, watch or not."""

    def __init__(self, place: Place, eyes: Callable[[list[Root], list[bytes], Sink], Eyes] | None = None) -> None:
        daemon = place.the.settings.daemon
        self._place, self._wanted = place, daemon.watch
        self._planned = bool(daemon.every or daemon.cron)
        self._settle = seconds(daemon.settle) or 0
        self._open = eyes or _opened
        self._settling = Settling(self._settle)
        self._awake, self._ended = threading.Event(), False
        self._eyes: Eyes | None = None
        self._watched: dict[bytes, object] = {}
        """The folders that are watched from, and by what each was known."""
        self._shaken = False
        """One of them was taken away, and may be there again."""
        self._missing = False
        """There was nothing to watch: it is looked for at every tick."""
        self._tried = self._scanned = place.clock.monotonic()
        self._thread = threading.Thread(target=self._pass_on, name="watch", daemon=True)

    # -- the attendant

    def start(self) -> None:
        """See `Attendant`."""
        self._look()
        self._thread.start()

    def ran(self, ended: Ended) -> None:
        """What may have been unfinished is looked at when it has had its time."""
        if ended.outcome is not None and ended.outcome.report.waiting:
            at = self._place.clock.now() + self._settle + 1
            self._place.timetable.once("settled", Work(Kind.SCAN, why="settled"), at, follows=True)

    def tick(self) -> None:
        """See `Attendant`."""
        now = self._place.clock.monotonic()
        if self._eyes is not None and self._is_blind(self._eyes):
            self._close()
            self._missing = True
            self._place.log.odd("watch", "what was watched is gone, or is seen no more; what is there now is watched")
        if self._wanted and self._eyes is None and (self._missing or now - self._tried >= AGAIN):
            self._look_again()
        if self._eyes is None and not self._planned and now - self._scanned >= ALONE:
            self._scanned = now
            self._place.inbox.put(Work(Kind.SCAN, why="no watch"))

    def stop(self, seconds: float) -> None:
        """See `Attendant`."""
        self._ended = True
        self._awake.set()
        self._close()
        if self._thread.is_alive():
            self._thread.join(seconds)

    # -- events, from another thread

    def stirred(self, path: bytes) -> None:
        """See `Sink`."""
        self._shaken = self._shaken or path in self._watched
        self._settling.stirred(path, self._place.clock.monotonic())
        self._awake.set()

    def done(self, *paths: bytes) -> None:
        """See `Sink`."""
        self._settling.done(list(paths), self._place.clock.monotonic())
        self._awake.set()

    def lost(self, why: str) -> None:
        """See `Sink`."""
        self._place.log.odd("watch", f"{why}; all is scanned")
        self._place.inbox.put(Work(Kind.SCAN, why="events lost"))

    def _pass_on(self) -> None:
        clock = self._place.clock
        while not self._ended:
            wait = self._settling.wait(clock.monotonic())
            if wait is None or wait > 0:
                clock.wait(self._awake, _IDLE if wait is None else wait)
            self._awake.clear()
            if ready := self._settling.ready(clock.monotonic()):
                self._place.inbox.put(Work(Kind.PATHS, ready, "watch"))

    # -- the eyes

    def _is_blind(self, eyes: Eyes) -> bool:
        """Whether what is watched is not what is there: no event tells of what is unmounted, or mounted over."""
        known = {path: _known_by(path) for path in self._watched}
        return self._shaken or self._watched != known or not eyes.is_seeing()

    def _look_again(self) -> None:
        self._look()
        if self._eyes is not None:  # nobody has told of what happened meanwhile
            self._place.inbox.put(Work(Kind.SCAN, why="watch"))

    def _look(self) -> None:
        self._tried, self._missing, self._shaken = self._place.clock.monotonic(), False, False
        if not self._wanted:
            return
        try:
            roots = [each.root for each in site_of(self._place.the).folders]
            watched = {root.path: _known_by(root.path) for root in roots}
            self._eyes, self._watched = self._open(roots, _left_alone(self._place.the), self), watched
        except SyndicateError:
            self._missing = True  # the runs say so
        except OSError as fault:
            self._missing = fault.errno in (errno.ENOENT, errno.ENOTDIR)
            if not self._missing:
                self._place.log.odd("watch", _refused(fault))

    def _close(self) -> None:
        if self._eyes is not None:
            with contextlib.suppress(OSError):
                self._eyes.close()
            self._eyes = None


def made(place: Place) -> Watching:
    """The watch over the content of these settings."""
    return Watching(place)


def _known_by(folder: bytes) -> object:
    """What tells a folder from another one at its place; None where there is none."""
    try:
        found = Path(os.fsdecode(folder)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _left_alone(the: Project) -> list[bytes]:
    """Folders in which we write ourselves."""
    folders = (the.settings.output.folder, the.state.parent)
    return [os.path.realpath(os.fsencode(folder)) for folder in folders]


def _refused(fault: OSError) -> str:
    setting = _LIMITS.get(fault.errno or 0)
    if setting:
        return (
            f"the system allows no watch over so many folders ({fault.strerror}): changes are seen by the periodic "
            f"scan alone. Raise {setting} with sysctl"
        )
    return f"files cannot be watched ({fault.strerror or fault}): changes are seen by the periodic scan alone"


# -- by inotify, folder by folder


def _opened(roots: list[Root], left_alone: list[bytes], sink: Sink) -> Eyes:
    try:
        from watchdog.observers import inotify_c  # noqa: F401
    except Exception:  # noqa: BLE001 it raises an error of its own where there is no inotify
        return Others(roots, sink)
    return Inotify(roots, left_alone, sink)


class Inotify:
    """Watches the folders that a scan walks through and those that configuration is read from, and no other ones."""

    def __init__(self, roots: list[Root], left_alone: list[bytes], sink: Sink) -> None:
        from watchdog.observers.inotify_c import InotifyConstants as Flag
        from watchdog.observers.inotify_c import InotifyFD, Mask

        self._roots, self._left_alone, self._sink = roots, left_alone, sink
        self._mask = Mask(
            Flag.IN_CREATE | Flag.IN_MODIFY | Flag.IN_CLOSE_WRITE | Flag.IN_MOVED_FROM | Flag.IN_MOVED_TO
            | Flag.IN_DELETE | Flag.IN_DELETE_SELF | Flag.IN_MOVE_SELF | Flag.IN_ONLYDIR | Flag.IN_DONT_FOLLOW
        )  # fmt: skip
        self._folders: dict[int, bytes] = {}
        self._from: tuple[int, bytes] | None = None
        self._inotify = InotifyFD()
        self._inotify.start()
        try:
            for root in roots:
                self._add(root.path)
        except BaseException:
            self.close()
            raise

    def is_seeing(self) -> bool:
        """Whether the library's thread lives."""
        return self._inotify.is_alive()

    def close(self) -> None:
        """No event comes any more."""
        self._inotify.stop()
        self._inotify.join(5)

    def _add(self, top: bytes) -> None:
        """Watch a folder and those below it. Raises OSError where the system allows no more."""
        for folder in self._walked(top):
            try:
                wd = self._inotify.add_callback(folder, self._mask, self, cast("CallbackId", id(self)))
            except OSError as fault:
                if fault.errno in _LIMITS or folder == top:
                    raise
                continue  # it has just gone, or is not ours to read
            self._folders[wd] = folder

    def _walked(self, top: bytes) -> Iterator[bytes]:
        pending = [top]
        while pending:
            folder = pending.pop()
            if folder in self._left_alone or not is_of_interest(self._roots, folder):
                continue
            yield folder
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                pending += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]

    # -- what the library calls, in a thread of its own

    def on_event(self, event: InotifyEvent) -> None:
        """An event of a folder."""
        folder = self._folders.get(event.wd)
        if folder is None:
            return
        if event.is_delete_self or event.is_move_self:
            self._leave(folder)
            self._sink.stirred(folder)
            return
        path = join(folder, event.name)
        if self._is_passing(event.name, path):
            return
        if event.is_directory:
            self._folder_changed(event.is_create or event.is_moved_to, path)
        elif event.is_moved_to:
            self._moved(event.cookie, path)
        elif event.is_close_write:
            self._sink.done(path)
        else:
            self._from = (event.cookie, path) if event.is_moved_from else self._from
            self._sink.stirred(path)

    def _moved(self, cookie: int, path: bytes) -> None:
        """A post that was only moved goes from one place to the other in one run; what a program moved out of the way
        will be replaced."""
        source = self._from[1] if self._from and self._from[0] == cookie else path
        alike = source.rpartition(b".")[2] == path.rpartition(b".")[2]
        self._sink.done(path, *((source,) if alike else ()))

    def _folder_changed(self, is_there: bool, path: bytes) -> None:
        if not is_there:
            self._leave(path)
        else:
            try:
                self._add(path)
            except OSError as fault:
                if fault.errno in _LIMITS:
                    self._sink.lost(_refused(fault))
        self._sink.stirred(path)

    def _is_passing(self, name: bytes, path: bytes) -> bool:
        """What editors put beside a file for a while is nothing to look at."""
        passing = name.startswith((b".", b"#")) or name.endswith((b"~", b".swp", b".tmp", b".part"))
        return passing and not is_configuration(self._roots, path)

    def _leave(self, folder: bytes) -> None:
        """Watch a folder no more that has gone elsewhere, nor those below it."""
        if os.path.lexists(folder):
            return
        below = join(folder, b"")
        self._forget([wd for wd, each in list(self._folders.items()) if each == folder or each.startswith(below)])

    def _forget(self, watched: list[int]) -> None:
        self._inotify.remove_callbacks([(cast("WatchDescriptor", wd), cast("CallbackId", id(self))) for wd in watched])
        for wd in watched:
            self._folders.pop(wd, None)

    def on_watch_deleted(self, wd: int) -> None:
        """A folder is gone."""
        self._folders.pop(wd, None)

    def on_queue_overflow(self) -> None:
        """Events were lost; folders that came meanwhile are not watched yet."""
        self._forget(list(self._folders))
        for root in self._roots:
            with contextlib.suppress(OSError):
                self._add(root.path)
        self._sink.lost("too many files changed at once for the system to tell of each")


# -- elsewhere


class Others:
    """What other systems tell: never that a file was closed, so that all wait until they are left alone."""

    def __init__(self, roots: list[Root], sink: Sink) -> None:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("created", "modified", "deleted", "moved", "closed"):
                    for path in filter(None, (event.src_path, event.dest_path)):
                        sink.stirred(os.fsencode(cast("str", path)))

        self._observer = Observer()
        for root in roots:
            self._observer.schedule(Handler(), os.fsdecode(root.path), recursive=True)
        self._observer.start()

    def is_seeing(self) -> bool:
        """Whether the library's threads live."""
        return self._observer.is_alive() and all(each.is_alive() for each in self._observer.emitters)

    def close(self) -> None:
        """No event comes any more."""
        self._observer.stop()
        self._observer.join(5)
