"""A folder on this machine: temporaries, a flush, renames, a flush of the folders.

At every moment each path holds the whole old or the whole new document, also after a power
cut. Links are never followed out of the folder, and nothing is deleted that we did not put there.
Names are written as UTF-8 whatever the locale is: they have to match the URLs.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import cast

from syndicate.delivery.publishers import NONE
from syndicate.errors import PublishError
from syndicate.model import shown_path
from syndicate.model.digest import is_of

_MANY = 32
"""From so many documents or folders on, one flush of the file system is cheaper than one for each: 5 ms, not 250, for
the folders of 215 feeds."""

_SUFFIX = b".syndicate-new"
_DIRECTORY = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_DIRECTORY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)

MOST_OF_OTHERS = 32 << 20
"""Bytes that are read of a file which is not ours."""


class Local:
    """See `syndicate.delivery.publishers.Publisher`. `folder` is made where it does not exist."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(os.fsencode(folder))
        self._below = os.path.join(self.folder, b"")
        self._staged: dict[bytes, bytes] = {}
        self._grown: set[bytes] = set()
        self._is_flushed = False
        self._process = os.getpid()
        self._disk: int | None = None
        """Descriptor of a folder on the disk, opened before anything is staged."""
        self._is_attended = False
        self._looked_at: dict[bytes, bool] = {}
        """The folders in which something is staged, and whether they were made for it: then nothing else is in them."""

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_disk": None}  # of this process alone

    @contextlib.contextmanager
    def attended(self) -> Iterator[None]:
        self._begin()
        self._is_attended = True
        try:
            yield
        finally:
            self._is_attended = False
            self._leave_disk()

    def read(self, path: str, digest: bytes) -> bytes | None:
        data = self._contents(path)
        return data if data is not None and is_of(data, digest) else None

    def beginning(self, path: str) -> bytes:
        return self._contents(path, 4096) or b""

    def whole(self, path: str) -> bytes:
        return self._contents(path, MOST_OF_OTHERS) or b""

    def in_place(self, path: str, size: int) -> bool:
        try:
            found = os.lstat(self._target(path))
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == size

    def stands(self, path: str) -> bool:
        return os.path.lexists(self._target(path))

    def stage(self, path: str, data: bytes, variants: Mapping[str, bytes] = NONE) -> None:
        self._begin()
        target = self._target(path)
        places = {target + suffix.encode(): coded for suffix, coded in variants.items()}
        with self._told(target, len(data) + sum(map(len, variants.values()))):
            is_new = self._make_folder(os.path.dirname(target))
            # a server that prefers a variant must not find an older text in it than in the document: it goes first
            temporaries = {each: self._claim(each, is_new) for each in (*places, target)}
            _write(temporaries[target], data)
            self._write_beside({temporaries[each]: coded for each, coded in places.items()}, temporaries[target])

    def stage_beside(self, path: str, variants: Mapping[str, bytes]) -> None:
        self._begin()
        target = self._target(path)
        places = {target + suffix.encode(): coded for suffix, coded in variants.items()}
        with self._told(target, sum(map(len, variants.values()))):
            is_new = self._make_folder(os.path.dirname(target))
            self._write_beside({self._claim(each, is_new): coded for each, coded in places.items()}, target)

    def _claim(self, target: bytes, is_new: bool) -> bytes:
        """Where the temporary of a document belongs; whatever becomes of it, it is staged from now on."""
        found = None if is_new else _mode(target)
        if target in self._looked_at or (found is not None and stat.S_ISDIR(found)):
            raise IsADirectoryError(errno.EISDIR, "a folder stands where the document belongs")
        temporary = self._staged[target] = target + _SUFFIX
        self._is_flushed = False
        return temporary

    def _write_beside(self, temporaries: Mapping[bytes, bytes], document: bytes) -> None:
        for temporary, coded in temporaries.items():
            _write(temporary, coded)
        moment = os.lstat(document).st_mtime_ns if temporaries else 0
        for temporary in temporaries:
            os.utime(temporary, ns=(moment, moment))

    def hand_over(self) -> object:
        self._begin()
        handed = (tuple(self._staged), tuple(self._grown))
        self._forget()
        return handed

    def take_over(self, staged: object) -> None:
        self._begin()
        targets, grown = cast("tuple[tuple[bytes, ...], tuple[bytes, ...]]", staged)
        self._staged.update((target, target + _SUFFIX) for target in targets)
        self._grown.update(grown)
        self._is_flushed = False

    def flush(self) -> None:
        with self._told(self.folder, 0):
            self._flush(self._staged.values(), self._folders())
            self._is_flushed = True

    def put(self) -> None:
        if not self._is_flushed:
            self.flush()
        with self._told(self.folder, 0):
            folders = self._folders()
            for target, temporary in self._staged.items():
                os.replace(temporary, target)
            self._flush(folders, folders)
        self._forget()
        self._leave_disk()

    def remove(self, paths: Iterable[str]) -> None:
        shrunk = set()
        self._looked_at.clear()
        for path in paths:
            target = self._target(path)
            try:
                if not self._removable(target):
                    continue
                os.unlink(target)
                shrunk.add(self._prune(os.path.dirname(target)))
            except OSError as fault:
                raise PublishError(f"{shown_path(target)}: cannot be removed ({fault.strerror or fault})") from fault
        for folder in shrunk:
            with contextlib.suppress(FileNotFoundError):  # pruned after another document
                _flush_path(folder)

    def sweep(self) -> None:
        self._forget()
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name.endswith(_SUFFIX):
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(folder, name))

    def _contents(self, path: str, most: int = -1) -> bytes | None:
        target = self._target(path)
        try:
            if not stat.S_ISREG(os.lstat(target).st_mode):  # somebody put a link, a folder or a pipe there
                return None
            with open(target, "rb") as file:
                return file.read(most)
        except OSError:
            return None

    def _target(self, path: str) -> bytes:
        if path.startswith("/") or (".." in path and ".." in path.split("/")):
            raise PublishError(f"{path}: leads out of the output folder; correct the path of this feed in the settings")
        return self._below + path.encode("utf-8", "surrogatepass")

    def _removable(self, target: bytes) -> bool:
        """Whether something stands there that can be ours: no folder, and nothing behind a link."""
        try:
            found = os.lstat(target)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return not stat.S_ISDIR(found.st_mode) and not any(os.path.islink(each) for each in self._above(target))

    def _above(self, target: bytes) -> Iterator[bytes]:
        """The folders between a document and the output folder, the nearest first."""
        folder = os.path.dirname(target)
        while folder != self.folder:
            yield folder
            folder = os.path.dirname(folder)

    def _prune(self, folder: bytes) -> bytes:
        """Take away folders that are empty, up to the output folder; the first one that stays."""
        while folder != self.folder:
            try:
                os.rmdir(folder)
            except OSError:  # not empty: somebody else's file or another feed is in it
                break
            folder = os.path.dirname(folder)
        return folder

    def _make_folder(self, folder: bytes) -> bool:
        """Make it and those above it, through no link: only the output folder itself may be one. Whether it is new.

        For all that is staged together, each folder is looked at once.
        """
        known = self._looked_at.get(folder)
        if known is None:
            known = self._looked_at[folder] = self._made_anew(folder)
        return known

    def _made_anew(self, folder: bytes) -> bool:
        if folder == self.folder:
            if not os.path.isdir(folder):
                os.makedirs(folder, exist_ok=True)
            return False
        parent = os.path.dirname(folder)
        # a look costs less than an attempt that fails, and nearly always all of them are there
        found = None if self._make_folder(parent) else _mode(folder)
        if found is None:
            with contextlib.suppress(FileExistsError):  # another worker was here in the meantime
                os.mkdir(folder)
                self._grown.add(parent)
                return True
            found = os.lstat(folder).st_mode
        if not stat.S_ISDIR(found):
            what = "a link, through which nothing is written" if stat.S_ISLNK(found) else "no folder"
            raise NotADirectoryError(errno.ENOTDIR, f"{shown_path(folder)} is {what}")
        return False

    def _folders(self) -> list[bytes]:
        """In which something is staged, or was made for it."""
        return sorted({os.path.dirname(target) for target in self._staged} | self._grown)

    def _flush(self, paths: Collection[bytes], folders: Iterable[bytes]) -> None:
        """What stands at these paths, which are or are in these folders, is on the disk when this returns."""
        disk = self._disk
        if len(paths) >= _MANY and disk is not None and _on_one_device(disk, folders) and _flush_file_system(disk):
            return
        for path in paths:
            _flush_path(path)

    @contextlib.contextmanager
    def _told(self, where: bytes, size: int) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            self._drop()
            raise PublishError(_message(where, size, fault)) from fault
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        for temporary in self._staged.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        self._forget()
        self._leave_disk()

    def _begin(self) -> None:
        """What another process has staged is its own to put in place, also where this one was made with it in hand."""
        if self._process != os.getpid():
            self._forget()
            self._process, self._disk = os.getpid(), None
        if self._disk is None:
            self._disk = _opened_disk(self.folder)

    def _leave_disk(self) -> None:
        """Let go of it, so that it can be unmounted, and no error of later is put down to what is staged then."""
        if self._disk is not None and not self._is_attended:
            os.close(self._disk)
            self._disk = None

    def _forget(self) -> None:
        self._is_flushed = False
        self._staged.clear()
        self._grown.clear()
        self._looked_at.clear()


