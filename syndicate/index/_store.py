"""How a post that was read gets into the tables: identity, moments, terms, touched feeds.

One `Storing` serves one call of `Index.store`. The rules:

- a file that vanished in the same run and whose very bytes stand elsewhere now has moved, and its
  row goes along, also onto a path that was another's;
- bytes that were shifted between paths which all have a file still may take rows along: see `_shifts`;
- else a path that has a file keeps its row, and with it its id, whatever the file says now;
- a new path takes over the row of a vanished post that had, or last asked for, the id this one asks
  for (renamed and edited, or come back), else the row of a deleted post that had the same path;
- an id is given when the post is first visible, and never changes;
- `updated` is what the post says, else its date, else, after an edit of what was published, the
  file's mtime then. An edit that leaves the `substance` of the post as it was is none. What the post says
  does not count while it lies ahead; when that moment comes
  without an edit, only the next edit or a run over everything (`--full`) takes it up.
- nothing counts as seen first later than now: a file's time may lie.
"""

from __future__ import annotations

import sqlite3
from itertools import chain, count

from syndicate.index import SITE, Needed, PostRow
from syndicate.index._parcels import GONE, HIDDEN, NEVER, PUBLIC, published_at
from syndicate.index._ties import Ties, key_of
from syndicate.index.packing import pack_problems
from syndicate.index.shelves import paged
from syndicate.model.digest import is_former
from syndicate.model.records import NamedTuple

_KNOWN = (
    "SELECT id, path, state, digest, broken_digest, published, visible_from, visible_until, first_seen, updated,"
    " entry_id, wanted_id, packed, language, translation, substance, fields, words"
)

_WAS_SHOWN = "state = 2 AND entry_id IS NOT NULL"
_LEAVING = (
    f"gone_url = CASE WHEN {_WAS_SHOWN} THEN json_extract(packed, '$.url') ELSE gone_url END,"
    f" gone_at = CASE WHEN {_WAS_SHOWN} THEN min(:now, visible_until) ELSE gone_at END"
)
"""What is noted of a post when it ceases to be public: the permalink that is dead from then on."""


class Known(NamedTuple):
    """A row of posts, as far as it matters to what becomes of it."""

    id: int
    path: bytes
    state: int
    digest: bytes
    broken_digest: bytes
    published: int | None
    visible_from: int
    visible_until: int
    first_seen: int
    updated: int | None
    entry_id: str | None
    wanted_id: str
    packed: str
    language: str
    translation: str
    substance: bytes
    fields: str
    words: int


def aside(known: Known) -> bytes:
    """A path no file can have."""
    return b"%s\0%d" % (known.path, known.id)


