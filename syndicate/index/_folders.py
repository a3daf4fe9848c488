"""What a scan compares with, in the tables: the stamps of folders, and the further files that posts were made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from syndicate.index._rows import Needed

_AT_ONCE = 500


class Folders:
    """The part of `SqliteIndex` that knows folders; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def folders(self) -> list[bytes]:
        return [path for (path,) in self._db.execute("SELECT path FROM folders ORDER BY path")]

    def has_folder(self, path: bytes) -> bool:
        # what begins with the path and a slash lies between that and the same with the sign behind the slash
        sql = "SELECT 1 FROM folders WHERE path = ? OR (path >= ? AND path < ?) LIMIT 1"
        return self._db.execute(sql, (path, path + b"/", path + b"0")).fetchone() is not None

    def stamps(self, folder: bytes) -> bytes | None:
        got = self._db.execute("SELECT stamps FROM folders WHERE path = ?", (folder,)).fetchone()
        return got[0] if got else None

    def keep_stamps(self, folder: bytes, packed: bytes | None) -> None:
        if packed is None:
            self._db.execute("DELETE FROM folders WHERE path = ?", (folder,))
        else:
            self._db.execute("INSERT OR REPLACE INTO folders VALUES (?, ?)", (folder, packed))

    def needed(self) -> Iterator[tuple[bytes, Needed]]:
        sql = "SELECT posts.path, needs.path, size, mtime_ns, ctime_ns FROM needs CROSS JOIN posts ON id = post"
        for path, *needed in self._db.execute(sql):
            yield path, Needed(*needed)

    def is_needed(self, paths: Sequence[bytes]) -> bool:
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            sql = f"SELECT 1 FROM needs WHERE path IN ({','.join('?' * len(some))}) LIMIT 1"
            if self._db.execute(sql, some).fetchone():
                return True
        return False
