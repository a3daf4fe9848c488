"""The dialect of diaries: a text file a day, as `2026/03/14.diary`.

The first line is the title, with `*` in front where the page is private. A second line may hold tags, as
`#garden #birds`. What follows is Markdown. `diary.txt` in the top folder says `title:`, `url:` and `author:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self
from unicodedata import normalize
from zoneinfo import ZoneInfo

from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.markup.excerpt import plain_title
from syndicate.model import Author, FrontMatter, Post, Problem, Severity, Stamp, Visibility

_PAGES = re.compile(r"[0-9]{2}\.diary\Z")
_DAY = re.compile(r"(?:.*/)?([0-9]{4})/([0-9]{2})/([0-9]{2})\.diary", re.DOTALL)
_TAG = re.compile(r"#(\w[\w-]*+)")
_SETTING = re.compile(r"(title|url|author):[ \t]*([^\r\n]*[^\s])")
_WEB = re.compile(r"https?://[!-~]+")
_MOST_TAGS = 100


@dataclass(frozen=True, slots=True)
class Diary(Dialect):
    """One site of it; see Dialect for the contract."""

    name: ClassVar[str] = "diary"
    config_files: ClassVar[tuple[str, ...]] = ("diary.txt",)

    facts: Facts
    author: tuple[Author, ...] = ()

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """A `diary.txt` with a title makes it certain."""
        return 95 if "diary.txt" in names and "title:" in text("diary.txt") else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """What `diary.txt` says; what the operator has given wins."""
        said = dict(_SETTING.findall(files.get("diary.txt", "")))
        problems = []
        if "url" in said and not _WEB.fullmatch(said["url"]):
            message = "`url` is no web address; write it like `https://example.org`"
            problems.append(Problem("diary.txt", Severity.WARNING, "site-config", message))
            del said["url"]
        author = tuple(Author(name) for name in [plain_title(said.get("author", ""))] if name)
        facts = Facts(
            title=plain_title(said.get("title", "")),
            url=(given.url or said.get("url", "")).rstrip("/"),
            timezone=given.timezone or "UTC",
            author=author[0] if author else None,
        )
        return cls(facts, author), problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """All folders are looked into, but for hidden ones and those of packages."""
        name = path.rpartition("/")[2]
        return Folder(enter=not name.startswith(".") and name != "node_modules", posts=_PAGES)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """The page of a day. Its date is its path, its address is `/2026/03/14/`."""
        day = _DAY.fullmatch(path)
        if day is None:
            return None, []
        year, month, number = map(int, day.groups())
        try:
            published = datetime(year, month, number, tzinfo=ZoneInfo(self.facts.timezone)).astimezone(UTC)
        except (ValueError, OverflowError):
            message = "there is no such day; rename the file, as `2026/03/14.diary`"
            return None, [Problem(stamp.shown, Severity.ERROR, "date-unreadable", message)]
        title, end, rest = matter.body.partition("\n")
        second = rest.partition("\n")[0]
        tags = second if _TAG.match(second) else ""
        page = Post(
            path=stamp.path,
            url=f"{self.facts.url}/{'/'.join(day.groups())}/",
            title=plain_title(title.removeprefix("*")),
            published=published,
            visible_from=published,
            visibility=Visibility.DRAFT if title.startswith("*") else Visibility.PUBLIC,
            terms=tuple(("tags", tag) for tag in dict.fromkeys(_TAG.findall(normalize("NFC", tags))))[:_MOST_TAGS],
            authors=self.author,
            body_at=matter.body_at + len(title) + len(end) + len(tags),
        )
        return page, []
