"""Every type that flows through Syndicate, in the order of the flow.

    Stamp → FrontMatter → Post → Entry → (fragment) → Channel and Envelope → (document)
                 (Problem and Report accompany all of it)

Everything here is an immutable value, but for the Report, which grows with its run; nothing here
reads, writes or knows the time. Fragments and documents are plain bytes.
Text is `str` in NFC as the author wrote it, moments are aware `datetime`s, sizes are
bytes, durations are seconds, and URLs are absolute unless a docstring says otherwise.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from syndicate.model.feed import Alternate as Alternate
from syndicate.model.feed import Category as Category
from syndicate.model.feed import Channel as Channel
from syndicate.model.feed import Comments as Comments
from syndicate.model.feed import Deleted as Deleted
from syndicate.model.feed import Entry as Entry
from syndicate.model.feed import Envelope as Envelope
from syndicate.model.feed import Feed as Feed
from syndicate.model.feed import Link as Link
from syndicate.model.feed import Origin as Origin
from syndicate.model.feed import Rhythm as Rhythm
from syndicate.model.feed import Term as Term
from syndicate.model.media import Author as Author
from syndicate.model.media import Enclosure as Enclosure
from syndicate.model.media import Image as Image
from syndicate.model.podcast import Episode as Episode
from syndicate.model.podcast import Show as Show
from syndicate.model.records import NamedTuple, dataclass, field

Scalar = str | bool | None
"""A scalar of front matter. Numbers and dates stay the text that was written (`1.10`, `007`)."""

Value = Any
"""A value of front matter: a Scalar, a list of Values, or a mapping of str to Value."""


class Severity(StrEnum):
    """How much a Problem matters. An `error` makes the command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in somebody's content or configuration, as a value.

    `path` is the file as shown to a person (relative to the site, control characters
    escaped). `line` and `column` count from 1. `code` is a stable kebab-case name that
    docs/problems.md explains. `message` says what is wrong *and what to do about it*.
    """

    path: str
    severity: Severity
    code: str
    message: str
    line: int | None = None
    column: int | None = None


class Stamp(NamedTuple):
    """What a scan sees of a file without opening it.

    `path` is relative to the site and kept as bytes, since file names need not be UTF-8. A tuple, since one of each
    file goes to a worker: it travels at a third of the cost of a frozen dataclass, and is made as fast.
    """

    path: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def shown(self) -> str:
        """The path for a person: undecodable bytes and control characters are escaped."""
        return shown_path(self.path)


def shown_path(path: bytes) -> str:
    """A path as bytes → text that is safe to print on a terminal and to write into JSON."""
    text = path.decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields and the body of a Source.

    `fields` keeps the author's keys and order; scalars stay text as written (see Scalar).
    `format` is `yaml`, `toml`, `json` or `none` (a file that never had front matter;
    `---` directly followed by `---` is `yaml` with no fields).
    `body_at` is the character offset of the body in the text, so that rendering later
    needs no second parse. `head` is the raw text of the front matter, fences excluded,
    and `head_line` the line (from 1) on which it starts; `line_of` finds a key in it.
    """

    fields: dict[str, Value]
    body: str
    body_at: int
    format: str
    head: str = ""
    head_line: int = 1

    def line_of(self, key: str) -> int | None:
        """The line (from 1) of a top-level key, in any case; None where it cannot be found."""
        wanted = key.casefold()
        for number, line in enumerate(self.head.splitlines(), self.head_line):
            name = line.split("=", 1)[0].split(":", 1)[0].strip(" \t\"',{")
            if name.casefold() == wanted:
                return number
        return None


BY_NAME = ("name:", "dated:")
"""What stands before a candidate of a Reference that is no path."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another post (or file of the site) that a body names, as `[[Note]]` or `{% post_url … %}` do.

    `written` is the reference as its template language finds it again. `candidates` say which post is
    meant, the likeliest first: a site-relative path (`posts/a.md`), `name:` with the file's name
    without its ending, in lower case (`name:my note`), or `dated:` with what of that name follows the date
    in front of it (`dated:clouds` for `2025-01-03-clouds.md`).
    """

    written: str
    candidates: tuple[str, ...]


class Visibility(StrEnum):
    """Whether a post may be shown at all; its moments (`visible_from`) come on top."""

    PUBLIC = "public"
    DRAFT = "draft"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True)
class Post:
    """What the front matter means in the site's dialect. Has no rendered body.

    `path` is the site-relative path (bytes, as in its Stamp). `url` is the permalink on
    the site. `title` is plain text (no markup, entities decoded once), "" when there is
    none. `published` is the moment the author gave; None when neither front matter, file
    name nor path has one (the stage then takes the first-seen time where the dialect
    allows it). `updated` is only what the post itself says (`last_modified_at` ...).
    `terms` are (taxonomy, name) pairs in the author's order without repetition; taxonomy is
    the plural key (`categories`, `tags`, `authors`).
    `generator_id` is the post's id by the site generator's own rule (Jekyll: the URL path
    without extension, as `/news/2022/02/22/slug`), "" where it has none; presets use it.
    `guid` is an id the author set in the front matter.
    `summary` is what the author gave as summary, Markdown or HTML allowed; `separator` is
    the excerpt separator in force for this post ("" for none).
    `language` is a language tag, "" where nothing says it. Posts of one site with the same
    `translation` ("" for none) are translations of each other.
    `source` is the path of the file below the site's folder, as text, where template code in the post may ask for
    it, else "". `references` are the posts the body names, `built` the path (below the site's folder) of the page
    that the generator built of the post and `built_digest` the digest of its bytes in hexadecimal; the read stage fills
    them in, not the dialect.
    `origin` is the feed that the post was taken over from, `comments` where it is discussed, `episode` what it says as
    an episode of a podcast.
    `markup` is `markdown`, `html`, `text` or `rest`. `body_at` as in FrontMatter.
    """

    path: bytes
    url: str
    title: str
    published: datetime | None
    visibility: Visibility = Visibility.PUBLIC
    updated: datetime | None = None
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    terms: tuple[tuple[str, str], ...] = ()
    authors: tuple[Author, ...] = ()
    language: str = ""
    summary: str = ""
    separator: str = ""
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    guid: str = ""
    generator_id: str = ""
    aliases: tuple[str, ...] = ()
    external_url: str = ""
    translation: str = ""
    source: str = ""
    references: tuple[Reference, ...] = ()
    built: str = ""
    built_digest: str = ""
    origin: Origin | None = None
    comments: Comments | None = None
    episode: Episode | None = None
    markup: str = "markdown"
    body_at: int = 0


@dataclass(slots=True)
class Documents:
    """How many documents a run wrote, found unchanged, and removed."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(slots=True)
class Report:
    """What one run saw and did: the object `build --json` prints.

    `seen` counts the post files in the folders, `added` `changed` `removed` what differs from
    the last run, `parsed` the files opened, `rendered` the entries rendered,
    `skipped` the files that are no live post (drafts, future, broken). `seconds` is wall
    time by stage. `enrolled` are the endpoints that are told of what is published after this run. Of a daemon's runs:
    `narrow` ones looked only at files that were seen to change, and `waiting` are those left for the next scan, as they
    may still be being written.
    """

    seen: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    parsed: int = 0
    rendered: int = 0
    feeds: int = 0
    documents: Documents = field(default_factory=Documents)
    problems: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    enrolled: list[str] = field(default_factory=list)
    narrow: bool = False
    waiting: int = 0

    @property
    def exit_code(self) -> int:
        """0 when healthy, 1 when a problem of severity error was met."""
        return int(any(p.severity is Severity.ERROR for p in self.problems))
