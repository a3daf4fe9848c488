"""What survives a restart: the posts and their terms, the ledger of ids and slugs, the documents.

The index answers, by indexed queries and never by loading everything: what a scan has
changed, which feeds a change touches, and which are the newest posts of a feed.

The ledger is part of it. A row of a post is never deleted: a post that vanishes keeps its
path, its id and its first-seen time, so that it comes back as what it was. A slug, once given
to a term under a naming rule, stays.

All moments in here are whole seconds since 1970 (UTC). Members: `sqlite` (the default).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import ClassVar, NamedTuple, Protocol, Self

from syndicate.model import Problem

SITE = ("", "")
"""The (taxonomy, name) of the site feed."""


class Needed(NamedTuple):
    """A file beside its own that a post was made from, as it was then: `path` within the site, `size` in bytes.

    The size of one that was not there is -1.
    """

    path: bytes
    size: int = -1
    mtime_ns: int = 0
    ctime_ns: int = 0


class PostRow(NamedTuple):
    """One file as the read stage understood it, ready to be stored.

    `digest` are 16 bytes over the file, b"" where it could not be read; `mtime` is the file's.
    `packed` is the Post (see `packing`), "" where the file is no post or is broken.
    `language` is the shelf its feeds stand on and `terms` are on that shelf already (see `shelves`).
    `translation` groups translations, "" for none. `references` are the candidates of all the posts its body
    names (see `Reference`), `needs` the further files it was made from.
    `default_id` is the id the post gets at its first publication unless it brings a `guid`.
    `broken` marks a file whose last good version stands in, unless it is `withdrawn`: even a
    broken file can say that it is a draft. An `unsettled` file was written to while it was
    read: nothing of it is stored, and the next scan has to see it anew.
    """

    path: bytes
    digest: bytes
    mtime: int
    packed: str = ""
    public: bool = False
    published: int | None = None
    visible_from: int | None = None
    visible_until: int | None = None
    updated: int | None = None
    guid: str = ""
    default_id: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    language: str = ""
    translation: str = ""
    references: tuple[str, ...] = ()
    needs: tuple[Needed, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: bool = False
    withdrawn: bool = False
    unsettled: bool = False


class Shown(NamedTuple):
    """A post as a feed shows it. `key` (16 bytes) changes whenever its entry does."""

    id: int
    key: bytes
    updated: int


class Recipe(NamedTuple):
    """All it takes to make one entry. `last_good` is the HTML that stands in for a broken file.

    `links` are the URLs of the references of its body that are known, by the reference as written;
    `alternates` (language, URL) of its translations, the language "" for the site's own.
    """

    id: int
    path: bytes
    digest: bytes
    packed: str
    entry_id: str
    published: int
    updated: int
    last_good: str | None
    links: tuple[tuple[str, str], ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()


class Part(NamedTuple):
    """Where one entry's fragment stands within a document: `offset` and `length` in bytes."""

    id: int
    key: bytes
    offset: int
    length: int


class DocumentRow(NamedTuple):
    """A published document: what it was made from, and where its parts stand.

    `shape` is the digest of what made the fragments (format, settings), `envelope` that of the
    bytes around them; `digest` is over the whole document.
    """

    path: str
    format: str
    digest: bytes
    size: int
    shape: bytes
    envelope: bytes
    parts: tuple[Part, ...]


class FeedRow(NamedTuple):
    """A feed as last published.

    `posts` is how many posts it selects from and `newest` the moment of the newest one;
    `id` is the feed's permanent id, `digest` that of its entries (what receivers are told about).
    """

    taxonomy: str
    name: str
    id: str
    posts: int
    newest: int | None
    digest: bytes


class Kept(NamedTuple):
    """All that is kept of one post, for a person who asks. `state` is `gone`, `hidden` or `public`.

    `entry_id` is the id it was given, "" where it never was visible, and `wanted_id` the one it asks for. `terms` are
    the feeds it is in, on their shelves; `stands_in` says that its last good version is shown.
    """

    id: int
    path: bytes
    state: str
    digest: bytes
    entry_id: str
    wanted_id: str
    first_seen: int
    published: int | None
    updated: int | None
    language: str
    packed: str
    broken: bool
    stands_in: bool
    terms: tuple[tuple[str, str], ...]


class Counts(NamedTuple):
    """Files that are known, and how many of these are shown at a moment."""

    known: int
    live: int


