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
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from syndicate.model import BY_NAME

_MANY = 2_000
"""So many changed posts, and all that have ties are looked at: cheaper than to ask for each who names it."""

_DATED = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[-_](.+)", re.DOTALL)

_LINKABLE = "state = 2 AND visible_from <= ? AND visible_until > ?"

# the second half is what makes SQLite use the index
_TRANSLATED = "translation = ? AND translation <> ''"

_LONE = re.compile("[\ud800-\udfff]")


class Ties:
    """Serves one change of the index; `touch(post)` is told of each post whose entry is another now."""

    def __init__(self, db: sqlite3.Connection, now: int, touch: Callable[[int], object]) -> None:
        self.db, self.now, self.touch = db, now, touch
        self.changed = array("q")
        self.left: set[bytes] = set()
        self.groups: set[str] = set()
        (self.named,) = db.execute("SELECT EXISTS (SELECT 1 FROM names)").fetchone()
        """Whether the names of all posts are in the tables: on most sites no body means a post by its name."""
        self.asks = False

    def refer(self, post: int, candidates: Iterable[str]) -> None:
        """Note which posts the body of a post may mean."""
        pairs = [(_storable(candidate), post) for candidate in candidates]
        self.db.executemany("INSERT OR IGNORE INTO refs VALUES (?, ?)", pairs)
        self.asks = self.asks or any(candidate.startswith(BY_NAME) for candidate in candidates)

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
        for post in sorted(self._concerned()):
            self._tie(post)

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

    # -- the ties of one post

    def _tie(self, post: int) -> None:
        sql = "SELECT state, packed, translation, ties, digest, published, updated FROM posts WHERE id = ?"
        state, packed, group, before, digest, published, updated = self.db.execute(sql, (post,)).fetchone()
        if state != 2:
            return
        ties = self._of(post, packed, group)
        if ties != before:
            key = key_of(digest, packed, published, updated, ties)
            self.db.execute("UPDATE posts SET ties = ?, key = ? WHERE id = ?", (ties, key, post))
            self.touch(post)

    def _of(self, post: int, packed: str, group: str) -> str | None:
        links = dict(self._links(packed)) if '"references"' in packed else {}
        alternates = list(self._alternates(post, group)) if group else []
        return json.dumps([links, alternates], ensure_ascii=False) if links or alternates else None

    def _links(self, packed: str) -> Iterator[tuple[str, str]]:
        for written, candidates in json.loads(packed).get("references", ()):
            url = next((found for each in candidates if (found := self._url(each))), "")
            if url:
                yield written, url

    def _alternates(self, post: int, group: str) -> Iterator[tuple[str, str]]:
        sql = (
            "SELECT coalesce(json_extract(packed, '$.language'), ''), json_extract(packed, '$.url') FROM posts"
            f" WHERE {_TRANSLATED} AND id <> ? AND {_LINKABLE} ORDER BY 1, 2"
        )
        yield from self.db.execute(sql, (group, post, self.now, self.now))

    def _url(self, candidate: str) -> str:
        value: bytes | str
        if candidate.startswith(BY_NAME):  # of several of one name the one with the shortest path
            where, value = "id IN (SELECT post FROM names WHERE name = ?)", _storable(candidate)
        else:
            where, value = "path = ?", candidate.encode("utf-8", "surrogateescape")
        sql = f"SELECT json_extract(packed, '$.url') FROM posts WHERE {where} AND {_LINKABLE}"
        got = self.db.execute(f"{sql} ORDER BY length(path), path LIMIT 1", (value, self.now, self.now)).fetchone()
        return str(got[0]) if got else ""


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
    return _LONE.sub("\ufffd", candidate)


def key_of(digest: bytes, packed: str, published: int, updated: int, ties: str | None = None) -> bytes:
    """A digest of everything in the index that makes the entry, its id aside: that never changes."""
    made_of = f"{published} {updated} {packed}{ties or ''}".encode("utf-8", "surrogatepass")
    return blake2b(digest + made_of, digest_size=16).digest()
