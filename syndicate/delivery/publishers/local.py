"""A folder on this machine: temporaries, one flush, renames, one flush per folder.

At every moment each path holds the whole old or the whole new document, also after a power
cut. Links are never followed out of the folder, and nothing is deleted that we did not put there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from syndicate.errors import PublishError
from syndicate.feeds.assemble import digest as digest_of

_MANY = 32
"""From so many documents on, one flush of the file system is cheaper than one for each."""

_SUFFIX = ".syndicate-new"


class Local:
    """See `syndicate.delivery.publishers.Publisher`. `folder` is made where it does not exist."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self._staged: dict[Path, Path] = {}

    def read(self, path: str, digest: bytes) -> bytes | None:
        try:
            data = (self.folder / path).read_bytes()
        except OSError:
            return None
        return data if digest_of(data) == digest else None

    def in_place(self, path: str, size: int) -> bool:
        try:
            found = os.lstat(self.folder / path)
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == size

    def stage(self, path: str, data: bytes) -> None:
        target = self.folder / path
        temporary = target.with_name(target.name + _SUFFIX)
        with self._told(path, len(data)):
            self._make_folder(target.parent)
            if target.is_dir() and not target.is_symlink():
                raise IsADirectoryError(errno.EISDIR, "a folder stands where the document belongs")
            _write(temporary, data)
            self._staged[target] = temporary

    def put(self) -> None:
        with self._told("", 0):
            self._flush(list(self._staged.values()))
            for target, temporary in self._staged.items():
                temporary.replace(target)
            for folder in sorted({target.parent for target in self._staged}):
                _flush_path(folder)
        self._staged.clear()

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.folder / path
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                target.unlink()
            self._prune(target.parent)

    def sweep(self) -> None:
        self._staged.clear()
        if self.folder.is_dir():
            for left in self.folder.rglob(f"*{_SUFFIX}"):
                with contextlib.suppress(OSError):
                    left.unlink()

    def _prune(self, folder: Path) -> None:
        while folder != self.folder and self.folder in folder.parents:
            try:
                folder.rmdir()
            except OSError:  # not empty: somebody else's file or another feed is in it
                return
            folder = folder.parent

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        inside = folder
        while inside != self.folder:
            if inside.is_symlink():
                raise OSError(errno.ELOOP, f"{inside.name} is a link; documents are not written through it")
            inside = inside.parent

    def _flush(self, temporaries: list[Path]) -> None:
        if len(temporaries) >= _MANY and _flush_file_system(self.folder):
            return
        for temporary in temporaries:
            _flush_path(temporary)

    @contextlib.contextmanager
    def _told(self, path: str, size: int) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            for temporary in self._staged.values():
                with contextlib.suppress(OSError):
                    temporary.unlink()
            self._staged.clear()
            raise PublishError(self._message(path, size, fault)) from fault

    def _message(self, path: str, size: int, fault: OSError) -> str:
        where = self.folder / path
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"{where}: the disk is full ({size} bytes are needed); the published feeds are untouched"
        return f"{where}: cannot be written ({fault.strerror or fault}); the published feeds are untouched"


def _write(path: Path, data: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    # O_EXCL and O_NOFOLLOW: whatever somebody put there in the meantime is not written into
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _flush_path(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_file_system(folder: Path) -> bool:
    """One syncfs(2) for everything; False where the system has none or it failed."""
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):
        return False
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return bool(syncfs(handle) == 0)
    finally:
        os.close(handle)
