"""Batches of Stamps → rows for the index: opens the files and calls the read stage.

Runs in worker processes, so that neither texts nor parsed front matter ever travel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import groupby

from syndicate.content import built, files, media
from syndicate.content._alike import Kinds
from syndicate.content._asked import Asked
from syndicate.content.frontmatter import withdrawn
from syndicate.content.read import Completed, Wish, read_alike, read_one, unread
from syndicate.content.scan import Root
from syndicate.index import PostRow
from syndicate.model import FrontMatter, Post, Problem, Severity, Stamp
from syndicate.model.records import dataclass, field

_AT_ONCE = 640 << 10
"""Bytes of files that are worked on at once, which a processor can keep at hand; one that is larger is so by itself."""

_OPEN = 128
"""Files that are worked on at once, and so many are open, a half of what the strictest systems allow."""

_FIRST = 8
"""So many at first, and then twice as many each time: what is learnt of some helps with the next."""

_Opener = tuple[Root, files.Files]


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
    kinds: dict[bytes, Kinds] = field(default_factory=dict, compare=False, repr=False)
    """What was learnt of the posts of each root so far in this process."""

    def read(self, stamps: Sequence[Stamp]) -> list[PostRow]:
        """One row per stamp, in order."""
        rows: list[PostRow] = []
        with ExitStack() as stack:
            expected: dict[bytes, int] = {}
            opened = [
                (root, stack.enter_context(files.Files(root.path, self.max_size, root.label, expected)))
                for root in self.roots
            ]
            for root, some, sources in _fetched(_together(stamps, opened, _OPEN if self.kinds else _FIRST)):
                rows += self._of_root(root, some, sources)
        return rows

    def digest(self, stamp: Stamp) -> bytes:
        """The digest of a file's bytes, b"" where they cannot be had. Nothing is made of them: it kills nobody."""
        root = next(root for root in self.roots if stamp.path.startswith(root.label))
        source = files.read(root.path, stamp.path[len(root.label) :], self.max_size, stamp.path)
        return b"" if isinstance(source, Problem) else source.digest

    def _of_root(self, root: Root, stamps: Sequence[Stamp], sources: Sequence[files.Source | Problem]) -> list[PostRow]:
        """The rows of files of one root: first all that are of a kind that is known, together."""
        start = len(root.label)
        paths = [_text(stamp.path[start:]) for stamp in stamps]
        wish = Wish(
            root.dialect, self.ids, self.language, Asked(self.keys, self.counted), self.updated, self.whole_days
        )
        kinds = None if self.built else self.kinds.setdefault(root.label, Kinds())
        sound = [(source, path) for source, path in zip(sources, paths, strict=True) if not isinstance(source, Problem)]
        alike = iter(read_alike(sound, kinds, wish) if kinds else [None] * len(sound))
        return [
            self._unread(root, stamp, source)
            if isinstance(source, Problem)
            else next(alike) or self._one(root, source, path, wish, kinds)
            for stamp, source, path in zip(stamps, sources, paths, strict=True)
        ]

    def _unread(self, root: Root, stamp: Stamp, problem: Problem) -> PostRow:
        row = unread(stamp.path, stamp.mtime_ns, problem, problem.code == "file-changing")
        # a draft flag counts even in a file whose encoding is broken
        text = files.rough_text(root.path, stamp.path[len(root.label) :], self.max_size)
        return row._replace(withdrawn=withdrawn(text))

    def _one(self, root: Root, source: files.Source, path: str, wish: Wish, kinds: Kinds | None) -> PostRow:
        label, complete = _text(root.label), partial(self._complete, root, path)
        return read_one(source, path, wish, label=label, complete=complete, kinds=kinds)

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


def _together(stamps: Sequence[Stamp], opened: Sequence[_Opener], most: int) -> Iterator[tuple[_Opener, list[Stamp]]]:
    """Stamps of one root in a row, in lists whose files can be held in memory at once: at first `most`."""
    for opener, those in groupby(stamps, _owner(opened)):
        some: list[Stamp] = []
        size = 0
        for stamp in those:
            size += stamp.size
            if some and (size > _AT_ONCE or len(some) == most):
                yield opener, some
                some, size, most = [], stamp.size, min(2 * most, _OPEN)
            some.append(stamp)
        yield opener, some


def _owner(opened: Sequence[_Opener]) -> Callable[[Stamp], _Opener]:
    if len(opened) == 1:
        return lambda _stamp: opened[0]
    return lambda stamp: next(each for each in opened if stamp.path.startswith(each[0].label))


def _fetched(
    groups: Iterable[tuple[_Opener, list[Stamp]]],
) -> Iterator[tuple[Root, list[Stamp], list[files.Source | Problem]]]:
    """The files of these lists, each with its root; while those of one are worked on, the next come from the disk.

    One after the other, files that are not in memory would take five times as long.
    """
    groups = iter(groups)
    following = next(groups, None)
    if following:
        following[0][1].expect(following[1])
    while following:
        (root, opened), stamps = following
        sources = opened.seen(stamps)
        following = next(groups, None)
        if following:
            following[0][1].expect(following[1])
        yield root, stamps, sources


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def lost(stamp: Stamp) -> PostRow:
    """The row of a file that killed its worker or never came to an end."""
    problem = Problem(
        stamp.shown,
        Severity.ERROR,
        "post-too-costly",
        "reading this file crashed or took too long; it is left out, and tried again at the next run. "
        "Look for extreme nesting or size in it.",
    )
    return unread(stamp.path, stamp.mtime_ns, problem, unsettled=False)
