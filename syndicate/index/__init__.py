"""What survives a restart: the posts and their terms, the ledger of ids and slugs, the documents.

The index answers, by indexed queries and never by loading everything: what a scan has
changed, which feeds a change touches, and which are the newest posts of a feed.

The ledger is part of it. A row of a post is never deleted: a post that vanishes keeps its
path, its id and its first-seen time, so that it comes back as what it was. A slug, once given
to a term under a naming rule, stays.

All moments in here are whole seconds since 1970 (UTC). Members: `sqlite` (the default).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol, Self

from syndicate.index._catalogue import Catalogue
from syndicate.index._parcels import Parcel as Parcel
from syndicate.index._parcels import parcel as parcel
from syndicate.index._rows import SITE as SITE
from syndicate.index._rows import Announced as Announced
from syndicate.index._rows import Candidate as Candidate
from syndicate.index._rows import Check as Check
from syndicate.index._rows import Chosen as Chosen
from syndicate.index._rows import Counts as Counts
from syndicate.index._rows import DocumentRow as DocumentRow
from syndicate.index._rows import FeedRow as FeedRow
from syndicate.index._rows import Kept as Kept
from syndicate.index._rows import Left as Left
from syndicate.index._rows import LineRow as LineRow
from syndicate.index._rows import Listed as Listed
from syndicate.index._rows import Medium as Medium
from syndicate.index._rows import Needed as Needed
from syndicate.index._rows import Part as Part
from syndicate.index._rows import PostRow as PostRow
from syndicate.index._rows import PublishedRow as PublishedRow
from syndicate.index._rows import Recipe as Recipe
from syndicate.index._rows import Shown as Shown
from syndicate.index._rows import SitePage as SitePage
from syndicate.index._rows import Tomb as Tomb
from syndicate.index._served import Served
from syndicate.index._service import Service
from syndicate.index.stamps import Numbers as Numbers
from syndicate.model import Problem


class Index(Service, Served, Catalogue, Protocol):
    """The contract. Whatever changes stands inside `with index.transaction():`."""

    faults: ClassVar[tuple[type[Exception], ...]]
    """What any call may raise when the file turns out to be damaged or out of reach."""

    @classmethod
    def open(cls, path: str, wait: float = 60.0) -> Self:
        """Open or create. Who writes just now is waited for so many seconds, where that is no hindrance to read.

        Raises:
            StateError: the file is damaged, from a newer program, or held for longer.
        """
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

    def has_folder(self, path: bytes, below: bool = True) -> bool:
        """Whether this folder held posts at the last scan; also, with `below`, one below it."""
        ...

    def stamps(self, folder: bytes) -> bytes | None:
        """The packed stamps of one folder (`index.stamps`): those that `keep_stamps` got, with what came later."""
        ...

    def stamps_of(self, folder: bytes, names: Sequence[bytes]) -> dict[bytes, Numbers]:
        """Those of some files alone; nothing of a file that was not there."""
        ...

    def keep_late(self, folder: bytes, changes: Mapping[bytes, Numbers | None]) -> None:
        """Remember the stamps of some files of a folder, None for those that are gone; the others stay as they are."""
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

    def is_blank(self) -> bool:
        """Whether no post was ever stored."""
        ...

    def send(self) -> bool:
        """Have the disk take what a transaction has written so far; whether that can be.

        Only in a process that was forked off the one that writes: whoever does it loses his locks on the file.
        """
        ...

    def store_first(self, parcels: Iterable[Parcel], now: int) -> None:
        """The same as `store` where no post was ever stored and none is gone; `now` is that of the parcels."""
        ...

    def remove(self, paths: Iterable[bytes], now: int) -> None:
        """These files are gone at `now`: their posts leave all feeds, their ledger stays."""
        ...

    def digests(self, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        """The content digest of each of these paths that is known and not gone."""
        ...

    def dates(self) -> Iterator[tuple[bytes, int | None]]:
        """(path, moment of publication) of all posts that are there; None where none is known."""
        ...

    def needed(self) -> Iterator[tuple[bytes, Needed]]:
        """(path of the post, the file it needs) for all files that posts were made from beside their own."""
        ...

    def is_needed(self, paths: Sequence[bytes]) -> bool:
        """Whether any post was made from one of these files beside its own, named from the folder of the site."""
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

    def next_moment(self, now: int) -> int | None:
        """The first moment after `now` at which a post goes live or expires; None where none does."""
        ...

    def standing_in(self) -> list[int]:
        """Posts whose file is broken and whose last good HTML has not been kept yet."""
        ...

    def shown_in(self, post: int) -> list[DocumentRow]:
        """The published documents that may show a post: those of the site, of its terms, and of their histories."""
        ...

    def keep_last_good(self, post: int, html: str) -> None:
        """Remember the HTML that stands in while the post's file is broken."""
        ...

    def recipes(self, posts: Sequence[int]) -> Iterator[Recipe]:
        """What it takes to make these entries, in no particular order."""
        ...

    def keep_unexpanded(self, faults: Mapping[int, Sequence[tuple[str, ...]]]) -> None:
        """Remember what could not be expanded when the entries of these posts were made, until they are made anew."""
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
    def touch_all(self, counted: bool = False) -> None:
        """Every feed there is or should be is to be looked at; its posts are counted anew, unless they just were."""
        ...

    def touched(self) -> list[tuple[str, str]]:
        """(taxonomy, name) of the feeds whose posts may differ from what is published; SITE first."""
        ...

    def touch(self, taxonomy: str, name: str) -> None:
        """This feed is to be looked at."""
        ...

    def newest(self, taxonomy: str, name: str, limit: int, now: int, chosen: Chosen | None = None) -> list[Shown]:
        """The newest posts of a feed that are visible at `now`; ties in date by path.

        What a feed of the operator's own is about is `chosen`; so in the calls below.
        """
        ...

    def size(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> tuple[int, int | None]:
        """How many posts a feed selects from at `now`, and the moment of the newest."""
        ...

    def moments(self, now: int, chosen: Chosen) -> Iterator[int]:
        """When the posts of a feed of the operator's own were published, the newest first."""
        ...

    def between(self, since: int, until: int, now: int, chosen: Chosen) -> list[tuple[int, Shown]]:
        """(moment, post) of those published from `since` on and before `until`, the newest first."""
        ...

    def unheard(self, keys: tuple[str, ...]) -> list[str]:
        """Those of these keys of front matter that no public post has: misspelled, as a rule."""
        ...

    # the history of a feed: a page of it is touched, published and withdrawn as a feed of its own (`shelves.paged`)
    def pages(self, taxonomy: str, name: str) -> int:
        """How many pages of history a feed has."""
        ...

    def unpaged(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> list[Shown]:
        """The visible posts of a feed that stand on no page of its history, the oldest first."""
        ...

    def fill_page(self, taxonomy: str, name: str, page: int, posts: Sequence[int]) -> None:
        """These posts stand on this page, for good."""
        ...

    def on_page(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> list[Shown]:
        """The posts of a page (`shelves.paged`) that are still the feed's and visible at `now`, the newest first."""
        ...

    # what is no more
    def dead(self, posts: Sequence[int], now: int) -> list[Tomb]:
        """Those of these posts that are shown nowhere any more at `now`: deleted, withdrawn or expired."""
        ...

    def bury(self, taxonomy: str, name: str, tombs: Sequence[Tomb]) -> None:
        """Remember that this feed showed these entries when they ended."""
        ...

    def tombs(self, taxonomy: str, name: str, after: int, now: int) -> list[Tomb]:
        """What was buried in this feed and ended after `after`, the last first; not what lives again."""
        ...

    def forget_tombs(self, before: int, now: int) -> None:
        """Forget what ended until `before` or lives again, and touch the feeds that tell of it."""
        ...

    def touch_emptied(self, before: int) -> None:
        """Touch the feeds that have shown nothing since `before` or longer."""
        ...

    def empty_since(self, taxonomy: str, name: str) -> int | None:
        """Since when a feed has shown nothing; None where it does, or was never published."""
        ...

    def left(self) -> Iterator[Left]:
        """Every path where a document once stood and none stands now, by path."""
        ...

    def gone(self, now: int) -> Iterator[tuple[str, int]]:
        """(permalink, moment) of every post that was shown and is no more, the first to go first."""
        ...

    # what an older feed of the site knows
    def candidates(self) -> Iterator[Candidate]:
        """All public posts, by path."""
        ...

    def unshown(self) -> int:
        """How many posts have an id and have never stood in a published document, counted up to 100."""
        ...

    def ended(self, now: int) -> int:
        """How many posts that had an id are shown no more at `now`, counted up to 100 of each kind."""
        ...

    def adopt(self, post: int, entry_id: str, published: int | None, updated: int | None) -> bool:
        """The post has this id from now on, and these dates where it says none itself.

        False, and nothing is changed, where it was already shown under another id, or the id is that of another post
        which was shown and whose file is there.
        """
        ...

    def release(self, posts: Iterable[int]) -> None:
        """Those of these posts that were never shown have no id any more: the next run gives them one."""
        ...

    def adopt_feed(self, taxonomy: str, name: str, feed_id: str) -> bool:
        """The feed, which must never have been published, has this permanent id. Whether it was so."""
        ...

    def adopt_slug(self, taxonomy: str, rule: str, name: str, slug: str) -> bool:
        """The term, which must have no slug by this rule, has this one; it must be free. Whether it was so."""
        ...

    def slug(
        self, taxonomy: str, name: str, rule: str, make: Callable[[Callable[[str], bool]], str], keep: bool = True
    ) -> str:
        """The frozen slug of a term under a naming rule.

        At first use `make(taken)` is asked; `taken(slug)` tells whether another term of the
        taxonomy has it already, letters' case aside. Without `keep` it is not frozen by being asked for.
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

    def sizes(self, above: int = -1) -> list[tuple[str, int]]:
        """(path, size) of every published document of more bytes than that, in no particular order."""
        ...

    def addresses(self) -> Iterator[tuple[str, str, str, str]]:
        """(taxonomy, name, format, path) of every published document."""
        ...

    def owner(self, path: str) -> tuple[str, str] | None:
        """Whose document stands at this path, letters' case aside."""
        ...

    def published(self, feed: FeedRow, documents: Sequence[DocumentRow], removed: Sequence[str], now: int = 0) -> None:
        """Record a feed as published at `now`: it is no longer touched."""
        ...

    def publish(self, feeds: Sequence[tuple[FeedRow, Sequence[DocumentRow], Sequence[str]]], now: int = 0) -> None:
        """The same for many feeds: no path is left by one of them where another one's document stands."""
        ...

    def releasing(self) -> AbstractContextManager[None]:
        """Within, `publish` is called again and again: each call is durable as ever, and all of them cost less."""
        ...

    def withdrawn(self, taxonomy: str, name: str, now: int = 0) -> None:
        """The feed is no longer published at all."""
        ...

    def whole(self, path: str) -> tuple[bytes, int] | None:
        """Digest and size of the published document at just this path."""
        ...

    # what stands beside documents
    def variants(self) -> dict[str, dict[str, int]]:
        """Path of the document → content coding → bytes of the variant that we put beside it; documents in order."""
        ...

    def variants_of(self, path: str) -> dict[str, int]:
        """The same of one document."""
        ...

    def keep_variants(self, path: str, sizes: Mapping[str, int]) -> None:
        """These variants stand beside the document; what is known of those in other codings stays."""
        ...

    def forget_variants(self, path: str, codings: Iterable[str]) -> None:
        """These variants stand beside the document no more."""
        ...
