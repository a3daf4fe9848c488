"""What is seen of the entries of one folder: its post files with their status, and the folders in it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from syndicate.content.dialects import Folder
from syndicate.engines.beside import Aside, both
from syndicate.index.stamps import column, columns, joined, pack
from syndicate.model import Problem, Severity, shown_path
from syndicate.model.records import dataclass, field

if TYPE_CHECKING:
    from syndicate.content.scan import Root

_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)

_KIND = 0o170000
"""Of the bits of a mode those that tell what it is."""

SHARED = 20_000
"""Files from which on two processes look at half of them each: that is worth what a process costs."""


@dataclass(slots=True)
class Seen:
    """Names and numbers of the post files in the order in which the folder has them, the folders among the entries,
    what there is to tell, and the files that links lead to."""

    names: list[bytes] = field(default_factory=list)
    numbers: Sequence[int] = ()
    below: list[bytes] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    linked: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class _Look:
    """How the entries of a folder are looked at: `folder` is its path within the root."""

    root: Root
    folder: bytes
    barred: frozenset[bytes]
    is_post: Callable[[str], object]


def looked_at(root: Root, folder: bytes, barred: frozenset[bytes], shared: int = SHARED) -> tuple[Folder, Seen]:
    """The rule of a folder of this root, and what is seen in it. `barred` are absolute paths of folders to be left out;
    from `shared` entries on two processes look at them.

    Raises:
        OSError: the folder, or a status in it, cannot be read.
    """
    with _opened(os.path.join(root.path, folder)) as place:
        with os.scandir(place) as entries:
            found: list[os.DirEntry[Any]] = list(entries)
        texts = [entry.name if type(entry.name) is str else _text(entry.name) for entry in found]
        rule = root.dialect.folder(_text(folder), texts)
        look = _Look(root, folder, barred, rule.posts.match)
        return rule, _shared(look, found, texts) if len(found) >= shared else _seen(look, found, texts)


class Ahead:
    """What a second process sees meanwhile of folders that will be looked at later, and of those in them: `wanted` are
    some of them, each a root and a path in it."""

    def __init__(self, wanted: Sequence[tuple[Root, bytes]], barred: frozenset[bytes]) -> None:
        here = os.getpid()
        self._aside = Aside(lambda: _all_seen(wanted, barred, here)) if wanted else None
        under_way = self._aside is not None and self._aside.is_under_way
        self._awaited = {(root.label, folder) for root, folder in wanted} if under_way else set()
        self._told: dict[tuple[bytes, bytes], _Told] = {}

    def seen(self, root: Root, folder: bytes) -> tuple[Folder, Seen] | None:
        """The same as `looked_at` gives, once; None where nothing is known of it.

        Who asks for one that was wanted waits until all have been seen.
        """
        key = root.label, folder
        if key in self._awaited and self._aside is not None:
            self._awaited.clear()
            for told in self._aside.results():
                self._told = told
        found = self._told.pop(key, None)
        if found is None:
            return None
        rule, packed, below, problems, linked = found
        return rule, Seen(*columns(packed), below, problems, linked)

    def drop(self) -> None:
        """Nobody will ask any more."""
        if self._aside:
            self._aside.drop()


_Told = tuple[Folder, bytes | None, list[bytes], list[Problem], set[bytes]]


def _all_seen(
    wanted: Sequence[tuple[Root, bytes]], barred: frozenset[bytes], asker: int
) -> dict[tuple[bytes, bytes], _Told]:
    told: dict[tuple[bytes, bytes], _Told] = {}
    pending = list(wanted)
    while pending:
        root, folder = pending.pop()
        if os.getppid() != asker:
            break  # it was killed, and as long as we are there, its lock is held
        if (root.label, folder) in told or not is_entered(root, folder):
            continue
        with suppress(OSError):  # whoever asks will meet it, too
            rule, seen = looked_at(root, folder, barred, sys.maxsize)
            packed = pack(seen.names, seen.numbers)
            told[root.label, folder] = rule, packed, seen.below, seen.problems, seen.linked
            pending += [(root, each) for each in walked(root, rule, seen)]
    return told


def is_entered(root: Root, folder: bytes) -> bool:
    """Whether what the root's generator makes of posts may stand in a folder of this name."""
    return root.dialect.folder(_text(folder)).enter


