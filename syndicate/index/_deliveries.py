"""Whom we tell of what, in the tables: endpoints, what they got, pages of the site, and what cannot be read yet.

Pages are written down by triggers on the posts, which are there only while an endpoint wants pages: so whatever
changes a post tells of it, in the same transaction, and a site without such endpoints pays nothing. A page counts as
changed with the bytes of its file, its address or its state; that a file is understood otherwise by another version of
the program changes no page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from syndicate.errors import StateError
from syndicate.index._opening import identity
from syndicate.index._parcels import NEVER
from syndicate.index._rows import Announced, Check, SitePage
from syndicate.model.delivery import Delivery, Standing

_URL = "coalesce(json_extract({0}.packed, '$.url'), '')"
_SHOWN = "{0}.state = 2 AND {0}.entry_id IS NOT NULL AND {0}.packed <> ''"
_OLD = f"SELECT old.id AS id, {_URL.format('old')} AS url WHERE {_SHOWN.format('old')}"
_NEW = f"SELECT new.id AS id, '' AS url WHERE {_SHOWN.format('new')}"
_OTHER = (
    "old.digest IS NOT new.digest OR old.state IS NOT new.state OR (old.entry_id IS NULL) <> (new.entry_id IS NULL)"
    f" OR (old.packed IS NOT new.packed AND {_URL.format('old')} IS NOT {_URL.format('new')})"
    " OR old.visible_from <> new.visible_from OR old.visible_until <> new.visible_until"
)
# not INSERT OR IGNORE: within a trigger it is as the statement around has it, and where that is ON CONFLICT, it fails
_STIRRED = (
    "INSERT INTO stirred SELECT id, url FROM ({0}) AS page"
    " WHERE NOT EXISTS (SELECT 1 FROM stirred WHERE post = page.id AND stirred.url = page.url)"
)
_CAME = f"""
CREATE TRIGGER posts_came AFTER INSERT ON posts BEGIN
    {_STIRRED.format(_NEW)};
END"""
_CHANGED = f"""
CREATE TRIGGER posts_changed AFTER UPDATE ON posts WHEN {_OTHER} BEGIN
    {_STIRRED.format(_OLD)};
    {_STIRRED.format(_NEW)};
