"""The index in one SQLite file: the only room that speaks SQL.

In and out: the rows of `syndicate.index`. Errors: `StateError` when opening and in a transaction;
elsewhere `faults`, which the wiring turns into it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import ClassVar, Self

from syndicate.errors import StateError
from syndicate.index import SITE, Chosen, DocumentRow, FeedRow, Kept, Part, PostRow, Recipe, Shown
from syndicate.index import _lookup as lookup
from syndicate.index import _selects as selects
from syndicate.index import _told as told
from syndicate.index._arrivals import Arrivals, is_blank
from syndicate.index._deliveries import Deliveries
from syndicate.index._folders import Folders
from syndicate.index._lines import Lines
from syndicate.index._media import Media
from syndicate.index._opening import connect, identity, sent, settle_journal
from syndicate.index._pages import Pages
from syndicate.index._parcels import NEVER, Parcel
from syndicate.index._reading import Reading
from syndicate.index._releases import PART, Releases
from syndicate.index._runs import Runs
from syndicate.index._shifts import Shifts
from syndicate.index._store import Storing
from syndicate.index._tallies import Tallies, count_anew
from syndicate.index._texts import Texts
from syndicate.index._upkeep import Upkeep
from syndicate.index._variants import Variants
from syndicate.index.packing import pack_texts
from syndicate.index.remedies import remedy
from syndicate.model import Problem
from syndicate.model.selection import All, Dated

_VISIBLE = "visible_from <= :now AND visible_until > :now"
_MAIN = "state = 2 AND language = ''"
_FEED = "taxonomy, name, id, posts, newest, digest, updated"
_DOCUMENT = "path, format, digest, size, shape, envelope, parts, url"


class SqliteIndex(Folders, Pages, Releases, Variants, Lines, Reading, Media, Runs, Deliveries, Upkeep, Texts, Tallies):
    """See `syndicate.index.Index` for what each call promises."""

    faults: ClassVar[tuple[type[Exception], ...]] = (sqlite3.DatabaseError,)

    def __init__(self, db: sqlite3.Connection, path: str = "") -> None:
        self._db, self._path, self._file = db, path, identity(path)
        self._logged = False

    @classmethod
    def open(cls, path: str, wait: float = 60.0) -> Self:
        return cls(connect(path, wait), path if path != ":memory:" else "")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as fault:
            self._take_back()
            raise StateError(
                f"the state cannot be used ({fault}), nothing of this step was kept: {remedy(fault)}"
            ) from fault
        except BaseException:
            self._take_back()
            raise

        if not self._logged:
            self._logged = settle_journal(self._db)

    def _take_back(self) -> None:
        if self._db.in_transaction:  # a full disk may have ended it already
            self._db.execute("ROLLBACK")

    # -- facts

    def fact(self, key: str) -> str:
        got = self._db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return got[0] if got else ""

    def keep_fact(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, value))

    # -- posts

    def store(
        self, rows: Iterable[PostRow], gone: set[bytes], now: int, changed: AbstractSet[bytes] = frozenset()
    ) -> None:
        storing = Storing(self._db, gone, now)
        waiting = Shifts(storing, changed)
        for row in Arrivals(storing).take(rows, waiting.concerns):
            if not waiting.hold(row):
                storing.store(row)
        for row in waiting.settle():
            storing.store(row)
        storing.flush()

    def send(self) -> bool:
        return bool(self._path) and sent(self._path)

    def is_blank(self) -> bool:
        return is_blank(self._db)

    def store_first(self, parcels: Iterable[Parcel], now: int) -> None:
        storing = Storing(self._db, set(), now)
        for row in Arrivals(storing).receive(parcels):
            storing.store(row)
        storing.flush()

    def remove(self, paths: Iterable[bytes], now: int) -> None:
        storing = Storing(self._db, set(), now)
        for path in paths:
            got = self._db.execute("SELECT id, state FROM posts WHERE path = ? AND state > 0", (path,)).fetchone()
            if got:
                storing.retire(*got)
        storing.flush()

    def digests(self, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        found = {}
        for path in paths:
            got = self._db.execute("SELECT digest FROM posts WHERE path = ? AND state > 0", (path,)).fetchone()
            if got:
                found[path] = got[0]
        return found

    def dates(self) -> Iterator[tuple[bytes, int | None]]:
        yield from self._db.execute("SELECT path, published FROM posts WHERE state > 0")

    def wake(self, before: int, now: int) -> None:
        storing = Storing(self._db, set(), now)
        span = {"before": before, "now": now}
        moved = self._db.execute(
            "SELECT id, path, entry_id, wanted_id FROM posts WHERE state = 2 AND id IN ("
            # the bounds that are to be looked up come first: SQLite takes the first it finds
            " SELECT id FROM posts WHERE state = 2 AND visible_from > :before AND visible_from <= :now"
            f" AND visible_from > -{NEVER}"
            " UNION SELECT id FROM posts WHERE state = 2 AND visible_until > :before AND visible_until <= :now"
            f" AND visible_until < {NEVER}"
            # also where the run that should have seen them go live never came so far
            " UNION SELECT id FROM posts WHERE state = 2 AND entry_id IS NULL AND visible_from <= :now) ORDER BY path",
            span,
        ).fetchall()
        for post, path, entry_id, wanted in moved:
            storing.touch_feeds_of(post)
            storing.ties.changed.append(post)
            if entry_id is None:
                self._db.execute(
                    "UPDATE posts SET entry_id = ? WHERE id = ?", (storing.free_id(wanted, wanted, path), post)
                )
        storing.flush()

    def standing_in(self) -> list[int]:
        return [post for (post,) in self._db.execute("SELECT id FROM posts WHERE broken = 1 AND last_good IS NULL")]

    def shown_in(self, post: int) -> list[DocumentRow]:
        sql = (
            f"SELECT {_DOCUMENT} FROM documents WHERE (taxonomy, name) IN (SELECT taxonomy, name"
            " FROM post_terms JOIN terms ON terms.id = term WHERE post = ?1 UNION VALUES ('', '')"
            " UNION SELECT page || '@' || taxonomy, name FROM history WHERE post = ?1) ORDER BY path"
        )
        return [_document(row) for row in self._db.execute(sql, (post,))]

    def keep_last_good(self, post: int, html: str) -> None:
        self._db.execute("UPDATE posts SET last_good = ? WHERE id = ?", (html, post))

    def recipes(self, posts: Sequence[int]) -> Iterator[Recipe]:
        for start in range(0, len(posts), 500):
            some = posts[start : start + 500]
            marks = ",".join("?" * len(some))
            for row in self._db.execute(
                "SELECT id, path, digest, packed, entry_id, published, updated,"
                f" CASE WHEN broken THEN coalesce(last_good, '') END, ties FROM posts WHERE id IN ({marks})",
                some,
            ):
                *known, ties = row
                yield _tied(Recipe(*known), ties) if ties else Recipe(*known)

    def languages(self) -> list[tuple[str, int]]:
        sql = "SELECT language, count(*) FROM posts WHERE language <> '' AND state = 2 GROUP BY language ORDER BY 1"
        return self._db.execute(sql).fetchall()

    def unshelve(self, language: str) -> None:
        shelf = f"{language}/"
        self._db.execute("UPDATE posts SET language = '' WHERE language = ?", (language,))
        own = "SELECT id, taxonomy, name FROM terms WHERE substr(taxonomy, 1, ?) = ?"
        for term, taxonomy, name in self._db.execute(own, (len(shelf), shelf)).fetchall():
            main = (taxonomy.removeprefix(shelf), name)
            if main != SITE:
                self._db.execute("INSERT OR IGNORE INTO terms (taxonomy, name) VALUES (?, ?)", main)
                self._db.execute(
                    "INSERT OR IGNORE INTO post_terms SELECT post,"
                    " (SELECT id FROM terms WHERE taxonomy = ? AND name = ?), published, visible_from, visible_until"
                    " FROM post_terms WHERE term = ?",
                    (*main, term),
                )
            self._db.execute("DELETE FROM post_terms WHERE term = ?", (term,))
            self.touch(taxonomy, name)
            self.touch(*main)

    def keep_unexpanded(self, faults: Mapping[int, Sequence[tuple[str, ...]]]) -> None:
        self._db.executemany("DELETE FROM faults WHERE post = ?", [(post,) for post in faults])
        rows = [(post, pack_texts(told)) for post, told in faults.items() if told]
        self._db.executemany("INSERT INTO faults VALUES (?, ?)", rows)

    def unexpanded(self) -> Iterator[tuple[bytes, tuple[str, ...]]]:
        sql = "SELECT path, told FROM faults CROSS JOIN posts ON id = post WHERE state = 2 ORDER BY path"
        for path, packed in self._db.execute(sql):
            yield from ((path, tuple(fault)) for fault in json.loads(packed))

    def problems(self) -> Iterator[Problem]:
        return told.problems(self._db)

    def kept(self, path: bytes) -> Kept | None:
        return lookup.kept(self._db, path)

    def everyone(self) -> Iterator[tuple[bytes, str, str]]:
        sql = "SELECT path, coalesce(entry_id, wanted_id), packed FROM posts WHERE state > 0 ORDER BY path"
        yield from self._db.execute(sql)

    # -- feeds

    def touch_all(self, counted: bool = False) -> None:
        self._db.execute("INSERT OR IGNORE INTO touched VALUES ('', '')")
        self._db.execute("INSERT OR IGNORE INTO touched SELECT taxonomy, name FROM feeds")
        self._db.execute(
            "INSERT OR IGNORE INTO touched SELECT taxonomy, name FROM terms"
            " WHERE EXISTS (SELECT 1 FROM post_terms WHERE term = terms.id)"
        )
        if not counted:
            count_anew(self._db)

    def touched(self) -> list[tuple[str, str]]:
        return self._db.execute("SELECT taxonomy, name FROM touched ORDER BY taxonomy, name").fetchall()

    def touch(self, taxonomy: str, name: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (taxonomy, name))

    def newest(self, taxonomy: str, name: str, limit: int, now: int, chosen: Chosen | None = None) -> list[Shown]:
        if chosen is not None:
            tree, sort, max_age, language = chosen
            found = selects.newest(tree, now, sort=sort, limit=limit, max_age=max_age, language=language)
            return [Shown(*row) for row in self._db.execute(*found)]
        if (taxonomy, name) == SITE:
            sql = f"SELECT id, key, updated FROM posts WHERE {_MAIN} AND {_VISIBLE} ORDER BY published DESC, path"
        else:
            sql = (
                "SELECT id, key, updated FROM post_terms AS held CROSS JOIN posts ON id = post"
                " WHERE term = (SELECT id FROM terms WHERE taxonomy = :taxonomy AND name = :name)"
                " AND held.visible_from <= :now AND held.visible_until > :now ORDER BY held.published DESC, path"
            )
        values = {"taxonomy": taxonomy, "name": name, "limit": limit, "now": now}
        return [Shown(*row) for row in self._db.execute(f"{sql} LIMIT :limit", values)]

    def moments(self, now: int, chosen: Chosen) -> Iterator[int]:
        asked = selects.moments(chosen.tree, now, max_age=chosen.max_age, language=chosen.language)
        for (moment,) in self._db.execute(*asked):
            yield moment

    def between(self, since: int, until: int, now: int, chosen: Chosen) -> list[tuple[int, Shown]]:
        condition, values = selects.where(All((chosen.tree, Dated("published", since, until))), now, chosen.language)
        sql = f"SELECT published, id, key, updated FROM posts WHERE state = 2 AND {_VISIBLE} AND {condition}"
        rows = self._db.execute(f"{sql} ORDER BY published DESC, path", {**values, "now": now})
        return [(moment, Shown(*post)) for moment, *post in rows]

    def unheard(self, keys: tuple[str, ...]) -> list[str]:
        return [key for (key,) in self._db.execute(*selects.unheard(keys))] if keys else []

    def slug(
        self, taxonomy: str, name: str, rule: str, make: Callable[[Callable[[str], bool]], str], keep: bool = True
    ) -> str:
        got = self._db.execute(
            "SELECT slug FROM slugs WHERE taxonomy = ? AND rule = ? AND name = ?", (taxonomy, rule, name)
        ).fetchone()
        if got:
            return str(got[0])
        slug = make(lambda candidate: self._slug_taken(taxonomy, rule, candidate))
        if keep:
            self._db.execute("INSERT INTO slugs VALUES (?,?,?,?,?)", (taxonomy, rule, name, slug, slug.casefold()))
        return slug

    def _slug_taken(self, taxonomy: str, rule: str, slug: str) -> bool:
        sql = "SELECT 1 FROM slugs WHERE taxonomy = ? AND rule = ? AND folded = ?"
        return self._db.execute(sql, (taxonomy, rule, slug.casefold())).fetchone() is not None

    def feed(self, taxonomy: str, name: str) -> FeedRow | None:
        sql = f"SELECT {_FEED} FROM feeds WHERE taxonomy = ? AND name = ?"
        got = self._db.execute(sql, (taxonomy, name)).fetchone()
        return FeedRow(*got) if got else None

    def feeds(self) -> list[FeedRow]:
        # pages of history are no feeds that anybody subscribes to
        sql = f"SELECT {_FEED} FROM feeds WHERE live AND instr(taxonomy, '@') = 0 ORDER BY taxonomy, name"
        return [FeedRow(*row) for row in self._db.execute(sql)]

    def documents(self, taxonomy: str, name: str) -> list[DocumentRow]:
        sql = f"SELECT {_DOCUMENT} FROM documents WHERE taxonomy = ? AND name = ? ORDER BY path"
        return [_document(row) for row in self._db.execute(sql, (taxonomy, name))]

    def sizes(self, above: int = -1) -> list[tuple[str, int]]:
        return self._db.execute("SELECT path, size FROM documents WHERE size > ?", (above,)).fetchall()

    def addresses(self) -> Iterator[tuple[str, str, str, str]]:
        yield from self._db.execute("SELECT taxonomy, name, format, path FROM documents ORDER BY path")

    def owner(self, path: str) -> tuple[str, str] | None:
        sql = "SELECT taxonomy, name FROM documents WHERE folded = ?"
        got: tuple[str, str] | None = self._db.execute(sql, (path.casefold(),)).fetchone()
        return got


def _tied(recipe: Recipe, packed: str) -> Recipe:
    links, alternates = json.loads(packed)
    pairs = tuple((language, url) for language, url in alternates)
    return recipe._replace(links=tuple(links.items()), alternates=pairs)


def _document(row: tuple[str, str, bytes, int, bytes, bytes, bytes, str]) -> DocumentRow:
    parts = tuple(Part(*part) for part in PART.iter_unpack(row[6]))
    return DocumentRow(*row[:6], parts, row[7])
