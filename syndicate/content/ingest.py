"""Batches of Stamps → rows for the index: opens the files and calls the read stage.

Runs in worker processes, so that neither texts nor parsed front matter ever travel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

from syndicate.content import built, files, media
from syndicate.content._alike import Kinds
from syndicate.content._asked import Asked
from syndicate.content.frontmatter import withdrawn
from syndicate.content.read import Completed, read, unread
from syndicate.content.scan import Root
from syndicate.index import PostRow
from syndicate.model import FrontMatter, Post, Problem, Severity, Stamp


@dataclass(frozen=True)
class Reader:
    """What all files of a run have in common. `max_size` in bytes; `ids` and `language` as in `read.read`.

    `built` maps the label of a root to the folder that its generator built the site into, where bodies are to
    be taken from there. `keys` of front matter, and with `counted` the number of words, are kept for queries.
    """

    roots: tuple[Root, ...]
    ids: str
    max_size: int
    language: str | None = None
    built: Mapping[bytes, str] = field(default_factory=dict)
    updated: str = "content"
    whole_days: bool = False
    keys: tuple[str, ...] = ()
    counted: bool = False
    kinds: Kinds = field(default_factory=Kinds, compare=False, repr=False)
    """What was learnt of the posts read so far in this process."""

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        """One row per stamp, in order."""
        asked = Asked(self.keys, self.counted)
        with ExitStack() as stack:
            opened = [
                (root, stack.enter_context(files.Files(root.path, self.max_size)), _text(root.label))
                for root in self.roots
            ]
            return [
                self._one(stamp, *next(each for each in opened if stamp.path.startswith(each[0].label)), asked)
                for stamp in stamps
            ]

    def _one(self, stamp: Stamp, root: Root, opened: files.Files, label: str, asked: Asked) -> PostRow:
        within = stamp.path[len(root.label) :]
        source = opened.read(within, stamp.path)
        if isinstance(source, Problem):
            row = unread(stamp.path, stamp.mtime_ns, source, source.code == "file-changing")
            # a draft flag counts even in a file whose encoding is broken
            return row._replace(withdrawn=withdrawn(files.rough_text(root.path, within, self.max_size)))
        path = _text(within)
        return read(
            source,
            path,
            root.dialect,
            self.ids,
            label=label,
            language=self.language,
            complete=partial(self._complete, root, path),
            asked=asked,
            updated=self.updated,
            whole_days=self.whole_days,
            kinds=None if self.built else self.kinds,
        )

    def _complete(self, root: Root, path: str, post: Post, matter: FrontMatter) -> Completed:
        """What other files know of a post: its picture, its media, the page that was built of it."""
        done = media.completed(post, root.path, root.dialect, path, matter)
        folder = self.built.get(root.label, "")
        page = built.page_of(root.path, folder, post.url, root.dialect.facts.url) if folder else None
        if page is None:
            return done
        with_page = replace(done.post, built=page.path, built_digest=page.digest)
        needs, problems = (*done.needs, *page.needs), (*done.problems, *page.problems)
        return Completed(with_page, needs, problems)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def lost(stamp: Stamp) -> PostRow:
    """The row of a file that killed its worker or never came to an end."""
    problem = Problem(
        stamp.shown,
        Severity.ERROR,
        "post-too-costly",
        "reading this file crashed or took too long; it is left out. Look for extreme nesting or size in it.",
    )
    return unread(stamp.path, stamp.mtime_ns, problem, unsettled=False)
