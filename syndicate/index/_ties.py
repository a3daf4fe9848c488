"""What ties posts to one another: links between them, and translations.

A post's entry holds the addresses of other posts: of those its body names, and of its translations. They are
resolved here, whenever a post on either side comes, goes, or changes its address, and kept in its row as
`ties`, which its key covers. So an entry is made anew just when one of these addresses changed.

A post that is not public, or not yet or no more visible, is linked to by nobody.
"""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from syndicate.model import BY_NAME
from syndicate.model.digest import digest
from syndicate.model.patterns import regex

_MANY = 2_000
"""So many changed posts, and all that have ties are looked at: cheaper than to ask for each who names it."""

_BATCH = 500
"""Posts whose ties are looked up together, and values a question: a question for each took most of the time."""

_DATED = regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[-_](.+)", re.DOTALL)

# the second half is what makes SQLite use the index
_TRANSLATED = "translation = ? AND translation <> ''"

_LONE = regex("[\ud800-\udfff]")


class Ties:
    """Serves one change of the index; `touch(posts)` is told of posts whose entries are others now."""

    def __init__(self, db: sqlite3.Connection, now: int, touch: Callable[[list[int]], object]) -> None:
        self.db, self.now, self.touch = db, now, touch
        self.changed = array("q")
        self.left: set[bytes] = set()
        self.groups: set[str] = set()
        (self.named,) = db.execute("SELECT EXISTS (SELECT 1 FROM names)").fetchone()
        """Whether the names of all posts are in the tables: on most sites no body means a post by its name."""
        self.asks = False

    def refer(self, posts: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Note which posts the bodies of posts may mean: their candidates."""
        pairs = [(_storable(candidate), post) for post, candidates in posts for candidate in candidates]
        self.db.executemany("INSERT OR IGNORE INTO refs VALUES (?, ?)", pairs)
        self.asks = self.asks or any(candidate.startswith(BY_NAME) for candidate, _post in pairs)

    def rename(self, post: int, before: bytes | None, path: bytes) -> None:
        """Note by which names a post is meant, now that its file is at `path`."""
        if self.named and before is not None:
            gone = [(name, post) for name in named(before)[1:]]
            self.db.executemany("DELETE FROM names WHERE name = ? AND post = ?", gone)
        if self.named:
            self._name([(post, path)])

    def _name(self, posts: Iterable[tuple[int, bytes]]) -> None:
        pairs = ((name, post) for post, path in posts for name in named(path)[1:])
        self.db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", pairs)

    def settle(self) -> None:
        """All changes are known: bring the ties of everybody concerned up to date."""
        if self.asks and not self.named:
            self._name(self.db.execute("SELECT id, path FROM posts").fetchall())
            self.named = True
        if not (self.changed or self.left or self.groups) or not self._any():
            return
        concerned = sorted(self._concerned())
        for start in range(0, len(concerned), _BATCH):
            self._tie(concerned[start : start + _BATCH])

    def _any(self) -> bool:
        (found,) = self.db.execute(
            "SELECT EXISTS (SELECT 1 FROM refs) OR EXISTS (SELECT 1 FROM posts WHERE translation <> '')"
        ).fetchone()
        return bool(found) or bool(self.groups)

    # -- who is concerned

    def _concerned(self) -> set[int]:
        if len(self.changed) > _MANY:
            sql = "SELECT post FROM refs UNION SELECT id FROM posts WHERE translation <> ''"
            return {post for (post,) in self.db.execute(sql)}
        found = set(self.changed)
        for path in {*self.left, *self._of_changed("path")}:
            for candidate in named(path):
                sql = "SELECT post FROM refs WHERE candidate = ?"
                found.update(post for (post,) in self.db.execute(sql, (candidate,)))
        for group in {*self.groups, *self._of_changed("translation")} - {""}:
            sql = f"SELECT id FROM posts WHERE {_TRANSLATED}"
            found.update(post for (post,) in self.db.execute(sql, (group,)))
        return found

    def _of_changed(self, column: str) -> Iterator[Any]:
        for post in self.changed:
            for (value,) in self.db.execute(f"SELECT {column} FROM posts WHERE id = ?", (post,)):
                yield value

    # -- the ties of some posts

    def _tie(self, posts: list[int]) -> None:
        sql = "SELECT id, packed, translation, ties, digest, published, updated FROM posts WHERE state = 2 AND id IN"
        rows = list(self._of_any(sql, posts))
        references = {row[0]: json.loads(row[1]).get("references", ()) for row in rows if '"references"' in row[1]}
        urls = self._urls({each for some in references.values() for _, means in some for each in means})
        translations = self._translations({row[2] for row in rows} - {""})
        others: list[tuple[str | None, bytes, int]] = []
        for post, packed, group, before, of_file, published, updated in rows:
            links = {
                written: url
                for written, candidates in references.get(post, ())
                if (url := next((urls[each] for each in candidates if each in urls), ""))
            }
            alternates = [pair for other, *pair in translations.get(group, ()) if other != post]
            ties = json.dumps([links, alternates], ensure_ascii=False) if links or alternates else None
            if ties != before:
                others.append((ties, key_of(of_file, packed, published, updated, ties), post))
        self.db.executemany("UPDATE posts SET ties = ?, key = ? WHERE id = ?", others)
        self.touch([post for _, _, post in others])

    def _urls(self, candidates: set[str]) -> dict[str, str]:
        """The addresses of the posts that these candidates mean; of several of one name that with the shortest path."""
        paths = {each.encode("utf-8", "surrogateescape"): each for each in candidates if not each.startswith(BY_NAME)}
        names: dict[str, list[str]] = {}
        for each in candidates:
            if each.startswith(BY_NAME):
                names.setdefault(_storable(each), []).append(each)
        found = {}
        sql = f"SELECT path, json_extract(packed, '$.url') FROM posts WHERE {self._linkable()} AND path IN"
        for path, url in self._of_any(sql, paths):
            found[paths[path]] = str(url)
        sql = (
            "SELECT name, json_extract(packed, '$.url') FROM names CROSS JOIN posts ON id = post"
            f" WHERE {self._linkable()} AND name IN"
        )
        for name, url in self._of_any(sql, names, " ORDER BY name, length(path), path"):
            for each in names[name]:
                found.setdefault(each, str(url))
        return {candidate: url for candidate, url in found.items() if url}

    def _translations(self, groups: set[str]) -> dict[str, list[tuple[Any, ...]]]:
        """(post, language, URL) of those of each group that may be linked to, in the order in which they are told."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        sql = (
            "SELECT translation, id, coalesce(json_extract(packed, '$.language'), ''), json_extract(packed, '$.url')"
            f" FROM posts WHERE translation <> '' AND {self._linkable()} AND translation IN"
        )
        for group, *post in self._of_any(sql, groups, " ORDER BY 1, 3, 4"):
            found.setdefault(group, []).append(tuple(post))
        return found

    def _linkable(self) -> str:
        return f"state = 2 AND visible_from <= {self.now} AND visible_until > {self.now}"

    def _of_any(self, sql: str, values: Collection[Any], order: str = "") -> Iterator[Any]:
        """The rows for any of these values, some hundred a question."""
        waiting = list(values)
        for start in range(0, len(waiting), _BATCH):
            some = waiting[start : start + _BATCH]
            yield from self.db.execute(f"{sql} ({','.join('?' * len(some))}){order}", some)


def named(path: bytes) -> list[str]:
    """The candidates that mean the post in this file: its path, its name, of an `index` file that of its folder, and
    of a name with a date in front what follows the date.

    The names are in the tables: to give others, count up the version of the schema and have them made anew.
    """
    text = _storable(path.decode("utf-8", "surrogateescape"))
    folder, _, name = text.rpartition("/")
    stem = name.rpartition(".")[0] or name
    names = [stem, folder.rpartition("/")[2]] if stem.casefold() in ("index", "readme") and folder else [stem]
    dated = [f"dated:{found[1].lower()}"] if (found := _DATED.fullmatch(stem)) else []
    return [text, *(f"name:{each.lower()}" for each in names), *dated]


def _storable(candidate: str) -> str:
    """A candidate as the tables have it: bytes of a path that are no UTF-8 cannot be told apart in there."""
    return candidate if candidate.isascii() else _LONE.sub("\ufffd", candidate)


def key_of(of_file: bytes, packed: str, published: int, updated: int, ties: str | None = None) -> bytes:
    """A digest of everything in the index that makes the entry, its id aside: that never changes."""
    made_of = f"{published} {updated} {packed}{ties or ''}".encode("utf-8", "surrogatepass")
    return digest(of_file + made_of)
