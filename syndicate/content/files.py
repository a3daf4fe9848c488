"""Opens one file of the content folder, safely: regular, inside, bounded, and whole.

In: the folder and a path in it, both bytes. Out: a Source, or the Problem that says why there is
none. Hostile and unlucky files (pipes, devices, links that lead out, files that are being
written) cost a Problem each and never a hang, a crash or a mixture of two versions.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

from syndicate.content._encodings import OTHER_MARKS, decoded
from syndicate.content._inside import is_inside
from syndicate.index import Needed
from syndicate.model import Problem, Severity, Stamp, shown_path
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple

MAX_SIZE = 4 * 1024 * 1024

_CHANGING = "file-changing"

# A file system's clock ticks in milliseconds at best: a younger file may change again within its tick.
_SETTLED_NS = 2_000_000_000
_SHORT = 1 << 16  # bytes

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)

# Whether files can be opened from the descriptor of their folder, which not every system does.
_FROM_FOLDERS = {os.open, os.stat} <= os.supports_dir_fd


class Source(NamedTuple):
    """A file's text with the Stamp of what was read (of a link: of its target).

    `digest` is that of the raw bytes; the text has no byte order mark. `raw` are these bytes, for who would have to
    encode the text again, b"" for a text that comes of no file.
    """

    stamp: Stamp
    text: str
    digest: bytes
    raw: bytes = b""


class _Unread(Exception):
    """Why a file was not read; becomes a Problem at the door of this module."""

    def __init__(self, code: str, message: str, severity: Severity = Severity.ERROR) -> None:
        super().__init__(message)
        self.code, self.severity = code, severity


def read(
    root: bytes, within: bytes, max_size: int = MAX_SIZE, path: bytes | None = None, *, links: bool = True
) -> Source | Problem:
    """Read `within` of the folder `root`.

    `path` is what the file is called in the index and in problems (default: `within`); more than
    `max_size` bytes are refused. A link is followed if `links` is true and the file it names lies
    inside the root; none is followed otherwise.
    """
    path = within if path is None else path
    if source := _looked_at(root.rstrip(b"/") + b"/" + within, path, max_size, None, root):
        return source
    try:
        data, found = _whole(root, within, max_size, links)
    except _Unread as fault:
        return Problem(shown_path(path), fault.severity, fault.code, str(fault))
    return _source(data, _stamp(path, found))


class Files:
    """The files of one root, read one after the other as `read` does.

    Of a folder with several files in a row it keeps the descriptor, which is looked at once, and opens them from it:
    then no folder on the way to them is walked again, and none can be swapped for a link. To be used with `with`.
    """

    def __init__(
        self, root: bytes, max_size: int = MAX_SIZE, label: bytes = b"", expected: dict[bytes, int] | None = None
    ) -> None:
        """`label` stands before the paths of the files in their stamps. `expected` is what those who read several roots
        in turn have in common: descriptors by such paths."""
        self._root, self._max_size, self._label = root, max_size, len(label)
        self._start = root.rstrip(b"/") + b"/"
        self._folder: bytes | None = None
        self._descriptor: int | None = None
        self._tried = not _FROM_FOLDERS
        self._expected = {} if expected is None else expected

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._leave()
        self._expect_none()

    def expect(self, stamps: Iterable[Stamp]) -> None:
        """Have files fetched that `seen` will be called for soon: they come from the disk while others are worked on.

        Of many files that are asked for one by one, a disk that answers late is idle most of the time. Each that is
        expected costs a descriptor until it is read. None is looked at before it is opened: a scan saw it, and it was
        a plain one.
        """
        expected, settled = self._expected, time.time_ns() - _SETTLED_NS
        for path, size, mtime_ns, _ctime_ns, _inode in stamps:
            if not 0 < size <= self._max_size or mtime_ns > settled or path in expected:
                continue
            try:
                descriptor = _plain(*self._place(path[self._label :]), self._root)
            except (OSError, ValueError):
                continue
            if descriptor is not None:
                _fetch(descriptor, size)
                expected[path] = descriptor

    def seen(self, stamps: Iterable[Stamp]) -> list[Source | Problem]:
        """The files of which a scan saw these stamps. Those that are expected, and still are as they were seen, need no
        second look; the others are read as any file."""
        found = []
        for stamp in stamps:
            descriptor = self._expected.pop(stamp.path, None)
            source = None if descriptor is None else _undisturbed(descriptor, stamp)
            found.append(source or self.read(stamp.path[self._label :], stamp.path))
        return found

    def indexed(self, within: bytes, known: bytes) -> str | None:
        """The text of the file `within` the root, if its bytes are those of which the index has the digest.

        Then nothing else has to be seen of it, before or after: a scan saw it, and it was a plain one.
        """
        data = _short(*self._place(within), self._root)
        if data is not None and len(data) <= self._max_size and digest(data) == known:
            text = decoded(data, within)
            return text if isinstance(text, str) else None
        found = self.read(within, within)
        return found.text if isinstance(found, Source) and found.digest == known else None

    def read(self, within: bytes, path: bytes) -> Source | Problem:
        """The file `within` the root, called `path` in the index and in problems."""
        name, folder = self._place(within)
        if source := _looked_at(name, path, self._max_size, folder, self._root):
            return source
        found = read(self._root, within, self._max_size, path)
        if isinstance(found, Problem) and found.code == _CHANGING and self._expected:
            self._expect_none()  # perhaps that was all that is wrong: a process may open few files on some systems
            found = read(self._root, within, self._max_size, path)
        return found

    def _expect_none(self) -> None:
        for descriptor in self._expected.values():
            os.close(descriptor)
        self._expected.clear()

    def _place(self, within: bytes) -> tuple[bytes, int | None]:
        """The name of a file in its folder, and the descriptor of that; its absolute path where there is none."""
        folder, _, name = within.rpartition(b"/")
        if folder != self._folder:
            self._leave()
            self._folder = folder
        elif not self._tried:
            self._enter()
        return (self._start + within, None) if self._descriptor is None else (name, self._descriptor)

    def _enter(self) -> None:
        self._tried = True
        full = self._start + (self._folder or b"")
        with suppress(OSError, ValueError):
            descriptor = os.open(full, _FLAGS | os.O_DIRECTORY)
            if is_inside(descriptor, full, self._root, itself=True):
                self._descriptor = descriptor
            else:
                os.close(descriptor)

    def _leave(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._tried = None, not _FROM_FOLDERS


def _looked_at(name: bytes, path: bytes, max_size: int, folder: int | None, root: bytes) -> Source | Problem | None:
    """What a plain file says that nobody writes to, by as few calls as can tell; None for any other.

    It is looked at before it is opened, since to open some devices is to act. Arguments as of `_plain`.
    """
    try:
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(before.st_mode) or not 0 < before.st_size <= max_size or _is_young(before):
            return None
        descriptor = _plain(name, folder, root)
    except (OSError, ValueError):
        return None
    return None if descriptor is None else _undisturbed(descriptor, _stamp(path, before))


def _plain(name: bytes, folder: int | None, root: bytes) -> int | None:
    """A descriptor of a file that lies inside the root, None of one that does not.

    `name` is seen from the open `folder`, which lies inside the root, or is absolute.

    Raises:
        OSError, ValueError: there is no such file, or it is a link.
    """
    descriptor = os.open(name, _FLAGS | os.O_NOFOLLOW, dir_fd=folder)
    if folder is None and not is_inside(descriptor, name, root):
        os.close(descriptor)
        return None
    return descriptor


def _undisturbed(descriptor: int, before: Stamp) -> Source | Problem | None:
    """What an open file says; None where it is not, before and after it is read, what it was before it was opened.

    What has taken its place since could not hang us, and nothing of it is used.
    """
    _path, size, mtime_ns, ctime_ns, inode = before
    try:
        data, after = os.pread(descriptor, size + 1, 0), os.fstat(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    same = len(data) == size == after.st_size and after.st_mtime_ns == mtime_ns
    if same and after.st_ino == inode and after.st_ctime_ns == ctime_ns and stat.S_ISREG(after.st_mode):
        return _source(data, before)
    return None


def _short(name: bytes, folder: int | None, root: bytes) -> bytes | None:
    """What is in a file that is as short as nearly all are; None for any other. Arguments as of `_plain`."""
    try:
        if (descriptor := _plain(name, folder, root)) is None:
            return None
        try:
            data = os.pread(descriptor, _SHORT, 0)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    return data if len(data) < _SHORT else None  # else there may be more of it


def _fetch(descriptor: int, size: int) -> None:
    try:
        os.posix_fadvise(descriptor, 0, size, os.POSIX_FADV_WILLNEED)
    except (AttributeError, OSError):  # not every system can be told, and none has to listen
        return


def _stamp(path: bytes, found: os.stat_result) -> Stamp:
    return Stamp(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _source(data: bytes, stamp: Stamp) -> Source | Problem:
    text = decoded(data, stamp.path)
    if isinstance(text, Problem):
        return text
    return Source(stamp, text, digest(data), b"" if text.isascii() else data)


def rough_text(root: bytes, within: bytes, max_size: int = MAX_SIZE) -> str:
    """What can be made out of a file whose encoding is broken; "" where nothing can.

    Only good for looking for a draft flag in it (frontmatter.withdrawn).
    """
    try:
        data, _ = _whole(root, within, max_size, links=True)
    except _Unread:
        return ""
    wide = next((name for mark, name in OTHER_MARKS if data.startswith(mark)), "UTF-8")
    return data.decode(wide, "replace").removeprefix("\ufeff")


def needed(root: bytes, within: bytes) -> Needed:
    """What is at a path now, whatever it is. To be asked before the file is read, so that no change is missed."""
    try:
        return stamped(within, os.stat(os.path.join(root, within)))
    except (OSError, ValueError):
        return Needed(within)


def stamped(within: bytes, found: os.stat_result) -> Needed:
    """A file as the index remembers what a post was made from."""
    return Needed(within, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def descriptor(root: bytes, within: bytes) -> int | None:
    """An open descriptor of a regular file inside the root, for who reads only a piece of it; None for any other."""
    try:
        return _opened(root, root.rstrip(b"/") + b"/" + within, links=True)
    except (_Unread, OSError, ValueError):
        return None


def _whole(root: bytes, within: bytes, max_size: int, links: bool) -> tuple[bytes, os.stat_result]:
    """All bytes of one version of a file, and its status; a file that changes meanwhile is read once more."""
    try:
        fd = _opened(root, root.rstrip(b"/") + b"/" + within, links)
        try:
            result = _stable(fd, max_size) or _stable(fd, max_size)
        finally:
            os.close(fd)
    except FileNotFoundError:
        raise _changing("has gone since the folder was scanned") from None
    except (OSError, ValueError) as fault:
        if getattr(fault, "errno", None) in (errno.EMFILE, errno.ENFILE):
            raise _changing("cannot be opened while so many others are open") from None
        reason = getattr(fault, "strerror", None) or str(fault)
        raise _Unread("unreadable", f"The file cannot be read ({reason}). Check its permissions.") from None
    if result is None:
        raise _changing("is being written")
    return result


def _changing(what: str) -> _Unread:
    return _Unread(_CHANGING, f"The file {what}; it is left for the next scan.", Severity.INFO)


def _opened(root: bytes, full: bytes, links: bool) -> int:
    """A descriptor of a regular file inside the root.

    Looks before it opens, since to open some devices is to act, and after, since it may be another then.
    """
    found = os.lstat(full)
    if linked := stat.S_ISLNK(found.st_mode):
        found = _target(full, links)
    _only_regular(found)
    fd = os.open(full, _FLAGS | (0 if linked else os.O_NOFOLLOW))
    try:
        _only_regular(os.fstat(fd))
        if not is_inside(fd, full, root):
            raise _outside()
    except BaseException:
        os.close(fd)
        raise
    return fd


def _target(full: bytes, links: bool) -> os.stat_result:
    if not links:
        raise _Unread("symlink-outside", "The file is a link, and links are not followed. Copy the file instead.")
    try:
        return os.stat(full)
    except FileNotFoundError:
        raise _Unread("unreadable", "The file is a link to a file that is not there. Mend or delete it.") from None


def _outside() -> _Unread:
    message = "The file is a link that leads out of the content folder; it is not followed. Copy the file instead."
    return _Unread("symlink-outside", message)


def _only_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        message = "This is no regular file but a folder, pipe, socket or device; it is not read. Move it away."
        raise _Unread("not-a-file", message, Severity.WARNING)


def _stable(fd: int, max_size: int) -> tuple[bytes, os.stat_result] | None:
    """The file's bytes and status, if both are of one version; None if it changed meanwhile."""
    before = os.fstat(fd)
    if before.st_size > max_size:
        advice = f"more than the limit of {max_size:,}. Shorten it, or exclude it."
        raise _Unread("file-too-large", f"The file has {before.st_size:,} bytes, {advice}")
    data = _read_at_most(fd, before.st_size + 1)
    if len(data) != before.st_size:
        return None
    if _is_young(before) and (not data or _read_at_most(fd, before.st_size + 1) != data):
        return None  # an editor that truncates before it writes leaves the file empty for a moment
    return (data, before) if _identity(os.fstat(fd)) == _identity(before) else None


def _is_young(found: os.stat_result) -> bool:
    return found.st_mtime_ns > time.time_ns() - _SETTLED_NS


def _read_at_most(fd: int, size: int) -> bytes:
    """The first `size` bytes of a file, fewer at its end."""
    data = os.pread(fd, size, 0)
    while 0 < len(data) < size and (more := os.pread(fd, size - len(data), len(data))):
        data += more
    return data


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev
