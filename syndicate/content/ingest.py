"""Batches of Stamps → rows for the index: opens the files and calls the read stage.

Runs in worker processes, so that neither texts nor parsed front matter ever travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syndicate.content import files
from syndicate.content.frontmatter import withdrawn
from syndicate.content.read import read, unread
from syndicate.content.scan import Root
from syndicate.index import PostRow
from syndicate.model import Problem, Severity, Stamp


@dataclass(frozen=True)
class Reader:
    """What all files of a run have in common. `max_size` in bytes; `ids` as in `read.read`."""

    roots: tuple[Root, ...]
    ids: str
    max_size: int

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        """One row per stamp, in order."""
        return [self._one(stamp) for stamp in stamps]

    def _one(self, stamp: Stamp) -> PostRow:
        root = next(root for root in self.roots if stamp.path.startswith(root.label))
        within = stamp.path[len(root.label) :]
        source = files.read(root.path, within, self.max_size, stamp.path)
        if isinstance(source, Problem):
            row = unread(stamp.path, stamp.mtime_ns, source, source.code == "file-changing")
            # a draft flag counts even in a file whose encoding is broken
            return row._replace(withdrawn=withdrawn(files.rough_text(root.path, within, self.max_size)))
        return read(source, within.decode("utf-8", "surrogateescape"), root.dialect, self.ids)


def lost(stamp: Stamp) -> PostRow:
    """The row of a file that killed its worker or never came to an end."""
    problem = Problem(
        stamp.shown,
        Severity.ERROR,
        "post-too-costly",
        "reading this file crashed or took too long; it is left out. Look for extreme nesting or size in it.",
    )
    return unread(stamp.path, stamp.mtime_ns, problem, unsettled=False)
