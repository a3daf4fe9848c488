"""The variants of documents in the tables: which content codings stand beside each, and how large they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping


class Variants:
    """The part of `SqliteIndex` that knows what stands beside documents; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def whole(self, path: str) -> tuple[bytes, int] | None:
        sql = "SELECT digest, size FROM documents WHERE path = ?"
        got: tuple[bytes, int] | None = self._db.execute(sql, (path,)).fetchone()
        return got

    def variants(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for path, coding, size in self._db.execute("SELECT path, coding, size FROM variants ORDER BY path, coding"):
            found.setdefault(path, {})[coding] = size
        return found

    def variants_of(self, path: str) -> dict[str, int]:
        return dict(self._db.execute("SELECT coding, size FROM variants WHERE path = ?", (path,)))

    def keep_variants(self, path: str, sizes: Mapping[str, int]) -> None:
        rows = [(path, coding, size) for coding, size in sizes.items()]
        self._db.executemany("INSERT OR REPLACE INTO variants VALUES (?, ?, ?)", rows)

    def forget_variants(self, path: str, codings: Iterable[str]) -> None:
        rows = [(path, coding) for coding in codings]
        self._db.executemany("DELETE FROM variants WHERE path = ? AND coding = ?", rows)
