"""The rows that go into the index and come out of it."""

from __future__ import annotations

from syndicate.model import Problem
from syndicate.model.records import NamedTuple
from syndicate.model.selection import Tree

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
    `substance` is a digest of what counts as a change of the entry (see `Index.store`). `fields` is JSON text of the
    front matter's keys, and `words` the number of words, that some feed asks for.
    A post of a `whole_day` is published when it is first seen on the day that `published` begins.
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
    substance: bytes = b""
    fields: str = ""
    words: int = 0
    whole_day: bool = False
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
    """Where one entry's fragment stands within a document: `offset` and `length` in bytes.

    Of one that was shortened to meet the document's byte budget, `whole` is the length it would have; else 0.
    """

    id: int
    key: bytes
    offset: int
    length: int
    whole: int = 0


class DocumentRow(NamedTuple):
    """A published document: what it was made from, and where its parts stand.

    `shape` is the digest of what made the fragments (format, settings), `envelope` that of the
    bytes around them; `digest` is over the whole document; `url` is its public address.
    """

    path: str
    format: str
    digest: bytes
    size: int
    shape: bytes
    envelope: bytes
    parts: tuple[Part, ...]
    url: str = ""


class PublishedRow(NamedTuple):
    """A published document, as readers get it.

    `digest` and `size` are those of its bytes, `entries` is the digest of its feed's entries and `updated` the greatest
    `updated` among them. `codings` are those in which it stands beside itself.
    """

    path: str
    taxonomy: str
    name: str
    format: str
    url: str
    digest: bytes
    size: int
    entries: bytes | None
    updated: int | None
    codings: tuple[str, ...] = ()


class FeedRow(NamedTuple):
    """A feed as last published.

    `posts` is how many posts it selects from and `newest` the moment of the newest one;
    `id` is the feed's permanent id, `digest` that of its entries (what receivers are told about), `updated` the
    greatest `updated` among the entries it showed when it last showed any.
    """

    taxonomy: str
    name: str
    id: str
    posts: int
    newest: int | None
    digest: bytes
    updated: int | None = None


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


class Chosen(NamedTuple):
    """The posts of a feed of the operator's own: those that `tree` means, in the order `sort`.

    `sort` is `newest`, `oldest`, `updated` or `title`; `max_age` seconds, 0 for any age; `language` is that of posts
    that name none.
    """

    tree: Tree
    sort: str = "newest"
    max_age: int = 0
    language: str = ""


class Candidate(NamedTuple):
    """A public post, for those who look which entry of another feed it is.

    `entry_id` is the id it has, None where it has none yet; `shown` says that it has stood in a published document
    under this id; `own_date` that the post itself says when it was published.
    """

    id: int
    path: bytes
    url: str
    title: str
    published: int
    updated: int
    entry_id: str | None
    shown: bool
    own_date: bool


class Tomb(NamedTuple):
    """An entry that was deleted or withdrawn while a feed showed it: its id, and when (RFC 6721)."""

    entry_id: str
    at: int


class Left(NamedTuple):
    """A path (and its public address) at which a document of this feed in this format stood, and none stands now."""

    path: str
    taxonomy: str
    name: str
    format: str
    at: int
    url: str = ""


class Announced(NamedTuple):
    """A published document of a feed, as receivers may be told of it: `digest` is that of the feed's entries and
    `document` that of the document's `size` bytes."""

    taxonomy: str
    name: str
    digest: bytes
    format: str
    url: str
    document: bytes
    size: int


class SitePage(NamedTuple):
    """A page of the site that came, changed or went at `at`. `sequence` is 0 until it was seen at its address."""

    url: str
    sequence: int
    at: int
    gone: bool


class Check(NamedTuple):
    """What could not be read at its public address `since`: `tries` looks, the last at `tried_at`, the next at `due`.

    `told` says what was found there instead, `status` is HTTP's, 0 where there was no answer.
    """

    url: str
    since: int
    tries: int
    tried_at: int
    due: int
    status: int
    told: str


class LineRow(NamedTuple):
    """What the list of all feeds says of one of them: in which section of which heading, the label it is sorted by,
    its line of the page and its outline of the OPML."""

    taxonomy: str
    name: str
    section: str
    heading: str
    label: str
    line: str
    outline: str


class Listed(NamedTuple):
    """The same of all feeds of one section that are published, as UTF-8: the lines of large feeds first, the outlines
    by name, without those of feeds that have none. `newest` is when the newest of their posts was published."""

    section: str
    heading: str
    newest: int | None
    lines: list[bytes]
    outlines: list[bytes]


class Medium(NamedTuple):
    """A file at the address `url` that the post at `path` names, whose own address is `page`; `type` as it is told."""

    path: bytes
    page: str
    url: str
    type: str
