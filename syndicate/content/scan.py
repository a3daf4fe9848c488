"""The folders against the index: which files were added, changed or removed.

In: the roots (a folder each, with its dialect) and the stamps the index holds. Out: one
`FolderScan` for each folder that differs. A folder in which nothing changed costs one stat a
file, one packing and one comparison of bytes, and gives nothing.

A folder that cannot be read is unknown, not empty: its posts are not taken for deleted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from syndicate.content._looking import SHARED, Ahead, is_entered, looked_at, walked
from syndicate.content.dialects import Dialect, Folder
from syndicate.index.stamps import (
    Columns,
    Numbers,
    Row,
    columns,
    differing,
    looked_up,
    pack,
    patched,
    unpack,
)
from syndicate.model import Problem, Severity, Stamp, shown_path
from syndicate.model.records import dataclass, field

_FEW = 10_000
"""So many rows that differ are kept from the comparison; more are found again when they are asked for."""

_LARGE = 1_000
"""Files of a folder whose rule is remembered, since it takes a while to list them for it."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of posts. `label` stands before all its paths in the index (b"" or ends in `/`)."""

    label: bytes
    path: bytes
    dialect: Dialect
    exclude: re.Pattern[str] | None = None

    def excludes(self, within: bytes) -> bool:
        """Whether nothing is to be known of what stands there."""
        return self.exclude is not None and bool(self.exclude.match(_text(within)))


@dataclass(slots=True)
class FolderScan:
    """What differs in one folder.

    `packed` are its stamps now, None where it is gone. `added` and `changed` are counts; the
    stamps of the files to be opened are made when they are asked for, since a first scan of
    a million files should not hold a million of them. `differing` are those of the rows, where they are few.
    Where only some files were looked at, `late` are these, None for what is gone, `edited` those that
    were there before, and `packed` and `before` say nothing.
    """

    folder: bytes
    packed: bytes | None
    before: bytes | None = None
    everything: bool = False
    added: int = 0
    changed: int = 0
    removed: list[bytes] = field(default_factory=list)
    differing: list[Row] | None = None
    late: dict[bytes, Numbers | None] | None = None
    edited: list[bytes] = field(default_factory=list)

    def stamps(self) -> Iterator[Stamp]:
        """The files to be opened, by name."""
        return map(Stamp._make, self.opened())

    def opened(self) -> Iterator[Row]:
        """The same as bare tuples, which are made a column at a time, in half the time."""
        within = join(self.folder, b"")
        if self.differing is not None:
            return ((within + row[0], *row[1:]) for row in self.differing)
        names, numbers = columns(self.packed)
        by_name = sorted(range(len(names)), key=names.__getitem__)
        paths = map(within.__add__, map(names.__getitem__, by_name))
        each_number = [map(numbers[at::4].__getitem__, by_name) for at in range(4)]
        rows = zip(paths, *each_number, strict=True)
        if self.everything or not self.before:
            return rows
        before = {(within + row[0], *row[1:]) for row in unpack(self.before)}
        return (row for row in rows if row not in before)

    def changed_paths(self) -> Iterator[bytes]:
        """The files that were there at the last scan and differ now; none that is only read anew."""
        if self.late is not None:
            yield from (join(self.folder, name) for name in self.edited)
        elif self.changed:
            now = unpack(self.packed) if self.differing is None else self.differing
            before = looked_up(self.before, [row[0] for row in now])
            for row in now:
                if before.get(row[0], row[1:]) != row[1:]:
                    yield join(self.folder, row[0])


