"""Some files against the index: what a whole scan would find of them, without looking at any other.

In: a Scan, and the absolute paths of files that somebody saw change. Out: the `FolderScan`s of a whole scan in which
nothing else has changed, or None: only a whole scan can tell. Files that were written, came or went in folders that
are known need none; folders, links, whatever a post may be made of beside its file, and many files that are gone do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence

from syndicate.content.dialects import Folder, names_of, plain_start
from syndicate.content.scan import FolderScan, Root, Scan, join, place
from syndicate.index import Index
from syndicate.index.stamps import Numbers, patched

MOST = 1_000
"""Paths from which on a whole scan costs no more."""

_MOST_GONE = 20
"""Files that are gone from which on a brake has to judge, which has to see all."""


class _Whole(Exception):
    """Only a whole scan can tell."""


class Narrow:
    """A look at some files. `rules` are those of folders as the last whole scan found them, and are added to."""

    def __init__(self, scan: Scan, index: Index, rules: dict[bytes, Folder]) -> None:
        self.scan, self.index, self.rules = scan, index, rules
        self.asked: dict[bytes, dict[bytes, Numbers | None]] = {}
        """Folder → the names in it that are to be compared, with their numbers now; None for what is not there."""

    def differences(self, paths: Iterable[bytes]) -> list[FolderScan] | None:
        """What differs, by folder."""
        paths = list(paths)
        if len(paths) > MOST:
            return None
        try:
            others = [within for path in paths if (within := self._take(path))]
            if others and self.index.is_needed(others):
                return None
            walked = sorted(self.asked, key=self._when_walked)
            found = [each for folder in walked if (each := self._compared(folder, self.asked[folder])) is not None]
        except _Whole:
            return None
        return found if sum(len(each.removed) for each in found) <= _MOST_GONE else None

    def _take(self, path: bytes) -> bytes:
        """Note a post that is to be compared. Of another file the path below its root, b"" where it has none."""
        found = place(self.scan.roots, path)
        if found is None:
            return b""
        root, within = found
        if not within or is_configuration([root], path):
            raise _Whole
        if self._is_barred(root, path):
            return within
        folder, _, name = within.rpartition(b"/")
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return b"" if self._note_gone(root, folder, name) else within
        except OSError as fault:
            raise _Whole from fault
        if stat.S_ISDIR(status.st_mode):
            if self._is_entered(root, within):
                raise _Whole
            return within
        return b"" if self._note(root, folder, name, status) else within

    def _note(self, root: Root, relative: bytes, name: bytes, status: os.stat_result) -> bool:
        """Whether there is a post to be compared."""
        folder = root.label + relative
        if not self.index.has_folder(folder, below=False):
            if self._is_entered(root, relative) and self._might_be(root, relative, name):
                raise _Whole
            return False
        if _matters(root, relative, name) and not self.index.stamps_of(folder, [name]):
            raise _Whole
        if not self._is_post(root, relative, name):
            return False
        if not stat.S_ISREG(status.st_mode):
            raise _Whole
        numbers = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        self.asked.setdefault(folder, {})[name] = numbers
        return True

    def _note_gone(self, root: Root, relative: bytes, name: bytes) -> bool:
        """Whether there was a post that is to be compared."""
        folder, within = root.label + relative, root.label + join(relative, name)
        if _matters(root, relative, name) or self.index.has_folder(within):
            raise _Whole
        if not (self.index.has_folder(folder, below=False) and self._is_post(root, relative, name)):
            return False
        self.asked.setdefault(folder, {})[name] = None
        return True

    def _compared(self, folder: bytes, names: Mapping[bytes, Numbers | None]) -> FolderScan | None:
        before = self.index.stamps_of(folder, list(names))
        changes = {name: now for name, now in names.items() if before.get(name) != now}
        if not changes:
            return None
        there = {name: now for name, now in changes.items() if now is not None}
        edited = sorted(there.keys() & before.keys())
        removed = [join(folder, name) for name in sorted(changes.keys() - there.keys())]
        if removed and not patched(self.index.stamps(folder), changes):
            raise _Whole  # whether a folder may be empty is to be judged
        return FolderScan(
            folder,
            None,
            added=len(there) - len(edited),
            changed=len(edited),
            removed=removed,
            differing=sorted((name, *now) for name, now in there.items()),
            late=changes,
            edited=edited,
        )

    def _when_walked(self, folder: bytes) -> tuple[int, list[bytes]]:
        """The order in which a whole scan comes by."""
        roots = self.scan.roots
        at = next(at for at, root in enumerate(roots) if folder.startswith(root.label))
        return at, folder[len(roots[at].label) :].split(b"/")

    # -- what a whole scan does with a folder

    def _is_post(self, root: Root, relative: bytes, name: bytes) -> bool:
        if self._is_excluded(root, join(relative, name)):
            return False
        return bool(self._rule(root, relative).posts.match(_text(name)))

    def _rule(self, root: Root, relative: bytes) -> Folder:
        folder = root.label + relative
        if folder not in self.rules:
            try:
                names = [_text(name) for name in os.listdir(join(root.path, relative))]
            except OSError as fault:
                raise _Whole from fault
            self.rules[folder] = root.dialect.folder(_text(relative), names)
        return self.rules[folder]

    def _is_barred(self, root: Root, path: bytes) -> bool:
        """Whether it lies in a folder that is never entered."""
        below = join(root.path, b"")
        return any(
            each.startswith(below) and (path == each or path.startswith(each + b"/")) for each in self.scan.barred
        )

    def _is_entered(self, root: Root, relative: bytes) -> bool:
        """Whether a scan might walk through this folder; what lies in those above it may forbid it."""
        parts = relative.split(b"/") if relative else []
        above = [b"/".join(parts[:end]) for end in range(len(parts) + 1)]
        return all(
            root.dialect.folder(_text(each)).enter and not (each and self._is_excluded(root, each)) for each in above
        )

    def _might_be(self, root: Root, relative: bytes, name: bytes) -> bool:
        rules = (root.dialect.folder(_text(relative), names) for names in ([], [_text(name)]))
        return any(rule.posts.match(_text(name)) for rule in rules)

    def _is_excluded(self, root: Root, within: bytes) -> bool:
        return root.exclude is not None and bool(root.exclude.match(_text(within)))


def is_configuration(roots: Sequence[Root], path: bytes) -> bool:
    """Whether the site's dialect reads this file beside the posts."""
    found = place(roots, path)
    if found is None:
        return False
    dialect, within = found[0].dialect, _text(found[1])
    return any(names_of(each).fullmatch(within) for each in (*dialect.config_files, *dialect.template_files))


def is_of_interest(roots: Sequence[Root], folder: bytes) -> bool:
    """Whether a scan might walk through this folder, or configuration be read from it or from below."""
    found = place(roots, folder)
    if found is None:
        return False
    root, within = found[0], _text(found[1])
    name = within.rpartition("/")[2]
    if name.startswith(".") or name == "node_modules":
        return False
    if root.exclude is not None and within and root.exclude.match(within):
        return False
    starts = {plain_start(each)[0] for each in (*root.dialect.config_files, *root.dialect.template_files)}
    return (
        root.dialect.folder(within).enter
        or within in starts
        or any(start.startswith(f"{within}/") or within.startswith(f"{start}/") for start in starts if start)
    )


def _matters(root: Root, relative: bytes, name: bytes) -> bool:
    """Whether a file of this name decides how its folder is read."""
    at = _text(relative)
    return root.dialect.folder(at, [_text(name)]) != root.dialect.folder(at, [])


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
