"""Whether what is open lies where it seems to lie."""

from __future__ import annotations

import os


def is_inside(fd: int, full: bytes, root: bytes, *, itself: bool = False) -> bool:
    """Does the open file lie below the root (or is it the root `itself`)? Asked of the descriptor where the system can
    tell, so that no folder on the way can be swapped for a link after the look."""
    try:
        where = os.readlink(b"/proc/self/fd/%d" % fd)
    except OSError:
        where = os.path.realpath(full)
    where += b"/" if itself else b""
    return _below(where, root) or _below(where, os.path.realpath(root))


def _below(path: bytes, folder: bytes) -> bool:
    return path.startswith(folder.rstrip(b"/") + b"/")