@dataclass(slots=True)
class Tally:
    """What a scan saw on its way: post files, those of them that may still be being written, problems, folders that
    could not be read, and the labels of roots without any post file."""

    files: int = 0
    waiting: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    empty: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settle:
    """Files that were changed between two moments (nanoseconds since 1970) may still be being written, but for those
    that are known to be closed, by their absolute paths. What is later than the present says nothing."""

    after: int
    until: int
    closed: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class Sight:
    """What a whole scan saw that a look at some files relies on: how many files there were, the rules of large
    folders, the files that links among the posts lead to, and what was told. `whole` once there was one."""

    whole: bool = False
    files: int = 0
    rules: dict[bytes, Folder] = field(default_factory=dict)
    linked: set[bytes] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def keep(self, scan: Scan) -> None:
        """This is what was seen last."""
        self.whole, self.files = True, scan.tally.files
        self.rules, self.linked, self.problems = scan.rules, scan.linked, scan.tally.problems

    def suffices(self, paths: Iterable[bytes]) -> bool:
        """Whether nothing but these files is another post with them."""
        return self.whole and not (self.linked and any(os.path.realpath(path) in self.linked for path in paths))


class Scan:
    """One pass over all roots.

    `known(folder)` gives the packed stamps of the last scan; with `everything` each file counts
    as changed. `barred` are absolute paths never to be entered (the output folder, the state). What may still be
    being written, by `settle`, stays as it was.
    """

    def __init__(
        self,
        roots: list[Root],
        known: Callable[[bytes], bytes | None],
        everything: bool = False,
        barred: frozenset[bytes] = frozenset(),
        settle: Settle | None = None,
        shared: int = SHARED,
    ) -> None:
        self.roots, self.known, self.everything, self.settle = roots, known, everything, settle
        self.shared = shared
        # a root within another is its own: each file has one path, and one dialect
        self.barred = barred | {root.path for root in roots}
        self.tally = Tally()
        self.seen: set[bytes] = set()
        self.rules: dict[bytes, Folder] = {}
        self.linked: set[bytes] = set()
        self._ahead: Ahead | None = None

    def differences(self, folders_before: list[bytes]) -> Iterator[FolderScan]:
        """Every folder that differs, by path; at the end those that are gone."""
        try:
            for root in self.roots:
                files = self.tally.files
                yield from self._root(root, folders_before)
                if self.tally.files == files and root.label not in self.tally.unknown:
                    self.tally.empty.append(root.label)
        finally:
            if self._ahead:
                self._ahead.drop()
        for folder in folders_before:
            if folder not in self.seen and not self._below_unknown(folder):
                yield self._gone(folder)

    def _root(self, root: Root, folders_before: list[bytes]) -> Iterator[FolderScan]:
        pending = [b""]
        while pending:
            relative = pending.pop()
            if not is_entered(root, relative):
                continue
            if self._ahead is None and self.tally.files >= self.shared:
                self._look_ahead(folders_before, root, pending)
            found, below = self._list(root, relative)
            pending.extend(sorted(below, reverse=True))
            folder = root.label + relative
            if found is None or not (found[0] or self.known(folder)):
                continue
            self.seen.add(folder)
            self.tally.files += len(found[0])
            difference = self._compare(folder, *found, os.path.join(root.path, relative))
            if difference:
                yield difference

    def _look_ahead(self, folders_before: list[bytes], root: Root, pending: list[bytes]) -> None:
        """Where many files are left to look at, a second process looks at those of the last half of the folders that
        are known; at first those are the `pending` ones of this root, the last in front. Whatever it saw counts only
        where this one comes to the folder, too."""
        a_folder = self.tally.files // len(self.seen)
        if folders_before:
            left = [folder for folder in folders_before if folder not in self.seen]
            half = left[len(left) // 2 :] if a_folder * len(left) >= self.shared else []
            roots = sorted(self.roots, key=lambda root: len(root.label), reverse=True)
            owners = ((next((root for root in roots if each.startswith(root.label)), None), each) for each in half)
            self._ahead = Ahead([(root, each[len(root.label) :]) for root, each in owners if root], self.barred)
        elif a_folder * len(pending) >= self.shared:
            self._ahead = Ahead([(root, folder) for folder in pending[: (len(pending) + 1) // 2]], self.barred)

    def _list(self, root: Root, relative: bytes) -> tuple[Columns | None, list[bytes]]:
        """The post files of a folder, in the order in which it has them, and the folders to be walked through."""
        try:
            seen_ahead = self._ahead.seen(root, relative) if self._ahead else None
            rule, seen = seen_ahead or looked_at(root, relative, self.barred, self.shared)
        except OSError as fault:
            self._unreadable(root.label + relative, fault)
            return None, []
        self.tally.problems += seen.problems
        self.linked |= seen.linked
        if len(seen.names) > _LARGE:
            self.rules[root.label + relative] = rule
        return (seen.names, seen.numbers), walked(root, rule, seen)

    def _compare(self, folder: bytes, names: list[bytes], numbers: Sequence[int], path: bytes) -> FolderScan | None:
        packed, known = pack(names, numbers), self.known(folder)
        if packed == known and not self.everything:
            return None
        if self.settle and not self.everything and (young := self._young(self.settle, path, names, numbers, known)):
            self.tally.waiting += len(young)
            packed = patched(packed, young)
            if packed == known:
                return None
            names, numbers = columns(packed)
        if not known:
            return FolderScan(folder, packed, everything=self.everything, added=len(names))
        return self._difference(folder, packed, known, (names, numbers))

    def _young(
        self, settle: Settle, path: bytes, names: list[bytes], numbers: Sequence[int], known: bytes | None
    ) -> dict[bytes, Numbers | None]:
        """What was known of the files that may still be being written."""
        moments = numbers[1::4]
        if not names or max(moments) <= settle.after:
            return {}
        rows = {
            name: tuple(numbers[4 * at : 4 * at + 4])
            for at, name in enumerate(names)
            if settle.after < moments[at] <= settle.until and os.path.join(path, name) not in settle.closed
        }
        before = looked_up(known, list(rows))
        return {name: before.get(name) for name, now in rows.items() if before.get(name) != now}

    def _difference(self, folder: bytes, packed: bytes | None, known: bytes, now_there: Columns) -> FolderScan:
        """What differs between the stamps of a folder as they are and as they were known."""
        before, now = differing(columns(known), now_there)
        names_before, names_now = {row[0] for row in before}, {row[0] for row in now}
        return FolderScan(
            folder,
            packed,
            known,
            self.everything,
            added=len(names_now - names_before),
            changed=len(names_now & names_before),
            removed=[join(folder, name) for name in sorted(names_before - names_now)],
            differing=sorted(now) if len(now) <= _FEW and not self.everything else None,
        )

    def _gone(self, folder: bytes) -> FolderScan:
        names = sorted(columns(self.known(folder))[0])
        return FolderScan(folder, None, removed=[join(folder, name) for name in names])

    def _below_unknown(self, folder: bytes) -> bool:
        return any(folder == lost or folder.startswith(join(lost, b"")) for lost in self.tally.unknown)

    def _unreadable(self, folder: bytes, fault: OSError) -> None:
        self.tally.unknown.append(folder)
        message = f"cannot be read ({fault.strerror}); its posts stay as they were. Check its permissions."
        self.tally.problems.append(Problem(shown_path(folder or b"."), Severity.ERROR, "folder-unreadable", message))


def place(roots: Sequence[Root], path: bytes) -> tuple[Root, bytes] | None:
    """The root that an absolute path belongs to, and where it is below it (b"" for the root itself)."""
    owners = [root for root in roots if path == root.path or path.startswith(os.path.join(root.path, b""))]
    if not owners:
        return None
    root = max(owners, key=lambda each: len(each.path))
    return root, path[len(root.path) :].strip(b"/")


def join(folder: bytes, name: bytes) -> bytes:
    """A path in the index: the folder may be empty or a label that ends in a slash."""
    return folder + name if not folder or folder.endswith(b"/") else folder + b"/" + name


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
