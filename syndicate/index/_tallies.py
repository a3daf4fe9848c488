"""How many posts a feed selects from, and how many there are: known without counting them.

Triggers keep tallies: of each term, of the site's own shelf, of all other shelves, and of all files that are there. Who
is public and not visible just now is taken from them: those are few, and two indexes know them by their moments. So
the size of a feed costs the same whether ten posts are in it or a million. Where such posts are many, or a feed is
small, its rows are counted; both ways come to the same (`tests/index/test_tallies.py`).
"""

from __future__ import annotations

import sqlite3

from syndicate.index import _selects as selects
from syndicate.index._parcels import NEVER
from syndicate.index._rows import SITE, Chosen, Counts

MAIN, SHELVED, THERE = 0, -1, -2
"""What stands in place of a term: the posts of the site's own shelf, those of all others, and all with a file."""

_KEPT = (
    f"INSERT OR IGNORE INTO tallies VALUES ({MAIN}, 0), ({SHELVED}, 0), ({THERE}, 0)",
    "INSERT OR IGNORE INTO tallies SELECT id, 0 FROM terms",
)

TALLIES = f"""
-- how many posts a term has, visible or not; below 1 those of the own shelf, of other shelves, and all with a file
CREATE TABLE IF NOT EXISTS tallies (term INTEGER PRIMARY KEY, posts INTEGER NOT NULL);
{"; ".join(_KEPT)};
CREATE TRIGGER IF NOT EXISTS terms_tallied AFTER INSERT ON terms BEGIN
    INSERT INTO tallies VALUES (new.id, 0);
END;
"""

_SHARE = (
    f"CASE term WHEN {MAIN} THEN {{0}}.state = 2 AND {{0}}.language = ''"
    f" WHEN {SHELVED} THEN {{0}}.state = 2 AND {{0}}.language <> '' ELSE {{0}}.state > 0 END"
)
_NEW, _OLD = _SHARE.format("new"), _SHARE.format("old")

TALLYING = {
    "posts_tallied": f"""
CREATE TRIGGER posts_tallied AFTER INSERT ON posts BEGIN
    UPDATE tallies SET posts = posts + {_NEW} WHERE term <= {MAIN};
END""",
    "posts_tallied_anew": f"""
CREATE TRIGGER posts_tallied_anew AFTER UPDATE OF state, language ON posts
    WHEN old.state <> new.state OR old.language <> new.language BEGIN
    UPDATE tallies SET posts = posts + {_NEW} - {_OLD} WHERE term <= {MAIN};
END""",
    "post_terms_tallied": """
CREATE TRIGGER post_terms_tallied AFTER INSERT ON post_terms BEGIN
    UPDATE tallies SET posts = posts + 1 WHERE term = new.term;
END""",
    "post_terms_tallied_anew": """
CREATE TRIGGER post_terms_tallied_anew AFTER DELETE ON post_terms BEGIN
    UPDATE tallies SET posts = posts - 1 WHERE term = old.term;
END""",
}
"""The triggers that keep them, by name."""

TALLIED = (
    # each count has an index that knows it all; that of files needs the smallest of all posts
    f"UPDATE tallies SET posts = CASE term"
    f" WHEN {MAIN} THEN (SELECT count(*) FROM posts WHERE state = 2 AND language = '')"
    f" WHEN {SHELVED} THEN (SELECT count(*) FROM posts WHERE state = 2 AND language <> '')"
    f" WHEN {THERE} THEN (SELECT count(*) FROM posts) - (SELECT count(*) FROM posts WHERE state = 0)"
    " ELSE (SELECT count(*) FROM post_terms WHERE post_terms.term = tallies.term) END"
)
"""Counts all anew: after what no trigger has seen."""

FEW = 100
"""So many posts at most that are not visible are taken from a tally, each by itself."""

MANY = 1_000
"""Of so many posts the tally is asked; fewer are counted as fast."""

_VISIBLE = "visible_from <= :now AND visible_until > :now"
_HIDDEN = (
    # the bounds that are to be looked up come first: SQLite takes the first it finds
    "SELECT id FROM (SELECT id FROM posts WHERE state = 2 AND visible_from > :now"
    f" AND visible_from > -{NEVER} LIMIT :most)"
    " UNION SELECT id FROM (SELECT id FROM posts WHERE state = 2 AND visible_until <= :now"
    f" AND visible_until < {NEVER} LIMIT :most)"
)
_OF = {MAIN: "posts WHERE state = 2 AND language = ''", SHELVED: "posts WHERE state = 2 AND language <> ''"}
_OF_TERM = "post_terms WHERE term = :term"


class Tallies:
    """The part of `SqliteIndex` that knows how many posts there are; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def size(self, taxonomy: str, name: str, now: int, chosen: Chosen | None = None) -> tuple[int, int | None]:
        if chosen is not None:
            asked = selects.size(chosen.tree, now, max_age=chosen.max_age, language=chosen.language)
            count, newest = self._db.execute(*asked).fetchone()
            return count, newest
        term = MAIN if (taxonomy, name) == SITE else self._term(taxonomy, name)
        if term is None:
            return 0, None
        source, values = _OF.get(term, _OF_TERM), {"term": term, "now": now}
        newest = f"SELECT published FROM {source} AND {_VISIBLE} ORDER BY published DESC LIMIT 1"
        found = self._db.execute(newest, values).fetchone()
        return visible(self._db, term, now), found[0] if found else None

    def counts(self, now: int) -> Counts:
        shown = visible(self._db, MAIN, now) + visible(self._db, SHELVED, now)
        return Counts(_tally(self._db, THERE), shown)

    def _term(self, taxonomy: str, name: str) -> int | None:
        sql = "SELECT id FROM terms WHERE taxonomy = ? AND name = ?"
        found = self._db.execute(sql, (taxonomy, name)).fetchone()
        return found[0] if found else None


def count_anew(db: sqlite3.Connection) -> None:
    """Whatever was believed of them."""
    for statement in (*_KEPT, TALLIED):
        db.execute(statement)


def visible(db: sqlite3.Connection, term: int, now: int, few: int = FEW, many: int = MANY) -> int:
    """How many posts of a term, or of `MAIN` or `SHELVED`, are visible at `now`."""
    tally, source = _tally(db, term), _OF.get(term, _OF_TERM)
    values = {"term": term, "now": now, "most": few + 1}
    if not tally:
        return 0
    if tally >= many:
        hidden = [post for (post,) in db.execute(_HIDDEN, values)]
        if len(hidden) <= few:
            key = "post" if term > MAIN else "id"
            (not_yet,) = db.execute(f"SELECT count(*) FROM {source} AND {key} IN ({_HIDDEN})", values).fetchone()
            return max(0, tally - int(not_yet))  # to whom reads without a transaction they may be of two moments
    (count,) = db.execute(f"SELECT count(*) FROM {source} AND {_VISIBLE}", values).fetchone()
    return int(count)


def _tally(db: sqlite3.Connection, term: int) -> int:
    found = db.execute("SELECT posts FROM tallies WHERE term = ?", (term,)).fetchone()
    return int(found[0]) if found else 0
