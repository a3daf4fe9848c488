"""What each feed of a site has to show, by a plain reading of its files: no code of ours, and none of the peers'.

It understands just the posts that `corpus` makes, line by line.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path

LIMIT = 20

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z/!][^>]*>")
_FENCE = re.compile(r"^```\w*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_TARGET = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True, order=True)
class Shown:
    """A post: when, its id in lower case as it stands in every address, its file."""

    moment: float
    ident: str
    path: str


@dataclass
class Expected:
    """The newest posts of each feed, by `site`, `category:NAME`, `tag:NAME`; newest first."""

    posts: int = 0
    feeds: dict[str, list[Shown]] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Take a post in."""
        with open(path, encoding="utf-8") as file:
            head = dict(_head(file))
        moment = datetime.fromisoformat(re.sub(r"(\d) ([+-])", r"\1\2", head["date"])).timestamp()
        ident = path.rpartition("/")[2][len("2022-01-01-") : -len(".md")].lower()
        shown = Shown(moment, ident, path)
        terms = [f"category:{name}" for name in _listed(head.get("categories", ""))]
        terms += [f"tag:{name}" for name in _listed(head.get("tags", ""))]
        self.posts += 1
        for key in ("site", *terms):
            feed = self.feeds.setdefault(key, [])
            if len(feed) < LIMIT:
                heapq.heappush(feed, shown)
            elif shown > feed[0]:
                heapq.heapreplace(feed, shown)

    def newest(self, key: str) -> list[Shown]:
        return sorted(self.feeds[key], reverse=True)


def expected(folder: Path) -> Expected:
    """Read a whole site."""
    found = Expected()
    for place, _, names in os.walk(folder / "_posts"):
        for name in names:
            found.add(f"{place}/{name}")
    return found


def _head(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    next(lines)
    for line in lines:
        if line == "---\n":
            return
        name, _, value = line.partition(":")
        yield name, value.strip()


def _listed(value: str) -> list[str]:
    return [name for name in value.strip("[]").split(", ") if name]


def said(path: str) -> str:
    """All that a post says, for comparison: its Chinese characters, or its words if it has none."""
    text = Path(path).read_text("utf-8").split("\n---\n", 1)[1]
    if not _CHINESE.search(text):
        text = _TARGET.sub(" ", _IMAGE.sub(" ", _FENCE.sub(" ", text)))
    return spoken(text)


def spoken(html: str) -> str:
    """What HTML says in the same form: neither tags nor comments, neither addresses nor attributes."""
    text = unescape(_TAG.sub(" ", _COMMENT.sub("", html)))
    return "".join(_CHINESE.findall(text)) or " ".join(_LATIN.findall(text))