def walked(root: Root, rule: Folder, seen: Seen) -> list[bytes]:
    """The folders in one with this rule in which posts are looked for, if they are entered."""
    return [name for name in seen.below if not root.excludes(name)] if rule.enter else []


def _shared(look: _Look, found: list[os.DirEntry[Any]], texts: list[str]) -> Seen:
    """The same as `_seen`, by two processes."""
    middle = len(found) // 2
    rest = found[middle:], texts[middle:]
    del found[middle:], texts[middle:]

    def there() -> tuple[bytes | None, list[bytes], list[Problem], set[bytes]]:
        seen = _seen(look, *rest)
        return pack(seen.names, seen.numbers), seen.below, seen.problems, seen.linked

    first, (packed, below, problems, linked) = both(lambda: _seen(look, found, texts), there)
    names, numbers = joined((first.names, first.numbers), columns(packed))
    return Seen(names, numbers, first.below + below, first.problems + problems, first.linked | linked)


def _seen(look: _Look, found: list[os.DirEntry[Any]], texts: list[str]) -> Seen:
    """What these entries with these names are; the list is used up.

    All that is done for each file stands here: of a folder of 100,000 the status calls are three quarters of the time.
    """
    seen, is_post, root = Seen(), look.is_post, look.root
    names, numbers = seen.names, list[int]()
    # an entry keeps its status: let go at once, its memory serves the next one, which saves a fifth of the time
    found.reverse()
    for text in texts:
        entry = found.pop()
        regular = entry.is_file(follow_symlinks=False)
        if not regular and entry.is_dir(follow_symlinks=False):
            below = _within(look, text)
            if os.path.join(root.path, below) not in look.barred:
                seen.below.append(below)
            continue
        if not is_post(text) or (root.exclude is not None and root.excludes(_within(look, text))):
            continue
        try:
            status = entry.stat() if regular else _status(entry, root, _within(look, text), seen)
        except OSError as fault:
            if fault.errno not in _NOTHING_THERE:
                raise  # unknown is not gone: the whole folder counts as unreadable
            continue
        if status is None:
            continue
        if status.st_mode & _KIND == stat.S_IFREG:
            names.append(text.encode("utf-8", "surrogateescape"))
            numbers += (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        else:
            _tell_of(seen, root.label + _within(look, text), "not-a-file", "is no regular file; it is not read")
    seen.numbers = column(numbers)
    return seen


def _status(entry: os.DirEntry[Any], root: Root, within: bytes, seen: Seen) -> os.stat_result | None:
    """The status of what is no regular file, of a link that of its target; None where there is none to be read."""
    if not entry.is_symlink():
        return entry.stat()
    try:
        target = os.path.realpath(os.path.join(root.path, within))
        if target.startswith(os.path.join(os.path.realpath(root.path), b"")):
            seen.linked.add(target)
            return os.stat(target)
    except OSError as fault:
        if fault.errno in _NOTHING_THERE:
            message = "is a link to nothing. Mend or delete it."
            _tell_of(seen, root.label + within, "unreadable", message, Severity.ERROR)
        raise
    message = "is a link that leads out of the content folder; it is not followed. Copy the file instead."
    _tell_of(seen, root.label + within, "symlink-outside", message)
    return None


def _tell_of(seen: Seen, path: bytes, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
    seen.problems.append(Problem(shown_path(path), severity, code, message))


def _within(look: _Look, name: str) -> bytes:
    """The path of an entry within the root."""
    return os.path.join(look.folder, name.encode("utf-8", "surrogateescape"))


@contextmanager
def _opened(path: bytes) -> Iterator[bytes | int]:
    """What a folder is listed by: its descriptor, from which each status call has a shorter way to go.

    The names are texts then, as the file system's encoding has them, which has to be the usual one.
    """
    if os.scandir not in os.supports_fd or sys.getfilesystemencoding() != "utf-8":
        yield path
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