class Storing:
    """Stores rows one by one; `gone` as in `Index.store`, `now` in epoch seconds."""

    def __init__(self, db: sqlite3.Connection, gone: set[bytes], now: int) -> None:
        self.db, self.gone, self.now = db, gone, now
        self.moved_from: dict[bytes, list[bytes]] = {}
        self.wanted_by_gone: dict[str, bytes] = {}
        self._look_at_gone()
        self.term_ids: dict[tuple[str, str], int] = {}
        self.touches: set[tuple[str, str]] = set()
        self.settled: set[bytes] = set()
        """Paths whose row is decided already."""
        self.ties = Ties(db, now, self._touch_feeds_of_all)
        (self.needy,) = db.execute("SELECT EXISTS (SELECT 1 FROM needs)").fetchone()
        (self.faulty,) = db.execute("SELECT EXISTS (SELECT 1 FROM faults)").fetchone()
        (self.paged,) = db.execute("SELECT EXISTS (SELECT 1 FROM history)").fetchone()

    def _look_at_gone(self) -> None:
        for path in sorted(self.gone):
            sql = "SELECT digest, broken_digest, wanted_id FROM posts WHERE path = ? AND state > 0"
            for digest, broken, wanted in self.db.execute(sql, (path,)):
                for each in {digest, broken}:
                    self.moved_from.setdefault(each, []).append(path)
                self.wanted_by_gone.setdefault(wanted, path)

    def store(self, row: PostRow) -> None:
        if row.unsettled:
            return
        known = self._row_of(row)
        if row.broken and not row.withdrawn and known and known.state == PUBLIC and known.entry_id:
            self._let_stand(row, known)
        elif row.packed or row.problems or row.withdrawn:
            self._put(row, known)
        elif known:
            self.retire(known.id, known.state)

    def retire(self, post: int, state: int) -> None:
        """The post is no more; its row stays, for its id, without what made its entry."""
        if state == PUBLIC:
            self.leave_feeds(post)
            self._untie(post)
        self.db.execute(
            f"UPDATE posts SET {_LEAVING}, state = 0, packed = '', problems = NULL, broken = 0, broken_digest = x'',"
            " last_good = NULL, ties = NULL, translation = '', fields = '', words = 0 WHERE id = :id",
            {"id": post, "now": self.now},
        )
        self.keep_needs(post, ())
        self._forget_faults(post)

    def _untie(self, post: int) -> None:
        """Nobody is to name the post any more."""
        path, group = self.db.execute("SELECT path, translation FROM posts WHERE id = ?", (post,)).fetchone()
        self.ties.left.add(path)
        self.ties.groups.add(group)
        self.db.execute("DELETE FROM refs WHERE post = ?", (post,))

    def flush(self) -> None:
        """All has come: tie posts to one another, and write down which feeds were touched."""
        self.ties.settle()
        self.db.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", sorted(self.touches))

    # -- which row is it?

    def _row_of(self, row: PostRow) -> Known | None:
        known = self.one("path = ?", row.path)
        if row.path in self.settled:
            return known
        there = known is not None and known.state != GONE
        if (known and there and row.digest in (known.digest, known.broken_digest)) or not (row.packed or row.broken):
            return known
        other = self.moved(row) or (None if there else self._returned(row.guid or row.default_id))
        if other is None or (known and other.id == known.id):
            return known
        if known:
            self.make_way(known)
        self.gone.discard(other.path)
        self.move(other, row.path)
        return other

    def move(self, known: Known, path: bytes) -> None:
        """The row goes to another path, where no row is."""
        self._place(known, path)
        self.ties.left.add(known.path)
        self.ties.changed.append(known.id)
        if known.state == PUBLIC:
            self.touch_feeds_of(known.id)

    def moved(self, row: PostRow) -> Known | None:
        """The row of a vanished file with the same bytes; of several the one of the same name, if any."""
        paths = [path for path in self.moved_from.get(row.digest, ()) if row.digest and path in self.gone]
        name = row.path.rpartition(b"/")[2]
        path = next((path for path in paths if path.rpartition(b"/")[2] == name), paths[0] if paths else None)
        return self.one("path = ?", path) if path is not None else None

    def _returned(self, wanted: str) -> Known | None:
        """The row of a vanished post that has this id, or that asked for it at last and has another."""
        if not wanted:
            return None
        known = self.one("entry_id = ?", wanted)
        if known and (known.state == GONE or known.path in self.gone):
            return known
        if (path := self.wanted_by_gone.get(wanted)) in self.gone:
            return self.one("path = ?", path)
        lately = "wanted_id = ? AND state = 0 AND entry_id IS NOT NULL ORDER BY id DESC LIMIT 1"
        return self.one(lately, wanted)

    def one(self, where: str, value: bytes | str | None) -> Known | None:
        got = self.db.execute(f"{_KNOWN} FROM posts WHERE {where}", (value,)).fetchone()
        return Known(*got) if got else None

    def make_way(self, known: Known) -> None:
        """Another post's file stands at the path of this one, which keeps its id at a path no file can have."""
        self.retire(known.id, known.state)
        self._place(known, aside(known))

    def _place(self, known: Known, path: bytes) -> None:
        (before,) = self.db.execute("SELECT path FROM posts WHERE id = ?", (known.id,)).fetchone()
        self.db.execute("UPDATE posts SET path = ? WHERE id = ?", (path, known.id))
        self.ties.rename(known.id, before, path)

    # -- what becomes of it

    def _let_stand(self, row: PostRow, known: Known) -> None:
        self.db.execute(
            "UPDATE posts SET broken = 1, broken_digest = ?, problems = ? WHERE id = ?",
            (row.digest, pack_problems(row.problems), known.id),
        )
        # it shows none of them anew, and is read when it is mended
        self.keep_needs(known.id, ())

    def _put(self, row: PostRow, known: Known | None) -> None:
        state = PUBLIC if row.packed and row.public else HIDDEN
        first_seen = known.first_seen if known else min(row.mtime, self.now)
        published = published_at(row, first_seen)
        updated = self._updated(row, known, published)
        if known and self._same(row, known, state, published, updated):
            self.db.execute(
                "UPDATE posts SET broken = 0, broken_digest = x'', last_good = NULL, wanted_id = ?,"
                " problems = ? WHERE id = ?",
                (row.guid or row.default_id, pack_problems(row.problems), known.id),
            )
            self.keep_needs(known.id, row.needs)
            return
        if known and known.state == PUBLIC:
            self.leave_feeds(known.id)
            self._untie(known.id)
            if state == HIDDEN:
                self.db.execute(f"UPDATE posts SET {_LEAVING} WHERE id = :id", {"id": known.id, "now": self.now})
        post = self._upsert(row, known, state, first_seen, published, updated)
        self.keep_needs(post, row.needs)
        self._forget_faults(post)
        if state == PUBLIC:
            self._enter_feeds(row, post, published)
            self.tie(row, post)

    def tie(self, row: PostRow, post: int) -> None:
        """Note whom the post names, and that others may name it."""
        self.ties.changed.append(post)
        if row.references:
            self.ties.refer([(post, row.references)])

    def keep_needs(self, post: int, needs: tuple[Needed, ...]) -> None:
        if self.needy:
            self.db.execute("DELETE FROM needs WHERE post = ?", (post,))
        if needs:
            self.needy = True
            self.db.executemany(
                "INSERT OR REPLACE INTO needs VALUES (?, ?, ?, ?, ?)", [(post, *each) for each in needs]
            )

    def _forget_faults(self, post: int) -> None:
        """Another text has faults of its own, which are found when its entry is made."""
        if self.faulty:
            self.db.execute("DELETE FROM faults WHERE post = ?", (post,))

    def _updated(self, row: PostRow, known: Known | None, published: int) -> int:
        if row.updated is not None and row.updated <= self.now:
            return max(published, row.updated)
        if known is None or known.entry_id is None or known.updated is None:
            return published
        if known.digest != row.digest and not is_former(known.digest) and _in_substance(row, known):
            # a file's time may lie: it is never later than now, and an edit never makes a post older
            before = published if known.updated == known.published else known.updated
            return max(published, before, min(row.mtime, self.now))
        # the date itself may be understood otherwise than before: that is no edit
        return published if known.updated == known.published else max(published, known.updated)

    def _same(self, row: PostRow, known: Known, state: int, published: int, updated: int) -> bool:
        return (
            (known.path, known.digest, known.packed) == (row.path, row.digest, row.packed)
            and (known.state, known.published, known.updated) == (state, published, updated)
            and (known.visible_from, known.visible_until) == (_from(row), _until(row))
            and (known.language, known.translation) == (row.language, row.translation)
            and (known.substance, known.fields, known.words) == (row.substance, row.fields, row.words)
        )

    def _upsert(
        self, row: PostRow, known: Known | None, state: int, first_seen: int, published: int, updated: int
    ) -> int:
        entry_id = known.entry_id if known else None
        if entry_id is None and state == PUBLIC and _from(row) <= self.now:
            entry_id = self.free_id(row.guid or row.default_id, row.default_id, row.path)
        values = (
            known.id if known else None, row.path, state, row.digest, published, _from(row), _until(row),
            first_seen, updated, row.language, row.translation, entry_id, row.guid or row.default_id,
            key_of(row.digest, row.packed, published, updated), row.packed, pack_problems(row.problems),
            row.substance, row.fields, row.words, row.published is not None,
        )  # fmt: skip
        cursor = self.db.execute(
            "INSERT INTO posts (id, path, state, digest, published, visible_from, visible_until, first_seen, updated,"
            " language, translation, entry_id, wanted_id, key, packed, problems, substance, fields, words, own_date)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            " ON CONFLICT (id) DO UPDATE SET state=excluded.state, digest=excluded.digest,"
            " published=excluded.published, visible_from=excluded.visible_from, visible_until=excluded.visible_until,"
            " updated=excluded.updated, language=excluded.language, translation=excluded.translation, ties=NULL,"
            " entry_id=excluded.entry_id, wanted_id=excluded.wanted_id, key=excluded.key,"
            " packed=excluded.packed, problems=excluded.problems, broken=0,"
            " broken_digest=x'', last_good=NULL, substance=excluded.substance, fields=excluded.fields,"
            " words=excluded.words, own_date=excluded.own_date,"
            " gone_url=CASE WHEN excluded.state = 2 THEN NULL ELSE gone_url END,"
            " gone_at=CASE WHEN excluded.state = 2 THEN NULL ELSE gone_at END",
            values,
        )
        if known:
            return known.id
        post = cursor.lastrowid or 0
        self.ties.rename(post, None, row.path)
        return post

    # -- the ledger of ids

    def free_id(self, wanted: str, default_id: str, path: bytes) -> str:
        """The id a post gets for good: the wanted one, else the default, else one made unique by its path."""
        unique = (f"{default_id}#{_digest(path, number)}" for number in count())
        return next(each for each in chain((wanted, default_id), unique) if not self._taken(each))

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
        self._touch_pages_of(post)
        return bool(terms)

    def _touch_feeds_of_all(self, posts: list[int]) -> None:
        if not posts:
            return
        self.touches.add(SITE)
        marks = ",".join("?" * len(posts))
        held = f"SELECT term FROM post_terms WHERE post IN ({marks})"
        self.touches.update(self.db.execute(f"SELECT taxonomy, name FROM terms WHERE id IN ({held})", posts))
        for post in posts if self.paged else ():
            self._touch_pages_of(post)

    def _touch_pages_of(self, post: int) -> None:
        if self.paged:
            sql = "SELECT taxonomy, name, page FROM history WHERE post = ?"
            for taxonomy, name, page in self.db.execute(sql, (post,)):
                self.touches.add((paged(taxonomy, page), name))

    def leave_feeds(self, post: int) -> None:
        """Take the post out of all feeds, which are touched by that."""
        if self.touch_feeds_of(post):
            self.db.execute("DELETE FROM post_terms WHERE post = ?", (post,))

    def touch(self, row: PostRow) -> None:
        """The feeds that the post enters are touched."""
        self.touches.add(SITE)
        self.touches.update(row.terms)

    def _enter_feeds(self, row: PostRow, post: int, published: int) -> None:
        self.touch(row)
        self._touch_pages_of(post)
        for taxonomy, name in row.terms:
            self.db.execute(
                "INSERT OR IGNORE INTO post_terms VALUES (?,?,?,?,?)",
                (post, self.term(taxonomy, name), published, _from(row), _until(row)),
            )

    def term(self, taxonomy: str, name: str) -> int:
        """The number of a term, which gets one if it has none."""
        pair = (taxonomy, name)
        if pair not in self.term_ids:
            self.db.execute("INSERT OR IGNORE INTO terms (taxonomy, name) VALUES (?, ?)", pair)
            (self.term_ids[pair],) = self.db.execute(
                "SELECT id FROM terms WHERE taxonomy = ? AND name = ?", pair
            ).fetchone()
        return self.term_ids[pair]


def _in_substance(row: PostRow, known: Known) -> bool:
    """Whether a file that is another than before makes another entry, by the rule that its substance tells.

    The first byte names the rule: by another one than before nothing can be compared.
    """
    return row.substance[:1] != known.substance[:1] or row.substance != known.substance or not row.substance


def _digest(path: bytes, number: int) -> str:
    """Tells apart posts that ask for one id; a number is needed where a post that moved away had the path."""
    # ids are for ever, so this one stays; imported late, since it loads OpenSSL and is rarely asked
    from hashlib import blake2b

    return blake2b(path + (b"\0%d" % number if number else b""), digest_size=6).hexdigest()


def _from(row: PostRow) -> int:
    return -NEVER if row.visible_from is None else row.visible_from


def _until(row: PostRow) -> int:
    return NEVER if row.visible_until is None else row.visible_until