END"""
_LIVE = f"{_SHOWN.format('posts')} AND visible_from <= :now AND visible_until > :now"
_BY_MOMENT = (
    f"SELECT id, {_URL.format('posts')} FROM posts WHERE state = 2 AND entry_id IS NOT NULL"
    f" AND visible_until > :before AND visible_until <= :now AND visible_until < {NEVER}"
    " UNION SELECT id, '' FROM posts WHERE state = 2 AND entry_id IS NOT NULL"
    f" AND visible_from > :before AND visible_from <= :now AND visible_from > -{NEVER}"
)
_NOTED = "pages noted"
"""A fact: the moment at which pages were noted last."""

_MARKS = ",".join("?" * len(Delivery._fields))


class Deliveries:
    """The part of `SqliteIndex` that knows whom we tell; see `Index` for what each call promises."""

    _db: sqlite3.Connection
    _path: str
    _file: tuple[int, int] | None

    def version(self) -> int:
        if self._path and identity(self._path) != self._file:
            raise StateError(f"{self._path}: the state is not where it was; if there is another, that one is taken")
        (number,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(number)

    def announced(self) -> Iterator[Announced]:
        sql = (
            "SELECT taxonomy, name, feeds.digest, format, url, documents.digest, size FROM feeds"
            " JOIN documents USING (taxonomy, name) WHERE live AND instr(taxonomy, '@') = 0 AND url <> ''"
            " ORDER BY taxonomy, name, format"
        )
        for row in self._db.execute(sql):
            yield Announced(*row)

    def standings(self) -> dict[str, Standing]:
        sql = f"SELECT {', '.join(Standing._fields)} FROM standings ORDER BY endpoint"
        return {row[0]: Standing(*row) for row in self._db.execute(sql)}

    def keep_standing(self, standing: Standing) -> None:
        marks = ",".join("?" * len(standing))
        names = ", ".join(Standing._fields)
        self._db.execute(f"INSERT OR REPLACE INTO standings ({names}) VALUES ({marks})", standing)

    def deliveries(self, endpoint: str) -> dict[str, Delivery]:
        sql = f"SELECT {', '.join(Delivery._fields)} FROM deliveries WHERE endpoint = ? ORDER BY topic"
        return {row[1]: Delivery(*row) for row in self._db.execute(sql, (endpoint,))}

    def delivery(self, endpoint: str, topic: str) -> Delivery | None:
        sql = f"SELECT {', '.join(Delivery._fields)} FROM deliveries WHERE endpoint = ? AND topic = ?"
        got = self._db.execute(sql, (endpoint, topic)).fetchone()
        return Delivery(*got) if got else None

    def keep_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        names = ", ".join(Delivery._fields)
        self._db.executemany(f"INSERT OR REPLACE INTO deliveries ({names}) VALUES ({_MARKS})", deliveries)

    def forget_deliveries(self, endpoint: str, topics: Iterable[str] | None = None) -> None:
        if topics is None:
            self._db.execute("DELETE FROM deliveries WHERE endpoint = ?", (endpoint,))
        else:
            rows = [(endpoint, topic) for topic in topics]
            self._db.executemany("DELETE FROM deliveries WHERE endpoint = ? AND topic = ?", rows)

    # -- pages of the site

    def watch_pages(self, on: bool) -> None:
        # one by one: executescript would end the transaction
        sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name IN ('posts_came', 'posts_changed')"
        (there,) = self._db.execute(sql).fetchone()
        if on and not there:
            self._db.execute(_CAME)
            self._db.execute(_CHANGED)
        elif there and not on:
            self._db.execute("DROP TRIGGER IF EXISTS posts_came")
            self._db.execute("DROP TRIGGER IF EXISTS posts_changed")
            self._db.execute("DELETE FROM stirred")
            self._db.execute("DELETE FROM facts WHERE key = ?", (_NOTED,))

    def watches_pages(self) -> bool:
        return self._noted() is not None

    def pages_changed(self, now: int) -> bool:
        before = self._noted()
        sql = f"SELECT EXISTS (SELECT 1 FROM stirred) OR EXISTS ({_BY_MOMENT})"
        (changed,) = self._db.execute(sql, {"before": now if before is None else before, "now": now}).fetchone()
        return bool(changed)

    def _noted(self) -> int | None:
        got = self._db.execute("SELECT value FROM facts WHERE key = ?", (_NOTED,)).fetchone()
        return int(got[0]) if got else None

    def note_pages(self, now: int) -> int:
        before = self._noted()
        # posts that went live or expired meanwhile, without anybody writing to them
        span = {"before": min(now if before is None else before, now), "now": now}
        self._db.execute(f"INSERT OR IGNORE INTO stirred {_BY_MOMENT}", span)
        values = {"now": now}
        ours = f"SELECT {_URL.format('posts')} FROM stirred CROSS JOIN posts ON posts.id = post WHERE {_LIVE}"
        self._note(f"SELECT url, 1 FROM stirred WHERE url NOT IN ({ours})", values)
        self._note(f"SELECT {_URL.format('posts')}, 0 FROM stirred CROSS JOIN posts ON id = post WHERE {_LIVE}", values)
        self._db.execute("DELETE FROM stirred")
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_NOTED, str(now)))
        (waiting,) = self._db.execute("SELECT count(*) FROM site_pages WHERE sequence IS NULL").fetchone()
        return int(waiting)

    def _note(self, pages: str, values: dict[str, int]) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO site_pages (url, sequence, at, gone)"
            f" SELECT DISTINCT url, NULL, :now, gone FROM (SELECT '' AS url, 0 AS gone WHERE 0 UNION {pages})"
            " WHERE url <> ''",
            values,
        )

    def waiting_pages(self) -> list[SitePage]:
        sql = "SELECT url, 0, at, gone FROM site_pages WHERE sequence IS NULL ORDER BY at, url"
        return [_page(row) for row in self._db.execute(sql)]

    def release_pages(self, urls: Iterable[str]) -> None:
        number = self.last_page()
        for url in urls:
            sql = "UPDATE site_pages SET sequence = ? WHERE url = ? AND sequence IS NULL"
            number += self._db.execute(sql, (number + 1, url)).rowcount

    def forget_pages(self, urls: Iterable[str]) -> None:
        sql = "DELETE FROM site_pages WHERE url = ? AND sequence IS NULL"
        self._db.executemany(sql, [(url,) for url in urls])

    def pages_after(self, sequence: int, limit: int) -> list[SitePage]:
        sql = "SELECT url, sequence, at, gone FROM site_pages WHERE sequence > ? ORDER BY sequence LIMIT ?"
        return [_page(row) for row in self._db.execute(sql, (sequence, limit))]

    def last_page(self) -> int:
        sql = (
            "SELECT max((SELECT coalesce(max(sequence), 0) FROM site_pages),"
            " (SELECT coalesce(max(reached), 0) FROM standings))"
        )
        (number,) = self._db.execute(sql).fetchone()
        return int(number)

    def drop_pages(self, until: int, waiting: bool = False) -> None:
        # the last one stays: its number is not to be given twice
        sql = "DELETE FROM site_pages WHERE sequence <= ? AND sequence < (SELECT max(sequence) FROM site_pages)"
        self._db.execute(sql, (until,))
        if waiting:
            self._db.execute("DELETE FROM site_pages WHERE sequence IS NULL")

    # -- what cannot be read yet

    def checks(self) -> dict[str, Check]:
        sql = f"SELECT {', '.join(Check._fields)} FROM checks ORDER BY url"
        return {row[0]: Check(*row) for row in self._db.execute(sql)}

    def keep_check(self, check: Check) -> None:
        marks = ",".join("?" * len(check))
        self._db.execute(f"INSERT OR REPLACE INTO checks ({', '.join(Check._fields)}) VALUES ({marks})", check)

    def forget_checks(self, urls: Iterable[str]) -> None:
        self._db.executemany("DELETE FROM checks WHERE url = ?", [(url,) for url in urls])


def _page(row: tuple[str, int, int, int]) -> SitePage:
    return SitePage(*row[:3], bool(row[3]))
