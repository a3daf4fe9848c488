"""Which posts say something else than before, for whoever follows with the full text (`index/words.py`).

Written down by triggers on the posts, which are there only while somebody follows: so whatever changes a post tells of
it, in the same transaction, and a site without live queries pays nothing. Each post is one row at most, and the last
change has the highest number.
"""

from __future__ import annotations

import sqlite3

FOLLOWED = "texts followed"
"""A fact: by which these triggers are known from others, as numbers begin anew with them; none where nobody follows."""

# not INSERT OR REPLACE: within a trigger it is as the statement around has it, and where that is ON CONFLICT, it fails
_CAME = """
CREATE TRIGGER texts_came AFTER INSERT ON posts WHEN new.state = 2 BEGIN
    DELETE FROM reworded WHERE post = new.id;
    INSERT INTO reworded (post) VALUES (new.id);
END"""
_CHANGED = """
CREATE TRIGGER texts_changed AFTER UPDATE ON posts
WHEN old.key IS NOT new.key OR old.state <> new.state OR (old.entry_id IS NULL) <> (new.entry_id IS NULL) BEGIN
    DELETE FROM reworded WHERE post = new.id;
    INSERT INTO reworded (post) VALUES (new.id);
END"""
_TABLE = "CREATE TABLE reworded (number INTEGER PRIMARY KEY AUTOINCREMENT, post INTEGER NOT NULL UNIQUE)"


class Texts:
    """The part of `SqliteIndex` that tells who is to be read again; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def follows_texts(self) -> bool:
        return self._db.execute("SELECT 1 FROM facts WHERE key = ?", (FOLLOWED,)).fetchone() is not None

    def follow_texts(self, on: bool) -> None:
        # one by one: executescript would end the transaction
        for statement in (
            "DROP TRIGGER IF EXISTS texts_came",
            "DROP TRIGGER IF EXISTS texts_changed",
            "DROP TABLE IF EXISTS reworded",
        ):
            self._db.execute(statement)
        self._db.execute("DELETE FROM facts WHERE key = ?", (FOLLOWED,))
        if on:
            for statement in (_TABLE, _CAME, _CHANGED):
                self._db.execute(statement)
            self._db.execute("INSERT INTO facts VALUES (?, hex(randomblob(8)))", (FOLLOWED,))
