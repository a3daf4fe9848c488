"""All that is kept of one post, out of the tables."""

from __future__ import annotations

import sqlite3

from syndicate.index import Kept
from syndicate.index._parcels import GONE, HIDDEN, PUBLIC

_STATES = {GONE: "gone", HIDDEN: "hidden", PUBLIC: "public"}


def kept(db: sqlite3.Connection, path: bytes) -> Kept | None:
    """See `Index.kept`."""
    got = db.execute(
        "SELECT id, path, state, digest, coalesce(entry_id, ''), wanted_id, first_seen, published, updated, language,"
        " packed, broken, broken AND last_good <> '' FROM posts WHERE path = ?",
        (path,),
    ).fetchone()
    if not got:
        return None
    terms = db.execute(
        "SELECT taxonomy, name FROM post_terms JOIN terms ON terms.id = term WHERE post = ? ORDER BY 1, 2", got[:1]
    ).fetchall()
    return Kept._make((*got[:2], _STATES[got[2]], *got[3:11], bool(got[11]), bool(got[12]), tuple(terms)))