class Index(Protocol):
    """The contract. Whatever changes stands inside `with index.transaction():`."""

    faults: ClassVar[tuple[type[Exception], ...]]
    """What any call may raise when the file turns out to be damaged or out of reach."""

    @classmethod
    def open(cls, path: str) -> Self:
        """Open or create. Raises StateError when the file is damaged or from a newer program."""
        ...

    def close(self) -> None:
        """Let go of the file. The index cannot be used afterwards."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """One durable transaction; an exception takes everything in it back."""
        ...

    # what a scan compares with
    def folders(self) -> list[bytes]:
        """The folders that held posts at the last scan."""
        ...

    def stamps(self, folder: bytes) -> bytes | None:
        """The packed stamps of one folder, as `keep_stamps` got them."""
        ...

    def keep_stamps(self, folder: bytes, packed: bytes | None) -> None:
        """Remember a folder's stamps; None forgets the folder."""
        ...

    # facts that decide whether there is work at all
    def fact(self, key: str) -> str:
        """A fact kept by an earlier run, "" where there is none."""
        ...

    def keep_fact(self, key: str, value: str) -> None:
        """Remember a fact for the next run."""
        ...

    # posts
    def store(
        self, rows: Iterable[PostRow], gone: set[bytes], now: int, changed: AbstractSet[bytes] = frozenset()
    ) -> None:
        """Store what was read; touches the feeds of the old and of the new terms.

        `gone` are the paths that vanished in this run. Where a new file turns out to be one of
        them, moved, its row moves along and its path leaves the set. `changed` are paths whose
        file is another than before: what stood there may have moved too. Their rows are held in
        memory until all have come.
        """
        ...

    def remove(self, paths: Iterable[bytes], now: int) -> None:
        """These files are gone at `now`: their posts leave all feeds, their ledger stays."""
        ...

    def digests(self, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        """The content digest of each of these paths that is known and not gone."""
        ...

    def needed(self) -> Iterator[tuple[bytes, Needed]]:
        """(path of the post, the file it needs) for all files that posts were made from beside their own."""
        ...

    def languages(self) -> list[tuple[str, int]]:
        """The shelves of further languages, and how many public posts stand on each."""
        ...

    def unshelve(self, language: str) -> None:
        """This language turns out to be the site's own: what stands on its shelf joins the main feeds."""
        ...

    def wake(self, before: int, now: int) -> None:
        """Touch the feeds of the posts that went live or expired after `before`, until `now`."""
        ...

    def standing_in(self) -> list[int]:
        """Posts whose file is broken and whose last good HTML has not been kept yet."""
        ...

    def shown_in(self, post: int) -> list[DocumentRow]:
        """The published documents that may show a post: those of the site and of its terms."""
        ...

    def keep_last_good(self, post: int, html: str) -> None:
        """Remember the HTML that stands in while the post's file is broken."""
        ...

    def recipes(self, posts: Sequence[int]) -> Iterator[Recipe]:
        """What it takes to make these entries, in no particular order."""
        ...

    def keep_unexpanded(self, post: int, faults: Sequence[tuple[str, ...]]) -> None:
        """Remember what could not be expanded when the entry of a post was made, until it is made anew."""
        ...

    def unexpanded(self) -> Iterator[tuple[bytes, tuple[str, ...]]]:
        """(path of the post, fault) for all that `keep_unexpanded` got of posts that are public, by path."""
        ...

    def problems(self) -> Iterator[Problem]:
        """Every problem that stands, by path."""
        ...

    def kept(self, path: bytes) -> Kept | None:
        """All that is kept of the post at this path, also where its file is gone."""
        ...

    def everyone(self) -> Iterator[tuple[bytes, str, str]]:
        """(path, id, packed Post) of all posts that are there, by path: to look for one, never in a run."""
        ...

    def counts(self, now: int) -> Counts:
        """How many files are known, and how many are shown at `now`."""
        ...

    # feeds
    def touch_all(self) -> None:
        """Every feed there is or should be is to be looked at."""
        ...

    def touched(self) -> list[tuple[str, str]]:
        """(taxonomy, name) of the feeds whose posts may differ from what is published; SITE first."""
        ...

    def touch(self, taxonomy: str, name: str) -> None:
        """This feed is to be looked at."""
        ...

    def newest(self, taxonomy: str, name: str, limit: int, now: int) -> list[Shown]:
        """The newest posts of a feed that are visible at `now`; ties in date by path."""
        ...

    def size(self, taxonomy: str, name: str, now: int) -> tuple[int, int | None]:
        """How many posts a feed selects from at `now`, and the moment of the newest."""
        ...

    def slug(self, taxonomy: str, name: str, rule: str, make: Callable[[Callable[[str], bool]], str]) -> str:
        """The frozen slug of a term under a naming rule.

        At first use `make(taken)` is asked; `taken(slug)` tells whether another term of the
        taxonomy has it already, letters' case aside.
        """
        ...

    def feed(self, taxonomy: str, name: str) -> FeedRow | None:
        """The feed as last published."""
        ...

    def feeds(self) -> list[FeedRow]:
        """All feeds that are published, the site first, then by taxonomy and name."""
        ...

    def documents(self, taxonomy: str, name: str) -> list[DocumentRow]:
        """The published documents of one feed."""
        ...

    def sizes(self) -> Iterator[tuple[str, int, str, str]]:
        """(path, size, taxonomy, name) of every published document."""
        ...

    def addresses(self) -> Iterator[tuple[str, str, str, str]]:
        """(taxonomy, name, format, path) of every published document."""
        ...

    def owner(self, path: str) -> tuple[str, str] | None:
        """Whose document stands at this path, letters' case aside."""
        ...

    def published(self, feed: FeedRow, documents: Sequence[DocumentRow], removed: Sequence[str]) -> None:
        """Record a feed as published: it is no longer touched."""
        ...

    def withdrawn(self, taxonomy: str, name: str) -> None:
        """The feed is no longer published at all."""
        ...
