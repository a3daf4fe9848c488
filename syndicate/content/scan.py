"""The folders against the index: which files were added, changed or removed.

In: the roots (a folder each, with its dialect) and the stamps the index holds. Out: one
`FolderScan` for each folder that differs. A folder in which nothing changed costs one stat a
file, one packing and one comparison of bytes, and gives nothing.

A folder that cannot be read is unknown, not empty: its posts are not taken for deleted.
"""

from __future__ import annotations

import errno
import marshal
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from syndicate.content.dialects import Dialect
from syndicate.model import Problem, Severity, Stamp, shown_path

_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)

_Row = tuple[bytes, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of posts. `label` stands before all its paths in the index (b"" or ends in `/`)."""

    label: bytes
    path: bytes
    dialect: Dialect
    exclude: re.Pattern[str] | None = None


@dataclass(slots=True)
class FolderScan:
    """What differs in one folder.

    `packed` are its stamps now, None where it is gone. `added` and `changed` are counts; the
    stamps of the files to be opened are made when they are asked for, since a first scan of
    a million files should not hold a million of them.
    """

    folder: bytes
    packed: bytes | None
    before: bytes | None = None
    everything: bool = False
    added: int = 0
    changed: int = 0
    removed: list[bytes] = field(default_factory=list)

    def stamps(self) -> Iterator[Stamp]:
        """The files to be opened, by name."""
        before = set() if self.everything else set(unpack(self.before))
        for row in unpack(self.packed):
            if row not in before:
                yield Stamp(join(self.folder, row[0]), *row[1:])

    def changed_paths(self) -> Iterator[bytes]:
        """The files that were there at the last scan and differ now; none that is only read anew."""
        if self.changed:
            before = {row[0]: row for row in unpack(self.before)}
            for row in unpack(self.packed):
                if before.get(row[0], row) != row:
                    yield join(self.folder, row[0])


@dataclass(slots=True)
class Tally:
    """What a scan saw on its way: post files, problems, folders that could not be read, and the
    labels of roots without any post file."""

    files: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    empty: list[bytes] = field(default_factory=list)


class Scan:
    """One pass over all roots.

    `known(folder)` gives the packed stamps of the last scan; with `everything` each file counts
    as changed. `barred` are absolute paths never to be entered (the output folder, the state).
    """

    def __init__(
        self,
        roots: list[Root],
        known: Callable[[bytes], bytes | None],
        everything: bool = False,
        barred: frozenset[bytes] = frozenset(),
    ) -> None:
        self.roots, self.known, self.everything = roots, known, everything
        # a root within another is its own: each file has one path, and one dialect
        self.barred = barred | {root.path for root in roots}
        self.tally = Tally()
        self.seen: set[bytes] = set()

    def differences(self, folders_before: list[bytes]) -> Iterator[FolderScan]:
        """Every folder that differs, by path; at the end those that are gone."""
        for root in self.roots:
            files = self.tally.files
            yield from self._root(root)
            if self.tally.files == files and root.label not in self.tally.unknown:
                self.tally.empty.append(root.label)
        for folder in folders_before:
            if folder not in self.seen and not self._below_unknown(folder):
                yield self._gone(folder)

    def _root(self, root: Root) -> Iterator[FolderScan]:
        pending = [b""]
        while pending:
            relative = pending.pop()
            if not root.dialect.folder(_text(relative)).enter:
                continue
            rows, below = self._list(root, relative)
            pending.extend(sorted(below, reverse=True))
            folder = root.label + relative
            if rows is None or not (rows or self.known(folder)):
                continue
            self.seen.add(folder)
            self.tally.files += len(rows)
            difference = self._compare(folder, rows)
            if difference:
                yield difference

    def _list(self, root: Root, relative: bytes) -> tuple[list[_Row] | None, list[bytes]]:
        rows: list[_Row] = []
        below: list[bytes] = []
        try:
            with os.scandir(os.path.join(root.path, relative)) as entries:
                found = list(entries)
            rule = root.dialect.folder(_text(relative), [_text(entry.name) for entry in found])
            for entry in found:
                self._look(entry, root, relative, rule.posts, rows, below)
        except OSError as fault:
            self._unreadable(root.label + relative, fault)
            return None, []
        rows.sort()
        return rows, below if rule.enter else []

    def _look(
        self,
        entry: os.DirEntry[bytes],
        root: Root,
        relative: bytes,
        posts: re.Pattern[str],
        rows: list[_Row],
        below: list[bytes],
    ) -> None:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.path not in self.barred and not self._excluded(root, relative, name):
                below.append(join(relative, name))
            return
        if not posts.match(_text(name)) or self._excluded(root, relative, name):
            return
        found = self._stat(entry, root, join(relative, name))
        if found and stat.S_ISREG(found.st_mode):
            rows.append((name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
        elif found:
            self._tell(root.label + join(relative, name), "not-a-file", "is no regular file; it is not read")

    def _stat(self, entry: os.DirEntry[bytes], root: Root, within: bytes) -> os.stat_result | None:
        """The status of the file, of a link that of its target; None where there is none to be read."""
        try:
            if not entry.is_symlink():
                return entry.stat(follow_symlinks=False)
            target = os.path.realpath(entry.path)
            if target.startswith(join(os.path.realpath(root.path), b"")):
                return os.stat(target)
        except OSError as fault:
            if fault.errno not in _NOTHING_THERE:
                raise  # unknown is not gone: the whole folder counts as unreadable
            if entry.is_symlink():
                message = "is a link to nothing. Mend or delete it."
                self._tell(root.label + within, "unreadable", message, Severity.ERROR)
            return None
        self._tell(
            root.label + within,
            "symlink-outside",
            "is a link that leads out of the content folder; it is not followed. Copy the file instead.",
        )
        return None

    def _compare(self, folder: bytes, rows: list[_Row]) -> FolderScan | None:
        # version 2 of marshal writes no back-references, so equal rows are equal bytes
        packed = marshal.dumps(rows, 2) if rows else None
        known = self.known(folder)
        if packed == known and not self.everything:
            return None
        before, now = set(unpack(known)), set(rows)
        names_before, names_now = {row[0] for row in before}, {row[0] for row in now}
        return FolderScan(
            folder,
            packed,
            known,
            self.everything,
            added=len(names_now - names_before),
            changed=sum(row[0] in names_before for row in now - before),
            removed=[join(folder, name) for name in sorted(names_before - names_now)],
        )

    def _gone(self, folder: bytes) -> FolderScan:
        names = [row[0] for row in unpack(self.known(folder))]
        return FolderScan(folder, None, removed=[join(folder, name) for name in names])

    def _excluded(self, root: Root, relative: bytes, name: bytes) -> bool:
        return root.exclude is not None and bool(root.exclude.match(_text(join(relative, name))))

    def _below_unknown(self, folder: bytes) -> bool:
        return any(folder == lost or folder.startswith(join(lost, b"")) for lost in self.tally.unknown)

    def _unreadable(self, folder: bytes, fault: OSError) -> None:
        self.tally.unknown.append(folder)
        self._tell(
            folder or b".",
            "folder-unreadable",
            f"cannot be read ({fault.strerror}); its posts stay as they were. Check its permissions.",
            Severity.ERROR,
        )

    def _tell(self, path: bytes, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
        self.tally.problems.append(Problem(shown_path(path), severity, code, message))


def join(folder: bytes, name: bytes) -> bytes:
    """A path in the index: the folder may be empty or a label that ends in a slash."""
    return folder + name if not folder or folder.endswith(b"/") else folder + b"/" + name


def unpack(packed: bytes | None) -> list[_Row]:
    """The rows of a folder as the index kept them; none where they cannot be read."""
    # the state is a file of ours; another version's way of packing only costs a new reading
    try:
        return marshal.loads(packed) if packed else []  # noqa: S302
    except (ValueError, EOFError, TypeError):
        return []


def unsettle(packed: bytes, names: set[bytes]) -> bytes:
    """The packed stamps, some of them as no file has them: the next scan sees these files as changed or removed."""
    return marshal.dumps([(row[0], -1, -1, -1, -1) if row[0] in names else row for row in unpack(packed)], 2)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
