"""What is shown: entries, channels, the bytes around them, and the feeds they make."""

from __future__ import annotations

from datetime import datetime

from syndicate.model.media import Author, Enclosure, Image
from syndicate.model.podcast import Episode, Show
from syndicate.model.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Category:
    """A term as an entry shows it: `name` as written, `scheme` the absolute IRI of its taxonomy."""

    name: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """A translation of an entry: its language tag and its permalink (RFC 4287 4.2.7.4, `hreflang`)."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed at `url` that a republished entry comes from (RFC 4287 4.2.11; RSS 2.0 `source`)."""

    title: str
    url: str
    id: str = ""
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """Where an entry is discussed: `url` a page, `feed` a feed of the `count` comments (RFC 4685)."""

    url: str = ""
    feed: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A Post ready to show: every format is made from this alone.

    `id` is the permanent id of the ledger. `html` is safe, absolute, legal XML text.
    `title` is never empty and plain text; `summary` is plain text or "".
    `published` and `updated` are in UTC without microseconds, updated >= published.
    `external_url` is the page a link post points at, else "". `alternates` are the post's
    translations and, where there are any, behind them the post itself in its own language. `members` are links to the
    posts that the entry of a digest lists; its `html` says the same.
    """

    id: str
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    summary: str = ""
    categories: tuple[Category, ...] = ()
    authors: tuple[Author, ...] = ()
    language: str = ""
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    external_url: str = ""
    alternates: tuple[Alternate, ...] = ()
    origin: Origin | None = None
    comments: Comments | None = None
    episode: Episode | None = None
    members: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """An entry that is no more: its id as subscribers know it, and when it went, in UTC (RFC 6721)."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed is worth asking for: `frequency` times in a `period` of `sy:updatePeriod`; `ttl` minutes."""

    period: str
    frequency: int
    ttl: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a feed (RFC 4287 4.2.7): `rel` a registered relation, `type` a media type."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """What the envelope of one Document says about its Feed, in one format.

    `id` is the feed's permanent id; `self_url` the public URL of this very document;
    `home_url` the HTML page the feed belongs to. `updated` is the greatest `updated` of
    its entries (None: it has none; the format writes a fixed moment, where it must write one).
    `links` are further links (hub, next, prev-archive, current, the other formats ...).
    `complete` says that the document holds every entry of the feed, `archive` that it is a page of its history
    (RFC 5005). `deleted` are entries that are no more. `stylesheet` is the URL of a CSS file, `page_url` that of the
    feed's own HTML page, `cloud` the address where readers of RSS register to be told of news (rssCloud). `show` is
    set where the feed is a podcast's.
    """

    id: str
    title: str
    self_url: str
    home_url: str
    description: str = ""
    language: str = ""
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    image: Image | None = None
    icon: str = ""
    links: tuple[Link, ...] = ()
    rights: str = ""
    complete: bool = False
    archive: bool = False
    deleted: tuple[Deleted, ...] = ()
    rhythm: Rhythm | None = None
    stylesheet: str = ""
    page_url: str = ""
    show: Show | None = None
    cloud: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bytes around the fragments of a Document: head, what stands between two, tail.

    `held` says that they have been held against the rules already, and found sound.
    """

    head: bytes
    separator: bytes
    tail: bytes
    held: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a taxonomy. `name` as first written, `slug` frozen, safe as one path segment."""

    taxonomy: str
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What one subscribes to. `key` is `site` or `{singular taxonomy}:{name}` (`tag:金融`).

    A feed of a further language of the site has its tag in `language` and before the key (`fr/tag:x`).

    `paths` maps a format's name to the path of its document under the output folder
    (slashes, not yet percent-encoded); `term` is None for the site feed.
    """

    key: str
    title: str
    paths: tuple[tuple[str, str], ...]
    term: Term | None = None
    description: str = ""
    home_url: str = ""
    language: str = ""
