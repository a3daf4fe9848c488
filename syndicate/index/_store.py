"""How a post that was read gets into the tables: identity, moments, terms, touched feeds.

One `Storing` serves one call of `Index.store`. The rules:

- a path that is known keeps its row, and with it its id, whatever the file says now;
- a new path takes over the row of a file that vanished in the same run with the same bytes (a
  move), or of a vanished post that had the id this one would get (renamed, or come back);
- an id is given when the post is first visible, and never changes;
- `updated` is what the post says, else its date, else, after an edit, the file's mtime then.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

from syndicate.index import SITE, PostRow
from syndicate.index._schema import GONE, HIDDEN, NEVER, PUBLIC
from syndicate.index.packing import pack_problems

_KNOWN = "SELECT id, path, state, digest, published, visible_from, visible_until, first_seen, updated, entry_id, packed"


class _Known(NamedTuple):
    id: int
    path: bytes
    state: int
    digest: bytes
    published: int | None
    visible_from: int
    visible_until: int
    first_seen: int
    updated: int | None
    entry_id: str | None
    packed: str


class Storing:
    """Stores rows one by one; `gone` as in `Index.store`, `now` in epoch seconds."""

    def __init__(self, db: sqlite3.Connection, gone: set[bytes], now: int) -> None:
        self.db, self.gone, self.now = db, gone, now
        self.moved_from = self._digests_of_gone()
        self.term_ids: dict[tuple[str, str], int] = {}
        self.touches: set[tuple[str, str]] = set()

    def _digests_of_gone(self) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for path in sorted(self.gone):
            got = self.db.execute("SELECT digest FROM posts WHERE path = ? AND state > 0", (path,)).fetchone()
            if got:
                found.setdefault(got[0], path)
        return found

    def store(self, row: PostRow) -> None:
        if row.unsettled:
            return
        known = self._known(row) or self._moved(row)
        if row.broken and not row.withdrawn and known and known.state == PUBLIC:
            self._let_stand(row, known)
        elif row.packed or row.problems or row.withdrawn:
            self._put(row, known)
        elif known and known.state != GONE:
            self.leave_feeds(known.id)
            self.db.execute("UPDATE posts SET state = 0, problems = NULL WHERE id = ?", (known.id,))

    def flush(self) -> None:
        """Write down which feeds were touched."""
        self.db.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", sorted(self.touches))

    # -- which row is it?

    def _known(self, row: PostRow) -> _Known | None:
        got = self.db.execute(f"{_KNOWN} FROM posts WHERE path = ?", (row.path,)).fetchone()
        return _Known(*got) if got else None

    def _moved(self, row: PostRow) -> _Known | None:
        old = self.moved_from.get(row.digest) if row.digest else None
        if old is not None and old in self.gone:
            got = self.db.execute(f"{_KNOWN} FROM posts WHERE path = ?", (old,)).fetchone()
        else:
            got = self._returned(row.guid or row.default_id)
        if not got:
            return None
        known = _Known(*got)
        self.leave_feeds(known.id)
        self.db.execute("UPDATE posts SET path = ? WHERE id = ?", (row.path, known.id))
        self.gone.discard(known.path)
        return known

    def _returned(self, entry_id: str) -> tuple[object, ...] | None:
        got = self.db.execute(f"{_KNOWN} FROM posts WHERE entry_id = ?", (entry_id,)).fetchone()
        return got if got and (got[2] == GONE or got[1] in self.gone) else None

    # -- what becomes of it

    def _let_stand(self, row: PostRow, known: _Known) -> None:
        self.db.execute(
            "UPDATE posts SET broken = 1, problems = ? WHERE id = ?", (pack_problems(row.problems), known.id)
        )

    def _put(self, row: PostRow, known: _Known | None) -> None:
        state = PUBLIC if row.packed and row.public else HIDDEN
        first_seen = known.first_seen if known else row.mtime
        published = row.published if row.published is not None else first_seen
        updated = self._updated(row, known, published)
        if known and self._same(row, known, state, published, updated):
            self.db.execute(
                "UPDATE posts SET broken = 0, last_good = NULL, problems = ? WHERE id = ?",
                (pack_problems(row.problems), known.id),
            )
            return
        if known:
            self.leave_feeds(known.id)
        post = self._upsert(row, known, state, first_seen, published, updated)
        if state == PUBLIC:
            self._enter_feeds(row, post, published)

    def _updated(self, row: PostRow, known: _Known | None, published: int) -> int:
        if row.updated is not None:
            return max(published, row.updated)
        if known is None or known.updated is None or not known.packed:
            return published
        if known.digest != row.digest:
            return max(published, row.mtime)
        return max(published, known.updated)

    def _same(self, row: PostRow, known: _Known, state: int, published: int, updated: int) -> bool:
        return (
            (known.path, known.digest, known.packed) == (row.path, row.digest, row.packed)
            and (known.state, known.published, known.updated) == (state, published, updated)
            and (known.visible_from, known.visible_until) == (_from(row), _until(row))
        )

    def _upsert(
        self, row: PostRow, known: _Known | None, state: int, first_seen: int, published: int, updated: int
    ) -> int:
        entry_id = known.entry_id if known else None
        if entry_id is None and state == PUBLIC and _from(row) <= self.now:
            entry_id = self.free_id(row.guid or row.default_id, row.default_id, row.path)
        values = (
            known.id if known else None, row.path, state, row.digest, published, _from(row), _until(row),
            first_seen, updated, entry_id, row.guid or row.default_id,
            _key(row.digest, row.packed, published, updated), row.packed, pack_problems(row.problems),
        )  # fmt: skip
        cursor = self.db.execute(
            "INSERT INTO posts (id, path, state, digest, published, visible_from, visible_until, first_seen, updated,"
            " entry_id, wanted_id, key, packed, problems) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            " ON CONFLICT (id) DO UPDATE SET state=excluded.state, digest=excluded.digest,"
            " published=excluded.published, visible_from=excluded.visible_from, visible_until=excluded.visible_until,"
            " updated=excluded.updated, entry_id=excluded.entry_id, wanted_id=excluded.wanted_id, key=excluded.key,"
            " packed=excluded.packed, problems=excluded.problems, broken=0, last_good=NULL",
            values,
        )
        return known.id if known else cursor.lastrowid or 0

    # -- the ledger of ids

    def free_id(self, wanted: str, default_id: str, path: bytes) -> str:
        """The id a post gets for good: the wanted one, else the default, else one made unique by its path."""
        unique = f"{default_id}#{blake2b(path, digest_size=6).hexdigest()}"
        return next(each for each in (wanted, default_id, unique) if not self._taken(each) or each is unique)

    def _taken(self, entry_id: str) -> bool:
        return self.db.execute("SELECT 1 FROM posts WHERE entry_id = ?", (entry_id,)).fetchone() is not None

    # -- terms and feeds

    def touch_feeds_of(self, post: int) -> bool:
        """The feeds the post stands in are touched. Whether it has any term."""
        terms = self.db.execute(
            "SELECT taxonomy, name FROM post_terms JOIN terms ON terms.id = term WHERE post = ?", (post,)
        ).fetchall()
        self.touches.add(SITE)
        self.touches.update(terms)
        return bool(terms)

    def leave_feeds(self, post: int) -> None:
        """Take the post out of all feeds, which are touched by that."""
        if self.touch_feeds_of(post):
            self.db.execute("DELETE FROM post_terms WHERE post = ?", (post,))

    def _enter_feeds(self, row: PostRow, post: int, published: int) -> None:
        self.touches.add(SITE)
        for taxonomy, name in row.terms:
            self.touches.add((taxonomy, name))
            self.db.execute(
                "INSERT OR IGNORE INTO post_terms VALUES (?,?,?,?,?,?)",
                (self._term(taxonomy, name), published, row.path, post, _from(row), _until(row)),
            )

    def _term(self, taxonomy: str, name: str) -> int:
        pair = (taxonomy, name)
        if pair not in self.term_ids:
            self.db.execute("INSERT OR IGNORE INTO terms (taxonomy, name) VALUES (?, ?)", pair)
            (self.term_ids[pair],) = self.db.execute(
                "SELECT id FROM terms WHERE taxonomy = ? AND name = ?", pair
            ).fetchone()
        return self.term_ids[pair]


def _key(digest: bytes, packed: str, published: int, updated: int) -> bytes:
    """A digest of everything in the index that makes the entry, its id aside: that never changes."""
    made_of = f"{published} {updated} {packed}".encode("utf-8", "surrogatepass")
    return blake2b(digest + made_of, digest_size=16).digest()


def _from(row: PostRow) -> int:
    return -NEVER if row.visible_from is None else row.visible_from


def _until(row: PostRow) -> int:
    return NEVER if row.visible_until is None else row.visible_until
