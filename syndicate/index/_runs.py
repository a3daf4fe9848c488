"""The last runs in the tables; see `Index` for what each call promises."""

from __future__ import annotations

import sqlite3

from syndicate.model.digest import digest
from syndicate.model.run import Run

RUNS = """
-- what runs came to; several in a row that came to the same are one row
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    failed TEXT NOT NULL,
    seconds REAL NOT NULL,
    seen INTEGER NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    feeds INTEGER NOT NULL,
    written INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    since INTEGER NOT NULL,
    times INTEGER NOT NULL
);
"""

_COLUMNS = (
    "at, done_by, failed, seconds, seen, added, changed, removed, skipped, feeds, written, withdrawn, errors,"
    " warnings, since, times"
)
_PLACES = ", ".join("?" * len(Run._fields))


class Runs:
    """The part of `SqliteIndex` that remembers runs."""

    _db: sqlite3.Connection

    def record(self, run: Run) -> None:
        (mode,) = self._db.execute("PRAGMA journal_mode").fetchone()
        if mode == "wal":
            # in a log nothing is damaged by leaving out the sync, and a power cut may cost a line of `syndicate runs`
            self._db.execute("PRAGMA synchronous=NORMAL")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._keep(run)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk may have ended it already
                    self._db.execute("ROLLBACK")
                raise
        finally:
            self._db.execute("PRAGMA synchronous=FULL")

    def _keep(self, run: Run) -> None:
        last = self._db.execute(f"SELECT {_COLUMNS}, id FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        if last and run.like(Run(*last[:-1])):
            sql = "UPDATE runs SET at = ?, seconds = ?, times = times + 1 WHERE id = ?"
            self._db.execute(sql, (run.at, run.seconds, last[-1]))
        else:
            self._db.execute(f"INSERT INTO runs ({_COLUMNS}) VALUES ({_PLACES})", run._replace(since=run.at))
        if run.written or run.withdrawn:
            self._notice_news(run.at)

    def _notice_news(self, now: int) -> None:
        """Remember since when the feeds hold what they hold."""
        digests = self._db.execute("SELECT digest FROM feeds WHERE live = 1 ORDER BY taxonomy, name")
        held = digest(b"".join(each for (each,) in digests)).hex()
        if held != self._news()[1]:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES ('news', ?)", (f"{now} {held}",))

    def _news(self) -> tuple[int | None, str]:
        got = self._db.execute("SELECT value FROM facts WHERE key = 'news'").fetchone()
        since, _, held = got[0].partition(" ") if got else ("", "", "")
        return (int(since) if since else None), held

    def runs(self, limit: int) -> list[Run]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY id DESC LIMIT ?", (limit,))
        return [Run(*row) for row in rows]

    def last_well(self) -> Run | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM runs WHERE failed = '' ORDER BY id DESC LIMIT 1").fetchone()
        return Run(*row) if row else None

    def news_since(self) -> int | None:
        return self._news()[0]

    def forget_runs(self, before: int, most: int) -> int:
        sql = (
            "DELETE FROM runs WHERE (at < ? OR id <= (SELECT max(id) FROM runs) - ?) AND id NOT IN"
            " (SELECT max(id) FROM runs WHERE failed = '' UNION ALL SELECT max(id) FROM runs)"
        )
        return self._db.execute(sql, (before, most)).rowcount