def _mode(path: bytes) -> int | None:
    """What stands there, links not followed; None where nothing does."""
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return None


def _message(where: bytes, size: int, fault: OSError) -> str:
    name = shown_path(where)
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{name}: the disk is full ({size} bytes are needed); what is published stays whole"
    return f"{name}: cannot be written ({fault.strerror or fault}); what is published stays whole"


def _write(path: bytes, data: bytes) -> None:
    # exclusive and through no link: whatever somebody put there in the meantime is not written into
    try:
        handle = os.open(path, _NEW, 0o644)
    except FileExistsError:  # staged twice, or left by a run that was killed
        os.unlink(path)
        handle = os.open(path, _NEW, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        _send_off(handle)
    finally:
        os.close(handle)


def _send_off(handle: int) -> None:
    """Have the system begin to write it to the disk, so that less is left for the flush, for which a run has to wait.

    That its pages may be given up as soon as they are written is what makes Linux begin.
    """
    with contextlib.suppress(AttributeError, OSError):  # not every system can be told, and none has to listen
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _opened_disk(folder: bytes) -> int | None:
    """A descriptor on the file system of a folder, or on the one where it would be made; None where none is given.

    Linux tells an error of writing once to each descriptor that was open by then; to one that is opened later only if
    nobody was told before. Documents are on their way to the disk before they are flushed, and others flush, too.
    """
    while True:
        try:
            return os.open(folder, _DIRECTORY)
        except FileNotFoundError:
            folder = os.path.dirname(folder)
        except OSError:
            return None


def _on_one_device(disk: int, folders: Iterable[bytes]) -> bool:
    """Whether all are on that file system: nothing is mounted below, which would have to be flushed as well."""
    return {os.stat(each).st_dev for each in folders} <= {os.fstat(disk).st_dev}


def _flush_path(path: bytes) -> None:
    handle = os.open(path, _DIRECTORY if os.path.isdir(path) else os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_file_system(disk: int) -> bool:
    """One syncfs(2) for everything; False where the system has none or does not allow it."""
    import ctypes  # here, as a run that writes nothing does not ask for it

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):
        return False
    if syncfs(disk) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in (errno.EIO, errno.ENOSPC, errno.EDQUOT):
        # what did not reach the disk is not asked after twice: the second answer would be a lie
        raise OSError(fault, os.strerror(fault))
    return False
