"""Dialects: what a generator's fields, file names and permalinks mean.

A dialect is pure. It says which files it wants (`config_files`), is opened with their
text, and from then on answers three questions: which folders hold posts (`folder`), what a
post's front matter means (`post`), and what the site's own configuration says (`facts`).
Members: one file each, called as the dialect is, with one class whose `name` is that; they
subclass `Dialect`, whose further answers have defaults that fit many sites. A third
party adds one through the entry point group `syndicate.dialects`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, Self
from urllib.parse import unquote

from syndicate.model import Author, FrontMatter, Post, Problem, Stamp, Value
from syndicate.model.records import NamedTuple, dataclass

NOTHING = re.compile(r"(?!)")
"""A pattern that matches no file name."""


_SCRIPTS = ("js", "mjs", "cjs", "ts", "mts")
_DATA = ("toml", "yaml", "yml", "json")

TELL_TALES: Mapping[str, frozenset[str]] = {
    "astro": frozenset(f"astro.config.{ending}" for ending in _SCRIPTS),
    "docusaurus": frozenset(f"docusaurus.config.{ending}" for ending in _SCRIPTS),
    "eleventy": frozenset(
        (".eleventy.js", ".eleventyignore", "package.json", *(f"eleventy.config.{ending}" for ending in _SCRIPTS))
    ),
    "hexo": frozenset(f"_config.{ending}" for ending in _DATA),
    "hugo": frozenset(("config", *(f"{name}.{ending}" for name in ("hugo", "config") for ending in _DATA))),
    "jekyll": frozenset(("_posts", *(f"_config.{ending}" for ending in _DATA))),
    "obsidian": frozenset((".obsidian",)),
    "pelican": frozenset(("pelicanconf.py",)),
    "zola": frozenset(("zola.toml", "config.toml")),
}
"""What a site of one of our members has in its top folder, at least one of each: without them `detect` says 0, and
asking would mean to import the member, which takes tens of milliseconds for all ten. Of others nothing is known."""

ALIENS: Mapping[str, frozenset[str]] = {"hexo": frozenset(("_posts",))}
"""What no site of a member has there: with any of them `detect` says 0 as well."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the operator's settings say and therefore wins over the site's own configuration.

    `url` is the site's address without a trailing slash ("" where none is given, then the
    site's own is used); `timezone` an IANA name or ""; `folder` where the content stands below the
    site as the settings name it (`notes/old`), "" where it is the site's own folder.
    """

    url: str = ""
    timezone: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a site: its own configuration, with what was `Given` on top.

    `url` is the public address of the site's root including any base path, without a
    trailing slash ("" where nobody said). `timezone` is an IANA name, `UTC` by default.
    `feed_paths` are (kind, path template) pairs where the generator's feed plugin was
    configured to write elsewhere; `limit` the number of entries it was told to write.
    `taxonomies` are those the site was told to have, by their plural keys (empty: nobody said);
    `languages` its languages beside the default one `language`, as (tag, title of the site in it).
    """

    title: str = ""
    url: str = ""
    description: str = ""
    language: str = ""
    timezone: str = "UTC"
    author: Author | None = None
    icon: str = ""
    image: str = ""
    limit: int | None = None
    feed_paths: tuple[tuple[str, str], ...] = ()
    taxonomies: tuple[str, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """How a scan treats one folder: whether to walk below it, and which file names are posts."""

    enter: bool
    posts: re.Pattern[str] = NOTHING


def names_of(pattern: str) -> re.Pattern[str]:
    """A pattern of `config_files` → what the paths it means match as a whole."""
    spelled = (_WILD.get(piece, re.escape(piece)) for piece in re.split(r"(\*\*/|\*|\?)", pattern))
    return re.compile("".join(spelled), re.DOTALL)


_WILD = {"**/": "(?:.+/)?", "*": "[^/]*", "?": "[^/]"}


def plain_start(pattern: str) -> tuple[str, str]:
    """A pattern of `config_files` → the folder it starts in, and what of it is below, "" where nothing is wild."""
    fixed, mark, _rest = re.match(r"([^*?]*)([*?]?)(.*)", pattern, re.DOTALL).groups()  # type: ignore[union-attr]
    folder = fixed.rpartition("/")[0]
    return folder, pattern[len(folder) :].lstrip("/") if mark else ""


class Differs(NamedTuple):
    """What a post has of its own beside others of its kind; see the fields of Post."""

    url: str
    title: str
    published: datetime
    visible_from: datetime | None
    generator_id: str
    terms: tuple[tuple[str, str], ...]
    summary: str


class Alike(NamedTuple):
    """How posts differ that have the same front matter but for a few keys.

    These are `title`, `date` and `keys`, which are those keys of the front matter that may have any values, whatever
    values the others have. `part` (key, value) → what is made of a value of one of `keys`, which is kept for each
    spelling, for all posts of a folder that differ in that key, whatever else they have; None where the post has to be
    read in full. `differs` → what differs, of several posts; None likewise; it is given a list of each: paths, titles,
    dates, whether these are in quotation marks, parts in the order of `keys`.
    """

    keys: tuple[str, ...]
    part: Callable[[str, Value], Any]
    differs: Callable[
        [Sequence[str], Sequence[str], Sequence[str], Sequence[bool], Sequence[tuple[Any, ...]]], list[Differs | None]
    ]


class Dialect(Protocol):
    """The contract. Instances are immutable and picklable: they travel to worker processes."""

    name: ClassVar[str]
    config_files: ClassVar[Sequence[str]]
    """Files the dialect wants to read, relative to the site's folder; missing ones are fine.
    `*` and `?` match within a name, `**/` any folders. A change of one has all posts read anew."""

    template_files: ClassVar[Sequence[str]] = ()
    """Files that bodies are made with (includes, data), by patterns as in `config_files`. They are
    handed to the templates, never to the dialect. A change has all entries made anew."""

    facts: Facts

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """How sure the site's top folder makes it, 0 (not this) to 100 (certain).

        `names` are the names in it; `text` gives the text of a file of the site, "" where there is none.
        """
        ...

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site whose `config_files` have this text (only those that exist)."""
        ...

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """How to treat the folder `path` (relative to the site, "" for the top, `/` between).

        `names` are the names of all files and folders in it.
        """
        ...

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means. `path` is its site-relative path as text; `stamp.path` the bytes.

        None where it is no post; where that is a fault of the file, the Problems say why.
        A Post without any date has `published` None, and the caller decides.
        """
        ...

    def alike(self, path: str, matter: FrontMatter) -> Alike | None:
        """How posts differ that lie in the folder of this one, end as it does, and have its front matter but for the
        values of a few keys; None where more than a Differs may be different.

        For the sake of speed alone: what it says has to be what `post` says, without a Problem.
        """
        return None

    def forms(self, path: str) -> Sequence[str]:
        """Forms of front matter to be looked for in this file beside the fenced ones and bare JSON.

        Any of `lines` (`Title: …` until a blank line), `rest` (the fields of a reST document), `meta` (the
        `<head>` of an HTML file) and `unfenced` (YAML down to a line of `---`), in the order in which they are tried.
        """
        return ()

    @property
    def templates(self) -> str:
        """The template language of the bodies: a member of the family `templates`, "" for none."""
        return ""

    @property
    def variables(self) -> Mapping[str, Value]:
        """The site's variables as its templates know them (what Jekyll calls `site`)."""
        return {}

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Site-relative paths at which the file behind `url` may lie, the likeliest first.

        `url` is the absolute URL of a picture or a medium of the post in the file `path`, whose own
        URL is `page`. Only files below the site's folder are ever looked at.
        """
        root = f"{self.facts.url}/"
        return (unquote(url[len(root) :].partition("?")[0].partition("#")[0]),) if url.startswith(root) else ()

    def term_url(self, taxonomy: str, name: str) -> str:
        """The HTML page of a term on the site, absolute; "" where the generator makes none."""
        return ""
