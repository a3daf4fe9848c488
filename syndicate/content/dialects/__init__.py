"""Dialects: what a generator's fields, file names and permalinks mean.

A dialect is pure. It says which files it wants (`config_files`), is opened with their
text, and from then on answers three questions: which folders hold posts (`folder`), what a
post's front matter means (`post`), and what the site's own configuration says (`facts`).
Members: one file each, found by name through `plugins.find("dialects", name)`; a third
party adds one through the entry point group `syndicate.dialects`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from syndicate.model import Author, FrontMatter, Post, Problem, Stamp

NOTHING = re.compile(r"(?!)")
"""A pattern that matches no file name."""


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


@dataclass(frozen=True, slots=True)
class Folder:
    """How a scan treats one folder: whether to walk below it, and which file names are posts."""

    enter: bool
    posts: re.Pattern[str] = NOTHING


class Dialect(Protocol):
    """The contract. Instances are immutable and picklable: they travel to worker processes."""

    name: ClassVar[str]
    config_files: ClassVar[Sequence[str]]
    """Files the dialect wants to read, relative to the site's folder; missing ones are fine."""

    facts: Facts

    @classmethod
    def detect(cls, names: frozenset[str]) -> int:
        """How sure the names in the site's top folder make it, 0 (not this) to 100 (certain)."""
        ...

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site whose `config_files` have this text (only those that exist)."""
        ...

    def folder(self, path: str) -> Folder:
        """How to treat the folder `path` (relative to the site, "" for the top, `/` between)."""
        ...

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means. `path` is its site-relative path as text; `stamp.path` the bytes.

        None where it is no post; where that is a fault of the file, the Problems say why.
        A Post without any date has `published` None, and the caller decides.
        """
        ...

    def term_url(self, taxonomy: str, name: str) -> str:
        """The HTML page of a term on the site, absolute; "" where the generator makes none."""
        ...
