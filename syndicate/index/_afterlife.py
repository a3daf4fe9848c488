"""What is remembered of what is no more: entries, permalinks, addresses of documents; and what was never shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from syndicate.index._parcels import NEVER
from syndicate.index._rows import Candidate, DocumentRow, Left, Tomb
from syndicate.index._ties import key_of

_LIVE = "state = 2 AND visible_from <= :now AND visible_until > :now"

# named, since the planner takes the index of all ids
_UNSHOWN = (
    "SELECT count(*) FROM (SELECT 1 FROM posts INDEXED BY posts_never_shown"
    " WHERE shown = 0 AND entry_id IS NOT NULL LIMIT 100)"
)


class Afterlife:
    """The part of `SqliteIndex` that remembers what is no more; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def dead(self, posts: Sequence[int], now: int) -> list[Tomb]:
        found = []
        for post in posts:
            sql = (
                "SELECT entry_id, coalesce(gone_at, min(visible_until, :now)) FROM posts"
                f" WHERE id = :post AND entry_id IS NOT NULL AND NOT ({_LIVE})"
            )
            found += [Tomb(*row) for row in self._db.execute(sql, {"post": post, "now": now})]
        return found

    def bury(self, taxonomy: str, name: str, tombs: Sequence[Tomb]) -> None:
        rows = [(taxonomy, name, *tomb) for tomb in tombs]
        self._db.executemany("INSERT OR REPLACE INTO tombs VALUES (?, ?, ?, ?)", rows)

    def tombs(self, taxonomy: str, name: str, after: int, now: int) -> list[Tomb]:
        sql = (
            "SELECT entry_id, at FROM tombs WHERE taxonomy = :taxonomy AND name = :name AND at > :after AND NOT EXISTS"
            f" (SELECT 1 FROM posts WHERE posts.entry_id = tombs.entry_id AND {_LIVE}) ORDER BY at DESC, entry_id"
        )
        values = {"taxonomy": taxonomy, "name": name, "after": after, "now": now}
        return [Tomb(*row) for row in self._db.execute(sql, values)]

    def forget_tombs(self, before: int, now: int) -> None:
        lives = f"EXISTS (SELECT 1 FROM posts WHERE posts.entry_id = tombs.entry_id AND {_LIVE})"
        over, values = f"(at <= :before OR {lives})", {"before": before, "now": now}
        # one that lives again may do so in other feeds, and these would not be looked at for its sake
        self._db.execute(
            f"INSERT OR IGNORE INTO touched SELECT DISTINCT taxonomy, name FROM tombs WHERE {over}", values
        )
        self._db.execute(f"DELETE FROM tombs WHERE {over}", values)

    def touch_emptied(self, before: int) -> None:
        # the feeds of sites and those that are declared stay, and pages go with the feed they are of
        ended = (
            "SELECT taxonomy, name FROM feeds WHERE live AND empty_since <= :before AND taxonomy <> ''"
            " AND taxonomy NOT LIKE '%/' AND instr(taxonomy, '@') = 0"
        )
        self._db.execute(
            f"INSERT OR IGNORE INTO touched {ended} UNION SELECT page || '@' || taxonomy, name FROM history"
            f" WHERE (taxonomy, name) IN ({ended})",
            {"before": before},
        )

    def empty_since(self, taxonomy: str, name: str) -> int | None:
        sql = "SELECT empty_since FROM feeds WHERE taxonomy = ? AND name = ?"
        got = self._db.execute(sql, (taxonomy, name)).fetchone()
        return got[0] if got else None

    def left(self) -> Iterator[Left]:
        for row in self._db.execute("SELECT path, taxonomy, name, format, at, url FROM left_paths ORDER BY path, url"):
            yield Left(*row)

    def next_moment(self, now: int) -> int | None:
        moments = []
        # the last condition is that of the index
        for which, some in (("visible_from", f"> -{NEVER}"), ("visible_until", f"< {NEVER}")):
            sql = f"SELECT min({which}) FROM posts WHERE state = 2 AND {which} > ? AND {which} {some}"
            moments += self._db.execute(sql, (now,)).fetchone()
        return min((each for each in moments if each is not None), default=None)

    def gone(self, now: int) -> Iterator[tuple[str, int]]:
        ended = (
            "SELECT gone_url AS url, gone_at AS at FROM posts WHERE gone_url IS NOT NULL AND gone_url <> ''"
            " UNION SELECT json_extract(packed, '$.url'), visible_until FROM posts WHERE state = 2 AND"
            " entry_id IS NOT NULL AND visible_until <= :now"
        )
        sql = (
            f"SELECT url, at FROM ({ended}) WHERE url NOT IN (SELECT json_extract(packed, '$.url') FROM posts WHERE"
            f" {_LIVE} AND json_extract(packed, '$.url') IN (SELECT url FROM ({ended}))) ORDER BY at, url"
        )
        yield from self._db.execute(sql, {"now": now}).fetchall()

    def leave(self, paths: Sequence[str], now: int) -> None:
        """Note that no document stands at these paths any more; to be called while they are still recorded."""
        self._db.executemany(
            "INSERT OR REPLACE INTO left_paths"
            " SELECT path, taxonomy, name, format, ?, url FROM documents WHERE path = ?",
            [(now, path) for path in paths],
        )

    def settle(self, documents: Sequence[DocumentRow], now: int) -> None:
        """Note which addresses these documents leave behind at the same paths, and that they stand at theirs.

        To be called while those before them are still recorded.
        """
        self._db.executemany(
            "INSERT OR REPLACE INTO left_paths"
            " SELECT path, taxonomy, name, format, ?, url FROM documents WHERE path = ? AND url NOT IN ('', ?)",
            [(now, each.path, each.url) for each in documents],
        )
        self._db.executemany(
            "DELETE FROM left_paths WHERE path = ? AND url IN ('', ?)", [(each.path, each.url) for each in documents]
        )

    # -- what was never shown, and may still get another id

    def unshown(self) -> int:
        (count,) = self._db.execute(_UNSHOWN).fetchone()
        return int(count)

    def ended(self, now: int) -> int:
        sql = (
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM posts WHERE gone_url IS NOT NULL LIMIT 100))"
            f" + (SELECT count(*) FROM (SELECT 1 FROM posts WHERE state = 2 AND visible_until < {NEVER}"
            " AND visible_until <= ? AND entry_id IS NOT NULL LIMIT 100))"
        )
        (count,) = self._db.execute(sql, (now,)).fetchone()
        return int(count)

    def candidates(self) -> Iterator[Candidate]:
        sql = (
            "SELECT id, path, json_extract(packed, '$.url'), coalesce(json_extract(packed, '$.title'), ''), published,"
            " updated, entry_id, shown, own_date FROM posts WHERE state = 2 ORDER BY path"
        )
        for row in self._db.execute(sql):
            post, path, url, title, published, updated, entry_id, shown, own_date = row
            yield Candidate(post, path, url, title, published, updated, entry_id, bool(shown), bool(own_date))

    def adopt(self, post: int, entry_id: str, published: int | None, updated: int | None) -> bool:
        sql = "SELECT entry_id, shown, own_date, packed FROM posts WHERE id = ?"
        had, shown, own_date, packed = self._db.execute(sql, (post,)).fetchone()
        if had != entry_id:
            owner = self._db.execute("SELECT id, shown, state FROM posts WHERE entry_id = ?", (entry_id,)).fetchone()
            if shown or (owner and not self._yields(post, *owner)):
                return False
            self._db.execute("UPDATE posts SET entry_id = ? WHERE id = ?", (entry_id, post))
        said = json.loads(packed or "{}")
        self._adopt_dates(post, None if own_date else published, None if "updated" in said else updated)
        self._key_anew(post)
        return True

    def _yields(self, post: int, owner: int, shown: int, state: int) -> bool:
        """Whether the owner of an id gives it up: one that was never seen under it, or whose file is gone.

        It is given another one when it is next published. The post takes its place also in histories.
        """
        if shown and state:
            return False
        self._db.execute("UPDATE posts SET entry_id = NULL WHERE id = ?", (owner,))
        self._db.execute("UPDATE OR IGNORE history SET post = ? WHERE post = ?", (post, owner))
        return True

    def release(self, posts: Iterable[int]) -> None:
        sql = "UPDATE posts SET entry_id = NULL WHERE id = ? AND shown = 0"
        self._db.executemany(sql, [(post,) for post in posts])

    def _key_anew(self, post: int) -> None:
        sql = "SELECT key, digest, packed, published, updated, ties FROM posts WHERE id = ?"
        before, *made_of = self._db.execute(sql, (post,)).fetchone()
        if (key := key_of(*made_of)) != before:
            self._db.execute("UPDATE posts SET key = ? WHERE id = ?", (key, post))
            self._db.execute(
                "INSERT OR IGNORE INTO touched SELECT '', '' UNION SELECT taxonomy, name FROM post_terms"
                " JOIN terms ON terms.id = term WHERE post = :post"
                " UNION SELECT page || '@' || taxonomy, name FROM history WHERE post = :post",
                {"post": post},
            )

    def _adopt_dates(self, post: int, published: int | None, updated: int | None) -> None:
        if published is not None:
            sql = "UPDATE posts SET first_seen = :at, published = :at, updated = max(updated, :at) WHERE id = :post"
            self._db.execute(sql, {"at": published, "post": post})
            self._db.execute("UPDATE post_terms SET published = ? WHERE post = ?", (published, post))
        if updated is not None:
            sql = "UPDATE posts SET updated = max(published, :at) WHERE id = :post"
            self._db.execute(sql, {"at": updated, "post": post})

    def adopt_feed(self, taxonomy: str, name: str, feed_id: str) -> bool:
        sql = "INSERT OR IGNORE INTO feeds (taxonomy, name, id, posts, digest, live) VALUES (?, ?, ?, 0, x'', 0)"
        return self._db.execute(sql, (taxonomy, name, feed_id)).rowcount > 0

    def adopt_slug(self, taxonomy: str, rule: str, name: str, slug: str) -> bool:
        sql = "INSERT OR IGNORE INTO slugs VALUES (?, ?, ?, ?, ?)"
        return self._db.execute(sql, (taxonomy, rule, name, slug, slug.casefold())).rowcount > 0
